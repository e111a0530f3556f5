/**
 * Load: reads a kiosk's configuration, or tells everything that is wrong with it at once.
 *
 * Rules: a value comes from the environment, else from the file, else from the schema's default; relative paths count from the
 * file's folder. Secrets are named by file, so that nothing in a configuration needs hiding.
 * Fails: CONFIG_UNREADABLE, CONFIG_INVALID (both of kind `config`).
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Fault } from '../firmware/ports/fault.ts';
import { checkData, schema } from './check.ts';
import type { Problem } from './cross-checks.ts';
import { type Document, readDocument } from './document.ts';
import { overlayEnvironment } from './environment.ts';
import { fileProblems } from './named-files.ts';
import type { ConfigBlocks } from './schema.ts';
import type { Shape } from './shape.ts';

/** A checked configuration: durations in milliseconds, paths absolute, defaults filled in. */
export type Config = ConfigBlocks & {
    /** The file that it was read from, and the folder that relative paths (a driver's too) count from; both absolute. */
    readonly source: { readonly file: string; readonly folder: string };
};

const fileBytesMax = 1024 * 1024;

/**
 * Reads and checks a configuration file with the environment laid over it.
 *
 * @param options.checkFiles false: the key and token files named in it need not be there (`till config check` on another machine).
 * @throws Fault CONFIG_UNREADABLE; CONFIG_INVALID, whose `facts.problems` holds one problem a line (`problemsOf`).
 */
export async function loadConfig(options: {
    file: string;
    env: Readonly<Record<string, string | undefined>>;
    checkFiles?: boolean;
}): Promise<Config> {
    const file = resolve(options.file);
    const folder = dirname(file);
    const document = readDocument(await readSource(file));
    const name = basename(file);
    if (document.problems.length > 0) {
        throw invalid(
            name,
            document.problems.map(({ line, message }) => ({ order: line, text: `${name}:${line} ${message}` })),
        );
    }
    const overlay = overlayEnvironment({ data: document.data, env: options.env, schema: schema as unknown as Shape });
    const { config, problems } = checkData(overlay.data);
    if (options.checkFiles !== false) problems.push(...(await fileProblems(overlay.data, folder)));
    const lines = [
        ...overlay.problems.map(({ where, problem }) => ({ order: 0, text: `${where} ${told(problem)}` })),
        ...problems.map((problem) => placed({ problem, document, name, variable: overlay.variableOf(problem.path) })),
    ];
    if (config === undefined || lines.length > 0) throw invalid(name, lines);
    return { ...withAbsolutePaths(config, folder), source: { file, folder } };
}

/** The problems of a CONFIG_INVALID fault, each `file:line path: sentence`. */
export function problemsOf(fault: Fault): readonly string[] {
    return typeof fault.facts.problems === 'string' ? fault.facts.problems.split('\n') : [fault.message];
}

async function readSource(file: string): Promise<string> {
    try {
        const { size } = await stat(file);
        if (size > fileBytesMax)
            throw unreadable(file, `is larger than ${fileBytesMax} bytes, which no configuration is; name the right file`);
        return await readFile(file, 'utf8');
    } catch (error) {
        if (error instanceof Fault) throw error;
        const errno = (error as NodeJS.ErrnoException).code ?? 'unknown';
        const why: Readonly<Record<string, string>> = {
            ENOENT: 'is not there; name the right file with --config',
            EACCES: 'may not be read by this user; change its owner or its mode',
            EISDIR: 'is a folder; name the file in it with --config',
        };
        throw unreadable(file, why[errno] ?? `cannot be read (${errno})`);
    }
}

function unreadable(file: string, why: string): Fault {
    return new Fault({ code: 'CONFIG_UNREADABLE', kind: 'config', message: `The configuration file ${file} ${why}.`, facts: { file } });
}

function invalid(name: string, lines: readonly { readonly order: number; readonly text: string }[]): Fault {
    const problems = [...new Set([...lines].sort((a, b) => a.order - b.order).map(({ text }) => text))];
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    return new Fault({
        code: 'CONFIG_INVALID',
        kind: 'config',
        message: `${name} has ${count}; nothing was started.`,
        facts: { problems: problems.join('\n'), count: problems.length },
    });
}

function placed(options: { problem: Problem; document: Document; name: string; variable: string | undefined }): {
    order: number;
    text: string;
} {
    const { problem, document, name, variable } = options;
    if (variable !== undefined) return { order: 0, text: `environment ${variable} ${told(problem)}` };
    const line = document.lineOf(problem.path);
    return { order: line, text: `${name}:${line} ${told(problem)}` };
}

function told(problem: Problem): string {
    return problem.path.length === 0 ? problem.message : `${problem.path.join('.')}: ${problem.message}`;
}

function withAbsolutePaths(config: ConfigBlocks, folder: string): ConfigBlocks {
    const at = (path: string) => resolve(folder, path);
    const { kiosk, gateway, entry, api, marks } = config;
    return {
        ...config,
        kiosk: { ...kiosk, dataDir: at(kiosk.dataDir) },
        gateway: { ...gateway, privateKeyFile: at(gateway.privateKeyFile), gatewayPublicKeyFiles: gateway.gatewayPublicKeyFiles.map(at) },
        entry: entry.tokenKeyFile === undefined ? entry : { ...entry, tokenKeyFile: at(entry.tokenKeyFile) },
        api: api.tokenFile === undefined ? api : { ...api, tokenFile: at(api.tokenFile) },
        marks: marks.map(({ name, file }) => ({ name, file: at(file) })),
    };
}
