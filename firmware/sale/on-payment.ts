/**
 * Payments: what answers, inquiries, notifications and scans mean (R2, R3, R4, R9).
 *
 * Rules: the journalled cancel intent is the line. A success before it makes the payment paid; after it nothing is ever delivered for
 * that payment. Unknown is never failed.
 */
import type { Amount } from '../ports/amount.ts';
import type { Via } from './events.ts';
import type { Input } from './inputs.ts';
import { minor, sameAmount } from './money.ts';
import { onReturnedInquiry } from './on-goods.ts';
import { amountTaken, findPayment, unresolved } from './questions.ts';
import { readiness, revokes } from './readiness.ts';
import { resultCode } from './result-codes.ts';
import type { Payment, Sale } from './state.ts';
import { mayScan } from './steps.ts';
import {
    emit,
    intendCancel,
    intendPayment,
    intendRefund,
    openReview,
    paymentNow,
    raiseAlert,
    reopenEnded,
    saleNow,
    type Turn,
} from './turn.ts';

type InputOf<Kind extends Input['kind']> = Extract<Input, { kind: Kind }>;

/** Late successes that are inquired for one payment; more of the same news says nothing new. */
const lateCountMax = 5;

export function onScanned(turn: Turn, input: InputOf<'scanned'>) {
    const sale = saleNow(turn, input.saleId);
    if (sale === undefined || !mayScan(turn.state, turn.world, sale)) return;
    const refused = (reason: 'used-before' | 'not-a-wallet' | 'not-ready') =>
        emit(turn, { type: 'scanRefused', saleId: sale.id, reason, codeClass: input.codeClass });
    if (input.codeClass !== 'wallet') return refused('not-a-wallet');
    const { codeReuse } = turn.world.policy.timing;
    const recent = turn.state.recentCodes.some(
        (code) => code.hash === input.codeHash && (code.endedAt === undefined || code.endedAt + codeReuse > turn.input.now),
    );
    if (recent || inUse(turn, input.codeHash)) return refused('used-before');
    if (!readiness(turn.state, turn.world).ready || revokes(turn.world, sale).length > 0) return refused('not-ready');
    const onOffer = sale.payments.filter(unresolved);
    intendPayment(turn, sale, { mode: 'payment-code', codeHash: input.codeHash, codeClass: input.codeClass, handle: input.handle });
    for (const payment of onOffer) intendCancel(turn, sale, payment, 'scanned-instead');
}

/** A payment with this code is unresolved, perhaps again: it was paid and is being given back (R3). */
function inUse(turn: Turn, codeHash: string): boolean {
    return Object.values(turn.state.sales).some((sale) =>
        sale.payments.some((payment) => payment.codeHash === codeHash && unresolved(payment)),
    );
}

export function onPayAnswered(turn: Turn, input: InputOf<'payAnswered'>) {
    const found = paymentNow(turn, input);
    if (found === undefined) return;
    const { sale, payment } = found;
    const { answer } = input;
    const of = { saleId: sale.id, paymentRequestId: payment.paymentRequestId };
    const paymentId = 'paymentId' in answer && answer.paymentId !== undefined ? { paymentId: answer.paymentId } : {};
    // An answer that this payment no longer waits for changes nothing, except that money was taken.
    const waits =
        payment.cancel === undefined && (payment.state === 'intended' || payment.state === 'asked' || payment.state === 'unknown');
    switch (answer.kind) {
        case 'paid':
            return onSuccess(turn, found, { ...answer, via: 'answer' });
        case 'code':
            if (!waits || payment.mode !== 'order-code') return;
            return emit(turn, {
                type: 'codeIssued',
                ...of,
                ...paymentId,
                code: answer.code,
                ...(answer.codeExpiresAt === undefined ? {} : { codeExpiresAt: answer.codeExpiresAt }),
            });
        case 'redirect':
            if (!waits || payment.mode !== 'entry-code') return;
            return emit(turn, { type: 'redirectIssued', ...of, ...paymentId, redirectUrl: answer.redirectUrl });
        case 'pending':
            if (!waits) return;
            if (payment.mode === 'payment-code')
                return emit(turn, { type: 'paymentPending', ...of, ...paymentId, resultCode: answer.resultCode });
            return withoutCode(turn, found, { reason: answer.resultCode, last: input.last });
        case 'declined':
            // A refusal is final, also where an inquiry has meanwhile seen the payment under way.
            if (!waits && !(payment.mode === 'payment-code' && payment.state === 'waiting' && payment.cancel === undefined)) return;
            emit(turn, { type: 'paymentDeclined', ...of, resultCode: answer.resultCode, by: 'gateway' });
            return onAdvice(turn, answer.resultCode);
        case 'unknown':
            if (!waits) return;
            if (payment.mode === 'payment-code') return emit(turn, { type: 'paymentUnknown', ...of, reason: answer.reason });
            return withoutCode(turn, found, { reason: answer.reason, last: input.last });
        case 'unsent':
            if (!waits) return;
            // Nothing left this machine in any attempt: the one failure that is certain (design §3 "Uncertainty").
            if (payment.state !== 'unknown')
                return emit(turn, { type: 'paymentDeclined', ...of, resultCode: 'LOCAL_NO_CONNECTION', by: 'till' });
            return withoutCode(turn, found, { reason: answer.reason, last: input.last });
    }
}

