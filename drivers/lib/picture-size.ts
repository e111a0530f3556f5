/**
 * Picture size: what the displays without a panel of their own have in common in the config, and whether a code can be read on them.
 */
import * as v from 'valibot';

const side = (what: string) =>
    v.pipe(v.number(), v.integer(), v.minValue(32), v.maxValue(4096), v.description(`${what} of the picture, in pixels.`));

export const sizeEntries = {
    width: v.optional(side('Width'), 800),
    height: v.optional(side('Height'), 480),
    depth: v.optional(
        v.pipe(
            v.picklist([1, 2, 16, 24]),
            v.description('Bits of a pixel that the display is taken to show: 1 (black and white), 2 (four greys), 16 or 24.'),
        ),
        24,
    ),
    refreshMs: v.optional(
        v.pipe(
            v.number(),
            v.integer(),
            v.minValue(0),
            v.maxValue(60_000),
            v.description('How long the till takes a picture to need until it stands, in milliseconds: blanking begins that much earlier.'),
        ),
        50,
    ),
    allowSmallQr: v.optional(
        v.pipe(
            v.boolean(),
            v.description(
                'Codes may be drawn with modules of 2 pixels where 3 find no room. Try it with several telephones first: many read such a code only from close by, or not at all.',
            ),
        ),
        false,
    ),
};

/** Telephones read modules of this many pixels (firmware/paint/code.ts); the config check asks for as many. */
export const modulePxMin = 3;
/** What `allowSmallQr` allows. */
export const modulePxSmall = 2;

/**
 * The longest order code that is planned for, in bytes: the gateway's sample has 59 (protocol §10.2), and 62 make the same symbol. A longer
 * one is still drawn where it fits, and is never sold with where it does not.
 */
export const orderCodeBytesMax = 62;

/** Bytes that a QR symbol of version 1, 2, 3 … holds at level M (ISO/IEC 18004, table 7). */
const bytesOfVersion = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213] as const;
const quietModules = 4;

/** Side of a module in whole pixels when a code of so many bytes takes the whole shorter side of a picture; 0 where it is too long for any. */
export function modulePxOf(picture: { width: number; height: number; bytes: number }): number {
    const version = bytesOfVersion.findIndex((bytes) => picture.bytes <= bytes) + 1;
    if (version === 0) return 0;
    const modules = 17 + 4 * version + 2 * quietModules;
    return Math.floor(Math.min(picture.width, picture.height) / modules);
}
