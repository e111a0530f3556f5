/**
 * Answers: what a signed answer of the gateway means for what was asked. Pure.
 *
 * Source: protocol §4.2–§5.4, §7; design R9.
 * Rules: an answer is about our request only when it names our request id; a success that lacks an id or an amount is `unknown`; a code
 * and a status that contradict each other are `unknown`; the amount of a payment is handed on, and the sale compares it.
 */
import type { Amount } from '../ports/amount.ts';
import type {
    CancelAnswer,
    InquiryAnswer,
    PayAnswer,
    PayOrder,
    RefundAnswer,
    RefundInquiryAnswer,
    RefundOrder,
    Unanswered,
} from '../ports/gateway.ts';
import { resultCode } from '../sale/result-codes.ts';
import {
    isObject,
    type JsonObject,
    type Result,
    readAmount,
    readId,
    readList,
    readObject,
    readResult,
    readText,
    readTime,
    readWord,
} from './reading.ts';

/** Codes that say "there is no such payment" (protocol §5.1, §5.2). */
const missingPayment: readonly string[] = ['ORDER_NOT_EXIST', 'PAYMENT_NOT_EXIST'];

/** Reads the answer to `pay`, by its mode. */
export function readPay(answer: JsonObject, order: PayOrder): PayAnswer {
    const result = readResult(answer);
    if (result === undefined) return unknown('no-result');
    if (!idFits(answer, 'paymentRequestId', order.paymentRequestId)) return unknown('wrong-request-id');
    const verdict = verdictOf(result);
    if (verdict === 'contradiction') return unknown(`contradiction-${result.code}`);
    const paymentId = readId(answer, 'paymentId');
    if (verdict === 'pending') return { kind: 'pending', resultCode: result.code, ...(paymentId === undefined ? {} : { paymentId }) };
    if (verdict === 'inquire') return unknown(result.code);
    if (verdict === 'declined') return { kind: 'declined', resultCode: result.code };
    if (readId(answer, 'paymentRequestId') !== order.paymentRequestId) return unknown('no-request-id');
    if (order.mode === 'payment-code') return paid(answer);
    const amount = readAmount(answer, 'paymentAmount');
    // A code over another amount must not be shown; without an amount the notification and the inquiry still have theirs compared.
    if (amount !== undefined && !sameAmount(amount, order.amount)) return unknown('wrong-amount');
    return order.mode === 'order-code' ? orderCode(answer, paymentId) : redirect(answer, paymentId);
}

/** Reads the answer to `inquiryPayment`: `result` is about the inquiry, `paymentStatus` about the payment. */
export function readInquiry(answer: JsonObject, order: { paymentRequestId: string }): InquiryAnswer {
    const result = readResult(answer);
    if (result === undefined) return unknown('no-result');
    if (!idFits(answer, 'paymentRequestId', order.paymentRequestId)) return unknown('wrong-request-id');
    if (result.status === 'U') return unknown(result.code);
    if (result.status === 'F')
        return missingPayment.includes(result.code) ? { kind: 'missing' } : { kind: 'refused', resultCode: result.code };
    const code = readWord(answer, 'paymentResultCode');
    const status = readWord(answer, 'paymentStatus');
    if (status === 'PROCESSING' || status === 'PENDING') {
        const paymentId = readId(answer, 'paymentId');
        return { kind: 'processing', resultCode: code ?? status, ...(paymentId === undefined ? {} : { paymentId }) };
    }
    if (readId(answer, 'paymentRequestId') !== order.paymentRequestId) return unknown('no-request-id');
    if (status === 'SUCCESS') return paid(answer);
    if (status === 'CANCELLED') return { kind: 'cancelled' };
    if (status === 'FAIL') return { kind: 'failed', resultCode: code ?? 'PROCESS_FAIL' };
    return unknown(status === undefined ? 'no-payment-status' : `payment-status-${status}`);
}

/** Reads the answer to `cancel`. */
export function readCancel(answer: JsonObject, order: { paymentRequestId: string }): CancelAnswer {
    const result = readResult(answer);
    if (result === undefined) return unknown('no-result');
    if (!idFits(answer, 'paymentRequestId', order.paymentRequestId)) return unknown('wrong-request-id');
    if (result.status === 'U') return { kind: 'pending', resultCode: result.code };
    if (result.status === 'F') {
        if (missingPayment.includes(result.code)) return { kind: 'missing' };
        return result.code === 'CANCEL_WINDOW_EXCEED' ? { kind: 'window' } : { kind: 'refused', resultCode: result.code };
    }
    return readId(answer, 'paymentRequestId') === order.paymentRequestId ? { kind: 'done' } : unknown('no-request-id');
}

/** Reads the answer to `refund`. */
export function readRefund(answer: JsonObject, order: RefundOrder): RefundAnswer {
    const result = readResult(answer);
    if (result === undefined) return unknown('no-result');
    if (!idFits(answer, 'refundRequestId', order.refundRequestId)) return unknown('wrong-request-id');
    if (!idFits(answer, 'paymentId', order.paymentId)) return unknown('wrong-payment-id');
    const verdict = verdictOf(result);
    if (verdict === 'contradiction') return unknown(`contradiction-${result.code}`);
    if (result.status === 'U') return { kind: 'pending', resultCode: result.code };
    if (result.status === 'F') return { kind: 'refused', resultCode: result.code };
    if (readId(answer, 'refundRequestId') !== order.refundRequestId) return unknown('no-request-id');
    const amount = readAmount(answer, 'refundAmount');
    if (amount !== undefined && !sameAmount(amount, order.amount)) return unknown('wrong-amount');
    return doneRefund(answer);
}

