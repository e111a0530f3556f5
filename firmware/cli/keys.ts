/**
 * `till keys`: makes, shows, imports and checks the keys of a kiosk.
 *
 * Rules: a private key is written with mode 0600, synced, and never over another file; no private key and no passphrase is ever
 * printed, and a passphrase comes from a file or the environment, never from the command line, where every user could read it.
 */
import { createHash, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { parseKey, publicKeyLine, readKeyBytes, readPrivateKeyFile } from '../gateway/key-files.ts';
import { Fault, faultOf } from '../ports/fault.ts';
import { type CommandIo, exitCodes, processIo } from './command-io.ts';
import { makeCsr, openSealed, sealedKind } from './key-forge.ts';
import { checkKeys } from './keys-check.ts';
import { refuseExisting, writeNewFile } from './new-file.ts';

/** Adds `keys generate | csr | show | import | check`. */
export function addKeysCommands(program: Command, io: CommandIo = processIo): void {
    const keys = program.command('keys').description('make, show, import and check the keys that sign payments');

    keys.command('generate')
        .description('make an RSA key pair on this machine; the private half never leaves it')
        .option('--out <file>', 'where the private key goes (mode 0600)', 'keys/merchant.pem')
        .option('--public-out <file>', 'where the public key goes; beside the private one unless told')
        .option('--bits <number>', '2048 (what the gateway documents), 3072 or 4096', '2048')
        .option('--json', 'print JSON')
        .addHelpText('after', "\nThen paste the printed line into the gateway's dashboard (Developer → key configuration).\n")
        .action((options: GenerateOptions) => generate(options, io));

    keys.command('csr')
        .description('make a certificate signing request (PKCS#10) for a key, such as a device key that a relay shall know')
        .requiredOption('--key <file>', 'the private key')
        .requiredOption('--common-name <name>', 'whom the certificate names, such as the kiosk id')
        .option('--organization <name>')
        .option('--country <code>', 'two capitals, such as DE')
        .option('--host <name...>', 'host names or addresses for the certificate')
        .option('--out <file>', 'write it there instead of printing it')
        .action((options: CsrOptions) => csr(options, io));

    keys.command('show')
        .description('print the public half of a key as PEM, as the one line that dashboards take, and its fingerprint')
        .requiredOption('--key <file>', 'a private key, a public key or a certificate')
        .option('--json', 'print JSON')
        .action((options: { key: string; json?: boolean }) => show(options, io));

    keys.command('import')
        .description('turn a PKCS#12 file, an encrypted key or any other key file into a plain private key of mode 0600')
        .requiredOption('--from <file>', 'PKCS#12 (.p12, .pfx), PEM, base64 or DER')
        .option('--out <file>', 'where the private key goes', 'keys/merchant.pem')
        .option('--passphrase-file <file>', 'a file whose first line is the passphrase')
        .option('--passphrase-env <name>', 'the environment variable that holds the passphrase')
        .option('--json', 'print JSON')
        .action((options: ImportOptions) => importKey(options, io));

    keys.command('check')
        .description('prove that the configured keys are there, fit their purpose and sign; with --online, that the gateway knows them')
        .requiredOption('--config <file>', "the kiosk's configuration")
        .option('--online', 'ask the gateway about a payment that does not exist')
        .option('--json', 'print JSON')
        .addHelpText('after', '\nExit code 0: all is well; 78: a key must be changed; 74: the gateway did not answer.\n')
        .action((options: { config: string; online?: boolean; json?: boolean }) => checkKeys(options, io));
}

interface GenerateOptions {
    readonly out: string;
    readonly publicOut?: string;
    readonly bits: string;
    readonly json?: boolean;
}

async function generate(options: GenerateOptions, io: CommandIo): Promise<void> {
    if (!['2048', '3072', '4096'].includes(options.bits)) {
        io.out('--bits must be 2048, 3072 or 4096.\n');
        io.exit(exitCodes.usage);
        return;
    }
    const publicFile = options.publicOut ?? publicNameOf(options.out);
    refuseExisting([options.out, publicFile]);
    // node:crypto makes a pair on the thread pool; forge would take a Pi minutes for the same numbers.
    const pair = await promisify(generateKeyPair)('rsa', { modulusLength: Number(options.bits) });
    savePrivate(options.out, pair.privateKey);
    writeNewFile({ file: publicFile, text: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(), mode: 0o644 });
    tellKey({ key: pair.publicKey, files: { privateKeyFile: options.out, publicKeyFile: publicFile }, json: options.json === true }, io);
}

interface CsrOptions {
    readonly key: string;
    readonly commonName: string;
    readonly organization?: string;
    readonly country?: string;
    readonly host?: readonly string[];
    readonly out?: string;
}

async function csr(options: CsrOptions, io: CommandIo): Promise<void> {
    if (options.country !== undefined && !/^[A-Z]{2}$/.test(options.country)) {
        io.out('--country must be two capitals, such as DE.\n');
        io.exit(exitCodes.usage);
        return;
    }
    const { key, commonName, organization, country, host } = options;
    const request = await makeCsr(readPrivateKeyFile(key), {
        commonName,
        ...(organization === undefined ? {} : { organization }),
        ...(country === undefined ? {} : { country }),
        hosts: host ?? [],
    });
    if (options.out === undefined) {
        io.out(request);
        return;
    }
    writeNewFile({ file: options.out, text: request, mode: 0o644 });
    io.out(`The request is in ${options.out}.\n`);
}

function show(options: { key: string; json?: boolean }, io: CommandIo): void {
    const bytes = readKeyBytes(options.key);
    tellKey({ key: publicHalf(bytes, options.key), files: {}, json: options.json === true }, io);
}

interface ImportOptions {
    readonly from: string;
    readonly out: string;
    readonly passphraseFile?: string;
    readonly passphraseEnv?: string;
    readonly json?: boolean;
}

async function importKey(options: ImportOptions, io: CommandIo): Promise<void> {
    refuseExisting([options.out]);
    const bytes = readKeyBytes(options.from);
    const kind = sealedKind(bytes);
    const file = options.from;
    const key =
        kind === 'plain'
            ? parseKey({ bytes, kind: 'private', file })
            : await openSealed({ bytes, kind, passphrase: passphraseOf(options, io), file });
    savePrivate(options.out, key);
    tellKey({ key: createPublicKey(key), files: { privateKeyFile: options.out }, json: options.json === true }, io);
}

function passphraseOf(options: ImportOptions, io: CommandIo): string {
    const fromFile = options.passphraseFile === undefined ? undefined : firstLine(options.passphraseFile);
    const passphrase = fromFile ?? (options.passphraseEnv === undefined ? undefined : io.env[options.passphraseEnv]);
    if (passphrase !== undefined) return passphrase;
    throw new Fault({
        code: 'PASSPHRASE_MISSING',
        kind: 'config',
        message: `${options.from} is protected: name a file that holds its passphrase (--passphrase-file), or an environment variable that is set to it (--passphrase-env).`,
        facts: { file: options.from },
    });
}

function firstLine(file: string): string | undefined {
    try {
        return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0];
    } catch {
        return undefined;
    }
}

