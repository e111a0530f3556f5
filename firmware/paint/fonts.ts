/**
 * Fonts: the outline and the width of every letter. The bundle's small fonts first (made by scripts/fonts.ts), then its larger ones for
 * merchants' own words, then the Noto packages, of which only the slice that holds a letter is read; a letter in none is a visible box, an emoji nothing.
 *
 * Text becomes outlines here, so that neither the rasteriser nor a browser needs a font: every display shows the same picture.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import opentype from 'opentype.js';
import { openShaper, type Shaper } from './shape.ts';
import { sfntOf } from './woff.ts';

export type Weight = 400 | 700;

/** Whose shapes letters take: Han letters and many signs differ from language to language (直, 骨, “ ”). */
export type Script = 'latin' | 'sc' | 'jp' | 'kr' | 'thai';

export interface Glyph {
    /** Part of the font size that the pen moves on. */
    readonly advance: number;
    /** SVG path data at font size 1000, the baseline at 0, y downwards; empty for a space. */
    readonly path: string;
    /** In no font at hand: `path` is a box, or nothing for an emoji. */
    readonly missing: boolean;
}

/** How letters are chosen. */
export interface Style {
    readonly weight: Weight;
    readonly script: Script;
}

export interface Fonts {
    /** @param letter what stands in one place: a letter with the marks that belong to it (text.ts `lettersOf`). */
    glyph(letter: string, style: Style): Glyph;
    /** Letters that were asked for and stand in no font at hand. */
    missing(): readonly string[];
}

const unit = 1000;
const box: Glyph = { advance: 0.7, path: 'M80 0V-700H620V0ZM140 -60H560V-640H140Z', missing: true };
const space: Glyph = { advance: 0.26, path: '', missing: false };
const wideSpace: Glyph = { advance: 1, path: '', missing: false };
const nothing: Glyph = { advance: 0, path: '', missing: false };
const spaces = /^[\s\u00a0\u202f]$/u;
/** Marks that have no width and no shape of their own. */
const unseen = /[\u200b-\u200f\u2060\ufeff]|[\ufe00-\ufe0f]/gu;
/** Small pictures, such as emoji and flags: a word reads better without them than with boxes in their place. */
const pictograph = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
/** Letters that fill a square, and the signs between them: each language of East Asia draws its own. */
const wide =
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\u30fb-\u30fc\uff00-\uffef]/u;

/** Who is asked next for a square letter that the own language's fonts lack. */
const wideOrder: Readonly<Record<Script, readonly Script[]>> = {
    latin: ['sc', 'jp', 'kr'],
    thai: ['sc', 'jp', 'kr'],
    sc: ['sc', 'jp', 'kr'],
    jp: ['jp', 'sc', 'kr'],
    kr: ['kr', 'jp', 'sc'],
};
/** Files beside this one. Those called common and rest are for merchants' words, and read when a letter is in none of the others. */
const bundled: Readonly<Record<Script, readonly string[]>> = {
    latin: ['latin', 'latin-ext'],
    thai: ['thai'],
    sc: ['sc'],
    jp: ['jp', 'jp-common', 'jp-rest'],
    kr: ['kr', 'kr-common', 'kr-rest'],
};
/** Those of Japanese and Korean are taken where somebody has installed them. */
const packages: Readonly<Record<Script, string>> = {
    latin: '@fontsource/noto-sans',
    sc: '@fontsource/noto-sans-sc',
    jp: '@fontsource/noto-sans-jp',
    kr: '@fontsource/noto-sans-kr',
    thai: '@fontsource/noto-sans-thai',
};

/** A font file that was read. */
interface Face {
    readonly font: opentype.Font;
    readonly bytes: Uint8Array;
    shaper?: Shaper;
}

/**
 * @param options.folder where `latin-400.ttf` and its siblings lie. @param options.packageFolder finds a package's folder, undefined
 * where it is not installed.
 */
export function openFonts(options: { folder: string; packageFolder?: (name: string) => string | undefined }): Fonts {
    const folderOf = options.packageFolder ?? installedFolder;
    const faces = new Map<string, Face | undefined>();
    const glyphs = new Map<string, Glyph>();
    const missing = new Set<string>();
    const slices = new Map<Script, readonly Slice[]>();

    const face = (path: string): Face | undefined => {
        if (!faces.has(path)) faces.set(path, readFace(path));
        return faces.get(path);
    };
    const slicesFor = (script: Script): readonly Slice[] => {
        let list = slices.get(script);
        if (list === undefined) {
            list = slicesOf(folderOf(packages[script]));
            slices.set(script, list);
        }
        return list;
    };
    /** Every face that may hold a letter, the best first; read one after the other, while none has held it. */
    function* facesFor(letter: string, style: Style): Generator<Face | undefined> {
        const point = letter.codePointAt(0) ?? 0;
        const files = function* (names: readonly string[]) {
            for (const name of names)
                yield face(
                    join(options.folder, `${name}-${style.weight}${name.includes('-common') || name.includes('-rest') ? '.woff' : '.ttf'}`),
                );
        };
        const sliced = function* (script: Script) {
            for (const slice of slicesFor(script)) if (slice.holds(point)) yield face(slice.file(style.weight));
        };
        if (wide.test(letter)) {
            for (const script of wideOrder[style.script]) {
                yield* files(bundled[script]);
                yield* sliced(script);
            }
        } else if (point > 0x7f && style.script !== 'latin') yield* files(bundled[style.script]);
        yield* files(bundled.latin);
        if (point >= 0x0e00 && point <= 0x0e7f) yield* files(bundled.thai);
        for (const script of ['latin', ...wideOrder[style.script], 'thai'] as const) yield* sliced(script);
    }
    const find = (asked: string, style: Style): Glyph => {
        const letter = asked.normalize('NFC').replace(unseen, '');
        if (letter === '') return nothing;
        if (letter === '\u3000') return wideSpace;
        if (spaces.test(letter)) return space;
        for (const one of facesFor(letter, style)) {
            const glyph = one === undefined ? undefined : glyphOf(one, letter);
            if (glyph !== undefined) return glyph;
        }
        const [first = '', ...marks] = letter;
        if (pictograph.test(first)) {
            missing.add(letter);
            return { ...nothing, missing: true };
        }
        if (marks.length === 0) {
            missing.add(letter);
            return box;
        }
        // No face has all of it: the letter without its marks says more than a box.
        for (const mark of marks) missing.add(mark);
        return { ...fonts.glyph(first, style), missing: true };
    };
    const fonts: Fonts = {
        glyph(letter, style) {
            const name = `${style.weight}${style.script}${letter}`;
            let glyph = glyphs.get(name);
            if (glyph === undefined) {
                glyph = find(letter, style);
                glyphs.set(name, glyph);
            }
            return glyph;
        },
        missing: () => [...missing],
    };
    return fonts;
}

