/**
 * `till config`: checks a configuration, prints its schema, shows what a kiosk would run with.
 */
import type { Command } from 'commander';
import type { Config } from '../../config/load.ts';
import { faultOf } from '../ports/fault.ts';
import { type CommandIo, exitCodes, processIo } from './command-io.ts';

/** Adds `config check | schema | show`. */
export function addConfigCommands(program: Command, io: CommandIo = processIo): void {
    const config = program.command('config').description('check, show or describe a configuration');

    config
        .command('check')
        .description('tell everything that is wrong with a configuration, at once, with file and line')
        .requiredOption('-c, --config <file>', 'the configuration')
        .option('--no-files', 'do not ask whether the key and token files are there')
        .option('--json', 'print JSON')
        .addHelpText('after', '\nExit code 0 when it may be used, 78 when not.\nExample: till config check --config stand.yaml\n')
        .action((options: { config: string; files: boolean; json?: boolean }) => check(options, io));

    config
        .command('schema')
        .description('print the JSON Schema of the configuration, for editors and other programs')
        .option('--markdown', 'print the same as a document for people (docs/config.md)')
        .addHelpText('after', '\nIn VS Code: # yaml-language-server: $schema=./config.schema.json as the first line of the file.\n')
        .action((options: { markdown?: boolean }) => schema(options, io));

    config
        .command('show')
        .description('print the configuration as a kiosk would use it: with defaults, environment and absolute paths')
        .requiredOption('-c, --config <file>', 'the configuration')
        .option('--no-files', 'do not ask whether the key and token files are there')
        .option('--json', 'print JSON instead of YAML')
        .action((options: { config: string; files: boolean; json?: boolean }) => show(options, io));
}

async function check(options: { config: string; files: boolean; json?: boolean }, io: CommandIo): Promise<void> {
    const { loadConfig, problemsOf } = await import('../../config/load.ts');
    try {
        const config = await loadConfig({ file: options.config, env: io.env, checkFiles: options.files });
        if (options.files) {
            // A public key in the place of the private one is there and can be read, and is wrong all the same.
            const { openKeys } = await import('../gateway/key-files.ts');
            openKeys({ ...config.gateway, keyVersion: String(config.gateway.keyVersion) });
        }
        if (options.json === true) io.out(`${JSON.stringify({ ok: true, problems: [] })}\n`);
        else
            io.out(`${options.config} is good: kiosk ${config.kiosk.id}, ${config.kiosk.modes.join(', ')}, in ${config.kiosk.currency}.\n`);
    } catch (error) {
        const fault = faultOf(error);
        if (options.json !== true || fault?.kind !== 'config') throw error;
        io.out(
            `${JSON.stringify({ ok: false, code: fault.code, problems: fault.code === 'CONFIG_INVALID' ? problemsOf(fault) : [fault.message] })}\n`,
        );
        io.exit(exitCodes.config);
    }
}

async function schema(options: { markdown?: boolean }, io: CommandIo): Promise<void> {
    const { configJsonSchema } = await import('../../config/json-schema.ts');
    if (options.markdown === true) {
        const { configReference } = await import('../../config/reference.ts');
        io.out(configReference(configJsonSchema()));
    } else io.out(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
}

async function show(options: { config: string; files: boolean; json?: boolean }, io: CommandIo): Promise<void> {
    const { loadConfig } = await import('../../config/load.ts');
    const shown = withoutSecrets(await loadConfig({ file: options.config, env: io.env, checkFiles: options.files }));
    if (options.json === true) {
        io.out(`${JSON.stringify(shown, null, 2)}\n`);
        return;
    }
    const { stringify } = await import('yaml');
    io.out(stringify(shown, { lineWidth: 140 }));
}

/** Keys and tokens stand in files; what is left is a webhook's address, whose path is often a secret of its own. */
function withoutSecrets(config: Config): Config {
    const { operator } = config;
    const url = operator?.alert?.url;
    if (operator === undefined || url === undefined) return config;
    return { ...config, operator: { ...operator, alert: { ...operator.alert, url: `${new URL(url).origin}/…` } } };
}
