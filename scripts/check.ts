/**
 * `npm run check`: everything that can be said about the code without running it. Ends with `N passed, N failed`.
 *
 * Types (TypeScript), form and lint (biome), rooms and doors (dependency-cruiser), what nobody uses (knip), purity of the pure rooms,
 * fault codes against docs/errors.md and the tests, what must not be in the repository, and links that lead nowhere.
 */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codesMade, faultProblems } from './house/faults.ts';
import { formProblems, hygieneProblems } from './house/hygiene.ts';
import { linkProblems } from './house/links.ts';
import { heading, packageScript, root, runProgram, verdict } from './house/programs.ts';
import { purityProblems } from './house/purity.ts';
import { roomOf } from './house/rooms.cjs';
import type { Problem } from './house/syntax.ts';

const folders = ['firmware', 'drivers', 'config', 'scripts', 'test'];

/** What a commit would hold: tracked files and new ones that git would take; in a checkout without git, everything but what tools make. */
async function repositoryFiles(): Promise<string[]> {
    const listed = await runProgram({
        command: 'git',
        args: ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
        quiet: true,
    });
    const paths =
        listed.code === 0
            ? listed.output.split('\0')
            : globSync('**/*.*', {
                  cwd: root,
                  exclude: (path) => /^(node_modules|dist|data|coverage|\.cache|\.tmp|\.git)(\/|$)/.test(path),
              });
    return paths.filter((path) => path !== '' && statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true);
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const textual = (path: string) =>
    !/\.(png|ttf|otf|woff2?|bin|gz|ico|p12)$|^package-lock\.json$|^scripts\/node24\/package-lock\.json$/.test(path);

const files = await repositoryFiles();
const sources = files.filter((path) => /\.(tsx?|cjs|mjs)$/.test(path) && !/\.d\.[cm]?ts$/.test(path));
/** Files and the folders that hold them. */
const shelved = new Set(files.flatMap((path) => path.split('/').map((_name, depth, names) => names.slice(0, depth + 1).join('/'))));
const present = folders.filter((folder) => existsSync(join(root, folder)));

type Check = { readonly name: string; readonly run: () => Promise<string> };

/** A tool of node_modules; its output is shown only when it finds something (dependency-cruiser's word about TypeScript's version aside: swc parses). */
const tool = (name: string, packageName: string, command: string, args: readonly string[]): Check => ({
    name,
    run: async () => {
        const ended = await runProgram({ command: process.execPath, args: [packageScript(packageName, command), ...args], quiet: true });
        return ended.code === 0 ? '' : ended.output.replace(/‼ missing-tsc-transpiler[\s\S]*$/, '') || `ended with exit code ${ended.code}`;
    },
});

const own = (name: string, find: () => Problem[]): Check => ({
    name,
    run: async () =>
        find()
            .map((problem) => `${problem.path}${problem.line > 0 ? `:${problem.line}` : ''}: ${problem.message}`)
            .join('\n'),
});

const checks: Check[] = [
    tool('types', 'typescript', 'tsc', ['-p', '.']),
    tool('types of the page', 'typescript', 'tsc', ['-p', 'firmware/page']),
    tool('form and lint', '@biomejs/biome', 'biome', [
        'check',
        '--colors=off',
        '--max-diagnostics=60',
        '--diagnostic-level=warn',
        '--error-on-warnings',
        '.',
    ]),
    tool('rooms and doors', 'dependency-cruiser', 'depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', ...present]),
    tool('nothing unused', 'knip', 'knip', ['--no-progress']),
    own('purity', () => sources.filter((path) => roomOf(path)?.pure === true).flatMap((path) => purityProblems(path, read(path)))),
    own('fault codes', () =>
        faultProblems({
            made: sources.filter((path) => /^(firmware|drivers|config)\//.test(path)).flatMap((path) => codesMade(path, read(path))),
            document: existsSync(join(root, 'docs/errors.md')) ? read('docs/errors.md') : undefined,
            tests: sources.filter((path) => path.startsWith('test/')).map(read),
        }),
    ),
    own('form of files', () => sources.flatMap((path) => formProblems(path, read(path)))),
    own('hygiene', () => files.filter(textual).flatMap((path) => hygieneProblems(path, read(path)))),
    own('links', () => {
        const shelf = { has: (path: string) => shelved.has(path), read };
        return files.filter((path) => path.endsWith('.md')).flatMap((path) => linkProblems(path, read(path), shelf));
    }),
];

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? checks : checks.filter((check) => wanted.some((word) => check.name.includes(word)));
if (chosen.length === 0) {
    process.stderr.write(`There is no check of that name; there are: ${checks.map((check) => check.name).join(', ')}.\n`);
    process.exit(64);
}

heading('Checks');
let failed = 0;
for (const check of chosen) {
    const startedMs = performance.now();
    const complaint = await check.run();
    verdict({ ok: complaint === '', what: check.name, startedMs });
    if (complaint === '') continue;
    failed += 1;
    process.stdout.write(`${complaint.trimEnd()}\n`);
}
process.stdout.write(`${chosen.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
