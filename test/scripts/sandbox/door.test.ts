import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { clientId, exchange, forgeSign, merchantKey, noonMs, noticeSigned, openBench, otherKey, scriptCode, until } from './bench.ts';

const inquiry = '/ams/sandbox/api/v1/payments/inquiryPayment';
const body = '{"paymentRequestId":"nobody"}';
const past = 'F ORDER_NOT_EXIST';

describe('who may call (protocol §2.5)', () => {
    test('each refusal has its code, HTTP 200, and a signature of the gateway', async (t: TestContext) => {
        const { merchant } = await openBench(t, {
            clients: [
                { clientId, publicKey: merchantKey.publicPem, keys: [{ keyVersion: '2', publicKey: otherKey.publicPem }] },
                { clientId: 'PRODUCTION1', publicKey: merchantKey.publicPem },
                { clientId: 'SANDBOX_KEYLESS', keys: [] },
            ],
        });
        const rows: [what: string, expected: string, order: Partial<Parameters<typeof merchant.send>[0]>][] = [
            ['well made', past, {}],
            ['no Client-Id', 'F INVALID_CLIENT', { headers: { 'Client-Id': undefined } }],
            ['unknown Client-Id', 'F INVALID_CLIENT', { clientId: 'SANDBOX_NOBODY' }],
            ['a sandbox client on the production path', 'F INVALID_CLIENT', { path: '/ams/api/v1/payments/inquiryPayment' }],
            ['a production client on the sandbox path', 'F INVALID_CLIENT', { clientId: 'PRODUCTION1' }],
            ['a production client on its path', past, { clientId: 'PRODUCTION1', path: '/ams/api/v1/payments/inquiryPayment' }],
            ['no key uploaded', 'F KEY_NOT_FOUND', { clientId: 'SANDBOX_KEYLESS' }],
            ['unknown keyVersion', 'F KEY_NOT_FOUND', { keyVersion: '9' }],
            ['the second key', past, { keyVersion: '2', key: otherKey.forgeKey }],
            ['the second key under the first version', 'F SIGNATURE_INVALID', { keyVersion: '1', key: otherKey.forgeKey }],
            ['no keyVersion means the newest', past, { keyVersion: '', key: otherKey.forgeKey }],
            ['no signature', 'F SIGNATURE_INVALID', { headers: { Signature: undefined } }],
            ['no Request-Time', 'F SIGNATURE_INVALID', { headers: { 'Request-Time': undefined } }],
            ['another body signed', 'F SIGNATURE_INVALID', { signedBody: '{"paymentRequestId": "nobody"}' }],
            ['the production path signed', 'F SIGNATURE_INVALID', { signedPath: '/ams/api/v1/payments/inquiryPayment' }],
            ['PUT', 'F METHOD_NOT_SUPPORTED', { method: 'PUT' }],
            ['a form', 'F MEDIA_TYPE_NOT_ACCEPTABLE', { headers: { 'Content-Type': 'text/plain' } }],
            ['wants a picture', 'F MEDIA_TYPE_NOT_ACCEPTABLE', { headers: { Accept: 'image/png' } }],
            ['unknown API', 'F NO_INTERFACE_DEF', { path: '/ams/sandbox/api/v1/payments/payAll' }],
            ['wrong group', 'F NO_INTERFACE_DEF', { path: '/ams/sandbox/api/v1/merchants/pay' }],
            ['a query is signed too', past, { path: `${inquiry}?x=1` }],
            ['no JSON', 'F PARAM_ILLEGAL', { body: 'paymentRequestId' }],
        ];
        for (const [what, expected, order] of rows) {
            const answer = await merchant.send({ path: inquiry, body, ...order });
            assert.equal(answer.result, expected, what);
            assert.equal(answer.status, 200, what);
            assert.match(String(answer.headers.tracerid), /^[0-9a-f]{32}$/, what);
            assert.match(String(answer.headers['response-time']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/, what);
            assert.match(String(answer.headers.signature), /^algorithm=RSA256,keyVersion=1,signature=[A-Za-z0-9%]+$/, what);
            if (order.headers?.['Client-Id'] === undefined && what !== 'no Client-Id') assert.ok(answer.signed, what);
        }
    });

    test('a signature is url-encoded base64, once', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t);
        const plain = await merchant.send({ path: inquiry, body });
        assert.equal(plain.result, past);
        const value = forgeSign(`POST ${inquiry}\n${clientId}.${noonMs}.${body}`, merchantKey.forgeKey);
        const ask = (signature: string) => merchant.send({ path: inquiry, body, headers: { Signature: signature } });
        const once = encodeURIComponent(value);
        assert.equal((await ask(`algorithm=RSA256, keyVersion=1, signature=${once}`)).result, past, 'spaces after commas');
        assert.equal((await ask(`algorithm=rsa256,signature=${once}`)).result, past, 'lower case, no version');
        for (const [what, wrong] of [
            ['raw base64', `algorithm=RSA256,keyVersion=1,signature=${value}`],
            ['encoded twice', `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(once)}`],
            ['plus read as space', `algorithm=RSA256,keyVersion=1,signature=${once.replaceAll('%2B', ' ').replaceAll('%2F', ' ')}`],
            ['truncated', `algorithm=RSA256,keyVersion=1,signature=${once.slice(0, 60)}`],
            ['another algorithm', `algorithm=ECC224,keyVersion=1,signature=${once}`],
        ] as const) {
            assert.equal((await ask(wrong)).result, 'F SIGNATURE_INVALID', what);
        }
        const off = await merchant.send({ path: inquiry, body, headers: { 'Request-Time': String(noonMs + 1) } });
        assert.equal(off.result, 'F SIGNATURE_INVALID');
        sandbox.setSwitches({ strict: false });
        assert.equal((await ask(`algorithm=RSA256,keyVersion=1,signature=${value}`)).result, past, 'raw base64 where not strict');
        sandbox.setSwitches({ signAuthErrors: false });
        const unsigned = await ask('algorithm=RSA256,keyVersion=1,signature=AAAA');
        assert.deepEqual([unsigned.result, unsigned.headers.signature], ['F SIGNATURE_INVALID', undefined]);
    });

    test('Request-Time too far away, and too many requests, where the switches say so', async (t: TestContext) => {
        const { merchant, sandbox, clock } = await openBench(t);
        sandbox.setSwitches({ requestTimeToleranceMs: 900_000 });
        assert.equal((await merchant.send({ path: inquiry, body })).result, past);
        const iso = await merchant.send({ path: inquiry, body, time: '2026-03-02T12:10:00+08:00' });
        assert.equal(iso.result, past);
        clock.turn(900_001);
        const late = await merchant.send({ path: inquiry, body });
        assert.equal(late.result, 'F PARAM_ILLEGAL');
        assert.match(late.json.result.resultMessage, /Request-Time/);
        sandbox.setSwitches({ requestTimeToleranceMs: 0, rateLimitPerSecond: 2 });
        clock.turn(1000);
        assert.deepEqual(
            [(await merchant.inquire('a')).result, (await merchant.inquire('a')).result, (await merchant.inquire('a')).result],
            [past, past, 'U REQUEST_TRAFFIC_EXCEED_LIMIT'],
        );
        clock.turn(1000);
        assert.equal((await merchant.inquire('a')).result, past);
    });
});

