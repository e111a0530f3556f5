/** The runtime's rooms together, on fakes: a sale from scan to goods, a failing journal, a restart, a stop. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { JournalRecord } from '../../../firmware/ports/journal.ts';
import { Kiosk } from '../../../firmware/runtime/kiosk.ts';
import type { Policy } from '../../../firmware/sale/world.ts';
import { ManualClock, settled } from '../../drivers/manual-clock.ts';
import { policy } from '../sale/policy.ts';
import { countingIds, FakeDispenser, FakeDisplay, FakeGateway, FakeJournal, FakeScanner, fell, quiet } from './fakes.ts';

const code = '281010897274821897274821';
let clock: ManualClock;
let journal: FakeJournal;
let gateway: FakeGateway;
let scanner: FakeScanner;
let display: FakeDisplay;
let dispenser: FakeDispenser;
let kiosk: Kiosk;
let bugs: unknown[];

describe('the runtime on fakes', () => {
    beforeEach(() => {
        clock = new ManualClock();
        journal = new FakeJournal();
        bugs = [];
    });

    afterEach(async () => {
        await scanner.close();
        await settled();
        assert.deepEqual(bugs, []);
    });

    /** A run on the journal as it stands: new devices, new gateway connection, ready to sell. */
    async function run(change: Partial<Policy> = { modes: ['payment-code'] }): Promise<void> {
        gateway = new FakeGateway();
        scanner = new FakeScanner();
        display = new FakeDisplay();
        dispenser = new FakeDispenser();
        const tail = journal.records_.slice() as JournalRecord[];
        kiosk = new Kiosk({
            clock,
            ids: countingIds(),
            log: quiet,
            opened: { journal, tail, recovery: { records: tail.length, tornBytes: 0, damage: [] } },
            gateway,
            devices: { scanner, display, dispenser },
            policy: { ...policy, ...change },
            deviceKey: new Uint8Array(32).fill(7),
            boot: `boot-${tail.length}`,
            version: '0',
            onBug: (thrown) => bugs.push(thrown),
        });
        await kiosk.start();
        kiosk.painter({
            frame: (screen, _display, id) => ({ id, kind: screen.kind, payable: screen.code?.payable !== undefined, svg: '' }),
        });
        await clock.advance(1);
    }

    const types = () => journal.records_.map((record) => record.type);
    const open = (slot = 'A1') => kiosk.submit({ kind: 'openSale', items: [{ slot }] });
    const amount = (value: string) => ({ currency: 'EUR', value });
    const paidBy = (order: unknown) => ({ kind: 'paid', paymentId: 'G1', amount: (order as { amount: object }).amount });

    describe('a sale by payment code', () => {
        test('the pay is prepared while its intent syncs, and sent only when that is durable', async () => {
            await run();
            await open();
            await settled();
            assert.equal(scanner.armed, true);
            journal.held = true;
            scanner.scan(code);
            await settled();
            assert.deepEqual(journal.asked.at(-1), ['paymentIntended']);
            assert.deepEqual(
                gateway.asked.filter((one) => one.api === 'pay').map((one) => one.sent),
                [false],
            );
            journal.held = false;
            journal.sync();
            await settled();
            const [pay] = gateway.sent('pay');
            assert.partialDeepStrictEqual(pay?.order, { mode: 'payment-code', paymentCode: code, amount: amount('150') });
            assert.equal(scanner.armed, false);
        });

        test('goods move only when the success is durable, and the sale ends when their outcome is', async () => {
            await run();
            await open();
            await settled();
            scanner.scan(code);
            await settled();
            journal.held = true;
            const [pay] = gateway.sent('pay');
            pay!.answer(paidBy(pay!.order));
            await settled();
            assert.deepEqual(journal.asked.at(-1), ['paymentPaid', 'deliveryIntended']);
            assert.deepEqual(dispenser.moves, []);
            journal.held = false;
            journal.sync();
            await settled();
            assert.deepEqual(dispenser.moves, ['A1']);
            dispenser.outcomes[0]!.resolve(fell);
            await settled();
            assert.deepEqual(types().slice(-2), ['deliveryEnded', 'saleEnded']);
        });

        test('the code is nowhere in the journal, and gone from memory once it was sent and answered', async () => {
            await run();
            await open();
            await settled();
            scanner.scan(code);
            await settled();
            const [pay] = gateway.sent('pay');
            pay!.answer({ kind: 'unknown', reason: 'timeout' });
            await settled();
            assert.ok(types().includes('paymentUnknown'));
            assert.ok(!JSON.stringify(journal.records_).includes(code));
            await clock.advance(70_000);
            assert.equal(gateway.sent('pay').length, 1);
            assert.ok(gateway.sent('inquiry').length > 0);
        });

        test('a movement that never answers is unknown after its limit; then its evidence is asked for, and decides', async () => {
            await run();
            await open();
            await settled();
            scanner.scan(code);
            await settled();
            const [pay] = gateway.sent('pay');
            pay!.answer(paidBy(pay!.order));
            await settled();
            await clock.advance(policy.timing.delivery);
            await settled();
            const ended = journal.records_.filter((record) => record.type === 'deliveryEnded');
            assert.deepEqual(
                ended.map((record) => (record as { outcome?: string }).outcome),
                ['unknown', 'delivered'],
            );
            assert.equal(dispenser.recalls.length, 1);
            // What the motor says after that is no longer asked.
            dispenser.outcomes[0]!.resolve(fell);
            await settled();
            assert.equal(types().filter((type) => type === 'deliveryEnded').length, 2);
        });
    });

    describe('both codes on offer', () => {
        test('the pay of a scan and the cancel of the code wait for the blank glass', async () => {
            await run({ modes: ['payment-code', 'order-code'] });
            await open();
            await settled();
            gateway.sent('pay')[0]!.answer({ kind: 'code', code: 'https://code.example/1' });
            await settled();
            assert.equal(display.frames.at(-1)?.payable, true);
            display.held = true;
            scanner.scan(code);
            await settled();
            assert.equal(gateway.sent('pay').length, 1);
            assert.equal(gateway.sent('cancel').length, 0);
            assert.equal(display.frames.at(-1)?.payable, false);
            display.confirm();
            await settled();
            assert.equal(gateway.sent('pay').length, 2);
            assert.equal(gateway.sent('cancel').length, 1);
        });

        test('a display that does not answer is waited for five seconds, then counts as faulty', async () => {
            await run({ modes: ['payment-code', 'order-code'] });
            await open();
            await settled();
            gateway.sent('pay')[0]!.answer({ kind: 'code', code: 'https://code.example/1' });
            await settled();
            display.held = true;
            scanner.scan(code);
            await clock.advance(4_999);
            assert.equal(gateway.sent('cancel').length, 0);
            await clock.advance(1);
            assert.equal(gateway.sent('cancel').length, 1);
            assert.equal(gateway.sent('pay').length, 2);
            assert.equal(kiosk.keeper.world.glass.faulty, true);
        });
    });

    describe('a journal that fails', () => {
        test('no pay leaves, the customer is told, nothing more is sold', async () => {
            await run();
            await open();
            await settled();
            journal.held = true;
            scanner.scan(code);
            await settled();
            journal.fail();
            await settled();
            assert.equal(gateway.sent('pay').length, 0);
            assert.equal(scanner.armed, false);
            assert.partialDeepStrictEqual(await open('A2'), { status: 503 });
        });

        test('a result waits for the journal that goes on, and its goods move then', async () => {
            await run();
            await open();
            await settled();
            scanner.scan(code);
            await settled();
            journal.held = true;
            const [pay] = gateway.sent('pay');
            pay!.answer(paidBy(pay!.order));
            await settled();
            journal.fail();
            await clock.advance(3_000);
            assert.deepEqual(dispenser.moves, []);
            assert.equal(gateway.sent('cancel').length, 0);
            journal.held = false;
            journal.writable = true;
            await clock.advance(3_000);
            assert.deepEqual(dispenser.moves, ['A1']);
            assert.equal(gateway.sent('pay').length, 1);
        });

        test('a cancel without its record is repeated meanwhile, and draws the line when the journal goes on', async () => {
            await run({ modes: ['order-code'] });
            await open();
            await settled();
            gateway.sent('pay')[0]!.answer({ kind: 'code', code: 'https://code.example/1' });
            await clock.advance(10);
            const { paymentRequestId } = gateway.sent('pay')[0]!.order as { paymentRequestId: string };
            journal.held = true;
            void kiosk.submit({ kind: 'pressed', key: 'cancel' });
            await settled();
            journal.fail();
            await clock.advance(6_000);
            assert.equal(gateway.sent('cancel').length, 1);
            gateway.sent('cancel')[0]!.answer({ kind: 'unknown', reason: 'timeout' });
            await clock.advance(2_500);
            assert.equal(gateway.sent('cancel').length, 2);
            gateway.sent('cancel')[1]!.answer({ kind: 'done' });
            await settled();
            journal.held = false;
            journal.writable = true;
            void kiosk.submit({ kind: 'paidNotified', paymentRequestId, paymentId: 'G1', amount: amount('150') });
            await clock.advance(3_000);
            assert.ok(types().includes('cancelIntended') && !types().includes('paymentPaid'));
            assert.deepEqual(dispenser.moves, []);
        });
    });

    describe('a restart is the same path', () => {
        test('power cut while the motor turned: recalled, never moved again', async () => {
            await run();
            await open();
            await settled();
            scanner.scan(code);
            await settled();
            const [pay] = gateway.sent('pay');
            pay!.answer(paidBy(pay!.order));
            await settled();
            assert.deepEqual(dispenser.moves, ['A1']);
            await scanner.close();
            await run();
            assert.deepEqual(dispenser.moves, []);
            assert.equal(dispenser.recalls.length, 1);
            assert.partialDeepStrictEqual(journal.records_.at(-1), { type: 'saleEnded', state: 'delivered' });
        });

        test('power cut while pay was on the wire: cancelled, never asked again', async () => {
            await run();
            await open();
            await settled();
            scanner.scan(code);
            await settled();
            assert.equal(gateway.sent('pay').length, 1);
            await scanner.close();
            await run();
            assert.equal(gateway.sent('pay').length, 0);
            assert.equal(gateway.sent('cancel').length, 1);
        });

        test('a start that cannot be written starts nothing', async () => {
            await run();
            await scanner.close();
            journal.writable = false;
            await assert.rejects(run(), { code: 'START_NOT_RECORDED', kind: 'storage' });
            assert.deepEqual(gateway.sent('probe'), []);
        });
    });

    describe('an orderly stop', () => {
        test('takes back what is on offer, waits for the wire, blanks, and leaves a checkpoint', async () => {
            await run({ modes: ['order-code'] });
            await open();
            await settled();
            gateway.sent('pay')[0]!.answer({ kind: 'code', code: 'https://code.example/1' });
            await settled();
            const stopped = kiosk.stop();
            await clock.advance(100);
            assert.equal(gateway.sent('cancel').length, 1);
            assert.ok(!types().includes('stopped'));
            gateway.sent('cancel')[0]!.answer({ kind: 'done' });
            await clock.advance(5_000);
            await stopped;
            assert.equal(types().at(-1), 'stopped');
            assert.equal(display.frames.at(-1)?.payable, false);
            assert.equal(journal.checkpoints.length, 1);
            assert.equal(clock.pending, 0);
        });

        test('waits for goods that are moving', async () => {
            await run();
            await open();
            await settled();
            scanner.scan(code);
            await settled();
            const [pay] = gateway.sent('pay');
            pay!.answer(paidBy(pay!.order));
            await settled();
            const stopped = kiosk.stop();
            await clock.advance(1_000);
            assert.ok(!types().includes('stopped'));
            dispenser.outcomes[0]!.resolve(fell);
            await clock.advance(5_000);
            await stopped;
            assert.deepEqual(types().slice(-3), ['deliveryEnded', 'saleEnded', 'stopped']);
        });

        test('does not wait for ever for an answer that does not come', async () => {
            await run();
            await open();
            await settled();
            scanner.scan(code);
            await settled();
            const stopped = kiosk.stop();
            await clock.advance(20_000);
            await stopped;
            assert.equal(types().at(-1), 'stopped');
        });
    });
});
