/** The network's promises: what is `unsent`, what is `lost`, how long, how much, and on which connection. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type HttpNetworkOptions, openHttpNetwork } from '../../../firmware/gateway/http-network.ts';
import type { HttpOutcome, HttpRequest, Network } from '../../../firmware/ports/network.ts';
import { answer, openWire, type Serve, selfSigned, type Wire } from './wire.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
    for (const thing of opened.splice(0).reverse()) await thing.close();
});

async function wireOf(serve: Serve, tls?: { key: string; cert: string }): Promise<Wire> {
    const wire = await openWire(serve, tls);
    opened.push(wire);
    return wire;
}

function network(options?: HttpNetworkOptions): Network {
    const made = openHttpNetwork(options);
    opened.push(made);
    return made;
}

function request(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
    return {
        url: `${url}/ams/api/v1/payments/pay`,
        headers: { 'X-Test': '1' },
        body: Buffer.from('{"a":1}'),
        timeoutMs: 2000,
        bodyBytesMax: 4096,
        ...more,
    };
}

const reason = (outcome: HttpOutcome) => [outcome.kind, 'reason' in outcome ? outcome.reason : outcome.status];

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    return port;
}

describe('an answer', () => {
    test('comes back whole, with its status, lower-case headers and raw bytes', async () => {
        const wire = await wireOf((socket, { body }) => socket.write(answer(`{"é":${body}}`, { Signature: 's', 'X-Two': 'a' })));
        const outcome = await network().post(request(wire.url));
        assert.ok(outcome.kind === 'answered');
        assert.equal(outcome.status, 200);
        assert.equal(outcome.headers.signature, 's');
        assert.equal(Buffer.from(outcome.body).toString(), '{"é":{"a":1}}');
        assert.match(wire.received[0] ?? '', /^POST \/ams\/api\/v1\/payments\/pay HTTP\/1\.1\r\n/);
        assert.match(wire.received[0] ?? '', /\r\ncontent-length: 7\r\n/i);
        assert.match(wire.received[0] ?? '', /\r\nx-test: 1\r\n/i);
    });

    test('of any status is an answer; a redirect is not followed', async () => {
        const wire = await wireOf((socket) => socket.write(answer('', { Location: 'http://127.0.0.1:1/' }, '302 Found')));
        assert.deepEqual(reason(await network().post(request(wire.url))), ['answered', 302]);
    });

    test('in chunks is put together', async () => {
        const wire = await wireOf((socket) =>
            socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n'),
        );
        const outcome = await network().post(request(wire.url));
        assert.ok(outcome.kind === 'answered');
        assert.equal(Buffer.from(outcome.body).toString(), 'abcde');
    });

    test('tells the first byte once, before the answer', async () => {
        const order: string[] = [];
        const wire = await wireOf((socket) => socket.write(answer('{}')));
        await network().post(request(wire.url, { onFirstByte: () => order.push('byte') }));
        order.push('answer');
        assert.deepEqual(order, ['byte', 'answer']);
    });
});

describe('unsent: no byte of the request left', () => {
    test('nobody listens', async () => {
        let bytes = 0;
        const outcome = await network().post(request(`http://127.0.0.1:${await deadPort()}`, { onFirstByte: () => (bytes += 1) }));
        assert.deepEqual(reason(outcome), ['unsent', 'ECONNREFUSED']);
        assert.equal(bytes, 0);
    });

    test('a name that does not exist', async () => {
        const outcome = await network().post(request('http://gateway.invalid', { timeoutMs: 1000 }));
        assert.equal(outcome.kind, 'unsent');
    });

    test('a certificate that nobody vouches for: not even the path is seen', async () => {
        const wire = await wireOf((socket) => socket.write(answer('{}')), selfSigned());
        const outcome = await network().post(request(wire.url));
        assert.equal(outcome.kind, 'unsent');
        assert.equal(wire.received.join(''), '');
    });

    test('a server that speaks no TLS, and one that never finishes it', async () => {
        const plain = await wireOf(() => {});
        const silent = createServer().listen(0, '127.0.0.1');
        await once(silent, 'listening');
        const { port } = silent.address() as { port: number };
        const sockets: { destroy(): void }[] = [];
        silent.on('connection', (socket) => sockets.push(socket.on('error', () => {})));
        opened.push({
            close: async () => {
                for (const socket of sockets) socket.destroy();
                silent.close();
                await once(silent, 'close');
            },
        });
        const made = network();
        const first = made.post(request(plain.url.replace('http:', 'https:'), { timeoutMs: 150 }));
        const second = made.post(request(`https://127.0.0.1:${port}`, { timeoutMs: 150 }));
        assert.equal((await first).kind, 'unsent');
        assert.deepEqual(reason(await second), ['unsent', 'connect-timeout']);
    });

    test('after close, and an address that is none', async () => {
        const made = network();
        assert.deepEqual(reason(await made.post(request('no address'))), ['unsent', 'bad-url']);
        await made.close();
        assert.deepEqual(reason(await made.post(request('http://127.0.0.1:1'))), ['unsent', 'closed']);
    });
});

describe('lost: the request may have arrived', () => {
    const cases: readonly [string, Serve, string][] = [
        ['nothing comes', () => {}, 'timeout'],
        ['the connection is closed without a word', (socket) => socket.end(), 'ECONNRESET'],
        ['the connection is reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
        ['half of the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'), 'ECONNRESET'],
        ['half of the body', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":'), 'cut-off'],
        ['half of a chunked body', (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc'), 'cut-off'],
        [
            'two lengths',
            (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'),
            'HPE_UNEXPECTED_CONTENT_LENGTH',
        ],
        ['no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH\r\n'), 'HPE_INVALID_CONSTANT'],
        ['headers without end', (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(10_000)}`), 'HPE_HEADER_OVERFLOW'],
        ['a length over the limit', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n'), 'too-large'],
        [
            'a body that was packed',
            (socket) => socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n`),
            'encoded-body',
        ],
    ];
    for (const [name, serve, expected] of cases) {
        test(name, async () => {
            const wire = await wireOf(serve);
            const made = network();
            assert.deepEqual(reason(await made.post(request(wire.url, { timeoutMs: expected === 'timeout' ? 100 : 2000 }))), [
                'lost',
                expected,
            ]);
        });
    }

    test('a time-out covers the whole answer, byte by byte, and destroys the connection', async () => {
        let dripping: NodeJS.Timeout | undefined;
        const wire = await wireOf((socket) => {
            socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
            dripping = setInterval(() => socket.write('x'), 10);
            socket.on('close', () => clearInterval(dripping));
        });
        const made = network();
        const startedAt = performance.now();
        assert.deepEqual(reason(await made.post(request(wire.url, { timeoutMs: 120 }))), ['lost', 'timeout']);
        assert.ok(performance.now() - startedAt < 1000);
        await settled(() => wire.open() === 0);
    });

    test('100 MB stop at the limit', async () => {
        let written = 0;
        const wire = await wireOf((socket) => {
            socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
            const block = `10000\r\n${'x'.repeat(65_536)}\r\n`;
            const more = () => {
                while (written < 100e6 && !socket.destroyed) {
                    written += 65_536;
                    if (!socket.write(block)) return;
                }
            };
            socket.on('drain', more);
            more();
        });
        assert.deepEqual(reason(await network().post(request(wire.url, { bodyBytesMax: 262_144 }))), ['lost', 'too-large']);
        await settled(() => wire.open() === 0);
        assert.ok(written < 20e6, `${written} bytes were written`);
    });

    test('a gzip bomb is never unpacked', async () => {
        const bomb = gzipSync(Buffer.alloc(50e6));
        const wire = await wireOf((socket) => {
            socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.byteLength}\r\n\r\n`);
            socket.write(bomb);
        });
        assert.deepEqual(reason(await network().post(request(wire.url, { bodyBytesMax: 262_144 }))), ['lost', 'encoded-body']);
        assert.match(wire.received[0] ?? '', /accept-encoding: identity/i);
    });

    test('a body at the limit is still an answer', async () => {
        const wire = await wireOf((socket) => socket.write(answer('x'.repeat(4096))));
        assert.equal((await network().post(request(wire.url))).kind, 'answered');
        const longer = await wireOf((socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(4097)}`));
        assert.deepEqual(reason(await network().post(request(longer.url))), ['lost', 'too-large']);
    });
});

describe('connections', () => {
    test('the second request uses the first one’s', async () => {
        const wire = await wireOf((socket) => socket.write(answer('{}')));
        const made = network();
        for (let place = 0; place < 5; place += 1) assert.equal((await made.post(request(wire.url))).kind, 'answered');
        assert.equal(wire.connections(), 1);
    });

    test('a kept one that dies under a request is lost, and is not asked again', async () => {
        const wire = await wireOf((socket, { place }) => {
            if (place === 0) socket.write(answer('{}'));
            else socket.destroy();
        });
        const made = network();
        assert.equal((await made.post(request(wire.url))).kind, 'answered');
        assert.equal((await made.post(request(wire.url))).kind, 'lost');
        assert.equal(wire.received.join('').match(/POST \/ams/g)?.length, 2);
    });

    test('a kept one that the server has closed is replaced', async () => {
        const wire = await wireOf((socket) => {
            socket.end(answer('{}'));
        });
        const made = network();
        assert.equal((await made.post(request(wire.url))).kind, 'answered');
        await settled(() => wire.open() === 0);
        assert.equal((await made.post(request(wire.url))).kind, 'answered');
        assert.equal(wire.connections(), 2);
    });

    test('one that timed out carries nothing more', async () => {
        const wire = await wireOf((socket, { connection }) => {
            if (connection > 0) socket.write(answer('{"second":true}'));
            else setTimeout(() => socket.write(answer('{"first":true}')), 120);
        });
        const made = network();
        assert.deepEqual(reason(await made.post(request(wire.url, { timeoutMs: 60 }))), ['lost', 'timeout']);
        const outcome = await made.post(request(wire.url));
        assert.ok(outcome.kind === 'answered');
        assert.equal(Buffer.from(outcome.body).toString(), '{"second":true}');
    });

    test('what comes after an answer is nobody’s answer', async () => {
        const wire = await wireOf((socket, { connection }) =>
            socket.write(connection === 0 ? answer('{"n":1}') + answer('{"forged":true}') : answer('{"n":2}')),
        );
        const made = network();
        assert.equal((await made.post(request(wire.url))).kind, 'answered');
        const second = await made.post(request(wire.url));
        assert.ok(second.kind === 'lost' || Buffer.from((second as { body: Uint8Array }).body).toString() === '{"n":2}');
    });

    test('warm opens one ahead, which the next request uses; warm again opens none', async () => {
        const wire = await wireOf((socket) => socket.write(answer('{}')));
        const made = network();
        await made.warm(wire.url);
        await made.warm(wire.url);
        assert.equal(wire.connections(), 1);
        assert.equal(wire.received.join(''), '');
        assert.equal((await made.post(request(wire.url))).kind, 'answered');
        await made.warm(wire.url);
        assert.equal((await made.post(request(wire.url))).kind, 'answered');
        assert.equal(wire.connections(), 1);
    });

    test('one opened ahead that the server left is replaced; warm never rejects', async () => {
        const wire = await wireOf((socket) => socket.write(answer('{}')));
        const made = network();
        await made.warm(`http://127.0.0.1:${await deadPort()}`);
        await made.warm('no address');
        await made.warm(wire.url);
        await settled(() => wire.open() === 1);
        await wire.close();
        opened.splice(opened.indexOf(wire), 1);
        for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        const outcome = await made.post(request(wire.url));
        assert.deepEqual(reason(outcome), ['unsent', 'ECONNREFUSED']);
    });

    test('one opened ahead that talks before it is asked is thrown away', async () => {
        let connections = 0;
        const server = createServer((socket) => {
            connections += 1;
            socket.on('error', () => {});
            socket.write(answer(`{"connection":${connections}}`));
        }).listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as { port: number };
        const made = network();
        const talked = once(server, 'connection');
        await made.warm(`http://127.0.0.1:${port}`);
        const [socket] = (await talked) as [NodeJS.EventEmitter];
        await once(socket, 'close');
        assert.equal(connections, 1);
        await made.close();
        server.close();
        await once(server, 'close');
    });

    test('TLS: a trusted certificate, warmed, reused', async () => {
        const tls = selfSigned();
        const wire = await wireOf((socket) => socket.write(answer('{}')), tls);
        const made = network({ ca: tls.cert });
        await made.warm(wire.url);
        for (let place = 0; place < 3; place += 1) assert.equal((await made.post(request(wire.url))).kind, 'answered');
        assert.equal(wire.connections(), 1);
    });

    test('TLS: the environment cannot switch the check off', async () => {
        const wire = await wireOf((socket) => socket.write(answer('{}')), selfSigned());
        process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
        try {
            assert.equal((await network().post(request(wire.url))).kind, 'unsent');
        } finally {
            delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
        }
    });

    test('close ends what is under way', async () => {
        const wire = await wireOf(() => {});
        const made = network();
        const under = made.post(request(wire.url));
        await settled(() => (wire.received[0] ?? '').includes('{"a":1}'));
        await made.close();
        assert.equal((await under).kind, 'lost');
    });
});

/** Waits for the other end of a socket to notice, turn by turn of the event loop. */
async function settled(done: () => boolean): Promise<void> {
    for (let turn = 0; turn < 5000 && !done(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(done(), 'it did not settle');
}
