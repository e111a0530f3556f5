/** The kiosk's screen in windows: one that is the panel, and mirrors of a virtual glass. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { browserDisplayConfig } from '../../../drivers/display/browser.config.ts';
import { browserDisplay } from '../../../drivers/display/browser.ts';
import type { WindowDisplay } from '../../../firmware/ports/window.ts';
import { needsWith, realClock } from '../../drivers/needs.ts';
import { until } from '../../drivers/until.ts';
import { listenTo } from '../../e2e/live-stream.ts';
import { callPort, withApi } from './open-api.ts';

const live = (port: number) => listenTo(`http://127.0.0.1:${port}/v1/screen/live`);
const frame = (id: number) => ({
    id,
    kind: 'idle',
    payable: false,
    svg: `<svg id="${id}"/>`,
    page: { words: 'Hello.', lang: 'en', touch: [{ key: 'cancel', label: 'Cancel', x: 0, y: 0, width: 9, height: 9 }] },
});

async function panel(t: TestContext): Promise<WindowDisplay> {
    const config = v.parse(browserDisplayConfig.schema, { type: 'browser', touch: true, shownWithin: 150 });
    const display = (await browserDisplay.open(config, needsWith({ clock: realClock, dataDir: tmpdir() }))) as WindowDisplay;
    t.after(() => display.close());
    return display;
}

test('a window is the panel: it gets the picture, says that it stands, and its touches are keys', async (t) => {
    const window = await panel(t);
    await withApi(
        async ({ api, post, clock, desk }) => {
            const stream = await live(api.port);
            await until('the display is online', () => window.status().state === 'online');
            // What a window shows from before, such as a code of the run before, is not kept alive.
            clock.pass(1_000);
            const showing = window.show(frame(1));
            await until('the picture', () => stream.of('frame').length === 1);
            assert.equal(stream.of('beat').length, 0);
            const sent = stream.of('frame')[0]!.data;
            assert.deepEqual([sent.svg, sent.width, sent.height, sent.page.words], ['<svg id="1"/>', 800, 480, 'Hello.']);
            assert.deepEqual((await post('/v1/screen/shown', { id: sent.id + 1 })).json, { awaited: false });
            assert.deepEqual((await post('/v1/screen/shown', { id: sent.id })).json, { awaited: true });
            await showing;
            const keys = window.keys!()[Symbol.asyncIterator]();
            assert.equal((await post('/v1/screen/touch', { key: 'cancel' })).status, 202);
            assert.deepEqual(await keys.next(), { value: 'cancel', done: false });
            const refused = await post('/v1/screen/touch', { key: 'service-on' });
            assert.deepEqual([refused.status, refused.json.code], [409, 'not-touchable']);
            for (const wrong of [{}, { id: 'x' }, { id: 1, more: 1 }]) assert.equal((await post('/v1/screen/shown', wrong)).status, 422);

            const beats = stream.of('beat').length;
            desk.alive = false;
            clock.pass(1_000);
            desk.alive = true;
            clock.pass(1_000);
            await until('the beat', () => stream.of('beat').length === beats + 1);
            stream.close();
            await until('the display is offline', () => window.status().state === 'offline');
            await until('no timer is left', () => clock.timers() === 0);
        },
        { virtual: {}, page: undefined as never, glass: () => ({ display: window, window }) },
    );
});

test('a newer window takes over, and one that does not answer is cut off', async (t) => {
    const window = await panel(t);
    await withApi(
        async ({ api, desk }) => {
            const older = await live(api.port);
            await until('the display is online', () => window.status().state === 'online');
            const newer = await live(api.port);
            await until('the older one is told', () => older.of('replaced').length === 1 && older.ended);
            await assert.rejects(window.show(frame(1)), { code: 'DISPLAY_NOT_SHOWN' });
            await until('the silent one is cut off', () => newer.ended);
            assert.equal(window.status().state, 'fault');
            desk.alive = false;
            const dead = await callPort(api.port, { path: '/v1/screen/live' });
            assert.deepEqual([dead.status, dead.json.code], [503, 'not-turning']);
        },
        { virtual: {}, page: undefined as never, glass: () => ({ display: window, window }) },
    );
});

test('a page of another origin does not become the panel, nor hears what the page hears', async (t) => {
    const window = await panel(t);
    await withApi(
        async ({ api, call }) => {
            const stream = await live(api.port);
            await until('the display is online', () => window.status().state === 'online');
            const own = `http://127.0.0.1:${api.port}`;
            for (const path of ['/v1/screen/live', '/v1/virtual/live', '/v1/events']) {
                for (const headers of [
                    { origin: 'https://evil.example' },
                    { origin: 'null' },
                    { 'sec-fetch-site': 'cross-site' },
                    { 'sec-fetch-site': 'same-site' },
                    { origin: own, 'sec-fetch-site': 'cross-site' },
                ] as const) {
                    const answer = await call({ path, headers: headers as Readonly<Record<string, string>> });
                    assert.deepEqual([answer.status, answer.json.code], [403, 'origin-not-allowed'], `${path} ${JSON.stringify(headers)}`);
                }
            }
            assert.equal(stream.ended, false);
            const again = await listenTo(`${own}/v1/screen/live`, { origin: own, 'sec-fetch-site': 'same-origin' });
            assert.equal(again.status, 200);
        },
        { virtual: {}, glass: () => ({ display: window, window }) },
    );
});

test('closing the display, or the API, ends the windows', async (t) => {
    const window = await panel(t);
    await withApi(
        async ({ api }) => {
            const stream = await live(api.port);
            await window.close();
            await until('it has ended', () => stream.ended);
            assert.deepEqual(stream.of('replaced'), []);
        },
        { virtual: {}, glass: () => ({ display: window, window }) },
    );
});

test('a mirror that draws a newer screen than stands on the glass knows that its code can be paid, and for how long', async () => {
    await withApi(async ({ api, desk, clock }) => {
        desk.seen = { ...desk.seen, screen: { ...desk.seen.screen, kind: 'pay', until: clock.wallMs() + 60_000 } };
        Object.assign(desk, { screen: () => ({ screen: { kind: 'pay', code: { payable: 'P1' } }, svg: '<svg/>' }) });
        const mirror = await live(api.port);
        await until('what stands', () => mirror.of('frame').length === 1);
        const { payable, payableForMs } = mirror.of('frame')[0]!.data;
        assert.deepEqual([payable, payableForMs], [true, 60_000]);
        mirror.close();
    });
});

test('mirrors of a virtual glass: any number, what stands at once and each picture after it', async () => {
    await withApi(async ({ api, devices, post }) => {
        const mirrors = await Promise.all([live(api.port), live(api.port)]);
        await until('what stands', () => mirrors.every((one) => one.of('frame').length === 1));
        // Pixels are no picture for a window: it gets the same screen as SVG.
        assert.match(mirrors[0]!.of('frame')[0]!.data.svg, /^<svg.*hello/);
        assert.deepEqual(mirrors[0]!.of('frame')[0]!.data.page, { words: 'Welcome.', lang: 'en', touch: [] });
        devices.show(frame(2));
        await until('the next', () => mirrors.every((one) => one.of('frame').at(-1)?.data.id === 2));
        assert.deepEqual((await post('/v1/screen/shown', { id: 2 })).json, { awaited: true });
        assert.equal((await post('/v1/screen/touch', { key: 'cancel' })).status, 202);
        assert.equal((await post('/v1/screen/touch', { key: 'other' })).status, 409);
        assert.deepEqual(devices.done, ['touch cancel', 'touch other']);
        for (const mirror of mirrors) mirror.close();
    });
});
