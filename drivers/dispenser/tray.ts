/**
 * Tray: what a virtual dispenser did, in an append-only file that survives the process as goods and latches do.
 *
 * One JSON object a line: `moving` before the motor starts, `fell` for each item at the moment it falls, `failed` when a movement ended
 * with nothing out. Each is durable before anything follows from it; a line cut off by a power cut never happened.
 */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { Fault } from '../../firmware/ports/fault.ts';

const lineSchema = v.object({
    at: v.string(),
    deliveryId: v.string(),
    slot: v.string(),
    what: v.picklist(['moving', 'fell', 'failed']),
    /** Whether the drop sensor saw it; the eye of a test does in any case. */
    seen: v.boolean(),
});
export type TrayLine = v.InferOutput<typeof lineSchema>;

/** How far a movement came, as its last line tells. */
export type Progress = Pick<TrayLine, 'what' | 'seen'>;

const lineFeed = 0x0a;

export class Tray {
    readonly #file: FileHandle;
    readonly #fallen: TrayLine[] = [];
    readonly #progress = new Map<string, Progress>();
    #size: number;
    #last: Promise<unknown> = Promise.resolve();

    private constructor(file: FileHandle, lines: readonly TrayLine[], size: number) {
        this.#file = file;
        this.#size = size;
        for (const line of lines) this.#count(line);
    }

    /** Opens the file or makes it. Rejects with VIRTUAL_TRAY_UNUSABLE when it cannot be written or is no tray. */
    static async open(path: string): Promise<Tray> {
        let opened: FileHandle | undefined;
        try {
            await mkdir(dirname(path), { recursive: true });
            await (await open(path, 'a')).close();
            const file = await open(path, 'r+');
            opened = file;
            const bytes = await file.readFile();
            const size = bytes.lastIndexOf(lineFeed) + 1;
            const lines = bytes
                .toString('utf8', 0, size)
                .split('\n')
                .filter((line) => line !== '')
                .map((line) => v.parse(lineSchema, JSON.parse(line)));
            // The rest of a line that a power cut left would otherwise become the beginning of the next one.
            await file.truncate(size);
            await file.sync();
            await syncFolder(dirname(path));
            return new Tray(file, lines, size);
        } catch (cause) {
            await opened?.close();
            throw new Fault({
                code: 'VIRTUAL_TRAY_UNUSABLE',
                kind: 'storage',
                message: `The virtual tray ${path} cannot be read and written: see that its folder may be written, or move a damaged file away.`,
                facts: { path },
                cause,
            });
        }
    }

    progress(deliveryId: string): Progress | undefined {
        return this.#progress.get(deliveryId);
    }

    /** Everything that ever fell, oldest first. */
    fallen(): readonly TrayLine[] {
        return this.#fallen;
    }

    /** Resolves when the lines are durable, all or none of them; rejects with the system's error. */
    append(lines: readonly TrayLine[]): Promise<void> {
        const appended = this.#last.then(() => this.#append(lines));
        this.#last = appended.catch(() => undefined);
        return appended;
    }

    async close(): Promise<void> {
        await this.#last;
        await this.#file.close();
    }

    async #append(lines: readonly TrayLine[]): Promise<void> {
        const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
        // Always at the end of what is whole: a write that failed half way is overwritten.
        for (let written = 0; written < bytes.length; ) {
            const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#size + written);
            written += bytesWritten;
        }
        await this.#file.datasync();
        this.#size += bytes.length;
        for (const line of lines) this.#count(line);
    }

    #count(line: TrayLine): void {
        if (line.what === 'fell') this.#fallen.push(line);
        this.#progress.set(line.deliveryId, { what: line.what, seen: line.seen });
    }
}

async function syncFolder(path: string): Promise<void> {
    const folder = await open(path, 'r');
    try {
        await folder.sync();
    } finally {
        await folder.close();
    }
}
