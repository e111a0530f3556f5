/** Wallet wire: what the phone hears from the sandbox about wallets, codes, payments and receipts. No behaviour. */
import type { Amount } from '../../ports/amount.ts';

export interface Pending {
    readonly paymentRequestId: string;
    readonly amount: Amount;
    readonly description: string;
    readonly seller?: string;
}

export interface Wallet {
    readonly name: string;
    readonly displayId: string;
    readonly currency: string;
    /** Minor units. */
    readonly balance: string;
    /** A password is asked for when its code is used. */
    readonly password: boolean;
    /** Payments that wait for it. */
    readonly pending: readonly Pending[];
}

/** What became of the code shown before. */
export interface CodeUse extends Pending {
    readonly status: 'PROCESSING' | 'SUCCESS' | 'FAIL' | 'EXPIRED' | 'CANCELLED';
    readonly resultCode: string;
    readonly asks: boolean;
}

export interface ShownCode {
    /** A credential: in memory and on the phone's screen, nowhere else. */
    readonly code: string;
    readonly expiresAtMs: number;
    readonly nowMs: number;
    readonly before?: CodeUse;
}

export interface Peeked extends Pending {
    readonly walletAmount?: Amount;
    readonly status: CodeUse['status'];
    readonly expiresAtMs: number;
    readonly nowMs: number;
}

export type CodeRead =
    | ({ readonly kind: 'order' } & Peeked)
    | { readonly kind: 'page'; readonly url: string }
    | { readonly kind: 'strange' };

export interface Receipt {
    readonly id: string;
    /** ISO 8601. */
    readonly at: string;
    readonly kind: 'payment' | 'refund' | 'cancel';
    readonly amount: Amount;
    readonly walletAmount: Amount;
    readonly description: string;
    readonly seller?: string;
    readonly paymentRequestId: string;
}

export interface PayOutcome {
    readonly outcome: 'paid' | 'refused' | 'rejected' | 'ignored' | 'late' | 'late-planned';
    readonly reason?: string;
    readonly amount: Amount;
    readonly returnUrl?: string;
}

export interface FrameView {
    readonly href: string;
    /** Pages of `target` stand there under the same path. */
    readonly origin: string;
    readonly target: string;
}
