/** Supervisor: attempts and waits of each class of step, and what becomes of them when a step is no longer named. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { pauseAfter, Supervisor } from '../../../firmware/runtime/supervisor.ts';
import type { Schedule, Step } from '../../../firmware/sale/steps.ts';
import { ManualClock, settled } from '../../drivers/manual-clock.ts';
import { type Deferred, deferred } from './fakes.ts';

const growing: Schedule = { firstMs: 0, thenMs: [2_000, 3_000], after: { fromMs: 30_000, doubleUpToMs: 100_000 } };
const repeating: Schedule = { firstMs: 5_000, thenMs: [4_000], after: 'repeat' };
const listed: Schedule = { firstMs: 0, thenMs: [500, 1_000], after: 'stop' };
const once: Schedule = { firstMs: 0, thenMs: [], after: 'stop' };

describe('pauses', () => {
    const table: readonly [string, Schedule, readonly (number | undefined)[]][] = [
        ['a list, then doubling up to a cap', growing, [2_000, 3_000, 30_000, 60_000, 100_000, 100_000]],
        ['a list whose last repeats', repeating, [4_000, 4_000, 4_000]],
        ['a list that ends', listed, [500, 1_000, undefined, undefined]],
        ['once', once, [undefined]],
        ['an empty list repeats the first wait', { firstMs: 7, thenMs: [], after: 'repeat' }, [7, 7]],
        ['an empty list that grows', { firstMs: 7, thenMs: [], after: { fromMs: 10, doubleUpToMs: 25 } }, [10, 20, 25]],
    ];
    for (const [name, schedule, pauses] of table) {
        test(name, () => {
            assert.deepEqual(
                pauses.map((_, place) => pauseAfter(schedule, place + 1)),
                pauses,
            );
        });
    }
    test('a thousand attempts stay at the cap', () => assert.equal(pauseAfter(growing, 1_000), 100_000));
});

let clock: ManualClock;
let supervisor: Supervisor;
let attempts: { id: string; at: number; last: boolean; prepared: unknown; end: Deferred<void> }[];
let prepared: string[];
let held: string[];

describe('the supervisor', () => {
    beforeEach(() => {
        clock = new ManualClock();
        attempts = [];
        prepared = [];
        held = [];
        supervisor = new Supervisor({
            clock,
            performer: {
                prepare: (step) => {
                    prepared.push(step.id);
                    return `made ${step.id}`;
                },
                perform: (step, { last, prepared: made }) => {
                    const end = deferred<void>();
                    attempts.push({ id: step.id, at: clock.monoMs(), last, prepared: made, end });
                    return end.promise;
                },
                hold: (step) => {
                    held.push(`on ${step.id}`);
                    return () => held.push(`off ${step.id}`);
                },
            },
        });
    });

    const cancel = (id: string, more: { schedule?: Schedule; afterStep?: string } = {}): Step => ({
        id,
        class: 'write',
        schedule: growing,
        kind: 'cancel',
        saleId: 'S1',
        paymentRequestId: id,
        ...more,
    });
    const inquire = (id: string): Step => ({ id, class: 'read', schedule: repeating, kind: 'inquire', saleId: 'S1', paymentRequestId: id });
    const wait = (id: string, ms: number): Step => ({
        id,
        class: 'hold',
        schedule: { firstMs: ms, thenMs: [], after: 'stop' },
        kind: 'wait',
    });
    const arm = (id: string): Step => ({ id, class: 'hold', schedule: once, kind: 'arm', saleId: 'S1' });
    const deliver = (id: string): Step => ({
        id,
        class: 'move',
        schedule: once,
        kind: 'deliver',
        saleId: 'S1',
        index: 0,
        deliveryId: id,
        slot: 'A1',
        limitMs: 1,
    });

    /** The attempt under way ends: its events are durable. */
    async function end(place = attempts.length - 1): Promise<void> {
        attempts[place]!.end.resolve();
        await settled();
    }
    const times = () => attempts.map((attempt) => attempt.at);

    describe('a write', () => {
        test('starts at once, repeats with its pauses after each end, with one attempt at a time', async () => {
            supervisor.reconcile([cancel('c')]);
            await clock.advance(60_000);
            assert.deepEqual(times(), [0]);
            await end();
            await clock.advance(1_999);
            assert.equal(attempts.length, 1);
            await clock.advance(1);
            await end();
            await clock.advance(3_000);
            assert.deepEqual(times(), [0, 62_000, 65_000]);
        });

        test('no longer named: no new attempt, but the one on the wire is left to end', async () => {
            supervisor.reconcile([cancel('c')]);
            supervisor.reconcile([]);
            assert.deepEqual(
                supervisor.onWire().map((step) => step.id),
                ['c'],
            );
            await end();
            assert.deepEqual(supervisor.onWire(), []);
            await clock.advance(600_000);
            assert.equal(attempts.length, 1);
            assert.equal(clock.pending, 0);
        });

        test('named again while on the wire: no second attempt beside it', async () => {
            supervisor.reconcile([cancel('c')]);
            supervisor.reconcile([]);
            supervisor.reconcile([cancel('c')]);
            assert.equal(attempts.length, 1);
            await end();
            await clock.advance(2_000);
            assert.equal(attempts.length, 2);
        });

        test('knows its last attempt, and makes none behind it', async () => {
            supervisor.reconcile([cancel('c', { schedule: listed })]);
            for (const pause of [500, 1_000, 10_000]) {
                await end();
                await clock.advance(pause);
            }
            assert.deepEqual(
                attempts.map((attempt) => attempt.last),
                [false, false, true],
            );
        });

        test('waits for the step that it must follow, and starts when that has ended', async () => {
            supervisor.reconcile([cancel('pay'), cancel('c', { afterStep: 'pay' })]);
            supervisor.reconcile([cancel('c', { afterStep: 'pay' })]);
            await clock.advance(10_000);
            assert.deepEqual(
                attempts.map((attempt) => attempt.id),
                ['pay'],
            );
            await end(0);
            assert.deepEqual(
                attempts.map((attempt) => attempt.id),
                ['pay', 'c'],
            );
        });

        test('goes ahead when the step that it must follow is not there', () => {
            supervisor.reconcile([cancel('c', { afterStep: 'pay' })]);
            assert.equal(attempts.length, 1);
        });
    });

    describe('preparing', () => {
        test('a write is made ready once on the staged state and handed to its first attempt only', async () => {
            supervisor.prepare([cancel('c'), inquire('i'), deliver('d'), wait('w', 0)]);
            supervisor.prepare([cancel('c')]);
            assert.deepEqual(prepared, ['c']);
            assert.equal(attempts.length, 0);
            supervisor.reconcile([cancel('c')]);
            assert.equal(attempts[0]?.prepared, 'made c');
            await end();
            await clock.advance(2_000);
            assert.equal(attempts[1]?.prepared, undefined);
        });

        test('what was prepared for a state that was thrown away is forgotten', () => {
            supervisor.prepare([cancel('c')]);
            supervisor.reconcile([]);
            supervisor.reconcile([cancel('c')]);
            assert.equal(attempts[0]?.prepared, undefined);
        });
    });

    describe('a read', () => {
        test('waits first, then repeats; no longer named, it stops at once', async () => {
            supervisor.reconcile([inquire('i')]);
            await clock.advance(5_000);
            await end();
            await clock.advance(4_000);
            await end();
            assert.deepEqual(times(), [5_000, 9_000]);
            supervisor.reconcile([]);
            assert.equal(clock.pending, 0);
        });

        test('keeps its schedule while it stays named', async () => {
            supervisor.reconcile([inquire('i')]);
            await clock.advance(3_000);
            supervisor.reconcile([inquire('i')]);
            await clock.advance(2_000);
            assert.deepEqual(times(), [5_000]);
        });
    });

    describe('a move', () => {
        test('starts once, and never again while it is named', async () => {
            supervisor.reconcile([deliver('d')]);
            await end();
            supervisor.reconcile([deliver('d')]);
            await clock.advance(1_000_000);
            assert.equal(attempts.length, 1);
        });

        test('is in flight until its result is durable, also when it is no longer named', async () => {
            supervisor.reconcile([deliver('d')]);
            supervisor.reconcile([]);
            supervisor.reconcile([deliver('d')]);
            assert.equal(attempts.length, 1);
        });
    });

    describe('a hold', () => {
        test('begins when named, ends when not, the old before the new', () => {
            supervisor.reconcile([arm('a:0')]);
            supervisor.reconcile([arm('a:1')]);
            supervisor.reconcile([]);
            assert.deepEqual(held, ['on a:0', 'off a:0', 'on a:1', 'off a:1']);
        });

        test('a wait ends when it is over, and not at all when it is no longer named', async () => {
            supervisor.reconcile([wait('w', 1_000), wait('gone', 1_000)]);
            supervisor.reconcile([wait('w', 1_000)]);
            await clock.advance(1_000);
            supervisor.reconcile([]);
            await end();
            await clock.advance(100_000);
            assert.deepEqual(
                attempts.map((attempt) => attempt.id),
                ['w'],
            );
        });

        test('a wait whose end changed nothing is waited for again: it must not be lost', async () => {
            supervisor.reconcile([wait('w', 1_000)]);
            await clock.advance(1_000);
            await end();
            await clock.advance(999);
            assert.equal(attempts.length, 1);
            await clock.advance(1);
            assert.equal(attempts.length, 2);
        });
    });

    describe('a connection that comes back', () => {
        test('a grown backoff begins anew; waits and first attempts keep their time', async () => {
            supervisor.reconcile([cancel('c'), inquire('i'), wait('w', 200_000)]);
            for (const pause of [2_000, 3_000]) {
                await end(attempts.findLastIndex((attempt) => attempt.id === 'c'));
                await clock.advance(pause);
            }
            await end(attempts.findLastIndex((attempt) => attempt.id === 'c'));
            const before = attempts.filter((attempt) => attempt.id === 'c').length;
            supervisor.resetBackoff();
            await clock.advance(2_000);
            assert.equal(attempts.filter((attempt) => attempt.id === 'c').length, before + 1);
            assert.deepEqual(
                attempts.filter((attempt) => attempt.id === 'i').map((attempt) => attempt.at),
                [5_000],
            );
            assert.ok(!attempts.some((attempt) => attempt.id === 'w'));
        });
    });

    test('stopped: no new attempt, nothing prepared, holds released, no timer left', async () => {
        supervisor.reconcile([cancel('c'), inquire('i'), arm('a'), wait('w', 5)]);
        supervisor.stop();
        await end(0);
        supervisor.prepare([cancel('x')]);
        supervisor.reconcile([cancel('y')]);
        await clock.advance(100_000);
        assert.equal(attempts.length, 1);
        assert.deepEqual(held, ['on a', 'off a']);
        assert.deepEqual(prepared, []);
        assert.equal(clock.pending, 0);
    });
});
