/** Picture display: its part of the config. */
import * as v from 'valibot';
import { defineDriverConfig } from '../driver.ts';
import { sizeEntries } from '../lib/picture-size.ts';

export const pngDisplayConfig = defineDriverConfig({
    type: 'png',
    summary: 'Writes each shown frame to a PNG file: a headless display for tests, for remote viewing and for people.',
    virtual: false,
    schema: v.strictObject({
        type: v.literal('png'),
        path: v.pipe(
            v.string(),
            v.minLength(1, 'Name the file that the screen is written to, such as ./screen.png.'),
            v.description('The file, replaced as a whole at each frame; its folder is made when it is missing.'),
        ),
        ...sizeEntries,
    }),
});
