/** A clock that stands still until a test moves it. */
import type { Clock, Timer } from '../../firmware/ports/clock.ts';

interface Alarm {
    readonly at: number;
    readonly run: () => void;
}

export class ManualClock implements Clock {
    #now = 0;
    #wallOffset = 0;
    readonly #alarms = new Set<Alarm>();

    wallMs(): number {
        return Date.UTC(2026, 0, 1) + this.#wallOffset + this.#now;
    }

    /** Puts the wall clock forward or back; the monotonic clock goes on. */
    jump(ms: number): void {
        this.#wallOffset += ms;
    }

    monoMs(): number {
        return this.#now;
    }

    after(ms: number, run: () => void): Timer {
        const alarm = { at: this.#now + ms, run };
        this.#alarms.add(alarm);
        return { cancel: () => void this.#alarms.delete(alarm) };
    }

    /** Timers that are still set. */
    get pending(): number {
        return this.#alarms.size;
    }

    /** Milliseconds from now to the next timer. */
    get nextMs(): number | undefined {
        const next = this.#next();
        return next === undefined ? undefined : next.at - this.#now;
    }

    /** Moves on, running what falls due in its order, each with all that follows from it. */
    async advance(ms: number): Promise<void> {
        const until = this.#now + ms;
        await settled();
        for (;;) {
            const alarm = this.#next();
            if (alarm === undefined || alarm.at > until) break;
            this.#now = Math.max(this.#now, alarm.at);
            this.#alarms.delete(alarm);
            alarm.run();
            await settled();
        }
        this.#now = until;
    }

    #next(): Alarm | undefined {
        let next: Alarm | undefined;
        for (const alarm of this.#alarms) if (next === undefined || alarm.at < next.at) next = alarm;
        return next;
    }
}

/** Lets every promise that can go on go on. */
export async function settled(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
