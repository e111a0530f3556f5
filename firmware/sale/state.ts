/**
 * State: what the journal's events fold into. Plain JSON, bounded: open sales and cases, recent code hashes, counters (design §5).
 *
 * Owns the shapes only; `evolve` makes them, nothing else changes them.
 */
import type { Amount } from '../ports/amount.ts';
import type { EvidenceGrade } from '../ports/devices.ts';
import type { CancelReason, EndState, LeaveReason, Mode, RequestKey, SaleItem } from './events.ts';

export type PaymentState = 'intended' | 'asked' | 'waiting' | 'unknown' | 'paid' | 'declined' | 'cancelling' | 'cancelled';
export type DeliveryState = 'pending' | 'moving' | 'delivered' | 'failed' | 'unknown';
export type RefundState = 'intended' | 'unknown' | 'refused' | 'confirmed' | 'failed';

export interface Cancel {
    readonly reason: CancelReason;
    /** Counts the intents: a new round has a step of its own. */
    readonly round: number;
    /** Wall milliseconds of the newest intent; absent in what an older fold left. */
    readonly askedAt?: number;
    /** The payment was paid and kept when this cancel was intended: it gives money back. */
    readonly givesBack: boolean;
    /** A success was known when it was intended. One learned later may be younger than the yes to this cancel, and is inquired (design R4). */
    readonly takenBefore: boolean;
    readonly refused?: 'missing' | 'window' | 'other';
    readonly resultCode?: string;
    /** In the last look: the inquiry too said that the gateway never saw the payment. */
    readonly stillMissing?: boolean;
}

export interface Payment {
    readonly paymentRequestId: string;
    readonly mode: Mode;
    readonly amount: Amount;
    readonly state: PaymentState;
    readonly intendedAt: number;
    readonly expiresAt: number;
    readonly lifetimeMs: number;
    readonly description: string;
    readonly codeHash?: string;
    readonly codeClass?: string;
    readonly handle?: string;
    readonly userAgent?: string;
    readonly paymentId?: string;
    readonly resultCode?: string;
    readonly wallet?: string;
    /** The order code to show, or where the wallet is sent. */
    readonly code?: string;
    readonly codeExpiresAt?: number;
    /** How long the code could still be paid when it was issued, in ms; absent where the gateway does not end it before the payment. */
    readonly codeLifetimeMs?: number;
    readonly redirectUrl?: string;
    /** The code may stand on the glass, or the wallet may be sent to pay. */
    readonly offered: boolean;
    /** The offer is over: one last inquiry, then the cancel. */
    readonly closing: boolean;
    /** `pay` may no longer be asked: it was answered, or asked in an earlier run. */
    readonly payOver: boolean;
    readonly cancel?: Cancel;
    /** When the gateway's word came that it is cancelled, wall milliseconds; absent in what an older fold left. */
    readonly cancelledAt?: number;
    /** Money is known to have been taken for it at some time. */
    readonly taken: boolean;
    /** What the gateway says that it took, where that is not `amount` (design R9). */
    readonly takenAmount?: Amount;
    /** A success after the end that has not been inquired yet. */
    readonly lateUnchecked?: boolean;
    /** A person has settled it outside of the machine: nothing more is asked of the gateway for it. */
    readonly settled?: boolean;
    readonly lateCount: number;
}

export interface Delivery {
    readonly index: number;
    readonly slot: string;
    readonly price: string;
    readonly state: DeliveryState;
    readonly deliveryId?: string;
    readonly grade?: EvidenceGrade;
    readonly detail?: string;
    /** The dispenser has been asked what it remembers of a movement that nobody saw end. */
    readonly recalled?: boolean;
    readonly judged?: 'refund' | 'review';
}

