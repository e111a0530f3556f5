/**
 * Till: the loop. One turn at a time: decide every input on the staged state, append the turn's events as one commit, and only then
 * let steps, screens and callers see them (design §1).
 *
 * Rules: nothing acts on a state that is not durable; a failed append throws the staged state away. Whoever submits is answered after
 * the sync. Keeps no module state: a crashed instance is abandoned and a new one starts on the same disk.
 */
import type { Clock } from '../ports/clock.ts';
import { faultOf } from '../ports/fault.ts';
import type { Ids } from '../ports/ids.ts';
import type { Journal, JournalRecord, OpenedJournal } from '../ports/journal.ts';
import type { Log } from '../ports/log.ts';
import { decide } from '../sale/decide.ts';
import type { TillEvent } from '../sale/events.ts';
import { evolve } from '../sale/evolve.ts';
import type { Happening, Input, Reply } from '../sale/inputs.ts';
import { emptyState, foldNumber, type Sale, type TillState } from '../sale/state.ts';
import { type Step, stepsOf } from '../sale/steps.ts';
import type { World } from '../sale/world.ts';

/** What a commit changed, for whoever shows or acts on it. */
export interface Commit {
    readonly records: readonly JournalRecord[];
    readonly before: TillState;
    readonly after: TillState;
    /** Every sale that changed, as it stands now; ended ones, which have left the state, among them. */
    readonly sales: ReadonlyMap<string, { readonly seq: number; readonly sale: Sale }>;
}

/** The parts of the runtime that the loop drives. */
export interface TillParts {
    world(): World;
    /** The staged state is known, its records are not durable yet. */
    onStaged(staged: TillState, steps: readonly Step[]): void;
    /** The durable state or the world changed. */
    onDurable(durable: TillState, steps: readonly Step[]): void;
    onCommit(commit: Commit): void;
    /** An append failed: nothing more can be sold. */
    onJournalFailed(thrown: unknown): void;
    /** An assertion failed: the process must end, the journal decides (style A6). */
    onBug(thrown: unknown): void;
}

interface Waiting {
    readonly happening: Happening;
    /** Asked of the staged state in the turn itself. */
    readonly when?: (staged: TillState) => boolean;
    readonly resolve: (reply: Reply | undefined) => void;
}

/** Records between two checkpoints: start-up reads at most about so many. */
const checkpointEvery = 1_000;

export class Till {
    readonly #clock: Clock;
    readonly #ids: Ids;
    readonly #log: Log;
    readonly #journal: Journal;
    readonly #parts: TillParts;
    #durable: TillState;
    #staged: TillState;
    #inbox: Waiting[] = [];
    #started = false;
    #turning = false;
    #closed = false;
    #sinceCheckpoint = 0;
    #checkpointing: Promise<void> | undefined;
    #turns = 0;
    #turnBeganMs: number | undefined;

    constructor(options: { clock: Clock; ids: Ids; log: Log; opened: OpenedJournal; parts: TillParts }) {
        this.#clock = options.clock;
        this.#ids = options.ids;
        this.#log = options.log;
        this.#journal = options.opened.journal;
        this.#parts = options.parts;
        this.#durable = foldTail(options.opened);
        this.#staged = this.#durable;
        this.#sinceCheckpoint = options.opened.tail.length;
    }

    get durable(): TillState {
        return this.#durable;
    }

    get staged(): TillState {
        return this.#staged;
    }

    /** How long the turn that is under way has taken, in milliseconds; 0 while the loop waits for something to happen. */
    turnMs(): number {
        return this.#turnBeganMs === undefined ? 0 : this.#clock.monoMs() - this.#turnBeganMs;
    }

    get turns(): number {
        return this.#turns;
    }

