/**
 * Wire: what the page hears from the kiosk, the sandbox and the stage. No behaviour.
 *
 * The kiosk sends `hello` once, then `state` in parts that replace whole top-level keys, `record` for each journal record after its sync
 * and `beat` while its loop turns (GET /v1/virtual/live). The sandbox and the stage have event streams of their own.
 */
import type { Amount } from '../ports/amount.ts';
import type { KioskAbout, KioskFace, Readiness } from '../ports/desk.ts';
import type { Display, GlassView, Lamp, SlotStatus } from '../ports/devices.ts';
import type { DispenserFault, VirtualDispenser, VirtualMachine, VirtualScanner } from '../ports/virtual.ts';

/** `price` in minor units. */
export type Product = KioskAbout['catalog'][number];

/** Texts by language tag. */
export type Texts = Product['name'];

/** What does not change while a kiosk runs. */
export interface Hello extends Omit<KioskAbout, 'entryPage'> {
    readonly version: string;
    /** Which devices are virtual, and so have hands on this page. */
    readonly devices: { readonly scanner: boolean; readonly display: boolean; readonly dispenser: boolean; readonly panel: boolean };
    readonly display: Pick<Display, 'form' | 'width' | 'height' | 'depth'>;
    readonly links: { readonly sandbox?: string; readonly stage?: string; readonly entryPage?: string };
}

export interface SlotState extends SlotStatus {
    readonly fault: DispenserFault;
}

export type Fallen = ReturnType<VirtualDispenser['tray']>[number];

/** What changes while a kiosk runs. */
export interface KioskState extends Pick<KioskFace, 'screen' | 'service' | 'sales'> {
    readonly glass: GlassView;
    readonly lamp: Lamp;
    readonly scanner: ReturnType<VirtualScanner['seen']>;
    readonly slots: Readonly<Record<string, SlotState>>;
    readonly tray: readonly Fallen[];
    readonly ready: Readiness;
    readonly machine: ReturnType<VirtualMachine['troubles']>;
}

/** A journal record as the export writes it. */
export interface PageRecord {
    readonly seq: number;
    /** ISO 8601 with milliseconds. */
    readonly time: string;
    readonly type: string;
    readonly saleId?: string;
    readonly paymentRequestId?: string;
    readonly [field: string]: unknown;
}

/** A fault that stands in the sandbox. */
export interface StandingFault {
    readonly id: string;
    readonly api: string;
    readonly kind: string;
    readonly mode?: string;
    readonly hits: number;
}

/** A movement of money in the sandbox's ledger. */
export interface Movement {
    readonly id: string;
    readonly time: string;
    readonly kind: 'taken' | 'cancelled' | 'refunded' | 'returned';
    readonly from: string;
    readonly to: string;
    readonly amount: Amount;
    readonly paymentRequestId: string;
    readonly scenario?: string;
}

/** The sandbox's answer to POST /admin/compare. */
export interface Comparison {
    readonly agrees: boolean;
    readonly payments: number;
    readonly differences: readonly {
        readonly kind: 'amount' | 'only-in-ledger' | 'only-in-journal';
        readonly paymentRequestId: string;
        readonly journal: Amount;
        readonly ledger: Amount;
    }[];
    readonly totals: readonly { readonly currency: string; readonly journal: string; readonly ledger: string }[];
    readonly keptTwice: readonly { readonly saleId: string; readonly paymentRequestIds: readonly string[] }[];
}

/** The process that holds the kiosk's plug. */
export interface Stage {
    readonly kiosk: {
        readonly state: 'running' | 'starting' | 'off';
        readonly url: string;
        readonly since: string;
        readonly starts: number;
    };
    readonly profile: string;
    readonly profiles: readonly { readonly name: string; readonly title: string; readonly text: string }[];
    readonly lang: string;
    readonly langs: readonly string[];
}
