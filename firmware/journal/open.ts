/**
 * Opening: takes the folder, reads one checkpoint and what follows it, judges it (recovery.ts), repairs, and goes on.
 *
 * Rules: what was read is written again and synced before anything is built on it; a torn tail is copied to quarantine before its
 * slots are blanked; behind damage records go to a new segment that begins with `damaged`. A journal that can be read but not
 * written is handed back with `writable` false; only a folder that cannot be used at all is thrown.
 */
import { crc32 } from 'node:zlib';
import type { Fault } from '../ports/fault.ts';
import { faultOf } from '../ports/fault.ts';
import type { JournalEntry, OpenedJournal } from '../ports/journal.ts';
import { type CheckpointData, checkpointNames, readGeneration } from './checkpoint.ts';
import { appendFault, errnoOf, folderFault } from './faults.ts';
import { blankSlots, slotBytes } from './format.ts';
import { type JournalOptions, type Opening, SegmentJournal, segmentBytesOf } from './journal.ts';
import { OpenSegment } from './open-segment.ts';
import { beginningOf, ChainReader, emptyHead, type Finding, type Head, ownTypes } from './recovery.ts';
import { type FoundCommit, recordsIn, type SegmentScan, scanSegment } from './scan.ts';
import { listSegments, prepareSegment, readSegment, type SegmentList, segmentName, writeWhole } from './segments.ts';

/** The first segment of a folder is made while somebody waits for the first start. */
const firstSegmentBytesMax = 1024 * 1024;

/**
 * Opens the journal of a folder, making it where there is none.
 *
 * @throws DATA_FOLDER_IN_USE, DATA_FOLDER_NOT_WRITABLE, DATA_FOLDER_CLAIM_FAILED, JOURNAL_FULL (no room for a first segment),
 * JOURNAL_UNREADABLE
 */
export async function openJournal(options: JournalOptions): Promise<OpenedJournal & { readonly journal: SegmentJournal }> {
    const { disk, folder } = options;
    try {
        await disk.makeFolder(folder);
    } catch (thrown) {
        throw folderFault(folder, thrown);
    }
    const claim = await disk.claim(folder);
    try {
        return await openClaimed(options, () => claim.release());
    } catch (thrown) {
        await claim.release();
        throw thrown;
    }
}

async function openClaimed(
    options: JournalOptions,
    release: () => Promise<void>,
): Promise<OpenedJournal & { readonly journal: SegmentJournal }> {
    const { disk, folder } = options;
    const list = await listSegments(disk, folder);
    const read = await readLog(options, list);
    const opening = await new Opener(options, list, read).open();
    const journal = new SegmentJournal(options, { ...opening, release });
    const known = new Map(
        read.chain.records.flatMap((record) => (record.type === 'damaged' ? [[`${record.segment}@${record.offset}`, record.seq]] : [])),
    );
    const damage = read.chain.findings.filter((finding) => finding.verdict === 'damage');
    return {
        journal,
        ...(read.checkpoint === undefined ? {} : { checkpoint: { state: read.checkpoint.state, seq: read.checkpoint.seq } }),
        tail: read.chain.records.filter((record) => !ownTypes.includes(record.type)),
        recovery: {
            records: read.chain.records.length,
            tornBytes: read.chain.findings.reduce(
                (sum, { verdict, offset, end }) => sum + (verdict === 'torn' || verdict === 'stale' ? end - offset : 0),
                0,
            ),
            damage: damage.map(({ segment, offset, reason }) => {
                const at = known.get(`${segmentName(segment)}@${offset}`);
                return { segment: segmentName(segment), offset, reason: at === undefined ? reason : `${reason} (on record as ${at})` };
            }),
        },
    };
}

interface Log {
    readonly checkpoint: CheckpointData | undefined;
    readonly chain: ChainReader;
    /** The last segment that is not blank. */
    readonly last: { readonly number: number; readonly scan: SegmentScan; readonly bytes: Buffer } | undefined;
    /** Blank segments behind it. */
    readonly prepared: readonly { readonly number: number; readonly slots: number }[];
    readonly lastCommit: { readonly segment: number; readonly offset: number };
}

