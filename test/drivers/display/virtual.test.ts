import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { virtualDisplayConfig } from '../../../drivers/display/virtual.config.ts';
import { virtualDisplay } from '../../../drivers/display/virtual.ts';
import { frameOf } from '../../contract/display-contract.ts';
import { ManualClock } from '../manual-clock.ts';
import { needsWith } from '../needs.ts';

async function displayFor(t: TestContext) {
    const clock = new ManualClock();
    const config = v.parse(virtualDisplayConfig.schema, { type: 'virtual', width: 64, height: 48 });
    const display = await virtualDisplay.open(config, needsWith({ clock, dataDir: tmpdir() }));
    t.after(() => display.close());
    return { clock, display };
}

describe('virtual display', () => {
    test('a late frame stands when its time is over, not before', async (t) => {
        const { clock, display } = await displayFor(t);
        display.trouble({ lateMs: 4_000 });
        let stands = false;
        const showing = display.show(frameOf(display, 1)).then(() => {
            stands = true;
        });
        await clock.advance(3_999);
        assert.deepEqual([stands, display.glass()], [false, undefined]);
        await clock.advance(1);
        await showing;
        assert.equal(display.glass()?.id, 1);
    });

    test('a broken one keeps the frame before', async (t) => {
        const { display } = await displayFor(t);
        await display.show(frameOf(display, 1));
        display.trouble({ broken: true });
        await assert.rejects(display.show(frameOf(display, 2)), { code: 'DISPLAY_BROKEN', kind: 'device' });
        assert.equal(display.glass()?.id, 1);
    });

    test('closed while a frame is late: the frame is refused', async (t) => {
        const { clock, display } = await displayFor(t);
        display.trouble({ lateMs: 4_000 });
        const refused = assert.rejects(display.show(frameOf(display, 1)), { code: 'DISPLAY_CLOSED' });
        await clock.advance(10);
        await display.close();
        await refused;
        assert.equal(clock.pending, 0);
    });
});
