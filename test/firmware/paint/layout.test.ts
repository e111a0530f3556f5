/** Nothing overflows, nothing overlaps, no letter is missing: on every screen, in every language, at the sizes that we promise. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openFonts, type Script, scriptOf } from '../../../firmware/paint/fonts.ts';
import { layout, type Picture } from '../../../firmware/paint/layout.ts';
import { widthOf } from '../../../firmware/paint/text.ts';
import { catalogues } from '../../../firmware/screens/messages.ts';
import type { Screen } from '../../../firmware/screens/screen.ts';
import { sampleScreen, samples } from '../../../scripts/screens/samples.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'firmware', 'paint', 'fonts');
const fonts = openFonts({ folder });
const promised = [
    { width: 800, height: 480, depth: 24 },
    { width: 400, height: 300, depth: 1 },
];
const others = [
    { width: 480, height: 800, depth: 24 },
    { width: 1920, height: 1080, depth: 24 },
    { width: 296, height: 128, depth: 2 },
    { width: 250, height: 122, depth: 1 },
    { width: 320, height: 240, depth: 16 },
];

function checkBoxes(picture: Picture, name: string, script: Script): void {
    const { code } = picture;
    for (const [index, box] of picture.texts.entries()) {
        const where = `${name}: ${box.role} “${box.lines.map(({ text }) => text).join('/')}”`;
        assert.ok(
            box.x >= 0 && box.y >= -0.01 && box.x + box.width <= picture.width + 0.01 && box.y + box.height <= picture.height + 0.01,
            `${where} is on the display`,
        );
        assert.ok(box.size >= 12, `${where} can be read`);
        for (const line of box.lines) {
            assert.ok(
                Math.abs(line.width - widthOf(fonts, line.text, { weight: box.weight, script, size: box.size })) < 0.01,
                `${where} is as wide as it says`,
            );
            assert.ok(line.x >= box.x - 0.01 && line.x + line.width <= box.x + box.width + 0.01, `${where} is within its box`);
            assert.ok(line.baseline <= box.y + box.height && line.baseline - 0.7 * box.size >= box.y - 0.01, `${where} stands in its box`);
        }
        for (const other of picture.texts.slice(index + 1)) {
            const apart =
                other.y >= box.y + box.height - 0.01 ||
                box.y >= other.y + other.height - 0.01 ||
                other.x >= box.x + box.width - 0.01 ||
                box.x >= other.x + other.width - 0.01;
            assert.ok(apart, `${where} keeps off ${other.role}`);
        }
        if (code !== undefined) {
            const right = Math.max(
                ...box.lines.map((line) => line.x + line.width),
                box.frame === undefined ? 0 : box.frame.x + box.frame.width,
            );
            const side = code.drawn.sidePx;
            const apart =
                box.y >= code.y + side - 0.01 || box.y + box.height <= code.y + 0.01 || right <= code.x + 0.01 || box.x >= code.x + side;
            assert.ok(apart, `${where} keeps out of the quiet zone`);
        }
    }
    if (code !== undefined) {
        assert.ok(
            Number.isInteger(code.x) && Number.isInteger(code.y) && code.drawn.modulePx >= 3,
            `${name}: the code stands on whole pixels`,
        );
        assert.ok(
            code.x >= 0 && code.y >= 0 && code.x + code.drawn.sidePx <= picture.width && code.y + code.drawn.sidePx <= picture.height,
            `${name}: the code is on the display`,
        );
    }
}

describe('layout', () => {
    for (const display of promised) {
        it(`shows every screen whole at ${display.width} × ${display.height}`, () => {
            for (const locale of Object.keys(catalogues)) {
                for (const sample of samples()) {
                    const screen = sampleScreen(sample, locale);
                    const picture = layout(fonts, screen, display);
                    const name = `${sample.name} ${locale}`;
                    checkBoxes(picture, name, scriptOf(locale));
                    assert.deepEqual(
                        picture.texts.filter(({ cut }) => cut),
                        [],
                        `${name}: nothing is cut`,
                    );
                    // A basket's list is the one thing that may give way, and on the small display alone.
                    assert.deepEqual(
                        picture.dropped.filter((role) => display.height >= 480 || role !== 'item'),
                        [],
                        `${name}: nothing is left out`,
                    );
                    assert.equal(picture.codeNeedsPx, undefined, name);
                    assert.equal(picture.code === undefined, screen.code === undefined, `${name}: the code is there`);
                }
            }
            assert.deepEqual(fonts.missing(), []);
        });
    }

    for (const display of others) {
        it(`overflows nowhere at ${display.width} × ${display.height}`, () => {
            for (const locale of Object.keys(catalogues)) {
                for (const sample of samples()) {
                    const picture = layout(fonts, sampleScreen(sample, locale), display);
                    checkBoxes(picture, `${sample.name} ${locale}`, scriptOf(locale));
                }
            }
        });
    }

    it('has room for every sentence of the catalogues as a notice and as a line', () => {
        const sample = samples().find(({ name }) => name === 'pay-code-scan-refused');
        if (sample === undefined) throw new Error('the sample is gone');
        for (const locale of Object.keys(catalogues)) {
            for (const key of Object.keys(catalogues[locale] ?? {}).filter((one) => /^(scan|declined|reason|advice)\./.test(one))) {
                const screen: Screen = { ...sampleScreen(sample, locale), notice: [{ key }] };
                for (const display of promised) {
                    const picture = layout(fonts, screen, display);
                    checkBoxes(picture, `${key} ${locale}`, scriptOf(locale));
                    assert.ok(
                        !picture.texts.some(({ cut }) => cut) && !picture.dropped.some((role) => role !== 'item'),
                        `${key} ${locale} ${display.width}`,
                    );
                }
            }
        }
    });

    it("shortens a merchant's endless words instead of overflowing", () => {
        const sample = samples().find(({ name }) => name === 'review');
        if (sample === undefined) throw new Error('the sample is gone');
        const screen: Screen = {
            ...sampleScreen(sample, 'en'),
            seller: 'W'.repeat(300),
            lines: [{ key: 'review.contact', params: { seller: 'Donaudampfschifffahrtsgesellschaft'.repeat(20) } }],
            items: [{ slot: 'A1', name: 'Ω'.repeat(200), price: { currency: 'EUR', value: '9007199254740991' } }],
        };
        for (const display of [...promised, ...others]) {
            const picture = layout(fonts, screen, display);
            checkBoxes(picture, `long ${display.width}`, 'latin');
            if (display.height >= 200)
                assert.ok(picture.texts.some(({ role, cut, lines }) => role === 'seller' && cut && lines[0]?.text.endsWith('…')));
        }
    });

    it('reports a code that finds no room, and invites nobody to scan it', () => {
        const sample = samples().find(({ name }) => name === 'pay-order-only');
        if (sample === undefined) throw new Error('the sample is gone');
        const picture = layout(fonts, sampleScreen(sample, 'en'), { width: 212, height: 104, depth: 1 });
        assert.equal(picture.code, undefined);
        assert.equal(picture.codeNeedsPx, 123);
    });
});
