/** Pixels: pictures as bytes, and how far two of them are from each other. */
import { PNG } from 'pngjs';

export interface Pixels {
    readonly width: number;
    readonly height: number;
    /** RGBA. */
    readonly data: Uint8Array;
}

export function pixelsOf(png: Buffer): Pixels {
    return PNG.sync.read(png);
}

/** The lightest pixel, 0 to 255: zero is a black picture. */
export function lightest({ data }: Pixels): number {
    let most = 0;
    for (let at = 0; at < data.length; at += 4) most = Math.max(most, data[at]!, data[at + 1]!, data[at + 2]!);
    return most;
}
