/** Virtual scanner: its part of the config. */
import * as v from 'valibot';
import { defineDriverConfig } from '../driver.ts';

export const virtualScannerConfig = defineDriverConfig({
    type: 'virtual',
    summary: 'A scanner that is not there: codes come from the page or from the local API.',
    virtual: true,
    schema: v.strictObject({ type: v.literal('virtual') }),
});
