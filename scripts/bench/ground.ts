/**
 * Ground: what every benchmark stands on: a folder on the disk of this checkout, keys, configurations, processes and their clocks.
 *
 * Rules: times are of CLOCK_MONOTONIC, which all processes of a machine share; NODE_EXTRA_CA_CERTS is unset in every child, because it
 * costs a start more than the start itself.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { root } from '../house/programs.ts';

export const bundle = join(root, 'dist', 'till.cjs');
export const clientId = 'SANDBOX_5X00000000000000';

/** Milliseconds of the clock that all processes share. */
export function nowMs(): number {
    return Number(process.hrtime.bigint()) / 1e6;
}

export interface Ground {
    /** Removed at the end. */
    readonly folder: string;
    readonly merchantKey: string;
    readonly merchantPublicKey: string;
    readonly gatewayKey: string;
    readonly gatewayPublicKey: string;
    close(): void;
}

/** A folder under data/, where the till's own data would be: a temporary folder may lie in memory, and its sync would cost nothing. */
export function openGround(): Ground {
    mkdirSync(join(root, 'data'), { recursive: true });
    for (const name of leftovers(readdirSync(join(root, 'data')))) removeFolder(join(root, 'data', name));
    const folder = mkdtempSync(join(root, 'data', `bench-${process.pid}-`));
    const pair = (name: string) => {
        const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        const [privateFile, publicFile] = [join(folder, `${name}.pem`), join(folder, `${name}.pub.pem`)];
        writeFileSync(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
        writeFileSync(publicFile, publicKey.export({ type: 'spki', format: 'pem' }));
        return [privateFile, publicFile] as const;
    };
    const [merchantKey, merchantPublicKey] = pair('merchant');
    const [gatewayKey, gatewayPublicKey] = pair('gateway');
    const close = () => {
        process.removeListener('exit', close);
        removeFolder(folder);
    };
    // A run that is broken off leaves nothing behind either.
    process.on('exit', close);
    return {
        folder,
        merchantKey,
        merchantPublicKey,
        gatewayKey,
        gatewayPublicKey,
        close,
    };
}

/** Folders of runs that were killed: those whose process is no more. */
export function leftovers(names: readonly string[]): string[] {
    return names.filter((name) => {
        const pid = /^bench-(\d+)-\w+$/.exec(name)?.[1];
        return pid !== undefined && !existsSync(`/proc/${pid}`);
    });
}

/** A kiosk that is just being killed may still make a file; at the end of a process nothing can be waited for but so. */
function removeFolder(folder: string): void {
    for (let tries = 0; tries < 50; tries += 1) {
        try {
            rmSync(folder, { recursive: true, force: true });
            return;
        } catch {
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
        }
    }
}

export interface KioskWish {
    readonly name: string;
    readonly modes: readonly ('payment-code' | 'order-code' | 'entry-code')[];
    readonly port: number;
    readonly gatewayUrl: string;
    readonly scanner?: object;
    readonly display?: object;
    readonly dataDir?: string;
    readonly logLevel?: 'info' | 'error';
}

/** Writes a kiosk's configuration, in YAML as people do. @returns its file and its data folder */
export function writeKioskConfig(ground: Ground, wish: KioskWish): { readonly file: string; readonly dataDir: string } {
    const dataDir = wish.dataDir ?? join(ground.folder, wish.name);
    const here = `http://127.0.0.1:${wish.port}`;
    const store = { id: 'S001', name: 'Bench', mcc: '5814' };
    const config = {
        kiosk: { id: 'bench-01', locale: 'en', currency: 'EUR', modes: wish.modes, dataDir },
        merchant: { id: 'M001', name: 'Bench', mcc: '5814', store },
        gateway: {
            url: wish.gatewayUrl,
            clientId,
            keyVersion: 1,
            privateKeyFile: ground.merchantKey,
            gatewayPublicKeyFiles: [ground.gatewayPublicKey],
            notifyUrl: `${here}/ams/notify`,
            settlementCurrency: 'EUR',
        },
        scanner: wish.scanner ?? { type: 'virtual' },
        display: wish.display ?? { type: 'virtual' },
        dispenser: { type: 'none' },
        panel: { type: 'none' },
        entry: { min: '1', max: '50000' },
        api: { listen: `127.0.0.1:${wish.port}` },
        relay: { mode: 'embedded', publicUrl: here },
        log: { level: wish.logLevel ?? 'info' },
    };
    const file = join(ground.folder, `${wish.name}.yaml`);
    writeFileSync(file, stringify(config));
    return { file, dataDir };
}

/** The environment of a child: ours without what would change its start. */
export function plainEnvironment(): NodeJS.ProcessEnv {
    const env = { ...process.env };
    for (const name of Object.keys(env)) if (name.startsWith('TILL_') || name.startsWith('NODE_')) delete env[name];
    return env;
}

export interface Spawned {
    readonly process: ChildProcess;
    readonly startedMs: number;
    readonly ended: Promise<number | null>;
    /** What it has said on standard output and error. */
    said(): string;
    kill(signal: NodeJS.Signals): Promise<void>;
}

export function spawnNode(args: readonly string[], options: { env?: NodeJS.ProcessEnv } = {}): Spawned {
    const startedMs = nowMs();
    const child = spawn(process.execPath, args, { cwd: root, env: options.env ?? plainEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const endWithUs = () => child.kill('SIGKILL');
    // Before the folder goes.
    process.prependListener('exit', endWithUs);
    child.once('close', () => process.removeListener('exit', endWithUs));
    let said = '';
    const keep = (text: Buffer) => {
        said += text.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    return {
        process: child,
        startedMs,
        ended,
        said: () => said,
        async kill(signal) {
            child.kill(signal);
            await ended;
        },
    };
}

/** When the first answer to GET `path` with this status came; asks again every millisecond until then. */
export async function answeredMs(port: number, order: { path: string; status: number; limitMs: number; of?: Spawned }): Promise<number> {
    const end = nowMs() + order.limitMs;
    let over = false;
    void order.of?.ended.then(() => {
        over = true;
    });
    for (;;) {
        const at = await askOnce(port, order);
        if (at !== undefined) return at;
        if (over) throw new Error(`The kiosk ended instead of answering ${order.path}:\n${order.of?.said() ?? ''}`);
        if (nowMs() > end) throw new Error(`No ${order.status} from ${order.path} within ${order.limitMs} ms:\n${order.of?.said() ?? ''}`);
        await new Promise((resolve) => setTimeout(resolve, 1));
    }
}

function askOnce(port: number, order: { path: string; status: number }): Promise<number | undefined> {
    return new Promise((resolve) => {
        const socket = connect({ host: '127.0.0.1', port });
        const done = (at: number | undefined) => {
            socket.destroy();
            resolve(at);
        };
        socket.once('connect', () => socket.write(`GET ${order.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`));
        socket.once('data', (text) => done(text.toString('latin1').startsWith(`HTTP/1.1 ${order.status} `) ? nowMs() : undefined));
        socket.once('error', () => done(undefined));
        socket.once('close', () => done(undefined));
    });
}

/** A port of 127.0.0.1 that is free now. */
export function freePort(): Promise<number> {
    return new Promise((resolve, reject) => {
        const server = process.getBuiltinModule('node:net').createServer();
        server.once('error', reject);
        server.listen({ host: '127.0.0.1', port: 0 }, () => {
            const address = server.address();
            server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
        });
    });
}
