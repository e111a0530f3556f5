/** The link to the gateway and back: down before and during a sale, notifications lost, doubled, forged, about money that nobody asked for. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask } from './http.ts';
import { type Kiosk, paymentsOf } from './kiosk.ts';
import { clientId, Stage, stand } from './stage.ts';

let stage: Stage;
let kiosk: Kiosk;
/** Asks so rarely that only a notification can be quick. */
let patient: Kiosk;

before(async () => {
    stage = await Stage.open();
    patient = await stage.opened({
        name: 'patient',
        config: stand,
        timing: { orderCodeFirstInquiry: '15s', orderCodeInquiry: '15s', orderCodeExpiry: '30s' },
    });
});

after(() => stage?.close());

test('gateway down before the start: alive, not ready, says why, sells nothing, and comes back by itself', async () => {
    await stage.bank.fault({ api: '*', kind: 'down', mode: 'refuse' });
    kiosk = await stage.kiosk({ name: 'kiosk-1', config: stand });
    await kiosk.start();
    const ready = await kiosk.until('the kiosk knows that nobody answers', async () => {
        const answer = await kiosk.get('/readyz');
        return (answer.json as { reasons: string[] }).reasons.includes('gateway-unreachable') ? answer : undefined;
    });
    assert.equal(ready.status, 503);
    assert.match(ready.text, /There is no connection to the payment service/);
    assert.equal((await kiosk.get('/healthz')).status, 200);
    const refused = await kiosk.post('/v1/sales', { amount: { currency: 'EUR', value: '150' } });
    assert.equal(refused.status, 503);
    assert.match(refused.text, /gateway-unreachable/);
    await kiosk.wordsWhen(/no connection to the payment service/i);
    await stage.bank.endFault();
    await kiosk.ready();
});

test('gateway down while an order code stands there: what the wallet paid meanwhile is learned afterwards', async () => {
    const sale = await kiosk.sell('150');
    const code = await kiosk.orderCode(sale.id);
    await stage.bank.fault({ api: 'notifyPayment', kind: 'never' });
    await stage.bank.fault({ api: '*', kind: 'down', mode: 'refuse' });
    assert.equal((await stage.bank.wallet.scan('alice', { code })).outcome, 'paid');
    await kiosk.until('inquiries have failed', async () =>
        (await kiosk.get('/readyz')).text.includes('gateway-unreachable') ? true : undefined,
    );
    assert.equal((await kiosk.sale(sale.id)).ended, false, 'unknown is not failed');
    await stage.bank.endFault();
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.state, 'delivered');
    await kiosk.ready();
});

test('gateway down at the scan: no byte left, so the payment is declined at once and nothing is owed', async () => {
    const sale = await kiosk.sell('150');
    await kiosk.orderCode(sale.id);
    await stage.bank.fault({ api: '*', kind: 'down', mode: 'refuse' });
    await kiosk.scan(await stage.code());
    const declined = await kiosk.saleWhen(sale.id, 'has a declined payment', (one) =>
        one.payments.some((payment) => payment.mode === 'payment-code' && payment.state === 'declined'),
    );
    assert.equal(declined.payments.find((payment) => payment.mode === 'payment-code')?.resultCode, 'LOCAL_NO_CONNECTION');
    await stage.bank.endFault();
    // A new code may be on offer by now, or the customer be gone.
    await kiosk.post(`/v1/sales/${sale.id}/cancel`, {});
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.kept.value, '0', paymentsOf(ended));
    const scanned = ended.payments.find((payment) => payment.mode === 'payment-code')!;
    assert.deepEqual(await stage.bank.requests({ about: scanned.paymentRequestId }), []);
    await kiosk.ready();
});

test('connections that are reset: the sale ends, and the kiosk is ready again', async () => {
    const sale = await kiosk.sell('150');
    await kiosk.orderCode(sale.id);
    await stage.bank.fault({ api: '*', kind: 'down', mode: 'reset', ttlMs: 1_500 });
    await kiosk.scan(await stage.code());
    await kiosk.saleWhen(sale.id, 'has a scanned payment', (one) => one.payments.some((payment) => payment.mode === 'payment-code'));
    await kiosk.post(`/v1/sales/${sale.id}/cancel`, {});
    const ended = await kiosk.ended(sale.id, 30_000);
    const ledger = await stage.bank.ledger();
    const kept = ledger.payments.filter((one) => ended.payments.some((payment) => payment.paymentRequestId === one.paymentRequestId));
    assert.equal(
        kept.reduce((sum, one) => sum + Number(one.net.value), 0),
        Number(ended.kept.value),
    );
    await kiosk.ready();
});

test('a notification alone is enough, and quick', async () => {
    const sale = await patient.sell('150');
    const startedMs = performance.now();
    await stage.bank.wallet.scan('alice', { code: await patient.orderCode(sale.id) });
    const ended = await patient.ended(sale.id, 5_000);
    assert.equal(ended.state, 'delivered');
    assert.ok(performance.now() - startedMs < 5_000);
    const paid = (await patient.records()).find((record) => record.type === 'paymentPaid' && record.saleId === sale.id);
    assert.equal(paid?.via, 'notification');
});

