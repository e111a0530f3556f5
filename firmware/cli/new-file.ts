/** New file: writes what must not be lost and must not replace anything, and what may replace its older self whole. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../ports/fault.ts';

/** Throws FILE_EXISTS when one of the files is there: a key is never overwritten. */
export function refuseExisting(files: readonly string[]): void {
    const there = files.find((file) => existsSync(file));
    if (there !== undefined) throw exists(there);
}

/** Writes and syncs a file that must not exist yet. `mode` 0o600 for secrets. @throws Fault FILE_EXISTS or FILE_NOT_WRITTEN. */
export function writeNewFile(order: { file: string; text: string; mode: number }): void {
    write({ ...order, flag: 'wx' });
}

/** Replaces a file whole (temporary file, sync, rename), with mode 0600. @throws Fault FILE_NOT_WRITTEN. */
export function replaceFile(order: { file: string; text: string }): void {
    const temporary = `${order.file}.new`;
    write({ file: temporary, text: order.text, mode: 0o600, flag: 'w' });
    renameSync(temporary, order.file);
}

function write(order: { file: string; text: string; mode: number; flag: 'w' | 'wx' }): void {
    try {
        mkdirSync(dirname(order.file), { recursive: true, mode: 0o700 });
        const handle = openSync(order.file, order.flag, order.mode);
        try {
            writeSync(handle, order.text);
            fsyncSync(handle);
        } finally {
            closeSync(handle);
        }
    } catch (error) {
        const { code: errno = 'unknown', syscall } = error as NodeJS.ErrnoException;
        if (errno === 'EEXIST' && syscall === 'open') throw exists(order.file);
        throw new Fault({
            code: 'FILE_NOT_WRITTEN',
            kind: 'storage',
            message: `${order.file} could not be written: the system says ${errno}; check that the folder is yours and has room.`,
            facts: { file: order.file, errno },
            cause: error,
        });
    }
}

function exists(file: string): Fault {
    return new Fault({
        code: 'FILE_EXISTS',
        kind: 'config',
        message: `${file} is there already and nothing was written: move it away first, or name another file.`,
        facts: { file },
    });
}
