/**
 * What the gateway may do to an answer, for a payment code and an order code: whatever is not believed is unknown, and ends either paid
 * and kept or with the money back.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FaultOrder } from '../../scripts/sandbox/faults.ts';
import { type Kiosk, paymentsOf, refundsOf } from './kiosk.ts';
import { until } from './processes.ts';
import { Stage, stand } from './stage.ts';

let stage: Stage;
let scans: Kiosk;
let shows: Kiosk;

before(async () => {
    stage = await Stage.open();
    const kioskOf = (name: string, modes: readonly string[]) => ({
        id: name,
        locale: 'en',
        currency: 'EUR',
        modes,
        dataDir: `./${name}-data`,
    });
    const plain = { scanner: stand.scanner, display: stand.display };
    [scans, shows] = await Promise.all([
        stage.opened({ name: 'scans', config: { ...plain, kiosk: kioskOf('scans', ['payment-code']) } }),
        stage.opened({ name: 'shows', config: { ...plain, kiosk: kioskOf('shows', ['order-code']) }, timing: { orderCodeExpiry: '8s' } }),
    ]);
});

after(() => stage?.close());

interface Row {
    readonly name: string;
    readonly faults: readonly Omit<FaultOrder, 'api'>[];
    /** Faults of the inquiries that follow. */
    readonly inquiry?: readonly Omit<FaultOrder, 'api'>[];
    readonly state: string;
    /** Minor units kept in the end. */
    readonly kept: string;
    readonly reviews?: readonly string[];
}

const booked = { state: 'delivered', kept: '150' } as const;
const neverSeen = { state: 'cancelled', kept: '0' } as const;

const rows: readonly Row[] = [
    { name: 'HTML instead of an answer, not booked', faults: [{ kind: 'html' }], ...neverSeen },
    { name: 'HTML instead of an answer, booked', faults: [{ kind: 'html', books: true }], ...booked },
    { name: '100 MB', faults: [{ kind: 'huge' }], ...booked },
    { name: 'an empty answer', faults: [{ kind: 'empty' }], ...booked },
    { name: 'half an answer', faults: [{ kind: 'half' }], ...booked },
    { name: 'HTTP 500, not booked', faults: [{ kind: 'httpStatus', status: 500 }], ...neverSeen },
    { name: 'HTTP 503, booked', faults: [{ kind: 'httpStatus', status: 503, books: true }], ...booked },
    { name: 'no answer at all, booked', faults: [{ kind: 'noAnswer', books: true }], ...booked },
    { name: 'no answer at all, not booked', faults: [{ kind: 'noAnswer' }], ...neverSeen },
    { name: 'slow, booked at once', faults: [{ kind: 'slow', ms: 3_000 }], ...booked },
    { name: 'slow, booked late but answered', faults: [{ kind: 'slowBefore', ms: 900 }], ...booked },
    { name: 'a wrong signature', faults: [{ kind: 'badSignature' }], ...booked },
    { name: 'no signature', faults: [{ kind: 'unsigned' }], ...booked },
    { name: 'signed for another client', faults: [{ kind: 'wrongClientId' }], ...booked },
    { name: 'signed about another request', faults: [{ kind: 'wrongRequestId' }], ...booked },
    { name: 'a status that nobody knows', faults: [{ kind: 'unknownStatus' }], ...booked },
    { name: 'the answer lost after booking', faults: [{ kind: 'dropAfterBooking' }], ...booked },
    { name: 'the request lost before booking', faults: [{ kind: 'dropBeforeBooking' }], ...neverSeen },
    { name: 'a wrong amount', faults: [{ kind: 'wrongAmount' }], state: 'review', kept: '0', reviews: ['wrong-amount'] },
    { name: 'booked while inquiries are made', faults: [{ kind: 'bookLate', ms: 700 }], ...booked },
    {
        name: 'booked, and no inquiry can be believed: the cancel gives it back unseen',
        faults: [{ kind: 'dropAfterBooking' }],
        inquiry: [{ kind: 'badSignature' }],
        state: 'cancelled',
        kept: '0',
    },
];

test('payment code: every way in which an answer can be wrong', async (t) => {
    const sold: { readonly row: Row; readonly saleId: string }[] = [];
    // Nobody is told by a notification here: what the inquiry says must be enough.
    await stage.bank.fault({ api: 'notifyPayment', kind: 'never' });
    for (const row of rows) {
        // The next customer comes as soon as the one before is released; what is still unknown is settled beside them.
        const sale = await scans.sell('150');
        for (const fault of row.faults) await stage.bank.fault({ api: 'pay', count: 1, ...fault } as FaultOrder);
        await scans.scan(await stage.code());
        const { paymentRequestId } = (await scans.saleWhen(sale.id, 'has a payment', (one) => one.payments.length > 0)).payments[0]!;
        for (const fault of row.inquiry ?? []) await stage.bank.fault({ api: 'inquiryPayment', paymentRequestId, ...fault } as FaultOrder);
        await until('the fault was met', async () => {
            const met = (await stage.bank.requests({ api: 'pay', about: paymentRequestId })).some((one) => one.spoiled.length > 0);
            return met ? true : undefined;
        });
        sold.push({ row, saleId: sale.id });
    }
    for (const { row, saleId } of sold) {
        await t.test(row.name, async () => {
            const ended = await scans.ended(saleId);
            assert.equal(ended.state, row.state, `${paymentsOf(ended)}; ${refundsOf(ended)}`);
            assert.equal(ended.kept.value, row.kept);
            assert.deepEqual(ended.reviews, row.reviews ?? []);
            const { paymentRequestId } = ended.payments[0]!;
            const asked = await stage.bank.requests({ api: 'pay', about: paymentRequestId });
            assert.equal(asked.filter((one) => !one.spoiled.includes('booked-late')).length, 1, 'a payment code is presented once');
            const ledger = await stage.bank.ledger({ paymentRequestId });
            assert.equal(ledger.payments[0]?.net.value ?? '0', row.kept, 'the ledger keeps what the sale says');
        });
    }
    await stage.bank.endFault();
});

