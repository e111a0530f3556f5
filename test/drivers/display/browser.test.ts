import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { browserDisplayConfig } from '../../../drivers/display/browser.config.ts';
import { browserDisplay } from '../../../drivers/display/browser.ts';
import type { Frame } from '../../../firmware/ports/devices.ts';
import { type WindowDisplay, windowSilenceMs } from '../../../firmware/ports/window.ts';
import { ManualClock } from '../manual-clock.ts';
import { needsWith } from '../needs.ts';
import { FakeWindow } from './fake-window.ts';

async function displayFor(t: TestContext, clock = new ManualClock()) {
    const config = v.parse(browserDisplayConfig.schema, { type: 'browser', touch: true });
    const display = (await browserDisplay.open(config, needsWith({ clock, dataDir: tmpdir() }))) as WindowDisplay;
    t.after(() => display.close());
    return { clock, display };
}

function picture(id: number, more: Partial<Frame> = {}): Frame {
    const area = { key: 'cancel', label: 'Cancel', x: 0, y: 0, width: 100, height: 50 };
    return {
        id,
        payable: false,
        kind: 'idle',
        svg: `<svg><!--${id}--></svg>`,
        page: { words: 'Hello.', lang: 'en', touch: [area] },
        ...more,
    };
}

/** Lets promises and immediates run. */
async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('browser display', () => {
    test('without a window it is offline, says what to do, and shows nothing', async (t) => {
        const { display } = await displayFor(t);
        assert.equal(display.status().state, 'offline');
        assert.match(display.status().reason, /open \/screen/);
        await assert.rejects(display.show(picture(1)), { code: 'DISPLAY_NOT_SHOWN', kind: 'device', facts: { why: 'no-window' } });
    });

    test('a new window gets what should stand at once, also what nobody has seen yet', async (t) => {
        const { display } = await displayFor(t);
        await assert.rejects(display.show(picture(1)), { code: 'DISPLAY_NOT_SHOWN' });
        const window = new FakeWindow(display).open();
        assert.deepEqual([display.status().state, window.frames[0]?.svg], ['online', picture(1).svg]);
        await display.show(picture(2));
        window.leave();
        assert.equal(display.status().state, 'offline');
        const next = new FakeWindow(display).open();
        assert.equal(next.frames[0]?.svg, picture(2).svg);
    });

    test('it stands when the window says so, not before', async (t) => {
        const { display } = await displayFor(t);
        const window = new FakeWindow(display);
        window.answers = false;
        window.open();
        let stands = false;
        const showing = display.show(picture(1)).then(() => {
            stands = true;
        });
        await settle();
        assert.equal(stands, false);
        assert.equal(display.shown(window.frames[0]!.id + 1), false, 'a frame that nobody was given');
        assert.equal(window.answer(window.frames[0]!), true);
        await showing;
        assert.equal(stands, true);
    });

    test('a window that does not answer is let go and the display at fault; the next window mends it', async (t) => {
        const { clock, display } = await displayFor(t);
        const window = new FakeWindow(display);
        window.answers = false;
        window.open();
        const shown = assert.rejects(display.show(picture(1)), { code: 'DISPLAY_NOT_SHOWN', facts: { why: 'unanswered' } });
        await settle();
        await clock.advance(1_999);
        assert.deepEqual(window.letGos, []);
        await clock.advance(1);
        await shown;
        assert.deepEqual([window.letGos, display.status().state], [['unanswered'], 'fault']);
        assert.equal(window.answer(window.frames[0]!), false, 'a word that comes too late counts for nothing');
        const next = new FakeWindow(display).open();
        assert.equal(display.status().state, 'online');
        await display.show(picture(2));
        assert.equal(next.standing?.svg, picture(2).svg);
    });

    test('the newest window is the panel: the older one is told, and its word counts no more', async (t) => {
        const { display } = await displayFor(t);
        const older = new FakeWindow(display).open();
        await display.show(picture(1));
        older.answers = false;
        const newer = new FakeWindow(display);
        newer.answers = false;
        newer.open();
        assert.deepEqual(older.letGos, ['replaced']);
        let stands = false;
        const showing = display.show(picture(2)).then(() => {
            stands = true;
        });
        await settle();
        assert.equal(display.shown(older.frames.at(-1)!.id), false);
        older.leave();
        assert.equal(display.status().state, 'online', 'the older one has nothing to take away');
        await settle();
        assert.equal(stands, false);
        assert.equal(newer.answer(newer.frames.at(-1)!), true);
        await showing;
    });

    test('a window that comes while a picture is waited for may confirm it, and is not blamed for the time that was lost', async (t) => {
        const { clock, display } = await displayFor(t);
        const first = new FakeWindow(display);
        first.answers = false;
        first.open();
        const showing = display.show(picture(1));
        await settle();
        await clock.advance(1_900);
        const second = new FakeWindow(display).open();
        await showing;
        assert.equal(second.standing?.svg, picture(1).svg);

        second.answers = false;
        const again = assert.rejects(display.show(picture(2)), { facts: { why: 'unanswered' } });
        await settle();
        await clock.advance(1_900);
        const third = new FakeWindow(display);
        third.answers = false;
        third.open();
        await clock.advance(100);
        await again;
        assert.deepEqual([third.letGos, display.status().state], [[], 'online']);
    });

    test('a window that goes while a picture is waited for ends the wait', async (t) => {
        const { clock, display } = await displayFor(t);
        const window = new FakeWindow(display);
        window.answers = false;
        window.open();
        const showing = assert.rejects(display.show(picture(1)), { code: 'DISPLAY_NOT_SHOWN', facts: { why: 'no-window' } });
        await settle();
        window.leave();
        await showing;
        assert.equal(clock.pending, 0);
    });

    test('a payable code comes with the time that it may stand, and never after it', async (t) => {
        const { clock, display } = await displayFor(t);
        const until = clock.wallMs() + 60_000;
        const page = { words: 'Pay.', lang: 'en', touch: [], until };
        const window = new FakeWindow(display).open();
        await display.show(picture(1, { payable: true, kind: 'pay', page }));
        assert.equal(window.frames.at(-1)?.payableForMs, 60_000);
        await clock.advance(45_000);
        const second = new FakeWindow(display).open();
        assert.equal(second.frames[0]?.payableForMs, 15_000);
        await clock.advance(15_000);
        const third = new FakeWindow(display).open();
        assert.deepEqual(third.frames, []);
    });

    for (const [how, lose] of [
        ['replaced by a newer one', () => undefined],
        ['gone', (window: FakeWindow) => window.leave()],
    ] as const) {
        test(`a window that was ${how} may show its code until it is dark by itself: till then nothing else stands`, async (t) => {
            const { clock, display } = await displayFor(t);
            const older = new FakeWindow(display).open();
            await display.show(picture(1, { payable: true, kind: 'pay' }));
            lose(older);
            new FakeWindow(display).open();
            await clock.advance(1_000);
            let blank = false;
            const showing = display.show(picture(2)).then(() => {
                blank = true;
            });
            await clock.advance(windowSilenceMs - 1_001);
            assert.equal(blank, false);
            await clock.advance(1);
            await showing;
            assert.equal(clock.pending, 0);
            await display.show(picture(3));
        });
    }

    test('a window that did not say that its code is gone may still show it', async (t) => {
        const { clock, display } = await displayFor(t);
        const hung = new FakeWindow(display).open();
        await display.show(picture(1, { payable: true, kind: 'pay' }));
        hung.answers = false;
        const failed = assert.rejects(display.show(picture(2)), { facts: { why: 'unanswered' } });
        await clock.advance(2_000);
        await failed;
        new FakeWindow(display).open();
        let blank = false;
        const showing = display.show(picture(3)).then(() => {
            blank = true;
        });
        await clock.advance(windowSilenceMs - 1);
        assert.equal(blank, false);
        await clock.advance(1);
        await showing;
    });

    test('closing it ends that wait', async (t) => {
        const { clock, display } = await displayFor(t);
        new FakeWindow(display).open();
        await display.show(picture(1, { payable: true, kind: 'pay' }));
        new FakeWindow(display).open();
        const showing = assert.rejects(display.show(picture(2)), { code: 'DISPLAY_CLOSED' });
        await settle();
        await display.close();
        await showing;
        assert.equal(clock.pending, 0);
    });

    test('a window that said that something else stands has no code any more', async (t) => {
        const { clock, display } = await displayFor(t);
        new FakeWindow(display).open();
        await display.show(picture(1, { payable: true, kind: 'pay' }));
        await display.show(picture(2));
        new FakeWindow(display).open();
        await display.show(picture(3));
        assert.equal(clock.monoMs(), 0);
    });

    test('blanking begins early enough for a window that is dark only by itself', async (t) => {
        const { display } = await displayFor(t);
        assert.equal(display.refreshMs, windowSilenceMs);
    });

    test('only what is drawn as a button on the picture that stands can be touched', async (t) => {
        const { display } = await displayFor(t);
        const keys: string[] = [];
        void (async () => {
            for await (const key of display.keys!()) keys.push(key);
        })();
        assert.equal(display.touched('cancel'), false, 'nothing stands');
        const window = new FakeWindow(display);
        window.answers = false;
        window.open();
        const showing = display.show(picture(1));
        await settle();
        assert.equal(display.touched('cancel'), false, 'it does not stand yet');
        window.answer(window.frames[0]!);
        await showing;
        assert.equal(display.touched('confirm'), false, 'it is not drawn');
        assert.equal(display.touched('cancel'), true);
        await settle();
        assert.deepEqual(keys, ['cancel']);
    });

    test('frames have other numbers in every run: a word about the run before counts for nothing', async (t) => {
        const clock = new ManualClock();
        const { display: before } = await displayFor(t, clock);
        const window = new FakeWindow(before).open();
        await before.show(picture(1));
        await before.close();
        assert.deepEqual(window.letGos, ['closed']);
        await clock.advance(1_000);
        const { display } = await displayFor(t, clock);
        const again = new FakeWindow(display);
        again.answers = false;
        again.open();
        const showing = assert.rejects(display.show(picture(1)), { code: 'DISPLAY_CLOSED' });
        await settle();
        assert.equal(display.shown(window.frames[0]!.id), false);
        await display.close();
        await showing;
    });
});
