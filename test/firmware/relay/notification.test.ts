/** The notification endpoint hands on what came, byte for byte, and answers what the till answers. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Bench, bench } from './browser.ts';

let b: Bench;
beforeEach(async () => {
    b = await bench();
});
afterEach(() => b.close());

test('body, headers and path reach the till as they came; its reply goes back as it is', async () => {
    const body = Buffer.from([0x7b, 0x22, 0xe4, 0xbb, 0x98, 0xff, 0x00, 0x0d, 0x0a, 0x22, 0x7d]);
    b.desk.reply = {
        status: 202,
        headers: { Signature: 'algorithm=RSA256, signature=x%2B', 'Content-Type': 'application/json' },
        body: '{"a":"付"}',
    };
    const answer = await b.send({
        method: 'POST',
        path: '/ams/notify?a=1&b=%2F',
        headers: {
            'Client-Id': 'SANDBOX_1',
            Signature: 'algorithm=RSA256,keyVersion=1,signature=abc%2Bd',
            'Request-Time': '2026-11-01T10:00:00Z',
        },
        body,
    });
    assert.equal(answer.status, 202);
    assert.equal(answer.headers.signature, 'algorithm=RSA256, signature=x%2B');
    assert.equal(answer.text, '{"a":"付"}');
    const raw = b.desk.notified[0]!;
    assert.equal(raw.path, '/ams/notify?a=1&b=%2F');
    assert.deepEqual(Buffer.from(raw.body), body);
    assert.equal(raw.headers['client-id'], 'SANDBOX_1');
    assert.equal(raw.headers.signature, 'algorithm=RSA256,keyVersion=1,signature=abc%2Bd');
    assert.equal(raw.headers['request-time'], '2026-11-01T10:00:00Z');
});

test('it answers nothing that the till did not say', async () => {
    b.desk.reply = { status: 200, headers: {}, body: '{"result":{"resultStatus":"U"}}' };
    assert.equal((await b.send({ method: 'POST', path: '/ams/notify', body: '' })).text, '{"result":{"resultStatus":"U"}}');
    b.desk.fail = new Error('not durable');
    const failed = await b.send({ method: 'POST', path: '/ams/notify', body: '{}' });
    assert.equal(failed.status, 500);
    assert.doesNotMatch(failed.text, /SUCCESS|"S"/);
});

test('256 KiB pass, more is refused, and only POST is taken', async () => {
    assert.equal((await b.send({ method: 'POST', path: '/ams/notify', body: Buffer.alloc(256 * 1024, 0x20) })).status, 200);
    assert.equal(b.desk.notified[0]?.body.length, 256 * 1024);
    assert.equal((await b.send({ method: 'POST', path: '/ams/notify', body: Buffer.alloc(256 * 1024 + 1, 0x20) })).status, 413);
    const got = await b.get('/ams/notify');
    assert.equal(got.status, 405);
    assert.equal(got.headers.allow, 'POST');
    assert.equal(b.desk.notified.length, 1);
});

test('visitors of the page do not use up the notifications’ share', async () => {
    for (let knock = 0; knock < 310; knock += 1) await b.get('/e/kiosk-01');
    assert.equal((await b.get('/e/kiosk-01')).status, 429);
    assert.equal((await b.send({ method: 'POST', path: '/ams/notify', body: '{}' })).status, 200);
});
