/**
 * Page bundle: the kiosk's page and its full screen (firmware/page) as files for a browser, with what they weigh.
 *
 * Rules: names carry a hash of their content, so that they may be kept for ever; what only one part needs is split off; no map, no comment,
 * nothing from elsewhere. Fonts and sounds are not counted.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/** What the page may weigh in all, without fonts and sounds. */
export const pageBytesMax = 300_000;

export interface BuiltPage {
    readonly files: readonly { readonly name: string; readonly bytes: number }[];
    readonly bytes: number;
}

const documents = [
    { html: 'index.html', entry: 'firmware/page/main.tsx' },
    { html: 'screen.html', entry: 'firmware/page/screen/main.ts' },
] as const;

/** Builds into the folder `into`, which is made. Rejects where something does not compile. */
export async function buildPage(order: { root: string; into: string }): Promise<BuiltPage> {
    const { root, into } = order;
    const { metafile } = await build({
        absWorkingDir: root,
        entryPoints: documents.map((one) => ({ in: one.entry, out: one.html.replace('.html', '') })),
        outdir: into,
        entryNames: '[name]-[hash]',
        chunkNames: 'part-[hash]',
        assetNames: '[name]-[hash]',
        bundle: true,
        splitting: true,
        format: 'esm',
        platform: 'browser',
        target: ['es2022', 'chrome123', 'firefox128', 'safari17.5'],
        tsconfig: join(root, 'firmware/page/tsconfig.json'),
        jsx: 'automatic',
        jsxImportSource: 'preact',
        charset: 'utf8',
        minify: true,
        legalComments: 'none',
        logLevel: 'warning',
        metafile: true,
    });
    for (const one of documents) {
        const text = readFileSync(join(root, 'firmware/page', one.html), 'utf8');
        const { styles, scripts, early } = filesOf(metafile, one.entry);
        writeFileSync(
            join(into, one.html),
            text
                .replace('<!-- styles -->', styles.map((name) => `<link rel="stylesheet" href="/page/${name}">`).join('\n'))
                .replace(
                    '<!-- scripts -->',
                    [
                        ...early.map((name) => `<link rel="modulepreload" href="/page/${name}">`),
                        ...scripts.map((name) => `<script type="module" src="/page/${name}"></script>`),
                    ].join('\n'),
                ),
        );
    }
    const files = readdirSync(into, { withFileTypes: true })
        .filter((entry) => entry.isFile() && !/\.(woff2?|ttf|otf|wav|mp3|ogg)$/.test(entry.name))
        .map((entry) => ({ name: entry.name, bytes: statSync(join(into, entry.name)).size }));
    return { files, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}

/** The files that one document needs before it can show anything. */
function filesOf(metafile: Metafile, entry: string): { styles: string[]; scripts: string[]; early: string[] } {
    const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entry);
    if (found === undefined) throw new Error(`esbuild made nothing of ${entry}`);
    const name = (path: string) => path.split('/').at(-1)!;
    const [script, output] = found;
    const early = new Set<string>();
    const follow = (path: string) => {
        for (const next of metafile.outputs[path]?.imports ?? []) {
            if (next.kind !== 'import-statement' || next.external === true || early.has(next.path)) continue;
            early.add(next.path);
            follow(next.path);
        }
    };
    follow(script);
    return {
        styles: output.cssBundle === undefined ? [] : [name(output.cssBundle)],
        scripts: [name(script)],
        early: [...early].map(name),
    };
}
