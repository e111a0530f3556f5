/** How a kiosk stops, comes back and calls for help: SIGTERM in the middle of a sale, restarts, alarms that leave the machine. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Kiosk, paymentsOf, refundsOf } from './kiosk.ts';
import { Stage, vending } from './stage.ts';

let stage: Stage;
let kiosk: Kiosk;
let hook: Server;
const posted: { readonly about: string; readonly saleId?: string; readonly kiosk: string; readonly raw: string }[] = [];
/** Answers that the webhook still refuses. */
let refusals = 2;

before(async () => {
    hook = createServer((request, response) => {
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
            const raw = Buffer.concat(parts).toString('utf8');
            posted.push({ ...(JSON.parse(raw) as { about: string; kiosk: string }), raw });
            refusals -= 1;
            response.writeHead(refusals >= 0 ? 500 : 204).end();
        });
    }).listen(0, '127.0.0.1');
    await once(hook, 'listening');
    stage = await Stage.open();
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook?token=canary-of-the-webhook`;
    kiosk = await stage.opened({
        config: {
            ...vending,
            dispenser: { type: 'virtual', moveMs: 700 },
            operator: { name: 'Corner Stand Ltd', address: 'Some Street 1', phone: '1', alert: { url } },
        },
        timing: { delivery: '3s' },
    });
});

after(async () => {
    await stage?.close();
    hook?.closeAllConnections();
    hook?.close();
});

test('SIGTERM with an order code on the glass: the code is taken back, exit 0, settled after the next start', async () => {
    const sale = await kiosk.sell(['A1']);
    const code = await kiosk.orderCode(sale.id);
    assert.equal(await kiosk.service.stop(), 0);
    assert.equal((await stage.bank.wallet.scan('alice', { code })).outcome, 'refused', 'a machine that is off takes no money');
    await kiosk.open();
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.state, 'cancelled');
    const types = (await kiosk.records()).map((record) => record.type);
    assert.ok(types.includes('stopped'));
});

test('SIGTERM while goods move: they come out first, then the process ends with 0', async () => {
    const before = (await kiosk.tray()).length;
    const sale = await kiosk.sell(['A1', 'B1']);
    await stage.bank.wallet.scan('alice', { code: await kiosk.orderCode(sale.id) });
    await kiosk.saleWhen(sale.id, 'is delivering', (one) => one.deliveries.some((delivery) => delivery.state === 'moving'));
    assert.equal(await kiosk.service.stop(), 0);
    await kiosk.open();
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.deliveries[0]?.state, 'delivered');
    assert.equal(ended.deliveries[1]?.state, 'failed', 'nothing more is begun by a machine that stops');
    assert.equal((await kiosk.tray()).length, before + 1);
    assert.equal(ended.kept.value, '150');
    assert.equal(refundsOf(ended), 'refund confirmed 180');
});

test('SIGTERM while a scanned code is being charged: what was taken is known or given back', async () => {
    await stage.bank.fault({ api: 'pay', kind: 'slowBefore', ms: 600, after: 1, count: 1 });
    const sale = await kiosk.sell(['A1']);
    await kiosk.orderCode(sale.id);
    await kiosk.scan(await stage.code());
    await kiosk.saleWhen(sale.id, 'is paying', (one) => one.payments.some((payment) => payment.mode === 'payment-code'));
    assert.equal(await kiosk.service.stop(), 0);
    await stage.bank.endFault();
    assert.ok(
        (await stage.bank.ledger()).payments.some((one) => one.referenceOrderId === sale.id && one.movements.length > 0),
        'money was taken',
    );
    await kiosk.open();
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.kept.value, '0', paymentsOf(ended));
    const ledger = await stage.bank.ledger();
    const ids = ended.payments.map((payment) => payment.paymentRequestId);
    for (const payment of ledger.payments.filter((one) => ids.includes(one.paymentRequestId))) assert.equal(payment.net.value, '0');
});

test('SIGINT is the same, and a second signal does no harm', async () => {
    kiosk.service.signal('SIGINT');
    kiosk.service.signal('SIGTERM');
    assert.equal((await kiosk.service.ended()).code, 0);
    await kiosk.open();
});

test('a power cut while the motor turns: found out by the tray’s own evidence after the start', async () => {
    const before = (await kiosk.tray()).length;
    const sale = await kiosk.sell(['A2']);
    await stage.bank.wallet.scan('alice', { code: await kiosk.orderCode(sale.id) });
    await kiosk.saleWhen(sale.id, 'is delivering', (one) => one.deliveries.some((delivery) => delivery.state === 'moving'));
    await kiosk.service.kill();
    await kiosk.open();
    const ended = await kiosk.ended(sale.id);
    const fell = (await kiosk.tray()).length - before;
    assert.equal(ended.deliveries[0]?.state, fell === 1 ? 'delivered' : 'unknown');
    assert.equal(ended.kept.value, fell === 1 ? '220' : '0');
});

test('a gateway that is replaced by a restarted one: the kiosk goes on', async () => {
    assert.equal(await stage.sandbox.stop(), 0);
    const sale = await kiosk.post('/v1/sales', { items: [{ slot: 'A1' }] });
    assert.ok(sale.status === 201 || sale.status === 503, sale.text);
    // Two requests that could not leave are proof enough: the order code's, and a scanned one's.
    if (sale.status === 201) await kiosk.post('/v1/virtual/scanner', { text: `28101002${'5'.repeat(16)}` });
    await kiosk.until('it is not ready', async () => ((await kiosk.get('/readyz')).status === 503 ? true : undefined));
    const gatewayBefore = stage.gatewayUrl;
    await stage.startSandbox({ sameAddress: true });
    assert.equal(stage.gatewayUrl, gatewayBefore);
    await kiosk.ready();
    await kiosk.settled();
});

test('a case for a person leaves the machine: the webhook is called again until it takes it', async () => {
    await stage.bank.fault({ api: 'pay', kind: 'wrongAmount', after: 1, count: 1 });
    const sale = await kiosk.sell(['A1']);
    await kiosk.orderCode(sale.id);
    posted.length = 0;
    refusals = 2;
    await kiosk.scan(await stage.code());
    const ended = await kiosk.ended(sale.id);
    assert.equal(ended.state, 'review');
    await kiosk.until('the webhook has taken the alarm', () => (refusals < 0 ? true : undefined));
    const about = posted.filter((one) => one.about === 'review' && one.saleId === sale.id);
    assert.ok(about.length >= 1);
    assert.ok(posted.length >= 3, `${posted.length} calls`);
    assert.equal(about[0]?.kiosk, kiosk.name);
    await kiosk.until('the journal knows that it was sent', async () => {
        const records = await kiosk.records();
        const raised = records.find((record) => record.type === 'alertRaised' && record.saleId === sale.id);
        return records.some((record) => record.type === 'alertSent' && record.alertId === raised?.alertId) ? true : undefined;
    });
    assert.equal(kiosk.service.log().includes('canary-of-the-webhook'), false, 'the webhook’s address is a secret of its own');
    const resolved = await kiosk.till(['sale', 'resolve', sale.id, '--decision', 'settled-outside', '--note', 'looked at', '--by', 'Kim']);
    assert.equal(resolved.code, 0, resolved.err);
});

test('the books agree to the cent', async () => {
    await stage.proveBooks();
});
