/**
 * A desk for tests of the API: it keeps sales in memory and notes what it was asked. It decides nothing by itself: a test sets the
 * next reply.
 */
import type { Clock, Timer } from '../../../firmware/ports/clock.ts';
import type { Desk, DeskReply, KioskFace, Readiness, SaleChange, SaleView } from '../../../firmware/ports/desk.ts';
import type { JournalRecord } from '../../../firmware/ports/journal.ts';
import type { Log, LogFacts } from '../../../firmware/ports/log.ts';
import type { VirtualDevices } from '../../../firmware/ports/virtual.ts';

export function saleView(id: string, more: Partial<SaleView> = {}): SaleView {
    return {
        id,
        state: 'delivered',
        ended: true,
        amount: { currency: 'EUR', value: '150' },
        kept: { currency: 'EUR', value: '150' },
        claim: '4711',
        openedAt: '2026-11-23T02:00:00.000Z',
        origin: 'customer',
        reference: 'order 7',
        items: [{ slot: 'A1', name: { en: 'Water', 'zh-Hans': '水' }, price: '150' }],
        payments: [
            {
                paymentRequestId: `${id}_P1`,
                paymentId: '2026112319401080010',
                mode: 'order-code',
                state: 'paid',
                amount: { currency: 'EUR', value: '150' },
                resultCode: 'SUCCESS',
                code: 'https://qr.example/1',
                redirectUrl: 'alipays://platformapi/startApp',
                expiresAt: '2026-11-23T02:03:00.000Z',
            },
        ],
        deliveries: [{ slot: 'A1', state: 'delivered', evidence: 'seen: the drop sensor' }],
        refunds: [{ by: 'refund', refundRequestId: `${id}_R1`, state: 'confirmed', amount: { currency: 'EUR', value: '10' } }],
        reviews: ['delivery-unknown'],
        resolved: { decision: 'delivered', note: 'seen on the camera', by: 'ann', at: '2026-11-23T03:00:00.000Z' },
        ...more,
    };
}

export interface FakeDesk extends Desk {
    readonly asked: { readonly what: string; readonly order: unknown }[];
    readonly known: Map<string, SaleView>;
    reply: DeskReply;
    ready: Readiness;
    history: SaleChange[];
    /** Listeners now. */
    listeners(): number;
    change(change: SaleChange): void;
    /** Waits of `changesSince` before its first change. */
    beforeHistory: Promise<void>;
    /** The journal: `write` makes records durable and tells of them, or keeps silent about them as the journal's own are. */
    readonly journal: JournalRecord[];
    write(types: readonly string[], told?: boolean): void;
    /** What `face` answers; `turn` says that it may have changed. */
    seen: KioskFace;
    turn(): void;
    alive: boolean;
}

export function fakeDesk(): FakeDesk {
    const listeners = new Set<(change: SaleChange) => void>();
    const recordListeners = new Set<(records: readonly JournalRecord[]) => void>();
    const faceListeners = new Set<() => void>();
    const known = new Map<string, SaleView>([['S1', saleView('S1')]]);
    const asked: { what: string; order: unknown }[] = [];
    const ask = (what: string) => async (order: unknown) => {
        asked.push({ what, order });
        return desk.reply;
    };
    const desk: FakeDesk = {
        asked,
        known,
        reply: { ok: true, saleId: 'S1' },
        ready: { ready: true, reasons: [], sentences: [] },
        history: [],
        beforeHistory: Promise.resolve(),
        listeners: () => listeners.size + recordListeners.size + faceListeners.size,
        journal: [],
        write(types, told = true) {
            const records = types.map((type, at) => recordOf(desk.journal.length + 1 + at, type));
            desk.journal.push(...records);
            if (told) for (const listener of recordListeners) listener(records);
        },
        seen: {
            screen: { kind: 'idle', words: 'Welcome.', lang: 'en', title: 'Welcome', scanning: false },
            service: false,
            sales: { open: 0, review: 0 },
        },
        turn: () => {
            for (const listener of faceListeners) listener();
        },
        alive: true,
        records: async ({ after, limit }) => ({
            records: desk.journal.filter(({ seq }) => seq > after).slice(0, limit),
            head: desk.journal.length,
        }),
        head: () => desk.journal.length,
        onRecords: (listener) => {
            recordListeners.add(listener);
            return () => recordListeners.delete(listener);
        },
        about: () => ({
            kiosk: 'kiosk-01',
            boot: 'B1',
            currency: 'EUR',
            locale: 'en',
            locales: ['en'],
            modes: ['order-code'],
            seller: 'x',
            dispenses: true,
            touch: false,
            catalog: [{ slot: 'A1', name: { en: 'Water' }, price: '150' }],
            entry: { min: '1', max: '2' },
            entryPage: 'http://127.0.0.1:1/e/kiosk-01',
        }),
        face: () => desk.seen,
        onFace: (listener) => {
            faceListeners.add(listener);
            return () => faceListeners.delete(listener);
        },
        pulse: () => ({ turns: 7, alive: desk.alive }),
        change: (change) => {
            for (const listener of listeners) listener(change);
        },
        openSale: ask('openSale'),
        cancelSale: ask('cancelSale'),
        refundSale: ask('refundSale'),
        resolveSale: ask('resolveSale'),
        sale: async (id) => known.get(id),
        sales: async (query) => {
            asked.push({ what: 'sales', order: query });
            return [...known.values()];
        },
        alarms: async () => [
            { alertId: 'A1', about: 'review', saleId: 'S1', detail: 'delivery-unknown', at: '2026-11-23T03:00:00.000Z', sent: false },
        ],
        onChange: (listener) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
        async *changesSince(seq) {
            await desk.beforeHistory;
            yield* desk.history.filter((change) => change.seq > seq);
        },
        counters: () => ({ salesEnded: 3, 'scanner-dropped': 2, events_written: 41 }),
        screen: () => ({ screen: { kind: 'idle' }, svg: '<svg xmlns="http://www.w3.org/2000/svg"><text>hello</text></svg>' }),
        readiness: () => desk.ready,
        submitEntry: ask('submitEntry'),
        confirmPresence: async () => false,
        entryStatus: async () => ({ kind: 'unknown' }),
        notification: async () => ({ status: 200, headers: {}, body: '' }),
        entryOffer: () => ({ seller: 'x', currency: 'EUR', min: '1', max: '2', locale: 'en' }),
    };
    return desk;
}

