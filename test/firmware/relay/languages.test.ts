/** The entry page's sentences in every language, and which language a phone gets. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseWording, offeredBy, pages, type Sentence } from '../../../firmware/relay/wordings.ts';
import { catalogues } from '../../../firmware/screens/messages.ts';
import { problemsOf } from '../language-rules.ts';

const languageOf = (acceptLanguage: string, more: { userAgent?: string; offered?: readonly string[] } = {}) =>
    chooseWording({ acceptLanguage, userAgent: more.userAgent ?? '', offered: more.offered ?? Object.keys(pages) }).locale;

describe('the languages of the entry page', () => {
    it('are those of the screens, with the same sentences in the same order', () => {
        assert.deepEqual(Object.keys(pages).sort(), Object.keys(catalogues).sort());
        for (const [tag, page] of Object.entries(pages)) assert.deepEqual(Object.keys(page), Object.keys(pages.en ?? {}), tag);
    });

    it('keep their own signs, script, words and length', () => {
        const problems = Object.entries(pages).flatMap(([locale, page]) =>
            Object.entries(page).flatMap(([key, sentence]) => {
                const english = pages.en?.[key as Sentence] ?? '';
                return problemsOf({ locale, key, english, sentence });
            }),
        );
        assert.deepEqual(problems, []);
    });

    it('write amounts as the language does', () => {
        const amount = { currency: 'EUR', value: '123450' };
        const said = (tag: string) =>
            chooseWording({ acceptLanguage: tag, userAgent: '', offered: Object.keys(pages) }).say('error.tooLittle', { min: amount });
        assert.match(said('de'), /1\.234,50\u00a0EUR/);
        assert.match(said('fr'), /1\u202f234,50\u00a0EUR/);
        assert.match(said('ja'), /EUR\u00a01,234\.50からです/);
    });
});

describe('the language that a phone gets', () => {
    it('is the first of its list that the page has, with any region', () => {
        assert.equal(languageOf('de-AT,de;q=0.9,en;q=0.5'), 'de');
        assert.equal(languageOf('fr-CA'), 'fr');
        assert.equal(languageOf('es-419,en;q=0.8'), 'es');
        assert.equal(languageOf('ja-JP'), 'ja');
        assert.equal(languageOf('ko-KR,ko;q=0.9'), 'ko');
        assert.equal(languageOf('th-TH'), 'th');
        assert.equal(languageOf('ms-MY,en;q=0.9'), 'ms');
        assert.equal(languageOf('zh-CN'), 'zh-Hans');
        assert.equal(languageOf('nl,pl;q=0.9,th;q=0.1'), 'th');
    });

    it('is the one of the wallet’s user agent where the header is silent', () => {
        assert.equal(languageOf('', { userAgent: 'AlipayClient/10.2 Language/ja' }), 'ja');
        assert.equal(languageOf('de', { userAgent: 'AlipayClient/10.2 Language/ja' }), 'de');
    });

    it('is not Simplified Chinese for who asks for Traditional only', () => {
        assert.equal(languageOf('zh-TW'), 'en');
        assert.equal(languageOf('zh-Hant-HK,en;q=0.8'), 'en');
        assert.equal(languageOf('zh-TW,ja;q=0.8'), 'ja');
        assert.equal(languageOf('', { userAgent: 'AlipayClient/10.2 Language/zh-Hant' }), 'en');
        // Who lists plain Chinese too has said that it will do.
        assert.equal(languageOf('zh-TW,zh;q=0.8,en;q=0.6'), 'zh-Hans');
    });

    it('is the kiosk’s own where it has none of those asked for', () => {
        assert.equal(languageOf('sv', { offered: offeredBy(['de-CH', 'fr']) }), 'de');
        assert.deepEqual(offeredBy(['de-CH', 'de', 'zh-CN', 'fr']), ['de', 'zh-Hans', 'fr']);
    });
});
