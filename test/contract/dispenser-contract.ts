/** What every dispenser does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dispenser } from '../../firmware/ports/devices.ts';
import { until } from '../drivers/until.ts';
import { type FrailRig, frailDeviceContract, type OpenRig } from './device-contract.ts';

export interface DispenserRig extends FrailRig<Dispenser> {
    /** A slot with at least three items, and one with a single item. */
    readonly slot: string;
    readonly lastOne: string;
    /** How many items lie in the tray for a delivery. */
    fallen(deliveryId: string): number;
}

export function dispenserContract(open: OpenRig<DispenserRig>): void {
    frailDeviceContract<Dispenser, DispenserRig>(open);

    test('hands one item out, and says how sure that is', async (t) => {
        const { fallen, port, slot } = await open(t);
        assert.ok(port.slots().includes(slot));
        assert.deepEqual(port.ready(slot), { ready: true, reason: '' });
        const { evidence, outcome } = await port.deliver({ deliveryId: 'd1', slot });
        assert.equal(outcome, 'delivered');
        assert.match(evidence.grade, /^(seen|homeOnly|reported)$/);
        assert.notEqual(evidence.detail, '');
        assert.equal(fallen('d1'), 1);
    });

    test('moves once for a delivery, however often it is asked, also after it was opened again', async (t) => {
        const { fallen, port, reopen, slot } = await open(t);
        const order = { deliveryId: 'd1', slot };
        const [first, meanwhile] = await Promise.all([port.deliver(order), port.deliver(order)]);
        const later = await port.deliver(order);
        assert.deepEqual([first.outcome, meanwhile.outcome, later.outcome], ['delivered', 'delivered', 'delivered']);
        await port.close();
        const again = await reopen();
        assert.equal((await again.deliver(order)).outcome, 'delivered');
        assert.equal(fallen('d1'), 1);
    });

    test('recalls a movement after it was opened again', async (t) => {
        const { port, reopen, slot } = await open(t);
        await port.deliver({ deliveryId: 'd1', slot });
        await port.close();
        const again = await reopen();
        assert.equal((await again.recall({ deliveryId: 'd1', slot })).outcome, 'delivered');
        assert.equal((await again.recall({ deliveryId: 'd2', slot })).outcome, 'failed');
    });

    test('never calls a movement that is under way a failed one', async (t) => {
        const { port, slot } = await open(t);
        const order = { deliveryId: 'd1', slot };
        const delivering = port.deliver(order);
        let done = false;
        void delivering.then(() => {
            done = true;
        });
        while (!done) {
            assert.notEqual((await port.recall(order)).outcome, 'failed');
            await new Promise((resolve) => setImmediate(resolve));
        }
        assert.equal((await delivering).outcome, 'delivered');
    });

    test('an unknown slot is not ready, and a delivery from it is a failed one', async (t) => {
        const { fallen, port } = await open(t);
        assert.deepEqual(port.ready('nowhere'), { ready: false, reason: 'unknown-slot' });
        assert.equal((await port.deliver({ deliveryId: 'd1', slot: 'nowhere' })).outcome, 'failed');
        assert.equal(fallen('d1'), 0);
    });

    test('an empty slot says so, and tells those who listen, never within the call', async (t) => {
        const { fallen, lastOne, port } = await open(t);
        let told = 0;
        let within = false;
        const forget = port.onSlots(() => {
            assert.equal(within, false, 'a listener ran within the call that caused it');
            told += 1;
        });
        within = true;
        const delivering = port.deliver({ deliveryId: 'd1', slot: lastOne });
        within = false;
        await delivering;
        await until('the slot says that it is empty', () => told > 0 && port.ready(lastOne).reason === 'empty');
        forget();
        assert.equal((await port.deliver({ deliveryId: 'd2', slot: lastOne })).outcome, 'failed');
        assert.equal(fallen('d2'), 0);
    });

    test('closed while it moves: the answer is unknown, never a rejection, and no item of two', async (t) => {
        const { fallen, port, reopen, slot } = await open(t);
        const delivering = port.deliver({ deliveryId: 'd1', slot });
        await port.close();
        assert.match((await delivering).outcome, /^(unknown|delivered)$/);
        const again = await reopen();
        const { outcome } = await again.recall({ deliveryId: 'd1', slot });
        assert.match(outcome, /^(unknown|delivered|failed)$/);
        assert.ok(fallen('d1') <= 1);
        assert.equal(outcome === 'delivered', fallen('d1') === 1);
    });

    test('a closed dispenser is offline for every slot, and refuses deliveries', async (t) => {
        const { fallen, port, slot } = await open(t);
        await port.close();
        assert.deepEqual(port.ready(slot), { ready: false, reason: 'offline' });
        assert.equal((await port.deliver({ deliveryId: 'd1', slot })).outcome, 'failed');
        assert.equal((await port.recall({ deliveryId: 'd1', slot })).outcome, 'unknown');
        assert.equal(fallen('d1'), 0);
    });
}
