/**
 * Signing: the content that is signed, the `Signature` header, and RSA over both, on raw bytes.
 *
 * Source: protocol §2. A signer and a verifier are ports of this room, so that a simulator can bring a cheap MAC.
 * Rules: a key is parsed once; signing runs on the thread pool, because an RSA signature takes a Pi 3 27 ms; a body is signed and
 * verified as the bytes that travel, never as JSON written anew.
 */
import { type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto';

/** Signs with the merchant's (or the kiosk's) private key. */
export interface Signer {
    /** `keyVersion` of the header: a decimal number, as the gateway's dashboard counts. */
    readonly keyVersion: string;
    /** The signature as base64 with padding. */
    sign(content: Uint8Array): Promise<string>;
}

/** A signature as it stood in a header. */
export interface HeaderSignature {
    /** As the sender wrote it; absent where it left it out. */
    readonly keyVersion?: string;
    readonly bytes: Uint8Array;
}

export interface Verifier {
    /** True when one of the trusted keys made this signature over this content. */
    verify(content: Uint8Array, signature: HeaderSignature): boolean;
}

/** A key of the gateway. With a `keyVersion` it is used only for signatures that name the same one, or none. */
export interface TrustedKey {
    readonly key: KeyObject;
    readonly keyVersion?: string;
}

/** What a signature is about. */
export interface SignedParts {
    /** Path with its query, without scheme and host; for a notification the path of our own notify URL. */
    readonly path: string;
    readonly clientId: string;
    /** The `Request-Time` or `Response-Time` header, verbatim. */
    readonly time: string;
    /** The bytes as they travel. */
    readonly body: Uint8Array;
}

const headerLengthMax = 4096;

/** The byte string `POST <path>\n<client-id>.<time>.<body>` (protocol §2.1). */
export function contentToSign(parts: SignedParts): Uint8Array {
    return Buffer.concat([Buffer.from(`POST ${parts.path}\n${parts.clientId}.${parts.time}.`, 'utf8'), parts.body]);
}

/** The `Signature` header for a base64 signature (protocol §2.2): no spaces, form-encoded, as the strictest reader wants it. */
export function signatureHeader(signature: { keyVersion: string; base64: string }): string {
    return `algorithm=RSA256,keyVersion=${signature.keyVersion},signature=${encodeURIComponent(signature.base64)}`;
}

/**
 * Reads a `Signature` header: parts in any order, spaces around them, names in any case, each split at its first `=`; a value with a
 * `%` is decoded once, any other is base64 as it stands (decoding that would turn its `+` into a space).
 *
 * Undefined for another algorithm, a name that comes twice, or base64 that is not exactly what an encoder writes: a bit that the
 * decoder would ignore must not pass for the same signature.
 */
export function parseSignatureHeader(header: string): HeaderSignature | undefined {
    if (header.length > headerLengthMax) return undefined;
    const values = new Map<string, string>();
    for (const part of header.split(',')) {
        const split = part.indexOf('=');
        if (split < 0) return undefined;
        const name = part.slice(0, split).trim().toLowerCase();
        if (values.has(name)) return undefined;
        values.set(name, part.slice(split + 1).trim());
    }
    const algorithm = values.get('algorithm');
    if (algorithm !== undefined && algorithm.toUpperCase() !== 'RSA256') return undefined;
    const keyVersion = values.get('keyversion');
    if (keyVersion !== undefined && !/^[0-9]{1,10}$/.test(keyVersion)) return undefined;
    const bytes = decodeSignature(values.get('signature') ?? '');
    if (bytes === undefined) return undefined;
    return keyVersion === undefined ? { bytes } : { keyVersion, bytes };
}

function decodeSignature(value: string): Uint8Array | undefined {
    let base64 = value;
    if (value.includes('%')) {
        try {
            base64 = decodeURIComponent(value);
        } catch {
            return undefined;
        }
    }
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
    const bytes = Buffer.from(base64, 'base64');
    return bytes.toString('base64') === base64 ? bytes : undefined;
}

/** RSASSA-PKCS1-v1_5 with SHA-256 (protocol §2.2). */
export function rsaSigner(options: { key: KeyObject; keyVersion: string }): Signer {
    return {
        keyVersion: options.keyVersion,
        sign: (content) =>
            new Promise((resolve, reject) => {
                signBytes('sha256', content, options.key, (error, signature) => {
                    if (error === null) resolve(signature.toString('base64'));
                    else reject(error);
                });
            }),
    };
}

/** Believes any of several keys, so that the gateway may rotate its own while both are configured. */
export function rsaVerifier(keys: readonly TrustedKey[]): Verifier {
    return {
        verify: (content, signature) =>
            keys.some(
                (trusted) =>
                    (trusted.keyVersion === undefined ||
                        signature.keyVersion === undefined ||
                        trusted.keyVersion === signature.keyVersion) &&
                    verifyBytes('sha256', content, trusted.key, signature.bytes),
            ),
    };
}
