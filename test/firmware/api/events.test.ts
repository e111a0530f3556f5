import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import { saleView } from './fake-desk.ts';
import { withApi } from './open-api.ts';

interface Stream {
    readonly response: IncomingMessage;
    readonly sent: ClientRequest;
    /** The text so far, once it contains `part`. */
    until(part: string): Promise<string>;
    ended: Promise<unknown>;
}

async function openStream(port: number, headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
    const sent = request({ host: '127.0.0.1', port, path: '/v1/events', agent: false, headers: { host: `127.0.0.1:${port}`, ...headers } });
    sent.on('error', () => {});
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    let text = '';
    const waiting = new Set<() => void>();
    response.on('data', (chunk: Buffer) => {
        text += chunk;
        for (const look of waiting) look();
    });
    response.on('error', () => {});
    const ended = new Promise((resolve) => response.once('close', resolve));
    const until = (part: string) =>
        new Promise<string>((resolve, reject) => {
            const look = () => {
                if (!text.includes(part)) return;
                waiting.delete(look);
                resolve(text);
            };
            waiting.add(look);
            void ended.then(() => reject(new Error(`the stream ended before "${part}"; it said: ${text}`)));
            look();
        });
    return { response, sent, until, ended };
}

test('a change is an event with the journal’s number and the sale', async () => {
    await withApi(async ({ api, desk }) => {
        const stream = await openStream(api.port);
        assert.match(String(stream.response.headers['content-type']), /^text\/event-stream/);
        await stream.until('retry: 2000\n\n');
        desk.change({ seq: 41, sale: saleView('S1') });
        desk.change({ seq: 41, sale: saleView('S2') });
        const text = await stream.until('S2_P1');
        assert.equal(
            text,
            `retry: 2000\n\n${['S1', 'S2'].map((id) => `id: 41\nevent: sale\ndata: ${JSON.stringify(saleView(id))}\n\n`).join('')}`,
        );
        stream.sent.destroy();
    });
});

test('Last-Event-ID: what was missed comes from the journal, once, before what comes live', async () => {
    await withApi(async ({ api, desk }) => {
        desk.history = [5, 6, 7].map((seq) => ({ seq, sale: saleView(`H${seq}`) }));
        const gate = Promise.withResolvers<void>();
        desk.beforeHistory = gate.promise;
        const stream = await openStream(api.port, { 'last-event-id': '5' });
        await stream.until('retry');
        // 7 is told both live and by the journal, 8 only live, while the journal is being read.
        desk.change({ seq: 7, sale: saleView('H7') });
        desk.change({ seq: 8, sale: saleView('L8') });
        gate.resolve();
        desk.change({ seq: 9, sale: saleView('L9') });
        const text = await stream.until('"L9"');
        assert.deepEqual(text.match(/^id: \d+/gm), ['id: 6', 'id: 7', 'id: 8', 'id: 9']);
        stream.sent.destroy();
    });
});

test('an id that is none is taken as no id', async () => {
    await withApi(async ({ api, desk }) => {
        desk.history = [{ seq: 1, sale: saleView('H1') }];
        const stream = await openStream(api.port, { 'last-event-id': 'x' });
        desk.change({ seq: 2, sale: saleView('L2') });
        assert.ok(!(await stream.until('"L2"')).includes('H1'));
        stream.sent.destroy();
    });
});

test('a heartbeat goes out while nothing happens, and stops with its reader', async () => {
    await withApi(async ({ api, desk, clock }) => {
        const stream = await openStream(api.port);
        await stream.until('retry');
        clock.pass(15_000);
        await stream.until(': still here\n\n');
        clock.pass(15_000);
        await stream.until(': still here\n\n: still here\n\n');
        assert.deepEqual([desk.listeners(), clock.timers()], [1, 1]);
        stream.sent.destroy();
        while (desk.listeners() > 0) await new Promise((resolve) => setImmediate(resolve));
        assert.equal(clock.timers(), 0);
    });
});

test('a reader that does not read is dropped, and the others go on', async () => {
    await withApi(async ({ api, desk }) => {
        const slow = await openStream(api.port);
        slow.response.pause();
        const quick = await openStream(api.port);
        await quick.until('retry');
        const big = saleView('BIG', { reviews: ['x'.repeat(100_000)] });
        let seq = 0;
        while (desk.listeners() > 1) {
            seq += 1;
            desk.change({ seq, sale: big });
            await quick.until(`id: ${seq}\n`);
            assert.ok(seq < 1000, 'a reader may not pile up more than a megabyte');
        }
        slow.response.resume();
        await slow.ended;
        desk.change({ seq: 5000, sale: saleView('LAST') });
        await quick.until('LAST');
        quick.sent.destroy();
    });
});

test('too many readers are told so; closing the API ends them all', async () => {
    const ended: Promise<unknown>[] = [];
    await withApi(async ({ api, call, desk }) => {
        for (let count = 0; count < 64; count += 1) ended.push((await openStream(api.port)).ended);
        const answer = await call({ path: '/v1/events' });
        assert.deepEqual([answer.status, answer.json.code], [503, 'too-many-streams']);
        assert.equal(desk.listeners(), 64);
        await api.close();
        assert.equal(desk.listeners(), 0);
    });
    await Promise.all(ended);
});
