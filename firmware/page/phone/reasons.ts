/** Reasons: why nothing was paid, as a sentence that says what to do next, and blames nobody. Pure. */
import type { TextKey } from './texts.ts';

const sentences = new Map<string, TextKey>(
    Object.entries({
        'code-expired': 'reasonExpired',
        ORDER_IS_CLOSED: 'reasonExpired',
        EXPIRED: 'reasonExpired',
        cancelled: 'reasonCancelled',
        CANCELLED: 'reasonCancelled',
        ORDER_IS_CANCELED: 'reasonCancelled',
        'already-paid': 'reasonPaid',
        SUCCESS: 'reasonPaid',
        USER_BALANCE_NOT_ENOUGH: 'reasonBalance',
        USER_AMOUNT_EXCEED_LIMIT: 'reasonLimit',
        EXPIRED_CODE: 'reasonCode',
        INVALID_PAYMENT_CODE: 'reasonCode',
        USER_PAYMENT_VERIFICATION_FAILED: 'reasonRejected',
    } as const),
);

/** @param reason a word of the wallet, a payment's status or a result code of the gateway */
export function reasonText(reason: string | undefined): TextKey {
    return (reason === undefined ? undefined : sentences.get(reason)) ?? 'reasonOther';
}
