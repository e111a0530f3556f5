/**
 * Key forge: certificate signing requests, PKCS#12 files and keys under a passphrase, by node-forge.
 *
 * forge is loaded on use: it costs a start 27 ms and no kiosk needs it while it sells. It never verifies anything that the gateway
 * signed; every key that it reads goes through the same checks as a key file.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type Forge from 'node-forge';
import { parseKey } from '../gateway/key-files.ts';
import { Fault } from '../ports/fault.ts';

/** Who the certificate shall be for. `country` is ISO 3166; `hosts` become subject alternative names. */
export interface CsrSubject {
    readonly commonName: string;
    readonly organization?: string;
    readonly country?: string;
    readonly hosts: readonly string[];
}

/** A PKCS#10 request in PEM, signed with SHA-256. */
export async function makeCsr(key: KeyObject, subject: CsrSubject): Promise<string> {
    const forge = await loadForge();
    const privateKey = forge.pki.privateKeyFromPem(key.export({ type: 'pkcs1', format: 'pem' }).toString());
    const request = forge.pki.createCertificationRequest();
    request.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
    const utf8 = (value: string) => ({
        value,
        valueTagClass: forge.asn1.Type.UTF8 as unknown as Forge.asn1.Class,
    });
    request.setSubject([
        { name: 'commonName', ...utf8(subject.commonName) },
        ...(subject.organization === undefined ? [] : [{ name: 'organizationName', ...utf8(subject.organization) }]),
        ...(subject.country === undefined ? [] : [{ name: 'countryName', value: subject.country }]),
    ]);
    if (subject.hosts.length > 0) {
        const altNames = subject.hosts.map((host) => (/^[0-9.]+$|:/.test(host) ? { type: 7, ip: host } : { type: 2, value: host }));
        request.setAttributes([{ name: 'extensionRequest', extensions: [{ name: 'subjectAltName', altNames }] }]);
    }
    request.sign(privateKey, forge.md.sha256.create());
    return forge.pki.certificationRequestToPem(request).replaceAll('\r\n', '\n');
}

/** What a file that is to be imported holds. */
export type SealedKind = 'plain' | 'pkcs12' | 'encrypted';

/** Tells how a key file is wrapped, without opening it. */
export function sealedKind(bytes: Uint8Array): SealedKind {
    const text = Buffer.from(bytes).toString('latin1');
    if (text.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----') || /^Proc-Type:\s*4,\s*ENCRYPTED/m.test(text)) return 'encrypted';
    if (bytes[0] !== 0x30) return 'plain';
    // The outer SEQUENCE begins with: version 3 in a PKCS#12 file, version 0 in a plain key, an algorithm SEQUENCE in an encrypted one.
    const lengthByte = bytes[1] ?? 0;
    const first = lengthByte < 0x80 ? 2 : 2 + (lengthByte & 0x7f);
    if (bytes[first] === 0x30) return 'encrypted';
    return bytes[first] === 0x02 && bytes[first + 1] === 1 && bytes[first + 2] === 3 ? 'pkcs12' : 'plain';
}

/** Opens a PKCS#12 file or an encrypted key. Throws PASSPHRASE_WRONG, KEY_IMPORT_COUNT, or what `parseKey` throws. */
export async function openSealed(source: {
    bytes: Uint8Array;
    kind: 'pkcs12' | 'encrypted';
    passphrase: string;
    file: string;
}): Promise<KeyObject> {
    const der = source.kind === 'pkcs12' ? await fromPkcs12(source) : await fromEncrypted(source);
    return parseKey({ bytes: der, kind: 'private', file: source.file });
}

async function fromPkcs12(source: { bytes: Uint8Array; passphrase: string; file: string }): Promise<Uint8Array> {
    const forge = await loadForge();
    const keys = keyBags(forge, source) ?? keyBagsByUtf8(forge, source);
    if (keys === undefined) throw wrongPassphrase(source.file);
    const [bag] = keys;
    if (bag === undefined || keys.length > 1) {
        throw new Fault({
            code: 'KEY_IMPORT_COUNT',
            kind: 'config',
            message: `${source.file} holds ${keys.length} private keys, and exactly one can be imported: export the one you want into a file of its own.`,
            facts: { file: source.file, count: keys.length },
        });
    }
    const info = bag.key === undefined || bag.key === null ? bag.asn1 : forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key));
    return Buffer.from(forge.asn1.toDer(info).getBytes(), 'binary');
}

interface Sealed {
    readonly bytes: Uint8Array;
    readonly passphrase: string;
}

function keyBags(forge: typeof Forge, source: Sealed, checked = true): Forge.pkcs12.Bag[] | undefined {
    try {
        const asn1 = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(source.bytes).toString('binary')));
        if (!checked && Array.isArray(asn1.value)) asn1.value.length = 2;
        const pfx = forge.pkcs12.pkcs12FromAsn1(asn1, false, source.passphrase);
        const types = [forge.pki.oids.pkcs8ShroudedKeyBag, forge.pki.oids.keyBag] as string[];
        return types.flatMap((bagType) => pfx.getBags({ bagType })[bagType] ?? []);
    } catch {
        // forge's message says no more than that it failed, and it could quote what it read.
        return undefined;
    }
}

/**
 * OpenSSL 3 takes a passphrase beyond ASCII as UTF-16 for the file's checksum and as UTF-8 for the key; forge takes one string for
 * both. The checksum is left out then: a wrong passphrase still shows, because what it decrypts is no key.
 */
function keyBagsByUtf8(forge: typeof Forge, source: Sealed): Forge.pkcs12.Bag[] | undefined {
    const passphrase = forge.util.encodeUtf8(source.passphrase);
    return passphrase === source.passphrase ? undefined : keyBags(forge, { bytes: source.bytes, passphrase }, false);
}

async function fromEncrypted(source: { bytes: Uint8Array; passphrase: string; file: string }): Promise<Uint8Array> {
    const forge = await loadForge();
    const isDer = source.bytes[0] === 0x30;
    if (!isDer) {
        try {
            const key = forge.pki.decryptRsaPrivateKey(Buffer.from(source.bytes).toString('latin1'), source.passphrase);
            if (key !== null)
                return Buffer.from(forge.asn1.toDer(forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key))).getBytes(), 'binary');
        } catch {
            // Schemes that forge does not know (scrypt, newer hashes) are OpenSSL's, below.
        }
    }
    try {
        const key = Buffer.from(source.bytes);
        const opened = isDer
            ? createPrivateKey({ key, format: 'der', type: 'pkcs8', passphrase: source.passphrase })
            : createPrivateKey({ key, format: 'pem', passphrase: source.passphrase });
        return opened.export({ type: 'pkcs8', format: 'der' });
    } catch {
        throw wrongPassphrase(source.file);
    }
}

function wrongPassphrase(file: string): Fault {
    return new Fault({
        code: 'PASSPHRASE_WRONG',
        kind: 'config',
        message: `${file} does not open: the passphrase is wrong, or the file is damaged or not a key file; try it with the passphrase that it was made with.`,
        facts: { file },
    });
}

async function loadForge(): Promise<typeof Forge> {
    return (await import('node-forge')).default;
}
