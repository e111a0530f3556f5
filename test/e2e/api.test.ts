/** The HTTP interface of a running kiosk as design §8 promises it, its live events, and the command line beside it, running and stopped. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SaleView } from '../../firmware/ports/desk.ts';
import { ask } from './http.ts';
import type { Kiosk } from './kiosk.ts';
import { till, until } from './processes.ts';
import { Stage } from './stage.ts';

let stage: Stage;
let kiosk: Kiosk;

before(async () => {
    stage = await Stage.open();
    kiosk = await stage.opened();
});

after(() => stage?.close());

async function bought(more: Readonly<Record<string, unknown>> = {}): Promise<SaleView> {
    const sale = await kiosk.sell(['A1'], more);
    await stage.bank.wallet.scan('alice', { code: await kiosk.orderCode(sale.id) });
    return kiosk.ended(sale.id);
}

test('a sale is opened once: 201 with its place, 409 while it has the customer, replay by its key', async () => {
    const body = { items: [{ slot: 'A1' }], reference: 'desk-1' };
    const opened = await kiosk.post('/v1/sales', body, { 'idempotency-key': 'k1' });
    assert.equal(opened.status, 201, opened.text);
    const sale = opened.json as SaleView;
    assert.equal(opened.headers.location, `/v1/sales/${sale.id}`);
    assert.equal(sale.reference, 'desk-1');
    assert.deepEqual(sale.amount, { currency: 'EUR', value: '150' });
    assert.match(sale.claim, /^[0-9A-Z]{5,}$/);
    const replay = await kiosk.post('/v1/sales', body, { 'idempotency-key': 'k1' });
    assert.equal(replay.status, 201);
    assert.equal((replay.json as SaleView).id, sale.id);
    const conflict = await kiosk.post('/v1/sales', { items: [{ slot: 'A2' }] }, { 'idempotency-key': 'k1' });
    assert.equal(conflict.status, 409);
    const busy = await kiosk.post('/v1/sales', { items: [{ slot: 'A2' }] });
    assert.equal(busy.status, 409);
    assert.match(busy.headers['content-type'] ?? '', /^application\/problem\+json/);
    assert.equal((busy.json as { code: string }).code, 'customer-busy');
    assert.equal((await kiosk.post(`/v1/sales/${sale.id}/cancel`, {})).status, 202);
    await kiosk.ended(sale.id);
});

const wrongBodies: readonly { readonly body: unknown; readonly status: number }[] = [
    { body: {}, status: 422 },
    { body: { items: [] }, status: 422 },
    { body: { items: [{ slot: 'Z9' }] }, status: 422 },
    { body: { items: [{ slot: 'A1' }], amount: { currency: 'EUR', value: '100' } }, status: 422 },
    { body: { amount: { currency: 'EUR', value: '0' } }, status: 422 },
    { body: { amount: { currency: 'EUR', value: '1.5' } }, status: 422 },
    { body: { amount: { currency: 'EUR', value: 150 } }, status: 422 },
    { body: { amount: { currency: 'USD', value: '150' } }, status: 422 },
    { body: { items: [{ slot: 'A1' }], extra: true }, status: 422 },
    { body: '{"items":', status: 400 },
    { body: '[]', status: 422 },
];

test('wrong bodies are refused with a sentence, and open nothing', async () => {
    for (const { body, status } of wrongBodies) {
        const answer = await kiosk.post('/v1/sales', body);
        assert.equal(answer.status, status, `${JSON.stringify(body)}: ${answer.text}`);
        assert.ok(((answer.json as { detail?: string }).detail ?? '').length > 10, answer.text);
    }
    assert.equal((await kiosk.get('/v1/sales/Snothing')).status, 404);
    assert.equal((await kiosk.get('/v1/sales?state=sideways')).status, 400);
    assert.equal((await kiosk.get('/v1/nothing')).status, 404);
    const { sales } = (await kiosk.get('/v1/sales?state=open')).json as { sales: unknown[] };
    assert.deepEqual(sales, []);
});

test('callers under a foreign name, or from a foreign page, reach nothing', async () => {
    const foreign = await kiosk.get('/v1/sales', { host: 'evil.example' });
    assert.equal(foreign.status, 421);
    const page = await kiosk.post('/v1/sales', { items: [{ slot: 'A1' }] }, { origin: 'https://evil.example' });
    assert.equal(page.status, 403);
});

test('health, readiness, metrics and the document', async () => {
    const health = await kiosk.get('/healthz');
    assert.equal(health.status, 200);
    assert.deepEqual(health.json, { ready: true, reasons: [], sentences: [] });
    assert.equal((await kiosk.get('/readyz')).status, 200);
    const metrics = (await kiosk.get('/metrics')).text;
    assert.match(metrics, /^till_ready 1$/m);
    assert.match(metrics, /^till_journal_sequence \d+$/m);
    const document = (await kiosk.get('/openapi.json')).json as { openapi: string; paths: Record<string, unknown> };
    assert.match(document.openapi, /^3\./);
    for (const path of [
        '/v1/sales',
        '/v1/sales/{id}',
        '/v1/sales/{id}/cancel',
        '/v1/sales/{id}/refunds',
        '/v1/sales/{id}/resolve',
        '/v1/events',
    ])
        assert.ok(path in document.paths, path);
    const page = await kiosk.get('/');
    assert.match(page.text, /<script type="module" src="\/page\/index-/);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
});

interface Event {
    readonly id: number;
    readonly sale: SaleView;
}

/** Reads live events until `enough` says so. */
function events(order: { lastEventId?: number; enough: (all: readonly Event[]) => boolean }): Promise<readonly Event[]> {
    const headers = order.lastEventId === undefined ? {} : { 'last-event-id': String(order.lastEventId) };
    return new Promise((done, fail) => {
        const all: Event[] = [];
        const stream = request(`${kiosk.url}/v1/events`, { headers, agent: false }, (response) => {
            let text = '';
            response.setEncoding('utf8');
            response.on('data', (part: string) => {
                text += part;
                for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
                    const block = text.slice(0, end);
                    text = text.slice(end + 2);
                    const id = /^id: ?(\d+)$/m.exec(block)?.[1];
                    const data = /^data: ?(.*)$/m.exec(block)?.[1];
                    if (id === undefined || data === undefined || !/^event: ?sale$/m.test(block)) continue;
                    all.push({ id: Number(id), sale: JSON.parse(data) as SaleView });
                }
                if (!order.enough(all)) return;
                clearTimeout(timer);
                stream.destroy();
                done(all);
            });
        });
        const timer = setTimeout(() => {
            stream.destroy();
            fail(new Error(`the events that were waited for did not come: ${JSON.stringify(all)}`));
        }, 10_000);
        stream.on('error', (error: NodeJS.ErrnoException) => {
            if (error.code !== 'ECONNRESET') fail(error);
        });
        stream.end();
    });
}

