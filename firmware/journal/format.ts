/**
 * Format: records, commits and slots of the journal as bytes and back. Pure.
 *
 * Rules: the grammar is docs/journal-format.md. A record's hash is the first 128 bits of SHA-256 over the hash before it and the
 * record's text: finding another text for a hash that stands takes 2^128 tries, and 32 digits keep the record readable. Padding is
 * outside checksum and chain.
 * Fails: never throws for bytes that it reads; an entry that cannot be a record is JOURNAL_MISUSED.
 */
import { hash as digest } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { JournalEntry, JournalRecord } from '../ports/journal.ts';
import { misuseFault } from './faults.ts';

/** A commit takes whole slots: what a card or a file system writes in one piece. */
export const slotBytes = 4096;
/** A cut may tear a write at this border (proof.md §1); a commit's first line lies within the first sector. */
export const sectorBytes = 512;
/** The hash before the first record of a journal. */
export const genesisHash = '0'.repeat(32);

const newline = 0x0a;
const blankSlot = Buffer.alloc(slotBytes, ' ');
blankSlot[slotBytes - 1] = newline;

/** The first line of a commit. */
export interface CommitHeader {
    readonly commit: number;
    readonly segment: number;
    readonly slots: number;
    /** Sequence number of its first record. */
    readonly seq: number;
    readonly records: number;
    /** Bytes of its record lines, the newlines included. */
    readonly bytes: number;
    /** Hash of the record before its first. */
    readonly prev: string;
    readonly crc: string;
}

/** Where a run writes and what its records say of it. */
export interface CommitPlace {
    readonly commit: number;
    readonly segment: number;
    /** Sequence number of the first record to write. */
    readonly seq: number;
    readonly prev: string;
    readonly boot: string;
    readonly mono: number;
}

export interface EncodedCommit {
    /** Whole slots, padding included. */
    readonly bytes: Buffer;
    readonly slots: number;
    readonly records: readonly JournalRecord[];
    /** Of each record: offset of its line in the commit, and its length without the newline. */
    readonly lines: readonly { readonly offset: number; readonly length: number }[];
    /** Hash of the last record. */
    readonly head: string;
}

const hex8 = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
const chain = (prev: string, text: string) => digest('sha256', prev + text, 'hex').slice(0, 32);
const reserved = ['seq', 'time', 'mono', 'hash', 'crc'];

/** The bytes of entries as one commit, and the records that they become. */
export function encodeCommit(entries: readonly JournalEntry[], place: CommitPlace): EncodedCommit {
    const records: JournalRecord[] = [];
    const texts: string[] = [];
    let head = place.prev;
    for (const [index, entry] of entries.entries()) {
        const record = recordOf(entry, place, place.seq + index);
        const text = JSON.stringify(record).slice(0, -1);
        head = chain(head, text);
        const hashed = `${text},"hash":"${head}"`;
        texts.push(`${hashed},"crc":"${hex8(crc32(hashed))}"}\n`);
        records.push(record);
    }
    const body = Buffer.from(texts.join(''));
    const { header, slots } = headerLine(body, place, records.length);
    const bytes = blankSlots(slots);
    header.copy(bytes, 0);
    body.copy(bytes, header.length);
    let offset = header.length;
    const lines = texts.map((text) => {
        const line = { offset, length: Buffer.byteLength(text) - 1 };
        offset += line.length + 1;
        return line;
    });
    return { bytes, slots, records, lines, head };
}

function recordOf(entry: JournalEntry, place: CommitPlace, seq: number): JournalRecord {
    const { type, at, ...fields } = entry as JournalEntry & Record<string, unknown>;
    if (typeof type !== 'string' || !/^[A-Za-z][A-Za-z0-9-]*$/.test(type)) throw misuseFault('an entry has no type');
    if (!Number.isSafeInteger(at) || Math.abs(at) > 8.64e15)
        throw misuseFault(`the time of an entry of type ${type} is no whole number of milliseconds`);
    const taken = reserved.find((name) => name in fields);
    if (taken !== undefined) throw misuseFault(`an entry of type ${type} has a field "${taken}", which is the journal's own`);
    if ('boot' in fields && fields.boot !== place.boot) throw misuseFault(`an entry of type ${type} names another boot than the journal's`);
    return { seq, time: new Date(at).toISOString(), type, at, mono: place.mono, boot: place.boot, ...fields };
}

/** The header depends on the number of slots, and that on the header's length: settled within two rounds. */
function headerLine(body: Buffer, place: CommitPlace, records: number): { header: Buffer; slots: number } {
    for (let slots = Math.ceil(body.length / slotBytes); ; slots += 1) {
        const text = `{"commit":${place.commit},"segment":${place.segment},"slots":${slots},"seq":${place.seq},"records":${records},"bytes":${body.length},"prev":"${place.prev}"`;
        const header = Buffer.from(`${text},"crc":"${hex8(crc32(body, crc32(text)))}"}\n`);
        if (header.length + body.length <= slots * slotBytes) return { header, slots };
    }
}

