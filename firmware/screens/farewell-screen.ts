/**
 * Farewell screen: the last words to a customer: what they have, what happened to their money, and what to do. Pure.
 *
 * Rules: "you have not been charged" only when no payment is open and none was ever taken; money is said to be back only when that is
 * confirmed, and asked for otherwise (design §7).
 */
import type { Amount } from '../ports/amount.ts';
import type { LeaveReason } from '../sale/events.ts';
import { amountOf, minor } from '../sale/money.ts';
import { keptPayment, refundsOf, unresolved } from '../sale/questions.ts';
import type { Payment, Sale } from '../sale/state.ts';
import type { World } from '../sale/world.ts';
import type { Message } from './screen.ts';
import { declinedSentences, type ScreenPart } from './screen-part.ts';

export function farewellScreen(sale: Sale, world: World): ScreenPart {
    if (sale.reviews.length > 0 || sale.ended === 'review') return reviewScreen(sale, world);
    if (sale.payments.some((payment) => payment.taken)) return takenScreen(sale);
    if (sale.payments.some(unresolved)) return unsureScreen(sale);
    return notTakenScreen(sale);
}

function reviewScreen(sale: Sale, world: World): ScreenPart {
    const lines: Message[] = [
        { key: 'review.look' },
        { key: 'review.contact', params: { seller: world.policy.sellerName } },
        ...backLines(moneyBack(sale)),
        { key: 'claim.photo' },
    ];
    return { kind: 'review', saleId: sale.id, title: { key: 'title.review' }, lines, amount: sale.amount, claim: sale.claim };
}

function takenScreen(sale: Sale): ScreenPart {
    const common = { saleId: sale.id, amount: sale.amount, claim: sale.claim };
    const back = moneyBack(sale);
    const out = sale.deliveries.filter((delivery) => delivery.state === 'delivered').length;
    const failed = sale.deliveries.filter((delivery) => delivery.state === 'failed' || delivery.state === 'unknown').length;
    const kept = keptPayment(sale) !== undefined;
    if (sale.deliveries.some((delivery) => delivery.state === 'unknown' && delivery.judged === undefined)) {
        return { ...common, kind: 'wait', title: { key: 'title.wait' }, lines: [{ key: 'wait.delivery' }, { key: 'wait.again' }] };
    }
    if (out === sale.deliveries.length && (out > 0 || kept)) {
        const first: Message = out > 0 ? { key: 'thanks.take' } : { key: 'thanks.amount', params: { amount: sale.amount } };
        const lines: readonly Message[] = back.length === 0 ? [first, { key: 'thanks.bye' }] : [first, ...backLines(back)];
        return { ...common, kind: 'thanks', title: { key: 'title.thanks' }, lines };
    }
    if (out === 0 && failed > 0) {
        return {
            ...common,
            kind: 'nothingOut',
            title: { key: 'title.nothingOut' },
            lines: backLines(back),
        };
    }
    const why: Message = out > 0 ? { key: 'back.part' } : { key: sale.deliveries.length > 0 ? 'back.late' : 'back.noAnswer' };
    return {
        ...common,
        kind: 'moneyBack',
        title: { key: 'title.moneyBack' },
        lines: [why, ...backLines(back)],
    };
}

/** The customer is released while a payment is open: its end is not known, and it is settled without them. */
function unsureScreen(sale: Sale): ScreenPart {
    const scanned = sale.payments.some((payment) => unresolved(payment) && payment.mode === 'payment-code');
    const common = { saleId: sale.id, amount: sale.amount, claim: sale.claim };
    if (scanned) {
        const lines: Message[] = [{ key: 'back.ifCharged' }, { key: 'back.wallet' }, { key: 'back.nothingToDo' }];
        return { ...common, kind: 'moneyBack', title: { key: 'title.unsure' }, lines };
    }
    return { ...common, kind: 'cancelled', title: { key: 'title.cancelled' }, lines: [leftLine(sale), { key: 'back.ifCharged' }] };
}

