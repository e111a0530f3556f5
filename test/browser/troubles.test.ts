/**
 * Trouble: every switch of the page is turned by hand, a sale meets it, and what comes of the customer, the goods and the money is what the
 * rules say. After each the books agree: by the page's own mark, and by the journal's export from the disk against the gateway's ledger.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Window } from './browser.ts';
import type { Counter } from './counter.ts';
import { type Before, balance, Trial } from './trial.ts';

const full = BigInt(balance);
const water = 150n;

let trial: Trial;
let window: Window;
let counter: Counter;
let seen: Before;

before(async () => {
    trial = await Trial.open({ profile: 'vending' });
    ({ window, counter } = await trial.visit());
});
after(() => trial?.close());

beforeEach(async () => {
    seen = await trial.begin(counter);
});
afterEach(async () => {
    await counter.agree();
    await trial.proveBooks();
    window.calm();
});

/** Goods are chosen, and the code for them stands on the screen. */
async function chosen(name = 'Water'): Promise<void> {
    await counter.choose(name);
    await counter.says(/Scan this code with your wallet app/);
}

async function fallen(): Promise<readonly string[]> {
    return (await trial.tray()).slice(seen.fallen);
}

/** One sale, one payment, one product, and all of it known to everybody. */
async function soldOnce(): Promise<readonly string[]> {
    const { steps } = await counter.story('sold', { timeout: 20_000 });
    await counter.balanceIs(full - water);
    assert.equal(await trial.purse(), full - water);
    assert.deepEqual(await trial.receipts(seen.receipts), [`payment ${water}`]);
    assert.deepEqual(await fallen(), ['A1']);
    assert.deepEqual(await trial.ends(seen.seq), ['delivered']);
    return steps;
}

async function readyMark(words: 'ready to sell' | 'not selling'): Promise<void> {
    await counter.page.locator('.top-marks').getByText(words, { exact: true }).waitFor();
}

test('gateway down: the kiosk says so, offers nothing, and sells again by itself', async () => {
    await counter.trouble('Gateway down', true);
    // One request that did not get out may be chance; nobody is left with a code that cannot be paid.
    await counter.choose('Water');
    await counter.says(/We could not reach the payment service/);
    assert.equal(await counter.codeOnGlass(), undefined);
    await counter.press('Cancel');
    await counter.screen('idle');
    // The second one is not.
    await counter.choose('Water');
    await readyMark('not selling');
    await counter.press('Cancel');
    assert.match(await counter.screen('offline'), /no connection to the payment service/);
    await window.picture('trouble-gateway-down');
    await counter.allWell();
    await readyMark('ready to sell');
    await counter.screen('idle');
    assert.equal(await trial.purse(), full);
    await chosen();
    await counter.scan();
    await counter.confirm();
    await counter.screen('thanks');
    await counter.outcome('paid');
    assert.deepEqual(await fallen(), ['A1']);
    await counter.balanceIs(full - water);
});

test('gateway down under a code that is being paid: the customer pays once, and gets the goods', async () => {
    await chosen();
    await counter.scan();
    await counter.phoneShows('sheet');
    await counter.trouble('Notification lost', true);
    await counter.trouble('Gateway down', true);
    await counter.confirm();
    await counter.outcome('paid');
    await readyMark('not selling');
    await counter.page.locator('.agreement[data-standing="settling"]').waitFor();
    await counter.allWell();
    await counter.screen('thanks');
    assert.ok((await soldOnce()).some((step) => /by an inquiry/.test(step)));
});

test('gateway slow, and no word from it: the customer waits, is told not to pay again, and gets the goods', async () => {
    await chosen();
    await counter.trouble('Notification lost', true);
    await counter.trouble('Gateway slow', true);
    await counter.showCode();
    const heldAtMs = performance.now();
    await counter.holdToScanner();
    await counter.says(/Please do not pay again/);
    await counter.screen('thanks', { timeout: 25_000 });
    assert.ok(performance.now() - heldAtMs > 6_000, 'the gateway was not slow');
    await counter.outcome('paid');
    await soldOnce();
});

