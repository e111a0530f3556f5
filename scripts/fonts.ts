/**
 * Fonts: cuts firmware/paint/fonts out of the Noto packages: every letter that the catalogues, the amounts and the Latin alphabet
 * need, and no more. Run it after a change of the catalogues: `node scripts/fonts.ts`.
 *
 * A small font keeps the painter's start and memory small; letters outside it come from the packages when a frame needs them.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import opentype from 'opentype.js';
import subsetFont from 'subset-font';
import { currencies } from '../firmware/sale/money.ts';
import { formatAmount, formatTime } from '../firmware/screens/format.ts';
import { catalogues } from '../firmware/screens/messages.ts';

const require = createRequire(import.meta.url);
const folder = join(import.meta.dirname, '..', 'firmware', 'paint', 'fonts');
const weights = [400, 700] as const;
/** In the order in which the painter asks them. */
const sources = [
    { name: 'latin', package: '@fontsource/noto-sans', file: 'noto-sans-latin' },
    { name: 'latin-ext', package: '@fontsource/noto-sans', file: 'noto-sans-latin-ext' },
    { name: 'han', package: '@fontsource/noto-sans-sc', file: 'noto-sans-sc-chinese-simplified' },
] as const;

/** Every letter that the product itself can put on a screen. */
export function lettersNeeded(): { plain: Set<string>; han: Set<string> } {
    const plain = new Set<string>(['\u00a0', '\u202f', '…', '–', '—', '‘', '’', '“', '”', '·', '×']);
    for (let point = 0x20; point <= 0x17f; point++) if (point < 0x7f || point > 0xa0) plain.add(String.fromCodePoint(point));
    const han = new Set<string>();
    for (const [locale, catalogue] of Object.entries(catalogues)) {
        const written = [
            ...Object.values(catalogue),
            ...currencies.map((currency) => formatAmount({ currency, value: '1234567890' }, locale)),
            formatTime({ at: 0, seconds: true }, { locale, timeZone: 'UTC' }),
        ].join('');
        for (const letter of written) {
            plain.add(letter);
            // Chinese writes some signs in its own shape (“”, —, …): both fonts have them.
            if (locale.startsWith('zh') && (letter.codePointAt(0) ?? 0) > 0x7f) han.add(letter);
        }
    }
    return { plain, han };
}

async function main(): Promise<void> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    let total = 0;
    for (const weight of weights) {
        const { plain, han } = lettersNeeded();
        const missing = new Set(plain);
        for (const source of sources) {
            const file = join(packageFolder(source.package), 'files', `${source.file}-${weight}-normal.woff`);
            const bytes = readFileSync(file);
            const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
            const wanted = source.name === 'han' ? new Set([...missing, ...han]) : missing;
            const letters = [...wanted].filter((letter) => font.charToGlyphIndex(letter) > 0);
            for (const letter of letters) missing.delete(letter);
            const small = await subsetFont(bytes, letters.join(''), { targetFormat: 'truetype', noHinting: true, keepFeatures: [] });
            writeFileSync(join(folder, `${source.name}-${weight}.ttf`), small);
            total += small.length;
            console.log(`${source.name}-${weight}.ttf: ${letters.length} letters, ${small.length} bytes`);
        }
        if (missing.size > 0)
            console.log(`In no font: ${[...missing].map((letter) => `${letter} U+${letter.codePointAt(0)?.toString(16)}`).join(', ')}`);
    }
    copyFileSync(join(packageFolder('@fontsource/noto-sans'), 'LICENSE'), join(folder, 'OFL-noto-sans.txt'));
    copyFileSync(join(packageFolder('@fontsource/noto-sans-sc'), 'LICENSE'), join(folder, 'OFL-noto-sans-sc.txt'));
    console.log(`${total} bytes together`);
}

function packageFolder(name: string): string {
    return dirname(require.resolve(`${name}/package.json`));
}

if (import.meta.main) await main();
