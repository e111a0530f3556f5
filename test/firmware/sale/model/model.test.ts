/**
 * The core against a hostile world: random sales, faults, power cuts and operators; the invariants are in invariants.ts, what may break
 * stands at the top of gateway-model.ts and kiosk-model.ts.
 *
 * TILL_MODEL_SEED and TILL_MODEL_RUNS choose other lives; a failure names its seed, which alone plays it again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { play } from './play.ts';

const seed = Number(process.env.TILL_MODEL_SEED ?? 1);
const runs = Number(process.env.TILL_MODEL_RUNS ?? 2_500);
const moves = 200;

test(`${runs} lives of a kiosk from seed ${seed}`, (t) => {
    const seen = new Map<string, number>();
    for (let run = 0; run < runs; run++) {
        for (const event of play(seed + run, moves).events) seen.set(event.type, (seen.get(event.type) ?? 0) + 1);
    }
    t.diagnostic(`seeds ${seed} to ${seed + runs - 1}: ${[...seen].map(([type, count]) => `${type} ${count}`).join(', ')}`);
    // A model that never gets into trouble proves nothing.
    for (const type of [
        'deliveryJudged',
        'lateSettled',
        'amountDiffers',
        'refundFailed',
        'stillMissing',
        'saleResolved',
        'saleReopened',
        'scanRefused',
    ]) {
        assert.ok((seen.get(type) ?? 0) >= runs / 100, `${type} hardly ever happened`);
    }
});

test('long lives, in which sales come back', () => {
    for (let run = 0; run < runs / 50; run++) play(1_000_000 + seed + run, 1_000);
});

test('canary: a restart that is not announced is found', () => {
    assert.throws(() => playMany({ withoutStarted: true }), /moved twice|sent twice/);
});

test('canary: money that nobody tells of is found', () => {
    assert.throws(() => playMany({ silentBooking: true }), /keeps what the gateway does not say|charged twice/);
});

function playMany(breach: Parameters<typeof play>[2]): void {
    for (let run = 0; run < 300; run++) play(5_000 + run, moves, breach);
}
