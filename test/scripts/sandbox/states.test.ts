import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { type Bench, openBench, scriptCode } from './bench.ts';

type State = 'none' | 'PROCESSING' | 'SUCCESS' | 'FAIL' | 'EXPIRED' | 'CANCELLED';

/** Brings a payment into a state; gives how to repeat its pay, its ids and its code. */
async function bring(bench: Bench, state: State) {
    const { merchant, sandbox, clock } = bench;
    const id = merchant.newId();
    const expiry = { paymentExpiryTime: new Date(clock.wallMs() + 60_000).toISOString() };
    const paid = state === 'SUCCESS' || state === 'FAIL';
    const body = paid
        ? merchant.payBody({ id, scenario: 'PaymentCode', code: scriptCode(state === 'SUCCESS' ? '0000' : '0005') }, expiry)
        : merchant.payBody({ id, scenario: 'OrderCode' }, expiry);
    const first = state === 'none' ? undefined : await merchant.call('pay', body);
    const paymentId =
        state === 'none' ? '2026030219401080010018810000000000A' : (sandbox.ledger({ paymentRequestId: id }).payments[0]?.paymentId ?? '');
    const code = first?.json?.orderCodeForm?.codeDetails[0].codeValue as string | undefined;
    if (state === 'EXPIRED') clock.turn(61_000);
    if (state === 'CANCELLED') assert.equal((await merchant.cancel(id)).result, 'S SUCCESS');
    return { id, paymentId, code, first, again: () => merchant.call('pay', body) };
}

const table: Readonly<Record<State, { pay: string; inquiry: string; cancel: string; refund: string; wallet?: string; after: string }>> = {
    none: {
        pay: 'S SUCCESS',
        inquiry: 'F ORDER_NOT_EXIST',
        cancel: 'F ORDER_NOT_EXIST',
        refund: 'F ORDER_NOT_EXIST',
        after: 'ORDER_NOT_EXIST',
    },
    PROCESSING: {
        pay: 'S SUCCESS',
        inquiry: 'PROCESSING',
        cancel: 'S SUCCESS',
        refund: 'F ORDER_STATUS_INVALID',
        wallet: 'paid',
        after: 'CANCELLED',
    },
    SUCCESS: { pay: 'S SUCCESS', inquiry: 'SUCCESS', cancel: 'S SUCCESS', refund: 'S SUCCESS', after: 'CANCELLED' },
    FAIL: { pay: 'F USER_BALANCE_NOT_ENOUGH', inquiry: 'FAIL', cancel: 'S SUCCESS', refund: 'F ORDER_STATUS_INVALID', after: 'FAIL' },
    EXPIRED: {
        pay: 'F ORDER_IS_CLOSED',
        inquiry: 'FAIL',
        cancel: 'S SUCCESS',
        refund: 'F ORDER_IS_CLOSED',
        wallet: 'code-expired',
        after: 'FAIL',
    },
    CANCELLED: {
        pay: 'F ORDER_IS_CANCELED',
        inquiry: 'CANCELLED',
        cancel: 'S SUCCESS',
        refund: 'F ORDER_IS_CANCELED',
        wallet: 'cancelled',
        after: 'CANCELLED',
    },
};

const shown = (answer: { json: { paymentStatus?: string }; result: string }) => answer.json.paymentStatus ?? answer.result;

