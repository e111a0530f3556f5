/** `till demo` itself: real processes from the real build, real ports, a folder of its own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../../scripts/house/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'till-demo-'));
after(() => rmSync(folder, { recursive: true, force: true }));

class Run {
    readonly process: ChildProcess;
    readonly ended: Promise<number | null>;
    out = '';
    err = '';

    constructor(args: readonly string[]) {
        this.process = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'scripts/demo.ts'), ...args], {
            cwd: root,
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        this.process.stdout?.on('data', (text) => {
            this.out += text;
        });
        this.process.stderr?.on('data', (text) => {
            this.err += text;
        });
        this.ended = new Promise((resolve) => this.process.on('close', (code) => resolve(code)));
    }

    /** Resolves when the words have been said; rejects when it ends before. */
    async says(words: RegExp): Promise<void> {
        const over = this.ended.then((code) => {
            throw new Error(`ended with ${code} before it said ${words}:\n${this.out}\n${this.err}`);
        });
        const said = new Promise<void>((resolve) => {
            const look = () => {
                if (words.test(this.out)) resolve();
            };
            this.process.stdout?.on('data', look);
            look();
        });
        await Promise.race([said, over]);
    }
}

const children = () => (JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as { children: number[] }).children;
const lives = (pid: number) => {
    try {
        return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
        return false;
    }
};
const order = (text: string, words: readonly string[]) => {
    let at = 0;
    for (const word of words) {
        const next = text.indexOf(word, at);
        assert.ok(next >= 0, `"${word}" is missing behind ${at} in:\n${text}`);
        at = next + word.length;
    }
};

test('the whole demonstration, once, and plain in a pipe', async () => {
    const run = new Run(['--once', '--data', folder]);
    assert.equal(await run.ended, 0, run.err + run.out);
    assert.equal(run.out.includes(String.fromCharCode(27)), false, 'no colour in a pipe');
    order(run.out, ['1/4', 'codeIssued', '█', 'paymentPaid', 'The sale ends: sold.']);
    order(run.out, ['2/4', 'cancelIntended', 'the customer showed a code instead', 'The sale ends: sold.']);
    order(run.out, ['3/4', '█', '/e/demo-01', 'presenceConfirmed', 'redirectIssued', 'The sale ends: sold.']);
    order(run.out, ['4/4', 'nothing came out', 'paymentCancelled', 'the money is back, all of it.']);
    order(run.out, ['they agree to the cent', 'What to try', 'curl -s', '/readyz']);
    assert.equal(existsSync(join(folder, 'running.json')), false);
});

test('no payment code is in what it wrote', () => {
    const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /kiosk/.test(name) && /\.(log|jsonl|ndjson|json)$/.test(name))
        .map((name) => readFileSync(join(folder, name), 'utf8'));
    assert.ok(texts.length >= 2);
    for (const text of texts) assert.doesNotMatch(text, /(?<![0-9A-Za-z])(2[5-9]|30)[0-9]{14,22}(?![0-9])/);
});

test('a second run on the same data: other ports where ours are taken, one at a time, and SIGTERM ends it in order', async () => {
    const usual = createServer();
    const taken = await new Promise<boolean>((resolve) => {
        usual.once('error', () => resolve(false));
        usual.listen({ host: '127.0.0.1', port: 8080 }, () => resolve(true));
    });
    const run = new Run(['--data', folder]);
    try {
        await run.says(/stay up until you press Ctrl-C/);
        // Taken by us or by somebody else, it was not free.
        assert.match(run.out, /Port 8080 is taken by another program/);
        const second = new Run(['--once', '--data', folder]);
        assert.equal(await second.ended, 1);
        assert.match(second.err, /^A demonstration is already running \(process \d+\) with its kiosk on http:\/\/127\.0\.0\.1:\d+: /);
        const pids = children();
        assert.equal(pids.length, 2);
        assert.ok(pids.every(lives));
        run.process.kill('SIGTERM');
        assert.equal(await run.ended, 0, run.err);
        assert.equal(pids.some(lives), false, 'the children are gone');
    } finally {
        run.process.kill('SIGTERM');
        await run.ended;
        if (taken) await new Promise((resolve) => usual.close(resolve));
    }
});

test('what a killed run left behind is ended by the next; a signal in the middle ends everything', async () => {
    const killed = new Run(['--data', folder]);
    await killed.says(/2\/4/);
    const orphans = children();
    killed.process.kill('SIGKILL');
    await killed.ended;
    assert.ok(orphans.some(lives));
    const next = new Run(['--data', folder]);
    await next.says(/1\/4/);
    assert.match(next.out, /2 processes of a demonstration that was killed are ended/);
    assert.equal(orphans.some(lives), false);
    const pids = children();
    next.process.kill('SIGINT');
    assert.equal(await next.ended, 0, next.err);
    assert.equal(pids.some(lives), false);
    assert.equal(existsSync(join(folder, 'running.json')), false);
});

test('an argument that does not exist is told with what exists', async () => {
    const run = new Run(['--onec']);
    assert.equal(await run.ended, 64);
    assert.match(run.err, /--onec[\s\S]*Usage: till demo/);
});
