/** Results: the gateway's result codes with their status and message (protocol §7.1), and the shape of an answer. */

export interface Result {
    readonly resultCode: string;
    readonly resultStatus: string;
    readonly resultMessage: string;
}

export type Body = Readonly<Record<string, unknown>> & { readonly result: Result };

const uncertain = new Set(['PAYMENT_IN_PROCESS', 'UNKNOWN_EXCEPTION', 'REQUEST_TRAFFIC_EXCEED_LIMIT', 'REFUND_IN_PROCESS']);

const messages: Readonly<Record<string, string>> = {
    SUCCESS: 'success.',
    PAYMENT_IN_PROCESS: 'The payment is being processed.',
    REFUND_IN_PROCESS: 'The refund is being processed.',
    UNKNOWN_EXCEPTION: 'API failed due to unknown reason.',
    REQUEST_TRAFFIC_EXCEED_LIMIT: 'The request traffic exceeds the limit.',
    PROCESS_FAIL: "A general business failure occurred. Don't retry.",
    PARAM_ILLEGAL: 'Illegal parameters exist.',
    INVALID_CLIENT: 'The client is invalid.',
    KEY_NOT_FOUND: 'The key is not found.',
    SIGNATURE_INVALID: 'The signature is invalid.',
    METHOD_NOT_SUPPORTED: 'The server does not implement the requested HTTP method.',
    MEDIA_TYPE_NOT_ACCEPTABLE: 'The server does not implement the media type that is acceptable to the client.',
    NO_INTERFACE_DEF: 'API is not defined.',
    ACCESS_DENIED: 'The access is denied.',
    INVALID_CONTRACT: 'The contract is invalid.',
    INVALID_MERCHANT_STATUS: 'The merchant status is abnormal.',
    MERCHANT_NOT_REGISTERED: 'The merchant is not registered.',
    MERCHANT_BALANCE_NOT_ENOUGH: "The merchant's balance is not enough.",
    SETTLE_CONTRACT_NOT_MATCH: 'No settlement contract matches the settlement currency.',
    CURRENCY_NOT_SUPPORT: 'The currency is not supported.',
    EXPIRED_CODE: 'The code is expired.',
    INVALID_PAYMENT_CODE: 'The payment code is invalid.',
    USER_BALANCE_NOT_ENOUGH: "The user's balance is not enough.",
    USER_AMOUNT_EXCEED_LIMIT: "The amount exceeds the user's limit.",
    USER_PAYMENT_VERIFICATION_FAILED: "The user's payment verification failed.",
    RISK_REJECT: 'The request is rejected because of the risk control.',
    REPEAT_REQ_INCONSISTENT: 'Repeated requests are inconsistent.',
    REPEAT_REGISTRATION: 'The registration is repeated.',
    RECORD_NOT_FOUND: 'The record is not found.',
    ORDER_NOT_EXIST: 'order not exist',
    ORDER_IS_CLOSED: 'The order is closed.',
    ORDER_IS_CANCELED: 'The order is canceled.',
    ORDER_STATUS_INVALID: 'The order status is invalid.',
    CANCEL_WINDOW_EXCEED: 'The cancel window is exceeded.',
    REFUND_NOT_EXIST: 'The refund does not exist.',
    REFUND_AMOUNT_EXCEED: 'The refund amount exceeds what is left of the payment.',
    REFUND_WINDOW_EXCEED: 'The refund window is exceeded.',
    PARTIAL_REFUND_NOT_SUPPORTED: 'Partial refunds are not supported.',
    MULTIPLE_REFUNDS_NOT_SUPPORTED: 'Multiple refunds are not supported.',
};

export function statusOf(resultCode: string): 'S' | 'F' | 'U' {
    return resultCode === 'SUCCESS' ? 'S' : uncertain.has(resultCode) ? 'U' : 'F';
}

export function messageOf(resultCode: string): string {
    return messages[resultCode] ?? `${resultCode.toLowerCase().replaceAll('_', ' ')}.`;
}

/** @param detail what the message adds, such as the name of the illegal field. */
export function resultOf(resultCode: string, detail?: string): Result {
    const message = messageOf(resultCode);
    return {
        resultCode,
        resultStatus: statusOf(resultCode),
        resultMessage: detail === undefined ? message : `${message.replace(/\.$/, '')}: ${detail}`,
    };
}

export function answerOf(resultCode: string, detail?: string): Body {
    return { result: resultOf(resultCode, detail) };
}

export function success(fields: Readonly<Record<string, unknown>>): Body {
    return { result: resultOf('SUCCESS'), ...fields };
}
