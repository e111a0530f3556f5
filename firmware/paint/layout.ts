/**
 * Layout: where everything of a screen stands on a display of a given size. Data: drawn by svg.ts, checked by tests.
 *
 * One design for every size: words in a column at the left, a field in the state's colour at the right with the code or the sign (on a
 * tall display: the sign above, the code below); e-ink keeps its paper and takes the sign alone.
 * Rules: a payable code counts as shown only when it is in the picture (`code`); the code stands on whole pixels.
 */
import type { TouchArea } from '../ports/devices.ts';
import { formatAmount } from '../screens/format.ts';
import { textOf } from '../screens/messages.ts';
import type { Screen } from '../screens/screen.ts';
import { besideMessage, wordsOf } from '../screens/words.ts';
import { blocksOf, type Saying } from './blocks.ts';
import { itemGrid, joined, keyRow, type LooseSign, languageButton, type Placed, type Shape } from './cards.ts';
import { type DrawnCode, smallestSidePx } from './code.ts';
import { type Block, fitColumn, type Rect, type TextBox } from './column.ts';
import { type Field, fieldFor } from './field.ts';
import { type Fonts, lineHeightOf, scriptOf } from './fonts.ts';
import { type Palette, paletteOf } from './look.ts';
import { type Artwork, markRow, type PlacedMark } from './marks.ts';
import { classOf, leastPx, type Measures, padOf, type Size, snapFor, unitOf } from './measures.ts';
import type { Plate } from './signs.ts';
import { widthOf } from './text.ts';

export interface Picture extends Size {
    readonly palette: Palette;
    readonly texts: readonly TextBox[];
    /** Fields, cards and buttons, in the order in which they are drawn, under the texts. */
    readonly shapes: readonly Shape[];
    /** The state's sign on its plate. */
    readonly sign?: Rect & { readonly plate: Plate; readonly glyph: string; readonly plateColor: string; readonly color: string };
    /** Small signs beside words. */
    readonly signs: readonly LooseSign[];
    readonly code?: { readonly x: number; readonly y: number; readonly drawn: DrawnCode };
    readonly marks: readonly PlacedMark[];
    readonly touch: readonly TouchArea[];
    /** The screen has a code that this display cannot show: the side in pixels that it would need. */
    readonly codeNeedsPx?: number;
    /** Roles of texts that found no room. */
    readonly dropped: readonly string[];
    /** Of them, those that must be said: a display that is too small for the product. */
    readonly lost: readonly string[];
    /** The screen in words, for those who do not see it. */
    readonly words: string;
    /** Letters stand on whole pixels, for panels without greys. */
    readonly crisp: boolean;
}

export interface Room {
    /** The wallets' acceptance marks. */
    readonly marks?: readonly Artwork[];
    /** The least side of a module that is drawn; 3 where left out. */
    readonly modulePxMin?: number;
}

/** How much is tried to be shown; the next attempt shows less. */
interface Attempt {
    readonly detail: Saying['detail'];
    readonly seller: boolean;
    readonly marks: boolean;
    /** Part of its usual room that the code or the sign takes. */
    readonly share: number;
}

const attempts: Readonly<Record<Measures['class'], readonly Attempt[]>> = {
    full: [
        { detail: 'whole', seller: true, marks: true, share: 1 },
        { detail: 'whole', seller: false, marks: true, share: 1 },
        { detail: 'whole', seller: false, marks: false, share: 0.85 },
        { detail: 'whole', seller: false, marks: false, share: 0.65 },
        { detail: 'lean', seller: false, marks: false, share: 0.85 },
        { detail: 'brief', seller: false, marks: false, share: 0.85 },
    ],
    medium: [
        { detail: 'whole', seller: true, marks: true, share: 1 },
        { detail: 'whole', seller: false, marks: false, share: 1 },
        { detail: 'lean', seller: false, marks: false, share: 1 },
        { detail: 'lean', seller: false, marks: false, share: 0.75 },
        { detail: 'brief', seller: false, marks: false, share: 1 },
        { detail: 'brief', seller: false, marks: false, share: 0.8 },
    ],
    small: [
        { detail: 'lean', seller: false, marks: false, share: 1 },
        { detail: 'lean', seller: false, marks: false, share: 0.75 },
        { detail: 'brief', seller: false, marks: false, share: 1 },
        { detail: 'brief', seller: false, marks: false, share: 0.8 },
    ],
    text: [
        { detail: 'lean', seller: false, marks: false, share: 1 },
        { detail: 'brief', seller: false, marks: false, share: 1 },
    ],
};

