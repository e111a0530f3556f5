/**
 * Messages: sentences for customers in each language, from catalogues that have the same keys.
 *
 * A locale is served by its own catalogue, else by its language's, else by English: nobody ever sees a bare key.
 */
import { unreachable } from '../ports/fault.ts';
import { type CurrencyStyle, formatAmount, formatTime } from './format.ts';
import en from './messages/en.json' with { type: 'json' };
import zhHans from './messages/zh-Hans.json' with { type: 'json' };
import type { Message, MessageParam } from './screen.ts';

type Catalogue = Readonly<Record<string, string>>;

/** Every language of the house, by tag; the first is what others fall back to. */
export const catalogues: Readonly<Record<string, Catalogue>> = { en, 'zh-Hans': zhHans };

/** In which words, and how amounts and times are written. */
export interface Wording {
    readonly locale: string;
    readonly timeZone: string;
    readonly currencyStyle?: CurrencyStyle;
}

/** The tag of the catalogue that serves a locale, such as `zh-Hans` for `zh-CN`. Traditional Chinese is no Simplified Chinese. */
export function catalogueOf(locale: string): string {
    // Most locales are named as their catalogue; Intl loads its tables for the first question.
    if (Object.hasOwn(catalogues, locale)) return locale;
    let tag: Intl.Locale;
    try {
        tag = new Intl.Locale(locale).maximize();
    } catch {
        return 'en';
    }
    const candidates = [locale, `${tag.language}-${tag.script ?? ''}`, tag.language];
    return candidates.find((candidate) => Object.hasOwn(catalogues, candidate)) ?? 'en';
}

/** Is there a sentence for this key? */
export function hasMessage(key: string): boolean {
    return Object.hasOwn(en, key);
}

/** The sentence of a message. A parameter that is missing stays visible as `{name}`, and a key without a sentence is our bug. */
export function textOf(message: Message, wording: Wording): string {
    const catalogue = catalogues[catalogueOf(wording.locale)];
    const sentence = catalogue?.[message.key] ?? (en as Catalogue)[message.key];
    if (sentence === undefined) throw new Error(`no message called ${message.key}`);
    const params = message.params ?? {};
    return sentence.replace(/\{(\w+)\}/g, (place: string, name: string) => {
        const param = Object.hasOwn(params, name) ? params[name] : undefined;
        return param === undefined ? place : paramText(param, wording);
    });
}

function paramText(param: MessageParam, wording: Wording): string {
    if (typeof param === 'string') return param;
    if ('currency' in param) return formatAmount(param, wording.locale, wording.currencyStyle);
    if ('at' in param) return formatTime(param, wording);
    if ('count' in param) return String(param.count);
    return unreachable(param);
}

/** A name in the customer's language, from names by language tag: the locale itself, its language, its catalogue, English, any. */
export function nameIn(names: Readonly<Record<string, string>>, locale: string): string {
    const language = locale.split('-')[0] ?? locale;
    for (const tag of [locale, language, catalogueOf(locale), 'en']) {
        const name = Object.hasOwn(names, tag) ? names[tag] : undefined;
        if (name !== undefined) return name;
    }
    return Object.values(names)[0] ?? '';
}
