/**
 * Column: blocks of text one below the other in a rectangle. They shrink together until they fit, each down to its own least size;
 * then what is optional is left out, the last first; what is still too long ends with an ellipsis.
 */
import { type Fonts, lineHeightOf, type Script, type Weight } from './fonts.ts';
import { shorten, type TextStyle, widthOf, wrap } from './text.ts';

export interface Block {
    /** What it is, for tests: `title`, `amount`, `line` … */
    readonly role: string;
    readonly text: string;
    /** At the right end of the same line, such as a price; makes the block one line. */
    readonly right?: string;
    readonly weight: Weight;
    readonly color: string;
    readonly max: number;
    readonly min: number;
    /** No smaller for the sake of other blocks; down to `min` only where its own words need it. */
    readonly floor?: number;
    readonly oneLine?: boolean;
    readonly optional?: boolean;
    /** A merchant's words: shortened where they are too long, rather than making everything else small. */
    readonly mayCut?: boolean;
    /** Around the text: filled, or an edge. */
    readonly panel?: Panel;
    /** A small sign before the text (signs.ts), in a square as high as its lines. */
    readonly sign?: { readonly glyph: string; readonly color: string };
    /** Empty space above, in parts of the font size. */
    readonly above?: number;
}

export interface Panel {
    readonly fill?: string;
    readonly edge?: string;
}

export interface Rect {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
}

export interface TextLine {
    readonly text: string;
    readonly x: number;
    readonly baseline: number;
    readonly width: number;
}

export interface TextBox extends Rect {
    readonly role: string;
    readonly size: number;
    readonly weight: Weight;
    readonly color: string;
    readonly lines: readonly TextLine[];
    /** The panel around the text, where there is one. */
    readonly frame?: Rect & Panel;
    readonly sign?: Rect & { readonly glyph: string; readonly color: string };
    /** Something of the text is not shown. */
    readonly cut: boolean;
}

export interface Column {
    readonly boxes: readonly TextBox[];
    /** Roles of the blocks that were left out. */
    readonly dropped: readonly string[];
    /** Roles of the blocks that must be said and are not there. */
    readonly lost: readonly string[];
    /** Pixels that the blocks take, from the first's top to the last's end. */
    readonly height: number;
}

export interface ColumnOptions {
    readonly rect: Rect;
    readonly align: 'left' | 'center';
    readonly locale: string;
    readonly script: Script;
    /** Where spare height goes: the part of it that stays above the blocks, 0 to 1. */
    readonly anchor: number;
    /** A font size that the panel draws well (measures.ts). */
    readonly snap: (sizePx: number) => number;
}

interface Setting {
    readonly block: Block;
    readonly size: number;
    readonly lines: readonly string[];
    readonly height: number;
    readonly forced: boolean;
    readonly cut: boolean;
}

const shrinkSteps = 14;
/** Large by themselves. */
const loudRoles: ReadonlySet<string> = new Set(['title', 'amount', 'number']);
const panelPad = 0.6;
/** A sign before a text: its side and its distance, in parts of the font size; smaller where the text is one line. */
const signSide = 1.9;
const signGap = 0.6;

export function fitColumn(fonts: Fonts, blocks: readonly Block[], options: ColumnOptions): Column {
    const dropped: string[] = [];
    const seen: Seen = new Map();
    let left = blocks.filter((block) => block.text !== '');
    let set: readonly Setting[] = [];
    for (;;) {
        const fitted = shrink(fonts, left, { ...options, seen });
        set = fitted.set;
        // A name with its price, cut short, is no help where it may be left out.
        const short = set.find(({ block, cut }) => cut && block.right !== undefined && block.optional === true && block.mayCut !== true);
        if (fitted.fits && short === undefined) break;
        const last = fitted.fits ? short?.block : left.findLast((block) => block.optional === true);
        if (last === undefined) break;
        dropped.push(last.role);
        // Some of a basket would look like all of it.
        left = left.filter((block) => block !== last && (last.role !== 'item' || block.role !== 'item'));
    }
    const kept = new Set(set.map(({ block }) => block.role + block.text));
    const lost = left.filter((block) => !kept.has(block.role + block.text)).map(({ role }) => role);
    // Among the sizes only the number of lines mattered; what is shown has lines of about one length.
    const even = set.map((one) => (one.cut ? one : setBlock(fonts, one.block, { ...options, size: one.size, ragged: false })));
    return { boxes: place(fonts, even, options), dropped: [...dropped, ...lost], lost, height: heightOf(set) };
}

