/**
 * Recovery: judges what a scan found, by a table, and says what is to be done. Pure.
 *
 * Rules: the unit is the commit. One commit is under way at a time, so any byte of a later one proves that the earlier one was
 * whole: a bad commit with nothing later behind it is a torn tail, with something later it is damage (design §5).
 * Fails: never throws for bytes; what cannot be read is a verdict.
 */
import type { JournalRecord } from '../ports/journal.ts';
import { genesisHash, slotBytes } from './format.ts';
import { type BadRange, type FoundCommit, firstRecordOf, recordsIn, type SegmentScan } from './scan.ts';

/** Records that the journal writes itself: they say what happened to it, and no fold needs them. */
export const ownTypes: readonly string[] = ['abandoned', 'damaged'];

export type Verdict = 'torn' | 'stale' | 'abandoned' | 'damage';

export interface BadFacts {
    /** A later commit stands behind it: in this segment, in a later one, or in what a checkpoint has seen. */
    readonly later: boolean;
    /** The next segment begins by giving up the records from here on. */
    readonly abandoned: boolean;
    readonly start: BadRange['start'] | 'stale';
    readonly beyond: boolean;
}

/** The first row that fits decides. */
export const recoveryTable: readonly { readonly name: string; readonly when: Partial<BadFacts>; readonly verdict: Verdict }[] = [
    { name: 'given up after a failed write', when: { abandoned: true }, verdict: 'abandoned' },
    { name: 'a later commit proves that it was whole', when: { later: true }, verdict: 'damage' },
    { name: 'an older commit where the next one belongs', when: { start: 'stale' }, verdict: 'stale' },
    { name: 'bytes behind the slots of the last commit', when: { start: 'header', beyond: true }, verdict: 'damage' },
    { name: 'last commit unfinished', when: { start: 'header' }, verdict: 'torn' },
    { name: 'last commit without its first sector', when: { start: 'blank' }, verdict: 'torn' },
    { name: 'several slots of unknown bytes', when: { start: 'garbage', beyond: true }, verdict: 'damage' },
    { name: 'one slot of unknown bytes', when: { start: 'garbage' }, verdict: 'torn' },
];

export function judge(facts: BadFacts): Verdict {
    const row = recoveryTable.find(({ when }) => Object.entries(when).every(([name, value]) => facts[name as keyof BadFacts] === value));
    return row?.verdict ?? 'damage';
}

export interface Finding {
    readonly verdict: Verdict;
    readonly segment: number;
    readonly offset: number;
    readonly end: number;
    readonly reason: string;
    /** The first sequence number that is missing there. */
    readonly fromSeq: number;
}

/** How a segment begins; without a readable commit line only that it is not blank is known. */
export type Beginning =
    | { readonly seq: number; readonly prev: string /** Of its first record, where that can be read. */; readonly type: string | undefined }
    | { readonly seq?: undefined; readonly type?: undefined };

export function beginningOf(scan: SegmentScan): Beginning | undefined {
    const commit = scan.commits[0];
    const bad = scan.bad[0];
    if (commit === undefined && bad === undefined) return undefined;
    if (commit !== undefined && (bad === undefined || commit.offset < bad.offset))
        return { seq: commit.header.seq, prev: commit.header.prev, type: firstRecordOf(commit)?.type };
    return bad?.header === undefined ? {} : { seq: bad.header.seq, prev: bad.header.prev, type: undefined };
}

/** Where the journal stands behind everything read so far. */
export interface Head {
    readonly seq: number;
    readonly commit: number;
    readonly hash: string;
}

export const emptyHead: Head = { seq: 0, commit: 0, hash: genesisHash };

/**
 * Follows the chain over scans that are handed in order, oldest first, and keeps records and findings.
 *
 * `start` is the head before the first scan (a checkpoint's, or `emptyHead`); `seenSeq` is the newest record that anything durable
 * outside the log (a checkpoint) has seen.
 */
