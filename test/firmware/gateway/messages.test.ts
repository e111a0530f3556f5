/** The bodies that the till sends, field by field against protocol §4, §5 and §11. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
    apiPath,
    isoSeconds,
    type MerchantFacts,
    payBody,
    paymentIdBody,
    refundBody,
    refundIdBody,
    registrationBody,
    registrationInfoBody,
    registrationStatusBody,
} from '../../../firmware/gateway/messages.ts';
import type { PayOrder } from '../../../firmware/ports/gateway.ts';

const facts: MerchantFacts = {
    kiosk: 'kiosk-01',
    merchant: { id: 'M001', name: 'Corner Stand Ltd', displayName: 'Corner Stand', mcc: '5814' },
    store: { id: 'S001', name: 'Corner', mcc: '5499' },
    notifyUrl: 'https://pay.example.com/ams/notify',
    redirectUrl: (saleId) => `https://pay.example.com/e/done?s=${saleId}`,
    settlementCurrency: 'EUR',
    merchantRegion: 'SG',
};
const base: Omit<PayOrder, 'mode'> = {
    paymentRequestId: 'pay_1',
    saleId: 'sale_1',
    amount: { currency: 'EUR', value: '150' },
    description: 'Water',
    expiresAt: Date.parse('2026-05-04T10:01:30.999Z'),
    intendedAt: Date.parse('2026-05-04T10:00:00Z'),
};
const read = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;

describe('pay', () => {
    const common = {
        productCode: 'IN_STORE_PAYMENT',
        paymentRequestId: 'pay_1',
        paymentAmount: { currency: 'EUR', value: '150' },
        paymentMethod: { paymentMethodType: 'CONNECT_WALLET' },
        paymentExpiryTime: '2026-05-04T10:01:30+00:00',
        paymentNotifyUrl: 'https://pay.example.com/ams/notify',
        settlementStrategy: { settlementCurrency: 'EUR' },
        merchantRegion: 'SG',
        order: {
            referenceOrderId: 'sale_1',
            orderDescription: 'Water',
            orderAmount: { currency: 'EUR', value: '150' },
            merchant: {
                referenceMerchantId: 'M001',
                merchantName: 'Corner Stand Ltd',
                merchantDisplayName: 'Corner Stand',
                merchantMCC: '5814',
                store: { referenceStoreId: 'S001', storeName: 'Corner', storeMCC: '5499', storeTerminalId: 'kiosk-01' },
            },
            env: { storeTerminalId: 'kiosk-01', storeTerminalRequestTime: '2026-05-04T10:00:00+00:00' },
        },
    };
    const redirect = { paymentRedirectUrl: 'https://pay.example.com/e/done?s=sale_1' };

    test('payment code: the code as scanned, and no redirect', () => {
        assert.deepEqual(read(payBody({ ...base, mode: 'payment-code', paymentCode: '288888888888888888' }, facts)), {
            ...common,
            paymentMethod: { paymentMethodType: 'CONNECT_WALLET', paymentMethodId: '288888888888888888' },
            paymentFactor: { inStorePaymentScenario: 'PaymentCode' },
        });
        assert.throws(() => payBody({ ...base, mode: 'payment-code' }, facts), /bug/);
    });

    test('order code: no payment code, even where one is given', () => {
        const body = read(payBody({ ...base, mode: 'order-code', paymentCode: '288888888888888888' }, facts));
        assert.deepEqual(body, { ...common, ...redirect, paymentFactor: { inStorePaymentScenario: 'OrderCode' } });
    });

    test('entry code: the customer’s user agent', () => {
        const userAgent = 'Mozilla/5.0 (iPhone) AlipayConnect';
        assert.deepEqual(read(payBody({ ...base, mode: 'entry-code', userAgent }, facts)), {
            ...common,
            ...redirect,
            paymentFactor: { inStorePaymentScenario: 'EntryCode' },
            order: { ...common.order, env: { ...common.order.env, terminalType: 'WAP', userAgent } },
        });
    });

    test('what is not configured is left out', () => {
        const { redirectUrl: _, merchantRegion: __, ...few } = facts;
        const body = read(payBody({ ...base, mode: 'order-code' }, few));
        assert.ok(!('paymentRedirectUrl' in body) && !('merchantRegion' in body));
    });

    test('is the same to the byte for the same order, within limits, and never holds an empty string', () => {
        fc.assert(
            fc.property(
                fc.record({
                    description: fc.string({ unit: 'binary', maxLength: 600 }),
                    userAgent: fc.string({ unit: 'binary', maxLength: 3000 }),
                }),
                (fields) => {
                    const order: PayOrder = { ...base, ...fields, mode: 'entry-code' };
                    const body = Buffer.from(payBody(order, facts)).toString();
                    const { order: sent } = JSON.parse(body) as { order: { orderDescription: string } };
                    assert.equal(body, Buffer.from(payBody({ ...order }, { ...facts })).toString());
                    assert.ok(!body.includes('""'));
                    assert.ok(sent.orderDescription.length <= 256);
                    return sent.orderDescription.isWellFormed() || !fields.description.isWellFormed();
                },
            ),
        );
    });
});

describe('the other calls', () => {
    const cases: readonly [string, Uint8Array, object][] = [
        ['inquiryPayment and cancel', paymentIdBody({ paymentRequestId: 'pay_1' }), { paymentRequestId: 'pay_1' }],
        [
            'refund',
            refundBody({
                refundRequestId: 'ref_1',
                paymentId: 'P1',
                amount: { currency: 'GBP', value: '500' },
                reason: 'nothing came out',
            }),
            {
                refundRequestId: 'ref_1',
                paymentId: 'P1',
                refundAmount: { currency: 'GBP', value: '500' },
                refundReason: 'nothing came out',
            },
        ],
        [
            'refund without a reason',
            refundBody({ refundRequestId: 'ref_1', paymentId: 'P1', amount: { currency: 'GBP', value: '500' }, reason: ' ' }),
            { refundRequestId: 'ref_1', paymentId: 'P1', refundAmount: { currency: 'GBP', value: '500' } },
        ],
        ['inquiryRefund', refundIdBody({ refundRequestId: 'ref_1' }), { refundRequestId: 'ref_1' }],
        [
            'inquiryRegistrationStatus',
            registrationStatusBody({ registrationRequestId: 'reg_1', merchantId: 'M001', storeId: 'S001' }),
            { registrationRequestId: 'reg_1', referenceMerchantId: 'M001', referenceStoreId: 'S001' },
        ],
        [
            'inquiryRegistrationInfo',
            registrationInfoBody({ merchantId: 'M001', storeId: 'S001' }),
            { referenceMerchantId: 'M001', referenceStoreId: 'S001' },
        ],
        [
            'registration: details add, and replace no id',
            registrationBody(
                {
                    registrationRequestId: 'reg_1',
                    details: {
                        merchantInfo: { referenceMerchantId: 'other', merchantAddress: { region: 'DE' } },
                        storeInfo: { storeAddress: { region: 'DE' } },
                    },
                },
                facts,
            ),
            {
                registrationRequestId: 'reg_1',
                registrationNotifyURL: 'https://pay.example.com/ams/notify',
                productCodes: ['IN_STORE_PAYMENT'],
                merchantInfo: {
                    referenceMerchantId: 'M001',
                    merchantDisplayName: 'Corner Stand',
                    merchantMCC: '5814',
                    merchantAddress: { region: 'DE' },
                },
                storeInfo: { referenceStoreId: 'S001', storeName: 'Corner', storeMCC: '5499', storeAddress: { region: 'DE' } },
            },
        ],
    ];
    for (const [name, body, expected] of cases) test(name, () => assert.deepEqual(read(body), expected));
});

test('paths follow the client id', () => {
    assert.equal(apiPath('payments/pay', 'SANDBOX_5X'), '/ams/sandbox/api/v1/payments/pay');
    assert.equal(apiPath('payments/pay', '5XSR7C3046QJ05345'), '/ams/api/v1/payments/pay');
});

test('times have whole seconds, cut off, and an offset', () => {
    assert.equal(isoSeconds(Date.parse('2026-12-31T23:59:59.999Z')), '2026-12-31T23:59:59+00:00');
});
