/**
 * `npm run build`: the product as one CommonJS bundle behind its entry, dist/till.cjs, with the files that its source names beside it, and
 * the published schema of the config, dist/config.schema.json.
 *
 * What a kiosk loads at its start is in the bundle; addons and what is loaded on use stay in node_modules and are imported lazily.
 * A file named in the source as `new URL('./x', import.meta.url)` is copied into dist/assets, and the name is rewritten.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { root, runProgram } from './house/programs.ts';

const dist = join(root, 'dist');
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
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'assets'), { recursive: true });

const startedMs = performance.now();
const built = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(dist, 'bundle.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minify: true,
    keepNames: true,
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
writeFileSync(
    join(dist, 'till.cjs'),
    `#!/usr/bin/env node
'use strict';
// Compiled code is kept beside the bundle (a third off the start); where that folder cannot be written, the start is as it was.
require('node:module').enableCompileCache(require('node:path').join(__dirname, '.compile-cache'));
require('./bundle.cjs');
`,
);
chmodSync(join(dist, 'till.cjs'), 0o755);

const schema = await runProgram({ command: process.execPath, args: [join(dist, 'till.cjs'), 'config', 'schema'], quiet: true });
if (schema.code !== 0 || !schema.output.trimStart().startsWith('{')) {
    process.stderr.write(`The schema of the config could not be made (till config schema):\n${schema.output}\n`);
    process.exit(1);
}
writeFileSync(join(dist, 'config.schema.json'), schema.output);
// The first start of a kiosk finds its own way in compiled already.
await runProgram({ command: process.execPath, args: [join(dist, 'till.cjs'), 'run', '--help'], quiet: true });

const kilobytes = Math.round(statSync(join(dist, 'bundle.cjs')).size / 1024);
const inputs = Object.keys(built.metafile.inputs).length;
process.stdout.write(
    `dist/till.cjs: a bundle of ${kilobytes} kB from ${inputs} files in ${Math.round(performance.now() - startedMs)} ms; dist/config.schema.json\n`,
);
