/**
 * Follow: what follows from a sale's state by itself, after every input, until nothing more follows. The rules R1, R2, R5, R6, R7 and R8
 * live here once, whichever input brought the sale where it is.
 */
import type { EndState } from './events.ts';
import { minor, minorOf } from './money.ts';
import { asksRecall, keptAmount, keptPayment, lastingReviews, leftOf, moneyCame, refundOpen, refundsOf, unresolved } from './questions.ts';
import { modesNow, readiness, revokes, slotReady } from './readiness.ts';
import type { Delivery, Sale } from './state.ts';
import { emit, giveBack, intendCancel, intendPayment, newId, openReview, saleNow, type Turn } from './turn.ts';

/** More rounds than any sale can need: reaching it is a bug, and the assertion stops the till before money moves wrongly. */
const roundsMax = 200;

export function follow(turn: Turn): void {
    for (let round = 0; round < roundsMax; round++) {
        const before = turn.events.length;
        for (const saleId of Object.keys(turn.state.sales)) followSale(turn, saleId);
        if (turn.events.length === before) return;
    }
    throw new Error('the rules of a sale do not come to rest');
}

/** One rule at a time: each looks at the sale as the rule before it left it. */
function followSale(turn: Turn, saleId: string): void {
    for (const rule of rules) {
        const sale = saleNow(turn, saleId);
        if (sale === undefined || sale.ended !== undefined) return;
        rule(turn, sale);
    }
}

const rules: readonly ((turn: Turn, sale: Sale) => void)[] = [
    giveBackSecondPayment,
    revokeWhenNotReady,
    deliverNext,
    judgeDoubts,
    giveBackUndelivered,
    releaseWithoutProof,
    cancelWithoutCustomer,
    leaveWhenHopeless,
    offer,
    end,
    leaveWhenServed,
];

/** R2: one payment is kept; whatever else was paid goes back whole, and what is still on offer is cancelled. */
function giveBackSecondPayment(turn: Turn, sale: Sale): void {
    for (const payment of sale.payments) {
        if (
            !settledOutside(sale) &&
            payment.state === 'paid' &&
            payment.paymentRequestId !== sale.keptPayment &&
            payment.cancel === undefined &&
            leftOf(sale, payment) > 0
        ) {
            giveBack(turn, sale, payment, { minorUnits: minor(payment.amount), reason: 'paid-twice' });
            return;
        }
        if (sale.keptPayment !== undefined && unresolved(payment) && payment.cancel === undefined && payment.lateUnchecked !== true) {
            intendCancel(turn, sale, payment, 'scanned-instead');
            return;
        }
    }
}

/** R1: a machine that cannot deliver or remember takes back what is on offer. */
function revokeWhenNotReady(turn: Turn, sale: Sale): void {
    if (!sale.customerHere || sale.keptPayment !== undefined) return;
    const reasons = revokes(turn.world, sale);
    if (reasons.length > 0) emit(turn, { type: 'customerLeft', saleId: sale.id, reason: turn.world.stopping ? 'stopping' : 'not-ready' });
}

/** One motor at a time; nothing is handed out to somebody who is gone (R7) or by a machine that cannot (R1). */
function deliverNext(turn: Turn, sale: Sale): void {
    const kept = keptPayment(sale);
    const next = sale.deliveries.find((delivery) => delivery.state === 'pending');
    if (kept === undefined || next === undefined || sale.deliveries.some((delivery) => delivery.state === 'moving')) return;
    const { world } = turn;
    const hopeless = !sale.customerHere
        ? 'nobody is there any more'
        : !world.journalWritable
          ? 'the journal cannot be written'
          : world.stopping
            ? 'the machine is stopping'
            : leftOf(sale, kept) < minor(kept.amount) && sale.refunds.some((refund) => refund.by === 'operator')
              ? 'money was given back by the operator'
              : undefined;
    if (hopeless === undefined && dispenserBusy(turn)) return;
    const obstacle =
        hopeless ??
        (slotReady(world, next.slot)
            ? undefined
            : `the slot is not ready: ${world.slots[next.slot]?.reason ?? 'the dispenser is offline'}`);
    const of = { saleId: sale.id, index: next.index, slot: next.slot };
    if (obstacle === undefined) emit(turn, { type: 'deliveryIntended', ...of, deliveryId: newId(turn, 'D') });
    else emit(turn, { type: 'deliveryEnded', ...of, outcome: 'failed', grade: 'none', detail: obstacle });
}

