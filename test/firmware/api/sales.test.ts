import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { saleView } from './fake-desk.ts';
import { withApi } from './open-api.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

test('health: 200 once the loop turns, readiness with its reasons', async () => {
    await withApi(
        async ({ api, desk, call }) => {
            assert.equal((await call({ path: '/healthz' })).status, 503);
            const before = await call({ path: '/readyz' });
            assert.equal(before.status, 503);
            assert.deepEqual(before.json.reasons, ['starting']);
            assert.equal((await call({ path: '/v1/sales' })).json.code, 'starting');
            api.attach(desk);
            desk.ready = { ready: false, reasons: ['gateway-unreachable'], sentences: ['The gateway does not answer.'] };
            const health = await call({ path: '/healthz?x=1' });
            assert.equal(health.status, 200);
            assert.deepEqual(health.json, desk.ready);
            assert.equal((await call({ path: '/readyz' })).status, 503);
            desk.ready = { ready: true, reasons: [], sentences: [] };
            assert.equal((await call({ path: '/readyz' })).status, 200);
        },
        { detached: true },
    );
});

test('a sale is opened with 201 and its place, and the desk gets what was asked', async () => {
    await withApi(async ({ desk, post }) => {
        const body = { items: [{ slot: 'A1' }, { slot: 'A1' }], reference: 'order 7' };
        const answer = await post('/v1/sales', body, { 'idempotency-key': 'k-1' });
        assert.equal(answer.status, 201);
        assert.equal(answer.headers.location, '/v1/sales/S1');
        assert.deepEqual(answer.json, saleView('S1'), 'no field of a sale may get lost on the way');
        const key = { key: 'k-1', bodyHash: hashOf(`POST /v1/sales\n${JSON.stringify(body)}`) };
        assert.deepEqual(desk.asked, [{ what: 'openSale', order: { ...body, key } }]);
        desk.reply = { ok: true, saleId: 'S1', repeated: true };
        const again = await post('/v1/sales', { amount: { currency: 'EUR', value: '5' } });
        assert.equal(again.status, 201);
        assert.equal(again.headers['idempotent-replayed'], 'true');
        assert.deepEqual(desk.asked[1], { what: 'openSale', order: { amount: { currency: 'EUR', value: '5' } } });
    });
});

test('what the desk refuses is a problem with its status, code, sentence and reasons', async () => {
    await withApi(async ({ desk, post }) => {
        for (const status of [400, 404, 409, 422, 503] as const) {
            desk.reply = { ok: false, status, code: 'customer-busy', detail: 'Another sale has the customer.', reasons: ['busy'] };
            const answer = await post('/v1/sales', { items: [{ slot: 'A1' }] });
            assert.equal(answer.status, status);
            assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
            const { type, title, ...rest } = answer.json;
            assert.deepEqual(rest, { status, code: 'customer-busy', detail: 'Another sale has the customer.', reasons: ['busy'] });
            assert.equal(type, 'urn:tillbox:problem:customer-busy');
            assert.ok(title.length > 0);
        }
    });
});

test('bodies that are not what the document says never reach the desk', async () => {
    await withApi(async ({ desk, post, call }) => {
        const bad: readonly [unknown, number, string][] = [
            [{}, 422, 'items-or-amount'],
            [{ items: [{ slot: 'A1' }], amount: { currency: 'EUR', value: '1' } }, 422, 'items-or-amount'],
            [{ items: [] }, 422, 'body-invalid'],
            [{ items: [{ slot: 'A1', price: '1' }] }, 422, 'body-invalid'],
            [{ amount: { currency: 'EUR', value: 150 } }, 422, 'body-invalid'],
            [{ amount: { currency: 'EUR', value: '1.50' } }, 422, 'body-invalid'],
            [{ amount: { currency: 'EUR', value: '-1' } }, 422, 'body-invalid'],
            [{ items: [{ slot: 'A1' }], reference: 'a\nb' }, 422, 'body-invalid'],
            [[1], 422, 'body-invalid'],
            ['text', 422, 'body-invalid'],
        ];
        for (const [body, status, code] of bad) {
            const answer = await post('/v1/sales', body);
            assert.deepEqual([answer.status, answer.json.code], [status, code], JSON.stringify(body));
        }
        const raw = (body: string, type = 'application/json') =>
            call({ method: 'POST', path: '/v1/sales', headers: { 'content-type': type }, body });
        assert.deepEqual(await raw('{"items":').then((answer) => [answer.status, answer.json.code]), [400, 'body-not-json']);
        assert.deepEqual(await raw('{"__proto__":{"items":[]}}').then((answer) => [answer.status, answer.json.code]), [
            422,
            'body-invalid',
        ]);
        assert.deepEqual(await raw('items=A1', 'application/x-www-form-urlencoded').then((answer) => [answer.status, answer.json.code]), [
            415,
            'media-type',
        ]);
        assert.deepEqual(await raw('{}', 'text/plain').then((answer) => answer.status), 415);
        assert.deepEqual(await raw(`{"reference":"${'x'.repeat(70_000)}"}`).then((answer) => [answer.status, answer.json.code]), [
            413,
            'body-too-large',
        ]);
        const key = await post('/v1/sales', { items: [{ slot: 'A1' }] }, { 'idempotency-key': 'x'.repeat(129) });
        assert.deepEqual([key.status, key.json.code], [400, 'header-invalid']);
        assert.deepEqual(desk.asked, []);
    });
});

