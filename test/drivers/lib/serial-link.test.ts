import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, type TestContext, test } from 'node:test';
import { SerialLink } from '../../../drivers/lib/serial-link.ts';
import { FakeLine } from '../fake-line.ts';
import { ManualClock, settled } from '../manual-clock.ts';
import { needsWith } from '../needs.ts';

function linkWith(t: TestContext, options: { chance?: () => number; node?: string | undefined; refusal?: string } = {}) {
    const clock = new ManualClock();
    const needs = needsWith({ clock, dataDir: tmpdir(), ...(options.chance && { chance: options.chance }) });
    const line = new FakeLine(() => clock.monoMs());
    line.refusal = options.refusal;
    const world = { node: 'node' in options ? options.node : 'first' };
    const heard: string[] = [];
    const link = new SerialLink({
        line: { path: '/dev/scanner', baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
        openTty: line.openTty,
        identify: async () => world.node,
        clock,
        log: needs.log,
        chance: needs.chance,
        onBytes: (bytes, settledLine) => heard.push(`${settledLine ? 'settled' : 'early'} ${Buffer.from(bytes).toString()}`),
        onLost: () => heard.push('lost'),
    });
    t.after(() => link.close());
    return { clock, heard, line, link, logged: needs.logged, world };
}

/** Waits between attempts in milliseconds, the first counted from zero. */
function waits(attempts: readonly number[]): number[] {
    return attempts.slice(1).map((at, index) => Math.round(at - attempts[index]!));
}

describe('serial link', () => {
    test('is online once the line has been open for a while, and says which bytes came before', async (t) => {
        const { clock, heard, line, link } = linkWith(t);
        assert.equal(link.status().state, 'starting');
        await settled();
        line.send('a');
        await clock.advance(99);
        assert.equal(link.status().state, 'starting');
        await clock.advance(1);
        line.send('b');
        assert.deepEqual(link.status(), { state: 'online', reason: '' });
        assert.deepEqual(heard, ['early a', 'settled b']);
    });

    test('tries for ever, 1.6 times slower each time, up to 30 s', async (t) => {
        // Chance 1 would be the whole wait; it never quite comes.
        const { clock, line } = linkWith(t, { refusal: 'busy', chance: () => 1 });
        await clock.advance(3_600_000);
        const steps = waits(line.attempts);
        assert.deepEqual(steps.slice(0, 10), [500, 800, 1280, 2048, 3277, 5243, 8389, 13422, 21475, 30_000]);
        assert.ok(steps.length > 110, 'an hour has some 120 attempts');
        assert.ok(steps.slice(9).every((ms) => ms === 30_000));
    });

    test('chance spreads each wait over the half below its backoff', async (t) => {
        for (const [chance, first] of [
            [0, 250],
            [0.5, 375],
            [0.999, 500],
        ] as const) {
            const { clock, line } = linkWith(t, { refusal: 'busy', chance: () => chance });
            await clock.advance(600);
            assert.equal(waits(line.attempts)[0], first);
        }
    });

    test('says once that the line is lost, and once that it is back', async (t) => {
        const { clock, heard, line, link, logged } = linkWith(t, { refusal: 'busy' });
        await clock.advance(100_000);
        assert.match(link.status().reason, /\/dev\/scanner cannot be opened \(busy\)/);
        assert.equal(logged.filter((entry) => entry.includes('lost')).length, 1);
        line.refusal = undefined;
        await clock.advance(40_000);
        assert.equal(link.status().state, 'online');
        line.drop();
        line.refusal = 'busy';
        await clock.advance(40_000);
        assert.deepEqual(heard, ['lost']);
        assert.deepEqual(
            logged.map((entry) => JSON.parse(entry).message),
            ['serial line lost', 'serial line open', 'serial line lost'],
        );
    });

    test('a line that held is tried again quickly, one that drops at once is not', async (t) => {
        const held = linkWith(t, { refusal: 'busy', chance: () => 1 });
        await held.clock.advance(20_000);
        held.line.refusal = undefined;
        await held.clock.advance(20_000);
        assert.equal(held.link.status().state, 'online');
        held.line.drop();
        const before = held.clock.monoMs();
        await held.clock.advance(30_000);
        assert.equal(held.line.attempts.at(-1)! - before, 500);

        const flapping = linkWith(t, { chance: () => 1 });
        for (let turn = 0; turn < 40; turn += 1) {
            await flapping.clock.advance(1_000);
            flapping.line.drop();
        }
        assert.ok(flapping.line.attempts.length < 12, `${flapping.line.attempts.length} attempts in 40 s`);
    });

    test('a device that appears is tried at once, whatever the backoff', async (t) => {
        const { clock, line, link, world } = linkWith(t, { node: undefined });
        await clock.advance(600_000);
        assert.equal(line.attempts.length, 0, 'a path without a node is not opened');
        assert.match(link.status().reason, /\/dev\/scanner is not there/);
        world.node = 'plugged';
        await clock.advance(1_100);
        assert.equal(link.status().state, 'online');
    });

    test('another device under the same path replaces a line that stays silently open', async (t) => {
        const { clock, heard, line, link, world } = linkWith(t);
        await clock.advance(10_000);
        assert.equal(line.attempts.length, 1);
        world.node = 'second';
        await clock.advance(2_000);
        assert.equal(line.attempts.length, 2);
        assert.equal(link.status().state, 'online');
        assert.equal(line.opened, 1, 'the old line is closed');
        line.send('x');
        assert.deepEqual(heard, ['lost', 'settled x']);
    });

    test('closing leaves no line and no timer, in whatever state', async (t) => {
        const opening = linkWith(t);
        await opening.link.close();
        assert.deepEqual([opening.line.opened, opening.clock.pending], [0, 0]);

        const open = linkWith(t);
        await open.clock.advance(1_000);
        await open.link.close();
        await open.clock.advance(60_000);
        assert.deepEqual([open.line.opened, open.clock.pending], [0, 0]);
        open.line.drop();

        const waiting = linkWith(t, { refusal: 'busy' });
        await waiting.clock.advance(5_000);
        await waiting.link.close();
        const attempts = waiting.line.attempts.length;
        await waiting.clock.advance(60_000);
        assert.deepEqual([waiting.line.attempts.length, waiting.clock.pending], [attempts, 0]);
    });
});
