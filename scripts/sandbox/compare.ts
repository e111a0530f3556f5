/**
 * Compare: the till's journal against the sandbox's ledger, payment by payment and in sum, to the cent (design R10).
 *
 * Reads what `till journal export --format ndjson` prints. What the journal keeps is folded here anew from its events, apart from the
 * till's own fold. Fails: JOURNAL_EXPORT_UNREADABLE.
 */
import type { Amount } from '../../firmware/ports/amount.ts';
import { Fault } from '../../firmware/ports/fault.ts';
import type { Ledger } from './ledger.ts';
import { printed } from './money.ts';

/** A record of the journal's export; only the fields that money needs. */
export interface ExportedRecord {
    readonly type: string;
    readonly saleId?: unknown;
    readonly paymentRequestId?: unknown;
    readonly refundRequestId?: unknown;
    readonly amount?: unknown;
    readonly via?: unknown;
}

export interface Difference {
    /** `amount`: both know it and keep different sums; the others: one side alone keeps money. */
    readonly kind: 'amount' | 'only-in-ledger' | 'only-in-journal';
    readonly paymentRequestId: string;
    readonly journal: Amount;
    readonly ledger: Amount;
}

export interface Comparison {
    readonly agrees: boolean;
    readonly payments: number;
    readonly differences: readonly Difference[];
    /** Minor units by currency. */
    readonly totals: readonly { readonly currency: string; readonly journal: string; readonly ledger: string }[];
    /** Sales that keep more than one payment (design R2). */
    readonly keptTwice: readonly { readonly saleId: string; readonly paymentRequestIds: readonly string[] }[];
}

interface Kept {
    currency: string;
    taken: bigint;
    back: bigint;
    saleId?: string;
}

/** What the journal says was kept, against what the ledger says was kept. */
export function compareWithJournal(records: Iterable<ExportedRecord>, ledger: Pick<Ledger, 'payments'>): Comparison {
    const journal = keptByJournal(records);
    const inLedger = new Map(ledger.payments.map((payment) => [payment.paymentRequestId, payment.net]));
    const differences: Difference[] = [];
    const sums = new Map<string, { journal: bigint; ledger: bigint }>();
    const add = (currency: string, side: 'journal' | 'ledger', value: bigint) => {
        const sum = sums.get(currency) ?? { journal: 0n, ledger: 0n };
        sum[side] += value;
        sums.set(currency, sum);
    };
    const ids = [...new Set([...journal.keys(), ...inLedger.keys()])];
    for (const paymentRequestId of ids) {
        const ours = journal.get(paymentRequestId);
        const net = inLedger.get(paymentRequestId);
        const kept = ours === undefined ? 0n : ours.taken - ours.back;
        const theirs = net === undefined ? 0n : BigInt(net.value);
        const currency = ours !== undefined && ours.currency !== '' ? ours.currency : (net?.currency ?? '');
        if (kept !== 0n) add(currency, 'journal', kept);
        if (theirs !== 0n && net !== undefined) add(net.currency, 'ledger', theirs);
        const sameCurrency = net === undefined || net.currency === currency || kept === 0n;
        if (kept === theirs && sameCurrency) continue;
        differences.push({
            kind: ours === undefined ? 'only-in-ledger' : net === undefined ? 'only-in-journal' : 'amount',
            paymentRequestId,
            journal: { currency, value: kept.toString() },
            ledger: net ?? { currency, value: '0' },
        });
    }
    const totals = [...sums].map(([currency, sum]) => ({ currency, journal: sum.journal.toString(), ledger: sum.ledger.toString() }));
    return {
        agrees: differences.length === 0 && totals.every((total) => total.journal === total.ledger),
        payments: ids.length,
        differences,
        totals,
        keptTwice: keptTwice(journal),
    };
}

