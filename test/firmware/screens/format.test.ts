import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAmount, formatTime } from '../../../firmware/screens/format.ts';

describe('formatAmount', () => {
    it('uses the exponent of the gateway, not of the world', () => {
        assert.equal(formatAmount({ currency: 'JPY', value: '1500' }, 'en'), '¥1,500');
        assert.equal(formatAmount({ currency: 'EUR', value: '5' }, 'en'), '€0.05');
        assert.equal(formatAmount({ currency: 'CNY', value: '1290' }, 'zh-Hans'), '¥12.90');
        // Two decimals by protocol §3.2, where the world writes none.
        assert.equal(formatAmount({ currency: 'IDR', value: '350000' }, 'en'), 'IDR\u00a03,500.00');
    });

    it('is exact where a float is not', () => {
        assert.equal(formatAmount({ currency: 'EUR', value: '9007199254740993' }, 'en'), '€90,071,992,547,409.93');
    });
});

describe('formatTime', () => {
    it('tells the time of the zone, rounded down to what is shown', () => {
        const at = Date.UTC(2026, 10, 23, 13, 35, 59, 999);
        assert.equal(formatTime({ at }, { locale: 'en', timeZone: 'Europe/Berlin' }), '14:35');
        assert.equal(formatTime({ at, seconds: true }, { locale: 'en', timeZone: 'Europe/Berlin' }), '14:35:59');
        assert.equal(formatTime({ at: Date.UTC(2026, 0, 1) }, { locale: 'en', timeZone: 'UTC' }), '00:00');
    });
});
