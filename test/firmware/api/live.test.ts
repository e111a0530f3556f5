/** The live stream of the page: what it tells, when, and how much of it a reader can make the kiosk hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../drivers/until.ts';
import { listenTo } from '../../e2e/live-stream.ts';
import { withApi } from './open-api.ts';

const live = (port: number, headers: Readonly<Record<string, string>> = {}) =>
    listenTo(`http://127.0.0.1:${port}/v1/virtual/live`, headers);

test('hello once, then all of the state, then only what changed', async () => {
    await withApi(
        async ({ api, desk }) => {
            const stream = await live(api.port);
            await until('the first state', () => stream.heard.length === 2);
            const [hello, first] = stream.heard;
            assert.deepEqual([hello?.event, first?.event], ['hello', 'state']);
            assert.deepEqual(hello?.data, {
                version: '1.2.3',
                kiosk: 'kiosk-01',
                boot: 'B1',
                currency: 'EUR',
                locale: 'en',
                locales: ['en'],
                modes: ['order-code'],
                seller: 'x',
                dispenses: true,
                touch: false,
                catalog: [{ slot: 'A1', name: { en: 'Water' }, price: '150' }],
                entry: { min: '1', max: '2' },
                devices: { scanner: true, display: true, dispenser: true, panel: true },
                display: { form: 'pixels', width: 2, height: 1, depth: 24 },
                links: { sandbox: 'http://127.0.0.1:2', entryPage: 'http://127.0.0.1:1/e/kiosk-01' },
            });
            assert.deepEqual(first?.data.slots.A1, { ready: true, reason: '', fault: 'none' });
            assert.deepEqual(first?.data.glass, {
                id: 1,
                kind: 'idle',
                payable: false,
                form: 'pixels',
                png: '/v1/virtual/display?frame=1',
            });
            desk.turn();
            desk.seen = { ...desk.seen, sales: { open: 1, review: 0 } };
            desk.turn();
            await until('the change', () => stream.heard.length === 3);
            assert.deepEqual(stream.heard[2]?.data, { sales: { open: 1, review: 0 } });
            stream.close();
        },
        { page: { sandbox: 'http://127.0.0.1:2' } },
    );
});

test('what is done to a device is told at once', async () => {
    await withApi(async ({ api, devices, call }) => {
        const stream = await live(api.port);
        await until('the first state', () => stream.heard.length === 2);
        const put = (path: string, body: unknown) =>
            call({ method: 'PUT', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
        assert.equal((await put('/v1/virtual/dispenser', { slot: 'A1', fault: 'jam' })).status, 200);
        await until('the fault', () => stream.state.slots.A1.fault === 'jam');
        assert.deepEqual((await put('/v1/virtual/scanner', { plugged: false })).json, { armed: true, plugged: false });
        await until('the plug', () => stream.state.scanner.plugged === false);
        assert.deepEqual((await put('/v1/virtual/machine', { clockOffsetMs: -5 })).json, { diskFull: false, clockOffsetMs: -5 });
        assert.deepEqual((await put('/v1/virtual/machine', { diskFull: true })).json, { diskFull: true, clockOffsetMs: -5 });
        await until('the machine', () => stream.state.machine.diskFull === true && stream.state.machine.clockOffsetMs === -5);
        for (const wrong of [{}, { diskFull: 'yes' }, { clockOffsetMs: 1.5 }, { other: 1 }]) {
            assert.equal((await put('/v1/virtual/machine', wrong)).status, 422, JSON.stringify(wrong));
        }
        devices.show({ id: 2, kind: 'pay', payable: true, svg: '<svg/>' });
        await until('the glass', () => stream.state.glass.id === 2);
        stream.close();
    });
});

test('records: the newest sixty first, then each as it is written, without a gap and once', async () => {
    await withApi(async ({ api, desk }) => {
        desk.write(Array.from({ length: 100 }, () => 'old'));
        const stream = await live(api.port);
        const seqs = () => stream.of('record').map(({ id }) => Number(id));
        await until('sixty records', () => seqs().length === 60);
        desk.write(['one', 'two']);
        // The journal's own record is told to nobody.
        desk.write(['abandoned'], false);
        desk.write(['three']);
        await until('the newest', () => seqs().at(-1) === 104);
        assert.deepEqual(
            seqs(),
            Array.from({ length: 64 }, (_one, at) => 41 + at),
        );
        assert.deepEqual(stream.of('record').at(-1)?.data, desk.journal.at(-1));
        stream.close();
        for (const [id, first] of [
            ['102', 103],
            ['0', 1],
            // The number of another kiosk's journal.
            ['9999', 45],
            ['12x', 45],
        ] as const) {
            const again = await live(api.port, { 'last-event-id': id });
            await until('the newest', () => again.of('record').at(-1)?.id === '104');
            assert.equal(again.of('record')[0]?.id, String(first), id);
            again.close();
        }
    });
});

test('it beats each second, only while the loop turns', async () => {
    await withApi(async ({ api, clock, desk }) => {
        const stream = await live(api.port);
        await until('the first state', () => stream.heard.length === 2);
        clock.pass(1_000);
        await until('a beat', () => stream.of('beat').length === 1);
        assert.deepEqual(stream.of('beat')[0]?.data, { turns: 7, at: 1_000 });
        desk.alive = false;
        clock.pass(1_000);
        clock.pass(1_000);
        desk.alive = true;
        clock.pass(1_000);
        await until('the next beat', () => stream.of('beat').length === 2);
        assert.equal(stream.of('beat')[1]?.data.at, 4_000);
        stream.close();
    });
});

test('nothing is watched while nobody reads, and one reader too many is told so', async () => {
    await withApi(async ({ api, clock, desk }) => {
        const streams = await Promise.all(Array.from({ length: 32 }, () => live(api.port)));
        assert.ok(streams.every(({ status }) => status === 200));
        assert.ok(desk.listeners() > 0);
        const late = await live(api.port);
        assert.equal(late.status, 503);
        late.close();
        for (const stream of streams) stream.close();
        await until('nobody listens', () => desk.listeners() === 0);
        assert.equal(clock.timers(), 0);
    });
});

test('a till that is starting is not heard yet; a kiosk that cannot be tried out has no such stream', async () => {
    await withApi(
        async ({ call }) => {
            const answer = await call({ path: '/v1/virtual/live' });
            assert.deepEqual([answer.status, answer.json.code], [503, 'starting']);
        },
        { detached: true },
    );
    await withApi(
        async ({ call, devices }) => {
            assert.equal((await call({ path: '/v1/virtual/live' })).status, 404);
            assert.ok(devices.machine !== undefined);
        },
        { page: undefined as never },
    );
});

test('the journal’s records behind a number, as the export writes them', async () => {
    await withApi(async ({ call, desk }) => {
        desk.write(Array.from({ length: 300 }, () => 'made'));
        const all = await call({ path: '/v1/journal' });
        assert.equal(all.json.records.length, 200);
        assert.deepEqual(all.json.records[0], desk.journal[0]);
        const some = await call({ path: '/v1/journal?after=297&limit=1000' });
        assert.deepEqual(some.json, { records: desk.journal.slice(297), head: 300 });
        for (const wrong of ['after=-1', 'after=x', 'limit=0', 'limit=1001', 'limit=', 'other=1']) {
            const answer = await call({ path: `/v1/journal?${wrong}` });
            assert.deepEqual([answer.status, answer.json.code], [400, 'query-invalid'], wrong);
        }
    });
});
