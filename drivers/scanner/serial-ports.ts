/**
 * Serial ports: what is plugged in, for a person who writes `scanner.path`. Names that stay with the device come first: `/dev/ttyACM0`
 * may be another device after the next start.
 *
 * Source: serialport's list (udev) and the links under /dev/serial/by-id.
 */
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

export interface SerialPortInfo {
    /** What to write into the config: the by-id link where there is one. */
    readonly path: string;
    /** The name that the kernel gave it this time. */
    readonly device: string;
    readonly manufacturer?: string;
    /** USB ids, four hex digits each. */
    readonly vendorId?: string;
    readonly productId?: string;
}

interface Listed {
    readonly path: string;
    readonly manufacturer?: string | undefined;
    readonly vendorId?: string | undefined;
    readonly productId?: string | undefined;
}

const byIdFolder = '/dev/serial/by-id';

/** @param options.list asks the system; serialport's own unless a test brings another. */
export async function listSerialPorts(
    options: { list?: () => Promise<readonly Listed[]>; byId?: string } = {},
): Promise<readonly SerialPortInfo[]> {
    const list = options.list ?? (async () => (await import('serialport')).SerialPort.list());
    const links = await linksIn(options.byId ?? byIdFolder);
    // serialport asks udev; where there is none, the links still tell what is plugged in.
    const listed: readonly Listed[] = await list().catch(() => [...links.keys()].map((path) => ({ path })));
    return listed.map(({ path, manufacturer, vendorId, productId }) => ({
        path: links.get(path) ?? path,
        device: path,
        ...(manufacturer === undefined ? {} : { manufacturer }),
        ...(vendorId === undefined ? {} : { vendorId }),
        ...(productId === undefined ? {} : { productId }),
    }));
}

/** Device → link. */
async function linksIn(folder: string): Promise<Map<string, string>> {
    const names = await readdir(folder).catch(() => []);
    const links = new Map<string, string>();
    for (const name of names) {
        const link = join(folder, name);
        const device = await realpath(link).catch(() => undefined);
        if (device !== undefined) links.set(device, link);
    }
    return links;
}
