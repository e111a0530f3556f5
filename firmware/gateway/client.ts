/**
 * Client: the gateway as the till knows it, over signed HTTP.
 *
 * Rules: making a call begins its body and its signature, `send` sends it (design §1 "prepared"); an unsigned refusal proves nothing
 * about money, so it is `unknown` for everything but a probe; an answer that holds the customer's payment code stays in this room.
 */
import type { Call, Gateway, InquiryAnswer, PayAnswer, PayOrder, ProbeAnswer, Unanswered } from '../ports/gateway.ts';
import { readCancel, readInquiry, readPay, readRefund, readRefundInquiry, unknown } from './answers.ts';
import { badSignature, callerRefusals, documentedGuesses, type Exchanged, type ExchangeOptions, openExchanger } from './exchange.ts';
import { type MerchantFacts, payBody, paymentIdBody, refundBody, refundIdBody } from './messages.ts';
import { openNotifications } from './notifications.ts';
import { type JsonObject, readResult } from './reading.ts';

export interface GatewayOptions extends ExchangeOptions, MerchantFacts {
    /** Time for the whole answer of `pay`. */
    readonly payAnswerMs: number;
    /** Time for the whole answer of every other request. */
    readonly requestAnswerMs: number;
}

/** Signed codes by which a probe learns that nothing can be sold: the caller is refused, or the address is not the gateway's API. */
const probeRefusals: readonly string[] = [
    ...callerRefusals,
    'ACCESS_DENIED',
    'NO_INTERFACE_DEF',
    'INVALID_API',
    'METHOD_NOT_SUPPORTED',
    'MEDIA_TYPE_NOT_ACCEPTABLE',
];

/** Opens the gateway; no connection is made before the first call or `warm`. `close` closes the network too. */
export function openGateway(options: GatewayOptions): Gateway {
    const exchanger = openExchanger(options);
    const notifications = openNotifications(options);
    const refundMissingCodes = options.guesses?.refundMissingCodes ?? documentedGuesses.refundMissingCodes;

    function call<Answer>(order: {
        endpoint: string;
        body: Uint8Array;
        read: (answer: JsonObject) => Answer;
        timeoutMs?: number;
    }): Call<Answer | Unanswered> {
        const prepared = exchanger.prepare({
            endpoint: order.endpoint,
            body: order.body,
            timeoutMs: order.timeoutMs ?? options.requestAnswerMs,
        });
        return {
            send: async (onFirstByte) => {
                const exchanged = await prepared.send(onFirstByte);
                return exchanged.kind === 'signed' ? order.read(exchanged.answer) : unanswered(exchanged);
            },
        };
    }

    function probe(order: { paymentRequestId: string }): Call<ProbeAnswer> {
        const prepared = exchanger.prepare({
            endpoint: 'payments/inquiryPayment',
            body: paymentIdBody(order),
            timeoutMs: options.requestAnswerMs,
        });
        return { send: async (onFirstByte) => probed(await prepared.send(onFirstByte)) };
    }

    return {
        pay: (order) =>
            call<PayAnswer>({
                endpoint: 'payments/pay',
                body: payBody(order, options),
                read: (answer) => withoutPaymentCode(readPay(answer, order), order),
                timeoutMs: options.payAnswerMs,
            }),
        inquirePayment: (order) =>
            call<InquiryAnswer>({
                endpoint: 'payments/inquiryPayment',
                body: paymentIdBody(order),
                read: (answer) => readInquiry(answer, order),
            }),
        cancel: (order) => call({ endpoint: 'payments/cancel', body: paymentIdBody(order), read: (answer) => readCancel(answer, order) }),
        refund: (order) => call({ endpoint: 'payments/refund', body: refundBody(order), read: (answer) => readRefund(answer, order) }),
        inquireRefund: (order) =>
            call({
                endpoint: 'payments/inquiryRefund',
                body: refundIdBody(order),
                read: (answer) => readRefundInquiry(answer, order, refundMissingCodes),
            }),
        probe,
        readNotification: notifications.read,
        acknowledge: notifications.acknowledge,
        skewMs: exchanger.skewMs,
        warm: () => options.network.warm(options.url),
        close: () => options.network.close(),
    };
}

function unanswered(exchanged: Exclude<Exchanged, { kind: 'signed' }>): Unanswered {
    // Unsigned: perhaps the gateway, perhaps somebody on the way. It must not end a payment.
    return exchanged.kind === 'unsigned-refusal' ? unknown(`unsigned-${exchanged.resultCode}`) : exchanged;
}

function probed(exchanged: Exchanged): ProbeAnswer {
    if (exchanged.kind === 'unsigned-refusal') return { kind: 'refused', resultCode: exchanged.resultCode };
    if (exchanged.kind === 'unknown' && exchanged.reason === badSignature)
        return { kind: 'refused', resultCode: 'GATEWAY_SIGNATURE_INVALID' };
    if (exchanged.kind !== 'signed') return exchanged;
    const result = readResult(exchanged.answer);
    if (result === undefined) return unknown('no-result');
    return result.status === 'F' && probeRefusals.includes(result.code) ? { kind: 'refused', resultCode: result.code } : { kind: 'ok' };
}

/** The payment code is a credential: an answer in which it stands, in whatever field we would hand on, is not handed on. */
function withoutPaymentCode(answer: PayAnswer, order: PayOrder): PayAnswer {
    const code = order.paymentCode;
    return code !== undefined && JSON.stringify(answer).includes(code) ? unknown('holds-payment-code') : answer;
}
