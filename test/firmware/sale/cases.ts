/**
 * Cases: tables of records, one happening, and what must follow. Events are compared in their order, each by the fields that the table
 * names; alarms only where the table names some; steps by their ids.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from '../../../firmware/sale/decide.ts';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import { evolve } from '../../../firmware/sale/evolve.ts';
import type { Happening, Input } from '../../../firmware/sale/inputs.ts';
import { emptyState, type TillState } from '../../../firmware/sale/state.ts';
import { stepsOf } from '../../../firmware/sale/steps.ts';
import { saleView } from '../../../firmware/sale/view.ts';
import type { Policy, World } from '../../../firmware/sale/world.ts';
import { checkHold } from './hold.ts';
import { worldWith } from './policy.ts';
import { t0 } from './records.ts';

type Partially<Event> = Event extends { readonly type: string } ? Partial<Event> & Pick<Event, 'type'> : never;

export interface Case {
    readonly name: string;
    readonly given: readonly TillEvent[];
    readonly when: Happening;
    /** Milliseconds after the records. */
    readonly afterMs?: number;
    readonly world?: Partial<World>;
    readonly policy?: Partial<Policy>;
    /** All events in their order, alarms aside. */
    readonly follows: readonly Partially<TillEvent>[];
    /** What the alarms are about. */
    readonly alarms?: readonly string[];
    /** Ids of steps that must be named, or must not, once the events are folded. */
    readonly steps?: readonly string[];
    readonly noSteps?: readonly (string | RegExp)[];
    readonly reply?: object;
    /** Fields of the sale as the API shows it, where it is still in the state. */
    readonly view?: object;
}

export function fold(events: readonly TillEvent[], from: TillState = emptyState): TillState {
    return events.reduce(evolve, from);
}

export function inputOf(happening: Happening, afterMs = 1_000): Input {
    return { ...happening, now: t0 + afterMs, nonce: 'NEW' } as Input;
}

export function runCases(cases: readonly Case[]): void {
    for (const one of cases) test(one.name, () => runCase(one));
}

function runCase(one: Case): void {
    const world = worldWith(one.world ?? {}, one.policy);
    const before = fold(one.given);
    const { events, reply } = decide(before, world, inputOf(one.when, one.afterMs));
    const told = events.filter((event) => event.type !== 'alertRaised');
    assert.deepEqual(
        told.map((event) => event.type),
        one.follows.map((event) => event.type),
    );
    for (const [place, expected] of one.follows.entries()) assert.partialDeepStrictEqual(told[place], expected);
    if (one.alarms !== undefined) {
        assert.deepEqual(
            events.flatMap((event) => (event.type === 'alertRaised' ? [event.about] : [])),
            one.alarms,
        );
    }
    const after = fold(events, before);
    checkHold(after, world);
    const steps = stepsOf(after, world).map((step) => step.id);
    for (const id of one.steps ?? []) assert.ok(steps.includes(id), `${id} is not among ${steps.join(' ')}`);
    for (const id of one.noSteps ?? []) {
        assert.ok(!steps.some((step) => (typeof id === 'string' ? step === id : id.test(step))), `${id} is among ${steps.join(' ')}`);
    }
    if (one.reply !== undefined) assert.partialDeepStrictEqual(reply, one.reply);
    if (one.view !== undefined) assert.partialDeepStrictEqual(saleView(after.sales['S1']!), one.view);
}
