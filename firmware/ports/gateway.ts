/**
 * Gateway: what the till asks of the payment gateway, and what it may answer.
 *
 * Answers are believed only with a valid signature and about what was asked (design R9). Whatever is not believed is `unknown`;
 * `unsent` is promised only when no byte left this machine. The codes are the gateway's own (protocol §7).
 */
import type { Amount } from './amount.ts';

/** A request that may be prepared (body, signature) before it may be sent. `send` never rejects, and is called at most once. */
export interface Call<Answer> {
    /** @param onFirstByte called when the first byte of the request has been handed to the system. */
    send(onFirstByte?: () => void): Promise<Answer>;
}

/** Every request may end like this. `reason` is a short word for the journal: `timeout`, `http-500`, `bad-signature`, `not-json` … */
export type Unanswered = { readonly kind: 'unknown'; readonly reason: string } | { readonly kind: 'unsent'; readonly reason: string };

export interface PayOrder {
    readonly mode: 'payment-code' | 'order-code' | 'entry-code';
    readonly paymentRequestId: string;
    /** The sale's id: `referenceOrderId`. */
    readonly saleId: string;
    readonly amount: Amount;
    readonly description: string;
    /** Wall milliseconds: `paymentExpiryTime`. */
    readonly expiresAt: number;
    /** Wall milliseconds: `storeTerminalRequestTime`. */
    readonly intendedAt: number;
    /** Payment-code mode: the scanned digits. A credential. */
    readonly paymentCode?: string;
    /** Entry-code mode: the customer's user agent. */
    readonly userAgent?: string;
}

export type PayAnswer =
    /** Payment-code mode, S: the money is taken. */
    | { readonly kind: 'paid'; readonly paymentId: string; readonly amount: Amount; readonly wallet?: string }
    | { readonly kind: 'code'; readonly paymentId?: string; readonly code: string; readonly codeExpiresAt?: number }
    | { readonly kind: 'redirect'; readonly paymentId?: string; readonly redirectUrl: string }
    /** A signed U. */
    | { readonly kind: 'pending'; readonly resultCode: string; readonly paymentId?: string }
    /** A signed F that ends the payment. */
    | { readonly kind: 'declined'; readonly resultCode: string }
    | Unanswered;

export type InquiryAnswer =
    | { readonly kind: 'paid'; readonly paymentId: string; readonly amount: Amount; readonly wallet?: string }
    | { readonly kind: 'failed'; readonly resultCode: string }
    | { readonly kind: 'cancelled' }
    | { readonly kind: 'processing'; readonly resultCode: string; readonly paymentId?: string }
    /** F ORDER_NOT_EXIST: no proof, the request may still be on its way. */
    | { readonly kind: 'missing' }
    | { readonly kind: 'refused'; readonly resultCode: string }
    | Unanswered;

export type CancelAnswer =
    | { readonly kind: 'done' }
    | { readonly kind: 'missing' }
    /** F CANCEL_WINDOW_EXCEED. */
    | { readonly kind: 'window' }
    | { readonly kind: 'pending'; readonly resultCode: string }
    | { readonly kind: 'refused'; readonly resultCode: string }
    | Unanswered;

export interface RefundOrder {
    readonly refundRequestId: string;
    readonly paymentId: string;
    readonly amount: Amount;
    readonly reason: string;
}

export type RefundAnswer =
    | { readonly kind: 'done'; readonly refundId?: string }
    | { readonly kind: 'pending'; readonly resultCode: string }
    | { readonly kind: 'refused'; readonly resultCode: string }
    | Unanswered;

export type RefundInquiryAnswer =
    | { readonly kind: 'done'; readonly refundId?: string }
    | { readonly kind: 'processing' }
    | { readonly kind: 'failed' }
    | { readonly kind: 'missing' }
    | { readonly kind: 'refused'; readonly resultCode: string }
    | Unanswered;

/** What a harmless inquiry tells about the link, the keys and the clocks before anything is sold. */
export type ProbeAnswer =
    | { readonly kind: 'ok' }
    /** The gateway answered, and refuses us: `SIGNATURE_INVALID`, `KEY_NOT_FOUND`, `INVALID_CLIENT` … or its own signature does not fit our key (`GATEWAY_SIGNATURE_INVALID`). */
    | { readonly kind: 'refused'; readonly resultCode: string }
    | Unanswered;

export interface RawNotification {
    /** The path of our notify URL as the gateway signed it, with its query if any. */
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
}

export type Notification =
    | {
          readonly kind: 'paid';
          readonly paymentRequestId: string;
          readonly paymentId: string;
          readonly amount?: Amount;
          readonly wallet?: string;
      }
    | { readonly kind: 'failed'; readonly paymentRequestId: string; readonly resultCode: string }
    | {
          readonly kind: 'registration';
          readonly referenceMerchantId: string;
          readonly registrationRequestId: string;
          readonly status: string;
      }
    /** Signed, but of a type that we do not act on: acknowledged. */
    | { readonly kind: 'ignored'; readonly notifyType: string }
    /** Not believed: answered so that the gateway sends it again. */
    | { readonly kind: 'refused'; readonly reason: string };

export interface HttpReply {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
}

export interface Gateway {
    pay(order: PayOrder): Call<PayAnswer>;
    inquirePayment(order: { paymentRequestId: string }): Call<InquiryAnswer>;
    cancel(order: { paymentRequestId: string }): Call<CancelAnswer>;
    refund(order: RefundOrder): Call<RefundAnswer>;
    inquireRefund(order: { refundRequestId: string }): Call<RefundInquiryAnswer>;
    probe(order: { paymentRequestId: string }): Call<ProbeAnswer>;
    /** Verifies and reads a notification. Pure but for the keys. */
    readNotification(raw: RawNotification): Notification;
    /** The signed answer to a notification: `accepted` only when what it said is durable. */
    acknowledge(raw: RawNotification, accepted: boolean): Promise<HttpReply>;
    /** The gateway's clock minus ours, by its last signed answer; undefined before one. */
    skewMs(): number | undefined;
    /** Keeps a connection warm while the till is idle. Never rejects. */
    warm(): Promise<void>;
    close(): Promise<void>;
}
