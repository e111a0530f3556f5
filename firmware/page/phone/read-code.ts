/** Read code: finds a QR code in the pixels of a picture. Loaded when the camera opens. */
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
