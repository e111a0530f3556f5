/**
 * The plug, pulled in each phase of a sale (the process is killed with SIGKILL) and put back: while it is out the screen is dark and the
 * page says so; afterwards the sale is settled, nothing stale stands anywhere, and the books agree to the cent.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Window } from './browser.ts';
import type { Counter } from './counter.ts';
import { lightest, pixelsOf } from './pixels.ts';
import { type Before, balance, Trial } from './trial.ts';

const full = BigInt(balance);
/** What a browser says of a machine that was switched off while it was spoken to. */
const dead = /ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|NETWORK_CHANGED)/;

let trial: Trial;
let window: Window;
let counter: Counter;
let seen: Before;

before(async () => {
    // A motor that turns long enough to be interrupted, and a patience that outlasts a restart.
    const dispenser = { type: 'virtual', stockEach: 12, moveMs: 1_500 };
    trial = await Trial.open({ profile: 'vending', environment: { TILL_DISPENSER: JSON.stringify(dispenser) } });
    ({ window, counter } = await trial.visit());
});
after(() => trial?.close());

beforeEach(async () => {
    seen = await trial.begin(counter);
});
afterEach(async () => {
    await counter.agree({ timeout: 30_000 });
    await trial.proveBooks();
    window.calm();
});

/** Pulls it, looks at the dark machine, lets happen what happens meanwhile, puts it back, and waits until the machine sells again. */
async function cut(meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
    await window.expecting(dead, async () => {
        await counter.plug('out');
        await counter.page.getByText('The kiosk has no power', { exact: true }).waitFor();
        await counter.page.locator('.glass[data-kind="dark"]').waitFor();
        await counter.page.locator('.top-marks').getByText('no power', { exact: true }).waitFor();
        assert.equal(await counter.words(), 'The screen is dark.');
        assert.equal(await counter.page.locator('.glass img').count(), 0);
        assert.ok(lightest(pixelsOf(await counter.page.locator('.glass').screenshot())) < 60, 'something shines on a dark screen');
        assert.equal(await trial.status('/healthz'), undefined, 'the process answers');
        for (const key of await counter.machine.locator('.key, .is-key').all()) assert.ok(await key.isDisabled());
        await meanwhile();
        await counter.plug('in');
        await counter.page.locator('.glass:not([data-kind="dark"]) img').waitFor();
    });
    await counter.page.locator('.top-marks').getByText('ready to sell', { exact: true }).waitFor({ timeout: 30_000 });
    assert.equal(await counter.page.getByText('The kiosk has no power').count(), 0);
}

async function chosen(): Promise<void> {
    await counter.choose('Water');
    await counter.says(/Scan this code with your wallet app/);
}

test('idle: nothing is lost, and the next customer is served', async () => {
    await cut();
    await counter.screen('idle');
    await chosen();
    await counter.scan();
    await counter.confirm();
    await counter.screen('thanks');
    await counter.outcome('paid');
    await counter.balanceIs(full - 150n);
    assert.deepEqual(await trial.ends(seen.seq), ['delivered']);
});

test('an order code stood there and nobody paid: it is cancelled, and never shown again', async () => {
    await chosen();
    const code = await counter.codeOnGlass();
    assert.ok(code !== undefined && code === (await trial.issuedCode(seen.seq)));
    await cut();
    const { steps } = await counter.story('cancelled', { timeout: 20_000 });
    assert.ok(
        steps.some((step) => /has power again/.test(step)),
        steps.join('\n'),
    );
    assert.notEqual(await counter.codeOnGlass(), code);
    assert.equal(await trial.purse(), full);
    assert.deepEqual(await trial.ends(seen.seq), ['cancelled']);
});

test('an order code stood there and is paid while the machine has no power: the money comes back', async () => {
    await chosen();
    // The phone has the code in its camera, and its owner types on while the machine goes dark.
    await counter.scan();
    await counter.phoneShows('sheet');
    await cut(async () => {
        await counter.confirm();
        assert.match(await counter.outcome('paid'), /€1\.50/);
        assert.equal(await trial.purse(), full - 150n);
        await counter.page.locator('.agreement[data-standing="settling"]').waitFor();
        await window.picture('plug-out-paid');
    });
    // The till never knew that it was paid: it cancels, and the gateway gives back what there is.
    await counter.story('cancelled', { timeout: 20_000 });
    await counter.balanceIs(full);
    assert.match((await counter.receipts())[0] ?? '', /^Water Came back · \d\d:\d\d \+€1\.50$/);
    assert.deepEqual(await trial.receipts(seen.receipts), ['cancel 150', 'payment 150']);
    assert.deepEqual(await trial.ends(seen.seq), ['cancelled']);
    assert.deepEqual((await trial.tray()).slice(seen.fallen), []);
});

test('a payment code was being charged: the till asks what became of it, and the customer gets the goods or the money', async () => {
    await chosen();
    await counter.trouble('Notification lost', true);
    await counter.trouble('Gateway slow', true);
    await counter.showCode();
    await counter.holdToScanner();
    await counter.says(/Please do not pay again/);
    await counter.trouble('Gateway slow', false);
    await cut();
    await counter.page
        .locator(
            '.stories > li:first-child > details:is([data-standing="sold"], [data-standing="money back"], [data-standing="cancelled"])',
        )
        .waitFor({ timeout: 30_000 });
    await counter.agree({ timeout: 30_000 });
    const [[end], fallen, purse] = [await trial.ends(seen.seq), (await trial.tray()).slice(seen.fallen), await trial.purse()];
    if (end === 'delivered') assert.deepEqual([fallen, purse], [['A1'], full - 150n]);
    else assert.deepEqual([fallen, purse], [[], full]);
    await counter.allWell();
});

test('the motor turned: what fell is paid, what did not fall is paid back, and no product falls twice', async () => {
    await chosen();
    await counter.showCode();
    await counter.holdToScanner();
    await counter.screen('delivering');
    await cut();
    await counter.page
        .locator('.stories > li:first-child > details:is([data-standing="sold"], [data-standing="money back"])')
        .waitFor({ timeout: 30_000 });
    const [[end], fallen] = [await trial.ends(seen.seq), (await trial.tray()).slice(seen.fallen)];
    assert.ok(fallen.length <= 1, fallen.join());
    const paid = end === 'delivered' ? 150n : 0n;
    assert.equal(await trial.purse(), full - paid);
    await counter.balanceIs(full - paid);
});

test('money was on its way back: it arrives once', async () => {
    await counter.trouble('Motor jams', true);
    await chosen();
    await counter.showCode();
    await counter.holdToScanner();
    await counter.screen('delivering');
    // From here on the gateway cannot be asked to give the money back.
    await counter.trouble('Gateway down', true);
    await counter.screen('nothingOut');
    await counter.says(/€1\.50 goes back to your wallet|We asked for your money back/);
    assert.equal(await trial.purse(), full - 150n);
    await cut(async () => trial.bank.endFault().then(() => undefined));
    const { purse } = await counter.story('money back', { timeout: 30_000 });
    assert.equal(purse, '1.50 EUR taken, all of it given back.');
    await counter.balanceIs(full);
    assert.deepEqual(await trial.receipts(seen.receipts), ['cancel 150', 'payment 150']);
    assert.deepEqual((await trial.tray()).slice(seen.fallen), []);
    if ((await counter.page.locator('#trouble').getByText('all is well', { exact: true }).count()) === 0) await counter.allWell();
});
