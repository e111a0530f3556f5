/**
 * Long journal: a folder with as many records as a kiosk has after a year or so, written by the journal and folded by the sale's own code.
 */
import { nodeDisk } from '../../firmware/journal/node-disk.ts';
import { openJournal } from '../../firmware/journal/open.ts';
import { systemClock, systemIds } from '../../firmware/runtime/system.ts';
import { claimOf } from '../../firmware/sale/claim.ts';
import type { TillEvent } from '../../firmware/sale/events.ts';
import { evolve } from '../../firmware/sale/evolve.ts';
import { keysOf } from '../../firmware/sale/keys.ts';
import { emptyState, foldNumber, type TillState } from '../../firmware/sale/state.ts';

const saleEveryMs = 60_000;
/** Sales written as one commit, so that making the folder takes seconds. */
const salesTogether = 8;

/**
 * @param order.records at least so many.
 * @param order.tail records behind the last checkpoint: a power cut leaves up to a thousand, 500 on the average.
 */
export async function writeLongJournal(order: { folder: string; records: number; tail: number }): Promise<{ records: number }> {
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const boot = systemIds.nonce().slice(0, 16);
    const { journal } = await openJournal({ disk: nodeDisk, clock: systemClock, boot, folder: order.folder, keysOf, foldNumber, log });
    let state: TillState = emptyState;
    let at = Date.now() - Math.ceil(order.records / 8) * saleEveryMs;
    let ordinal = 0;
    const write = async (events: readonly TillEvent[]) => {
        await journal.append(events);
        for (const event of events) state = evolve(state, event);
    };
    await write([{ type: 'started', at, boot, version: '0', kiosk: 'bench-01' }]);
    const until = async (records: number) => {
        while (journal.headSeq < records) {
            const events: TillEvent[] = [];
            for (let index = 0; index < salesTogether; index += 1) {
                at += saleEveryMs;
                ordinal += 1;
                events.push(...saleOf(at, ordinal));
            }
            await write(events);
        }
    };
    await until(order.records - order.tail);
    await journal.checkpoint(state);
    await until(order.records);
    await journal.settled();
    await journal.close();
    return { records: journal.headSeq };
}

/** One sale by order code, from its opening to its end. */
function saleOf(at: number, ordinal: number): TillEvent[] {
    const nonce = systemIds.nonce();
    const [saleId, paymentRequestId, deliveryId] = [`S${nonce}_1`, `P${nonce}_2`, `D${nonce}_3`];
    const amount = { currency: 'EUR', value: '150' };
    const of = { saleId, paymentRequestId };
    const items = [{ slot: 'A1', name: { en: 'Water' }, price: '150' }];
    const intent = { mode: 'order-code', amount, expiresAt: at + 180_000, lifetimeMs: 180_000, description: 'Water' } as const;
    const paymentId = `2026${String(ordinal).padStart(28, '0')}`;
    return [
        { type: 'saleOpened', at, saleId, claim: claimOf(ordinal), origin: 'customer', amount, items, delivers: true },
        { type: 'paymentIntended', at, ...of, ...intent },
        { type: 'paymentAsked', at: at + 10, ...of },
        { type: 'codeIssued', at: at + 200, ...of, paymentId, code: `https://qr.example/${nonce}`, codeExpiresAt: at + 180_000 },
        { type: 'paymentPaid', at: at + 20_000, ...of, paymentId, amount, via: 'notification', wallet: 'ALIPAY_HK' },
        { type: 'deliveryIntended', at: at + 20_000, saleId, deliveryId, index: 0, slot: 'A1' },
        {
            type: 'deliveryEnded',
            at: at + 23_000,
            saleId,
            index: 0,
            slot: 'A1',
            outcome: 'delivered',
            grade: 'seen',
            detail: 'the drop sensor saw it',
        },
        { type: 'saleEnded', at: at + 23_000, saleId, state: 'delivered' },
    ];
}
