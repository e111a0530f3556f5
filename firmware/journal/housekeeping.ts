/**
 * Housekeeping: what the journal does beside its appends: prepares the next segment, packs full ones, clears what was never finished.
 *
 * Owns: the number of the prepared segment. Rules: one task at a time, each waits for an append that is under way; a task that fails
 * leaves the journal as it was, is told to the log and tried again later.
 */
import type { Clock, Timer } from '../ports/clock.ts';
import type { Disk } from '../ports/disk.ts';
import type { Log } from '../ports/log.ts';
import { closeSegment, type KeysOf } from './closing.ts';
import { errnoOf } from './faults.ts';
import { slotBytes } from './format.ts';
import { firstSeqOf, prepareSegment, segmentName } from './segments.ts';

/** A full or failing disk is asked again so often. */
const retryMs = 10_000;
/** The start comes first. */
const startDelayMs = 1000;
/** How many segments before the open one may have missed their packing. */
const catchUpSegments = 3;

export interface HousekeepingOptions {
    readonly disk: Disk;
    readonly clock: Clock;
    readonly folder: string;
    readonly keysOf: KeysOf;
    readonly log: Log | undefined;
    readonly segmentBytes: number;
    /** Resolves when no append is under way. */
    readonly quiet: () => Promise<void>;
    /** A segment number that no file has yet, above all in use. */
    readonly nextNumber: () => number;
    /** Called when a segment has been prepared. */
    readonly onPrepared: () => void;
}

/** What stood in the folder when the journal was opened. */
export interface Left {
    readonly leftovers: readonly string[];
    readonly numbers: readonly number[];
    /** The segment that records go to now. */
    readonly current: number;
}

export class Housekeeping {
    readonly #options: HousekeepingOptions;
    #prepared: { readonly number: number; readonly slots: number } | undefined;
    #preparing: Promise<void> | undefined;
    #preparingName = '';
    #hurried = false;
    #hurry: (() => void) | undefined;
    #chain: Promise<void> = Promise.resolve();
    #timers = new Set<Timer>();
    #stopped = false;

    constructor(options: HousekeepingOptions, prepared: { number: number; slots: number } | undefined) {
        this.#options = options;
        this.#prepared = prepared;
    }

    get preparedSlots(): number {
        return this.#prepared?.slots ?? 0;
    }

    /** Hands the prepared segment over, preparing it now where it is missing. @throws what the disk throws */
    async takePrepared(): Promise<number> {
        // The append that asks is itself under way: a preparation that waits for it to end would never go on.
        this.#hurried = true;
        this.#hurry?.();
        try {
            await this.#preparing?.catch(() => undefined);
            if (this.#prepared === undefined) await this.#prepare();
        } finally {
            this.#hurried = false;
        }
        const taken = this.#prepared!.number;
        this.#prepared = undefined;
        return taken;
    }

    /** Prepares a segment in the background, unless there is one; tries again until it succeeds. */
    wantPrepared(): void {
        if (this.#stopped || this.#prepared !== undefined || this.#preparing !== undefined) return;
        const { log, onPrepared } = this.#options;
        void this.#prepare()
            .then(onPrepared)
            .catch((thrown: unknown) => {
                log?.warn('The next journal segment could not be prepared', { errno: errnoOf(thrown) });
                this.#later(retryMs, () => this.wantPrepared());
            });
    }

    /** Packs a full segment in the background. */
    wantClosed(number: number, cutSeq: number): void {
        const { disk, folder, keysOf, log, quiet } = this.#options;
        this.#chain = this.#chain.then(async () => {
            if (this.#stopped) return;
            try {
                await closeSegment({ disk, folder, number, keysOf, cutSeq, pause: quiet });
            } catch (thrown) {
                log?.warn('A full journal segment could not be packed; it stays as it is', {
                    segment: segmentName(number),
                    errno: errnoOf(thrown),
                });
            }
        });
    }

    /** What an earlier run may have left: unfinished files, full segments that were not packed. Begins after the start. */
    catchUp(left: Left): void {
        this.#later(startDelayMs, () => {
            this.#chain = this.#chain
                .then(() => this.#clear(left))
                .catch((thrown: unknown) => {
                    this.#options.log?.warn('What an earlier run left in the journal folder could not be cleared', {
                        errno: errnoOf(thrown),
                    });
                })
                .then(() => this.wantPrepared());
        });
    }

    /** Resolves when nothing is under way. */
    async idle(): Promise<void> {
        await this.#preparing?.catch(() => undefined);
        await this.#chain;
    }

    async stop(): Promise<void> {
        this.#stopped = true;
        for (const timer of this.#timers) timer.cancel();
        this.#timers.clear();
        await this.idle();
    }

    async #pause(): Promise<void> {
        if (this.#hurried) return;
        const hurried = new Promise<void>((resolve) => {
            this.#hurry = resolve;
        });
        await Promise.race([this.#options.quiet(), hurried]);
    }

    /** One at a time, whoever asks: two would make the same file. */
    #prepare(): Promise<void> {
        const { disk, folder, segmentBytes, nextNumber } = this.#options;
        const number = nextNumber();
        this.#preparingName = `${segmentName(number)}.tmp`;
        const preparing = prepareSegment({ disk, folder, number, bytes: segmentBytes, pause: () => this.#pause() })
            .then(() => {
                this.#prepared = { number, slots: Math.floor(segmentBytes / slotBytes) };
            })
            .finally(() => {
                this.#preparing = undefined;
            });
        this.#preparing = preparing;
        return preparing;
    }

    async #clear(left: Left): Promise<void> {
        const { disk, folder } = this.#options;
        // A file that this run is making has its name already: packing waits in the same chain, preparing is known.
        const unfinished = left.leftovers.filter((name) => name.startsWith('segment-') && name !== this.#preparingName);
        for (const name of unfinished) await disk.remove(`${folder}/${name}`);
        const older = left.numbers.filter((number) => number < left.current).slice(-catchUpSegments);
        for (const [at, number] of older.entries()) {
            const cutSeq = await firstSeqOf(disk, folder, older[at + 1] ?? left.current);
            if (cutSeq !== undefined) this.wantClosed(number, cutSeq);
        }
    }

    #later(ms: number, run: () => void): void {
        const timer = this.#options.clock.after(ms, () => {
            this.#timers.delete(timer);
            if (!this.#stopped) run();
        });
        this.#timers.add(timer);
    }
}
