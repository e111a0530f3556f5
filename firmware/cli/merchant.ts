/**
 * `till merchant`: registers the merchant and its store with the gateway, and tells how that stands.
 *
 * Rules: the registration's id is on disk before it is sent, and the same details go under the same id again, so that a lost answer
 * registers nobody twice; other details get a new id.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type RegistrationDetails, registrationBody } from '../gateway/messages.ts';
import {
    openRegistration,
    type RegistrationInfoAnswer,
    type RegistrationState,
    type RegistrationStatusAnswer,
} from '../gateway/registration.ts';
import type { GatewaySettings } from '../gateway/settings.ts';
import { Fault } from '../ports/fault.ts';
import { type CommandIo, exitCodes, processIo } from './command-io.ts';
import { withGateway } from './gateway-access.ts';
import { replaceFile } from './new-file.ts';

interface RegisterOptions {
    readonly config: string;
    readonly details?: string;
    readonly json?: boolean;
}

interface StatusOptions {
    readonly config: string;
    readonly requestId?: string;
    readonly json?: boolean;
}

type KioskConfig = GatewaySettings & { readonly kiosk: { readonly dataDir: string } };

/** Adds `merchant register | status`. */
export function addMerchantCommands(program: Command, io: CommandIo = processIo): void {
    const merchant = program.command('merchant').description('register the merchant and its store with the gateway');

    merchant
        .command('register')
        .description('send the registration of the configured merchant and store; the wallets decide within days')
        .requiredOption('--config <file>', "the kiosk's configuration")
        .option('--details <file>', 'YAML with merchantInfo, storeInfo and passThroughInfo beyond the configuration')
        .option('--json', 'print JSON')
        .addHelpText('after', detailsHelp)
        .action((options: RegisterOptions) => register(options, io));

    merchant
        .command('status')
        .description('ask how the registration stands, and what the gateway has on record')
        .requiredOption('--config <file>', "the kiosk's configuration")
        .option('--request-id <id>', 'the registration to ask about; the last one of this machine unless told')
        .option('--json', 'print JSON')
        .addHelpText('after', '\nExit code 0: an answer came; 1: the gateway refused; 74: no answer to build on.\n')
        .action((options: StatusOptions) => status(options, io));
}

const detailsHelp = `
A details file holds the gateway's own field names, for example:
  merchantInfo:
    merchantAddress: { region: DE, city: Berlin, address1: Some Street 1, zipCode: "10115" }
    registrationDetail:
      legalName: Corner Stand Ltd
      contactInfo: [ { contactNo: me@example.com, contactType: EMAIL } ]
  storeInfo:
    storeAddress: { region: DE, city: Berlin, address1: Some Street 1 }
Exit code 0: accepted; 1: the gateway refused; 74: no answer to build on, run the same command again.
`;

async function register(options: RegisterOptions, io: CommandIo): Promise<void> {
    const config = await load(options.config, io);
    const details = options.details === undefined ? undefined : await readDetails(options.details);
    const request = details === undefined ? {} : { details };
    const answer = await withGateway(config, async (gateway) => {
        const registrationRequestId = rememberedId({
            config,
            bodyHash: hashOf(registrationBody({ registrationRequestId: '', ...request }, gateway)),
        });
        return { registrationRequestId, ...(await openRegistration(gateway).register({ registrationRequestId, ...request })) };
    });
    const about = `registration ${answer.registrationRequestId}`;
    if (options.json === true) io.out(`${JSON.stringify(answer)}\n`);
    else if (answer.kind === 'accepted') io.out(`Accepted: ${about}. The wallets decide within days; ask with "till merchant status".\n`);
    else if (answer.kind === 'refused')
        io.out(`Refused with ${answer.resultCode}${sentence(answer.message)}: ${about}. Correct the details and run it again.\n`);
    else
        io.out(
            `No answer to build on (${answer.kind === 'pending' ? answer.resultCode : answer.reason}): ${about}. Run the same command again; it repeats the same request.\n`,
        );
    io.exit(answer.kind === 'accepted' ? exitCodes.ok : answer.kind === 'refused' ? exitCodes.other : exitCodes.io);
}

async function status(options: StatusOptions, io: CommandIo): Promise<void> {
    const config = await load(options.config, io);
    const registrationRequestId = options.requestId ?? readRemembered(config)?.registrationRequestId;
    if (registrationRequestId === undefined) throw notRegistered();
    const { state, info } = await withGateway(config, async (gateway) => {
        const registration = openRegistration(gateway);
        return { state: await registration.status({ registrationRequestId }), info: await registration.info() };
    });
    if (options.json === true) io.out(`${JSON.stringify({ registrationRequestId, status: state, info })}\n`);
    else io.out(`${statusLines({ registrationRequestId, state, info }).join('\n')}\n`);
    io.exit(state.kind === 'known' ? exitCodes.ok : state.kind === 'refused' ? exitCodes.other : exitCodes.io);
}

