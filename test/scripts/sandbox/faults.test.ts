import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { FaultOrder } from '../../../scripts/sandbox/faults.ts';
import { type Bench, clientId, exchange, openBench, scriptCode, until } from './bench.ts';

const net = (bench: Bench) => bench.sandbox.ledger().totals[0]?.net ?? '0';
const cut = /socket hang up|ECONNRESET|aborted/;

/** Pays once under one fault of `pay`. */
async function payUnder(t: TestContext, fault: Omit<FaultOrder, 'api'>) {
    const bench = await openBench(t);
    await bench.sandbox.fault({ api: 'pay', count: 1, ...fault });
    const id = bench.merchant.newId();
    return { bench, id, pay: bench.merchant.payCode(scriptCode('0000'), { id }) };
}

describe('faults of an answer', () => {
    test('resultCode: answered, and nothing is done', async (t: TestContext) => {
        const { bench, pay } = await payUnder(t, { kind: 'resultCode', resultCode: 'RISK_REJECT' });
        const answer = await pay;
        assert.deepEqual([answer.result, answer.signed, net(bench)], ['F RISK_REJECT', true, '0']);
        assert.equal((await bench.merchant.payCode(scriptCode('0000'))).result, 'S SUCCESS', 'used up');
        await bench.sandbox.fault({ api: 'cancel', kind: 'resultCode', resultCode: 'SYSTEM_ERROR', resultStatus: 'U' });
        assert.equal((await bench.merchant.cancel('anything')).result, 'U SYSTEM_ERROR');
    });

    test('down: the connection is reset', async (t: TestContext) => {
        const { bench, pay } = await payUnder(t, { kind: 'down' });
        await assert.rejects(pay, cut);
        assert.equal(net(bench), '0');
    });

    test('dropBeforeBooking and dropAfterBooking', async (t: TestContext) => {
        const before = await payUnder(t, { kind: 'dropBeforeBooking' });
        await assert.rejects(before.pay, cut);
        assert.equal(net(before.bench), '0');
        const after = await payUnder(t, { kind: 'dropAfterBooking' });
        await assert.rejects(after.pay, cut);
        assert.equal(net(after.bench), '150');
    });

    test('httpStatus and html book nothing unless told', async (t: TestContext) => {
        const status = await payUnder(t, { kind: 'httpStatus', status: 503 });
        assert.equal((await status.pay).status, 503);
        assert.equal(net(status.bench), '0');
        const html = await payUnder(t, { kind: 'html', books: true });
        const answer = await html.pay;
        assert.match(answer.text, /<html>/);
        assert.match(String(answer.headers['content-type']), /text\/html/);
        assert.equal(net(html.bench), '150');
    });

    test('empty, half', async (t: TestContext) => {
        const empty = await payUnder(t, { kind: 'empty' });
        assert.deepEqual([(await empty.pay).text, net(empty.bench)], ['', '150']);
        const half = await payUnder(t, { kind: 'half' });
        await assert.rejects(half.pay, cut);
        assert.equal(net(half.bench), '150');
    });

    test('huge: as many bytes as asked', async (t: TestContext) => {
        const { bench } = await payUnder(t, { kind: 'never' as 'huge' }).catch(() => ({ bench: undefined }));
        assert.equal(bench, undefined, 'a kind of notifications is refused for pay');
        const huge = await payUnder(t, { kind: 'huge', bytes: 3_000_000 });
        const failed = await huge.pay.catch((error: unknown) => error);
        assert.ok(failed instanceof SyntaxError, 'three megabytes that are no JSON');
        assert.equal(net(huge.bench), '150');
    });

    test('badSignature, unsigned', async (t: TestContext) => {
        const bad = await payUnder(t, { kind: 'badSignature' });
        const answer = await bad.pay;
        assert.deepEqual([answer.result, answer.signed], ['S SUCCESS', false]);
        assert.ok(String(answer.headers.signature).startsWith('algorithm=RSA256'));
        const unsigned = await payUnder(t, { kind: 'unsigned' });
        assert.equal((await unsigned.pay).headers.signature, undefined);
    });

    test('wrongAmount, wrongClientId, wrongRequestId, unknownStatus are signed', async (t: TestContext) => {
        const amount = await (await payUnder(t, { kind: 'wrongAmount' })).pay;
        assert.deepEqual([amount.json.paymentAmount.value, amount.signed], ['151', true]);
        const client = await (await payUnder(t, { kind: 'wrongClientId' })).pay;
        assert.deepEqual([client.headers['client-id'], client.signed], [`${clientId}X`, true]);
        const wrong = await payUnder(t, { kind: 'wrongRequestId' });
        const request = await wrong.pay;
        assert.deepEqual([request.json.paymentRequestId, request.signed], [`${wrong.id}x`, true]);
        const status = await (await payUnder(t, { kind: 'unknownStatus' })).pay;
        assert.deepEqual([status.result, status.signed], ['X SOMETHING_NEW', true]);
    });

    test('clockSkew moves Response-Time', async (t: TestContext) => {
        const answer = await (await payUnder(t, { kind: 'clockSkew', ms: 180_000 })).pay;
        assert.deepEqual([answer.headers['response-time'], answer.signed], ['2026-03-02T12:03:00+08:00', true]);
    });

    test('slow holds the answer, slowBefore the request', async (t: TestContext) => {
        const slow = await payUnder(t, { kind: 'slow', ms: 3000 });
        await until(() => net(slow.bench) === '150', 'it is booked');
        slow.bench.clock.turn(3000);
        assert.equal((await slow.pay).result, 'S SUCCESS');
        const before = await payUnder(t, { kind: 'slowBefore', ms: 3000 });
        await until(() => before.bench.sandbox.faults().length === 0, 'the fault is used');
        assert.equal(net(before.bench), '0');
        before.bench.clock.turn(3000);
        assert.equal((await before.pay).result, 'S SUCCESS');
    });

    test('noAnswer: nothing comes, nothing is booked', async (t: TestContext) => {
        const { bench, id, pay } = await payUnder(t, { kind: 'noAnswer' });
        const ended = pay.catch((error: unknown) => error);
        await until(() => bench.sandbox.requests().length === 1, 'the request was seen');
        assert.equal((await bench.merchant.inquire(id)).result, 'F ORDER_NOT_EXIST');
        await bench.sandbox.close();
        assert.ok((await ended) instanceof Error);
    });
});

