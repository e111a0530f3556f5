/** World keeper: whose word about the time is taken, and what is left behind when it stops. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldKeeper } from '../../../firmware/runtime/world-keeper.ts';
import { ManualClock, settled } from '../../drivers/manual-clock.ts';
import { policy } from '../sale/policy.ts';
import { deferred, quiet } from './fakes.ts';

const day = 86_400_000;

function keeperOn(journal: { writable: boolean; reserveLow: boolean; checkRoom?: () => Promise<void> }) {
    const clock = new ManualClock();
    const told: { skewMs: number | undefined; changes: number } = { skewMs: undefined, changes: 0 };
    const keeper = new WorldKeeper({
        clock,
        log: quiet,
        policy,
        devices: {},
        skewMs: () => told.skewMs,
        journal,
        damaged: false,
        changed: () => {
            told.changes += 1;
        },
    });
    keeper.start(clock.wallMs());
    return { clock, keeper, told };
}

test('a gateway that tells another time than a clock that has jumped confirms nothing, and the clock put right is right at once', () => {
    const { clock, keeper, told } = keeperOn({ writable: true, reserveLow: false });
    const began = clock.wallMs();
    told.skewMs = 0;
    keeper.probed({ kind: 'ok' });
    clock.jump(day);
    told.skewMs = -day;
    keeper.probed({ kind: 'ok' });
    assert.equal(keeper.world.clock.trusted, false);
    // A record with tomorrow's time would hold every later one there, and a restart would find a journal from the future.
    assert.equal(keeper.nowMs(), began);
    clock.jump(-day);
    told.skewMs = 0;
    keeper.probed({ kind: 'ok' });
    assert.deepEqual([keeper.world.clock.trusted, keeper.nowMs()], [true, began]);
});

test('a machine that slept is right as soon as the gateway tells the same time', () => {
    const { clock, keeper, told } = keeperOn({ writable: true, reserveLow: false });
    clock.jump(day);
    keeper.probed({ kind: 'unsent', reason: 'no connection' });
    assert.deepEqual([keeper.world.clock.reason, keeper.nowMs()], ['the clock has jumped', clock.wallMs() - day]);
    told.skewMs = 500;
    keeper.probed({ kind: 'ok' });
    assert.deepEqual([keeper.world.clock.trusted, keeper.nowMs()], [true, clock.wallMs()]);
});

test('a look at the disk that comes back after the stop changes nothing and begins nothing', async () => {
    const looked = deferred<void>();
    const journal = { writable: true, reserveLow: false, checkRoom: () => looked.promise };
    const { clock, keeper, told } = keeperOn(journal);
    keeper.stop();
    const { changes } = told;
    journal.writable = false;
    looked.resolve();
    await settled();
    assert.deepEqual([clock.pending, told.changes], [0, changes]);
});