/** Reads the answer to `inquiryRefund`. `missingCodes`: the codes that say "there is no such refund", which the documents leave open. */
export function readRefundInquiry(
    answer: JsonObject,
    order: { refundRequestId: string },
    missingCodes: readonly string[],
): RefundInquiryAnswer {
    const result = readResult(answer);
    if (result === undefined) return unknown('no-result');
    if (!idFits(answer, 'refundRequestId', order.refundRequestId)) return unknown('wrong-request-id');
    if (result.status === 'U') return unknown(result.code);
    if (result.status === 'F')
        return missingCodes.includes(result.code) ? { kind: 'missing' } : { kind: 'refused', resultCode: result.code };
    const status = readWord(answer, 'refundStatus');
    if (status === 'PROCESSING') return { kind: 'processing' };
    if (readId(answer, 'refundRequestId') !== order.refundRequestId) return unknown('no-request-id');
    if (status === 'SUCCESS') return doneRefund(answer);
    if (status === 'FAIL') return { kind: 'failed' };
    return unknown(status === undefined ? 'no-refund-status' : `refund-status-${status}`);
}

/** A successful payment, of `pay` or of an inquiry: the id and the amount are what the till goes on with. */
function paid(answer: JsonObject): { kind: 'paid'; paymentId: string; amount: Amount; wallet?: string } | Unanswered {
    const paymentId = readId(answer, 'paymentId');
    const amount = readAmount(answer, 'paymentAmount');
    if (paymentId === undefined) return unknown('no-payment-id');
    if (amount === undefined) return unknown('no-amount');
    const wallet = walletOf(answer);
    return { kind: 'paid', paymentId, amount, ...(wallet === undefined ? {} : { wallet }) };
}

/** The wallet's name, such as `ALIPAYCN`. A long run of digits is no name: it could be a customer's code or account. */
export function walletOf(answer: JsonObject): string | undefined {
    const customer = readObject(answer, 'pspCustomerInfo');
    const name = customer === undefined ? undefined : readText(customer, 'pspName', 64);
    return name === undefined || /[0-9]{8}/.test(name) ? undefined : name;
}

export function unknown(reason: string): Unanswered {
    return { kind: 'unknown', reason };
}

function orderCode(answer: JsonObject, paymentId: string | undefined): PayAnswer {
    const form = readObject(answer, 'orderCodeForm');
    if (form === undefined) return unknown('no-order-code');
    // Only TEXT is a code to draw; the image types hold the address of a picture (protocol §4.3).
    const codes = readList(form, 'codeDetails')
        .slice(0, 16)
        .filter(isObject)
        .filter((detail) => readWord(detail, 'displayType') === 'TEXT' && readText(detail, 'codeValue', 2048) !== undefined);
    const detail = codes.find((candidate) => readWord(candidate, 'codeValueType') === 'QRCODE') ?? codes[0];
    const code = detail === undefined ? undefined : readText(detail, 'codeValue', 2048);
    if (code === undefined) return unknown('no-order-code');
    const expireTime = readTime(readText(form, 'expireTime', 64) ?? '');
    return {
        kind: 'code',
        code,
        ...(paymentId === undefined ? {} : { paymentId }),
        ...(expireTime === undefined ? {} : { codeExpiresAt: expireTime }),
    };
}

function redirect(answer: JsonObject, paymentId: string | undefined): PayAnswer {
    const form = readObject(answer, 'redirectActionForm');
    const redirectUrl = (form === undefined ? undefined : walletUrl(form, 'redirectUrl')) ?? walletUrl(answer, 'normalUrl');
    if (redirectUrl === undefined) return unknown('no-redirect');
    return { kind: 'redirect', redirectUrl, ...(paymentId === undefined ? {} : { paymentId }) };
}

/** Schemes that a browser runs or shows by itself: none of them is a wallet's cashier. */
const refusedSchemes: readonly string[] = [
    'about:',
    'blob:',
    'chrome:',
    'data:',
    'file:',
    'filesystem:',
    'ftp:',
    'javascript:',
    'resource:',
    'vbscript:',
    'view-source:',
];

/** An http(s) address or a wallet app's deep link (protocol §4.4), in printable ASCII and without a login in it. */
function walletUrl(from: JsonObject, field: string): string | undefined {
    const text = readText(from, field, 2048);
    if (text === undefined || !/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return undefined;
    const url = new URL(text);
    return refusedSchemes.includes(url.protocol) || url.username !== '' || url.password !== '' ? undefined : text;
}

function doneRefund(answer: JsonObject): { kind: 'done'; refundId?: string } {
    const refundId = readId(answer, 'refundId');
    return refundId === undefined ? { kind: 'done' } : { kind: 'done', refundId };
}

/** What a result means for a payment. A status against what its known code can only mean is believed in neither. */
function verdictOf(result: Result): 'success' | 'pending' | 'declined' | 'inquire' | 'contradiction' {
    if (result.status === 'U') return 'pending';
    const { verdict, status } = resultCode(result.code, result.status);
    if (result.status === 'S') return status === 'S' ? 'success' : 'contradiction';
    return verdict === 'declined' || verdict === 'inquire' ? verdict : 'contradiction';
}

/** False when the answer names another id than ours; a field that is absent decides nothing here. */
function idFits(answer: JsonObject, field: string, id: string): boolean {
    const value = Object.hasOwn(answer, field) ? answer[field] : undefined;
    return value === undefined || value === null || value === '' || readId(answer, field) === id;
}

function sameAmount(one: Amount, other: Amount): boolean {
    return one.currency === other.currency && one.value === other.value;
}
