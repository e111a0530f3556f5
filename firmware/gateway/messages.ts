/**
 * Messages: the request bodies that the till sends (protocol §4, §5).
 *
 * Rules: a body is a pure function of the order and of the merchant's fixed facts, so that a repeated request is the same to the byte;
 * optional fields that are not used are left out, never sent empty (protocol §1.3).
 */
import type { Amount } from '../ports/amount.ts';
import type { PayOrder, RefundOrder } from '../ports/gateway.ts';

/** What is the same in every request of a kiosk. */
export interface MerchantFacts {
    /** Terminal id, `storeTerminalId`. */
    readonly kiosk: string;
    readonly merchant: { readonly id: string; readonly name: string; readonly mcc: string; readonly displayName?: string };
    readonly store: { readonly id: string; readonly name: string; readonly mcc: string };
    /** Where the gateway sends the results: reachable from the internet. */
    readonly notifyUrl: string;
    /** Where a wallet sends the customer afterwards; by sale. */
    readonly redirectUrl?: (saleId: string) => string;
    /** ISO 4217. */
    readonly settlementCurrency: string;
    /** ISO 3166, where the contract asks for it. */
    readonly merchantRegion?: string;
}

const productCode = 'IN_STORE_PAYMENT';
const scenarios = { 'payment-code': 'PaymentCode', 'order-code': 'OrderCode', 'entry-code': 'EntryCode' } as const;
const descriptionLengthMax = 256;
const userAgentLengthMax = 1024;

/** Body of `pay` (protocol §4.1). */
export function payBody(order: PayOrder, facts: MerchantFacts): Uint8Array {
    if (order.mode === 'payment-code' && order.paymentCode === undefined)
        throw new Error('bug: pay in payment-code mode without a payment code');
    const redirectUrl = order.mode === 'payment-code' ? undefined : facts.redirectUrl?.(order.saleId);
    return json({
        productCode,
        paymentRequestId: order.paymentRequestId,
        paymentAmount: amount(order.amount),
        paymentMethod: {
            paymentMethodType: 'CONNECT_WALLET',
            ...(order.mode === 'payment-code' ? { paymentMethodId: order.paymentCode } : {}),
        },
        paymentFactor: { inStorePaymentScenario: scenarios[order.mode] },
        paymentExpiryTime: isoSeconds(order.expiresAt),
        paymentNotifyUrl: facts.notifyUrl,
        ...(redirectUrl === undefined ? {} : { paymentRedirectUrl: redirectUrl }),
        settlementStrategy: { settlementCurrency: facts.settlementCurrency },
        ...(facts.merchantRegion === undefined ? {} : { merchantRegion: facts.merchantRegion }),
        order: {
            referenceOrderId: order.saleId,
            orderDescription: bounded(order.description, descriptionLengthMax) || facts.merchant.name,
            orderAmount: amount(order.amount),
            merchant: {
                referenceMerchantId: facts.merchant.id,
                merchantName: facts.merchant.name,
                ...(facts.merchant.displayName === undefined ? {} : { merchantDisplayName: facts.merchant.displayName }),
                merchantMCC: facts.merchant.mcc,
                store: {
                    referenceStoreId: facts.store.id,
                    storeName: facts.store.name,
                    storeMCC: facts.store.mcc,
                    storeTerminalId: facts.kiosk,
                },
            },
            env: {
                storeTerminalId: facts.kiosk,
                storeTerminalRequestTime: isoSeconds(order.intendedAt),
                ...(order.mode === 'entry-code'
                    ? { terminalType: 'WAP', userAgent: bounded(order.userAgent ?? '', userAgentLengthMax) || 'unknown' }
                    : {}),
            },
        },
    });
}

/** Body of `inquiryPayment` and of `cancel`: by our own id, because after a lost answer there is no other (protocol §5.1, §5.2). */
export function paymentIdBody(order: { paymentRequestId: string }): Uint8Array {
    return json({ paymentRequestId: order.paymentRequestId });
}

/** Body of `refund` (protocol §5.3). */
export function refundBody(order: RefundOrder): Uint8Array {
    const refundReason = bounded(order.reason, descriptionLengthMax);
    return json({
        refundRequestId: order.refundRequestId,
        paymentId: order.paymentId,
        refundAmount: amount(order.amount),
        ...(refundReason === '' ? {} : { refundReason }),
    });
}

/** Body of `inquiryRefund` (protocol §5.4). */
export function refundIdBody(order: { refundRequestId: string }): Uint8Array {
    return json({ refundRequestId: order.refundRequestId });
}

/** What registration knows beyond the config: any field of `merchantInfo` and `storeInfo`, from the operator's details file. */
export interface RegistrationDetails {
    readonly merchantInfo?: Readonly<Record<string, unknown>>;
    readonly storeInfo?: Readonly<Record<string, unknown>>;
    readonly passThroughInfo?: string;
}

/** Body of `registration` (protocol §11). The config's ids and names cannot be overridden by the details. */
export function registrationBody(
    order: { registrationRequestId: string; details?: RegistrationDetails },
    facts: Pick<MerchantFacts, 'merchant' | 'store' | 'notifyUrl'>,
): Uint8Array {
    const { details } = order;
    return json({
        registrationRequestId: order.registrationRequestId,
        registrationNotifyURL: facts.notifyUrl,
        productCodes: [productCode],
        ...(details?.passThroughInfo === undefined ? {} : { passThroughInfo: details.passThroughInfo }),
        merchantInfo: {
            ...details?.merchantInfo,
            referenceMerchantId: facts.merchant.id,
            merchantDisplayName: facts.merchant.displayName ?? facts.merchant.name,
            merchantMCC: facts.merchant.mcc,
        },
        storeInfo: { ...details?.storeInfo, referenceStoreId: facts.store.id, storeName: facts.store.name, storeMCC: facts.store.mcc },
    });
}

/** Body of `inquiryRegistrationStatus` (protocol §11). */
export function registrationStatusBody(order: { registrationRequestId: string; merchantId: string; storeId: string }): Uint8Array {
    return json({
        registrationRequestId: order.registrationRequestId,
        referenceMerchantId: order.merchantId,
        referenceStoreId: order.storeId,
    });
}

/** Body of `inquiryRegistrationInfo` (protocol §11). */
export function registrationInfoBody(order: { merchantId: string; storeId: string }): Uint8Array {
    return json({ referenceMerchantId: order.merchantId, referenceStoreId: order.storeId });
}

/**
 * Path of an endpoint below the gateway's address. Sandbox client ids use the sandbox's path, which is then also the one that is
 * signed (protocol §1.2).
 */
export function apiPath(endpoint: string, clientId: string): string {
    return `${clientId.startsWith('SANDBOX_') ? '/ams/sandbox/api' : '/ams/api'}/v1/${endpoint}`;
}

/** ISO 8601 in UTC with whole seconds, cut off: an expiry never reaches the gateway later than the till counts it. */
export function isoSeconds(ms: number): string {
    return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

/** At most so many UTF-16 units, without control characters and without half a character at the end. */
function bounded(text: string, lengthMax: number): string {
    const clean = text.replace(/\p{Cc}+/gu, ' ').trim();
    return clean.length <= lengthMax ? clean : clean.slice(0, lengthMax).replace(/[\uD800-\uDBFF]$/, '');
}

/** Only the two fields, in one order: the caller's object may carry more. */
function amount(of: Amount): Amount {
    return { currency: of.currency, value: of.value };
}

function json(body: object): Uint8Array {
    return Buffer.from(JSON.stringify(body), 'utf8');
}
