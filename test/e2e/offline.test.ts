/** Without a network: what is installed starts where there is nothing but loopback, and its page names no other machine. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './processes.ts';

/** Runs a command in a network of its own, in which loopback is the only interface. */
function alone(command: readonly string[]) {
    return spawnSync('unshare', ['-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command], {
        cwd: root,
        encoding: 'utf8',
        timeout: 60_000,
    });
}

const cannot = alone(['true']).status === 0 ? false : 'this machine makes no network of its own (unshare -rn, ip)';

test('npm start needs no network once it is installed', { skip: cannot }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'till-offline-'));
    try {
        const reached = alone([process.execPath, '-e', "fetch('http://192.0.2.1/').catch((error) => console.log(error.cause.code))"]);
        assert.equal(reached.stdout.trim(), 'ENETUNREACH', 'there is a way out');
        const started = alone([process.execPath, 'scripts/start.ts', '--once', '--data', folder]);
        assert.equal(started.status, 0, started.stdout + started.stderr);
        assert.match(started.stdout, /^ {2}http:\/\/127\.0\.0\.1:\d+\/$/m);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});

test('nothing in the page is fetched from elsewhere', () => {
    const folder = join(root, 'dist', 'page');
    assert.ok(existsSync(folder), 'npm run build makes the page');
    const named = globSync('*.{html,css,js}', { cwd: folder }).flatMap((name) =>
        [...readFileSync(join(folder, name), 'utf8').matchAll(/(?:https?|wss?):\/\/[^\s"'`)\\]*/g)].map(([address]) => ({ name, address })),
    );
    // Names of markup, which nobody fetches.
    const elsewhere = named.filter(({ address }) => !/^http:\/\/(www\.w3\.org\/|127\.0\.0\.1|localhost)/.test(address));
    assert.deepEqual(elsewhere, []);
});
