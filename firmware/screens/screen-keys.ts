/**
 * Screen keys: what can be pressed on a screen, with the words on it. Pure.
 *
 * Rules: a key is offered only where it does something and where there is something to press: all of them on glass that takes fingers,
 * on a panel those that it has.
 */
import type { World } from '../sale/world.ts';
import { languageName } from './messages.ts';
import type { ScreenKey } from './screen.ts';

export type KeyName = 'choose' | 'back' | 'language' | 'cancel' | 'confirm' | 'close';

/** Keys of a panel (ports/devices.ts); the others are drawn. */
const panelKeys: ReadonlySet<KeyName> = new Set(['cancel', 'confirm', 'language']);

/** @param presses the keys that do something now. */
export function keysFor(presses: readonly KeyName[], world: World): { keys?: readonly ScreenKey[] } {
    const keys = presses.filter((key) => pressable(key, world)).map((key) => labelled(key, world));
    return keys.length === 0 ? {} : { keys };
}

/** Is there something to press at this machine: glass that takes fingers, or a panel that works? */
export function hasKeys(world: World): boolean {
    return world.policy.touch || world.devices.panel?.state === 'online';
}

/** The language that the language key leads to: the one after the locale, in the order of the configuration. */
export function localeAfter(world: World): string {
    const { locales, locale } = world.policy;
    return locales[(locales.indexOf(world.locale) + 1) % locales.length] ?? locale;
}

function pressable(key: KeyName, world: World): boolean {
    if (key === 'language' && world.policy.locales.length < 2) return false;
    return world.policy.touch || (panelKeys.has(key) && hasKeys(world));
}

function labelled(key: KeyName, world: World): ScreenKey {
    // Whoever does not read this language must find their own.
    if (key === 'language') return { key, label: { key: 'key.language', params: { name: languageName(localeAfter(world)) } } };
    return { key, label: { key: `key.${key}` } };
}