/** One drop sensor would count for two motors, whosever sale they turn for; and it is read before the next one overwrites it. */
function dispenserBusy({ state, world }: Turn): boolean {
    const online = world.devices.dispenser?.state === 'online';
    return Object.values(state.sales).some(
        (sale) =>
            sale.ended === undefined && sale.deliveries.some((delivery) => delivery.state === 'moving' || (online && asksRecall(delivery))),
    );
}

/** R6: a delivery whose outcome nobody knows is refunded below a value and a count, else a person looks; no reward for pulling plugs. */
function judgeDoubts(turn: Turn, sale: Sale): void {
    const doubt = sale.deliveries.find(
        (delivery) => delivery.state === 'unknown' && delivery.recalled === true && delivery.judged === undefined,
    );
    if (doubt === undefined) return;
    const { doubt: policy } = turn.world.policy;
    const dayBefore = turn.input.now - 86_400_000;
    const recent = turn.state.doubtfulRefunds.filter((one) => one.at > dayBefore);
    const small = (minorOf(doubt.price) ?? 0) < (minorOf(policy.refundBelow) ?? 0);
    const seldom = recent.length < policy.perDay && recent.filter((one) => one.slot === doubt.slot).length < policy.perSlotDay;
    const decision = small && seldom ? 'refund' : 'review';
    emit(turn, { type: 'deliveryJudged', saleId: sale.id, index: doubt.index, slot: doubt.slot, decision });
    if (decision === 'review') openReview(turn, sale.id, 'delivery-unknown');
}

/** R5: what did not come out goes back together, once the last delivery is decided. */
function giveBackUndelivered(turn: Turn, sale: Sale): void {
    const kept = keptPayment(sale);
    if (kept === undefined || settledOutside(sale) || sale.deliveries.length === 0 || !sale.deliveries.every(decided)) return;
    const owed = sale.deliveries.filter(owedBack).reduce((sum, delivery) => sum + (minorOf(delivery.price) ?? 0), 0);
    // A refund that finally failed counts until a person or its next id has taken over: what is owed is asked for once.
    const asked = refundsOf(sale, kept.paymentRequestId)
        .filter((refund) => refund.by === 'till' && (refund.state !== 'failed' || refund.next !== 'done'))
        .reduce((sum, refund) => sum + minor(refund.amount), 0);
    if (owed > asked) giveBack(turn, sale, kept, { minorUnits: owed - asked, reason: 'not-delivered' });
}

/**
 * The gateway says that it never saw a cancelled payment, which proves nothing: no other payment may be asked until long after its
 * expiry (R2), so the customer is released and the payment stays watched (design §3 "Uncertainty"). Not while another one is under way.
 */
function releaseWithoutProof(turn: Turn, sale: Sale): void {
    if (!sale.customerHere || sale.keptPayment !== undefined) return;
    const open = sale.payments.filter(unresolved);
    if (!open.some((payment) => payment.cancel?.refused === 'missing') || open.some((payment) => payment.cancel === undefined)) return;
    emit(turn, { type: 'customerLeft', saleId: sale.id, reason: 'no-proof' });
}

/** R7: money of somebody who is gone is not waited for, except where nothing is handed out and the machine had only restarted. */
function cancelWithoutCustomer(turn: Turn, sale: Sale): void {
    if (sale.customerHere) return;
    const waitsForMoney = sale.items.length === 0 && sale.left === 'restart';
    for (const payment of sale.payments) {
        if (!unresolved(payment) || payment.cancel !== undefined || payment.lateUnchecked === true) continue;
        if (waitsForMoney) continue;
        intendCancel(turn, sale, payment, sale.left === 'restart' ? 'restart' : 'customer-left');
        return;
    }
}

/** The customer's limit of tries, and the ways that are closed. */
function leaveWhenHopeless(turn: Turn, sale: Sale) {
    if (!sale.customerHere || moneyCame(sale) || sale.payments.some(unresolved)) return;
    const leave = (reason: 'tries' | 'declined' | 'timeout' | 'not-ready') => emit(turn, { type: 'customerLeft', saleId: sale.id, reason });
    if (sale.refusedScans >= refusedScansMax) return leave('tries');
    const last = sale.payments.at(-1);
    const tries = sale.payments.filter((payment) => payment.cancel?.reason !== 'scanned-instead').length;
    if (last === undefined) {
        if (sale.present && !readiness(turn.state, turn.world).ready) leave('not-ready');
        return;
    }
    if (sale.origin === 'entry') return leave(last.state === 'declined' ? 'declined' : 'timeout');
    const closedByGateway = last.mode !== 'payment-code' && last.state === 'cancelled' && last.cancel === undefined;
    if (last.cancel?.reason === 'expired' || closedByGateway) return leave('timeout');
    if (tries >= turn.world.policy.triesMax) return leave('tries');
    const modes = modesNow(turn.world);
    if (!readiness(turn.state, turn.world).ready) return leave(last.state === 'declined' ? 'declined' : 'not-ready');
    if (!modes.includes('payment-code') && !orderMayBeOffered(sale, modes)) leave('declined');
}

