/**
 * Device secret: 32 random bytes that never leave this machine, made at the first start. They key the hashes of payment codes, so that a
 * stolen journal cannot be searched for codes.
 *
 * Fails: DEVICE_KEY_UNUSABLE (config).
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from './ports/fault.ts';

const lengthBytes = 32;

/** @param dataDir absolute path of `kiosk.dataDir`. */
export async function deviceSecret(dataDir: string): Promise<Uint8Array> {
    const file = join(dataDir, 'device.key');
    try {
        await mkdir(dataDir, { recursive: true });
        const fresh = await open(file, 'wx', 0o600).catch((thrown: NodeJS.ErrnoException) => {
            if (thrown.code === 'EEXIST') return undefined;
            throw thrown;
        });
        if (fresh !== undefined) {
            try {
                await fresh.writeFile(randomBytes(lengthBytes));
                await fresh.sync();
            } finally {
                await fresh.close();
            }
        }
    } catch (cause) {
        throw unusable(file, 'it cannot be made', cause);
    }
    const key = await readFile(file).catch((cause: unknown) => {
        throw unusable(file, 'it cannot be read', cause);
    });
    if (key.length === lengthBytes) return key;
    throw unusable(file, `it has ${key.length} bytes instead of ${lengthBytes}`, undefined);
}

function unusable(file: string, why: string, cause: unknown): Fault {
    return new Fault({
        code: 'DEVICE_KEY_UNUSABLE',
        kind: 'config',
        message: `The device key ${file} cannot be used: ${why}. Check the folder's owner and space; if the file is broken, move it away and start again.`,
        facts: { file },
        cause,
    });
}