/** @param display with `touch`, what can be pressed is drawn. */
export function layout(
    fonts: Fonts,
    screen: Screen,
    display: Size & { readonly depth: number; readonly touch?: boolean },
    room: Room = {},
): Picture {
    const size = { width: display.width, height: display.height };
    const script = scriptOf(screen.locale);
    const snap = snapFor(display.depth, script);
    const wanted = leastPx(size, script);
    const unit = unitOf(size);
    const least = snap(wanted) >= wanted ? wanted : snap(wanted + 1.9);
    const measures: Measures = {
        size,
        class: classOf(size),
        unit,
        pad: padOf(size),
        least,
        plainWeight: display.depth === 1 && least < 12 ? 700 : 400,
        finger: Math.max(48, Math.round(unit * 10.5)),
        touch: display.touch === true,
        palette: paletteOf(screen.kind, display.depth),
        locale: screen.locale,
        script,
        snap,
    };
    let best: Picture | undefined;
    for (const attempt of attemptsFor(measures.class, screen)) {
        const picture = compose(fonts, screen, measures, { ...attempt, room, crisp: display.depth === 1 });
        if (isWhole(picture, attempt, { screen, measures })) return picture;
        // The last attempt shows the least; what even it must cut is cut there.
        best = picture;
    }
    const pages = screen.kind === 'choose' && measures.touch && (best?.dropped.includes('item') ?? false);
    return (pages ? page(fonts, screen, measures, { room, crisp: display.depth === 1 }) : undefined) ?? (best as Picture);
}

/**
 * One page of goods that are too many for the display, with a key to the next, from the last to the first. Every page is divided as the
 * first, so that nothing jumps. @returns undefined where not even one good has room.
 */
function page(fonts: Fonts, screen: Screen, m: Measures, of: { room: Room; crisp: boolean }): Picture | undefined {
    const keys: Screen['keys'] = [{ key: moreKey, label: { key: 'key.more' } }, ...(screen.keys ?? [])];
    const items = screen.items ?? [];
    const from = screen.itemsFrom !== undefined && screen.itemsFrom < items.length ? screen.itemsFrom : 0;
    const slots = new Set(items.map(({ slot }) => slot));
    const goodsOf = (picture: Picture) => picture.touch.filter(({ key }) => slots.has(key)).length;
    let best: { attempt: Attempt; goods: number } | undefined;
    for (const attempt of attempts[m.class]) {
        const first = compose(fonts, { ...screen, keys, itemsFrom: 0 }, m, { ...attempt, ...of });
        const goods = first.lost.length === 0 ? goodsOf(first) : 0;
        if (goods > (best?.goods ?? 0)) best = { attempt, goods };
    }
    if (best === undefined) return undefined;
    const next = from + best.goods < items.length ? from + best.goods : 0;
    const picture = compose(fonts, { ...screen, keys, itemsFrom: from }, m, { ...best.attempt, ...of });
    return {
        ...picture,
        touch: picture.touch.map((area) => (area.key === moreKey ? { ...area, key: `${moreKey}-${next}` } : area)),
        dropped: picture.dropped.filter((role) => role !== 'item'),
    };
}

const moreKey = 'more';

/** On small displays fewer words come before smaller modules: a code that telephones miss is worth no sentence. */
function attemptsFor(name: Measures['class'], screen: Screen): readonly Attempt[] {
    const usual = attempts[name];
    return screen.code === undefined || name === 'full' ? usual : usual.toSorted((one, other) => other.share - one.share);
}

function isWhole(picture: Picture, attempt: Attempt, of: { screen: Screen; measures: Measures }): boolean {
    if (picture.lost.length > 0) return false;
    // A merchant's long names are no reason to say less of everything else, nor for a smaller code; goods that cannot be chosen are one.
    if (picture.texts.some(({ cut, role }) => cut && (!role.startsWith('item') || (attempt.detail === 'whole' && role !== 'item'))))
        return false;
    if (attempt.detail !== 'whole') return of.screen.kind !== 'choose' || !picture.dropped.includes('item');
    return picture.dropped.every((role) => role === 'beside' || (role === 'item' && of.measures.class !== 'full'));
}

