/**
 * Key files: reads RSA keys from disk and makes the signer and the verifier of a kiosk.
 *
 * Private keys: PKCS#8 or PKCS#1; public keys: SubjectPublicKeyInfo, PKCS#1 or the certificate that holds one. Each with PEM armour, as
 * one bare base64 line (as dashboards show it), or as DER. RSA of 2048 bits or more (protocol §2.2).
 * Fails: with a Fault of kind `config` that names the file and what to do; never with any byte of a key.
 */
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { Fault } from '../ports/fault.ts';
import { rsaSigner, rsaVerifier, type Signer, type TrustedKey, type Verifier } from './signing.ts';

export type KeyKind = 'private' | 'public';

const fileBytesMax = 64 * 1024;
const bitsMin = 2048;

/** Reads a private key. Throws KEY_FILE_MISSING, KEY_FILE_UNREADABLE, KEY_FILE_INVALID, KEY_ENCRYPTED, KEY_NOT_RSA or KEY_TOO_SHORT. */
export function readPrivateKeyFile(file: string): KeyObject {
    return parseKey({ bytes: readKeyBytes(file), kind: 'private', file });
}

/** Reads a public key. Throws as `readPrivateKeyFile` does. */
export function readPublicKeyFile(file: string): KeyObject {
    return parseKey({ bytes: readKeyBytes(file), kind: 'public', file });
}

/**
 * Makes the signer and the verifier of a kiosk from its configured files, and refuses a gateway key that is our own.
 *
 * @throws Fault of `readPrivateKeyFile`, or GATEWAY_KEY_IS_OURS.
 */
export function openKeys(files: { privateKeyFile: string; keyVersion: string; gatewayPublicKeyFiles: readonly string[] }): {
    signer: Signer;
    verifier: Verifier;
} {
    const key = readPrivateKeyFile(files.privateKeyFile);
    const trusted: TrustedKey[] = files.gatewayPublicKeyFiles.map((file) => {
        const gatewayKey = readPublicKeyFile(file);
        refuseOwnKey({ key, gatewayKey, file });
        return { key: gatewayKey };
    });
    return { signer: rsaSigner({ key, keyVersion: files.keyVersion }), verifier: rsaVerifier(trusted) };
}

/** Throws GATEWAY_KEY_IS_OURS when the gateway's public key is the public half of our own key: our own signatures would pass for the gateway's. */
export function refuseOwnKey(pair: { key: KeyObject; gatewayKey: KeyObject; file: string }): void {
    if (!createPublicKey(pair.key).equals(pair.gatewayKey)) return;
    throw new Fault({
        code: 'GATEWAY_KEY_IS_OURS',
        kind: 'config',
        message: `${pair.file} holds our own public key; put the gateway's public key there, as its dashboard shows it beside the uploaded one.`,
        facts: { file: pair.file },
    });
}

/** The public half as one bare base64 line (SubjectPublicKeyInfo), as a dashboard wants it pasted. */
export function publicKeyLine(key: KeyObject): string {
    const publicKey = key.type === 'private' ? createPublicKey(key) : key;
    return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

/** Reads a key from bytes; `file` is only for the messages. */
export function parseKey(source: { bytes: Uint8Array; kind: KeyKind; file: string }): KeyObject {
    const text = Buffer.from(source.bytes).toString('latin1');
    if (isEncrypted(text)) throw encrypted(source.file);
    const key = source.bytes[0] === 0x30 ? fromDer(source.bytes, source.kind) : fromText(text, source.kind);
    if (key === undefined) throw invalid(source);
    if (key.asymmetricKeyType !== 'rsa') {
        throw new Fault({
            code: 'KEY_NOT_RSA',
            kind: 'config',
            message: `${source.file} holds a key of type ${key.asymmetricKeyType ?? 'unknown'}, and the gateway takes RSA only: make one with "till keys generate".`,
            facts: { file: source.file },
        });
    }
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits < bitsMin) {
        throw new Fault({
            code: 'KEY_TOO_SHORT',
            kind: 'config',
            message: `${source.file} holds an RSA key of ${bits} bits; use one of ${bitsMin} bits or more ("till keys generate" makes one).`,
            facts: { file: source.file, bits },
        });
    }
    return key;
}

