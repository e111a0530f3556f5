/** The client over real HTTP: what it sends, which answers it believes, and what it makes of every other (protocol §19; proof §4). */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { type GatewayOptions, openGateway } from '../../../firmware/gateway/client.ts';
import { rsaVerifier } from '../../../firmware/gateway/signing.ts';
import type { PayOrder } from '../../../firmware/ports/gateway.ts';
import type { LogFacts } from '../../../firmware/ports/log.ts';
import type { HttpRequest } from '../../../firmware/ports/network.ts';
import { clientId, keys, openStubGateway, type Reply, type Script, StillClock, type StubGateway, strangers } from './stub-gateway.ts';

const opened: StubGateway[] = [];
afterEach(async () => {
    for (const stub of opened.splice(0)) await stub.close();
});

async function stub(script: Script, more?: Partial<GatewayOptions>): Promise<StubGateway> {
    const made = await openStubGateway(script, more);
    opened.push(made);
    return made;
}

const order: PayOrder = {
    mode: 'payment-code',
    paymentRequestId: 'pay_0001',
    saleId: 'sale_0001',
    amount: { currency: 'EUR', value: '150' },
    description: 'Water',
    expiresAt: Date.parse('2026-05-04T10:01:30.900Z'),
    intendedAt: Date.parse('2026-05-04T10:00:00.100Z'),
    paymentCode: '288888888888888888',
};
const orderCode: PayOrder = { ...withoutCode(order), mode: 'order-code' };

function withoutCode({ paymentCode: _, ...rest }: PayOrder): Omit<PayOrder, 'paymentCode'> {
    return rest;
}

