/** What must hold for every picture: nothing overflows, nothing overlaps, what must be said is there. Assertions with the place in words. */
import assert from 'node:assert/strict';
import type { Rect } from '../../../firmware/paint/column.ts';
import type { Fonts } from '../../../firmware/paint/fonts.ts';
import { scriptOf } from '../../../firmware/paint/fonts.ts';
import type { Picture } from '../../../firmware/paint/layout.ts';
import { leastPx } from '../../../firmware/paint/measures.ts';
import { widthOf } from '../../../firmware/paint/text.ts';
import type { Screen } from '../../../firmware/screens/screen.ts';

/** Less than a hundredth of a pixel is rounding. */
const slack = 0.02;

export function checkPicture(fonts: Fonts, picture: Picture, of: { screen: Screen; name: string; touch?: boolean }): void {
    const { name, screen } = of;
    const { code } = picture;
    const script = scriptOf(screen.locale);
    const least = leastPx(picture, script);
    const solid: { what: string; at: Rect }[] = [];
    for (const box of picture.texts) {
        const where = `${name}: ${box.role} “${box.lines.map(({ text }) => text).join('/')}”`;
        inside(box, picture, `${where} is on the display`);
        assert.ok(box.size >= least - slack, `${where} can be read: ${box.size} of ${least}`);
        for (const line of box.lines) {
            const width = widthOf(fonts, line.text, { weight: box.weight, script, size: box.size });
            assert.ok(Math.abs(line.width - width) < slack, `${where} is as wide as it says`);
            assert.ok(line.x >= box.x - slack && line.x + line.width <= box.x + box.width + slack, `${where} is within its box`);
            // A baseline lies on a whole pixel.
            assert.ok(line.baseline <= box.y + box.height + 0.5, `${where} stands in its box`);
            assert.ok(line.baseline - 0.7 * box.size >= box.y - 0.5, `${where} stands below its box's top`);
        }
        if (box.frame !== undefined) inside(box.frame, picture, `${where}: its frame is on the display`);
        const marked = box.sign === undefined ? [] : [box.sign.x];
        const left = Math.min(...box.lines.map(({ x }) => x), ...marked, box.frame?.x ?? Number.POSITIVE_INFINITY);
        const right = Math.max(...box.lines.map(({ x, width }) => x + width), box.frame === undefined ? 0 : box.frame.x + box.frame.width);
        solid.push({ what: where, at: { x: left, y: box.y, width: right - left, height: box.height } });
    }
    if (code !== undefined) {
        const side = code.drawn.sidePx;
        const at = { x: code.x, y: code.y, width: side, height: side };
        assert.ok(Number.isInteger(code.x) && Number.isInteger(code.y), `${name}: the code stands on whole pixels`);
        assert.ok(code.drawn.modulePx >= 3, `${name}: modules of ${code.drawn.modulePx} pixels`);
        inside(at, picture, `${name}: the code is on the display`);
        // The outermost pixel of the quiet zone may be shared with the box of a line, whose letters do not fill it.
        solid.push({ what: `${name}: the code`, at });
    }
    if (picture.sign !== undefined) {
        inside(picture.sign, picture, `${name}: the sign is on the display`);
        solid.push({ what: `${name}: the sign`, at: picture.sign });
    }
    for (const mark of picture.marks) {
        inside(mark, picture, `${name}: a mark is on the display`);
        solid.push({ what: `${name}: a mark`, at: mark });
    }
    for (const [index, one] of solid.entries()) {
        for (const other of solid.slice(index + 1)) assert.ok(apart(one.at, other.at), `${one.what} keeps off ${other.what}`);
    }
    checkTouch(picture, { ...of, name });
}

/** What can be pressed is on the glass, large enough, apart, and drawn as a button or a card; no text lies half on it. */
function checkTouch(picture: Picture, of: { screen: Screen; name: string; touch?: boolean }): void {
    if (of.touch !== true) {
        assert.deepEqual(picture.touch, [], `${of.name}: nothing can be pressed`);
        return;
    }
    for (const [index, area] of picture.touch.entries()) {
        const where = `${of.name}: key ${area.key}`;
        inside(area, picture, `${where} is on the glass`);
        assert.ok(area.width >= 48 - 1 && area.height >= 48 - 1, `${where} is large enough: ${area.width} × ${area.height}`);
        assert.notEqual(area.label, '');
        for (const other of picture.touch.slice(index + 1)) assert.ok(apart(area, other), `${where} keeps off ${other.key}`);
        const shape = picture.shapes.find(
            ({ role, x, y, width, height }) =>
                (role === 'key' || role === 'card') &&
                x <= area.x + slack &&
                y <= area.y + slack &&
                x + width >= area.x + area.width - slack &&
                y + height >= area.y + area.height - slack,
        );
        assert.ok(shape !== undefined, `${where} is drawn`);
        for (const box of picture.texts) {
            for (const { x, width } of box.lines) {
                const at = { x, y: box.y, width, height: box.height };
                const within = at.x >= area.x - 1 && at.x + at.width <= area.x + area.width + 1 && at.y >= area.y - 1;
                assert.ok(within || apart(at, area), `${where} keeps off “${box.lines[0]?.text}”`);
            }
        }
    }
    const wanted = (of.screen.keys ?? []).map(({ key }) => key);
    const slots = of.screen.kind === 'choose' ? (of.screen.items ?? []).map(({ slot }) => slot) : [];
    const there = picture.touch.map(({ key }) => key);
    for (const key of [...wanted, ...slots]) assert.ok(there.includes(key), `${of.name}: ${key} can be pressed`);
}

function inside(at: Rect, picture: Picture, what: string): void {
    assert.ok(at.x >= -slack && at.y >= -slack, `${what}: begins at ${at.x}, ${at.y}`);
    assert.ok(at.x + at.width <= picture.width + slack, `${what}: ends at ${at.x + at.width} of ${picture.width}`);
    assert.ok(at.y + at.height <= picture.height + slack, `${what}: ends at ${at.y + at.height} of ${picture.height}`);
}

function apart(one: Rect, other: Rect): boolean {
    return (
        other.y >= one.y + one.height - slack ||
        one.y >= other.y + other.height - slack ||
        other.x >= one.x + one.width - slack ||
        one.x >= other.x + other.width - slack
    );
}
