/**
 * `till sandbox`: runs the sandbox gateway with its test wallet, or speaks to a running one: ledger, compare, fault, clock, wallet.
 *
 * The sandbox itself is loaded only when one of these commands runs.
 */
import { readFileSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandIo, exitCodes, processIo } from './command-io.ts';

const defaultUrl = 'http://127.0.0.1:8090';

const runExamples = `
A sandbox.yaml that serves one kiosk:
  listen: 127.0.0.1:8090
  clients: [ { clientId: SANDBOX_5X00000000000000, publicKeyFile: keys/merchant.pub.pem } ]
  gatewayKeyFile: keys/gateway.pem        # made when missing; the kiosk reads keys/gateway.pub.pem
  state: data/sandbox.ledger              # keeps the ledger over restarts; leave it out to forget

Then, in another terminal:
  till sandbox wallet code alice                      a payment code to scan
  till sandbox wallet scan alice https://gqr...       scan and pay an order code
  till sandbox wallet open alice URL --amount 2.50    open an entry-code page and pay
  till sandbox fault add pay dropAfterBooking --count 1
  till sandbox ledger
  till journal export --config kiosk.yaml --format ndjson | till sandbox compare -
`;

interface UrlOptions {
    readonly url: string;
    readonly json?: boolean;
}

/** Adds `sandbox` with its subcommands. */
export function addSandboxCommands(program: Command, io: CommandIo = processIo): void {
    const sandbox = program
        .command('sandbox')
        .description('a gateway and a test wallet to try things out with')
        .option('--config <file>', 'YAML configuration; runs the sandbox until it is stopped')
        .option('--quiet', 'do not print each request')
        .addHelpText('after', runExamples)
        .action((options: { config?: string; quiet?: boolean }, command: Command) => runSandbox(options, command, io));

    sandbox
        .command('schema')
        .description('print the JSON Schema of the configuration')
        .action(async () => {
            const { sandboxConfigSchema } = await import('../../scripts/sandbox/config.ts');
            io.out(`${JSON.stringify(sandboxConfigSchema(), undefined, 4)}\n`);
        });

    speaking(sandbox.command('ledger'))
        .description('print every movement of money')
        .option('--payment <paymentRequestId>', 'only this payment')
        .action(async (options: UrlOptions & { payment?: string }) => {
            const client = await clientOf(options);
            const only = options.payment === undefined ? {} : { paymentRequestId: options.payment };
            io.out(options.json === true ? line(await client.ledger(only)) : await client.ledgerText(only));
        });

    speaking(sandbox.command('compare'))
        .description("compare a journal's export with the ledger; exit code 1 where they differ")
        .argument('<file>', 'output of till journal export --format ndjson; - reads standard input')
        .option('--ledger <file>', 'compare with a saved `till sandbox ledger --json` instead of a running sandbox')
        .action((file: string, options: UrlOptions & { ledger?: string }) => compare(file, options, io));

    speaking(sandbox.command('clock'))
        .description('tell or move the virtual clock')
        .option('--advance <seconds>', 'move it forward', asNumber)
        .option('--reset', 'back to the time of the machine')
        .action(async (options: UrlOptions & { advance?: number; reset?: boolean }) => {
            const client = await clientOf(options);
            const advanceMs = options.advance === undefined ? undefined : Math.round(options.advance * 1000);
            const now = await client.clock({
                ...(options.reset === true ? { offsetMs: 0 } : {}),
                ...(advanceMs === undefined ? {} : { advanceMs }),
            });
            io.out(options.json === true ? line(now) : `${now.now} (${now.offsetMs / 1000} s ahead of the machine)\n`);
        });

    addFaultCommands(sandbox, io);
    addWalletCommands(sandbox, io);
}

