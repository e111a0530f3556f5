/**
 * HTTP network: one exchange with the gateway over node:http or node:https, on a warm connection where there is one.
 *
 * Owns: the connections to the gateway.
 * Rules: the request is written only when its connection stands (for TLS: when the certificate is accepted), so "no byte left" is
 * known, not guessed; the time limit covers everything from the call to the answer's last byte; a connection that was given up is
 * destroyed, never used again; redirects are not followed and encoded bodies are not decoded.
 * Fails: never; every failure is an outcome with a short reason.
 */
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { HttpOutcome, HttpRequest, Network } from '../ports/network.ts';

// Loaded on use, and not by `import`, which evaluates node:http's WebSocket getters and with them all of undici: 31 ms against 4.
const http = () => process.getBuiltinModule('node:http');
const https = () => process.getBuiltinModule('node:https');

export interface HttpNetworkOptions {
    /** PEM certificates to trust instead of the system's, for a relay with a certificate of its own. */
    readonly ca?: string | readonly string[];
    /** How long an idle connection is kept; shorter than what load balancers allow (60 s is common), so that we close first. */
    readonly idleMs?: number;
    /** For opening a connection ahead. */
    readonly warmMs?: number;
}

/** A connection that `warm` opened and no request has used yet. `release` takes our listeners off it. */
interface Ahead {
    readonly socket: Socket;
    release(): void;
}

interface Origin {
    readonly agent: Agent;
    readonly ahead: Ahead[];
    readonly secure: boolean;
    /** Makes a new connection, by the agent's own recipe. */
    readonly connect: (options: object) => Socket;
}

/** Opens a network. Connections are made by the first `post` or `warm`. */
export function openHttpNetwork(options: HttpNetworkOptions = {}): Network {
    const idleMs = options.idleMs ?? 30_000;
    const warmMs = options.warmMs ?? 10_000;
    const origins = new Map<string, Origin>();
    const pending = new Set<ClientRequest>();
    let closed = false;

    function originOf(url: URL): Origin {
        const known = origins.get(url.origin);
        if (known !== undefined) return known;
        const secure = url.protocol === 'https:';
        const settings = { keepAlive: true, maxFreeSockets: 2, timeout: idleMs, scheduling: 'lifo' as const };
        // Stated, so that no environment variable can switch the certificate's check off.
        const tls = {
            minVersion: 'TLSv1.2' as const,
            rejectUnauthorized: true,
            ...(options.ca === undefined ? {} : { ca: [options.ca].flat() }),
        };
        const agent = secure ? new (https().Agent)({ ...settings, ...tls }) : new (http().Agent)(settings);
        const origin = originWithAhead({ agent, secure, tls: secure ? tls : {} });
        origins.set(url.origin, origin);
        return origin;
    }

    async function post(request: HttpRequest): Promise<HttpOutcome> {
        const deadline = performance.now() + request.timeoutMs;
        // A kept connection that had died before a byte was written: nothing left, so asking again on a fresh one repeats nothing.
        for (let tries = 0; tries < 5; tries += 1) {
            if (closed || !URL.canParse(request.url)) return { kind: 'unsent', reason: closed ? 'closed' : 'bad-url' };
            const url = new URL(request.url);
            const outcome = await exchange({ request, url, origin: originOf(url), deadline, pending });
            if (outcome !== 'stale') return outcome;
        }
        return { kind: 'unsent', reason: 'connection-died' };
    }

    async function warm(target: string): Promise<void> {
        if (closed || !URL.canParse(target)) return;
        const url = new URL(target);
        const origin = originOf(url);
        const idle = Object.values(origin.agent.freeSockets).some((sockets) => sockets?.some(usable) ?? false);
        if (!idle && !origin.ahead.some((ahead) => usable(ahead.socket))) await openAhead({ origin, url, idleMs, warmMs });
    }

    async function close(): Promise<void> {
        closed = true;
        for (const request of pending) request.destroy();
        for (const origin of origins.values()) {
            for (const ahead of origin.ahead.splice(0)) ahead.socket.destroy();
            origin.agent.destroy();
        }
        origins.clear();
    }

    return { post, warm, close };
}

