/** What the internet sends: nothing of it reaches the till, comes back unescaped, or fills the memory. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { startRelay } from '../../../firmware/relay/listener.ts';
import { createRelay } from '../../../firmware/relay/relay.ts';
import { alipayPlus, type Bench, bench, formOf, page } from './browser.ts';

let b: Bench;
beforeEach(async () => {
    b = await bench();
});
afterEach(() => b.close());

test('markup that is sent comes back as text', async () => {
    const attacks = ['"><script>alert(1)</script>', "'onfocus='x", '</main><b>', '&lt;', '{seller}'];
    const { token } = formOf((await b.get(page)).text);
    for (const attack of attacks) {
        const sent = await b.post(page, { token, amount: attack });
        assert.equal(sent.status, 422);
        assert.doesNotMatch(sent.text, /<script|<b>|'onfocus/);
    }
    b.desk.offer = { ...b.desk.offer, seller: '<img src=x onerror=alert(1)>' };
    const shown = await b.get(`${page}?x="><script>`);
    assert.match(shown.text, /&lt;img src=x/);
    assert.doesNotMatch(shown.text, /<img|<script/);
});

test('every page forbids scripts, frames, caches and referrers', async () => {
    const { token } = formOf((await b.get(page)).text);
    for (const answer of [
        await b.get(page),
        await b.post(page, { token, amount: 'x' }),
        await b.post(page, { token, amount: '5' }),
        await b.get('/nothing'),
        await b.get(`${page}/done`),
    ]) {
        assert.match(
            String(answer.headers['content-security-policy']),
            /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; img-src data:; base-uri 'none'; frame-ancestors 'none'$/,
        );
        assert.equal(answer.headers['cache-control'], 'no-store');
        assert.equal(answer.headers['referrer-policy'], 'no-referrer');
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    }
});

test('a large body is refused and not kept', async () => {
    const { token } = formOf((await b.get(page)).text);
    const large = await b.post(page, { token, amount: '5', junk: 'x'.repeat(1024 * 1024) });
    assert.equal(large.status, 413);
    const chunked = await b.send({
        method: 'POST',
        path: page,
        headers: { 'user-agent': alipayPlus, 'content-type': 'application/x-www-form-urlencoded', 'transfer-encoding': 'chunked' },
        body: `token=${token}&amount=5&junk=${'x'.repeat(64 * 1024)}`,
    });
    assert.equal(chunked.status, 413);
    assert.deepEqual(b.desk.asked, []);
});

test('other methods, types and doubled fields are refused', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
        const answer = await b.send({ method, path: page, headers: { 'user-agent': alipayPlus } });
        assert.equal(answer.status, 405, method);
        assert.equal(answer.headers.allow, 'GET, HEAD, POST');
    }
    assert.equal((await b.post(`${page}/wait`, { s: 'x' })).status, 405);
    assert.equal((await b.post(`${page}/done`, { s: 'x' })).status, 405);
    const { token } = formOf((await b.get(page)).text);
    assert.equal((await b.post(page, { token, amount: '5' }, { 'content-type': 'application/json' })).status, 415);
    const doubled = await b.send({
        method: 'POST',
        path: page,
        headers: { 'user-agent': alipayPlus, 'content-type': 'application/x-www-form-urlencoded' },
        body: `token=${token}&amount=5&amount=500`,
    });
    assert.equal(doubled.status, 410);
    assert.deepEqual(b.desk.asked, []);
    const head = await b.send({ method: 'HEAD', path: page, headers: { 'user-agent': alipayPlus } });
    assert.equal(head.status, 200);
    assert.equal(head.text, '');
});

test('nothing but the page and the notification path exists', async () => {
    const paths = [
        '/',
        '/e',
        '/e/',
        '/e/kiosk-02',
        `${page}/`,
        `${page}/../kiosk-01`,
        '/e/%6biosk-01',
        `/x/..${page}`,
        `/${page}`,
        `${page}/wait/x`,
    ];
    for (const path of [...paths, '/v1/sales', '/metrics', '/healthz', '/ams/notify/', '/ams', '/..%2f..%2fetc/passwd', '/e/kiosk-01%00']) {
        assert.equal((await b.get(path)).status, 404, path);
    }
});

test('a broken request is answered and cut', async () => {
    const text = await new Promise<string>((done, fail) => {
        let received = '';
        const socket = connect(b.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nbroken\r\n\r\n'));
        socket.on('data', (chunk) => {
            received += String(chunk);
        });
        socket.on('error', fail);
        socket.on('close', () => done(received));
    });
    assert.match(text, /^HTTP\/1\.1 400 /);
});

test('a body that breaks off opens nothing', async () => {
    const { token } = formOf((await b.get(page)).text);
    await new Promise<void>((done, fail) => {
        const head = `POST ${page} HTTP/1.1\r\nHost: x\r\nUser-Agent: ${alipayPlus}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\n`;
        const socket = connect(b.port, '127.0.0.1', () => socket.write(`${head}token=${token}&amount=5`, () => socket.destroy()));
        socket.on('error', fail);
        socket.on('close', () => done());
    });
    assert.equal((await b.get(page)).status, 200);
    assert.deepEqual(b.desk.asked, []);
});

test('one address that knocks too often is asked to wait; others are served', async () => {
    const from = (address: string) => b.get(page, { 'x-forwarded-for': `9.9.9.9, ${address}` });
    const statuses: number[] = [];
    for (let knock = 0; knock < 62; knock += 1) statuses.push((await from('203.0.113.7')).status);
    assert.deepEqual([statuses[59], statuses[60], statuses[61]], [200, 429, 429]);
    assert.equal((await from('203.0.113.8')).status, 200);
    b.clock.pass(1000);
    assert.equal((await from('203.0.113.7')).status, 200);
    assert.equal((await from('203.0.113.7')).status, 429);
});

test('a till that fails is no success, and what the customer sent is in no log', async () => {
    const { token } = formOf((await b.get(page)).text);
    b.desk.fail = new Error(`boom ${token}`);
    const sent = await b.post(page, { token, amount: '5' });
    assert.equal(sent.status, 500);
    const notified = await b.send({ method: 'POST', path: '/ams/notify', body: '{"secret":1}' });
    assert.equal(notified.status, 500);
    assert.equal(b.lines.length, 2);
    assert.doesNotMatch(JSON.stringify(b.lines), new RegExp(`${token}|secret|boom`));
});

test('a listener that cannot listen says so', async () => {
    const relay = createRelay({
        desk: b.desk,
        clock: b.clock,
        kiosk: 'k',
        notifyPath: '/n',
        publicUrl: 'http://127.0.0.1',
        locales: ['en'],
        log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    for (const listen of [`127.0.0.1:${b.port}`, 'nonsense', '127.0.0.1:99999']) {
        await assert.rejects(startRelay({ relay, listen }), { code: 'RELAY_LISTEN_FAILED', kind: 'config' });
    }
});
