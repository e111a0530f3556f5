/** Goods and refunds: what a dispenser and the gateway's refund answers mean (R5, R6). */
import type { Input } from './inputs.ts';
import { minor, minorOf } from './money.ts';
import { amountTaken, paymentOf, refundsOf } from './questions.ts';
import { resultCode } from './result-codes.ts';
import type { Delivery, Payment, Refund, Sale } from './state.ts';
import { emit, intendRefund, openReview, raiseAlert, reopenEnded, saleNow, type Turn } from './turn.ts';

type InputOf<Kind extends Input['kind']> = Extract<Input, { kind: Kind }>;

export function onDeliveryEnded(turn: Turn, input: InputOf<'deliveryEnded'>): void {
    const delivery = saleNow(turn, input.saleId)?.deliveries.find((one) => one.index === input.index);
    if (delivery?.state !== 'moving' || input.stepId !== `deliver:${delivery.deliveryId}`) return;
    // Evidence first (R6): the latch or the home switch may know what the movement itself did not see.
    deliveryEnded(turn, input, { delivery, recallDue: input.answer.outcome === 'unknown' });
}

/** What the dispenser remembers of a movement that a power cut interrupted, or whose end it did not see. */
export function onRecalled(turn: Turn, input: InputOf<'recalled'>): void {
    const delivery = saleNow(turn, input.saleId)?.deliveries.find((one) => one.index === input.index);
    if (delivery?.state !== 'unknown' || delivery.recalled === true || input.stepId !== `recall:${delivery.deliveryId}`) return;
    deliveryEnded(turn, input, { delivery, recallDue: false });
}

function deliveryEnded(
    turn: Turn,
    input: InputOf<'deliveryEnded'> | InputOf<'recalled'>,
    { delivery, recallDue }: { delivery: Delivery; recallDue: boolean },
): void {
    const { outcome, evidence } = input.answer;
    const { index, slot } = delivery;
    emit(turn, {
        type: 'deliveryEnded',
        saleId: input.saleId,
        index,
        slot,
        outcome,
        grade: evidence.grade,
        detail: evidence.detail,
        ...(recallDue ? { recallDue } : {}),
    });
}

export function onRefundAnswered(turn: Turn, input: InputOf<'refundAnswered'>) {
    const found = refundNow(turn, input);
    if (found === undefined || (found.refund.state !== 'intended' && found.refund.state !== 'unknown')) return;
    const { sale, refund } = found;
    const of = { saleId: sale.id, paymentRequestId: refund.paymentRequestId, refundRequestId: refund.refundRequestId };
    switch (input.answer.kind) {
        case 'done':
            reopenEnded(turn, sale);
            return emit(turn, { type: 'refundConfirmed', ...of, ...refundId(input.answer), via: 'answer' });
        case 'refused':
            return emit(turn, { type: 'refundRefused', ...of, resultCode: input.answer.resultCode });
        case 'pending':
            if (refund.state === 'intended') emit(turn, { type: 'refundPending', ...of, resultCode: input.answer.resultCode });
            return;
        case 'unknown':
        case 'unsent':
            return;
    }
}

/** The inquiry after a refusal: only what it confirms is final (R5). */
export function onRefundInquired(turn: Turn, input: InputOf<'refundInquired'>) {
    const found = refundNow(turn, input);
    if (found === undefined || found.refund.state !== 'refused' || found.refund.settled === true) return;
    const { sale, refund } = found;
    const of = { saleId: sale.id, paymentRequestId: refund.paymentRequestId, refundRequestId: refund.refundRequestId };
    switch (input.answer.kind) {
        case 'done':
            return emit(turn, { type: 'refundConfirmed', ...of, ...refundId(input.answer), via: 'inquiry' });
        case 'failed':
        case 'missing':
            return onFinallyFailed(turn, { sale, refund });
        // A refused inquiry says nothing about the refund: a new id now could give the money back twice.
        case 'refused':
        case 'processing':
        case 'unknown':
        case 'unsent':
            return;
    }
}

