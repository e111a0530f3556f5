/** Questions that the rules ask of a sale; each answer follows from its events alone. */
import { amountOf, minor } from './money.ts';
import type { Payment, Refund, Sale, TillState } from './state.ts';
import type { Amount } from '../ports/amount.ts';

/** Nobody knows yet how it ends: asking for another payment could charge twice (R2). */
export function unresolved(payment: Payment): boolean {
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
    return sale.payments.find((payment) => payment.paymentRequestId === sale.keptPayment && payment.state === 'paid' && payment.cancel === undefined);
}

export function refundsOf(sale: Sale, paymentRequestId: string): readonly Refund[] {
    return sale.refunds.filter((refund) => refund.paymentRequestId === paymentRequestId);
}

/** Minor units of a payment that are neither given back nor being given back. */
export function leftOf(sale: Sale, payment: Payment): number {
    if (payment.state !== 'paid') return 0;
    const back = refundsOf(sale, payment.paymentRequestId)
        .filter((refund) => refund.state !== 'failed')
        .reduce((sum, refund) => sum + minor(refund.amount), 0);
    return Math.max(0, minor(payment.amount) - back);
}

/** Taken and not confirmed back: what the books say we hold. */
export function keptAmount(sale: Sale): Amount {
    let kept = 0;
    for (const payment of sale.payments) {
        if (!payment.taken || payment.state === 'cancelled') continue;
        kept += minor(payment.amount);
        for (const refund of refundsOf(sale, payment.paymentRequestId)) {
            if (refund.state === 'confirmed') kept -= minor(refund.amount);
        }
    }
    return amountOf(sale.amount.currency, Math.max(0, kept));
}

/** A give-back that is under way: asked and not confirmed, or to be asked again. */
export function givingBack(sale: Sale): boolean {
    return (
        sale.payments.some((payment) => payment.taken && payment.state === 'cancelling') ||
        sale.refunds.some((refund) => refund.state === 'intended' || refund.state === 'unknown' || refund.state === 'refused' || refund.next === 'again')
    );
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
