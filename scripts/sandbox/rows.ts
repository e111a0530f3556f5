/**
 * Rows: what the sandbox's book holds, as it stands in the state file. No row holds a payment code; only its keyed hash.
 */
import type { Amount } from '../../firmware/ports/amount.ts';
import type { Quote } from './money.ts';

export type Scenario = 'PaymentCode' | 'OrderCode' | 'EntryCode';
export type PaymentStatus = 'PROCESSING' | 'SUCCESS' | 'FAIL' | 'EXPIRED' | 'CANCELLED';

export interface PaymentRow {
    /** `clientId/paymentRequestId`. */
    readonly key: string;
    readonly clientId: string;
    readonly paymentRequestId: string;
    readonly paymentId: string;
    readonly scenario: Scenario;
    readonly amount: Amount;
    /** Keyed hash of the parameters that may not change under one id (protocol §9). */
    readonly keyHash: string;
    readonly status: PaymentStatus;
    /** Why the payment stands where it stands. */
    readonly resultCode: string;
    /** Wall milliseconds of the virtual clock, as all times in rows. */
    readonly createdAt: number;
    readonly expiresAt: number;
    readonly paidAt?: number;
    readonly cancelledAt?: number;
    /** Who paid; `nameless` for a code that no wallet showed. */
    readonly wallet?: string;
    /** What the wallet paid, where its currency is another one. */
    readonly actual?: Amount;
    readonly quote?: Quote;
    /** What the wallet got back of it, minor units of its currency. */
    readonly walletReturned: string;
    readonly refunded: string;
    readonly codeHash?: string;
    /** The order code: shown by the kiosk, or inside the entry code's deep link. */
    readonly orderCode?: string;
    readonly notifyUrl: string;
    readonly returnUrl?: string;
    readonly referenceOrderId: string;
    readonly description: string;
    /** The merchant's name; absent in rows of an older state file. */
    readonly seller?: string;
    readonly referenceMerchantId: string;
    readonly referenceStoreId: string;
    readonly settlementCurrency: string;
    /** Succeeds after so many more inquiries. */
    readonly inquiriesLeft?: number;
    /** The wallet that must confirm with its password. */
    readonly asks?: string;
    /** What an inquiry gets instead of an answer: U UNKNOWN_EXCEPTION, or silence. */
    readonly inquiry?: 'unknown' | 'silent';
}

export interface RefundRow {
    /** `clientId/refundRequestId`. */
    readonly key: string;
    readonly clientId: string;
    readonly refundRequestId: string;
    readonly refundId: string;
    readonly paymentKey: string;
    readonly paymentId: string;
    readonly amount: Amount;
    readonly status: 'SUCCESS' | 'PROCESSING' | 'FAIL';
    readonly resultCode: string;
    readonly createdAt: number;
    readonly endedAt?: number;
    /** PROCESSING: booked after so many more inquiries or repeats. */
    readonly asksLeft?: number;
}

/** `taken` from the customer; given back by a `cancelled` payment, a refund, or by the gateway itself because it came too late (`returned`). */
export type MovementKind = 'taken' | 'cancelled' | 'refunded' | 'returned';

/** One movement of money: `amount` leaves `from` and arrives at `to`. */
export interface Movement {
    readonly id: string;
    readonly at: number;
    readonly kind: MovementKind;
    readonly from: string;
    readonly to: string;
    readonly amount: Amount;
    /** The same in the wallet's currency. */
    readonly walletAmount: Amount;
    readonly clientId: string;
    readonly paymentRequestId: string;
    readonly paymentId: string;
    readonly refundRequestId?: string;
    readonly refundId?: string;
}

export interface WalletRow {
    readonly name: string;
    readonly pspName: string;
    readonly userId: string;
    /** The masked login that a merchant sees. */
    readonly displayId: string;
    readonly currency: string;
    readonly balance: string;
    readonly cii: string;
    readonly password: boolean;
    readonly refuse: string | null;
    readonly limit: string | null;
    readonly codeDigits: 18 | 24;
    readonly userAgent: string;
}

export interface RegistrationRow {
    /** `clientId/registrationRequestId`. */
    readonly key: string;
    readonly clientId: string;
    readonly registrationRequestId: string;
    readonly referenceMerchantId: string;
    readonly referenceStoreId: string;
    readonly bodyHash: string;
    readonly at: number;
    readonly status: 'PENDING' | 'COMPLETED' | 'REJECTED';
    readonly rejectReasons: readonly string[];
    readonly psps: readonly { readonly pspName: string; readonly status: string; readonly rejectReasons: readonly string[] }[];
    readonly notifyUrl?: string;
    readonly passThroughInfo?: string;
    readonly merchantInfo: unknown;
    readonly storeInfo: unknown;
    readonly productCodes: unknown;
}

export interface NoticeSend {
    readonly at: number;
    /** HTTP status, or 0 where there was no answer. */
    readonly status: number;
    readonly outcome: 'acknowledged' | 'refused' | 'bad-acknowledgement' | 'unreachable' | 'not-sent';
}

export interface NoticeRow {
    readonly id: string;
    readonly kind: 'payment' | 'registration';
    readonly clientId: string;
    readonly url: string;
    /** The paymentRequestId or registrationRequestId. */
    readonly about: string;
    /** The notification's JSON. */
    readonly body: string;
    readonly dueAt: number;
    readonly state: 'due' | 'acknowledged' | 'given-up';
    /** How often it was due; a duplicated send counts once. */
    readonly attempts: number;
    readonly sends: readonly NoticeSend[];
}

/** One atomic change of the book: all of it is kept, or none. */
export interface Change {
    readonly payments?: readonly PaymentRow[];
    readonly refunds?: readonly RefundRow[];
    readonly movements?: readonly Movement[];
    readonly wallets?: readonly WalletRow[];
    readonly registrations?: readonly RegistrationRow[];
    readonly notices?: readonly NoticeRow[];
    /** Ids that a cancel closed before any pay came: `clientId/paymentRequestId`. */
    readonly tombstones?: readonly string[];
    /** Hashes of payment codes that were presented, with the payment's key. */
    readonly usedCodes?: readonly { readonly hash: string; readonly paymentKey: string }[];
    readonly clock?: { readonly offsetMs: number };
    /** The key of the book's hashes; written once. */
    readonly salt?: string;
}