function savePrivate(file: string, key: KeyObject): void {
    writeNewFile({ file, text: key.export({ type: 'pkcs8', format: 'pem' }).toString(), mode: 0o600 });
}

/** The public half of whatever kind of key the file holds. */
function publicHalf(bytes: Uint8Array, file: string): KeyObject {
    try {
        return parseKey({ bytes, kind: 'public', file });
    } catch (error) {
        if (faultOf(error)?.code !== 'KEY_FILE_INVALID') throw error;
        return createPublicKey(parseKey({ bytes, kind: 'private', file }));
    }
}

function tellKey(told: { key: KeyObject; files: { privateKeyFile?: string; publicKeyFile?: string }; json: boolean }, io: CommandIo): void {
    const publicKey = publicKeyLine(told.key);
    const publicKeyPem = told.key.export({ type: 'spki', format: 'pem' }).toString();
    const bits = told.key.asymmetricKeyDetails?.modulusLength ?? 0;
    const fingerprint = `SHA256:${createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64').replace(/=+$/, '')}`;
    if (told.json) {
        io.out(`${JSON.stringify({ ...told.files, bits, fingerprint, publicKey, publicKeyPem })}\n`);
        return;
    }
    const { privateKeyFile, publicKeyFile } = told.files;
    io.out(
        [
            ...(privateKeyFile === undefined ? [] : [`Private key: ${privateKeyFile} (mode 0600; keep it on this machine)`]),
            ...(publicKeyFile === undefined ? [] : [`Public key:  ${publicKeyFile}`]),
            `RSA ${bits}, fingerprint ${fingerprint}`,
            '',
            publicKeyPem.trimEnd(),
            '',
            "As one line, for the gateway's dashboard:",
            publicKey,
            '',
        ].join('\n'),
    );
}

function publicNameOf(file: string): string {
    return `${file.replace(/\.(pem|key)$/, '')}.pub.pem`;
}
