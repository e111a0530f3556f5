/**
 * Waits that are over. A stale one names a step that is no longer there, and means nothing (style A5): every case asks the state again.
 */
import { refundAgain } from './on-goods.ts';
import { findPayment, lateReview } from './questions.ts';
import { stepsOf } from './steps.ts';
import { emit, intendCancel, raiseAlert, saleNow, type Turn } from './turn.ts';

export function onElapsed(turn: Turn, stepId: string) {
    if (!stepsOf(turn.state, turn.world).some((step) => step.id === stepId && step.kind === 'wait')) return;
    const [kind, subject = ''] = stepId.split(':');
    const found = findPayment(turn.state, subject);
    switch (kind) {
        case 'limit':
            if (found !== undefined) intendCancel(turn, found.sale, found.payment, 'limit');
            return;
        case 'offer':
            if (found !== undefined)
                emit(turn, { type: 'offerEnded', saleId: found.sale.id, paymentRequestId: subject, reason: 'expired' });
            return;
        case 'grave':
            if (found !== undefined) intendCancel(turn, found.sale, found.payment, 'last-look');
            return;
        case 'patience':
        case 'release':
        case 'presence':
            return emit(turn, { type: 'customerLeft', saleId: subject, reason: 'timeout' });
        case 'again':
            return refundAgain(turn, subject);
        case 'worry':
            // Listed while it goes on, so that a person can settle what the gateway never closes; the alarm says it once.
            emit(turn, { type: 'reviewOpened', saleId: subject, reason: lateReview });
            return raiseAlert(turn, { about: 'give-back-late', saleId: subject, detail: 'money is not confirmed back' });
        case 'memory':
            return forgotten(turn, subject);
        case 'blocked':
            return emit(turn, { type: 'serviceTried' });
        default:
            // `barrier`, `farewell` and `attention` change the world, not the sale.
            return;
    }
}

/** The dispenser did not come back to say what it remembers: the policy decides without it (R6). */
function forgotten(turn: Turn, saleId: string): void {
    for (const delivery of saleNow(turn, saleId)?.deliveries ?? []) {
        if (delivery.state !== 'unknown' || delivery.recalled === true) continue;
        emit(turn, {
            type: 'deliveryEnded',
            saleId,
            index: delivery.index,
            slot: delivery.slot,
            outcome: 'unknown',
            grade: 'none',
            detail: 'the dispenser could not be asked',
        });
    }
}
