/** Questions that the rules ask of a sale; each answer follows from its events alone. */
import type { Amount } from '../ports/amount.ts';
import { amountOf, minor, minorOf } from './money.ts';
import type { Delivery, Payment, Refund, Sale, TillState } from './state.ts';

/** Somebody may have paid it: the customer's own code was read, or ours was issued. What nobody ever saw nobody can have paid. */
export function mayBePaid(payment: Payment): boolean {
    return payment.mode === 'payment-code' || payment.code !== undefined || payment.redirectUrl !== undefined;
}

/** Nobody knows yet how it ends: asking for another payment could charge twice (R2). */
export function unresolved(payment: Payment): boolean {
    if (payment.settled === true) return false;
    switch (payment.state) {
        case 'intended':
        case 'asked':
        case 'waiting':
        case 'unknown':
        case 'cancelling':
            return true;
        case 'paid':
        case 'declined':
        case 'cancelled':
            return payment.lateUnchecked === true;
    }
}

/** The payment that the goods are handed out for: the first that was paid, while it has not been given back. */
export function keptPayment(sale: Sale): Payment | undefined {
    return sale.payments.find(
        (payment) => payment.paymentRequestId === sale.keptPayment && payment.state === 'paid' && payment.cancel === undefined,
    );
}

/** Money was taken at some time, kept or not: nothing more is asked of this customer. */
export function moneyCame(sale: Sale): boolean {
    return sale.payments.some((payment) => payment.taken);
}

export function refundsOf(sale: Sale, paymentRequestId: string): readonly Refund[] {
    return sale.refunds.filter((refund) => refund.paymentRequestId === paymentRequestId);
}

/** What the gateway took for a payment, or would take: with a wrong amount, that one (design R9). */
export function amountTaken(payment: Payment): Amount {
    const { takenAmount } = payment;
    return takenAmount === undefined || minorOf(takenAmount.value) === undefined ? payment.amount : takenAmount;
}

/** Minor units of a payment that are neither given back nor being given back; a failed refund that is asked again is under way. */
export function leftOf(sale: Sale, payment: Payment): number {
    if (payment.state !== 'paid') return 0;
    const back = refundsOf(sale, payment.paymentRequestId)
        .filter((refund) => refund.state !== 'failed' || refund.next === 'again')
        .reduce((sum, refund) => sum + minor(refund.amount), 0);
    return Math.max(0, minor(amountTaken(payment)) - back);
}

/** Taken and not confirmed back: what the books say we hold, in the sale's currency. */
export function keptAmount(sale: Sale): Amount {
    let kept = 0;
    for (const payment of sale.payments) {
        if (!payment.taken || payment.state === 'cancelled' || amountTaken(payment).currency !== sale.amount.currency) continue;
        kept += minor(amountTaken(payment));
        for (const refund of refundsOf(sale, payment.paymentRequestId)) {
            if (refund.state === 'confirmed') kept -= minor(refund.amount);
        }
    }
    return amountOf(sale.amount.currency, Math.max(0, kept));
}

/** A give-back that is under way: asked and not confirmed, or to be asked again. */
export function givingBack(sale: Sale): boolean {
    return (
        sale.payments.some((payment) => payment.taken && payment.state === 'cancelling' && payment.settled !== true) ||
        sale.refunds.some((refund) => refundOpen(refund) || refund.next === 'again')
    );
}

/** Asked, and neither confirmed nor finally failed. */
export function refundOpen(refund: Refund): boolean {
    if (refund.settled === true) return false;
    return refund.state === 'intended' || refund.state === 'unknown' || refund.state === 'refused';
}

/** Money is on its way back, or may have to be: what the operator is told of when it takes long (R8). */
export function unsettled(sale: Sale): boolean {
    return (
        givingBack(sale) ||
        sale.payments.some((payment) => unresolved(payment) && (payment.cancel !== undefined || payment.lateUnchecked === true))
    );
}

/** The review of a sale that is open for long; it is over with what it was about. */
export const lateReview = 'give-back-late';

/** Why a person must look at it, also when nothing is under way any more. */
export function lastingReviews(sale: Sale): readonly string[] {
    return sale.reviews.filter((reason) => reason !== lateReview);
}

/** Nobody saw how its movement ended, and the dispenser may still tell (R6). */
export function asksRecall(delivery: Delivery): boolean {
    return delivery.state === 'unknown' && delivery.deliveryId !== undefined && delivery.recalled !== true && delivery.judged === undefined;
}

export function findPayment(state: TillState, paymentRequestId: string): { sale: Sale; payment: Payment } | undefined {
    for (const sale of Object.values(state.sales)) {
        const payment = sale.payments.find((candidate) => candidate.paymentRequestId === paymentRequestId);
        if (payment !== undefined) return { sale, payment };
    }
    return undefined;
}

export function paymentOf(sale: Sale, paymentRequestId: string): Payment | undefined {
    return sale.payments.find((payment) => payment.paymentRequestId === paymentRequestId);
}
