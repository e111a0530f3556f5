/** Proofs: what must hold once all is settled, however often the machine was killed. Each throws with what it found. */
import assert from 'node:assert/strict';
import type { SaleView } from '../../firmware/ports/desk.ts';
import type { Blocks, Kiosk } from '../e2e/kiosk.ts';
import { catalog, type Stage } from '../e2e/stage.ts';

/** A kiosk's own books after a batch: its journal, and what lies in its tray. */
export interface Books {
    readonly kiosk: Kiosk;
    readonly exported: string;
    readonly records: readonly Blocks[];
    readonly tray: readonly { readonly deliveryId: string; readonly slot: string }[];
}

export async function booksOf(kiosk: Kiosk): Promise<Books> {
    await kiosk.settled(30_000);
    const verified = await kiosk.till(['journal', 'verify']);
    assert.equal(verified.code, 0, `till journal verify of ${kiosk.name}: ${verified.out}${verified.err}`);
    const exported = await kiosk.exported();
    const lines = exported.split('\n').filter((line) => line !== '');
    return { kiosk, exported, records: lines.map((line) => JSON.parse(line) as Blocks), tray: await kiosk.tray() };
}

/** Journals and ledger agree to the cent, and no sale keeps two payments. */
export async function proveMoney(stage: Stage, books: readonly Books[]): Promise<number> {
    const comparison = await stage.bank.compare(books.map((one) => one.exported).join(''));
    assert.deepEqual(comparison.differences, [], 'journal and ledger differ');
    assert.equal(comparison.agrees, true);
    assert.deepEqual(comparison.keptTwice, []);
    return comparison.payments;
}

/**
 * What fell is what the journal calls delivered: each fall belongs to a delivery that was intended, each delivery fell at most once,
 * and what is called delivered fell.
 */
export function proveGoods({ kiosk, records, tray }: Books): void {
    const intended = new Map<string, Blocks>();
    const ended = new Map<string, Blocks>();
    for (const record of records) {
        const place = `${record.saleId}/${record.index}`;
        if (record.type === 'deliveryIntended') {
            assert.equal(intended.has(place), false, `${kiosk.name}: ${place} was intended twice`);
            intended.set(place, record);
        }
        if (record.type === 'deliveryEnded') ended.set(place, record);
    }
    const fallen = new Map<string, number>();
    for (const { deliveryId } of tray) fallen.set(deliveryId, (fallen.get(deliveryId) ?? 0) + 1);
    for (const [place, { deliveryId, slot }] of intended) {
        const falls = fallen.get(String(deliveryId)) ?? 0;
        fallen.delete(String(deliveryId));
        const outcome = ended.get(place)?.outcome;
        const evidence = JSON.stringify(ended.get(place));
        assert.ok(falls <= 1, `${kiosk.name}: ${slot} of ${place} fell ${falls} times`);
        assert.equal(outcome === 'delivered', falls === 1, `${kiosk.name}: ${place} fell ${falls} times, and the journal says ${evidence}`);
    }
    assert.deepEqual([...fallen.keys()], [], `${kiosk.name}: something fell that nobody intended`);
    for (const [place, record] of ended) {
        if (record.outcome === 'delivered') assert.ok(intended.has(place), `${kiosk.name}: ${place} was delivered without an intent`);
    }
}

/** Every sale keeps exactly the price of what came out, or of what a person must look at. */
export async function proveSales({ kiosk, records }: Books): Promise<number> {
    const ids = [...new Set(records.filter((record) => record.type === 'saleOpened').map((record) => String(record.saleId)))];
    const judged = new Map(records.filter((record) => record.type === 'deliveryJudged').map((one) => [`${one.saleId}/${one.index}`, one]));
    const prices = new Map(catalog.map(({ slot, price }) => [slot, Number(price)]));
    for (const id of ids) {
        const sale = await kiosk.sale(id);
        const told = () => JSON.stringify(sale, undefined, 2);
        assert.ok(sale.ended, `${id} has not ended: ${told()}`);
        if (sale.items.length === 0) {
            assert.ok(sale.kept.value === '0' || sale.kept.value === sale.amount.value, told());
            continue;
        }
        const owed = sale.deliveries.reduce((sum, delivery, index) => {
            const counts = delivery.state === 'delivered' || judged.get(`${id}/${index}`)?.decision === 'review';
            return sum + (counts ? prices.get(delivery.slot)! : 0);
        }, 0);
        assert.equal(Number(sale.kept.value), owed, `what is kept is not what came out: ${told()}`);
        if (sale.state === 'review') continue;
        assert.equal(sale.state, endOf(sale), told());
    }
    return ids.length;
}

/** The state that the goods and the money ask for. */
function endOf(sale: SaleView): string {
    const out = sale.deliveries.some((delivery) => delivery.state === 'delivered');
    if (out) return 'delivered';
    return sale.refunds.length > 0 ? 'refunded' : 'cancelled';
}

/** After which record each kill came: the moments that were met. */
export function momentsOf(books: readonly Books[]): ReadonlyMap<string, number> {
    const moments = new Map<string, number>();
    for (const { records } of books) {
        for (const [place, record] of records.entries()) {
            const before = records[place - 1]?.type;
            if (record.type !== 'started' || before === undefined || before === 'stopped') continue;
            moments.set(String(before), (moments.get(String(before)) ?? 0) + 1);
        }
    }
    return moments;
}
