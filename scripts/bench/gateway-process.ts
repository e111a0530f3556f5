/**
 * Gateway process: the sandbox in a process of its own, which tells its parent when each request arrived and when its answer left.
 *
 * Argument: the sandbox's configuration file. Says `{ url }` when it listens, then an `Exchange` for each request of a merchant.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readConfigFile } from '../sandbox/config.ts';
import { startSandbox } from '../sandbox/server.ts';
import { nowMs } from './ground.ts';

/** Times of the clock that all processes share, milliseconds. */
export interface Exchange {
    readonly path: string;
    readonly arrivedMs: number;
    readonly answeredMs: number;
}

const tell = (message: unknown) => process.send?.(message);

subscribe('http.server.request.start', (message) => {
    const arrivedMs = nowMs();
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const path = request.url ?? '';
    if (!path.startsWith('/ams/')) return;
    response.once('finish', () => tell({ path, arrivedMs, answeredMs: nowMs() } satisfies Exchange));
});
const sandbox = await startSandbox(readConfigFile(process.argv[2] ?? ''));
tell({ url: sandbox.url });
// Whoever started it is gone.
process.once('disconnect', () => process.exit());
process.once('SIGTERM', () => void sandbox.close().then(() => process.disconnect?.()));
