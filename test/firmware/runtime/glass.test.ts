/** Glass: what may be paid is told before it is shown, and that it is gone only when a later frame stands there. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type FramePainter, Glass } from '../../../firmware/runtime/glass.ts';
import type { World } from '../../../firmware/sale/world.ts';
import type { Screen } from '../../../firmware/screens/screen.ts';
import { soundOf } from '../../../firmware/screens/sounds.ts';
import { ManualClock, settled } from '../../drivers/manual-clock.ts';
import { FakeDisplay, quiet } from './fakes.ts';

let clock: ManualClock;
let display: FakeDisplay;
let glass: Glass;
/** What the world was told, with the number of frames that had been shown by then. */
let told: { glass: World['glass']; frames: number }[];

const painter: FramePainter = {
    frame: (screen, _display, id) => ({ id, kind: screen.kind, payable: screen.code?.payable !== undefined, svg: '<svg/>' }),
};
const screen = (kind: Screen['kind'], payable?: string): Screen => ({
    kind,
    title: { key: 'title.idle' },
    lines: [],
    beside: [],
    scanning: false,
    seller: 'Corner Stand',
    locale: 'en',
    timeZone: 'UTC',
    ...(payable === undefined
        ? {}
        : { code: { kind: 'order', value: `https://code.example/${payable}`, payable, caption: { key: 'code.caption.order' } } }),
});
const last = () => told.at(-1)?.glass;

describe('the glass', () => {
    beforeEach(() => {
        clock = new ManualClock();
        display = new FakeDisplay();
        display.held = true;
        told = [];
        glass = new Glass({ display, clock, log: quiet, tell: (state) => told.push({ glass: state, frames: display.frames.length }) });
    });

    async function blankFirst(): Promise<void> {
        glass.painter(painter);
        glass.want(screen('idle'));
        await settled();
        display.confirm();
        await settled();
    }

    test('before the first frame is confirmed anything may stand there', async () => {
        glass.painter(painter);
        glass.want(screen('idle'));
        await settled();
        assert.deepEqual(told, []);
        display.confirm();
        await settled();
        assert.deepEqual(last(), { faulty: false });
    });

    test('a payable frame is told before it is shown', async () => {
        await blankFirst();
        glass.want(screen('pay', 'P1'));
        const { frames } = told.at(-1)!;
        assert.deepEqual(last(), { payable: 'P1', faulty: false });
        await settled();
        assert.equal(display.frames.length, frames + 1);
    });

    test('every confirmed frame says so: a barrier that ran out meanwhile must not leave the display faulty for ever', async () => {
        await blankFirst();
        const before = told.length;
        glass.want(screen('thanks'));
        await settled();
        display.confirm();
        await settled();
        assert.ok(told.length > before);
        assert.deepEqual(last(), { faulty: false });
    });

    test('it is gone only when a later frame is confirmed', async () => {
        await blankFirst();
        glass.want(screen('pay', 'P1'));
        await settled();
        display.confirm();
        await settled();
        glass.want(screen('wait'));
        await settled();
        assert.deepEqual(last(), { payable: 'P1', faulty: false });
        display.confirm();
        await settled();
        assert.deepEqual(last(), { faulty: false });
    });

    test('a payable frame that was overtaken still counts as seen until the next one stands there', async () => {
        await blankFirst();
        glass.want(screen('pay', 'P1'));
        await settled();
        glass.want(screen('wait'));
        display.confirm();
        await settled();
        assert.deepEqual(last(), { payable: 'P1', faulty: false });
        display.confirm();
        await settled();
        assert.deepEqual(last(), { faulty: false });
    });

    test('one frame at a time, and the latest wins', async () => {
        await blankFirst();
        glass.want(screen('pay', 'P1'));
        await settled();
        for (const kind of ['wait', 'delivering', 'thanks'] as const) glass.want(screen(kind));
        await settled();
        assert.deepEqual(
            display.frames.map((frame) => frame.kind),
            ['idle', 'pay'],
        );
        display.confirm();
        await settled();
        assert.deepEqual(
            display.frames.map((frame) => frame.kind),
            ['idle', 'pay', 'thanks'],
        );
    });

    test('a frame waits for what must leave first, and then shows the latest screen', async () => {
        const gate = Promise.withResolvers<void>();
        glass = new Glass({ display, clock, log: quiet, tell: () => undefined, beforeDrawing: () => gate.promise });
        glass.painter(painter);
        glass.want(screen('pay', 'P1'));
        glass.want(screen('wait'));
        await settled();
        assert.equal(display.frames.length, 0);
        gate.resolve();
        await settled();
        assert.deepEqual(
            display.frames.map(({ kind }) => kind),
            ['wait'],
        );
    });

    test('a frame for a browser is heard as what follows the one that stood there, and silent where it is the first', async () => {
        const page = { words: 'Welcome', lang: 'en', touch: [] };
        glass.painter({ frame: (shown, to, id) => ({ ...painter.frame(shown, to, id), page }) });
        glass.want(screen('idle'));
        await settled();
        display.confirm();
        glass.want({ ...screen('reading'), saleId: 'S1' });
        await settled();
        display.confirm();
        // A picture that another one overtakes is not heard, and what follows is heard against what was really seen.
        glass.want({ ...screen('delivering'), saleId: 'S1' });
        glass.want({ ...screen('thanks'), saleId: 'S1' });
        await settled();
        display.confirm();
        await settled();
        assert.deepEqual(
            display.frames.map(({ kind, page: beside }) => [kind, beside?.sound?.tone]),
            [
                ['idle', undefined],
                ['reading', 'scan-ok'],
                ['thanks', soundOf({ ...screen('thanks'), saleId: 'S1' }, { ...screen('reading'), saleId: 'S1' })?.tone],
            ],
        );
        assert.equal(display.frames[2]?.page?.sound?.tone, 'paid');
    });

    test('the same screen is not drawn twice', async () => {
        await blankFirst();
        glass.want(screen('idle'));
        await settled();
        assert.equal(display.frames.length, 1);
    });

    test('a display that fails: faulty, what may be seen stays, tried again, well again', async () => {
        await blankFirst();
        glass.want(screen('pay', 'P1'));
        await settled();
        display.break();
        await settled();
        assert.deepEqual(last(), { payable: 'P1', faulty: true });
        await clock.advance(1_000);
        display.confirm();
        await settled();
        assert.deepEqual(last(), { payable: 'P1', faulty: false });
        assert.equal(glass.frames, 2);
    });

    test('closing shows the last screen and waits for it', async () => {
        await blankFirst();
        const closed = glass.close(screen('outOfService'), 3_000);
        await clock.advance(100);
        display.confirm();
        await clock.advance(100);
        await closed;
        assert.equal(display.frames.at(-1)?.kind, 'outOfService');
        assert.equal(clock.pending, 0);
    });

    test('closing does not wait for ever for a display that does not answer', async () => {
        await blankFirst();
        const closed = glass.close(screen('outOfService'), 3_000);
        await clock.advance(3_100);
        await closed;
        glass.want(screen('idle'));
        display.confirm();
        await settled();
        assert.equal(display.frames.length, 2);
    });
});
