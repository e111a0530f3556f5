/**
 * Wordings: the entry page's sentences, in the language that the customer's wallet asks for.
 *
 * Rules: Traditional Chinese (`zh-TW`, `zh-Hant`) is a language that we do not have, not Simplified Chinese: such a customer gets the next
 * language of their list, else the kiosk's own.
 */
import type { Amount } from '../ports/amount.ts';
import { formatAmount } from '../screens/format.ts';
import { catalogueOf } from '../screens/messages.ts';
import de from './messages/de.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import fr from './messages/fr.json' with { type: 'json' };
import ja from './messages/ja.json' with { type: 'json' };
import ko from './messages/ko.json' with { type: 'json' };
import ms from './messages/ms.json' with { type: 'json' };
import th from './messages/th.json' with { type: 'json' };
import zhHans from './messages/zh-Hans.json' with { type: 'json' };

export type Sentence = keyof typeof en;

type Catalogue = Readonly<Record<Sentence, string>>;

/** Every language of the page, by tag. */
export const pages: Readonly<Record<string, Catalogue>> = { en, de, fr, es, 'zh-Hans': zhHans, ja, ko, th, ms };

/** One language of the page. */
export interface Wording {
    readonly locale: string;
    /** The sentence with its parameters filled in; plain text, not markup. */
    say(key: Sentence, params?: Readonly<Record<string, string | Amount>>): string;
}

function wordingOf(locale: string): Wording {
    const page = pages[locale] ?? en;
    return {
        locale: pages[locale] === undefined ? 'en' : locale,
        say: (key, params = {}) =>
            page[key].replace(/\{(\w+)\}/g, (place: string, name: string) => {
                const value = Object.hasOwn(params, name) ? params[name] : undefined;
                if (value === undefined) return place;
                return typeof value === 'string' ? value : formatAmount(value, locale, 'code');
            }),
    };
}

/** Languages of an Accept-Language header, most wanted first (RFC 9110 §12.5.4). At most ten are read. */
function wantedLanguages(header: string): string[] {
    return header
        .slice(0, 256)
        .split(',')
        .slice(0, 10)
        .map((entry) => {
            const [tag = '', ...params] = entry.trim().split(';');
            const quality = params.map((param) => /^\s*q=([01](?:\.\d{1,3})?)\s*$/.exec(param)?.[1]).find((found) => found !== undefined);
            return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality) };
        })
        .filter(({ tag, quality }) => quality > 0 && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(tag))
        .sort((one, other) => other.quality - one.quality)
        .map(({ tag }) => tag);
}

/** The catalogues that serve a list of locales, such as `zh-Hans` for `zh-CN`, in the list's order. */
export function offeredBy(locales: readonly string[]): readonly string[] {
    return [...new Set(locales.map(catalogueOf))].filter((tag) => Object.hasOwn(pages, tag));
}

/**
 * The wording for one request: what Accept-Language asks for, else what the wallet's user agent says (`Language/zh-Hans`), else the
 * kiosk's own language.
 *
 * @param order.offered catalogues that this page may speak; the first serves whoever speaks none of them.
 */
export function chooseWording(order: { acceptLanguage: string; userAgent: string; offered: readonly string[] }): Wording {
    const { offered } = order;
    const fromAgent = /\bLanguage\/([A-Za-z-]{2,20})/.exec(order.userAgent)?.[1];
    const wanted = [...wantedLanguages(order.acceptLanguage), ...(fromAgent === undefined ? [] : [fromAgent])];
    for (const tag of wanted) {
        const served = catalogueOf(tag);
        // English also stands for languages that we do not have: only who asks for it gets it before another of their choices.
        if (offered.includes(served) && (served !== 'en' || tag.toLowerCase().startsWith('en'))) return wordingOf(served);
    }
    return wordingOf(offered[0] ?? 'en');
}
