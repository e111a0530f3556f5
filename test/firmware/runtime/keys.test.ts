/** Keys at the machine, and a wall clock that jumps: what changes in the world, and that it goes back by itself. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pressed } from '../../../firmware/runtime/keys.ts';
import { Kiosk } from '../../../firmware/runtime/kiosk.ts';
import type { WorldKeeper } from '../../../firmware/runtime/world-keeper.ts';
import type { Policy } from '../../../firmware/sale/world.ts';
import { ManualClock, settled } from '../../drivers/manual-clock.ts';
import { policy } from '../sale/policy.ts';
import { countingIds, FakeDispenser, FakeDisplay, FakeGateway, FakeJournal, FakeScanner, quiet } from './fakes.ts';

class Keys {
    readonly #waiting: ((key: string) => void)[] = [];
    press(key: string): void {
        this.#waiting.shift()?.(key);
    }
    async *keys(): AsyncIterable<string> {
        for (;;) yield await new Promise<string>((resolve) => this.#waiting.push(resolve));
    }
}

class TouchedDisplay extends FakeDisplay {
    readonly touch = true;
    readonly fingers = new Keys();
    keys(): AsyncIterable<string> {
        return this.fingers.keys();
    }
}

let clock: ManualClock;
let journal: FakeJournal;
let gateway: FakeGateway;
let display: TouchedDisplay;
let scanner: FakeScanner;
let dispenser: FakeDispenser;
let kiosk: Kiosk;

const attention = policy.timing.attention;

async function run(change: Partial<Policy> = {}): Promise<void> {
    clock = new ManualClock();
    journal = new FakeJournal();
    gateway = new FakeGateway();
    display = new TouchedDisplay();
    scanner = new FakeScanner();
    dispenser = new FakeDispenser();
    kiosk = new Kiosk({
        clock,
        ids: countingIds(),
        log: quiet,
        opened: { journal, tail: [], recovery: { records: 0, tornBytes: 0, damage: [] } },
        gateway,
        devices: { scanner, display, dispenser },
        policy: { ...policy, modes: ['payment-code'], locale: 'en', locales: ['en', 'de', 'zh-Hans'], touch: true, ...change },
        deviceKey: new Uint8Array(32).fill(7),
        boot: 'boot',
        version: '0',
        onBug: (thrown) => assert.fail(String(thrown)),
    });
    await kiosk.start();
    kiosk.painter({ frame: (screen, _display, id) => ({ id, kind: screen.kind, payable: screen.code?.payable !== undefined, svg: '' }) });
    await clock.advance(1);
}

async function press(key: string): Promise<void> {
    display.fingers.press(key);
    await settled();
}

/** The gateway says that it took what it was asked for. */
function paid(): void {
    const [pay] = gateway.sent('pay');
    pay!.answer({ kind: 'paid', paymentId: 'G1', amount: (pay!.order as { amount: object }).amount });
}