function addFaultCommands(sandbox: Command, io: CommandIo): void {
    const fault = sandbox.command('fault').description('let something go wrong');
    speaking(fault.command('list'))
        .description('the faults that stand, and the kinds there are')
        .action(async (options: UrlOptions) => {
            const { faults, kinds } = await (await clientOf(options)).faults();
            if (options.json === true) return io.out(line({ faults, kinds }));
            for (const one of faults)
                io.out(`${one.id}  ${one.api} ${one.kind}  hits ${one.hits}${one.count === undefined ? '' : ` of ${one.count}`}\n`);
            if (faults.length === 0) io.out('No fault stands.\n');
            for (const [about, list] of Object.entries(kinds)) {
                io.out(`\nKinds for ${about}:\n`);
                for (const [kind, text] of Object.entries(list)) io.out(`  ${kind.padEnd(18)} ${text}\n`);
            }
        });
    speaking(fault.command('add'))
        .description('add a fault')
        .argument('<api>', 'pay, inquiryPayment, cancel, refund, inquiryRefund, … notifyPayment, or *')
        .argument('<kind>', 'see till sandbox fault list')
        .option('--count <n>', 'for so many requests', asNumber)
        .option('--ttl <seconds>', 'for so long', asNumber)
        .option('--after <n>', 'let so many requests pass before', asNumber)
        .option('--payment <paymentRequestId>', 'only for this payment')
        .option('--ms <n>', 'milliseconds, for kinds that wait', asNumber)
        .option('--code <resultCode>', 'for kind resultCode')
        .option('--result-status <S|F|U>', 'for kind resultCode, where the usual one is not meant')
        .option('--status <http>', 'for kind httpStatus', asNumber)
        .option('--bytes <n>', 'for kind huge', asNumber)
        .option('--asks <n>', 'for kind pending', asNumber)
        .option('--mode <mode>', 'reset or refuse, for kind down; afterCancel, for kind bookLate')
        .option('--books', 'do what was asked although the answer is spoiled')
        .action(async (api: string, kind: string, options: UrlOptions & Record<string, string | number | boolean | undefined>) => {
            const given = (name: string, field = name) => (options[name] === undefined ? {} : { [field]: options[name] });
            const order = {
                api,
                kind,
                ...given('count'),
                ...given('after'),
                ...given('ms'),
                ...given('status'),
                ...given('bytes'),
                ...given('asks'),
                ...(options.ttl === undefined ? {} : { ttlMs: Math.round(Number(options.ttl) * 1000) }),
                ...given('payment', 'paymentRequestId'),
                ...given('code', 'resultCode'),
                ...given('resultStatus', 'resultStatus'),
                ...given('mode', 'mode'),
                ...given('books', 'books'),
            };
            const added = await (await clientOf(options)).fault(order as Parameters<Awaited<ReturnType<typeof clientOf>>['fault']>[0]);
            io.out(options.json === true ? line(added) : `${added.id}  ${added.api} ${added.kind}\n`);
        });
    speaking(fault.command('clear'))
        .description('end one fault, or all')
        .argument('[id]')
        .action(async (id: string | undefined, options: UrlOptions) => {
            await (await clientOf(options)).endFault(id);
            if (options.json !== true) io.out(id === undefined ? 'All faults ended.\n' : `${id} ended.\n`);
        });
}

function addWalletCommands(sandbox: Command, io: CommandIo): void {
    const wallet = sandbox.command('wallet').description("a customer's phone");
    speaking(wallet.command('list'))
        .description('the wallets with their balances')
        .action(async (options: UrlOptions) => {
            const wallets = await (await clientOf(options)).wallet.list();
            if (options.json === true) return io.out(line(wallets));
            for (const one of wallets) {
                const pending = one.pending.map((payment) => payment.paymentRequestId).join(', ');
                io.out(
                    `${one.name.padEnd(12)} ${one.pspName.padEnd(12)} ${one.balance.padStart(12)} ${one.currency}${pending === '' ? '' : `  asks for a password: ${pending}`}\n`,
                );
            }
        });
    speaking(wallet.command('code'))
        .description('show a fresh payment code')
        .argument('<wallet>')
        .action(async (name: string, options: UrlOptions) => {
            const shown = await (await clientOf(options)).wallet.showCode(name);
            io.out(options.json === true ? line(shown) : `${shown.code}\nvalid until ${shown.expiresAt}\n`);
        });
    speaking(wallet.command('scan'))
        .description('scan an order code')
        .argument('<wallet>')
        .argument('<code>', 'what the QR holds')
        .option('--act <act>', 'confirm, reject, ignore, confirmTwice or payLate', 'confirm')
        .action(async (name: string, code: string, options: UrlOptions & { act: string }) => {
            const outcome = await (await clientOf(options)).wallet.scan(name, { code, act: options.act as 'confirm' });
            io.out(options.json === true ? line(outcome) : told(outcome));
        });
    for (const act of ['confirm', 'reject'] as const) {
        speaking(wallet.command(act))
            .description(act === 'confirm' ? 'type the password, or pay what was scanned' : 'say no to a payment')
            .argument('<wallet>')
            .argument('<paymentRequestId>')
            .action(async (name: string, paymentRequestId: string, options: UrlOptions) => {
                const outcome = await (await clientOf(options)).wallet.answer(name, { paymentRequestId, act });
                io.out(options.json === true ? line(outcome) : told(outcome));
            });
    }
    speaking(wallet.command('open'))
        .description('open an entry-code page on this machine and pay')
        .argument('<wallet>')
        .argument('<address>', 'what the entry code holds')
        .option('--amount <amount>', 'as the customer types it, such as 2.50')
        .option('--act <act>', 'confirm, reject or ignore', 'confirm')
        .action(async (name: string, address: string, options: UrlOptions & { amount?: string; act: string }) => {
            const amount = options.amount === undefined ? {} : { amount: options.amount };
            const outcome = await (await clientOf(options)).wallet.openEntry(name, {
                url: address,
                act: options.act as 'confirm',
                ...amount,
            });
            if (options.json === true) return io.out(line(outcome));
            if (outcome.kind === 'page') {
                io.out(`${outcome.title} (HTTP ${outcome.status})\n${outcome.text}\n`);
                return io.exit(exitCodes.other);
            }
            io.out(outcome.paid === undefined ? 'The page led into the cashier.\n' : told(outcome.paid));
        });
    speaking(wallet.command('set'))
        .description('change a wallet')
        .argument('<wallet>')
        .option('--balance <minor>', 'minor units')
        .option('--password <on|off>', 'ask for a password at every payment code')
        .option('--refuse <resultCode>', 'refuse every payment; off: no more')
        .action(async (name: string, options: UrlOptions & { balance?: string; password?: string; refuse?: string }) => {
            const changed = await (await clientOf(options)).wallet.change(name, {
                ...(options.balance === undefined ? {} : { balance: options.balance }),
                ...(options.password === undefined ? {} : { password: options.password === 'on' }),
                ...(options.refuse === undefined ? {} : { refuse: options.refuse === 'off' ? null : options.refuse }),
            });
            io.out(options.json === true ? line(changed) : `${changed.name}  ${changed.balance} ${changed.currency}\n`);
        });
}

