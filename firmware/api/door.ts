/**
 * Door: the API's listener. It answers the health questions by itself and hands every other call to the framework, which is loaded
 * only when it is asked for or when the till has time: being ready to sell must not wait for it.
 *
 * Rules: Host is checked on every call, the rest of guard.ts on every call of our own paths.
 * Fails: API_LISTEN_FAILED (kind `config`).
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readiness } from '../ports/desk.ts';
import { Fault } from '../ports/fault.ts';
import { type GuardOptions, refuseCaller, refuseHost } from './guard.ts';
import { type Problem, problem, problemMediaType } from './problem.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface DoorOptions extends GuardOptions {
    /** `host:port`, IPv6 in brackets. */
    readonly listen: string;
    /** Undefined until the loop turns. */
    readonly readiness: () => Readiness | undefined;
    /** The framework's handler; loaded on the first call that needs it. */
    readonly app: () => Promise<Handler>;
    /** Answers a path of somebody else on this listener (the relay), or says that it is not theirs. */
    readonly extra?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface Door {
    /** `http://host:port` with the port that was taken. */
    readonly address: string;
    readonly port: number;
    /** Stops taking calls and ends the open ones. */
    close(): Promise<void>;
}

const starting: Readiness = { ready: false, reasons: ['starting'], sentences: ['The till is starting.'] };

/** Opens the listener. `node:http` is taken by getBuiltinModule, because importing it costs a start several times as much. */
export async function openDoor(options: DoorOptions): Promise<Door> {
    const http = process.getBuiltinModule('node:http');
    const limits = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 15_000, maxHeaderSize: 16 * 1024 };
    const server = http.createServer(limits, (request, response) => handle(request, response, options));
    server.maxConnections = 256;
    server.on('clientError', (_error, socket) => {
        if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        else socket.destroy();
    });
    const port = await listen(server, options.listen);
    const host = options.listen.slice(0, options.listen.lastIndexOf(':'));
    return { address: `http://${host}:${port}`, port, close: () => close(server) };
}

function handle(request: IncomingMessage, response: ServerResponse, options: DoorOptions): void {
    const caller = { method: request.method ?? 'GET', headers: request.headers, remoteAddress: request.socket.remoteAddress };
    const wrongHost = refuseHost(caller, options);
    if (wrongHost === undefined && options.extra?.(request, response) === true) return;
    const refused = wrongHost ?? refuseCaller(caller, options);
    if (refused !== undefined) {
        sendProblem(response, problem(refused));
        return;
    }
    const path = request.url?.split('?', 1)[0];
    if (request.method === 'GET' && (path === '/healthz' || path === '/readyz')) {
        const { status, body } = healthOf(path, options.readiness());
        sendJson(response, { status, body, mediaType: 'application/json' });
        return;
    }
    options.app().then(
        (app) => app(request, response),
        () => sendProblem(response, problem({ status: 500, code: 'internal', detail: 'The API could not be loaded; see the log.' })),
    );
}

/** The answer of a health question: /healthz is 200 once the loop turns, /readyz only when it can sell. */
export function healthOf(path: '/healthz' | '/readyz', readiness: Readiness | undefined): { status: 200 | 503; body: Readiness } {
    const body = readiness ?? starting;
    const good = path === '/healthz' ? readiness !== undefined : body.ready;
    return { status: good ? 200 : 503, body };
}

function sendProblem(response: ServerResponse, of: Problem): void {
    if (of.status === 401) response.setHeader('www-authenticate', 'Bearer realm="till"');
    // The rest of the call is not read, so the connection cannot be used again.
    response.setHeader('connection', 'close');
    sendJson(response, { status: of.status, body: of, mediaType: problemMediaType });
}

function sendJson(response: ServerResponse, answer: { status: number; body: unknown; mediaType: string }): void {
    if (response.headersSent || response.destroyed) return;
    const text = JSON.stringify(answer.body);
    response.writeHead(answer.status, {
        'content-type': `${answer.mediaType}; charset=utf-8`,
        'content-length': Buffer.byteLength(text),
        'cache-control': 'no-store',
    });
    response.end(text);
}

async function listen(server: Server, address: string): Promise<number> {
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
    try {
        await new Promise<void>((resolve, reject) => {
            server.once('error', reject);
            server.listen({ host, port: Number(address.slice(colon + 1)), backlog: 128 }, () => {
                server.removeListener('error', reject);
                resolve();
            });
        });
    } catch (cause) {
        const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown';
        const why =
            errno === 'EADDRINUSE'
                ? 'another program listens there; stop it or change api.listen'
                : `the system refuses it (${errno}); change api.listen`;
        throw new Fault({
            code: 'API_LISTEN_FAILED',
            kind: 'config',
            message: `The API cannot listen on ${address}: ${why}.`,
            facts: { listen: address, errno },
            cause,
        });
    }
    return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<void> {
    return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
    });
}
