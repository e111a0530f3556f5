/**
 * Messages: sentences for customers in each language, from catalogues that have the same keys.
 *
 * A sentence about a number stands there once for each plural category of its language (Intl.PluralRules), chosen by `{count}`.
 * A locale is served by its own catalogue, else by its language's, else by English: nobody ever sees a bare key.
 */
import { unreachable } from '../ports/fault.ts';
import { type CurrencyStyle, formatAmount, formatCount, formatTime } from './format.ts';
import de from './messages/de.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import fr from './messages/fr.json' with { type: 'json' };
import ja from './messages/ja.json' with { type: 'json' };
import ko from './messages/ko.json' with { type: 'json' };
import ms from './messages/ms.json' with { type: 'json' };
import th from './messages/th.json' with { type: 'json' };
import zhHans from './messages/zh-Hans.json' with { type: 'json' };
import type { Message, MessageParam } from './screen.ts';

/** One sentence, or one for each plural category. */
export type Sentence = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Catalogue = Readonly<Record<string, Sentence>>;

/** Every language of the house, by tag; the first is what others fall back to. */
export const catalogues: Readonly<Record<string, Catalogue>> = { en, de, fr, es, 'zh-Hans': zhHans, ja, ko, th, ms };

/** In which words, and how amounts and times are written. */
export interface Wording {
    readonly locale: string;
    readonly timeZone: string;
    readonly currencyStyle?: CurrencyStyle;
}

const pluralRules = new Map<string, Intl.PluralRules>();

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

/** Every form of every sentence of a catalogue: what a font must be able to write. */
export function formsOf(catalogue: Catalogue): readonly string[] {
    return Object.values(catalogue).flatMap((sentence) => (typeof sentence === 'string' ? [sentence] : Object.values(sentence)));
}

/** The sentence of a message. A parameter that is missing stays visible as `{name}`, and a key without a sentence is our bug. */
export function textOf(message: Message, wording: Wording): string {
    const params = message.params ?? {};
    return sentenceOf(message, wording.locale).replace(/\{(\w+)\}/g, (place: string, name: string) => {
        const param = Object.hasOwn(params, name) ? params[name] : undefined;
        return param === undefined ? place : paramText(param, wording);
    });
}

function sentenceOf({ key, params = {} }: Message, locale: string): string {
    for (const tag of [catalogueOf(locale), 'en']) {
        const sentence = catalogues[tag]?.[key];
        if (typeof sentence === 'string') return sentence;
        if (sentence === undefined) continue;
        const counted = Object.values(params).find((param) => typeof param === 'object' && 'count' in param);
        const form = counted === undefined ? undefined : sentence[pluralOf(counted.count, tag)];
        const chosen = form ?? sentence.other;
        if (chosen !== undefined) return chosen;
    }
    throw new Error(`no message called ${key}`);
}

function pluralOf(count: number, tag: string): Intl.LDMLPluralRule {
    let rules = pluralRules.get(tag);
    if (rules === undefined) {
        rules = new Intl.PluralRules(tag);
        pluralRules.set(tag, rules);
    }
    return rules.select(count);
}

function paramText(param: MessageParam, wording: Wording): string {
    if (typeof param === 'string') return param;
    if ('currency' in param) return formatAmount(param, wording.locale, wording.currencyStyle);
    if ('at' in param) return formatTime(param, wording);
    if ('count' in param) return formatCount(param.count, wording.locale);
    return unreachable(param);
}

/** What a language calls itself, such as `Deutsch`: of the catalogue that serves the locale. */
export function languageName(locale: string): string {
    return sentenceOf({ key: 'language.name' }, locale);
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
