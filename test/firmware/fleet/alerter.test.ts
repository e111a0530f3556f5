import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAlerter } from '../../../firmware/fleet/alerter.ts';
import { fakeLog } from '../api/fake-desk.ts';

const alert = { kiosk: 'kiosk-01', alertId: 'A1', about: 'review', saleId: 'S1', detail: 'Look at it.', at: Date.UTC(2026, 10, 23) };
const body = { ...alert, at: '2026-11-23T00:00:00.000Z' };

async function withHook(answer: (path: string) => number | undefined, use: (url: string, got: unknown[]) => Promise<void>): Promise<void> {
    const got: unknown[] = [];
    const server = createServer((request, response) => {
        let text = '';
        request.on('data', (chunk) => {
            text += chunk;
        });
        request.on('end', () => {
            got.push({ method: request.method, type: request.headers['content-type'], body: JSON.parse(text) });
            const status = answer(request.url ?? '');
            if (status === undefined) return;
            response.writeHead(status, { location: '/elsewhere' }).end('x'.repeat(10));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
        await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, got);
    } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    }
}

test('a webhook gets the alert as JSON; 2xx is sent, everything else is not', async () => {
    await withHook(
        (path) => Number(path.slice(1)),
        async (url, got) => {
            const log = fakeLog();
            const send = (status: number) => openAlerter({ url: `${url}/${status}`, log }).send(alert);
            assert.deepEqual(await Promise.all([send(200), send(204)]), [true, true]);
            assert.deepEqual(got[0], { method: 'POST', type: 'application/json', body });
            assert.deepEqual(log.lines, []);
            assert.deepEqual([await send(302), await send(404), await send(500)], [false, false, false]);
            assert.equal(got.length, 5, 'a redirect is not followed');
        },
    );
});

test('a webhook that is down or silent is not sent, and its address is in no log line', async () => {
    const log = fakeLog();
    let gone = '';
    await withHook(
        () => undefined,
        async (url) => {
            gone = url;
            assert.equal(await openAlerter({ url: `${url}/secret-path`, log, timeoutMs: 50 }).send(alert), false);
        },
    );
    assert.equal(await openAlerter({ url: `${gone}/secret-path`, log }).send(alert), false);
    assert.deepEqual(
        log.lines.map((line) => JSON.parse(line).reason),
        ['timeout', 'not-reached-ECONNREFUSED'],
    );
    assert.ok(!log.lines.join('').includes('secret-path'));
});

test('a program gets the alert on its standard input and a clean environment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'till-alert-'));
    try {
        const [script, output] = [join(folder, 'tell.cjs'), join(folder, 'out.json')];
        await writeFile(
            script,
            `const fs = require('node:fs');
             const [output, code] = process.argv.slice(2);
             fs.writeFileSync(output, JSON.stringify({ input: fs.readFileSync(0, 'utf8'), env: Object.keys(process.env) }));
             process.exit(Number(code));`,
        );
        process.env.TILL_TEST_SECRET = 'sesame';
        const log = fakeLog();
        const send = (code: string) => openAlerter({ command: [process.execPath, script, output, code], log }).send(alert);
        assert.equal(await send('0'), true);
        const told = JSON.parse(await readFile(output, 'utf8')) as { input: string; env: string[] };
        assert.deepEqual(JSON.parse(told.input), body);
        assert.ok(!told.env.includes('TILL_TEST_SECRET'));
        assert.equal(await send('3'), false);
        assert.equal(JSON.parse(log.lines[0] ?? '').reason, 'ended-3');
    } finally {
        delete process.env.TILL_TEST_SECRET;
        await rm(folder, { recursive: true, force: true });
    }
});

test('a program that is not there, does not end or does not read is not sent', async () => {
    const log = fakeLog();
    assert.equal(await openAlerter({ command: ['/nowhere/program'], log }).send(alert), false);
    assert.equal(await openAlerter({ command: [], log }).send(alert), false);
    assert.equal(
        await openAlerter({ command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'], log, timeoutMs: 300 }).send(alert),
        false,
    );
    assert.equal(await openAlerter({ command: ['/bin/true'], log }).send({ ...alert, detail: 'x'.repeat(1_000_000) }), true);
    const reasons = log.lines.map((line) => String(JSON.parse(line).reason));
    assert.equal(reasons[0], 'not-started-ENOENT');
    assert.match(reasons[1] ?? '', /^not-started-/);
    assert.equal(reasons[2], 'timeout');
});
