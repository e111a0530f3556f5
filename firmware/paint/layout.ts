/**
 * Layout: where everything of a screen stands on a display of a given size. Data: drawn by svg.ts, checked by tests.
 *
 * Rules: a payable code counts as shown only when it is in the picture (`code`); the code stands on whole pixels.
 */
import { formatAmount } from '../screens/format.ts';
import { textOf } from '../screens/messages.ts';
import type { Message, Screen } from '../screens/screen.ts';
import { type DrawnCode, fitCode, smallestSidePx } from './code.ts';
import { type Block, fitColumn, type Rect, type TextBox } from './column.ts';
import { type Fonts, type Script, scriptOf } from './fonts.ts';
import { type Palette, paletteOf, signs } from './look.ts';

export interface Size {
    readonly width: number;
    readonly height: number;
}

export interface Picture extends Size {
    readonly palette: Palette;
    readonly texts: readonly TextBox[];
    readonly fields: readonly (Rect & { readonly color: string })[];
    readonly sign?: Rect & { readonly path: string; readonly color: string; readonly disc?: string };
    readonly code?: { readonly x: number; readonly y: number; readonly drawn: DrawnCode };
    /** The screen has a code that this display cannot show: the side in pixels that it would need. */
    readonly codeNeedsPx?: number;
    /** Roles of texts that found no room. */
    readonly dropped: readonly string[];
    /** The screen in words, for those who do not see it. */
    readonly words: string;
}

/** Lengths that everything is made of, in pixels. */
interface Measures {
    readonly size: Size;
    /** A hundredth of the display's smaller side. */
    readonly unit: number;
    readonly pad: number;
    readonly least: number;
    readonly palette: Palette;
    readonly locale: string;
    readonly script: Script;
}

/** A panel of fewer rows needs its height for the code and for what must be said. */
const smallBelow = 200;

export function layout(fonts: Fonts, screen: Screen, display: Size & { readonly depth: number }): Picture {
    const unit = Math.min(display.height, display.width * 0.75) / 100;
    const measures: Measures = {
        size: { width: display.width, height: display.height },
        unit,
        pad: Math.max(4, Math.round(unit * 4)),
        // 14 pixels are about 3 mm on a 4.2" e-ink panel: the least that is read at arm's length.
        least: Math.max(12, Math.min(14, Math.round(unit * 9)), Math.round(unit * 3.4)),
        palette: paletteOf(screen.kind, display.depth),
        locale: screen.locale,
        script: scriptOf(screen.locale),
    };
    const { body, texts, fields, dropped } = edges(fonts, screen, measures);
    const { column, sign, code, codeNeedsPx, caption } = split(fonts, screen, measures, body);
    const blocks = blocksOf(screen, { measures, codeShown: code !== undefined, codeMissing: codeNeedsPx !== undefined });
    const fitted = fitColumn(fonts, blocks, {
        rect: column,
        align: 'left',
        anchor: 'middle',
        locale: screen.locale,
        script: measures.script,
    });
    return {
        ...measures.size,
        palette: measures.palette,
        texts: [...texts, ...fitted.boxes, ...caption],
        fields: [...fields, ...(sign?.field === undefined ? [] : [sign.field])],
        ...(sign === undefined ? {} : { sign: sign.sign }),
        ...(code === undefined ? {} : { code }),
        ...(codeNeedsPx === undefined ? {} : { codeNeedsPx }),
        dropped: [...dropped, ...fitted.dropped],
        words: wordsOf(screen),
    };
}

