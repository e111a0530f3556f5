/** A start that fails ends the process, whatever had been opened by then: a supervisor can only restart what has ended. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const till = resolve(import.meta.dirname, '../../scripts/till.cjs');

/** A folder with keys and a configuration; `change` is laid over it, block by block. */
async function prepared(change: Readonly<Record<string, unknown>>): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'tillbox-start-'));
    const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(join(folder, 'merchant.pem'), ours.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(join(folder, 'gateway.pub.pem'), theirs.publicKey.export({ type: 'spki', format: 'pem' }));
    const config = {
        kiosk: { id: 'k1', currency: 'EUR', modes: ['order-code'], dataDir: './data' },
        merchant: { id: 'M1', name: 'Stand', mcc: '5814', store: { id: 'S1', name: 'Stand', mcc: '5814' } },
        gateway: {
            url: 'http://127.0.0.1:9',
            clientId: 'SANDBOX_5X00000000000000',
            privateKeyFile: 'merchant.pem',
            gatewayPublicKeyFiles: ['gateway.pub.pem'],
            notifyUrl: 'http://127.0.0.1:9/ams/notify',
            settlementCurrency: 'EUR',
        },
        scanner: { type: 'serial', path: './no-such-tty' },
        display: { type: 'virtual' },
        api: { listen: '127.0.0.1:0' },
        ...change,
    };
    await writeFile(join(folder, 'kiosk.yaml'), JSON.stringify(config));
    return folder;
}

function run(folder: string) {
    const child = spawn(process.execPath, [till, 'run', '--config', join(folder, 'kiosk.yaml')], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
        said.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
        said.err += chunk.toString();
    });
    const ended = new Promise<number | null>((done) => child.on('exit', done));
    return { child, said, ended };
}

/** A port that somebody else has. */
async function taken<Result>(use: (port: number) => Promise<Result>): Promise<Result> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
        return await use((server.address() as { port: number }).port);
    } finally {
        server.close();
    }
}

async function refused(change: Readonly<Record<string, unknown>>, code: RegExp): Promise<void> {
    const folder = await prepared(change);
    try {
        const { said, ended } = run(folder);
        assert.equal(await ended, 78, said.err);
        assert.match(said.err, code);
        for (const name of (await readdir(join(folder, 'data', 'journal'))).filter((one) => one.endsWith('.jsonl'))) {
            assert.doesNotMatch(await readFile(join(folder, 'data', 'journal', name), 'utf8'), /"started"/);
        }
    } finally {
        await rm(folder, { recursive: true });
    }
}

test('an API address in use: told, exit 78, no run begun', { timeout: 60_000 }, () =>
    taken((port) => refused({ api: { listen: `127.0.0.1:${port}` } }, /API_LISTEN_FAILED/)),
);

test('a relay address in use: told, exit 78, no run begun', { timeout: 60_000 }, () =>
    taken((port) =>
        refused({ relay: { mode: 'embedded', publicUrl: `http://127.0.0.1:${port}`, listen: `127.0.0.1:${port}` } }, /RELAY_LISTEN_FAILED/),
    ),
);

test('a launcher killed with SIGKILL takes the kiosk with it: the next start finds the folder free', { timeout: 60_000 }, async () => {
    const folder = await prepared({});
    const up = async (kiosk: ReturnType<typeof run>) => {
        while (!kiosk.said.out.includes('the till is up')) {
            assert.equal(kiosk.child.exitCode, null, kiosk.said.err);
            await new Promise((done) => setTimeout(done, 20));
        }
    };
    try {
        const first = run(folder);
        await up(first);
        first.child.kill('SIGKILL');
        await first.ended;
        // The pipe's end reaches the kiosk in a moment; a supervisor that is faster is told DATA_FOLDER_IN_USE and tries again.
        for (let attempt = 0; ; attempt++) {
            const next = run(folder);
            const early = await Promise.race([next.ended, up(next).catch(() => next.ended)]);
            if (early === undefined) {
                next.child.kill('SIGTERM');
                assert.equal(await next.ended, 0, next.said.err);
                return;
            }
            assert.ok(attempt < 20, next.said.err);
            assert.equal(early, 74, next.said.err);
        }
    } finally {
        await rm(folder, { recursive: true });
    }
});
