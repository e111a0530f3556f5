/** Reports: the transaction items of one gateway day (UTC+8) as the classic CSV, from the sandbox's own ledger (protocol §14.2). */
import type { Book } from './book.ts';
import { gatewayDay, isoTime } from './clock.ts';
import { decimalsOf } from './money.ts';

const columns = [
    'customerId',
    'referenceMerchantId',
    'referenceStoreId',
    'transactionId',
    'originalTransactionId',
    'transactionRequestId',
    'referenceTransactionId',
    'orderDescription',
    'paymentMethodType',
    'pspName',
    'transactionType',
    'paymentTime',
    'productCode',
    'transactionAmountValue',
    'transactionCurrency',
];

/** @param given.day `YYYYMMDD`, in UTC+8. Amounts are in major units; money that came too late and went back at once is no transaction. */
export function transactionItems(book: Book, given: { day: string; clientId: string }): string {
    const rows = book
        .movements()
        .filter((move) => move.clientId === given.clientId && gatewayDay(move.at) === given.day)
        .flatMap((move) => {
            const payment = book.paymentById(move.paymentId);
            if (payment === undefined || move.kind === 'returned' || (move.kind === 'taken' && payment.paidAt === undefined)) return [];
            const wallet = payment.wallet === undefined ? undefined : book.wallet(payment.wallet);
            const refund = move.kind === 'refunded';
            return [
                [
                    given.clientId,
                    payment.referenceMerchantId,
                    payment.referenceStoreId,
                    refund ? (move.refundId ?? '') : payment.paymentId,
                    refund ? payment.paymentId : '',
                    refund ? (move.refundRequestId ?? '') : payment.paymentRequestId,
                    payment.referenceOrderId,
                    payment.description,
                    'CONNECT_WALLET',
                    wallet?.pspName ?? 'ALIPAY_CN',
                    { taken: 'PAYMENT', cancelled: 'CANCEL', refunded: 'REFUND', returned: '' }[move.kind],
                    isoTime(move.at),
                    'IN_STORE_PAYMENT',
                    majorUnits(move.amount),
                    move.amount.currency,
                ],
            ];
        });
    return `${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\n')}\n<END>\n`;
}

function majorUnits(amount: { currency: string; value: string }): string {
    const decimals = decimalsOf(amount.currency);
    if (decimals === 0) return amount.value;
    const digits = amount.value.padStart(decimals + 1, '0');
    return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function cell(text: string): string {
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
