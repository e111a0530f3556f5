/** Browser display: its part of the config. */
import * as v from 'valibot';
import { defineDriverConfig } from '../driver.ts';

const side = (what: string) =>
    v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(4096), v.description(`${what} of the picture, in CSS pixels.`));

export const browserDisplayConfig = defineDriverConfig({
    type: 'browser',
    summary: 'A browser in kiosk mode on this machine that shows the page /screen full-screen, on an HDMI or DSI panel.',
    virtual: false,
    schema: v.strictObject({
        type: v.literal('browser'),
        width: v.optional(side('Width'), 800),
        height: v.optional(side('Height'), 480),
        touch: v.optional(v.pipe(v.boolean(), v.description('Fingers reach the panel: what can be pressed is drawn as buttons.')), false),
        shownWithin: v.optional(
            v.pipe(
                v.number(),
                v.integer(),
                v.minValue(100),
                v.maxValue(30_000),
                v.description(
                    'How long a window may take until it says that a picture stands, in milliseconds; then it is closed and the display is at fault.',
                ),
            ),
            2000,
        ),
    }),
});
