/** Standing: a device's status word with those who listen to it. Listeners run after the call that changed it, never within. */
import type { DeviceState, DeviceStatus } from '../../firmware/ports/devices.ts';

export class Standing {
    #status: DeviceStatus;
    #closed = false;
    readonly #listeners = new Set<(status: DeviceStatus) => void>();

    constructor(first: DeviceStatus) {
        this.#status = first;
    }

    status(): DeviceStatus {
        return this.#status;
    }

    /** True when that is news. */
    set(state: DeviceState, reason: string): boolean {
        if (this.#closed || (this.#status.state === state && this.#status.reason === reason)) return false;
        const status = { state, reason };
        this.#status = status;
        queueMicrotask(() => {
            for (const listener of [...this.#listeners]) listener(status);
        });
        return true;
    }

    onStatus(listener: (status: DeviceStatus) => void): () => void {
        // A wrapper of its own, so that one function registered twice is called twice and taken back once.
        const own = (status: DeviceStatus) => listener(status);
        if (!this.#closed) this.#listeners.add(own);
        return () => void this.#listeners.delete(own);
    }

    /** The last word; nobody is called any more. */
    close(): void {
        this.#closed = true;
        this.#listeners.clear();
        this.#status = { state: 'offline', reason: 'closed' };
    }
}
