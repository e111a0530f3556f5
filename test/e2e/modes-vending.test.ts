/** A vending machine with a virtual dispenser: each mode bought with goods in the tray, and what it does when goods do not come out. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SaleView } from '../../firmware/ports/desk.ts';
import { type Kiosk, paymentsOf, refundsOf } from './kiosk.ts';
import { until } from './processes.ts';
import { Stage } from './stage.ts';

let stage: Stage;
let kiosk: Kiosk;

before(async () => {
    stage = await Stage.open();
    kiosk = await stage.opened({ timing: { delivery: '1500ms' } });
});

after(() => stage?.close());

/** Sells, pays by order code and waits for the end. */
async function bought(slots: readonly string[]): Promise<SaleView> {
    const sale = await kiosk.sell(slots);
    const paid = await stage.bank.wallet.scan('alice', { code: await kiosk.orderCode(sale.id) });
    assert.equal(paid.outcome, 'paid');
    return kiosk.ended(sale.id);
}

function deliveriesOf(sale: SaleView): string {
    return sale.deliveries.map((delivery) => `${delivery.slot} ${delivery.state}`).join(', ');
}

async function fallen(): Promise<number> {
    return (await kiosk.tray()).length;
}

test('payment code: what was paid lies in the tray', async () => {
    const before = await fallen();
    const sale = await kiosk.sell(['A1', 'B1']);
    assert.equal(sale.amount.value, '330');
    await kiosk.orderCode(sale.id);
    await kiosk.scan(await stage.code());
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.state, 'delivered');
    assert.equal(deliveriesOf(ended), 'A1 delivered, B1 delivered');
    assert.equal(ended.deliveries[0]?.evidence, 'seen');
    assert.deepEqual(
        (await kiosk.tray()).slice(before).map((item) => item.slot),
        ['A1', 'B1'],
    );
});

test('order code: the same', async () => {
    const ended = await bought(['A2']);
    assert.equal(ended.state, 'delivered');
    assert.equal(paymentsOf(ended), 'order-code paid');
    assert.equal((await kiosk.tray()).at(-1)?.slot, 'A2');
});

test('entry code: nobody buys from home, the number at the machine opens the cashier', async () => {
    const page = `${kiosk.url}/e/${kiosk.name}`;
    const opened = await stage.bank.wallet.openEntry('alice', { url: page, fields: { slot: 'B1' } });
    assert.ok(opened.kind === 'page' && opened.fields.includes('number'), JSON.stringify(opened));
    const payBefore = (await stage.bank.requests({ api: 'pay' })).length;
    const wrong = await stage.bank.wallet.submitPage('alice', { tab: opened.tab, fields: { number: '0000' } });
    assert.ok(wrong.kind === 'page' && wrong.status === 422, JSON.stringify(wrong));
    assert.equal((await stage.bank.requests({ api: 'pay' })).length, payBefore, 'pay is asked only for somebody who stands here');
    const words = await kiosk.wordsWhen(/type this number/i);
    const number = /\b(\d{4})\b/.exec(words)?.[1] ?? '';
    const right = await stage.bank.wallet.submitPage('alice', { tab: wrong.tab, fields: { number } });
    assert.equal(right.kind, 'cashier', JSON.stringify(right));
    const payment = right.paid!.paymentRequestId;
    const sale = await until('the entry sale has ended', async () => {
        const { sales } = (await kiosk.get('/v1/sales')).json as { sales: SaleView[] };
        return sales.find((one) => one.ended && one.payments.some((each) => each.paymentRequestId === payment));
    });
    assert.equal(sale.state, 'delivered');
    assert.equal((await kiosk.tray()).at(-1)?.slot, 'B1');
});

test('entry code: a key at the machine proves the presence too', async () => {
    const page = `${kiosk.url}/e/${kiosk.name}`;
    const opened = await stage.bank.wallet.openEntry('alice', { url: page, fields: { slot: 'A1' } });
    assert.ok(opened.kind === 'page' && opened.fields.includes('number'), JSON.stringify(opened));
    await kiosk.press('confirm');
    const onward = await stage.bank.wallet.submitPage('alice', { tab: opened.tab, fields: { number: '0000' } });
    assert.equal(onward.kind, 'cashier', JSON.stringify(onward));
    await kiosk.settled();
    assert.equal((await kiosk.tray()).at(-1)?.slot, 'A1');
});

test('a slot key at the machine opens a sale', async () => {
    await kiosk.press('A2');
    const sale = await until('the sale is open', async () => {
        const { sales } = (await kiosk.get('/v1/sales?state=open')).json as { sales: SaleView[] };
        return sales[0];
    });
    assert.equal(sale.items[0]?.slot, 'A2');
    await kiosk.press('cancel');
    assert.equal((await kiosk.ended(sale.id)).state, 'cancelled');
});