function notTakenScreen(sale: Sale): ScreenPart {
    const common = { saleId: sale.id, amount: sale.amount, claim: sale.claim };
    const refused = sale.payments.findLast((payment) => payment.state === 'declined' && payment.resultCode !== undefined);
    const declined = sale.ended === 'declined' || sale.left === 'declined' || sale.left === 'tries';
    if (declined) {
        const why: readonly Message[] =
            refused?.resultCode === undefined
                ? [{ key: 'declined.tooMany' }, { key: 'advice.try-again' }]
                : declinedSentences(refused.resultCode);
        const [reason, ...advice] = why;
        return {
            ...common,
            kind: 'declined',
            title: { key: 'title.declined' },
            lines: [...(reason === undefined ? [] : [reason]), { key: 'notCharged' }, ...advice],
        };
    }
    return { ...common, kind: 'cancelled', title: { key: 'title.cancelled' }, lines: [leftLine(sale), { key: 'notCharged' }] };
}

function leftLine(sale: Sale): Message {
    return { key: leftKeys[sale.left ?? 'cancelled'] };
}

const leftKeys: Readonly<Record<LeaveReason, string>> = {
    cancelled: 'left.cancelled',
    settled: 'left.cancelled',
    timeout: 'left.timeout',
    'no-proof': 'left.timeout',
    'not-ready': 'left.notReady',
    stopping: 'left.notReady',
    restart: 'left.restart',
    tries: 'declined.tooMany',
    declined: 'declined.tooMany',
};

interface Back {
    readonly amount: Amount;
    readonly confirmed: boolean;
}

function backLines(back: readonly Back[]): readonly Message[] {
    if (back.length === 0) return [];
    const lines: Message[] = back.map(({ amount, confirmed }) => ({
        key: confirmed ? 'back.confirmed' : 'back.asked',
        params: { amount },
    }));
    return [...lines, { key: 'back.wallet' }];
}

/** What goes back to the customer, confirmed and asked for, each in one sum. */
function moneyBack(sale: Sale): readonly Back[] {
    let confirmed = 0;
    let asked = 0;
    for (const payment of sale.payments) {
        if (!payment.taken) continue;
        if (payment.state === 'cancelled' && payment.lateUnchecked !== true) confirmed += minor(payment.amount);
        else if (payment.state === 'paid' && payment.cancel === undefined) {
            const refunds = refundSums(sale, payment);
            confirmed += refunds.confirmed;
            // Refunds begin with the last delivery: what is known not to have come out is owed before that.
            asked +=
                payment.paymentRequestId === sale.keptPayment
                    ? Math.max(refunds.asked, owed(sale, payment) - refunds.confirmed)
                    : refunds.asked;
        } else asked += minor(payment.amount);
    }
    const { currency } = sale.amount;
    const back: Back[] = [];
    if (asked > 0) back.push({ amount: amountOf(currency, asked), confirmed: false });
    if (confirmed > 0) back.push({ amount: amountOf(currency, confirmed), confirmed: true });
    return back;
}

function refundSums(sale: Sale, payment: Payment): { confirmed: number; asked: number } {
    const sums = { confirmed: 0, asked: 0 };
    for (const refund of refundsOf(sale, payment.paymentRequestId)) {
        if (refund.state === 'confirmed') sums.confirmed += minor(refund.amount);
        else if (refund.state !== 'failed' || refund.next === 'again' || refund.next === 'full') sums.asked += minor(refund.amount);
    }
    return sums;
}

/** Minor units for what did not come out of the machine, at most the whole payment. */
function owed(sale: Sale, payment: Payment): number {
    const failed = sale.deliveries.filter((delivery) => delivery.state === 'failed' || delivery.judged === 'refund');
    if (failed.length === 0) return 0;
    if (failed.length === sale.deliveries.length) return minor(payment.amount);
    const prices = failed.reduce((sum, delivery) => sum + minor(amountOf(sale.amount.currency, Number(delivery.price))), 0);
    return Math.min(prices, minor(payment.amount));
}
