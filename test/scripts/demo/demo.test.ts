/** `till demo` itself: real processes from the real build, real ports, a folder of its own. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { childrenOf, inOrder, lives, Run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'till-demo-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const start = (args: readonly string[]) => new Run('scripts/demo.ts', args);

test('the whole demonstration, once, and plain in a pipe', async () => {
    const run = start(['--once', '--data', folder]);
    assert.equal(await run.ended, 0, run.err + run.out);
    assert.equal(run.out.includes(String.fromCharCode(27)), false, 'no colour in a pipe');
    inOrder(run.out, ['1/4', 'codeIssued', '█', 'paymentPaid', 'The sale ends: sold.']);
    inOrder(run.out, ['2/4', 'cancelIntended', 'the customer showed a code instead', 'The sale ends: sold.']);
    inOrder(run.out, ['3/4', '█', '/e/demo-01', 'presenceConfirmed', 'redirectIssued', 'The sale ends: sold.']);
    inOrder(run.out, ['4/4', 'nothing came out', 'paymentCancelled', 'the money is back, all of it.']);
    inOrder(run.out, ['they agree to the cent', 'What to try', 'curl -s', '/readyz']);
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
    const run = start(['--data', folder]);
    try {
        await run.says(/stay up until you press Ctrl-C/);
        // Taken by us or by somebody else, it was not free.
        assert.match(run.out, /Port 8080 is taken by another program/);
        const second = start(['--once', '--data', folder]);
        assert.equal(await second.ended, 1);
        assert.match(second.err, /^A demonstration is already running \(process \d+\) with its kiosk on http:\/\/127\.0\.0\.1:\d+: /);
        const pids = childrenOf(folder);
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
    const killed = start(['--data', folder]);
    await killed.says(/2\/4/);
    const orphans = childrenOf(folder);
    killed.process.kill('SIGKILL');
    await killed.ended;
    assert.ok(orphans.some(lives));
    const next = start(['--data', folder]);
    await next.says(/1\/4/);
    assert.match(next.out, /2 processes of a demonstration that was killed are ended/);
    assert.equal(orphans.some(lives), false);
    const pids = childrenOf(folder);
    next.process.kill('SIGINT');
    assert.equal(await next.ended, 0, next.err);
    assert.equal(pids.some(lives), false);
    assert.equal(existsSync(join(folder, 'running.json')), false);
});

test('an argument that does not exist is told with what exists', async () => {
    const run = start(['--onec']);
    assert.equal(await run.ended, 64);
    assert.match(run.err, /--onec[\s\S]*Usage: till demo/);
});
