/**
 * Serial link: a serial line that is opened again for ever. The device may vanish and come back at any moment, under the same path.
 *
 * Rules: one opening at a time. Attempts wait 0.5 s, then 1.6 times longer each, up to 30 s, spread by chance; a device that appears
 * under the path is tried at once. An open line is compared with its path: a replugged device gets a new node while the old line
 * may stay open and silent (hardware.md §3, USB), and a line that the kernel hung up can be read as empty without an end.
 * `online` means that the line has been open for a while: what comes right after opening may be the rest of something.
 */
import { lstat, stat } from 'node:fs/promises';
import type { Clock, Timer } from '../../firmware/ports/clock.ts';
import type { DeviceStatus } from '../../firmware/ports/devices.ts';
import type { Log } from '../../firmware/ports/log.ts';
import { Standing } from './standing.ts';
import type { OpenTty, Tty, TtyOrder } from './tty.ts';

const backoffFirstMs = 500;
const backoffGrowth = 1.6;
const backoffMaxMs = 30_000;
/** A line that held this long was good: the next loss begins with the shortest wait. */
const heldMs = 5_000;
/** How often the path is looked at while the line is open, and while it is not. */
const watchOpenMs = 1_000;
const watchLostMs = 250;
/** At 9600 baud a byte takes a millisecond, and a USB adapter holds bytes back for up to 16. */
const settleMs = 100;

export interface SerialLinkOptions {
    readonly line: Omit<TtyOrder, 'onBytes' | 'onGone'>;
    readonly openTty: OpenTty;
    readonly clock: Clock;
    readonly log: Log;
    readonly chance: () => number;
    /** Tells one device node from the next one under the same path; undefined when there is none. */
    readonly identify?: (path: string) => Promise<string | undefined>;
    /** Bytes as they come. `settled` is false right after opening, when they may be the rest of something. */
    readonly onBytes: (bytes: Uint8Array, settled: boolean) => void;
    /** The line was lost: what was begun on it has no end. */
    readonly onLost: () => void;
}

export class SerialLink {
    readonly #options: SerialLinkOptions;
    readonly #identify: (path: string) => Promise<string | undefined>;
    readonly #standing = new Standing({ state: 'starting', reason: 'the line is being opened' });
    readonly #timers = new Map<'retry' | 'settle' | 'watch' | 'held', Timer>();
    #tty: Tty | undefined;
    #settled = false;
    #attempts = 0;
    /** The node under the path at the last look. */
    #identity: string | undefined;
    #opening: Promise<void> | undefined;
    /** Counts openings, so that news of an earlier one is recognised. */
    #opened = 0;
    #complained = false;
    #closed = false;

    constructor(options: SerialLinkOptions) {
        this.#options = options;
        this.#identify = options.identify ?? identifyNode;
        this.#open();
        this.#watch();
    }

    status(): DeviceStatus {
        return this.#standing.status();
    }

    onStatus(listener: (status: DeviceStatus) => void): () => void {
        return this.#standing.onStatus(listener);
    }

    async close(): Promise<void> {
        this.#closed = true;
        for (const timer of this.#timers.values()) timer.cancel();
        this.#timers.clear();
        this.#standing.close();
        const tty = this.#tty;
        this.#tty = undefined;
        await this.#opening;
        await tty?.close();
    }

    #open(): void {
        if (this.#closed || this.#tty !== undefined || this.#opening !== undefined) return;
        this.#cancel('retry');
        this.#opening = this.#attempt().finally(() => {
            this.#opening = undefined;
        });
    }

    async #attempt(): Promise<void> {
        const { line, openTty, onBytes } = this.#options;
        this.#opened += 1;
        const opening = this.#opened;
        this.#identity = await this.#identify(line.path);
        if (this.#closed) return;
        if (this.#identity === undefined) return this.#failed(`${line.path} is not there: check the device's cable and power`);
        let gone: string | undefined;
        try {
            const tty = await openTty({
                ...line,
                onBytes: (bytes) => {
                    if (opening === this.#opened && !this.#closed) onBytes(bytes, this.#settled);
                },
                onGone: (reason) => {
                    gone = reason;
                    if (opening === this.#opened && this.#tty !== undefined) this.#lost(reason);
                },
            });
            if (this.#closed) return await tty.close();
            if (gone !== undefined) return this.#lost(gone);
            this.#tty = tty;
            this.#settled = false;
            this.#after('settle', settleMs, () => this.#settle());
        } catch (error) {
            const reason = error instanceof Error ? error.message : 'unknown error';
            this.#failed(
                `${line.path} cannot be opened (${reason}): no other program may have it (ModemManager, a console), and the user needs the group dialout`,
            );
        }
    }

    #settle(): void {
        const { line, log } = this.#options;
        this.#settled = true;
        this.#complained = false;
        if (this.#standing.set('online', '')) log.info('serial line open', { path: line.path, attempts: this.#attempts + 1 });
        this.#after('held', heldMs, () => {
            this.#attempts = 0;
        });
    }

    #lost(reason: string): void {
        this.#cancel('settle');
        this.#cancel('held');
        this.#tty = undefined;
        if (this.#closed) return;
        this.#options.onLost();
        this.#watch();
        this.#failed(`${this.#options.line.path} is gone (${reason}): check the device's cable and power`);
    }

    #failed(reason: string): void {
        if (this.#closed) return;
        const { log, chance, line } = this.#options;
        this.#standing.set('offline', reason);
        if (!this.#complained) log.warn('serial line lost', { path: line.path, reason });
        this.#complained = true;
        const backoffMs = Math.min(backoffFirstMs * backoffGrowth ** this.#attempts, backoffMaxMs);
        this.#attempts += 1;
        // Half of the wait is spread by chance, and it never exceeds the backoff.
        this.#after('retry', backoffMs * (0.5 + 0.5 * chance()), () => this.#open());
    }

    /** Looks at the path once in a while: a stat of a device node costs some microseconds, an attempt to open one may cost seconds. */
    #watch(): void {
        this.#after('watch', this.#tty === undefined ? watchLostMs : watchOpenMs, () => {
            const opening = this.#opened;
            void this.#identify(this.#options.line.path).then((identity) => {
                if (this.#closed) return;
                if (opening === this.#opened) this.#compare(identity);
                this.#watch();
            });
        });
    }

    #compare(identity: string | undefined): void {
        if (identity === this.#identity || this.#opening !== undefined) return;
        this.#identity = identity;
        const tty = this.#tty;
        if (tty === undefined) {
            if (identity !== undefined) this.#open();
            return;
        }
        // Nothing that the old line still says counts from here on.
        this.#opened += 1;
        void tty.close();
        this.#lost('another device stands under the path');
    }

    #after(name: 'retry' | 'settle' | 'watch' | 'held', ms: number, run: () => void): void {
        this.#cancel(name);
        if (this.#closed) return;
        this.#timers.set(
            name,
            this.#options.clock.after(ms, () => {
                this.#timers.delete(name);
                run();
            }),
        );
    }

    #cancel(name: 'retry' | 'settle' | 'watch' | 'held'): void {
        this.#timers.get(name)?.cancel();
        this.#timers.delete(name);
    }
}

/** The node by its place in the file system, and the link to it by its birth: udev keeps a link that is still right, and makes a new one after replugging. */
async function identifyNode(path: string): Promise<string | undefined> {
    try {
        const [node, link] = await Promise.all([stat(path, { bigint: true }), lstat(path, { bigint: true })]);
        return [node.dev, node.ino, node.rdev, link.ino, link.birthtimeNs].join(':');
    } catch {
        return undefined;
    }
}
