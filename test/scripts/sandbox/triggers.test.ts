import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type Bench, openBench, scriptCode, until } from './bench.ts';

const net = (bench: Bench) => bench.sandbox.ledger().totals[0]?.net ?? '0';
const status = async (bench: Bench, id: string) => {
    const { json, result } = await bench.merchant.inquire(id);
    return json.paymentStatus ?? result;
};

describe('payment codes that select a script', () => {
    const refused: Readonly<Record<string, string>> = {
        '0003': 'EXPIRED_CODE',
        '0004': 'INVALID_PAYMENT_CODE',
        '0005': 'USER_BALANCE_NOT_ENOUGH',
        '0006': 'RISK_REJECT',
    };
    for (const [ending, code] of Object.entries(refused)) {
        test(`${ending}: F ${code}`, async (t: TestContext) => {
            const bench = await openBench(t);
            const id = bench.merchant.newId();
            assert.equal((await bench.merchant.payCode(scriptCode(ending), { id })).result, `F ${code}`);
            const inquiry = await bench.merchant.inquire(id);
            assert.deepEqual([inquiry.result, inquiry.json.paymentStatus, inquiry.json.paymentResultCode], ['S SUCCESS', 'FAIL', code]);
            assert.equal(net(bench), '0');
        });
    }

    test('0000: S, and the money is taken', async (t: TestContext) => {
        const bench = await openBench(t);
        assert.equal((await bench.merchant.payCode(scriptCode('0000'))).result, 'S SUCCESS');
        assert.equal(net(bench), '150');
    });

    test('0001: in process, then success after n inquiries', async (t: TestContext) => {
        const bench = await openBench(t);
        const id = bench.merchant.newId();
        assert.equal((await bench.merchant.payCode(scriptCode('0001'), { id })).result, 'U PAYMENT_IN_PROCESS');
        assert.equal(await status(bench, id), 'PROCESSING');
        assert.equal(await status(bench, id), 'PROCESSING');
        assert.equal(net(bench), '0');
        assert.equal(await status(bench, id), 'SUCCESS');
        assert.equal(net(bench), '150');
    });

    test('0002: in process for ever', async (t: TestContext) => {
        const bench = await openBench(t);
        const id = bench.merchant.newId();
        assert.equal((await bench.merchant.payCode(scriptCode('0002'), { id })).result, 'U PAYMENT_IN_PROCESS');
        for (let i = 0; i < 6; i++) assert.equal(await status(bench, id), 'PROCESSING');
        assert.equal((await bench.merchant.cancel(id)).result, 'S SUCCESS');
    });

    test('0007: booked, then the connection is cut', async (t: TestContext) => {
        const bench = await openBench(t);
        const id = bench.merchant.newId();
        await assert.rejects(bench.merchant.payCode(scriptCode('0007'), { id }), /socket hang up|ECONNRESET/);
        assert.equal(await status(bench, id), 'SUCCESS');
        assert.equal(net(bench), '150');
    });

    test('0008: the connection is cut, nothing is booked', async (t: TestContext) => {
        const bench = await openBench(t);
        const id = bench.merchant.newId();
        await assert.rejects(bench.merchant.payCode(scriptCode('0008'), { id }), /socket hang up|ECONNRESET/);
        assert.equal(await status(bench, id), 'F ORDER_NOT_EXIST');
    });

    test('0009: HTTP 500', async (t: TestContext) => {
        const bench = await openBench(t);
        const id = bench.merchant.newId();
        assert.equal((await bench.merchant.payCode(scriptCode('0009'), { id })).status, 500);
        assert.equal(await status(bench, id), 'F ORDER_NOT_EXIST');
    });

    test('0010: S with a bad signature, and the money is taken', async (t: TestContext) => {
        const bench = await openBench(t);
        const answer = await bench.merchant.payCode(scriptCode('0010'));
        assert.deepEqual([answer.result, answer.signed], ['S SUCCESS', false]);
        assert.equal(net(bench), '150');
    });

    test('0011: slow; in process meanwhile, and a cancel meanwhile wins', async (t: TestContext) => {
        const bench = await openBench(t);
        const { merchant, clock, sandbox } = bench;
        const ids = [merchant.newId(), merchant.newId()] as const;
        const answers = ids.map((id) => merchant.payCode(scriptCode('0011'), { id }));
        await until(() => sandbox.ledger().payments.length === 2, 'both payments stand');
        assert.equal(await status(bench, ids[0]), 'PROCESSING');
        await merchant.cancel(ids[1]);
        clock.turn(19_999);
        assert.equal(net(bench), '0');
        clock.turn(1);
        assert.equal((await answers[0])?.result, 'S SUCCESS');
        assert.equal((await answers[1])?.result, 'F ORDER_IS_CANCELED');
        assert.equal(net(bench), '150');
    });

    test('a trigger that is off, and a code that nobody shows', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t);
        sandbox.setSwitches({ triggersOff: ['0000', '9901'] });
        assert.equal((await merchant.payCode(scriptCode('0000'))).result, 'F INVALID_PAYMENT_CODE');
        assert.equal((await merchant.payCode(scriptCode('4711'))).result, 'F INVALID_PAYMENT_CODE');
        sandbox.setSwitches({ unknownCodes: 'accept' });
        assert.equal((await merchant.payCode(scriptCode('0000'), { value: '9901' })).result, 'S SUCCESS');
        assert.equal((await merchant.payCode('134567890123456789')).result, 'F INVALID_PAYMENT_CODE', 'no wallet of ours has such a code');
    });
});

describe('amounts that select a script', () => {
    test('9901: pay answers U UNKNOWN_EXCEPTION without ids, each time', async (t: TestContext) => {
        const bench = await openBench(t);
        const id = bench.merchant.newId();
        const body = bench.merchant.payBody({ id, scenario: 'OrderCode', value: '9901' });
        for (let i = 0; i < 2; i++) {
            const answer = await bench.merchant.call('pay', body);
            assert.equal(answer.result, 'U UNKNOWN_EXCEPTION');
            assert.deepEqual(Object.keys(answer.json), ['result']);
        }
        assert.equal((await bench.merchant.cancel(id)).result, 'S SUCCESS');
    });

    test('9902: pay is never answered', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t);
        const id = merchant.newId();
        let settled = false;
        const pay = merchant.payCode(scriptCode('0000'), { id, value: '9902' }).catch((error: unknown) => error);
        void pay.then(() => {
            settled = true;
        });
        await until(() => sandbox.requests().length === 1, 'the request was seen');
        assert.equal((await merchant.inquire(id)).json.paymentStatus, 'PROCESSING');
        assert.equal(settled, false);
        await sandbox.close();
        assert.ok((await pay) instanceof Error);
    });

    test('9903 and 9904: the inquiry is uncertain, or never answered', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t);
        const [unknown, silent] = [merchant.newId(), merchant.newId()];
        assert.equal((await merchant.payCode(scriptCode('0000'), { id: unknown, value: '9903' })).result, 'S SUCCESS');
        assert.equal((await merchant.inquire(unknown)).result, 'U UNKNOWN_EXCEPTION');
        assert.equal((await merchant.payCode(scriptCode('0000'), { id: silent, value: '9904' })).result, 'S SUCCESS');
        const inquiry = merchant.inquire(silent).catch((error: unknown) => error);
        await until(() => sandbox.requests().length === 4, 'the inquiry was seen');
        assert.equal((await merchant.cancel(silent)).result, 'S SUCCESS');
        await sandbox.close();
        assert.ok((await inquiry) instanceof Error);
    });
});
