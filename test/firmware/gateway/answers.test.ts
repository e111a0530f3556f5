/** Reading: numbers or strings, bounds, and garbage that must never throw nor be believed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readCancel, readInquiry, readPay, readRefund, readRefundInquiry } from '../../../firmware/gateway/answers.ts';
import { readAmount, readId, readJson, readResult, readText, readTime, readWord } from '../../../firmware/gateway/reading.ts';
import type { PayOrder, RefundOrder } from '../../../firmware/ports/gateway.ts';

const order: PayOrder = {
    mode: 'payment-code',
    paymentRequestId: 'pay_1',
    saleId: 'sale_1',
    amount: { currency: 'EUR', value: '150' },
    description: 'Water',
    expiresAt: 0,
    intendedAt: 0,
    paymentCode: '288888888888888888',
};
const refund: RefundOrder = { refundRequestId: 'ref_1', paymentId: 'P1', amount: { currency: 'EUR', value: '150' }, reason: '' };

describe('amounts', () => {
    const cases: readonly [unknown, string | undefined][] = [
        ['150', '150'],
        [150, '150'],
        ['0', '0'],
        ['9999999999999999', '9999999999999999'],
        [2 ** 53, undefined],
        ['99999999999999999', undefined],
        ['015', undefined],
        ['1.5', undefined],
        [1.5, undefined],
        ['-1', undefined],
        ['1e3', undefined],
        ['', undefined],
        [' 1', undefined],
        [null, undefined],
        [true, undefined],
        [{}, undefined],
    ];
    for (const [value, expected] of cases) {
        test(JSON.stringify(value), () => assert.equal(readAmount({ a: { currency: 'EUR', value } }, 'a')?.value, expected));
    }

    test('a currency has three capitals', () => {
        for (const currency of ['eur', 'EU', 'EURO', '', 978]) assert.equal(readAmount({ a: { currency, value: '1' } }, 'a'), undefined);
    });
});

describe('other fields', () => {
    test('inherited names are not fields', () => {
        assert.equal(readText({}, 'constructor', 64), undefined);
        assert.equal(
            readResult(readJson(Buffer.from('{"__proto__":{"result":{"resultCode":"SUCCESS","resultStatus":"S"}}}')) ?? {}),
            undefined,
        );
    });

    test('bounds and control characters', () => {
        assert.equal(readId({ id: 'x'.repeat(64) }, 'id')?.length, 64);
        for (const id of ['x'.repeat(65), '', 'a b', 'a\nb', 'é', 1.5]) assert.equal(readId({ id }, 'id'), undefined);
        assert.equal(readId({ id: 12 }, 'id'), '12');
        assert.equal(readWord({ code: 'RISK_REJECT\u0000' }, 'code'), undefined);
    });

    test('times in the documented forms', () => {
        const expected = Date.parse('2019-05-28T04:12:14Z');
        for (const text of [
            '2019-05-28T12:12:14+08:00',
            '2019-05-28T12:12:14+0800',
            '2019-05-28T04:12:14Z',
            '2019-05-28T04:12:14.000Z',
            String(expected),
        ]) {
            assert.equal(readTime(text), expected, text);
        }
        for (const text of ['', 'yesterday', '2019-05-28', '2019-13-28T12:12:14Z', '12']) assert.equal(readTime(text), undefined, text);
    });

    test('JSON that is none, wrong UTF-8, a deep nest', () => {
        for (const bytes of [
            Buffer.from(''),
            Buffer.from('{'),
            Buffer.from([0x22, 0xff, 0x22]),
            Buffer.from('['.repeat(200_000)),
            Buffer.from('null'),
        ]) {
            assert.equal(readJson(bytes), undefined);
        }
    });
});

describe('any signed object', () => {
    const words = fc.constantFrom(
        'S',
        'F',
        'U',
        'SUCCESS',
        'FAIL',
        'PROCESSING',
        'CANCELLED',
        'ORDER_NOT_EXIST',
        'RISK_REJECT',
        'pay_1',
        'ref_1',
        'P1',
    );
    const value = fc.oneof(words, fc.anything({ maxDepth: 1 }), fc.constant({ currency: 'EUR', value: '150' }));
    const result = fc.record({ resultStatus: value, resultCode: value }, { requiredKeys: [] });
    const answers = fc.record(
        {
            result: fc.oneof(result, fc.constant({ resultStatus: 'S', resultCode: 'SUCCESS' }), value),
            paymentRequestId: value,
            refundRequestId: value,
            paymentId: value,
            paymentStatus: value,
            refundStatus: value,
            paymentAmount: value,
            orderCodeForm: value,
            pspCustomerInfo: value,
        },
        { requiredKeys: [] },
    );

    test('is read without a throw, and means money only when it says so about our ids', () => {
        fc.assert(
            fc.property(answers, (answer) => {
                const said = JSON.stringify(answer, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
                const paid = [readPay(answer, order), readInquiry(answer, order)].filter(({ kind }) => kind === 'paid');
                const over = [readCancel(answer, order), readRefund(answer, refund), readRefundInquiry(answer, refund, [])].filter(
                    ({ kind }) => kind === 'done',
                );
                if (paid.length > 0) assert.ok(said.includes('"pay_1"') && said.includes('"150"') && said.includes('"S"'));
                if (over.length > 0) assert.ok((said.includes('"pay_1"') || said.includes('"ref_1"')) && said.includes('"S"'));
            }),
            { numRuns: 3000 },
        );
    });
});
