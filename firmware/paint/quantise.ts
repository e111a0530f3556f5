/** Quantise: the picture as a panel of few shades will show it. No dithering: dots around letters make them hard to read. */

/** A line one pixel thick may lie half on each of two rows: it must not vanish, so less than a half of ink is ink. */
const lightFrom = 155;

/** Rounds RGBA pixels, in place, to black and white (depth 1) or four greys (depth 2); deeper displays keep their colours. */
export function quantise(rgba: Uint8Array, depth: number): void {
    if (depth > 2) return;
    const steps = 3;
    for (let offset = 0; offset < rgba.length; offset += 4) {
        // Rec. 709 luma in whole numbers.
        const luma = ((rgba[offset] ?? 0) * 54 + (rgba[offset + 1] ?? 0) * 183 + (rgba[offset + 2] ?? 0) * 19) >> 8;
        const shade = depth === 1 ? (luma < lightFrom ? 0 : 255) : Math.round((luma / 255) * steps) * (255 / steps);
        rgba[offset] = shade;
        rgba[offset + 1] = shade;
        rgba[offset + 2] = shade;
        rgba[offset + 3] = 255;
    }
}
