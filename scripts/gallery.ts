/**
 * Gallery: one page with every screen in every language at several sizes and depths, as customers will see them: dist/gallery/index.html.
 *
 * Usage: node scripts/gallery.ts [FOLDER]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { createPainter } from '../firmware/paint/painter.ts';
import { catalogues } from '../firmware/screens/messages.ts';
import { sampleScreen, samples } from './screens/samples.ts';

const displays = [
    { name: '800×480 colour', form: 'pixels', width: 800, height: 480, depth: 24 },
    { name: '400×300 black and white', form: 'pixels', width: 400, height: 300, depth: 1 },
    { name: '20×4 letters', form: 'text', width: 20, height: 4, depth: 1 },
] as const;

const folder = process.argv[2] ?? join(import.meta.dirname, '..', 'dist', 'gallery');
mkdirSync(folder, { recursive: true });
const painter = await createPainter({ onProblem: (problem) => console.log(JSON.stringify(problem)) });
const sections: string[] = [];
let id = 0;
for (const sample of samples()) {
    const figures: string[] = [];
    for (const locale of Object.keys(catalogues)) {
        for (const display of displays) {
            id++;
            const frame = painter.frame(sampleScreen(sample, locale), display, id);
            if (frame.lines !== undefined) {
                if (locale === 'en')
                    figures.push(
                        `<figure><pre>${frame.lines.map((line) => line.padEnd(display.width)).join('\n')}</pre><figcaption>${display.name}</figcaption></figure>`,
                    );
                continue;
            }
            if (frame.pixels === undefined) continue;
            const file = `${sample.name}.${locale}.${display.width}x${display.height}.png`;
            const png = new PNG({ width: display.width, height: display.height });
            png.data.set(frame.pixels.rgba);
            writeFileSync(join(folder, file), PNG.sync.write(png));
            figures.push(
                `<figure><img src="${file}" width="${display.width / 2}" alt=""><figcaption>${locale}, ${display.name}</figcaption></figure>`,
            );
        }
    }
    sections.push(`<h2>${sample.name}</h2><div>${figures.join('')}</div>`);
}
writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Tillbox: every screen</title>
<style>body{font:16px/1.5 sans-serif;margin:2rem;background:#ddd}div{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}figure{margin:0}img{box-shadow:0 1px 6px #0006;background:#fff}figcaption{font-size:.8rem;color:#333}pre{background:#232;color:#9f9;padding:.6rem;margin:0;font-size:1rem}</style>
<h1>Every screen</h1>${sections.join('\n')}\n`,
);
console.log(`${id} frames; open ${join(folder, 'index.html')}`);
