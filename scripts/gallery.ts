/**
 * Gallery: every screen on every size of display in every language, as customers will see it, on one page that needs no server.
 *
 * Ends with 1 when something overflows, a letter is missing or a code cannot be read back.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { catalogues } from '../firmware/screens/messages.ts';
import { readOptions } from './house/options.ts';
import { displays } from './screens/displays.ts';
import { galleryPage, sumOf } from './screens/gallery-page.ts';
import type { Order, Tally } from './screens/gallery-part.ts';
import { samples } from './screens/samples.ts';

const values = readOptions({
    usage: `Usage: npm run gallery [-- --size 800x480] [-- --lang de] [-- --screen idle] [-- --out FOLDER]

  --size, --lang, --screen  only these; each may stand several times
  --out FOLDER              puts the page there instead of in data/gallery
`,
    options: {
        out: { type: 'string', default: join(import.meta.dirname, '..', 'data', 'gallery') },
        size: { type: 'string', multiple: true, default: [] },
        lang: { type: 'string', multiple: true, default: [] },
        screen: { type: 'string', multiple: true, default: [] },
    },
});

const folder = resolve(values.out);
const locales = Object.keys(catalogues).filter((locale) => values.lang.length === 0 || values.lang.includes(locale));
const chosen = displays
    .map((display, index) => ({ ...display, index }))
    .filter(({ width, height }) => values.size.length === 0 || values.size.includes(`${width}x${height}`));
const names = samples()
    .map(({ name }) => name)
    .filter((name) => values.screen.length === 0 || values.screen.includes(name));
if (locales.length === 0 || chosen.length === 0 || names.length === 0) {
    console.error(
        `There is no such size, language or screen. Sizes: ${displays.map(({ width, height }) => `${width}x${height}`).join(', ')}; languages: ${Object.keys(catalogues).join(', ')}.`,
    );
    process.exit(64);
}

const startedMs = performance.now();
for (const index of displays.keys()) rmSync(join(folder, String(index)), { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const tallies: Tally[] = [];
const due = chosen.length * locales.length;
const hands = Math.max(1, Math.min(4, availableParallelism(), chosen.length));
await Promise.all(Array.from({ length: hands }, (_none, hand) => draw(chosen.filter((_display, index) => index % hands === hand))));

writeFileSync(join(folder, 'index.html'), galleryPage({ displays: chosen, locales, names, tallies }));
const sum = sumOf(tallies);
for (const { display, locale, problems } of tallies)
    for (const problem of problems.slice(0, 5)) console.log(`${displays[display]?.name} ${locale} ${problem}`);
console.log(
    `${sum.rendered} screens (${names.length} × ${chosen.length} displays × ${locales.length} languages): overflow ${sum.problems}, cut or lost ${sum.lost}, missing glyphs ${sum.missing}, codes read back ${sum.decoded} of ${sum.codes}; ${Math.round((performance.now() - startedMs) / 1000)} s`,
);
console.log(`Open ${join(folder, 'index.html')}`);
process.exitCode = sum.problems + sum.lost + sum.missing + (sum.codes - sum.decoded) === 0 ? 0 : 1;

/** One worker for some of the displays. */
function draw(of: Order['displays']): Promise<void> {
    const done = Promise.withResolvers<void>();
    const workerData: Order = { folder, displays: of, locales, screens: values.screen };
    const worker = new Worker(new URL('./screens/gallery-part.ts', import.meta.url), { workerData });
    worker.on('message', (tally: Tally) => {
        tallies.push(tally);
        const line = `${tallies.length} of ${due}: ${displays[tally.display]?.name} ${tally.locale}`;
        if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${tallies.length === due ? '' : line}`);
        else if (tallies.length % 20 === 0) console.log(line);
    });
    worker.on('error', (error) => done.reject(error));
    worker.on('exit', (code) => (code === 0 ? done.resolve() : done.reject(new Error(`a part of the gallery ended with ${code}`))));
    return done.promise;
}