function statusLines(told: { registrationRequestId: string; state: RegistrationStatusAnswer; info: RegistrationInfoAnswer }): string[] {
    const { state, info } = told;
    const lines = [`Registration ${told.registrationRequestId}: ${stateText(state)}`];
    if (state.kind === 'known') lines.push(...state.wallets.map((wallet) => `  ${wallet.wallet}: ${registrationText(wallet)}`));
    lines.push(
        info.kind === 'known'
            ? `On record at the gateway: ${JSON.stringify(info.info)}`
            : `On record at the gateway: nothing (${info.kind === 'refused' ? info.resultCode : info.reason})`,
    );
    return lines;
}

function stateText(state: RegistrationStatusAnswer): string {
    if (state.kind === 'known') return registrationText(state.registration);
    if (state.kind === 'refused') return `refused with ${state.resultCode}${sentence(state.message)}`;
    return `no answer to build on (${state.reason}); try again`;
}

function registrationText(state: RegistrationState): string {
    return state.rejectReasons === undefined ? state.status : `${state.status} (${state.rejectReasons})`;
}

function sentence(message: string | undefined): string {
    return message === undefined ? '' : ` ("${message}")`;
}

async function load(file: string, io: CommandIo): Promise<KioskConfig> {
    const { loadConfig } = await import('../../config/load.ts');
    return loadConfig({ file, env: io.env });
}

/** Reads the details file. @throws Fault REGISTRATION_DETAILS_INVALID. */
async function readDetails(file: string): Promise<RegistrationDetails> {
    const { parse } = await import('yaml');
    let value: unknown;
    try {
        value = parse(readFileSync(file, 'utf8'));
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        throw invalidDetails(file, code === 'ENOENT' ? 'is not there' : `cannot be read: ${message.split('\n', 1)[0] ?? ''}`);
    }
    if (!isBlock(value)) throw invalidDetails(file, 'must be a block of keys');
    const known = ['merchantInfo', 'storeInfo', 'passThroughInfo'];
    const strange = Object.keys(value).find((key) => !known.includes(key));
    if (strange !== undefined) throw invalidDetails(file, `has the key "${strange}", which is none of ${known.join(', ')}`);
    const { merchantInfo, storeInfo, passThroughInfo } = value;
    if (merchantInfo !== undefined && !isBlock(merchantInfo)) throw invalidDetails(file, 'must have a block of keys under merchantInfo');
    if (storeInfo !== undefined && !isBlock(storeInfo)) throw invalidDetails(file, 'must have a block of keys under storeInfo');
    if (passThroughInfo !== undefined && typeof passThroughInfo !== 'string')
        throw invalidDetails(file, 'must have text under passThroughInfo');
    return {
        ...(merchantInfo === undefined ? {} : { merchantInfo }),
        ...(storeInfo === undefined ? {} : { storeInfo }),
        ...(passThroughInfo === undefined ? {} : { passThroughInfo }),
    };
}

function isBlock(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalidDetails(file: string, why: string): Fault {
    return new Fault({
        code: 'REGISTRATION_DETAILS_INVALID',
        kind: 'config',
        message: `The details file ${file} ${why}; "till merchant register --help" shows an example.`,
        facts: { file },
    });
}

function notRegistered(): Fault {
    return new Fault({
        code: 'REGISTRATION_UNKNOWN',
        kind: 'config',
        message: 'This machine has sent no registration: run "till merchant register" first, or name one with --request-id.',
    });
}

interface Remembered {
    readonly registrationRequestId: string;
    /** SHA-256 of the request without its id, hex. */
    readonly bodyHash: string;
}

/** The id that these details go under: the one of the last try with the same details, else a new one, which is on disk before this returns. */
function rememberedId(order: { config: KioskConfig; bodyHash: string }): string {
    const last = readRemembered(order.config);
    if (last?.bodyHash === order.bodyHash) return last.registrationRequestId;
    const registrationRequestId = `reg_${randomBytes(16).toString('hex')}`;
    replaceFile({ file: memoryFile(order.config), text: `${JSON.stringify({ registrationRequestId, bodyHash: order.bodyHash })}\n` });
    return registrationRequestId;
}

function readRemembered(config: KioskConfig): Remembered | undefined {
    try {
        const value: unknown = JSON.parse(readFileSync(memoryFile(config), 'utf8'));
        if (!isBlock(value) || typeof value.registrationRequestId !== 'string' || typeof value.bodyHash !== 'string') return undefined;
        return { registrationRequestId: value.registrationRequestId, bodyHash: value.bodyHash };
    } catch {
        return undefined;
    }
}

function memoryFile(config: KioskConfig): string {
    return join(config.kiosk.dataDir, 'merchant-registration.json');
}

function hashOf(body: Uint8Array): string {
    return createHash('sha256').update(body).digest('hex');
}
