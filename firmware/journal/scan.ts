/**
 * Scan: what stands in the bytes of one segment: whole commits, and ranges that are none. Pure.
 *
 * Rules: in an open segment a commit begins at a slot's border; a closed one begins with its `closed` line, and commits follow each
 * other without padding. Nothing is judged here: that is the table in recovery.ts.
 */
import { crc32 } from 'node:zlib';
import type { JournalRecord } from '../ports/journal.ts';
import { type CommitHeader, isBlank, type ReadRecord, readCommit, readRecord, sectorBytes, slotBytes } from './format.ts';

export interface FoundCommit {
    readonly header: CommitHeader;
    readonly offset: number;
    readonly body: Buffer;
    readonly bodyOffset: number;
}

export interface BadRange {
    readonly offset: number;
    readonly end: number;
    readonly reason: string;
    /** How it begins: with a readable commit line, as it was prepared, or with neither. */
    readonly start: 'header' | 'blank' | 'garbage';
    readonly header?: CommitHeader;
    /** Bytes that are not blank lie behind the slots of the bad commit (behind its first slot, where its size is not known). */
    readonly beyond: boolean;
    /** Whole commits stand behind it in this segment. */
    readonly followed: boolean;
}

export interface SegmentScan {
    readonly layout: 'slots' | 'packed';
    readonly commits: readonly FoundCommit[];
    readonly bad: readonly BadRange[];
    /** Behind the last byte that is not blank: where the next commit of an open segment goes. */
    readonly end: number;
}

/** The first line of a closed segment. */
export interface ClosedLine {
    readonly segment: number;
    readonly commits: number;
    readonly firstSeq: number;
    readonly lastSeq: number;
    /** Hashes before its first record and of its last. */
    readonly prev: string;
    readonly head: string;
}

const closedPattern =
    /^(\{"closed":(\d{1,9}),"commits":(\d{1,9}),"firstSeq":(\d{1,15}),"lastSeq":(\d{1,15}),"prev":"([0-9a-f]{32})","head":"([0-9a-f]{32})"),"crc":"([0-9a-f]{8})"\}\n/;

export function encodeClosedLine(line: ClosedLine): Buffer {
    const text = `{"closed":${line.segment},"commits":${line.commits},"firstSeq":${line.firstSeq},"lastSeq":${line.lastSeq},"prev":"${line.prev}","head":"${line.head}"`;
    return Buffer.from(`${text},"crc":"${crc32(text).toString(16).padStart(8, '0')}"}\n`);
}

/** The `closed` line at the beginning of a segment's bytes, with its length; undefined where there is no whole one. */
export function readClosedLine(bytes: Buffer): { readonly line: ClosedLine; readonly length: number } | undefined {
    const match = closedPattern.exec(bytes.toString('latin1', 0, sectorBytes));
    if (match === null || crc32(match[1]!).toString(16).padStart(8, '0') !== match[8]) return undefined;
    return {
        line: {
            segment: Number(match[2]),
            commits: Number(match[3]),
            firstSeq: Number(match[4]),
            lastSeq: Number(match[5]),
            prev: match[6]!,
            head: match[7]!,
        },
        length: match[0].length,
    };
}

/** A damaged `closed` line must not make a packed segment look like slots. */
const looksPacked = (bytes: Buffer) => bytes.length > 0 && bytes.toString('latin1', 0, 10).startsWith('{"closed":');

/**
 * Reads the bytes of segment number `segment` from `from` on; `from` is 0 or the border of a commit.
 */
export function scanSegment(bytes: Buffer, place: { segment: number; from?: number }): SegmentScan {
    const from = place.from ?? 0;
    const closed = from === 0 ? readClosedLine(bytes) : undefined;
    if (closed === undefined && !looksPacked(bytes)) return scanSlots(bytes, place.segment, from);
    return scanPacked(bytes, { segment: place.segment, ...(closed === undefined ? {} : { closed }) });
}

function scanSlots(bytes: Buffer, segment: number, from: number): SegmentScan {
    const commits: FoundCommit[] = [];
    const bad: BadRange[] = [];
    const used = usedEnd(bytes);
    let offset = from;
    while (offset < used) {
        const commit = commitAt(bytes, offset, segment);
        if (commit.ok) {
            commits.push(commit.found);
            offset += commit.found.header.slots * slotBytes;
            continue;
        }
        let next = offset + slotBytes;
        while (next < used && !commitAt(bytes, next, segment).ok) next += slotBytes;
        const end = Math.min(next, used, bytes.length);
        const claimed = offset + (commit.header?.slots ?? 1) * slotBytes;
        bad.push({
            offset,
            end,
            reason: commit.reason,
            start: startOf(bytes, offset, commit.header),
            ...(commit.header === undefined ? {} : { header: commit.header }),
            beyond: end > claimed,
            followed: next < used,
        });
        offset = next;
    }
    return { layout: 'slots', commits, bad, end: Math.max(offset, from) };
}

