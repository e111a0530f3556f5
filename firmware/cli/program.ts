/**
 * Program: the `till` command with all its subcommands, on commander. Loaded for everything but `till run`.
 */
import { Command, CommanderError } from 'commander';
import { type CommandIo, exitCodes } from './command-io.ts';
import { addConfigCommands } from './config.ts';
import { addDemoCommand } from './demo.ts';
import { addJournalCommands } from './journal.ts';
import { addKeysCommands } from './keys.ts';
import { addMerchantCommands } from './merchant.ts';
import { runHelp } from './run.ts';
import { addSaleCommands } from './sale.ts';
import { addSandboxCommands } from './sandbox.ts';
import { addScannerCommands } from './scanner.ts';
import { addVersionCommand, version } from './version.ts';

const examples = `
Examples:
  till config check --config stand.yaml    tell what is wrong with a configuration, all at once
  till keys generate --out keys/merchant.pem
  till run --config stand.yaml             run the kiosk until it is stopped
  till sale find --state review            sales that wait for a person
  till journal verify --config stand.yaml  prove that no record was altered
  till sandbox --config sandbox.yaml       a gateway and a wallet to try things out with

Exit codes: 0 ok, 64 wrong usage, 74 input and output, 78 configuration or keys, 1 anything else.
`;

/** Names that design and documents promise for later, so that nobody takes them for a spelling mistake. */
const later: Readonly<Record<string, string>> = {
    relay: 'till relay comes with the fleet. In this version the relay runs inside the kiosk: relay.mode embedded.',
    doctor: 'till doctor is not part of this version. till config check and till keys check prove what can be proved without devices.',
    setup: 'till setup is not part of this version. Copy one of config/profiles, then till keys generate and till config check.',
};

/** Runs one command line. @returns the exit code. Faults of the commands are thrown. */
export async function runProgram(options: { args: readonly string[]; io: CommandIo; err: (text: string) => void }): Promise<number> {
    const { args, err } = options;
    let code: number = exitCodes.ok;
    const io: CommandIo = {
        ...options.io,
        exit: (asked) => {
            code = asked;
        },
    };
    const program = buildProgram({ io, err });
    try {
        await program.parseAsync([...args], { from: 'user' });
    } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    return code;
}

/** The command tree. Errors of usage are thrown as CommanderError after their sentence was written. */
export function buildProgram(options: { io: CommandIo; err: (text: string) => void }): Command {
    const { io, err } = options;
    const program = new Command('till')
        .description('Tillbox: a payment kiosk that may be left alone')
        .version(version, '-V, --version', 'print the version')
        .helpCommand('help [command]', 'explain a command')
        .showHelpAfterError('(till --help lists the commands; till COMMAND --help explains one)')
        .addHelpText('after', examples)
        .exitOverride()
        .configureOutput({ writeOut: io.out, writeErr: err });
    program
        .command('run')
        .description('run the kiosk: till run --config FILE')
        .allowUnknownOption()
        .allowExcessArguments()
        .helpOption(false)
        .action(() => io.out(runHelp));
    addSandboxCommands(program, io);
    addScannerCommands(program, io);
    addConfigCommands(program, io);
    addKeysCommands(program, io);
    addSaleCommands(program, io);
    addJournalCommands(program, io);
    addMerchantCommands(program, io);
    addDemoCommand(program, io);
    addVersionCommand(program, io);
    for (const [name, sentence] of Object.entries(later)) {
        program
            .command(name)
            .description('not part of this version')
            .allowUnknownOption()
            .allowExcessArguments()
            .action(() => {
                err(`${sentence}\n`);
                io.exit(exitCodes.other);
            });
    }
    return program;
}
