/**
 * Disk: what the journal asks of a file system; node:fs in production, a model in the simulator and the power-cut sweep.
 *
 * Nothing is durable before `sync` (a file's bytes) or `syncFolder` (names in a folder) has resolved. Every operation may reject
 * with a Fault of kind `storage` whose `facts.errno` is the system's name (ENOSPC, EIO, EROFS …).
 */

export interface DiskFile {
    /** Bytes read at `position`; fewer than asked for only at the end of the file. */
    read(position: number, length: number): Promise<Uint8Array>;
    /** Writes all of `bytes` at `position`. */
    write(position: number, bytes: Uint8Array): Promise<void>;
    /** fdatasync: contents (and the size, where it changed) are durable afterwards. */
    sync(): Promise<void>;
    size(): Promise<number>;
    truncate(length: number): Promise<void>;
    close(): Promise<void>;
}

export interface Disk {
    /** Opens a file; `create` makes it when it is missing and fails when it is there (`wx`), `write` opens an existing one for both. */
    open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile>;
    readFile(path: string): Promise<Uint8Array | undefined>;
    /** Names in a folder, sorted; an empty list when the folder is missing. */
    list(folder: string): Promise<string[]>;
    makeFolder(path: string): Promise<void>;
    rename(from: string, to: string): Promise<void>;
    remove(path: string): Promise<void>;
    syncFolder(path: string): Promise<void>;
    /** Bytes that may still be written to the file system of a folder; absent where nobody can tell. */
    freeBytes?(folder: string): Promise<number>;
    /** Takes the folder for this process alone until `release`; rejects with DATA_FOLDER_IN_USE when another one has it. */
    claim(folder: string): Promise<{ release(): Promise<void> }>;
}
