/** A stand without a dispenser: real serial line, real picture file, real entry page; each mode bought, order code left to expire. */
import assert from 'node:assert/strict';
import { rmSync, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SaleView } from '../../firmware/ports/desk.ts';
import { Cable } from '../drivers/pty.ts';
import { ask } from './http.ts';
import { type Kiosk, paymentsOf } from './kiosk.ts';
import { codeOnPicture } from './picture.ts';
import { until } from './processes.ts';
import { Stage } from './stage.ts';

let stage: Stage;
let kiosk: Kiosk;
let cable: Cable;
let cableFolder: string;
let picture: string;

before(async () => {
    cableFolder = await mkdtemp(join(tmpdir(), 'till-cable-'));
    cable = new Cable(cableFolder);
    await cable.plug();
    stage = await Stage.open();
    picture = join(stage.folder, 'screen', 'now.png');
    kiosk = await stage.opened({
        config: {
            scanner: { type: 'serial', path: cable.path, sameCodeMs: 0 },
            display: { type: 'png', path: './screen/now.png' },
            entry: { min: '50', max: '50000' },
        },
        timing: { orderCodeExpiry: '5s', blankMargin: '1s', paymentCodeExpiry: '4s' },
    });
    await kiosk.lineOpen();
});

after(async () => {
    await stage?.close();
    await cable?.unplug();
    rmSync(cableFolder, { recursive: true, force: true });
});

function shown(what: string, fits: (code: string | undefined) => boolean): Promise<string> {
    return until(what, () => {
        const code = codeOnPicture(picture);
        return fits(code) ? (code ?? 'none') : undefined;
    });
}

test('the idle picture holds the entry code', async () => {
    assert.equal(await shown('a code stands on the idle screen', (code) => code !== undefined), `${kiosk.url}/e/${kiosk.name}`);
});

test('a payment code read over the serial line is charged once', async () => {
    const sale = await kiosk.sell('150', { reference: 'order-77' });
    await kiosk.orderCode(sale.id);
    const code = await stage.code();
    await cable.send(`]C1${code}\r\n`);
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.state, 'delivered');
    assert.deepEqual(ended.kept, { currency: 'EUR', value: '150' });
    assert.equal(ended.payments.filter((payment) => payment.state === 'paid').length, 1);
    assert.equal(ended.payments.find((payment) => payment.state === 'paid')?.mode, 'payment-code');
    const found = (await kiosk.get('/v1/sales?reference=order-77')).json as { sales: { id: string }[] };
    assert.deepEqual(
        found.sales.map((one) => one.id),
        [sale.id],
    );
});

test('an order code read from the picture file is paid by the wallet, in a foreign currency', async () => {
    const sale = await kiosk.sell('220');
    const code = await shown('the order code stands on the picture', (one) => one?.startsWith('https://gqr.') === true);
    assert.equal(code, await kiosk.orderCode(sale.id));
    const paid = await stage.bank.wallet.scan('chen', { code });
    assert.equal(paid.outcome, 'paid');
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.state, 'delivered');
    assert.equal(paymentsOf(ended), 'order-code paid');
    await shown('the picture no longer holds the order code', (one) => one?.startsWith('https://gqr.') !== true);
});

test('the entry code leads through the page without scripts into the cashier', async () => {
    const page = await shown('the entry code is back', (one) => one?.includes('/e/') === true);
    const bought = await stage.bank.wallet.openEntry('alice', { url: page, amount: '2,50' });
    assert.equal(bought.kind, 'cashier');
    assert.deepEqual(
        bought.visits.map(({ method, status }) => `${method} ${status}`),
        ['GET 200', 'POST 302'],
    );
    assert.equal(bought.paid?.outcome, 'paid');
    const payment = bought.paid!.paymentRequestId;
    const sale = await until('the entry sale has ended', async () => {
        const { sales } = (await kiosk.get('/v1/sales')).json as { sales: SaleView[] };
        return sales.find((one) => one.ended && one.payments.some((each) => each.paymentRequestId === payment));
    });
    assert.equal(sale.state, 'delivered');
    assert.equal(sale.origin, 'entry');
    assert.deepEqual(sale.kept, { currency: 'EUR', value: '250' });
    assert.equal(paymentsOf(sale), 'entry-code paid');
});

