import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { virtualDispenserConfig } from '../../../drivers/dispenser/virtual.config.ts';
import { virtualDispenser } from '../../../drivers/dispenser/virtual.ts';
import type { DispenserFault, VirtualDispenser } from '../../../firmware/ports/virtual.ts';
import { ManualClock } from '../manual-clock.ts';
import { needsWith } from '../needs.ts';
import { until } from '../until.ts';

const moduleAt = (path: string) => JSON.stringify(import.meta.resolve(path));

/** A process that delivers until it is killed, and says so; its arguments are the data folder and a word for its deliveries. */
const deliverForEver = `
    import { openDispenser } from ${moduleAt('../../../drivers/registry.ts')};
    import { needsWith, realClock } from ${moduleAt('../needs.ts')};
    const [dataDir, word] = process.argv.slice(1);
    const config = { type: 'virtual', stock: {}, stockEach: 1000, moveMs: 2 };
    const dispenser = await openDispenser(config, needsWith({ clock: realClock, dataDir }));
    for (let number = 0; ; number += 1) {
        const deliveryId = word + '-' + number;
        process.stdout.write('asked ' + deliveryId + '\\n');
        const { outcome } = await dispenser.deliver({ deliveryId, slot: 'A1' });
        process.stdout.write(outcome + ' ' + deliveryId + '\\n');
    }
`;

async function folderFor(t: TestContext): Promise<string> {
    const dataDir = await mkdtemp(join(tmpdir(), 'tillbox-tray-'));
    t.after(() => rm(dataDir, { recursive: true }));
    return dataDir;
}

async function dispenserIn(t: TestContext, dataDir: string, config: Readonly<Record<string, unknown>> = {}) {
    const clock = new ManualClock();
    const dispenser = await virtualDispenser.open(
        v.parse(virtualDispenserConfig.schema, { type: 'virtual', ...config }),
        needsWith({ clock, dataDir }),
    );
    t.after(() => dispenser.close());
    return { clock, dispenser };
}

/** Delivers with the motor running to its end, and gives outcome, grade and what fell. */
async function deliver(options: { clock: ManualClock; dispenser: VirtualDispenser; deliveryId: string; meanwhile?: DispenserFault }) {
    const { clock, deliveryId, dispenser, meanwhile } = options;
    let done = false;
    const delivering = dispenser.deliver({ deliveryId, slot: 'A1' }).finally(() => {
        done = true;
    });
    await until('the motor turns, or will not', () => done || clock.pending > 0);
    if (meanwhile !== undefined) dispenser.setFault('A1', meanwhile);
    await clock.advance(500);
    const { evidence, outcome } = await delivering;
    return [outcome, evidence.grade, dispenser.tray().filter((item) => item.deliveryId === deliveryId).length];
}

