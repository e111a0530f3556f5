/**
 * Language rules: what a sentence of a catalogue must keep beside its English original, as far as a program can tell: its signs, its
 * script, its length and the words that the field uses. Shared by the tests of the screens and of the entry page.
 */

/** The field's own word for a payment code (user-presented), which every sentence about one must use. */
const paymentCode: Readonly<Record<string, RegExp>> = {
    en: /payment code/i,
    de: /Zahlungscode/,
    fr: /code de paiement/i,
    es: /código de pago/i,
    'zh-Hans': /付款码/,
    ja: /支払いコード/,
    ko: /결제 코드/,
    th: /รหัสชำระเงิน/,
    ms: /kod pembayaran/i,
};

/** What a language that is not written in Latin letters is written in. */
const script: Readonly<Record<string, RegExp>> = {
    'zh-Hans': /\p{Script=Han}/u,
    ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
    ko: /\p{Script=Hangul}/u,
    th: /\p{Script=Thai}/u,
};

/** Signs that a language does not use, each with what it uses instead. */
const wrongSigns: Readonly<Record<string, readonly (readonly [pattern: RegExp, instead: string])[]>> = {
    de: [
        [/”|«|»/, '„ and “'],
        [/„[^“]*$/, 'a closing “'],
        [/ [?!:;]/, 'no space before ?, !, : and ;'],
    ],
    fr: [
        [/[^\u202f][?!;]/, 'a narrow space that does not break before ?, ! and ;'],
        [/[^\u00a0]:/, 'a space that does not break before :'],
        [/[“”„]/, '« and »'],
        [/«(?!\u00a0)|(?<!\u00a0)»/, 'spaces that do not break inside « and »'],
    ],
    es: [
        [/^[^¿]*\?/, 'a ¿ before the question'],
        [/^[^¡]*!/, 'a ¡ before the exclamation'],
        [/[“”„]/, '« and »'],
    ],
    'zh-Hans': [
        [/[,;:?!()]|\.(?!\d)/, 'the full-width signs'],
        [/[請錢機這們個時開關會國總務處備寫嗎]/, 'simplified letters'],
        [/[「」]/, '“ and ”'],
    ],
    ja: [
        [/[,;:?!()]|\.(?!\d)/, 'the full-width signs'],
        [/[“”‘]/, '「 and 」'],
        [/[请钱机这们个时开关会]/, 'Japanese letters'],
    ],
    ko: [[/[。、，「」“”]/, '‘ and ’, and Latin signs']],
    th: [[/[?!]|\.(?! |$)/, 'no question or exclamation mark']],
    ms: [[/ [?!:;]/, 'no space before ?, !, : and ;']],
};

/** The width of a text in Latin letters: a Han, Kana or Hangul letter is as wide as two; marks above and below take no place. */
export function widthOf(text: string): number {
    let width = 0;
    for (const { segment } of new Intl.Segmenter().segment(text)) {
        width += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u.test(segment) ? 2 : 1;
    }
    return width;
}

const parameters = (sentence: string) => [...new Set([...sentence.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? ''))].sort();

/**
 * What is wrong with a sentence, in words; nothing where all is well.
 *
 * @param order.same keys that may be as in English: they are names, or made of parameters only.
 */
export function problemsOf(order: { locale: string; key: string; english: string; sentence: string; same?: readonly string[] }): string[] {
    const { locale, key, english, sentence } = order;
    const problems: string[] = [];
    const bare = sentence.replace(/\{\w+\}/g, '');
    if (parameters(sentence).join() !== parameters(english).join()) problems.push(`other parameters than ${english}`);
    if (sentence.trim() !== sentence || sentence === '') problems.push('empty, or a space at its end');
    if (/["']/.test(sentence)) problems.push('a straight quotation mark or apostrophe');
    if (/\S {2,}\S/.test(sentence) && !/\S {2,}\S/.test(english)) problems.push('two spaces');
    if (locale === 'en') return problems;
    if (!order.same?.includes(key)) {
        if (sentence === english) problems.push('as in English');
        if (script[locale]?.test(bare) === false) problems.push('not written in its script');
    }
    for (const [pattern, instead] of wrongSigns[locale] ?? []) {
        if (pattern.test(bare)) problems.push(`${pattern} in it; the language uses ${instead}`);
    }
    if (widthOf(sentence) > widthOf(english) * 1.6 + 12) problems.push(`${widthOf(sentence)} wide, English only ${widthOf(english)}`);
    if (paymentCode.en?.test(english) === true && paymentCode[locale]?.test(sentence) !== true)
        problems.push('another word for payment code');
    if (english.includes('Alipay+') && !sentence.includes('Alipay+')) problems.push('no Alipay+');
    return problems.map((problem) => `${locale} ${key}: ${problem}: ${sentence}`);
}
