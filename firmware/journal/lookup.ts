/**
 * Lookup: finds records by key over all segments: the open one from memory, the others from their index files.
 *
 * Rules: nothing is loaded before the first question. An index file that is missing or does not fit its segment is built anew from
 * the segment and written where that is possible; a question never fails for want of an index.
 */
import type { Disk, DiskFile } from '../ports/disk.ts';
import type { JournalRecord } from '../ports/journal.ts';
import { allKeysOf, type KeysOf, positionsIn, writeIndex } from './closing.ts';
import { unreadableFault } from './faults.ts';
import { readRecord, slotBytes } from './format.ts';
import { type IndexHead, indexHeadBytes, type KeyPositions, mayHold, offsetsIn, readIndexHead } from './key-index.ts';
import { cutAfter } from './reader.ts';
import { scanSegment } from './scan.ts';
import { indexPath, listSegments, segmentPath } from './segments.ts';

export interface LookupOptions {
    readonly disk: Disk;
    readonly folder: string;
    readonly keysOf: KeysOf;
    /** The open segment's number and the newest durable sequence number. */
    readonly now: () => { readonly segment: number; readonly seq: number };
}

export class Lookup {
    readonly #options: LookupOptions;
    readonly #heads = new Map<number, IndexHead>();
    #live: { readonly segment: number; readonly positions: KeyPositions } | undefined;

    constructor(options: LookupOptions) {
        this.#options = options;
    }

    /** Told of every durable record, so that the open segment's positions stay true. */
    added(record: JournalRecord, place: { segment: number; offset: number }): void {
        if (this.#live?.segment === place.segment) this.#live.positions.add(allKeysOf(record, this.#options.keysOf), place.offset);
    }

    /** Every record with the key, oldest first. */
    async all(key: string): Promise<readonly JournalRecord[]> {
        const found: JournalRecord[] = [];
        const { numbers } = await this.#segments();
        for (const at of numbers.keys())
            for await (const record of this.#inSegment(key, { numbers, at, newestFirst: false })) found.push(record);
        return found;
    }

    /** Records with the key, newest first. */
    async *newestFirst(key: string): AsyncGenerator<JournalRecord> {
        const { numbers } = await this.#segments();
        for (let at = numbers.length - 1; at >= 0; at -= 1) yield* this.#inSegment(key, { numbers, at, newestFirst: true });
    }

    async #segments(): Promise<{ numbers: readonly number[] }> {
        const { numbers } = await listSegments(this.#options.disk, this.#options.folder);
        return { numbers: numbers.filter((number) => number <= this.#options.now().segment) };
    }

    async *#inSegment(key: string, place: { numbers: readonly number[]; at: number; newestFirst: boolean }): AsyncGenerator<JournalRecord> {
        const { disk, folder, keysOf, now } = this.#options;
        const number = place.numbers[place.at]!;
        // A segment that is no longer open gets no further key, whatever form its file has.
        const known = this.#heads.get(number);
        if (known !== undefined && number !== now().segment && !mayHold(known, key)) return;
        const until = now().seq;
        const path = segmentPath(folder, number);
        // The packed form takes the padded one's place by a rename: offsets and records must come from the same open file.
        const file = await disk.open(path, 'read').catch((thrown: unknown) => {
            throw unreadableFault(path, thrown);
        });
        try {
            const offsets = [...(await this.#offsets(key, { file, number, place }))];
            if (place.newestFirst) offsets.reverse();
            for (const offset of offsets) {
                const record = await readAt(file, offset);
                if (record !== undefined && record.seq <= until && allKeysOf(record, keysOf).includes(key)) yield record;
            }
        } finally {
            await file.close();
        }
    }

    async #offsets(
        key: string,
        source: { file: DiskFile; number: number; place: { numbers: readonly number[]; at: number } },
    ): Promise<readonly number[]> {
        const { number, file } = source;
        if (number === this.#options.now().segment) return (await this.#livePositions(source)).of(key);
        const size = await file.size();
        const head = this.#heads.get(number) ?? (await this.#readHead(number));
        if (head?.size === size) {
            this.#heads.set(number, head);
            if (!mayHold(head, key)) return [];
            const offsets = await this.#readOffsets(head, key);
            if (offsets !== undefined) return offsets;
        }
        return (await this.#rebuild(source, size)).of(key);
    }

    async #livePositions(source: { file: DiskFile; number: number }): Promise<KeyPositions> {
        if (this.#live?.segment !== source.number) {
            const bytes = await wholeFile(source.file);
            const scan = scanSegment(bytes, { segment: source.number });
            // No await from here on: a record that becomes durable meanwhile is either in the bytes or told to `added`.
            const positions = positionsIn(scan, { keysOf: this.#options.keysOf, cutSeq: Number.MAX_SAFE_INTEGER });
            this.#live = { segment: source.number, positions };
        }
        return this.#live.positions;
    }

    async #rebuild(
        source: { file: DiskFile; number: number; place: { numbers: readonly number[]; at: number } },
        size: number,
    ): Promise<KeyPositions> {
        const { disk, folder, keysOf } = this.#options;
        const { number, place } = source;
        const cutSeq = (await cutAfter({ disk, folder, ...place })) ?? Number.MAX_SAFE_INTEGER;
        const positions = positionsIn(scanSegment(await wholeFile(source.file), { segment: number }), { keysOf, cutSeq });
        this.#heads.delete(number);
        // A full or read-only disk keeps no index: the next question builds it again.
        await writeIndex({ disk, folder, number }, positions, size).catch(() => undefined);
        return positions;
    }

    async #readHead(number: number): Promise<IndexHead | undefined> {
        return this.#withIndex(number, async (file) => {
            const head = readIndexHead(asBuffer(await file.read(0, indexHeadBytes)));
            if (head === undefined || 'entries' in head) return head;
            const whole = readIndexHead(asBuffer(await file.read(0, head.need)));
            return whole !== undefined && 'entries' in whole ? whole : undefined;
        });
    }

    async #readOffsets(head: IndexHead, key: string): Promise<number[] | undefined> {
        return this.#withIndex(head.segment, async (file) =>
            offsetsIn(head, asBuffer(await file.read(head.bodyOffset, head.entries * 8)), key),
        );
    }

    async #withIndex<Result>(number: number, run: (file: DiskFile) => Promise<Result>): Promise<Result | undefined> {
        let file: DiskFile | undefined;
        try {
            file = await this.#options.disk.open(indexPath(this.#options.folder, number), 'read');
            return await run(file);
        } catch {
            return undefined;
        } finally {
            await file?.close();
        }
    }
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function wholeFile(file: DiskFile): Promise<Buffer> {
    return asBuffer(await file.read(0, await file.size()));
}

/** The record whose line begins at `offset`; undefined where that is no whole record line. */
async function readAt(file: DiskFile, offset: number): Promise<JournalRecord | undefined> {
    for (let length = slotBytes; ; length *= 4) {
        const bytes = asBuffer(await file.read(offset, length));
        const end = bytes.indexOf(0x0a);
        if (end === -1 && bytes.length === length) continue;
        const read = readRecord(bytes.toString('utf8', 0, end === -1 ? bytes.length : end));
        return read.ok ? read.record : undefined;
    }
}
