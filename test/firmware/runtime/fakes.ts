/** Fakes of the runtime's ports: a journal whose syncs a test lets end, a gateway whose answers it gives, devices that it moves. */
import type {
    DeliveryOutcome,
    DeviceStatus,
    Dispenser,
    Display,
    Frame,
    Scan,
    Scanner,
    SlotStatus,
} from '../../../firmware/ports/devices.ts';
import { Fault } from '../../../firmware/ports/fault.ts';
import type { Call, Gateway, PayOrder, RefundOrder } from '../../../firmware/ports/gateway.ts';
import type { Ids } from '../../../firmware/ports/ids.ts';
import type { Journal, JournalEntry, JournalRecord } from '../../../firmware/ports/journal.ts';
import type { Log } from '../../../firmware/ports/log.ts';

export const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export function countingIds(): Ids {
    let made = 0;
    return { nonce: () => `N${++made}` };
}

export interface Deferred<Value> {
    readonly promise: Promise<Value>;
    resolve(value: Value): void;
    reject(thrown: unknown): void;
}

export function deferred<Value>(): Deferred<Value> {
    return Promise.withResolvers<Value>();
}

/** Appends wait for `sync` or `fail` when `held`, else they are durable at once. */
export class FakeJournal implements Journal {
    readonly records_: JournalRecord[] = [];
    readonly checkpoints: unknown[] = [];
    /** Types of each commit that was asked for. */
    readonly asked: string[][] = [];
    held = false;
    writable = true;
    reserveLow = false;
    closed = false;
    #waiting: { readonly entries: readonly JournalEntry[]; readonly done: Deferred<readonly JournalRecord[]> } | undefined;

    get headSeq(): number {
        return this.records_.length;
    }

    append(entries: readonly JournalEntry[]): Promise<readonly JournalRecord[]> {
        if (this.#waiting !== undefined) throw new Error('two appends at a time');
        if (!this.writable) return Promise.reject(failed());
        this.asked.push(entries.map((entry) => entry.type));
        const done = deferred<readonly JournalRecord[]>();
        this.#waiting = { entries, done };
        if (!this.held) this.sync();
        return done.promise;
    }

    /** The commit under way is durable. */
    sync(): void {
        const waiting = this.#take();
        const records = waiting.entries.map((entry, place) => ({
            ...entry,
            seq: this.records_.length + place + 1,
            time: new Date(entry.at).toISOString(),
            mono: 0,
            boot: 'b',
        }));
        this.records_.push(...(JSON.parse(JSON.stringify(records)) as JournalRecord[]));
        waiting.done.resolve(records);
    }

    fail(): void {
        this.writable = false;
        this.#take().done.reject(failed());
    }

    #take() {
        const waiting = this.#waiting;
        if (waiting === undefined) throw new Error('no append is under way');
        this.#waiting = undefined;
        return waiting;
    }

    checkpoint(state: unknown): Promise<void> {
        this.checkpoints.push(state);
        return Promise.resolve();
    }
    recordsOf(): Promise<readonly JournalRecord[]> {
        return Promise.resolve([]);
    }
    async *records(): AsyncIterable<JournalRecord> {
        yield* this.records_;
    }
    newest(): Promise<readonly JournalRecord[]> {
        return Promise.resolve([]);
    }
    close(): Promise<void> {
        this.closed = true;
        return Promise.resolve();
    }
}

function failed(): Fault {
    return new Fault({ code: 'FAKE_SYNC_FAILED', kind: 'storage', message: 'The fake journal was told to fail.' });
}

/** One request: made (prepared), perhaps sent, perhaps answered by the test. */
export interface Asked {
    readonly api: 'pay' | 'inquiry' | 'cancel' | 'refund' | 'inquiryRefund' | 'probe';
    readonly order: unknown;
    sent: boolean;
    answer(answer: unknown): void;
}

export class FakeGateway implements Gateway {
    readonly asked: Asked[] = [];
    /** Answers a probe at once, so that selling begins. */
    reachable = true;

    sent(api: Asked['api']): readonly Asked[] {
        return this.asked.filter((one) => one.api === api && one.sent);
    }

