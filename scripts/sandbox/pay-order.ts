/** Pay order: reads and checks the body of `pay` after protocol §4.1. Throws IllegalField. */
import type { Amount } from '../../firmware/ports/amount.ts';
import { type Fields, IllegalField } from './fields.ts';
import type { Scenario } from './rows.ts';

export interface PayOrder {
    readonly paymentRequestId: string;
    readonly scenario: Scenario;
    readonly amount: Amount;
    readonly methodType: string;
    /** The scanned digits: a credential. */
    readonly code?: string;
    readonly expiresAt?: number;
    readonly notifyUrl: string;
    readonly returnUrl?: string;
    readonly settlementCurrency: string;
    readonly referenceOrderId: string;
    readonly description: string;
    /** The merchant's name, as the customer's receipt shows it. */
    readonly seller?: string;
    readonly referenceMerchantId: string;
    readonly referenceStoreId: string;
}

export const idRule = { max: 64, pattern: /^[A-Za-z0-9_-]+$/ };
const mcc = { max: 4, pattern: /^\d{4}$/ };

export function readPayOrder(fields: Fields, strict: boolean): PayOrder {
    fields.text('productCode', { required: strict, max: 64, pattern: /^IN_STORE_PAYMENT$/ });
    const paymentRequestId = fields.text('paymentRequestId', { ...idRule, required: true });
    const scenario = fields.text('paymentFactor.inStorePaymentScenario', {
        required: true,
        max: 64,
        pattern: /^(PaymentCode|OrderCode|EntryCode)$/,
    }) as Scenario;
    const amount = fields.amount('paymentAmount');
    const methodType = fields.text('paymentMethod.paymentMethodType', { required: true, max: 64, pattern: /^CONNECT_WALLET$/ });
    const code = scenario === 'PaymentCode' ? fields.text('paymentMethod.paymentMethodId', { required: true, max: 128 }) : undefined;
    const expiresAt = fields.time('paymentExpiryTime', false);
    const notifyUrl = fields.url('paymentNotifyUrl', { required: strict, max: 2048, httpsUnlessLoopback: strict });
    const returnUrl = fields.url('paymentRedirectUrl', { required: false, max: 2048, httpsUnlessLoopback: strict });
    const settlementCurrency = fields.text('settlementStrategy.settlementCurrency', { required: strict, max: 3, pattern: /^[A-Z]{3}$/ });
    fields.text('merchantRegion', { required: false, max: 2, pattern: /^[A-Z]{2}$/ });
    fields.text('merchantAccountId', { required: false, max: 32 });
    fields.text('extendInfo', { required: false, max: 2048 });
    return {
        paymentRequestId,
        scenario,
        amount,
        methodType,
        ...(code === undefined ? {} : { code }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
        notifyUrl: notifyUrl ?? '',
        ...(returnUrl === undefined ? {} : { returnUrl }),
        settlementCurrency: settlementCurrency ?? amount.currency,
        ...readOrder(fields, { scenario, strict }),
    };
}

function readOrder(fields: Fields, how: { scenario: Scenario; strict: boolean }) {
    const { scenario, strict } = how;
    const referenceOrderId = fields.text('order.referenceOrderId', { required: strict, max: 64, pattern: idRule.pattern });
    const description = fields.text('order.orderDescription', { required: strict, max: 256 });
    if (strict || fields.at('order.orderAmount') !== undefined) fields.amount('order.orderAmount');
    const referenceMerchantId = fields.text('order.merchant.referenceMerchantId', { required: strict, max: 64 });
    const seller = fields.text('order.merchant.merchantName', { required: strict, max: 256 });
    fields.text('order.merchant.merchantMCC', { ...mcc, required: strict });
    const referenceStoreId = fields.text('order.merchant.store.referenceStoreId', { required: strict, max: 32 });
    fields.text('order.merchant.store.storeName', { required: strict, max: 256 });
    fields.text('order.merchant.store.storeMCC', { ...mcc, required: strict });
    fields.text('order.env.storeTerminalId', { required: strict && scenario === 'PaymentCode', max: 64 });
    fields.time('order.env.storeTerminalRequestTime', strict && scenario === 'PaymentCode');
    fields.text('order.env.userAgent', { required: strict && scenario === 'EntryCode', max: 2048 });
    fields.text('order.env.terminalType', { required: false, max: 16, pattern: /^(WEB|WAP|APP|MINI_APP)$/ });
    fields.text('order.env.osType', { required: false, max: 16, pattern: /^(IOS|ANDROID)$/ });
    fields.text('order.env.clientIp', { required: false, max: 64 });
    const goods = fields.at('order.goods');
    if (goods !== undefined && (!Array.isArray(goods) || goods.length > 100))
        throw new IllegalField('order.goods', 'must be an array of at most 100');
    return {
        referenceOrderId: referenceOrderId ?? '',
        description: description ?? '',
        ...(seller === undefined ? {} : { seller }),
        referenceMerchantId: referenceMerchantId ?? '',
        referenceStoreId: referenceStoreId ?? '',
    };
}
