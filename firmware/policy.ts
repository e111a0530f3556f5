/** Policy: what the configuration says about selling, in the words of the sale. */
import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import type { Display } from './ports/devices.ts';
import type { Policy } from './sale/world.ts';

export function policyOf(
    config: Config,
    parts: { display: Pick<Display, 'refreshMs' | 'touch'> | undefined; entryUrl: string | undefined },
): Policy {
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
        locales: [...new Set([kiosk.locale, ...kiosk.locales])],
        touch: parts.display?.touch === true,
        ...(config.operator === undefined ? {} : { contact: { name: config.operator.name, phone: config.operator.phone } }),
        timeZone: kiosk.timeZone ?? machineTimeZone(process.env.TZ),
        sellerName: merchant.displayName ?? merchant.store.name,
        timing: { ...timing, ...(afterMs === undefined ? {} : { alertAfter: afterMs }) },
    };
}

/** A name as the IANA's database has it; `UTC` is the only one in use that has no region. */
const zoneName = /^(UTC|[A-Za-z]+(\/[A-Za-z0-9_+-]+)+)$/;

/**
 * The machine's time zone, such as `Europe/Berlin`. Asking Intl loads all of its tables, a tenth of the start, so the two places where a
 * Linux machine keeps it are looked at first.
 *
 * @param variable the environment's TZ. @param places where the machine's link and the zones' files are.
 */
export function machineTimeZone(variable: string | undefined, places = { link: '/etc/localtime', zones: '/usr/share/zoneinfo' }): string {
    const name = variable === undefined || variable === '' ? linked(places.link) : variable;
    const known = name !== undefined && zoneName.test(name) && existsSync(join(places.zones, name));
    return known ? name : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function linked(link: string): string | undefined {
    try {
        return /\/zoneinfo\/(.+)$/.exec(readlinkSync(link))?.[1];
    } catch {
        return undefined;
    }
}
