/**
 * Desk: what the outer rooms (API, relay, command line) may ask of a running till. Every promise resolves after the sync.
 */
import type { Amount } from './amount.ts';
import type { FrameSound } from './devices.ts';
import type { HttpReply, RawNotification } from './gateway.ts';
import type { JournalRecord } from './journal.ts';

export interface KeyedRequest {
    /** Idempotency-Key with a SHA-256 of method, path and body, hex: one key cannot mean two things. */
    readonly key?: { readonly key: string; readonly bodyHash: string };
}

/** A refusal with its HTTP status and a machine word; `detail` is a sentence for a person. */
export interface Refusal {
    readonly ok: false;
    readonly status: 400 | 404 | 409 | 422 | 503;
    readonly code: string;
    readonly detail: string;
    readonly reasons?: readonly string[];
}

export type OpenSaleRequest = KeyedRequest & {
    readonly items?: readonly { readonly slot: string }[];
    readonly amount?: Amount;
    readonly reference?: string;
};

export type DeskReply =
    | { readonly ok: true; readonly saleId: string; readonly refundRequestId?: string; readonly repeated?: boolean }
    | Refusal;

/** A sale as design §8 words it. */
export interface SaleView {
    readonly id: string;
    readonly state: 'open' | 'paying' | 'delivering' | 'refunding' | 'delivered' | 'refunded' | 'cancelled' | 'declined' | 'review';
    readonly ended: boolean;
    readonly amount: Amount;
    /** Taken and not given back, as far as confirmed. */
    readonly kept: Amount;
    readonly claim: string;
    readonly openedAt: string;
    readonly origin: 'customer' | 'entry';
    readonly reference?: string;
    readonly items: readonly { readonly slot: string; readonly name: Readonly<Record<string, string>>; readonly price: string }[];
    readonly payments: readonly {
        readonly paymentRequestId: string;
        readonly paymentId?: string;
        readonly mode: string;
        readonly state: string;
        readonly amount: Amount;
        readonly resultCode?: string;
        /** The order code on the glass, or where the entry page sends the wallet: only while it may be paid. */
        readonly code?: string;
        readonly redirectUrl?: string;
        readonly expiresAt: string;
    }[];
    readonly deliveries: readonly { readonly slot: string; readonly state: string; readonly evidence?: string }[];
    readonly refunds: readonly {
        readonly by: 'refund' | 'cancel';
        readonly refundRequestId: string;
        readonly state: string;
        readonly amount: Amount;
    }[];
    readonly reviews: readonly string[];
    readonly resolved?: { readonly decision: string; readonly note: string; readonly by: string; readonly at: string };
}

export interface Readiness {
    readonly ready: boolean;
    /** Machine words, such as `gateway-unreachable`, each with its sentence in `sentences`. */
    readonly reasons: readonly string[];
    readonly sentences: readonly string[];
}

/** What the entry page asks: open a sale for a customer on a wallet's page. */
export interface EntryRequest {
    readonly token: string;
    readonly userAgent: string;
    readonly amount?: Amount;
    readonly slot?: string;
}

/** How an entry-code sale stands for its page. */
export type EntryStatus =
    | { readonly kind: 'presence'; readonly number: string }
    | { readonly kind: 'preparing' }
    | { readonly kind: 'redirect'; readonly redirectUrl: string }
    | { readonly kind: 'paid' }
    | { readonly kind: 'ended'; readonly state: string }
    | { readonly kind: 'unknown' };

export interface EntryDesk {
    submitEntry(request: EntryRequest): Promise<DeskReply>;
    /** The number that the customer read at the machine; false when it is wrong or over. */
    confirmPresence(order: { token: string; number: string }): Promise<boolean>;
    /** Waits until the sale of that submit token (or with that id) has something new to say, at most `waitMs`. */
    entryStatus(token: string, waitMs: number): Promise<EntryStatus>;
    /** Verifies, journals and answers a notification. */
    notification(raw: RawNotification): Promise<HttpReply>;
    readiness(): Readiness;
    /** What the page may sell and how. */
    entryOffer(): {
        readonly seller: string;
        readonly currency: string;
        readonly min: string;
        readonly max: string;
        readonly locale: string;
        /** Present where a dispenser hands goods out: the page sells slots, not amounts. */
        readonly slots?: readonly {
            readonly slot: string;
            readonly name: Readonly<Record<string, string>>;
            readonly price: string;
            readonly ready: boolean;
        }[];
    };
}

