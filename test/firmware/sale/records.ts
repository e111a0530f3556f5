/** Records of the one sale, S1, that the tables tell of: short words for what can stand in its journal. Money is in EUR cents. */
import type { DeliveryOutcome } from '../../../firmware/ports/devices.ts';
import type {
    CancelReason,
    CancelRefused,
    EndState,
    LeaveReason,
    Mode,
    PaymentCancelled,
    RefundFailed,
    TillEvent,
} from '../../../firmware/sale/events.ts';
import { policy, timing } from './policy.ts';

/** The moment of every record. */
export const t0 = Date.UTC(2026, 5, 1, 12);
const S1 = { saleId: 'S1', at: t0 } as const;
const of = (paymentRequestId: string) => ({ ...S1, paymentRequestId });

export function eur(minorUnits: number): { currency: string; value: string } {
    return { currency: 'EUR', value: String(minorUnits) };
}

export const started: TillEvent = { type: 'started', at: t0, boot: 'boot-2', version: '1', kiosk: 'kiosk-01' };

/** A sale of a price without items. */
export function openedAmount(minorUnits: number, more: { origin?: 'entry'; token?: string } = {}): TillEvent {
    return {
        type: 'saleOpened',
        ...S1,
        claim: 'K167NNZ',
        origin: 'customer',
        amount: eur(minorUnits),
        items: [],
        delivers: false,
        userAgent: 'wallet',
        ...more,
    };
}

/** A sale of goods out of these slots. */
export function openedGoods(slots: readonly string[], more: { origin?: 'entry'; token?: string; presenceNumber?: string } = {}): TillEvent {
    const items = slots.map((slot) => ({ slot, ...policy.catalog[slot]! }));
    const sum = items.reduce((total, item) => total + Number(item.price), 0);
    return { type: 'saleOpened', ...S1, claim: 'K167NNZ', origin: 'customer', amount: eur(sum), items, delivers: true, ...more };
}

const lifetimes: Readonly<Record<Mode, number>> = {
    'payment-code': timing.paymentCodeExpiry,
    'order-code': timing.orderCodeExpiry,
    'entry-code': timing.entryCodeExpiry,
};

export function intended(id: string, mode: Mode, minorUnits: number, codeHash = `hash-${id}`): TillEvent {
    const code = mode === 'payment-code' ? { codeHash, codeClass: 'wallet', handle: `code-${id}` } : {};
    const lifetimeMs = lifetimes[mode];
    return {
        type: 'paymentIntended',
        ...of(id),
        mode,
        amount: eur(minorUnits),
        expiresAt: t0 + lifetimeMs,
        lifetimeMs,
        description: 'goods',
        ...code,
    };
}

export const asked = (id: string): TillEvent => ({ type: 'paymentAsked', ...of(id) });
export const codeIssued = (id: string): TillEvent => ({
    type: 'codeIssued',
    ...of(id),
    paymentId: `G-${id}`,
    code: `https://code.example/${id}`,
});
export const redirectIssued = (id: string): TillEvent => ({ type: 'redirectIssued', ...of(id), redirectUrl: `https://pay.example/${id}` });
export const pending = (id: string): TillEvent => ({ type: 'paymentPending', ...of(id), resultCode: 'PAYMENT_IN_PROCESS' });
export const unknown = (id: string): TillEvent => ({ type: 'paymentUnknown', ...of(id), reason: 'timeout' });
export const declined = (id: string, resultCode = 'USER_BALANCE_NOT_ENOUGH'): TillEvent => ({
    type: 'paymentDeclined',
    ...of(id),
    resultCode,
    by: 'gateway',
});
export const offerEnded = (id: string): TillEvent => ({ type: 'offerEnded', ...of(id), reason: 'expired' });
export const cancelIntended = (id: string, reason: CancelReason): TillEvent => ({ type: 'cancelIntended', ...of(id), reason });
export const stillMissing = (id: string): TillEvent => ({ type: 'stillMissing', ...of(id) });
export const lateSettled = (id: string): TillEvent => ({ type: 'lateSettled', ...of(id) });
export const left = (reason: LeaveReason): TillEvent => ({ type: 'customerLeft', ...S1, reason });
export const ended = (state: EndState): TillEvent => ({ type: 'saleEnded', ...S1, state });
export const review = (reason: string): TillEvent => ({ type: 'reviewOpened', ...S1, reason });

export function paid(id: string, minorUnits: number): TillEvent {
    return { type: 'paymentPaid', ...of(id), paymentId: `G-${id}`, amount: eur(minorUnits), via: 'answer' };
}

export function cancelRefused(id: string, verdict: CancelRefused['verdict']): TillEvent {
    const resultCode = verdict === 'missing' ? 'ORDER_NOT_EXIST' : verdict === 'window' ? 'CANCEL_WINDOW_EXCEED' : 'ACCESS_DENIED';
    return { type: 'cancelRefused', ...of(id), resultCode, verdict };
}

export function cancelled(id: string, via: PaymentCancelled['via'] = 'cancel'): TillEvent {
    return { type: 'paymentCancelled', ...of(id), via };
}

export function lateSuccess(id: string, minorUnits: number): TillEvent {
    return { type: 'lateSuccess', ...of(id), paymentId: `G-${id}`, amount: eur(minorUnits), via: 'notification' };
}

export function amountDiffers(id: string, minorUnits: number): TillEvent {
    return { type: 'amountDiffers', ...of(id), paymentId: `G-${id}`, amount: eur(minorUnits), via: 'inquiry' };
}

export function moving(index: number, slot: string): TillEvent {
    return { type: 'deliveryIntended', ...S1, deliveryId: `D${index}`, index, slot };
}

export function deliveryEnded(index: number, slot: string, outcome: DeliveryOutcome['outcome']): TillEvent {
    return { type: 'deliveryEnded', ...S1, index, slot, outcome, grade: outcome === 'unknown' ? 'none' : 'seen', detail: '' };
}

export function judged(index: number, slot: string, decision: 'refund' | 'review'): TillEvent {
    return { type: 'deliveryJudged', ...S1, index, slot, decision };
}

export function refundIntended(
    id: string,
    paymentRequestId: string,
    minorUnits: number,
    more: { by?: 'operator'; replaces?: string } = {},
): TillEvent {
    const paymentId = `G-${paymentRequestId}`;
    return {
        type: 'refundIntended',
        ...of(paymentRequestId),
        refundRequestId: id,
        paymentId,
        amount: eur(minorUnits),
        reason: 'not-delivered',
        by: 'till',
        ...more,
    };
}

export function refundRefused(id: string, paymentRequestId: string, resultCode: string): TillEvent {
    return { type: 'refundRefused', ...of(paymentRequestId), refundRequestId: id, resultCode };
}

export function refundFailed(id: string, paymentRequestId: string, next: RefundFailed['next']): TillEvent {
    return { type: 'refundFailed', ...of(paymentRequestId), refundRequestId: id, resultCode: 'PROCESS_FAIL', next };
}

export function refundConfirmed(id: string, paymentRequestId: string): TillEvent {
    return { type: 'refundConfirmed', ...of(paymentRequestId), refundRequestId: id, via: 'answer' };
}

export function resolvedBy(decision: 'delivered' | 'refund' | 'settled-outside'): TillEvent {
    return { type: 'saleResolved', ...S1, decision, note: 'looked into the tray', by: 'Ann' };
}
