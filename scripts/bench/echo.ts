/**
 * Echo: the floor of a page that asks by POST and hears by server-sent events: a server that sends each POST back as an event, and does
 * nothing else. Answers pages of any port of this machine.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export async function openEcho(): Promise<{ readonly url: string; close(): Promise<void> }> {
    const listeners = new Set<ServerResponse>();
    const server = createServer((request, response) => {
        response.setHeader('access-control-allow-origin', '*');
        if (request.method === 'GET') {
            response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
            response.write(':\n\n');
            listeners.add(response);
            response.on('close', () => listeners.delete(response));
            return;
        }
        request.resume().on('end', () => {
            response.end();
            for (const listener of listeners) listener.write('data: {}\n\n');
        });
    });
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        async close() {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}
