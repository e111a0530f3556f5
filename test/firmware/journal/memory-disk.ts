/**
 * MemoryDisk: a Disk that forgets what was not synced.
 *
 * Fault model. It may, at a crash: lose or keep any set of 512-byte sectors of writes that were not synced, so that a write is torn
 * at every sector border and in any order; lose the length that unsynced writes or truncations gave a file; lose every name operation
 * (create, rename, remove, new folder) from any point on that no `syncFolder` or file sync of a fresh name has made durable. Names are
 * lost in order, as a journalling file system does. It may fail any operation, once or from then on, with any errno, and a failed
 * write may still have written some of its sectors; after a failed sync the pages count as clean: they are read back from the cache,
 * no later sync brings them to the disk, and a crash loses them.
 * It never damages a sector that was not being written, never invents bytes (tests flip bytes themselves, see `poke`), never lets a
 * rename show half a name.
 */
import assert from 'node:assert/strict';
import type { Disk, DiskFile } from '../../../firmware/ports/disk.ts';
import { Fault } from '../../../firmware/ports/fault.ts';

const sectorBytes = 512;

/** One file's bytes: what the system shows, what is on the disk, and the sectors in which they differ for the next sync to settle. */
class Inode {
    cache = Buffer.alloc(0);
    disk = Buffer.alloc(0);
    readonly dirty = new Set<number>();
    sizeDirty = false;

    write(position: number, bytes: Uint8Array): void {
        if (bytes.length === 0) return;
        if (position + bytes.length > this.cache.length) {
            this.cache = Buffer.concat([this.cache, Buffer.alloc(position + bytes.length - this.cache.length)]);
            this.sizeDirty = true;
        }
        this.cache.set(bytes, position);
        for (let sector = Math.floor(position / sectorBytes); sector * sectorBytes < position + bytes.length; sector += 1)
            this.dirty.add(sector);
    }

    truncate(length: number): void {
        const kept = Buffer.alloc(length);
        this.cache.copy(kept, 0, 0, Math.min(length, this.cache.length));
        this.cache = kept;
        this.sizeDirty = true;
    }

    /** Puts the chosen dirty sectors, and with them the length, on the disk. */
    settle(sectors: Iterable<number>): void {
        const length = this.sizeDirty ? this.cache.length : this.disk.length;
        const next = Buffer.alloc(length);
        this.disk.copy(next, 0, 0, Math.min(length, this.disk.length));
        for (const sector of sectors) {
            this.cache.copy(next, sector * sectorBytes, sector * sectorBytes, Math.min((sector + 1) * sectorBytes, length));
            this.dirty.delete(sector);
        }
        this.disk = next;
        this.sizeDirty = false;
    }
}

type Names = Map<string, Inode | 'folder'>;
type NameChange = (names: Names) => void;

export interface FaultPlan {
    /** Counts operations from 0 on; the one with this number fails. */
    readonly at: number;
    readonly errno: string;
    /** Fails every operation from there on that changes anything, too. */
    readonly forever?: boolean;
    /** How many sectors of a failing write still reach the cache. */
    readonly sectors?: number;
}

/** What of the unsynced survives a crash. `sectors` is asked for each unsynced sector, `names` how many of the unsynced name operations. */
export interface CrashPlan {
    readonly sectors: (sector: number, of: readonly number[]) => boolean;
    readonly names: (unsynced: number) => number;
}

export const loseAll: CrashPlan = { sectors: () => false, names: () => 0 };
export const keepAll: CrashPlan = { sectors: () => true, names: (unsynced) => unsynced };

export class MemoryDisk implements Disk {
    #names: Names = new Map();
    #durable: Names = new Map();
    #pending: NameChange[] = [];
    #claims = new Set<string>();
    #plan: FaultPlan | undefined;
    #openFiles = 0;
    #epoch = 0;
    /** Operations so far, with their names: what a sweep goes over. */
    readonly operations: string[] = [];
    /** Unsynced sectors at the last crash. */
    lastUnsynced: readonly number[] = [];
    /** Called before each operation. */
    before: ((operation: string, path: string) => void | Promise<void>) | undefined;

    fail(plan: FaultPlan | undefined): void {
        this.#plan = plan;
    }

    get openFiles(): number {
        return this.#openFiles;
    }

