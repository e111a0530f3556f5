/**
 * Device secret: 32 random bytes that never leave this machine, made at the first start. They key the hashes of payment codes, so that a
 * stolen journal cannot be searched for codes.
 *
 * Rules: the file appears whole or not at all, whatever the power does while it is made. The caller holds the data folder for itself.
 * Fails: DEVICE_KEY_UNUSABLE (config).
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from './ports/fault.ts';

const lengthBytes = 32;

/** @param dataDir absolute path of `kiosk.dataDir`. */
export async function deviceSecret(dataDir: string): Promise<Uint8Array> {
    const file = join(dataDir, 'device.key');
    const known = await readFile(file).catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code === 'ENOENT') return undefined;
        throw unusable({ file, why: 'it cannot be read', cause: thrown });
    });
    if (known === undefined || known.length === 0) return make(dataDir, file);
    if (known.length === lengthBytes) return known;
    throw unusable({ file, why: `it has ${known.length} bytes instead of ${lengthBytes}`, cause: undefined });
}

async function make(dataDir: string, file: string): Promise<Uint8Array> {
    const key = randomBytes(lengthBytes);
    try {
        await mkdir(dataDir, { recursive: true });
        const fresh = await open(`${file}.new`, 'w', 0o600);
        try {
            await fresh.chmod(0o600);
            await fresh.writeFile(key);
            await fresh.sync();
        } finally {
            await fresh.close();
        }
        await rename(`${file}.new`, file);
        const folder = await open(dataDir, 'r');
        try {
            await folder.sync();
        } finally {
            await folder.close();
        }
    } catch (cause) {
        throw unusable({ file, why: 'it cannot be made', cause });
    }
    return key;
}

function unusable(order: { file: string; why: string; cause: unknown }): Fault {
    const { file, why, cause } = order;
    return new Fault({
        code: 'DEVICE_KEY_UNUSABLE',
        kind: 'config',
        message: `The device key ${file} cannot be used: ${why}. Check the folder's owner and space; if the file is broken, move it away and start again.`,
        facts: { file },
        cause,
    });
}
