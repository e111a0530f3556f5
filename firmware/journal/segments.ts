/**
 * Segments: the journal's files by name, and how one is prepared and read.
 *
 * Rules: a file gets its segment's name only when its bytes are durable; until then it ends in `.tmp` and counts for nothing.
 */
import type { Disk, DiskFile } from '../ports/disk.ts';
import { misuseFault, unreadableFault } from './faults.ts';
import { blankSlots, isBlank, readCommit, slotBytes } from './format.ts';
import { type FoundCommit, readClosedLine, scanSegment } from './scan.ts';

const namePattern = /^segment-(\d{8})\.jsonl$/;
/** Beside a running till, prefill goes in pieces, each synced, so that an append's own sync never waits behind a whole segment. */
const prefillSlots = 32;

export const segmentName = (number: number) => `segment-${String(number).padStart(8, '0')}.jsonl`;
export const segmentPath = (folder: string, number: number) => `${folder}/${segmentName(number)}`;
export const indexPath = (folder: string, number: number) => `${folder}/index/segment-${String(number).padStart(8, '0')}.keys`;

export interface SegmentList {
    /** Ascending. */
    readonly numbers: readonly number[];
    /** Names of files that were never finished. */
    readonly leftovers: readonly string[];
}

export async function listSegments(disk: Disk, folder: string): Promise<SegmentList> {
    const names = await disk.list(folder);
    const numbers = names.flatMap((name) => {
        const match = namePattern.exec(name);
        return match === null ? [] : [Number(match[1])];
    });
    return { numbers: numbers.sort((a, b) => a - b), leftovers: names.filter((name) => name.endsWith('.tmp')) };
}

/** All bytes of a segment. @throws JOURNAL_UNREADABLE */
export async function readSegment(disk: Disk, folder: string, number: number): Promise<Buffer> {
    const path = segmentPath(folder, number);
    let bytes: Uint8Array | undefined;
    try {
        bytes = await disk.readFile(path);
    } catch (thrown) {
        throw unreadableFault(path, thrown);
    }
    return bytes === undefined ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Makes a blank segment and its name durable.
 *
 * @param order.bytes length, whole slots.
 * @param order.pause awaited between pieces: lets an append that is under way go first. Without it there is one piece.
 */
export async function prepareSegment(order: {
    disk: Disk;
    folder: string;
    number: number;
    bytes: number;
    pause?: () => Promise<void>;
}): Promise<void> {
    const { disk, folder, number } = order;
    if ((await readHead(disk, folder, number)) === undefined) {
        const temporary = `${segmentPath(folder, number)}.tmp`;
        try {
            await disk.remove(temporary);
            await prefill(temporary, order);
            await disk.rename(temporary, segmentPath(folder, number));
        } catch (thrown) {
            // On a full disk the unfinished file would keep the room that others need.
            await disk.remove(temporary).catch(() => undefined);
            throw thrown;
        }
    } else if (!isBlank(await readSegment(disk, folder, number))) {
        throw misuseFault(`segment ${number} is in use`);
    }
    await disk.syncFolder(folder);
}

async function prefill(path: string, order: { disk: Disk; bytes: number; pause?: () => Promise<void> }): Promise<void> {
    const file = await order.disk.open(path, 'create');
    try {
        const slots = Math.max(1, Math.floor(order.bytes / slotBytes));
        const atOnce = order.pause === undefined ? slots : prefillSlots;
        for (let slot = 0; slot < slots; slot += atOnce) {
            await order.pause?.();
            await file.write(slot * slotBytes, blankSlots(Math.min(atOnce, slots - slot)));
            await file.sync();
        }
    } finally {
        await file.close();
    }
}

/** Replaces or makes a file so that a cut leaves either the old or the new one. */
export async function writeWhole(disk: Disk, order: { folder: string; name: string; bytes: Uint8Array }): Promise<void> {
    const path = `${order.folder}/${order.name}`;
    const temporary = `${path}.tmp`;
    await disk.remove(temporary);
    const file = await disk.open(temporary, 'create');
    try {
        await file.write(0, order.bytes);
        await file.sync();
    } finally {
        await file.close();
    }
    await disk.rename(temporary, path);
    await disk.syncFolder(order.folder);
}

/** Sequence number of a segment's first record; undefined where the segment is blank, empty or missing. */
export async function firstSeqOf(disk: Disk, folder: string, number: number): Promise<number | undefined> {
    const head = await readHead(disk, folder, number);
    if (head === undefined) return undefined;
    const closed = readClosedLine(head);
    if (closed !== undefined) return closed.line.firstSeq;
    const commit = readCommit(head, 0);
    if (commit.header?.segment === number) return commit.header.seq;
    return firstCommitIn(await readSegment(disk, folder, number), number)?.header.seq;
}

async function readHead(disk: Disk, folder: string, number: number): Promise<Buffer | undefined> {
    let file: DiskFile;
    try {
        file = await disk.open(segmentPath(folder, number), 'read');
    } catch {
        return undefined;
    }
    try {
        const bytes = await file.read(0, slotBytes);
        return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } finally {
        await file.close();
    }
}

export function firstCommitIn(bytes: Buffer, number: number): FoundCommit | undefined {
    return scanSegment(bytes, { segment: number }).commits[0];
}
