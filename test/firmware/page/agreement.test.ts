import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreementOf, graceMs, type Standing } from '../../../firmware/page/truth/agreement.ts';
import type { Comparison } from '../../../firmware/page/wire.ts';

const eur = (value: string) => ({ currency: 'EUR', value });
const agreed: Comparison = {
    agrees: true,
    payments: 2,
    differences: [],
    totals: [{ currency: 'EUR', journal: '370', ledger: '370' }],
    keptTwice: [],
};
const differing: Comparison = {
    ...agreed,
    agrees: false,
    differences: [{ kind: 'only-in-ledger', paymentRequestId: 'P1', journal: eur('0'), ledger: eur('150') }],
    totals: [{ currency: 'EUR', journal: '370', ledger: '520' }],
};

const standing = (facts: Partial<Standing>): Standing => ({
    comparison: differing,
    powered: true,
    openSales: 0,
    reviewSales: 0,
    differsForMs: graceMs + 1,
    ...facts,
});

const rows: readonly (readonly [what: string, given: Partial<Standing>, standing: string, says: RegExp])[] = [
    ['nothing was compared', { comparison: undefined, missing: 'The sandbox does not answer.' }, 'unknown', /sandbox/],
    [
        'it agreed, and cannot be looked at now',
        { comparison: agreed, missing: 'Nobody answers.' },
        'unknown',
        /^Nobody answers\. .* agreed\.$/,
    ],
    ['it differed, and cannot be looked at now', { missing: 'Nobody answers.' }, 'unknown', /^Nobody answers\. .* differed\.$/],
    ['both keep the same', { comparison: agreed, openSales: 1 }, 'agree', /2 payments .* 3\.70 EUR/],
    ['nothing was bought', { comparison: { ...agreed, payments: 0, totals: [] } }, 'agree', /No money/],
    ['all of it was given back', { comparison: { ...agreed, totals: [] } }, 'agree', /keep nothing/],
    ['the power is gone', { powered: false, differsForMs: 3_600_000 }, 'settling', /no power/],
    ['a sale is open', { openSales: 1, differsForMs: 60_000 }, 'settling', /under way/],
    ['one side has just heard', { differsForMs: graceMs - 1 }, 'settling', /just heard/],
    ['a person must decide', { reviewSales: 1 }, 'settling', /person/],
    ['nothing would settle it', {}, 'differ', /One payment stands differently/],
    [
        'a customer paid twice',
        { comparison: { ...agreed, keptTwice: [{ saleId: 'S', paymentRequestIds: ['a', 'b'] }] }, openSales: 1 },
        'differ',
        /paid twice/,
    ],
];

for (const [what, given, expected, says] of rows) {
    test(`${what}: ${expected}`, () => {
        const found = agreementOf(standing(given));
        assert.equal(found.standing, expected);
        assert.match(found.sentence, says);
    });
}
