/**
 * Evolve: folds one event into the state. Pure and total: every event ever shipped has its case, and nothing else changes state.
 *
 * Never throws for an event that a journal can hold: an event about a sale that is not in the state leaves it as it is.
 */
import { unreachable } from '../ports/fault.ts';
import type {
    CancelIntended,
    CodeIssued,
    DeliveryEnded,
    PaymentIntended,
    RefundIntended,
    SaleOpened,
    SaleResolved,
    Started,
    TillEvent,
} from './events.ts';
import { lastingReviews, lateReview, refundOpen, unresolved } from './questions.ts';
import type { Cancel, Delivery, Payment, Refund, Sale, TillState } from './state.ts';
import {
    codeEnded,
    mapPayment,
    onDelivery,
    onPayment,
    onRefund,
    onSale,
    served,
    unblocked,
    withId,
    withKey,
    withoutCustomer,
    withoutRaised,
} from './state-changes.ts';

const dayMs = 86_400_000;
/** Bounds of the lists in the state. */
const recentCodesMax = 2_000;
const raisedMax = 2_000;
const strayMax = 500;

export function evolve(state: TillState, event: TillEvent): TillState {
    const next = change(state, event);
    return next.lastAt >= event.at ? next : { ...next, lastAt: event.at };
}

function change(state: TillState, event: TillEvent): TillState {
    switch (event.type) {
        case 'started':
            return started(state, event);
        case 'stopped':
        case 'registrationNotified':
            return state;
        case 'saleOpened':
            return saleOpened(state, event);
        case 'presenceConfirmed':
            return onSale(state, event, (sale) => ({ ...sale, present: true }));
        case 'paymentIntended':
            return paymentIntended(state, event);
        case 'paymentAsked':
            return onPayment(state, event, (payment) => (payment.state === 'intended' ? { ...payment, state: 'asked' } : payment));
        case 'codeIssued':
            return onPayment(served(state), event, (payment) => ({
                ...payment,
                ...withId(event.paymentId),
                state: 'waiting',
                payOver: true,
                code: event.code,
                ...codeEnd(payment, event),
                // A code that comes when its offer is over is never shown.
                offered: !payment.closing,
            }));
        case 'redirectIssued':
            return onPayment(served(state), event, (payment) => ({
                ...payment,
                ...withId(event.paymentId),
                state: 'waiting',
                payOver: true,
                redirectUrl: event.redirectUrl,
                offered: !payment.closing,
            }));
        case 'paymentPending':
            return onPayment(state, event, (payment) => ({
                ...payment,
                ...withId(event.paymentId),
                state: payment.cancel === undefined ? 'waiting' : payment.state,
                payOver: true,
                resultCode: event.resultCode,
            }));
        case 'paymentUnknown':
            return onPayment(state, event, (payment) => ({
                ...payment,
                state: payment.cancel === undefined ? 'unknown' : payment.state,
                payOver: payment.mode === 'payment-code' ? true : payment.payOver,
            }));
        case 'paymentPaid':
            return codeEnded(
                onSale(served(state), event, (sale) => ({
                    ...mapPayment(sale, event.paymentRequestId, (payment) => ({
                        ...payment,
                        state: 'paid',
                        paymentId: event.paymentId,
                        ...(event.wallet === undefined ? {} : { wallet: event.wallet }),
                        taken: true,
                        payOver: true,
                        offered: false,
                    })),
                    keptPayment: sale.keptPayment ?? event.paymentRequestId,
                })),
                event,
            );
        case 'paymentDeclined':
            return codeEnded(
                onSale(state, event, (sale) => ({
                    ...mapPayment(sale, event.paymentRequestId, (payment) => ({
                        ...payment,
                        state: 'declined',
                        resultCode: event.resultCode,
                        payOver: true,
                        offered: false,
                    })),
                    notice: { kind: 'declined', code: event.resultCode },
                })),
                event,
            );
        case 'offerEnded':
            return onPayment(state, event, (payment) => ({ ...payment, offered: false, closing: true }));
        case 'cancelIntended':
            return onPayment(state, event, (payment) => ({
                ...payment,
                state: 'cancelling',
                offered: false,
                lateUnchecked: false,
                cancel: newCancel(payment, event),
            }));
        case 'cancelRefused':
            return onPayment(state, event, (payment) =>
                payment.cancel === undefined
                    ? payment
                    : {
                          ...payment,
                          state: event.verdict === 'missing' ? 'unknown' : payment.state,
                          cancel: { ...payment.cancel, refused: event.verdict, resultCode: event.resultCode },
                      },
            );
        case 'stillMissing':
            return onPayment(state, event, (payment) =>
                payment.cancel === undefined ? payment : { ...payment, cancel: { ...payment.cancel, stillMissing: true } },
            );
        case 'paymentCancelled':
            return codeEnded(
                onPayment(state, event, (payment) => ({
                    ...payment,
                    state: 'cancelled',
                    payOver: true,
                    offered: false,
                    cancelledAt: event.at,
                    // The gateway's word stands above a person's: what comes after it is news like any other (R4).
                    ...(payment.settled === true ? { settled: false } : {}),
                    lateUnchecked: payment.cancel !== undefined && payment.taken && !payment.cancel.takenBefore,
                })),
                event,
            );
        case 'lateSuccess':
            return onPayment(state, event, (payment) => ({
                ...payment,
                paymentId: event.paymentId,
                taken: true,
                lateCount: payment.lateCount + 1,
                lateUnchecked: payment.state === 'cancelled' || payment.state === 'declined',
            }));
        case 'lateSettled':
            return codeEnded(
                onPayment(state, event, (payment) => ({ ...payment, state: 'cancelled', cancelledAt: event.at, lateUnchecked: false })),
                event,
            );
        case 'amountDiffers':
            return onPayment(state, event, (payment) => ({
                ...payment,
                paymentId: event.paymentId,
                taken: true,
                takenAmount: event.amount,
                payOver: true,
            }));
        case 'deliveryIntended':
            return onDelivery(state, event, (delivery) => ({ ...delivery, state: 'moving', deliveryId: event.deliveryId }));
        case 'deliveryEnded':
            return onDelivery(state, event, (delivery) => deliveryEnded(delivery, event));
        case 'deliveryJudged':
            return {
                ...onDelivery(state, event, (delivery) => ({ ...delivery, judged: event.decision })),
                doubtfulRefunds:
                    event.decision === 'refund'
                        ? [...state.doubtfulRefunds.filter((one) => one.at > event.at - dayMs), { at: event.at, slot: event.slot }]
                        : state.doubtfulRefunds,
            };
        case 'refundIntended':
            return refundIntended(state, event);
        case 'refundPending':
            return onRefund(state, event, (refund) => ({ ...refund, state: 'unknown', resultCode: event.resultCode }));
        case 'refundRefused':
            return onRefund(state, event, (refund) => ({ ...refund, state: 'refused', resultCode: event.resultCode }));
        case 'refundConfirmed':
            return onRefund(state, event, (refund) => ({
                ...refund,
                state: 'confirmed',
                confirmedAt: event.at,
                ...(event.refundId === undefined ? {} : { refundId: event.refundId }),
            }));
        case 'refundFailed':
            return onRefund(state, event, (refund) => ({ ...refund, state: 'failed', resultCode: event.resultCode, next: event.next }));
        case 'customerLeft': {
            const left = onSale(state, event, (sale) => ({ ...sale, customerHere: false, left: event.reason }));
            return withKey(withoutCustomer(left, event.saleId), event);
        }
        case 'scanRefused':
            return onSale(state, event, (sale) => ({
                ...sale,
                refusedScans: sale.refusedScans + 1,
                notice: { kind: 'scan', code: event.reason === 'not-a-wallet' ? event.codeClass : event.reason },
            }));
        case 'reviewOpened':
            return onSale(state, event, (sale) =>
                sale.reviews.includes(event.reason) ? sale : { ...sale, reviews: [...sale.reviews, event.reason] },
            );
        case 'saleResolved':
            return saleResolved(state, event);
        case 'saleEnded':
            return saleEnded(state, event);
        case 'saleReopened': {
            const { ended: _ended, ...sale } = event.sale as Sale;
            const reopened = { ...sale, reviews: lastingReviews(sale as Sale), customerHere: false, changedAt: event.at };
            return { ...state, sales: { ...state.sales, [event.saleId]: reopened } };
        }
        case 'strayMoney':
            return {
                ...state,
                stray: [
                    ...state.stray,
                    {
                        paymentRequestId: event.paymentRequestId,
                        paymentId: event.paymentId,
                        at: event.at,
                        ...(event.amount === undefined ? {} : { amount: event.amount }),
                    },
                ].slice(-strayMax),
            };
        case 'serviceBlocked':
            return { ...state, blocked: { resultCode: event.resultCode, at: event.at } };
        case 'serviceTried':
            return unblocked(state);
        case 'alertRaised':
            return {
                ...state,
                alerts: [
                    ...state.alerts,
                    {
                        alertId: event.alertId,
                        about: event.about,
                        detail: event.detail,
                        at: event.at,
                        ...(event.saleId === undefined ? {} : { saleId: event.saleId }),
                    },
                ],
                raised: [...state.raised, alertSubject(event.about, event.saleId ?? event.detail)].slice(-raisedMax),
            };
        case 'alertSent':
            return { ...state, alerts: state.alerts.filter((alert) => alert.alertId !== event.alertId) };
        default:
            return unreachable(event);
    }
}

