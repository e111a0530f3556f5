/**
 * Farewell screen: the last words to a customer: what they have, what happened to their money, and what to do. Pure.
 *
 * Rules: "you have not been charged" only when no payment that somebody may have made is open and none was ever taken; money is said to be back only when that is
 * confirmed, and asked for otherwise (design §7).
 */
import type { LeaveReason } from '../sale/events.ts';
import { keptPayment, mayBePaid, unresolved } from '../sale/questions.ts';
import type { Sale } from '../sale/state.ts';
import type { World } from '../sale/world.ts';
import { backLines } from './money-back.ts';
import type { Message } from './screen.ts';
import { declinedSentences, type ScreenPart } from './screen-part.ts';

export function farewellScreen(sale: Sale, world: World): ScreenPart {
    if (sale.reviews.length > 0 || sale.ended === 'review') return reviewScreen(sale, world);
    if (sale.payments.some((payment) => payment.taken)) return takenScreen(sale);
    if (sale.payments.some(unresolved)) return unsureScreen(sale);
    return notTakenScreen(sale);
}

function reviewScreen(sale: Sale, world: World): ScreenPart {
    const lines: Message[] = [{ key: 'review.look' }, helper(world), ...backLines(sale), { key: 'claim.photo' }];
    return { kind: 'review', saleId: sale.id, title: { key: 'title.review' }, lines, amount: sale.amount, claim: sale.claim };
}

function helper({ policy }: World): Message {
    const { contact } = policy;
    if (contact === undefined) return { key: 'review.contact', params: { seller: policy.sellerName } };
    return { key: 'review.call', params: { name: contact.name, phone: contact.phone } };
}

function takenScreen(sale: Sale): ScreenPart {
    const common = { saleId: sale.id, amount: sale.amount, claim: sale.claim };
    const back = backLines(sale);
    const out = sale.deliveries.filter((delivery) => delivery.state === 'delivered').length;
    const failed = sale.deliveries.filter((delivery) => delivery.state === 'failed' || delivery.state === 'unknown').length;
    const kept = keptPayment(sale) !== undefined;
    if (sale.deliveries.some((delivery) => delivery.state === 'unknown' && delivery.judged === undefined)) {
        return { ...common, kind: 'wait', title: { key: 'title.wait' }, lines: [{ key: 'wait.delivery' }, { key: 'wait.again' }] };
    }
    if (out === sale.deliveries.length && (out > 0 || kept)) {
        const first: Message = out > 0 ? { key: 'thanks.take' } : { key: 'thanks.amount', params: { amount: sale.amount } };
        const lines: readonly Message[] = back.length === 0 ? [first, { key: 'thanks.bye' }] : [first, ...back];
        // The thank-you is the receipt that a machine without paper gives.
        return { ...common, kind: 'thanks', title: { key: 'title.thanks' }, lines, marks: true };
    }
    if (out === 0 && failed > 0) {
        return { ...common, kind: 'nothingOut', title: { key: 'title.nothingOut' }, lines: back };
    }
    const why: Message = out > 0 ? { key: 'back.part' } : { key: sale.deliveries.length > 0 ? 'back.late' : 'back.noAnswer' };
    return { ...common, kind: 'moneyBack', title: { key: 'title.moneyBack' }, lines: [why, ...back] };
}

/** The customer is released while a payment is open: its end is not known, and it is settled without them. */
function unsureScreen(sale: Sale): ScreenPart {
    const scanned = sale.payments.some((payment) => unresolved(payment) && payment.mode === 'payment-code');
    const common = { saleId: sale.id, amount: sale.amount, claim: sale.claim };
    if (scanned) {
        const lines: Message[] = [{ key: 'back.ifCharged' }, { key: 'back.wallet' }, { key: 'back.nothingToDo' }];
        return { ...common, kind: 'moneyBack', title: { key: 'title.unsure' }, lines };
    }
    const why: Message = sale.left === 'timeout' || sale.left === 'no-proof' ? { key: 'declined.no-connection' } : leftLine(sale);
    // A code that never came was never seen: nobody can have paid it, whatever the gateway made of the question.
    if (!sale.payments.some((payment) => unresolved(payment) && mayBePaid(payment))) {
        return {
            ...common,
            kind: 'cancelled',
            title: { key: 'title.cancelled' },
            lines: [why, { key: 'notCharged' }],
        };
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
