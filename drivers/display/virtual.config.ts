/** Virtual display: its part of the config. */
import * as v from 'valibot';
import { defineDriverConfig } from '../driver.ts';
import { sizeEntries } from '../lib/picture-size.ts';

export const virtualDisplayConfig = defineDriverConfig({
    type: 'virtual',
    summary: 'A display in memory: the page shows what stands on it.',
    virtual: true,
    schema: v.strictObject({
        type: v.literal('virtual'),
        form: v.optional(
            v.pipe(
                v.picklist(['pixels', 'svg', 'text']),
                v.description('What the display takes: pixels as a panel does, SVG, or lines of text.'),
            ),
            'pixels',
        ),
        touch: v.optional(
            v.pipe(
                v.boolean(),
                v.description('Fingers reach it: what can be pressed is drawn as buttons, and the page passes touches on.'),
            ),
            false,
        ),
        ...sizeEntries,
    }),
});
