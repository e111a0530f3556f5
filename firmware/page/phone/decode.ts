/**
 * Decode: reads a QR code from the pixels of a picture, and draws one. Loaded when the phone shows a code or opens its camera.
 */
import { encodeQR } from 'qr';
import { decodeQR } from 'qr/decode.js';

export interface Picture {
    readonly width: number;
    readonly height: number;
    /** RGBA. */
    readonly data: Uint8ClampedArray | Uint8Array;
}

/** A hand is patient for so long with one picture. */
const timeLimitMs = 60;

/** What the code in the picture says; undefined where none is found. */
export function readCode(picture: Picture): string | undefined {
    try {
        return decodeQR(picture, { timeLimit: timeLimitMs });
    } catch {
        // The library throws for a picture without a code: the common case.
        return undefined;
    }
}

/** A QR code as the path of an SVG in units of a module, without its quiet zone; `size` modules a side. */
export function codePath(text: string): { path: string; size: number } {
    const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 0 });
    let path = '';
    rows.forEach((row, y) => {
        for (let x = 0; x < row.length; x++) {
            if (row[x] !== true) continue;
            let end = x;
            while (row[end + 1] === true) end += 1;
            path += `M${x} ${y}h${end - x + 1}v1h-${end - x + 1}z`;
            x = end;
        }
    });
    return { path, size: rows.length };
}