/** What makes two alarms the same one. */
export function alertSubject(about: string, subject: string): string {
    return `${about} ${subject}`;
}

/**
 * A new run. What cannot be asked for twice becomes unknown: a `pay` whose answer this process never saw, and a delivery that was
 * moving. Codes leave the glass, and whoever stood at the machine is gone (design §1).
 */
function started(state: TillState, event: Started): TillState {
    const sales: Record<string, Sale> = {};
    for (const [id, sale] of Object.entries(state.sales)) {
        sales[id] =
            sale.ended === undefined
                ? {
                      ...sale,
                      customerHere: false,
                      left: sale.left ?? 'restart',
                      payments: sale.payments.map((payment) => ({
                          ...payment,
                          state: payment.state === 'intended' || payment.state === 'asked' ? 'unknown' : payment.state,
                          payOver: true,
                          offered: false,
                      })),
                      deliveries: sale.deliveries.map((delivery) =>
                          delivery.state === 'moving' ? { ...delivery, state: 'unknown', recalled: false } : delivery,
                      ),
                  }
                : sale;
    }
    const { customerSale: _customerSale, ...rest } = unblocked(state);
    return { ...rest, boot: event.boot, sales };
}

function saleOpened(state: TillState, event: SaleOpened): TillState {
    const deliveries: Delivery[] = event.delivers
        ? event.items.map((item, index) => ({ index, slot: item.slot, price: item.price, state: 'pending' }))
        : [];
    const sale: Sale = {
        id: event.saleId,
        claim: event.claim,
        origin: event.origin,
        amount: event.amount,
        items: event.items,
        ...(event.reference === undefined ? {} : { reference: event.reference }),
        ...(event.token === undefined ? {} : { token: event.token }),
        ...(event.userAgent === undefined ? {} : { userAgent: event.userAgent }),
        ...(event.presenceNumber === undefined ? {} : { presenceNumber: event.presenceNumber }),
        present: event.presenceNumber === undefined,
        openedAt: event.at,
        changedAt: event.at,
        customerHere: true,
        payments: [],
        deliveries,
        refunds: [],
        refusedScans: 0,
        reviews: [],
    };
    const next: TillState = {
        ...state,
        saleCount: state.saleCount + 1,
        sales: { ...answeredByNow(state.sales, event.at), [sale.id]: sale },
        ...(event.origin === 'customer' ? { customerSale: sale.id } : {}),
    };
    return withKey(next, event);
}

