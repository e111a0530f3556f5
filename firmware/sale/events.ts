/**
 * Events: everything that can stand in the journal about sales. A sale is what its events say (design §1).
 *
 * A type never changes its meaning; a new meaning is a new type. Every event carries `at`, wall-clock milliseconds since 1970, taken
 * from the input that caused it. Payment codes never stand here: only their keyed hash.
 */
import type { Amount } from '../ports/amount.ts';
import type { EvidenceGrade } from '../ports/devices.ts';

export type Mode = 'payment-code' | 'order-code' | 'entry-code';
export type EndState = 'delivered' | 'refunded' | 'cancelled' | 'declined' | 'review';
export type Via = 'answer' | 'inquiry' | 'notification';
/** Why a payment is cancelled; `give-back` is a payment that was paid and kept until then. */
export type CancelReason =
    | 'scanned-instead'
    | 'customer-left'
    | 'restart'
    | 'limit'
    | 'expired'
    | 'revoked'
    | 'refused-inquiry'
    | 'no-code'
    | 'wrong-amount'
    | 'give-back'
    | 'late-success'
    | 'last-look';
export type LeaveReason = 'cancelled' | 'timeout' | 'tries' | 'declined' | 'not-ready' | 'stopping' | 'restart' | 'no-proof' | 'settled';

export interface SaleItem {
    readonly slot: string;
    /** Names by language tag. */
    readonly name: Readonly<Record<string, string>>;
    /** Minor units of the sale's currency. */
    readonly price: string;
}

/** An Idempotency-Key of the API with the SHA-256 of the body it came with. */
export interface RequestKey {
    readonly key: string;
    readonly bodyHash: string;
}

interface Stamped {
    /** Wall clock, milliseconds since 1970. */
    readonly at: number;
}
interface OfSale extends Stamped {
    readonly saleId: string;
}
interface OfPayment extends OfSale {
    readonly paymentRequestId: string;
}
interface OfRefund extends OfPayment {
    readonly refundRequestId: string;
}

