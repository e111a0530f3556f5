/** Signing against the protocol's vectors, its negative cases, node-forge as a second implementation, and every kind of changed bit. */
import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import forge from 'node-forge';
import {
    contentToSign,
    parseSignatureHeader,
    rsaSigner,
    rsaVerifier,
    type SignedParts,
    signatureHeader,
} from '../../../firmware/gateway/signing.ts';

const publicKey = createPublicKey({
    key: Buffer.from(
        'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkFS1bpx24klMkrN5ZK9rT+MwogJ3MXcI6d+DKKvFfOx6vD9ydoA8qz/Dsonk0pbziVdn4ZdQKy+DxE6tOPjnIWCvNMksnS5htp/41X1VveDTZuxtbW7CD71W5mXQa6vxx/s4EFIVp4b1wAbjDIpdyVZZTygrHEkkCn7w3yPdsqNA1QQ54bBEQ77PQ3N3aObnOSYL4CBamRvzcrt+USym6feiw+t3R5kzqf/mIlRwc+2m6MXoMqz8HG2wxnIK1DKGiFEDIgMqqa5nUkAJ65KDMdr+eAJ1vRgRJaw+PbevL4TGreLaKcORk1ECZPrjeavZ0AEYpFZMHDsyRPTJjXN2aQIDAQAB',
        'base64',
    ),
    format: 'der',
    type: 'spki',
});
const verifier = rsaVerifier([{ key: publicKey }]);
const path = '/ams/sandbox/api/v1/payments/inquiryPayment';
const clientId = 'SANDBOX_5X00000000000000';

const vectors = [
    {
        name: 'V1 request',
        parts: { path, clientId, time: '1685599933871', body: Buffer.from('{"paymentRequestId":"pay_test_1106_0002"}') },
        length: 129,
        sha256: 'ea3de9d60d68ef8e42a1236e0d0d0071d3b29be513ec3d106a132af009233cfd',
        signature:
            'ahYpu9UZMGSUELJ%2B0r%2BeyjXT%2FYC9P3C5dNHV3A8GSWDTGCS3bFuWuV%2FE1I2Wx%2BWFpCC3i2hwLmkWHpcOB5mts8xK%2BaXcseJVj2v2b0PStoAeEInw4dJFpXyXgBpSxbPkaOgvSTPGNrd3h6FCnrmoOM2GPFAMUk3X%2BizL0BmOd7JLGlaKvyrPaA6ZMF7EFStmPWbLeXp0MAyoTjHmpia6kDnt9fu7xIC88ouQrTZTNfK2m0qd9VY%2FeHLHfNjurczdFIZo%2BCK0KD%2Bbq7uSHEpobA23YfX746ElZ9VXb%2FqKHNf0YMfFqWXFhmodwoZ8gQGO0oY8sJbuoNPSTVxcccGJvA%3D%3D',
    },
    {
        name: 'V2 response',
        parts: {
            path,
            clientId,
            time: '2023-06-01T14:12:14+08:00',
            body: Buffer.from(
                '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success."},"paymentStatus":"PROCESSING","paymentRequestId":"pay_test_1106_0002","paymentId":"202306011940108001001881I0204295953"}',
            ),
        },
        length: 300,
        sha256: '4feb843700e04fc83708cb10b54c03cc4b0932329a8638c3a194bc88355e8433',
        signature:
            'YvWnDnVXhW%2Fa39tXz6RHYOUQfkB%2BJHV%2F47JcnDGd9FMxN1Wo6Yc%2B%2FvB%2FLv%2BGWy45l%2F0liNDn2h4XruImzMDgXlDoCmeLBLcL4X5bEHyeX4uXIzn%2BqWAxVybRop6ok1S70EwJM2EveJnH2K8tsA4PAEQrXgjvyO%2BB88lvG%2FEns6PBUxPk3ydg5FometcQn6%2FhU6SumLQGQv%2B2ZIQ%2Fmt%2BELO89omw6lybs4LH9aqTqDJNvtqBcWflC3XvPzvwNsG9Rc6AE8S92SAPSN4cei1%2BoNC%2F28L7NnC%2BcsrCqgOIsudXlQno76c4RB7C3f4RdIzo%2FBgdgpjZePxfk0ECw91O9TQ%3D%3D',
    },
    {
        name: 'V3 notification in raw UTF-8',
        parts: {
            path: '/alipay/notify',
            clientId,
            time: '2019-01-01T01:01:01Z',
            body: Buffer.from(
                '{"notifyType":"PAYMENT_RESULT","result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"},"paymentRequestId":"pay_test_1106_0002","paymentAmount":{"currency":"EUR","value":"1050"},"order":"café 支付"}',
            ),
        },
        length: 289,
        sha256: '855dd83ce71cb45e04e3420500f8b658ca7a8f2345d5a40a62098e2a3f44c35d',
        signature:
            'NvOtogDO%2Fprwq668znCGVK%2FXEElMpzHyTozkTwzjboAtb2zKWiKaYSrgXiG8z1Vtk1h8Nlf9x9bwOkbpfDbxqOgvit7HxkzkoIBv83HuAL4Y8fh5QQ0uMw0LV4eqQfVQI5wK9TEPmaGp141xvpUcMj%2B64nile6ySfilLWS8a4YqRAzljjGlpp97z6SaiV7pH2YJKf8pkCL4O4bUp4glit3GDK4nqNcAVGN7Hps7j%2BvZuX5X5LjWB2%2BJHxk1FEzpE4NgAg%2B44qqPR5dKKhei5k0V4RGGPr1uBaO3GMNWN2jwU4ppXUbjfI%2FLAqWbloyaBFpgnbAnwvKiz8mioyRZQhQ%3D%3D',
    },
] as const;
const [v1, v2, v3] = vectors;