describe('bookLate', () => {
    test('after a cancel, in spite of the tombstone: the money is there, and a second cancel returns it', async (t: TestContext) => {
        const { bench, id, pay } = await payUnder(t, { kind: 'bookLate', mode: 'afterCancel' });
        await assert.rejects(pay, cut);
        assert.equal((await bench.merchant.inquire(id)).result, 'F ORDER_NOT_EXIST');
        assert.equal((await bench.merchant.cancel(id)).result, 'F ORDER_NOT_EXIST');
        await until(() => net(bench) === '150', 'it is booked');
        assert.equal((await bench.merchant.inquire(id)).json.paymentStatus, 'SUCCESS');
        assert.equal((await bench.merchant.cancel(id)).result, 'S SUCCESS');
        assert.equal(net(bench), '0');
    });

    test('with tombstone: true the closed id refuses it', async (t: TestContext) => {
        const { bench, id, pay } = await payUnder(t, { kind: 'bookLate', mode: 'afterCancel', tombstone: true });
        await assert.rejects(pay, cut);
        await bench.merchant.cancel(id);
        await until(() => bench.sandbox.requests().some((seen) => seen.spoiled.includes('booked-late')), 'it was tried');
        assert.equal(bench.sandbox.requests().at(-1)?.resultCode, 'ORDER_IS_CLOSED');
        assert.equal(net(bench), '0');
    });

    test('after a time', async (t: TestContext) => {
        const { bench, id, pay } = await payUnder(t, { kind: 'bookLate', ms: 30_000 });
        await assert.rejects(pay, cut);
        bench.clock.turn(29_999);
        assert.equal((await bench.merchant.inquire(id)).result, 'F ORDER_NOT_EXIST');
        bench.clock.turn(1);
        assert.equal((await bench.merchant.inquire(id)).json.paymentStatus, 'SUCCESS');
    });
});

describe('how long a fault stands', () => {
    test('count, after, ttl, one payment, one API, removal', async (t: TestContext) => {
        const { merchant, sandbox, clock } = await openBench(t);
        const pays = async (id = merchant.newId()) => (await merchant.payCode(scriptCode('0000'), { id })).result;
        const reject = { kind: 'resultCode', resultCode: 'RISK_REJECT' } as const;
        await sandbox.fault({ api: 'pay', ...reject, count: 1, after: 1 });
        assert.deepEqual([await pays(), await pays(), await pays()], ['S SUCCESS', 'F RISK_REJECT', 'S SUCCESS']);
        await sandbox.fault({ api: '*', ...reject, ttlMs: 1000 });
        assert.equal(await pays(), 'F RISK_REJECT');
        assert.equal((await merchant.inquire('x')).result, 'F RISK_REJECT');
        clock.turn(1000);
        assert.equal(await pays(), 'S SUCCESS');
        const only = merchant.newId();
        const fault = await sandbox.fault({ api: 'pay', ...reject, paymentRequestId: only });
        assert.deepEqual([await pays(), await pays(only)], ['S SUCCESS', 'F RISK_REJECT']);
        assert.deepEqual(
            sandbox.faults().map((one) => [one.id, one.hits]),
            [[fault.id, 1]],
        );
        await sandbox.clearFaults();
        assert.equal(await pays(only), 'S SUCCESS');
    });

    test('down with mode refuse closes the listener until its time is over', async (t: TestContext) => {
        const { merchant, sandbox, clock } = await openBench(t, { adminListen: '127.0.0.1:0' });
        assert.notEqual(sandbox.url, sandbox.adminUrl);
        await sandbox.fault({ api: '*', kind: 'down', mode: 'refuse', ttlMs: 5000 });
        await assert.rejects(merchant.inquire('x'), { code: 'ECONNREFUSED' });
        const admin = await exchange(`${sandbox.adminUrl}/admin/faults`, { method: 'GET', headers: {} });
        assert.equal(JSON.parse(admin.body.toString()).faults.length, 1);
        clock.turn(5000);
        const { port } = new URL(sandbox.url);
        await until(() => sandbox.faults().length === 0, 'the fault ended');
        await new Promise<void>((done) => {
            const tryOnce = () => {
                const socket = connect({ port: Number(port), host: '127.0.0.1' }, () => {
                    socket.destroy();
                    done();
                });
                socket.on('error', () => setImmediate(tryOnce));
            };
            tryOnce();
        });
        assert.equal((await merchant.inquire('x')).result, 'F ORDER_NOT_EXIST');
        assert.equal(
            (await exchange(`${sandbox.url}/admin/faults`, { method: 'GET', headers: {} })).body.toString().includes('NO_INTERFACE_DEF'),
            true,
        );
    });
});
