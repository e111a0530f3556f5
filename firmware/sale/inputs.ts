/**
 * Inputs: everything that can happen to the till. Time and chance come in with them, so that `decide` needs neither (design §1).
 */
import type { Amount } from '../ports/amount.ts';
import type { Refusal } from '../ports/desk.ts';
import type { DeliveryOutcome } from '../ports/devices.ts';
import type { CancelAnswer, InquiryAnswer, PayAnswer, RefundAnswer, RefundInquiryAnswer } from '../ports/gateway.ts';
import type { RequestKey, TillEvent } from './events.ts';
import type { CodeClass } from './payment-code.ts';
import type { Sale } from './state.ts';

interface Occasion {
    /** Wall clock, milliseconds since 1970, never earlier than the last record. */
    readonly now: number;
    /** 26 Crockford base-32 characters of chance; the ids of this turn are made from it. */
    readonly nonce: string;
}

/** What the journal's index still knows of a sale that is no longer in the state. */
interface Recalled {
    readonly known?: Sale;
}

/** An Idempotency-Key, and what the journal's index knows that it made. */
interface Keyed {
    readonly key?: RequestKey;
    readonly keyed?: KeyedResource;
}

interface StepResult {
    readonly stepId: string;
    /** The schedule has no further attempt. */
    readonly last: boolean;
}

interface OfPayment {
    readonly saleId: string;
    readonly paymentRequestId: string;
}

export type Happening =
    /** `damage`: places of the journal that recovery could not read, in words. */
    | { readonly kind: 'start'; readonly boot: string; readonly version: string; readonly damage?: readonly string[] }
    | { readonly kind: 'stop' }
    /** Something in the world changed: devices, clock, journal, link. */
    | { readonly kind: 'worldChanged' }
    | {
          readonly kind: 'openSale';
          readonly items?: readonly { readonly slot: string }[];
          readonly amount?: Amount;
          readonly reference?: string;
          readonly key?: RequestKey;
          readonly keyed?: KeyedResource;
      }
    | {
          readonly kind: 'submitEntry';
          readonly token: string;
          readonly userAgent: string;
          readonly amount?: Amount;
          readonly slot?: string;
          /** The sale that this token opened, where it is no longer in the state. */
          readonly keyed?: KeyedResource;
      }
    | { readonly kind: 'confirmPresence'; readonly token?: string; readonly number?: string }
    | { readonly kind: 'pressed'; readonly key: string }
    | ({ readonly kind: 'cancelSale'; readonly saleId: string; readonly by: string } & Keyed & Recalled)
    | ({
          readonly kind: 'refundSale';
          readonly saleId: string;
          readonly amount?: Amount;
          readonly reason?: string;
          readonly key?: RequestKey;
          readonly keyed?: KeyedResource;
      } & Recalled)
    | ({
          readonly kind: 'resolveSale';
          readonly saleId: string;
          readonly decision: 'delivered' | 'refund' | 'settled-outside';
          readonly note: string;
          readonly by: string;
      } & Keyed &
          Recalled)
    /** A scan of the sale that the scanner was armed for. The code itself stays outside (design §1). */
    | {
          readonly kind: 'scanned';
          readonly saleId: string;
          readonly codeClass: CodeClass;
          readonly codeHash: string;
          readonly handle: string;
      }
    /** The first byte of a payment's `pay` is about to leave. */
    | ({ readonly kind: 'payStarted' } & OfPayment)
    | { readonly kind: 'elapsed'; readonly stepId: string }
    | ({ readonly kind: 'payAnswered'; readonly answer: PayAnswer } & OfPayment & StepResult)
    | ({ readonly kind: 'inquired'; readonly answer: InquiryAnswer } & OfPayment & StepResult)
    | ({ readonly kind: 'cancelAnswered'; readonly answer: CancelAnswer } & OfPayment & StepResult)
    | ({
          readonly kind: 'refundAnswered';
          readonly saleId: string;
          readonly refundRequestId: string;
          readonly answer: RefundAnswer;
      } & StepResult)
    | ({
          readonly kind: 'refundInquired';
          readonly saleId: string;
          readonly refundRequestId: string;
          readonly answer: RefundInquiryAnswer;
      } & StepResult)
    | ({ readonly kind: 'deliveryEnded'; readonly saleId: string; readonly index: number; readonly answer: DeliveryOutcome } & StepResult)
    | ({ readonly kind: 'recalled'; readonly saleId: string; readonly index: number; readonly answer: DeliveryOutcome } & StepResult)
    | { readonly kind: 'alertSent'; readonly alertId: string }
    | ({
          readonly kind: 'paidNotified';
          readonly paymentRequestId: string;
          readonly paymentId: string;
          readonly amount?: Amount;
          readonly wallet?: string;
      } & Recalled)
    | {
          readonly kind: 'registrationNotified';
          readonly referenceMerchantId: string;
          readonly registrationRequestId: string;
          readonly status: string;
      };

export type Input = Happening & Occasion;

/** What an idempotency key or a page's token made once, found in the journal's index. */
export interface KeyedResource {
    readonly bodyHash: string;
    readonly saleId: string;
    readonly refundRequestId?: string;
}

export type Reply =
    | { readonly ok: true; readonly saleId: string; readonly refundRequestId?: string; readonly repeated?: boolean }
    | Refusal;

export interface Decision {
    readonly events: readonly TillEvent[];
    readonly reply?: Reply;
}