/** Everything behind the newest usable checkpoint, judged. */
async function readLog(options: JournalOptions, list: SegmentList): Promise<Log> {
    const { disk, folder } = options;
    const usable = await usableCheckpoint(options);
    const chain = new ChainReader(usable.start?.head ?? emptyHead, usable.seenSeq);
    let last: { number: number; scan: SegmentScan; bytes: Buffer } | undefined;
    let prepared: { number: number; slots: number }[] = [];
    let lastCommit = { segment: 0, offset: 0 };
    for (const number of list.numbers) {
        if (number < (usable.start?.segment ?? 0)) continue;
        const bytes = number === usable.start?.segment ? usable.start.bytes : await readSegment(disk, folder, number);
        const scan = number === usable.start?.segment ? usable.start.scan : scanSegment(bytes, { segment: number });
        const start = number === usable.start?.segment;
        const beginning = beginningOf(scan);
        if (beginning === undefined && !start) {
            prepared.push({ number, slots: Math.floor(bytes.length / slotBytes) });
            continue;
        }
        if (last !== undefined) chain.follow(last.number, last.scan, beginning);
        last = { number, scan, bytes };
        prepared = [];
        if (start) lastCommit = { segment: number, offset: usable.start!.offset };
        if (scan.commits.length > 0) lastCommit = { segment: number, offset: scan.commits.at(-1)!.offset };
    }
    if (last !== undefined) chain.follow(last.number, last.scan, undefined);
    chain.end(last?.number ?? 0, last?.scan.end ?? 0);
    return { checkpoint: usable.start?.data, chain, last, prepared: prepared.filter(({ slots }) => slots > 0), lastCommit };
}

interface CheckpointStart {
    readonly data: CheckpointData;
    readonly segment: number;
    readonly bytes: Buffer;
    /** What stands behind the checkpoint's commit. */
    readonly scan: SegmentScan;
    readonly offset: number;
    readonly head: Head;
}

/** The newest checkpoint that the log bears out, and the newest record that any of them has seen. */
async function usableCheckpoint(
    options: JournalOptions,
): Promise<{ readonly start: CheckpointStart | undefined; readonly seenSeq: number }> {
    let seenSeq = 0;
    for (const name of checkpointNames) {
        const found = await readGeneration(options.disk, options.folder, name);
        if (found.ok) seenSeq = Math.max(seenSeq, found.data.seq);
        const start = found.ok ? await locate(options, found.data) : found.reason;
        if (typeof start !== 'string') return { start, seenSeq };
        if (start !== 'missing') options.log?.warn('A checkpoint is not used', { name, reason: start });
    }
    return { start: undefined, seenSeq };
}

/** The place of a checkpoint in the log, or why it has none. */
async function locate(options: JournalOptions, data: CheckpointData): Promise<CheckpointStart | string> {
    const { disk, folder, foldNumber } = options;
    if (data.fold !== foldNumber) return `it is of fold ${data.fold}, not ${foldNumber}`;
    const bytes = await readSegment(disk, folder, data.segment);
    if (bytes.length === 0) return 'its segment is missing';
    let scan = scanSegment(bytes, { segment: data.segment });
    const commit = scan.commits.find(({ header }) => header.seq + header.records - 1 === data.seq);
    if (commit === undefined) return 'its record is not in the log';
    // A packed segment has its commits elsewhere than the open one had.
    if (scan.layout === 'slots' && commit.offset !== data.offset) return 'its record stands at another place';
    if ([...recordsIn(commit)].at(-1)?.read.hash !== data.head) return 'its hash differs from the record';
    scan = { ...scan, commits: behind(scan.commits, commit), bad: scan.bad.filter(({ offset }) => offset > commit.offset) };
    const head = { seq: data.seq, commit: commit.header.commit, hash: data.head };
    return { data, segment: data.segment, bytes, scan, offset: commit.offset, head };
}

const behind = (commits: readonly FoundCommit[], commit: FoundCommit) => commits.filter(({ offset }) => offset > commit.offset);

/** Makes what was read durable, repairs what may be repaired, and opens the segment to go on in. */
class Opener {
    readonly #options: JournalOptions;
    readonly #list: SegmentList;
    readonly #log: Log;
    #head: Head;
    #lastCommit: Opening['lastCommit'];