test('order code: an answer that cannot be believed is asked for again under the same id', async (t) => {
    const spoilt: readonly Omit<FaultOrder, 'api'>[] = [
        { kind: 'html' },
        { kind: 'badSignature' },
        { kind: 'half' },
        { kind: 'httpStatus', status: 500 },
        { kind: 'dropAfterBooking' },
        { kind: 'dropBeforeBooking' },
        { kind: 'resultCode', resultCode: 'UNKNOWN_EXCEPTION' },
    ];
    for (const fault of spoilt) {
        await t.test(fault.kind, async () => {
            await stage.bank.fault({ api: 'pay', count: 1, ...fault } as FaultOrder);
            const sale = await shows.sell('150');
            const code = await shows.orderCode(sale.id);
            assert.equal((await stage.bank.wallet.scan('alice', { code })).outcome, 'paid');
            const ended = await shows.ended(sale.id);
            assert.equal(ended.state, 'delivered');
            assert.equal(ended.payments.length, 1, 'one id for both tries');
        });
    }
});

test('order code: a gateway that never gives one lets the customer go', async () => {
    await stage.bank.fault({ api: 'pay', kind: 'html' });
    const sale = await shows.sell('150');
    const ended = await shows.ended(sale.id, 40_000);
    await stage.bank.endFault();
    assert.equal(ended.state, 'cancelled');
    assert.equal(ended.kept.value, '0');
});

test('order code: a wrong amount in the inquiry is cancelled and shown to a person', async () => {
    await stage.bank.fault({ api: 'notifyPayment', kind: 'never' });
    await stage.bank.fault({ api: 'inquiryPayment', kind: 'wrongAmount' });
    const sale = await shows.sell('150');
    await stage.bank.wallet.scan('alice', { code: await shows.orderCode(sale.id) });
    const ended = await shows.ended(sale.id);
    await stage.bank.endFault();
    assert.equal(ended.state, 'review');
    assert.deepEqual(ended.reviews, ['wrong-amount']);
    assert.equal(ended.kept.value, '0');
});

test('late booking after the cancel: without a tombstone the money is seen, and goes back', async () => {
    await stage.bank.fault({ api: 'pay', kind: 'bookLate', mode: 'afterCancel', count: 1, tombstone: false });
    const sale = await scans.sell('150');
    await scans.scan(await stage.code());
    const ended = await scans.ended(sale.id, 30_000);
    const id = ended.payments[0]!.paymentRequestId;
    const requests = await stage.bank.requests({ about: id });
    assert.ok(
        requests.some((one) => one.spoiled.includes('booked-late') && one.resultStatus === 'S'),
        'it was booked after the cancel',
    );
    const after = await scans.saleWhen(sale.id, 'has given it back', (one) => one.ended && one.state === 'refunded', 30_000);
    assert.equal(after.kept.value, '0');
    assert.equal((await stage.bank.ledger({ paymentRequestId: id })).payments[0]?.net.value, '0');
});

test('late booking after the cancel: with a tombstone nothing is taken', async () => {
    await stage.bank.fault({ api: 'pay', kind: 'bookLate', mode: 'afterCancel', count: 1, tombstone: true });
    const sale = await scans.sell('150');
    await scans.scan(await stage.code());
    const ended = await scans.ended(sale.id, 30_000);
    assert.equal(ended.state, 'cancelled');
    const ledger = await stage.bank.ledger({ paymentRequestId: ended.payments[0]!.paymentRequestId });
    assert.equal(ledger.payments.length === 0 || ledger.payments[0]?.net.value === '0', true);
});

test('money that arrives after an order code ended is settled by the gateway, and nothing is delivered', async () => {
    const sale = await shows.sell('150');
    const planned = await stage.bank.wallet.scan('alice', { code: await shows.orderCode(sale.id), act: 'payLate' });
    assert.equal(planned.outcome, 'late-planned');
    assert.equal((await shows.post(`/v1/sales/${sale.id}/cancel`, {})).status, 202);
    const ended = await shows.ended(sale.id);
    await shows.until('the late notification was acknowledged', async () => {
        const notices = await stage.bank.notifications(ended.payments[0]!.paymentRequestId);
        return notices.some((notice) => notice.state === 'acknowledged') ? true : undefined;
    });
    const after = await shows.saleWhen(sale.id, 'has ended again', (one) => one.ended);
    assert.equal(after.kept.value, '0');
    assert.ok(after.state === 'refunded' || after.state === 'cancelled', after.state);
});

test('the books agree to the cent', async () => {
    await stage.proveBooks();
});
