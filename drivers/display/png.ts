/**
 * Picture display: shows a frame by replacing a PNG file as a whole. Whoever reads the file sees the frame before or this one.
 *
 * Rules: one frame at a time, in the order of the calls. No sync: a picture lost in a power cut is drawn anew at the next start.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { InferOutput } from 'valibot';
import type { DeviceStatus, Display, Frame } from '../../firmware/ports/devices.ts';
import { type DriverNeeds, defineDriver } from '../driver.ts';
import { encodePng } from '../lib/png.ts';
import { Standing } from '../lib/standing.ts';
import { displayClosed, displayNotWritten, requireFit } from './faults.ts';
import { pngDisplayConfig } from './png.config.ts';

type Config = InferOutput<typeof pngDisplayConfig.schema>;

export const pngDisplay = defineDriver({
    port: 'display',
    proof: 'bench',
    config: pngDisplayConfig,
    open: async (config, needs): Promise<Display> => new PngDisplay(config, needs),
});

class PngDisplay implements Display {
    readonly form = 'pixels';
    readonly width: number;
    readonly height: number;
    readonly depth: number;
    readonly refreshMs: number;
    readonly #path: string;
    readonly #needs: DriverNeeds;
    readonly #standing = new Standing({ state: 'online', reason: '' });
    #last: Promise<unknown> = Promise.resolve();
    #closed = false;

    constructor(config: Config, needs: DriverNeeds) {
        this.width = config.width;
        this.height = config.height;
        this.depth = config.depth;
        this.refreshMs = config.refreshMs;
        this.#path = needs.resolvePath(config.path);
        this.#needs = needs;
    }

    status(): DeviceStatus {
        return this.#standing.status();
    }

    onStatus(listener: (status: DeviceStatus) => void): () => void {
        return this.#standing.onStatus(listener);
    }

    /** Rejects with DISPLAY_NOT_WRITTEN, DISPLAY_FRAME_UNFIT or DISPLAY_CLOSED. */
    show(frame: Frame): Promise<void> {
        const shown = this.#last.then(() => this.#write(frame));
        this.#last = shown.catch(() => undefined);
        return shown;
    }

    async close(): Promise<void> {
        this.#closed = true;
        this.#standing.close();
        await this.#last;
    }

    async #write(frame: Frame): Promise<void> {
        if (this.#closed) throw displayClosed();
        requireFit(this, frame);
        const part = `${this.#path}.${process.pid}.part`;
        try {
            const png = await encodePng(frame.pixels!);
            await mkdir(dirname(this.#path), { recursive: true });
            await writeFile(part, png);
            await rename(part, this.#path);
        } catch (cause) {
            await rm(part, { force: true }).catch(() => undefined);
            const fault = displayNotWritten(this.#path, cause);
            if (this.#standing.set('fault', fault.message)) this.#needs.log.warn('display fault', { code: fault.code, ...fault.facts });
            throw fault;
        }
        if (this.#standing.set('online', '')) this.#needs.log.info('display online again', { path: this.#path });
    }
}
