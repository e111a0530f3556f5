/** Export: the three formats, and cells that a spreadsheet would run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvCell, type ExportFormat, exportText } from '../../../firmware/journal/export.ts';
import type { JournalRecord } from '../../../firmware/ports/journal.ts';

const record: JournalRecord = {
    seq: 7,
    time: '2026-11-23T10:00:00.000Z',
    type: 'refundIntended',
    at: 1,
    mono: 2,
    boot: 'b',
    saleId: 'S1',
    paymentRequestId: 'P1',
    refundRequestId: 'R1',
    amount: { currency: 'EUR', value: '150' },
    note: 'a "quoted", =1+1',
};

async function text(
    format: ExportFormat,
    records: readonly JournalRecord[] = [record, { ...record, seq: 8, amount: undefined }],
): Promise<string> {
    async function* source() {
        yield* records;
    }
    let whole = '';
    for await (const piece of exportText(source(), format)) whole += piece;
    return whole;
}

test('ndjson and json hold the records as they are', async () => {
    const lines = (await text('ndjson')).trimEnd().split('\n');
    assert.deepEqual(JSON.parse(lines[0]!), record);
    assert.deepEqual(JSON.parse(await text('json'))[0], record);
    assert.deepEqual(JSON.parse(await text('json', [])), []);
});

test('csv: stable columns, amount and currency apart, quotes doubled', async () => {
    const lines = (await text('csv')).split('\r\n');
    assert.equal(lines[0], 'seq,time,type,saleId,paymentRequestId,refundRequestId,amount,currency,record');
    assert.ok(lines[1]!.startsWith('7,2026-11-23T10:00:00.000Z,refundIntended,S1,P1,R1,150,EUR,"{""seq"":7,'));
    assert.ok(lines[2]!.startsWith('8,2026-11-23T10:00:00.000Z,refundIntended,S1,P1,R1,,,'));
    assert.equal(lines[3], '');
});

for (const [value, cell] of [
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM', "'@SUM"],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    [-1, '-1'],
    ['plain', 'plain'],
    ['two\nlines', '"two\nlines"'],
    [undefined, ''],
] as const) {
    test(`csv cell ${JSON.stringify(value)}`, () => assert.equal(csvCell(value), cell));
}
