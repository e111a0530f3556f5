/** Resolve: a person closes a case: what the goods did, that the money goes back, or that it is settled elsewhere (R8). */
import { follow } from './follow.ts';
import type { Input } from './inputs.ts';
import { minor } from './money.ts';
import { answeredByKey, keyOf, unknownSale } from './on-request.ts';
import { givingBack, leftOf, refundsOf, unsettled } from './questions.ts';
import type { Payment, Refund, Sale } from './state.ts';
import { emit, intendRefund, refuse, saleNow, type Turn } from './turn.ts';

type ResolveSale = Extract<Input, { kind: 'resolveSale' }>;

export function onResolveSale(turn: Turn, input: ResolveSale) {
    if (answeredByKey(turn, input)) return;
    const { saleId, decision, note, by } = input;
    const sale = saleNow(turn, saleId) ?? input.known;
    if (sale === undefined) return unknownSale(turn);
    if (sale.ended !== 'review' && !(decision === 'settled-outside' && goesOnWithoutEnd(sale))) {
        return refuse(turn, {
            status: 409,
            code: 'not-in-review',
            detail: 'Only a sale in review can be resolved; one whose give-back goes on can be resolved as settled-outside.',
        });
    }
    const trial: Turn = { ...turn, events: [] };
    emit(trial, { type: 'saleResolved', saleId, decision, note, by, ...keyOf(input) });
    if (decision === 'refund') {
        for (const payment of sale.payments) askBackAgain(trial, sale, payment);
        // What did not come out follows by R5; whether anything does is known only then.
        follow(trial);
        const after = saleNow(trial, saleId);
        if (after === undefined || !givingBack(after)) {
            return refuse(turn, {
                status: 409,
                code: 'nothing-left',
                detail: 'There is no money of this sale that could be asked back; resolve it as delivered or settled-outside.',
            });
        }
    }
    turn.events.push(...trial.events);
    turn.state = trial.state;
    turn.idsMade = trial.idsMade;
    turn.reply = { ok: true, saleId };
}

/** The machine goes on asking for money that nobody gives an answer about; the customer is gone and nothing moves any more. */
function goesOnWithoutEnd(sale: Sale): boolean {
    const moves = sale.deliveries.some((delivery) => delivery.state === 'moving');
    return sale.ended === undefined && !sale.customerHere && !moves && unsettled(sale);
}

/** What a cancel or an earlier refund could not give back. @param sale as it was before the person's word. */
function askBackAgain(trial: Turn, sale: Sale, payment: Payment): void {
    const now = saleNow(trial, sale.id);
    const paid = now?.payments.find((one) => one.paymentRequestId === payment.paymentRequestId);
    if (now === undefined || paid?.paymentId === undefined) return;
    const left = leftOf(now, paid);
    const minorUnits = payment.cancel === undefined ? Math.min(left, failedOf(sale, payment)) : left;
    if (minorUnits <= 0) return;
    const { paymentId } = paid;
    intendRefund(trial, now, { payment: paid, paymentId, minorUnits, reason: 'resolved by the operator', by: 'operator' });
}

/** Minor units that an operator asked back and that finally failed, less what was asked for since: that was another try. */
function failedOf(sale: Sale, payment: Payment): number {
    const asked = refundsOf(sale, payment.paymentRequestId).filter((refund) => refund.by === 'operator');
    let failed = 0;
    for (const refund of asked) {
        if (finallyFailed(refund)) failed += minor(refund.amount);
        else if (refund.state !== 'failed') failed = Math.max(0, failed - minor(refund.amount));
    }
    return failed;
}

function finallyFailed(refund: Refund): boolean {
    return refund.state === 'failed' && refund.next === 'review';
}
