/** The catalogues have the same sentences, the code uses no others, and every word of the gateway and the machine has one. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { classifyScan } from '../../../firmware/sale/payment-code.ts';
import { knownResultCodes, resultCode } from '../../../firmware/sale/result-codes.ts';
import {
    catalogueOf,
    catalogues,
    formsOf,
    hasMessage,
    languageName,
    nameIn,
    type Sentence,
    textOf,
} from '../../../firmware/screens/messages.ts';
import { declinedSentences } from '../../../firmware/screens/screen-part.ts';
import { sampleScreen, samples } from '../../../scripts/screens/samples.ts';

const english = catalogues.en ?? {};
const place = { locale: 'en', timeZone: 'UTC' };
const otherOf = (sentence: Sentence) => (typeof sentence === 'string' ? sentence : (sentence.other ?? ''));
const firmware = join(import.meta.dirname, '..', '..', '..', 'firmware');

/** Message keys that stand in the source as whole words, and the beginnings of those that are put together. */
function keysInSource(): { whole: Set<string>; beginnings: Set<string> } {
    const whole = new Set<string>();
    const beginnings = new Set<string>();
    for (const room of ['screens', 'paint']) {
        for (const file of readdirSync(join(firmware, room)).filter((name) => name.endsWith('.ts'))) {
            const source = readFileSync(join(firmware, room, file), 'utf8');
            for (const [, key] of source.matchAll(/'([a-z]+(?:[A-Z][a-z]+)*(?:\.[A-Za-z-]+)+|notCharged)'/g)) {
                if (key !== undefined && !/\.(ts|ttf|json|js)$/.test(key)) whole.add(key);
            }
            for (const [, beginning] of source.matchAll(/`([a-z]+\.)\$\{/g)) if (beginning !== undefined) beginnings.add(beginning);
        }
    }
    return { whole, beginnings };
}

describe('the catalogues', () => {
    it('have the same keys and the same parameters in every language', () => {
        const paramsOf = (form: string) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
        assert.ok(Object.keys(catalogues).length >= 2);
        for (const [locale, catalogue] of Object.entries(catalogues)) {
            assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(english).sort(), locale);
            for (const [key, sentence] of Object.entries(catalogue)) {
                const given = paramsOf(otherOf(english[key] ?? ''));
                assert.equal(typeof sentence, typeof english[key], `${locale} ${key}: one sentence, or one for each plural`);
                for (const form of formsOf({ [key]: sentence })) {
                    assert.notEqual(form.trim(), '', `${locale} ${key}`);
                    // "One more follows" says its number without a digit.
                    if (form !== otherOf(sentence))
                        assert.ok(
                            paramsOf(form).every((name) => given.includes(name)),
                            `${locale} ${key}`,
                        );
                    else assert.deepEqual(paramsOf(form), given, `${locale} ${key}`);
                }
            }
        }
    });

    it("have exactly their language's plural categories", () => {
        let plurals = 0;
        for (const [locale, catalogue] of Object.entries(catalogues)) {
            const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
            for (const [key, sentence] of Object.entries(catalogue)) {
                if (typeof sentence === 'string') continue;
                plurals++;
                assert.deepEqual(Object.keys(sentence).sort(), [...categories].sort(), `${locale} ${key}`);
            }
        }
        assert.ok(plurals >= Object.keys(catalogues).length);
    });

    it('name their own language, each another', () => {
        const tags = Object.keys(catalogues);
        const own = tags.map((tag) => languageName(tag));
        assert.equal(new Set(own).size, tags.length);
        // Intl names a language in the middle of a sentence, and shortly; a key begins one.
        for (const [index, tag] of tags.entries()) {
            const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? '';
            assert.ok(name !== '' && own[index]?.toLocaleLowerCase(tag).includes(name.toLocaleLowerCase(tag)), `${own[index]}: ${name}`);
        }
    });

    it('have every sentence that the source names, and none that nobody says', () => {
        const { whole, beginnings } = keysInSource();
        assert.ok(whole.size > 40 && whole.has('wait.again') && beginnings.has('scan.'), 'the search of the source finds keys');
        for (const key of whole) assert.ok(hasMessage(key), `the source says ${key}`);
        const fromTable = new Set(knownResultCodes.map((code) => resultCode(code).message));
        for (const key of Object.keys(english)) {
            const said =
                whole.has(key) ||
                fromTable.has(key) ||
                [...beginnings].some((beginning) => key.startsWith(beginning)) ||
                key.startsWith('declined.');
            assert.ok(said, `nobody says ${key}`);
        }
    });

    it('have a sentence and an advice for every result code, known or not', () => {
        assert.ok(knownResultCodes.length > 40);
        for (const code of [...knownResultCodes, 'A_CODE_OF_TOMORROW', 'LOCAL_NO_CONNECTION']) {
            for (const message of declinedSentences(code)) assert.ok(hasMessage(message.key), `${code}: ${message.key}`);
        }
    });

    it('have a sentence for every class of scan, every refusal and every reason of not being ready', () => {
        const scans = ['134567890123456789', '6212345678901234567', 'hQVDUFYwMWEe', 'https://example.com', '4006381333931', 'hello'];
        const classes = new Set(scans.map((text) => classifyScan(text).codeClass));
        assert.equal(classes.size, 6);
        for (const word of [...classes, 'wallet', 'used-before', 'not-ready', 'not-a-wallet']) assert.ok(hasMessage(`scan.${word}`), word);
        const readiness = readFileSync(join(firmware, 'sale', 'readiness.ts'), 'utf8');
        const union = /export type NotReady =([^;]+);/.exec(readiness)?.[1] ?? '';
        const reasons = [...union.matchAll(/'([a-z-]+)'/g)].map(([, reason]) => reason ?? '');
        assert.ok(reasons.length >= 12);
        for (const reason of [...reasons, 'starting']) assert.ok(hasMessage(`reason.${reason}`), reason);
    });

    it('fill in every parameter on every sample screen', () => {
        for (const locale of Object.keys(catalogues)) {
            for (const sample of samples()) {
                const screen = sampleScreen(sample, locale);
                const said = [
                    screen.title,
                    ...screen.lines,
                    ...(screen.notice ?? []),
                    ...(screen.code === undefined ? [] : [screen.code.caption]),
                    ...(screen.keys ?? []).map(({ label }) => label),
                ];
                for (const message of said) assert.doesNotMatch(textOf(message, screen), /[{}]/, `${sample.name} ${locale} ${message.key}`);
            }
        }
    });

    it('name the key to touch as it is labelled', () => {
        for (const locale of Object.keys(catalogues)) {
            const say = (key: string) => textOf({ key }, { locale, timeZone: 'UTC' });
            assert.ok(say('presence.touch').includes(say('key.confirm')), locale);
        }
    });

    it('keep the short sentences within a 16-letter display', () => {
        for (const [key, sentence] of Object.entries(english)) {
            if (key.startsWith('short.')) assert.ok(otherOf(sentence).replace('{claim}', '7F3K2QM').length <= 16, `${key}: ${sentence}`);
        }
    });
});

describe('textOf', () => {
    it('writes amounts and times as the language does', () => {
        const message = { key: 'back.due', params: { amount: { currency: 'EUR', value: '1050' } } };
        assert.equal(textOf(message, place), '€10.50 goes back to your wallet.');
        assert.equal(textOf(message, { ...place, currencyStyle: 'code' }), 'EUR\u00a010.50 goes back to your wallet.');
        const until = { key: 'code.caption.order', params: { time: { at: Date.UTC(2026, 0, 1, 13, 35, 59) } } };
        assert.equal(textOf(until, { locale: 'zh-CN', timeZone: 'Asia/Shanghai' }), '21:35 前有效');
    });

    it('chooses the plural by the number, and writes it as the language does', () => {
        const follow = (count: number, locale: string) =>
            textOf({ key: 'delivering.follow', params: { count: { count } } }, { ...place, locale });
        assert.equal(follow(1, 'en-GB'), 'One more follows.');
        assert.equal(follow(2, 'en'), '2 more follow.');
        assert.equal(follow(0, 'en'), '0 more follow.');
        assert.equal(follow(1, 'zh-CN'), '还有 1 件。');
        assert.equal(follow(1200, 'en'), '1,200 more follow.');
        assert.equal(textOf({ key: 'delivering.follow' }, place), '{count} more follow.');
    });

    it('leaves a parameter that is not given visible, and takes none from the prototype', () => {
        assert.match(textOf({ key: 'claim.number' }, place), /\{claim\}/);
        assert.match(textOf({ key: 'claim.number', params: JSON.parse('{}') }, place), /\{claim\}/);
    });

    it('throws for a key that no catalogue has', () => {
        assert.throws(() => textOf({ key: 'no.such' }, place), /no message called no\.such/);
    });
});

describe('languages', () => {
    it('fall back to their own catalogue, then to English', () => {
        assert.equal(catalogueOf('zh-CN'), 'zh-Hans');
        assert.equal(catalogueOf('zh'), 'zh-Hans');
        assert.equal(catalogueOf('zh-TW'), 'en');
        assert.equal(catalogueOf('zh-Hant'), 'en');
        assert.equal(catalogueOf('zh-HK'), 'en');
        assert.equal(catalogueOf('en-GB'), 'en');
        assert.equal(catalogueOf('sw'), 'en');
        assert.equal(catalogueOf('not a tag'), 'en');
    });

    it('choose a name by locale, language, catalogue, English, any', () => {
        assert.equal(nameIn({ en: 'Water', 'zh-Hans': '水' }, 'zh-CN'), '水');
        assert.equal(nameIn({ en: 'Water', de: 'Wasser' }, 'de-AT'), 'Wasser');
        assert.equal(nameIn({ fr: 'Eau' }, 'en'), 'Eau');
        assert.equal(nameIn({}, 'en'), '');
    });
});