function paymentIntended(state: TillState, event: PaymentIntended): TillState {
    const payment: Payment = {
        paymentRequestId: event.paymentRequestId,
        mode: event.mode,
        amount: event.amount,
        state: 'intended',
        intendedAt: event.at,
        expiresAt: event.expiresAt,
        lifetimeMs: event.lifetimeMs,
        description: event.description,
        ...(event.codeHash === undefined ? {} : { codeHash: event.codeHash }),
        ...(event.codeClass === undefined ? {} : { codeClass: event.codeClass }),
        ...(event.handle === undefined ? {} : { handle: event.handle }),
        ...(event.userAgent === undefined ? {} : { userAgent: event.userAgent }),
        offered: false,
        closing: false,
        payOver: false,
        taken: false,
        lateCount: 0,
    };
    const withPayment = onSale(state, event, (sale) => {
        const { notice, ...rest } = sale;
        // A fresh order code follows a refusal at once: the customer must still be told of it. Only another try of theirs answers it.
        const told = notice === undefined || payment.mode === 'payment-code' ? {} : { notice };
        return { ...rest, ...told, payments: [...sale.payments, payment] };
    });
    if (event.codeHash === undefined) return withPayment;
    const kept = state.recentCodes.filter((code) => code.endedAt === undefined || code.endedAt > event.at - dayMs);
    return {
        ...withPayment,
        recentCodes: [...kept, { hash: event.codeHash, paymentRequestId: event.paymentRequestId }].slice(-recentCodesMax),
    };
}

/** The gateway may end its code before the payment's expiry; the later of the two ends nothing. */
function codeEnd(payment: Payment, { at, codeExpiresAt }: CodeIssued): Partial<Payment> {
    if (codeExpiresAt === undefined) return {};
    return codeExpiresAt < payment.expiresAt ? { codeExpiresAt, codeLifetimeMs: Math.max(0, codeExpiresAt - at) } : { codeExpiresAt };
}

function newCancel(payment: Payment, event: CancelIntended): Cancel {
    return {
        reason: event.reason,
        round: (payment.cancel?.round ?? 0) + 1,
        askedAt: event.at,
        givesBack: payment.cancel?.givesBack === true || payment.state === 'paid',
        takenBefore: payment.taken,
    };
}