describe('virtual dispenser', () => {
    const table: readonly {
        fault: DispenserFault;
        before: string;
        delivery: readonly unknown[];
        after: string;
        recall: string;
    }[] = [
        { fault: 'none', before: '', delivery: ['delivered', 'seen', 1], after: '', recall: 'delivered' },
        { fault: 'jam', before: '', delivery: ['failed', 'none', 0], after: 'jammed', recall: 'failed' },
        { fault: 'no-drop', before: '', delivery: ['failed', 'none', 0], after: 'no-drop', recall: 'failed' },
        { fault: 'sensor-blind', before: 'sensor-blind', delivery: ['unknown', 'homeOnly', 1], after: 'sensor-blind', recall: 'unknown' },
        { fault: 'offline', before: 'offline', delivery: ['failed', 'none', 0], after: 'offline', recall: 'unknown' },
        { fault: 'empty', before: 'empty', delivery: ['failed', 'none', 0], after: 'empty', recall: 'failed' },
        { fault: 'double', before: '', delivery: ['delivered', 'seen', 2], after: '', recall: 'delivered' },
    ];
    for (const { after, before, delivery, fault, recall } of table) {
        test(`fault ${fault}: ready says "${before}", then "${after}"; the delivery is ${delivery.join(', ')}`, async (t) => {
            const { clock, dispenser } = await dispenserIn(t, await folderFor(t));
            dispenser.setFault('A1', fault);
            assert.equal(dispenser.ready('A1').reason, before);
            assert.deepEqual(await deliver({ clock, dispenser, deliveryId: 'd1' }), delivery);
            assert.equal(dispenser.ready('A1').reason, after);
            assert.equal((await dispenser.recall({ deliveryId: 'd1', slot: 'A1' })).outcome, recall);
            dispenser.setFault('A1', 'none');
            assert.equal(dispenser.ready('A1').reason, '');
            assert.deepEqual(await deliver({ clock, dispenser, deliveryId: 'd2' }), ['delivered', 'seen', 1]);
        });
    }

    test('fault stuck: no answer until it is closed, and then an unknown one', async (t) => {
        const { clock, dispenser } = await dispenserIn(t, await folderFor(t));
        dispenser.setFault('A1', 'stuck');
        let answered = false;
        const delivering = dispenser.deliver({ deliveryId: 'd1', slot: 'A1' }).finally(() => {
            answered = true;
        });
        await clock.advance(3_600_000);
        assert.equal(answered, false);
        assert.equal((await dispenser.recall({ deliveryId: 'd1', slot: 'A1' })).outcome, 'unknown');
        await dispenser.close();
        assert.equal((await delivering).outcome, 'unknown');
    });

    test('gone while the motor turns: unknown, until it is back and its latch can be read', async (t) => {
        const { clock, dispenser } = await dispenserIn(t, await folderFor(t));
        assert.deepEqual(await deliver({ clock, dispenser, deliveryId: 'd1', meanwhile: 'offline' }), ['unknown', 'none', 1]);
        assert.equal(dispenser.status().state, 'offline');
        assert.equal(dispenser.ready('A2').reason, 'offline');
        assert.equal((await dispenser.recall({ deliveryId: 'd1', slot: 'A1' })).outcome, 'unknown');
        dispenser.setFault('A1', 'none');
        assert.equal((await dispenser.recall({ deliveryId: 'd1', slot: 'A1' })).outcome, 'delivered');
    });

    test('a sensor that goes blind while the motor turns has seen nothing, today or later', async (t) => {
        const dataDir = await folderFor(t);
        const { clock, dispenser } = await dispenserIn(t, dataDir);
        assert.deepEqual(await deliver({ clock, dispenser, deliveryId: 'd1', meanwhile: 'sensor-blind' }), ['unknown', 'homeOnly', 1]);
        await dispenser.close();
        const { dispenser: again } = await dispenserIn(t, dataDir);
        assert.equal((await again.recall({ deliveryId: 'd1', slot: 'A1' })).outcome, 'unknown');
    });

    test('goods that fell are gone after a restart, and lie in the tray', async (t) => {
        const dataDir = await folderFor(t);
        const first = await dispenserIn(t, dataDir, { stock: { A1: 2 } });
        await deliver({ ...first, deliveryId: 'd1' });
        await first.dispenser.close();
        const second = await dispenserIn(t, dataDir, { stock: { A1: 2 } });
        assert.equal(second.dispenser.ready('A1').ready, true);
        assert.deepEqual(await deliver({ ...second, deliveryId: 'd2' }), ['delivered', 'seen', 1]);
        assert.equal(second.dispenser.ready('A1').reason, 'empty');
        const tray = second.dispenser.tray();
        assert.deepEqual(
            tray.map(({ deliveryId, slot }) => [deliveryId, slot]),
            [
                ['d1', 'A1'],
                ['d2', 'A1'],
            ],
        );
        assert.match(tray[0]!.at, /^2026-01-01T00:00:00\.\d{3}Z$/);
    });

    test('two movements at once never take the last item twice', async (t) => {
        const { clock, dispenser } = await dispenserIn(t, await folderFor(t), { stock: { A1: 1 } });
        const both = Promise.all(['d1', 'd2'].map((deliveryId) => dispenser.deliver({ deliveryId, slot: 'A1' })));
        await until('the motor turns', () => clock.pending > 0);
        await clock.advance(500);
        assert.deepEqual((await both).map(({ outcome }) => outcome).sort(), ['delivered', 'failed']);
        assert.equal(dispenser.tray().length, 1);
    });

    test('its slots are those of the config, else those of the catalog', async (t) => {
        const { dispenser } = await dispenserIn(t, await folderFor(t));
        assert.deepEqual(dispenser.slots(), ['A1', 'A2']);
        const { dispenser: own } = await dispenserIn(t, await folderFor(t), { slots: ['B7'] });
        assert.deepEqual(own.slots(), ['B7']);
        assert.throws(() => own.setFault('A1', 'jam'), { code: 'VIRTUAL_SLOT_UNKNOWN', kind: 'config' });
    });

    test('a line that a power cut left unfinished never happened, and spoils nothing after it', async (t) => {
        const dataDir = await folderFor(t);
        const first = await dispenserIn(t, dataDir);
        await deliver({ ...first, deliveryId: 'd1' });
        await first.dispenser.close();
        const path = join(dataDir, 'virtual', 'tray.ndjson');
        const whole = await readFile(path, 'utf8');
        const torn = '{"at":"2026-01-01T00:00:00.000Z","deliveryId":"d2","slot":"A1","what":"fell","seen":true}';
        for (let length = 1; length <= torn.length; length += 1) {
            await writeFile(path, whole + torn.slice(0, length));
            const { clock, dispenser } = await dispenserIn(t, dataDir);
            assert.equal(dispenser.tray().length, 1);
            if (length % 20 === 0) assert.deepEqual(await deliver({ clock, dispenser, deliveryId: 'd3' }), ['delivered', 'seen', 1]);
            await dispenser.close();
        }
    });

    test('a file that is no tray, and a folder that is none, are refused with a sentence', async (t) => {
        const dataDir = await folderFor(t);
        await mkdir(join(dataDir, 'virtual'));
        await appendFile(join(dataDir, 'virtual', 'tray.ndjson'), 'a shopping list\n');
        await assert.rejects(dispenserIn(t, dataDir), { code: 'VIRTUAL_TRAY_UNUSABLE', kind: 'storage' });
        await writeFile(join(dataDir, 'no-folder'), '');
        await assert.rejects(dispenserIn(t, join(dataDir, 'no-folder')), { code: 'VIRTUAL_TRAY_UNUSABLE', kind: 'storage' });
    });

    test('killed at any moment: what was called delivered has fallen, and nothing fell twice', async (t) => {
        const dataDir = await folderFor(t);
        const said: string[] = [];
        const rounds = 12;
        for (let round = 0; round < rounds; round += 1) {
            const child = spawn(process.execPath, ['--input-type=module', '--eval', deliverForEver, dataDir, `r${round}`], {
                stdio: ['ignore', 'pipe', 'inherit'],
            });
            let heard = '';
            child.stdout.setEncoding('utf8').on('data', (text: string) => {
                heard += text;
                // Killed right behind a different line of output in each round.
                if (heard.split('\n').length > 2 + round) child.kill('SIGKILL');
            });
            await once(child, 'close');
            said.push(...heard.split('\n'));
        }
        const { dispenser } = await dispenserIn(t, dataDir);
        const fallen = dispenser.tray().map((item) => item.deliveryId);
        assert.equal(new Set(fallen).size, fallen.length, 'something fell twice');
        const asked = said.filter((line) => line.startsWith('asked ')).map((line) => line.slice(6));
        const delivered = said.filter((line) => line.startsWith('delivered ')).map((line) => line.slice(10));
        assert.ok(asked.length >= rounds && delivered.length > rounds);
        for (const deliveryId of delivered) assert.ok(fallen.includes(deliveryId), `${deliveryId} is called delivered`);
        for (const deliveryId of asked) {
            const { outcome } = await dispenser.recall({ deliveryId, slot: 'A1' });
            assert.equal(outcome === 'delivered', fallen.includes(deliveryId));
        }
    });
});
