/**
 * State file: an append-only file of changes, one JSON line each with its checksum; a change is durable before `append` returns.
 *
 * Rules: a line without its end or with a wrong checksum at the very end is a torn write and is cut off; anywhere else it is damage.
 * Fails: SANDBOX_STATE_DAMAGED, SANDBOX_STATE_UNWRITABLE, SANDBOX_STATE_IN_USE.
 */
import { closeSync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { Fault } from '../../firmware/ports/fault.ts';

export class StateFile {
    readonly path: string;
    readonly #fd: number;
    readonly #lock: Server;
    #broken = false;
    #closed = false;

    private constructor(options: { path: string; fd: number; lock: Server }) {
        this.path = options.path;
        this.#fd = options.fd;
        this.#lock = options.lock;
    }

    /** Opens or makes the file, takes it for this process, and gives every change that stands in it, oldest first. */
    static async open(path: string): Promise<{ file: StateFile; changes: unknown[] }> {
        let fd: number;
        try {
            mkdirSync(dirname(path), { recursive: true });
            fd = openSync(path, 'a+', 0o600);
            // A device would never end; reading one fills the memory.
            if (!fstatSync(fd).isFile()) {
                closeSync(fd);
                throw new Error('it is no regular file');
            }
        } catch (error) {
            throw unwritable(path, error);
        }
        try {
            const lock = await claim(fd, path);
            try {
                const bytes = readFileSync(path);
                const { changes, goodBytes } = readChanges(bytes, path);
                if (goodBytes < bytes.length) {
                    ftruncateSync(fd, goodBytes);
                    fsyncSync(fd);
                }
                return { file: new StateFile({ path, fd, lock }), changes };
            } catch (error) {
                lock.close();
                throw error;
            }
        } catch (error) {
            closeSync(fd);
            throw error;
        }
    }

    /** Writes one change and syncs it. After a failure nothing more is written: the file's end is not known any more. */
    append(change: unknown): void {
        if (this.#broken || this.#closed) throw unwritable(this.path, undefined);
        const json = JSON.stringify(change);
        const line = Buffer.from(`${checksum(json)} ${json}\n`, 'utf8');
        try {
            for (let written = 0; written < line.length; ) written += writeSync(this.#fd, line, written);
            fdatasyncSync(this.#fd);
        } catch (error) {
            this.#broken = true;
            throw unwritable(this.path, error);
        }
    }

    async close(): Promise<void> {
        if (this.#closed) return;
        this.#closed = true;
        closeSync(this.#fd);
        await new Promise<void>((done) => this.#lock.close(() => done()));
    }
}

function checksum(json: string): string {
    return crc32(json).toString(16).padStart(8, '0');
}

function readChanges(bytes: Buffer, path: string): { changes: unknown[]; goodBytes: number } {
    const changes: unknown[] = [];
    let from = 0;
    while (from < bytes.length) {
        const end = bytes.indexOf(0x0a, from);
        const json = end < 0 ? '' : bytes.toString('utf8', from + 9, end);
        if (end < 0 || bytes.toString('latin1', from, from + 9) !== `${checksum(json)} `) {
            const last = end < 0 || end === bytes.length - 1;
            if (last) return { changes, goodBytes: from };
            throw new Fault({
                code: 'SANDBOX_STATE_DAMAGED',
                kind: 'storage',
                message: `The sandbox's state file ${path} is damaged at byte ${from}, with good lines behind it; restore it, or move it away to start an empty ledger.`,
                facts: { offset: from },
            });
        }
        changes.push(JSON.parse(json));
        from = end + 1;
    }
    return { changes, goodBytes: from };
}

/** An abstract socket named after the file's device and inode: the kernel frees it when the process ends, however it ends. */
async function claim(fd: number, path: string): Promise<Server> {
    const { dev, ino } = fstatSync(fd);
    const lock = createServer();
    lock.unref();
    await new Promise<void>((done, fail) => {
        lock.once('error', (error: NodeJS.ErrnoException) =>
            fail(
                error.code === 'EADDRINUSE'
                    ? new Fault({
                          code: 'SANDBOX_STATE_IN_USE',
                          kind: 'storage',
                          message: `Another sandbox uses the state file ${path}; stop it, or name another file under state.`,
                      })
                    : error,
            ),
        );
        lock.listen(`\0tillbox-sandbox-${dev}-${ino}`, () => done());
    });
    return lock;
}

function unwritable(path: string, cause: unknown): Fault {
    const errno = (cause as NodeJS.ErrnoException | undefined)?.code;
    return new Fault({
        code: 'SANDBOX_STATE_UNWRITABLE',
        kind: 'storage',
        message: `The sandbox cannot write its state file ${path}${errno === undefined ? '' : ` (${errno})`}; free space or change its folder's rights, then start it again.`,
        ...(errno === undefined ? {} : { facts: { errno } }),
        ...(cause === undefined ? {} : { cause }),
    });
}
