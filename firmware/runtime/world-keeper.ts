/**
 * World keeper: holds what is true only now (devices, clock, link, glass) and tells the loop when it changes.
 *
 * Owns the World. It is in memory only; a restart learns it anew.
 */
import type { Clock, Timer } from '../ports/clock.ts';
import type { DeviceStatus, Dispenser, Display, Panel, Scanner, SlotStatus } from '../ports/devices.ts';
import type { ProbeAnswer } from '../ports/gateway.ts';
import type { Journal } from '../ports/journal.ts';
import type { Log } from '../ports/log.ts';
import type { Sale } from '../sale/state.ts';
import type { Policy, World } from '../sale/world.ts';

export interface Devices {
    readonly scanner?: Scanner;
    readonly display?: Display;
    readonly dispenser?: Dispenser;
    readonly panel?: Panel;
}

/** A clock before this was never set: 2025-01-01. */
const wallMsMin = 1_735_689_600_000;
const skewMsMax = 120_000;
/** A wall clock that is further than this behind the journal has jumped; less is its own small correction. */
const behindMsMax = 60_000;
const clockCheckMs = 2_000;
const journalCheckMs = 1_000;
/** Requests that could not leave this machine, one after the other, before nothing is sold any more (design §3). */
const unsentMax = 2;

export class WorldKeeper {
    readonly #clock: Clock;
    readonly #log: Log;
    readonly #devices: Devices;
    readonly #changed: () => void;
    readonly #skewMs: () => number | undefined;
    readonly #journal: Pick<Journal, 'writable' | 'reserveLow' | 'checkRoom'>;
    readonly #stops: (() => void)[] = [];
    #world: World;
    #unsent = 0;
    #attended = 0;
    /** Wall clock less monotonic clock, as last judged right. */
    #offsetMs: number;
    #lastAt = 0;
    #timer: Timer | undefined;
    #journalTimer: Timer | undefined;
    #stopped = false;