describe('what a request must hold (protocol §4.1)', () => {
    test('every required field of pay is named when it is missing', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t);
        const common = [
            'productCode',
            'paymentRequestId',
            'paymentAmount',
            'paymentAmount.currency',
            'paymentAmount.value',
            'paymentMethod.paymentMethodType',
            'paymentFactor.inStorePaymentScenario',
            'paymentNotifyUrl',
            'settlementStrategy.settlementCurrency',
            'order.referenceOrderId',
            'order.orderDescription',
            'order.orderAmount',
            'order.merchant.referenceMerchantId',
            'order.merchant.merchantName',
            'order.merchant.merchantMCC',
            'order.merchant.store.referenceStoreId',
            'order.merchant.store.storeName',
            'order.merchant.store.storeMCC',
        ];
        const own = {
            PaymentCode: ['paymentMethod.paymentMethodId', 'order.env.storeTerminalId', 'order.env.storeTerminalRequestTime'],
            OrderCode: [],
            EntryCode: ['order.env.userAgent'],
        };
        for (const [scenario, fields] of Object.entries(own)) {
            for (const field of [...(scenario === 'PaymentCode' ? common : []), ...fields]) {
                const full = merchant.payBody({
                    id: merchant.newId(),
                    scenario: scenario as 'OrderCode',
                    ...(scenario === 'PaymentCode' ? { code: scriptCode('0000') } : {}),
                });
                const answer = await merchant.call('pay', without(full, field));
                assert.equal(answer.result, 'F PARAM_ILLEGAL', field);
                assert.ok(answer.json.result.resultMessage.includes(field), `${field} in ${answer.json.result.resultMessage}`);
            }
        }
        assert.equal(sandbox.ledger().payments.length, 0);
    });

    test('illegal forms are named; numbers stand for strings', async (t: TestContext) => {
        const { merchant } = await openBench(t);
        const pay = (change: object) =>
            merchant.call('pay', { ...merchant.payBody({ id: merchant.newId(), scenario: 'OrderCode' }), ...change });
        const rows: [field: string, change: object][] = [
            ['paymentAmount.value', { paymentAmount: { currency: 'EUR', value: '1.50' } }],
            ['paymentAmount.value', { paymentAmount: { currency: 'EUR', value: '0' } }],
            ['paymentAmount.value', { paymentAmount: { currency: 'EUR', value: '-5' } }],
            ['paymentAmount.value', { paymentAmount: { currency: 'IDR', value: '150' } }],
            ['paymentAmount.value', { paymentAmount: { currency: 'EUR', value: 1.5 } }],
            ['paymentAmount.currency', { paymentAmount: { currency: 'EURO', value: '150' } }],
            ['paymentAmount.currency', { paymentAmount: { currency: 'KWD', value: '150' } }],
            ['paymentRequestId', { paymentRequestId: 'no spaces' }],
            ['paymentRequestId', { paymentRequestId: 'x'.repeat(65) }],
            ['paymentNotifyUrl', { paymentNotifyUrl: 'http://pay.example.com/ams/notify' }],
            ['paymentNotifyUrl', { paymentNotifyUrl: '' }],
            ['paymentExpiryTime', { paymentExpiryTime: '2026-03-02 12:00:00' }],
            ['paymentExpiryTime', { paymentExpiryTime: '2026-03-02T11:59:59+08:00' }],
            ['paymentMethod.paymentMethodType', { paymentMethod: { paymentMethodType: 'CARD' } }],
            ['paymentMethod.paymentMethodType', { paymentMethod: ['CONNECT_WALLET'] }],
        ];
        for (const [field, change] of rows) {
            const answer = await pay(change);
            assert.equal(answer.result, 'F PARAM_ILLEGAL', JSON.stringify(change));
            assert.ok(answer.json.result.resultMessage.includes(field), answer.json.result.resultMessage);
        }
        const numbers = await pay({
            paymentAmount: { currency: 'EUR', value: 150 },
            paymentExpiryTime: '2026-03-02T05:00:00.123+01:00',
            somethingNew: [1],
            merchantRegion: null,
        });
        assert.equal(numbers.result, 'S SUCCESS');
    });

    test('contract and merchant state', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t, {
            clients: [{ clientId, publicKey: merchantKey.publicPem, currencies: ['EUR', 'JPY'], settlementCurrencies: ['EUR'] }],
        });
        const pay = (currency = 'EUR') => merchant.payCode(scriptCode('0000'), { currency });
        assert.equal((await pay('USD')).result, 'F CURRENCY_NOT_SUPPORT');
        assert.equal((await pay('JPY')).result, 'F SETTLE_CONTRACT_NOT_MATCH');
        for (const [merchantStatus, code] of [
            ['frozen', 'INVALID_MERCHANT_STATUS'],
            ['denied', 'ACCESS_DENIED'],
            ['no-contract', 'INVALID_CONTRACT'],
        ] as const) {
            sandbox.setSwitches({ merchantStatus });
            assert.equal((await pay()).result, `F ${code}`);
        }
        sandbox.setSwitches({ merchantStatus: 'active', requireRegistration: true });
        assert.equal((await pay()).result, 'F MERCHANT_NOT_REGISTERED');
    });
});