/**
 * The largest sizes at which everything fits: first all blocks shrink together, then plain words grow into what is left, for a title that
 * is two lines long must not make the sentences below it small. Looked for by halving, since a smaller size hardly ever needs more room.
 */
function shrink(
    fonts: Fonts,
    blocks: readonly Block[],
    options: ColumnOptions & { seen: Seen },
): { set: readonly Setting[]; fits: boolean } {
    const at = (loudStep: number, plainStep: number) =>
        blocks.map((block) => {
            const step = loudRoles.has(block.role) ? loudStep : plainStep;
            const factor = 1 - (step / shrinkSteps) * 0.65;
            const low = block.floor ?? block.min;
            const size = step === shrinkSteps ? low : Math.max(low, options.snap(block.max * factor));
            return setOnce(fonts, block, { ...options, size });
        });
    const fitsIn = (set: readonly Setting[]) => heightOf(set) <= options.rect.height + 0.01;
    const whole = (set: readonly Setting[]) => set.every((one) => !one.forced && (!one.cut || one.block.mayCut === true));
    let best: readonly Setting[] = at(shrinkSteps, shrinkSteps);
    if (!fitsIn(best)) return { set: clip(fonts, best, options), fits: false };
    // A word that is too long for its line even now is broken at any size.
    if (!whole(best)) return { set: best, fits: true };
    const least = (make: (step: number) => readonly Setting[]): number => {
        let fails = -1;
        let fits: number = shrinkSteps;
        while (fits - fails > 1) {
            const middle = (fails + fits) >> 1;
            const tried = make(middle);
            if (fitsIn(tried) && whole(tried)) {
                best = tried;
                fits = middle;
            } else fails = middle;
        }
        return fits;
    };
    const together = least((step) => at(step, step));
    if (together > 0) least((step) => at(together, Math.min(step, together)));
    return { set: best, fits: true };
}

/** Blocks that were set at a size before, within one column. */
type Seen = Map<Block, Map<number, Setting>>;

function setOnce(fonts: Fonts, block: Block, options: ColumnOptions & { size: number; seen: Seen }): Setting {
    let sizes = options.seen.get(block);
    if (sizes === undefined) {
        sizes = new Map();
        options.seen.set(block, sizes);
    }
    let set = sizes.get(options.size);
    if (set === undefined) {
        set = setBlock(fonts, block, { ...options, ragged: true });
        sizes.set(options.size, set);
    }
    return set;
}

function padOf(block: Block, size: number): number {
    return block.panel === undefined ? 0 : panelPad * size;
}

function indentOf(block: Block, size: number): number {
    return block.sign === undefined ? 0 : (signSide + signGap) * size;
}

function setBlock(fonts: Fonts, block: Block, options: ColumnOptions & { size: number; ragged: boolean }): Setting {
    const style: TextStyle = { weight: block.weight, script: options.script, locale: options.locale };
    const lineHeight = lineHeightOf(options.script);
    let { size } = options;
    if (block.oneLine === true || block.right !== undefined) {
        const measure = (text: string, px: number) => widthOf(fonts, text, { ...style, size: px });
        const around = (px: number) => 2 * padOf(block, px) + indentOf(block, px) + (block.right === undefined ? 0 : px);
        const natural = measure(block.text, 1) + (block.right === undefined ? 0 : measure(block.right, 1)) + around(1);
        size = Math.max(block.min, Math.min(size, options.snap(options.rect.width / natural)));
        const room = options.rect.width - around(size) - (block.right === undefined ? 0 : measure(block.right, size));
        const text = shorten(fonts, block.text, { ...style, size, width: room });
        const height = size * lineHeight + 1.4 * padOf(block, size);
        return { block, size, lines: [text], height, forced: false, cut: text !== block.text };
    }
    const width = options.rect.width - 2 * padOf(block, size) - indentOf(block, size);
    const { lines, forced } = wrap(fonts, block.text, { ...style, size, width, ragged: options.ragged });
    const least = block.sign === undefined ? 0 : signSide * size;
    return { block, size, lines, height: Math.max(least, lines.length * size * lineHeight) + 1.4 * padOf(block, size), forced, cut: false };
}