describe('keys at the machine', () => {
    beforeEach(() => run());
    afterEach(() => scanner.close());

    test('the language key goes through the languages and round, and the first comes back when nobody is there', async () => {
        const seen: string[] = [];
        for (let times = 0; times < 4; times++) {
            await press('language');
            seen.push(kiosk.screen.locale);
        }
        assert.deepEqual(seen, ['de', 'zh-Hans', 'en', 'de']);
        await clock.advance(attention - 1);
        assert.equal(kiosk.screen.locale, 'de');
        await clock.advance(2);
        assert.equal(kiosk.screen.locale, 'en');
    });

    test('each key begins the wait anew', async () => {
        await press('language');
        await clock.advance(attention - 10);
        await press('language');
        await clock.advance(attention - 10);
        assert.equal(kiosk.screen.locale, 'zh-Hans');
        await clock.advance(20);
        assert.equal(kiosk.screen.locale, 'en');
    });

    test('the chosen language lasts through a sale, however long it takes', async () => {
        await press('language');
        await press('A1');
        await clock.advance(attention * 2);
        assert.equal(kiosk.till.durable.customerSale === undefined, false);
        assert.equal(kiosk.screen.locale, 'de');
    });

    test('choosing begins and ends by key, by a choice, and when nobody chooses', async () => {
        await press('choose');
        assert.equal(kiosk.keeper.world.choosing, true);
        await press('back');
        assert.equal(kiosk.keeper.world.choosing, false);
        await press('choose');
        await clock.advance(attention + 1);
        assert.equal(kiosk.keeper.world.choosing, undefined);
        await press('choose');
        await press('A1');
        assert.equal(kiosk.keeper.world.choosing, false);
        assert.equal(Object.values(kiosk.till.durable.sales)[0]?.items[0]?.slot, 'A1');
    });

    test('the page of the goods that was turned to stays with its customer, and is the first one again for the next', async () => {
        await press('choose');
        await press('more-9');
        await press('language');
        assert.equal(kiosk.keeper.world.choosingFrom, 9);
        await press('back');
        await press('choose');
        assert.equal(kiosk.keeper.world.choosingFrom, 0);
        await press('more-9');
        await clock.advance(attention + 1);
        assert.equal(kiosk.keeper.world.choosingFrom, undefined);
    });

    test('a last screen can be closed by who has read it', async () => {
        await press('A1');
        await press('cancel');
        assert.equal(kiosk.keeper.world.farewell?.left, 'cancelled');
        await press('close');
        assert.equal(kiosk.keeper.world.farewell, undefined);
    });

    test('a last screen that says what is not known yet cannot be put away', () => {
        const closed: unknown[] = [];
        const keeper = { ...kiosk.keeper, world: kiosk.keeper.world, farewell: (sale: unknown) => void closed.push(sale) } as WorldKeeper;
        for (const mayClose of [false, true]) pressed('close', { keeper, mayClose: () => mayClose, submit: () => assert.fail() });
        assert.deepEqual(closed, [undefined]);
    });

    test('the key switch while a scanned code is charged: the payment is taken back, and nothing is handed out', async () => {
        await press('A1');
        scanner.scan('281234567890123456');
        await clock.advance(1);
        await press('service-on');
        const payment = () => Object.values(kiosk.till.durable.sales)[0]!.payments[0]!;
        assert.equal(payment().state, 'cancelling');
        paid();
        await clock.advance(10);
        assert.deepEqual([payment().taken, payment().state, gateway.sent('cancel').length], [true, 'cancelling', 1]);
        assert.deepEqual(dispenser.moves, []);
    });

    test('the key switch while goods come out: what is paid is handed out, and nothing else is sold', async () => {
        await press('A1');
        scanner.scan('281234567890123456');
        await clock.advance(1);
        paid();
        await clock.advance(1);
        assert.equal(kiosk.screen.kind, 'delivering');
        await press('service-on');
        await press('language');
        await press('cancel');
        await press('close');
        assert.equal(kiosk.screen.kind, 'delivering');
        assert.deepEqual([gateway.sent('cancel').length, gateway.sent('refund').length], [0, 0]);
    });

    test('the key switch puts the machine into service and back', async () => {
        await press('service-on');
        const refused = await kiosk.submit({ kind: 'openSale', items: [{ slot: 'A1' }] });
        assert.ok(refused?.ok === false && refused.reasons?.includes('service'), JSON.stringify(refused));
        await press('service-off');
        assert.equal((await kiosk.submit({ kind: 'openSale', items: [{ slot: 'A1' }] }))?.ok, true);
    });
});

describe('a wall clock that jumps', () => {
    beforeEach(() => run());
    afterEach(() => scanner.close());

    for (const [what, jumpMs] of [
        ['forward', 600_000],
        ['back', -600_000],
    ] as const) {
        test(`${what}: nothing is sold until the gateway has been asked for its time again`, async () => {
            gateway.reachable = false;
            clock.jump(jumpMs);
            await clock.advance(2_500);
            assert.equal(kiosk.keeper.world.clock.trusted, false);
            gateway.reachable = true;
            await clock.advance(60_000);
            // A clock behind the journal stays distrusted: its records would run backwards.
            assert.equal(kiosk.keeper.world.clock.trusted, jumpMs > 0, kiosk.keeper.world.clock.reason);
        });
    }

    test('what is recorded meanwhile keeps its time: the next start must not find a journal from the future', async () => {
        await press('A1');
        const before = kiosk.till.durable.lastAt;
        gateway.reachable = false;
        clock.jump(86_400_000);
        await press('cancel');
        assert.ok(kiosk.till.durable.lastAt - before < 1_000, String(kiosk.till.durable.lastAt - before));
    });

    test('a small correction, as NTP makes it, is none', async () => {
        clock.jump(5_000);
        await clock.advance(2_500);
        assert.equal(kiosk.keeper.world.clock.trusted, true);
    });
});

describe('a loop that stands', () => {
    beforeEach(() => run());
    afterEach(() => scanner.close());

    test('is alive while a commit takes its time, and not when it takes too long', async () => {
        journal.held = true;
        void kiosk.submit({ kind: 'openSale', items: [{ slot: 'A1' }] });
        await clock.advance(4_000);
        assert.equal(kiosk.alive(), true);
        await clock.advance(2_000);
        assert.equal(kiosk.alive(), false);
        journal.held = false;
        journal.sync();
        await settled();
        assert.equal(kiosk.alive(), true);
    });
});
