/** What every scanner does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scan, Scanner } from '../../firmware/ports/devices.ts';
import { until } from '../drivers/until.ts';
import { type FrailRig, frailDeviceContract, type OpenRig } from './device-contract.ts';

export interface ScannerRig extends FrailRig<Scanner> {
    /** As if a customer held this to the window; `latin1` bytes, without a line end. */
    present(text: string): Promise<void> | void;
}

/** Different codes that no rule takes for a double read. */
export function codeNumber(number: number): string {
    return `2810${String(number).padStart(20, '0')}`;
}

export function scannerContract(open: OpenRig<ScannerRig>): void {
    frailDeviceContract<Scanner, ScannerRig>(open);

    const ready = async (t: Parameters<typeof open>[0]): Promise<ScannerRig & { next: () => Promise<Scan | undefined> }> => {
        const rig = await open(t);
        await until('the scanner is online', () => rig.port.status().state === 'online');
        const scans = rig.port.scans()[Symbol.asyncIterator]();
        return { ...rig, next: async () => (await scans.next()).value };
    };

    test('gives what is read while it is armed, in order', async (t) => {
        const { next, port, present } = await ready(t);
        port.arm();
        for (let number = 0; number < 3; number += 1) {
            await present(codeNumber(number));
            assert.deepEqual(await next(), { text: codeNumber(number) });
        }
    });

    test('drops and counts what is read before it is armed and after it is disarmed', async (t) => {
        const { next, port, present } = await ready(t);
        await present(codeNumber(1));
        await until('the first is dropped', () => port.dropped().disarmed === 1);
        port.arm();
        port.arm();
        await present(codeNumber(2));
        assert.deepEqual(await next(), { text: codeNumber(2) });
        port.disarm();
        port.disarm();
        await present(codeNumber(3));
        await until('the third is dropped', () => port.dropped().disarmed === 2);
        port.arm();
        await present(codeNumber(4));
        assert.deepEqual(await next(), { text: codeNumber(4) });
    });

    test('holds a few unread scans and no more, and drops them when it is disarmed', async (t) => {
        const { next, port, present } = await ready(t);
        port.arm();
        for (let number = 0; number < 6; number += 1) await present(codeNumber(number));
        await until('two found no room', () => port.dropped().unread === 2);
        port.disarm();
        assert.equal(port.dropped().disarmed, 4);
        port.arm();
        await present(codeNumber(7));
        assert.deepEqual(await next(), { text: codeNumber(7) });
    });

    test('tells the symbology where the scanner sends it', async (t) => {
        const { next, port, present } = await ready(t);
        port.arm();
        await present(`]C1${codeNumber(1)}`);
        assert.deepEqual(await next(), { text: codeNumber(1), symbology: 'C1' });
    });

    test('strips control characters, and refuses noise and what is too long, each with its count', async (t) => {
        const { next, port, present } = await ready(t);
        port.arm();
        await present(`28\xb910${codeNumber(1)}`);
        await present('7'.repeat(600));
        await present(`\x02${codeNumber(2)}\x03`);
        assert.deepEqual(await next(), { text: codeNumber(2) });
        const dropped = port.dropped();
        assert.deepEqual([dropped.notAscii, dropped.tooLong, dropped.controlBytes], [1, 1, 2]);
    });

    test('stays armed when it is unplugged and plugged in again', async (t) => {
        const { calm, next, port, present, upset } = await ready(t);
        port.arm();
        await upset();
        await until('it is offline', () => port.status().state === 'offline');
        await calm();
        await until('it is online again', () => port.status().state === 'online');
        await present(codeNumber(1));
        assert.deepEqual(await next(), { text: codeNumber(1) });
    });

    test('ends the wait of a reader that leaves, and serves the next reader', async (t) => {
        const { port, present } = await ready(t);
        port.arm();
        const leaving = port.scans()[Symbol.asyncIterator]();
        const waiting = leaving.next();
        await leaving.return?.();
        assert.equal((await waiting).done, true);
        const scans = port.scans()[Symbol.asyncIterator]();
        const first = scans.next();
        await present(codeNumber(1));
        assert.deepEqual((await first).value, { text: codeNumber(1) });
    });

    test('ends every wait when it is closed, and bears calls afterwards', async (t) => {
        const { next, port } = await ready(t);
        port.arm();
        const waiting = next();
        await port.close();
        assert.equal(await waiting, undefined);
        assert.equal(await next(), undefined);
        port.arm();
        port.disarm();
        assert.equal(typeof port.dropped(), 'object');
    });

    test('keeps the code out of its log, its status and its counts', async (t) => {
        const { logged, next, port, present, upset } = await ready(t);
        await present(codeNumber(4711));
        port.arm();
        await present(codeNumber(815));
        await next();
        await upset();
        await until('it is offline', () => port.status().state === 'offline');
        const said = JSON.stringify([logged, port.status(), port.dropped()]);
        assert.doesNotMatch(said, /4711|0815/);
    });
}
