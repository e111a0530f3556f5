/**
 * Result codes: what each of the gateway's codes means for a payment, as data (protocol §7.1).
 *
 * Unknown codes follow their resultStatus alone.
 */
import table from './result-codes.json' with { type: 'json' };

/** What the till does about a final refusal: ask for a fresh code, another way to pay, or stop selling. */
export type Advice = 'rescan' | 'other-method' | 'lower-amount' | 'try-again' | 'out-of-service' | 'config-alarm' | 'bug-alarm';

export interface ResultCode {
    readonly status: 'S' | 'F' | 'U';
    /** `inquire`: an F that does not end the payment (protocol §7.2). */
    readonly verdict: 'success' | 'pending' | 'declined' | 'inquire';
    readonly advice: Advice;
    /** Key of the customer's sentence in the message catalogues. */
    readonly message: string;
    /** For a refused refund: `again` an operator can cure it and it is asked under a new id, `full` partial refunds are refused, `inquire` the payment may be cancelled, `review` a person must look. */
    readonly refund: 'again' | 'full' | 'inquire' | 'review';
}

const codes = table as Readonly<Record<string, ResultCode>>;

/** The row of a code; for a code that the table does not know, a row made from its status. */
export function resultCode(code: string, status: 'S' | 'F' | 'U' = 'F'): ResultCode {
    const row = Object.hasOwn(codes, code) ? codes[code] : undefined;
    if (row !== undefined) return row;
    const verdict = status === 'S' ? 'success' : status === 'U' ? 'pending' : 'declined';
    return { status, verdict, advice: 'other-method', message: 'declined.general', refund: 'review' };
}

export const knownResultCodes: readonly string[] = Object.keys(codes);