describe('state table of protocol §13.2', () => {
    for (const [name, row] of Object.entries(table)) {
        const state = name as State;
        test(`${state}: pay again, inquiry, refund, cancel`, async (t: TestContext) => {
            const bench = await openBench(t);
            const { merchant } = bench;
            const payment = await bring(bench, state);
            if (state !== 'none') {
                const again = await payment.again();
                assert.equal(again.result, row.pay);
                assert.ok(again.signed);
                if (again.json.result.resultStatus === 'S') assert.deepEqual(again.json, payment.first?.json, 'the same S is given again');
            }
            assert.equal(shown(await merchant.inquire(payment.id)), row.inquiry);
            if (state !== 'SUCCESS') assert.equal((await merchant.refund(payment.paymentId, '50')).result, row.refund);
            const cancelled = await merchant.cancel(payment.id);
            assert.equal(cancelled.result, row.cancel);
            assert.deepEqual((await merchant.cancel(payment.id)).json, cancelled.json, 'a cancel is idempotent');
            assert.equal(shown(await merchant.inquire(payment.id)).replace('F ', ''), row.after);
        });
        if (row.wallet === undefined) continue;
        test(`${state}: wallet confirms`, async (t: TestContext) => {
            const bench = await openBench(t);
            const payment = await bring(bench, state);
            const outcome = bench.sandbox.wallets.scan('alice', { code: payment.code ?? '' });
            assert.equal(outcome.reason ?? outcome.outcome, row.wallet);
            assert.equal(bench.sandbox.wallets.view('alice').balance, row.wallet === 'paid' ? '49850' : '50000');
        });
    }

    test('PROCESSING with a payment code: the same pay is in process', async (t: TestContext) => {
        const { merchant } = await openBench(t);
        const body = merchant.payBody({ id: merchant.newId(), scenario: 'PaymentCode', code: scriptCode('0002') });
        assert.equal((await merchant.call('pay', body)).result, 'U PAYMENT_IN_PROCESS');
        assert.equal((await merchant.call('pay', body)).result, 'U PAYMENT_IN_PROCESS');
    });

    test('a paid payment: refund, then neither cancel nor too much', async (t: TestContext) => {
        const bench = await openBench(t);
        const { merchant, sandbox } = bench;
        const { id, paymentId } = await bring(bench, 'SUCCESS');
        const refundId = merchant.newId();
        const first = await merchant.refund(paymentId, '100', refundId);
        assert.equal(first.result, 'S SUCCESS');
        assert.deepEqual((await merchant.refund(paymentId, '100', refundId)).json, first.json);
        assert.equal((await merchant.refund(paymentId, '90', refundId)).result, 'F REPEAT_REQ_INCONSISTENT');
        assert.equal((await merchant.cancel(id)).result, 'F PROCESS_FAIL');
        assert.equal((await merchant.refund(paymentId, '51')).result, 'F REFUND_AMOUNT_EXCEED');
        assert.equal((await merchant.refund(paymentId, '50')).result, 'S SUCCESS');
        const inquiry = await merchant.inquire(id);
        assert.equal(inquiry.json.paymentStatus, 'SUCCESS');
        assert.deepEqual(
            inquiry.json.transactions.map(
                (one: { transactionType: string; transactionStatus: string; transactionAmount: { value: string } }) => [
                    one.transactionType,
                    one.transactionStatus,
                    one.transactionAmount.value,
                ],
            ),
            [
                ['REFUND', 'SUCCESS', '100'],
                ['REFUND', 'FAIL', '51'],
                ['REFUND', 'SUCCESS', '50'],
            ],
        );
        assert.deepEqual(sandbox.ledger().totals, [
            { currency: 'EUR', taken: '150', cancelled: '0', refunded: '150', returned: '0', net: '0' },
        ]);
    });

    test('the cancel window closes at 00:15 UTC+8 of the next day', async (t: TestContext) => {
        const bench = await openBench(t);
        const { merchant, clock } = bench;
        const early = await bring(bench, 'SUCCESS');
        const late = await bring(bench, 'SUCCESS');
        clock.turn(12 * 3_600_000 + 15 * 60_000 - 1);
        assert.equal((await merchant.cancel(early.id)).result, 'S SUCCESS');
        clock.turn(1);
        assert.equal((await merchant.cancel(late.id)).result, 'F CANCEL_WINDOW_EXCEED');
        assert.equal((await merchant.refund(late.paymentId, '150')).result, 'S SUCCESS');
    });

    test('a cancel of an unknown id closes it for a late pay; the switches say otherwise', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t);
        const id = merchant.newId();
        assert.equal((await merchant.cancel(id)).result, 'F ORDER_NOT_EXIST');
        assert.equal((await merchant.payCode(scriptCode('0000'), { id })).result, 'F ORDER_IS_CLOSED');
        sandbox.setSwitches({ tombstoneAfterCancel: false, cancelUnknown: 'S' });
        const other = merchant.newId();
        assert.equal((await merchant.cancel(other)).result, 'S SUCCESS');
        assert.equal((await merchant.payCode(scriptCode('0000'), { id: other })).result, 'S SUCCESS');
    });

    test('expired orders and failed payments follow the switches', async (t: TestContext) => {
        const bench = await openBench(t);
        bench.sandbox.setSwitches({ expiredShows: 'CANCELLED', cancelFailed: 'F' });
        const expired = await bring(bench, 'EXPIRED');
        const inquiry = await bench.merchant.inquire(expired.id);
        assert.deepEqual([inquiry.json.paymentStatus, inquiry.json.paymentResultCode], ['CANCELLED', 'ORDER_IS_CLOSED']);
        const failed = await bring(bench, 'FAIL');
        assert.equal((await bench.merchant.cancel(failed.id)).result, 'F ORDER_STATUS_INVALID');
    });

    test('default expiries: 3 minutes for an order code, 10 for a payment code', async (t: TestContext) => {
        const { merchant, clock } = await openBench(t);
        const [order, scan] = [merchant.newId(), merchant.newId()];
        await merchant.payOrder(order);
        await merchant.payCode(scriptCode('0002'), { id: scan });
        clock.turn(180_000 - 1);
        assert.equal((await merchant.inquire(order)).json.paymentStatus, 'PROCESSING');
        clock.turn(1);
        assert.equal((await merchant.inquire(order)).json.paymentStatus, 'FAIL');
        assert.equal((await merchant.inquire(scan)).json.paymentStatus, 'PROCESSING');
        clock.turn(420_000);
        assert.equal((await merchant.inquire(scan)).json.paymentResultCode, 'ORDER_IS_CLOSED');
    });
});