test('a lost notification is replaced by an inquiry', async () => {
    const fault = await stage.bank.fault({ api: 'notifyPayment', kind: 'never' });
    const sale = await kiosk.sell('150');
    await stage.bank.wallet.scan('alice', { code: await kiosk.orderCode(sale.id) });
    assert.equal((await kiosk.ended(sale.id)).state, 'delivered');
    await stage.bank.endFault(fault.id);
    const paid = (await kiosk.records()).find((record) => record.type === 'paymentPaid' && record.saleId === sale.id);
    assert.equal(paid?.via, 'inquiry');
});

test('a doubled notification is one payment', async () => {
    await stage.bank.fault({ api: 'notifyPayment', kind: 'duplicate', count: 1 });
    const sale = await patient.sell('150');
    await stage.bank.wallet.scan('alice', { code: await patient.orderCode(sale.id) });
    const ended = await patient.ended(sale.id);
    assert.equal(ended.state, 'delivered');
    const records = (await patient.records()).filter((record) => record.saleId === sale.id);
    assert.equal(records.filter((record) => record.type === 'paymentPaid').length, 1);
    assert.equal((await patient.records()).filter((record) => record.type === 'strayMoney').length, 0);
});

/** A notification that is still to be sent again would take the next fault for itself. */
const allArrived = () =>
    patient.until(
        'every notification has arrived',
        async () => ((await stage.bank.notifications()).some(({ state }) => state === 'due') ? undefined : true),
        60_000,
    );

for (const kind of ['badSignature', 'wrongClientId'] as const) {
    test(`a notification with ${kind} is not believed; the next one is`, async () => {
        await allArrived();
        await stage.bank.fault({ api: 'notifyPayment', kind, count: 1 });
        const sale = await patient.sell('150');
        const outcome = await stage.bank.wallet.scan('alice', { code: await patient.orderCode(sale.id) });
        await patient.until('the gateway has sent it again', async () => {
            const [notice] = await stage.bank.notifications(outcome.paymentRequestId);
            return (notice?.sends.length ?? 0) >= 1 && notice?.sends[0]?.outcome !== 'acknowledged' ? true : undefined;
        });
        assert.equal((await patient.ended(sale.id)).state, 'delivered');
    });
}

test('a signed notification over a wrong amount never delivers', async () => {
    await allArrived();
    await stage.bank.fault({ api: 'notifyPayment', kind: 'wrongAmount', count: 1 });
    const sale = await patient.sell('150');
    await stage.bank.wallet.scan('alice', { code: await patient.orderCode(sale.id) });
    const ended = await patient.ended(sale.id);
    assert.equal(ended.state, 'review');
    assert.deepEqual(ended.reviews, ['wrong-amount']);
    assert.equal(ended.kept.value, '0');
});

test('a forged notification changes nothing and is not acknowledged', async () => {
    const sale = await patient.sell('150');
    await patient.orderCode(sale.id);
    const { paymentRequestId } = (await patient.sale(sale.id)).payments[0]!;
    const body = {
        notifyType: 'PAYMENT_RESULT',
        result: { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success' },
        paymentRequestId,
        paymentId: '2026112319074101000700000077766200239000001',
        paymentAmount: { currency: 'EUR', value: '150' },
    };
    const headers = {
        'client-id': clientId,
        'request-time': new Date().toISOString(),
        signature: 'algorithm=RSA256,keyVersion=1,signature=Zm9yZ2Vk',
    };
    const answer = await ask({ url: `${patient.url}/ams/notify`, method: 'POST', body, headers });
    assert.doesNotMatch(answer.text, /"resultStatus"\s*:\s*"S"/);
    assert.equal((await patient.sale(sale.id)).payments[0]?.state, 'waiting');
    const unsigned = await ask({ url: `${patient.url}/ams/notify`, method: 'POST', body });
    assert.doesNotMatch(unsigned.text, /"resultStatus"\s*:\s*"S"/);
    assert.equal((await patient.sale(sale.id)).payments[0]?.state, 'waiting');
    await patient.post(`/v1/sales/${sale.id}/cancel`, {});
    assert.equal((await patient.ended(sale.id)).state, 'cancelled');
});

test('the books agree to the cent', async () => {
    await stage.proveBooks();
});

test('signed money for an id that nobody knows is written down, acknowledged, and an alarm', async () => {
    const notice = await stage.bank.notify({
        clientId,
        url: `${patient.url}/ams/notify`,
        paymentRequestId: 'P_of_somebody_else',
        amount: { currency: 'EUR', value: '999' },
    });
    await patient.until('it is acknowledged', async () => {
        const notices = await stage.bank.notifications(notice.about);
        return notices.some((one) => one.state === 'acknowledged') ? true : undefined;
    });
    const stray = (await patient.records()).filter((record) => record.type === 'strayMoney');
    assert.equal(stray.length, 1);
    assert.equal(stray[0]?.paymentRequestId, 'P_of_somebody_else');
});

test('hostile bodies at the notify path: bounded answers, and the kiosk lives', async () => {
    const big = await ask({ url: `${patient.url}/ams/notify`, method: 'POST', body: 'x'.repeat(300_000) }).catch(() => undefined);
    assert.ok(big === undefined || big.status === 413, `${big?.status}`);
    for (const body of ['', '{', '[]', 'null', '\u0000', '{"paymentRequestId":1e999}']) {
        const answer = await ask({ url: `${patient.url}/ams/notify`, method: 'POST', body });
        assert.doesNotMatch(answer.text, /"resultStatus"\s*:\s*"S"/);
    }
    assert.equal((await patient.get('/readyz')).status, 200);
});
