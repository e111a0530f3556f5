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

/** Words as they are, an amount that each language writes its own way, or a moment of which the time of day is told. */
export type MessageParam = string | Amount | { readonly at: number; readonly seconds?: boolean };

/** A sentence of the catalogue: `key` stands in every language's messages; parameters are filled in by name. */
export interface Message {
    readonly key: string;
    readonly params?: Readonly<Record<string, MessageParam>>;
}

export interface ScreenItem {
    readonly slot: string;
    readonly name: string;
    readonly price: Amount;
}

export interface Screen {
    readonly kind: ScreenKind;
    readonly saleId?: string;
    readonly title: Message;
    /** What the last scan or payment came to, where the customer can still do something about it: stands out. Read as one text. */
    readonly notice?: readonly Message[];
    /** One instruction at a time, most important first. */
    readonly lines: readonly Message[];
    readonly amount?: Amount;
    readonly items?: readonly ScreenItem[];
    /** The number to type on the telephone (presence). */
    readonly number?: string;
    /** The code to draw, with the words below it. `payable` names the payment that it pays; an entry code has none. */
    readonly code?: { readonly kind: 'order' | 'entry'; readonly value: string; readonly payable?: string; readonly caption: Message };
    /** Wall milliseconds until when the screen's instruction holds. */
    readonly until?: number;
    readonly claim?: string;
    /** The scanner waits for the customer's code. */
    readonly scanning: boolean;
    /** Entry-code sales under way beside it: amount, the last four of the reference, and the number that proves presence while it is asked for. */
    readonly beside: readonly { readonly amount: Amount; readonly reference: string; readonly number?: string }[];
    readonly seller: string;
    readonly locale: string;
    readonly timeZone: string;
}
