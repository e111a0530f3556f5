/**
 * Store: what the page knows, as signals, fed by the three live streams. Everything shown is read from here.
 *
 * Owns: the streams, and what was heard over them. Rules: the page keeps no opinion of its own; a switch shows what the other side says.
 */
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { call } from './calls.ts';
import { keepLive } from './live.ts';
import type { Hello, KioskState, Movement, PageRecord, Stage, StandingFault } from './wire.ts';

/** `connecting` until the first word; `off` once nobody answers. */
export type Link = 'connecting' | 'on' | 'off';

/** Records that are kept to be shown. */
const recordsMax = 400;

export const kioskLink: Signal<Link> = signal('connecting');
export const hello: Signal<Hello | undefined> = signal(undefined);
export const records: Signal<readonly PageRecord[]> = signal([]);
/** The kiosk's loop said that it turns within the last three seconds. */
export const beating: Signal<boolean> = signal(false);

type StateSignals = { readonly [Key in keyof KioskState]: Signal<KioskState[Key] | undefined> };

/** The kiosk's state, one signal for each key. Undefined until it was heard. */
export const kiosk: StateSignals = {
    glass: signal(undefined),
    screen: signal(undefined),
    lamp: signal(undefined),
    scanner: signal(undefined),
    slots: signal(undefined),
    tray: signal(undefined),
    ready: signal(undefined),
    machine: signal(undefined),
    service: signal(undefined),
    sales: signal(undefined),
};

/** A wallet as the sandbox shows it; the phone reads more of it than is named here. */
export interface WalletSeen {
    readonly name: string;
    readonly balance: unknown;
    readonly pending: readonly unknown[];
    readonly [field: string]: unknown;
}

export const sandboxLink: Signal<Link> = signal('connecting');
export const wallets: Signal<readonly WalletSeen[]> = signal([]);
export const faults: Signal<readonly StandingFault[]> = signal([]);
/** The sandbox's short sum and its newest movements. */
export const ledger: Signal<{ readonly [field: string]: unknown; readonly movements?: readonly Movement[] } | undefined> =
    signal(undefined);
/** Grows with every word about the ledger. */
export const ledgerTurn: Signal<number> = signal(0);

export const stageLink: Signal<Link> = signal('connecting');
export const stage: Signal<Stage | undefined> = signal(undefined);

/** The code that the phone shows at this moment, held in memory alone: what the scanner would see. */
export const phoneCode: Signal<string | undefined> = signal(undefined);

/** The machine has power: its process answers. */
export const powered: ReadonlySignal<boolean> = computed(() => kioskLink.value === 'on' && stage.value?.kiosk.state !== 'off');

/**
 * Why the machine does not speak: it is being started, its plug is out, or nobody answers and there is nobody who would know why.
 * Undefined while it speaks.
 */
export const quiet: ReadonlySignal<'starting' | 'unplugged' | 'silent' | undefined> = computed(() => {
    if (powered.value) return undefined;
    if (stage.value === undefined) return 'silent';
    return stage.value.kiosk.state === 'off' ? 'unplugged' : 'starting';
});

/** `quiet` in two words. */
export const quietWords = { starting: 'starting', unplugged: 'no power', silent: 'no answer' } as const;

/** The addresses of the other sides, without a slash at the end; absent where the kiosk names none. */
export const sandboxUrl: ReadonlySignal<string | undefined> = computed(() => bare(hello.value?.links.sandbox));
export const stageUrl: ReadonlySignal<string | undefined> = computed(() => bare(hello.value?.links.stage));
const bare = (url: string | undefined) => url?.replace(/\/+$/, '');

