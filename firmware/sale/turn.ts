/**
 * Turn: one decision being made. Collects its events and folds each at once, so that every rule sees what the rules before it did.
 */

import type { CancelReason, Mode, TillEvent } from './events.ts';
import { alertSubject, evolve } from './evolve.ts';
import type { Input, Reply } from './inputs.ts';
import { amountOf, minor } from './money.ts';
import { amountTaken, leftOf, paymentOf, refundsOf } from './questions.ts';
import type { Payment, Sale, TillState } from './state.ts';
import type { World } from './world.ts';

/** An event without its time: the turn stamps it. */
type Unstamped<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

export interface Turn {
    state: TillState;
    readonly world: World;
    readonly input: Input;
    readonly events: TillEvent[];
    reply?: Reply;
    idsMade: number;
}

export function newTurn(state: TillState, world: World, input: Input): Turn {
    return { state, world, input, events: [], idsMade: 0 };
}

export function emit(turn: Turn, event: Unstamped<TillEvent>): void {
    const stamped = { ...event, at: turn.input.now } as TillEvent;
    turn.events.push(stamped);
    turn.state = evolve(turn.state, stamped);
}

/** An id of 130 random bits, never reused: the input's nonce and the place in this turn (R9). */
export function newId(turn: Turn, prefix: 'S' | 'P' | 'R' | 'D' | 'A'): string {
    turn.idsMade += 1;
    return `${prefix}${turn.input.nonce}_${turn.idsMade}`;
}

export function saleNow(turn: Turn, saleId: string): Sale | undefined {
    return turn.state.sales[saleId];
}

export function refuse(
    turn: Turn,
    refusal: { status: 400 | 404 | 409 | 422 | 503; code: string; detail: string; reasons?: readonly string[] },
): void {
    turn.reply = { ok: false, ...refusal };
}

export function intendPayment(
    turn: Turn,
    sale: Sale,
    order: { mode: Mode; codeHash?: string; codeClass?: string; handle?: string },
): string {
    const { timing } = turn.world.policy;
    const lifetimeMs =
        order.mode === 'payment-code'
            ? timing.paymentCodeExpiry
            : order.mode === 'order-code'
              ? timing.orderCodeExpiry
              : timing.entryCodeExpiry;
    const paymentRequestId = newId(turn, 'P');
    emit(turn, {
        type: 'paymentIntended',
        saleId: sale.id,
        paymentRequestId,
        ...order,
        amount: sale.amount,
        expiresAt: turn.input.now + lifetimeMs,
        lifetimeMs,
        description: descriptionOf(turn.world, sale),
        ...(order.mode === 'entry-code' && sale.userAgent !== undefined ? { userAgent: sale.userAgent } : {}),
    });
    return paymentRequestId;
}

/** What the customer reads in the wallet: the goods' names, else the configured words; at most 256 characters (protocol §4.1). */
function descriptionOf(world: World, sale: Sale): string {
    const names = sale.items.map((item) => item.name[world.policy.locale] ?? item.name.en ?? Object.values(item.name)[0] ?? item.slot);
    const words = names.length > 0 ? names.join(', ') : world.policy.description;
    return words.length <= 256 ? words : `${words.slice(0, 255)}…`;
}

/** Money news about a sale that a person has settled meanwhile: its end is told anew. */
export function reopenEnded(turn: Turn, sale: Sale): void {
    if (sale.ended !== undefined) emit(turn, { type: 'saleReopened', saleId: sale.id, sale });
}

export function intendCancel(turn: Turn, sale: Sale, payment: Payment, reason: CancelReason): void {
    emit(turn, { type: 'cancelIntended', saleId: sale.id, paymentRequestId: payment.paymentRequestId, reason });
}

/** Asks `minorUnits` of a paid payment back. @param minorUnits at most what is left of it. */
export function intendRefund(
    turn: Turn,
    sale: Sale,
    order: {
        payment: Payment;
        paymentId: string;
        minorUnits: number;
        reason: string;
        by: 'till' | 'operator';
        goodwill?: boolean;
        replaces?: string;
    },
): string {
    const refundRequestId = newId(turn, 'R');
    const { input } = turn;
    emit(turn, {
        type: 'refundIntended',
        saleId: sale.id,
        paymentRequestId: order.payment.paymentRequestId,
        refundRequestId,
        paymentId: order.paymentId,
        amount: amountOf(amountTaken(order.payment).currency, order.minorUnits),
        reason: order.reason,
        by: order.by,
        ...(input.kind === 'refundSale' && input.key !== undefined ? { key: input.key } : {}),
        ...(order.goodwill === true ? { goodwill: true } : {}),
        ...(order.replaces === undefined ? {} : { replaces: order.replaces }),
    });
    return refundRequestId;
}

/**
 * Gives back what is owed of a payment (R5): all of it by cancel first, so that the gateway judges the window; a part by one refund.
 */
export function giveBack(turn: Turn, sale: Sale, payment: Payment, order: { minorUnits: number; reason: string }): void {
    const left = Math.min(order.minorUnits, leftOf(sale, payment));
    if (left <= 0) return;
    const whole = left === minor(payment.amount) && refundsOf(sale, payment.paymentRequestId).length === 0;
    if (whole) {
        intendCancel(turn, sale, payment, 'give-back');
    } else if (payment.paymentId !== undefined) {
        intendRefund(turn, sale, { payment, paymentId: payment.paymentId, minorUnits: left, reason: order.reason, by: 'till' });
    }
}

export function openReview(turn: Turn, saleId: string, reason: string): void {
    if (saleNow(turn, saleId)?.reviews.includes(reason) === true) return;
    emit(turn, { type: 'reviewOpened', saleId, reason });
    raiseAlert(turn, { about: 'review', saleId, detail: reason });
}

/** Each subject is raised once; it leaves the machine by `operator.alert`. */
export function raiseAlert(turn: Turn, alert: { about: string; saleId?: string; detail: string }): void {
    if (turn.state.raised.includes(alertSubject(alert.about, alert.saleId ?? alert.detail))) return;
    emit(turn, { type: 'alertRaised', alertId: newId(turn, 'A'), ...alert });
}

/** The sale and payment that an input speaks of, as this turn has them now. */
export function paymentNow(turn: Turn, of: { saleId: string; paymentRequestId: string }): { sale: Sale; payment: Payment } | undefined {
    const sale = saleNow(turn, of.saleId);
    const payment = sale === undefined ? undefined : paymentOf(sale, of.paymentRequestId);
    return sale === undefined || payment === undefined ? undefined : { sale, payment };
}
