/**
 * Screen: what a customer should see now, as data; `paint` draws it for a display, the page and the tests read it.
 */
import type { Amount } from '../ports/amount.ts';

export type ScreenKind =
    | 'starting'
    | 'idle'
    /** The goods on offer, to be touched or keyed in. */
    | 'choose'
    /** Amount, order code with its end, and how to show one's own code. */
    | 'pay'
    /** An entry-code customer must press a key or type the number shown. */
    | 'presence'
    /** A scanned code was read and is on its way to the gateway. */
    | 'reading'
    /** A scanned code is being charged, or nobody knows yet: please wait, do not pay again. */
    | 'wait'
    | 'delivering'
    | 'thanks'
    | 'declined'
    | 'cancelled'
    | 'moneyBack'
    | 'nothingOut'
    | 'review'
    | 'outOfService'
    /** Nothing can be paid because the payment service is not reached; the machine itself is well. */
    | 'offline'
    /** A technician has turned the key switch. */
    | 'service';

/** Words as they are, an amount that each language writes its own way, a moment of which the time of day is told, or a number that decides the plural. */
export type MessageParam = string | Amount | { readonly at: number; readonly seconds?: boolean } | { readonly count: number };

/** A sentence of the catalogue: `key` stands in every language's messages; parameters are filled in by name. */
export interface Message {
    readonly key: string;
    readonly params?: Readonly<Record<string, MessageParam>>;
}

export interface ScreenItem {
    readonly slot: string;
    /** What stands on the slot or its key; absent where the slot is only a number of the goods that nobody sees. */
    readonly label?: string;
    readonly name: string;
    readonly price: Amount;
}

/**
 * `cancel`, `confirm`, `language`, `choose`, `back`, `close`; the slots of `items` are keys too, where the kind is `choose`. What draws the
 * screen adds `more-N`, the items from index N on, where not all of them have room.
 */
export interface ScreenKey {
    readonly key: string;
    readonly label: Message;
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
    /** Index of the first item of the page that a customer has turned to, where not all of them have room. */
    readonly itemsFrom?: number;
    /** The number to type on the telephone (presence). */
    readonly number?: string;
    /** The code to draw, with the words below it. `payable` names the payment that it pays; an entry code has none. */
    readonly code?: { readonly kind: 'order' | 'entry'; readonly value: string; readonly payable?: string; readonly caption: Message };
    /** Wall milliseconds until when the screen's instruction holds. */
    readonly until?: number;
    readonly claim?: string;
    /** What can be pressed now, most useful first: drawn as buttons where the display is touched, told in words elsewhere. */
    readonly keys?: readonly ScreenKey[];
    /** The place of the wallets' acceptance marks, where the operator supplied the artwork. */
    readonly marks?: true;
    /** The scanner waits for the customer's code. */
    readonly scanning: boolean;
    /** Entry-code sales under way beside it: amount, the last four of the reference, and the number that proves presence while it is asked for. */
    readonly beside: readonly { readonly amount: Amount; readonly reference: string; readonly number?: string }[];
    readonly seller: string;
    readonly locale: string;
    readonly timeZone: string;
}