/** No order code or redirect came: asked again under the same id, then cancelled (protocol §7.2). */
function withoutCode(turn: Turn, { sale, payment }: { sale: Sale; payment: Payment }, news: { reason: string; last: boolean }): void {
    if (payment.state !== 'unknown') {
        emit(turn, { type: 'paymentUnknown', saleId: sale.id, paymentRequestId: payment.paymentRequestId, reason: news.reason });
    }
    if (news.last) intendCancel(turn, sale, payment, 'no-code');
}

/** A refusal may say more about the machine than about the customer (protocol §7.1, kiosk action). */
function onAdvice(turn: Turn, code: string): void {
    const { advice } = resultCode(code);
    if (advice === 'out-of-service') {
        emit(turn, { type: 'serviceBlocked', resultCode: code });
        raiseAlert(turn, { about: 'gateway-refuses', detail: code });
    } else if (advice === 'config-alarm' || advice === 'bug-alarm') {
        raiseAlert(turn, { about: advice, detail: code });
    }
}

export function onInquired(turn: Turn, input: InputOf<'inquired'>) {
    const found = paymentNow(turn, input);
    // A person's word stands against an inquiry that was still on the wire.
    if (found === undefined || found.payment.settled === true) return;
    const phase = input.stepId.split(':', 1)[0];
    switch (phase) {
        case 'inquire':
            return onMainInquiry(turn, found, input);
        case 'inquire-last':
            return onLastInquiry(turn, found, input);
        case 'inquire-look':
            return onLastLook(turn, found, input);
        case 'inquire-refused':
            return onInquiryAfterRefusal(turn, found, input);
        case 'inquire-late':
            return onLateInquiry(turn, found, input);
        case 'inquire-returned':
            return onReturnedInquiry(turn, input);
        default:
            return;
    }
}

type Found = { readonly sale: Sale; readonly payment: Payment };

/** Results that end a payment that nobody has cancelled; false when the answer is not one of them. */
function settled(turn: Turn, found: Found, input: InputOf<'inquired'>): boolean {
    const { answer } = input;
    const of = { saleId: found.sale.id, paymentRequestId: found.payment.paymentRequestId };
    if (answer.kind === 'paid') {
        onSuccess(turn, found, { ...answer, via: 'inquiry' });
        return true;
    }
    if (found.payment.cancel !== undefined || !unresolved(found.payment)) return true;
    // An order that nobody paid in its time was not refused: it is over.
    if (answer.kind === 'failed' && answer.resultCode === 'ORDER_IS_CLOSED' && found.payment.mode !== 'payment-code') {
        emit(turn, { type: 'paymentCancelled', ...of, via: 'closed' });
        return true;
    }
    if (answer.kind === 'failed') {
        emit(turn, { type: 'paymentDeclined', ...of, resultCode: answer.resultCode, by: 'gateway' });
        return true;
    }
    if (answer.kind === 'cancelled') {
        emit(turn, { type: 'paymentCancelled', ...of, via: 'inquiry' });
        return true;
    }
    return false;
}

function onMainInquiry(turn: Turn, found: Found, input: InputOf<'inquired'>): void {
    if (settled(turn, found, input)) return;
    const { answer } = input;
    const { sale, payment } = found;
    if (answer.kind === 'processing' && payment.mode === 'payment-code' && payment.state !== 'waiting') {
        const paymentId = answer.paymentId === undefined ? {} : { paymentId: answer.paymentId };
        emit(turn, {
            type: 'paymentPending',
            saleId: sale.id,
            paymentRequestId: payment.paymentRequestId,
            ...paymentId,
            resultCode: answer.resultCode,
        });
    }
    if (answer.kind === 'refused') intendCancel(turn, sale, payment, 'refused-inquiry');
}

/** The offer is over: whatever this inquiry says but a success, the payment is cancelled. */
function onLastInquiry(turn: Turn, found: Found, input: InputOf<'inquired'>): void {
    if (settled(turn, found, input)) return;
    const believed = input.answer.kind !== 'unknown' && input.answer.kind !== 'unsent';
    if (believed || input.last) intendCancel(turn, found.sale, found.payment, 'expired');
}