/** The seller above, sales beside it below; what is left is the body. */
function edges(
    fonts: Fonts,
    screen: Screen,
    m: Measures,
): { body: Rect; texts: TextBox[]; fields: (Rect & { color: string })[]; dropped: string[] } {
    const texts: TextBox[] = [];
    const fields: (Rect & { color: string })[] = [];
    const { width, height } = m.size;
    let top = m.pad;
    let bottom = height - m.pad;
    const line = (role: string, text: string, rect: Rect, color = m.palette.quiet) =>
        fitColumn(fonts, [{ role, text, weight: 400, color, max: Math.round(m.unit * 5), min: m.least, oneLine: true }], {
            rect,
            align: 'left',
            anchor: 'middle',
            locale: m.locale,
            script: m.script,
        }).boxes;
    const strip = Math.max(m.least * 1.5, m.unit * 8);
    const small = height < smallBelow;
    const strips = screen.beside.length > 0 && !(small && screen.code !== undefined);
    if (strips) {
        const words = screen.beside.map((sale) => textOf(besideMessage(sale), screen)).join(' · ');
        const rect = { x: 0, y: height - strip, width, height: strip };
        fields.push({ ...rect, color: m.palette.tint });
        texts.push(...line('beside', words, { ...rect, x: m.pad, width: width - 2 * m.pad }));
        bottom = height - strip - m.pad / 2;
    }
    if (!small && screen.seller !== '') {
        const wide = screen.code === undefined ? width - 2 * m.pad : width * 0.45;
        const x = m.palette.field && screen.code === undefined && width > height ? fieldWidth(m) + m.pad * 1.5 : m.pad;
        // On a tall display the coloured field with the sign lies behind it.
        const color = m.palette.field && screen.code === undefined && height > width ? m.palette.paper : m.palette.quiet;
        texts.push(...line('seller', screen.seller, { x, y: m.pad, width: wide - (x - m.pad), height: strip * 0.9 }, color));
        top = m.pad + strip * 0.9;
    }
    return {
        body: { x: m.pad, y: top, width: width - 2 * m.pad, height: bottom - top },
        texts,
        fields,
        dropped: strips || screen.beside.length === 0 ? [] : ['beside'],
    };
}

function besideMessage(sale: Screen['beside'][number]): Message {
    const params = { amount: sale.amount, reference: sale.reference };
    return sale.number === undefined
        ? { key: 'beside.sale', params }
        : { key: 'beside.number', params: { ...params, number: sale.number } };
}

interface Parts {
    readonly column: Rect;
    readonly sign?: { readonly sign: NonNullable<Picture['sign']>; readonly field?: Rect & { readonly color: string } };
    readonly code?: NonNullable<Picture['code']>;
    readonly codeNeedsPx?: number;
    readonly caption: readonly TextBox[];
}

/** Parts the body into the text's column and the code or the sign beside it (above or below it on a tall display). */
function split(fonts: Fonts, screen: Screen, m: Measures, body: Rect): Parts {
    if (screen.code !== undefined) {
        const part = codePart(fonts, screen, screen.code, m, body);
        if (part !== undefined) return part;
        const needs = smallestSidePx(screen.code.value);
        return { ...signPart(screen, m, body), codeNeedsPx: needs ?? Number.POSITIVE_INFINITY };
    }
    return signPart(screen, m, body);
}

