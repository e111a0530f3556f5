/**
 * Field: the part of a picture in the state's colour, with the code on a white card or the sign on its plate, and the column that is
 * left for words. On e-ink the same places, without the colour.
 */
import { textOf } from '../screens/messages.ts';
import type { Screen } from '../screens/screen.ts';
import { joined, type Placed, type Shape } from './cards.ts';
import { type DrawnCode, fitCode } from './code.ts';
import { type Block, fitColumn, type Rect } from './column.ts';
import { type Fonts, lineHeightOf } from './fonts.ts';
import type { Measures } from './measures.ts';
import { type Plate, stateSign } from './signs.ts';
import { widthOf } from './text.ts';

export interface Field {
    readonly placed: Placed;
    readonly column: Rect;
    /** Where a row of keys stands: at `bottom`, between these sides. */
    readonly footRect: { readonly x: number; readonly width: number; readonly bottom: number };
    /** The seller's line lies on the field. */
    readonly sellerOn?: Rect;
    readonly sign?: Rect & { readonly plate: Plate; readonly glyph: string; readonly plateColor: string; readonly color: string };
    readonly code?: { readonly x: number; readonly y: number; readonly drawn: DrawnCode };
    /** The code's words found no room at the code. */
    readonly captionHere: boolean;
}

interface Asked {
    /** Where the picture ends below. */
    readonly bottom: number;
    readonly share: number;
    /** The least side of a module, where it is not the usual one. */
    readonly modulePxMin: number | undefined;
    readonly none: boolean;
    /** Pixels that keys take at the bottom of a tall display. */
    readonly foot: number;
}

export function fieldFor(fonts: Fonts, screen: Screen, m: Measures, asked: Asked): Field {
    if (asked.none) return bare(m, asked);
    if (screen.code !== undefined) {
        const shown = isTall(m) ? codeBelow(fonts, screen, m, asked) : codeBeside(fonts, screen, m, asked);
        if (shown !== undefined) return shown;
    }
    if (m.size.width < 160 || m.size.height < 90) return bare(m, asked);
    return isTall(m) ? signAbove(screen, m, asked) : signBeside(screen, m, asked);
}

/** Square displays are treated as tall ones: a code beside words would leave the words no width. */
function isTall(m: Measures): boolean {
    return m.size.width < m.size.height * 1.15;
}

function bare(m: Measures, asked: Asked): Field {
    const { pad } = m;
    const width = m.size.width - 2 * pad;
    return {
        placed: joined([]),
        column: { x: pad, y: pad, width, height: asked.bottom - 2 * pad },
        footRect: { x: pad, width, bottom: asked.bottom - pad },
        captionHere: false,
    };
}

/** The card's rim around the code, and the words below it. */
function captionHeightOf(m: Measures, lines = 1): number {
    return Math.ceil(rimOf(m) + (lines === 1 ? captionMax(m) : m.least * lines) * lineHeightOf(m.script) * 1.1);
}

function captionMax(m: Measures): number {
    return Math.max(m.least, m.unit * 5.2);
}

/** Lines that the code's words take where so many pixels are wide. */
function captionLines(fonts: Fonts, screen: Screen, m: Measures, widthPx: number): number {
    if (screen.code === undefined) return 1;
    const text = textOf(screen.code.caption, screen);
    return widthOf(fonts, text, { weight: 700, script: m.script, size: m.least }) <= widthPx ? 1 : 2;
}

function rimOf(m: Measures): number {
    return m.palette.fills ? Math.round(m.unit * (m.class === 'full' ? 1.4 : 0.8)) : 0;
}

function fitted(screen: Screen, sidePx: number, asked: Asked): DrawnCode | undefined {
    return screen.code === undefined ? undefined : fitCode(screen.code.value, sidePx, asked.modulePxMin);
}

