/**
 * Codes: proves that the codes on every size of screen can be read, and writes the table of docs/codes.md.
 *
 * Each code is drawn by the painter, read from the frame's pixels, and pictured once in each bad way. Exit 1 where a
 * clean code, or one picture in a hundred of a size, cannot be read.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPainter } from '../firmware/paint/painter.ts';
import { panels } from './codes/panels.ts';
import { kinds, kindTexts, type Score, type TrialResult, tryPanel } from './codes/trial.ts';
import { readOptions } from './house/options.ts';
import { root } from './house/programs.ts';

const values = readOptions({
    usage: `Usage: npm run codes [-- --codes N] [-- --seed N] [-- --panel WORD]

  --codes N     codes for each size, 50 unless told
  --seed N      chooses codes and pictures; the same number, the same ones
  --panel WORD  only panels whose name holds the word; docs/codes.md stays as it is
`,
    options: { codes: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' }, panel: { type: 'string' } },
});
const codes = wholeNumber('--codes', values.codes);
const seed = wholeNumber('--seed', values.seed);
const chosen = panels.filter(({ name }) => name.includes(values.panel ?? ''));
if (chosen.length === 0) fail(`No panel is called ${values.panel}. There are: ${panels.map(({ name }) => name).join(', ')}.`);

const painter = await createPainter();
const results: TrialResult[] = [];
for (const panel of chosen) {
    const result = await tryPanel(painter, panel, { codes, seed, zbar: true });
    results.push(result);
    const shots = sumOf(kinds.map((kind) => result.kinds[kind]));
    process.stdout.write(`${sizeOf(result)} ${panel.name}: clean ${share(result.clean)}, pictures ${share(shots)}\n`);
}
const table = tableOf(results);
process.stdout.write(`\n${table}\n`);
if (results.some((result) => result.withoutZbar)) process.stdout.write('zbarimg is not installed (Debian: zbar-tools): jsqr read alone.\n');
else if (values.panel === undefined) writeFileSync(join(root, 'docs', 'codes.md'), pageOf(table));
const unread = results.filter((result) => {
    const shots = sumOf(kinds.map((kind) => result.kinds[kind]));
    const clean = result.clean.jsqr === result.clean.tried && (result.withoutZbar || result.clean.zbar === result.clean.tried);
    return !clean || shots.either < shots.tried * 0.99;
});
for (const result of unread) process.stderr.write(`Below the mark: ${result.panel.name}.\n`);
process.exitCode = unread.length > 0 ? 1 : 0;

function wholeNumber(name: string, text: string): number {
    if (!/^[1-9]\d{0,5}$/.test(text)) fail(`${name} takes a whole number from 1 to 999999, not ${text}.`);
    return Number(text);
}

function fail(sentence: string): never {
    process.stderr.write(`${sentence}\n`);
    process.exit(64);
}

function sumOf(scores: readonly Score[]): Score {
    return scores.reduce(
        (sum, score) => ({
            tried: sum.tried + score.tried,
            jsqr: sum.jsqr + score.jsqr,
            zbar: sum.zbar + score.zbar,
            either: sum.either + score.either,
        }),
        { tried: 0, jsqr: 0, zbar: 0, either: 0 },
    );
}

/** Read of tried, as a person reads it: 100 % only where nothing is missing. */
function share(score: Score, read = score.either): string {
    const parts = Math.floor((read / Math.max(1, score.tried)) * 1000) / 10;
    return `${parts === 100 ? '100' : parts.toFixed(1)} %`;
}

function span(values: { least: number; most: number }, digits: number): string {
    const [least, most] = [values.least.toFixed(digits), values.most.toFixed(digits)];
    return least === most ? least : `${least}–${most}`;
}

function sizeOf({ panel }: TrialResult): string {
    return `${panel.width}×${panel.height}`;
}

function tableOf(of: readonly TrialResult[]): string {
    const heads = ['size', 'panel', 'mm/px', 'module px', 'module mm', 'codes', 'clean', ...kinds, 'pictures', 'all read', 'jsqr', 'zbar'];
    const rows = of.map((result) => {
        const shots = sumOf(kinds.map((kind) => result.kinds[kind]));
        const { x, y } = result.panel.pixelMm;
        return [
            sizeOf(result),
            result.panel.name,
            ((x + y) / 2).toFixed(3),
            span(result.modulePx, 0),
            span(result.moduleMm, 2),
            String(result.codes),
            share(result.clean, Math.min(result.clean.jsqr, result.withoutZbar ? Number.POSITIVE_INFINITY : result.clean.zbar)),
            ...kinds.map((kind) => share(result.kinds[kind])),
            String(shots.tried),
            share(shots),
            share(shots, shots.jsqr),
            share(shots, shots.zbar),
        ];
    });
    const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
    return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function pageOf(text: string): string {
    const command = `node scripts/codes.ts --codes ${codes} --seed ${seed}`;
    return `# Can the codes be read?

Made by \`${command}\`; do not edit. Order codes of the gateway's length (59 characters) and addresses of entry pages (34 to 51
characters) in turn, in nine languages, as the painter draws them. Two readers that share nothing with Tillbox read them: jsqr, and zbarimg
of Debian's zbar-tools. \`clean\` is the frame's own pixels, read by **both**. The other columns are pictures of it that a simulated telephone
took (1,920 pixels across 66°, from five to ten times the code's width, 12 to 60 cm), read by **one of the two**, in full or in half
size, as a wallet's scanner tries them; a telephone has thirty such pictures a second.

${text}

${kinds.map((kind) => `* \`${kind}\`: ${kindTexts[kind]}.`).join('\n')}

A module's millimetres are its pixels times the panel's pitch (active area by resolution, as the makers state them). Blur is made on light,
before the sensor's curve, which is harder on small dark modules than blur of a finished picture: at 0.45 modules the readers begin to
fail, at 0.5 neither reads any size. The camera's model is [\`scripts/codes/camera.ts\`](../scripts/codes/camera.ts); the tests take the
same pictures with fewer codes.
`;
}