/** Noise that looks like codes must not keep a sale open for ever. */
const refusedScansMax = 10;

/** R1, R2: an order code is on offer while the customer is here, the machine is ready and nothing else is unresolved. */
function offer(turn: Turn, sale: Sale): void {
    // Money that was taken and went back ends the sale: nobody is asked to pay again for what has just gone wrong.
    if (!sale.customerHere || moneyCame(sale) || sale.payments.some(unresolved)) return;
    if (!sale.present || !readiness(turn.state, turn.world).ready) return;
    if (sale.deliveries.some((delivery) => !slotReady(turn.world, delivery.slot))) return;
    if (sale.origin === 'entry') {
        if (sale.payments.length === 0) intendPayment(turn, sale, { mode: 'entry-code' });
        return;
    }
    if (orderMayBeOffered(sale, modesNow(turn.world))) intendPayment(turn, sale, { mode: 'order-code' });
}

/** A new order code may follow one that a scan took off the glass, never one that the gateway refused. */
function orderMayBeOffered(sale: Sale, modes: readonly string[]): boolean {
    if (!modes.includes('order-code')) return false;
    const orders = sale.payments.filter((payment) => payment.mode === 'order-code');
    return orders.every((payment) => payment.state === 'cancelled' && payment.cancel?.reason === 'scanned-instead');
}

/** R8: every sale ends. */
function end(turn: Turn, sale: Sale): void {
    if (sale.payments.some(unresolved) || sale.refunds.some(refundOpen)) return;
    if (sale.refunds.some((refund) => refund.state === 'failed' && (refund.next === 'again' || refund.next === 'full'))) return;
    const kept = keptPayment(sale);
    if (kept !== undefined && !sale.deliveries.every(decided)) return;
    if (kept === undefined && sale.customerHere && !sale.payments.some((payment) => payment.taken)) return;
    emit(turn, { type: 'saleEnded', saleId: sale.id, state: endState(sale) });
}

/**
 * Nobody stands and waits for money that takes its way back: the machine is free for the next customer as soon as the last item is
 * decided, or as soon as money came that is not kept and no scan of this customer is under way any more.
 */
function leaveWhenServed(turn: Turn, sale: Sale): void {
    if (!sale.customerHere || !moneyCame(sale)) return;
    const scanUnderWay = sale.payments.some(
        (payment) =>
            payment.mode === 'payment-code' && unresolved(payment) && payment.cancel === undefined && payment.lateUnchecked !== true,
    );
    if (keptPayment(sale) !== undefined ? !sale.deliveries.every(decided) : scanUnderWay) return;
    emit(turn, { type: 'customerLeft', saleId: sale.id, reason: 'settled' });
}

function endState(sale: Sale): EndState {
    if (lastingReviews(sale).length > 0) return 'review';
    const taken = sale.payments.some((payment) => payment.taken);
    if (taken && minor(keptAmount(sale)) === 0) return 'refunded';
    if (taken) return 'delivered';
    const gaveUp = sale.left === 'cancelled' || sale.left === 'not-ready' || sale.left === 'stopping' || sale.left === 'restart';
    return !gaveUp && sale.payments.some((payment) => payment.state === 'declined') ? 'declined' : 'cancelled';
}

/** A person has settled it; the machine gives nothing more back by itself. */
function settledOutside(sale: Sale): boolean {
    return sale.resolved !== undefined && sale.resolved.decision !== 'refund';
}

function decided(delivery: Delivery): boolean {
    return delivery.state === 'delivered' || delivery.state === 'failed' || (delivery.state === 'unknown' && delivery.judged !== undefined);
}

function owedBack(delivery: Delivery): boolean {
    return delivery.state === 'failed' || (delivery.state === 'unknown' && delivery.judged === 'refund');
}
