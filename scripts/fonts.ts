/**
 * Fonts: cuts firmware/paint/fonts out of the Noto packages. Run it after a change of the catalogues: `node scripts/fonts.ts`.
 *
 * Small files hold every letter that the catalogues, the amounts, the times and the Latin, Thai and kana alphabets need, and no more: they
 * keep the painter's start and memory small. Larger ones, packed, hold the letters that a merchant's own Japanese and Korean words are
 * written with; a kiosk reads them when it meets such a word. The packages of both are 131 MB in nine weights and two forms, so they are
 * no dependency of the product: this script fetches them for itself (scripts/font-sources, into .cache).
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import opentype from 'opentype.js';
import subsetFont from 'subset-font';
import { type Script, scriptOf } from '../firmware/paint/fonts.ts';
import { sfntOf } from '../firmware/paint/woff.ts';
import { currencies } from '../firmware/sale/money.ts';
import { formatAmount, formatTime } from '../firmware/screens/format.ts';
import { root, runProgram } from './house/programs.ts';

const folder = join(root, 'firmware', 'paint', 'fonts');
const sourceFolder = join(root, '.cache', 'font-sources');
const weights = [400, 700] as const;

interface Source {
    readonly name: string;
    readonly package: string;
    readonly slice: string;
    readonly letters: (needed: Needed, missing: ReadonlySet<string>) => Iterable<string>;
    /** Keeps the rules by which letters are joined. */
    readonly features?: readonly string[];
    readonly packed?: boolean;
}

export type Needed = Readonly<Record<Script, ReadonlySet<string>>>;

/** In the order in which each letter is looked for. */
const sources: readonly Source[] = [
    { name: 'latin', package: 'noto-sans', slice: 'latin', letters: (_needed, missing) => missing },
    { name: 'latin-ext', package: 'noto-sans', slice: 'latin-ext', letters: (_needed, missing) => missing },
    { name: 'thai', package: 'noto-sans-thai', slice: 'thai', letters: ({ thai }) => thai, features: ['ccmp', 'mark', 'mkmk', 'locl'] },
    {
        name: 'sc',
        package: 'noto-sans-sc',
        slice: 'chinese-simplified',
        letters: ({ sc, latin }, missing) => [...sc, ...[...latin].filter((letter) => missing.has(letter))],
    },
    { name: 'jp', package: 'noto-sans-jp', slice: 'japanese', letters: ({ jp }) => jp },
    { name: 'kr', package: 'noto-sans-kr', slice: 'korean', letters: ({ kr }) => kr },
    { name: 'jp-common', package: 'noto-sans-jp', slice: 'japanese', letters: () => kanjiInUse(), packed: true },
    { name: 'jp-rest', package: 'noto-sans-jp', slice: 'japanese', letters: () => kanjiElse(), packed: true },
    { name: 'kr-common', package: 'noto-sans-kr', slice: 'korean', letters: () => hangulInUse(), packed: true },
    { name: 'kr-rest', package: 'noto-sans-kr', slice: 'korean', letters: () => hangulElse(), packed: true },
];

/** Every letter that the product itself can put on a screen, by the script whose shape it takes. */
export function lettersNeeded(): Needed {
    const letters: Record<Script, Set<string>> = { latin: new Set(), sc: new Set(), jp: new Set(), kr: new Set(), thai: new Set() };
    for (const letter of ['\u00a0', '…', '–', '—', '‘', '’', '“', '”', '·', '×']) letters.latin.add(letter);
    for (const point of range(0x20, 0x17f)) if (point < 0x7f || point > 0xa0) letters.latin.add(String.fromCodePoint(point));
    for (const point of [...range(0x0e01, 0x0e3a), ...range(0x0e3f, 0x0e5b)]) letters.thai.add(String.fromCodePoint(point));
    for (const point of [...range(0x3001, 0x3003), ...range(0x3005, 0x3011), ...range(0x3041, 0x3096), ...range(0x3099, 0x30ff)])
        letters.jp.add(String.fromCodePoint(point));
    for (const letter of '！（），．／：；？～') for (const script of ['sc', 'jp'] as const) letters[script].add(letter);
    const tags = readdirSync(join(root, 'firmware', 'screens', 'messages')).map((name) => name.replace(/\.json$/, ''));
    for (const locale of tags) {
        const script = scriptOf(locale);
        const written = [
            sentencesOf(locale),
            new Intl.DisplayNames([locale], { type: 'language' }).of(locale),
            ...currencies.map((currency) => formatAmount({ currency, value: '1234567890' }, locale)),
            formatTime({ at: 0, seconds: true }, { locale, timeZone: 'UTC' }),
        ].join('');
        for (const letter of written) {
            // Languages of East Asia write some signs in their own shape (“”, —, …), others in all languages alike.
            if (script !== 'latin' && (letter.codePointAt(0) ?? 0) > 0x7f) letters[script].add(letter);
            else letters.latin.add(letter);
        }
    }
    return letters;
}

