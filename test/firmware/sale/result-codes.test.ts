/** The result-code table against the protocol: every documented code is there, with its status, a verdict and a sentence that exists. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { knownResultCodes, resultCode } from '../../../firmware/sale/result-codes.ts';

/** Protocol §7.1 (payments) and §5 (cancel, refund), by status. */
const documented = {
    S: ['SUCCESS'],
    U: ['PAYMENT_IN_PROCESS', 'UNKNOWN_EXCEPTION', 'REQUEST_TRAFFIC_EXCEED_LIMIT', 'REFUND_IN_PROCESS'],
    F: [
        ...['EXPIRED_CODE', 'INVALID_PAYMENT_CODE', 'INVALID_CODE', 'USER_BALANCE_NOT_ENOUGH', 'USER_AMOUNT_EXCEED_LIMIT'],
        ...[
            'PAYMENT_AMOUNT_EXCEED_LIMIT',
            'PAYMENT_COUNT_EXCEED_LIMIT',
            'USER_NOT_EXIST',
            'USER_STATUS_ABNORMAL',
            'USER_KYC_NOT_QUALIFIED',
        ],
        ...['USER_PAYMENT_VERIFICATION_FAILED', 'NO_PAY_OPTIONS', 'UNAVAILABLE_PAYMENT_METHOD', 'PAYMENT_NOT_QUALIFIED', 'RISK_REJECT'],
        ...['FRAUD_REJECT', 'REGULATION_RESTRICTION', 'CURRENCY_NOT_SUPPORT', 'SETTLE_CONTRACT_NOT_MATCH', 'BUSINESS_NOT_SUPPORT'],
        ...['INVALID_CONTRACT', 'INVALID_MERCHANT_STATUS', 'MERCHANT_NOT_REGISTERED', 'MERCHANT_KYB_NOT_QUALIFIED', 'ACCESS_DENIED'],
        ...['INVALID_CLIENT', 'CLIENT_INVALID', 'KEY_NOT_FOUND', 'SIGNATURE_INVALID', 'INVALID_SIGNATURE', 'MEDIA_TYPE_NOT_ACCEPTABLE'],
        ...['METHOD_NOT_SUPPORTED', 'NO_INTERFACE_DEF', 'INVALID_API', 'PARAM_ILLEGAL', 'REPEAT_REQ_INCONSISTENT', 'ORDER_IS_CLOSED'],
        ...['ORDER_IS_CANCELED', 'ORDER_STATUS_INVALID', 'ORDER_NOT_EXIST', 'PAYMENT_NOT_EXIST', 'INVALID_ACCESS_TOKEN', 'INVALID_TOKEN'],
        ...['EXPIRED_ACCESS_TOKEN', 'INVALID_AMOUNT', 'SYSTEM_ERROR', 'PROCESS_FAIL', 'CANCEL_WINDOW_EXCEED', 'REFUND_AMOUNT_EXCEED'],
        ...['REFUND_WINDOW_EXCEED', 'REFUND_NOT_SUPPORTED', 'PARTIAL_REFUND_NOT_SUPPORTED', 'MULTIPLE_REFUNDS_NOT_SUPPORTED'],
        ...['MERCHANT_BALANCE_NOT_ENOUGH', 'LOCAL_NO_CONNECTION'],
    ],
} as const;

const sentences = [
    ...['declined.balance', 'declined.limit', 'declined.account', 'declined.verification', 'declined.no-way-to-pay', 'declined.risk'],
    ...[
        'declined.code-expired',
        'declined.code-invalid',
        'declined.code-used',
        'declined.amount',
        'declined.not-allowed',
        'declined.machine',
    ],
    ...['declined.closed', 'declined.general', 'declined.no-connection', 'pending.confirm', 'success.paid'],
];
const advices = ['rescan', 'other-method', 'lower-amount', 'try-again', 'out-of-service', 'config-alarm', 'bug-alarm'];

describe('every documented code', () => {
    for (const [status, codes] of Object.entries(documented)) {
        test(`with status ${status}`, () => {
            for (const code of codes) {
                assert.ok(knownResultCodes.includes(code), `${code} is missing`);
                assert.equal(resultCode(code).status, status, code);
            }
        });
    }
});

test('every row is whole', () => {
    for (const code of knownResultCodes) {
        const row = resultCode(code);
        assert.deepEqual(Object.keys(row).sort(), ['advice', 'message', 'refund', 'status', 'verdict'], code);
        assert.ok(sentences.includes(row.message), `${code}: ${row.message}`);
        assert.ok(advices.includes(row.advice), `${code}: ${row.advice}`);
        assert.ok(['again', 'full', 'inquire', 'review'].includes(row.refund), `${code}: ${row.refund}`);
        const verdicts = { S: ['success'], U: ['pending'], F: ['declined', 'inquire'] }[row.status];
        assert.ok(verdicts.includes(row.verdict), `${code}: ${row.verdict}`);
        assert.match(code, /^[A-Z][A-Z_]+$/);
    }
});

test('the rows that money hangs on', () => {
    const inquire = knownResultCodes.filter((code) => resultCode(code).verdict === 'inquire').sort();
    assert.deepEqual(inquire, ['ORDER_NOT_EXIST', 'ORDER_STATUS_INVALID', 'PAYMENT_NOT_EXIST', 'REPEAT_REQ_INCONSISTENT', 'SYSTEM_ERROR']);
    for (const code of ['PARTIAL_REFUND_NOT_SUPPORTED', 'MULTIPLE_REFUNDS_NOT_SUPPORTED'])
        assert.equal(resultCode(code).refund, 'full', code);
    for (const code of ['MERCHANT_BALANCE_NOT_ENOUGH', 'INVALID_MERCHANT_STATUS', 'ACCESS_DENIED'])
        assert.equal(resultCode(code).refund, 'again', code);
    for (const code of ['ORDER_IS_CANCELED', 'ORDER_IS_CLOSED']) assert.equal(resultCode(code).refund, 'inquire', code);
    for (const code of ['REFUND_WINDOW_EXCEED', 'REFUND_NOT_SUPPORTED', 'RISK_REJECT'])
        assert.equal(resultCode(code).refund, 'review', code);
});

test('a code of tomorrow follows its status', () => {
    assert.equal(resultCode('NEW_ONE', 'F').verdict, 'declined');
    assert.equal(resultCode('NEW_ONE', 'U').verdict, 'pending');
    assert.equal(resultCode('NEW_ONE', 'S').verdict, 'success');
    assert.equal(resultCode('constructor', 'F').message, 'declined.general');
});
