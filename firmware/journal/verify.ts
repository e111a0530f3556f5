/**
 * Verify: reads a journal from its first record to its last and names everything that is not as it was written.
 *
 * Rules: reads only, also beside a running till; shares the grammar (format.ts) with the rest of the journal, but neither its scan
 * nor its recovery, and goes by lines where they go by slots. Each finding names one place; a commit's own checksum is told only
 * where none of its records is to blame.
 */
import type { Disk } from '../ports/disk.ts';
import { checkpointNames, readGeneration } from './checkpoint.ts';
import { type CommitHeader, genesisHash, hashOfLine, readCommit, readRecord } from './format.ts';
import { readClosedLine } from './scan.ts';
import { listSegments, readSegment, segmentName } from './segments.ts';

/** `torn`: an unfinished commit at the very end, which the next start sets aside; it may also be a last record that was altered. */
export type FindingKind = 'altered' | 'dropped' | 'reordered' | 'duplicated' | 'torn';

export interface VerifyFinding {
    readonly kind: FindingKind;
    readonly segment: string;
    readonly offset: number;
    /** Sequence number of the record, or of the first one concerned. */
    readonly seq: number;
    readonly reason: string;
}

export interface Verification {
    /** The whole chain holds, from the first record to the last one. */
    readonly ok: boolean;
    readonly segments: number;
    readonly records: number;
    readonly lastSeq: number;
    /** Hash of the last record: what an anchor elsewhere would have to say. */
    readonly head: string;
    readonly findings: readonly VerifyFinding[];
    readonly notes: readonly string[];
}

/** What no journal can know of itself. */
export const blindSpot =
    'A tail that was cut off, or an older copy of the whole folder, cannot be seen from the folder alone: compare the head with one that was kept elsewhere.';

/** A commit that a running till is writing is whole after a few rounds. */
const rounds = 5;

/**
 * Checks the whole chain.
 *
 * @param order.pause awaited before the last segment is looked at again, when it ends in a commit that is not whole.
 * @throws JOURNAL_UNREADABLE and what the disk throws
 */
export async function verify(order: { disk: Disk; folder: string; pause?: () => Promise<void> }): Promise<Verification> {
    let last = '';
    for (let round = 1; ; round += 1) {
        const seenSeq = await newestCheckpoint(order);
        const walk = await walkAll(order);
        const result = walk.result(seenSeq);
        const tail = result.findings.at(-1);
        const state = JSON.stringify([tail, walk.tailBytes]);
        // What does not change between two looks is no commit under way.
        if (tail?.kind !== 'torn' || state === last || round === rounds) return result;
        last = state;
        await order.pause?.();
    }
}

/** The newest record that a checkpoint has seen; read before the log, which may only be newer. */
async function newestCheckpoint(order: { disk: Disk; folder: string }): Promise<number> {
    let seq = 0;
    for (const name of checkpointNames) {
        const found = await readGeneration(order.disk, order.folder, name);
        if (found.ok) seq = Math.max(seq, found.data.seq);
    }
    return seq;
}

async function walkAll(order: { disk: Disk; folder: string }): Promise<Walk> {
    const walk = new Walk();
    const { numbers } = await listSegments(order.disk, order.folder);
    for (const number of numbers) walk.segment(number, await readSegment(order.disk, order.folder, number));
    return walk;
}

interface Line {
    readonly offset: number;
    readonly text: string;
}

interface CommitWalk {
    readonly header: CommitHeader;
    readonly offset: number;
    /** Where its records end. */
    readonly end: number;
    /** Its checksum fits. */
    readonly whole: boolean;
    /** Findings before it. */
    readonly findings: number;
    records: number;
}

function* linesOf(bytes: Buffer): Generator<Line> {
    for (let offset = 0; offset < bytes.length; ) {
        const newline = bytes.indexOf(0x0a, offset);
        const end = newline === -1 ? bytes.length : newline;
        yield { offset, text: bytes.toString('utf8', offset, end) };
        offset = end + 1;
    }
}

