/** Virtual panel: its part of the config. */
import * as v from 'valibot';
import { defineDriverConfig } from '../driver.ts';

export const virtualPanelConfig = defineDriverConfig({
    type: 'virtual',
    summary: 'Lamps and keys that are not there: the page shows and presses them.',
    virtual: true,
    schema: v.strictObject({ type: v.literal('virtual') }),
});
