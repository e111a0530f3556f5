/** Notifications: which are believed, what they say, and how they are acknowledged. */
import assert from 'node:assert/strict';
import { createVerify, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import { openNotifications } from '../../../firmware/gateway/notifications.ts';
import { rsaSigner, rsaVerifier } from '../../../firmware/gateway/signing.ts';
import type { RawNotification } from '../../../firmware/ports/gateway.ts';
import { clientId, forgeSign, keys, StillClock, strangers } from './stub-gateway.ts';

const path = '/ams/notify?kiosk=1';
const notifications = openNotifications({
    clientId,
    notifyUrl: `https://pay.example.com${path}`,
    signer: rsaSigner({ key: keys.ours.privateKey, keyVersion: '3' }),
    verifier: rsaVerifier([{ key: keys.theirs.publicKey }]),
    clock: new StillClock(),
});
const time = '2026-05-04T10:00:00Z';
const paid = {
    notifyType: 'PAYMENT_RESULT',
    paymentRequestId: 'pay_1',
    paymentId: '202003021940108001001885I0204368838',
    paymentAmount: { currency: 'JPY', value: '200' },
    pspCustomerInfo: { pspName: 'ALIPAYCN', displayCustomerId: 'buy*@alitest.com' },
    result: { resultCode: 'SUCCESS', resultMessage: '支付 café', resultStatus: 'S' },
};

function raw(
    body: unknown,
    change: { key?: KeyObject; path?: string; headers?: Record<string, string>; body?: string } = {},
): RawNotification {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const signature = forgeSign({ path, clientId, time, body: text, key: change.key ?? keys.theirs.privateKey });
    return {
        path: change.path ?? path,
        headers: { 'Client-Id': clientId, 'Request-Time': time, Signature: signature, ...change.headers },
        body: Buffer.from(change.body ?? text),
    };
}

describe('a signed notification', () => {
    const failed = { ...paid, result: { resultCode: 'RISK_REJECT', resultStatus: 'F' } };
    const bare = { notifyType: 'PAYMENT_RESULT', paymentRequestId: 'pay_1', paymentId: 'P1' };
    const registration = {
        referenceMerchantId: 'M001',
        registrationRequestId: 'reg_1',
        registrationResult: { registrationStatus: 'COMPLETED' },
    };
    const cases: readonly [string, unknown, unknown][] = [
        [
            'paid',
            paid,
            {
                kind: 'paid',
                paymentRequestId: 'pay_1',
                paymentId: paid.paymentId,
                amount: { currency: 'JPY', value: '200' },
                wallet: 'ALIPAYCN',
            },
        ],
        ['paid, without a result and an amount', bare, { kind: 'paid', paymentRequestId: 'pay_1', paymentId: 'P1' }],
        ['failed', failed, { kind: 'failed', paymentRequestId: 'pay_1', resultCode: 'RISK_REJECT' }],
        [
            'a status outweighs the result',
            { ...paid, paymentStatus: 'FAIL' },
            { kind: 'failed', paymentRequestId: 'pay_1', resultCode: 'SUCCESS' },
        ],
        [
            'still unknown',
            { ...paid, result: { resultCode: 'X', resultStatus: 'U' } },
            { kind: 'ignored', notifyType: 'PAYMENT_RESULT-PROCESSING' },
        ],
        ['a type of tomorrow', { notifyType: 'OFFLINE_PAYMENT_CODE' }, { kind: 'ignored', notifyType: 'OFFLINE_PAYMENT_CODE' }],
        ['no type', {}, { kind: 'ignored', notifyType: 'none' }],
        [
            'registration',
            registration,
            { kind: 'registration', referenceMerchantId: 'M001', registrationRequestId: 'reg_1', status: 'COMPLETED' },
        ],
        ['registration of nobody', { ...registration, referenceMerchantId: 1.5 }, { kind: 'refused', reason: 'malformed' }],
        ['paid for nothing', { ...paid, paymentRequestId: '' }, { kind: 'refused', reason: 'no-request-id' }],
        ['paid without the gateway’s id', { ...paid, paymentId: undefined }, { kind: 'refused', reason: 'no-payment-id' }],
        ['no JSON', 'hello', { kind: 'refused', reason: 'not-json' }],
    ];
    for (const [name, body, expected] of cases) test(name, () => assert.deepEqual(notifications.read(raw(body)), expected));

    test('headers in any case', () => {
        const made = raw(paid);
        const headers = Object.fromEntries(Object.entries(made.headers).map(([name, value]) => [name.toUpperCase(), value]));
        assert.equal(notifications.read({ ...made, headers }).kind, 'paid');
    });
});

describe('one that is not believed', () => {
    const cases: readonly [string, RawNotification, string][] = [
        ['a stranger’s key', raw(paid, { key: strangers.privateKey }), 'bad-signature'],
        ['our own key', raw(paid, { key: keys.ours.privateKey }), 'bad-signature'],
        ['another amount', raw(paid, { body: JSON.stringify(paid).replace('200', '201') }), 'bad-signature'],
        ['another time', raw(paid, { headers: { 'Request-Time': '2026-05-04T10:00:01Z' } }), 'bad-signature'],
        ['another path', raw(paid, { path: '/ams/notify?kiosk=2' }), 'wrong-path'],
        ['another client', raw(paid, { headers: { 'Client-Id': 'SANDBOX_OTHER' } }), 'wrong-client-id'],
        ['no signature that can be read', raw(paid, { headers: { Signature: 'yes' } }), 'unreadable-signature'],
        ['no time', raw(paid, { headers: { 'Request-Time': '' } }), 'no-request-time'],
        ['nothing at all', { path, headers: { 'client-id': clientId, 'request-time': time }, body: Buffer.from('') }, 'unsigned'],
    ];
    for (const [name, made, reason] of cases) test(name, () => assert.deepEqual(notifications.read(made), { kind: 'refused', reason }));
});

describe('the acknowledgement', () => {
    test('of what is durable: a signed success, over our notify path', async () => {
        const made = raw(paid);
        notifications.read(made);
        const reply = await notifications.acknowledge(made, true);
        assert.equal(reply.status, 200);
        assert.deepEqual(JSON.parse(reply.body), { result: { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success' } });
        const [, signature] = /^algorithm=RSA256,keyVersion=3,signature=(.+)$/.exec(reply.headers.Signature ?? '') ?? [];
        const content = `POST ${path}\n${clientId}.${reply.headers['Response-Time']}.${reply.body}`;
        assert.ok(
            createVerify('RSA-SHA256')
                .update(content)
                .verify(keys.ours.publicKey, decodeURIComponent(signature ?? ''), 'base64'),
        );
    });

    test('of what is not: an answer that makes the gateway send again, signed only for whom the gateway vouched', async () => {
        const believed = raw(paid);
        notifications.read(believed);
        const again = await notifications.acknowledge(believed, false);
        assert.equal((JSON.parse(again.body) as { result: { resultStatus: string } }).result.resultStatus, 'U');
        assert.ok(again.headers.Signature !== undefined);
        const forged = raw(paid, { key: strangers.privateKey });
        notifications.read(forged);
        const stranger = await notifications.acknowledge(forged, false);
        assert.equal((JSON.parse(stranger.body) as { result: { resultCode: string } }).result.resultCode, 'UNKNOWN_EXCEPTION');
        assert.equal(stranger.headers.Signature, undefined);
    });
});
