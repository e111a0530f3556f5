/**
 * Listener: the relay's own door to the network. It knows the notification path and the entry page, and nothing else.
 *
 * Fails: RELAY_LISTEN_FAILED (config) where the address cannot be listened on.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '../ports/fault.ts';
import { plain, type Relay } from './relay.ts';

export interface StartedRelay {
    /** `host:port` as it really listens. */
    readonly address: string;
    /** Stops listening, lets answers under way end for a moment, then cuts what is left. Never rejects. */
    close(): Promise<void>;
}

/** How long answers under way may take after `close`; a page that waits for news is cut, and loads itself again. */
const closeGraceMs = 2_000;

/** @param order.listen `host:port`, IPv6 hosts in brackets; port 0 takes a free one. */
export async function startRelay(order: { relay: Relay; listen: string }): Promise<StartedRelay> {
    const server = createServer(
        {
            maxHeaderSize: 16 * 1024,
            headersTimeout: 10_000,
            requestTimeout: 20_000,
            keepAliveTimeout: 5_000,
            connectionsCheckingInterval: 2_000,
        },
        (request, response) => {
            if (!order.relay.handle(request, response)) plain(response, 404);
        },
    );
    server.maxConnections = 512;
    server.maxHeadersCount = 64;
    server.maxRequestsPerSocket = 1000;
    server.on('clientError', (_error, socket) => {
        if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        else socket.destroy();
    });

    const { host, port } = hostAndPort(order.listen);
    await new Promise<void>((done, fail) => {
        server.once('error', (cause: NodeJS.ErrnoException) => fail(listenFault(order.listen, cause)));
        server.listen({ host, port }, () => done());
    });
    const bound = server.address() as AddressInfo;
    return {
        address: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
        close: () =>
            new Promise((done) => {
                const timer = setTimeout(() => server.closeAllConnections(), closeGraceMs);
                server.close(() => {
                    clearTimeout(timer);
                    done();
                });
                server.closeIdleConnections();
            }),
    };
}

function hostAndPort(listen: string): { host: string; port: number } {
    const colon = listen.lastIndexOf(':');
    const host = listen.slice(0, Math.max(0, colon)).replace(/^\[|\]$/g, '');
    const port = Number(listen.slice(colon + 1));
    if (colon < 1 || !Number.isInteger(port) || port < 0 || port > 65_535) throw listenFault(listen, undefined);
    return { host, port };
}

function listenFault(listen: string, cause: NodeJS.ErrnoException | undefined): Fault {
    const why = cause?.code === 'EADDRINUSE' ? 'another program listens there already' : (cause?.code ?? 'it is not host:port');
    return new Fault({
        code: 'RELAY_LISTEN_FAILED',
        kind: 'config',
        message: `The relay cannot listen on ${listen}: ${why}. Choose another address under relay.listen, or stop the other program.`,
        facts: { listen, ...(cause?.code === undefined ? {} : { errno: cause.code }) },
        cause,
    });
}
