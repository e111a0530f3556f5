/**
 * Faults: what an administrator tells the sandbox to do wrong, for an API, a number of times, a time, or one payment.
 *
 * Rules: a fault with a count is used up by the requests it spoils; one with a time ends by the virtual clock; several may meet in one request.
 * Never broken: what the book holds. A fault may book or not book, answer or not; the ledger always tells the truth.
 */
import * as v from 'valibot';
import { apiNames, type Spoil } from './ams-call.ts';
import { type Chance, randomToken } from './chance.ts';
import type { VirtualClock } from './clock.ts';

/** What a request may meet. Those that cut, refuse or replace the answer before it exists book nothing unless `books` says so. */
export const requestFaults = {
    resultCode: 'The API always answers `resultCode`, and does nothing (the Dashboard’s error simulation).',
    down: '`mode: reset`: every connection is reset; `mode: refuse`: the listener is closed until the fault ends (needs adminListen; give ttlMs, or end it).',
    slow: 'The answer, already booked, is held for `ms`.',
    slowBefore: 'The request is held for `ms` before it is looked at.',
    noAnswer: 'Nothing is answered, the connection stays open; booked with `books: true`.',
    httpStatus: 'HTTP `status` with a plain text; booked with `books: true`.',
    html: 'HTTP 200 with a HTML page; booked with `books: true`.',
    huge: 'A body of `bytes` (100 MB), without end for a careful reader.',
    empty: 'HTTP 200 without a body.',
    half: 'Half of the promised bytes, then the connection is cut.',
    badSignature: 'The right answer with a wrong signature.',
    unsigned: 'The right answer without a signature.',
    wrongAmount: 'A signed answer over one minor unit more.',
    wrongClientId: 'An answer signed for another Client-Id.',
    wrongRequestId: 'A signed answer about another request id.',
    unknownStatus: 'A signed answer with a resultStatus that nobody knows.',
    dropAfterBooking: 'Booked, then the connection is cut.',
    dropBeforeBooking: 'The connection is cut, nothing is booked.',
    bookLate:
        'pay only: the connection is cut at once; the payment is booked `ms` later, or with `mode: afterCancel` once its id is cancelled. `tombstone: true` lets a tombstone refuse it.',
    pending: 'refund only: REFUND_IN_PROCESS until asked for `asks` more times.',
    clockSkew: 'Response-Time is `ms` ahead (or behind).',
} as const;

/** What a notification may meet; `api` is `notifyPayment`. */
export const noticeFaults = {
    never: 'It is not sent.',
    duplicate: 'It is sent twice at once.',
    reorder: 'It waits until the next notification was sent.',
    delay: 'It is sent `ms` later.',
    badSignature: 'Its signature is wrong.',
    wrongAmount: 'It says one minor unit more.',
    wrongClientId: 'It is signed for another Client-Id.',
} as const;

export type RequestFaultKind = keyof typeof requestFaults;
export type NoticeFaultKind = keyof typeof noticeFaults;

const named = <Schema extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(schema: Schema, text: string) =>
    v.pipe(schema, v.description(text));

export const faultOrder = v.pipe(
    v.strictObject({
        api: named(v.picklist([...apiNames, 'notifyPayment', '*']), 'Which API; `*` is all of them but notifications.'),
        kind: named(
            v.picklist([...(Object.keys(requestFaults) as RequestFaultKind[]), ...(Object.keys(noticeFaults) as NoticeFaultKind[])]),
            'What goes wrong.',
        ),
        count: v.optional(named(v.pipe(v.number(), v.integer(), v.minValue(1)), 'For how many requests; absent: all.')),
        ttlMs: v.optional(
            named(v.pipe(v.number(), v.integer(), v.minValue(1)), 'For how long, by the virtual clock; absent: until removed.'),
        ),
        after: v.optional(named(v.pipe(v.number(), v.integer(), v.minValue(0)), 'How many matching requests go well before.')),
        paymentRequestId: v.optional(named(v.pipe(v.string(), v.maxLength(64)), 'Only requests about this payment.')),
        books: v.optional(named(v.boolean(), 'Do what was asked although the answer is spoiled.')),
        resultCode: v.optional(v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{1,63}$/))),
        resultStatus: v.optional(v.picklist(['S', 'F', 'U'])),
        tombstone: v.optional(v.boolean()),
        mode: v.optional(v.picklist(['reset', 'refuse', 'afterCancel'])),
        ms: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-86_400_000), v.maxValue(86_400_000))),
        status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599))),
        bytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000_000))),
        asks: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
    }),
    v.check((order) => order.kind !== 'resultCode' || order.resultCode !== undefined, 'a fault of kind resultCode needs resultCode'),
    v.check((order) => order.kind !== 'bookLate' || order.api === 'pay', 'bookLate is a fault of pay'),
    v.check((order) => order.kind !== 'pending' || order.api === 'refund', 'pending is a fault of refund'),
    v.check(
        (order) => (order.api === 'notifyPayment' ? Object.hasOwn(noticeFaults, order.kind) : Object.hasOwn(requestFaults, order.kind)),
        'this kind does not belong to this api; GET /openapi.json lists them',
    ),
);
export type FaultOrder = v.InferOutput<typeof faultOrder>;

