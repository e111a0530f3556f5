import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import en from '../../../../firmware/page/phone/messages/en.json' with { type: 'json' };
import { reasonText } from '../../../../firmware/page/phone/reasons.ts';
import { firstLanguage, language, languages, moment, money, say, speak } from '../../../../firmware/page/phone/texts.ts';

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map((match) => match[0]).sort();

describe('the wallet’s sentences', () => {
    test('every language has each sentence with the same places to fill, and speaks for itself', async () => {
        const keys = Object.keys(en) as (keyof typeof en)[];
        for (const { tag, load } of languages) {
            const catalogue = (await load()).default;
            assert.deepEqual(Object.keys(catalogue), keys, tag);
            for (const key of keys) assert.deepEqual(places(catalogue[key]), places(en[key]), `${tag} ${key}`);
            if (tag === 'en') continue;
            const same = keys.filter((key) => catalogue[key] === en[key] && key !== 'wallet');
            assert.deepEqual(same, [], `${tag} repeats English`);
        }
    });

    test('spoken in the language of the phone, with its amounts', async () => {
        await speak('de', false);
        assert.equal(language.value, 'de');
        assert.equal(say('payNow', { amount: { currency: 'EUR', value: '150' } }), '1,50 € zahlen'.replace(' €', '\u00a0€'));
        assert.equal(money({ currency: 'JPY', value: '1200' }).replace(/\s/g, ' '), '1.200 ¥');
        await speak('nowhere', false);
        assert.equal(language.value, 'en');
        assert.equal(say('payTitle', { seller: '{amount}' }), 'Pay {amount}', 'what is filled in is not filled in again');
    });

    test('the first language is the browser’s own where the phone speaks it', () => {
        const rows: [wanted: string[], tag: string][] = [
            [['de-AT', 'en'], 'de'],
            [['zh-CN'], 'zh-Hans'],
            [['zh-TW', 'ja'], 'ja'],
            [['nl', 'fr-CA'], 'fr'],
            [['xx'], 'en'],
            [[], 'en'],
        ];
        for (const [wanted, tag] of rows) assert.equal(firstLanguage(wanted), tag, wanted.join());
    });

    test('a moment names the day where it is not today', () => {
        const now = Date.parse('2026-03-02T12:00:00Z');
        assert.match(moment('2026-03-02T11:59:00Z', now), /^\d\d:\d\d$/);
        assert.match(moment('2026-02-20T11:59:00Z', now), /Feb/);
    });

    test('each reason is a sentence that says what to do; a word that nobody knows has one too', () => {
        const rows = [
            ['USER_BALANCE_NOT_ENOUGH', 'reasonBalance'],
            ['code-expired', 'reasonExpired'],
            ['already-paid', 'reasonPaid'],
            ['CANCELLED', 'reasonCancelled'],
            ['constructor', 'reasonOther'],
            [undefined, 'reasonOther'],
        ] as const;
        for (const [reason, key] of rows) assert.equal(reasonText(reason), key);
    });
});
