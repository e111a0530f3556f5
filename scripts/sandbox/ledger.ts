/** Ledger: the book's money movements by payment, as data and as text. Both sides of every movement stand in it. */
import type { Amount } from '../../firmware/ports/amount.ts';
import { Fault } from '../../firmware/ports/fault.ts';
import type { Book } from './book.ts';
import { isoTime } from './clock.ts';
import { amountOf, minor, printed } from './money.ts';
import type { MovementKind, PaymentStatus } from './rows.ts';

export interface LedgerMovement {
    readonly id: string;
    readonly time: string;
    readonly kind: MovementKind;
    readonly from: string;
    readonly to: string;
    readonly amount: Amount;
    readonly walletAmount: Amount;
    readonly refundRequestId?: string;
    readonly refundId?: string;
}

export interface LedgerPayment {
    readonly clientId: string;
    readonly paymentRequestId: string;
    readonly paymentId: string;
    readonly referenceOrderId: string;
    readonly scenario: string;
    readonly status: PaymentStatus;
    readonly amount: Amount;
    /** What the merchant keeps: taken minus all that went back. */
    readonly net: Amount;
    readonly movements: readonly LedgerMovement[];
}

export interface LedgerTotal {
    readonly currency: string;
    readonly taken: string;
    readonly cancelled: string;
    readonly refunded: string;
    readonly returned: string;
    readonly net: string;
}

export interface Ledger {
    readonly time: string;
    readonly payments: readonly LedgerPayment[];
    readonly totals: readonly LedgerTotal[];
}

/** @param only one payment's lines, or one client's. */
export function ledgerOf(
    book: Book,
    given: { nowMs: number; paymentRequestId?: string | undefined; clientId?: string | undefined },
): Ledger {
    const byPayment = new Map<string, LedgerMovement[]>();
    for (const move of book.movements()) {
        const { id, at, kind, from, to, amount, walletAmount, refundRequestId, refundId } = move;
        const lines = byPayment.get(move.paymentId) ?? [];
        byPayment.set(move.paymentId, lines);
        lines.push({
            id,
            time: isoTime(at),
            kind,
            from,
            to,
            amount,
            walletAmount,
            ...(refundRequestId === undefined ? {} : { refundRequestId }),
            ...(refundId === undefined ? {} : { refundId }),
        });
    }
    const payments = book
        .payments()
        .filter((row) => given.paymentRequestId === undefined || row.paymentRequestId === given.paymentRequestId)
        .filter((row) => given.clientId === undefined || row.clientId === given.clientId)
        .map((row): LedgerPayment => {
            const movements = byPayment.get(row.paymentId) ?? [];
            const net = movements.reduce((sum, move) => sum + (move.kind === 'taken' ? minor(move.amount) : -minor(move.amount)), 0n);
            return {
                clientId: row.clientId,
                paymentRequestId: row.paymentRequestId,
                paymentId: row.paymentId,
                referenceOrderId: row.referenceOrderId,
                scenario: row.scenario,
                status: row.status,
                amount: row.amount,
                net: amountOf(row.amount.currency, net),
                movements,
            };
        });
    return { time: isoTime(given.nowMs), payments, totals: totalsOf(payments) };
}

function totalsOf(payments: readonly LedgerPayment[]): LedgerTotal[] {
    const sums = new Map<string, Record<MovementKind, bigint>>();
    for (const payment of payments) {
        const sum = sums.get(payment.amount.currency) ?? { taken: 0n, cancelled: 0n, refunded: 0n, returned: 0n };
        sums.set(payment.amount.currency, sum);
        for (const move of payment.movements) sum[move.kind] += minor(move.amount);
    }
    return [...sums].map(([currency, { taken, cancelled, refunded, returned }]) => ({
        currency,
        taken: taken.toString(),
        cancelled: cancelled.toString(),
        refunded: refunded.toString(),
        returned: returned.toString(),
        net: (taken - cancelled - refunded - returned).toString(),
    }));
}

/** The ledger for a person: a payment a block, the sums at the end. */
export function ledgerText(ledger: Ledger): string {
    const lines: string[] = [];
    for (const payment of ledger.payments) {
        lines.push(
            `${payment.paymentRequestId}  ${payment.scenario}  ${payment.status}  ${printed(payment.amount)}  kept ${printed(payment.net)}`,
        );
        for (const move of payment.movements) {
            const foreign = move.walletAmount.currency === move.amount.currency ? '' : ` (${printed(move.walletAmount)})`;
            lines.push(
                `    ${move.time}  ${move.kind.padEnd(9)}  ${printed(move.amount).padStart(14)}${foreign}  ${move.from} → ${move.to}`,
            );
        }
    }
    for (const total of ledger.totals) {
        const sum = (value: string) => printed({ currency: total.currency, value });
        lines.push(
            `${total.currency}: taken ${sum(total.taken)}, cancelled ${sum(total.cancelled)}, refunded ${sum(total.refunded)}, returned ${sum(total.returned)}, kept ${sum(total.net)}`,
        );
    }
    if (ledger.totals.length === 0) lines.push('No money has moved.');
    return `${lines.join('\n')}\n`;
}

/** Reads a ledger that was saved as JSON. Throws LEDGER_UNREADABLE. */
export function readLedger(text: string): Pick<Ledger, 'payments'> {
    let ledger: unknown;
    try {
        ledger = JSON.parse(text);
    } catch {
        ledger = undefined;
    }
    if (typeof ledger === 'object' && ledger !== null && Array.isArray((ledger as { payments?: unknown }).payments))
        return ledger as Ledger;
    throw new Fault({
        code: 'LEDGER_UNREADABLE',
        kind: 'config',
        message: 'This is no saved ledger; give the output of `till sandbox ledger --json`.',
    });
}
