/** The loop: one commit for what came together, nothing acted on or answered before it is durable, nothing of a failed one left. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { JournalRecord } from '../../../firmware/ports/journal.ts';
import { type Commit, foldTail, Till } from '../../../firmware/runtime/till.ts';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import type { Happening } from '../../../firmware/sale/inputs.ts';
import { emptyState, foldNumber, type TillState } from '../../../firmware/sale/state.ts';
import type { World } from '../../../firmware/sale/world.ts';
import { ManualClock, settled } from '../../drivers/manual-clock.ts';
import { worldWith } from '../sale/policy.ts';
import * as records from '../sale/records.ts';
import { countingIds, FakeJournal, quiet } from './fakes.ts';

const start: Happening = { kind: 'start', boot: 'boot-1', version: '1' };
const open: Happening = { kind: 'openSale', items: [{ slot: 'A1' }] };
const amount: Happening = { kind: 'openSale', amount: { currency: 'EUR', value: '100' } };

interface Seen {
    staged: TillState[];
    stagedSteps: string[][];
    durable: TillState[];
    durableSteps: string[][];
    commits: Commit[];
    failures: unknown[];
    bugs: unknown[];
}

let clock: ManualClock;
let journal: FakeJournal;
let seen: Seen;
let world: World;

describe('the loop', () => {
    beforeEach(() => {
        clock = new ManualClock();
        journal = new FakeJournal();
        seen = { staged: [], stagedSteps: [], durable: [], durableSteps: [], commits: [], failures: [], bugs: [] };
        world = worldWith({});
    });

    function newTill(tail: readonly TillEvent[] = []): Till {
        return new Till({
            clock,
            ids: countingIds(),
            log: quiet,
            opened: { journal, tail: tail as unknown as JournalRecord[], recovery: { records: tail.length, tornBytes: 0, damage: [] } },
            parts: {
                world: () => world,
                onStaged: (staged, steps) => {
                    seen.staged.push(staged);
                    seen.stagedSteps.push(steps.map((step) => step.id));
                },
                onDurable: (durable, steps) => {
                    seen.durable.push(durable);
                    seen.durableSteps.push(steps.map((step) => step.id));
                },
                onCommit: (commit) => seen.commits.push(commit),
                onJournalFailed: (thrown) => {
                    seen.failures.push(thrown);
                    world = worldWith({ journalWritable: false });
                },
                onBug: (thrown) => seen.bugs.push(thrown),
            },
        });
    }

    async function startedTill(): Promise<Till> {
        const till = newTill();
        await till.submit(start);
        return till;
    }

    describe('group commit', () => {
        test('what comes while a commit is under way is the next commit, together', async () => {
            const till = await startedTill();
            journal.held = true;
            const replies = [till.submit(open), till.submit(amount), till.submit({ kind: 'stop' })];
            await settled();
            assert.deepEqual(journal.asked.slice(1), [['saleOpened', 'paymentIntended']]);
            journal.sync();
            await settled();
            assert.deepEqual(journal.asked.slice(2), [['stopped']]);
            journal.sync();
            assert.deepEqual(
                (await Promise.all(replies)).map((reply) => reply?.ok),
                [true, false, undefined],
            );
        });

        test('each decision of a turn sees what the one before it decided', async () => {
            const till = await startedTill();
            journal.held = true;
            const first = till.submit({ kind: 'stop' });
            const second = till.submit(open);
            const third = till.submit(open);
            await settled();
            journal.sync();
            await settled();
            assert.deepEqual(journal.asked.at(-1), ['saleOpened', 'paymentIntended']);
            journal.sync();
            await first;
            assert.equal((await second)?.ok, true);
            assert.partialDeepStrictEqual(await third, { status: 409, code: 'customer-busy' });
        });

        test('a turn without events asks nothing of the journal and is answered', async () => {
            const till = await startedTill();
            assert.equal(await till.submit({ kind: 'worldChanged' }), undefined);
            assert.equal(journal.asked.length, 1);
        });
    });

    describe('append, then act', () => {
        test('prepared on the staged state, named and answered only when it is durable', async () => {
            const till = await startedTill();
            journal.held = true;
            let answered = false;
            const reply = till.submit(open).then((told) => {
                answered = true;
                return told;
            });
            await settled();
            assert.deepEqual(
                seen.stagedSteps.at(-1)?.filter((id) => id.startsWith('pay:')),
                ['pay:PN2_2'],
            );
            assert.ok(!seen.durableSteps.flat().some((id) => id.startsWith('pay:')));
            assert.equal(till.durable.customerSale, undefined);
            assert.equal(till.staged.customerSale, 'SN2_1');
            assert.equal(seen.commits.length, 1);
            assert.equal(answered, false);
            journal.sync();
            assert.equal((await reply)?.ok, true);
            assert.ok(seen.durableSteps.at(-1)?.includes('pay:PN2_2'));
            assert.equal(till.durable.customerSale, 'SN2_1');
        });

        test('a commit names the changed sales with their places in the journal, ended ones too', async () => {
            world = worldWith({}, { modes: ['payment-code'] });
            const till = await startedTill();
            await till.submit(open);
            await till.submit({ kind: 'pressed', key: 'cancel' });
            const { sales, before, after } = seen.commits.at(-1)!;
            assert.partialDeepStrictEqual(sales.get('SN2_1'), { seq: 4, sale: { ended: 'cancelled', customerHere: false } });
            assert.ok(before.sales.SN2_1 !== undefined && after.sales.SN2_1 === undefined);
        });
    });

    describe('a failed append', () => {
        test('throws the staged state away, answers 503 and stops the selling', async () => {
            const till = await startedTill();
            journal.held = true;
            const replies = [till.submit(open)];
            await settled();
            replies.push(till.submit(amount));
            journal.fail();
            for (const reply of await Promise.all(replies)) assert.partialDeepStrictEqual(reply, { ok: false, status: 503 });
            assert.equal(till.staged, till.durable);
            assert.equal(till.durable.saleCount, 0);
            assert.equal(seen.failures.length, 1);
            assert.ok(!seen.durableSteps.flat().some((id) => id.startsWith('pay:')));
            assert.deepEqual(seen.bugs, []);
            assert.partialDeepStrictEqual(await till.submit(open), { ok: false, reasons: ['journal-not-writable'] });
        });

        test('what is no fault of the storage is a bug: the loop stands still', async () => {
            const till = await startedTill();
            journal.append = () => Promise.reject(new TypeError('undefined is not a function'));
            void till.submit(open);
            await settled();
            assert.equal(seen.bugs.length, 1);
            assert.match(String(seen.bugs[0]), /undefined is not a function/);
            assert.deepEqual(seen.failures, []);
        });
    });

    describe('restart is the same path', () => {
        const { openedGoods, intended, paid, moving } = records;
        const tail = [openedGoods(['A1']), intended('P1', 'payment-code', 150), paid('P1', 150), moving(0, 'A1')];

        test('the tail is folded, and `started` makes the moving goods unknown before any step is named', async () => {
            const till = newTill(tail);
            assert.equal(till.durable.sales.S1?.deliveries[0]?.state, 'moving');
            assert.equal(seen.durableSteps.length, 0);
            await till.submit(start);
            assert.equal(till.durable.sales.S1?.deliveries[0]?.state, 'unknown');
            assert.ok(seen.durableSteps.every((ids) => !ids.some((id) => id.startsWith('deliver:'))));
            assert.ok(seen.durableSteps.at(-1)?.includes('recall:D0'));
        });

        test('whatever is submitted before `start` waits for it: the first record of a run is `started`', async () => {
            const till = newTill(tail);
            const early = [till.submit({ kind: 'worldChanged' }), till.submit(open)];
            await settled();
            assert.deepEqual(journal.asked, []);
            assert.equal(seen.durableSteps.length, 0);
            await till.submit(start);
            await Promise.all(early);
            assert.equal(journal.asked[0]?.[0], 'started');
            assert.ok(!seen.durableSteps.flat().some((id) => id.startsWith('deliver:')));
        });

        test('the time of a turn is never earlier than the last record', async () => {
            const till = newTill([{ ...records.started, at: clock.wallMs() + 60_000 }]);
            await till.submit(start);
            assert.equal(journal.records_[0]?.at, clock.wallMs() + 60_000);
        });

        test('a checkpoint of another fold is not used', () => {
            const state = { ...emptyState, saleCount: 7 };
            assert.equal(foldTail({ checkpoint: { state, seq: 9 }, tail: [] }).saleCount, 7);
            assert.equal(foldTail({ checkpoint: { state: { ...state, fold: foldNumber + 1 }, seq: 9 }, tail: [] }).saleCount, 0);
        });
    });

    describe('stopping', () => {
        test('what is in the inbox is decided first, then a checkpoint, and later callers are refused', async () => {
            const till = await startedTill();
            journal.held = true;
            const reply = till.submit(open);
            const closed = till.close();
            await clock.advance(50);
            assert.equal(journal.checkpoints.length, 0);
            journal.sync();
            await clock.advance(50);
            await closed;
            assert.equal((await reply)?.ok, true);
            assert.deepEqual(journal.checkpoints, [till.durable]);
            assert.partialDeepStrictEqual(await till.submit(open), { status: 503, code: 'stopping' });
            assert.equal(clock.pending, 0);
        });

        test('before it has started it refuses whoever waits, and ends', async () => {
            const till = newTill();
            const reply = till.submit(open);
            await till.close();
            assert.partialDeepStrictEqual(await reply, { status: 503, code: 'stopping' });
        });

        test('a journal that cannot be written gets no checkpoint', async () => {
            const till = await startedTill();
            journal.writable = false;
            await till.close();
            assert.deepEqual(journal.checkpoints, []);
        });
    });
});