test('live events tell each change, and Last-Event-ID brings what was missed', async () => {
    const live = events({ enough: (all) => all.some((event) => event.sale.ended) });
    const sale = await bought();
    const told = (await live).filter((event) => event.sale.id === sale.id);
    assert.ok(told.length >= 3, `${told.length} events`);
    const ids = told.map((event) => event.id);
    assert.deepEqual(
        ids,
        [...ids].sort((one, other) => one - other),
    );
    assert.equal(told.at(-1)?.sale.state, 'delivered');
    const missed = await events({ lastEventId: ids[0]!, enough: (all) => all.some((event) => event.sale.id === sale.id) });
    assert.equal(missed.find((event) => event.sale.id === sale.id)?.sale.ended, true, 'the sale as it stands now');
    assert.ok(missed.every((event) => event.id > ids[0]!));
});

test('till sale show and find speak to the running kiosk', async () => {
    const sale = await bought({ reference: 'ref-42' });
    const shown = await kiosk.till(['sale', 'show', sale.id]);
    assert.equal(shown.code, 0, shown.err);
    assert.ok(shown.out.includes(sale.payments[0]!.paymentRequestId));
    assert.match(shown.out, /1\.50 EUR/);
    const asJson = await kiosk.till(['sale', 'show', sale.id, '--json']);
    assert.deepEqual((JSON.parse(asJson.out) as SaleView).id, sale.id);
    for (const by of [
        ['--reference', 'ref-42'],
        ['--claim', sale.claim],
    ]) {
        const found = await kiosk.till(['sale', 'find', ...by]);
        assert.ok(found.out.includes(sale.id), `${by.join(' ')}: ${found.out}${found.err}`);
    }
    const none = await kiosk.till(['sale', 'show', 'Snothing']);
    assert.notEqual(none.code, 0);
    assert.match(none.err + none.out, /no sale/i);
});

