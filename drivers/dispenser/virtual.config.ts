/** Virtual dispenser: its part of the config. */
import * as v from 'valibot';
import { defineDriverConfig } from '../driver.ts';

const items = (what: string) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000), v.description(what));
const slotName = v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'A slot is named by letters, digits, dots, dashes and underscores, such as A1.'),
);

export const virtualDispenserConfig = defineDriverConfig({
    type: 'virtual',
    summary: 'A dispenser that is not there, with faults to set; what fell lies in a file under the data folder, as goods lie in a tray.',
    virtual: true,
    schema: v.strictObject({
        type: v.literal('virtual'),
        slots: v.optional(v.pipe(v.array(slotName), v.minLength(1), v.description('Its slots; without this, the slots of the catalog.'))),
        stock: v.optional(
            v.pipe(v.record(slotName, items('Items.')), v.description('Items that a slot was filled with, where not `stockEach`.')),
            {},
        ),
        stockEach: v.optional(items('Items that every other slot was filled with. What fell is taken off, also after a restart.'), 1000),
        moveMs: v.optional(
            v.pipe(
                v.number(),
                v.integer(),
                v.minValue(0),
                v.maxValue(60_000),
                v.description('How long a motor turns for one item, in milliseconds.'),
            ),
            500,
        ),
    }),
});
