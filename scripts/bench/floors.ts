/**
 * Floors: what the machine itself needs for the work that a figure cannot avoid: one RSA-2048 signature, one synced slot of 4 KiB. Taken
 * between the samples of the figure, so that both see the same machine.
 */
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { blankSlots, slotBytes } from '../../firmware/journal/format.ts';
import { type Ground, nowMs } from './ground.ts';

export interface Floors {
    /** One signature beside one synced slot: the later of the two, milliseconds. */
    signatureBesideSlot(): Promise<number>;
    /** One synced slot. */
    slot(): Promise<number>;
    close(): Promise<void>;
}

const slots = 256;

/** Opens a file of the journal's form on the journal's disk: prefilled and synced, so that a slot touches no metadata. */
export async function openFloors(ground: Ground): Promise<Floors> {
    const key = createPrivateKey(readFileSync(ground.merchantKey));
    // As long as the content of a `pay`.
    const content = Buffer.alloc(900, 'x');
    const file: FileHandle = await open(join(ground.folder, 'floor'), 'w+');
    await file.write(blankSlots(slots));
    await file.sync();
    const bytes = blankSlots(1);
    let at = 0;
    const writeSlot = async () => {
        at = (at + 1) % slots;
        await file.write(bytes, 0, slotBytes, at * slotBytes);
        await file.datasync();
    };
    const signature = () =>
        new Promise<void>((resolve, reject) => sign('sha256', content, key, (error) => (error === null ? resolve() : reject(error))));
    const timed = async (run: () => Promise<unknown>) => {
        const startedMs = nowMs();
        await run();
        return nowMs() - startedMs;
    };
    return {
        signatureBesideSlot: () => timed(() => Promise.all([signature(), writeSlot()])),
        slot: () => timed(writeSlot),
        close: () => file.close(),
    };
}
