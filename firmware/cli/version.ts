/** Version: which Tillbox this is, from package.json. */
import type { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { type CommandIo, processIo } from './command-io.ts';

export const version: string = manifest.version;

/** Adds `version`. */
export function addVersionCommand(program: Command, io: CommandIo = processIo): void {
    program
        .command('version')
        .description('print the version of Tillbox and of Node')
        .option('--json', 'print JSON')
        .action((options: { json?: boolean }) => {
            const facts = { version, node: process.versions.node, platform: process.platform, arch: process.arch };
            io.out(
                options.json === true
                    ? `${JSON.stringify(facts)}\n`
                    : `Tillbox ${version} (Node ${facts.node}, ${facts.platform}-${facts.arch})\n`,
            );
        });
}
