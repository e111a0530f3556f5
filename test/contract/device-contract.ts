/** What every device of every kind does: its status words and its end. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Device } from '../../firmware/ports/devices.ts';
import { until } from '../drivers/until.ts';

export interface DeviceRig<Port extends Device> {
    readonly port: Port;
    /** Another opening of the same device, once the first is closed. */
    reopen(): Promise<Port>;
    /** Lines that the driver logged. */
    readonly logged: readonly string[];
}

/** A device to which something can happen. */
export interface FrailRig<Port extends Device> extends DeviceRig<Port> {
    /** Makes it leave `online`, and come back. */
    upset(): Promise<void> | void;
    calm(): Promise<void> | void;
}

/** Opens a device with all that it stands on; `t.after` takes it away again. */
export type OpenRig<Rig> = (t: TestContext) => Promise<Rig>;

export function deviceContract<Port extends Device, Rig extends DeviceRig<Port>>(open: OpenRig<Rig>): void {
    test('comes online, without a reason', async (t) => {
        const { port } = await open(t);
        await until('it is online', () => port.status().state === 'online');
        assert.equal(port.status().reason, '');
    });

    test('closes twice, says so, and calls nobody afterwards', async (t) => {
        const { port } = await open(t);
        const words: string[] = [];
        await until('it is online', () => port.status().state === 'online');
        port.onStatus(({ state }) => words.push(state));
        await Promise.all([port.close(), port.close()]);
        await port.close();
        await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(port.status(), { state: 'offline', reason: 'closed' });
        assert.deepEqual(words, []);
        port.onStatus(() => undefined)();
    });

    test('can be opened again after it was closed', async (t) => {
        const { port, reopen } = await open(t);
        await until('it is online', () => port.status().state === 'online');
        await port.close();
        const again = await reopen();
        await until('it is online again', () => again.status().state === 'online');
    });
}

export function frailDeviceContract<Port extends Device, Rig extends FrailRig<Port>>(open: OpenRig<Rig>): void {
    deviceContract<Port, Rig>(open);

    test('says a status word and a reason when it is upset, and comes back; never within a call', async (t) => {
        const { calm, port, upset } = await open(t);
        await until('it is online', () => port.status().state === 'online');
        const words: string[] = [];
        let within = false;
        const late: string[] = [];
        const forget = port.onStatus(({ state, reason }) => {
            assert.equal(within, false, 'a listener ran within the call that caused it');
            assert.equal(reason === '', state === 'online');
            words.push(state);
        });
        port.onStatus(({ state }) => late.push(state))();
        within = true;
        const upsetting = upset();
        within = false;
        await upsetting;
        await until('it is upset', () => words.length > 0);
        assert.match(words[0]!, /^(offline|fault)$/);
        assert.notEqual(port.status().state, 'online');
        within = true;
        const calming = calm();
        within = false;
        await calming;
        await until('it is online again', () => words.at(-1) === 'online');
        assert.deepEqual(late, [], 'a listener that was taken back was called');
        forget();
    });
}