describe('answers of the three modes', () => {
    test('payment code, order code, entry code', async (t: TestContext) => {
        const { merchant } = await openBench(t);
        const paid = await merchant.payCode(scriptCode('0000'));
        assert.match(paid.json.paymentId, /^202603021940108001001881I02\d{8}$/);
        assert.equal(paid.json.paymentId.length, 35);
        assert.deepEqual(paid.json.paymentAmount, { currency: 'EUR', value: '150' });
        assert.equal(paid.json.paymentTime, '2026-03-02T12:00:00+08:00');
        const order = await merchant.payOrder(merchant.newId());
        const detail = order.json.orderCodeForm.codeDetails[0];
        assert.deepEqual([detail.codeValueType, detail.displayType], ['QRCODE', 'TEXT']);
        assert.match(detail.codeValue, /^https:\/\/gqr\.alipay\.com\/28101704[0-9A-Za-z]{28}$/);
        assert.equal(order.json.orderCodeForm.expireTime, '2026-03-02T12:03:00+08:00');
        assert.equal(order.json.paymentTime, undefined, 'an order code is not paid');
        const entry = await merchant.payOrder(merchant.newId(), { scenario: 'EntryCode' });
        assert.match(
            entry.json.redirectActionForm.redirectUrl,
            /^alipays:\/\/platformapi\/startApp\?.*&qrcode=https:\/\/gqr\.alipay\.com\//,
        );
        assert.equal(entry.json.redirectActionForm.method, 'SCAN');
    });

    test('the ids of inquiry and cancel: paymentId wins, and belongs to its client', async (t: TestContext) => {
        const { merchant } = await openBench(t, {
            clients: [
                { clientId, publicKey: merchantKey.publicPem },
                { clientId: 'SANDBOX_OTHER', publicKey: otherKey.publicPem },
            ],
        });
        const id = merchant.newId();
        const { paymentId } = (await merchant.payCode(scriptCode('0000'), { id })).json;
        assert.equal((await merchant.call('inquiryPayment', { paymentId, paymentRequestId: 'another' })).json.paymentRequestId, id);
        const none = await merchant.call('inquiryPayment', {});
        assert.equal(none.result, 'F PARAM_ILLEGAL');
        const foreign = await merchant.send({
            path: inquiry,
            body: JSON.stringify({ paymentId }),
            clientId: 'SANDBOX_OTHER',
            key: otherKey.forgeKey,
        });
        assert.equal(foreign.result, past);
    });
});