    constructor(options: {
        clock: Clock;
        log: Log;
        policy: Policy;
        devices: Devices;
        skewMs: () => number | undefined;
        journal: Pick<Journal, 'writable' | 'reserveLow' | 'checkRoom'>;
        damaged: boolean;
        changed: () => void;
    }) {
        this.#clock = options.clock;
        this.#log = options.log;
        this.#devices = options.devices;
        this.#skewMs = options.skewMs;
        this.#journal = options.journal;
        this.#changed = options.changed;
        this.#offsetMs = options.clock.wallMs() - options.clock.monoMs();
        this.#world = {
            policy: options.policy,
            clock: { trusted: true, reason: '' },
            journalWritable: true,
            journalLow: false,
            ...(options.damaged ? { journalDamaged: true } : {}),
            gateway: { standing: 'unproven', reason: '' },
            devices: statuses(options.devices),
            slots: slotsOf(options.devices.dispenser),
            glass: options.devices.display === undefined ? { faulty: false } : { payable: 'anything', faulty: false },
            barrierOver: [],
            stopping: false,
            locale: options.policy.locale,
        };
    }

    get world(): World {
        return this.#world;
    }

    /** Begins to listen. @param lastAt wall milliseconds of the journal's last record. */
    start(lastAt: number): void {
        this.#lastAt = lastAt;
        const { scanner, display, panel } = this.#devices;
        for (const device of [scanner, display, this.#devices.dispenser, panel]) {
            if (device !== undefined)
                this.#stops.push(
                    device.onStatus(() => this.#update({ devices: statuses(this.#devices), slots: slotsOf(this.#devices.dispenser) })),
                );
        }
        const { dispenser } = this.#devices;
        if (dispenser !== undefined) this.#stops.push(dispenser.onSlots(() => this.#update({ slots: slotsOf(dispenser) })));
        this.#checkClock();
    }

    stop(): void {
        this.#stopped = true;
        for (const stop of this.#stops) stop();
        this.#timer?.cancel();
        this.#journalTimer?.cancel();
    }

    /** Wall milliseconds for records and expiries: while the wall clock has jumped, the monotonic clock goes on from where it was right. */
    nowMs(): number {
        return this.#jumped() ? this.#offsetMs + this.#clock.monoMs() : this.#clock.wallMs();
    }

    #jumped(): boolean {
        return Math.abs(this.#clock.wallMs() - this.#clock.monoMs() - this.#offsetMs) > skewMsMax;
    }

    #skewed(): boolean {
        return Math.abs(this.#skewMs() ?? 0) > skewMsMax;
    }

    stopping(): void {
        this.#update({ stopping: true });
    }

    /** Asked after every commit and every failed one; while it cannot be written, again and again: the journal goes on by itself. */
    checkJournal(): void {
        const { writable, reserveLow } = this.#journal;
        if (writable && !this.#world.journalWritable) this.#log.info('the journal can be written again');
        this.#update({ journalWritable: writable, journalLow: reserveLow });
        this.#journalTimer?.cancel();
        if (!writable || reserveLow) this.#journalTimer = this.#clock.after(journalCheckMs, () => this.checkJournal());
    }

    glass(glass: World['glass']): void {
        this.#update({ glass });
    }

    /** A cancel is about to go out without its record: told before its first byte. */
    cancelledUnwritten(paymentRequestId: string): void {
        const known = this.#world.cancelledUnwritten ?? [];
        if (!known.includes(paymentRequestId)) this.#update({ cancelledUnwritten: [...known.slice(-100), paymentRequestId] });
    }

    barrierOver(paymentRequestId: string): void {
        this.#update({
            barrierOver: [...this.#world.barrierOver.slice(-20), paymentRequestId],
            glass: { ...this.#world.glass, faulty: true },
        });
    }

    farewell(sale: Sale | undefined): void {
        if (sale !== undefined) this.#update({ farewell: sale });
        else if (this.#world.farewell !== undefined) {
            const { farewell: _farewell, ...rest } = this.#world;
            this.#world = rest;
            this.#changed();
        }
    }

    /** Somebody has pressed a key: begins to choose, goes back, or takes another language. */
    attend(change: { choosing?: boolean; choosingFrom?: number; locale?: string }): void {
        const attention = (this.#world.attention ?? this.#attended) + 1;
        this.#attended = attention;
        this.#update({ ...change, attention });
    }

    /** Nobody has pressed a key for a while: the machine is as the next customer should find it. */
    attentionOver(attention: number): void {
        if (this.#world.attention !== attention) return;
        const { attention: _attention, choosing: _choosing, choosingFrom: _from, ...rest } = this.#world;
        this.#world = { ...rest, locale: rest.policy.locale };
        this.#changed();
    }

    service(on: boolean): void {
        this.#update({ service: on });
    }

    /** A request ended without a byte having left, or with one: two of the former in a row and nothing is sold. */
    requestEnded(unsent: boolean): void {
        this.#unsent = unsent ? this.#unsent + 1 : 0;
        if (this.#unsent >= unsentMax && this.#world.gateway.standing === 'reachable') {
            this.#log.warn('the gateway cannot be reached', { requests: this.#unsent });
            this.#update({ gateway: { standing: 'unreachable', reason: 'no connection' } });
        }
        this.#judgeClock();
    }

    probed(answer: ProbeAnswer): void {
        const { standing } = this.#world.gateway;
        if (answer.kind === 'ok') {
            this.#unsent = 0;
            // The gateway's own time came with the answer. Where the wall clock tells the same, it is right, however far it has jumped.
            if (!this.#skewed()) this.#offsetMs = this.#clock.wallMs() - this.#clock.monoMs();
            if (standing !== 'reachable') this.#log.info('the gateway answers');
            this.#update({ gateway: { standing: 'reachable', reason: '' } });
        } else if (answer.kind === 'refused') {
            if (standing !== 'refusing')
                this.#log.error('the gateway refuses this kiosk; check the keys with "till keys check"', { resultCode: answer.resultCode });
            this.#update({ gateway: { standing: 'refusing', reason: answer.resultCode } });
        } else if (standing === 'unproven' || standing === 'refusing') {
            this.#update({ gateway: { standing: 'unreachable', reason: answer.reason } });
        }
        this.#judgeClock();
    }

    #checkClock(): void {
        this.#judgeClock();
        // A disk fills without a word; it is looked at in the same rhythm.
        void this.#journal.checkRoom?.().then(() => {
            if (!this.#stopped) this.checkJournal();
        });
        this.#timer = this.#clock.after(clockCheckMs, () => this.#checkClock());
    }

    #judgeClock(): void {
        const wallMs = this.#clock.wallMs();
        const reason =
            wallMs < wallMsMin
                ? 'the clock was never set'
                : wallMs < this.#lastAt - behindMsMax
                  ? 'the clock is behind the journal'
                  : this.#jumped()
                    ? 'the clock has jumped'
                    : this.#skewed()
                      ? 'the clock differs from the gateway by more than two minutes'
                      : '';
        if (wallMs > this.#lastAt && reason === '') this.#lastAt = wallMs;
        if (reason !== this.#world.clock.reason) {
            if (reason !== '') this.#log.warn('the clock is not trusted', { reason });
            this.#update({ clock: { trusted: reason === '', reason } });
        }
    }

    #update(change: Partial<World>): void {
        const next = { ...this.#world, ...change };
        if (JSON.stringify(change) === JSON.stringify(pick(this.#world, Object.keys(change)))) return;
        this.#world = next;
        this.#changed();
    }
}

function pick(world: World, names: readonly string[]): Record<string, unknown> {
    const all = world as unknown as Record<string, unknown>;
    return Object.fromEntries(names.map((name) => [name, all[name]]));
}

function statuses(devices: Devices): World['devices'] {
    const known: { -readonly [kind in keyof World['devices']]: DeviceStatus } = {};
    if (devices.scanner !== undefined) known.scanner = devices.scanner.status();
    if (devices.display !== undefined) known.display = devices.display.status();
    if (devices.dispenser !== undefined) known.dispenser = devices.dispenser.status();
    if (devices.panel !== undefined) known.panel = devices.panel.status();
    return known;
}

function slotsOf(dispenser: Dispenser | undefined): Record<string, SlotStatus> {
    return dispenser === undefined ? {} : Object.fromEntries(dispenser.slots().map((slot) => [slot, dispenser.ready(slot)]));
}
