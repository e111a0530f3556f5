/** Invariants: what must hold after every input, at every start of a step, and once all has come to rest. */
import assert from 'node:assert/strict';
import { decide } from '../../../../firmware/sale/decide.ts';
import type { TillEvent } from '../../../../firmware/sale/events.ts';
import { evolve } from '../../../../firmware/sale/evolve.ts';
import { keptAmount, unresolved } from '../../../../firmware/sale/questions.ts';
import { emptyState, type Payment, type Sale, type TillState } from '../../../../firmware/sale/state.ts';
import type { Step } from '../../../../firmware/sale/steps.ts';
import type { World } from '../../../../firmware/sale/world.ts';
import { checkHold } from '../hold.ts';
import { timing } from '../policy.ts';

/** What is looked at of a kiosk: all that it did, what it believes, and the truth at the gateway. */
interface Watched {
    readonly state: TillState;
    readonly world: World;
    readonly now: number;
    readonly events: readonly TillEvent[];
    readonly gateway: { net(paymentRequestId: string): number };
    readonly codesSent: ReadonlyMap<string, { readonly id: string; readonly at: number }>;
    archived(match: (event: TillEvent) => boolean): Sale | undefined;
}

/** After every input. */
export function checkEvents(kiosk: Watched, before: TillState, events: readonly TillEvent[]): void {
    for (const sale of Object.values(kiosk.state.sales)) {
        const kept = sale.payments.filter((payment) => payment.state === 'paid' && payment.cancel === undefined);
        assert.ok(kept.length <= 1, `${sale.id} keeps ${kept.length} payments`);
    }
    checkHold(kiosk.state, kiosk.world);
    let state = before;
    for (const event of events) {
        if (event.type === 'deliveryIntended') checkMayMove(kiosk, state, state.sales[event.saleId]);
        if (event.type === 'paymentIntended') checkMayAsk(state.sales[event.saleId]);
        if (event.type === 'paymentPaid') {
            const payment = state.sales[event.saleId]?.payments.find((one) => one.paymentRequestId === event.paymentRequestId);
            assert.ok(payment?.cancel === undefined, 'paid behind a cancel intent');
            assert.deepEqual(event.amount, payment?.amount, 'paid with another amount');
        }
        state = evolve(state, event);
    }
}

function checkMayMove(kiosk: Watched, state: TillState, sale: Sale | undefined): void {
    const moving = Object.values(state.sales).flatMap((one) => one.deliveries.filter((delivery) => delivery.state === 'moving'));
    assert.deepEqual(moving, [], 'two motors at once');
    const kept = sale?.payments.find((payment) => payment.paymentRequestId === sale.keptPayment);
    assert.ok(kept !== undefined && kept.state === 'paid' && kept.cancel === undefined, 'goods without a kept payment');
    assert.equal(kiosk.gateway.net(kept.paymentRequestId), Number(kept.amount.value), 'goods without the money at the gateway');
    assert.ok(sale?.customerHere, 'goods for somebody who is gone');
}

/** R2: no further payment while one is unresolved; an order code that a scan replaces is the exception, cancelled in the same turn. */
function checkMayAsk(sale: Sale | undefined): void {
    const open = sale?.payments.filter(
        (payment) => unresolved(payment) && !(payment.mode === 'order-code' && payment.cancel === undefined && !payment.closing),
    );
    assert.deepEqual(open, [], 'asked for another payment while one is unresolved');
    assert.equal(sale?.keptPayment, undefined, 'asked for another payment after one was kept');
}