/** ORDER_IS_CANCELED: only an inquiry that says CANCELLED proves that the money is back (R4). */
export function onReturnedInquiry(turn: Turn, input: InputOf<'inquired'>) {
    const refundRequestId = input.stepId.slice(input.stepId.indexOf(':') + 1);
    const found = refundNow(turn, { saleId: input.saleId, refundRequestId });
    if (found === undefined || found.refund.state !== 'refused' || found.refund.settled === true) return;
    const { sale, refund } = found;
    const of = { saleId: sale.id, paymentRequestId: refund.paymentRequestId, refundRequestId };
    switch (input.answer.kind) {
        case 'cancelled':
            return emit(turn, { type: 'refundConfirmed', ...of, via: 'cancelled-payment' });
        case 'paid':
        case 'failed':
        case 'missing':
            return onFinallyFailed(turn, { sale, refund });
        // A refused inquiry says nothing about the refund: a new id now could give the money back twice.
        case 'refused':
        case 'processing':
        case 'unknown':
        case 'unsent':
            return;
    }
}

function onFinallyFailed(turn: Turn, { sale, refund }: { sale: Sale; refund: Refund }): void {
    const code = refund.resultCode ?? 'PROCESS_FAIL';
    const payment = paymentOf(sale, refund.paymentRequestId);
    const verdict = resultCode(code).refund;
    const full = verdict === 'full' && payment !== undefined ? fullInstead(turn, sale, { payment, refund }) : undefined;
    const next = verdict === 'again' && payment !== undefined ? 'again' : full !== undefined ? 'full' : 'review';
    const { refundRequestId } = refund;
    emit(turn, {
        type: 'refundFailed',
        saleId: sale.id,
        paymentRequestId: refund.paymentRequestId,
        refundRequestId,
        resultCode: code,
        next,
    });
    raiseAlert(turn, { about: 'refund-refused', saleId: sale.id, detail: code });
    if (next === 'review') openReview(turn, sale.id, verdict === 'full' ? 'partial-refund-refused' : 'refund-refused');
    if (full === undefined || payment === undefined) return;
    intendRefund(turn, sale, {
        payment,
        paymentId: refund.paymentId,
        minorUnits: full,
        reason: refund.reason,
        by: 'till',
        goodwill: true,
        replaces: refundRequestId,
    });
}

/**
 * All of a payment instead of a part that the gateway will not refund by itself: minor units, or undefined where that exceeds the
 * goodwill limit, is no more than was refused, or is no longer all because a part went back before (R5).
 */
function fullInstead(turn: Turn, sale: Sale, { payment, refund }: { payment: Payment; refund: Refund }): number | undefined {
    if (refund.by === 'operator') return undefined;
    const others = refundsOf(sale, payment.paymentRequestId).filter((one) => one.refundRequestId !== refund.refundRequestId);
    if (others.some((one) => one.state !== 'failed' || one.next === 'again')) return undefined;
    const whole = minor(amountTaken(payment));
    const tooMuch = whole - minor(refund.amount);
    return tooMuch > 0 && tooMuch <= (minorOf(turn.world.policy.goodwill) ?? 0) ? whole : undefined;
}

/** A refund that an operator could cure is asked for again, under a new id (the old one would be refused for ever). */
export function refundAgain(turn: Turn, refundRequestId: string): void {
    for (const sale of Object.values(turn.state.sales)) {
        const refund = sale.refunds.find((one) => one.refundRequestId === refundRequestId);
        const payment = refund === undefined ? undefined : paymentOf(sale, refund.paymentRequestId);
        if (refund?.next !== 'again' || payment === undefined) continue;
        const { paymentId, reason, by } = refund;
        intendRefund(turn, sale, { payment, paymentId, minorUnits: minor(refund.amount), reason, by, replaces: refundRequestId });
        return;
    }
}

function refundNow(turn: Turn, of: { saleId: string; refundRequestId: string }): { sale: Sale; refund: Refund } | undefined {
    const sale = saleNow(turn, of.saleId);
    const refund = sale?.refunds.find((one) => one.refundRequestId === of.refundRequestId);
    return sale === undefined || refund === undefined ? undefined : { sale, refund };
}

function refundId(answer: { refundId?: string }): { refundId?: string } {
    return answer.refundId === undefined ? {} : { refundId: answer.refundId };
}
