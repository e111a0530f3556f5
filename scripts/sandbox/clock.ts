/**
 * Clock of the sandbox: the system's time plus an offset that an administrator sets, with timers that follow the offset.
 *
 * Rules: a timer whose moment an advance jumps over fires at once; nothing fires inside the call that set it.
 */
import type { Clock, Timer } from '../../firmware/ports/clock.ts';

const longestWaitMs = 2_000_000_000;

export const systemClock: Clock = {
    wallMs: () => Date.now(),
    monoMs: () => performance.now(),
    after(ms, run) {
        const timer = setTimeout(run, ms);
        return { cancel: () => clearTimeout(timer) };
    },
};

interface Task {
    readonly atMs: number;
    readonly run: () => void;
}

export class VirtualClock {
    readonly #base: Clock;
    readonly #tasks = new Set<Task>();
    #offsetMs = 0;
    #timer: Timer | undefined;
    #closed = false;

    constructor(base: Clock, offsetMs = 0) {
        this.#base = base;
        this.#offsetMs = offsetMs;
    }

    /** Milliseconds since 1970, with the offset. */
    nowMs(): number {
        return this.#base.wallMs() + this.#offsetMs;
    }

    /** Milliseconds since 1970, without the offset. */
    systemMs(): number {
        return this.#base.wallMs();
    }

    get offsetMs(): number {
        return this.#offsetMs;
    }

    setOffset(ms: number): void {
        this.#offsetMs = ms;
        this.#arm();
    }

    /** Calls `run` once the clock shows `atMs` or later; the returned function forgets it. */
    at(atMs: number, run: () => void): () => void {
        if (this.#closed) return () => {};
        const task = { atMs, run };
        this.#tasks.add(task);
        this.#arm();
        return () => {
            this.#tasks.delete(task);
            this.#arm();
        };
    }

    close(): void {
        this.#closed = true;
        this.#tasks.clear();
        this.#timer?.cancel();
    }

    #arm(): void {
        this.#timer?.cancel();
        this.#timer = undefined;
        if (this.#tasks.size === 0 || this.#closed) return;
        let next = Number.POSITIVE_INFINITY;
        for (const task of this.#tasks) next = Math.min(next, task.atMs);
        const waitMs = Math.min(Math.max(next - this.nowMs(), 0), longestWaitMs);
        this.#timer = this.#base.after(waitMs, () => this.#fire());
    }

    #fire(): void {
        const due = [...this.#tasks].filter((task) => task.atMs <= this.nowMs()).sort((a, b) => a.atMs - b.atMs);
        for (const task of due) {
            if (!this.#tasks.delete(task)) continue;
            task.run();
        }
        this.#arm();
    }
}

const zoneMs = 8 * 3_600_000;

/** ISO 8601 in UTC+8, seconds precision, as the gateway writes it (protocol §3.4). */
export function isoTime(ms: number): string {
    return `${new Date(ms + zoneMs).toISOString().slice(0, 19)}+08:00`;
}

/** `YYYYMMDD` in UTC+8, the gateway's day. */
export function gatewayDay(ms: number): string {
    return new Date(ms + zoneMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/** When the cancel window of a payment made at `createdMs` closes: 00:15 UTC+8 of the next day (protocol §5.2). */
export function cancelWindowEndMs(createdMs: number): number {
    const dayMs = 86_400_000;
    const midnight = Math.floor((createdMs + zoneMs) / dayMs) * dayMs + dayMs - zoneMs;
    return midnight + 15 * 60_000;
}