    /** The wall clock, never earlier than the last record (design §3 "The clock"). */
    now(): number {
        return Math.max(Math.trunc(this.#clock.wallMs()), this.#staged.lastAt);
    }

    /**
     * Puts something that happened into the inbox. Resolves with the reply after the sync; never rejects. What comes before `start`
     * waits for it: without `started` the state is that of the last run, whose motors and customers are not there any more.
     *
     * @param when where the staged state does not fit it when its turn comes, nothing is decided and the reply is `askAgain`.
     */
    submit(happening: Happening, when?: (staged: TillState) => boolean): Promise<Reply | undefined> {
        if (this.#closed) return Promise.resolve(refusedAtStop);
        return new Promise((resolve) => {
            const waiting = { happening, resolve, ...(when === undefined ? {} : { when }) };
            if (happening.kind === 'start') {
                this.#started = true;
                this.#inbox.unshift(waiting);
            } else {
                this.#inbox.push(waiting);
            }
            if (this.#started) this.#turn();
        });
    }

    /** Ends the loop after what is in the inbox, with a checkpoint of the durable state. */
    async close(): Promise<void> {
        if (!this.#started) {
            for (const { resolve } of this.#inbox.splice(0)) resolve(refusedAtStop);
        }
        while (this.#turning || this.#inbox.length > 0) await new Promise<void>((resolve) => this.#clock.after(1, resolve));
        this.#closed = true;
        await this.#checkpointing;
        if (this.#journal.writable) await this.#checkpoint();
    }

    #turn(): void {
        if (this.#turning) return;
        this.#turning = true;
        void this.#run().catch((thrown) => this.#parts.onBug(thrown));
    }

    async #run(): Promise<void> {
        while (this.#inbox.length > 0) {
            this.#turnBeganMs = this.#clock.monoMs();
            await this.#oneTurn();
        }
        this.#turnBeganMs = undefined;
        this.#turning = false;
    }

    async #oneTurn(): Promise<void> {
        this.#turns += 1;
        const taken = this.#inbox;
        this.#inbox = [];
        const world = this.#parts.world();
        const before = this.#durable;
        const events: TillEvent[] = [];
        const changed = new Map<string, { place: number; sale: Sale }>();
        const replies: (Reply | undefined)[] = [];
        for (const { happening, when } of taken) {
            if (when !== undefined && !when(this.#staged)) {
                replies.push(askAgain);
                continue;
            }
            const input = { ...happening, now: this.now(), nonce: this.#ids.nonce() } as Input;
            const decision = decide(this.#staged, world, input);
            for (const event of decision.events) this.#stage(event, events, changed);
            replies.push(decision.reply);
        }
        if (events.length > 0) {
            this.#parts.onStaged(this.#staged, stepsOf(this.#staged, world));
            const records = await this.#append(events);
            if (records === undefined) {
                for (const { resolve } of taken) resolve(refusedUnwritten);
                this.#parts.onDurable(this.#durable, stepsOf(this.#durable, this.#parts.world()));
                return;
            }
            this.#durable = this.#staged;
            const sales = new Map([...changed].map(([id, { place, sale }]) => [id, { seq: records[place]?.seq ?? 0, sale }]));
            this.#parts.onCommit({ records, before, after: this.#durable, sales });
        }
        this.#parts.onDurable(this.#durable, stepsOf(this.#durable, this.#parts.world()));
        for (const [place, { resolve }] of taken.entries()) resolve(replies[place]);
        if (this.#sinceCheckpoint >= checkpointEvery && this.#checkpointing === undefined) {
            this.#checkpointing = this.#checkpoint().finally(() => {
                this.#checkpointing = undefined;
            });
        }
    }

    #stage(event: TillEvent, events: TillEvent[], changed: Map<string, { place: number; sale: Sale }>): void {
        const sale = 'saleId' in event && event.saleId !== undefined ? this.#staged.sales[event.saleId] : undefined;
        this.#staged = evolve(this.#staged, event);
        const place = events.push(event) - 1;
        if (!('saleId' in event) || event.saleId === undefined) return;
        const now =
            this.#staged.sales[event.saleId] ??
            (event.type === 'saleEnded' && sale !== undefined ? { ...sale, ended: event.state, customerHere: false } : undefined);
        if (now !== undefined) changed.set(event.saleId, { place, sale: now });
    }

    async #append(events: readonly TillEvent[]): Promise<readonly JournalRecord[] | undefined> {
        try {
            const records = await this.#journal.append(events);
            this.#sinceCheckpoint += records.length;
            return records;
        } catch (thrown) {
            if (faultOf(thrown)?.kind !== 'storage') throw thrown;
            this.#staged = this.#durable;
            this.#parts.onJournalFailed(thrown);
            return undefined;
        }
    }

    async #checkpoint(): Promise<void> {
        this.#sinceCheckpoint = 0;
        try {
            await this.#journal.checkpoint(this.#durable);
        } catch (thrown) {
            // A missing checkpoint costs time at the next start, never a record.
            this.#log.warn('the checkpoint could not be written', { code: faultOf(thrown)?.code ?? 'unexpected' });
        }
    }
}

/** The reply to a happening whose `when` did not hold: look again, and submit again. Never told to anybody outside. */
export const askAgain: Reply = { ok: false, status: 503, code: 'ask-again', detail: 'The till has moved on; ask again.' };

const refusedAtStop: Reply = { ok: false, status: 503, code: 'stopping', detail: 'The kiosk is stopping.', reasons: ['stopping'] };
const refusedUnwritten: Reply = {
    ok: false,
    status: 503,
    code: 'journal-not-writable',
    detail: 'The journal cannot be written, so nothing can be sold.',
    reasons: ['journal-not-writable'],
};

/** The durable state at start: the checkpoint, if it is of this fold, and every record behind it. */
export function foldTail(opened: Pick<OpenedJournal, 'checkpoint' | 'tail'>): TillState {
    const checkpoint = opened.checkpoint?.state as TillState | undefined;
    let state = checkpoint?.fold === foldNumber ? checkpoint : emptyState;
    for (const record of opened.tail) state = evolve(state, record as unknown as TillEvent);
    return state;
}
