/**
 * World: what is true only now, and the policy. Given to `decide`, `stepsOf` and `screenOf`, never journalled, never given to `evolve`
 * (design §1).
 */
import type { DeviceStatus, SlotStatus } from '../ports/devices.ts';
import type { Mode } from './events.ts';
import type { Sale } from './state.ts';

/** Every wait, in milliseconds (design §3 "Timing"; the schema names each). */
export interface Timing {
    /** Payment code: the gateway's expiry, the whole answer of `pay`, first inquiry, every next, and when to cancel. */
    readonly paymentCodeExpiry: number;
    readonly paymentCodeAnswer: number;
    readonly paymentCodeFirstInquiry: number;
    readonly paymentCodeInquiry: number;
    readonly paymentCodeLimit: number;
    /** Order code and entry code. */
    readonly orderCodeExpiry: number;
    readonly entryCodeExpiry: number;
    readonly orderCodeFirstInquiry: number;
    readonly orderCodeInquiry: number;
    /** Waits before an order code or a redirect that was not answered is asked for again; then the payment is cancelled. */
    readonly orderCodeRetry: readonly number[];
    /** Waits between the last inquiries of an order or entry code whose time is over, each where the one before was not answered. */
    readonly lastInquiry: readonly number[];
    /** The whole answer of every other request. */
    readonly requestAnswer: number;
    /** Waits between the first cancels, then growing from `cancelBackoff` to `cancelBackoffMax`. */
    readonly cancelRetry: readonly number[];
    readonly cancelBackoff: number;
    readonly cancelBackoffMax: number;
    readonly refundRetry: readonly number[];
    readonly refundBackoffMax: number;
    /** Waits before a refund is asked again under a new id; the last repeats. */
    readonly refundAgain: readonly number[];
    /** How long after its expiry a payment that the gateway never saw is looked at for the last time. */
    readonly missingGrace: number;
    /** Order code: how long before its expiry blanking begins, on top of the panel's refresh time. */
    readonly blankMargin: number;
    /** How long a cancel or a pay waits for the glass to be blank. */
    readonly barrier: number;
    /** How long a customer may take before the first payment, and after a refused one. */
    readonly patience: number;
    readonly retryPatience: number;
    /** How long a used payment code is refused after its payment ended. */
    readonly codeReuse: number;
    readonly farewell: number;
    /** How long a customer may look at the goods, and how long a chosen language stays, while nobody does anything. */
    readonly attention: number;
    readonly presence: number;
    /** Pauses between probes of an unreachable gateway; the last repeats. */
    readonly probe: readonly number[];
    readonly delivery: number;
    /** Pause before a dispenser is asked again what it remembers of a movement. */
    readonly recallRetry: number;
    /** How long a gateway that refuses this merchant is left alone. */
    readonly blocked: number;
    readonly alertAfter: number;
    readonly alertRetry: readonly number[];
}

export interface Policy {
    readonly kiosk: string;
    readonly currency: string;
    readonly modes: readonly Mode[];
    readonly catalog: Readonly<Record<string, { readonly name: Readonly<Record<string, string>>; readonly price: string }>>;
    /** Goods come out of a dispenser; without one, items are handed over by somebody else and count as delivered when paid. */
    readonly dispenses: boolean;
    readonly scans: boolean;
    readonly shows: boolean;
    readonly entry: { readonly min: string; readonly max: string; readonly openMax: number };
    readonly triesMax: number;
    readonly description: string;
    /** Design R6: automatic refund of a doubtful delivery below this price, and at most so often. */
    readonly doubt: { readonly refundBelow: string; readonly perSlotDay: number; readonly perDay: number };
    /** Design R5: the most that a full refund may exceed what was owed when partial refunds are refused. */
    readonly goodwill: string;
    readonly displayRefreshMs: number;
    readonly entryUrl?: string;
    readonly locale: string;
    /** Languages that the language key goes through; the first is `locale`. */
    readonly locales: readonly string[];
    /** The display takes fingers. */
    readonly touch: boolean;
    /** Who helps when a person must look into a case. */
    readonly contact?: { readonly name: string; readonly phone: string };
    readonly timeZone: string;
    /** Shown and sent to the customer as the seller's name. */
    readonly sellerName: string;
    readonly timing: Timing;
}

export type GatewayStanding = 'unproven' | 'reachable' | 'unreachable' | 'refusing';

export interface World {
    readonly policy: Policy;
    readonly clock: { readonly trusted: boolean; readonly reason: string };
    readonly journalWritable: boolean;
    /** Room is left for ending what is open, not for selling more. */
    readonly journalLow: boolean;
    /** This run's start found damage before the journal's end: nothing is sold until a person has looked and started it again (style A6). */
    readonly journalDamaged?: boolean;
    readonly gateway: { readonly standing: GatewayStanding; readonly reason: string };
    /** Devices that are configured; a missing one is not there by choice. */
    readonly devices: {
        readonly scanner?: DeviceStatus;
        readonly display?: DeviceStatus;
        readonly dispenser?: DeviceStatus;
        readonly panel?: DeviceStatus;
    };
    readonly slots: Readonly<Record<string, SlotStatus>>;
    /** The payment whose code may stand on the glass, or `anything` before the first frame; absent when no payable code can be seen. `faulty`: the last frame was not confirmed. */
    readonly glass: { readonly payable?: string; readonly faulty: boolean };
    /** Payments whose wait for a blank glass is over: they go on regardless (design §4). */
    readonly barrierOver: readonly string[];
    /** Payments for which a cancel went out while the journal could not be written: its intent comes first when it can (design R4, §5). */
    readonly cancelledUnwritten?: readonly string[];
    readonly stopping: boolean;
    /** A technician has turned the key switch: nothing new is sold. */
    readonly service?: boolean;
    /** A customer has begun to choose and looks at the goods. */
    readonly choosing?: boolean;
    /** Index of the first of the goods that this customer has turned to. */
    readonly choosingFrom?: number;
    /** Counts the keys of somebody who stands at the machine without a sale; absent when nobody does. */
    readonly attention?: number;
    /** The customer's sale that has just ended, for its last screen. */
    readonly farewell?: Sale;
    readonly locale: string;
}