function gapBefore(set: readonly Setting[], index: number): number {
    const one = set[index];
    return one === undefined || index === 0 ? 0 : (one.block.above ?? 0.4) * one.size;
}

function heightOf(set: readonly Setting[]): number {
    return set.reduce((sum, one, index) => sum + gapBefore(set, index) + one.height, 0);
}

/** The last resort: lines that do not fit are left out from the end, and an ellipsis says so. */
function clip(fonts: Fonts, set: readonly Setting[], options: ColumnOptions): readonly Setting[] {
    const kept: Setting[] = [];
    for (const [index, one] of set.entries()) {
        const used = heightOf(kept) + gapBefore(set, index);
        const pad = 1.4 * padOf(one.block, one.size);
        const lineHeight = one.size * lineHeightOf(options.script);
        const room = Math.floor((options.rect.height - used - pad) / lineHeight + 1e-6);
        if (room < 1) break;
        const { sign: _sign, ...plain } = one.block;
        const block = room * lineHeight < signSide * one.size ? plain : one.block;
        if (room >= one.lines.length) {
            kept.push({ ...one, block, height: Math.min(one.height, options.rect.height - used) });
            continue;
        }
        const style = { weight: one.block.weight, script: options.script, size: one.size };
        const width = options.rect.width - 2 * padOf(block, one.size) - indentOf(block, one.size);
        const [end, next] = [one.lines[room - 1] ?? '', one.lines[room] ?? ''];
        const rest = one.block.text.includes(`${end} ${next}`) ? `${end} ${next}` : `${end}${next}`;
        const last = shorten(fonts, `${rest}…`, { ...style, width });
        kept.push({ ...one, block, lines: [...one.lines.slice(0, room - 1), last], height: room * lineHeight + pad, cut: true });
        break;
    }
    return kept;
}

function place(fonts: Fonts, set: readonly Setting[], options: ColumnOptions): readonly TextBox[] {
    const { rect } = options;
    const spare = Math.max(0, rect.height - heightOf(set));
    let y = rect.y + spare * options.anchor;
    return set.map((one, index) => {
        y += gapBefore(set, index);
        const top = y;
        y += one.height;
        return boxOf(fonts, one, { ...options, top });
    });
}

function boxOf(fonts: Fonts, one: Setting, options: ColumnOptions & { top: number }): TextBox {
    const { rect, top } = options;
    const { block, size } = one;
    const style = { weight: block.weight, script: options.script, size };
    const lineHeight = size * lineHeightOf(options.script);
    const pad = padOf(block, size);
    const indent = indentOf(block, size);
    const inner = rect.width - 2 * pad - indent;
    const left = rect.x + pad + indent;
    const widths = one.lines.map((text) => widthOf(fonts, text, style));
    const widest = Math.max(0, ...widths);
    const centred = options.align === 'center' && block.right === undefined;
    const first = top + (one.height - one.lines.length * lineHeight) / 2;
    // The middle of a capital or of a Chinese letter stands about 0.37 of the size above the baseline; on a whole pixel it is sharp.
    const baselineOf = (index: number) => Math.round(first + (index + 0.5) * lineHeight + 0.37 * size);
    const lines: TextLine[] = one.lines.map((text, index) => {
        const width = widths[index] ?? 0;
        return { text, x: centred ? left + (inner - width) / 2 : left, width, baseline: baselineOf(index) };
    });
    if (block.right !== undefined) {
        const width = widthOf(fonts, block.right, style);
        lines.push({ text: block.right, x: left + inner - width, width, baseline: baselineOf(0) });
    }
    const filled = block.panel?.fill !== undefined;
    const frameWidth = filled ? rect.width : Math.min(rect.width, widest + 2 * pad + indent);
    const frameX = centred ? rect.x + (rect.width - frameWidth) / 2 : rect.x;
    const side = Math.min(one.height, signSide * size);
    return {
        role: block.role,
        x: rect.x,
        y: top,
        width: rect.width,
        height: one.height,
        size,
        weight: block.weight,
        color: block.color,
        lines,
        ...(block.panel === undefined ? {} : { frame: { ...block.panel, x: frameX, y: top, width: frameWidth, height: one.height } }),
        ...(block.sign === undefined
            ? {}
            : { sign: { ...block.sign, x: rect.x + pad, y: top + (one.height - side) / 2, width: side, height: side } }),
        cut: one.cut,
    };
}