describe('idempotency', () => {
    test('key parameters may not change under one id', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t);
        const id = merchant.newId();
        const code = scriptCode('0000');
        assert.equal((await merchant.payCode(code, { id })).result, 'S SUCCESS');
        assert.equal((await merchant.payCode(code, { id, value: '151' })).result, 'F REPEAT_REQ_INCONSISTENT');
        assert.equal((await merchant.payCode(scriptCode('0000'), { id })).result, 'F REPEAT_REQ_INCONSISTENT');
        assert.equal((await merchant.payOrder(id)).result, 'F REPEAT_REQ_INCONSISTENT');
        assert.equal(sandbox.ledger().totals[0]?.net, '150');
    });

    test('a twin of a pay that is not answered yet is in process', async (t: TestContext) => {
        const { merchant, sandbox, clock } = await openBench(t);
        const id = merchant.newId();
        await sandbox.fault({ api: 'pay', kind: 'slow', ms: 5000, count: 1 });
        const code = scriptCode('0000');
        const first = merchant.payCode(code, { id });
        while (sandbox.requests().length === 0) await new Promise((done) => setImmediate(done));
        assert.equal((await merchant.payCode(code, { id })).result, 'U PAYMENT_IN_PROCESS');
        clock.turn(5000);
        assert.equal((await first).result, 'S SUCCESS');
        assert.equal((await merchant.payCode(code, { id })).result, 'S SUCCESS');
        assert.equal(sandbox.ledger().totals[0]?.taken, '150');
    });

    test('a code is presented once, whatever came of it', async (t: TestContext) => {
        const { merchant } = await openBench(t);
        const [paid, refused] = [scriptCode('0000'), scriptCode('0005')];
        await merchant.payCode(paid);
        await merchant.payCode(refused);
        assert.equal((await merchant.payCode(paid)).result, 'F EXPIRED_CODE');
        assert.equal((await merchant.payCode(refused)).result, 'F EXPIRED_CODE');
    });
});

describe('refund rules', () => {
    test('partial, multiple, window, balance, currency, owner', async (t: TestContext) => {
        const { merchant, sandbox, clock } = await openBench(t);
        const pay = async () => (await merchant.payCode(scriptCode('0000'))).json.paymentId as string;
        sandbox.setSwitches({ partialRefunds: false });
        const one = await pay();
        assert.equal((await merchant.refund(one, '149')).result, 'F PARTIAL_REFUND_NOT_SUPPORTED');
        assert.equal((await merchant.refund(one, '150')).result, 'S SUCCESS');
        sandbox.setSwitches({ partialRefunds: true, multipleRefunds: false });
        const two = await pay();
        assert.equal((await merchant.refund(two, '1')).result, 'S SUCCESS');
        assert.equal((await merchant.refund(two, '1')).result, 'F MULTIPLE_REFUNDS_NOT_SUPPORTED');
        sandbox.setSwitches({ multipleRefunds: true, merchantBalance: { EUR: '-200' } });
        const three = await pay();
        const refused = merchant.newId();
        assert.equal((await merchant.refund(three, '150', refused)).result, 'F MERCHANT_BALANCE_NOT_ENOUGH');
        sandbox.setSwitches({ merchantBalance: {} });
        assert.equal((await merchant.refund(three, '150', refused)).result, 'F MERCHANT_BALANCE_NOT_ENOUGH', 'final under its id');
        const inquiry = await merchant.call('inquiryRefund', { refundRequestId: refused });
        assert.deepEqual([inquiry.result, inquiry.json.refundStatus], ['S SUCCESS', 'FAIL']);
        assert.equal((await merchant.refund(three, '150')).result, 'S SUCCESS');
        const four = await pay();
        const wrong = await merchant.call('refund', {
            paymentId: four,
            refundRequestId: merchant.newId(),
            refundAmount: { currency: 'USD', value: '1' },
        });
        assert.equal(wrong.result, 'F CURRENCY_NOT_SUPPORT');
        assert.equal((await merchant.call('inquiryRefund', { refundRequestId: 'nobody_knows' })).result, 'F REFUND_NOT_EXIST');
        clock.turn(366 * 86_400_000);
        assert.equal((await merchant.refund(four, '150')).result, 'F REFUND_WINDOW_EXCEED');
    });

    test('a refund in process is booked when asked for again', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t);
        const paymentId = (await merchant.payCode(scriptCode('0000'))).json.paymentId;
        await sandbox.fault({ api: 'refund', kind: 'pending', asks: 2, count: 1 });
        const id = merchant.newId();
        assert.equal((await merchant.refund(paymentId, '150', id)).result, 'U REFUND_IN_PROCESS');
        assert.equal((await merchant.refund(paymentId, '1')).result, 'F REFUND_AMOUNT_EXCEED', 'what is in process counts');
        assert.equal((await merchant.call('inquiryRefund', { refundRequestId: id })).json.refundStatus, 'PROCESSING');
        const done = await merchant.refund(paymentId, '150', id);
        assert.equal(done.result, 'S SUCCESS');
        assert.equal((await merchant.call('inquiryRefund', { refundId: done.json.refundId })).json.refundStatus, 'SUCCESS');
        assert.equal(sandbox.ledger().totals[0]?.net, '0');
    });
});
