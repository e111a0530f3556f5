/**
 * Virtual machine: a disk that can be full and a clock that can be wrong, laid around the real ones where a kiosk may be tried out.
 *
 * Fault model: a full disk makes no file and lets none grow (ENOSPC), so that a file under way is left behind as on a real one; bytes that a
 * file has already can be written anew, files can be read, renamed and removed. A wrong clock is wrong from one moment to the next; the
 * monotonic clock goes on. Neither loses or changes a byte. A restart takes everything back.
 */
import { diskFault } from './journal/faults.ts';
import type { Clock } from './ports/clock.ts';
import type { Disk, DiskFile } from './ports/disk.ts';
import type { Fault } from './ports/fault.ts';
import type { VirtualMachine } from './ports/virtual.ts';

export interface VirtualMachineParts {
    readonly machine: VirtualMachine;
    readonly disk: Disk;
    readonly clock: Clock;
}

/** @param real what they are laid around. */
export function virtualMachine(real: { disk: Disk; clock: Clock }): VirtualMachineParts {
    let [diskFull, clockOffsetMs] = [false, 0];
    const full = () => diskFull;
    return {
        machine: {
            setDiskFull(next) {
                diskFull = next;
            },
            setClockOffset(ms) {
                clockOffsetMs = ms;
            },
            troubles: () => ({ diskFull, clockOffsetMs }),
        },
        disk: {
            readFile: (path) => real.disk.readFile(path),
            list: (folder) => real.disk.list(folder),
            rename: (from, to) => real.disk.rename(from, to),
            remove: (path) => real.disk.remove(path),
            syncFolder: (path) => real.disk.syncFolder(path),
            claim: (folder) => real.disk.claim(folder),
            async open(path, mode) {
                if (mode === 'create' && full()) throw noSpace('open', path);
                return fileThatFills({ file: await real.disk.open(path, mode), path, full });
            },
            async makeFolder(path) {
                if (full()) throw noSpace('create', path);
                await real.disk.makeFolder(path);
            },
            ...(real.disk.freeBytes === undefined
                ? {}
                : { freeBytes: async (folder: string) => (full() ? 0 : await real.disk.freeBytes!(folder)) }),
        },
        clock: {
            wallMs: () => real.clock.wallMs() + clockOffsetMs,
            monoMs: () => real.clock.monoMs(),
            after: (ms, run) => real.clock.after(ms, run),
        },
    };
}

function fileThatFills({ file, path, full }: { file: DiskFile; path: string; full: () => boolean }): DiskFile {
    return {
        read: (position, length) => file.read(position, length),
        async write(position, bytes) {
            if (full() && position + bytes.length > (await file.size())) throw noSpace('write', path);
            await file.write(position, bytes);
        },
        sync: () => file.sync(),
        size: () => file.size(),
        async truncate(length) {
            if (full() && length > (await file.size())) throw noSpace('truncate', path);
            await file.truncate(length);
        },
        close: () => file.close(),
    };
}

/** As the disk itself tells it. */
function noSpace(operation: string, path: string): Fault {
    const cause = Object.assign(new Error('no space left on the virtual machine’s disk'), { code: 'ENOSPC' });
    return diskFault(operation, path, cause);
}
