/** Gateway: the sandbox of a benchmark and what it saw (gateway-process.ts). */
import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxClient } from '../sandbox/client.ts';
import type { Exchange } from './gateway-process.ts';
import { clientId, type Ground, plainEnvironment } from './ground.ts';

export interface Gateway {
    readonly url: string;
    readonly client: SandboxClient;
    /** The next exchange of an API, such as `pay`, that is told from now on. */
    next(api: string): Promise<Exchange>;
    close(): Promise<void>;
}

export async function openGatewayProcess(ground: Ground): Promise<Gateway> {
    const file = join(ground.folder, 'sandbox.yaml');
    const config = {
        listen: '127.0.0.1:0',
        clients: [{ clientId, publicKeyFile: ground.merchantPublicKey }],
        gatewayKeyFile: ground.gatewayKey,
        wallets: [{ name: 'alice', pspName: 'ALIPAY_HK', currency: 'EUR', balance: '100000000' }],
    };
    writeFileSync(file, JSON.stringify(config));
    const child = fork(join(import.meta.dirname, 'gateway-process.ts'), [file], {
        env: plainEnvironment(),
        execArgv: ['--disable-warning=ExperimentalWarning'],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const url = await firstUrl(child);
    const waiting: { api: string; resolve: (exchange: Exchange) => void }[] = [];
    child.on('message', (message: Exchange) => {
        const at = waiting.findIndex(({ api }) => message.path.endsWith(`/${api}`));
        if (at >= 0) waiting.splice(at, 1)[0]?.resolve(message);
    });
    return {
        url,
        client: new SandboxClient(url),
        next: (api) => new Promise((resolve) => waiting.push({ api, resolve })),
        async close() {
            child.kill('SIGTERM');
            await ended;
        },
    };
}

function firstUrl(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
        child.once('message', (message: { url: string }) => resolve(message.url));
        child.once('exit', (code) => reject(new Error(`The sandbox gateway of the benchmark ended with ${code}.`)));
    });
}