type Setup = Attempt & { readonly room: Room; readonly crisp: boolean };

function compose(fonts: Fonts, screen: Screen, m: Measures, setup: Setup): Picture {
    const { width } = m.size;
    const strip = besideStrip(fonts, screen, m);
    const apart = itemsApart(screen, m);
    const field = fieldFor(fonts, screen, m, {
        bottom: strip.top,
        share: setup.share,
        modulePxMin: setup.room.modulePxMin,
        // Goods need the whole width.
        none: screen.kind === 'choose',
        foot: footHeight(screen, m),
    });
    const body = field.column;
    const marks = setup.marks && screen.marks === true ? (setup.room.marks ?? []) : [];
    const header = headerOf(fonts, screen, m, { body, seller: setup.seller, field, marks });
    const foot = footOf(fonts, screen, m, { field, marks: header.marks.length > 0 ? [] : marks });
    const top = Math.max(body.y, header.bottom);
    const rect = { x: body.x, y: top, width: body.width, height: Math.max(0, Math.min(body.y + body.height, foot.top) - top) };
    const codeMissing = screen.code !== undefined && field.code === undefined;
    const saying = {
        detail: setup.detail,
        codeShown: field.code !== undefined,
        codeMissing,
        itemsApart: apart,
        captionHere: field.captionHere,
    };
    const blocks = blocksOf(screen, m, saying);
    const said = sayIn(fonts, blocks, m, { rect, apart, screen });
    const parts = joined([strip.placed, field.placed, said, header.placed, foot.placed]);
    return {
        width,
        height: m.size.height,
        palette: m.palette,
        texts: parts.texts,
        shapes: parts.shapes,
        signs: parts.signs,
        ...(field.sign === undefined ? {} : { sign: field.sign }),
        ...(field.code === undefined ? {} : { code: field.code }),
        marks: [...header.marks, ...foot.marks],
        touch: parts.touch,
        ...(codeMissing ? { codeNeedsPx: needsPx(screen, setup.room.modulePxMin) } : {}),
        dropped: parts.dropped,
        lost: parts.lost,
        words: wordsOf(screen),
        crisp: setup.crisp,
    };
}

function needsPx(screen: Screen, modulePxMin: number | undefined): number {
    const side = screen.code === undefined ? undefined : smallestSidePx(screen.code.value, modulePxMin);
    return side ?? Number.POSITIVE_INFINITY;
}

/** Goods to be chosen are cards; those that a sale is about are lines. */
function itemsApart(screen: Screen, m: Measures): boolean {
    if ((screen.items ?? []).length === 0) return false;
    return screen.kind === 'choose' || (screen.kind === 'idle' && m.touch);
}

/** Blocks in a column; cards below them take what is left. */
function sayIn(fonts: Fonts, blocks: readonly Block[], m: Measures, of: { rect: Rect; apart: boolean; screen: Screen }): Placed {
    const { rect, screen } = of;
    const column = { align: 'left' as const, locale: m.locale, script: m.script, snap: m.snap };
    if (!of.apart) {
        const fitted = fitColumn(fonts, blocks, { ...column, rect, anchor: m.class === 'full' ? 0.4 : 0.5 });
        return { ...joined([]), texts: fitted.boxes, dropped: fitted.dropped, lost: fitted.lost };
    }
    const banded = screen.kind === 'choose' && m.palette.fills;
    const written = banded ? blocks.map((block) => (block.panel === undefined ? { ...block, color: m.palette.onField } : block)) : blocks;
    const divide = (share: number): Placed => {
        const words = fitColumn(fonts, written, { ...column, rect: { ...rect, height: rect.height * share }, anchor: 0 });
        const end = Math.round(rect.y + words.height + Math.max(2, m.pad * (banded ? 0.6 : 0.8)));
        const top = banded ? end + m.pad * 0.7 : end;
        const grid = itemGrid(fonts, screen, m, { ...rect, y: top, height: rect.y + rect.height - top });
        const band = banded ? [{ role: 'field', x: 0, y: 0, width: m.size.width, height: end, fill: m.palette.field }] : [];
        return joined([{ ...joined([]), texts: words.boxes, shapes: band, dropped: words.dropped, lost: words.lost }, grid]);
    };
    let best: Placed | undefined;
    for (const share of wordShares) {
        const placed = divide(share);
        if (best === undefined || shortfall(placed) < shortfall(best)) best = placed;
        if (shortfall(best) === 0) break;
    }
    return best as Placed;
}

