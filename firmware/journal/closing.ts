/**
 * Closing: a full segment is written once more without its padding, and gets an index of its keys.
 *
 * Rules: the packed form holds the commits byte for byte behind a `closed` line; it takes the place of the padded one by a rename,
 * so that a cut leaves one of the two. A segment in which anything is bad stays as it is, for whoever repairs it.
 */
import type { Disk, DiskFile } from '../ports/disk.ts';
import type { JournalRecord } from '../ports/journal.ts';
import { KeyPositions } from './key-index.ts';
import { encodeClosedLine, type FoundCommit, recordsIn, type SegmentScan, scanSegment } from './scan.ts';
import { indexPath, readSegment, segmentPath, writeWhole } from './segments.ts';

export type KeysOf = (record: JournalRecord) => readonly string[];

/** The keys under which a record is found: the caller's, and its type. */
export function allKeysOf(record: JournalRecord, keysOf: KeysOf): readonly string[] {
    return [`type:${record.type}`, ...keysOf(record)];
}

export interface CloseOrder {
    readonly disk: Disk;
    readonly folder: string;
    readonly number: number;
    readonly keysOf: KeysOf;
    /** The first record of the next segment: what stands here from it on was given up. */
    readonly cutSeq: number;
    /** Awaited between pieces of work: lets an append that is under way go first. */
    readonly pause?: () => Promise<void>;
}

/** Commits that one piece of work covers, so that the loop turns in between. */
const commitsAtOnce = 16;

/** Packs a segment and writes its index. True when it was packed (now or before). */
export async function closeSegment(order: CloseOrder): Promise<boolean> {
    const { disk, folder, number } = order;
    const scan = scanSegment(await readSegment(disk, folder, number), { segment: number });
    const last = scan.commits.at(-1);
    if (scan.layout === 'packed') return true;
    if (scan.bad.length > 0 || last === undefined) return false;
    const temporary = `${segmentPath(folder, number)}.tmp`;
    await disk.remove(temporary);
    const file = await disk.open(temporary, 'create');
    const positions = new KeyPositions();
    let size: number;
    try {
        size = await writePacked(file, { ...order, scan, last, positions });
        await file.sync();
    } finally {
        await file.close();
    }
    await writeIndex(order, positions, size);
    await disk.rename(temporary, segmentPath(folder, number));
    await disk.syncFolder(folder);
    return true;
}

async function writePacked(
    file: DiskFile,
    order: CloseOrder & { scan: SegmentScan; last: FoundCommit; positions: KeyPositions },
): Promise<number> {
    const { commits } = order.scan;
    const lastHash = [...recordsIn(order.last)].at(-1)?.read.hash ?? order.last.header.prev;
    const line = encodeClosedLine({
        segment: order.number,
        commits: commits.length,
        firstSeq: commits[0]!.header.seq,
        lastSeq: order.last.header.seq + order.last.header.records - 1,
        prev: commits[0]!.header.prev,
        head: lastHash,
    });
    await file.write(0, line);
    let size = line.length;
    for (let at = 0; at < commits.length; at += commitsAtOnce) {
        await order.pause?.();
        const pieces: Buffer[] = [];
        const start = size;
        for (const commit of commits.slice(at, at + commitsAtOnce)) {
            const bytes = wholeOf(commit);
            addKeys(order, commit, size - commit.offset);
            pieces.push(bytes);
            size += bytes.length;
        }
        await file.write(start, Buffer.concat(pieces));
    }
    return size;
}

/** Header line and records, without padding. */
function wholeOf(commit: FoundCommit): Buffer {
    const before = commit.bodyOffset - commit.offset;
    return Buffer.from(commit.body.buffer, commit.body.byteOffset - before, before + commit.body.length);
}

function addKeys(order: { keysOf: KeysOf; cutSeq: number; positions: KeyPositions }, commit: FoundCommit, shift: number): void {
    for (const { read, offset } of recordsIn(commit)) {
        if (read.record === undefined || read.record.seq >= order.cutSeq) continue;
        order.positions.add(allKeysOf(read.record, order.keysOf), offset + shift);
    }
}

/** Where the keys of a segment stand, from its bytes. */
export function positionsIn(scan: SegmentScan, order: { keysOf: KeysOf; cutSeq: number }): KeyPositions {
    const positions = new KeyPositions();
    let commit = 0;
    for (const found of scan.commits) {
        if (found.header.commit <= commit) continue;
        commit = found.header.commit;
        addKeys({ ...order, positions }, found, 0);
    }
    return positions;
}

export async function writeIndex(
    order: { disk: Disk; folder: string; number: number },
    positions: KeyPositions,
    size: number,
): Promise<Buffer> {
    const path = indexPath(order.folder, order.number);
    const cut = path.lastIndexOf('/');
    const bytes = positions.encode({ segment: order.number, size });
    await order.disk.makeFolder(path.slice(0, cut));
    await writeWhole(order.disk, { folder: path.slice(0, cut), name: path.slice(cut + 1), bytes });
    return bytes;
}
