/**
 * Serial barcode scanner: reads codes from any tty.
 *
 * Rules: armed only while somebody wants a code (UnifiedPOS gating): what is read otherwise is dropped and counted, and so is a code
 * that began before `arm`. A pause ends a code only with terminator `none`; else it throws the unfinished code away. The text of a scan
 * is a credential: it goes to the reader and nowhere else.
 * Source: hardware.md §2.1; UnifiedPOS scanner (DataEventEnabled, AutoDisable).
 */
import { hash } from 'node:crypto';
import type { InferOutput } from 'valibot';
import type { Clock, Timer } from '../../firmware/ports/clock.ts';
import type { DeviceStatus, Scan, Scanner } from '../../firmware/ports/devices.ts';
import { type DriverNeeds, defineDriver } from '../driver.ts';
import { Feed } from '../lib/feed.ts';
import { SerialLink } from '../lib/serial-link.ts';
import { loadOpenTty, type OpenTty } from '../lib/tty.ts';
import { type FramedScan, ScanFramer } from './scan-framer.ts';
import { serialScannerConfig } from './serial.config.ts';

type Config = InferOutput<typeof serialScannerConfig.schema>;

/** Codes that wait for the reader; they are thrown away when it disarms. */
const unreadMax = 4;
/**
 * A timer of a busy process fires before the bytes that came meanwhile are read; so the line gets one more look before a pause counts.
 */
const lookAgainMs = 25;

export const serialScanner = defineDriver({
    port: 'scanner',
    proof: 'bench',
    config: serialScannerConfig,
    open: async (config, needs) =>
        new SerialScanner(config, needs, needs.later === undefined ? await loadOpenTty() : lateOpenTty(needs.later)),
});

/** Loads the package at the first opening, once the till is up; where it does not load, the line is offline and says why. */
function lateOpenTty(later: () => Promise<void>): OpenTty {
    let loaded: Promise<OpenTty> | undefined;
    return async (order) => {
        loaded ??= later().then(loadOpenTty);
        return (await loaded)(order);
    };
}

export class SerialScanner implements Scanner {
    readonly #config: Config;
    readonly #clock: Clock;
    readonly #framer: ScanFramer;
    readonly #link: SerialLink;
    readonly #feed = new Feed<Scan>(unreadMax);
    readonly #dropped = { disarmed: 0, double: 0, unread: 0 };
    #armed = false;
    #joined = false;
    #lastByteAt = 0;
    #pause: Timer | undefined;
    /** The last code handed out, as a hash, and when it was last seen. */
    #last: { readonly hash: string; readonly at: number } | undefined;

    constructor(config: Config, needs: DriverNeeds, openTty: OpenTty) {
        this.#config = config;
        this.#clock = needs.clock;
        this.#framer = new ScanFramer({ terminator: config.terminator, lengthMax: config.lengthMax });
        this.#link = new SerialLink({
            line: {
                path: needs.resolvePath(config.path),
                baudRate: config.baudRate,
                dataBits: config.dataBits,
                parity: config.parity,
                stopBits: config.stopBits,
            },
            openTty,
            clock: needs.clock,
            log: needs.log,
            chance: needs.chance,
            onBytes: (bytes, settled) => this.#bytes(bytes, settled),
            onLost: () => this.#lost(),
        });
    }

    status(): DeviceStatus {
        return this.#link.status();
    }

    onStatus(listener: (status: DeviceStatus) => void): () => void {
        return this.#link.onStatus(listener);
    }

    scans(): AsyncIterable<Scan> {
        return this.#feed.items();
    }

    arm(): void {
        if (this.#armed) return;
        this.#armed = true;
        this.#framer.refuseLine();
    }

    disarm(): void {
        this.#armed = false;
        this.#dropped.disarmed += this.#feed.clear();
    }

    dropped(): Readonly<Record<string, number>> {
        return { ...this.#framer.dropped(), ...this.#dropped };
    }

    async close(): Promise<void> {
        this.#armed = false;
        this.#pause?.cancel();
        this.#pause = undefined;
        this.#framer.abandon();
        this.#feed.close();
        this.#last = undefined;
        await this.#link.close();
    }

    #bytes(bytes: Uint8Array, settled: boolean): void {
        if (settled) {
            // A line that began while the port was settling is nobody's: its first part may be missing.
            if (this.#joined) this.#framer.refuseLine();
            this.#joined = false;
            for (const scan of this.#framer.push(bytes)) this.#read(scan);
        } else {
            if (!this.#joined) this.#framer.joinMidLine();
            this.#joined = true;
            this.#dropped.disarmed += this.#framer.push(bytes).length;
        }
        this.#lastByteAt = this.#clock.monoMs();
        if (this.#framer.midLine) this.#pause ??= this.#clock.after(this.#pauseMs(), () => this.#quiet());
    }

    #pauseMs(): number {
        return this.#config.terminator === 'none' ? this.#config.scanPauseMs : this.#config.stallMs;
    }

    #quiet(): void {
        this.#pause = undefined;
        if (!this.#framer.midLine) return;
        const quietMs = this.#clock.monoMs() - this.#lastByteAt;
        const leftMs = this.#pauseMs() - quietMs;
        if (leftMs > 0) {
            this.#pause = this.#clock.after(leftMs, () => this.#quiet());
            return;
        }
        const lastByteAt = this.#lastByteAt;
        this.#pause = this.#clock.after(lookAgainMs, () => {
            if (this.#lastByteAt !== lastByteAt) return this.#quiet();
            this.#pause = undefined;
            const scan = this.#framer.pause();
            if (scan !== undefined) this.#read(scan);
        });
    }

    #read(scan: FramedScan): void {
        if (!this.#armed) {
            this.#dropped.disarmed += 1;
            return;
        }
        const now = this.#clock.monoMs();
        const codeHash = hash('sha256', scan.text);
        const double = this.#last?.hash === codeHash && now - this.#last.at < this.#config.sameCodeMs;
        if (double) {
            this.#last = { hash: codeHash, at: now };
            this.#dropped.double += 1;
        } else if (this.#feed.push(scan)) {
            this.#last = { hash: codeHash, at: now };
        } else {
            this.#dropped.unread += 1;
        }
    }

    #lost(): void {
        this.#joined = false;
        this.#pause?.cancel();
        this.#pause = undefined;
        this.#framer.abandon();
    }
}
