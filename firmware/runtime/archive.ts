/** Archive: sales that have left the state, folded again from their records in the journal (design §5). */
import type { Journal, JournalRecord } from '../ports/journal.ts';
import type { TillEvent } from '../sale/events.ts';
import { evolve } from '../sale/evolve.ts';
import type { KeyedResource } from '../sale/inputs.ts';
import { emptyState, type Sale } from '../sale/state.ts';

export class Archive {
    readonly #journal: Journal;

    constructor(journal: Journal) {
        this.#journal = journal;
    }

    /** A sale as its records tell it; undefined when the journal has none. */
    async sale(saleId: string): Promise<Sale | undefined> {
        return foldSale(await this.#journal.recordsOf(`sale:${saleId}`), saleId);
    }

    async saleOfPayment(paymentRequestId: string): Promise<Sale | undefined> {
        return this.#saleOf(`payment:${paymentRequestId}`);
    }

    async saleOfClaim(claim: string): Promise<Sale | undefined> {
        return this.#saleOf(`claim:${claim}`);
    }

    async saleIdOfToken(token: string): Promise<string | undefined> {
        return saleIdIn(await this.#journal.recordsOf(`token:${token}`));
    }

    async salesOfReference(reference: string): Promise<readonly Sale[]> {
        const records = await this.#journal.recordsOf(`reference:${reference}`);
        const ids = new Set(records.filter((record) => record.type === 'saleOpened').map((record) => String(record.saleId)));
        const sales = await Promise.all([...ids].map((id) => this.sale(id)));
        return sales.filter((sale) => sale !== undefined);
    }

    /** What an Idempotency-Key made. */
    async keyed(key: string): Promise<KeyedResource | undefined> {
        const [record] = await this.#journal.recordsOf(`key:${key}`);
        if (record === undefined) return undefined;
        const { bodyHash } = record.key as { bodyHash: string };
        const refundRequestId = record.refundRequestId;
        return { bodyHash, saleId: String(record.saleId), ...(typeof refundRequestId === 'string' ? { refundRequestId } : {}) };
    }

    /** The newest ended sales, newest first; each once. */
    async ended(query: { limit: number; state?: string }): Promise<readonly Sale[]> {
        const records = await this.#journal.newest({
            type: 'saleEnded',
            limit: query.limit * 2,
            ...(query.state === undefined ? {} : { match: (record) => record.state === query.state }),
        });
        const ids = [...new Set(records.map((record) => String(record.saleId)))].slice(0, query.limit);
        const sales = await Promise.all(ids.map((id) => this.sale(id)));
        return sales.filter((sale) => sale !== undefined && (query.state === undefined || sale.ended === query.state)) as Sale[];
    }

    async #saleOf(key: string): Promise<Sale | undefined> {
        const saleId = saleIdIn(await this.#journal.recordsOf(key));
        return saleId === undefined ? undefined : this.sale(saleId);
    }
}

function saleIdIn(records: readonly JournalRecord[]): string | undefined {
    const saleId = records.find((record) => typeof record.saleId === 'string')?.saleId;
    return typeof saleId === 'string' ? saleId : undefined;
}

/** Folds one sale's records. Restarts are not among them: they changed nothing of a sale that has ended since. */
export function foldSale(records: readonly JournalRecord[], saleId: string): Sale | undefined {
    let state = emptyState;
    let sale: Sale | undefined;
    for (const record of records) {
        const event = record as unknown as TillEvent;
        state = evolve(state, event);
        const open = state.sales[saleId];
        if (open !== undefined) sale = open;
        else if (event.type === 'saleEnded' && sale !== undefined) sale = { ...sale, ended: event.state, customerHere: false };
    }
    return sale;
}
