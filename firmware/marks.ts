/**
 * Marks: the wallets' acceptance marks, as the operator supplied them (an acquirer hands the artwork out; it is not ours to give away).
 *
 * Fails: MARK_UNREADABLE (config) for a file that is no PNG or SVG, too large, or not there; MARK_WITHOUT_SIZE (config).
 */
import { readFile } from 'node:fs/promises';
import { Fault } from './ports/fault.ts';

export interface Mark {
    /** Read aloud, and shown where the picture cannot be. */
    readonly name: string;
    /** `data:image/…;base64,…`: a picture in a page or an SVG; scripts in it never run. */
    readonly dataUri: string;
}

/** A mark is a few kilobytes; it goes with every page that a phone loads. */
export const markBytesMax = 64 * 1024;

/** @param marks names with absolute file names. */
export async function readMarks(marks: readonly { name: string; file: string }[]): Promise<readonly Mark[]> {
    return Promise.all(marks.map(readMark));
}

async function readMark({ name, file }: { name: string; file: string }): Promise<Mark> {
    let bytes: Buffer;
    try {
        bytes = await readFile(file);
    } catch (cause) {
        throw unreadable(file, `it cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'error'})`, cause);
    }
    if (bytes.length > markBytesMax) throw unreadable(file, `it is larger than ${markBytesMax / 1024} KiB`);
    const type = mediaTypeOf(bytes);
    if (type === undefined) throw unreadable(file, 'it is neither PNG nor SVG');
    // Its shape is read here too: a picture that no screen can place is told at the start, not at the first frame.
    const { artworkOf } = await import('./paint/marks.ts');
    return artworkOf({ name, dataUri: `data:${type};base64,${bytes.toString('base64')}` });
}

function mediaTypeOf(bytes: Buffer): string | undefined {
    if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'image/png';
    return /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/.test(bytes.toString('utf8'))
        ? 'image/svg+xml'
        : undefined;
}

function unreadable(file: string, why: string, cause?: unknown): Fault {
    return new Fault({
        code: 'MARK_UNREADABLE',
        kind: 'config',
        message: `The acceptance mark ${file} cannot be used: ${why}. Give the PNG or SVG that your acquirer supplied, at most ${markBytesMax / 1024} KiB, under marks.`,
        facts: { file },
        cause,
    });
}