/** At the start of a step's attempt. */
export function checkStart(kiosk: Watched, step: Step): void {
    if (step.kind === 'pay') {
        const sale = kiosk.state.sales[step.saleId];
        assert.equal(sale?.keptPayment, undefined, 'pay for a sale that is paid');
        for (const other of sale?.payments ?? []) {
            if (other.paymentRequestId === step.payment.paymentRequestId) continue;
            assert.ok(!unresolved(other) || other.cancel !== undefined, 'pay beside another open payment');
            const seen = kiosk.world.glass.payable === other.paymentRequestId;
            assert.ok(!seen || kiosk.world.barrierOver.includes(step.payment.paymentRequestId), 'pay while an order code can be seen');
        }
        const { codeHash } = step.payment;
        const before = codeHash === undefined ? undefined : kiosk.codesSent.get(codeHash);
        if (before !== undefined && before.id !== step.payment.paymentRequestId) {
            assert.ok(kiosk.now - before.at >= timing.codeReuse, 'a code sent twice within ten minutes');
        }
        assert.ok(step.payment.mode !== 'payment-code' || before?.id !== step.payment.paymentRequestId, 'a code sent twice under one id');
    }
    if (step.kind === 'cancel') {
        const payment = kiosk.state.sales[step.saleId]?.payments.find((one) => one.paymentRequestId === step.paymentRequestId);
        const seen = kiosk.world.glass.payable === step.paymentRequestId;
        assert.ok(!seen || kiosk.world.barrierOver.includes(step.paymentRequestId), 'cancel while the code can be seen');
        assert.ok(payment?.cancel !== undefined || !kiosk.world.journalWritable, 'cancel without an intent');
        const moved = kiosk.state.sales[step.saleId]?.deliveries.some((delivery) => delivery.deliveryId !== undefined);
        assert.ok(kiosk.world.journalWritable || moved !== true, 'an unwritten cancel where goods may have moved');
    }
}

/** When nothing is under way any more. */
export function checkRest(kiosk: Watched): void {
    const saleIds = new Set(kiosk.events.flatMap((event) => (event.type === 'saleOpened' ? [event.saleId] : [])));
    for (const saleId of saleIds) {
        const sale = kiosk.state.sales[saleId] ?? kiosk.archived((event) => event.type === 'saleOpened' && event.saleId === saleId);
        assert.ok(sale?.ended !== undefined, `${saleId} never ended`);
        checkMoney(kiosk, sale);
        checkGoods(kiosk, sale);
    }
    const price = { currency: 'EUR', value: '100' };
    const { reply } = decide(kiosk.state, kiosk.world, { kind: 'openSale', amount: price, now: kiosk.now, nonce: 'REST' });
    assert.equal(reply?.ok, true, 'the next customer is turned away');
    // The journal holds JSON: folding what was written gives the same state.
    let folded = emptyState;
    for (const event of kiosk.events) folded = evolve(folded, JSON.parse(JSON.stringify(event)) as TillEvent);
    assert.deepEqual(folded, kiosk.state, 'the state does not survive the journal');
    assert.deepEqual(JSON.parse(JSON.stringify(folded)), folded, 'the state is not plain JSON');
}

/** R10: the journal's sum is the gateway's, and R2: one payment at most is kept. */
function checkMoney(kiosk: Watched, sale: Sale): void {
    const net = (payment: Payment) => kiosk.gateway.net(payment.paymentRequestId);
    const total = sale.payments.reduce((sum, payment) => sum + net(payment), 0);
    const kept = Number(keptAmount(sale).value);
    // A person's word stands where the gateway's was not known yet, and nobody asks the gateway any more: reconciliation shows a difference.
    const settled = [...sale.payments, ...sale.refunds].some((one) => one.settled === true);
    assert.ok(settled || total === kept, `${sale.id} keeps what the gateway does not say: ${kept}, not ${total}`);
    if (sale.ended === 'review' || sale.resolved !== undefined) return;
    assert.ok(sale.payments.filter((payment) => net(payment) > 0).length <= 1, `${sale.id} was charged twice`);
    if (sale.ended !== 'delivered') assert.equal(total, 0, `${sale.id} ended ${sale.ended} with money kept`);
}

/** Money for what came out, goods for money. */
function checkGoods(kiosk: Watched, sale: Sale): void {
    const moves = kiosk.events.filter((event) => event.type === 'deliveryIntended' && event.saleId === sale.id);
    assert.equal(
        new Set(moves.map((event) => (event.type === 'deliveryIntended' ? event.index : -1))).size,
        moves.length,
        'an item moved twice',
    );
    if (sale.ended === 'review' || sale.resolved !== undefined || sale.deliveries.length === 0) return;
    if (sale.refunds.some((refund) => refund.by === 'operator' || refund.reason === 'goodwill')) return;
    const out = sale.deliveries
        .filter((delivery) => delivery.state === 'delivered')
        .reduce((sum, delivery) => sum + Number(delivery.price), 0);
    const goodwill = kiosk.events.some((event) => event.type === 'refundIntended' && event.saleId === sale.id && event.goodwill === true);
    const kept = Number(keptAmount(sale).value);
    assert.ok(goodwill ? kept <= out : kept === out, `${sale.id} keeps ${kept} for goods of ${out}`);
}
