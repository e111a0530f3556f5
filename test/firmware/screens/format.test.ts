import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAmount, formatCount, formatPlain, formatTime } from '../../../firmware/screens/format.ts';
import { catalogues } from '../../../firmware/screens/messages.ts';

describe('formatAmount', () => {
    it('uses the exponent of the gateway, not of the world', () => {
        assert.equal(formatAmount({ currency: 'JPY', value: '1500' }, 'en'), '¥1,500');
        assert.equal(formatAmount({ currency: 'EUR', value: '5' }, 'en'), '€0.05');
        assert.equal(formatAmount({ currency: 'CNY', value: '1290' }, 'zh-Hans'), '¥12.90');
        // Two decimals by protocol §3.2, where the world writes none.
        assert.equal(formatAmount({ currency: 'IDR', value: '350000' }, 'en'), 'IDR\u00a03,500.00');
    });

    it('writes the sign and the point as each language does', () => {
        const written = Object.keys(catalogues).map((locale) => [locale, formatAmount({ currency: 'EUR', value: '123450' }, locale)]);
        assert.deepEqual(Object.fromEntries(written), {
            en: '€1,234.50',
            de: '1.234,50\u00a0€',
            fr: '1\u202f234,50\u00a0€',
            es: '1234,50\u00a0€',
            'zh-Hans': '€1,234.50',
            ja: '€1,234.50',
            ko: '€1,234.50',
            th: '€1,234.50',
            ms: '€1,234.50',
        });
    });

    it('is exact where a float is not', () => {
        assert.equal(formatAmount({ currency: 'EUR', value: '9007199254740993' }, 'en'), '€90,071,992,547,409.93');
    });
});

describe('formatPlain', () => {
    it('is what somebody types, with the decimal sign of the language and without groups', () => {
        assert.equal(formatPlain({ currency: 'EUR', value: '123450' }, 'en'), '1234.50');
        for (const locale of ['de', 'fr', 'es']) assert.equal(formatPlain({ currency: 'EUR', value: '123450' }, locale), '1234,50');
        assert.equal(formatPlain({ currency: 'JPY', value: '100' }, 'ja'), '100');
    });
});

describe('formatCount', () => {
    it('groups as the language does', () => {
        assert.equal(formatCount(1200, 'en'), '1,200');
        assert.equal(formatCount(1200, 'de'), '1.200');
        assert.equal(formatCount(3, 'th'), '3');
    });
});

describe('formatTime', () => {
    it('has two digits of each and no half of the day, in every language', () => {
        for (const locale of Object.keys(catalogues)) {
            const at = Date.UTC(2026, 0, 1, 0, 5, 9);
            assert.equal(formatTime({ at }, { locale, timeZone: 'UTC' }), '00:05', locale);
            assert.equal(formatTime({ at: at + 50_400_000, seconds: true }, { locale, timeZone: 'UTC' }), '14:05:09', locale);
        }
    });

    it('tells the time of the zone, rounded down to what is shown', () => {
        const at = Date.UTC(2026, 10, 23, 13, 35, 59, 999);
        assert.equal(formatTime({ at }, { locale: 'en', timeZone: 'Europe/Berlin' }), '14:35');
        assert.equal(formatTime({ at, seconds: true }, { locale: 'en', timeZone: 'Europe/Berlin' }), '14:35:59');
        assert.equal(formatTime({ at: Date.UTC(2026, 0, 1) }, { locale: 'en', timeZone: 'UTC' }), '00:00');
    });
});
