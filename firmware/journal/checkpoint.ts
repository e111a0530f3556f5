/**
 * Checkpoint: the folded state as of one record, kept in lowdb through an adapter that writes durably.
 *
 * Rules: temporary file, write, sync, the old generation renamed aside, rename, folder sync; a checksum inside. It is written after
 * the record that it names is durable, so it is never newer than the log; whoever uses it checks that (journal.ts).
 * Reading takes the adapter alone: lowdb is loaded at the first write, which keeps it out of the start.
 */
import { crc32 } from 'node:zlib';
import type { Adapter, Low } from 'lowdb';
import type { Disk } from '../ports/disk.ts';
import { checkpointFault } from './faults.ts';

export interface CheckpointData {
    /** Where the commit with the record stands. */
    readonly segment: number;
    readonly offset: number;
    /** The newest record that the state has seen, and its hash. */
    readonly seq: number;
    readonly head: string;
    /** Number of the fold that made the state. */
    readonly fold: number;
    readonly state: unknown;
}

const newestName = 'checkpoint.json';
const previousName = 'checkpoint.previous.json';
/** Newest first. */
export const checkpointNames: readonly string[] = [newestName, previousName];

const checksum = (text: string) => crc32(text).toString(16).padStart(8, '0');

/** lowdb's adapter over the Disk port: one line names the checksum, the next holds the data. */
export class DurableJsonFile implements Adapter<CheckpointData> {
    readonly #disk: Disk;
    readonly #folder: string;

    constructor(disk: Disk, folder: string) {
        this.#disk = disk;
        this.#folder = folder;
    }

    /** The newest generation whose checksum fits; null where there is none. */
    async read(): Promise<CheckpointData | null> {
        for (const name of checkpointNames) {
            const found = await readGeneration(this.#disk, this.#folder, name);
            if (found.ok) return found.data;
        }
        return null;
    }

    async write(data: CheckpointData): Promise<void> {
        const disk = this.#disk;
        const path = (name: string) => `${this.#folder}/${name}`;
        const text = JSON.stringify(data);
        const bytes = Buffer.from(`{"checkpoint":1,"crc":"${checksum(text)}"}\n${text}\n`);
        const temporary = path(`${newestName}.tmp`);
        await disk.remove(temporary);
        const file = await disk.open(temporary, 'create');
        try {
            await file.write(0, bytes);
            await file.sync();
        } finally {
            await file.close();
        }
        if ((await readGeneration(disk, this.#folder, newestName)).ok) await disk.rename(path(newestName), path(previousName));
        await disk.rename(temporary, path(newestName));
        await disk.syncFolder(this.#folder);
    }
}

export type Generation =
    | { readonly ok: true; readonly data: CheckpointData }
    | { readonly ok: false; readonly reason: 'missing' | 'checksum' };

/** One generation of the checkpoint. A file that cannot be read counts as one whose checksum differs: the log can replace it. */
export async function readGeneration(disk: Disk, folder: string, name: string): Promise<Generation> {
    let bytes: Uint8Array | undefined;
    try {
        bytes = await disk.readFile(`${folder}/${name}`);
    } catch {
        return { ok: false, reason: 'checksum' };
    }
    if (bytes === undefined) return { ok: false, reason: 'missing' };
    const match = /^\{"checkpoint":1,"crc":"([0-9a-f]{8})"\}\n(.*)\n$/s.exec(Buffer.from(bytes).toString('utf8'));
    if (match === null || checksum(match[2]!) !== match[1]) return { ok: false, reason: 'checksum' };
    return { ok: true, data: JSON.parse(match[2]!) as CheckpointData };
}

/** Writes checkpoints one at a time; of those that come meanwhile only the last is written. */
export class CheckpointWriter {
    readonly #adapter: DurableJsonFile;
    #database: Low<CheckpointData> | undefined;
    #latest: CheckpointData | undefined;
    #running: Promise<void> | undefined;

    constructor(disk: Disk, folder: string) {
        this.#adapter = new DurableJsonFile(disk, folder);
    }

    /** Resolves when this checkpoint, or a later one, is durable. @throws CHECKPOINT_NOT_KEPT */
    write(data: CheckpointData): Promise<void> {
        this.#latest = data;
        this.#running ??= this.#drain();
        return this.#running;
    }

    /** Resolves when nothing is under way any more. Never rejects. */
    async idle(): Promise<void> {
        await this.#running?.catch(() => undefined);
    }

    async #drain(): Promise<void> {
        try {
            while (this.#latest !== undefined) {
                const data = this.#latest;
                this.#latest = undefined;
                await this.#store(data);
            }
        } catch (thrown) {
            throw checkpointFault(thrown);
        } finally {
            this.#running = undefined;
        }
    }

    async #store(data: CheckpointData): Promise<void> {
        if (this.#database === undefined) {
            const { Low } = await import('lowdb');
            this.#database = new Low(this.#adapter, data);
        }
        this.#database.data = data;
        await this.#database.write();
    }
}
