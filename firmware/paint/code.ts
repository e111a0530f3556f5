/**
 * Code: the matrix of a QR code and its place on the pixel grid (ISO/IEC 18004; protocol §10.2 and §10.5).
 *
 * Rules: a module is a whole number of pixels, at least 3 where nothing else is allowed; the quiet zone is 4 modules; dark on light, never inverted; the text is
 * encoded as it is. Level Q is what the networks ask for; M is taken only where Q would make modules smaller than 4 pixels, because a
 * telephone fails on small modules before it fails for want of correction. A code that cannot be drawn so is not drawn.
 */
import { create } from 'qrcode/lib/core/qrcode.js';

export type Level = 'Q' | 'M';

export interface DrawnCode {
    readonly version: number;
    readonly level: Level;
    /** Why not level Q, for the log; empty with Q. */
    readonly why: string;
    /** Side of the symbol in modules, without the quiet zone. */
    readonly modules: number;
    /** Side of one module in pixels. */
    readonly modulePx: number;
    /** Side in pixels with the quiet zone. */
    readonly sidePx: number;
    readonly dark: (row: number, column: number) => boolean;
}

export const quietModules = 4;
/** Telephones read modules of this many pixels from a hand's length; smaller ones only where the operator allows it. */
const modulePxUsual = 3;
const modulePxGood = 4;

/** The code for a square of `sidePx`; undefined when its modules would be smaller than `modulePxMin` and so too small to be read. */
export function fitCode(text: string, sidePx: number, modulePxMin = modulePxUsual): DrawnCode | undefined {
    const quartile = drawn(text, 'Q', sidePx);
    if (quartile !== undefined && quartile.modulePx >= modulePxGood) return quartile;
    const medium = drawn(text, 'M', sidePx);
    const better = medium !== undefined && medium.modulePx > (quartile?.modulePx ?? 0) ? medium : quartile;
    return better !== undefined && better.modulePx >= modulePxMin ? better : undefined;
}

/** The smallest square, in pixels, on which a text can be drawn at all. */
export function smallestSidePx(text: string, modulePxMin = modulePxUsual): number | undefined {
    const code = drawn(text, 'M', 10_000);
    return code === undefined ? undefined : (code.modules + 2 * quietModules) * modulePxMin;
}

// Levels and sizes are tried for each layout of the same code; making the matrix is what costs.
const made = new Map<string, ReturnType<typeof create> | undefined>();
const madeMax = 16;

function drawn(text: string, level: Level, sidePx: number): DrawnCode | undefined {
    const symbol = matrixOf(text, level);
    if (symbol === undefined) return undefined;
    const { size } = symbol.modules;
    const across = size + 2 * quietModules;
    const modulePx = Math.floor(sidePx / across);
    return {
        version: symbol.version,
        level,
        why: level === 'Q' ? '' : `level Q would make modules smaller than ${modulePxGood} pixels on ${Math.floor(sidePx)} pixels`,
        modules: size,
        modulePx,
        sidePx: modulePx * across,
        dark: (row, column) => row >= 0 && column >= 0 && row < size && column < size && symbol.modules.get(row, column) === 1,
    };
}

function matrixOf(text: string, level: Level): ReturnType<typeof create> | undefined {
    const name = `${level}${text}`;
    if (made.has(name)) return made.get(name);
    let symbol: ReturnType<typeof create> | undefined;
    try {
        symbol = create(text, { errorCorrectionLevel: level });
    } catch {
        // Too much text for any symbol, or none.
        symbol = undefined;
    }
    const oldest = made.size >= madeMax ? made.keys().next().value : undefined;
    if (oldest !== undefined) made.delete(oldest);
    made.set(name, symbol);
    return symbol;
}

/** Draws a code into RGBA pixels, with its whole square light. @param at the square's upper left corner, in pixels. */
export function blit(code: DrawnCode, at: { x: number; y: number }, pixels: { width: number; rgba: Uint8Array }): void {
    const across = code.modules + 2 * quietModules;
    for (let row = 0; row < across; row++) {
        for (let column = 0; column < across; column++) {
            const shade = code.dark(row - quietModules, column - quietModules) ? 0 : 255;
            for (let dy = 0; dy < code.modulePx; dy++) {
                const start = ((at.y + row * code.modulePx + dy) * pixels.width + at.x + column * code.modulePx) * 4;
                for (let offset = start; offset < start + code.modulePx * 4; offset += 4) {
                    pixels.rgba[offset] = shade;
                    pixels.rgba[offset + 1] = shade;
                    pixels.rgba[offset + 2] = shade;
                    pixels.rgba[offset + 3] = 255;
                }
            }
        }
    }
}

/** The dark modules as SVG path data, a run of modules a piece. @param at the square's upper left corner, in pixels. */
export function pathOf(code: DrawnCode, at: { x: number; y: number }): string {
    const px = code.modulePx;
    let path = '';
    for (let row = 0; row < code.modules; row++) {
        for (let column = 0; column < code.modules; column++) {
            if (!code.dark(row, column)) continue;
            let run = 1;
            while (code.dark(row, column + run)) run++;
            path += `M${at.x + (column + quietModules) * px} ${at.y + (row + quietModules) * px}h${run * px}v${px}h${-run * px}z`;
            column += run;
        }
    }
    return path;
}