function sentencesOf(locale: string): string {
    const texts: string[] = [];
    const collect = (value: unknown): void => {
        if (typeof value === 'string') texts.push(value);
        else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
    };
    collect(JSON.parse(readFileSync(join(root, 'firmware', 'screens', 'messages', `${locale}.json`), 'utf8')));
    return texts.join('');
}

function* range(first: number, last: number): Generator<number> {
    for (let point = first; point <= last; point++) yield point;
}

/** Letters of a national standard's rows of 94 (EUC form). */
function standard(encoding: 'euc-jp' | 'euc-kr', rows: { first: number; last: number }): Set<string> {
    const decoder = new TextDecoder(encoding);
    const letters = new Set<string>();
    for (const row of range(rows.first, rows.last)) {
        for (const cell of range(1, 94)) {
            const letter = decoder.decode(new Uint8Array([row + 0xa0, cell + 0xa0]));
            if (!letter.includes('\ufffd')) letters.add(letter);
        }
    }
    return letters;
}

/** JIS X 0208, level 1: the 2,965 kanji of everyday writing. */
function kanjiInUse(): Set<string> {
    return standard('euc-jp', { first: 16, last: 47 });
}

/** JIS X 0208, level 2: 3,390 more, such as 珈 and 琲. Those in neither are drawn in their Chinese shape. */
function kanjiElse(): Set<string> {
    return standard('euc-jp', { first: 48, last: 84 });
}

/** KS X 1001: the 2,350 syllables of everyday writing. */
function hangulInUse(): Set<string> {
    return standard('euc-kr', { first: 16, last: 40 });
}

/** The 8,822 other syllables that can be written: 똠 of a soup's name is one. */
function hangulElse(): string[] {
    const common = hangulInUse();
    return [...range(0xac00, 0xd7a3)].map((point) => String.fromCodePoint(point)).filter((letter) => !common.has(letter));
}

async function main(): Promise<void> {
    await fetchSources();
    const needed = lettersNeeded();
    mkdirSync(folder, { recursive: true });
    const made = new Set<string>();
    let total = 0;
    for (const weight of weights) {
        const missing = new Set<string>(Object.values(needed).flatMap((letters) => [...letters]));
        for (const source of sources) {
            const file = join(packageFolder(source.package), 'files', `${source.package}-${source.slice}-${weight}-normal.woff`);
            const whole = readFileSync(file);
            const bytes = sfntOf(whole);
            const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
            const letters = [...new Set(source.letters(needed, missing))].filter((letter) => font.charToGlyphIndex(letter) > 0);
            for (const letter of letters) missing.delete(letter);
            const small = await subsetFont(whole, letters.join(''), {
                targetFormat: source.packed === true ? 'woff' : 'truetype',
                noHinting: true,
                keepFeatures: [...(source.features ?? [])],
            });
            const name = `${source.name}-${weight}.${source.packed === true ? 'woff' : 'ttf'}`;
            writeFileSync(join(folder, name), small);
            made.add(name);
            total += small.length;
            console.log(`${name}: ${letters.length} letters, ${small.length} bytes`);
        }
        for (const space of ['\u202f', '\u3000']) missing.delete(space);
        if (missing.size > 0)
            console.log(`In no font: ${[...missing].map((letter) => `${letter} U+${letter.codePointAt(0)?.toString(16)}`).join(', ')}`);
    }
    for (const name of new Set(sources.map((source) => source.package))) {
        copyFileSync(join(packageFolder(name), 'LICENSE'), join(folder, `OFL-${name}.txt`));
        made.add(`OFL-${name}.txt`);
    }
    for (const name of readdirSync(folder)) if (!made.has(name)) rmSync(join(folder, name));
    console.log(`${total} bytes together`);
}

async function fetchSources(): Promise<void> {
    if (existsSync(join(sourceFolder, 'node_modules'))) return;
    mkdirSync(sourceFolder, { recursive: true });
    for (const name of ['package.json', 'package-lock.json'])
        copyFileSync(join(import.meta.dirname, 'font-sources', name), join(sourceFolder, name));
    const { code, output } = await runProgram({ command: 'npm', args: ['ci', '--ignore-scripts'], folder: sourceFolder, quiet: true });
    if (code !== 0) throw new Error(`The fonts could not be fetched from npm. Check the network and try again.\n${output}`);
}

function packageFolder(name: string): string {
    for (const from of [root, sourceFolder]) {
        const require = createRequire(join(from, 'package.json'));
        try {
            return dirname(require.resolve(`@fontsource/${name}/package.json`));
        } catch {
            // It may be in the other folder.
        }
    }
    throw new Error(`@fontsource/${name} is not installed: remove ${sourceFolder} and run this again.`);
}

if (import.meta.main) await main();
