/** Woff: unpacks a WOFF 1.0 font into the sfnt (TrueType) form that opentype.js and harfbuzz read. */
import { inflateSync } from 'node:zlib';

const headBytes = 44;
const entryBytes = 20;

/**
 * Source: WOFF File Format 1.0, W3C Recommendation of 13 December 2012, §3 to §5. Bytes that are no WOFF are given back as they are.
 * @throws an error of zlib, or a RangeError, where the file is damaged.
 */
export function sfntOf(bytes: Uint8Array): Uint8Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.byteLength < headBytes || view.getUint32(0) !== 0x774f4646) return bytes;
    const tables = view.getUint16(12);
    const out = new Uint8Array(view.getUint32(16));
    const head = new DataView(out.buffer);
    head.setUint32(0, view.getUint32(4));
    head.setUint16(4, tables);
    const power = Math.floor(Math.log2(tables));
    head.setUint16(6, 16 * 2 ** power);
    head.setUint16(8, power);
    head.setUint16(10, tables * 16 - 16 * 2 ** power);
    let at = 12 + tables * 16;
    for (let index = 0; index < tables; index++) {
        const entry = headBytes + index * entryBytes;
        const offset = view.getUint32(entry + 4);
        const packed = view.getUint32(entry + 8);
        const length = view.getUint32(entry + 12);
        const stored = bytes.subarray(offset, offset + packed);
        const table = packed < length ? inflateSync(stored, { maxOutputLength: length }) : stored;
        if (table.byteLength !== length) throw new RangeError('a table is not as long as the directory says');
        const slot = 12 + index * 16;
        head.setUint32(slot, view.getUint32(entry));
        head.setUint32(slot + 4, view.getUint32(entry + 16));
        head.setUint32(slot + 8, at);
        head.setUint32(slot + 12, length);
        out.set(table, at);
        at += Math.ceil(length / 4) * 4;
    }
    return out;
}