const success = { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success.' };
const refusal = (resultCode: string) => ({ result: { resultCode, resultStatus: 'F', resultMessage: 'no' } });
const paidBody = {
    result: success,
    paymentRequestId: 'pay_0001',
    paymentId: '202605041940108001001881I0204295953',
    paymentAmount: { currency: 'EUR', value: '150' },
    pspCustomerInfo: { pspName: 'ALIPAYCN', displayCustomerId: 'san***@mock.com' },
};
const always =
    (reply: Reply): Script =>
    () =>
        reply;

async function pay(reply: Reply | Script, more?: Partial<GatewayOptions>): Promise<unknown> {
    const { gateway } = await stub(typeof reply === 'function' ? reply : always(reply), more);
    return gateway.pay(order).send();
}

describe('a request', () => {
    test('goes to the sandbox path with headers, signature and body that another implementation verifies', async () => {
        const { gateway, seen } = await stub(always({ body: paidBody }));
        await gateway.pay(order).send();
        const [request] = seen;
        assert.ok(request?.signatureFits);
        assert.equal(request.path, '/ams/sandbox/api/v1/payments/pay');
        assert.equal(request.headers['client-id'], clientId);
        assert.equal(request.headers['content-type'], 'application/json; charset=UTF-8');
        assert.equal(request.headers['request-time'], String(Date.parse('2026-05-04T10:00:00Z')));
    });

    test('with a production client id goes to the production path, which is the one that is signed', async () => {
        const { gateway, seen } = await stub(always({ body: paidBody, clientId: '5XSR7C3046QJ05345' }), { clientId: '5XSR7C3046QJ05345' });
        assert.equal((await gateway.pay(order).send()).kind, 'paid');
        assert.equal(seen[0]?.path, '/ams/api/v1/payments/pay');
        assert.ok(seen[0].signatureFits);
    });

    test('is the same to the byte when it is repeated', async () => {
        const { gateway, seen } = await stub(always({ body: paidBody }));
        await gateway.pay(order).send();
        await gateway.pay({ ...order }).send();
        assert.equal(seen[0]?.raw, seen[1]?.raw);
    });

    test('is signed before it is sent, and anew when it waited too long', async () => {
        const clock = new StillClock();
        let signatures = 0;
        const base = await stub(always({ body: paidBody }));
        const signer = {
            ...base.options.signer,
            sign: (content: Uint8Array) => {
                signatures += 1;
                return base.options.signer.sign(content);
            },
        };
        const { gateway, seen } = await stub(always({ body: paidBody }), { clock, signer });
        const call = gateway.pay(order);
        assert.equal(signatures, 1);
        clock.mono += 120_000;
        clock.wall += 120_000;
        assert.equal((await call.send()).kind, 'paid');
        assert.equal(signatures, 2);
        assert.equal(seen[0]?.headers['request-time'], String(clock.wall));
    });

    test('that cannot be signed was not sent', async () => {
        const { gateway, seen } = await stub(always({ body: paidBody }), {
            signer: { keyVersion: '1', sign: () => Promise.reject(new Error('key')) },
        });
        assert.deepEqual(await gateway.pay(order).send(), { kind: 'unsent', reason: 'signing-failed' });
        assert.equal(seen.length, 0);
    });

    test('that nobody takes is unsent', async () => {
        const { gateway } = await stub(always({ body: paidBody }), { url: 'http://127.0.0.1:1' });
        assert.equal((await gateway.pay(order).send()).kind, 'unsent');
        assert.equal((await gateway.cancel(order).send()).kind, 'unsent');
    });
});

describe('an answer that is believed', () => {
    test('payment code: paid', async () => {
        assert.deepEqual(await pay({ body: paidBody }), {
            kind: 'paid',
            paymentId: '202605041940108001001881I0204295953',
            amount: { currency: 'EUR', value: '150' },
            wallet: 'ALIPAYCN',
        });
    });

    test('whoever of the gateway’s keys signed it', async () => {
        const verifier = rsaVerifier([{ key: strangers.publicKey }, { key: keys.theirs.publicKey }]);
        assert.equal(((await pay({ body: paidBody }, { verifier })) as { kind: string }).kind, 'paid');
    });

    test('without the echoed client id, which the signature vouches for', async () => {
        assert.equal(((await pay({ body: paidBody, headers: { 'Client-Id': undefined } })) as { kind: string }).kind, 'paid');
    });

    test('another amount is handed on as it is: the sale compares', async () => {
        const body = { ...paidBody, paymentAmount: { currency: 'EUR', value: 1 } };
        assert.deepEqual(((await pay({ body })) as { amount: unknown }).amount, { currency: 'EUR', value: '1' });
    });

    test('declined, and pending', async () => {
        assert.deepEqual(await pay({ body: refusal('USER_BALANCE_NOT_ENOUGH') }), {
            kind: 'declined',
            resultCode: 'USER_BALANCE_NOT_ENOUGH',
        });
        const body = { result: { resultCode: 'PAYMENT_IN_PROCESS', resultStatus: 'U' } };
        assert.deepEqual(await pay({ body }), { kind: 'pending', resultCode: 'PAYMENT_IN_PROCESS' });
    });

    test('tells the clocks’ difference; one that is not believed does not', async () => {
        const { gateway } = await stub((_, __) => ({ body: paidBody, time: '2026-05-04T10:02:00+00:00' }));
        assert.equal(gateway.skewMs(), undefined);
        await gateway.pay(order).send();
        assert.equal(gateway.skewMs(), 120_500);
        const forged = await stub(always({ body: paidBody, time: '2026-05-04T10:02:00+00:00', key: strangers.privateKey }));
        await forged.gateway.pay(order).send();
        assert.equal(forged.gateway.skewMs(), undefined);
    });
});

describe('an answer that is not believed is unknown', () => {
    const cases: readonly [string, Reply, string][] = [
        ['an HTML page with status 200', { body: '<html><h1>Welcome to the hotel</h1></html>', unsigned: true }, 'not-json'],
        ['an HTML error page', { body: '<html>', unsigned: true, status: 502 }, 'http-502'],
        ['500, though signed', { body: paidBody, status: 500 }, 'http-500'],
        ['429', { body: '', status: 429, headers: { 'Retry-After': '1' } }, 'http-429'],
        ['a redirect', { body: '', status: 302, headers: { Location: 'http://127.0.0.1:1/' } }, 'http-302'],
        ['an empty 200', { body: '', unsigned: true }, 'not-json'],
        ['signed, but no JSON', { body: 'SUCCESS' }, 'not-json'],
        ['signed, but a list', { body: [paidBody] }, 'not-json'],
        ['signed, but wrong UTF-8 swapped in', { body: paidBody, swappedBody: 'x' }, 'bad-signature'],
        ['another key', { body: paidBody, key: strangers.privateKey }, 'bad-signature'],
        ['our own key', { body: paidBody, key: keys.ours.privateKey }, 'bad-signature'],
        ['another path', { body: paidBody, signedPath: '/ams/api/v1/payments/pay' }, 'bad-signature'],
        ['the body changed', { body: paidBody, swappedBody: JSON.stringify(paidBody).replace('150', '151') }, 'bad-signature'],
        ['the time changed', { body: paidBody, headers: { 'Response-Time': '2026-05-04T10:00:01+00:00' } }, 'bad-signature'],
        ['another client, signed for it', { body: paidBody, clientId: 'SANDBOX_5X00000000000001' }, 'wrong-client-id'],
        ['another client, signed for ours', { body: paidBody, headers: { 'Client-Id': 'SANDBOX_5X00000000000001' } }, 'wrong-client-id'],
        ['no time', { body: paidBody, headers: { 'Response-Time': undefined } }, 'no-response-time'],
        ['half a signature header', { body: paidBody, headers: { Signature: 'algorithm=RSA256' } }, 'unreadable-signature'],
        ['unsigned success', { body: paidBody, unsigned: true }, 'unsigned'],
        ['unsigned refusal of the payment', { body: refusal('USER_BALANCE_NOT_ENOUGH'), unsigned: true }, 'unsigned'],
        ['unsigned refusal of the caller', { body: refusal('SIGNATURE_INVALID'), unsigned: true }, 'unsigned-SIGNATURE_INVALID'],
        ['another request’s answer', { body: { ...paidBody, paymentRequestId: 'pay_0002' } }, 'wrong-request-id'],
        ['no request id', { body: { ...paidBody, paymentRequestId: undefined } }, 'no-request-id'],
        ['no payment id', { body: { ...paidBody, paymentId: null } }, 'no-payment-id'],
        ['no amount', { body: { ...paidBody, paymentAmount: undefined } }, 'no-amount'],
        ['an amount that is none', { body: { ...paidBody, paymentAmount: { currency: 'EUR', value: '1.50' } } }, 'no-amount'],
        ['no result', { body: { ...paidBody, result: undefined } }, 'no-result'],
        ['an unknown status', { body: { ...paidBody, result: { ...success, resultStatus: 'X' } } }, 'no-result'],
        [
            'success with a refusal’s code',
            { body: { ...paidBody, result: { ...success, resultCode: 'RISK_REJECT' } } },
            'contradiction-RISK_REJECT',
        ],
        ['a refusal with success’ code', { body: refusal('SUCCESS') }, 'contradiction-SUCCESS'],
        ['F that may hide a success', { body: refusal('REPEAT_REQ_INCONSISTENT') }, 'REPEAT_REQ_INCONSISTENT'],
        ['F about the state', { body: refusal('ORDER_STATUS_INVALID') }, 'ORDER_STATUS_INVALID'],
        ['the payment code in the payment id', { body: { ...paidBody, paymentId: 'x288888888888888888' } }, 'holds-payment-code'],
    ];
    for (const [name, reply, reason] of cases) {
        test(name, async () => assert.deepEqual(await pay(reply), { kind: 'unknown', reason }));
    }

    test('a customer’s code in the wallet’s name is left out', async () => {
        const answer = await pay({ body: { ...paidBody, pspCustomerInfo: { pspName: '288888888888888888' } } });
        assert.equal((answer as { kind: string }).kind, 'paid');
        assert.ok(!JSON.stringify(answer).includes('2888'));
    });

    test('no answer in time', async () => {
        assert.deepEqual(await pay(() => undefined, { payAnswerMs: 60 }), { kind: 'unknown', reason: 'timeout' });
    });

    test('half an answer, and one that is too long', async () => {
        const half: Script = (_, response) => {
            response.writeHead(200, { 'Content-Length': '1000' });
            response.write('{"result":', () => response.destroy());
            return undefined;
        };
        assert.deepEqual(await pay(half), { kind: 'unknown', reason: 'cut-off' });
        assert.deepEqual(await pay({ body: { ...paidBody, filler: 'x'.repeat(300_000) } }), { kind: 'unknown', reason: 'too-large' });
    });
});

describe('order code and entry code', () => {
    const form = (codeDetails: unknown, expireTime?: string) => ({ ...paidBody, orderCodeForm: { codeDetails, expireTime } });
    const text = { codeValueType: 'QRCODE', displayType: 'TEXT', codeValue: 'https://gqr.example.com/281017040012rqWv' };
    const entry: PayOrder = { ...withoutCode(order), mode: 'entry-code', userAgent: 'Mozilla/5.0 AlipayConnect' };

    async function ask(asked: PayOrder, body: unknown): Promise<unknown> {
        const { gateway } = await stub(always({ body }));
        return gateway.pay(asked).send();
    }

    test('the text to draw is taken, whatever stands beside it', async () => {
        const picture = { ...text, displayType: 'BIGIMAGE', codeValue: 'https://img.example.com/1.png' };
        const barcode = { ...text, codeValueType: 'BARCODE', codeValue: '2888' };
        assert.deepEqual(await ask(orderCode, form([picture, barcode, text], '2026-05-04T18:03:00+08:00')), {
            kind: 'code',
            paymentId: paidBody.paymentId,
            code: text.codeValue,
            codeExpiresAt: Date.parse('2026-05-04T10:03:00Z'),
        });
    });

    const bad: readonly [string, PayOrder, unknown, string][] = [
        ['no form', orderCode, paidBody, 'no-order-code'],
        ['pictures only', orderCode, form([{ ...text, displayType: 'IMAGE' }]), 'no-order-code'],
        ['a code beyond the limit', orderCode, form([{ ...text, codeValue: 'x'.repeat(2049) }]), 'no-order-code'],
        ['a code over another amount', orderCode, { ...form([text]), paymentAmount: { currency: 'EUR', value: '15000' } }, 'wrong-amount'],
        ['another order’s code', orderCode, { ...form([text]), paymentRequestId: undefined }, 'no-request-id'],
        ['no redirect', entry, paidBody, 'no-redirect'],
        ['a script', entry, { ...paidBody, redirectActionForm: { redirectUrl: 'javascript://x/%0aalert(1)' } }, 'no-redirect'],
        ['data', entry, { ...paidBody, redirectActionForm: { redirectUrl: 'data:text/html,hi' } }, 'no-redirect'],
        ['a file', entry, { ...paidBody, redirectActionForm: { redirectUrl: 'FILE:///etc/passwd' } }, 'no-redirect'],
        ['a line end', entry, { ...paidBody, redirectActionForm: { redirectUrl: 'https://a.example\r\nSet-Cookie: x' } }, 'no-redirect'],
    ];
    for (const [name, asked, body, reason] of bad)
        test(name, async () => assert.deepEqual(await ask(asked, body), { kind: 'unknown', reason }));

    test('the wallet’s own link, and the plain address where there is none', async () => {
        const link = 'alipays://platformapi/startApp?appId=10000007&qrcode=https://gqr.example.com/28';
        const redirect = { kind: 'redirect', paymentId: paidBody.paymentId };
        assert.deepEqual(await ask(entry, { ...paidBody, redirectActionForm: { method: 'SCAN', redirectUrl: link } }), {
            ...redirect,
            redirectUrl: link,
        });
        assert.deepEqual(await ask(entry, { ...paidBody, normalUrl: 'https://pay.example.com/x' }), {
            ...redirect,
            redirectUrl: 'https://pay.example.com/x',
        });
    });
});

describe('inquiry, cancel, refund', () => {
    const about = { paymentRequestId: 'pay_0001' };
    const refund = { refundRequestId: 'ref_0001', paymentId: 'P1', amount: { currency: 'EUR', value: '150' }, reason: 'nothing came out' };
    const inquired = (paymentStatus: string, more: object = {}) => ({ ...paidBody, paymentStatus, paymentResultCode: 'SUCCESS', ...more });
    const bare = { result: success, ...about };
    const busy = { result: { resultCode: 'UNKNOWN_EXCEPTION', resultStatus: 'U' } };
    const paidAnswer = { kind: 'paid', paymentId: paidBody.paymentId, amount: { currency: 'EUR', value: '150' }, wallet: 'ALIPAYCN' };
    const refunded = {
        result: success,
        refundRequestId: 'ref_0001',
        refundId: 'R1',
        paymentId: 'P1',
        refundAmount: { currency: 'EUR', value: '150' },
    };

    type Ask = 'inquirePayment' | 'cancel' | 'refund' | 'inquireRefund';
    const cases: readonly [Ask, string, unknown, unknown][] = [
        ['inquirePayment', 'paid', inquired('SUCCESS'), paidAnswer],
        [
            'inquirePayment',
            'paid without an amount',
            inquired('SUCCESS', { paymentAmount: undefined }),
            { kind: 'unknown', reason: 'no-amount' },
        ],
        [
            'inquirePayment',
            'paid for another',
            inquired('SUCCESS', { paymentRequestId: 'pay_2' }),
            { kind: 'unknown', reason: 'wrong-request-id' },
        ],
        [
            'inquirePayment',
            'failed, with ids only',
            { ...bare, paymentStatus: 'FAIL', paymentResultCode: 'ORDER_IS_CLOSED' },
            { kind: 'failed', resultCode: 'ORDER_IS_CLOSED' },
        ],
        ['inquirePayment', 'failed, whoever', { result: success, paymentStatus: 'FAIL' }, { kind: 'unknown', reason: 'no-request-id' }],
        ['inquirePayment', 'cancelled', { ...bare, paymentStatus: 'CANCELLED' }, { kind: 'cancelled' }],
        [
            'inquirePayment',
            'processing',
            { ...bare, paymentStatus: 'PROCESSING', paymentResultCode: 'PAYMENT_IN_PROCESS' },
            { kind: 'processing', resultCode: 'PAYMENT_IN_PROCESS' },
        ],
        [
            'inquirePayment',
            'a status of tomorrow',
            { ...bare, paymentStatus: 'FROZEN' },
            { kind: 'unknown', reason: 'payment-status-FROZEN' },
        ],
        ['inquirePayment', 'no status', bare, { kind: 'unknown', reason: 'no-payment-status' }],
        ['inquirePayment', 'unknown to the gateway', refusal('ORDER_NOT_EXIST'), { kind: 'missing' }],
        ['inquirePayment', 'refused', refusal('PROCESS_FAIL'), { kind: 'refused', resultCode: 'PROCESS_FAIL' }],
        ['inquirePayment', 'busy', busy, { kind: 'unknown', reason: 'UNKNOWN_EXCEPTION' }],
        ['cancel', 'done', { ...bare, paymentId: 'P1' }, { kind: 'done' }],
        ['cancel', 'done, whoever', { result: success }, { kind: 'unknown', reason: 'no-request-id' }],
        ['cancel', 'unknown to the gateway', refusal('ORDER_NOT_EXIST'), { kind: 'missing' }],
        ['cancel', 'too late', refusal('CANCEL_WINDOW_EXCEED'), { kind: 'window' }],
        ['cancel', 'refused', refusal('PROCESS_FAIL'), { kind: 'refused', resultCode: 'PROCESS_FAIL' }],
        ['cancel', 'busy', busy, { kind: 'pending', resultCode: 'UNKNOWN_EXCEPTION' }],
        ['refund', 'done', refunded, { kind: 'done', refundId: 'R1' }],
        ['refund', 'done without its id', { ...refunded, refundRequestId: undefined }, { kind: 'unknown', reason: 'no-request-id' }],
        [
            'refund',
            'another amount',
            { ...refunded, refundAmount: { currency: 'EUR', value: '15' } },
            { kind: 'unknown', reason: 'wrong-amount' },
        ],
        ['refund', 'of another payment', { ...refunded, paymentId: 'P2' }, { kind: 'unknown', reason: 'wrong-payment-id' }],
        [
            'refund',
            'accepted',
            { result: { resultCode: 'REFUND_IN_PROCESS', resultStatus: 'U' } },
            { kind: 'pending', resultCode: 'REFUND_IN_PROCESS' },
        ],
        ['refund', 'refused', refusal('MERCHANT_BALANCE_NOT_ENOUGH'), { kind: 'refused', resultCode: 'MERCHANT_BALANCE_NOT_ENOUGH' }],
        ['inquireRefund', 'done', { ...refunded, refundStatus: 'SUCCESS' }, { kind: 'done', refundId: 'R1' }],
        ['inquireRefund', 'processing', { result: success, refundStatus: 'PROCESSING' }, { kind: 'processing' }],
        ['inquireRefund', 'failed', { ...refunded, refundStatus: 'FAIL' }, { kind: 'failed' }],
        [
            'inquireRefund',
            'nothing said',
            { result: success, refundStatus: null, refundRequestId: 'ref_0001' },
            { kind: 'unknown', reason: 'no-refund-status' },
        ],
        ['inquireRefund', 'unknown to the gateway', refusal('REFUND_NOT_EXIST'), { kind: 'missing' }],
        ['inquireRefund', 'refused', refusal('PARAM_ILLEGAL'), { kind: 'refused', resultCode: 'PARAM_ILLEGAL' }],
    ];
    for (const [ask, name, body, expected] of cases) {
        test(`${ask}: ${name}`, async () => {
            const { gateway } = await stub(always({ body }));
            const call =
                ask === 'refund' ? gateway.refund(refund) : ask === 'inquireRefund' ? gateway.inquireRefund(refund) : gateway[ask](about);
            assert.deepEqual(await call.send(), expected);
        });
    }

    test('an unsigned or forged answer ends nothing', async () => {
        for (const reply of [
            { body: { ...bare, paymentId: 'P1' }, unsigned: true },
            { body: { ...bare, paymentId: 'P1' }, key: strangers.privateKey },
            { body: refusal('INVALID_CLIENT'), unsigned: true },
        ]) {
            const { gateway } = await stub(always(reply));
            assert.equal((await gateway.cancel(about).send()).kind, 'unknown');
            assert.equal((await gateway.inquirePayment(about).send()).kind, 'unknown');
            assert.equal((await gateway.refund(refund).send()).kind, 'unknown');
        }
    });

    test('the code for a missing refund is a setting', async () => {
        const { gateway } = await stub(always({ body: refusal('NO_SUCH_REFUND') }), {
            guesses: { refundMissingCodes: ['NO_SUCH_REFUND'] },
        });
        assert.deepEqual(await gateway.inquireRefund(refund).send(), { kind: 'missing' });
    });
});

describe('a probe', () => {
    async function probe(reply: Reply, more?: Partial<GatewayOptions>): Promise<unknown> {
        const { gateway } = await stub(always(reply), more);
        return gateway.probe({ paymentRequestId: 'probe_1' }).send();
    }

    test('is satisfied by any signed answer that does not refuse the caller', async () => {
        assert.deepEqual(await probe({ body: refusal('ORDER_NOT_EXIST') }), { kind: 'ok' });
        assert.deepEqual(await probe({ body: { result: { resultCode: 'UNKNOWN_EXCEPTION', resultStatus: 'U' } } }), { kind: 'ok' });
    });

    test('learns that we are refused, signed or not', async () => {
        for (const resultCode of ['SIGNATURE_INVALID', 'KEY_NOT_FOUND', 'INVALID_CLIENT']) {
            assert.deepEqual(await probe({ body: refusal(resultCode), unsigned: true }), { kind: 'refused', resultCode });
            assert.deepEqual(await probe({ body: refusal(resultCode) }), { kind: 'refused', resultCode });
        }
        assert.deepEqual(await probe({ body: refusal('ACCESS_DENIED') }), { kind: 'refused', resultCode: 'ACCESS_DENIED' });
    });

    test('learns that the gateway’s key is not the one that we have', async () => {
        const reply = { body: refusal('ORDER_NOT_EXIST'), key: strangers.privateKey };
        assert.deepEqual(await probe(reply), { kind: 'refused', resultCode: 'GATEWAY_SIGNATURE_INVALID' });
    });

    test('learns nothing from what is not believed', async () => {
        assert.deepEqual(await probe({ body: refusal('ACCESS_DENIED'), unsigned: true }), { kind: 'unknown', reason: 'unsigned' });
        assert.deepEqual(await probe({ body: '', status: 503 }), { kind: 'unknown', reason: 'http-503' });
        assert.equal(((await probe({ body: '' }, { url: 'http://127.0.0.1:1' })) as { kind: string }).kind, 'unsent');
    });
});

describe('a refusal for the clock', () => {
    const hourOff = '2026-05-04T11:00:00+00:00';

    test('is answered once with the same request at the gateway’s time', async () => {
        const { gateway, seen } = await stub((request) => {
            const offMs = Math.abs(Number(request.headers['request-time']) - Date.parse(hourOff));
            return { body: offMs < 1000 ? paidBody : refusal('PARAM_ILLEGAL'), time: hourOff };
        });
        assert.equal((await gateway.pay(order).send()).kind, 'paid');
        assert.equal(seen.length, 2);
        assert.equal(seen[0]?.raw, seen[1]?.raw);
        assert.ok(seen[1]?.signatureFits);
    });

    test('is never unsent once the first request has left, even if the second cannot leave', async () => {
        const base = await stub(always({ body: refusal('PARAM_ILLEGAL'), time: hourOff }));
        let posts = 0;
        const network = {
            ...base.options.network,
            post: (request: HttpRequest) => {
                posts += 1;
                return posts === 1
                    ? base.options.network.post(request)
                    : Promise.resolve({ kind: 'unsent' as const, reason: 'ECONNREFUSED' });
            },
        };
        const gateway = openGateway({ ...base.options, network });
        assert.deepEqual(await gateway.pay(order).send(), { kind: 'unknown', reason: 'ECONNREFUSED' });
        assert.equal(posts, 2);
    });

    test('is not repeated twice, nor where the clocks agree, nor for another code', async () => {
        const twice = await stub(always({ body: refusal('PARAM_ILLEGAL'), time: hourOff }));
        assert.deepEqual(await twice.gateway.pay(order).send(), { kind: 'declined', resultCode: 'PARAM_ILLEGAL' });
        assert.equal(twice.seen.length, 2);
        const agreed = await stub(always({ body: refusal('PARAM_ILLEGAL') }));
        await agreed.gateway.pay(order).send();
        assert.equal(agreed.seen.length, 1);
        const other = await stub(always({ body: refusal('RISK_REJECT'), time: hourOff }));
        await other.gateway.pay(order).send();
        assert.equal(other.seen.length, 1);
    });
});

test('the log has the path, the code and the trace, and never the payment code or the key', async () => {
    const lines: [string, LogFacts | undefined][] = [];
    const note = (message: string, facts?: LogFacts) => void lines.push([message, facts]);
    const { gateway } = await stub(always({ body: { ...refusal('RISK_REJECT'), echo: order.paymentCode } }), {
        log: { debug: note, info: note, warn: note, error: note },
    });
    await gateway.pay(order).send();
    const [line] = lines;
    assert.equal(line?.[1]?.resultCode, 'RISK_REJECT');
    assert.equal(line?.[1]?.trace, '0a1b2c3d4e5f60718293a4b5c6d7e8f9');
    assert.ok(!JSON.stringify(lines).includes(order.paymentCode ?? ''));
});
