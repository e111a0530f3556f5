/**
 * `npm run build`: the product as one CommonJS bundle behind its entry, dist/till.cjs, with the files that its source names beside it, and
 * the published schema of the config, dist/config.schema.json; and the page for browsers, dist/page.
 *
 * What a kiosk loads at its start is in the bundle; addons and what is loaded on use stay in node_modules and are imported lazily.
 * A file named in the source as `new URL('./x', import.meta.url)` is copied into dist/assets, and the name is rewritten.
 *
 * All of it is made in a folder of its own, which then takes the place of dist: whoever starts a till meanwhile finds the old or the new.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { keepCompiledCode } from './house/compiled-code.ts';
import { buildPage, pageBytesMax } from './house/page-bundle.ts';
import { root, runProgram } from './house/programs.ts';
import { makeSounds } from './sounds.ts';

const place = join(root, 'dist');
// Beside node_modules, so that packages are found from it too.
const dist = join(root, '.cache', `build-${process.pid}`);
const bundle = join(dist, 'bundle.cjs');
const code = join(dist, 'bundle.code');
const till = join(dist, 'till.cjs');
const entry = join(root, 'firmware/cli/main.ts');

/** Packages that are addons, or big and loaded on use only. */
const external = [
    '@fastify/swagger',
    '@fontsource/*',
    '@resvg/resvg-js',
    '@serialport/bindings-cpp',
    'commander',
    'fastify',
    'node-forge',
    'opentype.js',
    'pino',
    'prom-client',
    'serialport',
];

/** Copies the files that a source file names by URL, and points the name at the copy. */
function assets(): Plugin {
    return {
        name: 'assets',
        setup(run) {
            run.onLoad({ filter: /\/(firmware|drivers|config|scripts)\/.*\.ts$/ }, ({ path }) => {
                const source = readFileSync(path, 'utf8');
                const contents = source.replaceAll(
                    /new URL\(\s*(['"])(\.{1,2}\/[^'"]+)\1\s*,\s*import\.meta\.url\s*\)/g,
                    (_whole, _quote, name: string) => {
                        const from = resolve(dirname(path), name);
                        if (!existsSync(from)) throw new Error(`${relative(root, path)} names ${name}, which does not exist`);
                        const copy = relative(root, from).replaceAll('..', '').replaceAll('/', '-');
                        cpSync(from, join(dist, 'assets', copy), { recursive: true });
                        return `new URL(${JSON.stringify(`./assets/${copy}${name.endsWith('/') ? '/' : ''}`)}, import.meta.url)`;
                    },
                );
                return { contents, loader: 'ts' };
            });
        },
    };
}

if (!existsSync(entry)) {
    process.stderr.write('There is nothing to build yet: firmware/cli/main.ts does not exist.\n');
    process.exit(1);
}
process.on('exit', () => rmSync(dist, { recursive: true, force: true }));
mkdirSync(join(dist, 'assets'), { recursive: true });

const startedMs = performance.now();
const built = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    // import() of a package becomes require(), which Node 24 can for every package: a script of code that was kept cannot import.
    supported: { 'dynamic-import': false },
    charset: 'ascii',
    // Names stay as they are, for the stacks in a log.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    external,
    // The place of the bundle stands in for the place of each source file, and its entry for the file that Node was told to run.
    define: { 'import.meta.url': 'tillBundleUrl', 'import.meta.dirname': '__dirname', 'import.meta.filename': 'tillEntryFile' },
    banner: {
        js: "const tillBundleUrl = require('node:url').pathToFileURL(__filename).href, tillEntryFile = require('node:path').join(__dirname, 'till.cjs');",
    },
    plugins: [assets()],
    logLevel: 'warning',
    metafile: true,
}).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
});

/**
 * The entry. With compiled code it takes that; where the code is of another Node, or a byte of it is not as it was written, V8 compiles the
 * bundle anew. `crc` covers what V8 itself believes unseen.
 */
function writeEntry(crc: { source: number; code: number } | undefined): void {
    const kept =
        crc === undefined
            ? 'undefined'
            : `(() => {
    try {
        const code = readFileSync(join(__dirname, 'bundle.code'));
        return crc32(code) === ${crc.code} && crc32(source) === ${crc.source} ? code : undefined;
    } catch {
        return undefined;
    }
})()`;
    writeFileSync(
        till,
        `#!/usr/bin/env node
'use strict';
// Made by npm run build: the bundle, with what V8 compiled of it when a kiosk was started once (scripts/house/compiled-code.ts).
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');
const filename = join(__dirname, 'bundle.cjs');
const source = readFileSync(filename);
const cachedData = ${kept};
const script = new Script(source.latin1Slice(), { filename, cachedData });
const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, require, bundle, filename, __dirname);
`,
    );
    chmodSync(till, 0o755);
}

// esbuild leaves regular expressions as they are written; in plain ASCII the whole bundle is read as one byte a letter.
const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
const wrapped = `(function (exports, require, module, __filename, __dirname) {${readFileSync(bundle, 'utf8')}\n})`;
const source = Buffer.from(wrapped.replace(/[\u0080-\uffff]/g, escaped), 'ascii');
writeFileSync(bundle, source);
writeEntry(undefined);

const page = await buildPage({ root, into: join(dist, 'page') }).catch((error: unknown) => {
    process.stderr.write(`The page could not be built.\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
});
if (page.bytes > pageBytesMax) {
    const heaviest = page.files.toSorted((one, other) => other.bytes - one.bytes).slice(0, 5);
    process.stderr.write(
        `The page weighs ${page.bytes} bytes, over ${pageBytesMax}; its heaviest files: ${heaviest.map((file) => `${file.name} ${file.bytes}`).join(', ')}.\n`,
    );
    process.exit(1);
}

// Into the build itself, which takes the whole place of the last one: `npm run sounds` alone writes to that place.
await makeSounds({ into: join(dist, 'page', 'sounds'), log: (line) => void process.stdout.write(`${line}\n`) });

const schema = await runProgram({ command: process.execPath, args: [till, 'config', 'schema'], quiet: true });
if (schema.code !== 0 || !schema.output.trimStart().startsWith('{')) {
    process.stderr.write(`The schema of the config could not be made (till config schema):\n${schema.output}\n`);
    process.exit(1);
}
writeFileSync(join(dist, 'config.schema.json'), schema.output);

const why = await keepCompiledCode({ till, file: code });
if (why === undefined) writeEntry({ source: crc32(source), code: crc32(readFileSync(code)) });
else process.stderr.write(`The build works, but starts slower: a kiosk could not be started from it (${why}).\n`);

const before = `${dist}-before`;
rmSync(before, { recursive: true, force: true });
if (existsSync(place)) renameSync(place, before);
renameSync(dist, place);
rmSync(before, { recursive: true, force: true });

const kilobytes = (file: string) => Math.round(statSync(join(place, file)).size / 1024);
const inputs = Object.keys(built.metafile.inputs).length;
const compiled = why === undefined ? ` with ${kilobytes('bundle.code')} kB of compiled code` : '';
process.stdout.write(
    `dist/till.cjs: a bundle of ${kilobytes('bundle.cjs')} kB from ${inputs} files${compiled} in ${Math.round(performance.now() - startedMs)} ms; dist/config.schema.json\n`,
);
process.stdout.write(`dist/page: ${Math.ceil(page.bytes / 1000)} kB in ${page.files.length} files, at most ${pageBytesMax / 1000} kB\n`);
for (const file of page.files) process.stdout.write(`    ${String(file.bytes).padStart(7)}  ${file.name}\n`);
