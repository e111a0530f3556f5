/**
 * Each mode bought by hand, on each kind of kiosk: by the goods' key, the touch screen or the seller's till; with the order code read from
 * the pixels of the screen, once by the page's own camera and once by a reader that the page does not know.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Window } from './browser.ts';
import type { Counter } from './counter.ts';
import { balance, Trial } from './trial.ts';

const full = BigInt(balance);

let trial: Trial;
let window: Window;
let counter: Counter;
let seen: { seq: number; receipts: number };

async function visit(profile: 'vending' | 'stand' | 'self-service'): Promise<void> {
    trial = await Trial.open({ profile });
    await trial.reset();
    ({ window, counter } = await trial.visit());
}

async function leave(): Promise<void> {
    await trial?.proveBooks();
    await trial?.close();
}

async function begin(): Promise<void> {
    await trial.reset();
    await counter.balanceIs(full);
    await counter.screen('idle');
    // What a test before it left there, where it failed.
    const take = counter.machine.getByRole('button', { name: /^Take/, disabled: false });
    if ((await take.count()) > 0) await counter.takeGoods();
    seen = { seq: await trial.head(), receipts: (await trial.receipts()).length };
}

/** What must be true after each purchase: the purse on the phone and at the bank, the receipt, the story, the books, and a quiet console. */
async function bought(order: { minor: bigint; title: string; receipt: RegExp }): Promise<void> {
    const story = await counter.story('sold');
    assert.equal(story.title, order.title);
    assert.match(story.purse, /taken and kept\.$/);
    assert.ok(story.steps.length >= 4, story.steps.join('\n'));
    assert.equal(await counter.balance(), full - order.minor);
    assert.equal(await trial.purse(), full - order.minor);
    assert.match((await counter.receipts())[0] ?? '', order.receipt);
    assert.deepEqual(await trial.receipts(seen.receipts), [`payment ${order.minor}`]);
    assert.deepEqual(await trial.ends(seen.seq), ['delivered']);
    await counter.agree();
    window.calm();
}

/** The picture of the screen holds the code that the gateway issued, and nothing else. */
async function codeIsTheGateways(): Promise<void> {
    await counter.says(/Scan this code with your wallet app/);
    const [read, issued] = [await counter.codeOnGlass(), await trial.issuedCode(seen.seq)];
    assert.ok(issued.length > 8, issued);
    assert.equal(read, issued);
}

describe('a vending machine', () => {
    before(() => visit('vending'));
    after(leave);

    test('payment code: a key of the machine, the phone’s code, the scanner', async () => {
        await begin();
        await counter.choose('Water');
        assert.match(await counter.says(/Or hold your payment code to the scanner/), /^Please pay\. €1\.50\b/);
        await counter.showCode();
        await window.picture('vending-payment-code', { selector: '.stand' });
        await counter.holdToScanner();
        assert.match(await counter.screen('thanks'), /Paid\. Thank you!.*Please take your goods/);
        assert.equal(await counter.lying(1), 'In the tray: Water.');
        assert.match(await counter.outcome('paid'), /^Paid €1\.50 €1\.50 was paid to Cool Drinks/);
        assert.deepEqual((await trial.tray()).slice(-1), ['A1']);
        await counter.takeGoods();
        await bought({ minor: 150n, title: 'Water, 1.50 EUR', receipt: /^Water Paid · \d\d:\d\d −€1\.50$/ });
    });

    test('order code: the phone’s camera reads the screen, and so does another reader', async () => {
        await begin();
        await counter.choose('Cola');
        await counter.screen('pay');
        await codeIsTheGateways();
        await counter.scan();
        await counter.phoneShows('sheet');
        await window.picture('vending-order-code', { selector: '.stand' });
        await counter.confirm();
        await counter.screen('thanks');
        assert.equal(await counter.lying(1), 'In the tray: Cola.');
        // The receipt is still being looked at when the screen goes back to its entry code: that one nobody has aimed at.
        await counter.screen('idle');
        const opened = counter.page.waitForRequest(/\/(read|view)$/, { timeout: 1500 });
        await assert.rejects(opened, /Timeout/);
        await counter.outcome('paid');
        await bought({ minor: 220n, title: 'Cola, 2.20 EUR', receipt: /^Cola .*−€2\.20$/ });
        await counter.takeGoods();
    });

    test('entry code: the idle screen’s code, goods on the phone, the cashier, and a key that proves presence', async () => {
        await begin();
        await counter.scan();
        await counter.phoneShows('page');
        await counter.sellersPage.getByRole('button', { name: /Crisps/ }).click();
        const asked = await counter.screen('presence');
        const number = /phone\. (\d+)\./.exec(asked)?.[1];
        assert.ok(number !== undefined, asked);
        await window.picture('vending-presence', { selector: '.stand' });
        await counter.sellersPage.getByRole('textbox', { name: /Number on the machine/ }).fill(number);
        await counter.sellersPage.getByRole('button', { name: 'Continue' }).click();
        await counter.confirm();
        assert.match(await counter.outcome('paid'), /€1\.60/);
        await counter.screen('thanks');
        assert.equal(await counter.lying(1), 'In the tray: Crisps.');
        assert.deepEqual((await trial.tray()).slice(-1), ['B2']);
        await bought({ minor: 160n, title: 'Crisps, 1.60 EUR', receipt: /^Crisps .*−€1\.60$/ });
        await counter.takeGoods();
    });

    test('entry code: the confirm key of the machine proves presence as well', async () => {
        await begin();
        await counter.scan();
        await counter.phoneShows('page');
        await counter.sellersPage.getByRole('button', { name: /Chewing gum/ }).click();
        await counter.screen('presence');
        await counter.press('Confirm');
        await counter.sellersPage.getByRole('link', { name: 'I have pressed the key' }).click();
        await counter.confirm();
        await counter.outcome('paid');
        await counter.screen('thanks');
        await counter.lying(1);
        await bought({ minor: 120n, title: 'Chewing gum, 1.20 EUR', receipt: /−€1\.20/ });
        await counter.takeGoods();
    });
});