function codePart(fonts: Fonts, screen: Screen, code: NonNullable<Screen['code']>, m: Measures, body: Rect): Parts | undefined {
    const { width, height } = m.size;
    const tall = height > width;
    const captionText = textOf(code.caption, screen);
    const captionMax = Math.round(m.unit * 5.6);
    const captionHeight = Math.max(m.least, captionMax) * 1.4;
    // The quiet zone is light like the paper: the code may use the margins.
    const room = tall
        ? { x: 0, y: height * 0.42, width, height: body.y + body.height - height * 0.42 }
        : { x: width * 0.46, y: m.pad / 2, width: width * 0.54 - m.pad / 2, height: body.y + body.height - m.pad / 2 };
    const withCaption = fitCode(code.value, Math.min(room.width, room.height - captionHeight));
    const bare = withCaption ?? fitCode(code.value, Math.min(room.width, height - 2));
    if (bare === undefined) return undefined;
    const captioned = withCaption !== undefined;
    const side = bare.sidePx;
    const x = Math.round(tall ? (width - side) / 2 : room.x + room.width - side - Math.max(0, (room.width - side) * 0.35));
    const used = side + (captioned ? captionHeight : 0);
    const y = Math.round(captioned ? room.y + (room.height - used) / 2 : (height - side) / 2);
    // Text keeps out of the quiet zone, which is blitted over whatever stands there.
    const rect = {
        x: tall ? m.pad : x + 2 * bare.modulePx,
        y: y + side,
        width: tall ? width - 2 * m.pad : side - 4 * bare.modulePx,
        height: captionHeight,
    };
    const caption = captioned
        ? fitColumn(
              fonts,
              [{ role: 'caption', text: captionText, weight: 700, color: m.palette.ink, max: captionMax, min: m.least, oneLine: true }],
              {
                  rect,
                  align: 'center',
                  anchor: 'top',
                  locale: m.locale,
                  script: m.script,
              },
          ).boxes
        : [];
    const column = tall
        ? { ...body, height: y - body.y - m.pad / 2 }
        : { ...body, width: x - body.x - Math.max(0, m.pad / 2 - bare.modulePx) };
    return { column, code: { x, y, drawn: bare }, caption };
}

function fieldWidth(m: Measures): number {
    return Math.round(m.size.width * 0.27);
}

function signPart(screen: Screen, m: Measures, body: Rect): Parts {
    const { width, height } = m.size;
    const path = signs[screen.kind];
    const caption: readonly TextBox[] = [];
    if (height > width) {
        const side = Math.round(Math.min(width * 0.36, height * 0.24));
        const field = m.palette.field ? { x: 0, y: 0, width, height: side + 2 * m.pad + body.y, color: m.palette.accent } : undefined;
        const at = { x: (width - side) / 2, y: body.y + m.pad / 2, width: side, height: side };
        const top = body.y + side + 2 * m.pad;
        return { column: { ...body, y: top, height: body.y + body.height - top }, sign: signed(path, at, m, field), caption };
    }
    const across = fieldWidth(m);
    const side = Math.round(Math.min(across * 0.86, height * 0.5));
    const stripTop = body.y + body.height;
    const field = m.palette.field
        ? { x: 0, y: 0, width: across, height: screen.beside.length > 0 ? stripTop + m.pad / 2 : height, color: m.palette.accent }
        : undefined;
    const at = { x: (across - side) / 2, y: ((field?.height ?? height) - side) / 2, width: side, height: side };
    const x = across + m.pad * (m.palette.field ? 1.5 : 0.5);
    return { column: { ...body, x, width: width - m.pad - x }, sign: signed(path, at, m, field), caption };
}

function signed(path: string, at: Rect, m: Measures, field: (Rect & { color: string }) | undefined): NonNullable<Parts['sign']> {
    const sign = { ...at, path, color: m.palette.paper, ...(field === undefined ? { disc: m.palette.accent } : {}) };
    return field === undefined ? { sign } : { sign, field };
}

const moneyKinds: readonly Screen['kind'][] = ['pay', 'wait', 'delivering'];
const itemsMax = 5;
/** What happened to the money, and what keeps a customer from paying twice, stands out and is never left out. */
const loudKeys: ReadonlySet<string> = new Set(['wait.again', 'notCharged', 'out.noPay', 'back.asked', 'back.confirmed', 'back.ifCharged']);

