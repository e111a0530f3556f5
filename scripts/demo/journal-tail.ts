/**
 * Journal tail: follows the journal of a running kiosk, record by record, as they become durable. Reads files only.
 */
import { nodeDisk } from '../../firmware/journal/node-disk.ts';
import { readRecords } from '../../firmware/journal/reader.ts';
import { firstSeqOf, listSegments } from '../../firmware/journal/segments.ts';
import type { JournalRecord } from '../../firmware/ports/journal.ts';
import { Stopped, tooLate } from './faults.ts';

/** Between two looks at the file. */
const lookMs = 20;

export class JournalTail {
    readonly #folder: string;
    readonly #signal: AbortSignal;
    readonly #tell: (record: JournalRecord) => void;
    readonly #logFile: string;
    #next: number;

    private constructor(options: TailOptions, next: number) {
        this.#folder = options.folder;
        this.#signal = options.signal;
        this.#tell = options.tell;
        this.#logFile = options.logFile;
        this.#next = next;
    }

    /** Follows from the end of what is there now. */
    static async open(options: TailOptions): Promise<JournalTail> {
        return new JournalTail(options, (await lastSeq(options.folder)) + 1);
    }

    /** Tells every record up to the first that fits, and returns that one. @throws DEMO_TOO_LATE, or Stopped when the signal came */
    async until(fits: (record: JournalRecord) => boolean, order: { what: string; limitMs: number }): Promise<JournalRecord> {
        const end = performance.now() + order.limitMs;
        for (;;) {
            for await (const record of readRecords({ disk: nodeDisk, folder: this.#folder, fromSeq: this.#next })) {
                this.#next = record.seq + 1;
                this.#tell(record);
                if (fits(record)) return record;
            }
            if (this.#signal.aborted) throw new Stopped();
            if (performance.now() > end) throw tooLate({ what: order.what, seconds: order.limitMs / 1000, log: this.#logFile });
            await new Promise((resolve) => setTimeout(resolve, lookMs));
        }
    }

    /** Passes over what is there without telling it. */
    async skip(): Promise<void> {
        this.#next = Math.max(this.#next, (await lastSeq(this.#folder)) + 1);
    }

    /** Tells what is there and has not been told. */
    async rest(): Promise<void> {
        for await (const record of readRecords({ disk: nodeDisk, folder: this.#folder, fromSeq: this.#next })) {
            this.#next = record.seq + 1;
            this.#tell(record);
        }
    }
}

export interface TailOptions {
    /** The journal's folder. */
    readonly folder: string;
    readonly signal: AbortSignal;
    readonly tell: (record: JournalRecord) => void;
    /** Named where waiting was in vain. */
    readonly logFile: string;
}

/** The number of the last whole record; 0 where there is none. Reads the newest segments only. */
async function lastSeq(folder: string): Promise<number> {
    const { numbers } = await listSegments(nodeDisk, folder);
    for (const number of [...numbers].reverse()) {
        const fromSeq = await firstSeqOf(nodeDisk, folder, number);
        if (fromSeq === undefined) continue;
        let last = fromSeq;
        for await (const record of readRecords({ disk: nodeDisk, folder, fromSeq })) last = record.seq;
        return last;
    }
    return 0;
}
