/**
 * Export: records as NDJSON, CSV or one JSON array. Pure: records in, text out.
 *
 * Rules: the first columns stay as they are for ever (design §8); new ones go behind. A CSV cell that a spreadsheet would take for a
 * formula begins with an apostrophe.
 */
import type { JournalRecord } from '../ports/journal.ts';

export type ExportFormat = 'ndjson' | 'csv' | 'json';
export const exportFormats: readonly ExportFormat[] = ['ndjson', 'csv', 'json'];

/** `amount` is in minor units; `record` is the whole record as JSON. */
const columns = ['seq', 'time', 'type', 'saleId', 'paymentRequestId', 'refundRequestId', 'amount', 'currency', 'record'] as const;

/** Text in pieces, complete with line ends. */
export async function* exportText(records: AsyncIterable<JournalRecord>, format: ExportFormat): AsyncGenerator<string> {
    if (format === 'csv') yield `${columns.join(',')}\r\n`;
    if (format === 'json') yield '[';
    let first = true;
    for await (const record of records) {
        if (format === 'csv') yield csvLine(record);
        else if (format === 'ndjson') yield `${JSON.stringify(record)}\n`;
        else yield `${first ? '\n' : ',\n'}${JSON.stringify(record)}`;
        first = false;
    }
    if (format === 'json') yield first ? ']\n' : '\n]\n';
}

function csvLine(record: JournalRecord): string {
    const amount = record.amount as { readonly value?: unknown; readonly currency?: unknown } | undefined;
    const cells: Record<(typeof columns)[number], unknown> = {
        seq: record.seq,
        time: record.time,
        type: record.type,
        saleId: record.saleId,
        paymentRequestId: record.paymentRequestId,
        refundRequestId: record.refundRequestId,
        amount: amount?.value,
        currency: amount?.currency,
        record: JSON.stringify(record),
    };
    return `${columns.map((column) => csvCell(cells[column])).join(',')}\r\n`;
}

/** Quoted where RFC 4180 asks for it; harmless in a spreadsheet. */
export function csvCell(value: unknown): string {
    if (value === undefined || value === null) return '';
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const safe = /^[=+\-@\t\r]/.test(text) && typeof value !== 'number' ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
