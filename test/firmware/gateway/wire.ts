/** Wire: small servers for the gateway's tests: a raw TCP one that says what a test tells it, byte by byte, and a TLS one. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import forge from 'node-forge';

export interface Wire {
    readonly url: string;
    readonly port: number;
    /** Everything that arrived, by connection. */
    readonly received: string[];
    connections(): number;
    open(): number;
    close(): Promise<void>;
}

/** Calls `serve` with each request that has arrived whole (by its content-length), its connection's number and its place in it. */
export type Serve = (socket: Socket, request: { body: string; connection: number; place: number }) => void;

export async function openWire(serve: Serve, tls?: { key: string; cert: string }): Promise<Wire> {
    const received: string[] = [];
    const sockets = new Set<Socket>();
    const onSocket = (socket: Socket) => {
        const connection = received.push('') - 1;
        let place = 0;
        let buffered = '';
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
        socket.on('data', (data) => {
            received[connection] += data.toString('latin1');
            buffered += data.toString('latin1');
            for (let request = whole(buffered); request !== undefined; request = whole(buffered)) {
                buffered = buffered.slice(request.length);
                serve(socket, { body: request.body, connection, place });
                place += 1;
            }
        });
    };
    const server: Server = tls === undefined ? createServer(onSocket) : createTlsServer(tls, onSocket);
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
        url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
        port,
        received,
        connections: () => received.length,
        open: () => sockets.size,
        close: async () => {
            for (const socket of sockets) socket.destroy();
            server.close();
            await once(server, 'close');
        },
    };
}

function whole(text: string): { body: string; length: number } | undefined {
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const bodyLength = Number(/^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
    const length = end + 4 + bodyLength;
    return text.length < length ? undefined : { body: text.slice(end + 4, length), length };
}

/** A whole answer with a body and more headers. */
export function answer(body: string, headers: Readonly<Record<string, string>> = {}, status = '200 OK'): string {
    const lines = Object.entries({ 'Content-Length': String(Buffer.byteLength(body)), ...headers }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
    );
    return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`;
}

/** A certificate for 127.0.0.1 that nobody but its holder trusts. */
export function selfSigned(): { key: string; cert: string } {
    const pair = forge.pki.rsa.generateKeyPair({ bits: 2048, workers: 0 });
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = pair.publicKey;
    certificate.serialNumber = '0a';
    certificate.validity.notBefore = new Date(Date.now() - 86_400_000);
    certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
    const name = [{ name: 'commonName', value: '127.0.0.1' }];
    certificate.setSubject(name);
    certificate.setIssuer(name);
    certificate.setExtensions([
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ]);
    certificate.sign(pair.privateKey, forge.md.sha256.create());
    return { key: forge.pki.privateKeyToPem(pair.privateKey), cert: forge.pki.certificateToPem(certificate) };
}
