/**
 * Virtual display: keeps the frame that stands on its glass in memory.
 *
 * Fault model: it may refuse frames, and it may be late. It never shows half a frame, and never another one than it was given.
 */
import type { InferOutput } from 'valibot';
import type { Clock } from '../../firmware/ports/clock.ts';
import type { DeviceStatus, Frame } from '../../firmware/ports/devices.ts';
import type { VirtualDisplay } from '../../firmware/ports/virtual.ts';
import { defineDriver } from '../driver.ts';
import { Feed } from '../lib/feed.ts';
import { Standing } from '../lib/standing.ts';
import { Waits } from '../lib/waits.ts';
import { displayBroken, displayClosed, requireFit } from './faults.ts';
import { isTouchable } from './touch.ts';
import { virtualDisplayConfig } from './virtual.config.ts';

type Config = InferOutput<typeof virtualDisplayConfig.schema>;

export const virtualDisplay = defineDriver({
    port: 'display',
    proof: 'virtual',
    config: virtualDisplayConfig,
    open: async (config, needs): Promise<VirtualDisplay> => new DisplayTwin(config, needs.clock),
});

/** What may wait to be read: somebody who taps without end is not served later. */
const touchesMax = 8;

class DisplayTwin implements VirtualDisplay {
    readonly form: 'pixels' | 'svg' | 'text';
    readonly width: number;
    readonly height: number;
    readonly depth: number;
    readonly refreshMs: number;
    readonly touch: boolean;
    readonly #touches = new Feed<string>(touchesMax);
    readonly #listeners = new Set<() => void>();
    readonly #waits: Waits;
    readonly #standing = new Standing({ state: 'online', reason: '' });
    #trouble = { broken: false, lateMs: 0 };
    #glass: Frame | undefined;
    #last: Promise<unknown> = Promise.resolve();
    #closed = false;

    constructor(config: Config, clock: Clock) {
        this.form = config.form;
        this.width = config.width;
        this.height = config.height;
        this.depth = config.depth;
        this.refreshMs = config.refreshMs;
        this.touch = config.touch;
        this.#waits = new Waits(clock);
    }

    status(): DeviceStatus {
        return this.#standing.status();
    }

    onStatus(listener: (status: DeviceStatus) => void): () => void {
        return this.#standing.onStatus(listener);
    }

    /** Rejects with DISPLAY_BROKEN, DISPLAY_FRAME_UNFIT or DISPLAY_CLOSED. */
    show(frame: Frame): Promise<void> {
        const shown = this.#last.then(() => this.#draw(frame));
        this.#last = shown.catch(() => undefined);
        return shown;
    }

    glass(): Frame | undefined {
        return this.#glass;
    }

    onGlass(listener: () => void): () => void {
        const own = () => listener();
        this.#listeners.add(own);
        return () => void this.#listeners.delete(own);
    }

    keys(): AsyncIterable<string> {
        return this.#touches.items();
    }

    touched(key: string): boolean {
        return isTouchable(this.#glass, key) && this.#touches.push(key);
    }

    trouble(trouble: { broken?: boolean; lateMs?: number }): void {
        this.#trouble = { broken: trouble.broken ?? false, lateMs: trouble.lateMs ?? 0 };
        if (!this.#trouble.broken) this.#standing.set('online', '');
    }

    async close(): Promise<void> {
        this.#closed = true;
        this.#touches.close();
        this.#listeners.clear();
        this.#standing.close();
        this.#waits.close();
        await this.#last;
    }

    async #draw(frame: Frame): Promise<void> {
        if (this.#closed) throw displayClosed();
        requireFit(this, frame);
        if (this.#trouble.lateMs > 0 && !(await this.#waits.pass(this.#trouble.lateMs))) throw displayClosed();
        if (this.#trouble.broken) {
            const fault = displayBroken();
            this.#standing.set('fault', fault.message);
            throw fault;
        }
        this.#glass = frame;
        this.#standing.set('online', '');
        queueMicrotask(() => {
            for (const listener of [...this.#listeners]) listener();
        });
    }
}