/** What a division of the column costs: what must be said most, then an item that is not there, a name that is cut, a sentence. */
function shortfall(placed: Placed): number {
    const items = placed.dropped.filter((role) => role === 'item').length;
    return placed.lost.length * 100_000 + items * 10_000 + placed.texts.filter(({ cut }) => cut).length * 10 + placed.dropped.length;
}

/** Parts of the column that words may take when goods stand below them, the best first. */
const wordShares = [0.4, 0.5, 0.62, 0.74, 0.3, 0.2] as const;

/** Sales on telephones beside this one, at the bottom; a small display needs its height for the code. */
function besideStrip(fonts: Fonts, screen: Screen, m: Measures): { placed: Placed; top: number } {
    const { width, height } = m.size;
    if (screen.beside.length === 0) return { placed: joined([]), top: height };
    const small = m.class === 'small' || m.class === 'text' || height < 200;
    if (small) return { placed: { ...joined([]), dropped: ['beside'] }, top: height };
    const room = width - 2 * m.pad;
    const style = { weight: 400 as const, script: m.script, size: m.least };
    const fits = (text: string) => widthOf(fonts, text, style) <= room;
    // The number is nowhere else: who must type it comes first, and has a line of their own where one line has no room for all.
    const sales = screen.beside.toSorted((one, other) => Number(other.number !== undefined) - Number(one.number !== undefined));
    const texts = sales.map((sale) => {
        const whole = textOf(besideMessage(sale), screen);
        return fits(whole) ? whole : `${formatAmount(sale.amount, screen.locale)} · ${sale.number ?? sale.reference}`;
    });
    const lines = fits(texts.join(' · ')) ? [texts.join(' · ')] : texts.slice(0, rowsFor(screen, m));
    const many = lines.length > 1;
    const strip = Math.max(m.least * (many ? 0.6 + lineHeightOf(m.script) * lines.length : 1.8), m.unit * 8.5);
    const rect = { x: 0, y: height - strip, width, height: strip };
    const look = { role: 'beside', weight: 400 as const, color: m.palette.quiet, min: m.least, oneLine: true, above: 0 };
    const blocks: readonly Block[] = lines.map((text) => ({ ...look, text, max: many ? m.least : m.unit * 4.6 }));
    const inner = { ...rect, x: m.pad, width: room };
    const fitted = fitColumn(fonts, blocks, { ...lineOptions(m), rect: inner, anchor: 0.5 });
    const line = m.palette.fills ? [] : [{ role: 'line', x: 0, y: Math.floor(rect.y), width, height: 1, fill: m.palette.ink }];
    return {
        placed: {
            ...joined([]),
            // An endless amount may be cut: nothing else of the picture becomes smaller for it.
            texts: fitted.boxes.map((box) => ({ ...box, cut: false })),
            shapes: [{ ...rect, role: 'strip', fill: m.palette.tint }, ...line],
        },
        top: Math.floor(rect.y),
    };
}

/** Lines for sales on telephones: a code and its amount come before them. */
function rowsFor(screen: Screen, m: Measures): number {
    if (m.class === 'full') return 3;
    return m.size.height < 280 && screen.code !== undefined ? 1 : 2;
}

function lineOptions(m: Measures) {
    return { align: 'left' as const, locale: m.locale, script: m.script, snap: m.snap };
}

/**
 * The seller at the left, the key to the next language at the right; or the acceptance marks, where the amount and how to pay need the
 * height of a row.
 */
