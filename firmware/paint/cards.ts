/**
 * Cards: the goods on offer as a grid, and the keys of a screen as buttons: what a finger can press on a touched display.
 *
 * Rules: a place that can be pressed is drawn as one, and is at least 48 pixels high and wide (9 mm on the panels that are sold).
 */
import type { TouchArea } from '../ports/devices.ts';
import { formatAmount } from '../screens/format.ts';
import { textOf } from '../screens/messages.ts';
import type { Screen, ScreenItem, ScreenKey } from '../screens/screen.ts';
import { itemText } from '../screens/screen-part.ts';
import { type Block, fitColumn, type Rect, type TextBox } from './column.ts';
import { type Fonts, lineHeightOf } from './fonts.ts';
import type { Measures } from './measures.ts';
import { glyphs } from './signs.ts';
import { widthOf, wrap } from './text.ts';

export interface Shape extends Rect {
    readonly role: string;
    readonly fill?: string;
    readonly edge?: string;
    readonly edgePx?: number;
    readonly radius?: number;
}

export interface LooseSign extends Rect {
    readonly glyph: string;
    readonly color: string;
}

export interface Placed {
    readonly texts: readonly TextBox[];
    readonly shapes: readonly Shape[];
    readonly signs: readonly LooseSign[];
    readonly touch: readonly TouchArea[];
    readonly dropped: readonly string[];
    /** Of them, those that must be said. */
    readonly lost: readonly string[];
}

const columnsMax = 6;
const fingerPxMin = 48;

/** How large a grid's cells are, and whether a card has room for its name above its price or is one row. */
interface Grid {
    readonly columns: number;
    readonly rows: number;
    readonly width: number;
    readonly height: number;
    readonly gap: number;
    readonly stacked: boolean;
}

/** The goods from `itemsFrom` on. @param rect all the room there is; the grid takes what it needs of the height. */
export function itemGrid(fonts: Fonts, screen: Screen, m: Measures, rect: Rect): Placed {
    const items = screen.items ?? [];
    const least = Math.max(m.touch ? Math.max(fingerPxMin, m.unit * 6) : 0, m.least * lineHeightOf(m.script) * 1.25);
    const gap = Math.max(4, Math.round(m.unit * (m.class === 'full' ? 2.4 : 2)));
    const grid = chooseGrid({
        count: items.length,
        rect,
        gap,
        least,
        letter: m.least * lineHeightOf(m.script),
        ...cardNeeds(fonts, screen, m),
    });
    const room = rect.height < least ? 0 : grid.columns * grid.rows;
    const from = screen.itemsFrom ?? 0;
    const shown = items.slice(from, from + room);
    const rowMax = rowSizeOf(fonts, screen, m, grid);
    const placed = shown.map((item, index) => {
        const at = {
            x: rect.x + (index % grid.columns) * (grid.width + gap),
            y: rect.y + Math.floor(index / grid.columns) * (grid.height + gap),
            width: grid.width,
            height: grid.height,
        };
        return { item, at, texts: cardTexts(fonts, { item, screen, m, at, stacked: grid.stacked, rowMax }) };
    });
    const edgePx = Math.max(1, Math.round(m.unit * 0.35));
    const radius = Math.min(grid.height / 4, m.unit * 2);
    return {
        texts: placed.flatMap(({ texts }) => texts),
        shapes: placed.map(({ at }) => ({ ...at, role: 'card', fill: m.palette.tint, edge: m.palette.edge, edgePx, radius })),
        signs: [],
        touch: m.touch ? placed.map(({ item, at }) => ({ ...whole(at), key: item.slot, label: labelOf(item, screen) })) : [],
        dropped: items.slice(room).map(() => 'item'),
        lost: [],
    };
}