/** Slots as a fresh segment has them: blanks, with a newline at the end of each, for `less` and `jq`. */
export function blankSlots(slots: number): Buffer {
    const bytes = Buffer.allocUnsafe(slots * slotBytes);
    for (let slot = 0; slot < slots; slot += 1) blankSlot.copy(bytes, slot * slotBytes);
    return bytes;
}

/** True where a slot (or the rest of one) is as it was prepared. */
export function isBlank(bytes: Uint8Array): boolean {
    const first = slotBytes - bytes.length;
    if (first >= 0) return blankSlot.compare(bytes, 0, bytes.length, first, slotBytes) === 0;
    for (let at = 0; at < bytes.length; at += slotBytes) if (!isBlank(bytes.subarray(at, at + slotBytes))) return false;
    return true;
}

const headerPattern =
    /^(\{"commit":(\d{1,15}),"segment":(\d{1,9}),"slots":(\d{1,9}),"seq":(\d{1,15}),"records":(\d{1,9}),"bytes":(\d{1,9}),"prev":"([0-9a-f]{32})"),"crc":"([0-9a-f]{8})"\}$/;

export type ReadCommit =
    | {
          readonly ok: true;
          readonly header: CommitHeader;
          /** The record lines. */
          readonly body: Buffer;
          readonly bodyOffset: number;
      }
    /** `header` stands where the first line at least could be read. */
    | { readonly ok: false; readonly reason: string; readonly header?: CommitHeader };

/** The commit that begins at `offset`, checked against its own checksum. */
export function readCommit(bytes: Buffer, offset: number): ReadCommit {
    const lineEnd = bytes.subarray(offset, offset + sectorBytes).indexOf(newline);
    if (lineEnd === -1) return { ok: false, reason: 'no commit line' };
    const match = headerPattern.exec(bytes.toString('latin1', offset, offset + lineEnd));
    if (match === null) return { ok: false, reason: 'no commit line' };
    const header: CommitHeader = {
        commit: Number(match[2]),
        segment: Number(match[3]),
        slots: Number(match[4]),
        seq: Number(match[5]),
        records: Number(match[6]),
        bytes: Number(match[7]),
        prev: match[8]!,
        crc: match[9]!,
    };
    const bodyOffset = offset + lineEnd + 1;
    const body = bytes.subarray(bodyOffset, bodyOffset + header.bytes);
    if (body.length < header.bytes) return { ok: false, reason: 'commit cut short', header };
    if (hex8(crc32(body, crc32(match[1]!))) !== header.crc) return { ok: false, reason: 'commit checksum differs', header };
    return { ok: true, header, body, bodyOffset };
}

const endPattern = /,"hash":"([0-9a-f]{32})","crc":"([0-9a-f]{8})"\}$/;
/** `,"hash":"` and 32 digits, `","crc":"` and 8 digits, `"}`. */
const endLength = 9 + 32 + 9 + 8 + 2;

export type ReadRecord =
    | { readonly ok: true; readonly record: JournalRecord; readonly hash: string }
    | { readonly ok: false; readonly reason: string; readonly record?: JournalRecord; readonly hash?: string };

/** One record line. With `prev` its place in the chain is checked too. */
export function readRecord(line: string, prev?: string): ReadRecord {
    const end = endPattern.exec(line.slice(-endLength));
    if (end === null) return { ok: false, reason: 'not a record line' };
    const text = line.slice(0, -endLength);
    if (hex8(crc32(`${text},"hash":"${end[1]}"`)) !== end[2]) return { ok: false, reason: 'record checksum differs' };
    const record = recordIn(`${text}}`);
    if (record === undefined) return { ok: false, reason: 'not a record line' };
    if (prev !== undefined && chain(prev, text) !== end[1])
        return { ok: false, reason: 'hash does not follow from the record before', record, hash: end[1]! };
    return { ok: true, record, hash: end[1]! };
}

function recordIn(text: string): JournalRecord | undefined {
    try {
        const record = JSON.parse(text) as Partial<JournalRecord>;
        return Number.isSafeInteger(record.seq) && typeof record.type === 'string' && Number.isSafeInteger(record.at)
            ? (record as JournalRecord)
            : undefined;
    } catch {
        return undefined;
    }
}

/** The hash that a record line claims, without checking anything. */
export function hashOfLine(line: string): string | undefined {
    return endPattern.exec(line.slice(-endLength))?.[1];
}
