/**
 * Reader: the records of a journal folder in order, read only; also of a folder that a running till writes to.
 *
 * Rules: a segment's records end where the next segment's first record begins: what stands behind was given up after a failed
 * write. What is damaged is passed over and told to `onDamage`.
 */
import type { Disk } from '../ports/disk.ts';
import type { JournalRecord } from '../ports/journal.ts';
import { recordsIn, type SegmentScan, scanSegment } from './scan.ts';
import { firstSeqOf, listSegments, readSegment } from './segments.ts';

export interface ReadOrder {
    readonly disk: Disk;
    readonly folder: string;
    /** The first sequence number wanted; 1 unless told. */
    readonly fromSeq?: number;
    /** The last one wanted; without it, everything that is whole. */
    readonly untilSeq?: number;
    readonly onDamage?: (place: { readonly segment: number; readonly offset: number; readonly reason: string }) => void;
}

export async function* readRecords(order: ReadOrder): AsyncGenerator<JournalRecord> {
    const { disk, folder } = order;
    const fromSeq = order.fromSeq ?? 1;
    const untilSeq = order.untilSeq ?? Number.MAX_SAFE_INTEGER;
    const { numbers } = await listSegments(disk, folder);
    for (let at = await startAt(order, numbers); at < numbers.length; at += 1) {
        const number = numbers[at]!;
        const scan = scanSegment(await readSegment(disk, folder, number), { segment: number });
        const cutSeq = await cutAfter({ disk, folder, numbers, at });
        for (const range of endsBefore(scan, cutSeq !== undefined))
            order.onDamage?.({ segment: number, offset: range.offset, reason: range.reason });
        for (const record of recordsOfScan(scan)) {
            if (record.seq > untilSeq || record.seq >= (cutSeq ?? Number.MAX_SAFE_INTEGER)) break;
            if (record.seq >= fromSeq) yield record;
        }
        if (cutSeq !== undefined && cutSeq > untilSeq) return;
    }
}

/** The last `count` records that are whole, oldest first. */
export async function lastRecords(order: { disk: Disk; folder: string; count: number }): Promise<JournalRecord[]> {
    const { disk, folder, count } = order;
    const { numbers } = await listSegments(disk, folder);
    const found: JournalRecord[] = [];
    let cutSeq = Number.MAX_SAFE_INTEGER;
    for (let at = numbers.length - 1; at >= 0 && found.length < count; at -= 1) {
        const number = numbers[at]!;
        const records = [...recordsOfScan(scanSegment(await readSegment(disk, folder, number), { segment: number }))];
        found.unshift(...records.filter(({ seq }) => seq < cutSeq));
        cutSeq = records[0]?.seq ?? cutSeq;
    }
    return count <= 0 ? [] : found.slice(-count);
}

/** Records from `fromSeq` on, and then those that a running till adds; `pause` is awaited in between, and ends it with false. */
export async function* followRecords(order: {
    disk: Disk;
    folder: string;
    fromSeq: number;
    pause: () => Promise<boolean>;
}): AsyncGenerator<JournalRecord> {
    let { fromSeq } = order;
    do {
        for await (const record of readRecords({ disk: order.disk, folder: order.folder, fromSeq })) {
            yield record;
            fromSeq = record.seq + 1;
        }
    } while (await order.pause());
}

/** The bad ranges that matter to a reader: the last one of the last segment may be a commit under way. */
function endsBefore(scan: SegmentScan, later: boolean): SegmentScan['bad'] {
    return scan.bad.filter((range) => range.followed || later);
}

/** Index of the newest segment that begins at or before `fromSeq`. */
async function startAt(order: ReadOrder, numbers: readonly number[]): Promise<number> {
    if ((order.fromSeq ?? 1) <= 1) return 0;
    for (let at = numbers.length - 1; at > 0; at -= 1) {
        const first = await firstSeqOf(order.disk, order.folder, numbers[at]!);
        if (first !== undefined && first <= order.fromSeq!) return at;
    }
    return 0;
}

/** Where the next segment that is not blank takes over. */
export async function cutAfter(place: { disk: Disk; folder: string; numbers: readonly number[]; at: number }): Promise<number | undefined> {
    for (const number of place.numbers.slice(place.at + 1)) {
        const first = await firstSeqOf(place.disk, place.folder, number);
        if (first !== undefined) return first;
    }
    return undefined;
}

/** Records of a scan that can be read, in order; an older commit that stands behind a later one does not count. */
export function* recordsOfScan(scan: SegmentScan): Generator<JournalRecord> {
    let commit = 0;
    for (const found of scan.commits) {
        if (found.header.commit <= commit) continue;
        commit = found.header.commit;
        for (const { read } of recordsIn(found)) if (read.record !== undefined) yield read.record;
    }
}