async function runSandbox(options: { config?: string; quiet?: boolean }, command: Command, io: CommandIo): Promise<void> {
    if (options.config === undefined) {
        io.out(command.helpInformation());
        return io.exit(exitCodes.usage);
    }
    const { readConfigFile } = await import('../../scripts/sandbox/config.ts');
    const { startSandbox } = await import('../../scripts/sandbox/server.ts');
    const sandbox = await startSandbox(readConfigFile(options.config), {
        onRequest: (seen) => {
            if (options.quiet === true) return;
            const spoiled = seen.spoiled.length === 0 ? '' : `  [${seen.spoiled.join(', ')}]`;
            io.out(`${seen.api.padEnd(16)} ${seen.about}  ${seen.resultStatus} ${seen.resultCode}${spoiled}\n`);
        },
    });
    io.out(
        `Sandbox gateway on ${sandbox.url}\nAdmin and wallet on ${sandbox.adminUrl} (${sandbox.adminUrl}/openapi.json)\nStop it with Ctrl-C.\n`,
    );
    await stopAsked();
    await sandbox.close();
}

/** Resolves at the first signal to stop; a second one ends the process at once. */
function stopAsked(): Promise<void> {
    return new Promise((done) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
    });
}

async function compare(file: string, options: UrlOptions & { ledger?: string }, io: CommandIo): Promise<void> {
    // Read as a stream: a pipe that is not filled yet would end a read of the whole with EAGAIN.
    const text = file === '-' ? await textOf(process.stdin) : readFileSync(file, 'utf8');
    const { comparisonText, compareWithJournal, readExport } = await import('../../scripts/sandbox/compare.ts');
    const ledger =
        options.ledger === undefined ? await (await clientOf(options)).ledger() : JSON.parse(readFileSync(options.ledger, 'utf8'));
    const comparison = compareWithJournal(readExport(text), ledger);
    io.out(options.json === true ? line(comparison) : comparisonText(comparison));
    io.exit(comparison.agrees ? exitCodes.ok : exitCodes.other);
}

async function clientOf(options: { url?: unknown }) {
    const { SandboxClient } = await import('../../scripts/sandbox/client.ts');
    return new SandboxClient(String(options.url ?? defaultUrl));
}

function speaking(command: Command): Command {
    return command.option('--url <address>', 'the running sandbox', defaultUrl).option('--json', 'print JSON');
}

function told(outcome: {
    outcome: string;
    reason?: string;
    amount: { currency: string; value: string };
    balance: { currency: string; value: string };
}): string {
    const why = outcome.reason === undefined ? '' : `: ${outcome.reason}`;
    return `${outcome.outcome}${why}  ${outcome.amount.value} ${outcome.amount.currency}, balance ${outcome.balance.value} ${outcome.balance.currency}\n`;
}

function line(value: unknown): string {
    return `${JSON.stringify(value)}\n`;
}

/** For commander: a number, or an error of usage. */
function asNumber(text: string): number {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value)) return value;
    throw new InvalidArgumentError('Give a number.');
}
