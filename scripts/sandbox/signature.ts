/**
 * Signature: the gateway's side of the AMS signature, written apart from the till's so that a mistake there is caught, not mirrored.
 *
 * Source: protocol §2. Content is `POST <uri>\n<client-id>.<time>.<body>` over raw bytes; RSASSA-PKCS1-v1_5 with SHA-256; base64, URL-encoded.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

export interface SignedParts {
    /** Path with its query, as it stood in the request line. */
    readonly uri: string;
    readonly clientId: string;
    /** The time header, verbatim. */
    readonly time: string;
    readonly body: Uint8Array;
}

export interface SignatureHeader {
    readonly keyVersion?: string;
    readonly signature: Buffer;
}

function contentOf(parts: SignedParts): Buffer {
    return Buffer.concat([Buffer.from(`POST ${parts.uri}\n${parts.clientId}.${parts.time}.`, 'utf8'), parts.body]);
}

/** The header's parts, or undefined when it is no usable signature. `strict` refuses base64 that was not URL-encoded. */
export function readSignatureHeader(header: string, strict: boolean): SignatureHeader | undefined {
    const parts = new Map<string, string>();
    for (const piece of header.split(',')) {
        const at = piece.indexOf('=');
        if (at < 0) return undefined;
        parts.set(piece.slice(0, at).trim().toLowerCase(), piece.slice(at + 1).trim());
    }
    const algorithm = parts.get('algorithm');
    const value = parts.get('signature');
    if (algorithm?.toUpperCase() !== 'RSA256' || value === undefined) return undefined;
    if (strict && /[+/=]/.test(value)) return undefined;
    const base64 = percentDecoded(value);
    if (base64 === undefined || base64.length === 0 || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
    const keyVersion = parts.get('keyversion');
    return { signature: Buffer.from(base64, 'base64'), ...(keyVersion === undefined || keyVersion === '' ? {} : { keyVersion }) };
}

function percentDecoded(value: string): string | undefined {
    if (!value.includes('%')) return value;
    try {
        return decodeURIComponent(value);
    } catch {
        return undefined;
    }
}

export function signatureFits(options: { parts: SignedParts; signature: Uint8Array; key: KeyObject }): boolean {
    return verify('sha256', contentOf(options.parts), options.key, options.signature);
}

/** The whole `Signature` header of an answer or a notification. */
export function signatureHeader(options: { parts: SignedParts; key: KeyObject; keyVersion: string }): string {
    const signature = sign('sha256', contentOf(options.parts), options.key).toString('base64');
    return `algorithm=RSA256,keyVersion=${options.keyVersion},signature=${encodeURIComponent(signature)}`;
}

/** The same header over other bytes: well-formed, and wrong. */
export function spoiledSignatureHeader(options: { parts: SignedParts; key: KeyObject; keyVersion: string }): string {
    return signatureHeader({ ...options, parts: { ...options.parts, time: `${options.parts.time}0` } });
}

/** A public key from PEM or bare base64 of its DER (SubjectPublicKeyInfo, or PKCS#1 in PEM). Throws where it is no RSA key. */
export function readPublicKey(text: string): KeyObject {
    const trimmed = text.trim();
    const key = trimmed.startsWith('-----')
        ? createPublicKey(trimmed)
        : createPublicKey({ key: Buffer.from(trimmed.replace(/\s+/g, ''), 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'rsa') throw new Error('it is no RSA key');
    return key;
}

/** A private key from PEM or bare base64 of its PKCS#8 DER. Throws where it is no RSA key. */
export function readPrivateKey(text: string): KeyObject {
    const trimmed = text.trim();
    const key = trimmed.startsWith('-----')
        ? createPrivateKey(trimmed)
        : createPrivateKey({ key: Buffer.from(trimmed.replace(/\s+/g, ''), 'base64'), format: 'der', type: 'pkcs8' });
    if (key.asymmetricKeyType !== 'rsa') throw new Error('it is no RSA key');
    return key;
}