export interface Refund {
    readonly refundRequestId: string;
    readonly paymentRequestId: string;
    readonly paymentId: string;
    readonly amount: Amount;
    readonly state: RefundState;
    readonly reason: string;
    readonly by: 'till' | 'operator';
    readonly resultCode?: string;
    readonly refundId?: string;
    /** How a finally failed refund goes on; `done` once it has gone on. */
    readonly next?: 'again' | 'full' | 'review' | 'done';
    /** As of a payment. */
    readonly settled?: boolean;
    /** How often this money was asked back under other ids before. */
    readonly attempt: number;
    /** Wall milliseconds of its intent and of its confirmation; absent in what an older fold left. */
    readonly askedAt?: number;
    readonly confirmedAt?: number;
}

export interface Sale {
    readonly id: string;
    readonly claim: string;
    readonly origin: 'customer' | 'entry';
    readonly amount: Amount;
    readonly items: readonly SaleItem[];
    readonly reference?: string;
    readonly token?: string;
    readonly userAgent?: string;
    readonly presenceNumber?: string;
    readonly present: boolean;
    readonly openedAt: number;
    readonly changedAt: number;
    /** The customer may still be served: false after leaving, a time-out or a restart. */
    readonly customerHere: boolean;
    readonly left?: LeaveReason;
    readonly payments: readonly Payment[];
    readonly deliveries: readonly Delivery[];
    readonly refunds: readonly Refund[];
    /** The payment that is kept for the goods: the first that was paid (design R2). */
    readonly keptPayment?: string;
    /** What the customer should be told about the last scan or payment. */
    readonly notice?: { readonly kind: 'scan' | 'declined'; readonly code: string };
    readonly refusedScans: number;
    /** Reasons for a person to look at it; empty again once resolved. */
    readonly reviews: readonly string[];
    readonly resolved?: { readonly decision: string; readonly note: string; readonly by: string; readonly at: number };
    readonly ended?: EndState;
}

export interface RecentCode {
    readonly hash: string;
    readonly paymentRequestId: string;
    /** When the payment that used it ended, wall milliseconds; absent while it is unresolved. */
    readonly endedAt?: number;
}

export interface Alert {
    readonly alertId: string;
    readonly about: string;
    readonly saleId?: string;
    readonly detail: string;
    readonly at: number;
}

export interface TillState {
    /** Number of the fold: a checkpoint of another number is not used. */
    readonly fold: number;
    readonly boot: string;
    readonly lastAt: number;
    readonly saleCount: number;
    /** Open sales, ended ones that a person must look at, and for a day those that a person has settled, by id. */
    readonly sales: Readonly<Record<string, Sale>>;
    /** The sale that has the customer at the machine. */
    readonly customerSale?: string;
    readonly recentCodes: readonly RecentCode[];
    /** Idempotency keys of the API, newest last. */
    readonly keys: readonly (RequestKey & { readonly saleId: string; readonly refundRequestId?: string })[];
    readonly alerts: readonly Alert[];
    /** Alerts already raised, by subject, so that each is raised once. */
    readonly raised: readonly string[];
    readonly stray: readonly {
        readonly paymentRequestId: string;
        readonly paymentId: string;
        readonly amount?: Amount;
        readonly at: number;
    }[];
    readonly blocked?: { readonly resultCode: string; readonly at: number };
    /** Automatic refunds of deliveries with unknown outcome, wall milliseconds and slot (design R6's caps). */
    readonly doubtfulRefunds: readonly { readonly at: number; readonly slot: string }[];
    readonly totals: {
        readonly ended: number;
        readonly delivered: number;
        readonly refunded: number;
        readonly cancelled: number;
        readonly declined: number;
        readonly review: number;
    };
}

export const foldNumber = 3;

export const emptyState: TillState = {
    fold: foldNumber,
    boot: '',
    lastAt: 0,
    saleCount: 0,
    sales: {},
    recentCodes: [],
    keys: [],
    alerts: [],
    raised: [],
    stray: [],
    doubtfulRefunds: [],
    totals: { ended: 0, delivered: 0, refunded: 0, cancelled: 0, declined: 0, review: 0 },
};
