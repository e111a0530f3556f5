/**
 * Supervisor: compares the steps that should be under way with those that are, and closes the gap (design §1).
 *
 * Owns attempts, waits and what is on the wire: its memory, not state; after a restart a schedule begins anew. A step is in flight
 * until the events of its result are durable, so `perform` resolves only then.
 */
import type { Clock, Timer } from '../ports/clock.ts';
import type { Schedule, Step } from '../sale/steps.ts';

/** What the supervisor asks of the effects. None of these rejects. */
export interface Performer {
    /** Makes a step's request ready before its record is durable. Returns something that `perform` gets back. */
    prepare(step: Step): unknown;
    /** One attempt; resolves when the events of its result are durable. */
    perform(step: Step, attempt: { last: boolean; prepared: unknown }): Promise<void>;
    /** Begins a *hold* other than a wait; returns how to end it. */
    hold(step: Step): () => void;
}

interface Running {
    step: Step;
    attempts: number;
    phase: 'waiting' | 'blocked' | 'onWire' | 'held' | 'done';
    timer?: Timer;
    release?: () => void;
    named: boolean;
}

const waitAgainMsMin = 1_000;

export class Supervisor {
    readonly #clock: Clock;
    readonly #performer: Performer;
    readonly #running = new Map<string, Running>();
    readonly #prepared = new Map<string, unknown>();
    #stopped = false;

    constructor(options: { clock: Clock; performer: Performer }) {
        this.#clock = options.clock;
        this.#performer = options.performer;
    }

    /** On the staged state: prepares what will be sent once its record is durable, so that signing and syncing run side by side. */
    prepare(steps: readonly Step[]): void {
        if (this.#stopped) return;
        for (const step of steps) {
            if (step.class !== 'write' || step.schedule.firstMs !== 0 || this.#running.has(step.id) || this.#prepared.has(step.id))
                continue;
            this.#prepared.set(step.id, this.#performer.prepare(step));
        }
    }

    /** On the durable state: starts what is newly named, ends what is not. */
    reconcile(steps: readonly Step[]): void {
        if (this.#stopped) return;
        const named = new Map(steps.map((step) => [step.id, step]));
        for (const [id, running] of this.#running) {
            const step = named.get(id);
            if (step === undefined) this.#unname(id, running);
            else {
                running.step = step;
                running.named = true;
            }
        }
        for (const step of steps) {
            if (!this.#running.has(step.id)) this.#begin(step);
        }
        for (const id of this.#prepared.keys()) {
            if (!named.has(id)) this.#prepared.delete(id);
        }
        this.#unblock();
    }

    /** A connection came back: whatever waits in a grown backoff begins its schedule anew. */
    resetBackoff(): void {
        for (const running of this.#running.values()) {
            if (running.phase !== 'waiting' || running.attempts < 2 || running.step.class === 'hold') continue;
            running.timer?.cancel();
            running.attempts = 1;
            this.#wait(running, running.step.schedule.thenMs[0] ?? 0);
        }
    }

    /** Steps with an attempt under way: money or goods may be moving. */
    onWire(): readonly Step[] {
        return [...this.#running.values()].filter((running) => running.phase === 'onWire').map((running) => running.step);
    }

    /** No new attempt from here on; attempts on the wire are left to end by whoever waits for them. */
    stop(): void {
        this.#stopped = true;
        for (const running of this.#running.values()) {
            running.timer?.cancel();
            running.release?.();
            delete running.release;
        }
        this.#prepared.clear();
    }

    #begin(step: Step): void {
        const running: Running = { step, attempts: 0, phase: 'waiting', named: true };
        this.#running.set(step.id, running);
        if (step.class === 'hold' && step.kind !== 'wait') {
            running.phase = 'held';
            running.release = this.#performer.hold(step);
            return;
        }
        if (step.schedule.firstMs === 0) this.#attempt(running);
        else this.#wait(running, step.schedule.firstMs);
    }

    #unname(id: string, running: Running): void {
        running.named = false;
        running.timer?.cancel();
        running.release?.();
        delete running.release;
        // What is on the wire ends by itself, and its answer is still an input.
        if (running.phase !== 'onWire') this.#running.delete(id);
    }

    #wait(running: Running, ms: number): void {
        running.phase = 'waiting';
        running.timer = this.#clock.after(ms, () => this.#attempt(running));
    }

    #attempt(running: Running): void {
        if (this.#stopped || !running.named) return;
        const { step } = running;
        if (step.afterStep !== undefined && this.#running.get(step.afterStep)?.phase === 'onWire') {
            running.phase = 'blocked';
            return;
        }
        running.phase = 'onWire';
        running.attempts += 1;
        const pause = pauseAfter(step.schedule, running.attempts);
        const prepared = this.#prepared.get(step.id);
        this.#prepared.delete(step.id);
        void this.#performer.perform(step, { last: pause === undefined, prepared }).then(() => this.#ended(running, pause));
    }

    #ended(running: Running, pause: number | undefined): void {
        if (this.#stopped) return;
        running.phase = 'done';
        if (!running.named) this.#running.delete(running.step.id);
        else if (pause !== undefined) this.#wait(running, pause);
        // A wait that is over and still named was told at a moment that did not name it: it is waited for again, not lost.
        else if (running.step.kind === 'wait') this.#wait(running, Math.max(running.step.schedule.firstMs, waitAgainMsMin));
        this.#unblock();
    }

    #unblock(): void {
        for (const running of this.#running.values()) {
            if (running.phase === 'blocked') this.#attempt(running);
        }
    }
}

/** The wait after so many attempts, ms; undefined when the schedule has no further one. */
export function pauseAfter(schedule: Schedule, attempts: number): number | undefined {
    const listed = schedule.thenMs[attempts - 1];
    if (listed !== undefined) return listed;
    if (schedule.after === 'stop') return undefined;
    if (schedule.after === 'repeat') return schedule.thenMs.at(-1) ?? schedule.firstMs;
    const doublings = Math.min(attempts - 1 - schedule.thenMs.length, 30);
    return Math.min(schedule.after.fromMs * 2 ** doublings, schedule.after.doubleUpToMs);
}