/** The picture on the glass as an address for an image; undefined where it is dark or made of letters. */
export const glassPicture: ReadonlySignal<string | undefined> = computed(() => {
    const glass = kiosk.glass.value;
    if (!powered.value || glass === undefined) return undefined;
    if (glass.svg !== undefined) return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(glass.svg)}`;
    return glass.png;
});

let stopSandbox: (() => void) | undefined;
let stopStage: (() => void) | undefined;
let beatTimer: ReturnType<typeof setTimeout> | undefined;

/** Opens the kiosk's stream, and the others when the kiosk has named them. Called once. */
export function openStore(): void {
    keepLive({
        url: () => '/v1/virtual/live',
        onLink: (on) => {
            kioskLink.value = on ? 'on' : 'off';
            if (!on) beating.value = false;
        },
        silentMs: 6000,
        paused: () => stageLink.peek() === 'on' && stage.peek()?.kiosk.state !== 'running',
        events: {
            hello: (data) => greet(data as Hello),
            state: (data) => merge(data as Partial<KioskState>),
            record: (data) => take([data as PageRecord]),
            beat,
        },
    });
}

function greet(heard: Hello): void {
    const before = hello.value;
    batch(() => {
        // Another kiosk on this address (a profile was changed) has another journal and other devices.
        if (before !== undefined && before.kiosk !== heard.kiosk) {
            records.value = [];
            for (const state of Object.values(kiosk)) state.value = undefined;
        }
        hello.value = heard;
        kioskLink.value = 'on';
    });
    beat();
    if (before === undefined || before.links.sandbox !== heard.links.sandbox) openSandbox();
    if (before === undefined || before.links.stage !== heard.links.stage) openStage();
}

function merge(part: Partial<KioskState>): void {
    for (const key of Object.keys(part) as (keyof KioskState)[]) {
        if (Object.hasOwn(kiosk, key)) (kiosk[key] as Signal<unknown>).value = part[key];
    }
}

function beat(): void {
    beating.value = true;
    clearTimeout(beatTimer);
    beatTimer = setTimeout(() => {
        beating.value = false;
    }, 3000);
}

/** Puts records in their place; one that was heard before is not heard twice. */
export function take(heard: readonly PageRecord[]): void {
    const bySeq = new Map(records.value.map((record) => [record.seq, record]));
    for (const record of heard) bySeq.set(record.seq, record);
    records.value = [...bySeq.values()].sort((one, other) => one.seq - other.seq).slice(-recordsMax);
}

function openSandbox(): void {
    stopSandbox?.();
    stopSandbox = undefined;
    const url = sandboxUrl.value;
    if (url === undefined) {
        sandboxLink.value = 'off';
        return;
    }
    stopSandbox = keepLive({
        url: () => `${url}/wallet/live`,
        onLink: (on) => {
            sandboxLink.value = on ? 'on' : 'off';
        },
        events: {
            wallets: (data) => {
                wallets.value = Array.isArray(data) ? data : ((data as { wallets?: WalletSeen[] }).wallets ?? []);
            },
            ledger: (data) => {
                ledger.value = data as NonNullable<typeof ledger.value>;
                ledgerTurn.value += 1;
            },
            faults: (data) => {
                faults.value = Array.isArray(data) ? data : ((data as { faults?: StandingFault[] }).faults ?? []);
            },
        },
    });
}

function openStage(): void {
    stopStage?.();
    stopStage = undefined;
    const url = stageUrl.value;
    if (url === undefined) {
        stageLink.value = 'off';
        return;
    }
    stopStage = keepLive({
        url: () => `${url}/stage/live`,
        onLink: (on) => {
            stageLink.value = on ? 'on' : 'off';
            if (!on) stage.value = undefined;
        },
        events: {
            stage: (data) => {
                stage.value = data as Stage;
            },
        },
    });
}

/** Asks the kiosk. @param path from `/v1` on */
export function askKiosk<Body>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) {
    return call<Body>({ method, url: path, body, who: 'The kiosk' });
}

/** Asks the sandbox, where the kiosk names one. */
export function askSandbox<Body>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) {
    return call<Body>({ method, url: `${sandboxUrl.value ?? ''}${path}`, body, who: 'The sandbox' });
}

/** Asks the stage, where the kiosk names one. */
export function askStage<Body>(method: 'GET' | 'POST', path: string, body?: unknown) {
    return call<Body>({ method, url: `${stageUrl.value ?? ''}${path}`, body, who: 'The stage' });
}

/** Holds a payment code to the scanner. The code goes into the body of this one call and nowhere else. */
export function holdToScanner(code: string) {
    return askKiosk<{ read: boolean }>('POST', '/v1/virtual/scanner', { text: code });
}
