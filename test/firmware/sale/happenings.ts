/** What happens to sale S1 and its payments, in short words; amounts in EUR cents. */
import type { DeliveryOutcome } from '../../../firmware/ports/devices.ts';
import type { CancelAnswer, InquiryAnswer, PayAnswer, RefundAnswer, RefundInquiryAnswer } from '../../../firmware/ports/gateway.ts';
import type { Happening } from '../../../firmware/sale/inputs.ts';
import { eur } from './records.ts';

export const restart: Happening = { kind: 'start', boot: 'boot-3', version: '1' };
export const worldChanged: Happening = { kind: 'worldChanged' };
export const pressedCancel: Happening = { kind: 'pressed', key: 'cancel' };
export const noAnswer = { kind: 'unknown', reason: 'timeout' } as const;
export const unsent = { kind: 'unsent', reason: 'connection-refused' } as const;

export const paidAnswer = (id: string, minorUnits: number) => ({ kind: 'paid', paymentId: `G-${id}`, amount: eur(minorUnits) }) as const;

export function scanned(codeHash: string, codeClass: 'wallet' | 'product' = 'wallet'): Happening {
    return { kind: 'scanned', saleId: 'S1', codeClass, codeHash, handle: 'code-new' };
}

export function elapsed(stepId: string): Happening {
    return { kind: 'elapsed', stepId };
}

export function payAnswered(id: string, answer: PayAnswer, last = false): Happening {
    return { kind: 'payAnswered', saleId: 'S1', paymentRequestId: id, stepId: `pay:${id}`, last, answer };
}

/** @param step the inquiry's word in its step's id, such as `inquire` or `inquire-last`; with a round or count behind the id where it has one. */
export function inquired(step: string, id: string, answer: InquiryAnswer, more: { round?: number; last?: boolean } = {}): Happening {
    const stepId = `${step}:${id}${more.round === undefined ? '' : `:${more.round}`}`;
    return { kind: 'inquired', saleId: 'S1', paymentRequestId: id, stepId, last: more.last ?? false, answer };
}

export function cancelAnswered(id: string, answer: CancelAnswer, round = 1): Happening {
    return { kind: 'cancelAnswered', saleId: 'S1', paymentRequestId: id, stepId: `cancel:${id}:${round}`, last: false, answer };
}

export function refundAnswered(id: string, answer: RefundAnswer): Happening {
    return { kind: 'refundAnswered', saleId: 'S1', refundRequestId: id, stepId: `refund:${id}`, last: false, answer };
}

export function refundInquired(id: string, answer: RefundInquiryAnswer): Happening {
    return { kind: 'refundInquired', saleId: 'S1', refundRequestId: id, stepId: `inquire-refund:${id}`, last: false, answer };
}

/** The inquiry of the payment, after a refund was answered ORDER_IS_CANCELED. */
export function returnedInquired(refundRequestId: string, paymentRequestId: string, answer: InquiryAnswer): Happening {
    return { kind: 'inquired', saleId: 'S1', paymentRequestId, stepId: `inquire-returned:${refundRequestId}`, last: false, answer };
}

export function outcome(what: DeliveryOutcome['outcome']): DeliveryOutcome {
    return { outcome: what, evidence: { grade: what === 'unknown' ? 'none' : 'seen', detail: '' } };
}

export function moved(index: number, what: DeliveryOutcome['outcome']): Happening {
    return { kind: 'deliveryEnded', saleId: 'S1', index, stepId: `deliver:D${index}`, last: true, answer: outcome(what) };
}

export function recalled(index: number, what: DeliveryOutcome['outcome']): Happening {
    return { kind: 'recalled', saleId: 'S1', index, stepId: `recall:D${index}`, last: false, answer: outcome(what) };
}

export function notified(id: string, minorUnits?: number): Happening {
    return {
        kind: 'paidNotified',
        paymentRequestId: id,
        paymentId: `G-${id}`,
        ...(minorUnits === undefined ? {} : { amount: eur(minorUnits) }),
    };
}
