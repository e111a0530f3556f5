/** What every panel does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lamp, Panel } from '../../firmware/ports/devices.ts';
import { until } from '../drivers/until.ts';
import { type DeviceRig, deviceContract, type OpenRig } from './device-contract.ts';

export interface PanelRig extends DeviceRig<Panel> {
    press(key: string): Promise<void> | void;
    shown(): Lamp;
}

export function panelContract(open: OpenRig<PanelRig>): void {
    deviceContract<Panel, PanelRig>(open);

    test('gives the keys in the order in which they were pressed', async (t) => {
        const { port, press } = await open(t);
        const keys = port.keys()[Symbol.asyncIterator]();
        await press('cancel');
        assert.equal((await keys.next()).value, 'cancel');
        const waiting = keys.next();
        await press('A1');
        assert.equal((await waiting).value, 'A1');
    });

    test('holds some unread keys and no more', async (t) => {
        const { port, press } = await open(t);
        for (let turn = 0; turn < 100; turn += 1) await press(`key-${turn}`);
        const keys = port.keys()[Symbol.asyncIterator]();
        let held = 0;
        const ended = (async () => {
            for (;;) {
                const { done } = await keys.next();
                if (done) return;
                held += 1;
            }
        })();
        await new Promise((resolve) => setImmediate(resolve));
        await port.close();
        await ended;
        assert.ok(held > 0 && held < 20, `${held} keys were held`);
    });

    test('shows the lamp it is told to, and none when it is closed', async (t) => {
        const { port, shown } = await open(t);
        for (const lamp of ['ready', 'busy', 'error', 'off', 'ready'] as const) {
            port.lamp(lamp);
            await until(`the lamp is ${lamp}`, () => shown() === lamp);
        }
        await port.close();
        assert.equal(shown(), 'off');
    });

    test('ends every wait when it is closed', async (t) => {
        const { port } = await open(t);
        const waiting = port.keys()[Symbol.asyncIterator]().next();
        await port.close();
        assert.equal((await waiting).done, true);
    });
}
