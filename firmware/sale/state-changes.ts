/**
 * State changes: how one sale, payment, delivery or refund in the state is replaced by its next form. The steps of `evolve`; nothing
 * else uses them.
 */
import type { RequestKey } from './events.ts';
import { paymentOf } from './questions.ts';
import type { Delivery, Payment, Refund, Sale, TillState } from './state.ts';

/** What falls out of `keys` is still found through the journal's index. */
const keysMax = 500;

/** Notes when the payment that used a code ended, at the last if it did so twice, so that the code stays refused for a while (R3). */
export function codeEnded(state: TillState, event: { paymentRequestId: string; at: number }): TillState {
    if (!state.recentCodes.some((code) => code.paymentRequestId === event.paymentRequestId)) return state;
    return {
        ...state,
        recentCodes: state.recentCodes.map((code) =>
            code.paymentRequestId === event.paymentRequestId ? { ...code, endedAt: event.at } : code,
        ),
    };
}

/** What a person has resolved may be raised again when it goes wrong again. */
export function withoutRaised(state: TillState, saleId: string): TillState {
    return { ...state, raised: state.raised.filter((subject) => !subject.endsWith(` ${saleId}`)) };
}

/** Alarms about the whole machine, each with a result code: they are about the time from the first refusal to the next success. */
const machineAlarms = ['gateway-refuses ', 'config-alarm ', 'bug-alarm '];

/** The gateway serves this machine again: what it refuses from here on is news. */
export function served(state: TillState): TillState {
    const raised = state.raised.filter((subject) => !machineAlarms.some((about) => subject.startsWith(about)));
    return raised.length === state.raised.length ? state : { ...state, raised };
}

export function withoutCustomer(state: TillState, saleId: string): TillState {
    if (state.customerSale !== saleId) return state;
    const { customerSale: _customerSale, ...rest } = state;
    return rest;
}

export function unblocked(state: TillState): TillState {
    const { blocked: _blocked, ...rest } = state;
    return rest;
}

/** Keeps what an Idempotency-Key made, so that the same request is answered the same way again (design §8). */
export function withKey(state: TillState, event: { saleId: string; refundRequestId?: string; key?: RequestKey }): TillState {
    if (event.key === undefined) return state;
    const made = { saleId: event.saleId, ...(event.refundRequestId === undefined ? {} : { refundRequestId: event.refundRequestId }) };
    return { ...state, keys: [...state.keys, { ...event.key, ...made }].slice(-keysMax) };
}

export function withId(paymentId: string | undefined): { paymentId?: string } {
    return paymentId === undefined ? {} : { paymentId };
}

export function onSale(state: TillState, event: { saleId: string; at: number }, update: (sale: Sale) => Sale): TillState {
    const sale = state.sales[event.saleId];
    if (sale === undefined) return state;
    return { ...state, sales: { ...state.sales, [event.saleId]: { ...update(sale), changedAt: event.at } } };
}

export function onPayment(
    state: TillState,
    event: { saleId: string; paymentRequestId: string; at: number },
    update: (payment: Payment) => Payment,
): TillState {
    return onSale(state, event, (sale) => mapPayment(sale, event.paymentRequestId, update));
}

export function mapPayment(sale: Sale, paymentRequestId: string, update: (payment: Payment) => Payment): Sale {
    if (paymentOf(sale, paymentRequestId) === undefined) return sale;
    return {
        ...sale,
        payments: sale.payments.map((payment) => (payment.paymentRequestId === paymentRequestId ? update(payment) : payment)),
    };
}

export function onDelivery(
    state: TillState,
    event: { saleId: string; index: number; at: number },
    update: (delivery: Delivery) => Delivery,
): TillState {
    return onSale(state, event, (sale) => ({
        ...sale,
        deliveries: sale.deliveries.map((delivery) => (delivery.index === event.index ? update(delivery) : delivery)),
    }));
}

export function onRefund(
    state: TillState,
    event: { saleId: string; refundRequestId: string; at: number },
    update: (refund: Refund) => Refund,
): TillState {
    return onSale(state, event, (sale) => ({
        ...sale,
        refunds: sale.refunds.map((refund) => (refund.refundRequestId === event.refundRequestId ? update(refund) : refund)),
    }));
}