test('gateway answers 500: unknown, never sold on it; nobody pays', async () => {
    await chosen();
    await counter.trouble('Gateway answers 500', true);
    await counter.showCode();
    await counter.holdToScanner();
    await counter.says(/has not answered yet.*Please do not pay again/);
    const { steps } = await counter.story('under way');
    assert.ok(
        steps.some((step) => /the payment is unknown/.test(step)),
        steps.join('\n'),
    );
    await counter.trouble('Gateway answers 500', false);
    await counter.says(/If you were charged, all of it comes back by itself/, { timeout: 25_000 });
    await counter.balanceIs(full);
    assert.deepEqual(await trial.receipts(seen.receipts), []);
    assert.deepEqual(await fallen(), []);
    await counter.screen('idle');
});

test('wrong signature: the answer is not believed, nothing falls on it; mended, an inquiry tells the truth', async () => {
    await chosen();
    await counter.trouble('Notification lost', true);
    await counter.trouble('Wrong signature', true);
    await counter.showCode();
    await counter.holdToScanner();
    await counter.says(/has not answered yet.*Please do not pay again/);
    // The gateway has taken the money, and says so to everybody who believes it.
    assert.equal(await trial.purse(), full - water);
    await counter.page.locator('.agreement[data-standing="settling"]').waitFor();
    assert.deepEqual(await fallen(), []);
    await counter.trouble('Wrong signature', false);
    await counter.screen('thanks');
    await counter.outcome('paid');
    assert.ok((await soldOnce()).some((step) => /by an inquiry/.test(step)));
});

test('answer lost after booking: the kiosk asks until it knows, and charges once', async () => {
    await chosen();
    await counter.trouble('Notification lost', true);
    await counter.trouble('Answer lost after booking', true);
    await counter.showCode();
    await counter.holdToScanner();
    await counter.screen('thanks');
    await counter.outcome('paid');
    const steps = await soldOnce();
    assert.ok(
        steps.some((step) => /the payment is unknown/.test(step)) && steps.some((step) => /by an inquiry/.test(step)),
        steps.join('\n'),
    );
});

test('notification lost: the till’s own inquiry finds the payment of the order code', async () => {
    await counter.trouble('Notification lost', true);
    await chosen();
    await counter.scan();
    await counter.confirm();
    await counter.screen('thanks');
    await counter.outcome('paid');
    assert.ok((await soldOnce()).some((step) => /Paid: 1\.50 EUR, by an inquiry/.test(step)));
});

test('notification doubled: it counts once, one product falls', async () => {
    await counter.trouble('Notification doubled', true);
    await chosen();
    await counter.scan();
    await counter.confirm();
    await counter.screen('thanks');
    await counter.outcome('paid');
    const steps = await soldOnce();
    assert.equal(steps.filter((step) => /^Paid: 1\.50 EUR, by a signed notification/.test(step)).length, 1, steps.join('\n'));
    await counter.page.locator('#trouble').getByText('struck once').waitFor();
});

