/** View: a sale as the API, live events and the command line word it (design §8). */
import type { SaleView } from '../ports/desk.ts';
import { keptAmount, keptPayment, lastingReviews, unresolved } from './questions.ts';
import type { Payment, Sale } from './state.ts';
import { orderOnOffer } from './steps.ts';

export function saleView(sale: Sale): SaleView {
    return {
        id: sale.id,
        state: saleState(sale),
        ended: sale.ended !== undefined,
        amount: sale.amount,
        kept: keptAmount(sale),
        claim: sale.claim,
        openedAt: new Date(sale.openedAt).toISOString(),
        origin: sale.origin,
        ...(sale.reference === undefined ? {} : { reference: sale.reference }),
        items: sale.items.map((item) => ({ slot: item.slot, name: item.name, price: item.price })),
        payments: sale.payments.map((payment) => ({
            paymentRequestId: payment.paymentRequestId,
            ...(payment.paymentId === undefined ? {} : { paymentId: payment.paymentId }),
            mode: payment.mode,
            state: payment.state,
            amount: payment.amount,
            ...(payment.resultCode === undefined ? {} : { resultCode: payment.resultCode }),
            ...(payment.offered && payment.code !== undefined ? { code: payment.code } : {}),
            ...(payment.offered && payment.redirectUrl !== undefined ? { redirectUrl: payment.redirectUrl } : {}),
            expiresAt: new Date(payment.expiresAt).toISOString(),
        })),
        deliveries: sale.deliveries.map((delivery) => ({
            slot: delivery.slot,
            state: delivery.state,
            ...(delivery.grade === undefined ? {} : { evidence: delivery.grade }),
        })),
        refunds: [
            ...sale.payments.filter(gaveBackByCancel).map((payment) => ({
                by: 'cancel' as const,
                refundRequestId: payment.paymentRequestId,
                state: payment.state === 'cancelled' ? 'confirmed' : payment.cancel?.refused === undefined ? 'intended' : 'failed',
                amount: payment.amount,
            })),
            ...sale.refunds.map((refund) => ({
                by: 'refund' as const,
                refundRequestId: refund.refundRequestId,
                state: refund.state,
                amount: refund.amount,
            })),
        ],
        reviews: sale.ended === undefined ? sale.reviews : lastingReviews(sale),
        ...(sale.resolved === undefined
            ? {}
            : {
                  resolved: {
                      decision: sale.resolved.decision,
                      note: sale.resolved.note,
                      by: sale.resolved.by,
                      at: new Date(sale.resolved.at).toISOString(),
                  },
              }),
    };
}

/** Money that was taken and goes back, or went back, with the whole payment. */
function gaveBackByCancel(payment: Payment): boolean {
    return payment.cancel !== undefined && payment.taken;
}

export function saleState(sale: Sale): SaleView['state'] {
    if (sale.ended !== undefined) return sale.ended;
    const kept = keptPayment(sale);
    if (sale.refunds.some((refund) => refund.state !== 'confirmed' && refund.next !== 'done')) return 'refunding';
    if (sale.payments.some((payment) => payment.taken && (payment.state === 'cancelling' || payment.lateUnchecked === true)))
        return 'refunding';
    if (kept !== undefined) return 'delivering';
    return sale.payments.some((payment) => unresolved(payment) && !orderOnOffer(payment)) ? 'paying' : 'open';
}
