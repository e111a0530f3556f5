/**
 * NodeDisk: the Disk port on node:fs and the Linux kernel.
 *
 * Rules: `sync` is fdatasync; `syncFolder` opens the directory and fsyncs it, for only that makes a new name durable.
 * A folder is claimed with an abstract Unix socket named after its device and inode: the kernel frees it when the process dies,
 * however it dies. Abstract names belong to a network namespace: two containers that share a volume do not see each other's.
 */
import { constants, type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Disk, DiskFile } from '../ports/disk.ts';
import { claimFault, diskFault, errnoOf, inUseFault } from './faults.ts';

const flags = {
    read: constants.O_RDONLY,
    write: constants.O_RDWR,
    create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
} as const;

/** Every failure becomes a Fault that names the operation and the path. */
async function wrapped<Result>(operation: string, path: string, run: () => Promise<Result>): Promise<Result> {
    try {
        return await run();
    } catch (thrown) {
        throw diskFault(operation, path, thrown);
    }
}

class NodeFile implements DiskFile {
    readonly #handle: FileHandle;
    readonly #path: string;

    constructor(handle: FileHandle, path: string) {
        this.#handle = handle;
        this.#path = path;
    }

    read(position: number, length: number): Promise<Uint8Array> {
        return wrapped('read', this.#path, async () => {
            const bytes = Buffer.allocUnsafe(length);
            let filled = 0;
            while (filled < length) {
                const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, position + filled);
                if (bytesRead === 0) break;
                filled += bytesRead;
            }
            return bytes.subarray(0, filled);
        });
    }

    write(position: number, bytes: Uint8Array): Promise<void> {
        return wrapped('write', this.#path, async () => {
            let done = 0;
            while (done < bytes.length) {
                const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
                done += bytesWritten;
            }
        });
    }

    sync(): Promise<void> {
        return wrapped('sync', this.#path, () => this.#handle.datasync());
    }

    size(): Promise<number> {
        return wrapped('stat', this.#path, async () => (await this.#handle.stat()).size);
    }

    truncate(length: number): Promise<void> {
        return wrapped('truncate', this.#path, () => this.#handle.truncate(length));
    }

    close(): Promise<void> {
        return wrapped('close', this.#path, () => this.#handle.close());
    }
}

async function syncFolder(path: string): Promise<void> {
    await wrapped('sync', path, async () => {
        const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
        try {
            await handle.sync();
        } finally {
            await handle.close();
        }
    });
}

/** Creates the missing folders of a path, and makes their names durable. */
async function makeFolder(path: string): Promise<void> {
    const first = await wrapped('create', path, () => mkdir(path, { recursive: true }));
    if (first === undefined) return;
    for (let made = path; ; made = dirname(made)) {
        await syncFolder(dirname(made));
        if (made === first || dirname(made) === made) return;
    }
}

async function claim(folder: string): Promise<{ release(): Promise<void> }> {
    const { dev, ino } = await wrapped('stat', folder, () => stat(folder, { bigint: true }));
    const server = createServer((socket) => socket.destroy());
    try {
        await new Promise<void>((resolve, reject) => {
            server.once('error', reject);
            server.listen({ path: `\0tillbox-${dev}-${ino}` }, resolve);
        });
    } catch (thrown) {
        throw errnoOf(thrown) === 'EADDRINUSE' ? inUseFault(folder) : claimFault(folder, thrown);
    }
    server.unref();
    return {
        release: () => new Promise((resolve) => server.close(() => resolve())),
    };
}

/** The machine's own disk. */
export const nodeDisk: Disk = {
    open: (path, mode) => wrapped('open', path, async () => new NodeFile(await open(path, flags[mode], 0o600), path)),
    readFile: (path) =>
        wrapped('read', path, async () => {
            try {
                return await readFile(path);
            } catch (thrown) {
                if (errnoOf(thrown) === 'ENOENT') return undefined;
                throw thrown;
            }
        }),
    list: (folder) =>
        wrapped('list', folder, async () => {
            try {
                return (await readdir(folder)).sort();
            } catch (thrown) {
                if (errnoOf(thrown) === 'ENOENT') return [];
                throw thrown;
            }
        }),
    makeFolder,
    rename: (from, to) => wrapped('rename', from, () => rename(from, to)),
    remove: (path) => wrapped('remove', path, () => rm(path, { force: true })),
    syncFolder,
    freeBytes: (folder) =>
        wrapped('stat', folder, async () => {
            const { blocks, bavail, bsize } = await statfs(folder);
            // Some file systems of programs and networks count nothing: that is no full disk.
            return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
        }),
    claim,
};
