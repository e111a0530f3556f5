/**
 * Screen: what a customer should see now, as data; `paint` draws it for a display, the page and the tests read it.
 */
import type { Amount } from '../ports/amount.ts';

export type ScreenKind =
    | 'starting'
    | 'idle'
    /** Amount, order code with its end, and how to show one's own code. */
    | 'pay'
    /** An entry-code customer must press a key or type the number shown. */
    | 'presence'
    /** A scanned code is being charged, or nobody knows yet: please wait, do not pay again. */
    | 'wait'
    | 'delivering'
    | 'thanks'
    | 'declined'
    | 'cancelled'
    | 'moneyBack'
    | 'nothingOut'
    | 'review'
    | 'outOfService';

/** A sentence of the catalogue: `key` stands in every language's messages; parameters are filled in by name. */
export interface Message {
    readonly key: string;
    readonly params?: Readonly<Record<string, string>>;
}

export interface Screen {
    readonly kind: ScreenKind;
    readonly saleId?: string;
    readonly title: Message;
    /** One instruction at a time, most important first. */
    readonly lines: readonly Message[];
    readonly amount?: Amount;
    readonly items?: readonly { readonly name: string; readonly price: string }[];
    /** The code to draw. `payable` names the payment that it pays; an entry code has none. */
    readonly code?: { readonly kind: 'order' | 'entry'; readonly value: string; readonly payable?: string };
    /** Wall milliseconds until when the screen's instruction holds. */
    readonly until?: number;
    readonly claim?: string;
    /** The scanner waits for the customer's code. */
    readonly scanning: boolean;
    /** Entry-code sales under way beside it: amount and the last four of the reference. */
    readonly beside: readonly { readonly amount: Amount; readonly reference: string }[];
    readonly seller: string;
    readonly locale: string;
    readonly timeZone: string;
}
