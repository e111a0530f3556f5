/**
 * Texts: the wallet's sentences in the language of the phone, which is the customer's own and not the kiosk's.
 *
 * Owns: the phone's language, kept in this browser. English is always there; the others are loaded when they are chosen.
 */
import { type Signal, signal } from '@preact/signals';
import type { Amount } from '../../ports/amount.ts';
import { formatAmount } from '../../screens/format.ts';
import en from './messages/en.json' with { type: 'json' };

export type TextKey = keyof typeof en;
type Catalogue = Readonly<Record<TextKey, string>>;

interface Language {
    readonly tag: string;
    readonly name: string;
    readonly load: () => Promise<{ readonly default: Catalogue }>;
}

export const languages: readonly Language[] = [
    { tag: 'en', name: 'English', load: () => Promise.resolve({ default: en }) },
    { tag: 'de', name: 'Deutsch', load: () => import('./messages/de.json', { with: { type: 'json' } }) },
    { tag: 'fr', name: 'Français', load: () => import('./messages/fr.json', { with: { type: 'json' } }) },
    { tag: 'es', name: 'Español', load: () => import('./messages/es.json', { with: { type: 'json' } }) },
    { tag: 'zh-Hans', name: '简体中文', load: () => import('./messages/zh-Hans.json', { with: { type: 'json' } }) },
    { tag: 'ja', name: '日本語', load: () => import('./messages/ja.json', { with: { type: 'json' } }) },
    { tag: 'ko', name: '한국어', load: () => import('./messages/ko.json', { with: { type: 'json' } }) },
    { tag: 'th', name: 'ไทย', load: () => import('./messages/th.json', { with: { type: 'json' } }) },
    { tag: 'ms', name: 'Bahasa Melayu', load: () => import('./messages/ms.json', { with: { type: 'json' } }) },
];

const place = 'tillbox.phone.language';
const catalogue: Signal<Catalogue> = signal(en);
/** Language tag of what the phone says now. */
export const language: Signal<string> = signal('en');

/** The language that somebody chose before, else the browser's own where the phone speaks it. @param wanted most wanted first */
export function firstLanguage(wanted: readonly string[]): string {
    for (const tag of wanted) {
        const lower = tag.toLowerCase();
        const found = languages.find((one) => one.tag.toLowerCase() === lower || one.tag.split('-')[0] === lower.split('-')[0]);
        // Traditional characters are read by other people.
        if (found !== undefined && !/^zh-(hant|tw|hk|mo)/.test(lower)) return found.tag;
    }
    return 'en';
}

/** Speaks the language that fits this browser. */
export function openTexts(): void {
    let chosen: string | null = null;
    try {
        chosen = localStorage.getItem(place);
    } catch {
        // A browser that keeps nothing asks its owner each time.
    }
    void speak(firstLanguage([...(chosen === null ? [] : [chosen]), ...navigator.languages]), false);
}

/** Changes the language. @param keep remembers it for the next visit */
export async function speak(tag: string, keep = true): Promise<void> {
    const found = languages.find((one) => one.tag === tag) ?? languages[0]!;
    if (keep) {
        try {
            localStorage.setItem(place, found.tag);
        } catch {
            // It holds for this visit.
        }
    }
    const loaded = await found.load().catch(() => undefined);
    if (loaded === undefined) return;
    catalogue.value = loaded.default;
    language.value = found.tag;
}

/** A sentence; `{name}` is filled in, amounts as the language writes them. */
export function say(key: TextKey, params: Readonly<Record<string, string | number | Amount>> = {}): string {
    return catalogue.value[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
        const value = params[name];
        if (value === undefined) return whole;
        return typeof value === 'object' ? money(value) : String(value);
    });
}

export function money(amount: Amount): string {
    return formatAmount(amount, language.value);
}

/** A moment of a receipt: the time of day, and the date where it is not today. @param at ISO 8601 */
export function moment(at: string, nowMs: number): string {
    const when = new Date(at);
    const today = new Date(nowMs).toDateString() === when.toDateString();
    return new Intl.DateTimeFormat(language.value, {
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        ...(today ? {} : { day: 'numeric', month: 'short' }),
    }).format(when);
}