/** The last look at a payment that the gateway said it never saw: long after its expiry (design §3 "Uncertainty"). */
function onLastLook(turn: Turn, { sale, payment }: Found, input: InputOf<'inquired'>) {
    if (payment.cancel?.reason !== 'last-look' || payment.state !== 'cancelling') return;
    const of = { saleId: sale.id, paymentRequestId: payment.paymentRequestId };
    switch (input.answer.kind) {
        case 'paid':
            onSuccess(turn, { sale, payment }, { ...input.answer, via: 'inquiry' });
            return emit(turn, { type: 'stillMissing', ...of });
        case 'cancelled':
            return emit(turn, { type: 'paymentCancelled', ...of, via: 'inquiry' });
        case 'failed':
            return emit(turn, { type: 'paymentCancelled', ...of, via: 'closed' });
        case 'missing':
            return emit(turn, { type: 'stillMissing', ...of });
        case 'processing':
        case 'refused':
            // Not missing any more, or not said to be: a cancel that finds nothing would prove nothing.
            return intendCancel(turn, sale, payment, 'refused-inquiry');
        case 'unknown':
        case 'unsent':
            return;
    }
}

/** The gateway would not cancel: what does it think that the payment is? */
function onInquiryAfterRefusal(turn: Turn, { sale, payment }: Found, input: InputOf<'inquired'>) {
    if (payment.cancel?.refused === undefined || payment.state !== 'cancelling') return;
    const of = { saleId: sale.id, paymentRequestId: payment.paymentRequestId };
    switch (input.answer.kind) {
        case 'paid': {
            onSuccess(turn, { sale, payment }, { ...input.answer, via: 'inquiry' });
            const now = paymentNow(turn, of);
            if (now?.payment.state !== 'cancelling') return;
            intendRefund(turn, now.sale, {
                payment: now.payment,
                paymentId: input.answer.paymentId,
                minorUnits: minor(amountTaken(now.payment)),
                reason: now.payment.cancel?.givesBack === true ? 'not-delivered' : 'cancel-refused',
                by: 'till',
            });
            return;
        }
        case 'cancelled':
            return emit(turn, { type: 'paymentCancelled', ...of, via: 'inquiry' });
        case 'failed':
            return emit(turn, { type: 'paymentCancelled', ...of, via: 'closed' });
        case 'processing':
        case 'missing':
        case 'refused':
        case 'unknown':
        case 'unsent':
            return;
    }
}

/** A success after the end: CANCELLED is settled; SUCCESS is cancelled again (R4). */
function onLateInquiry(turn: Turn, { sale, payment }: Found, input: InputOf<'inquired'>): void {
    if (payment.lateUnchecked !== true) return;
    const of = { saleId: sale.id, paymentRequestId: payment.paymentRequestId };
    if (input.answer.kind === 'cancelled' || input.answer.kind === 'failed') emit(turn, { type: 'lateSettled', ...of });
    if (input.answer.kind === 'paid') intendCancel(turn, sale, payment, 'late-success');
}

export function onCancelAnswered(turn: Turn, input: InputOf<'cancelAnswered'>) {
    const found = paymentNow(turn, input);
    if (found === undefined || found.payment.state !== 'cancelling' || found.payment.cancel === undefined) return;
    if (input.stepId !== `cancel:${found.payment.paymentRequestId}:${found.payment.cancel.round}`) {
        // The answer to an earlier round: a yes is a yes, a no is asked for again.
        if (input.answer.kind !== 'done') return;
    }
    const { sale, payment } = found;
    const of = { saleId: sale.id, paymentRequestId: payment.paymentRequestId };
    switch (input.answer.kind) {
        case 'done':
            reopenEnded(turn, sale);
            return emit(turn, { type: 'paymentCancelled', ...of, via: 'cancel' });
        case 'missing':
            if (payment.cancel?.stillMissing === true && !payment.taken)
                return emit(turn, { type: 'paymentCancelled', ...of, via: 'never-existed' });
            emit(turn, { type: 'cancelRefused', ...of, resultCode: 'ORDER_NOT_EXIST', verdict: payment.taken ? 'other' : 'missing' });
            return;
        case 'window':
            return emit(turn, { type: 'cancelRefused', ...of, resultCode: 'CANCEL_WINDOW_EXCEED', verdict: 'window' });
        case 'refused':
            emit(turn, { type: 'cancelRefused', ...of, resultCode: input.answer.resultCode, verdict: 'other' });
            raiseAlert(turn, { about: 'cancel-refused', saleId: sale.id, detail: input.answer.resultCode });
            return;
        case 'pending':
        case 'unknown':
        case 'unsent':
            return;
    }
}

