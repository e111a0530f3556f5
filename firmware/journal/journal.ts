/**
 * SegmentJournal: the Journal port over segment files (docs/journal-format.md).
 *
 * Owns: the head of the chain and the open segment. Rules: one commit under way at a time; a commit counts when it is synced. After a
 * failed write or sync nothing more goes to that file: the journal goes on in the next segment, which begins with `abandoned`.
 */
import type { Clock, Timer } from '../ports/clock.ts';
import type { Disk } from '../ports/disk.ts';
import type { Fault, FaultFacts } from '../ports/fault.ts';
import { faultOf } from '../ports/fault.ts';
import type { Journal, JournalEntry, JournalRecord } from '../ports/journal.ts';
import type { Log } from '../ports/log.ts';
import { CheckpointWriter } from './checkpoint.ts';
import type { KeysOf } from './closing.ts';
import { appendFault, misuseFault, notWritableFault } from './faults.ts';
import type { EncodedCommit } from './format.ts';
import { slotBytes } from './format.ts';
import { Housekeeping, type Left } from './housekeeping.ts';
import { Lookup } from './lookup.ts';
import { OpenSegment } from './open-segment.ts';
import { readRecords } from './reader.ts';
import type { Head } from './recovery.ts';

/** Waits between attempts to go on in a new segment; the last repeats. */
const resumeMs = [1000, 10_000, 60_000, 300_000] as const;

/** Room for so many segments must be left on the disk: the next one, the packed one, a checkpoint. */
const roomSegments = 4;

export interface JournalOptions {
    readonly disk: Disk;
    readonly clock: Clock;
    /** Names this run in every record. */
    readonly boot: string;
    /** Where the files lie; made when it is missing. */
    readonly folder: string;
    /** The keys under which `recordsOf` finds a record. */
    readonly keysOf: KeysOf;
    /** Number of the caller's fold: a checkpoint of another one is not used. */
    readonly foldNumber: number;
    readonly log?: Log;
    /** Length of a segment, whole slots; 1 MiB unless told. A commit must fit into one. */
    readonly segmentBytes?: number;
    /** Slots below which selling should stop, so that open sales can still end; 64 unless told. */
    readonly reserveSlots?: number;
}

/** What opening found: where to go on, or why that cannot be. */
export interface Opening {
    readonly head: Head;
    /** Where the last commit stands. */
    readonly lastCommit: { readonly segment: number; readonly offset: number };
    readonly current: OpenSegment | undefined;
    readonly prepared: { readonly number: number; readonly slots: number } | undefined;
    readonly left: Left;
    readonly failure: Fault | undefined;
    readonly release: () => Promise<void>;
}

export class SegmentJournal implements Journal {
    readonly #options: JournalOptions;
    readonly #reserveSlots: number;
    readonly #release: () => Promise<void>;
    readonly #housekeeping: Housekeeping;
    readonly #lookup: Lookup;
    readonly #checkpoints: CheckpointWriter;
    #head: Head;
    #lastCommit: Opening['lastCommit'];
    #current: OpenSegment | undefined;
    /** The newest segment number in use, prepared ones aside. */
    #segment: number;
    /** The newest commit number that was ever written, also in vain. */
    #commit: number;
    #failure: Fault | undefined;
    #roomLow = false;
    #resumes = 0;
    #resumeTimer: Timer | undefined;
    #underWay: Promise<unknown> | undefined;
    #closed = false;

    constructor(options: JournalOptions, opening: Opening) {
        this.#options = options;
        this.#reserveSlots = options.reserveSlots ?? 64;
        this.#release = opening.release;
        this.#head = opening.head;
        this.#commit = opening.head.commit;
        this.#lastCommit = opening.lastCommit;
        this.#current = opening.current;
        this.#segment = opening.left.current;
        this.#checkpoints = new CheckpointWriter(options.disk, options.folder);
        this.#lookup = new Lookup({
            disk: options.disk,
            folder: options.folder,
            keysOf: options.keysOf,
            now: () => ({ segment: this.#segment, seq: this.#head.seq }),
        });
        this.#housekeeping = new Housekeeping(
            {
                disk: options.disk,
                clock: options.clock,
                folder: options.folder,
                keysOf: options.keysOf,
                log: options.log,
                segmentBytes: segmentBytesOf(options),
                quiet: () => this.#quiet(),
                nextNumber: () => Math.max(this.#segment, opening.left.numbers.at(-1) ?? 0) + 1,
                onPrepared: () => this.#resumeSoon(0),
            },
            opening.prepared,
        );
        this.#housekeeping.catchUp(opening.left);
        if (opening.failure !== undefined) this.#fail(opening.failure);
        else if (this.reserveLow) this.#housekeeping.wantPrepared();
    }