    /** The power goes: handles are dead, claims are free, and what was not synced is kept or lost as the plan says. */
    crash(plan: CrashPlan): void {
        const kept = this.#pending.slice(0, plan.names(this.#pending.length));
        for (const change of kept) change(this.#durable);
        this.#pending = [];
        const unsynced: number[] = [];
        const inodes = new Set([...this.#names.values(), ...this.#durable.values()].filter((node) => node !== 'folder'));
        for (const inode of inodes) {
            const dirty = [...inode.dirty].sort((a, b) => a - b);
            unsynced.push(...dirty);
            const sectors = dirty.filter((sector) => plan.sectors(sector, dirty));
            if (sectors.length > 0) inode.settle(sectors);
            inode.cache = Buffer.from(inode.disk);
            inode.dirty.clear();
            inode.sizeDirty = false;
        }
        this.lastUnsynced = unsynced;
        this.#names = new Map(this.#durable);
        this.#claims.clear();
        this.#openFiles = 0;
        this.#plan = undefined;
        this.#epoch += 1;
    }

    /** A copy with the same contents, everything durable and nothing open. */
    copy(): MemoryDisk {
        const other = new MemoryDisk();
        for (const [path, node] of this.#names) {
            let copy: Inode | 'folder' = 'folder';
            if (node !== 'folder') {
                copy = new Inode();
                copy.cache = Buffer.from(node.cache);
                copy.disk = Buffer.from(node.cache);
            }
            other.#names.set(path, copy);
            other.#durable.set(path, copy);
        }
        return other;
    }

    /** Paths of files, sorted. */
    files(): string[] {
        return [...this.#names].flatMap(([path, node]) => (node === 'folder' ? [] : [path])).sort();
    }

    /** The bytes of a file, for a test to read or (durably) to spoil. */
    peek(path: string): Buffer {
        return Buffer.from(this.#inode(path).cache);
    }

    poke(path: string, bytes: Uint8Array): void {
        let node = this.#names.get(path);
        if (node === undefined) {
            node = new Inode();
            this.#names.set(path, node);
            this.#durable.set(path, node);
        }
        assert.ok(node !== 'folder');
        node.cache = Buffer.from(bytes);
        node.disk = Buffer.from(bytes);
        node.dirty.clear();
    }

    drop(path: string): void {
        this.#names.delete(path);
        this.#durable.delete(path);
    }

    async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
        await this.#step(mode === 'create' ? 'create' : 'open', path, mode === 'create');
        if (mode === 'create') {
            if (this.#names.has(path)) throw diskFault('EEXIST', 'create', path);
            if (!this.#names.has(folderOf(path))) throw diskFault('ENOENT', 'create', path);
            const inode = new Inode();
            this.#change((names) => names.set(path, inode));
        }
        const inode = this.#inode(path);
        this.#openFiles += 1;
        const epoch = this.#epoch;
        let open = true;
        const alive = () => assert.ok(open && epoch === this.#epoch, `${path} is used after close or crash`);
        return {
            read: async (position, length) => {
                alive();
                await this.#step('read', path, false);
                return Buffer.from(inode.cache.subarray(position, position + length));
            },
            write: async (position, bytes) => {
                alive();
                await this.#step('write', path, true, (sectors) => inode.write(position, bytes.subarray(0, sectors * sectorBytes)));
                alive();
                inode.write(position, bytes);
            },
            sync: async () => {
                alive();
                await this.#step('sync', path, true, () => inode.dirty.clear());
                alive();
                inode.settle([...inode.dirty]);
            },
            size: async () => {
                alive();
                await this.#step('size', path, false);
                return inode.cache.length;
            },
            truncate: async (length) => {
                alive();
                await this.#step('truncate', path, true);
                inode.truncate(length);
            },
            close: async () => {
                if (epoch !== this.#epoch) return;
                assert.ok(open, `${path} is closed twice`);
                open = false;
                this.#openFiles -= 1;
            },
        };
    }

    async readFile(path: string): Promise<Uint8Array | undefined> {
        await this.#step('readFile', path, false);
        const node = this.#names.get(path);
        return node === undefined || node === 'folder' ? undefined : Buffer.from(node.cache);
    }

    async list(folder: string): Promise<string[]> {
        await this.#step('list', folder, false);
        return [...this.#names.keys()]
            .filter((path) => folderOf(path) === folder)
            .map((path) => path.slice(folder.length + 1))
            .sort();
    }

    async makeFolder(path: string): Promise<void> {
        await this.#step('makeFolder', path, true);
        // As NodeDisk does: the new folders' names are durable when this resolves.
        for (let at = path; at !== '' && !this.#names.has(at); at = folderOf(at)) {
            this.#names.set(at, 'folder');
            this.#durable.set(at, 'folder');
        }
    }

    async rename(from: string, to: string): Promise<void> {
        await this.#step('rename', from, true);
        const node = this.#names.get(from);
        if (node === undefined) throw diskFault('ENOENT', 'rename', from);
        this.#change((names) => {
            names.delete(from);
            names.set(to, node);
        });
    }

    async remove(path: string): Promise<void> {
        await this.#step('remove', path, true);
        if (this.#names.has(path)) this.#change((names) => names.delete(path));
    }

    async syncFolder(path: string): Promise<void> {
        await this.#step('syncFolder', path, true);
        for (const change of this.#pending) change(this.#durable);
        this.#pending = [];
    }

    async claim(folder: string): Promise<{ release(): Promise<void> }> {
        if (this.#claims.has(folder))
            throw new Fault({ code: 'DATA_FOLDER_IN_USE', kind: 'storage', message: 'in use', facts: { folder } });
        this.#claims.add(folder);
        return { release: async () => void this.#claims.delete(folder) };
    }

    #change(change: NameChange): void {
        change(this.#names);
        this.#pending.push(change);
    }

    #inode(path: string): Inode {
        const node = this.#names.get(path);
        if (node === undefined || node === 'folder') throw diskFault('ENOENT', 'open', path);
        return node;
    }

    #failing(changes: boolean): string | undefined {
        const plan = this.#plan;
        if (plan === undefined) return undefined;
        const number = this.operations.length;
        return number === plan.at || (plan.forever === true && changes && number > plan.at) ? plan.errno : undefined;
    }

    /** @param onFailure what a failing operation does all the same. */
    async #step(operation: string, path: string, changes: boolean, onFailure?: (sectors: number) => void): Promise<void> {
        await this.before?.(operation, path);
        const errno = this.#failing(changes);
        this.operations.push(`${operation} ${path}`);
        if (errno === undefined) return;
        onFailure?.(this.#plan?.sectors ?? 0);
        throw diskFault(errno, operation, path);
    }
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'));

function diskFault(errno: string, operation: string, path: string): Fault {
    return new Fault({
        code: 'DISK_FAILED',
        kind: 'storage',
        message: `${operation} ${path}: ${errno}`,
        facts: { operation, path, errno },
    });
}
