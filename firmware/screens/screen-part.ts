/** Screen part: what differs between screens, and the pieces that several of them share. Pure. */
import type { SaleItem } from '../sale/events.ts';
import { type Advice, resultCode } from '../sale/result-codes.ts';
import { nameIn } from './messages.ts';
import type { Message, Screen, ScreenItem } from './screen.ts';

/** A screen without what is the same for all of them. */
export type ScreenPart = Omit<Screen, 'scanning' | 'beside' | 'seller' | 'locale' | 'timeZone'> & { readonly scanning?: boolean };

/** @param currency of the prices. @param locale of the customer. */
export function itemsFor(items: readonly SaleItem[], currency: string, locale: string): readonly ScreenItem[] {
    return items.map((item) => ({ slot: item.slot, name: nameIn(item.name, locale), price: { currency, value: item.price } }));
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
