/** Receipts: what a wallet's user finds in their list: money that went out, and money that came back. */
import type { Amount } from '../../firmware/ports/amount.ts';
import type { Bank } from './bank.ts';
import { isoTime } from './clock.ts';
import type { MovementKind, PaymentStatus } from './rows.ts';

export interface Receipt {
    readonly id: string;
    /** ISO 8601. */
    readonly at: string;
    readonly kind: 'payment' | 'refund' | 'cancel';
    /** As the merchant asked for it. */
    readonly amount: Amount;
    /** In the wallet's currency. */
    readonly walletAmount: Amount;
    readonly description: string;
    readonly seller?: string;
    readonly paymentId: string;
    readonly paymentRequestId: string;
    /** How the payment stands now. */
    readonly status: PaymentStatus | 'UNKNOWN';
}

const receiptsMax = 50;

/** The customer does not care whether a merchant or the gateway itself sent the money back. */
const kinds: Readonly<Record<MovementKind, Receipt['kind']>> = {
    taken: 'payment',
    cancelled: 'cancel',
    refunded: 'refund',
    returned: 'refund',
};

/** The newest receipts of a wallet, newest first. */
export function receiptsOf(bank: Bank, wallet: string): Receipt[] {
    const name = `wallet:${wallet}`;
    return bank.book
        .movements()
        .filter((move) => move.from === name || move.to === name)
        .slice(-receiptsMax)
        .reverse()
        .map((move): Receipt => {
            const payment = bank.book.payment(`${move.clientId}/${move.paymentRequestId}`);
            return {
                id: move.id,
                at: isoTime(move.at),
                kind: kinds[move.kind],
                amount: move.amount,
                walletAmount: move.walletAmount,
                description: payment?.description ?? '',
                ...(payment?.seller === undefined ? {} : { seller: payment.seller }),
                paymentId: move.paymentId,
                paymentRequestId: move.paymentRequestId,
                status: payment?.status ?? 'UNKNOWN',
            };
        });
}
