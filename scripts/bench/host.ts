/** Host: the machine that the figures are of, without anything that names it or its place. */
import { readFileSync, statfsSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

export interface Host {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryMb: number;
    readonly kernel: string;
    readonly fileSystem: string;
    readonly node: string;
    /** Others at work at the beginning: figures of a busy machine tell little. */
    readonly load: number;
}

const fileSystems: Readonly<Record<number, string>> = {
    61267: 'ext',
    16914836: 'tmpfs',
    2435016766: 'btrfs',
    1481003842: 'xfs',
    2035054128: 'overlay',
};

/** @param folder on the disk that is measured. */
export function describeHost(folder: string): Host {
    const kind = Number(statfsSync(folder).type);
    return {
        cpu: boardName() ?? cpus()[0]?.model ?? 'unknown',
        cores: availableParallelism(),
        memoryMb: Math.round(totalmem() / 1024 / 1024),
        kernel: `${release()} ${arch()}`,
        fileSystem: fileSystems[kind] ?? `0x${kind.toString(16)}`,
        node: process.version,
        load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    };
}

/** A Pi tells its model there. */
function boardName(): string | undefined {
    try {
        return readFileSync('/proc/device-tree/model', 'utf8').replaceAll('\0', '');
    } catch {
        return undefined;
    }
}
