/**
 * KeyIndex: where the records with a key stand in one closed segment. Pure: bytes and back.
 *
 * A file is one JSON line, a Bloom filter over the keys (10 bits each, 7 probes: one false hit in a hundred), then sorted pairs of
 * a key's fingerprint and a record's offset, both 32-bit little-endian. The filters of all segments fit in memory, so that a key
 * costs one read of each file ever and a second one only where it may be. A fingerprint may lie: whoever reads the record checks
 * its keys. The file can be rebuilt from its segment at any time.
 */
import { crc32 } from 'node:zlib';

const probes = 7;
const bitsPerKey = 10;
/** The line and most filters are had with one read of this length. */
export const indexHeadBytes = 8192;

export interface IndexHead {
    readonly segment: number;
    /** Length of the segment file that it describes: a packed file and its open form differ. */
    readonly size: number;
    readonly filter: Buffer;
    readonly bodyOffset: number;
    readonly entries: number;
    readonly bodyCrc: string;
}

interface HeadLine {
    readonly index: 1;
    readonly segment: number;
    readonly size: number;
    readonly entries: number;
    readonly filterBytes: number;
    readonly filterCrc: string;
    readonly bodyCrc: string;
}

const hex8 = (value: number) => (value >>> 0).toString(16).padStart(8, '0');

/** FNV-1a, 32 bits: a second hash that is independent of the CRC. */
function fnv1a(text: string): number {
    let value = 0x811c9dc5;
    for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
    return value >>> 0;
}

function* probesOf(key: string, bits: number): Generator<number> {
    const first = crc32(key);
    const second = fnv1a(key) | 1;
    for (let probe = 0; probe < probes; probe += 1) yield ((first + probe * second) >>> 0) % bits;
}

/** Offsets of record lines by key, as they come. */
export class KeyPositions {
    readonly #offsets = new Map<string, number[]>();

    add(keys: Iterable<string>, offset: number): void {
        for (const key of keys) {
            const offsets = this.#offsets.get(key);
            if (offsets === undefined) this.#offsets.set(key, [offset]);
            else offsets.push(offset);
        }
    }

    /** Ascending. */
    of(key: string): readonly number[] {
        return this.#offsets.get(key) ?? [];
    }

    encode(source: { segment: number; size: number }): Buffer {
        const filter = Buffer.alloc(Math.max(8, Math.ceil((this.#offsets.size * bitsPerKey) / 8)));
        const pairs: { fingerprint: number; offset: number }[] = [];
        for (const [key, offsets] of this.#offsets) {
            for (const bit of probesOf(key, filter.length * 8)) filter[bit >> 3]! |= 1 << (bit & 7);
            for (const offset of offsets) pairs.push({ fingerprint: crc32(key), offset });
        }
        pairs.sort((a, b) => a.fingerprint - b.fingerprint || a.offset - b.offset);
        const body = Buffer.alloc(pairs.length * 8);
        for (const [at, pair] of pairs.entries()) {
            body.writeUInt32LE(pair.fingerprint, at * 8);
            body.writeUInt32LE(pair.offset, at * 8 + 4);
        }
        const line: HeadLine = {
            index: 1,
            segment: source.segment,
            size: source.size,
            entries: pairs.length,
            filterBytes: filter.length,
            filterCrc: hex8(crc32(filter)),
            bodyCrc: hex8(crc32(body)),
        };
        const text = JSON.stringify(line).slice(0, -1);
        return Buffer.concat([Buffer.from(`${text},"crc":"${hex8(crc32(text))}"}\n`), filter, body]);
    }
}

/** The line and the filter at the beginning of an index file; undefined where they are not whole, `need` where more bytes are needed. */
export function readIndexHead(bytes: Buffer): IndexHead | { readonly need: number } | undefined {
    const lineEnd = bytes.indexOf(0x0a);
    const match = /^(\{"index":1,.*),"crc":"([0-9a-f]{8})"\}$/.exec(bytes.toString('latin1', 0, Math.max(lineEnd, 0)));
    if (match === null || hex8(crc32(match[1]!)) !== match[2]) return undefined;
    const line = JSON.parse(`${match[1]}}`) as HeadLine;
    const bodyOffset = lineEnd + 1 + line.filterBytes;
    if (bytes.length < bodyOffset) return { need: bodyOffset };
    const filter = bytes.subarray(lineEnd + 1, bodyOffset);
    if (hex8(crc32(filter)) !== line.filterCrc) return undefined;
    return {
        segment: line.segment,
        size: line.size,
        filter: Buffer.from(filter),
        bodyOffset,
        entries: line.entries,
        bodyCrc: line.bodyCrc,
    };
}

export function mayHold(head: IndexHead, key: string): boolean {
    for (const bit of probesOf(key, head.filter.length * 8)) if ((head.filter[bit >> 3]! & (1 << (bit & 7))) === 0) return false;
    return true;
}

/** Offsets under a key's fingerprint, ascending; undefined where the body is not what its checksum says. */
export function offsetsIn(head: IndexHead, body: Buffer, key: string): number[] | undefined {
    if (body.length !== head.entries * 8 || hex8(crc32(body)) !== head.bodyCrc) return undefined;
    const fingerprint = crc32(key);
    let low = 0;
    let high = head.entries;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (body.readUInt32LE(middle * 8) < fingerprint) low = middle + 1;
        else high = middle;
    }
    const offsets: number[] = [];
    for (; low < head.entries && body.readUInt32LE(low * 8) === fingerprint; low += 1) offsets.push(body.readUInt32LE(low * 8 + 4));
    return offsets;
}
