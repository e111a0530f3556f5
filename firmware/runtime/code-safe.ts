/**
 * Code safe: the only place that holds a customer's payment code in clear, in memory, from the scan until its `pay` can no longer be
 * asked (design §1, §3 "The payment code").
 *
 * Rules: nothing here is logged, thrown or written; outside, a code is its class, its keyed hash and a handle.
 */
import { createHmac } from 'node:crypto';

export class CodeSafe {
    readonly #deviceKey: Uint8Array;
    readonly #codes = new Map<string, string>();
    /** Handles that no decision has seen yet. */
    readonly #undecided = new Set<string>();
    #handles = 0;

    /** @param deviceKey at least 32 random bytes that stay on this machine. */
    constructor(deviceKey: Uint8Array) {
        this.#deviceKey = deviceKey;
    }

    /** Keeps a code; `hash` is HMAC-SHA-256 under the device key, hex, so that a stolen journal cannot be searched for codes. */
    keep(code: string): { handle: string; hash: string } {
        this.#handles += 1;
        const handle = `code-${this.#handles}`;
        this.#codes.set(handle, code);
        this.#undecided.add(handle);
        return { handle, hash: createHmac('sha256', this.#deviceKey).update(code).digest('hex') };
    }

    /** The code behind a handle; undefined once it was dropped, or after a restart. */
    read(handle: string): string | undefined {
        return this.#codes.get(handle);
    }

    /** The scan has been decided: from here on only a step that names the handle keeps its code. */
    decided(handle: string): void {
        this.#undecided.delete(handle);
    }

    /** Forgets every decided code whose handle is not in `needed`. */
    retain(needed: ReadonlySet<string>): void {
        for (const handle of this.#codes.keys()) {
            if (!needed.has(handle) && !this.#undecided.has(handle)) this.#codes.delete(handle);
        }
    }

    get size(): number {
        return this.#codes.size;
    }
}