for (const [label, sign] of [
    ['Motor jams', 'jammed'],
    ['Nothing drops', 'jammed'],
] as const) {
    test(`${label.toLowerCase()}: the money comes back by itself, and the slot is closed`, async () => {
        await counter.trouble(label, true);
        await chosen();
        await counter.showCode();
        await counter.holdToScanner();
        assert.match(
            await counter.screen('nothingOut'),
            /Sorry, nothing came out\..*€1\.50.*Your wallet decides when it shows\..*Claim number/,
        );
        await counter.says(/€1\.50 has been sent back\. Confirmed by the payment network/);
        if (label === 'Motor jams') await window.picture('trouble-motor-jam');
        await counter.outcome('paid');
        const { purse, steps } = await counter.story('money back');
        assert.equal(purse, '1.50 EUR taken, all of it given back.', steps.join('\n'));
        await counter.balanceIs(full);
        assert.match((await counter.receipts())[0] ?? '', /^Water Came back · \d\d:\d\d \+€1\.50$/);
        assert.equal(await trial.purse(), full);
        assert.deepEqual(await fallen(), []);
        assert.deepEqual(await trial.ends(seen.seq), ['refunded']);
        await counter.machine
            .getByRole('button', { name: /^Water/ })
            .getByText(sign)
            .or(counter.machine.locator('[data-slot="A1"] .shut-sign'))
            .first()
            .waitFor();
        await counter.allWell();
    });
}

test('drop sensor blind in one slot: that slot is not sold, the others are', async () => {
    await counter.page.locator('.scope select').selectOption('A2');
    await counter.trouble('Drop sensor blind', true);
    await counter.machine.locator('[data-slot="A2"]').getByText('sensor blind').waitFor();
    await counter.says(/^(?!.*Cola)/);
    await counter.machine.locator('[data-slot="A2"]').click();
    await chosen();
    await counter.showCode();
    await counter.holdToScanner();
    await counter.screen('thanks');
    await counter.outcome('paid');
    await soldOnce();
    await counter.page.locator('.scope select').selectOption('');
    await counter.allWell();
});

test('scanner unplugged: the screen says so, the order code still sells; plugged in, it waits for codes again', async () => {
    await counter.trouble('Scanner unplugged', true);
    await counter.machine.getByRole('button', { name: 'Scanner: unplugged' }).waitFor();
    await counter.says(/The scanner does not work at the moment/);
    await chosen();
    assert.doesNotMatch(await counter.words(), /hold your payment code/);
    await counter.trouble('Scanner unplugged', false);
    await counter.says(/Or hold your payment code to the scanner/);
    await counter.trouble('Scanner unplugged', true);
    await counter.scan();
    await counter.confirm();
    await counter.screen('thanks');
    await counter.outcome('paid');
    await soldOnce();
    await counter.allWell();
});

test('disk full: what is offered is taken back, selling stops; mended, it sells again by itself', async () => {
    await chosen();
    await counter.trouble('Disk full', true);
    await counter.says(/The machine cannot go on right now\. You have not been charged/);
    assert.equal(await counter.codeOnGlass(), undefined);
    assert.match(await counter.screen('outOfService'), /cannot keep its records\. Please do not pay here now/);
    await readyMark('not selling');
    assert.deepEqual(await trial.ends(seen.seq), ['cancelled']);
    await window.picture('trouble-disk-full');
    await counter.trouble('Disk full', false);
    await counter.screen('idle');
    await readyMark('ready to sell');
    await counter.balanceIs(full);
});

test('clock wrong: the gateway’s signed answers show it, selling stops until it is right', async () => {
    await counter.trouble('Clock wrong', true);
    assert.match(await counter.screen('outOfService'), /clock is not right\. Please do not pay here now/);
    await readyMark('not selling');
    await counter.trouble('Clock wrong', false);
    await counter.screen('idle');
    await readyMark('ready to sell');
});

test('all well again: one press mends everything, and it sells', async () => {
    for (const label of ['Notification doubled', 'Nothing drops', 'Scanner unplugged', 'Clock wrong']) await counter.trouble(label, true);
    await counter.page.locator('#trouble').getByText('4 troubles', { exact: true }).waitFor();
    await counter.allWell();
    assert.equal(await counter.page.locator('[role="switch"][data-trouble][aria-checked="true"]').count(), 0);
    assert.deepEqual((await trial.bank.faults()).faults, []);
    await counter.screen('idle');
    await chosen();
    await counter.showCode();
    await counter.holdToScanner();
    await counter.screen('thanks');
    await counter.outcome('paid');
    await soldOnce();
});