test('sales are read by id and found by state, reference and claim', async () => {
    await withApi(async ({ desk, call }) => {
        assert.deepEqual((await call({ path: '/v1/sales/S1' })).json, saleView('S1'));
        const missing = await call({ path: '/v1/sales/S2' });
        assert.deepEqual([missing.status, missing.json.code], [404, 'unknown-sale']);
        assert.deepEqual((await call({ path: '/v1/sales?state=review&reference=order%207&claim=4711&limit=5' })).json, {
            sales: [saleView('S1')],
        });
        assert.deepEqual(desk.asked.at(-1)?.order, { state: 'review', reference: 'order 7', claim: '4711', limit: 5 });
        await call({ path: '/v1/sales' });
        assert.deepEqual(desk.asked.at(-1)?.order, { limit: 100 });
        for (const query of ['state=sold', 'stat=open', 'limit=0', 'limit=1001', 'state=open&state=review']) {
            const answer = await call({ path: `/v1/sales?${query}` });
            assert.deepEqual([answer.status, answer.json.code], [400, 'query-invalid'], query);
        }
        assert.equal((await call({ path: '/v2/sales' })).json.code, 'unknown-path');
        assert.equal((await call({ method: 'DELETE', path: '/v1/sales/S1' })).status, 404);
    });
});

test('cancel answers 202, with and without a body', async () => {
    await withApi(async ({ desk, call, post }) => {
        assert.equal((await call({ method: 'POST', path: '/v1/sales/S1/cancel' })).status, 202);
        assert.equal(
            (await call({ method: 'POST', path: '/v1/sales/S1/cancel', headers: { 'content-type': 'application/json' } })).status,
            202,
        );
        assert.equal((await post('/v1/sales/S1/cancel', { by: 'ann' })).status, 202);
        assert.deepEqual(
            desk.asked.map(({ order }) => order),
            [
                { saleId: 'S1', by: 'api' },
                { saleId: 'S1', by: 'api' },
                { saleId: 'S1', by: 'ann' },
            ],
        );
        desk.reply = { ok: false, status: 409, code: 'sale-paid', detail: 'It is paid; refund it.' };
        assert.equal((await post('/v1/sales/S1/cancel', {})).status, 409);
    });
});

test('refunds: all that is left without a key, an amount only with one', async () => {
    await withApi(async ({ desk, post }) => {
        desk.reply = { ok: true, saleId: 'S1', refundRequestId: 'S1_R1' };
        const whole = await post('/v1/sales/S1/refunds', {});
        assert.equal(whole.status, 201);
        assert.deepEqual(whole.json, {
            by: 'refund',
            refundRequestId: 'S1_R1',
            state: 'confirmed',
            amount: { currency: 'EUR', value: '10' },
            sale: saleView('S1'),
        });
        assert.deepEqual(desk.asked[0]?.order, { saleId: 'S1', by: 'api' });
        const body = { amount: { currency: 'EUR', value: '10' }, reason: 'warm' };
        const unkeyed = await post('/v1/sales/S1/refunds', body);
        assert.deepEqual([unkeyed.status, unkeyed.json.code], [400, 'key-required']);
        assert.equal(desk.asked.length, 1);
        assert.equal((await post('/v1/sales/S1/refunds', body, { 'idempotency-key': 'r1' })).status, 201);
        const key = { key: 'r1', bodyHash: hashOf(`POST /v1/sales/S1/refunds\n${JSON.stringify(body)}`) };
        assert.deepEqual(desk.asked[1]?.order, { saleId: 'S1', ...body, by: 'api', key });
    });
});

test('the same key and body about another sale is another request', async () => {
    await withApi(async ({ desk, post }) => {
        desk.known.set('S2', saleView('S2'));
        await post('/v1/sales/S1/refunds', {}, { 'idempotency-key': 'same' });
        await post('/v1/sales/S2/refunds', {}, { 'idempotency-key': 'same' });
        const hashes = desk.asked.map(({ order }) => (order as { key: { bodyHash: string } }).key.bodyHash);
        assert.equal(new Set(hashes).size, 2);
    });
});

test('resolve needs a decision and a note', async () => {
    await withApi(async ({ desk, post }) => {
        const answer = await post('/v1/sales/S1/resolve', { decision: 'settled-outside', note: 'paid in cash', by: 'ann' });
        assert.equal(answer.status, 200);
        assert.deepEqual(desk.asked[0]?.order, { saleId: 'S1', decision: 'settled-outside', note: 'paid in cash', by: 'ann' });
        for (const body of [{ decision: 'delivered' }, { decision: 'maybe', note: 'x' }, { decision: 'refund', note: '' }]) {
            assert.equal((await post('/v1/sales/S1/resolve', body)).status, 422);
        }
    });
});

test('a mistake of the till is a 500 without its details; a fault is a 503 with its code', async () => {
    await withApi(async ({ desk, log, call }) => {
        desk.sale = async () => {
            throw new TypeError('secret detail');
        };
        const bug = await call({ path: '/v1/sales/S1' });
        assert.deepEqual([bug.status, bug.json.code], [500, 'internal']);
        assert.ok(!bug.text.includes('secret'));
        assert.equal(log.lines.length, 1);
        assert.ok(!log.lines[0]?.includes('secret'));
        const { Fault } = await import('../../../firmware/ports/fault.ts');
        desk.sale = async () => {
            throw new Fault({ code: 'JOURNAL_WRITE_FAILED', kind: 'storage', message: 'The journal cannot be written.' });
        };
        const fault = await call({ path: '/v1/sales/S1' });
        assert.deepEqual([fault.status, fault.json.code], [503, 'JOURNAL_WRITE_FAILED']);
    });
});
