/**
 * Picture problems: what must hold for every picture, whatever the screen, the language and the display: nothing overflows, nothing
 * overlaps, letters and keys are large enough, the code stands on whole pixels. Sentences that name the place; the tests and the gallery ask.
 */
import type { Rect } from '../../firmware/paint/column.ts';
import type { Fonts } from '../../firmware/paint/fonts.ts';
import { scriptOf } from '../../firmware/paint/fonts.ts';
import type { Picture } from '../../firmware/paint/layout.ts';
import { leastPx } from '../../firmware/paint/measures.ts';
import { widthOf } from '../../firmware/paint/text.ts';
import type { Screen } from '../../firmware/screens/screen.ts';

/** Less than a fiftieth of a pixel is rounding. */
const slack = 0.02;
/** 9 mm on a panel of 5.3 pixels a millimetre. */
const fingerPxMin = 48;

interface Solid {
    readonly what: string;
    readonly at: Rect;
}

/** @param of.touch the display takes fingers. @returns a sentence for everything that is wrong; none when the picture is right. */
export function pictureProblems(fonts: Fonts, picture: Picture, of: { screen: Screen; touch: boolean }): readonly string[] {
    const solids = [...textSolids(picture), ...otherSolids(picture)];
    const problems = solids.filter(({ at }) => !inside(at, picture)).map(({ what, at }) => `${what} leaves the display (${placeOf(at)})`);
    for (const [index, one] of solids.entries()) {
        for (const other of solids.slice(index + 1)) {
            if (!apart(one.at, other.at)) problems.push(`${one.what} and ${other.what} overlap`);
        }
    }
    return [...problems, ...letterProblems(fonts, picture, of.screen), ...codeProblems(picture), ...touchProblems(picture, of)];
}

/** What a text really covers: its widest line, its frame and its sign, over the height of its box. */
function textSolids(picture: Picture): readonly Solid[] {
    return picture.texts.map((box) => {
        const left = Math.min(
            ...box.lines.map(({ x }) => x),
            box.sign?.x ?? Number.POSITIVE_INFINITY,
            box.frame?.x ?? Number.POSITIVE_INFINITY,
        );
        const right = Math.max(...box.lines.map(({ x, width }) => x + width), box.frame === undefined ? 0 : box.frame.x + box.frame.width);
        return { what: nameOf(box), at: { x: left, y: box.y, width: right - left, height: box.height } };
    });
}

function otherSolids({ code, sign, marks }: Picture): readonly Solid[] {
    const side = code?.drawn.sidePx ?? 0;
    return [
        ...(code === undefined ? [] : [{ what: 'the code', at: { x: code.x, y: code.y, width: side, height: side } }]),
        ...(sign === undefined ? [] : [{ what: 'the sign', at: sign }]),
        ...marks.map((at) => ({ what: 'a mark', at })),
    ];
}

function letterProblems(fonts: Fonts, picture: Picture, screen: Screen): readonly string[] {
    const script = scriptOf(screen.locale);
    const least = leastPx(picture, script);
    const problems: string[] = [];
    for (const box of picture.texts) {
        if (box.size < least - slack) problems.push(`${nameOf(box)} is too small to be read: ${box.size} of ${least} pixels`);
        for (const line of box.lines) {
            const width = widthOf(fonts, line.text, { weight: box.weight, script, size: box.size });
            if (Math.abs(line.width - width) > slack) problems.push(`${nameOf(box)} is not as wide as it says`);
            if (line.x < box.x - slack || line.x + line.width > box.x + box.width + slack)
                problems.push(`${nameOf(box)} is wider than its box`);
            // A baseline lies on a whole pixel, so it may be a half beside its place.
            if (line.baseline > box.y + box.height + 0.5 || line.baseline - 0.7 * box.size < box.y - 0.5)
                problems.push(`${nameOf(box)} stands outside its box`);
        }
    }
    return problems;
}

function codeProblems({ code }: Picture): readonly string[] {
    if (code === undefined) return [];
    const problems: string[] = [];
    if (!Number.isInteger(code.x) || !Number.isInteger(code.y)) problems.push('the code stands between pixels');
    if (code.drawn.modulePx < 3) problems.push(`the code has modules of ${code.drawn.modulePx} pixels`);
    return problems;
}

/** What can be pressed is large enough, apart from the rest, drawn as a button or a card, and all of it is there. */
function touchProblems(picture: Picture, of: { screen: Screen; touch: boolean }): readonly string[] {
    if (!of.touch) return picture.touch.map(({ key }) => `${key} can be pressed on a display that takes no fingers`);
    const problems: string[] = [];
    for (const [index, area] of picture.touch.entries()) {
        const { key, label } = area;
        if (!inside(area, picture)) problems.push(`key ${key} leaves the display`);
        if (area.width < fingerPxMin - 1 || area.height < fingerPxMin - 1) problems.push(`key ${key} is too small: ${placeOf(area)}`);
        if (label === '') problems.push(`key ${key} has no label`);
        for (const other of picture.touch.slice(index + 1)) if (!apart(area, other)) problems.push(`keys ${key} and ${other.key} overlap`);
        const drawn = picture.shapes.some((shape) => (shape.role === 'key' || shape.role === 'card') && holds(shape, area));
        if (!drawn) problems.push(`key ${key} is not drawn`);
        for (const { what, at } of textSolids(picture))
            if (!apart(at, area) && !holds(area, at)) problems.push(`${what} lies half on key ${key}`);
    }
    const paged = picture.touch.some(({ key }) => key.startsWith('more-'));
    const wanted = [
        ...(of.screen.keys ?? []).map(({ key }) => key),
        ...(of.screen.kind === 'choose' && !paged ? (of.screen.items ?? []).map(({ slot }) => slot) : []),
    ];
    const there = new Set(picture.touch.map(({ key }) => key));
    return [...problems, ...wanted.filter((key) => !there.has(key)).map((key) => `${key} cannot be pressed`)];
}

function nameOf(box: Picture['texts'][number]): string {
    return `${box.role} “${box.lines.map(({ text }) => text).join('/')}”`;
}

function placeOf({ x, y, width, height }: Rect): string {
    return `${Math.round(width)} × ${Math.round(height)} at ${Math.round(x)}, ${Math.round(y)}`;
}

function inside(at: Rect, { width, height }: Picture): boolean {
    return holds({ x: 0, y: 0, width, height }, at, slack);
}

/** A pixel beside the edge is rounding of areas to whole pixels. */
function holds(outer: Rect, inner: Rect, by = 1): boolean {
    return (
        inner.x >= outer.x - by &&
        inner.y >= outer.y - by &&
        inner.x + inner.width <= outer.x + outer.width + by &&
        inner.y + inner.height <= outer.y + outer.height + by
    );
}

function apart(one: Rect, other: Rect): boolean {
    return (
        other.y >= one.y + one.height - slack ||
        one.y >= other.y + other.height - slack ||
        other.x >= one.x + one.width - slack ||
        one.x >= other.x + other.width - slack
    );
}