const scripts: Readonly<Record<string, Script>> = { 'zh-Hans': 'sc', 'ja-Jpan': 'jp', 'ko-Kore': 'kr', 'th-Thai': 'thai' };
const scriptsOf = new Map<string, Script>();

/** The script whose shapes a locale's sentences take. */
export function scriptOf(locale: string): Script {
    let script = scriptsOf.get(locale);
    if (script === undefined) {
        try {
            const whole = new Intl.Locale(locale).maximize();
            script = scripts[`${whole.language}-${whole.script ?? ''}`] ?? 'latin';
        } catch {
            script = 'latin';
        }
        scriptsOf.set(locale, script);
    }
    return script;
}

/** From one baseline to the next, in parts of the font size: Han letters fill their square, Thai has marks in two storeys above. */
export function lineHeightOf(script: Script): number {
    if (script === 'latin') return 1.25;
    return script === 'thai' ? 1.5 : 1.35;
}

/** A file that is not there, or is damaged, holds no letter: what only it had becomes a box and is reported as missing. */
function readFace(path: string): Face | undefined {
    if (!existsSync(path)) return undefined;
    try {
        const bytes = sfntOf(readFileSync(path));
        const { buffer, byteOffset, byteLength } = bytes;
        const alone = byteOffset === 0 && byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
        // Glyphs are read when they are asked for: half the time and half the memory with thousands of them.
        return { bytes, font: opentype.parse(alone, { lowMemory: true }) };
    } catch {
        return undefined;
    }
}

/** A letter in one face, shaped where it is made of several; undefined where the face lacks a part of it. */
function glyphOf(face: Face, letter: string): Glyph | undefined {
    const { font } = face;
    const parts = [...letter];
    if (parts.some((part) => font.charToGlyphIndex(part) === 0)) return undefined;
    if (parts.length === 1) {
        const glyph = font.charToGlyph(letter);
        return {
            advance: (glyph.advanceWidth ?? font.unitsPerEm) / font.unitsPerEm,
            path: outline(font, { index: glyph.index, x: 0, y: 0 }),
            missing: false,
        };
    }
    face.shaper ??= openShaper(face.bytes);
    const { glyphs, advance } = face.shaper.shape(letter);
    return {
        advance: advance / font.unitsPerEm,
        path: glyphs.map((placed) => outline(font, placed)).join(''),
        missing: false,
    };
}

function outline(font: opentype.Font, placed: { index: number; x: number; y: number }): string {
    const scale = unit / font.unitsPerEm;
    let path = '';
    for (const command of font.glyphs.get(placed.index).getPath(placed.x * scale, -placed.y * scale, unit).commands) {
        if (command.type === 'M' || command.type === 'L') path += `${command.type}${at(command.x, command.y)}`;
        else if (command.type === 'Q') path += `Q${at(command.x1, command.y1)} ${at(command.x, command.y)}`;
        else if (command.type === 'C') path += `C${at(command.x1, command.y1)} ${at(command.x2, command.y2)} ${at(command.x, command.y)}`;
        else path += 'Z';
    }
    return path;
}

function at(x: number, y: number): string {
    return `${Math.round(x)} ${Math.round(y)}`;
}

/** A file of a package and the code points that it holds, as the package's own `unicode.json` lists them. */
interface Slice {
    holds(point: number): boolean;
    file(weight: Weight): string;
}

function slicesOf(folder: string | undefined): readonly Slice[] {
    if (folder === undefined) return [];
    const listPath = join(folder, 'unicode.json');
    if (!existsSync(listPath)) return [];
    const list = JSON.parse(readFileSync(listPath, 'utf8')) as Record<string, string>;
    const family = folder.slice(folder.lastIndexOf('noto-sans'));
    return Object.entries(list).map(([name, ranges]) => {
        const bounds = ranges.split(',').map((range) => {
            const [from, to] = range.replace(/^U\+/i, '').split('-');
            const first = Number.parseInt(from ?? '', 16);
            return [first, to === undefined ? first : Number.parseInt(to, 16)] as const;
        });
        // Slices of Chinese are named `[4]` in the list and `4` in the files.
        const part = name.replace(/[[\]]/g, '');
        return {
            holds: (point) => bounds.some(([first, last]) => point >= first && point <= last),
            file: (weight) => join(folder, 'files', `${family}-${part}-${weight}-normal.woff`),
        };
    });
}

function installedFolder(name: string): string | undefined {
    try {
        return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    } catch {
        return undefined;
    }
}
