import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { driverConfigs, openDevices, openScanner } from '../../drivers/registry.ts';
import { needsWith, realClock } from './needs.ts';

const root = join(import.meta.dirname, '..', '..');

describe('registry', () => {
    test('every driver has a type that is its name, a sentence, a schema that can be published, and a page', async () => {
        for (const [kind, types] of Object.entries(driverConfigs)) {
            for (const [type, config] of Object.entries(types)) {
                assert.equal(config.type, type);
                assert.match(config.summary, /^[A-Z].*\.$/);
                const schema = toJsonSchema(config.schema as v.GenericSchema, { typeMode: 'input' });
                for (const [key, property] of Object.entries(schema.properties ?? {})) {
                    if (key !== 'type')
                        assert.ok((property as { description?: string }).description, `${kind}.${type}.${key} has no sentence`);
                }
                if (type !== 'none')
                    assert.ok(existsSync(join(root, 'docs', 'devices', `${kind}-${type}.md`)), `${kind} ${type} has no page`);
            }
        }
    });

    test('every key of a driver stands on its page', async () => {
        for (const [kind, types] of Object.entries(driverConfigs)) {
            for (const [type, config] of Object.entries(types)) {
                if (type === 'none') continue;
                const page = await readFile(join(root, 'docs', 'devices', `${kind}-${type}.md`), 'utf8');
                const schema = toJsonSchema(config.schema as v.GenericSchema, { typeMode: 'input' });
                for (const key of Object.keys(schema.properties ?? {}))
                    assert.ok(page.includes(`\`${key}\``), `${kind}-${type}.md lacks \`${key}\``);
            }
        }
    });

    test('unknown keys and values out of bounds are refused', () => {
        const { serial } = driverConfigs.scanner;
        for (const wrong of [
            {},
            { path: '' },
            { path: '/dev/x', baud: 9600 },
            { path: '/dev/x', baudRate: 0 },
            { path: '/dev/x', baudRate: 9600.5 },
            { path: '/dev/x', terminator: 'tab' },
            { path: '/dev/x', stallMs: 10 },
            { path: '/dev/x', lengthMax: 1e9 },
        ]) {
            assert.equal(v.safeParse(serial.schema, { type: 'serial', ...wrong }).success, false, JSON.stringify(wrong));
        }
        assert.equal(v.parse(serial.schema, { type: 'serial', path: '/dev/x' }).baudRate, 9600);
        assert.equal(v.safeParse(driverConfigs.dispenser.virtual.schema, { type: 'virtual', slots: ['a slot'] }).success, false);
    });

    test('a type that nobody knows is refused with the types there are', async () => {
        const needs = needsWith({ clock: realClock, dataDir: tmpdir() });
        for (const type of ['laser', 'constructor']) {
            await assert.rejects(openScanner({ type }, needs), {
                code: 'DRIVER_UNKNOWN',
                kind: 'config',
                message: /serial, virtual, none/,
            });
        }
    });

    test('none opens nothing, virtual devices come with their hands, and one close closes all', async (t) => {
        const dataDir = mkdtempSync(join(tmpdir(), 'tillbox-registry-'));
        t.after(() => rmSync(dataDir, { recursive: true }));
        const needs = needsWith({ clock: realClock, dataDir });
        const none = { type: 'none' };
        const nothing = await openDevices({ scanner: none, display: none, dispenser: none, panel: none }, needs);
        const { close: closeNothing, virtual, ...ports } = nothing;
        assert.deepEqual([ports, virtual], [{}, {}]);
        await closeNothing();

        const configs = {
            scanner: v.parse(driverConfigs.scanner.virtual.schema, { type: 'virtual' }),
            display: v.parse(driverConfigs.display.virtual.schema, { type: 'virtual' }),
            dispenser: v.parse(driverConfigs.dispenser.virtual.schema, { type: 'virtual' }),
            panel: v.parse(driverConfigs.panel.virtual.schema, { type: 'virtual' }),
        };
        const opened = await openDevices(configs, needs);
        assert.deepEqual(Object.keys(opened.virtual).sort(), ['dispenser', 'display', 'panel', 'scanner']);
        assert.equal(opened.virtual.scanner, opened.scanner);
        await opened.close();
        for (const device of [opened.scanner, opened.display, opened.dispenser, opened.panel]) {
            assert.equal(device?.status().reason, 'closed');
        }
    });

    test('when one device cannot be opened, the others are closed again', async () => {
        const needs = needsWith({ clock: realClock, dataDir: '/dev/null' });
        const configs = {
            scanner: v.parse(driverConfigs.scanner.serial.schema, { type: 'serial', path: '/dev/null' }),
            display: { type: 'none' },
            dispenser: v.parse(driverConfigs.dispenser.virtual.schema, { type: 'virtual' }),
            panel: { type: 'none' },
        };
        // A line that stayed open would keep this process from ending.
        await assert.rejects(openDevices(configs, needs), { code: 'VIRTUAL_TRAY_UNUSABLE' });
    });

    test('checking a config loads no package of a device', () => {
        const script = `
            import { createRequire } from 'node:module';
            import { driverConfigs } from ${JSON.stringify(join(root, 'drivers', 'registry.ts'))};
            const loaded = Object.keys(createRequire(import.meta.url).cache).concat(process.report.getReport().sharedObjects);
            console.log(JSON.stringify([Object.keys(driverConfigs).length, loaded.filter((path) => path.includes('serialport'))]));
        `;
        const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
        assert.equal(run.stderr, '');
        assert.deepEqual(JSON.parse(run.stdout), [4, []]);
    });
});
