/** A kiosk whose display is a window of a browser, against the real process; this test is the window. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Kiosk } from './kiosk.ts';
import { type LiveStream, listenTo } from './live-stream.ts';
import { Stage, vending } from './stage.ts';

let stage: Stage;
let kiosk: Kiosk;

before(async () => {
    stage = await Stage.open();
    kiosk = await stage.kiosk({ config: { ...vending, display: { type: 'browser', touch: true, shownWithin: 500 } } });
    await kiosk.start();
});

after(() => stage?.close());

/** A window that says of every picture that it stands, while `answers` is true. */
async function openWindow(): Promise<{ stream: LiveStream; answers: boolean; close(): void }> {
    const stream = await listenTo(`${kiosk.url}/v1/screen/live`);
    assert.equal(stream.status, 200);
    const window = { stream, answers: true, close: () => stream.close() };
    let told = 0;
    const timer = setInterval(() => {
        const frames = stream.of('frame');
        if (!window.answers || frames.length === told) return;
        told = frames.length;
        void kiosk.post('/v1/screen/shown', { id: frames.at(-1)!.data.id }).catch(() => undefined);
    }, 10);
    timer.unref();
    return window;
}

test('without a window an order code is not offered; with one it is, and can be paid', async () => {
    const closed = await kiosk.sell(['A1']);
    // The scanner alone is left.
    await kiosk.scan(await stage.code());
    const first = await kiosk.ended(closed.id);
    assert.deepEqual([first.state, first.payments.map(({ mode }) => mode)], ['delivered', ['payment-code']]);

    const window = await openWindow();
    await kiosk.until('a picture', () => window.stream.of('frame').at(-1));
    const sale = await kiosk.sell(['A1']);
    const code = await kiosk.orderCode(sale.id);
    const payable = await kiosk.until('the code on the glass', () => window.stream.of('frame').find(({ data }) => data.payable));
    assert.ok(payable.data.payableForMs > 10_000 && payable.data.payableForMs <= 20_000, String(payable.data.payableForMs));
    await stage.bank.wallet.scan('alice', { code });
    assert.equal((await kiosk.ended(sale.id)).state, 'delivered');
    await kiosk.until('the code is gone', () => (window.stream.of('frame').at(-1)?.data.payable === false ? true : undefined));
    await kiosk.until('beats', () => (window.stream.of('beat').length >= 3 ? true : undefined));
    window.close();
});

test('a touch is a key: the sale is cancelled, and only what is drawn can be touched', async () => {
    const window = await openWindow();
    await kiosk.until('a picture', () => window.stream.of('frame').at(-1));
    const sale = await kiosk.sell(['A1']);
    await kiosk.orderCode(sale.id);
    await kiosk.until('a key to cancel', () =>
        window.stream
            .of('frame')
            .at(-1)
            ?.data.page.touch.some(({ key }: { key: string }) => key === 'cancel')
            ? true
            : undefined,
    );
    assert.equal((await kiosk.post('/v1/screen/touch', { key: 'service-on' })).status, 409);
    await kiosk.until('it stands and is touched', async () =>
        (await kiosk.post('/v1/screen/touch', { key: 'cancel' })).status === 202 ? true : undefined,
    );
    assert.equal((await kiosk.ended(sale.id)).state, 'cancelled');
    window.close();
});

test('a window that hangs with a code on it: the sale ends, the money is safe, and it is let go', async () => {
    const window = await openWindow();
    await kiosk.until('a picture', () => window.stream.of('frame').at(-1));
    const sale = await kiosk.sell(['A1']);
    const code = await kiosk.orderCode(sale.id);
    await kiosk.until('the code on the glass', () => window.stream.of('frame').find(({ data }) => data.payable));
    window.answers = false;
    // Somebody pays from the glass that hangs, after the customer's sale was cancelled.
    await kiosk.press('cancel');
    await kiosk.until('it is let go', () => (window.stream.ended ? true : undefined));
    await stage.bank.wallet.scan('alice', { code }).catch(() => undefined);
    const ended = await kiosk.ended(sale.id);
    assert.ok(['cancelled', 'refunded', 'delivered'].includes(ended.state), ended.state);
    const next = await openWindow();
    await kiosk.until('what should stand', () => next.stream.of('frame').at(-1));
    assert.equal(next.stream.of('frame').at(-1)?.data.payable, false);
    next.close();
});

test('a kiosk that hangs beats no more', async () => {
    const window = await openWindow();
    await kiosk.until('beats', () => (window.stream.of('beat').length >= 2 ? true : undefined));
    kiosk.service.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const beats = window.stream.of('beat').length;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.equal(window.stream.of('beat').length, beats);
    kiosk.service.signal('SIGCONT');
    await kiosk.until('beats again', () => (window.stream.of('beat').length > beats ? true : undefined));
    window.close();
});

test('at the end the books agree', async () => {
    await stage.proveBooks();
});
