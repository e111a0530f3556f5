import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type CodeClass, classifyScan } from '../../../firmware/sale/payment-code.ts';

/** Examples of protocol §10.1 and §10.4, and their nearest neighbours on the wrong side of each rule. */
const table: readonly [text: string, codeClass: CodeClass, why: string][] = [
    ['251001020123456789012345', 'wallet', 'mainstream Alipay+ code'],
    ['281010897274821897274821', 'wallet', 'CGCP code'],
    ['2893612204263667830', 'wallet', 'Alipay+ 19 digits'],
    ['28024456785672301', 'wallet', 'AlipayCN 17 digits'],
    ['280244567856723026', 'wallet', 'AlipayHK 18 digits'],
    ['288888888888888888', 'wallet', 'SDK sample'],
    ['28888888888888888888', 'wallet', 'SDK sample of 20 digits'],
    ['281006020000000000125733', 'wallet', 'HK sample'],
    ['2512345678901234', 'wallet', 'the shortest: 16 digits'],
    ['3012345678901234', 'wallet', 'the last prefix'],
    ['251234567890123', 'other', '15 digits are too few'],
    ['2512345678901234567890123', 'other', '25 digits are too many'],
    ['2412345678901234', 'other', 'the prefix below'],
    ['3112345678901234', 'other', 'the prefix above'],
    ['28024456785672301a', 'other', 'a letter at the end'],
    ['134567890123456789', 'wechat', 'prefix 13'],
    ['101234567890123456', 'wechat', 'prefix 10'],
    ['151234567890123456', 'wechat', 'prefix 15'],
    ['161234567890123456', 'other', 'prefix 16'],
    ['13456789012345678', 'other', '17 digits'],
    ['6212345678901234567', 'unionpay', '19 digits with 62'],
    ['621234567890123456', 'other', '18 digits with 62'],
    ['hQVDUFYwMWEeTwegAAAAVVVVVxMSNFZ4kBI0WNGRIgESNFZ4kBI0', 'emv-cpm', 'EMVCo consumer-presented vector'],
    ['https://gqr.alipay.com/281017040012rqWv0ch7G7Q5AZ5AZJOv4Igf', 'link', 'an order code of somebody else'],
    ['HTTP://EXAMPLE.COM', 'link', 'capitals of an alphanumeric QR'],
    ['weixin://wxpay/bizpayurl?pr=1', 'link', 'a wallet scheme'],
    ['4006381333931', 'product', 'EAN-13'],
    ['4006381333932', 'other', 'EAN-13 with a wrong check digit'],
    ['2812345678909', 'product', 'EAN-13 in the range of wallet prefixes'],
    ['73513537', 'product', 'EAN-8'],
    ['73513538', 'other', 'EAN-8 with a wrong check digit'],
    ['036000291452', 'product', 'UPC-A'],
    ['036000291453', 'other', 'UPC-A with a wrong check digit'],
    ['04252614', 'product', 'UPC-E of 042100005264'],
    ['01234565', 'product', 'UPC-E of 012345000065'],
    ['10012345678902', 'product', 'GTIN-14'],
    ['', 'other', 'nothing'],
    ['hello', 'other', 'words'],
    ['٢٨٠٢٤٤٥٦٧٨٥٦٧٢٣٠١', 'other', 'digits of another script'],
];

describe('payment code', () => {
    for (const [text, codeClass, why] of table) {
        test(`${text === '' ? '(empty)' : text} is ${codeClass}: ${why}`, () => {
            const classified = classifyScan(text);
            assert.equal(classified.codeClass, codeClass);
            assert.equal(classified.code, codeClass === 'wallet' ? text : undefined);
        });
    }

    test('leaves out the AIM prefix, spaces, line ends and control characters', () => {
        const digits = '281010897274821897274821';
        for (const text of [
            `]C1${digits}\r\n`,
            `]Q1${digits}`,
            ` ]Q1 ${digits} `,
            '2810 1089 7274 8218 9727 4821',
            `\u0002${digits}\u0003\t`,
            `\ufeff${digits}\u00a0`,
        ]) {
            assert.deepEqual(classifyScan(text), { codeClass: 'wallet', code: digits });
        }
    });

    test('any text has a class, and only a wallet code is handed on', () => {
        fc.assert(
            fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^\d{0,30}$/)), (text) => {
                const { code, codeClass } = classifyScan(text);
                assert.equal(code !== undefined, codeClass === 'wallet');
                if (code !== undefined) assert.match(code, /^(2[5-9]|30)\d{14,22}$/);
            }),
            { numRuns: 2_000 },
        );
    });

    test('takes every shape of wallet code that the protocol names', () => {
        const shapes = [
            /^28\d{15}$/,
            /^28\d{16}$/,
            /^28[0-8]\d{16}$/,
            /^289\d{10}[0-57-9]\d{5}$/,
            /^289\d{10}6\d{5}$/,
            /^(2[5-9]|30)\d{14,22}$/,
        ];
        for (const shape of shapes) {
            fc.assert(
                fc.property(fc.stringMatching(shape), (code) => assert.deepEqual(classifyScan(code), { codeClass: 'wallet', code })),
                { numRuns: 200 },
            );
        }
    });
});
