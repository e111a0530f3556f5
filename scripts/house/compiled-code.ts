/**
 * Compiled code: lets V8 keep what it compiled of the bundle, so that a start need not compile it again.
 *
 * Node's own compile cache is written when a file is loaded, before its functions have run, and so holds none of them. Here a kiosk is
 * started from the build as on any machine, and once it answers, its code is written down as it is then: every function that a start
 * needs, and no other. It is tied to the exact Node; another one compiles the bundle anew (till.cjs).
 */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './programs.ts';

const limitMs = 15_000;

/** Catches the script that till.cjs makes of the bundle, and writes its code down when it is told to. */
const hook = `'use strict';
const vm = require('node:vm');
const { writeFileSync } = require('node:fs');
let made;
vm.Script = class Script extends vm.Script {
    constructor(...given) {
        super(...given);
        made ??= this;
    }
};
process.once('SIGUSR2', () => {
    writeFileSync(process.env.TILLBOX_CODE_FILE, made.createCachedData());
    process.kill(process.pid, 'SIGTERM');
});
`;

/**
 * Starts a kiosk with config/demo.yaml from a build and keeps its compiled code in `file`.
 *
 * @returns why there is none, or undefined where there is.
 */
export async function keepCompiledCode(order: { till: string; file: string }): Promise<string | undefined> {
    const folder = mkdtempSync(join(tmpdir(), 'till-build-'));
    try {
        const hookFile = join(folder, 'hook.cjs');
        writeFileSync(hookFile, hook);
        const [ours, gateways] = [newPair(), newPair()];
        writeFileSync(join(folder, 'key.pem'), ours.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
        writeFileSync(join(folder, 'gateway.pub.pem'), gateways.publicKey.export({ type: 'spki', format: 'pem' }));
        const [port, nobody] = [await freePort(), await freePort()];
        const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TILL|NODE)_/.test(name)));
        const child = spawn(process.execPath, ['--require', hookFile, order.till, 'run', '--config', join(root, 'config', 'demo.yaml')], {
            stdio: ['ignore', 'ignore', 'pipe'],
            env: {
                ...clean,
                TILLBOX_CODE_FILE: order.file,
                TILL_KIOSK__DATA_DIR: join(folder, 'data'),
                TILL_GATEWAY__URL: `http://127.0.0.1:${nobody}`,
                TILL_GATEWAY__PRIVATE_KEY_FILE: join(folder, 'key.pem'),
                TILL_GATEWAY__GATEWAY_PUBLIC_KEY_FILES: JSON.stringify([join(folder, 'gateway.pub.pem')]),
                TILL_GATEWAY__NOTIFY_URL: `http://127.0.0.1:${port}/ams/notify`,
                TILL_API__LISTEN: `127.0.0.1:${port}`,
                TILL_RELAY__PUBLIC_URL: `http://127.0.0.1:${port}`,
            },
        });
        let said = '';
        child.stderr.on('data', (text: Buffer) => {
            said += text.toString('utf8');
        });
        const hard = setTimeout(() => child.kill('SIGKILL'), limitMs);
        let over = false;
        const ended = new Promise<string>((resolve) => {
            child.once('error', (error) => resolve(error.message));
            child.once('close', (code, signal) => resolve(code === 0 ? '' : `it ended with ${signal ?? code}: ${said.trim()}`));
        }).finally(() => {
            over = true;
        });
        while (!over && !(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 1));
        if (!over) child.kill('SIGUSR2');
        const end = await ended;
        clearTimeout(hard);
        return end === '' ? undefined : end;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

const newPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

async function answers(port: number): Promise<boolean> {
    try {
        return (await fetch(`http://127.0.0.1:${port}/healthz`)).status === 200;
    } catch {
        return false;
    }
}

function freePort(): Promise<number> {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once('error', reject);
        server.listen({ host: '127.0.0.1', port: 0 }, () => {
            const address = server.address();
            server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
        });
    });
}
