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
    readonly oneLine?: boolean;
    readonly optional?: boolean;
    /** `solid`: light text on a dark panel; `outline`: in a frame. */
    readonly panel?: 'solid' | 'outline';
    /** Empty space above, in parts of the font size. */
    readonly above?: number;
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
    readonly panel?: 'solid' | 'outline';
    /** The panel around the text, where there is one. */
    readonly frame?: Rect;
    /** Something of the text is not shown. */
    readonly cut: boolean;
}

export interface Column {
    readonly boxes: readonly TextBox[];
    /** Roles of the blocks that were left out. */
    readonly dropped: readonly string[];
}

interface Setting {
    readonly block: Block;
    readonly size: number;
    readonly lines: readonly string[];
    readonly right?: string;
    readonly height: number;
    readonly forced: boolean;
    readonly cut: boolean;
}

const shrinkSteps = 14;
const panelPad = 0.55;

export function fitColumn(
    fonts: Fonts,
    blocks: readonly Block[],
    options: { rect: Rect; align: 'left' | 'center'; locale: string; script: Script; anchor: 'middle' | 'top' },
): Column {
    const dropped: string[] = [];
    let left = blocks.filter((block) => block.text !== '');
    let set: readonly Setting[] = [];
    for (;;) {
        const fitted = shrink(fonts, left, options);
        set = fitted.set;
        if (fitted.fits) break;
        const last = left.findLast((block) => block.optional === true);
        if (last === undefined) break;
        dropped.push(last.role);
        // Some of a basket would look like all of it.
        left = left.filter((block) => block !== last && (last.role !== 'item' || block.role !== 'item'));
    }
    return { boxes: place(fonts, set, options), dropped };
}

function shrink(
    fonts: Fonts,
    blocks: readonly Block[],
    options: { rect: Rect; locale: string; script: Script },
): { set: readonly Setting[]; fits: boolean } {
    let set: readonly Setting[] = [];
    for (let step = 0; step <= shrinkSteps; step++) {
        const factor = 1 - (step / shrinkSteps) * 0.65;
        set = blocks.map((block) => setBlock(fonts, block, { ...options, size: Math.max(block.min, Math.round(block.max * factor)) }));
        const whole = set.every((one) => !one.forced && !one.cut);
        if (heightOf(set) <= options.rect.height && (whole || step === shrinkSteps)) return { set, fits: true };
    }
    return { set: clip(fonts, set, options), fits: false };
}

function setBlock(fonts: Fonts, block: Block, options: { rect: Rect; locale: string; script: Script; size: number }): Setting {
    const style: TextStyle = { weight: block.weight, script: options.script, locale: options.locale };
    const lineHeight = lineHeightOf(options.script);
    let { size } = options;
    const padOf = (px: number) => (block.panel === undefined ? 0 : 2 * panelPad * px);
    if (block.oneLine === true || block.right !== undefined) {
        const natural =
            widthOf(fonts, block.text, { ...style, size: 1 }) +
            (block.right === undefined ? 0 : 1 + widthOf(fonts, block.right, { ...style, size: 1 }));
        const pad = padOf(1);
        size = Math.max(block.min, Math.min(size, Math.floor(options.rect.width / (natural + pad))));
        const room =
            options.rect.width - padOf(size) - (block.right === undefined ? 0 : size + widthOf(fonts, block.right, { ...style, size }));
        const text = shorten(fonts, block.text, { ...style, size, width: room });
        return {
            block,
            size,
            lines: [text],
            ...(block.right === undefined ? {} : { right: block.right }),
            height: size * lineHeight + padOf(size) * 0.7,
            forced: false,
            cut: text !== block.text,
        };
    }
    const { lines, forced } = wrap(fonts, block.text, { ...style, size, width: options.rect.width - padOf(size) });
    return { block, size, lines, height: lines.length * size * lineHeight + padOf(size) * 0.7, forced, cut: false };
}

function gapBefore(set: readonly Setting[], index: number): number {
    const one = set[index];
    return one === undefined || index === 0 ? 0 : (one.block.above ?? 0.4) * one.size;
}

function heightOf(set: readonly Setting[]): number {
    return set.reduce((sum, one, index) => sum + gapBefore(set, index) + one.height, 0);
}

/** The last resort: lines that do not fit are left out from the end, and an ellipsis says so. */
function clip(fonts: Fonts, set: readonly Setting[], options: { rect: Rect; locale: string; script: Script }): readonly Setting[] {
    const kept: Setting[] = [];
    for (const [index, one] of set.entries()) {
        const used = heightOf(kept) + gapBefore(set, index);
        const pad = one.block.panel === undefined ? 0 : 2 * panelPad * one.size * 0.7;
        const lineHeight = one.size * lineHeightOf(options.script);
        const room = Math.floor((options.rect.height - used - pad) / lineHeight + 1e-6);
        if (room < 1) break;
        if (room >= one.lines.length) {
            kept.push(one);
            continue;
        }
        const style = { weight: one.block.weight, script: options.script, size: one.size };
        const width = options.rect.width - (one.block.panel === undefined ? 0 : 2 * panelPad * one.size);
        const last = shorten(fonts, `${one.lines[room - 1] ?? ''}${one.lines[room] ?? ''}…`, { ...style, width });
        kept.push({ ...one, lines: [...one.lines.slice(0, room - 1), last], height: room * lineHeight + pad, cut: true });
        break;
    }
    return kept;
}

function place(
    fonts: Fonts,
    set: readonly Setting[],
    options: { rect: Rect; align: 'left' | 'center'; script: Script; anchor: 'middle' | 'top' },
): readonly TextBox[] {
    const { rect } = options;
    const spare = Math.max(0, rect.height - heightOf(set));
    let y = rect.y + (options.anchor === 'middle' ? spare / 2 : 0);
    return set.map((one, index) => {
        y += gapBefore(set, index);
        const top = y;
        y += one.height;
        return boxOf(fonts, one, { ...options, top });
    });
}

function boxOf(fonts: Fonts, one: Setting, options: { rect: Rect; align: 'left' | 'center'; script: Script; top: number }): TextBox {
    const { rect, top } = options;
    const { block, size } = one;
    const style = { weight: block.weight, script: options.script, size };
    const lineHeight = size * lineHeightOf(options.script);
    const pad = block.panel === undefined ? 0 : panelPad * size;
    const inner = rect.width - 2 * pad;
    const lines: TextLine[] = one.lines.map((text, index) => {
        const width = widthOf(fonts, text, style);
        const x = options.align === 'center' && one.right === undefined ? rect.x + (rect.width - width) / 2 : rect.x + pad;
        // The middle of a capital or of a Chinese letter stands about 0.37 of the size above the baseline.
        return { text, x, width, baseline: top + pad * 0.7 + (index + 0.5) * lineHeight + 0.37 * size };
    });
    if (one.right !== undefined) {
        const width = widthOf(fonts, one.right, style);
        lines.push({ text: one.right, x: rect.x + pad + inner - width, width, baseline: top + pad * 0.7 + 0.5 * lineHeight + 0.37 * size });
    }
    const widest = Math.max(0, ...lines.map((line) => line.width));
    const frameWidth = block.panel === 'outline' ? Math.min(rect.width, widest + 2 * pad) : rect.width;
    const frameX = options.align === 'center' ? rect.x + (rect.width - frameWidth) / 2 : rect.x;
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
        ...(block.panel === undefined ? {} : { panel: block.panel, frame: { x: frameX, y: top, width: frameWidth, height: one.height } }),
        cut: one.cut,
    };
}
