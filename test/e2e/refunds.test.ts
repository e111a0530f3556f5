/** Money on its way back: slow, refused, curable, partial, without a window; and what an operator asks for over the API. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SaleView } from '../../firmware/ports/desk.ts';
import { type Kiosk, refundsOf } from './kiosk.ts';
import { Stage, vending } from './stage.ts';

let stage: Stage;
let kiosk: Kiosk;
let generous: Kiosk;

before(async () => {
    stage = await Stage.open();
    [kiosk, generous] = await Promise.all([
        stage.opened({ name: 'strict' }),
        stage.opened({ name: 'generous', config: { ...vending, goodwill: '500' } }),
    ]);
});

after(() => stage?.close());

async function bought(slots: readonly string[], from = kiosk): Promise<SaleView> {
    const sale = await from.sell(slots);
    await stage.bank.wallet.scan('alice', { code: await from.orderCode(sale.id) });
    return from.ended(sale.id);
}

test('refunds over the API: part, too much, the rest, nothing left', async () => {
    const sale = await bought(['A1', 'A2']);
    const path = `/v1/sales/${sale.id}/refunds`;
    const part = { amount: { currency: 'EUR', value: '100' }, reason: 'dented can' };
    assert.equal((await kiosk.post(path, part)).status, 400, 'a partial refund needs a key');
    const first = await kiosk.post(path, part, { 'idempotency-key': 'refund-1' });
    assert.equal(first.status, 201, first.text);
    const again = await kiosk.post(path, part, { 'idempotency-key': 'refund-1' });
    assert.equal(again.status, 201);
    const idOf = (answer: typeof first) => (answer.json as { refundRequestId: string }).refundRequestId;
    assert.equal(idOf(again), idOf(first), 'the same key and body give the same refund');
    const other = await kiosk.post(path, { amount: { currency: 'EUR', value: '101' } }, { 'idempotency-key': 'refund-1' });
    assert.equal(other.status, 409);
    const tooMuch = await kiosk.post(path, { amount: { currency: 'EUR', value: '271' } }, { 'idempotency-key': 'refund-2' });
    assert.equal(tooMuch.status, 422, tooMuch.text);
    const foreign = await kiosk.post(path, { amount: { currency: 'USD', value: '10' } }, { 'idempotency-key': 'refund-3' });
    assert.equal(foreign.status, 422, foreign.text);
    await kiosk.ended(sale.id);
    const rest = await kiosk.post(path, {});
    assert.equal(rest.status, 201, rest.text);
    const ended = await kiosk.saleWhen(sale.id, 'is refunded', (one) => one.state === 'refunded');
    assert.equal(refundsOf(ended), 'refund confirmed 100, refund confirmed 270');
    assert.equal((await kiosk.post(path, {})).status, 409);
    assert.equal((await kiosk.post('/v1/sales/Snothing/refunds', {})).status, 404);
});

test('keys are remembered across a restart', async () => {
    const body = { items: [{ slot: 'A1' }], reference: 'once' };
    const first = await kiosk.until('a sale is opened', async () => {
        const answer = await kiosk.post('/v1/sales', body, { 'idempotency-key': 'order-9' });
        return answer.status === 201 ? (answer.json as SaleView) : undefined;
    });
    await stage.bank.wallet.scan('alice', { code: await kiosk.orderCode(first.id) });
    await kiosk.ended(first.id);
    const refund = await kiosk.post(
        `/v1/sales/${first.id}/refunds`,
        { amount: { currency: 'EUR', value: '10' } },
        { 'idempotency-key': 'r-9' },
    );
    await kiosk.ended(first.id);
    assert.equal(await kiosk.service.stop(), 0);
    await kiosk.open();
    const again = await kiosk.post('/v1/sales', body, { 'idempotency-key': 'order-9' });
    assert.equal(again.status, 201, again.text);
    assert.equal((again.json as SaleView).id, first.id);
    assert.equal((await kiosk.post('/v1/sales', { items: [{ slot: 'A2' }] }, { 'idempotency-key': 'order-9' })).status, 409);
    const refundAgain = await kiosk.post(
        `/v1/sales/${first.id}/refunds`,
        { amount: { currency: 'EUR', value: '10' } },
        { 'idempotency-key': 'r-9' },
    );
    assert.equal(refundAgain.status, 201, refundAgain.text);
    const idOf = (answer: typeof refund) => (answer.json as { refundRequestId: string }).refundRequestId;
    assert.equal(idOf(refundAgain), idOf(refund));
    const made = (await stage.bank.requests({ api: 'refund', about: idOf(refund) })).filter((request) => request.resultStatus === 'S');
    assert.equal(made.length, 1);
});

test('a refund that is in process keeps its id until it is done', async () => {
    await stage.bank.fault({ api: 'refund', kind: 'pending', count: 1, asks: 3 });
    const sale = await bought(['A1']);
    assert.equal((await kiosk.post(`/v1/sales/${sale.id}/refunds`, {})).status, 201);
    const ended = await kiosk.saleWhen(sale.id, 'is refunded', (one) => one.state === 'refunded');
    assert.equal(refundsOf(ended), 'refund confirmed 150');
    const asked = await stage.bank.requests({ api: 'refund', about: ended.refunds[0]!.refundRequestId });
    assert.ok(asked.length >= 3, `asked ${asked.length} times`);
    assert.equal((await stage.bank.payment(ended.payments[0]!.paymentRequestId)).refunds.length, 1);
});

test('answers to a refund that are lost are asked for again under the same id', async () => {
    await stage.bank.fault({ api: 'refund', kind: 'dropAfterBooking', count: 1 });
    const sale = await bought(['A1']);
    await stage.bank.fault({ api: 'refund', kind: 'badSignature', count: 1 });
    assert.equal((await kiosk.post(`/v1/sales/${sale.id}/refunds`, {})).status, 201);
    const ended = await kiosk.saleWhen(sale.id, 'is refunded', (one) => one.state === 'refunded');
    assert.equal(ended.refunds.length, 1);
    assert.equal((await stage.bank.payment(ended.payments[0]!.paymentRequestId)).refunded, '150');
});

test('a refusal that an operator can cure is final under its id, and cured under a new one', async () => {
    await stage.bank.setSwitches({ merchantBalance: { EUR: '-100000000' } });
    const sale = await bought(['A1']);
    assert.equal((await kiosk.post(`/v1/sales/${sale.id}/refunds`, {})).status, 201);
    await kiosk.saleWhen(sale.id, 'has a finally failed refund', (one) => one.refunds.some((refund) => refund.state === 'failed'));
    await stage.bank.setSwitches({ merchantBalance: {} });
    const ended = await kiosk.saleWhen(sale.id, 'is refunded', (one) => one.state === 'refunded');
    assert.ok(ended.refunds.length >= 2);
    assert.equal(new Set(ended.refunds.map((refund) => refund.refundRequestId)).size, ended.refunds.length);
    assert.equal(ended.refunds.filter((refund) => refund.state === 'confirmed').length, 1);
    const first = ended.refunds[0]!.refundRequestId;
    const inquired = await stage.bank.requests({ api: 'inquiryRefund', about: first });
    assert.ok(inquired.length > 0, 'the refusal was confirmed by an inquiry first');
});

test('partial refunds refused: within the goodwill limit all of it goes back', async () => {
    await stage.bank.setSwitches({ partialRefunds: false });
    await generous.setFault('A2', 'jam');
    const ended = await bought(['A1', 'A2'], generous);
    await stage.bank.setSwitches({ partialRefunds: true });
    await generous.setFault('A2', 'none');
    assert.match(refundsOf(ended), /^refund failed 220, refund confirmed 370$/);
    assert.equal(ended.kept.value, '0');
});

test('partial refunds refused: beyond it a person decides', async () => {
    await stage.bank.setSwitches({ partialRefunds: false });
    await kiosk.setFault('A2', 'jam');
    const ended = await bought(['A1', 'A2']);
    await stage.bank.setSwitches({ partialRefunds: true });
    await kiosk.setFault('A2', 'none');
    assert.equal(ended.state, 'review');
    assert.deepEqual(ended.reviews, ['partial-refund-refused']);
    assert.equal(ended.kept.value, '370');
    const wrong = await kiosk.post(`/v1/sales/${ended.id}/resolve`, { decision: 'perhaps', note: 'x' });
    assert.equal(wrong.status, 422);
    const noNote = await kiosk.post(`/v1/sales/${ended.id}/resolve`, { decision: 'refund' });
    assert.equal(noNote.status, 422);
    const resolved = await kiosk.post(`/v1/sales/${ended.id}/resolve`, {
        decision: 'refund',
        note: 'the gateway can do it now',
        by: 'Kim',
    });
    assert.equal(resolved.status, 200, resolved.text);
    const after = await kiosk.saleWhen(ended.id, 'has ended again', (one) => one.ended);
    assert.equal(after.kept.value, '150');
    assert.equal(after.state, 'delivered');
    const twice = await kiosk.post(`/v1/sales/${ended.id}/resolve`, { decision: 'refund', note: 'again' });
    assert.equal(twice.status, 409);
});

test('a cancel that is refused for another reason goes on until it is done', async () => {
    await stage.bank.fault({ api: 'cancel', kind: 'resultCode', resultCode: 'PROCESS_FAIL', count: 2 });
    const sale = await kiosk.sell(['A1']);
    await kiosk.orderCode(sale.id);
    assert.equal((await kiosk.post(`/v1/sales/${sale.id}/cancel`, {})).status, 202);
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.state, 'cancelled');
    assert.equal((await stage.bank.payment(ended.payments[0]!.paymentRequestId)).status, 'CANCELLED');
});

test('the books agree to the cent', async () => {
    await stage.proveBooks();
});