function exchange(order: {
    request: HttpRequest;
    url: URL;
    origin: Origin;
    deadline: number;
    pending: Set<ClientRequest>;
}): Promise<HttpOutcome | 'stale'> {
    const { request, url, origin } = order;
    return new Promise((resolve) => {
        let sent = false;
        let reused = false;
        let ended = false;
        const settings: RequestOptions = {
            method: 'POST',
            agent: origin.agent,
            // An encoded body would have to be unpacked before its signature is checked: one more thing that a stranger could inflate.
            headers: { ...request.headers, 'Accept-Encoding': 'identity', 'Content-Length': String(request.body.byteLength) },
        };
        const client = origin.secure ? https().request(url, settings) : http().request(url, settings);
        order.pending.add(client);
        const timer = setTimeout(
            () => finish({ kind: sent ? 'lost' : 'unsent', reason: sent ? 'timeout' : 'connect-timeout' }),
            remaining(order.deadline),
        );

        function finish(outcome: HttpOutcome | 'stale'): void {
            // Once: a finished request's connection may by then carry the next one.
            if (ended) return;
            ended = true;
            clearTimeout(timer);
            order.pending.delete(client);
            if (outcome === 'stale' || outcome.kind !== 'answered') client.destroy();
            resolve(outcome);
        }

        function write(): void {
            sent = true;
            client.end(request.body);
            request.onFirstByte?.();
        }

        client.on('socket', (socket: Socket) => {
            reused = client.reusedSocket;
            if (standing(socket, origin.secure)) write();
            else socket.once(origin.secure ? 'secureConnect' : 'connect', write);
        });
        client.on('error', (error: NodeJS.ErrnoException) => {
            if (sent) finish({ kind: 'lost', reason: reasonOf(error) });
            else finish(reused ? 'stale' : { kind: 'unsent', reason: reasonOf(error) });
        });
        client.on('close', () => finish(sent ? { kind: 'lost', reason: 'cut-off' } : { kind: 'unsent', reason: 'connection-died' }));
        client.on('response', (response) => readBody({ response, bodyBytesMax: request.bodyBytesMax, finish }));
    });
}

function readBody(order: { response: IncomingMessage; bodyBytesMax: number; finish: (outcome: HttpOutcome) => void }): void {
    const { response, finish } = order;
    const lost = (reason: string) => finish({ kind: 'lost', reason });
    const encoding = response.headers['content-encoding'];
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
        length += chunk.byteLength;
        if (length > order.bodyBytesMax) lost('too-large');
        else chunks.push(chunk);
    });
    response.on('error', (error: NodeJS.ErrnoException) => lost(reasonOf(error)));
    response.on('end', () => {
        if (!response.complete) lost('cut-off');
        else finish({ kind: 'answered', status: response.statusCode ?? 0, headers: flatHeaders(response), body: Buffer.concat(chunks) });
    });
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') lost('encoded-body');
    else if (Number(response.headers['content-length'] ?? 0) > order.bodyBytesMax) lost('too-large');
}

/** An agent that uses up the connections that were opened ahead before it makes a new one. */
function originWithAhead(parts: { agent: Agent; secure: boolean; tls: object }): Origin {
    const agent = parts.agent as unknown as { createConnection(options: object, ...rest: unknown[]): Socket };
    const create = agent.createConnection.bind(agent);
    const ahead: Ahead[] = [];
    agent.createConnection = (options, ...rest) => {
        for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
            next.release();
            if (usable(next.socket)) return next.socket;
            next.socket.destroy();
        }
        return create(options, ...rest);
    };
    return { agent: parts.agent, ahead, secure: parts.secure, connect: (options) => create({ ...parts.tls, ...options }) };
}

function openAhead(order: { origin: Origin; url: URL; idleMs: number; warmMs: number }): Promise<void> {
    const { origin, url } = order;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || (origin.secure ? 443 : 80));
    const servername = origin.secure && isIP(host) === 0 ? { servername: host } : {};
    return new Promise((resolve) => {
        const socket = origin.connect({ host, port, ...servername });
        const giveUp = () => socket.destroy();
        const timer = setTimeout(giveUp, order.warmMs);
        const ahead: Ahead = {
            socket,
            release: () => {
                socket.off('data', giveUp).off('timeout', giveUp).setTimeout(0);
                socket.ref();
            },
        };
        socket.on('error', () => {});
        socket.on('close', () => {
            clearTimeout(timer);
            const place = origin.ahead.indexOf(ahead);
            if (place >= 0) origin.ahead.splice(place, 1);
            resolve();
        });
        socket.once(origin.secure ? 'secureConnect' : 'connect', () => {
            clearTimeout(timer);
            // Reading shows when the server leaves; whatever it says before it was asked disqualifies the connection.
            socket.on('data', giveUp);
            socket.setTimeout(order.idleMs, giveUp);
            socket.unref();
            origin.ahead.push(ahead);
            resolve();
        });
    });
}

function usable(socket: Socket): boolean {
    return !socket.destroyed && socket.readable && socket.writable && !socket.readableEnded;
}

/** The connection can carry a request now: connected and, with TLS, the certificate accepted. */
function standing(socket: Socket, secure: boolean): boolean {
    if (socket.connecting || socket.destroyed) return false;
    return !secure || (socket as TLSSocket).authorized;
}

function remaining(deadline: number): number {
    return Math.max(1, deadline - performance.now());
}

/** A short word: the system's error code, never a message, which may quote what was received. */
function reasonOf(error: NodeJS.ErrnoException): string {
    return typeof error.code === 'string' && /^[A-Za-z0-9_-]{1,48}$/.test(error.code) ? error.code : 'connection-failed';
}

function flatHeaders(response: IncomingMessage): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(response.headers)) {
        if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    return headers;
}