for (const fault of ['jam', 'no-drop'] as const) {
    test(`${fault}: all of the money goes back`, async () => {
        const before = await fallen();
        await kiosk.setFault('A1', fault);
        const ended = await bought(['A1']);
        assert.equal(ended.state, 'refunded');
        assert.equal(deliveriesOf(ended), 'A1 failed');
        assert.equal(refundsOf(ended), 'cancel confirmed 150');
        assert.equal(ended.kept.value, '0');
        assert.equal(await fallen(), before);
        const refused = await kiosk.post('/v1/sales', { items: [{ slot: 'A1' }] });
        assert.equal(refused.status, 503, 'a slot that jammed sells nothing');
        await kiosk.setFault('A1', 'none');
    });
}

test('part of a basket does not come out: that part goes back by one refund', async () => {
    const before = await fallen();
    await kiosk.setFault('A2', 'jam');
    const ended = await bought(['A1', 'A2', 'B1']);
    await kiosk.setFault('A2', 'none');
    assert.equal(deliveriesOf(ended), 'A1 delivered, A2 failed, B1 delivered');
    assert.equal(ended.state, 'delivered');
    assert.equal(refundsOf(ended), 'refund confirmed 220');
    assert.equal(ended.kept.value, '330');
    assert.equal(await fallen(), before + 2);
});

test('a blind drop sensor: nothing is sold, and what was on offer is taken back', async () => {
    const sale = await kiosk.sell(['A1']);
    await kiosk.orderCode(sale.id);
    await kiosk.setFault('A1', 'sensor-blind');
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.state, 'cancelled');
    const refused = await kiosk.post('/v1/sales', { items: [{ slot: 'A1' }] });
    assert.equal(refused.status, 503);
    assert.match(refused.text, /sensor-blind/);
    await kiosk.setFault('A1', 'none');
});

test('a dispenser that is gone: the kiosk is not ready, and says why', async () => {
    await kiosk.setFault('A1', 'offline');
    const ready = await kiosk.get('/readyz');
    assert.equal(ready.status, 503);
    assert.deepEqual((ready.json as { reasons: string[] }).reasons, ['dispenser-offline']);
    await kiosk.wordsWhen(/not in service/i);
    await kiosk.setFault('A1', 'none');
    await kiosk.ready();
});

test('a motor that never answers: money below the limit goes back, and the doubt is on record', async () => {
    await kiosk.setFault('B1', 'stuck');
    const ended = await bought(['B1']);
    await kiosk.setFault('B1', 'none');
    assert.equal(deliveriesOf(ended), 'B1 unknown');
    assert.equal(ended.state, 'refunded');
    assert.equal(refundsOf(ended), 'cancel confirmed 180');
    const judged = (await kiosk.records()).find((record) => record.type === 'deliveryJudged' && record.saleId === ended.id);
    assert.equal(judged?.decision, 'refund');
});

test('doubts beyond the cap of a slot and day go to a person, who resolves them by the command line', async () => {
    let last: SaleView | undefined;
    for (let round = 0; round < 2; round += 1) {
        await kiosk.setFault('B1', 'stuck');
        last = await bought(['B1']);
        await kiosk.setFault('B1', 'none');
    }
    assert.equal(last?.state, 'review', 'the third doubt of a slot in a day is no longer refunded by itself');
    assert.deepEqual(last?.reviews, ['delivery-unknown']);
    const found = await kiosk.till(['sale', 'find', '--state', 'review']);
    assert.equal(found.code, 0, found.err);
    assert.ok(found.out.includes(last.id));
    const args = ['sale', 'resolve', last.id, '--decision', 'refund', '--note', 'the tray is empty', '--by', 'Kim'];
    const resolved = await kiosk.till(args);
    assert.equal(resolved.code, 0, resolved.err);
    const ended = await kiosk.ended(last.id);
    assert.equal(ended.state, 'refunded');
    assert.equal(ended.resolved?.by, 'Kim');
    assert.equal(ended.resolved?.note, 'the tray is empty');
});

test('cancel window over: the gateway refuses the cancel, and a refund gives the money back', async () => {
    await stage.bank.setSwitches({ responseTime: 'system' });
    // The motor stands still long enough for the gateway's day to pass.
    await kiosk.setFault('A1', 'stuck');
    const sale = await kiosk.sell(['A1']);
    await stage.bank.wallet.scan('alice', { code: await kiosk.orderCode(sale.id) });
    await kiosk.saleWhen(sale.id, 'is delivering', (one) => one.state === 'delivering');
    await stage.bank.clock({ advanceMs: 26 * 3_600_000 });
    const ended = await kiosk.ended(sale.id);
    await stage.bank.clock({ offsetMs: 0 });
    await stage.bank.setSwitches({ responseTime: 'virtual' });
    await kiosk.setFault('A1', 'none');
    assert.equal(ended.state, 'refunded');
    const requests = (await stage.bank.requests({ about: ended.payments[0]!.paymentRequestId })).map(
        (one) => `${one.api} ${one.resultCode}`,
    );
    assert.ok(requests.includes('cancel CANCEL_WINDOW_EXCEED'), requests.join('\n'));
    assert.match(refundsOf(ended), /refund confirmed 150/);
    assert.equal(ended.kept.value, '0');
});

test('the books agree to the cent', async () => {
    await stage.proveBooks();
});