export class ChainReader {
    head: Head;
    readonly records: JournalRecord[] = [];
    readonly findings: Finding[] = [];
    readonly #seenSeq: number;

    constructor(start: Head, seenSeq: number) {
        this.head = start;
        this.#seenSeq = seenSeq;
    }

    /** @param next how the next segment that is not blank begins. */
    follow(segment: number, scan: SegmentScan, next: Beginning | undefined): void {
        const parts = [...scan.commits, ...scan.bad].sort((a, b) => a.offset - b.offset);
        for (const part of parts) {
            if ('body' in part) this.#commit(segment, scan, part, next);
            else this.#bad(segment, part, next);
        }
        if (next?.seq !== undefined) this.#cut(next.seq, next.prev);
    }

    /** Judged once everything is read: records that a checkpoint saw, and that are no longer there. */
    end(segment: number, offset: number): void {
        if (this.head.seq >= this.#seenSeq || this.findings.some((finding) => finding.verdict === 'damage')) return;
        const reason = `records up to ${this.#seenSeq} are missing, which a checkpoint has seen`;
        this.findings.push({ verdict: 'damage', segment, offset, end: offset, reason, fromSeq: this.head.seq + 1 });
    }

    #bad(segment: number, range: BadRange, next: Beginning | undefined): void {
        const fromSeq = this.head.seq + 1;
        const verdict = judge({
            // The next segment's numbers do without these records, and no `damaged` record says that they were lost.
            abandoned: !range.followed && next?.seq !== undefined && next.seq <= fromSeq && next.type !== 'damaged',
            later: range.followed || next !== undefined || fromSeq <= this.#seenSeq,
            start: range.start,
            beyond: range.beyond,
        });
        this.findings.push({ verdict, segment, offset: range.offset, end: range.end, reason: range.reason, fromSeq });
    }

    #commit(segment: number, scan: SegmentScan, commit: FoundCommit, next: Beginning | undefined): void {
        const { header, offset } = commit;
        const place = { segment, offset, fromSeq: this.head.seq + 1 };
        const end = offset + header.slots * slotBytes;
        if (header.commit <= this.head.commit) {
            const last = scan.commits.at(-1) === commit && scan.bad.every((range) => range.offset < offset);
            const verdict = judge({ abandoned: false, later: !last || next !== undefined, start: 'stale', beyond: false });
            this.findings.push({ verdict, ...place, end, reason: `commit ${header.commit} stands behind commit ${this.head.commit}` });
            return;
        }
        const goesOn = ownTypes.includes(firstRecordOf(commit)?.type ?? '') && header.seq <= this.head.seq + 1;
        const follows = header.commit === this.head.commit + 1 && header.seq === this.head.seq + 1;
        if (!follows && !goesOn && !this.#explained()) {
            const reason = `records ${this.head.seq + 1} to ${header.seq - 1} are missing`;
            this.findings.push({ verdict: 'damage', ...place, end: offset, reason });
        }
        // Behind a gap the chain cannot be checked to the record before it, only onwards.
        let hash = follows ? this.head.hash : header.prev;
        for (const { read } of recordsIn(commit, hash)) {
            if (!read.ok) this.findings.push({ verdict: 'damage', ...place, end, reason: read.reason });
            if (read.record !== undefined) this.records.push(read.record);
            hash = read.hash ?? hash;
        }
        this.head = { seq: header.seq + header.records - 1, commit: header.commit, hash };
    }

    /** A damage found just before explains why records are missing. */
    #explained(): boolean {
        const last = this.findings.at(-1);
        return last?.verdict === 'damage' && last.fromSeq === this.head.seq + 1;
    }

    /** Records from `seq` on were given up: the next segment takes their numbers. */
    #cut(seq: number, prev: string): void {
        if (this.head.seq < seq) return;
        while ((this.records.at(-1)?.seq ?? 0) >= seq) this.records.pop();
        this.head = { ...this.head, seq: seq - 1, hash: prev };
    }
}