function headerOf(
    fonts: Fonts,
    screen: Screen,
    m: Measures,
    of: { body: Rect; seller: boolean; field: Field; marks: readonly Artwork[] },
): { placed: Placed; bottom: number; marks: readonly PlacedMark[] } {
    const { body, field } = of;
    const { y } = body;
    const touched = m.touch && screen.keys?.some(({ key }) => key === 'language') === true;
    const height = touched ? m.finger : m.unit * 7;
    const bottom = y + height + m.pad * 0.3;
    const language = touched ? languageButton(fonts, screen, m, { x: body.x, y, width: body.width, height }) : undefined;
    const marks =
        screen.kind === 'pay' && !touched && field.sellerOn === undefined ? marksAtEnd(of.marks, { ...body, height, share: 0.55 }) : [];
    if (!of.seller || screen.seller === '') {
        return { placed: language ?? joined([]), bottom: touched || marks.length > 0 ? bottom : y, marks };
    }
    const taken = language?.width ?? (marks[0] === undefined ? 0 : body.x + body.width - marks[0].x);
    const onField = field.sellerOn !== undefined || (screen.kind === 'choose' && m.palette.fills);
    const color = onField ? m.palette.onField : m.palette.quiet;
    const block: Block = { role: 'seller', text: screen.seller, weight: 400, color, max: m.unit * 4.6, min: m.least, oneLine: true };
    const line = field.sellerOn ?? { x: body.x, y, width: body.width - taken - (taken > 0 ? m.pad * 0.6 : 0), height };
    const fitted = fitColumn(fonts, [block], { ...lineOptions(m), rect: line, anchor: 0.5 });
    const texts = fitted.boxes.map((box) => ({ ...box, cut: false }));
    const parts = [...(language === undefined ? [] : [language]), { ...joined([]), texts }];
    return { placed: joined(parts), bottom: field.sellerOn === undefined || touched ? bottom : y, marks };
}

/** Marks that end where the line ends, at most over `share` of it; all of them or none. */
function marksAtEnd(marks: readonly Artwork[], line: Rect & { readonly share: number }): readonly PlacedMark[] {
    const height = Math.round(line.height * 0.72);
    const room = line.width * line.share;
    const row = markRow(marks, { x: 0, y: line.y + (line.height - height) / 2, width: room, height });
    const last = row.at(-1);
    // All of them or none here: the row at the bottom has more room.
    if (last === undefined || row.length < marks.length) return [];
    const shift = Math.round(line.x + line.width - last.x - last.width);
    return row.map((mark) => ({ ...mark, x: mark.x + shift }));
}

function hasKeyRow(screen: Screen, m: Measures): boolean {
    return m.touch && (screen.keys ?? []).some(({ key }) => key !== 'language');
}

/** Pixels at the bottom that a row of keys takes on a tall display, where the code's field stands above it. */
function footHeight(screen: Screen, m: Measures): number {
    return hasKeyRow(screen, m) ? m.finger + 2 * Math.round(m.pad * 0.7) : 0;
}

/** Keys at the bottom of the column, acceptance marks above them. */
function footOf(
    fonts: Fonts,
    screen: Screen,
    m: Measures,
    of: { field: Field; marks: readonly Artwork[] },
): { placed: Placed; marks: readonly PlacedMark[]; top: number } {
    const { column, footRect } = of.field;
    let top = column.y + column.height;
    let placed = joined([]);
    if (hasKeyRow(screen, m)) {
        placed = keyRow(fonts, screen, m, { x: footRect.x, y: footRect.bottom - m.finger, width: footRect.width, height: m.finger });
        if (footRect.bottom - m.finger - m.pad * 0.7 < top) top = footRect.bottom - m.finger - m.pad * 0.7;
    }
    if (of.marks.length === 0) return { placed, marks: [], top };
    const taken = Math.max(0, ...placed.touch.map(({ x, width }) => x + width - footRect.x));
    if (taken > 0) {
        // Beside the keys, where there is room for all of them.
        const row = marksAtEnd(of.marks, {
            x: footRect.x + taken + m.pad,
            y: footRect.bottom - m.finger,
            width: footRect.width - taken - m.pad,
            height: m.finger,
            share: 1,
        });
        if (row.length > 0) return { placed, marks: row, top };
    }
    const height = Math.round(Math.max(m.least * 1.6, m.unit * 7));
    const marks = markRow(of.marks, { x: column.x, y: top - height, width: column.width, height });
    return { placed, marks, top: marks.length === 0 ? top : top - height - m.pad * 0.5 };
}
