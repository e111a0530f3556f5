/** A stream whose reader has gone before it was opened, as when a page is loaded anew while the API is being loaded. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createEventStreams } from '../../../firmware/api/events.ts';
import { openStream } from '../../../firmware/api/stream.ts';
import { fakeClock, fakeDesk } from './fake-desk.ts';

/** A request whose caller has hung up. */
async function gone(t: TestContext): Promise<{ request: IncomingMessage; response: ServerResponse }> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const asked = get({ port: (server.address() as AddressInfo).port, agent: false }).on('error', () => undefined);
    const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    const closed = once(response, 'close');
    asked.destroy();
    await closed;
    return { request, response };
}

test('it ends at once, and takes no place', async (t) => {
    const { response } = await gone(t);
    let ends = 0;
    const stream = openStream(response, () => {
        ends += 1;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([ends, stream.ended], [1, true]);
    await stream.drained();
});

test('a reader of sales that has gone before is no reader', async (t) => {
    const clock = fakeClock();
    const desk = fakeDesk();
    const streams = createEventStreams({ desk: () => desk, clock });
    const { request, response } = await gone(t);
    streams.open(request, response);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([streams.count(), clock.timers(), desk.listeners()], [0, 0, 0]);
});
