/** Clock: the only way to learn the time or to wait. The simulator brings its own. */

export interface Timer {
    cancel(): void;
}

export interface Clock {
    /** Milliseconds since 1970, from the system's clock: may jump. */
    wallMs(): number;
    /** Milliseconds from an arbitrary zero, never going back: measures every wait. */
    monoMs(): number;
    /** Calls `run` once after `ms` of monotonic time, never within this call. */
    after(ms: number, run: () => void): Timer;
}
