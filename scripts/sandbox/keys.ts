/**
 * Keys of the sandbox: its own signing key, made when missing, and the public keys of its clients.
 *
 * Fails: SANDBOX_CONFIG_INVALID where a key file is missing, unreadable or no RSA key.
 */
import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type CheckedConfig, configFault } from './config.ts';
import { readPrivateKey, readPublicKey } from './signature.ts';

export interface GatewayKey {
    readonly privateKey: KeyObject;
    readonly publicPem: string;
    readonly keyVersion: string;
}

export interface ClientEntry {
    readonly clientId: string;
    readonly sandbox: boolean;
    /** By version, the newest last. */
    readonly keys: ReadonlyMap<string, KeyObject>;
    readonly settlementCurrencies?: readonly string[];
    readonly currencies?: readonly string[];
}

/** Reads the gateway's key, or makes one: in its file (0600, public half beside it) or, without a file, in memory. */
export async function openGatewayKey(config: CheckedConfig): Promise<GatewayKey> {
    const file = config.gatewayKeyFile;
    const stored = file === undefined ? undefined : readIfThere(file);
    if (stored !== undefined) {
        try {
            const privateKey = readPrivateKey(stored);
            return keyOf(privateKey, config.keyVersion);
        } catch (error) {
            throw configFault([
                `gatewayKeyFile: ${file} is no usable private key (${(error as Error).message}); remove it and a new one is made`,
            ]);
        }
    }
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const key = keyOf(privateKey, config.keyVersion);
    if (file !== undefined) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
        writeFileSync(publicFileOf(file), key.publicPem);
    }
    return key;
}

/** Where the public half of a key file lies: `gateway.pem` → `gateway.pub.pem`. */
export function publicFileOf(file: string): string {
    return `${file.replace(/\.(pem|key)$/, '')}.pub.pem`;
}

function keyOf(privateKey: KeyObject, keyVersion: string): GatewayKey {
    return { privateKey, keyVersion, publicPem: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString() };
}

function readIfThere(file: string): string | undefined {
    try {
        return readFileSync(file, 'utf8');
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw configFault([`gatewayKeyFile: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`]);
    }
}

/** The clients by Client-Id. Every problem of every key is told at once. */
export function readClients(config: CheckedConfig): ReadonlyMap<string, ClientEntry> {
    const problems: string[] = [];
    const clients = new Map<string, ClientEntry>();
    config.clients.forEach((client, index) => {
        const keys = new Map<string, KeyObject>();
        const sources = [...(client.publicKey === undefined && client.publicKeyFile === undefined ? [] : [client]), ...client.keys];
        for (const source of sources) {
            const key = readKey(source, problems, `clients[${index}]`);
            if (key !== undefined) keys.set(source.keyVersion, key);
        }
        clients.set(client.clientId, {
            clientId: client.clientId,
            sandbox: client.clientId.startsWith('SANDBOX_'),
            keys,
            ...(client.settlementCurrencies === undefined ? {} : { settlementCurrencies: client.settlementCurrencies }),
            ...(client.currencies === undefined ? {} : { currencies: client.currencies }),
        });
    });
    if (problems.length > 0) throw configFault(problems);
    return clients;
}

function readKey(
    source: { publicKey?: string | undefined; publicKeyFile?: string | undefined },
    problems: string[],
    where: string,
): KeyObject | undefined {
    try {
        if (source.publicKey !== undefined) return readPublicKey(source.publicKey);
        if (source.publicKeyFile !== undefined) return readPublicKey(readFileSync(source.publicKeyFile, 'utf8'));
        problems.push(`${where}: a key needs publicKey or publicKeyFile`);
    } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
        problems.push(`${where}.publicKeyFile: ${source.publicKeyFile ?? 'the key given'} is no usable RSA public key (${reason})`);
    }
    return undefined;
}
