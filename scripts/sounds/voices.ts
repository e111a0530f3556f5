/**
 * Voices: which voice of espeak-ng (Debian, 1.51) speaks each language, how its sentences are spelled for it, and which language has none.
 *
 * The voices were chosen by the phonemes that they make of the catalogues' sentences (`espeak-ng -x`): a voice that names letters or falls
 * into English is no voice of that language.
 */
import japanese from './japanese.json' with { type: 'json' };

export interface Voice {
    /** Its name for `espeak-ng -v`. */
    readonly name: string;
    /** Words a minute; a little slower than its own 175. */
    readonly speed: number;
    /** The sentence as the voice reads it right; undefined where it cannot. */
    readonly read?: (sentence: string) => string | undefined;
}

/** Puts one spelling in the place of another, wherever it stands. */
function respelled(...pairs: readonly (readonly [from: string, to: string])[]): (sentence: string) => string {
    return (sentence) => pairs.reduce((text, [from, to]) => text.replaceAll(from, to), sentence);
}

/** The `+` of Alipay+ is part of a name and not "and" or "more". */
const plus = ['Alipay+', 'Alipay plus'] as const;

/** By the catalogue's tag: a voice, or a sentence that says why there is none. */
export const voices: Readonly<Record<string, Voice | string>> = {
    en: { name: 'en-gb', speed: 155, read: respelled(plus) },
    // Germans say these English words as English ones.
    de: { name: 'de', speed: 150, read: respelled(plus, ['Scann', 'Skenn'], ['Wallet', 'Wollet'], ['App', 'Äpp']) },
    fr: { name: 'fr-fr', speed: 155, read: respelled(plus) },
    es: { name: 'es', speed: 150, read: respelled(plus) },
    // The voice `cmn` reads "qing3" as English "king three". Of letters with several sounds this one takes the wrong one in these words.
    'zh-Hans': { name: 'cmn-latn-pinyin', speed: 175, read: respelled(plus, ['重复', '虫复'], ['退还', '退环'], ['处理', '楚理']) },
    // The voice knows kana only and names every other letter; it has no リョ, and says long vowels as such only before ー.
    ja: { name: 'ja', speed: 170, read: (sentence) => (japanese as Readonly<Record<string, string>>)[sentence] },
    ko: { name: 'ko', speed: 165, read: respelled(['Alipay+', '알리페이 플러스'], ['Alipay', '알리페이']) },
    th: 'espeak-ng reads Thai letter by letter, and Debian has no other free Thai voice',
    ms: { name: 'ms', speed: 150, read: respelled(plus) },
};
