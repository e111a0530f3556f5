import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Caller, refuseCaller, refuseHost } from '../../../firmware/api/guard.ts';
import { startApi } from '../../../firmware/api/server.ts';
import { readToken } from '../../../firmware/api/token.ts';
import { fakeClock, fakeLog } from './fake-desk.ts';
import { withApi } from './open-api.ts';

const token = 'a-token-of-twenty-four-x';
const caller = (more: Partial<Caller> & { headers?: Record<string, string> } = {}): Caller => ({
    method: 'GET',
    remoteAddress: '127.0.0.1',
    ...more,
    headers: { host: '127.0.0.1:8080', ...more.headers },
});

test('Host: addresses, localhost and configured names only', () => {
    const options = { hosts: ['Kiosk.Local'] };
    for (const host of ['127.0.0.1', '127.0.0.1:80', 'localhost:8080', '[::1]:1', '192.168.1.5:8080', 'kiosk.local', 'KIOSK.local:9']) {
        assert.equal(refuseHost(caller({ headers: { host } }), options), undefined, host);
    }
    for (const host of [
        'evil.example',
        'localhost.evil.example',
        '',
        'kiosk.local.evil.example',
        'a b',
        '127.0.0.1:80:80',
        'user@localhost',
    ]) {
        assert.equal(refuseHost(caller({ headers: { host } }), options)?.code, 'host-not-allowed', host);
    }
    assert.equal(refuseHost({ method: 'GET', remoteAddress: '127.0.0.1', headers: {} }, options)?.status, 421);
});

test('token: everybody but this machine must send it', () => {
    const options = { hosts: [], token };
    const refused = (more: Parameters<typeof caller>[0]) => refuseCaller(caller(more), options)?.code;
    assert.equal(refused({}), undefined);
    assert.equal(refused({ remoteAddress: '::ffff:127.0.0.1' }), undefined);
    assert.equal(refused({ remoteAddress: '::1', headers: { host: '[::1]:8080' } }), undefined);
    const far = { remoteAddress: '192.168.1.9', headers: { host: '192.168.1.5:8080' } };
    assert.equal(refused(far), 'token-required');
    for (const authorization of ['Bearer', 'Bearer ', `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token.slice(1)}`, token]) {
        assert.equal(refused({ ...far, headers: { ...far.headers, authorization } }), 'token-required', authorization);
    }
    assert.equal(refused({ ...far, headers: { ...far.headers, authorization: `Bearer ${token}` } }), undefined);
    assert.equal(refused({ headers: { 'x-forwarded-for': '10.0.0.1' } }), 'token-required', "a proxy's callers may be anybody");
    assert.equal(refused({ headers: { host: '192.168.1.5' } }), 'token-required', 'a tunnel that keeps the outer name');
    assert.equal(refuseCaller(caller(far), { hosts: [] })?.code, 'token-required', 'without a token nobody gets in from outside');
});

test('Origin: a page of somewhere else changes nothing', () => {
    const refused = (headers: Record<string, string>, method = 'POST') => refuseCaller(caller({ method, headers }), { hosts: [] })?.code;
    assert.equal(refused({}), undefined);
    assert.equal(refused({ origin: 'http://127.0.0.1:8080' }), undefined);
    for (const origin of ['http://evil.example', 'http://127.0.0.1:9', 'null', 'file://', 'x'])
        assert.equal(refused({ origin }), 'origin-not-allowed', origin);
    for (const site of ['cross-site', 'same-site', 'x'])
        assert.equal(refused({ 'sec-fetch-site': site }, 'PUT'), 'origin-not-allowed', site);
    for (const site of ['same-origin', 'none']) assert.equal(refused({ 'sec-fetch-site': site }, 'PUT'), undefined, site);
    assert.equal(refused({ origin: 'http://evil.example' }, 'GET'), undefined);
});

test('over the wire: wrong Host 421, wrong Origin 403, and the desk is never asked', async () => {
    await withApi(async ({ desk, call, post }) => {
        for (const path of ['/healthz', '/v1/sales', '/']) {
            const answer = await call({ path, headers: { host: 'evil.example' } });
            assert.deepEqual([answer.status, answer.json.code], [421, 'host-not-allowed'], path);
        }
        const answer = await post('/v1/sales', { items: [{ slot: 'A1' }] }, { origin: 'http://evil.example' });
        assert.deepEqual([answer.status, answer.json.code], [403, 'origin-not-allowed']);
        const proxied = await call({ path: '/v1/sales', headers: { 'x-forwarded-for': '10.0.0.1' } });
        assert.deepEqual([proxied.status, proxied.headers['www-authenticate']], [401, 'Bearer realm="till"']);
        assert.deepEqual(desk.asked, []);
    });
});

test('the relay answers its own paths on this listener, behind the Host check only', async () => {
    const paths: string[] = [];
    const extra: Parameters<typeof startApi>[0]['extra'] = (request, response) => {
        if (request.url !== '/ams/notify') return false;
        paths.push(request.url);
        response.end('relay');
        return true;
    };
    await withApi(
        async ({ call }) => {
            assert.equal((await call({ method: 'POST', path: '/ams/notify', headers: { 'x-forwarded-for': '10.0.0.1' } })).text, 'relay');
            assert.equal((await call({ path: '/ams/notify', headers: { host: 'evil.example' } })).status, 421);
            assert.equal((await call({ path: '/healthz' })).status, 200);
            assert.deepEqual(paths, ['/ams/notify']);
        },
        { extra },
    );
});

test('an address that is taken is told plainly', async () => {
    await withApi(async ({ api }) => {
        await assert.rejects(startApi({ listen: `127.0.0.1:${api.port}`, version: '1', clock: fakeClock(), log: fakeLog() }), {
            code: 'API_LISTEN_FAILED',
            kind: 'config',
            message: /another program listens there/,
        });
    });
});

test('noise instead of HTTP gets a 400 and the door stays open', async () => {
    await withApi(async ({ api, call }) => {
        const answer = await new Promise<string>((resolve, reject) => {
            const socket = connect(api.port, '127.0.0.1', () => socket.write('\x00\x01 not http\r\n\r\n'));
            let text = '';
            socket.on('data', (chunk) => {
                text += chunk;
            });
            socket.on('close', () => resolve(text));
            socket.on('error', reject);
        });
        assert.match(answer, /^HTTP\/1\.1 400 /);
        assert.equal((await call({ path: '/healthz' })).status, 200);
    });
});

test('a token file holds one long word', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'till-token-'));
    try {
        const file = join(folder, 'token');
        await writeFile(file, `${token}\n`);
        assert.equal(await readToken(file), token);
        for (const bad of ['', 'short', 'two words that are long enough', `${token}\n${token}`]) {
            await writeFile(file, bad);
            await assert.rejects(readToken(file), (thrown: Error & { code?: string }) => {
                assert.equal(thrown.code, 'API_TOKEN_INVALID');
                assert.ok(bad === '' || !thrown.message.includes(bad), 'the token is never repeated');
                return true;
            });
        }
        await assert.rejects(readToken(join(folder, 'none')), { code: 'API_TOKEN_INVALID', kind: 'config' });
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
});
