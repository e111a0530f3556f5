/**
 * Limits: how often somebody may knock. Token buckets in bounded memory, measured by the monotonic clock.
 */
import type { Clock } from '../ports/clock.ts';

export interface Rate {
    /** Knocks that may come at once. */
    readonly burst: number;
    /** Knocks that are given back each second. */
    readonly perSecond: number;
}

interface Bucket {
    left: number;
    atMs: number;
}

/** One bucket a name. Of many names only the latest are remembered: an attacker with many addresses meets the bucket for all. */
export class RateLimit {
    readonly #rate: Rate;
    readonly #clock: Clock;
    readonly #namesMax: number;
    readonly #buckets = new Map<string, Bucket>();

    constructor(order: { rate: Rate; clock: Clock; namesMax: number }) {
        this.#rate = order.rate;
        this.#clock = order.clock;
        this.#namesMax = order.namesMax;
    }

    /** Takes one knock of this name; false when it has none left. */
    take(name: string): boolean {
        const nowMs = this.#clock.monoMs();
        const { burst, perSecond } = this.#rate;
        const bucket = this.#buckets.get(name) ?? { left: burst, atMs: nowMs };
        bucket.left = Math.min(burst, bucket.left + (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond);
        bucket.atMs = nowMs;
        const allowed = bucket.left >= 1;
        if (allowed) bucket.left -= 1;
        // Deleted and set again, a name moves to the end: the first key is always the one unheard of for longest.
        this.#buckets.delete(name);
        this.#buckets.set(name, bucket);
        if (this.#buckets.size > this.#namesMax) this.#buckets.delete(this.#buckets.keys().next().value!);
        return allowed;
    }

    /** Names held in memory. */
    get size(): number {
        return this.#buckets.size;
    }
}

/**
 * Whom a request counts for: its address, IPv6 by its /64; undefined when everybody would look alike.
 *
 * Behind a tunnel or proxy on this machine every outsider comes from loopback: there the last entry of X-Forwarded-For, which the proxy
 * wrote itself, tells them apart. From any other peer that header is an outsider's own claim, and is not read.
 */
export function callerOf(remoteAddress: string | undefined, forwardedFor: string | undefined): string | undefined {
    const remote = (remoteAddress ?? '').replace(/^::ffff:/, '');
    if (remote !== '::1' && !remote.startsWith('127.')) return remote === '' ? undefined : network(remote);
    const last = forwardedFor?.split(',').at(-1)?.trim() ?? '';
    return /^[0-9A-Fa-f.:]{2,45}$/.test(last) ? network(last) : undefined;
}

function network(address: string): string {
    if (!address.includes(':') || address.includes('.')) return address;
    const [head = '', tail = ''] = address.split('::');
    const front = head === '' ? [] : head.split(':');
    const back = tail === '' ? [] : tail.split(':');
    const zeros = address.includes('::') ? Math.max(0, 8 - front.length - back.length) : 0;
    return [...front, ...Array<string>(zeros).fill('0'), ...back]
        .slice(0, 4)
        .map((group) => Number.parseInt(group, 16).toString(16))
        .join(':');
}
