/**
 * `till run`: runs the kiosk. It reads its arguments with node:util alone and loads nothing else, because the time from start to ready
 * counts.
 */
import { parseArgs } from 'node:util';
import { exitCodes } from './command-io.ts';

export const runHelp = `Usage: till run --config FILE

Runs the kiosk in the foreground until it is told to stop (SIGTERM or SIGINT), which ends with exit code 0.

Options:
  -c, --config FILE  the configuration (YAML); every key can be set by environment too, such as TILL_GATEWAY__URL
  -h, --help         this text

Exit codes: 0 stopped in order, 64 wrong usage, 74 the data folder or the disk, 78 configuration or keys, 1 anything else.
Example: till config check --config stand.yaml && till run --config stand.yaml
`;

export type RunOrder =
    | { readonly kind: 'run'; readonly configFile: string }
    | { readonly kind: 'say'; readonly code: number; readonly text: string };

/** What the arguments behind `run` ask for. */
export function readRunArguments(args: readonly string[]): RunOrder {
    const refuse = (sentence: string): RunOrder => ({
        kind: 'say',
        code: exitCodes.usage,
        text: `till run: ${sentence} See till run --help.\n`,
    });
    let values: { config?: string; help?: boolean };
    try {
        ({ values } = parseArgs({
            args: [...args],
            options: { config: { type: 'string', short: 'c' }, help: { type: 'boolean', short: 'h' } },
            strict: true,
            allowPositionals: false,
        }));
    } catch (error) {
        return refuse(error instanceof Error ? `${error.message.split('.')[0]}.` : 'the arguments cannot be read.');
    }
    if (values.help === true) return { kind: 'say', code: exitCodes.ok, text: runHelp };
    if (values.config === undefined || values.config === '') return refuse('name the configuration with --config FILE.');
    return { kind: 'run', configFile: values.config };
}

/** Runs the kiosk until it is stopped. */
export async function run(order: { configFile: string; env: Readonly<Record<string, string | undefined>> }): Promise<number> {
    const { runKiosk } = await import('../main.ts');
    const code: unknown = await runKiosk(order);
    return typeof code === 'number' ? code : exitCodes.ok;
}
