/** A sale may leave the state between the look and the turn that decides: it is looked up again, never taken for unknown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRecall } from '../../../firmware/runtime/recall.ts';
import { askAgain } from '../../../firmware/runtime/till.ts';
import type { Happening, Reply } from '../../../firmware/sale/inputs.ts';
import { emptyState, type Sale, type TillState } from '../../../firmware/sale/state.ts';

const sale = { id: 'S1', payments: [] } as unknown as Sale;
const holding: TillState = { ...emptyState, sales: { S1: sale } };
const ended: Sale = { ...sale, ended: 'delivered' };
const done: Reply = { ok: true, saleId: 'S1' };

/** A till whose staged state is what the next of `staged` says when a turn comes. */
class TillTwin {
    durable: TillState;
    readonly taken: Happening[] = [];
    readonly #staged: TillState[];
    /** Happens when a turn is asked for, before it decides. */
    onTurn: () => void = () => undefined;

    constructor(durable: TillState, staged: readonly TillState[]) {
        this.durable = durable;
        this.#staged = [...staged];
    }

    async submit(happening: Happening, when?: (staged: TillState) => boolean): Promise<Reply | undefined> {
        this.onTurn();
        const staged = this.#staged.shift() ?? this.durable;
        if (when !== undefined && !when(staged)) return askAgain;
        this.taken.push(happening);
        return done;
    }
}

const order = (known: () => Promise<Sale | undefined>) => ({
    inState: (state: TillState) => state.sales.S1 !== undefined,
    known,
    happening: (recalled: { known?: Sale }): Happening => ({ kind: 'cancelSale', saleId: 'S1', by: 'test', ...recalled }),
});

test('a sale in the state is decided there, and the archive is not asked', async () => {
    const till = new TillTwin(holding, []);
    let asked = 0;
    const reply = await openRecall(till)(
        order(async () => {
            asked += 1;
            return ended;
        }),
    );
    assert.deepEqual(reply, done);
    assert.equal(asked, 0);
    assert.equal('known' in till.taken[0]!, false);
});

test('a sale that ends before its turn comes is looked up, and decided once, with what the archive knows', async () => {
    const till = new TillTwin(holding, [emptyState]);
    till.onTurn = () => {
        till.durable = emptyState;
    };
    assert.deepEqual(await openRecall(till)(order(async () => ended)), done);
    assert.equal(till.taken.length, 1);
    assert.deepEqual((till.taken[0] as { known?: Sale }).known, ended);
});

test('a sale that comes back before its turn comes is decided in the state', async () => {
    const till = new TillTwin(emptyState, [holding]);
    till.onTurn = () => {
        till.durable = holding;
    };
    assert.deepEqual(await openRecall(till)(order(async () => ended)), done);
    assert.equal(till.taken.length, 1);
    assert.equal('known' in till.taken[0]!, false);
});

test('what nobody knows is decided without a sale', async () => {
    const till = new TillTwin(emptyState, []);
    await openRecall(till)(order(async () => undefined));
    assert.equal('known' in till.taken[0]!, false);
});

test('sales of the archive are served one at a time', async () => {
    const till = new TillTwin(emptyState, []);
    const recall = openRecall(till);
    const steps: string[] = [];
    till.onTurn = () => void steps.push('decided');
    const gates = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const two = gates.map((gate, place) =>
        recall(
            order(async () => {
                steps.push(`look ${place}`);
                await gate.promise;
                return ended;
            }),
        ),
    );
    gates[1]!.resolve(undefined);
    gates[0]!.resolve(undefined);
    await Promise.all(two);
    assert.deepEqual(steps, ['look 0', 'decided', 'look 1', 'decided']);
});
