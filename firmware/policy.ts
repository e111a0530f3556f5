/** Policy: what the configuration says about selling, in the words of the sale. */
import type { Config } from '../config/load.ts';
import type { Display } from './ports/devices.ts';
import type { Policy } from './sale/world.ts';

export function policyOf(config: Config, parts: { display: Pick<Display, 'refreshMs'> | undefined; entryUrl: string | undefined }): Policy {
    const { kiosk, merchant, sale, doubt, entry, timing } = config;
    const afterMs = config.operator?.alert?.after;
    return {
        kiosk: kiosk.id,
        currency: kiosk.currency,
        modes: kiosk.modes,
        catalog: Object.fromEntries(config.catalog.map(({ slot, name, price }) => [slot, { name, price }])),
        dispenses: config.dispenser.type !== 'none',
        scans: config.scanner.type !== 'none',
        shows: config.display.type !== 'none',
        entry: { min: entry.min, max: entry.max, openMax: entry.openMax },
        triesMax: sale.triesMax,
        description: sale.description ?? merchant.store.name,
        doubt,
        goodwill: config.goodwill,
        displayRefreshMs: parts.display?.refreshMs ?? 0,
        ...(parts.entryUrl === undefined ? {} : { entryUrl: parts.entryUrl }),
        locale: kiosk.locale,
        timeZone: kiosk.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
        sellerName: merchant.displayName ?? merchant.store.name,
        timing: { ...timing, ...(afterMs === undefined ? {} : { alertAfter: afterMs }) },
    };
}