const headerOf = (signature: string) => `algorithm=RSA256,keyVersion=1,signature=${signature}`;

/** As the client does it: header text and parts in, believed or not. */
function believed(parts: SignedParts, header: string): boolean {
    const signature = parseSignatureHeader(header);
    return signature !== undefined && verifier.verify(contentToSign(parts), signature);
}

describe('the vectors of the protocol', () => {
    for (const vector of vectors) {
        test(vector.name, () => {
            const content = contentToSign(vector.parts);
            assert.equal(content.byteLength, vector.length);
            assert.equal(createHash('sha256').update(content).digest('hex'), vector.sha256);
            assert.ok(believed(vector.parts, headerOf(vector.signature)));
        });
    }

    test('the sample of the official page decodes to 256 bytes', () => {
        const sample =
            'SVCvBbh5Eviwaj13ouTDy%2FAqFcNDNLXtoIgxFurTgnYjfBJ6h7jl4GKr%2Bkw8easQv9EHK7CXT9QZOMrkYNOUuqRs%2FDtT4vROCiRcnqNOKVjU3zHt%2Br%2Fxal%2FYRV4dc%2FNtu1ppyWJ6a2xNFCa63Y2YKNn%2FW%2B9eABmU2oohVXwBNoCnaLDoTIJV2RKb3E%2FiUp0aIWUz0Ntv4kVR8ZqMe6DUmf7pHRq9hm2av4wwBpJbHC%2B6R%2BMBQPv%2F0ZUFBW02ie%2FTpXBrPasb15s%2FjcmRpAnmED%2FFIec4TGzDIHr%2BO3QFtIRu72vg4zHWC3FuL4i8zfMXWNi3kp7hBFUIBpYroTZH5Q%3D%3D';
        assert.equal(parseSignatureHeader(headerOf(sample))?.bytes.byteLength, 256);
    });

    test('the sample inputs of the SDKs make the documented content', () => {
        const content = contentToSign({
            path: '/ams/sandbox/api/v1/payments/pay',
            clientId: 'T_client',
            time: '2019-11-01T10:00:00+08:30',
            body: Buffer.from('{"key1":"value1"}'),
        });
        assert.equal(
            Buffer.from(content).toString(),
            'POST /ams/sandbox/api/v1/payments/pay\nT_client.2019-11-01T10:00:00+08:30.{"key1":"value1"}',
        );
    });
});

describe('the negative cases of protocol §2.4', () => {
    const text = v3.parts.body.toString();
    const v2Text = v2.parts.body.toString();
    const cases: readonly [string, SignedParts, string][] = [
        ['production path instead of sandbox path', { ...v2.parts, path: path.replace('/sandbox', '') }, headerOf(v2.signature)],
        ['body pretty-printed', { ...v2.parts, body: Buffer.from(JSON.stringify(JSON.parse(v2Text), null, 2)) }, headerOf(v2.signature)],
        ['body with escaped é', { ...v3.parts, body: Buffer.from(text.replace('é', '\\u00e9')) }, headerOf(v3.signature)],
        ['time differing by one digit', { ...v1.parts, time: '1685599933872' }, headerOf(v1.signature)],
        ['another client', { ...v1.parts, clientId: 'SANDBOX_5X00000000000001' }, headerOf(v1.signature)],
        ['plus decoded to a space', v1.parts, headerOf(decodeURIComponent(v1.signature).replaceAll('+', ' '))],
        ['encoded twice', v1.parts, headerOf(encodeURIComponent(v1.signature))],
        ['truncated base64', v1.parts, headerOf(v1.signature.slice(0, -12))],
        ['no signature', v1.parts, 'algorithm=RSA256,keyVersion=1'],
        ['an empty signature', v1.parts, headerOf('')],
        ['another algorithm', v1.parts, headerOf(v1.signature).replace('RSA256', 'ECC224')],
        ['a second signature', v1.parts, `${headerOf(v1.signature)},signature=${v1.signature}`],
    ];
    for (const [name, parts, header] of cases) test(name, () => assert.equal(believed(parts, header), false));

    test('CRLF instead of LF', () => {
        const content = Buffer.from(Buffer.from(contentToSign(v1.parts)).toString().replace('\n', '\r\n'));
        const signature = parseSignatureHeader(headerOf(v1.signature));
        assert.ok(signature !== undefined);
        assert.equal(verifier.verify(content, signature), false);
    });

    test('a wrong key version, where the key states its own', () => {
        const stated = rsaVerifier([{ key: publicKey, keyVersion: '2' }]);
        const signature = parseSignatureHeader(headerOf(v1.signature));
        assert.ok(signature !== undefined);
        assert.equal(stated.verify(contentToSign(v1.parts), signature), false);
        assert.equal(stated.verify(contentToSign(v1.parts), { bytes: signature.bytes }), true);
    });

    test('what must pass: spaces after commas, any order, raw base64, no key version', () => {
        const raw = decodeURIComponent(v1.signature);
        for (const header of [
            `algorithm=RSA256, keyVersion=1, signature=${v1.signature}`,
            `signature=${v1.signature},algorithm=rsa256`,
            headerOf(raw),
            headerOf(v1.signature.toLowerCase() === v1.signature ? raw : v1.signature.replaceAll('%2B', '%2b')),
        ]) {
            assert.equal(believed(v1.parts, header), true, header);
        }
    });
});

