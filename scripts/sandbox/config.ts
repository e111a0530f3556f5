/**
 * Config of the sandbox: its schema, and reading it from YAML with every problem at once, each with path and line.
 *
 * Fails: SANDBOX_CONFIG_INVALID.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { Fault } from '../../firmware/ports/fault.ts';
import { isCurrency } from './money.ts';
import { switchChange } from './switches.ts';

const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,64}$/, 'use 1 to 64 letters, digits, dots, dashes or underscores'));
const address = v.pipe(v.string(), v.regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/, 'write HOST:PORT, such as 127.0.0.1:8090'));
const currency = v.pipe(v.string(), v.check(isCurrency, 'name a currency of the gateway, such as EUR'));
const minorUnits = v.pipe(v.string(), v.regex(/^\d{1,16}$/, 'write minor units as a string of digits, such as "50000"'));
const said = <Schema extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(schema: Schema, text: string) =>
    v.pipe(schema, v.description(text));

const keySource = {
    publicKeyFile: v.optional(said(v.string(), 'File with the public key, PEM or bare base64.')),
    publicKey: v.optional(said(v.string(), 'The public key itself, PEM or bare base64.')),
};

const client = v.strictObject({
    clientId: said(
        v.pipe(v.string(), v.regex(/^[A-Za-z0-9_]{1,64}$/, 'use 1 to 64 letters, digits or underscores')),
        'Client-Id; one that begins with SANDBOX_ belongs to the sandbox paths.',
    ),
    ...keySource,
    keyVersion: v.optional(said(v.string(), 'Version of that key.'), '1'),
    keys: v.optional(
        said(
            v.array(v.strictObject({ keyVersion: v.string(), ...keySource })),
            'Several keys, the newest last; a request without keyVersion means the newest.',
        ),
        [],
    ),
    settlementCurrencies: v.optional(said(v.array(currency), 'Others get SETTLE_CONTRACT_NOT_MATCH; absent: all.')),
    currencies: v.optional(said(v.array(currency), 'Payment currencies of the contract; others get CURRENCY_NOT_SUPPORT; absent: all.')),
});

export const walletSettings = {
    password: said(v.boolean(), 'Ask for a password: pay answers U PAYMENT_IN_PROCESS until somebody confirms or rejects.'),
    refuse: said(v.nullable(v.pipe(v.string(), v.regex(/^[A-Z][A-Z_]{2,63}$/))), 'Refuse every payment with this result code.'),
    limit: said(v.nullable(minorUnits), 'Payments above this, in minor units of the wallet, get USER_AMOUNT_EXCEED_LIMIT.'),
    codeDigits: said(v.picklist([18, 24]), 'Length of the payment codes it shows.'),
    userAgent: said(v.pipe(v.string(), v.minLength(1), v.maxLength(512)), 'User agent of its web view.'),
};

export const walletSchema = v.strictObject({
    name: said(name, 'What it is called here.'),
    pspName: v.optional(said(name, 'The wallet brand, as pspCustomerInfo names it.'), 'ALIPAY_CN'),
    currency: said(currency, 'What it holds.'),
    balance: said(minorUnits, 'Minor units it holds.'),
    cii: v.optional(said(v.pipe(v.string(), v.regex(/^(2[5-9]|30)\d{4}$/)), 'Six digits that begin its 24-digit codes.'), '281010'),
    ...v.partial(v.object(walletSettings)).entries,
});
export type WalletConfig = v.InferInput<typeof walletSchema>;

export const configSchema = v.strictObject({
    listen: v.optional(said(address, 'Where the gateway listens; admin and wallet too, unless adminListen is set.'), '127.0.0.1:8090'),
    adminListen: v.optional(said(address, 'A listener of its own for admin and wallet; needed for the fault `down` with `mode: refuse`.')),
    allowRemote: v.optional(said(v.boolean(), 'Let the gateway listen beyond loopback. Admin and wallet stay on loopback.'), false),
    clients: said(v.pipe(v.array(client), v.minLength(1)), 'Who may call.'),
    gatewayKeyFile: v.optional(
        said(v.string(), 'Private key of the gateway; made when missing, its public half beside it as NAME.pub.pem.'),
    ),
    keyVersion: v.optional(said(v.string(), "Version of the gateway's key."), '1'),
    state: v.optional(said(v.string(), 'File that keeps the ledger over restarts; absent: memory only.')),
    seed: v.optional(said(v.string(), 'Makes ids and codes repeatable.')),
    rates: v.optional(
        said(
            v.record(v.pipe(v.string(), v.regex(/^[A-Z]{3}\/[A-Z]{3}$/)), v.pipe(v.string(), v.regex(/^\d{1,9}(\.\d{1,9})?$/))),
            'Exchange rates by pair, such as EUR/CNY: "7.80".',
        ),
        { 'EUR/CNY': '7.80', 'USD/CNY': '7.20', 'HKD/CNY': '0.92', 'JPY/CNY': '0.048' },
    ),
    wallets: v.optional(said(v.array(walletSchema), 'Test wallets.'), [
        { name: 'alice', pspName: 'ALIPAY_HK', currency: 'EUR', balance: '50000' },
        { name: 'bob', pspName: 'GCASH', currency: 'EUR', balance: '300' },
        { name: 'chen', pspName: 'ALIPAY_CN', currency: 'CNY', balance: '1000000' },
    ]),
    switches: v.optional(said(switchChange, 'Guesses and choices about the gateway.'), {}),
});

/** What a person writes; every key but `clients` may be left out. */
export type SandboxConfig = v.InferInput<typeof configSchema>;
export type CheckedConfig = v.InferOutput<typeof configSchema>;

