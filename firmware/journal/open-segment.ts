/**
 * OpenSegment: the one file that records go to now.
 *
 * Rules: a commit is one write and one sync over slots that were prepared, so that it touches no metadata (design §5). After a failed
 * write or sync the file is never synced again: the kernel may have marked the pages clean that it lost.
 */
import type { Disk, DiskFile } from '../ports/disk.ts';
import type { JournalEntry } from '../ports/journal.ts';
import { appendFault } from './faults.ts';
import { type CommitPlace, type EncodedCommit, encodeCommit, slotBytes } from './format.ts';
import { segmentName, segmentPath } from './segments.ts';

export class OpenSegment {
    readonly number: number;
    readonly slots: number;
    readonly #file: DiskFile;
    /** Where the next commit goes. */
    position: number;

    private constructor(file: DiskFile, place: { number: number; position: number; size: number }) {
        this.#file = file;
        this.number = place.number;
        this.position = place.position;
        this.slots = Math.floor(place.size / slotBytes);
    }

    static async open(order: { disk: Disk; folder: string; number: number; position: number }): Promise<OpenSegment> {
        let file: DiskFile | undefined;
        try {
            file = await order.disk.open(segmentPath(order.folder, order.number), 'write');
            return new OpenSegment(file, { number: order.number, position: order.position, size: await file.size() });
        } catch (thrown) {
            await file?.close().catch(() => undefined);
            throw appendFault('open', thrown, { segment: segmentName(order.number) });
        }
    }

    get freeSlots(): number {
        return Math.max(0, this.slots - this.position / slotBytes);
    }

    /** The entries as a commit that fits behind the last one. @throws JOURNAL_MISUSED */
    encode(entries: readonly JournalEntry[], place: Omit<CommitPlace, 'segment'>): EncodedCommit {
        return encodeCommit(entries, { ...place, segment: this.number });
    }

    /** @throws JOURNAL_FULL, JOURNAL_READ_ONLY or JOURNAL_WRITE_FAILED; then only `close` may follow. */
    async commit(encoded: EncodedCommit): Promise<void> {
        await this.rewrite(this.position, encoded.bytes);
        this.position += encoded.bytes.length;
    }

    /** Writes and syncs bytes over slots that are there. @throws as `commit` */
    async rewrite(position: number, bytes: Uint8Array): Promise<void> {
        const facts = { segment: segmentName(this.number), offset: position };
        try {
            await this.#file.write(position, bytes);
        } catch (thrown) {
            throw appendFault('write', thrown, facts);
        }
        try {
            await this.#file.sync();
        } catch (thrown) {
            throw appendFault('sync', thrown, facts);
        }
    }

    /** Always succeeds. */
    async close(): Promise<void> {
        await this.#file.close().catch(() => undefined);
    }
}
