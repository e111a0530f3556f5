import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PNG } from 'pngjs';
import { callPort, withApi } from './open-api.ts';

test('the hands on virtual devices', async () => {
    await withApi(async ({ devices, call, post }) => {
        const text = '281234567890123456';
        const read = await post('/v1/virtual/scanner', { text });
        assert.deepEqual([read.status, read.json], [202, { read: true }]);
        devices.armed = false;
        const dropped = await post('/v1/virtual/scanner', { text });
        assert.deepEqual([dropped.status, dropped.json.code], [409, 'scanner-not-armed']);
        const put = (body: unknown) =>
            call({
                method: 'PUT',
                path: '/v1/virtual/dispenser',
                headers: { 'content-type': 'application/json' },
                body: JSON.stringify(body),
            });
        assert.deepEqual((await put({ slot: 'B1', fault: 'jam' })).json, { slot: 'B1', fault: 'jam' });
        assert.deepEqual(await put({ slot: 'Z9', fault: 'jam' }).then((answer) => [answer.status, answer.json.code]), [
            422,
            'unknown-slot',
        ]);
        assert.equal((await put({ slot: 'B1', fault: 'explode' })).status, 422);
        assert.deepEqual((await post('/v1/virtual/panel', { key: 'cancel' })).json, { lamp: 'ready' });
        assert.deepEqual((await call({ path: '/v1/virtual/tray' })).json, {
            items: [{ deliveryId: 'D1', slot: 'A1', at: '2026-11-23T02:00:00.000Z' }],
        });
        assert.deepEqual(devices.done, [`scan ${text}`, `scan ${text}`, 'fault B1 jam', 'press cancel']);
    });
});

test('the glass is a picture of its pixels', async () => {
    await withApi(async ({ call }) => {
        const answer = await call({ path: '/v1/virtual/display' });
        assert.equal(answer.headers['content-type'], 'image/png');
        const picture = PNG.sync.read(Buffer.from(answer.text, 'latin1'));
        assert.deepEqual([picture.width, picture.height], [2, 1]);
        assert.deepEqual([...picture.data], [255, 0, 0, 255, 0, 0, 255, 255]);
    });
});

test('a device that is not virtual has no hands', async () => {
    await withApi(
        async ({ call, post }) => {
            for (const answer of [
                await post('/v1/virtual/scanner', { text: '1' }),
                await post('/v1/virtual/panel', { key: 'cancel' }),
                await call({ path: '/v1/virtual/tray' }),
                await call({ path: '/v1/virtual/display' }),
            ]) {
                assert.deepEqual([answer.status, answer.json.code], [404, 'not-virtual']);
            }
        },
        { virtual: {} },
    );
});

test('a scanned text is in no answer and in no log line, whatever is wrong with it', async () => {
    await withApi(async ({ devices, log, post, api }) => {
        const code = '281234567890123456';
        devices.armed = false;
        const answers = [
            await post('/v1/virtual/scanner', { text: code }),
            await post('/v1/virtual/scanner', { text: code, [code]: code }),
            await post('/v1/virtual/scanner', { text: [code] }),
            await post('/v1/virtual/scanner', code),
            await callPort(api.port, {
                method: 'POST',
                path: '/v1/virtual/scanner',
                headers: { 'content-type': 'application/json' },
                body: `{"text":"${code}`,
            }),
        ];
        (devices as unknown as { scanner: { scan: () => boolean } }).scanner.scan = () => {
            throw new Error(`cannot take ${code}`);
        };
        answers.push(await post('/v1/virtual/scanner', { text: code }));
        assert.deepEqual(
            answers.map(({ status }) => status),
            [409, 422, 422, 422, 400, 500],
        );
        for (const answer of answers) assert.ok(!answer.text.includes(code), answer.text);
        assert.ok(!log.lines.join('\n').includes(code), log.lines.join('\n'));
    });
});

test('metrics are Prometheus text with the till’s own figures', async () => {
    await withApi(async ({ desk, call }) => {
        const { status, headers, text } = await call({ path: '/metrics' });
        assert.equal(status, 200);
        assert.match(String(headers['content-type']), /^text\/plain/);
        for (const line of [
            'till_ready 1',
            'till_sales_ended 3',
            'till_scanner_dropped 2',
            'till_events_written 41',
            'till_info{version="1.2.3"} 1',
        ]) {
            assert.ok(text.split('\n').includes(line), line);
        }
        assert.match(text, /^process_resident_memory_bytes \d+/m);
        desk.ready = { ready: false, reasons: ['x'], sentences: ['y'] };
        assert.match((await call({ path: '/metrics' })).text, /^till_ready 0$/m);
    });
});

test('the page shows status and screen, and nothing in them can run', async () => {
    await withApi(async ({ desk, call }) => {
        desk.ready = { ready: false, reasons: ['x'], sentences: ['<script>alert(1)</script>'] };
        const { status, headers, text } = await call({ path: '/' });
        assert.equal(status, 200);
        assert.match(String(headers['content-security-policy']), /default-src 'none'/);
        assert.ok(text.includes('Not ready to sell'));
        assert.ok(!text.includes('<script>'));
        assert.ok(text.includes(Buffer.from(desk.screen().svg).toString('base64')));
    });
});
