/**
 * What the page of a kiosk hears and does, against the real process: its live stream, a full disk, a wrong clock.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask } from './http.ts';
import type { Kiosk } from './kiosk.ts';
import { type LiveStream, listenTo } from './live-stream.ts';
import { Stage, vending } from './stage.ts';

let stage: Stage;
let kiosk: Kiosk;

before(async () => {
    stage = await Stage.open();
    kiosk = await stage.opened({
        config: { ...vending, page: { stage: 'http://127.0.0.1:9' } },
        timing: { probe: ['500ms', '2s', '60s'] },
    });
});

after(() => stage?.close());

async function live(headers?: Readonly<Record<string, string>>): Promise<LiveStream> {
    const stream = await listenTo(`${kiosk.url}/v1/virtual/live`, headers);
    assert.equal(stream.status, 200);
    await kiosk.until('hello and the first state', () => (stream.heard.length >= 2 ? true : undefined));
    return stream;
}

async function put(path: string, body: unknown): Promise<unknown> {
    const answer = await ask({ url: `${kiosk.url}${path}`, method: 'PUT', body });
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
}

test('the page and the screen are there, with every file that they name', async () => {
    for (const path of ['/', '/screen']) {
        const document = await kiosk.get(path);
        assert.equal(document.status, 200, document.text);
        assert.match(String(document.headers['content-security-policy']), /^default-src 'none'; script-src 'self'/);
        const names = [...document.text.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map((match) => match[1]!);
        assert.ok(names.length > 0, document.text);
        for (const name of names) {
            const file = await kiosk.get(name);
            assert.deepEqual([file.status, /immutable/.test(String(file.headers['cache-control']))], [200, true], name);
        }
    }
});

test('the stream tells everything once, then what changes; its records are those of the export', async () => {
    const stream = await live();
    const [hello, first] = stream.heard;
    assert.equal(hello?.event, 'hello');
    assert.equal(hello.data.kiosk, kiosk.name);
    assert.deepEqual(hello.data.devices, { scanner: true, display: true, dispenser: true, panel: true });
    assert.deepEqual(hello.data.links, {
        sandbox: stage.gatewayUrl,
        stage: 'http://127.0.0.1:9',
        entryPage: `${kiosk.url}/e/${kiosk.name}`,
    });
    assert.equal(first?.event, 'state');
    assert.deepEqual(Object.keys(first.data).sort(), [
        'glass',
        'lamp',
        'machine',
        'ready',
        'sales',
        'scanner',
        'screen',
        'service',
        'slots',
        'tray',
    ]);

    const sale = await kiosk.sell(['A1']);
    await kiosk.orderCode(sale.id);
    await kiosk.until('the payable glass', () => (stream.state.glass.payable === true ? true : undefined));
    assert.equal(stream.state.scanner.armed, true);
    assert.equal(stream.state.screen.saleId, sale.id);
    assert.match(stream.state.glass.svg, /^<svg/);
    const code = await stage.code();
    await kiosk.scan(code);
    await kiosk.ended(sale.id);
    await kiosk.until('the tray', () => (stream.state.tray.length === 1 ? true : undefined));
    await kiosk.until('the end in the records', () => stream.of('record').find(({ data }) => data.type === 'saleEnded'));
    await kiosk.until('a beat', () => (stream.of('beat').length >= 2 ? true : undefined));

    const exported = (await kiosk.exported()).trim().split('\n');
    const heard = stream.of('record');
    assert.deepEqual(
        heard.map(({ data }) => JSON.stringify(data)),
        exported.slice(0, heard.length),
    );
    assert.deepEqual(
        heard.map(({ id }) => Number(id)),
        heard.map((_one, at) => at + 1),
    );
    assert.ok(!JSON.stringify(stream.heard).includes(code), 'the payment code is in the stream');
    stream.close();

    const rest = await live({ 'last-event-id': '3' });
    await kiosk.until('what was missed', () => (rest.of('record').length >= heard.length - 3 ? true : undefined));
    assert.equal(rest.of('record')[0]?.id, '4');
    rest.close();

    const journal = (await kiosk.get('/v1/journal?after=2&limit=3')).json as { records: { seq: number }[]; head: number };
    assert.deepEqual(
        journal.records.map(({ seq }) => seq),
        [3, 4, 5],
    );
    assert.ok(journal.head >= heard.length);
});

test('the scanner unplugged: payment codes are not offered, and come back', async () => {
    const stream = await live();
    assert.deepEqual(await put('/v1/virtual/scanner', { plugged: false }), { armed: false, plugged: false });
    await kiosk.until('the state', () => (stream.state.scanner.plugged === false ? true : undefined));
    const sale = await kiosk.sell(['A1']);
    await kiosk.orderCode(sale.id);
    assert.equal(stream.state.screen.scanning, false);
    await put('/v1/virtual/scanner', { plugged: true });
    await kiosk.scan(await stage.code());
    assert.equal((await kiosk.ended(sale.id)).state, 'delivered');
    stream.close();
});

test('a full disk: selling stops with a reason, the open sale ends, and selling goes on by itself', async () => {
    const stream = await live();
    const sale = await kiosk.sell(['B1']);
    await kiosk.orderCode(sale.id);
    assert.deepEqual(await put('/v1/virtual/machine', { diskFull: true }), { diskFull: true, clockOffsetMs: 0 });
    await kiosk.until('not ready', () => (stream.state.ready.reasons.includes('journal-not-writable') ? true : undefined));
    assert.equal((await kiosk.post('/v1/sales', { items: [{ slot: 'A1' }] })).status, 503);
    // What was on offer is taken back, and written: the prepared slots are for that.
    assert.equal((await kiosk.ended(sale.id)).state, 'cancelled');
    await kiosk.until('the screen says so', () => (stream.state.screen.kind === 'outOfService' ? true : undefined));
    await put('/v1/virtual/machine', { diskFull: false });
    await kiosk.ready();
    const next = await kiosk.sell(['B1']);
    await stage.bank.wallet.scan('alice', { code: await kiosk.orderCode(next.id) });
    assert.equal((await kiosk.ended(next.id)).state, 'delivered');
    stream.close();
});

for (const [name, clockOffsetMs] of [
    ['ahead', 600_000],
    ['behind', -600_000],
] as const) {
    test(`a clock that is ten minutes ${name}: selling stops, and goes on when it is right`, async () => {
        const stream = await live();
        await put('/v1/virtual/machine', { clockOffsetMs });
        const begunMs = performance.now();
        await kiosk.until('not ready', () => (stream.state.ready.reasons.includes('clock-not-trusted') ? true : undefined));
        const noticedMs = performance.now() - begunMs;
        assert.ok(noticedMs < 4_000, `noticed after ${noticedMs} ms`);
        assert.equal((await kiosk.post('/v1/sales', { items: [{ slot: 'A1' }] })).status, 503);
        // Long enough for the gateway's own time to have come with an answer.
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        assert.deepEqual(stream.state.ready.reasons, ['clock-not-trusted']);
        await put('/v1/virtual/machine', { clockOffsetMs: 0 });
        await kiosk.ready();
        stream.close();
    });
}

test('at the end the books agree', async () => {
    await stage.proveBooks();
});