test('till journal works beside the running kiosk, and after it has stopped', async () => {
    const sale = await bought();
    for (const running of [true, false]) {
        if (!running) assert.equal(await kiosk.service.stop(), 0);
        const verified = await kiosk.till(['journal', 'verify']);
        assert.equal(verified.code, 0, verified.out + verified.err);
        const shown = await kiosk.till(['journal', 'show', sale.id]);
        assert.equal(shown.code, 0, shown.err);
        for (const type of ['saleOpened', 'paymentIntended', 'paymentPaid', 'deliveryIntended', 'saleEnded'])
            assert.ok(shown.out.includes(type), `${type} is not in:\n${shown.out}`);
        const tail = await kiosk.till(['journal', 'tail']);
        assert.equal(tail.code, 0, tail.err);
        assert.ok(tail.out.length > 0);
        const records = await kiosk.records();
        for (const record of records) {
            assert.equal(typeof record.seq, 'number');
            assert.equal(typeof record.type, 'string');
            assert.ok(!Number.isNaN(Date.parse(String(record.time))), String(record.time));
        }
        const seqs = records.map((record) => Number(record.seq));
        assert.deepEqual(
            seqs,
            seqs.map((_seq, index) => seqs[0]! + index),
            'no gap',
        );
        const csv = await kiosk.till(['journal', 'export', '--format', 'csv']);
        assert.equal(csv.code, 0, csv.err);
        assert.equal(csv.out.trimEnd().split('\n').length, records.length + 1);
        const json = await kiosk.till(['journal', 'export', '--format', 'json']);
        assert.equal((JSON.parse(json.out) as unknown[]).length, records.length);
    }
    await kiosk.open();
});

test('till sandbox compare agrees with the journal that is piped into it', async () => {
    const compared = await till(['sandbox', 'compare', '-', '--url', stage.adminUrl], { input: await kiosk.exported() });
    assert.equal(compared.code, 0, compared.out + compared.err);
    assert.match(compared.out, /payments agree/);
});

test('till merchant register and status, and the notification of the result', async () => {
    const details = join(stage.folder, 'details.yaml');
    writeFileSync(details, JSON.stringify({ passThroughInfo: 'stand 7' }));
    await stage.bank.setSwitches({ registrationApprovalMs: 300 });
    const unknown = await kiosk.till(['merchant', 'status']);
    assert.equal(unknown.code, 78, unknown.out + unknown.err);
    const registered = await kiosk.till(['merchant', 'register', '--details', details]);
    assert.equal(registered.code, 0, registered.out + registered.err);
    const status = await until('the wallets have approved', async () => {
        const asked = await kiosk.till(['merchant', 'status']);
        return asked.out.includes('COMPLETED') ? asked : undefined;
    });
    assert.equal(status.code, 0, status.err);
    await kiosk.until('the notification is in the journal', async () =>
        (await kiosk.records()).some((record) => record.type === 'registrationNotified' && record.status === 'COMPLETED')
            ? true
            : undefined,
    );
});

test('till keys check proves the keys against the gateway', async () => {
    const checked = await kiosk.till(['keys', 'check', '--online']);
    assert.equal(checked.code, 0, checked.out + checked.err);
});

test('a port that is taken: a clear sentence, exit 74 or 78, and the first kiosk is unharmed', async () => {
    const blocks = kiosk.config.kiosk as Readonly<Record<string, unknown>>;
    const ended = await till(['run', '--config', kiosk.variant('taken', { kiosk: { ...blocks, dataDir: './taken-data' } })]);
    assert.ok(ended.code === 74 || ended.code === 78, `${ended.code}: ${ended.out}${ended.err}`);
    assert.match(ended.err, new RegExp(new URL(kiosk.url).port));
    assert.equal((await kiosk.get('/readyz')).status, 200);
});

test('a page or a program that is too slow or too big does not stop the kiosk', async () => {
    const big = await ask({ url: `${kiosk.url}/v1/sales`, method: 'POST', body: `"${'x'.repeat(100_000)}"` }).catch(() => undefined);
    assert.ok(big === undefined || big.status === 413, `${big?.status}`);
    assert.equal((await kiosk.get('/readyz')).status, 200);
});

test('the books agree to the cent', async () => {
    await stage.proveBooks();
});
