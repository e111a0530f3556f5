/**
 * Virtual scanner: a scanner without a device, for tests and for the page. It frames what it is given as a serial one does.
 *
 * Fault model: it may be unplugged and plugged in again at any moment. It never mistakes a digit, and it reads twice only when it is
 * told to twice.
 */
import type { DeviceStatus, Scan } from '../../firmware/ports/devices.ts';
import type { VirtualScanner } from '../../firmware/ports/virtual.ts';
import { defineDriver } from '../driver.ts';
import { Feed } from '../lib/feed.ts';
import { Standing } from '../lib/standing.ts';
import { ScanFramer } from './scan-framer.ts';
import { virtualScannerConfig } from './virtual.config.ts';

const unreadMax = 4;
const lengthMax = 512;

export const virtualScanner = defineDriver({
    port: 'scanner',
    proof: 'virtual',
    config: virtualScannerConfig,
    open: async (): Promise<VirtualScanner> => new ScannerTwin(),
});

class ScannerTwin implements VirtualScanner {
    readonly #standing = new Standing({ state: 'online', reason: '' });
    readonly #framer = new ScanFramer({ terminator: 'any', lengthMax });
    readonly #feed = new Feed<Scan>(unreadMax);
    readonly #dropped = { disarmed: 0, unread: 0, unplugged: 0 };
    readonly #listeners = new Set<() => void>();
    #armed = false;
    #plugged = true;

    status(): DeviceStatus {
        return this.#standing.status();
    }

    onStatus(listener: (status: DeviceStatus) => void): () => void {
        return this.#standing.onStatus(listener);
    }

    scans(): AsyncIterable<Scan> {
        return this.#feed.items();
    }

    arm(): void {
        this.#light(true);
    }

    disarm(): void {
        this.#light(false);
        this.#dropped.disarmed += this.#feed.clear();
    }

    dropped(): Readonly<Record<string, number>> {
        return { ...this.#framer.dropped(), ...this.#dropped };
    }

    scan(text: string): boolean {
        if (!this.#plugged) {
            this.#dropped.unplugged += 1;
            return false;
        }
        let taken = false;
        for (const scan of this.#framer.push(Buffer.from(`${text}\r\n`, 'utf8'))) {
            if (!this.#armed) this.#dropped.disarmed += 1;
            else if (this.#feed.push(scan)) taken = true;
            else this.#dropped.unread += 1;
        }
        return taken;
    }

    seen(): { readonly armed: boolean; readonly plugged: boolean } {
        return { armed: this.#armed, plugged: this.#plugged };
    }

    onSeen(listener: () => void): () => void {
        const own = () => listener();
        this.#listeners.add(own);
        return () => void this.#listeners.delete(own);
    }

    plug(plugged: boolean): void {
        if (this.#plugged !== plugged) this.#tell();
        this.#plugged = plugged;
        if (plugged) this.#standing.set('online', '');
        else this.#standing.set('offline', 'the virtual scanner is unplugged');
    }

    async close(): Promise<void> {
        this.#armed = false;
        this.#plugged = false;
        this.#feed.close();
        this.#listeners.clear();
        this.#standing.close();
    }

    #light(armed: boolean): void {
        if (this.#armed === armed) return;
        this.#armed = armed;
        this.#tell();
    }

    /** After the call that changed it, never within. */
    #tell(): void {
        queueMicrotask(() => {
            for (const listener of [...this.#listeners]) listener();
        });
    }
}
