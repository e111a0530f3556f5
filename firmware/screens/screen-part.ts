/** Screen part: what differs between screens, and the pieces that several of them share. Pure. */
import type { SaleItem } from '../sale/events.ts';
import { modesNow } from '../sale/readiness.ts';
import { type Advice, resultCode } from '../sale/result-codes.ts';
import type { World } from '../sale/world.ts';
import { nameIn, textOf, type Wording } from './messages.ts';
import type { Message, Screen, ScreenItem } from './screen.ts';
import type { KeyName } from './screen-keys.ts';

/** A screen without what is the same for all of them. `presses` names the keys that do something now, most useful first. */
export type ScreenPart = Omit<Screen, 'keys' | 'scanning' | 'beside' | 'seller' | 'locale' | 'timeZone'> & {
    readonly scanning?: boolean;
    readonly presses?: readonly KeyName[];
};

/** @param currency of the prices. Slots are labelled where goods come out of them or a key stands for each. */
export function itemsFor(items: readonly SaleItem[], currency: string, world: World): readonly ScreenItem[] {
    const labelled = world.policy.dispenses || world.devices.panel !== undefined;
    return items.map(({ slot, name, price }) => ({
        slot,
        ...(labelled ? { label: slot } : {}),
        name: nameIn(name, world.locale),
        price: { currency, value: price },
    }));
}

/** An item in words: its label, where it has one, and its name. */
export function itemText(item: ScreenItem, wording: Wording): string {
    return item.label === undefined ? item.name : textOf({ key: 'item.slot', params: { slot: item.label, name: item.name } }, wording);
}

/** Why a payment was declined, and what the customer can do about it. @param code the gateway's (protocol §7.1), or one of ours (LOCAL_…). */
export function declinedSentences(code: string): readonly Message[] {
    const { message, advice } = resultCode(code);
    return [{ key: message }, { key: adviceKeys[advice] }];
}

const adviceKeys: Readonly<Record<Advice, string>> = {
    rescan: 'advice.rescan',
    'other-method': 'advice.other-method',
    'lower-amount': 'advice.lower-amount',
    'try-again': 'advice.try-again',
    'out-of-service': 'advice.machine',
    'config-alarm': 'advice.machine',
    'bug-alarm': 'advice.machine',
};

/** A configured way to pay that does not work now, and the one that does; nothing while a device is only starting. */
export function brokenWay(world: World, codeThere: boolean): { notice?: readonly Message[] } {
    const { policy, devices } = world;
    const broken = (device: keyof World['devices']) => devices[device]?.state === 'offline' || devices[device]?.state === 'fault';
    const modes = modesNow(world);
    if (policy.modes.includes('payment-code') && policy.scans && broken('scanner')) {
        const instead: readonly Message[] = codeThere || modes.includes('order-code') ? [{ key: 'notice.byOrder' }] : [];
        return { notice: [{ key: 'notice.scanner' }, ...instead] };
    }
    if (policy.modes.includes('order-code') && policy.shows && broken('display')) {
        const instead: readonly Message[] = modes.includes('payment-code') ? [{ key: 'notice.byScan' }] : [];
        return { notice: [{ key: 'notice.display' }, ...instead] };
    }
    return {};
}
