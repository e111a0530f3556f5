/** What the paint tests share: a look at pixels with a decoder that is not ours. */
import jsqrModule from 'jsqr';
import type { Frame } from '../../../firmware/ports/devices.ts';

type Decode = (
    data: Uint8ClampedArray,
    width: number,
    height: number,
    options?: { inversionAttempts: 'dontInvert' },
) => { data: string } | null;
const jsqr = jsqrModule as unknown as Decode & { default?: Decode };

export type Pixels = NonNullable<Frame['pixels']>;

/** The text of the QR code in a picture, dark on light; undefined where none is found. */
export function decode(pixels: Pixels): string | undefined {
    const read = jsqr.default ?? jsqr;
    return read(Uint8ClampedArray.from(pixels.rgba), pixels.width, pixels.height, { inversionAttempts: 'dontInvert' })?.data;
}

/** Brightness of a pixel, 0 to 255. */
export function shade(pixels: Pixels, at: { x: number; y: number }): number {
    const offset = (at.y * pixels.width + at.x) * 4;
    return Math.max(pixels.rgba[offset] ?? 0, pixels.rgba[offset + 1] ?? 0, pixels.rgba[offset + 2] ?? 0);
}