/** Something that a person should know: a case to decide, money nobody knows, a gateway that refuses. */
export interface AlarmView {
    readonly alertId: string;
    /** A word of docs/errors.md. */
    readonly about: string;
    readonly saleId?: string;
    readonly detail: string;
    readonly at: string;
    /** It has left the machine by `operator.alert`, or there is no way configured by which it could. */
    readonly sent: boolean;
}

/** A durable change, for live events. */
export interface SaleChange {
    readonly seq: number;
    readonly sale: SaleView;
}

/** What does not change while a kiosk runs. */
export interface KioskAbout {
    readonly kiosk: string;
    readonly boot: string;
    readonly currency: string;
    readonly locale: string;
    readonly locales: readonly string[];
    readonly modes: readonly string[];
    readonly seller: string;
    readonly dispenses: boolean;
    readonly touch: boolean;
    readonly catalog: readonly { readonly slot: string; readonly name: Readonly<Record<string, string>>; readonly price: string }[];
    readonly entry: { readonly min: string; readonly max: string };
    /** Where wallets open the entry page. */
    readonly entryPage?: string;
}

/** What a person in front of the machine would see and hear, and how its sales stand. */
export interface KioskFace {
    readonly screen: {
        readonly kind: string;
        /** Every sentence of it, one after the other. */
        readonly words: string;
        /** Language tag of the words. */
        readonly lang: string;
        readonly title: string;
        readonly saleId?: string;
        /** Wall milliseconds until when its instruction holds. */
        readonly until?: number;
        readonly scanning: boolean;
        readonly sound?: FrameSound;
    };
    readonly service: boolean;
    readonly sales: { readonly open: number; readonly review: number };
}

export interface Desk extends EntryDesk {
    openSale(request: OpenSaleRequest): Promise<DeskReply>;
    cancelSale(order: { saleId: string; by: string } & KeyedRequest): Promise<DeskReply>;
    refundSale(order: { saleId: string; amount?: Amount; reason?: string; by: string } & KeyedRequest): Promise<DeskReply>;
    resolveSale(
        order: { saleId: string; decision: 'delivered' | 'refund' | 'settled-outside'; note: string; by: string } & KeyedRequest,
    ): Promise<DeskReply>;
    sale(saleId: string): Promise<SaleView | undefined>;
    /** Open sales first, then ended ones newest first. */
    sales(query: { state?: string; reference?: string; claim?: string; limit?: number }): Promise<readonly SaleView[]>;
    /** Alarms, newest first. */
    alarms(query: { limit: number }): Promise<readonly AlarmView[]>;
    /** Calls for every durable change of a sale, after the sync, until the returned function is called. */
    onChange(listener: (change: SaleChange) => void): () => void;
    /** Changes after a sequence number, from the journal, for Last-Event-ID. */
    changesSince(seq: number): AsyncIterable<SaleChange>;
    /** Durable records behind a sequence number, oldest first, at most `limit`, as the export writes them; and the newest number there is. */
    records(query: { after: number; limit: number }): Promise<{ readonly records: readonly JournalRecord[]; readonly head: number }>;
    /** Sequence number of the newest durable record. */
    head(): number;
    /** Calls with the records of each commit after its sync, oldest first, until the returned function is called. */
    onRecords(listener: (records: readonly JournalRecord[]) => void): () => void;
    about(): KioskAbout;
    face(): KioskFace;
    /** Calls when `face` or the readiness may have changed, until the returned function is called. */
    onFace(listener: () => void): () => void;
    /** Turns of the loop since the start, and whether it still turns: no turn has been under way for longer than a slow disk takes. */
    pulse(): { readonly turns: number; readonly alive: boolean };
    /** Numbers for the metrics page, by name. */
    counters(): Readonly<Record<string, number>>;
    /** The screen as data and as SVG, for the page. */
    screen(): { readonly screen: unknown; readonly svg: string };
}
