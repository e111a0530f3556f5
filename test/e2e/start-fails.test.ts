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

test('a relay address in use: told, exit 78, no run begun', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tillbox-start-'));
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    try {
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
                notifyUrl: `http://127.0.0.1:${port}/ams/notify`,
                settlementCurrency: 'EUR',
            },
            display: { type: 'virtual' },
            api: { listen: '127.0.0.1:0' },
            relay: { mode: 'embedded', publicUrl: `http://127.0.0.1:${port}`, listen: `127.0.0.1:${port}` },
        };
        await writeFile(join(folder, 'kiosk.yaml'), JSON.stringify(config));
        const child = spawn(process.execPath, [till, 'run', '--config', join(folder, 'kiosk.yaml')], {
            stdio: ['ignore', 'ignore', 'pipe'],
        });
        let said = '';
        child.stderr.on('data', (chunk: Buffer) => {
            said += chunk.toString();
        });
        const code = await new Promise((done) => child.on('exit', done));
        assert.equal(code, 78, said);
        assert.match(said, /RELAY_LISTEN_FAILED|in use/);
        const names = await readdir(join(folder, 'data', 'journal'));
        for (const name of names.filter((one) => one.endsWith('.jsonl'))) {
            assert.doesNotMatch(await readFile(join(folder, 'data', 'journal', name), 'utf8'), /"started"/);
        }
    } finally {
        taken.close();
        await rm(folder, { recursive: true });
    }
});
