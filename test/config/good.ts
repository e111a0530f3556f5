/** A configuration with which nothing is wrong, for tests that spoil one thing at a time, and folders to write it into. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

export type Data = Record<string, unknown>;

/** A stand with a scanner, a display and everything that has no default. */
export function good(): Data {
    return {
        kiosk: { id: 'kiosk-01', currency: 'EUR', modes: ['payment-code', 'order-code'] },
        merchant: { id: 'M001', name: 'Corner Stand', mcc: '5814', store: { id: 'S001', name: 'Corner Stand', mcc: '5814' } },
        gateway: {
            url: 'https://gateway.example.com',
            clientId: 'SANDBOX_5X00000000000000',
            privateKeyFile: 'merchant.pem',
            gatewayPublicKeyFiles: ['gateway.pub.pem'],
            notifyUrl: 'https://pay.example.com/ams/notify',
            settlementCurrency: 'EUR',
        },
        scanner: { type: 'virtual' },
        display: { type: 'virtual' },
        catalog: [{ slot: 'A1', name: { en: 'Water' }, price: '150' }],
    };
}

/** Puts values at dotted paths; `undefined` takes the key out. */
export function changed(changes: Readonly<Record<string, unknown>>, from: Data = good()): Data {
    const data = structuredClone(from);
    for (const [path, value] of Object.entries(changes)) {
        const steps = path.split('.');
        let place = data as Record<string, unknown>;
        for (const step of steps.slice(0, -1)) {
            place[step] ??= {};
            place = place[step] as Record<string, unknown>;
        }
        const last = steps.at(-1) ?? '';
        if (value === undefined) delete place[last];
        else place[last] = structuredClone(value);
    }
    return data;
}

/** Runs `use` with a folder that holds the configuration and the key files it names. */
export async function withConfig<Result>(content: Data | string, use: (file: string, folder: string) => Promise<Result>): Promise<Result> {
    const folder = await mkdtemp(join(tmpdir(), 'till-config-'));
    try {
        const file = join(folder, 'kiosk.yaml');
        await writeFile(file, typeof content === 'string' ? content : stringify(content));
        await writeFile(join(folder, 'merchant.pem'), 'key');
        await writeFile(join(folder, 'gateway.pub.pem'), 'key');
        return await use(file, folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