describe('any changed bit', () => {
    const pieces = ['path', 'clientId', 'time', 'body', 'header'] as const;
    const header = headerOf(v2.signature);
    const meaning = JSON.stringify(parseSignatureHeader(header));
    const stated = rsaVerifier([{ key: publicKey, keyVersion: '1' }]);

    test('in path, client id, time, body, key version or signature is refused', () => {
        let refused = 0;
        fc.assert(
            fc.property(fc.constantFrom(...pieces), fc.nat(), (piece, at) => {
                const parts = { ...v2.parts, header: Buffer.from(header, 'latin1') as Uint8Array };
                const before = parts[piece];
                const bytes = Buffer.from(before as string | Uint8Array);
                const bit = at % (bytes.byteLength * 8);
                bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
                const changed = { ...parts, [piece]: typeof before === 'string' ? bytes.toString('latin1') : bytes };
                const signature = parseSignatureHeader(Buffer.from(changed.header).toString('latin1'));
                const passes = signature !== undefined && stated.verify(contentToSign(changed), signature);
                if (!passes) refused += 1;
                // The letter case of names and of percent digits carries nothing: such a header says the same thing.
                return !passes || (piece === 'header' && sameButKeyVersion(JSON.stringify(signature), meaning));
            }),
            { numRuns: 100_000 },
        );
        assert.ok(refused > 90_000, `only ${refused} were refused`);
    });

    test('every bit of a whole answer', () => {
        const body = Buffer.from(v2.parts.body);
        const signature = parseSignatureHeader(header);
        assert.ok(signature !== undefined);
        for (let bit = 0; bit < body.byteLength * 8; bit += 1) {
            const flipped = Buffer.from(body);
            flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
            assert.equal(stated.verify(contentToSign({ ...v2.parts, body: flipped }), signature), false, `bit ${bit}`);
        }
    });

    /** A flipped bit in the parameter's *name* takes the key version away, which the grammar allows. */
    function sameButKeyVersion(one: string, other: string): boolean {
        const without = (text: string) => ({ ...(JSON.parse(text) as object), keyVersion: undefined });
        return JSON.stringify(without(one)) === JSON.stringify(without(other));
    }
});

describe('signing', () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signer = rsaSigner({ key: pair.privateKey, keyVersion: '7' });
    const content = contentToSign(v1.parts);

    test('makes the signature that another implementation makes', async () => {
        const key = forge.pki.privateKeyFromPem(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
        const digest = forge.md.sha256.create();
        digest.update(Buffer.from(content).toString('binary'));
        const expected = forge.util.encode64(key.sign(digest));
        assert.equal(await signer.sign(content), expected);
    });

    test('its header is what the strictest reader takes: three parts, one "=" each', async () => {
        const header = signatureHeader({ keyVersion: signer.keyVersion, base64: await signer.sign(content) });
        assert.match(header, /^algorithm=RSA256,keyVersion=7,signature=[A-Za-z0-9%]+$/);
        const signature = parseSignatureHeader(header);
        assert.ok(signature !== undefined);
        const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
        assert.equal(rsaVerifier([{ key: other }]).verify(content, signature), false);
        assert.equal(rsaVerifier([{ key: other }, { key: pair.publicKey }]).verify(content, signature), true);
        assert.equal(rsaVerifier([]).verify(content, signature), false);
    });

    test('garbage in a header is undefined, never thrown', () => {
        fc.assert(
            fc.property(fc.oneof(fc.string(), fc.string().map(headerOf), fc.string({ minLength: 4000, maxLength: 6000 })), (text) => {
                const parsed = parseSignatureHeader(text);
                return parsed === undefined || parsed.bytes.byteLength > 0;
            }),
        );
    });
});
