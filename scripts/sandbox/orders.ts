/** Orders: `inquiryPayment` and `cancel` (protocol §5.1, §5.2, and the state table of §13.2). */
import type { AmsAnswer, AmsCall } from './ams-call.ts';
import type { Bank } from './bank.ts';
import { cancelWindowEndMs, isoTime } from './clock.ts';
import { IllegalField } from './fields.ts';
import { settleOpen } from './pay.ts';
import { idRule } from './pay-order.ts';
import { answerOf, messageOf, resultOf, success } from './results.ts';
import type { PaymentRow } from './rows.ts';

interface Named {
    readonly row: PaymentRow | undefined;
    /** Present where the caller named the payment by its own id alone. */
    readonly paymentRequestId?: string;
}

/** The caller's payment as of now; paymentId wins where both ids are given. */
function named(bank: Bank, call: AmsCall): Named {
    const paymentId = call.fields.text('paymentId', { required: false, max: 64 });
    const paymentRequestId = call.fields.text('paymentRequestId', { ...idRule, required: false });
    if (paymentId === undefined && paymentRequestId === undefined) throw new IllegalField('paymentRequestId', 'or paymentId must be given');
    const found =
        paymentId !== undefined ? bank.book.paymentById(paymentId) : bank.book.payment(`${call.client.clientId}/${paymentRequestId}`);
    const row = found?.clientId === call.client.clientId ? bank.current(found) : undefined;
    return { row, ...(paymentId !== undefined || paymentRequestId === undefined ? {} : { paymentRequestId }) };
}

export function inquiryPayment(bank: Bank, call: AmsCall): AmsAnswer {
    const { row } = named(bank, call);
    if (row === undefined) return { body: answerOf('ORDER_NOT_EXIST') };
    if (row.inquiry === 'unknown') return { body: answerOf('UNKNOWN_EXCEPTION') };
    if (row.inquiry === 'silent') return { body: answerOf('UNKNOWN_EXCEPTION'), spoil: { silent: true } };
    return { body: standing(bank, counted(bank, row)) };
}

/** A payment whose script succeeds after some inquiries comes one nearer to it. */
function counted(bank: Bank, row: PaymentRow): PaymentRow {
    if (row.status !== 'PROCESSING' || row.inquiriesLeft === undefined) return row;
    if (row.inquiriesLeft > 1) {
        const nearer = { ...row, inquiriesLeft: row.inquiriesLeft - 1 };
        bank.commit({ payments: [nearer] });
        return nearer;
    }
    const charge = settleOpen(bank, row, undefined);
    return charge.ok ? charge.row : row;
}

function standing(bank: Bank, row: PaymentRow) {
    const ids = { paymentRequestId: row.paymentRequestId, paymentId: row.paymentId };
    const reason = (code: string) => ({ paymentResultCode: code, paymentResultMessage: messageOf(code) });
    switch (row.status) {
        case 'PROCESSING':
            return success({
                ...ids,
                paymentStatus: 'PROCESSING',
                ...reason('PAYMENT_IN_PROCESS'),
                paymentAmount: row.amount,
                paymentCreateTime: isoTime(row.createdAt),
            });
        case 'SUCCESS':
            return success({ ...bank.moneyFields(row), paymentStatus: 'SUCCESS', ...reason('SUCCESS'), ...refundTransactions(bank, row) });
        case 'FAIL':
            return success({ ...ids, paymentStatus: 'FAIL', ...reason(row.resultCode) });
        case 'EXPIRED':
            return success({ ...ids, paymentStatus: bank.switches.expiredShows, ...reason('ORDER_IS_CLOSED') });
        case 'CANCELLED':
            return success({ ...ids, paymentStatus: 'CANCELLED', ...reason('ORDER_IS_CANCELED') });
    }
}

function refundTransactions(bank: Bank, row: PaymentRow): Readonly<Record<string, unknown>> {
    const refunds = bank.book.refundsOf(row.key);
    if (refunds.length === 0) return {};
    return {
        transactions: refunds.map((refund) => ({
            transactionType: 'REFUND',
            transactionStatus: refund.status,
            transactionId: refund.refundId,
            transactionRequestId: refund.refundRequestId,
            transactionAmount: refund.amount,
            transactionTime: isoTime(refund.endedAt ?? refund.createdAt),
            transactionResult: resultOf(refund.resultCode),
        })),
    };
}

export function cancel(bank: Bank, call: AmsCall): AmsAnswer {
    const { row, paymentRequestId } = named(bank, call);
    if (row === undefined) return cancelUnknown(bank, call, paymentRequestId);
    switch (row.status) {
        case 'SUCCESS': {
            if (bank.clock.nowMs() >= cancelWindowEndMs(row.createdAt)) return { body: answerOf('CANCEL_WINDOW_EXCEED') };
            if (bank.book.refundsOf(row.key).some((refund) => refund.status !== 'FAIL')) return { body: answerOf('PROCESS_FAIL') };
            return cancelled(bank, row);
        }
        case 'PROCESSING':
            return cancelled(bank, row);
        case 'FAIL':
            return bank.switches.cancelFailed === 'S'
                ? { body: done(row, bank.clock.nowMs()) }
                : { body: answerOf('ORDER_STATUS_INVALID') };
        case 'EXPIRED':
            return { body: done(row, bank.clock.nowMs()) };
        case 'CANCELLED':
            return { body: done(row, row.cancelledAt ?? bank.clock.nowMs()) };
    }
}

function cancelled(bank: Bank, row: PaymentRow): AmsAnswer {
    const plan = bank.planCancel(row);
    bank.commit(plan.change);
    return { body: done(plan.row, plan.row.cancelledAt ?? bank.clock.nowMs()) };
}

function done(row: PaymentRow, atMs: number) {
    return success({ paymentId: row.paymentId, paymentRequestId: row.paymentRequestId, cancelTime: isoTime(atMs) });
}

/** The gateway never saw this payment; its id may be closed, so that a pay still on its way finds it so. */
function cancelUnknown(bank: Bank, call: AmsCall, paymentRequestId: string | undefined): AmsAnswer {
    const key = `${call.client.clientId}/${paymentRequestId}`;
    if (paymentRequestId !== undefined && bank.switches.tombstoneAfterCancel && !bank.book.isTombstone(key))
        bank.commit({ tombstones: [key] });
    if (paymentRequestId === undefined || bank.switches.cancelUnknown === 'F') return { body: answerOf('ORDER_NOT_EXIST') };
    return { body: success({ paymentRequestId, cancelTime: isoTime(bank.clock.nowMs()) }) };
}