function codeBeside(fonts: Fonts, screen: Screen, m: Measures, asked: Asked): Field | undefined {
    const { width } = m.size;
    const { bottom } = asked;
    const full = m.class === 'full';
    const margin = m.palette.fills ? (full ? m.pad * 0.7 : 6) : 2;
    const across = width * (full ? 0.46 : 0.54) * asked.share - (full ? 2 * margin : 0);
    const first = fitted(screen, Math.min(across, bottom - 2 * margin - captionHeightOf(m)), asked);
    const caption = captionHeightOf(m, captionLines(fonts, screen, m, first?.sidePx ?? across));
    const captioned = fitted(screen, Math.min(across, bottom - 2 * margin - caption), asked);
    // A panel without room for words under the code gives the code its whole height.
    const bareCode = captioned !== undefined && m.class !== 'small' ? captioned : fitted(screen, Math.min(width * 0.54, bottom), asked);
    const drawn = bareCode ?? fitted(screen, Math.min(width, bottom), asked);
    if (drawn === undefined) return undefined;
    const under = drawn === captioned && m.class !== 'small';
    const side = drawn.sidePx;
    const used = side + (under ? caption : 0);
    const y = Math.max(0, Math.round((bottom - used) / 2));
    const mx = m.palette.fills ? Math.max(Math.min((bottom - used) / 2, width * 0.045), Math.min(margin, width - side)) : 0;
    const fieldWidth = Math.min(width, Math.round(side + 2 * mx));
    const x = m.palette.fills
        ? width - fieldWidth + Math.round((fieldWidth - side) / 2)
        : width - side - (full ? Math.round(m.pad * 0.5) : 0);
    const left = m.palette.fills ? width - fieldWidth : x;
    const field: Shape[] = m.palette.fills
        ? [{ role: 'field', x: left, y: 0, width: fieldWidth, height: bottom, fill: m.palette.field }]
        : [];
    // Without a field the quiet zone is light like the paper: words may come near it.
    const gap = m.palette.fills ? m.pad * (full ? 0.9 : 0.8) : 3;
    const column = { x: m.pad, y: m.pad, width: Math.max(0, left - m.pad - gap), height: bottom - 2 * m.pad };
    const edge = full ? Math.round(m.pad * 0.5) : 4;
    const words = m.palette.fills ? { x: left + edge, width: fieldWidth - 2 * edge } : { x, width: side };
    return {
        placed: withCaption(fonts, screen, m, { field, x, y: y + side, side, caption: under ? caption : 0, words }),
        column,
        footRect: { x: column.x, width: column.width, bottom: bottom - m.pad },
        code: { x, y, drawn },
        captionHere: !under,
    };
}

function codeBelow(fonts: Fonts, screen: Screen, m: Measures, asked: Asked): Field | undefined {
    const { width } = m.size;
    const full = m.class === 'full';
    const bottom = asked.bottom - asked.foot;
    const caption = captionHeightOf(m, captionLines(fonts, screen, m, width - 2 * m.pad));
    const margin = m.palette.fills ? (full ? Math.round(m.pad * 0.7) : 4) : 0;
    const tallest = bottom * (full ? 0.56 : m.class === 'medium' ? 0.74 : 0.68) * asked.share;
    const across = width - 2 * margin;
    const captioned = fitted(screen, Math.min(across, tallest - 2 * margin - caption), asked);
    const alone = full ? undefined : fitted(screen, Math.min(across, tallest - 2 * margin), asked);
    // Larger modules are worth more than words under the code: these stand above it then.
    const first = alone !== undefined && alone.modulePx > (captioned?.modulePx ?? 0) ? alone : captioned;
    const drawn = first ?? fitted(screen, Math.min(width, bottom), asked);
    if (drawn === undefined) return undefined;
    const under = drawn === captioned;
    const side = drawn.sidePx;
    const height = side + (under ? caption : 0) + 2 * margin;
    const top = Math.max(0, Math.floor(bottom - height));
    const x = Math.round((width - side) / 2);
    const y = Math.min(top + margin, bottom - side);
    const field: Shape[] = m.palette.fills ? [{ role: 'field', x: 0, y: top, width, height: bottom - top, fill: m.palette.field }] : [];
    return {
        placed: withCaption(fonts, screen, m, {
            field,
            x,
            y: y + side,
            side,
            caption: under ? caption : 0,
            words: { x: m.pad, width: width - 2 * m.pad },
        }),
        column: { x: m.pad, y: m.pad, width: width - 2 * m.pad, height: Math.max(0, top - m.pad - (full ? m.pad * 0.7 : 2)) },
        footRect: { x: m.pad, width: width - 2 * m.pad, bottom: asked.bottom - Math.round(m.pad * 0.7) },
        code: { x, y, drawn },
        captionHere: !under,
    };
}

