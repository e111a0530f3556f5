/** Options: what a person wrote behind one of these programs, or how it is used. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/**
 * The values of the options. `--help` shows the usage and ends the process with 0; what it does not have is told in one sentence, with 64.
 *
 * @param order.usage begins with `Usage: npm run NAME`.
 */
export function readOptions<const Options extends ParseArgsOptionsConfig>(order: { usage: string; options: Options }) {
    const { usage, options } = order;
    if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
        process.stdout.write(usage);
        process.exit(0);
    }
    try {
        return parseArgs<{ options: Options }>({ options }).values;
    } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.message : 'The arguments cannot be read.'}\n${usage}`);
        process.exit(64);
    }
}
