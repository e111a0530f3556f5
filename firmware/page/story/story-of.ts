/**
 * Story of: the journal's records as stories, one for each sale, with what happened to its money. Pure.
 *
 * Rules: a restart is told in every sale that was open then; what belongs to no sale is a story of the machine.
 */
import type { Amount } from '../../ports/amount.ts';
import { meaningOf, money, moodOf, told } from '../telling.ts';
import type { PageRecord } from '../wire.ts';

export type Tone = 'good' | 'wait' | 'bad' | 'plain';

export interface StoryStep {
    readonly seq: number;
    readonly time: string;
    readonly words: string;
    readonly meaning?: string;
    readonly mood: 'good' | 'bad' | 'plain';
}

export interface SaleStory {
    readonly saleId: string;
    readonly firstSeq: number;
    readonly at: string;
    readonly title: string;
    readonly ended: boolean;
    /** How it stands, in one or two words. */
    readonly standing: string;
    readonly tone: Tone;
    /** Where the money is, in one sentence. */
    readonly purse: string;
    readonly steps: readonly StoryStep[];
}

interface Making {
    saleId: string;
    firstSeq: number;
    at: string;
    title: string;
    state?: string;
    taken: Map<string, Amount>;
    back: Map<string, bigint>;
    refunds: Map<string, { payment: string; amount: Amount }>;
    uncertain: Set<string>;
    currency: string;
    /** Its first record is among those that are told. */
    whole: boolean;
    /** Goods were sold, not an amount alone. */
    goods: boolean;
    /** The machine handed something out itself. */
    handedOut: boolean;
    steps: StoryStep[];
}

const standings: Readonly<Record<string, readonly [words: string, tone: Tone]>> = {
    delivered: ['sold', 'good'],
    refunded: ['money back', 'good'],
    cancelled: ['cancelled', 'plain'],
    declined: ['declined', 'plain'],
    review: ['a person decides', 'bad'],
};

/** Stories of the sales in these records, the newest first. Records come oldest first. */
export function storiesOf(records: readonly PageRecord[]): SaleStory[] {
    const sales = new Map<string, Making>();
    for (const record of records) {
        if (record.type === 'started' || record.type === 'stopped') {
            for (const sale of sales.values()) if (sale.state === undefined) sale.steps.push(stepOf(record));
            continue;
        }
        if (record.saleId === undefined) continue;
        const sale = sales.get(record.saleId) ?? begun(record.saleId, record);
        sales.set(record.saleId, sale);
        sale.steps.push(stepOf(record, sale));
        follow(sale, record);
    }
    return [...sales.values()].toSorted((one, other) => other.firstSeq - one.firstSeq).map(finished);
}

function stepOf(record: PageRecord, sale?: Making): StoryStep {
    const meaning = (sale === undefined ? undefined : meaningIn(sale, record)) ?? meaningOf(record);
    return {
        seq: record.seq,
        time: record.time,
        words: record.type === 'started' ? 'The machine has power again, and reads what it had written.' : told(record),
        mood: moodOf(record),
        ...(meaning === undefined ? {} : { meaning }),
    };
}

/** What a record means in its own sale, where that is something else than in most. */
function meaningIn(sale: Making, record: PageRecord): string | undefined {
    if (record.type === 'paymentCancelled' && !sale.taken.has(record.paymentRequestId ?? '')) return 'No money was taken by it.';
    if (record.type === 'paymentPaid' && !sale.goods) return 'The money is ours.';
    if (record.type !== 'saleEnded' || record.state !== 'delivered' || sale.handedOut || !sale.whole) return undefined;
    return sale.goods ? 'The money is kept, and the goods are handed over at the counter.' : 'The money is kept.';
}

function begun(saleId: string, record: PageRecord): Making {
    return {
        saleId,
        firstSeq: record.seq,
        at: record.time,
        title: 'A sale that began earlier',
        taken: new Map(),
        back: new Map(),
        refunds: new Map(),
        uncertain: new Set(),
        currency: '',
        whole: false,
        goods: true,
        handedOut: false,
        steps: [],
    };
}

function follow(sale: Making, record: PageRecord): void {
    const payment = record.paymentRequestId ?? '';
    const amount = record.amount as Amount | undefined;
    switch (record.type) {
        case 'saleOpened': {
            const items = record.items as readonly { readonly slot: string; readonly name: Readonly<Record<string, string>> }[];
            const names = items.map((item) => item.name.en ?? Object.values(item.name)[0] ?? item.slot).join(', ');
            sale.title = `${names === '' ? 'An amount' : names}, ${money(amount!)}`;
            sale.currency = amount!.currency;
            sale.whole = true;
            sale.goods = items.length > 0;
            break;
        }
        case 'deliveryEnded':
            sale.handedOut = true;
            break;
        case 'paymentUnknown':
            sale.uncertain.add(payment);
            break;
        case 'paymentPaid':
        case 'lateSuccess':
        case 'amountDiffers':
            sale.uncertain.delete(payment);
            if (amount !== undefined && !sale.taken.has(payment)) sale.taken.set(payment, amount);
            break;
        case 'paymentDeclined':
            sale.uncertain.delete(payment);
            break;
        case 'paymentCancelled':
        case 'lateSettled':
            sale.uncertain.delete(payment);
            giveBack(sale, payment, BigInt(sale.taken.get(payment)?.value ?? 0));
            break;
        case 'refundIntended':
            sale.refunds.set(String(record.refundRequestId), { payment, amount: amount! });
            break;
        case 'refundConfirmed': {
            const refund = sale.refunds.get(String(record.refundRequestId));
            if (refund !== undefined) giveBack(sale, refund.payment, (sale.back.get(refund.payment) ?? 0n) + BigInt(refund.amount.value));
            break;
        }
        case 'saleEnded':
            sale.state = String(record.state);
            break;
        case 'saleReopened':
            delete sale.state;
            break;
    }
}

function giveBack(sale: Making, payment: string, value: bigint): void {
    sale.back.set(payment, value);
}

function finished(sale: Making): SaleStory {
    const [standing, tone] = sale.state === undefined ? (['under way', 'wait'] as const) : (standings[sale.state] ?? ['ended', 'plain']);
    return {
        saleId: sale.saleId,
        firstSeq: sale.firstSeq,
        at: sale.at,
        title: sale.title,
        ended: sale.state !== undefined,
        standing,
        tone,
        purse: purseOf(sale),
        steps: sale.steps,
    };
}

function purseOf(sale: Making): string {
    const sum = (values: Iterable<bigint>) => [...values].reduce((all, one) => all + one, 0n);
    const taken = sum([...sale.taken.values()].map((amount) => BigInt(amount.value)));
    const back = sum(sale.back.values());
    const currency = sale.taken.values().next().value?.currency ?? sale.currency;
    const shown = (value: bigint) => money({ currency, value: value.toString() });
    if (sale.uncertain.size > 0) return 'Nobody knows yet whether money moved.';
    if (taken === 0n && !sale.whole) return 'Its beginning is no longer on this page.';
    if (taken === 0n) return sale.state === undefined ? 'No money has moved yet.' : 'No money was taken.';
    if (back === 0n) return `${shown(taken)} taken${sale.state === undefined ? '.' : ' and kept.'}`;
    if (back === taken) return `${shown(taken)} taken, all of it given back.`;
    return `${shown(taken)} taken, ${shown(back)} given back, ${shown(taken - back)} kept.`;
}
