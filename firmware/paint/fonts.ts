/**
 * Fonts: the outline and the width of every letter. The bundle's small fonts first (made by scripts/fonts.ts); a letter that is not in
 * them is looked for in the Noto packages, of which only the slice that holds it is read; a letter in neither is a visible box.
 *
 * Text becomes outlines here, so that neither the rasteriser nor a browser needs a font: every display shows the same picture.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import opentype from 'opentype.js';
import { catalogueOf } from '../screens/messages.ts';

export type Weight = 400 | 700;

/** Whose shapes letters take: Han letters and many signs differ from language to language (直, 骨, “ ”). */
export type Script = 'latin' | 'sc' | 'jp' | 'kr' | 'thai';

export interface Glyph {
    /** Part of the font size that the pen moves on. */
    readonly advance: number;
    /** SVG path data at font size 1000, the baseline at 0, y downwards; empty for a space. */
    readonly path: string;
    /** In no font at hand: `path` is a box. */
    readonly missing: boolean;
}

/** How letters are chosen. */
export interface Style {
    readonly weight: Weight;
    readonly script: Script;
}

export interface Fonts {
    /** @param letter one code point. */
    glyph(letter: string, style: Style): Glyph;
    /** Letters that were asked for and stand in no font at hand. */
    missing(): readonly string[];
}

const unit = 1000;
const box: Glyph = { advance: 0.7, path: 'M80 0V-700H620V0ZM140 -60H560V-640H140Z', missing: true };
const space: Glyph = { advance: 0.26, path: '', missing: false };
const spaces = /^[\s\u00a0\u202f]$/u;
/** Marks that have no width and no shape of their own. */
const unseen = /^(?:[\u200b-\u200f\u2060\ufeff]|[\ufe00-\ufe0f])$/u;
const packages = ['@fontsource/noto-sans', '@fontsource/noto-sans-sc'] as const;

/**
 * @param options.folder where `latin-400.ttf` and its siblings lie. @param options.packageFolder finds a package's folder, undefined
 * where it is not installed.
 */
export function openFonts(options: { folder: string; packageFolder?: (name: string) => string | undefined }): Fonts {
    const folderOf = options.packageFolder ?? installedFolder;
    const faces = new Map<string, opentype.Font | undefined>();
    const glyphs = new Map<string, Glyph>();
    const missing = new Set<string>();
    let slices: readonly Slice[] | undefined;

    const face = (path: string): opentype.Font | undefined => {
        if (!faces.has(path)) faces.set(path, existsSync(path) ? parse(readFileSync(path)) : undefined);
        return faces.get(path);
    };
    const find = (letter: string, style: Style): Glyph => {
        const point = letter.codePointAt(0) ?? 0;
        if (spaces.test(letter)) return space;
        if (unseen.test(letter)) return { advance: 0, path: '', missing: false };
        const order = style.script === 'sc' && point > 0x7f ? ['han', 'latin', 'latin-ext'] : ['latin', 'latin-ext', 'han'];
        for (const name of order) {
            const font = face(join(options.folder, `${name}-${style.weight}.ttf`));
            const glyph = font === undefined ? undefined : outline(font, letter);
            if (glyph !== undefined) return glyph;
        }
        slices ??= packages.flatMap((name) => slicesOf(folderOf(name)));
        for (const slice of slices) {
            if (!slice.holds(point)) continue;
            const font = face(slice.file(style.weight));
            const glyph = font === undefined ? undefined : outline(font, letter);
            if (glyph !== undefined) return glyph;
        }
        missing.add(letter);
        return box;
    };
    return {
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
}

const scripts: Readonly<Record<string, Script>> = { zh: 'sc', ja: 'jp', ko: 'kr', th: 'thai' };

/** The script that a locale's sentences are written in. */
export function scriptOf(locale: string): Script {
    const [language = ''] = catalogueOf(locale).split('-');
    return scripts[language] ?? 'latin';
}

/** From one baseline to the next, in parts of the font size: Han letters fill their square, Thai has marks in two storeys above. */
export function lineHeightOf(script: Script): number {
    if (script === 'latin') return 1.25;
    return script === 'thai' ? 1.5 : 1.35;
}

function parse(bytes: Uint8Array): opentype.Font {
    return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
}

function outline(font: opentype.Font, letter: string): Glyph | undefined {
    if (font.charToGlyphIndex(letter) === 0) return undefined;
    const glyph = font.charToGlyph(letter);
    let path = '';
    for (const command of glyph.getPath(0, 0, unit).commands) {
        if (command.type === 'M' || command.type === 'L') path += `${command.type}${at(command.x, command.y)}`;
        else if (command.type === 'Q') path += `Q${at(command.x1, command.y1)} ${at(command.x, command.y)}`;
        else if (command.type === 'C') path += `C${at(command.x1, command.y1)} ${at(command.x2, command.y2)} ${at(command.x, command.y)}`;
        else path += 'Z';
    }
    return { advance: (glyph.advanceWidth ?? font.unitsPerEm) / font.unitsPerEm, path, missing: false };
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