/** The words under a code: on the field in its colour, else on the paper. */
function withCaption(
    fonts: Fonts,
    screen: Screen,
    m: Measures,
    of: { field: readonly Shape[]; x: number; y: number; side: number; caption: number; words: { x: number; width: number } },
): Placed {
    const shapes = [...of.field, ...cardOf(m, of)];
    if (of.caption === 0 || screen.code === undefined) return { ...joined([]), shapes };
    const color = m.palette.fills ? m.palette.onField : m.palette.ink;
    const text = textOf(screen.code.caption, screen);
    const block: Block = { role: 'caption', text, weight: 700, color, max: captionMax(m), min: m.least };
    const rim = rimOf(m);
    const rect = { x: of.words.x, y: of.y + rim, width: of.words.width, height: of.caption - rim };
    const { boxes } = fitColumn(fonts, [block], {
        rect,
        align: 'center',
        anchor: m.palette.fills ? 1 : 0,
        locale: m.locale,
        script: m.script,
        snap: m.snap,
    });
    return { ...joined([]), texts: boxes, shapes };
}

/** A white card with round corners under the code, a little larger than its quiet zone. */
function cardOf(m: Measures, of: { x: number; y: number; side: number }): readonly Shape[] {
    if (!m.palette.fills) return [];
    const rim = rimOf(m);
    const side = of.side + 2 * rim;
    return [{ role: 'paper', x: of.x - rim, y: of.y - of.side - rim, width: side, height: side, fill: '#ffffff', radius: 3 * rim }];
}

function signOn(screen: Screen, m: Measures, at: Rect): NonNullable<Field['sign']> {
    const { palette } = m;
    const { plate, glyph } = stateSign(screen);
    // On paper the plate is the field, on a field it is light: dark on light either way round.
    const colors = palette.fills
        ? { plateColor: palette.onField, color: palette.field }
        : { plateColor: palette.field, color: palette.onField };
    return { ...at, plate, glyph, ...colors };
}

function signBeside(screen: Screen, m: Measures, asked: Asked): Field {
    const { width } = m.size;
    const { bottom } = asked;
    const across = Math.round(width * asked.share * (m.class === 'full' ? 0.31 : m.class === 'medium' ? 0.29 : 0.24));
    const side = Math.round(Math.min(across * (m.palette.fills ? 0.64 : 0.8), bottom * 0.5));
    const left = width - across;
    const gap = m.palette.fills ? m.pad * 0.9 : m.pad * 0.3;
    const column = { x: m.pad, y: m.pad, width: left - m.pad - gap, height: bottom - 2 * m.pad };
    const field: Shape[] = m.palette.fills ? [{ role: 'field', x: left, y: 0, width: across, height: bottom, fill: m.palette.field }] : [];
    const at = { x: left + Math.round((across - side) / 2), y: Math.round((bottom - side) / 2), width: side, height: side };
    return {
        placed: { ...joined([]), shapes: field },
        column,
        footRect: { x: column.x, width: column.width, bottom: bottom - m.pad },
        sign: signOn(screen, m, at),
        captionHere: false,
    };
}

function signAbove(screen: Screen, m: Measures, asked: Asked): Field {
    const { width } = m.size;
    const full = m.class === 'full';
    const height = Math.round(asked.bottom * asked.share * (full ? 0.33 : 0.3));
    const seller = full ? m.unit * 7 : 0;
    const side = Math.round(Math.min(width * 0.36, (height - seller) * (m.palette.fills ? 0.62 : 0.8)));
    const field: Shape[] = m.palette.fills ? [{ role: 'field', x: 0, y: 0, width, height, fill: m.palette.field }] : [];
    const top = height + (m.palette.fills ? m.pad : 0);
    const middle = seller > 0 ? m.pad * 0.5 + seller + (height - m.pad * 0.5 - seller) / 2 : height / 2;
    const at = { x: Math.round((width - side) / 2), y: Math.round(middle - side / 2), width: side, height: side };
    return {
        placed: { ...joined([]), shapes: field },
        column: { x: m.pad, y: top, width: width - 2 * m.pad, height: asked.bottom - m.pad - top },
        footRect: { x: m.pad, width: width - 2 * m.pad, bottom: asked.bottom - Math.round(m.pad * 0.7) },
        ...(full && m.palette.fills ? { sellerOn: { x: m.pad, y: m.pad * 0.5, width: width - 2 * m.pad, height: seller } } : {}),
        sign: signOn(screen, m, at),
        captionHere: false,
    };
}