/** A card is wide enough for the longest word of a name, and for its slot beside its price; a row for all of them. */
function cardNeeds(fonts: Fonts, screen: Screen, m: Measures): { narrowest: number; row: number; nameLines: (widthPx: number) => number } {
    const widest = (text: string, weight: 400 | 700) => widthOf(fonts, text, { weight, script: m.script, size: m.least });
    const wordMax = m.least * 9;
    let narrowest = 0;
    let row = 0;
    for (const { label, name, price } of screen.items ?? []) {
        const line = `${label === undefined ? '' : `${label}\u2003`}${formatAmount(price, screen.locale)}`;
        narrowest = Math.max(narrowest, widest(line, 700), ...name.split(/[\s-]+/).map((word) => Math.min(widest(word, 400), wordMax)));
        row = Math.max(row, widest(`${line}\u2003${name}`, 700));
    }
    const style = { weight: 400 as const, script: m.script, locale: m.locale, size: m.least };
    const nameLines = (widthPx: number) =>
        Math.max(...(screen.items ?? []).map(({ name }) => wrap(fonts, name, { ...style, width: widthPx - 2 * cardPad(m) }).lines.length));
    return { narrowest: narrowest + 2 * cardPad(m), row: row + 2 * cardPad(m), nameLines };
}

/** The size of which half of the names are whole in a row: rows of one list look alike, and a long name is smaller for itself. */
function rowSizeOf(fonts: Fonts, screen: Screen, m: Measures, grid: Grid): number {
    const sizes = (screen.items ?? []).map((item) => (grid.width - 2 * cardPad(m)) / rowWidths(fonts, item, screen, m).natural);
    return sizes.toSorted((one, other) => one - other)[Math.floor((sizes.length - 1) / 2)] ?? m.least;
}

/** Widths at a font size of 1: the slot with its space, and slot, name and price together. */
function rowWidths(fonts: Fonts, item: ScreenItem, screen: Screen, m: Measures): { slot: number; natural: number } {
    const measure = (text: string, weight: 400 | 700) => widthOf(fonts, text, { weight, script: m.script, size: 1 });
    const slot = item.label === undefined ? 0 : measure(`${item.label}\u2003`, 700);
    return { slot, natural: slot + measure(item.name, 400) + 1 + measure(formatAmount(item.price, screen.locale), 400) };
}

function cardPad(m: Measures): number {
    return Math.round(Math.max(4, m.unit * 2.6));
}

function labelOf(item: ScreenItem, screen: Screen): string {
    return `${itemText(item, screen)} ${formatAmount(item.price, screen.locale)}`;
}

/** The grid whose cards come nearest to a good shape; where they would be too low, the most rows that there is room for. */
function chooseGrid(of: {
    count: number;
    rect: Rect;
    gap: number;
    least: number;
    letter: number;
    narrowest: number;
    row: number;
    nameLines: (widthPx: number) => number;
}): Grid {
    const { rect, gap, least, letter } = of;
    const count = Math.max(1, of.count);
    let best: { grid: Grid; score: number } | undefined;
    for (let columns = 1; columns <= Math.min(columnsMax, count); columns++) {
        const width = Math.floor((rect.width - gap * (columns - 1)) / columns);
        if (columns > 1 && width < of.narrowest) break;
        const fit = Math.max(1, Math.floor((rect.height + gap) / (least + gap)));
        const wanted = Math.ceil(count / columns);
        const rows = Math.min(wanted, fit);
        const height = Math.floor(Math.min((rect.height - gap * (rows - 1)) / rows, Math.max(width * 0.75, least * 1.15)));
        const holds = (lines: number) => height >= (lines * letter) / 0.84;
        const tight = width < of.row;
        const stacked = holds(1 + of.nameLines(width)) ? tight || width < height * 4 : tight && holds(2);
        // A name that is cut is better than no name at all.
        const short = !tight ? 0 : !stacked ? 20 : holds(1 + of.nameLines(width)) ? 0 : 10;
        const missing = Math.max(0, count - rows * columns);
        const empty = rows * columns - Math.min(count, rows * columns);
        // A card is best at about 8 to 5, a row at about 7 to 1; an empty place costs a little, an item without a place a lot.
        const shape = Math.abs(Math.log(width / Math.max(1, height) / (stacked ? 1.6 : 7)));
        // Few goods on a tall display are large ones: height that nothing uses is what a finger could have had.
        const unused = Math.max(0, 1 - (rows * (height + gap) - gap) / rect.height);
        const score = missing * 100 + short + shape + (empty / columns) * 0.4 + unused * 0.7 - (stacked ? 0.5 : 0);
        if (best === undefined || score < best.score) best = { grid: { columns, rows, width, height, gap, stacked }, score };
    }
    return best?.grid ?? { columns: 1, rows: 1, width: rect.width, height: rect.height, gap, stacked: true };
}

