/**
 * Money back: what goes back to a customer of a sale, and in which words: how much, when it was asked for, when the network confirmed
 * it. Pure.
 *
 * Rules: money is called given back only when that is confirmed; no time is ever told for its arrival: that is the wallet's.
 */
import { amountOf, minor } from '../sale/money.ts';
import { refundsOf } from '../sale/questions.ts';
import type { Payment, Sale } from '../sale/state.ts';
import type { Message } from './screen.ts';

/** Sums in minor units of the sale's currency. Times are wall milliseconds, the latest of their sum; absent while a part of it has none. */
interface Back {
    readonly due: number;
    readonly askedAt?: number;
    readonly done: number;
    readonly confirmedAt?: number;
}

/** Nothing where nothing goes back. */
export function backLines(sale: Sale): readonly Message[] {
    const { due, askedAt, done, confirmedAt } = moneyBack(sale);
    if (due === 0 && done === 0) return [];
    const { currency } = sale.amount;
    const lines: Message[] = [];
    if (due > 0) lines.push({ key: 'back.due', params: { amount: amountOf(currency, due) } });
    if (due > 0 && askedAt !== undefined) lines.push({ key: 'back.asked', params: { time: { at: askedAt } } });
    if (done > 0) lines.push({ key: 'back.done', params: { amount: amountOf(currency, done) } });
    if (done > 0 && confirmedAt !== undefined) lines.push({ key: 'back.confirmed', params: { time: { at: confirmedAt } } });
    return [...lines, { key: 'back.wallet' }];
}

/** One part of a sum, with its moment where that is known. */
interface Part {
    readonly minorUnits: number;
    readonly at: number | undefined;
}

function moneyBack(sale: Sale): Back {
    const due: Part[] = [];
    const done: Part[] = [];
    for (const payment of sale.payments) {
        if (!payment.taken) continue;
        const whole = minor(payment.amount);
        if (payment.state === 'cancelled' && payment.lateUnchecked !== true) done.push({ minorUnits: whole, at: payment.cancelledAt });
        else if (payment.state === 'paid' && payment.cancel === undefined) refundParts(sale, payment, { due, done });
        else due.push({ minorUnits: whole, at: payment.cancel?.askedAt });
    }
    return { due: sumOf(due), ...latest('askedAt', due), done: sumOf(done), ...latest('confirmedAt', done) };
}

function refundParts(sale: Sale, payment: Payment, parts: { due: Part[]; done: Part[] }): void {
    let accounted = 0;
    for (const refund of refundsOf(sale, payment.paymentRequestId)) {
        const minorUnits = minor(refund.amount);
        if (refund.state === 'confirmed') parts.done.push({ minorUnits, at: refund.confirmedAt });
        else if (refund.state !== 'failed' || refund.next === 'again' || refund.next === 'full')
            parts.due.push({ minorUnits, at: refund.askedAt });
        else continue;
        accounted += minorUnits;
    }
    if (payment.paymentRequestId !== sale.keptPayment) return;
    // Refunds begin with the last delivery: what is known not to have come out is owed before that.
    const unasked = owed(sale, payment) - accounted;
    if (unasked > 0) parts.due.push({ minorUnits: unasked, at: undefined });
}

/** Minor units for what did not come out of the machine, at most the whole payment. */
function owed(sale: Sale, payment: Payment): number {
    const failed = sale.deliveries.filter((delivery) => delivery.state === 'failed' || delivery.judged === 'refund');
    if (failed.length === 0) return 0;
    if (failed.length === sale.deliveries.length) return minor(payment.amount);
    const prices = failed.reduce((sum, delivery) => sum + minor(amountOf(sale.amount.currency, Number(delivery.price))), 0);
    return Math.min(prices, minor(payment.amount));
}

function sumOf(parts: readonly Part[]): number {
    return parts.reduce((sum, { minorUnits }) => sum + minorUnits, 0);
}

function latest<Name extends 'askedAt' | 'confirmedAt'>(name: Name, parts: readonly Part[]): { [Key in Name]?: number } {
    const times = parts.flatMap(({ at }) => (at === undefined ? [] : [at]));
    const known: { [Key in Name]?: number } = {};
    if (times.length > 0 && times.length === parts.length) known[name] = Math.max(...times);
    return known;
}
