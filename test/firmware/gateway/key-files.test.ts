/** Key files in every documented form, and a Fault with its code for every other. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import forge from 'node-forge';
import { openKeys, publicKeyLine, readPrivateKeyFile, readPublicKeyFile } from '../../../firmware/gateway/key-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'till-keys-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
let count = 0;

function file(content: string | Uint8Array): string {
    count += 1;
    const name = join(folder, `key-${count}`);
    writeFileSync(name, content);
    return name;
}

const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'spki') => key.export({ type: type as 'pkcs1', format: 'pem' }).toString();
const der = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'spki') => key.export({ type: type as 'pkcs1', format: 'der' });

function certificate(): string {
    const made = forge.pki.createCertificate();
    made.publicKey = forge.pki.publicKeyFromPem(pem(pair.publicKey, 'spki'));
    made.serialNumber = '01';
    made.validity.notBefore = new Date(0);
    made.validity.notAfter = new Date(4e12);
    made.setSubject([{ name: 'commonName', value: 'kiosk-01' }]);
    made.setIssuer([{ name: 'commonName', value: 'kiosk-01' }]);
    made.sign(forge.pki.privateKeyFromPem(pem(pair.privateKey, 'pkcs1')), forge.md.sha256.create());
    return forge.pki.certificateToPem(made);
}

describe('a private key is read', () => {
    const forms: readonly [string, string | Uint8Array][] = [
        ['PKCS#8 PEM', pem(pair.privateKey, 'pkcs8')],
        ['PKCS#1 PEM', pem(pair.privateKey, 'pkcs1')],
        ['PKCS#8 base64 line', der(pair.privateKey, 'pkcs8').toString('base64')],
        [
            'PKCS#1 base64 with line ends',
            `${der(pair.privateKey, 'pkcs1')
                .toString('base64')
                .replace(/(.{64})/g, '$1\r\n')}\r\n`,
        ],
        ['PKCS#8 DER', der(pair.privateKey, 'pkcs8')],
        ['PKCS#1 DER', der(pair.privateKey, 'pkcs1')],
        [
            'PEM with CRLF, a byte order mark and words before it',
            `\uFEFFkey of the kiosk\r\n${pem(pair.privateKey, 'pkcs8').replaceAll('\n', '\r\n')}`,
        ],
    ];
    for (const [name, content] of forms) test(name, () => assert.ok(readPrivateKeyFile(file(content)).equals(pair.privateKey)));
});

describe('a public key is read', () => {
    const forms: readonly [string, string | Uint8Array][] = [
        ['SPKI PEM', pem(pair.publicKey, 'spki')],
        ['SPKI base64 line', publicKeyLine(pair.publicKey)],
        ['PKCS#1 PEM', pem(pair.publicKey, 'pkcs1')],
        ['SPKI DER', der(pair.publicKey, 'spki')],
        ['certificate', certificate()],
        ['certificate as base64', certificate().replace(/-----[^-]+-----/g, '')],
    ];
    for (const [name, content] of forms) test(name, () => assert.ok(readPublicKeyFile(file(content)).equals(pair.publicKey)));

    test('the test key of the in-store SDK', () => {
        const line =
            'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAhJ5vPPThv5qFZ/3/nOcjJifbq9da9Yu1Xp3wSfJq2vFo0STtws6WGg1t34709Tcg7k4H4rgUnpvBX6h6gjGrFpZLt/uu7Q+cxnWjduvjXy4kanYp5pfSuZvblGR+LPB/yVQo0dh1iDAHk17GT1GuJ0MsBVGykU2Ji+PGkAFeYpaLiLl+uBtOEK8XVyxX7DSW8QNgQpaHBHrBBESqScV2O+ZyII6tVBlYBy/1QPkFDlJHSRTCQngak5HF0WSNYrPLFSMIgrmGDBfO2PFjuqStBNjL7+x9mRSzNF+3LY+uP/XemKmSTtRU5bSM99SNCHW5VGQvJuWX9P17686yRKKYOwIDAQAB';
        assert.equal(publicKeyLine(readPublicKeyFile(file(line))), line);
    });
});

describe('what is no usable key is a config fault', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const encrypted = pair.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
    const legacy = 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n';
    const isConfig = (code: string) => ({ name: 'Fault', kind: 'config', code });
    const cases: readonly [string, () => unknown, string][] = [
        ['missing', () => readPrivateKeyFile(join(folder, 'nothing')), 'KEY_FILE_MISSING'],
        ['a folder', () => readPrivateKeyFile(folder), 'KEY_FILE_UNREADABLE'],
        ['far too large', () => readPublicKeyFile(file('A'.repeat(70_000))), 'KEY_FILE_UNREADABLE'],
        ['empty', () => readPrivateKeyFile(file('')), 'KEY_FILE_INVALID'],
        ['words', () => readPublicKeyFile(file('paste the key here')), 'KEY_FILE_INVALID'],
        ['half a PEM', () => readPrivateKeyFile(file(pem(pair.privateKey, 'pkcs8').slice(0, 400))), 'KEY_FILE_INVALID'],
        ['half of the base64', () => readPublicKeyFile(file(publicKeyLine(pair.publicKey).slice(0, 200))), 'KEY_FILE_INVALID'],
        ['a public key where a private one belongs', () => readPrivateKeyFile(file(pem(pair.publicKey, 'spki'))), 'KEY_FILE_INVALID'],
        ['a private key where a public one belongs', () => readPublicKeyFile(file(pem(pair.privateKey, 'pkcs8'))), 'KEY_FILE_INVALID'],
        ['a short key', () => readPrivateKeyFile(file(pem(short.privateKey, 'pkcs8'))), 'KEY_TOO_SHORT'],
        ['a short public key', () => readPublicKeyFile(file(pem(short.publicKey, 'spki'))), 'KEY_TOO_SHORT'],
        ['an EC key', () => readPrivateKeyFile(file(curve.privateKey.export({ type: 'pkcs8', format: 'pem' }))), 'KEY_NOT_RSA'],
        ['encrypted PKCS#8', () => readPrivateKeyFile(file(encrypted)), 'KEY_ENCRYPTED'],
        ['encrypted in the old way', () => readPrivateKeyFile(file(legacy)), 'KEY_ENCRYPTED'],
    ];
    for (const [name, read, code] of cases) {
        test(name, () =>
            assert.throws(read, (fault: Error) => {
                const secret = der(pair.privateKey, 'pkcs8').toString('base64').slice(64, 96);
                assert.ok(!JSON.stringify({ ...fault, message: fault.message }).includes(secret));
                assert.deepEqual(
                    { name: fault.name, kind: (fault as { kind?: string }).kind, code: (fault as { code?: string }).code },
                    isConfig(code),
                );
                return true;
            }),
        );
    }
});

test('the keys of a kiosk sign and verify; our own public key is refused as the gateway’s', async () => {
    const privateKeyFile = file(pem(pair.privateKey, 'pkcs8'));
    const gatewayFile = file(publicKeyLine(other.publicKey));
    const { signer, verifier } = openKeys({ privateKeyFile, keyVersion: '1', gatewayPublicKeyFiles: [gatewayFile] });
    const content = Buffer.from('content');
    assert.equal(verifier.verify(content, { bytes: Buffer.from(await signer.sign(content), 'base64') }), false);
    const own = file(publicKeyLine(pair.publicKey));
    assert.throws(() => openKeys({ privateKeyFile, keyVersion: '1', gatewayPublicKeyFiles: [gatewayFile, own] }), {
        code: 'GATEWAY_KEY_IS_OURS',
    });
});