function recordOf(seq: number, type: string): JournalRecord {
    return {
        seq,
        type,
        at: 1_795_400_000_000 + seq,
        time: new Date(1_795_400_000_000 + seq).toISOString(),
        mono: seq,
        boot: 'B1',
        left: { in: 'place' },
    };
}

/** A clock whose time passes only when a test says so. */
export function fakeClock(): Clock & { pass(ms: number): void; timers(): number } {
    let now = 0;
    const timers = new Set<{ at: number; run: () => void }>();
    return {
        wallMs: () => now,
        monoMs: () => now,
        after(ms, run): Timer {
            const timer = { at: now + ms, run };
            timers.add(timer);
            return { cancel: () => void timers.delete(timer) };
        },
        pass(ms) {
            now += ms;
            for (const timer of [...timers].filter(({ at }) => at <= now)) {
                timers.delete(timer);
                timer.run();
            }
        },
        timers: () => timers.size,
    };
}

/** A log that keeps its lines. */
export function fakeLog(): Log & { readonly lines: string[] } {
    const lines: string[] = [];
    const line =
        (level: string) =>
        (message: string, facts: LogFacts = {}) =>
            void lines.push(JSON.stringify({ level, message, ...facts }));
    return { lines, debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}

/** Hands on devices that only note what was done. */
export function fakeDevices(): VirtualDevices & { readonly done: string[]; armed: boolean; show(frame: object): void } {
    const done: string[] = [];
    const glassListeners = new Set<() => void>();
    const trouble = { diskFull: false, clockOffsetMs: 0 };
    let frame: object = {
        id: 1,
        payable: false,
        kind: 'idle',
        pixels: { width: 2, height: 1, rgba: Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255) },
    };
    const devices = {
        done,
        armed: true,
        show(next: object) {
            frame = next;
            for (const listener of glassListeners) listener();
        },
        machine: {
            setDiskFull: (diskFull: boolean) => void Object.assign(trouble, { diskFull }),
            setClockOffset: (clockOffsetMs: number) => void Object.assign(trouble, { clockOffsetMs }),
            troubles: () => ({ ...trouble }),
        },
        scanner: {
            scan: (text: string) => {
                done.push(`scan ${text}`);
                return devices.armed;
            },
            plug: (plugged: boolean) => void done.push(`plug ${plugged}`),
            seen: () => ({ armed: devices.armed, plugged: !done.includes('plug false') }),
            onSeen: () => () => undefined,
        },
        dispenser: {
            slots: () => ['A1', 'B1'],
            setFault: (slot: string, fault: string) => void done.push(`fault ${slot} ${fault}`),
            faultOf: (slot: string) => (done.includes(`fault ${slot} jam`) ? 'jam' : 'none'),
            ready: () => ({ ready: true, reason: '' }),
            onSlots: () => () => undefined,
            onStatus: () => () => undefined,
            tray: () => [{ deliveryId: 'D1', slot: 'A1', at: '2026-11-23T02:00:00.000Z' }],
        },
        display: {
            form: 'pixels',
            width: 2,
            height: 1,
            depth: 24,
            glass: () => frame,
            onGlass: (listener: () => void) => {
                glassListeners.add(listener);
                return () => glassListeners.delete(listener);
            },
            touched: (key: string) => done.push(`touch ${key}`) > 0 && key === 'cancel',
        },
        panel: { press: (key: string) => void done.push(`press ${key}`), shown: () => 'ready' },
    };
    return devices as unknown as VirtualDevices & { readonly done: string[]; armed: boolean; show(frame: object): void };
}