export function onPaidNotified(turn: Turn, input: InputOf<'paidNotified'>) {
    let found = findPayment(turn.state, input.paymentRequestId);
    if (found === undefined && input.known !== undefined) {
        const payment = input.known.payments.find((candidate) => candidate.paymentRequestId === input.paymentRequestId);
        if (payment !== undefined) {
            if (!newsAfterEnd(payment)) return;
            emit(turn, { type: 'saleReopened', saleId: input.known.id, sale: input.known });
            found = findPayment(turn.state, input.paymentRequestId);
        }
    }
    if (found === undefined) {
        if (turn.state.stray.some((one) => one.paymentRequestId === input.paymentRequestId)) return;
        const amount = input.amount === undefined ? {} : { amount: input.amount };
        emit(turn, { type: 'strayMoney', paymentRequestId: input.paymentRequestId, paymentId: input.paymentId, ...amount });
        raiseAlert(turn, { about: 'stray-money', detail: input.paymentRequestId });
        return;
    }
    if (found.sale.ended !== undefined) {
        if (!newsAfterEnd(found.payment)) return;
        emit(turn, { type: 'saleReopened', saleId: found.sale.id, sale: found.sale });
    }
    // A success without an amount cannot be compared: only the inquiry can tell (R9), and behind a cancel nobody would make one.
    if (input.amount === undefined) {
        const { sale, payment } = found;
        const cancelling = payment.state === 'cancelling' && !payment.taken;
        if (!cancelling && !newsAfterEnd(payment)) return;
        const of = { saleId: sale.id, paymentRequestId: payment.paymentRequestId };
        emit(turn, { type: 'lateSuccess', ...of, paymentId: input.paymentId, via: 'notification' });
        if (payment.settled === true) openReview(turn, sale.id, 'paid-after-settled');
        return;
    }
    onSuccess(turn, found, {
        paymentId: input.paymentId,
        amount: input.amount,
        via: 'notification',
        ...(input.wallet === undefined ? {} : { wallet: input.wallet }),
    });
}

function newsAfterEnd(payment: Payment): boolean {
    // Whoever settled it did not know of that money.
    if (payment.settled === true && !payment.taken) return true;
    return (
        (payment.state === 'cancelled' || payment.state === 'declined') &&
        payment.lateUnchecked !== true &&
        payment.lateCount < lateCountMax
    );
}

/** A believed success, whichever way it came. */
function onSuccess(turn: Turn, { sale, payment }: Found, news: { paymentId: string; amount: Amount; wallet?: string; via: Via }) {
    const of = { saleId: sale.id, paymentRequestId: payment.paymentRequestId };
    const wallet = news.wallet === undefined ? {} : { wallet: news.wallet };
    if (!sameAmount(news.amount, payment.amount)) return onWrongAmount(turn, { sale, payment }, news);
    if (payment.settled === true) {
        if (!newsAfterEnd(payment)) return;
        emit(turn, { type: 'lateSuccess', ...of, paymentId: news.paymentId, amount: news.amount, via: news.via });
        return openReview(turn, sale.id, 'paid-after-settled');
    }
    switch (payment.state) {
        case 'intended':
        case 'asked':
        case 'waiting':
        case 'unknown':
            if (payment.cancel === undefined) {
                return emit(turn, { type: 'paymentPaid', ...of, paymentId: news.paymentId, amount: news.amount, via: news.via, ...wallet });
            }
            // The gateway had said that it never saw this payment, and now it has: cancel again, at once.
            emit(turn, { type: 'lateSuccess', ...of, paymentId: news.paymentId, amount: news.amount, via: news.via });
            return intendCancel(turn, sale, payment, 'late-success');
        case 'cancelling':
            // The cancel goes on until it is confirmed; nothing is delivered (R4).
            if (!payment.taken) emit(turn, { type: 'lateSuccess', ...of, paymentId: news.paymentId, amount: news.amount, via: news.via });
            return;
        case 'cancelled':
        case 'declined':
            if (newsAfterEnd(payment))
                emit(turn, { type: 'lateSuccess', ...of, paymentId: news.paymentId, amount: news.amount, via: news.via });
            return;
        case 'paid':
            return;
    }
}

/** A signed success over another amount: never delivered for, cancelled, and a person looks (R9). */
function onWrongAmount(turn: Turn, { sale, payment }: Found, news: { paymentId: string; amount: Amount; via: Via }): void {
    if (payment.state === 'paid' || payment.takenAmount !== undefined) return;
    emit(turn, {
        type: 'amountDiffers',
        saleId: sale.id,
        paymentRequestId: payment.paymentRequestId,
        paymentId: news.paymentId,
        amount: news.amount,
        via: news.via,
    });
    openReview(turn, sale.id, 'wrong-amount');
    if (payment.state !== 'cancelling' && payment.settled !== true) intendCancel(turn, sale, payment, 'wrong-amount');
}