/** The published JSON Schema of the configuration file. */
export function sandboxConfigSchema(): unknown {
    return {
        $id: 'https://tillbox.example/sandbox.schema.json',
        title: 'Tillbox sandbox gateway',
        ...toJsonSchema(configSchema, { typeMode: 'input', errorMode: 'ignore' }),
    };
}

/** Checks a configuration made in code. Throws SANDBOX_CONFIG_INVALID with every problem. */
export function checkConfig(config: SandboxConfig): CheckedConfig {
    const checked = v.safeParse(configSchema, config);
    const problems = checked.success
        ? crossProblems(checked.output)
        : checked.issues.map((issue) => ({ path: pathOf(issue), text: textOf(issue) }));
    if (problems.length > 0) throw configFault(problems.map((problem) => `${dotted(problem.path)}: ${problem.text}`));
    return (checked as { output: CheckedConfig }).output;
}

/** Reads a YAML file; relative paths in it resolve from its folder. Throws SANDBOX_CONFIG_INVALID with every problem, each with its line. */
export function readConfigFile(file: string): SandboxConfig {
    let text: string;
    try {
        text = readFileSync(file, 'utf8');
    } catch (error) {
        throw configFault([
            `${file}: it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}); name a YAML file with --config`,
        ]);
    }
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    if (document.errors.length > 0) {
        throw configFault(document.errors.map((error) => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`));
    }
    const value: unknown = document.toJS() ?? {};
    const checked = v.safeParse(configSchema, value);
    const problems = checked.success
        ? crossProblems(checked.output)
        : checked.issues.map((issue) => ({ path: pathOf(issue), text: textOf(issue) }));
    if (problems.length > 0) {
        const lineOf = (path: Path): number => {
            for (let length = path.length; length > 0; length--) {
                const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
                const last = path[length - 1];
                const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(last)) : undefined;
                const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
                if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
            }
            return 1;
        };
        throw configFault(problems.map((problem) => `${file}:${lineOf(problem.path)}: ${dotted(problem.path)}: ${problem.text}`));
    }
    return absolute(value as SandboxConfig, dirname(resolve(file)));
}

type Path = readonly (string | number)[];

function absolute(config: SandboxConfig, folder: string): SandboxConfig {
    const file = (path: string) => resolve(folder, path);
    return {
        ...config,
        ...(config.gatewayKeyFile === undefined ? {} : { gatewayKeyFile: file(config.gatewayKeyFile) }),
        ...(config.state === undefined ? {} : { state: file(config.state) }),
        clients: config.clients.map((one) => ({
            ...one,
            ...(one.publicKeyFile === undefined ? {} : { publicKeyFile: file(one.publicKeyFile) }),
            ...(one.keys === undefined
                ? {}
                : {
                      keys: one.keys.map((key) => ({
                          ...key,
                          ...(key.publicKeyFile === undefined ? {} : { publicKeyFile: file(key.publicKeyFile) }),
                      })),
                  }),
        })),
    };
}

/** What no single key can show. */
function crossProblems(config: CheckedConfig): { path: Path; text: string }[] {
    const problems: { path: Path; text: string }[] = [];
    for (const [path, listen] of [['listen', config.listen] as const, ['adminListen', config.adminListen] as const]) {
        if (listen === undefined || isLoopbackHost(hostOf(listen))) continue;
        if (path === 'adminListen') problems.push({ path: [path], text: 'admin and wallet listen on loopback only; use 127.0.0.1' });
        else if (!config.allowRemote)
            problems.push({ path: [path], text: 'this is not loopback; use 127.0.0.1, or set allowRemote: true' });
        else if (config.adminListen === undefined)
            problems.push({ path: [path], text: 'a gateway beyond loopback needs adminListen on 127.0.0.1' });
    }
    const seen = new Set<string>();
    config.clients.forEach((one, index) => {
        if (seen.has(one.clientId)) problems.push({ path: ['clients', index, 'clientId'], text: 'this Client-Id stands here twice' });
        seen.add(one.clientId);
        for (const [path, key] of [
            [['clients', index], one] as const,
            ...one.keys.map((key, at) => [['clients', index, 'keys', at], key] as const),
        ]) {
            if (key.publicKey !== undefined && key.publicKeyFile !== undefined) {
                problems.push({ path, text: 'give publicKey or publicKeyFile, not both' });
            }
        }
    });
    const wallets = config.wallets.map((wallet) => wallet.name);
    wallets.forEach((wallet, index) => {
        if (wallets.indexOf(wallet) !== index) problems.push({ path: ['wallets', index, 'name'], text: 'two wallets have this name' });
    });
    return problems;
}

function pathOf(issue: v.BaseIssue<unknown>): Path {
    return (issue.path ?? []).map((step) => step.key as string | number);
}

function textOf(issue: v.BaseIssue<unknown>): string {
    if (issue.type === 'strict_object' && issue.expected === 'never') return 'no such key';
    if (issue.input === undefined) return 'it is missing';
    return issue.message;
}

function dotted(path: Path): string {
    return path.length === 0
        ? '(the file)'
        : path
              .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
              .join('')
              .replace(/^\./, '');
}

/** Every problem of a configuration at once; each is a line of `facts.problems`. */
export function configFault(problems: readonly string[]): Fault {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    return new Fault({
        code: 'SANDBOX_CONFIG_INVALID',
        kind: 'config',
        message: `The sandbox's configuration has ${count}: ${problems.join('; ')}. \`till sandbox schema\` prints what may stand in it.`,
        facts: { problems: problems.join('\n') },
    });
}

/** Host part of `HOST:PORT`, without brackets. */
export function hostOf(listen: string): string {
    return listen.slice(0, listen.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

export function portOf(listen: string): number {
    return Number(listen.slice(listen.lastIndexOf(':') + 1));
}

export function isLoopbackHost(host: string): boolean {
    const bare = host.replace(/^\[|\]$/g, '').replace(/^::ffff:/i, '');
    return bare === 'localhost' || bare.endsWith('.localhost') || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}