/** Reads a key's file whole. Throws KEY_FILE_MISSING or KEY_FILE_UNREADABLE. */
export function readKeyBytes(file: string): Uint8Array {
    try {
        const { size } = statSync(file);
        if (size > fileBytesMax) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
        return readFileSync(file);
    } catch (error) {
        const errno = (error as NodeJS.ErrnoException).code ?? 'unknown';
        if (errno === 'ENOENT' || errno === 'ENOTDIR') {
            throw new Fault({
                code: 'KEY_FILE_MISSING',
                kind: 'config',
                message: `The key file ${file} is not there; check its name in the config, or make a key with "till keys generate".`,
                facts: { file },
                cause: error,
            });
        }
        const why =
            errno === 'EFBIG'
                ? `it is larger than ${fileBytesMax} bytes, which no key is`
                : errno === 'EISDIR'
                  ? 'it is a folder'
                  : `the system says ${errno}`;
        throw new Fault({
            code: 'KEY_FILE_UNREADABLE',
            kind: 'config',
            message: `The key file ${file} cannot be read: ${why}; let the user that runs the till own it, with mode 0600.`,
            facts: { file, errno },
            cause: error,
        });
    }
}

function isEncrypted(text: string): boolean {
    return text.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----') || /^Proc-Type:\s*4,\s*ENCRYPTED/m.test(text);
}

function fromText(text: string, kind: KeyKind): KeyObject | undefined {
    const block = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/.exec(text.replace(/^\uFEFF|^\u00EF\u00BB\u00BF/, ''));
    if (block !== null) {
        // Other armour than the asked kind is refused rather than converted: a private key has no business in a public key's file.
        if (block[1]?.endsWith('PRIVATE KEY') !== (kind === 'private')) return undefined;
        return attempt(() => (kind === 'private' ? createPrivateKey(block[0]) : createPublicKey(block[0])));
    }
    const base64 = text.replace(/[\s\u00EF\u00BB\u00BF]/g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
    return fromDer(Buffer.from(base64, 'base64'), kind);
}

function fromDer(bytes: Uint8Array, kind: KeyKind): KeyObject | undefined {
    const key = Buffer.from(bytes);
    if (kind === 'private') {
        return (
            attempt(() => createPrivateKey({ key, format: 'der', type: 'pkcs8' })) ??
            attempt(() => createPrivateKey({ key, format: 'der', type: 'pkcs1' }))
        );
    }
    return (
        attempt(() => createPublicKey({ key, format: 'der', type: 'spki' })) ??
        attempt(() => createPublicKey({ key, format: 'der', type: 'pkcs1' })) ??
        attempt(() => new X509Certificate(key).publicKey)
    );
}

function attempt(read: () => KeyObject): KeyObject | undefined {
    try {
        return read();
    } catch {
        return undefined;
    }
}

function encrypted(file: string): Fault {
    return new Fault({
        code: 'KEY_ENCRYPTED',
        kind: 'config',
        message: `${file} is protected by a passphrase, which a kiosk that starts alone cannot type: turn it into a plain key of mode 0600 with "till keys import".`,
        facts: { file },
    });
}

function invalid(source: { kind: KeyKind; file: string }): Fault {
    const wanted = source.kind === 'private' ? 'a private key (PKCS#8 or PKCS#1)' : 'a public key (SubjectPublicKeyInfo) or a certificate';
    return new Fault({
        code: 'KEY_FILE_INVALID',
        kind: 'config',
        message: `${source.file} does not hold ${wanted} as PEM or as one base64 line; put the right file there.`,
        facts: { file: source.file },
    });
}
