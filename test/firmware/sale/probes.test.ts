/** Probes: what is asked of the gateway while nothing is sold, so that selling can begin again by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyState } from '../../../firmware/sale/state.ts';
import { stepsOf } from '../../../firmware/sale/steps.ts';
import type { World } from '../../../firmware/sale/world.ts';
import { world } from './policy.ts';

const probes = (change: Partial<World>) =>
    stepsOf(emptyState, { ...world, ...change })
        .filter((step) => step.kind === 'probe')
        .map((step) => step.id);
const skewed = { trusted: false, reason: 'the clock differs from the gateway by more than two minutes' };

test('a gateway that answers, and a clock that is right: none', () => {
    assert.deepEqual(probes({}), []);
});

test('a gateway that was not asked yet, that cannot be reached, that refuses', () => {
    for (const standing of ['unproven', 'unreachable', 'refusing'] as const) {
        assert.deepEqual(probes({ gateway: { standing, reason: '' } }), [`probe:${standing}`]);
    }
});

test('a clock that differs from the gateway: only another answer can say that it is right again', () => {
    assert.deepEqual(probes({ clock: skewed }), [`probe:reachable:${skewed.reason}`]);
    assert.notDeepEqual(probes({ clock: { trusted: false, reason: 'the clock has jumped' } }), probes({ clock: skewed }));
});

test('a kiosk that stops asks nothing', () => {
    assert.deepEqual(probes({ clock: skewed, stopping: true }), []);
});
