/** Registration over real HTTP: accepted, refused, how it stands. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openRegistration, type Registration } from '../../../firmware/gateway/registration.ts';
import { openStubGateway, type Reply, strangers } from './stub-gateway.ts';

const success = { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success' };
const refusal = { result: { resultCode: 'PARAM_ILLEGAL', resultStatus: 'F', resultMessage: 'storeInfo is missing' } };
const about = { registrationRequestId: 'reg_1' };

async function ask<Answer>(
    reply: Reply,
    use: (registration: Registration) => Promise<Answer>,
): Promise<{ answer: Answer; path: string | undefined }> {
    const stub = await openStubGateway(() => reply);
    try {
        const answer = await use(openRegistration(stub.options));
        return { answer, path: stub.seen[0]?.path };
    } finally {
        await stub.close();
    }
}

describe('register', () => {
    const cases: readonly [string, Reply, unknown][] = [
        ['accepted', { body: { result: success } }, { kind: 'accepted' }],
        [
            'refused, with the gateway’s words',
            { body: refusal },
            { kind: 'refused', resultCode: 'PARAM_ILLEGAL', message: 'storeInfo is missing' },
        ],
        [
            'not yet',
            { body: { result: { resultCode: 'UNKNOWN_EXCEPTION', resultStatus: 'U' } } },
            { kind: 'pending', resultCode: 'UNKNOWN_EXCEPTION' },
        ],
        [
            'the caller refused, unsigned',
            { body: { result: { resultCode: 'KEY_NOT_FOUND', resultStatus: 'F' } }, unsigned: true },
            { kind: 'refused', resultCode: 'KEY_NOT_FOUND' },
        ],
        ['forged', { body: { result: success }, key: strangers.privateKey }, { kind: 'unknown', reason: 'bad-signature' }],
        ['no result', { body: {} }, { kind: 'unknown', reason: 'no-result' }],
    ];
    for (const [name, reply, expected] of cases) {
        test(name, async () => {
            const { answer, path } = await ask(reply, (registration) => registration.register(about));
            assert.deepEqual(answer, expected);
            assert.equal(path, '/ams/sandbox/api/v1/merchants/registration');
        });
    }
});

describe('status', () => {
    const standing = {
        result: success,
        registrationResult: { registrationStatus: 'PENDING' },
        pspRegistrationResultList: [
            { pspName: 'TRUEMONEY', registrationResult: { registrationStatus: 'REJECTED', rejectReasons: ['logo is missing'] } },
            { pspName: 'ALIPAYHK', registrationResult: { registrationStatus: 'APPROVED' } },
            { pspName: 7.5 },
            'noise',
        ],
    };

    test('overall and by wallet', async () => {
        const { answer, path } = await ask({ body: standing }, (registration) => registration.status(about));
        assert.equal(path, '/ams/sandbox/api/v1/merchants/inquiryRegistrationStatus');
        assert.deepEqual(answer, {
            kind: 'known',
            registration: { status: 'PENDING' },
            wallets: [
                { wallet: 'TRUEMONEY', status: 'REJECTED', rejectReasons: '["logo is missing"]' },
                { wallet: 'ALIPAYHK', status: 'APPROVED' },
            ],
        });
    });

    const cases: readonly [string, unknown, unknown][] = [
        ['of another registration', { ...standing, registrationRequestId: 'reg_2' }, { kind: 'unknown', reason: 'wrong-request-id' }],
        ['without a status', { result: success }, { kind: 'unknown', reason: 'no-registration-status' }],
        [
            'unknown to the gateway',
            { result: { resultCode: 'RECORD_NOT_FOUND', resultStatus: 'F' } },
            { kind: 'refused', resultCode: 'RECORD_NOT_FOUND' },
        ],
        ['not yet', { result: { resultCode: 'UNKNOWN_EXCEPTION', resultStatus: 'U' } }, { kind: 'unknown', reason: 'UNKNOWN_EXCEPTION' }],
    ];
    for (const [name, body, expected] of cases) {
        test(name, async () => assert.deepEqual((await ask({ body }, (registration) => registration.status(about))).answer, expected));
    }
});

test('info: what the gateway has on record', async () => {
    const record = {
        merchantInfo: { referenceMerchantId: 'M001' },
        storeInfo: { referenceStoreId: 'S001' },
        productCodes: ['IN_STORE_PAYMENT'],
    };
    const { answer, path } = await ask({ body: { result: success, ...record } }, (registration) => registration.info());
    assert.deepEqual(answer, { kind: 'known', info: record });
    assert.equal(path, '/ams/sandbox/api/v1/merchants/inquiryRegistrationInfo');
});