/** Behind the last slot that is not blank. */
function usedEnd(bytes: Buffer): number {
    let end = Math.ceil(bytes.length / slotBytes) * slotBytes;
    while (end > 0 && isBlankSlot(bytes, end - slotBytes)) end -= slotBytes;
    return end;
}

function isBlankSlot(bytes: Buffer, offset: number): boolean {
    const slot = bytes.subarray(offset, offset + slotBytes);
    return slot.length === slotBytes ? isBlank(slot) : slot.every((byte) => byte === 0x20);
}

function startOf(bytes: Buffer, offset: number, header: CommitHeader | undefined): BadRange['start'] {
    if (header !== undefined) return 'header';
    return bytes.subarray(offset, offset + sectorBytes).every((byte) => byte === 0x20) ? 'blank' : 'garbage';
}

type CommitAt =
    | { readonly ok: true; readonly found: FoundCommit }
    | { readonly ok: false; readonly reason: string; readonly header?: CommitHeader };

function commitAt(bytes: Buffer, offset: number, segment: number): CommitAt {
    const read = readCommit(bytes, offset);
    if (!read.ok) return read;
    const { header, body, bodyOffset } = read;
    if (header.segment !== segment) return { ok: false, reason: `commit belongs to segment ${header.segment}`, header };
    return { ok: true, found: { header, offset, body, bodyOffset } };
}

function scanPacked(
    bytes: Buffer,
    place: { segment: number; closed?: { readonly line: ClosedLine; readonly length: number } },
): SegmentScan {
    const commits: FoundCommit[] = [];
    const bad: BadRange[] = [];
    const lost = (range: { offset: number; end: number; reason: string }) =>
        bad.push({ ...range, start: 'garbage', beyond: false, followed: true });
    let offset = place.closed?.length ?? 0;
    while (offset < bytes.length) {
        const commit = commitAt(bytes, offset, place.segment);
        if (commit.ok) {
            commits.push(commit.found);
            offset = commit.found.bodyOffset + commit.found.body.length;
            continue;
        }
        const end = nextCommit(bytes, offset + 1, place.segment);
        lost({ offset, end, reason: commit.reason });
        offset = end;
    }
    const line = place.closed?.line;
    if (line === undefined) lost({ offset: 0, end: 0, reason: 'first line of a closed segment is damaged' });
    else if (commits.at(-1)?.header.commit === undefined || lastSeqOf(commits) !== line.lastSeq)
        lost({ offset: bytes.length, end: bytes.length, reason: `segment should end with record ${line.lastSeq}` });
    return { layout: 'packed', commits, bad: bad.sort((a, b) => a.offset - b.offset), end: bytes.length };
}

function lastSeqOf(commits: readonly FoundCommit[]): number {
    const last = commits.at(-1);
    return last === undefined ? 0 : last.header.seq + last.header.records - 1;
}

function nextCommit(bytes: Buffer, from: number, segment: number): number {
    for (let at = from; ; ) {
        const found = bytes.indexOf('\n{"commit":', at - 1);
        if (found === -1) return bytes.length;
        if (commitAt(bytes, found + 1, segment).ok) return found + 1;
        at = found + 2;
    }
}

/** The records of a commit with the place of each line in the segment. */
export function* recordsIn(
    commit: FoundCommit,
    prev?: string,
): Generator<{ readonly read: ReadRecord; readonly offset: number; readonly length: number }> {
    let at = 0;
    let before = prev;
    while (at < commit.body.length) {
        const newline = commit.body.indexOf(0x0a, at);
        const end = newline === -1 ? commit.body.length : newline;
        const read = readRecord(commit.body.toString('utf8', at, end), before);
        if (before !== undefined) before = read.hash ?? before;
        yield { read, offset: commit.bodyOffset + at, length: end - at };
        at = end + 1;
    }
}

/** The first record of a commit, where it can be read. */
export function firstRecordOf(commit: FoundCommit): JournalRecord | undefined {
    for (const { read } of recordsIn(commit)) return read.ok ? read.record : undefined;
    return undefined;
}
