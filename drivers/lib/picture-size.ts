/** What the displays without a panel of their own have in common in the config: how large they are taken to be. */
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
};