class Walk {
    #findings: VerifyFinding[] = [];
    readonly #notes: string[] = [];
    #segments = 0;
    #records = 0;
    /** The next sequence number, and the hash that its record must follow from; undefined where that is not known. */
    #expected = 1;
    #hash: string | undefined = genesisHash;
    /** Lines that could not be read since the last good record: each may have been one. */
    #suspects = 0;
    #gaps = new Set<number>();
    /** Hashes of the last two segments, by sequence number: `abandoned` goes back to one of them. */
    #hashes = new Map<number, string>();
    #hashesBefore = new Map<number, string>();
    #name = '';
    /** Where the last commit begins and ends, for the judgement of the tail. */
    #lastCommit: { segment: string; offset: number; behind: boolean } | undefined;
    /** The bytes of the last commit that was not whole. */
    tailBytes = '';

    segment(number: number, bytes: Buffer): void {
        if (bytes.every((byte) => byte === 0x20 || byte === 0x0a)) return;
        this.#segments += 1;
        this.#name = segmentName(number);
        this.#hashesBefore = this.#hashes;
        this.#hashes = new Map();
        const closed = this.#closedLine(number, bytes);
        const before = this.#findings.length;
        let first = true;
        let inCommit: CommitWalk | undefined;
        for (const line of linesOf(bytes)) {
            if (/^ *$/.test(line.text) || (line.offset === 0 && line.text.startsWith('{"closed":'))) continue;
            if (line.text.startsWith('{"commit":')) {
                this.#endCommit(inCommit, line.offset);
                inCommit = this.#beginCommit(number, bytes, line);
                if (first && inCommit !== undefined) this.#goOn(inCommit.header, bytes, line);
                first = false;
                continue;
            }
            const outside = inCommit === undefined || line.offset >= inCommit.end;
            if (outside && readRecord(line.text).record === undefined) {
                this.#finding('altered', line.offset, this.#expected, 'bytes that belong to no commit');
                continue;
            }
            if (inCommit !== undefined) inCommit.records += 1;
            else if (this.#findings.length === before)
                this.#finding('altered', line.offset, this.#expected, 'records without a commit line');
            this.#record(line);
        }
        this.#endCommit(inCommit, bytes.length);
        if (closed !== undefined && closed.lastSeq !== this.#expected - 1)
            this.#finding('dropped', bytes.length, this.#expected, `the segment should end with record ${closed.lastSeq}`);
    }

    result(seenSeq: number): Verification {
        const lastSeq = this.#expected - 1;
        if (seenSeq > lastSeq) this.#finding('dropped', 0, lastSeq + 1, `a checkpoint has seen records up to ${seenSeq}`);
        const findings = this.#findings.map((finding) => this.#asTail(finding));
        return {
            ok: findings.length === 0,
            segments: this.#segments,
            records: this.#records,
            lastSeq,
            head: this.#hash ?? '',
            findings,
            notes: [...this.#notes, blindSpot],
        };
    }

    /** A bad last commit with nothing behind it may be one that a power cut left unfinished. */
    #asTail(finding: VerifyFinding): VerifyFinding {
        const last = this.#lastCommit;
        const isTail = last !== undefined && !last.behind && finding.segment === last.segment && finding.offset >= last.offset;
        if (!isTail || finding.kind !== 'altered') return finding;
        return { ...finding, kind: 'torn', reason: `unfinished or altered last commit: ${finding.reason}` };
    }

    #closedLine(number: number, bytes: Buffer): { readonly lastSeq: number } | undefined {
        if (!bytes.toString('latin1', 0, 10).startsWith('{"closed":')) return undefined;
        const closed = readClosedLine(bytes);
        if (closed === undefined || closed.line.segment !== number) {
            this.#finding('altered', 0, this.#expected, 'the first line of a closed segment');
            return undefined;
        }
        return closed.line;
    }

    #beginCommit(number: number, bytes: Buffer, line: Line): CommitWalk | undefined {
        const read = readCommit(bytes, line.offset);
        if (this.#lastCommit !== undefined) this.#lastCommit.behind = true;
        this.#lastCommit = undefined;
        if (!read.ok) {
            this.#lastCommit = { segment: this.#name, offset: line.offset, behind: false };
            this.tailBytes = bytes.toString('latin1', line.offset);
        }
        if (read.header === undefined) {
            this.#finding('altered', line.offset, this.#expected, 'a commit line');
            return undefined;
        }
        const { header } = read;
        const findings = this.#findings.length;
        if (header.segment !== number) this.#finding('reordered', line.offset, header.seq, `a commit of segment ${header.segment}`);
        return {
            header,
            offset: line.offset,
            findings,
            whole: read.ok,
            end: line.offset + line.text.length + 1 + header.bytes,
            records: 0,
        };
    }

    #endCommit(commit: CommitWalk | undefined, offset: number): void {
        if (commit === undefined) return;
        const { header } = commit;
        if (commit.findings === this.#findings.length) {
            const last = header.seq + header.records - 1;
            if (this.#expected <= last) {
                this.#missing(offset, this.#expected, last);
                this.#expected = last + 1;
                this.#hash = undefined;
            } else if (!commit.whole || commit.records !== header.records) {
                this.#finding('altered', commit.offset, header.seq, `commit ${header.commit} is not as its checksum says`);
            }
        }
    }

