import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { compareWithJournal, comparisonText, type ExportedRecord, readExport } from '../../../scripts/sandbox/compare.ts';
import { ledgerText, readLedger } from '../../../scripts/sandbox/ledger.ts';
import { openBench, scriptCode } from './bench.ts';

const eur = (value: string) => ({ currency: 'EUR', value });
const payment = (paymentRequestId: string, net: string) =>
    ({ paymentRequestId, net: eur(net) }) as Parameters<typeof compareWithJournal>[1]['payments'][number];
const paid = (paymentRequestId: string, value: string, saleId = `S_${paymentRequestId}`): ExportedRecord => ({
    type: 'paymentPaid',
    saleId,
    paymentRequestId,
    amount: eur(value),
});
const ended = (type: string, paymentRequestId: string): ExportedRecord => ({ type, saleId: `S_${paymentRequestId}`, paymentRequestId });

/** What the journal says of one payment → what it keeps. */
const stories: readonly [what: string, records: readonly ExportedRecord[], kept: string][] = [
    ['paid', [paid('A', '150')], '150'],
    ['paid, told twice', [paid('A', '150'), { ...paid('A', '150'), type: 'lateSuccess' }], '150'],
    ['paid, cancelled', [paid('A', '150'), ended('cancelIntended', 'A'), ended('paymentCancelled', 'A')], '0'],
    ['cancelled without money', [ended('paymentCancelled', 'A')], '0'],
    [
        'late success, settled',
        [ended('paymentCancelled', 'A'), { ...paid('A', '150'), type: 'lateSuccess' }, ended('lateSettled', 'A')],
        '0',
    ],
    ['late success, not settled', [ended('paymentCancelled', 'A'), { ...paid('A', '150'), type: 'lateSuccess' }], '150'],
    [
        'refunded in part',
        [
            paid('A', '150'),
            { type: 'refundIntended', paymentRequestId: 'A', refundRequestId: 'R', amount: eur('50') },
            { type: 'refundConfirmed', paymentRequestId: 'A', refundRequestId: 'R', via: 'answer' },
        ],
        '100',
    ],
    [
        'a refund confirmed twice counts once',
        [
            paid('A', '150'),
            { type: 'refundIntended', paymentRequestId: 'A', refundRequestId: 'R', amount: eur('50') },
            { type: 'refundConfirmed', paymentRequestId: 'A', refundRequestId: 'R', via: 'answer' },
            { type: 'refundConfirmed', paymentRequestId: 'A', refundRequestId: 'R', via: 'inquiry' },
        ],
        '100',
    ],
    [
        'a refund that is only intended',
        [paid('A', '150'), { type: 'refundIntended', paymentRequestId: 'A', refundRequestId: 'R', amount: eur('50') }],
        '150',
    ],
    [
        'a refund of a cancelled payment',
        [
            paid('A', '150'),
            { type: 'refundIntended', paymentRequestId: 'A', refundRequestId: 'R', amount: eur('50') },
            { type: 'refundConfirmed', paymentRequestId: 'A', refundRequestId: 'R', via: 'cancelled-payment' },
        ],
        '0',
    ],
    ['stray money', [{ type: 'strayMoney', paymentRequestId: 'A', amount: eur('150') }], '150'],
];

describe('what a journal keeps', () => {
    for (const [what, records, kept] of stories) {
        test(`${what}: ${kept}`, () => {
            assert.equal(compareWithJournal(records, { payments: [payment('A', kept)] }).agrees, true);
            const off = compareWithJournal(records, { payments: [payment('A', String(Number(kept) + 1))] });
            assert.equal(off.agrees, false, 'one cent is a difference');
            assert.deepEqual(
                off.differences.map((one) => [one.kind, one.journal.value, one.ledger.value]),
                [['amount', kept, String(Number(kept) + 1)]],
            );
        });
    }
});

describe('planted differences', () => {
    test('money that one side alone knows, even where the sums agree', () => {
        const comparison = compareWithJournal([paid('A', '150'), paid('B', '100')], {
            payments: [payment('A', '100'), payment('C', '150')],
        });
        assert.equal(comparison.agrees, false);
        assert.deepEqual(
            comparison.differences.map((one) => [one.paymentRequestId, one.kind]),
            [
                ['A', 'amount'],
                ['B', 'only-in-journal'],
                ['C', 'only-in-ledger'],
            ],
        );
        assert.deepEqual(comparison.totals, [{ currency: 'EUR', journal: '250', ledger: '250' }]);
        assert.match(comparisonText(comparison), /A: the journal keeps 1\.50 EUR, the ledger 1\.00 EUR/);
        assert.match(comparisonText(comparison), /3 of 3 payments differ/);
    });

    test('the same figure in another currency', () => {
        const ledger = { payments: [{ paymentRequestId: 'A', net: { currency: 'JPY', value: '150' } }] } as unknown as Parameters<
            typeof compareWithJournal
        >[1];
        assert.equal(compareWithJournal([paid('A', '150')], ledger).agrees, false);
    });

    test('a sale that keeps two payments is told', () => {
        const comparison = compareWithJournal([paid('A', '150', 'S1'), paid('B', '150', 'S1')], {
            payments: [payment('A', '150'), payment('B', '150')],
        });
        assert.equal(comparison.agrees, true);
        assert.deepEqual(comparison.keptTwice, [{ saleId: 'S1', paymentRequestIds: ['A', 'B'] }]);
    });

    test('against a real ledger', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t);
        const [kept, cancelled] = [merchant.newId(), merchant.newId()];
        await merchant.payCode(scriptCode('0000'), { id: kept });
        await merchant.payCode(scriptCode('0000'), { id: cancelled });
        await merchant.cancel(cancelled);
        const journal = [paid(kept, '150'), paid(cancelled, '150'), ended('paymentCancelled', cancelled)];
        assert.deepEqual(sandbox.compareWithJournal(journal).differences, []);
        assert.equal(sandbox.compareWithJournal(journal.slice(0, 2)).agrees, false, 'a cancel that the journal does not know');
        assert.equal(sandbox.compareWithJournal([]).differences.length, 1);
        assert.match(
            ledgerText(sandbox.ledger()),
            /EUR: taken 3\.00 EUR, cancelled 1\.50 EUR, refunded 0\.00 EUR, returned 0\.00 EUR, kept 1\.50 EUR/,
        );
        const [first] = sandbox.ledger().payments[1]?.movements ?? [];
        assert.deepEqual([first?.from, first?.to], ['wallet:nameless', 'merchant:SANDBOX_5X00000000000000']);
    });
});

describe('reading exports', () => {
    test('lines of NDJSON; anything else is told with its line', () => {
        assert.deepEqual(
            readExport('{"type":"started"}\n\n{"type":"stopped"}\n').map((one) => one.type),
            ['started', 'stopped'],
        );
        assert.throws(() => readExport('{"type":"started"}\nseq,time,type\n'), { code: 'JOURNAL_EXPORT_UNREADABLE', facts: { line: 2 } });
        assert.throws(() => readExport('[]'), { code: 'JOURNAL_EXPORT_UNREADABLE' });
    });

    test('a saved ledger', () => {
        assert.equal(readLedger('{"payments":[]}').payments.length, 0);
        for (const text of ['', '[]', '{"payments":1}']) assert.throws(() => readLedger(text), { code: 'LEDGER_UNREADABLE' });
    });
});