/** Folds the events that move money. A success counts once until it is given back; what came late counts as taken until it is settled. */
function keptByJournal(records: Iterable<ExportedRecord>): Map<string, Kept> {
    const payments = new Map<string, Kept>();
    const refunds = new Map<string, Amount>();
    for (const record of records) {
        const { paymentRequestId } = record;
        if (typeof paymentRequestId !== 'string') continue;
        const payment = payments.get(paymentRequestId) ?? { currency: '', taken: 0n, back: 0n };
        payments.set(paymentRequestId, payment);
        if (typeof record.saleId === 'string') payment.saleId = record.saleId;
        const amount = amountIn(record.amount);
        switch (record.type) {
            case 'paymentPaid':
            case 'lateSuccess':
            case 'amountDiffers':
            case 'strayMoney':
                if (amount !== undefined && payment.taken === payment.back) {
                    payment.currency = amount.currency;
                    payment.taken += BigInt(amount.value);
                }
                break;
            case 'paymentCancelled':
            case 'lateSettled':
                payment.back = payment.taken;
                break;
            case 'refundIntended':
                if (typeof record.refundRequestId === 'string' && amount !== undefined) refunds.set(record.refundRequestId, amount);
                break;
            case 'refundConfirmed': {
                const refund = refunds.get(String(record.refundRequestId));
                if (record.via === 'cancelled-payment') payment.back = payment.taken;
                else if (refund !== undefined) {
                    payment.back += BigInt(refund.value);
                    refunds.delete(String(record.refundRequestId));
                }
                break;
            }
            default:
                break;
        }
    }
    return payments;
}

function keptTwice(payments: ReadonlyMap<string, Kept>): Comparison['keptTwice'] {
    const bySale = new Map<string, string[]>();
    for (const [paymentRequestId, payment] of payments) {
        if (payment.saleId === undefined || payment.taken <= payment.back) continue;
        bySale.set(payment.saleId, [...(bySale.get(payment.saleId) ?? []), paymentRequestId]);
    }
    return [...bySale].filter(([, ids]) => ids.length > 1).map(([saleId, paymentRequestIds]) => ({ saleId, paymentRequestIds }));
}

function amountIn(value: unknown): Amount | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    const { currency, value: digits } = value as { currency?: unknown; value?: unknown };
    return typeof currency === 'string' && typeof digits === 'string' && /^\d+$/.test(digits) ? { currency, value: digits } : undefined;
}

/** Reads the lines of an NDJSON export; empty lines are skipped. Throws JOURNAL_EXPORT_UNREADABLE with the line's number. */
export function readExport(text: string): ExportedRecord[] {
    const records: ExportedRecord[] = [];
    text.split('\n').forEach((line, index) => {
        if (line.trim() === '') return;
        let record: unknown;
        try {
            record = JSON.parse(line);
        } catch {
            record = undefined;
        }
        if (typeof record !== 'object' || record === null || typeof (record as { type?: unknown }).type !== 'string') {
            throw new Fault({
                code: 'JOURNAL_EXPORT_UNREADABLE',
                kind: 'config',
                message: `Line ${index + 1} is no journal record; give the output of \`till journal export --format ndjson\`.`,
                facts: { line: index + 1 },
            });
        }
        records.push(record as ExportedRecord);
    });
    return records;
}

/** The comparison for a person: every difference a line, the sums at the end. */
export function comparisonText(comparison: Comparison): string {
    const lines = comparison.differences.map(
        (one) => `${one.paymentRequestId}: the journal keeps ${printed(one.journal)}, the ledger ${printed(one.ledger)} (${one.kind})`,
    );
    for (const sale of comparison.keptTwice)
        lines.push(`sale ${sale.saleId} keeps more than one payment: ${sale.paymentRequestIds.join(', ')}`);
    for (const total of comparison.totals) {
        lines.push(
            `${total.currency}: the journal keeps ${printed({ currency: total.currency, value: total.journal })}, the ledger ${printed({ currency: total.currency, value: total.ledger })}`,
        );
    }
    lines.push(
        comparison.agrees
            ? `${comparison.payments} payments agree.`
            : `${comparison.differences.length} of ${comparison.payments} payments differ.`,
    );
    return `${lines.join('\n')}\n`;
}