    get headSeq(): number {
        return this.#head.seq;
    }

    get writable(): boolean {
        return this.#failure === undefined && !this.#closed;
    }

    /** Why the journal cannot be written: the code of the failure and its facts (`step`, `errno`). */
    get failure(): { readonly code: string; readonly facts: FaultFacts } | undefined {
        return this.#failure === undefined ? undefined : { code: this.#failure.code, facts: this.#failure.facts };
    }

    /** Prepared slots that take commits whatever happens to the disk's free space; 0 while not writable. */
    get freeSlots(): number {
        return this.writable ? (this.#current?.freeSlots ?? 0) + this.#housekeeping.preparedSlots : 0;
    }

    /** Only the reserve is left: nothing new should be sold, open sales may end. */
    get reserveLow(): boolean {
        return this.#roomLow || this.freeSlots < this.#reserveSlots;
    }

    /** A full disk is noticed before the prepared slots are used up: what they hold is for ending what is open. */
    async checkRoom(): Promise<void> {
        const { disk, folder, log } = this.#options;
        const free = await disk.freeBytes?.(folder).catch(() => undefined);
        if (free === undefined || this.#closed) return;
        // A disk on the border, where a log comes and goes, does not open and close the shop.
        const low = free < (this.#roomLow ? roomSegments + 1 : roomSegments) * segmentBytesOf(this.#options);
        if (low === this.#roomLow) return;
        this.#roomLow = low;
        if (low) log?.error('The disk with the journal is nearly full: only what is open is ended', { freeBytes: free });
        else log?.info('The disk with the journal has room again', { freeBytes: free });
    }

    async append(entries: readonly JournalEntry[]): Promise<readonly JournalRecord[]> {
        if (this.#closed) throw misuseFault('an append after close');
        // First: what is under way after a failure is the journal's own attempt to go on.
        if (this.#failure !== undefined) throw notWritableFault({ ...this.#failure.facts, failure: this.#failure.code });
        if (this.#underWay !== undefined) throw misuseFault('an append while another one is under way');
        if (entries.length === 0) return [];
        return this.#exclusively(() => this.#commitEntries(entries));
    }

    /**
     * Goes on in a new segment after a failed write or sync; it begins with `abandoned {fromSeq}`, the first number that was not
     * acknowledged. The journal tries this by itself too. True when it is writable afterwards.
     */
    async resume(): Promise<boolean> {
        if (this.#failure === undefined || this.#closed || this.#underWay !== undefined) return this.writable;
        return this.#exclusively(() => this.#resumeNow());
    }

    /** @param state as of the last durable record; must not change afterwards. @throws CHECKPOINT_NOT_KEPT, which harms nothing */
    checkpoint(state: unknown): Promise<void> {
        if (this.#head.seq === 0 || this.#closed) return Promise.resolve();
        const { segment, offset } = this.#lastCommit;
        // The state is written down now: it may go on changing while the file is written.
        const data = {
            segment,
            offset,
            seq: this.#head.seq,
            head: this.#head.hash,
            fold: this.#options.foldNumber,
            state: structuredClone(state),
        };
        return this.#checkpoints.write(data);
    }

    recordsOf(key: string): Promise<readonly JournalRecord[]> {
        return this.#lookup.all(key);
    }

    async *records(fromSeq = 1): AsyncGenerator<JournalRecord> {
        const { disk, folder } = this.#options;
        if (this.#head.seq >= fromSeq) yield* readRecords({ disk, folder, fromSeq, untilSeq: this.#head.seq });
    }

    async newest(query: { type: string; limit: number; match?: (record: JournalRecord) => boolean }): Promise<readonly JournalRecord[]> {
        const found: JournalRecord[] = [];
        if (query.limit <= 0) return found;
        for await (const record of this.#lookup.newestFirst(`type:${query.type}`)) {
            if (query.match?.(record) === false) continue;
            found.push(record);
            if (found.length >= query.limit) break;
        }
        return found;
    }

    /** Resolves when nothing is under way beside the appends: segments prepared and packed, checkpoints written. */
    async settled(): Promise<void> {
        await this.#checkpoints.idle();
        await this.#housekeeping.idle();
    }

    async close(): Promise<void> {
        if (this.#closed) return;
        await this.#quiet();
        this.#closed = true;
        this.#resumeTimer?.cancel();
        await this.#checkpoints.idle();
        await this.#housekeeping.stop();
        await this.#current?.close();
        await this.#release();
    }

    async #exclusively<Result>(run: () => Promise<Result>): Promise<Result> {
        const underWay = run();
        this.#underWay = underWay;
        try {
            return await underWay;
        } finally {
            this.#underWay = undefined;
        }
    }

    async #quiet(): Promise<void> {
        while (this.#underWay !== undefined) await this.#underWay.catch(() => undefined);
    }

    async #commitEntries(entries: readonly JournalEntry[]): Promise<readonly JournalRecord[]> {
        let segment = this.#current ?? (await this.#rotate());
        let encoded = this.#encode(segment, entries, this.#commit + 1);
        if (encoded.slots > segmentBytesOf(this.#options) / slotBytes)
            throw misuseFault(`a commit of ${encoded.slots} slots, more than a segment has`);
        while (encoded.slots > segment.freeSlots) {
            segment = await this.#rotate();
            encoded = this.#encode(segment, entries, this.#commit + 1);
        }
        await this.#write(segment, encoded);
        if (segment.freeSlots <= segment.slots / 2) this.#housekeeping.wantPrepared();
        return encoded.records;
    }

    #encode(segment: OpenSegment, entries: readonly JournalEntry[], commit: number): EncodedCommit {
        const { boot, clock } = this.#options;
        return segment.encode(entries, { commit, seq: this.#head.seq + 1, prev: this.#head.hash, boot, mono: Math.round(clock.monoMs()) });
    }

    async #write(segment: OpenSegment, encoded: EncodedCommit): Promise<void> {
        const offset = segment.position;
        this.#commit += 1;
        try {
            await segment.commit(encoded);
        } catch (thrown) {
            const fault = faultOf(thrown) ?? appendFault('write', thrown);
            await segment.close();
            this.#current = undefined;
            this.#fail(fault);
            throw fault;
        }
        this.#head = { seq: this.#head.seq + encoded.records.length, commit: this.#commit, hash: encoded.head };
        this.#lastCommit = { segment: segment.number, offset };
        for (const [at, record] of encoded.records.entries())
            this.#lookup.added(record, { segment: segment.number, offset: offset + encoded.lines[at]!.offset });
    }

    /** The next segment becomes the open one; the full one is packed in the background. */
    async #rotate(): Promise<OpenSegment> {
        const next = await this.#openNext();
        const full = this.#current;
        this.#current = next;
        this.#segment = next.number;
        if (full !== undefined) {
            await full.close();
            this.#housekeeping.wantClosed(full.number, this.#head.seq + 1);
        }
        return next;
    }

    /** @throws JOURNAL_FULL and its like; nothing was written then, but nothing can be. */
    async #openNext(): Promise<OpenSegment> {
        const { disk, folder } = this.#options;
        try {
            const number = await this.#housekeeping.takePrepared();
            return await OpenSegment.open({ disk, folder, number, position: 0 });
        } catch (thrown) {
            const fault = appendFault('prepare', thrown);
            this.#fail(fault);
            throw fault;
        }
    }

    #fail(fault: Fault): void {
        this.#failure = fault;
        this.#options.log?.error('The journal cannot be written', { code: fault.code, ...fault.facts });
        this.#resumeSoon(resumeMs[Math.min(this.#resumes, resumeMs.length - 1)]!);
        this.#resumes += 1;
    }

    #resumeSoon(ms: number): void {
        if (this.#failure === undefined || this.#closed) return;
        this.#resumeTimer?.cancel();
        this.#resumeTimer = this.#options.clock.after(ms, () => {
            this.#resumeTimer = undefined;
            void this.resume().catch(() => undefined);
        });
    }

    async #resumeNow(): Promise<boolean> {
        const { clock, log } = this.#options;
        const before = this.#failure!;
        // Only a segment that could not be prepared stopped the journal: nothing was written in vain.
        const nothingLost = this.#current !== undefined;
        try {
            const segment = await this.#rotate();
            const entry = { type: 'abandoned', at: clock.wallMs(), fromSeq: this.#head.seq + 1, reason: before.code };
            if (!nothingLost) await this.#write(segment, this.#encode(segment, [entry], this.#commit + 1));
        } catch {
            return false;
        }
        this.#failure = undefined;
        this.#resumes = 0;
        log?.warn('The journal goes on in a new segment', { segment: this.#segment, headSeq: this.#head.seq });
        return true;
    }
}

/** Whole slots, at least one. */
export function segmentBytesOf(options: { readonly segmentBytes?: number }): number {
    return Math.max(1, Math.floor((options.segmentBytes ?? 1024 * 1024) / slotBytes)) * slotBytes;
}
