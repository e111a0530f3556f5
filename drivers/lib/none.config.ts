/** No device of a kind: its part of the config. Nothing is opened for it, so it has no second file. */
import * as v from 'valibot';
import { defineDriverConfig } from '../driver.ts';

export const noneConfig = defineDriverConfig({
    type: 'none',
    summary: 'No such device on this kiosk.',
    virtual: false,
    schema: v.strictObject({ type: v.literal('none') }),
});