function cardTexts(
    fonts: Fonts,
    of: { item: ScreenItem; screen: Screen; m: Measures; at: Rect; stacked: boolean; rowMax: number },
): readonly TextBox[] {
    const { item, screen, m, at } = of;
    const price = formatAmount(item.price, screen.locale);
    const options = { align: 'left' as const, locale: m.locale, script: m.script, snap: m.snap };
    const padX = cardPad(m);
    const lineHeight = lineHeightOf(m.script);
    const look = { color: m.palette.ink, min: m.least, oneLine: true };
    const largest = m.unit * 6;
    if (!of.stacked) {
        const rect = { x: at.x + padX, y: at.y, width: at.width - 2 * padX, height: at.height };
        // Slot, name and price in one size.
        const widths = rowWidths(fonts, item, screen, m);
        const max = Math.max(m.least, Math.min(largest, of.rowMax, at.height / lineHeight / 1.15, rect.width / widths.natural));
        const slotWidth = widths.slot * Math.max(m.least, m.snap(max));
        const slot: Block = { ...look, role: 'item-slot', text: item.label ?? '', weight: 700, max };
        const name: Block = { ...look, role: 'item-name', text: item.name, right: price, weight: 400, max };
        return [
            ...(item.label === undefined
                ? []
                : fitColumn(fonts, [slot], { ...options, rect: { ...rect, width: slotWidth }, anchor: 0.5 }).boxes),
            ...fitColumn(fonts, [name], {
                ...options,
                rect: { ...rect, x: rect.x + slotWidth, width: rect.width - slotWidth },
                anchor: 0.5,
            }).boxes,
        ];
    }
    const padY = Math.round(Math.min(at.height * 0.08, padX));
    const inner = { x: at.x + padX, y: at.y + padY, width: at.width - 2 * padX, height: at.height - 2 * padY };
    // Slot and price share the upper line; the name has the rest.
    const max = Math.max(m.least, Math.min(largest * 1.15, inner.height * 0.24));
    const top: Block = { ...look, role: 'item-slot', text: item.label ?? '\u00a0', right: price, weight: 700, max };
    const topHeight = Math.max(m.least, m.snap(max)) * lineHeight;
    const name: Block = { ...look, role: 'item-name', text: item.name, weight: 400, max: Math.max(m.least, max * 0.92), oneLine: false };
    return [
        ...fitColumn(fonts, [top], { ...options, rect: { ...inner, height: topHeight }, anchor: 0 }).boxes,
        ...fitColumn(fonts, [name], {
            ...options,
            rect: { ...inner, y: inner.y + topHeight, height: inner.height - topHeight },
            anchor: 1,
        }).boxes,
    ];
}

/** The first key is what most people want: filled. Leaving is always there and never in the way. */
const quietKeys: ReadonlySet<string> = new Set(['cancel', 'back', 'language']);

/** Keys in a row from the left, each as wide as its words; `language` has a place of its own (`languageButton`). */
export function keyRow(fonts: Fonts, screen: Screen, m: Measures, rect: Rect): Placed {
    const keys = (screen.keys ?? []).filter(({ key }) => key !== 'language');
    const gap = Math.round(m.unit * 2.5);
    let { x } = rect;
    const buttons = keys.map((key, index) => {
        const left = rect.x + rect.width - x - (keys.length - 1 - index) * (m.finger + gap);
        const made = button(fonts, { key, screen, m, at: { x, y: rect.y, height: rect.height, width: left } });
        x += made.width + gap;
        return made.placed;
    });
    return joined(buttons);
}

