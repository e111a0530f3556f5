/** The catalogues have the same sentences, the code uses no others, and every word of the gateway and the machine has one. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { classifyScan } from '../../../firmware/sale/payment-code.ts';
import { knownResultCodes, resultCode } from '../../../firmware/sale/result-codes.ts';
import { catalogueOf, catalogues, hasMessage, nameIn, textOf } from '../../../firmware/screens/messages.ts';
import { declinedSentences } from '../../../firmware/screens/screen-part.ts';
import { sampleScreen, samples } from '../../../scripts/screens/samples.ts';

const english = catalogues.en ?? {};
const place = { locale: 'en', timeZone: 'UTC' };
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
        const paramsOf = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
        assert.ok(Object.keys(catalogues).length >= 2);
        for (const [locale, catalogue] of Object.entries(catalogues)) {
            assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(english).sort(), locale);
            for (const [key, sentence] of Object.entries(catalogue)) {
                assert.notEqual(sentence.trim(), '', `${locale} ${key}`);
                assert.deepEqual(paramsOf(sentence), paramsOf(english[key] ?? ''), `${locale} ${key}`);
            }
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
                ];
                for (const message of said) assert.doesNotMatch(textOf(message, screen), /[{}]/, `${sample.name} ${locale} ${message.key}`);
            }
        }
    });

    it('keep the short sentences within a 16-letter display', () => {
        for (const [key, sentence] of Object.entries(english)) {
            if (key.startsWith('short.')) assert.ok(sentence.replace('{claim}', '7F3K2QM').length <= 16, `${key}: ${sentence}`);
        }
    });
});

describe('textOf', () => {
    it('writes amounts and times as the language does', () => {
        const message = { key: 'back.asked', params: { amount: { currency: 'EUR', value: '1050' } } };
        assert.equal(textOf(message, place), '€10.50 is being sent back to your wallet.');
        assert.equal(textOf(message, { ...place, currencyStyle: 'code' }), 'EUR\u00a010.50 is being sent back to your wallet.');
        const until = { key: 'code.caption.order', params: { time: { at: Date.UTC(2026, 0, 1, 13, 35, 59) } } };
        assert.equal(textOf(until, { locale: 'zh-CN', timeZone: 'Asia/Shanghai' }), '21:35 前有效');
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
        assert.equal(catalogueOf('en-GB'), 'en');
        assert.equal(catalogueOf('fr'), 'en');
        assert.equal(catalogueOf('not a tag'), 'en');
    });

    it('choose a name by locale, language, catalogue, English, any', () => {
        assert.equal(nameIn({ en: 'Water', 'zh-Hans': '水' }, 'zh-CN'), '水');
        assert.equal(nameIn({ en: 'Water', de: 'Wasser' }, 'de-AT'), 'Wasser');
        assert.equal(nameIn({ fr: 'Eau' }, 'en'), 'Eau');
        assert.equal(nameIn({}, 'en'), '');
    });
});
