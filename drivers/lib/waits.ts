/** Waits: pauses by the till's clock that a close cuts short. */
import type { Clock, Timer } from '../../firmware/ports/clock.ts';

export class Waits {
    readonly #clock: Clock;
    readonly #pending = new Map<(passed: boolean) => void, Timer>();
    #closed = false;

    constructor(clock: Clock) {
        this.#clock = clock;
    }

    /** Resolves true after `ms`, or false when the waits are closed before. */
    pass(ms: number): Promise<boolean> {
        return new Promise((resolve) => {
            if (this.#closed) return resolve(false);
            const timer = this.#clock.after(ms, () => {
                this.#pending.delete(resolve);
                resolve(true);
            });
            this.#pending.set(resolve, timer);
        });
    }

    /** Never passes, and resolves false at the close. */
    forever(): Promise<boolean> {
        return new Promise((resolve) => {
            if (this.#closed) return resolve(false);
            this.#pending.set(resolve, { cancel: () => undefined });
        });
    }

    close(): void {
        this.#closed = true;
        for (const [resolve, timer] of this.#pending) {
            timer.cancel();
            resolve(false);
        }
        this.#pending.clear();
    }
}