function deliveryEnded(delivery: Delivery, event: DeliveryEnded): Delivery {
    return { ...delivery, state: event.outcome, grade: event.grade, detail: event.detail, recalled: event.recallDue !== true };
}

function refundIntended(state: TillState, event: RefundIntended): TillState {
    const next = onSale(state, event, (sale) => {
        const replaced = sale.refunds.find((one) => one.refundRequestId === event.replaces);
        const refund: Refund = {
            refundRequestId: event.refundRequestId,
            paymentRequestId: event.paymentRequestId,
            paymentId: event.paymentId,
            amount: event.amount,
            state: 'intended',
            reason: event.reason,
            by: event.by,
            attempt: replaced === undefined ? 0 : replaced.attempt + 1,
            askedAt: event.at,
        };
        const refunds = sale.refunds.map((one): Refund => (one === replaced ? { ...one, next: 'done' } : one));
        // A refund of a payment whose cancel was refused says that the money is here: it is paid, and goes back this way.
        const withRefund = mapPayment({ ...sale, refunds: [...refunds, refund] }, event.paymentRequestId, (payment) =>
            payment.state === 'paid' || payment.state === 'cancelled'
                ? payment
                : { ...payment, state: 'paid', taken: true, paymentId: event.paymentId },
        );
        return withRefund;
    });
    return withKey(codeEnded(next, event), event);
}

function saleResolved(state: TillState, event: SaleResolved): TillState {
    const open = state.sales[event.saleId]?.payments.filter(unresolved) ?? [];
    const resolved = onSale(state, event, (sale) => resolvedByPerson(sale, event));
    const settled = event.decision === 'settled-outside' ? open : [];
    const ended = settled.reduce((next, { paymentRequestId }) => codeEnded(next, { paymentRequestId, at: event.at }), resolved);
    return withKey(withoutRaised(ended, event.saleId), event);
}

function resolvedByPerson(sale: Sale, event: SaleResolved): Sale {
    const { ended: _ended, ...open } = sale;
    const { decision, note, by, at } = event;
    return {
        ...open,
        reviews: [],
        resolved: { decision, note, by, at },
        payments: sale.payments.map((payment) => (unresolved(payment) ? settledBy(decision, payment) : unsettledBy(decision, payment))),
        deliveries: sale.deliveries.map((delivery) => {
            if (delivery.state !== 'unknown') return delivery;
            if (decision === 'delivered') return { ...delivery, state: 'delivered' };
            return { ...delivery, judged: decision === 'refund' ? 'refund' : 'review' };
        }),
        refunds: sale.refunds.map((refund) => {
            if (refundOpen(refund)) return settledBy(decision, refund);
            const goneOn: Refund = refund.next === undefined ? refund : { ...refund, next: 'done' };
            return unsettledBy(decision, goneOn);
        }),
    };
}

/** What was on the wire when a person settled it may still be answered: such a sale stays in the state for a day. */
function settledOutside(sale: Sale): boolean {
    return [...sale.payments, ...sale.refunds].some((one) => one.settled === true);
}

function answeredByNow(sales: TillState['sales'], at: number): TillState['sales'] {
    const old = (sale: Sale) => sale.ended !== undefined && sale.ended !== 'review' && sale.changedAt < at - dayMs;
    return Object.values(sales).some(old) ? Object.fromEntries(Object.entries(sales).filter(([, sale]) => !old(sale))) : sales;
}

/** What is under way is over for the machine. */
function settledBy<One extends Payment | Refund>(decision: SaleResolved['decision'], one: One): One {
    return decision === 'settled-outside' ? { ...one, settled: true } : one;
}

/** A person changed their mind: what was settled outside goes on. */
function unsettledBy<One extends Payment | Refund>(decision: SaleResolved['decision'], one: One): One {
    return decision === 'refund' && one.settled === true ? { ...one, settled: false } : one;
}

function saleEnded(
    state: TillState,
    event: { saleId: string; state: 'delivered' | 'refunded' | 'cancelled' | 'declined' | 'review'; at: number },
): TillState {
    const sale = state.sales[event.saleId];
    if (sale === undefined) return state;
    const totals = { ...state.totals, ended: state.totals.ended + 1, [event.state]: state.totals[event.state] + 1 };
    const { [event.saleId]: _gone, ...others } = state.sales;
    const ended = { ...sale, ended: event.state, customerHere: false, changedAt: event.at };
    const sales = event.state === 'review' || settledOutside(sale) ? { ...others, [sale.id]: ended } : others;
    const raised = state.raised.filter((subject) => subject !== alertSubject(lateReview, sale.id));
    return withoutCustomer({ ...state, sales, totals, raised }, event.saleId);
}
