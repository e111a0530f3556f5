/** Refunds: `refund` and `inquiryRefund` (protocol §5.3, §5.4). A refused refund is final under its id; a correction takes a new one. */
import type { Amount } from '../../firmware/ports/amount.ts';
import type { AmsAnswer, AmsCall } from './ams-call.ts';
import type { Bank } from './bank.ts';
import { isoTime } from './clock.ts';
import { IllegalField } from './fields.ts';
import { minor } from './money.ts';
import { idRule } from './pay-order.ts';
import { answerOf, type Body, resultOf, success } from './results.ts';
import type { PaymentRow, RefundRow } from './rows.ts';

const dayMs = 86_400_000;

/** @param pendingAsks present where a fault leaves the refund in process until it was asked for so many more times. */
export function refund(bank: Bank, call: AmsCall, pendingAsks?: number): AmsAnswer {
    const refundRequestId = call.fields.text('refundRequestId', { ...idRule, required: true });
    const paymentId = call.fields.text('paymentId', { required: true, max: 64 });
    const amount = call.fields.amount('refundAmount');
    call.fields.text('referenceRefundId', { required: false, max: 64 });
    call.fields.text('refundReason', { required: false, max: 256 });
    call.fields.url('refundNotifyUrl', { required: false, max: 1024, httpsUnlessLoopback: bank.switches.strict });
    const key = `${call.client.clientId}/${refundRequestId}`;
    const before = bank.book.refund(key);
    if (before !== undefined) {
        const same = before.paymentId === paymentId && before.amount.currency === amount.currency && before.amount.value === amount.value;
        return { body: same ? answered(asked(bank, before)) : answerOf('REPEAT_REQ_INCONSISTENT') };
    }
    const found = bank.book.paymentById(paymentId);
    const payment = found?.clientId === call.client.clientId ? bank.current(found) : undefined;
    if (payment === undefined) return { body: answerOf('ORDER_NOT_EXIST') };
    const now = bank.clock.nowMs();
    const row: RefundRow = {
        key,
        clientId: call.client.clientId,
        refundRequestId,
        refundId: bank.freshId('13'),
        paymentKey: payment.key,
        paymentId,
        amount,
        status: 'PROCESSING',
        resultCode: 'REFUND_IN_PROCESS',
        createdAt: now,
    };
    const refusal = refusalOf(bank, payment, amount);
    if (refusal !== undefined) {
        const failed: RefundRow = { ...row, status: 'FAIL', resultCode: refusal, endedAt: now };
        bank.commit({ refunds: [failed] });
        return { body: answered(failed) };
    }
    if (pendingAsks !== undefined) {
        const pending: RefundRow = { ...row, asksLeft: pendingAsks };
        bank.commit({ refunds: [pending] });
        return { body: answered(pending) };
    }
    return { body: answered(booked(bank, row)) };
}

export function inquiryRefund(bank: Bank, call: AmsCall): AmsAnswer {
    const refundId = call.fields.text('refundId', { required: false, max: 64 });
    const refundRequestId = call.fields.text('refundRequestId', { ...idRule, required: false });
    if (refundId === undefined && refundRequestId === undefined) throw new IllegalField('refundRequestId', 'or refundId must be given');
    const found = refundId !== undefined ? bank.book.refundById(refundId) : bank.book.refund(`${call.client.clientId}/${refundRequestId}`);
    if (found === undefined || found.clientId !== call.client.clientId) return { body: answerOf('REFUND_NOT_EXIST') };
    const row = asked(bank, found);
    return {
        body: success({
            refundRequestId: row.refundRequestId,
            refundId: row.refundId,
            refundAmount: row.amount,
            refundStatus: row.status,
            ...(row.status === 'SUCCESS' ? { refundTime: isoTime(row.endedAt ?? row.createdAt) } : {}),
        }),
    };
}

/** Why this payment cannot give back this amount now. Refunds in process count as given back. */
function refusalOf(bank: Bank, payment: PaymentRow, amount: Amount): string | undefined {
    const { switches, clock } = bank;
    switch (payment.status) {
        case 'PROCESSING':
        case 'FAIL':
            return 'ORDER_STATUS_INVALID';
        case 'EXPIRED':
            return 'ORDER_IS_CLOSED';
        case 'CANCELLED':
            return 'ORDER_IS_CANCELED';
        case 'SUCCESS':
            break;
    }
    if (amount.currency !== payment.amount.currency) return 'CURRENCY_NOT_SUPPORT';
    if (clock.nowMs() > (payment.paidAt ?? payment.createdAt) + switches.refundWindowDays * dayMs) return 'REFUND_WINDOW_EXCEED';
    const others = bank.book.refundsOf(payment.key).filter((row) => row.status !== 'FAIL');
    const left = others.reduce((sum, row) => sum - minor(row.amount), minor(payment.amount));
    if (others.length > 0 && !switches.multipleRefunds) return 'MULTIPLE_REFUNDS_NOT_SUPPORTED';
    if (minor(amount) > left) return 'REFUND_AMOUNT_EXCEED';
    if (minor(amount) < minor(payment.amount) && !switches.partialRefunds) return 'PARTIAL_REFUND_NOT_SUPPORTED';
    const opening = switches.merchantBalance[amount.currency];
    if (opening !== undefined && BigInt(opening) + takings(bank, payment.clientId, amount.currency) < minor(amount))
        return 'MERCHANT_BALANCE_NOT_ENOUGH';
    return undefined;
}

function takings(bank: Bank, clientId: string, currency: string): bigint {
    return bank.book
        .movements()
        .filter((move) => move.clientId === clientId && move.amount.currency === currency)
        .reduce((sum, move) => sum + (move.kind === 'taken' ? minor(move.amount) : -minor(move.amount)), 0n);
}

/** A refund in process comes nearer to its booking each time somebody asks for it. */
function asked(bank: Bank, row: RefundRow): RefundRow {
    if (row.status !== 'PROCESSING' || row.asksLeft === undefined) return row;
    if (row.asksLeft > 1) {
        const nearer = { ...row, asksLeft: row.asksLeft - 1 };
        bank.commit({ refunds: [nearer] });
        return nearer;
    }
    return booked(bank, row);
}

function booked(bank: Bank, row: RefundRow): RefundRow {
    const payment = bank.book.payment(row.paymentKey);
    if (payment === undefined) throw new Error(`refund ${row.refundId} has no payment`);
    const { asksLeft: _left, ...rest } = row;
    const done: RefundRow = { ...rest, status: 'SUCCESS', resultCode: 'SUCCESS', endedAt: bank.clock.nowMs() };
    bank.commit(bank.planRefund(payment, done));
    return done;
}

function answered(row: RefundRow): Body {
    if (row.status !== 'SUCCESS') return { result: resultOf(row.resultCode), refundRequestId: row.refundRequestId };
    return success({
        refundRequestId: row.refundRequestId,
        refundId: row.refundId,
        paymentId: row.paymentId,
        refundAmount: row.amount,
        refundTime: isoTime(row.endedAt ?? row.createdAt),
    });
}
