/** What customers do: refused, asked for a password, both codes at once, second thoughts, the same code twice, the wrong code, no code. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Kiosk, paymentsOf } from './kiosk.ts';
import { Stage, stand } from './stage.ts';

let stage: Stage;
let kiosk: Kiosk;

before(async () => {
    stage = await Stage.open();
    kiosk = await stage.opened({ config: stand });
});

after(() => stage?.close());

const declines = [
    { name: 'not enough money', wallet: 'bob', code: 'USER_BALANCE_NOT_ENOUGH', says: /not enough money/i },
    { name: 'risk', refuse: 'RISK_REJECT', wallet: 'alice', code: 'RISK_REJECT', says: /for your safety/i },
    { name: 'limit', refuse: 'USER_AMOUNT_EXCEED_LIMIT', wallet: 'alice', code: 'USER_AMOUNT_EXCEED_LIMIT', says: /limit is reached/i },
    { name: 'a code that is too old', ending: '0003', wallet: 'alice', code: 'EXPIRED_CODE', says: /too old/i },
    {
        name: 'a code that the gateway does not know',
        ending: '4321',
        wallet: 'alice',
        code: 'INVALID_PAYMENT_CODE',
        says: /not recognised/i,
    },
] as const;

test('declined: each reason in kind words, a new code on the glass, nothing owed', async (t) => {
    for (const one of declines) {
        await t.test(one.name, async () => {
            if ('refuse' in one) await stage.bank.wallet.change(one.wallet, { refuse: one.refuse });
            const sale = await kiosk.sell('150');
            await kiosk.orderCode(sale.id);
            await kiosk.scan('ending' in one ? `28101002${'7'.repeat(12)}${one.ending}` : await stage.code(one.wallet));
            const declined = await kiosk.saleWhen(sale.id, 'has a declined payment', (now) =>
                now.payments.some((payment) => payment.state === 'declined'),
            );
            assert.equal(declined.payments.find((payment) => payment.state === 'declined')?.resultCode, one.code);
            assert.equal(declined.ended, false, 'the customer may try again');
            await kiosk.wordsWhen(one.says);
            // The order code that the scan took off the glass is cancelled, and a new one stands there.
            const paid = await stage.bank.wallet.scan('chen', { code: await kiosk.orderCode(sale.id) });
            assert.equal(paid.outcome, 'paid');
            const ended = await kiosk.ended(sale.id);
            await stage.bank.wallet.change(one.wallet, { refuse: null });
            assert.equal(ended.state, 'delivered', paymentsOf(ended));
            assert.equal(paymentsOf(ended), 'order-code cancelled, payment-code declined, order-code paid');
        });
    }
});

test('declined and given up: the sale ends declined when the customer says nothing more', async () => {
    const sale = await kiosk.sell('150');
    await kiosk.orderCode(sale.id);
    for (let round = 0; round < 3; round += 1) {
        await kiosk.scan(await stage.code('bob'));
        await kiosk.saleWhen(
            sale.id,
            'counts one more refusal',
            (now) => now.ended || now.payments.filter((payment) => payment.state === 'declined').length > round,
        );
    }
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.state, 'declined');
    assert.equal(ended.kept.value, '0');
    assert.equal(ended.payments.filter((payment) => payment.state === 'declined').length, 3, 'three tries are the limit');
});

test('a password: unknown until it is confirmed, then paid', async () => {
    await stage.bank.wallet.change('alice', { password: true });
    const sale = await kiosk.sell('150');
    await kiosk.orderCode(sale.id);
    await kiosk.scan(await stage.code());
    const waiting = await kiosk.saleWhen(sale.id, 'waits for the wallet', (now) =>
        now.payments.some((payment) => payment.mode === 'payment-code' && payment.state === 'waiting'),
    );
    await kiosk.wordsWhen(/confirm the payment in your wallet/i);
    const { paymentRequestId } = waiting.payments.find((payment) => payment.mode === 'payment-code')!;
    assert.equal((await stage.bank.wallet.answer('alice', { paymentRequestId })).outcome, 'paid');
    assert.equal((await kiosk.ended(sale.id)).state, 'delivered');
});

test('a password: rejected is declined', async () => {
    const sale = await kiosk.sell('150');
    await kiosk.orderCode(sale.id);
    await kiosk.scan(await stage.code());
    const waiting = await kiosk.saleWhen(sale.id, 'waits for the wallet', (now) =>
        now.payments.some((payment) => payment.mode === 'payment-code' && payment.state === 'waiting'),
    );
    const { paymentRequestId } = waiting.payments.find((payment) => payment.mode === 'payment-code')!;
    assert.equal((await stage.bank.wallet.answer('alice', { paymentRequestId, act: 'reject' })).outcome, 'rejected');
    await kiosk.saleWhen(sale.id, 'has a declined payment', (now) => now.payments.some((payment) => payment.state === 'declined'));
    await kiosk.post(`/v1/sales/${sale.id}/cancel`, {});
    assert.equal((await kiosk.ended(sale.id)).kept.value, '0');
});

test('a password that is never typed: cancelled after the limit', async () => {
    const sale = await kiosk.sell('150');
    await kiosk.orderCode(sale.id);
    await kiosk.scan(await stage.code());
    const cancelled = await kiosk.saleWhen(sale.id, 'has cancelled it', (now) =>
        now.payments.some((payment) => payment.mode === 'payment-code' && payment.state === 'cancelled'),
    );
    const { paymentRequestId } = cancelled.payments.find((payment) => payment.mode === 'payment-code')!;
    assert.equal((await stage.bank.payment(paymentRequestId)).status, 'CANCELLED');
    assert.equal((await stage.bank.wallet.answer('alice', { paymentRequestId })).outcome, 'refused');
    await stage.bank.wallet.change('alice', { password: false });
    await kiosk.post(`/v1/sales/${sale.id}/cancel`, {});
    assert.equal((await kiosk.ended(sale.id)).kept.value, '0');
});

test('both codes used at once: exactly one is kept', async (t) => {
    for (const first of ['order', 'scan', 'together'] as const) {
        await t.test(first, async () => {
            const sale = await kiosk.sell('150');
            const code = await kiosk.orderCode(sale.id);
            const scanned = await stage.code();
            if (first === 'together') {
                await Promise.all([stage.bank.wallet.scan('chen', { code }), kiosk.post('/v1/virtual/scanner', { text: scanned })]);
            } else if (first === 'order') {
                await stage.bank.fault({ api: 'notifyPayment', kind: 'delay', ms: 400, count: 1 });
                await stage.bank.wallet.scan('chen', { code });
                await kiosk.scan(scanned);
            } else {
                await kiosk.scan(scanned);
                await stage.bank.wallet.scan('chen', { code });
            }
            const ended = await kiosk.ended(sale.id);
            assert.equal(ended.state, 'delivered', paymentsOf(ended));
            assert.equal(ended.kept.value, '150');
            const ids = ended.payments.map((payment) => payment.paymentRequestId);
            const ledger = (await stage.bank.ledger()).payments.filter((payment) => ids.includes(payment.paymentRequestId));
            assert.equal(
                ledger.reduce((sum, payment) => sum + Number(payment.net.value), 0),
                150,
                'the ledger keeps one payment',
            );
            assert.equal(ledger.filter((payment) => payment.net.value !== '0').length, 1);
        });
    }
});

test('cancelled by the customer: over the API and at the panel, before and while a code is on offer', async (t) => {
    await t.test('over the API', async () => {
        const sale = await kiosk.sell('150');
        const answer = await kiosk.post(`/v1/sales/${sale.id}/cancel`, {});
        assert.equal(answer.status, 202, answer.text);
        const ended = await kiosk.ended(sale.id);
        assert.equal(ended.state, 'cancelled');
        assert.equal((await kiosk.post(`/v1/sales/${sale.id}/cancel`, {})).status, 409);
    });
    await t.test('at the panel, with a code on the glass', async () => {
        const sale = await kiosk.sell('150');
        const code = await kiosk.orderCode(sale.id);
        await kiosk.press('cancel');
        const ended = await kiosk.ended(sale.id);
        assert.equal(ended.state, 'cancelled');
        assert.equal((await stage.bank.wallet.scan('alice', { code })).outcome, 'refused');
    });
    await t.test('while a scanned code is being charged', async () => {
        await stage.bank.fault({ api: 'pay', kind: 'slow', ms: 1_000, after: 1, count: 1 });
        const sale = await kiosk.sell('150');
        await kiosk.orderCode(sale.id);
        await kiosk.scan(await stage.code());
        await kiosk.saleWhen(sale.id, 'is paying', (now) => now.payments.some((payment) => payment.mode === 'payment-code'));
        const answer = await kiosk.post(`/v1/sales/${sale.id}/cancel`, {});
        const ended = await kiosk.ended(sale.id);
        await stage.bank.endFault();
        if (answer.status === 202) assert.equal(ended.kept.value, '0', 'cancelled before it was paid: nothing is kept');
        else {
            assert.equal(answer.status, 409);
            assert.equal(ended.kept.value, '150');
        }
    });
    await t.test('after it is paid', async () => {
        const sale = await kiosk.sell('150');
        await stage.bank.wallet.scan('alice', { code: await kiosk.orderCode(sale.id) });
        await kiosk.ended(sale.id);
        assert.equal((await kiosk.post(`/v1/sales/${sale.id}/cancel`, {})).status, 409);
    });
});

test('a code that was used is refused, across a restart too, and the gateway is asked for nothing', async () => {
    const code = await stage.code();
    const first = await kiosk.sell('150');
    await kiosk.orderCode(first.id);
    await kiosk.scan(code);
    assert.equal((await kiosk.ended(first.id)).state, 'delivered');
    const presented = async () => (await stage.bank.requests({ api: 'pay' })).length;
    for (const restart of [false, true]) {
        if (restart) {
            await kiosk.service.kill();
            await kiosk.open();
        }
        const sale = await kiosk.sell('150');
        await kiosk.orderCode(sale.id);
        const before = await presented();
        await kiosk.scan(code);
        await kiosk.wordsWhen(/already used/i);
        assert.equal(await presented(), before);
        const now = await kiosk.sale(sale.id);
        assert.ok(now.payments.every((payment) => payment.mode === 'order-code'));
        await kiosk.post(`/v1/sales/${sale.id}/cancel`, {});
        await kiosk.ended(sale.id);
    }
});

const foreign = [
    { name: 'a product barcode', text: '4006381333931', says: /product's barcode/i },
    { name: 'WeChat', text: '134567890123456789', says: /WeChat code/i },
    { name: 'UnionPay', text: '6212345678901234567', says: /UnionPay code/i },
    { name: 'a bank card’s code', text: 'hQVDUFYwMWETTwegAAAAAzAQUAJBMg==', says: /bank card's code/i },
    { name: 'a link', text: 'https://example.com/pay', says: /is a link/i },
    { name: 'anything else', text: 'HELLO WORLD', says: /not a payment code/i },
] as const;

test('other codes get a kind sentence, and nothing is asked of the gateway', async () => {
    const sale = await kiosk.sell('150');
    await kiosk.orderCode(sale.id);
    const before = (await stage.bank.requests({ api: 'pay' })).length;
    for (const one of foreign) {
        await kiosk.scan(one.text);
        await kiosk.wordsWhen(one.says);
    }
    assert.equal((await stage.bank.requests({ api: 'pay' })).length, before);
    await kiosk.post(`/v1/sales/${sale.id}/cancel`, {});
    assert.equal((await kiosk.ended(sale.id)).state, 'cancelled');
});

test('nobody pays: the customer’s time is over, and the machine is free again', async () => {
    const hasty = await stage.opened({
        name: 'hasty',
        config: {
            scanner: { type: 'virtual' },
            kiosk: { id: 'hasty', currency: 'EUR', modes: ['payment-code'], dataDir: './hasty-data' },
        },
        timing: { patience: '700ms' },
    });
    const sale = await hasty.sell('150');
    const ended = await hasty.ended(sale.id);
    assert.equal(ended.state, 'cancelled');
    assert.deepEqual(ended.payments, []);
    assert.equal((await hasty.post('/v1/sales', { amount: { currency: 'EUR', value: '1' } })).status, 201);
});

test('the books agree to the cent', async () => {
    await stage.proveBooks();
});