    constructor(options: JournalOptions, list: SegmentList, log: Log) {
        this.#options = options;
        this.#list = list;
        this.#log = log;
        this.#head = log.chain.head;
        this.#lastCommit = log.lastCommit;
    }

    async open(): Promise<Omit<Opening, 'release'>> {
        const { disk, folder } = this.#options;
        let current: OpenSegment | undefined;
        let failure: Fault | undefined;
        const prepared = [...this.#log.prepared];
        try {
            await disk.syncFolder(folder);
            current = await this.#current(prepared);
        } catch (thrown) {
            failure = faultOf(thrown) ?? appendFault('open', thrown);
            // Without a single record there is nothing to show: the folder itself is of no use.
            if (this.#log.last === undefined && this.#log.prepared.length === 0)
                throw failure.code === 'DISK_FAILED' ? this.#unusable(failure) : failure;
            if (failure.code === 'DISK_FAILED') failure = appendFault('open', failure);
        }
        return {
            head: this.#head,
            lastCommit: this.#lastCommit,
            current,
            prepared: prepared.shift(),
            left: { ...this.#list, current: current?.number ?? this.#log.last?.number ?? 0 },
            failure,
        };
    }

    #unusable(fault: Fault): Fault {
        return ['ENOSPC', 'EDQUOT'].includes(errnoOf(fault)) ? appendFault('prepare', fault) : folderFault(this.#options.folder, fault);
    }

    async #current(prepared: { number: number; slots: number }[]): Promise<OpenSegment> {
        const { last, chain } = this.#log;
        if (last === undefined) return this.#next(prepared);
        const damage = chain.findings.filter((finding) => finding.verdict === 'damage' && !this.#known(finding));
        const torn = chain.findings.filter(
            ({ verdict, segment }) => (verdict === 'torn' || verdict === 'stale') && segment === last.number,
        );
        if (damage.length > 0) return this.#goOnBehind([...damage, ...torn], prepared);
        if (last.scan.layout === 'packed') return this.#next(prepared);
        const position = Math.min(last.scan.end, ...torn.map(({ offset }) => offset));
        const segment = await OpenSegment.open({ disk: this.#options.disk, folder: this.#options.folder, number: last.number, position });
        try {
            if (this.#lastCommit.segment === last.number) await this.#writeAgain(segment, last.bytes);
            for (const finding of torn) if (!(await this.#mend(segment, finding, last.bytes))) return await this.#giveUp(segment, prepared);
            return segment;
        } catch (thrown) {
            await segment.close();
            throw thrown;
        }
    }

    #known(finding: Finding): boolean {
        return this.#log.chain.records.some(
            (record) => record.type === 'damaged' && record.segment === segmentName(finding.segment) && record.offset === finding.offset,
        );
    }

    /**
     * The last commit may stand in the page cache alone, marked clean by a sync that failed in an earlier run: written once more, its
     * pages are dirty again and the sync tells the truth.
     */
    async #writeAgain(segment: OpenSegment, bytes: Buffer): Promise<void> {
        const { offset } = this.#lastCommit;
        const commit = scanSegment(bytes, { segment: segment.number, from: offset }).commits[0];
        const slots = commit?.header.slots ?? 1;
        await segment.rewrite(offset, bytes.subarray(offset, offset + slots * slotBytes));
    }

    /** Copies a torn tail aside and blanks its slots. False where the copy cannot be kept, and the bytes must stay. */
    async #mend(segment: OpenSegment, finding: Finding, bytes: Buffer): Promise<boolean> {
        if (!(await this.#quarantine(finding, bytes))) return false;
        const length = finding.end - finding.offset;
        await segment.rewrite(finding.offset, blankSlots(Math.ceil(length / slotBytes)).subarray(0, length));
        this.#options.log?.warn('An unfinished commit at the end of the journal was set aside', {
            segment: segmentName(finding.segment),
            offset: finding.offset,
            bytes: length,
            reason: finding.reason,
        });
        return true;
    }

    async #quarantine(finding: Finding, bytes: Buffer): Promise<boolean> {
        const { disk, folder } = this.#options;
        const piece = bytes.subarray(finding.offset, finding.end);
        if (piece.length === 0) return true;
        try {
            await disk.makeFolder(`${folder}/quarantine`);
            await writeWhole(disk, { folder: `${folder}/quarantine`, name: quarantineName(finding, piece), bytes: piece });
            return true;
        } catch (thrown) {
            this.#options.log?.warn('Bad bytes of the journal could not be copied to quarantine; they stay where they are', {
                errno: errnoOf(thrown),
            });
            return false;
        }
    }

    async #giveUp(segment: OpenSegment, prepared: { number: number; slots: number }[]): Promise<OpenSegment> {
        await segment.close();
        const next = await this.#next(prepared);
        const abandoned = { type: 'abandoned', at: this.#options.clock.wallMs(), fromSeq: this.#head.seq + 1, reason: 'torn' };
        await this.#begin(next, [abandoned]);
        return next;
    }

    async #goOnBehind(damage: readonly Finding[], prepared: { number: number; slots: number }[]): Promise<OpenSegment> {
        const entries = [];
        for (const finding of damage) {
            const bytes = await readSegment(this.#options.disk, this.#options.folder, finding.segment);
            const piece = bytes.subarray(finding.offset, finding.end);
            const kept = await this.#quarantine(finding, bytes);
            const facts = {
                segment: segmentName(finding.segment),
                offset: finding.offset,
                bytes: piece.length,
                fromSeq: finding.fromSeq,
                reason: finding.reason,
            };
            this.#options.log?.error('The journal is damaged', facts);
            const quarantine = kept && piece.length > 0 ? { quarantine: quarantineName(finding, piece) } : {};
            entries.push({ type: 'damaged', at: this.#options.clock.wallMs(), ...facts, ...quarantine });
        }
        const logSeq = this.#head.seq;
        const next = await this.#next(prepared);
        await this.#begin(next, entries);
        await this.#setCheckpointsAside(logSeq);
        return next;
    }

    /** Checkpoints that have seen more than the log still holds would call every later record's place damaged. */
    async #setCheckpointsAside(logSeq: number): Promise<void> {
        const { disk, folder } = this.#options;
        for (const name of checkpointNames) {
            const found = await readGeneration(disk, folder, name);
            if (!found.ok || found.data.seq <= logSeq) continue;
            await disk.makeFolder(`${folder}/quarantine`);
            await disk.rename(`${folder}/${name}`, `${folder}/quarantine/checkpoint-${found.data.seq}.json`);
            await disk.syncFolder(folder);
        }
    }

    async #begin(segment: OpenSegment, entries: readonly JournalEntry[]): Promise<void> {
        const { boot, clock } = this.#options;
        const commit = this.#head.commit + 1;
        const encoded = segment.encode(entries, {
            commit,
            seq: this.#head.seq + 1,
            prev: this.#head.hash,
            boot,
            mono: Math.round(clock.monoMs()),
        });
        try {
            await segment.commit(encoded);
        } catch (thrown) {
            await segment.close();
            throw thrown;
        }
        this.#head = { seq: this.#head.seq + entries.length, commit, hash: encoded.head };
        this.#lastCommit = { segment: segment.number, offset: 0 };
    }

    /** The prepared segment, or one that is made now. */
    async #next(prepared: { number: number; slots: number }[]): Promise<OpenSegment> {
        const { disk, folder } = this.#options;
        let number = prepared.shift()?.number;
        if (number === undefined) {
            number = (this.#list.numbers.at(-1) ?? 0) + 1;
            await prepareSegment({ disk, folder, number, bytes: Math.min(segmentBytesOf(this.#options), firstSegmentBytesMax) });
        }
        return OpenSegment.open({ disk, folder, number, position: 0 });
    }
}

/** The same bytes at the same place have the same name: a second recovery writes no second copy. */
function quarantineName(finding: Finding, piece: Buffer): string {
    const checksum = crc32(piece).toString(16).padStart(8, '0');
    return `${segmentName(finding.segment).replace('.jsonl', '')}-${finding.offset}-${checksum}.bin`;
}
