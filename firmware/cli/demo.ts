/**
 * `till demo`: the demonstration in a terminal. It is a program of the checkout (scripts/demo.ts), run as a process of its own: a kiosk that
 * was installed without the scripts works without it, and says so.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type CommandIo, exitCodes, processIo } from './command-io.ts';

/** Seen from the bundle in dist, and from this source file. */
const places = ['../scripts/demo.ts', '../../scripts/demo.ts'];

/** Adds `demo`; its options are those of scripts/demo.ts. */
export function addDemoCommand(program: Command, io: CommandIo = processIo): void {
    program
        .command('demo')
        .description('show four sales in this terminal, against a sandbox gateway on this machine')
        .argument('[options...]', 'see till demo --help')
        .allowUnknownOption()
        .helpOption(false)
        .action(async (args: readonly string[]) => {
            const script = places.map((place) => join(import.meta.dirname, place)).find((path) => existsSync(path));
            if (script !== undefined) return io.exit(await runScript(script, args));
            io.out('The demonstration is part of the checkout, not of an installed kiosk: run till demo in a clone of the repository.\n');
            io.exit(exitCodes.other);
        });
}

/** Runs a script with this terminal. @returns its exit code */
function runScript(script: string, args: readonly string[]): Promise<number> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], { stdio: 'inherit' });
    // A terminal sends Ctrl-C to the script too; whoever else signals this process means the script.
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    const handOn = (signal: NodeJS.Signals) => {
        if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of signals) process.on(signal, handOn);
    return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('exit', (code) => {
            for (const signal of signals) process.off(signal, handOn);
            resolve(code ?? exitCodes.other);
        });
    });
}