describe('registration (protocol §11)', () => {
    const details = (registrationRequestId: string, notify: string) => ({
        registrationRequestId,
        registrationNotifyURL: notify,
        passThroughInfo: 'mine',
        productCodes: ['IN_STORE_PAYMENT'],
        merchantInfo: { referenceMerchantId: 'M001', merchantDisplayName: 'Stand', merchantMCC: '5814' },
        storeInfo: { referenceStoreId: 'S001', storeName: 'Stand', storeMCC: '5814' },
    });

    test('accepted, pending, then approved by time and notified; info once it is complete', async (t: TestContext) => {
        const { merchant, clock, hook, sandbox } = await openBench(t);
        sandbox.setSwitches({ requireRegistration: true });
        const request = details('R1', hook.url);
        assert.equal((await merchant.call('registration', request)).result, 'S SUCCESS');
        assert.equal((await merchant.call('registration', request)).result, 'S SUCCESS', 'idempotent');
        assert.equal((await merchant.call('registration', { ...request, passThroughInfo: 'yours' })).result, 'F REPEAT_REQ_INCONSISTENT');
        assert.equal((await merchant.call('registration', details('R2', hook.url))).result, 'F REPEAT_REGISTRATION');
        const { storeInfo: _store, ...storeless } = details('R3', hook.url);
        assert.match((await merchant.call('registration', storeless)).json.result.resultMessage, /storeInfo/);
        const status = () => merchant.call('inquiryRegistrationStatus', { referenceMerchantId: 'M001' });
        assert.equal((await status()).json.registrationResult.registrationStatus, 'PENDING');
        assert.equal((await merchant.call('inquiryRegistrationInfo', { referenceMerchantId: 'M001' })).result, 'F RECORD_NOT_FOUND');
        assert.equal((await merchant.payCode(scriptCode('0000'))).result, 'F MERCHANT_NOT_REGISTERED');
        clock.turn(5000);
        assert.equal((await status()).json.registrationResult.registrationStatus, 'COMPLETED');
        assert.equal((await status()).json.pspRegistrationResultList[0].registrationResult.registrationStatus, 'APPROVED');
        const info = await merchant.call('inquiryRegistrationInfo', { referenceMerchantId: 'M001', referenceStoreId: 'S001' });
        assert.deepEqual(info.json.storeInfo, request.storeInfo);
        assert.equal((await merchant.payCode(scriptCode('0000'))).result, 'S SUCCESS');
        await until(() => hook.received.length > 0, 'the notification came');
        const notice = hook.received[0];
        assert.ok(notice !== undefined && noticeSigned(sandbox.publicKeyPem, notice));
        assert.equal(JSON.parse(notice.body).registrationResult.registrationStatus, 'COMPLETED');
        assert.equal(JSON.parse(notice.body).passThroughInfo, 'mine');
        assert.equal((await merchant.call('inquiryRegistrationStatus', { registrationRequestId: 'nobody' })).result, 'F RECORD_NOT_FOUND');
    });
});

test('a request body without end is cut off', async (t: TestContext) => {
    const { sandbox } = await openBench(t);
    const headers = { 'Content-Type': 'application/json', 'Client-Id': clientId };
    await assert.rejects(
        exchange(`${sandbox.url}${inquiry}`, { method: 'POST', headers, body: 'x'.repeat(1_000_001) }),
        /ECONNRESET|EPIPE|socket hang up/,
    );
});

/** The body without the field at a dotted path. */
function without(full: Readonly<Record<string, unknown>>, path: string): unknown {
    const copy = structuredClone(full) as Record<string, unknown>;
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let parent: Record<string, unknown> = copy;
    for (const step of steps) parent = parent[step] as Record<string, unknown>;
    delete parent[last];
    return copy;
}
