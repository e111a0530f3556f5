import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EventStream, keepLive } from '../../../firmware/page/live.ts';

class FakeStream implements EventStream {
    readonly url: string;
    onopen: unknown = undefined;
    onerror: unknown = undefined;
    closed = false;
    readonly #listeners = new Map<string, (event: { data: string; lastEventId: string }) => void>();

    constructor(url: string) {
        this.url = url;
    }
    addEventListener(type: string, listener: (event: { data: string; lastEventId: string }) => void): void {
        this.#listeners.set(type, listener);
    }
    close(): void {
        this.closed = true;
    }
    say(type: string, data: string): void {
        this.#listeners.get(type)?.({ data, lastEventId: '' });
    }
    open(): void {
        (this.onopen as () => void)();
    }
    fail(): void {
        (this.onerror as () => void)();
    }
}

function begin(facts: { silentMs?: number; paused?: () => boolean } = {}) {
    const streams: FakeStream[] = [];
    const links: boolean[] = [];
    const heard: unknown[] = [];
    let timers: { run: () => void; ms: number }[] = [];
    const stop = keepLive({
        url: () => `/live/${streams.length}`,
        events: { state: (data) => heard.push(data) },
        onLink: (on) => links.push(on),
        open: (url) => {
            const stream = new FakeStream(url);
            streams.push(stream);
            return stream;
        },
        timers: {
            set: (run, ms) => {
                const timer = { run, ms };
                timers.push(timer);
                return timer;
            },
            clear: (timer) => {
                timers = timers.filter((one) => one !== timer);
            },
        },
        ...facts,
    });
    const fire = () => {
        const [next] = timers.splice(0, 1);
        next!.run();
        return next!.ms;
    };
    return { streams, links, heard, stop, fire, waiting: () => timers.map((timer) => timer.ms) };
}

test('what is said is heard as data; what is no JSON is passed over', () => {
    const { streams, heard, links } = begin();
    streams[0]!.open();
    streams[0]!.say('state', '{"lamp":"ready"}');
    streams[0]!.say('state', '{"lamp":');
    assert.deepEqual(heard, [{ lamp: 'ready' }]);
    assert.deepEqual(links, [true]);
});

test('a lost stream is opened anew, ever later, and at once again after it had worked', () => {
    const { streams, links, fire, waiting } = begin();
    const waits: number[] = [];
    for (let loss = 0; loss < 6; loss++) {
        streams.at(-1)!.fail();
        assert.ok(streams.at(-1)!.closed);
        waits.push(fire());
    }
    assert.deepEqual(waits, [150, 300, 600, 1200, 2000, 2000]);
    assert.deepEqual(links, [false]);
    streams.at(-1)!.open();
    assert.deepEqual(links, [false, true]);
    streams.at(-1)!.fail();
    assert.deepEqual(waiting(), [150]);
    assert.equal(streams[3]!.url, '/live/3');
});

test('a stream that was left says nothing any more', () => {
    const { streams, heard, fire } = begin();
    streams[0]!.fail();
    fire();
    streams[0]!.say('state', '{"old":true}');
    streams[0]!.fail();
    assert.deepEqual(heard, []);
    assert.equal(streams.length, 2);
});

test('a stream that is silent for too long is lost; every word begins the time anew', () => {
    const { streams, links, fire, waiting } = begin({ silentMs: 6000 });
    streams[0]!.open();
    streams[0]!.say('state', '{}');
    assert.deepEqual(waiting(), [6000]);
    fire();
    assert.deepEqual(links, [true, false]);
    assert.ok(streams[0]!.closed);
    assert.deepEqual(waiting(), [150]);
});

test('while nobody would answer, nobody is called; then at once', () => {
    let off = false;
    const { streams, fire } = begin({ paused: () => off });
    off = true;
    streams[0]!.fail();
    assert.deepEqual([fire(), fire(), fire()], [150, 150, 150]);
    assert.equal(streams.length, 1);
    off = false;
    fire();
    assert.equal(streams.length, 2);
});

test('a stream that was ended stays closed', () => {
    const { streams, stop, waiting } = begin({ silentMs: 6000 });
    stop();
    assert.ok(streams[0]!.closed);
    assert.deepEqual(waiting(), []);
});
