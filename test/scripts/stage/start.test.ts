/** `npm start` itself: arguments, ports that are taken, a second start on the same data, its end. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../../scripts/house/programs.ts';
import { childrenOf, lives, Run } from '../demo/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'till-start-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const start = (...args: readonly string[]) => new Run('scripts/start.ts', args);
const addressIn = (text: string) => /^ {2}(http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(text)?.[1];

test('--once: one address, and nothing is left running', async () => {
    const run = start('--once', '--data', folder, '--profile', 'stand', '--lang', 'zh-Hans');
    assert.equal(await run.ended, 0, run.err + run.out);
    assert.equal(run.out.includes(String.fromCharCode(27)), false, 'no colour in a pipe');
    assert.equal(run.out.match(/http:/g)?.length, 1, run.out);
    assert.match(run.out, /market stand in Simplified Chinese/);
    assert.equal(existsSync(join(folder, 'running.json')), false);
});

test('taken ports are told, a second start on the same data is told where the first is, SIGTERM ends all of it in order', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
        other.listen({ host: '127.0.0.1', port: 0 }, () => resolve((other.address() as { port: number }).port));
    });
    const run = start('--data', folder, '--port', String(port));
    try {
        await run.says(/Ctrl-C ends it/);
        assert.match(run.out, new RegExp(`Port ${port} is taken by another program, so the kiosk listens on \\d+\\.`));
        const address = addressIn(run.out)!;
        assert.notEqual(new URL(address).port, String(port));
        assert.equal((await fetch(new URL('/readyz', address))).status, 200);
        const second = start('--once', '--data', folder);
        assert.equal(await second.ended, 1);
        assert.ok(second.err.startsWith('A demonstration is already running'), second.err);
        assert.ok(second.err.includes(address), second.err);
        const pids = childrenOf(folder);
        assert.equal(pids.length, 2);
        assert.ok(pids.every(lives));
        run.process.kill('SIGTERM');
        assert.equal(await run.ended, 0, run.err);
        assert.equal(pids.some(lives), false);
        assert.match(run.out, /ok stopping in order/);
    } finally {
        run.process.kill('SIGTERM');
        await run.ended;
        await new Promise((resolve) => other.close(resolve));
    }
});

test('npm ended by a signal, which it hands to its shell alone: all of it ends in order', async () => {
    const shell = spawn('sh', ['-c', `"${process.execPath}" scripts/enter.cjs start --data "${folder}"; exit $?`], {
        cwd: root,
        env: { ...process.env, npm_lifecycle_event: 'start' },
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    const quiet = new Promise((resolve) => shell.stdout.on('close', resolve));
    await new Promise<void>((resolve) => {
        shell.stdout.on('data', (text) => {
            said += String(text);
            if (/Ctrl-C ends it/.test(said)) resolve();
        });
    });
    const pids = childrenOf(folder);
    assert.ok(pids.every(lives));
    shell.kill('SIGTERM');
    // The output is closed by the last process that holds it.
    await quiet;
    assert.match(said, /ok stopping in order/);
    assert.equal(pids.some(lives), false);
});

test('what a killed start left behind is ended by the next', async () => {
    const killed = start('--data', folder);
    await killed.says(/Ctrl-C ends it/);
    const orphans = childrenOf(folder);
    killed.process.kill('SIGKILL');
    await killed.ended;
    assert.ok(orphans.some(lives));
    const next = start('--once', '--data', folder);
    assert.equal(await next.ended, 0, next.err);
    assert.match(next.out, /2 processes of an earlier start that was killed are ended/);
    assert.equal(orphans.some(lives), false);
});

test('a signal while it starts ends what was started', async () => {
    const run = start('--data', folder);
    await run.says(/a payment kiosk/);
    run.process.kill('SIGINT');
    assert.equal(await run.ended, 0, run.err);
    assert.equal(existsSync(join(folder, 'running.json')), false);
});

for (const [args, sentence] of [
    [['--profile', 'bakery'], 'There is no profile bakery; use one of vending, stand, self-service.'],
    [['--lang', 'xx'], 'The kiosk does not speak xx; use one of en, '],
    [['--port', '70000'], '--port must be a number from 1 to 65505, not 70000.'],
    [['--port', 'eighty'], '--port must be a number from 1 to 65505, not eighty.'],
    [['--onec'], "Unknown option '--onec'"],
] as const) {
    test(`${args.join(' ')} is refused with one sentence`, async () => {
        const run = start(...args);
        assert.equal(await run.ended, 64);
        assert.ok(run.err.startsWith(`npm start: ${sentence}`), run.err);
        assert.equal(run.out, '');
    });
}
