/** PNG: an RGBA picture as a PNG file (ISO/IEC 15948): 8 bits, colour type 6, no filter. */
import { crc32, deflateSync } from 'node:zlib';

/** @param picture `width * height * 4` bytes, row by row. */
export function pngOf(picture: { readonly width: number; readonly height: number; readonly rgba: Uint8Array }): Uint8Array {
    const { width, height, rgba } = picture;
    const rows = new Uint8Array(height * (width * 4 + 1));
    for (let row = 0; row < height; row += 1) rows.set(rgba.subarray(row * width * 4, (row + 1) * width * 4), row * (width * 4 + 1) + 1);
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 6, 0, 0, 0], 8);
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return Buffer.concat([
        signature,
        chunk('IHDR', header),
        chunk('IDAT', deflateSync(rows, { level: 6 })),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    framed.set(body, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
}
