/**
 * Journal: the durable log as the runtime, the API and the command line see it (design §5).
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json | undefined };

/** What a caller appends: a flat JSON object with its type and its wall-clock time. */
export interface JournalEntry {
    readonly type: string;
    /** Wall clock, milliseconds since 1970. */
    readonly at: number;
}

/** What stands in the log: the entry with its place. */
export interface JournalRecord extends JournalEntry {
    readonly seq: number;
    /** `at` as ISO 8601 in UTC with milliseconds. */
    readonly time: string;
    /** Monotonic milliseconds of the run that wrote it. */
    readonly mono: number;
    readonly boot: string;
    readonly [field: string]: unknown;
}

export interface Journal {
    /** Sequence number of the last durable record; 0 when there is none. */
    readonly headSeq: number;
    /** False after a failed write or sync, a full disk or a read-only file system. */
    readonly writable: boolean;
    /** The slots prepared ahead are running out, or the disk has no room for more of them: stop selling, so that open sales can still end. */
    readonly reserveLow: boolean;
    /** Looks how much room the disk has left, for `reserveLow`. Never rejects. */
    checkRoom?(): Promise<void>;
    /** Writes the entries as one commit. Resolves when they are durable; rejects with a storage Fault, and then none of them counts. One at a time. */
    append(entries: readonly JournalEntry[]): Promise<readonly JournalRecord[]>;
    /** Keeps the folded state as of the last durable record, so that the next start reads only what follows. Never blocks an append for long. */
    checkpoint(state: unknown): Promise<void>;
    /** Every record with one of these keys (see `keysOf`), oldest first. */
    recordsOf(key: string): Promise<readonly JournalRecord[]>;
    /** Records from a sequence number on, oldest first, without waiting for new ones. */
    records(fromSeq?: number): AsyncIterable<JournalRecord>;
    /** The newest records of a type, newest first, that `match` accepts. */
    newest(query: { type: string; limit: number; match?: (record: JournalRecord) => boolean }): Promise<readonly JournalRecord[]>;
    close(): Promise<void>;
}

/** What recovery found and did, for the log and for `till journal verify`. */
export interface Recovery {
    readonly records: number;
    /** Bytes of a commit that a power cut left unfinished, copied to quarantine. */
    readonly tornBytes: number;
    /** Places where good records follow bad ones: never dropped silently. */
    readonly damage: readonly { readonly segment: string; readonly offset: number; readonly reason: string }[];
}

export interface OpenedJournal {
    readonly journal: Journal;
    /** The newest usable checkpoint, and the records behind it. */
    readonly checkpoint?: { readonly state: unknown; readonly seq: number };
    readonly tail: readonly JournalRecord[];
    readonly recovery: Recovery;
}