export interface Started extends Stamped {
    readonly type: 'started';
    readonly boot: string;
    readonly version: string;
    readonly kiosk: string;
}
export interface Stopped extends Stamped {
    readonly type: 'stopped';
    readonly boot: string;
}
export interface SaleOpened extends OfSale {
    readonly type: 'saleOpened';
    readonly claim: string;
    /** `customer`: the sale that has the machine; `entry`: opened by the entry-code page, beside it. */
    readonly origin: 'customer' | 'entry';
    readonly amount: Amount;
    readonly items: readonly SaleItem[];
    /** The items come out of this machine; without it they are somebody else's to hand over. */
    readonly delivers: boolean;
    readonly reference?: string;
    readonly key?: RequestKey;
    /** Entry-code sales: the page's submit token and the wallet's user agent. */
    readonly token?: string;
    readonly userAgent?: string;
    /** Entry-code sales of goods: the number shown at the machine that proves that somebody stands there. */
    readonly presenceNumber?: string;
}
export interface PresenceConfirmed extends OfSale {
    readonly type: 'presenceConfirmed';
}
export interface PaymentIntended extends OfPayment {
    readonly type: 'paymentIntended';
    readonly mode: Mode;
    readonly amount: Amount;
    /** `paymentExpiryTime`, wall milliseconds, and how long that is from the intent. */
    readonly expiresAt: number;
    readonly lifetimeMs: number;
    readonly description: string;
    /** Payment-code mode: keyed hash, class and the runtime's handle of the scanned code. */
    readonly codeHash?: string;
    readonly codeClass?: string;
    readonly handle?: string;
    readonly userAgent?: string;
}
export interface PaymentAsked extends OfPayment {
    readonly type: 'paymentAsked';
}
export interface CodeIssued extends OfPayment {
    readonly type: 'codeIssued';
    readonly paymentId?: string;
    readonly code: string;
    /** When the gateway says that the code ends, wall milliseconds. */
    readonly codeExpiresAt?: number;
}
export interface RedirectIssued extends OfPayment {
    readonly type: 'redirectIssued';
    readonly paymentId?: string;
    readonly redirectUrl: string;
}
/** A believed answer that the payment is under way. */
export interface PaymentPending extends OfPayment {
    readonly type: 'paymentPending';
    readonly resultCode: string;
    readonly paymentId?: string;
}
/** No believable answer: money may have moved. */
export interface PaymentUnknown extends OfPayment {
    readonly type: 'paymentUnknown';
    readonly reason: string;
}
export interface PaymentPaid extends OfPayment {
    readonly type: 'paymentPaid';
    readonly paymentId: string;
    readonly amount: Amount;
    readonly via: Via;
    readonly wallet?: string;
}
export interface PaymentDeclined extends OfPayment {
    readonly type: 'paymentDeclined';
    readonly resultCode: string;
    readonly by: 'gateway' | 'till';
}
/** The code is no longer on offer: it leaves the glass. */
export interface OfferEnded extends OfPayment {
    readonly type: 'offerEnded';
    readonly reason: CancelReason;
}
export interface CancelIntended extends OfPayment {
    readonly type: 'cancelIntended';
    readonly reason: CancelReason;
}
/** A cancel that was answered, but not with a yes. */
export interface CancelRefused extends OfPayment {
    readonly type: 'cancelRefused';
    readonly resultCode: string;
    readonly verdict: 'missing' | 'window' | 'other';
}
/** The last inquiry of a payment that the gateway says it never saw. */
export interface StillMissing extends OfPayment {
    readonly type: 'stillMissing';
}
export interface PaymentCancelled extends OfPayment {
    readonly type: 'paymentCancelled';
    readonly via: 'cancel' | 'inquiry' | 'never-existed' | 'closed';
}
/** A success seen after our cancel intent, or after the payment had ended without money. */
export interface LateSuccess extends OfPayment {
    readonly type: 'lateSuccess';
    readonly paymentId: string;
    /** Absent where a notification did not tell it: the inquiry will. */
    readonly amount?: Amount;
    readonly via: Via;
}
/** A late success that the gateway says is settled: nothing to do. */
export interface LateSettled extends OfPayment {
    readonly type: 'lateSettled';
}
/** A signed success over another amount than we asked for. */
export interface AmountDiffers extends OfPayment {
    readonly type: 'amountDiffers';
    readonly paymentId: string;
    readonly amount: Amount;
    readonly via: Via;
}
export interface DeliveryIntended extends OfSale {
    readonly type: 'deliveryIntended';
    readonly deliveryId: string;
    readonly index: number;
    readonly slot: string;
}
export interface DeliveryEnded extends OfSale {
    readonly type: 'deliveryEnded';
    readonly index: number;
    readonly slot: string;
    readonly outcome: 'delivered' | 'failed' | 'unknown';
    readonly grade: EvidenceGrade;
    readonly detail: string;
    /** The dispenser has not been asked yet what it remembers; absent where it has, could not be, or knew the outcome itself. */
    readonly recallDue?: boolean;
}
/** What the policy makes of a delivery whose outcome nobody knows (design R6). */
export interface DeliveryJudged extends OfSale {
    readonly type: 'deliveryJudged';
    readonly index: number;
    readonly slot: string;
    readonly decision: 'refund' | 'review';
}
export interface RefundIntended extends OfRefund {
    readonly type: 'refundIntended';
    readonly paymentId: string;
    readonly amount: Amount;
    readonly reason: string;
    readonly by: 'till' | 'operator';
    readonly key?: RequestKey;
    /** A refund of more than was owed, because the gateway refuses partial ones (design R5). */
    readonly goodwill?: boolean;
    /** The finally failed refund that this one is asked instead of. */
    readonly replaces?: string;
}
export interface RefundPending extends OfRefund {
    readonly type: 'refundPending';
    readonly resultCode: string;
}
/** Answered F; an inquiry must confirm it before anything is built on it. */
export interface RefundRefused extends OfRefund {
    readonly type: 'refundRefused';
    readonly resultCode: string;
}
export interface RefundConfirmed extends OfRefund {
    readonly type: 'refundConfirmed';
    readonly refundId?: string;
    readonly via: 'answer' | 'inquiry' | 'cancelled-payment';
}
/** Finally failed: `next` says what follows. */
export interface RefundFailed extends OfRefund {
    readonly type: 'refundFailed';
    readonly resultCode: string;
    readonly next: 'again' | 'full' | 'review';
}
export interface CustomerLeft extends OfSale {
    readonly type: 'customerLeft';
    readonly reason: LeaveReason;
    /** Who cancelled, where it was asked for over the API, and under which key. */
    readonly by?: string;
    readonly key?: RequestKey;
}
export interface ScanRefused extends OfSale {
    readonly type: 'scanRefused';
    readonly reason: 'used-before' | 'not-a-wallet' | 'not-ready';
    readonly codeClass: string;
}
export interface ReviewOpened extends OfSale {
    readonly type: 'reviewOpened';
    /** A word of docs/errors.md, such as `delivery-unknown` or `refund-refused`. */
    readonly reason: string;
}
export interface SaleResolved extends OfSale {
    readonly type: 'saleResolved';
    readonly decision: 'delivered' | 'refund' | 'settled-outside';
    readonly note: string;
    readonly by: string;
    readonly key?: RequestKey;
}
export interface SaleEnded extends OfSale {
    readonly type: 'saleEnded';
    readonly state: EndState;
}
/** An ended sale comes back because of late news or an operator; `sale` is what the journal's index knew of it. */
export interface SaleReopened extends OfSale {
    readonly type: 'saleReopened';
    readonly sale: unknown;
}
/** A signed success for an id that this kiosk does not know (design R9). */
export interface StrayMoney extends Stamped {
    readonly type: 'strayMoney';
    readonly paymentRequestId: string;
    readonly paymentId: string;
    readonly amount?: Amount;
}
export interface RegistrationNotified extends Stamped {
    readonly type: 'registrationNotified';
    readonly referenceMerchantId: string;
    readonly registrationRequestId: string;
    readonly status: string;
}
/** The gateway refuses this merchant or this kiosk; nothing is sold until `serviceTried`. */
export interface ServiceBlocked extends Stamped {
    readonly type: 'serviceBlocked';
    readonly resultCode: string;
}
export interface ServiceTried extends Stamped {
    readonly type: 'serviceTried';
}
export interface AlertRaised extends Stamped {
    readonly type: 'alertRaised';
    readonly alertId: string;
    /** A word of docs/errors.md, such as `review`, `stray-money`, `give-back-late`. */
    readonly about: string;
    readonly saleId?: string;
    readonly detail: string;
}
export interface AlertSent extends Stamped {
    readonly type: 'alertSent';
    readonly alertId: string;
}

export type TillEvent =
    | Started
    | Stopped
    | SaleOpened
    | PresenceConfirmed
    | PaymentIntended
    | PaymentAsked
    | CodeIssued
    | RedirectIssued
    | PaymentPending
    | PaymentUnknown
    | PaymentPaid
    | PaymentDeclined
    | OfferEnded
    | CancelIntended
    | CancelRefused
    | StillMissing
    | PaymentCancelled
    | LateSuccess
    | LateSettled
    | AmountDiffers
    | DeliveryIntended
    | DeliveryEnded
    | DeliveryJudged
    | RefundIntended
    | RefundPending
    | RefundRefused
    | RefundConfirmed
    | RefundFailed
    | CustomerLeft
    | ScanRefused
    | ReviewOpened
    | SaleResolved
    | SaleEnded
    | SaleReopened
    | StrayMoney
    | RegistrationNotified
    | ServiceBlocked
    | ServiceTried
    | AlertRaised
    | AlertSent;