describe('a market stand', () => {
    before(() => visit('stand'));
    after(leave);

    test('entry code: the customer types the amount on the phone', async () => {
        await begin();
        await counter.scan();
        await counter.phoneShows('page');
        await counter.sellersPage.getByRole('textbox').fill('7.35');
        await window.picture('stand-entry-page', { selector: '.stand' });
        await counter.sellersPage.getByRole('button').first().click();
        await counter.confirm();
        assert.match(await counter.outcome('paid'), /€7\.35/);
        await bought({ minor: 735n, title: 'An amount, 7.35 EUR', receipt: /Corner Stand .*−€7\.35$/ });
    });

    test('order code on black and white pixels: the seller’s till asks', async () => {
        await begin();
        await counter.charge('420');
        assert.match(await counter.screen('pay'), /€4\.20/);
        await codeIsTheGateways();
        await counter.scan();
        await counter.confirm();
        await counter.screen('thanks');
        await counter.outcome('paid');
        await bought({ minor: 420n, title: 'An amount, 4.20 EUR', receipt: /−€4\.20/ });
    });

    test('payment code: the seller’s till asks, the phone is held to the scanner', async () => {
        await begin();
        await counter.charge('999');
        await counter.screen('pay');
        await counter.showCode();
        await counter.holdToScanner();
        await counter.screen('thanks');
        await counter.outcome('paid');
        await bought({ minor: 999n, title: 'An amount, 9.99 EUR', receipt: /−€9\.99/ });
    });
});

describe('a self-service terminal', () => {
    before(() => visit('self-service'));
    after(leave);

    test('order code: chosen by touch, read from the screen', async () => {
        await begin();
        await counter.touch(/Choose here/);
        await counter.screen('choose');
        await window.picture('self-service-choose', { selector: '.stand' });
        await counter.touch(/Cappuccino/);
        assert.match(await counter.screen('pay'), /€3\.40/);
        await codeIsTheGateways();
        await counter.scan();
        await counter.confirm();
        await counter.screen('thanks');
        await counter.outcome('paid');
        await bought({ minor: 340n, title: 'Cappuccino, 3.40 EUR', receipt: /^Cappuccino .*−€3\.40$/ });
    });

    test('payment code: chosen by touch, the phone is held to the scanner', async () => {
        await begin();
        await counter.touch(/Choose here/);
        await counter.screen('choose');
        await counter.touch(/Tea/);
        await counter.screen('pay');
        await counter.showCode();
        await counter.holdToScanner();
        await counter.screen('thanks');
        await counter.outcome('paid');
        await bought({ minor: 250n, title: 'Tea, 2.50 EUR', receipt: /−€2\.50/ });
    });

    test('entry code: an amount typed on the phone while the terminal is idle', async () => {
        await begin();
        await counter.scan();
        await counter.phoneShows('page');
        await counter.sellersPage.getByRole('textbox').fill('5');
        await counter.sellersPage.getByRole('button').first().click();
        await counter.confirm();
        await counter.outcome('paid');
        await bought({ minor: 500n, title: 'An amount, 5.00 EUR', receipt: /−€5\.00/ });
    });

    test('touching Cancel ends the sale, and no money moves', async () => {
        await begin();
        await counter.touch(/Choose here/);
        await counter.screen('choose');
        await counter.touch(/Cake/);
        await counter.screen('pay');
        await counter.touch(/Cancel/);
        await counter.screen('cancelled');
        await counter.says(/You have not been charged/);
        await counter.story('cancelled');
        assert.equal(await counter.balance(), full);
        await counter.agree();
        window.calm();
    });
});