    pay(order: PayOrder) {
        return this.#call<never>('pay', order);
    }
    inquirePayment(order: object) {
        return this.#call<never>('inquiry', order);
    }
    cancel(order: object) {
        return this.#call<never>('cancel', order);
    }
    refund(order: RefundOrder) {
        return this.#call<never>('refund', order);
    }
    inquireRefund(order: object) {
        return this.#call<never>('inquiryRefund', order);
    }
    probe(order: object) {
        const call = this.#call<{ kind: 'ok' }>('probe', order);
        return this.reachable ? { send: () => Promise.resolve({ kind: 'ok' as const }) } : call;
    }
    readNotification() {
        return { kind: 'ignored', notifyType: 'FAKE' } as const;
    }
    acknowledge() {
        return Promise.resolve({ status: 200, headers: {}, body: '' });
    }
    skewMs() {
        return undefined;
    }
    warm() {
        return Promise.resolve();
    }
    close() {
        return Promise.resolve();
    }

    #call<Answer>(api: Asked['api'], order: unknown): Call<Answer> {
        const done = deferred<Answer>();
        const asked: Asked = { api, order, sent: false, answer: (answer) => done.resolve(answer as Answer) };
        this.asked.push(asked);
        return {
            send: (onFirstByte) => {
                if (asked.sent) throw new Error(`${api} was sent twice by one call`);
                asked.sent = true;
                onFirstByte?.();
                return done.promise;
            },
        };
    }
}

const online: DeviceStatus = { state: 'online', reason: '' };

abstract class FakeDevice {
    readonly #listeners = new Set<(status: DeviceStatus) => void>();
    #status = online;
    closed = false;

    status(): DeviceStatus {
        return this.#status;
    }
    onStatus(listener: (status: DeviceStatus) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }
    turn(state: DeviceStatus['state']): void {
        this.#status = { state, reason: state === 'online' ? '' : 'told so' };
        for (const listener of this.#listeners) listener(this.#status);
    }
    close(): Promise<void> {
        this.closed = true;
        return Promise.resolve();
    }
}

export class FakeScanner extends FakeDevice implements Scanner {
    armed = false;
    readonly #scans: Scan[] = [];
    #wake: (() => void) | undefined;

    scan(text: string): void {
        if (!this.armed) return;
        this.#scans.push({ text });
        this.#wake?.();
    }
    async *scans(): AsyncIterable<Scan> {
        while (!this.closed) {
            const scan = this.#scans.shift();
            if (scan !== undefined) yield scan;
            else await new Promise<void>((resolve) => (this.#wake = resolve));
        }
    }
    override close(): Promise<void> {
        const closed = super.close();
        this.#wake?.();
        return closed;
    }
    arm(): void {
        this.armed = true;
    }
    disarm(): void {
        this.armed = false;
    }
    dropped(): Readonly<Record<string, number>> {
        return {};
    }
}

/** Frames stand on the glass when the test says so, or at once. */
export class FakeDisplay extends FakeDevice implements Display {
    readonly form = 'svg' as const;
    readonly width = 400;
    readonly height = 300;
    readonly depth = 1;
    readonly refreshMs = 2_000;
    readonly frames: Frame[] = [];
    held = false;
    #waiting: Deferred<void> | undefined;

    show(frame: Frame): Promise<void> {
        if (this.#waiting !== undefined) throw new Error('two frames at a time');
        this.frames.push(frame);
        if (!this.held) return Promise.resolve();
        this.#waiting = deferred<void>();
        return this.#waiting.promise;
    }
    confirm(): void {
        const waiting = this.#waiting;
        this.#waiting = undefined;
        waiting?.resolve();
    }
    break(): void {
        const waiting = this.#waiting;
        this.#waiting = undefined;
        waiting?.reject(new Fault({ code: 'FAKE_DISPLAY_FAULT', kind: 'device', message: 'The fake display was told to fail.' }));
    }
}

export class FakeDispenser extends FakeDevice implements Dispenser {
    readonly moves: string[] = [];
    readonly recalls: string[] = [];
    readonly outcomes: Deferred<DeliveryOutcome>[] = [];

    slots(): readonly string[] {
        return ['A1', 'A2', 'B1'];
    }
    ready(): SlotStatus {
        return { ready: true, reason: '' };
    }
    deliver(order: { deliveryId: string; slot: string }): Promise<DeliveryOutcome> {
        this.moves.push(order.slot);
        const outcome = deferred<DeliveryOutcome>();
        this.outcomes.push(outcome);
        return outcome.promise;
    }
    recall(order: { deliveryId: string; slot: string }): Promise<DeliveryOutcome> {
        this.recalls.push(order.deliveryId);
        return Promise.resolve(fell);
    }
    onSlots(): () => void {
        return () => undefined;
    }
}

export const fell: DeliveryOutcome = { outcome: 'delivered', evidence: { grade: 'seen', detail: 'dropped' } };
