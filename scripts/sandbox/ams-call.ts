/** AMS call: what an operation gets, and what it may answer. */
import type { Fields } from './fields.ts';
import type { ClientEntry } from './keys.ts';
import type { Body } from './results.ts';

export const apiNames = [
    'pay',
    'inquiryPayment',
    'cancel',
    'refund',
    'inquiryRefund',
    'registration',
    'inquiryRegistrationStatus',
    'inquiryRegistrationInfo',
] as const;
export type ApiName = (typeof apiNames)[number];

export interface AmsCall {
    readonly client: ClientEntry;
    readonly fields: Fields;
    /** When the request arrived, by the virtual clock; an operation may run later than that. */
    readonly arrivedMs: number;
    /** A pay that was on its way while its id was closed, and is booked all the same. */
    readonly ignoresTombstone?: boolean;
}

/** How an answer reaches its caller, or does not. Several may hold at once. */
export interface Spoil {
    /** Wait so long, by the virtual clock, before the answer is made. */
    readonly delayMs?: number;
    /** Hold the finished answer so long. */
    readonly holdMs?: number;
    /** Cut the connection instead of answering. */
    readonly drop?: boolean;
    /** Answer nothing, and keep the connection open. */
    readonly silent?: boolean;
    readonly httpStatus?: number;
    readonly html?: boolean;
    /** So many bytes of JSON. */
    readonly hugeBytes?: number;
    readonly empty?: boolean;
    /** Half of the bytes that Content-Length promises, then cut. */
    readonly half?: boolean;
    readonly badSignature?: boolean;
    readonly unsigned?: boolean;
    readonly wrongAmount?: boolean;
    readonly wrongClientId?: boolean;
    readonly wrongRequestId?: boolean;
    readonly unknownStatus?: boolean;
    /** Added to Response-Time. */
    readonly skewMs?: number;
}

export interface AmsAnswer {
    /** A function is asked once the delay is over. */
    readonly body: Body | (() => Body);
    readonly spoil?: Spoil;
}