/** The key to the next language, at the right end of a line. */
export function languageButton(fonts: Fonts, screen: Screen, m: Measures, rect: Rect): Placed & { readonly width: number } {
    const key = screen.keys?.find((one) => one.key === 'language');
    if (key === undefined) return { ...joined([]), width: 0 };
    const made = button(fonts, { key, screen, m, at: rect });
    const shift = rect.width - made.width;
    const move = <Kind extends Rect>(one: Kind): Kind => ({ ...one, x: one.x + shift });
    const { placed } = made;
    return {
        width: made.width,
        texts: placed.texts.map((box) => ({ ...move(box), lines: box.lines.map((line) => ({ ...line, x: line.x + shift })) })),
        shapes: placed.shapes.map(move),
        signs: placed.signs.map(move),
        touch: placed.touch.map((area) => ({ ...area, ...whole(move(area)) })),
        dropped: placed.dropped,
        lost: placed.lost,
    };
}

function button(fonts: Fonts, of: { key: ScreenKey; screen: Screen; m: Measures; at: Rect }): { placed: Placed; width: number } {
    const { key, screen, m, at } = of;
    const { palette } = m;
    const label = textOf(key.label, screen);
    const quiet = quietKeys.has(key.key);
    const globe = key.key === 'language';
    const max = Math.max(m.least, Math.min(m.unit * 5.4, at.height * 0.42));
    const pad = Math.round(at.height * (globe ? 0.3 : 0.42));
    const sign = globe ? Math.round(at.height * 0.44) : 0;
    const indent = globe ? sign + Math.round(pad * 0.6) : 0;
    const wide = widthOf(fonts, label, { weight: 700, script: m.script, size: Math.max(m.least, m.snap(max)) });
    const width = Math.max(m.finger, Math.min(at.width, Math.ceil(wide) + 2 * pad + indent));
    const rect = { x: at.x + pad + indent, y: at.y, width: width - 2 * pad - indent, height: at.height };
    const color = quiet ? palette.ink : palette.onField;
    const text: Block = { role: 'key', text: label, weight: 700, color, max, min: m.least, oneLine: true };
    const fitted = fitColumn(fonts, [text], { rect, align: 'center', anchor: 0.5, locale: m.locale, script: m.script, snap: m.snap });
    const body = { x: at.x, y: at.y, width, height: at.height };
    const edgePx = Math.max(1, Math.round(m.unit * 0.45));
    const radius = Math.round(at.height * 0.22);
    return {
        width,
        placed: {
            texts: fitted.boxes,
            shapes: [
                {
                    ...body,
                    role: 'key',
                    radius,
                    ...(quiet ? { fill: palette.paper, edge: palette.edge, edgePx } : { fill: palette.field }),
                },
            ],
            signs: globe
                ? [{ glyph: glyphs.language, color, x: at.x + pad, y: at.y + (at.height - sign) / 2, width: sign, height: sign }]
                : [],
            touch: [{ ...whole(body), key: key.key, label }],
            dropped: [],
            lost: [],
        },
    };
}

/** An area in whole pixels. */
function whole(at: Rect): Rect {
    const x = Math.ceil(at.x);
    const y = Math.ceil(at.y);
    return { x, y, width: Math.floor(at.x + at.width) - x, height: Math.floor(at.y + at.height) - y };
}

export function joined(parts: readonly Placed[]): Placed {
    return {
        texts: parts.flatMap(({ texts }) => texts),
        shapes: parts.flatMap(({ shapes }) => shapes),
        signs: parts.flatMap(({ signs }) => signs),
        touch: parts.flatMap(({ touch }) => touch),
        dropped: parts.flatMap(({ dropped }) => dropped),
        lost: parts.flatMap(({ lost }) => lost),
    };
}