export interface StandingFault extends FaultOrder {
    readonly id: string;
    /** Requests it spoiled so far. */
    readonly hits: number;
    /** Wall milliseconds of the virtual clock. */
    readonly until?: number;
}

export class FaultBoard {
    readonly #clock: VirtualClock;
    readonly #chance: Chance;
    #faults: (StandingFault & { seen: number; hits: number })[] = [];
    readonly #changed: (() => void)[] = [];

    constructor(needs: { clock: VirtualClock; chance: Chance }) {
        this.#clock = needs.clock;
        this.#chance = needs.chance;
    }

    /** Calls `listener` after faults were added, ended or met. */
    onChange(listener: () => void): void {
        this.#changed.push(listener);
    }

    add(order: FaultOrder): StandingFault {
        const fault = {
            ...order,
            id: `F${randomToken(this.#chance, 8)}`,
            hits: 0,
            seen: 0,
            ...(order.ttlMs === undefined ? {} : { until: this.#clock.nowMs() + order.ttlMs }),
        };
        this.#faults.push(fault);
        this.#tell();
        return shown(fault);
    }

    list(): StandingFault[] {
        this.#sweep();
        return this.#faults.map(shown);
    }

    remove(id: string): boolean {
        const before = this.#faults.length;
        this.#faults = this.#faults.filter((fault) => fault.id !== id);
        this.#tell();
        return this.#faults.length < before;
    }

    clear(): void {
        this.#faults = [];
        this.#tell();
    }

    /** The faults that this request meets; each is counted. */
    take(request: { api: string; paymentRequestId?: string | undefined; kinds?: readonly string[] }): StandingFault[] {
        this.#sweep();
        const met: StandingFault[] = [];
        for (const fault of this.#faults) {
            const fits =
                (fault.api === request.api || (fault.api === '*' && request.api !== 'notifyPayment')) &&
                (fault.paymentRequestId === undefined || fault.paymentRequestId === request.paymentRequestId) &&
                (request.kinds === undefined || request.kinds.includes(fault.kind));
            if (!fits) continue;
            fault.seen += 1;
            if (fault.seen <= (fault.after ?? 0)) continue;
            fault.hits += 1;
            met.push(shown(fault));
        }
        this.#sweep();
        if (met.length > 0) this.#tell();
        return met;
    }

    /** Whether the listener should be closed now. */
    refuses(): boolean {
        this.#sweep();
        return this.#faults.some((fault) => fault.kind === 'down' && fault.mode === 'refuse');
    }

    #tell(): void {
        for (const listener of this.#changed) listener();
    }

    #sweep(): void {
        const now = this.#clock.nowMs();
        this.#faults = this.#faults.filter(
            (fault) => (fault.count === undefined || fault.hits < fault.count) && (fault.until === undefined || fault.until > now),
        );
    }
}

function shown(fault: StandingFault & { seen: number }): StandingFault {
    const { seen: _seen, ...rest } = fault;
    return rest;
}

/** How the faults that met in one request spoil its answer; `books` is false where the operation must not run. */
export function spoilOf(faults: readonly StandingFault[]): { spoil: Spoil; books: boolean } {
    let spoil: Spoil = {};
    let books = true;
    for (const fault of faults) {
        const [part, bookedByDefault] = spoilOfOne(fault);
        spoil = { ...spoil, ...part };
        if (!(fault.books ?? bookedByDefault)) books = false;
    }
    return { spoil, books };
}

function spoilOfOne(fault: StandingFault): [spoil: Spoil, bookedByDefault: boolean] {
    switch (fault.kind as RequestFaultKind) {
        case 'slow':
            return [{ holdMs: fault.ms ?? 5000 }, true];
        case 'noAnswer':
            return [{ silent: true }, false];
        case 'httpStatus':
            return [{ httpStatus: fault.status ?? 500 }, false];
        case 'html':
            return [{ html: true }, false];
        case 'huge':
            return [{ hugeBytes: fault.bytes ?? 100_000_000 }, true];
        case 'empty':
            return [{ empty: true }, true];
        case 'half':
            return [{ half: true }, true];
        case 'badSignature':
            return [{ badSignature: true }, true];
        case 'unsigned':
            return [{ unsigned: true }, true];
        case 'wrongAmount':
            return [{ wrongAmount: true }, true];
        case 'wrongClientId':
            return [{ wrongClientId: true }, true];
        case 'wrongRequestId':
            return [{ wrongRequestId: true }, true];
        case 'unknownStatus':
            return [{ unknownStatus: true }, true];
        case 'dropAfterBooking':
            return [{ drop: true }, true];
        case 'dropBeforeBooking':
            return [{ drop: true }, false];
        case 'clockSkew':
            return [{ skewMs: fault.ms ?? 300_000 }, true];
        case 'resultCode':
        case 'down':
        case 'slowBefore':
        case 'bookLate':
        case 'pending':
            return [{}, true];
    }
}