test('the entry page tells what is wrong with an amount, and asks the gateway for nothing', async () => {
    const page = `${kiosk.url}/e/${kiosk.name}`;
    const before = (await stage.bank.requests({ api: 'pay' })).length;
    for (const amount of ['0.10', '9999999', '1.234', '-5', '1e3', '٣']) {
        const answer = await stage.bank.wallet.openEntry('alice', { url: page, amount });
        assert.equal(answer.kind, 'page', amount);
        assert.equal(answer.kind === 'page' ? answer.status : 0, 422, amount);
    }
    assert.equal((await stage.bank.requests({ api: 'pay' })).length, before);
    const outside = await ask({ url: page, headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' } });
    assert.match(outside.text, /wallet/i);
    assert.doesNotMatch(outside.text, /<form/, 'a browser that is no wallet gets no form');
});

/** When the picture lost its order code, by the file system's clock in milliseconds. */
async function blankedAt(code: string): Promise<number> {
    return until(
        'the code has left the picture',
        () => {
            // Before it is looked at, which takes its time: another picture may follow meanwhile.
            const { ctimeMs } = statSync(picture);
            return codeOnPicture(picture) === code ? undefined : ctimeMs;
        },
        { everyMs: 5 },
    );
}

/** The cancel is answered late, so that the picture stands still while it is looked at. */
async function cancelAfterBlank(sale: SaleView, code: string): Promise<void> {
    const blankMs = await blankedAt(code);
    const { paymentRequestId } = sale.payments[0]!;
    const cancel = await until(
        'the cancel was sent',
        async () => (await stage.bank.requests({ api: 'cancel', about: paymentRequestId }))[0],
    );
    // The sandbox's clock, without its offset, and the file system's are this machine's; the kernel stamps files in ticks of some ms.
    const { offsetMs } = await stage.bank.clock();
    assert.ok(blankMs <= cancel.at - offsetMs + 10, `blank at ${blankMs}, cancel at ${cancel.at - offsetMs}`);
}

test('an order code that is cancelled leaves the picture before its cancel is sent', async () => {
    await stage.bank.fault({ api: 'cancel', kind: 'slow', ms: 800, count: 1 });
    const sale = await kiosk.sell('180');
    const code = await shown('the order code stands on the picture', (one) => one?.startsWith('https://gqr.') === true);
    const opened = await kiosk.sale(sale.id);
    assert.equal((await kiosk.post(`/v1/sales/${sale.id}/cancel`, {})).status, 202);
    await cancelAfterBlank(opened, code);
    assert.equal((await kiosk.ended(sale.id)).state, 'cancelled');
});

test('an order code that nobody pays leaves the picture, is asked about once more, and then cancelled', async () => {
    // A gateway whose clock is behind still holds the order payable when our time is over.
    await stage.bank.clock({ offsetMs: -8_000 });
    await stage.bank.fault({ api: 'cancel', kind: 'slow', ms: 800, count: 1 });
    const sale = await kiosk.sell('180');
    const code = await shown('the order code stands on the picture', (one) => one?.startsWith('https://gqr.') === true);
    const opened = await kiosk.sale(sale.id);
    await cancelAfterBlank(opened, code);
    assert.equal((await stage.bank.wallet.scan('alice', { code })).outcome, 'refused');
    const ended = await kiosk.ended(sale.id);
    await stage.bank.clock({ offsetMs: 0 });
    assert.equal(ended.state, 'cancelled');
    assert.equal(paymentsOf(ended), 'order-code cancelled');
    const requests = (await stage.bank.requests({ about: opened.payments[0]!.paymentRequestId })).map((request) => request.api);
    assert.deepEqual(requests.slice(-2), ['inquiryPayment', 'cancel']);
});

test('an order code that the gateway has closed itself needs no cancel', async () => {
    const sale = await kiosk.sell('180');
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.kept.value, '0');
    assert.equal(ended.state, 'cancelled', 'the time is over; nobody was refused');
    assert.equal((await stage.bank.payment(ended.payments[0]!.paymentRequestId)).status, 'EXPIRED');
});

test('noise on the serial line opens nothing and breaks nothing', async () => {
    const sale = await kiosk.sell('150');
    await kiosk.orderCode(sale.id);
    const before = (await stage.bank.requests({ api: 'pay' })).length;
    const noise = Buffer.alloc(40_000);
    for (let index = 0; index < noise.length; index += 1) noise[index] = (index * 7919 + (index >> 5)) & 0xff;
    await cable.send(noise);
    await cable.send(Buffer.from('\r\n'));
    await kiosk.until('the scanner has counted what it threw away', async () => {
        const dropped = /till_scanner_dropped\S*\s+([1-9]\d*)/.exec((await kiosk.get('/metrics')).text);
        return dropped === null ? undefined : true;
    });
    assert.equal((await stage.bank.requests({ api: 'pay' })).length, before, 'noise asked the gateway for something');
    const now = await kiosk.sale(sale.id);
    if (now.ended) return;
    await kiosk.post(`/v1/sales/${sale.id}/cancel`, {});
    assert.equal((await kiosk.ended(sale.id)).state, 'cancelled');
});

test('a scanner that is pulled out and put back reads on', async () => {
    await cable.unplug();
    const sale = await kiosk.sell('150');
    await kiosk.orderCode(sale.id);
    await cable.plug();
    const code = await stage.code('chen');
    await kiosk.until(
        'the code is read from the line that is back',
        async () => {
            await cable.send(`${code}\r`);
            const now = await kiosk.sale(sale.id);
            return now.payments.some((payment) => payment.mode === 'payment-code') ? true : undefined;
        },
        15_000,
    );
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.state, 'delivered');
    assert.equal(ended.payments.filter((payment) => payment.state === 'paid').length, 1, 'the same code sent again is not charged again');
});

test('the books agree to the cent', async () => {
    await stage.proveBooks();
});