    /** The first commit of a segment may give up the end of the segment before it, after a failed write. */
    #goOn(header: CommitHeader, bytes: Buffer, line: Line): void {
        const start = line.offset + line.text.length + 1;
        const newline = bytes.indexOf(0x0a, start);
        const read = readRecord(bytes.toString('utf8', start, newline === -1 ? bytes.length : newline));
        if (!read.ok || (read.record.type !== 'abandoned' && read.record.type !== 'damaged')) return;
        const before = header.seq === 1 ? genesisHash : (this.#hashesBefore.get(header.seq - 1) ?? this.#hash);
        if (read.record.type === 'abandoned') {
            const given = this.#findings.filter(({ seq }) => seq < header.seq).length;
            if (header.seq < this.#expected || given < this.#findings.length)
                this.#notes.push(`Records from ${header.seq} on were given up after a failed write, and ${this.#name} goes on from there.`);
            this.#findings = this.#findings.filter(({ seq }) => seq < header.seq);
            this.#expected = Math.min(this.#expected, header.seq);
            this.#hash = before;
        }
        this.#suspects = read.record.type === 'damaged' ? 0 : this.#suspects;
    }

    #record(line: Line): void {
        const read = readRecord(line.text, this.#hash);
        const { record, hash } = read;
        if (record === undefined || hash === undefined) {
            this.#finding('altered', line.offset, this.#expected + this.#suspects, read.ok ? '' : read.reason);
            this.#suspects += 1;
            // The next record chains to the hash that this one had, if that at least can still be read.
            this.#hash = hashOfLine(line.text);
            return;
        }
        this.#records += 1;
        const { seq } = record;
        if (seq < this.#expected) {
            this.#earlier(line.offset, seq);
            return;
        }
        if (seq > this.#expected + this.#suspects) this.#missing(line.offset, this.#expected + this.#suspects, seq - 1);
        else if (!read.ok)
            this.#finding('altered', line.offset, seq, 'its hash does not follow from the record before: one of the two was exchanged');
        this.#suspects = 0;
        this.#expected = seq + 1;
        this.#hash = hash;
        this.#hashes.set(seq, hash);
    }

    #earlier(offset: number, seq: number): void {
        if (!this.#gaps.delete(seq)) {
            this.#finding('duplicated', offset, seq, `record ${seq} stands here again`);
            return;
        }
        this.#findings = this.#findings.filter((finding) => finding.kind !== 'dropped' || finding.seq !== seq);
        this.#finding('reordered', offset, seq, `record ${seq} stands behind record ${this.#expected - 1}`);
    }

    #missing(offset: number, from: number, to: number): void {
        // A huge gap is a forged number, not a million missing records.
        for (let seq = from; seq <= Math.min(to, from + 10_000); seq += 1) this.#gaps.add(seq);
        this.#finding('dropped', offset, from, from === to ? `record ${from} is missing` : `records ${from} to ${to} are missing`);
    }

    #finding(kind: FindingKind, offset: number, seq: number, reason: string): void {
        this.#findings.push({ kind, segment: this.#name, offset, seq, reason });
    }
}