function blocksOf(screen: Screen, of: { measures: Measures; codeShown: boolean; codeMissing: boolean }): readonly Block[] {
    const { measures: m } = of;
    const { palette, unit } = m;
    const px = (units: number) => Math.round(unit * units);
    const say = (message: Message) => textOf(message, screen);
    const line = { weight: 400 as const, color: palette.ink, max: px(7.6), min: m.least };
    const blocks: Block[] = [];
    blocks.push({
        role: 'title',
        text: say(screen.title),
        weight: 700,
        color: palette.accent,
        max: px(of.codeShown ? 9 : 12),
        min: Math.max(m.least + 2, px(5.5)),
    });
    if (screen.number !== undefined) {
        blocks.push({
            role: 'number',
            text: screen.number,
            weight: 700,
            color: palette.ink,
            max: px(24),
            min: px(12),
            oneLine: true,
            above: 0.1,
        });
    }
    if (screen.amount !== undefined && moneyKinds.includes(screen.kind)) {
        const text = formatAmount(screen.amount, screen.locale);
        const large = screen.kind === 'pay';
        blocks.push({
            role: 'amount',
            text,
            weight: 700,
            color: palette.ink,
            max: px(large ? 19 : 10),
            min: m.least + 2,
            oneLine: true,
            above: large ? 0.1 : 0.3,
            optional: !large,
        });
    }
    if (screen.notice !== undefined && screen.notice.length > 0) {
        const text = screen.notice.map(say).join('\n');
        blocks.push({ role: 'notice', text, weight: 700, color: palette.paper, max: px(6.4), min: m.least, panel: 'solid', above: 0.5 });
    }
    const [first, ...others] = screen.lines;
    if (first !== undefined)
        blocks.push({ ...line, role: 'line', text: say(first), weight: loudKeys.has(first.key) ? 700 : 400, above: 0.5 });
    for (const other of others) {
        const loud = loudKeys.has(other.key);
        blocks.push({
            ...line,
            role: 'line',
            text: say(other),
            weight: loud ? 700 : 400,
            max: loud ? line.max : px(6.6),
            above: 0.45,
            optional: !loud,
        });
    }
    if (of.codeMissing && !screen.scanning) blocks.push({ ...line, role: 'line', text: say({ key: 'code.tooLarge' }) });
    blocks.push(...itemBlocks(screen, of));
    if (screen.claim !== undefined) {
        const text = say({ key: 'claim.number', params: { claim: screen.claim } });
        blocks.push({
            role: 'claim',
            text,
            weight: 700,
            color: palette.ink,
            max: px(6.6),
            min: m.least,
            oneLine: true,
            panel: 'outline',
            above: 0.8,
            optional: screen.kind === 'thanks',
        });
    }
    return blocks;
}

function itemBlocks(screen: Screen, of: { measures: Measures; codeShown: boolean }): readonly Block[] {
    const { measures: m } = of;
    const items = screen.items ?? [];
    if (items.length === 0) return [];
    const shown = items.length > itemsMax ? items.slice(0, itemsMax - 1) : items;
    const look = {
        role: 'item',
        weight: 400 as const,
        color: m.palette.quiet,
        max: Math.round(m.unit * 5.6),
        min: m.least,
        optional: true,
    };
    const blocks: Block[] = shown.map((item, index) => ({
        ...look,
        text: textOf({ key: 'item.slot', params: { slot: item.slot, name: item.name } }, screen),
        right: formatAmount(item.price, screen.locale),
        above: index === 0 ? 0.8 : 0.15,
    }));
    if (shown.length < items.length) blocks.push({ ...look, text: `+ ${items.length - shown.length}`, oneLine: true, above: 0.15 });
    return blocks;
}

/** Everything that a screen says, as one text. */
export function wordsOf(screen: Screen): string {
    const said = [screen.title, ...(screen.notice ?? []), ...screen.lines].map((message) => textOf(message, screen));
    if (screen.number !== undefined) said.push(screen.number);
    if (screen.amount !== undefined && moneyKinds.includes(screen.kind)) said.push(formatAmount(screen.amount, screen.locale));
    if (screen.code !== undefined) said.push(textOf(screen.code.caption, screen));
    if (screen.claim !== undefined) said.push(textOf({ key: 'claim.number', params: { claim: screen.claim } }, screen));
    return said.join(' ');
}
