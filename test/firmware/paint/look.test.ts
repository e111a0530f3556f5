/** What a display shows of a state: colours that can be read, shapes that say what the colours say, marks, and what fingers reach. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PNG } from 'pngjs';
import { type Palette, paletteOf } from '../../../firmware/paint/look.ts';
import { artworkOf, markRow } from '../../../firmware/paint/marks.ts';
import { createPainter } from '../../../firmware/paint/painter.ts';
import { glyphs, stateSign } from '../../../firmware/paint/signs.ts';
import type { Fault } from '../../../firmware/ports/fault.ts';
import type { ScreenKind } from '../../../firmware/screens/screen.ts';
import { sampleScreen, samples } from '../../../scripts/screens/samples.ts';
import { shade } from './drawing.ts';

const kinds = [...new Set(samples().map((sample) => sampleScreen(sample, 'en').kind))];

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio" and "relative luminance"). */
function contrast(one: string, other: string): number {
    const luminance = (color: string) => {
        const part = (from: number) => {
            const value = Number.parseInt(color.slice(from, from + 2), 16) / 255;
            return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        };
        return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
    };
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
    return (light + 0.05) / (dark + 0.05);
}

const svgMark = (markup: string) => `data:image/svg+xml;base64,${Buffer.from(markup).toString('base64')}`;
const wide = {
    name: 'Wide',
    dataUri: svgMark('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30"><rect width="60" height="30" fill="#ff0000"/></svg>'),
};

function pngMark(width: number, height: number): string {
    const png = new PNG({ width, height });
    for (let offset = 0; offset < png.data.length; offset += 4) png.data.set([0, 0, 255, 255], offset);
    return `data:image/png;base64,${PNG.sync.write(png).toString('base64')}`;
}

function screenNamed(name: string) {
    const sample = samples().find((one) => one.name === name);
    if (sample === undefined) throw new Error(`no sample called ${name}`);
    return sampleScreen(sample, 'en');
}

describe('the palette', () => {
    it('has samples of every kind of screen', () => {
        assert.ok(kinds.length >= 16, kinds.join(' '));
    });

    it('can be read: text 4.5 to 1, plain text and signs 7 to 1 and 4.5 to 1, edges 3 to 1', () => {
        assert.equal(contrast('#000000', '#ffffff'), 21);
        const pairs: readonly (readonly [keyof Palette, keyof Palette, number])[] = [
            ['ink', 'paper', 7],
            ['ink', 'tint', 7],
            ['quiet', 'paper', 7],
            ['quiet', 'tint', 4.5],
            ['onField', 'field', 4.5],
            ['onNotice', 'notice', 7],
            ['edge', 'paper', 3],
        ];
        for (const kind of kinds) {
            for (const depth of [1, 2, 16, 24]) {
                const palette = paletteOf(kind, depth);
                for (const [one, other, least] of pairs) {
                    const ratio = contrast(String(palette[one]), String(palette[other]));
                    assert.ok(ratio >= least, `${kind}, depth ${depth}: ${one} on ${other} has ${ratio.toFixed(2)}`);
                }
            }
        }
    });

    it('has no more than the shades of its panel', () => {
        for (const kind of kinds) {
            const colours = (depth: number) => Object.values(paletteOf(kind, depth)).filter((value) => typeof value === 'string');
            assert.ok(colours(1).every((colour) => colour === '#000000' || colour === '#ffffff'));
            assert.ok(colours(2).every((colour) => ['#000000', '#555555', '#aaaaaa', '#ffffff'].includes(colour as string)));
        }
    });

    it('is never the only thing that tells states apart: where the colours differ, the signs do', () => {
        const meaning: readonly (readonly [ScreenKind, ScreenKind])[] = [
            ['thanks', 'declined'],
            ['thanks', 'wait'],
            ['delivering', 'nothingOut'],
            ['moneyBack', 'thanks'],
            ['pay', 'offline'],
            ['reading', 'thanks'],
        ];
        const signOf = (kind: ScreenKind, scanning = true) => stateSign({ kind, scanning });
        for (const [one, other] of meaning) assert.notEqual(signOf(one).glyph, signOf(other).glyph, `${one} and ${other}`);
        assert.notEqual(signOf('thanks').plate, signOf('declined').plate);
        assert.notEqual(signOf('thanks').plate, signOf('nothingOut').plate);
        assert.equal(signOf('review').glyph, glyphs.notice);
        assert.equal(signOf('pay').glyph, glyphs.pay);
        assert.notEqual(signOf('pay', false).glyph, glyphs.pay, 'nobody holds a telephone to a scanner that does not wait');
    });

    it('shows the plate of a state in black on e-ink', async () => {
        const painter = await createPainter();
        const { pixels } = painter.frame(screenNamed('declined'), { form: 'pixels', width: 400, height: 300, depth: 1 }, 1);
        assert.ok(pixels !== undefined);
        let dark = 0;
        for (let y = 100; y < 200; y++) for (let x = 290; x < 400; x++) if (shade(pixels, { x, y }) === 0) dark++;
        assert.ok(dark > 4_000, `${dark} dark pixels`);
    });
});

describe('acceptance marks', () => {
    it('are measured, PNG and SVG alike', () => {
        assert.equal(artworkOf(wide).ratio, 2);
        assert.equal(artworkOf({ name: 'P', dataUri: pngMark(30, 10) }).ratio, 3);
        const sized = svgMark('<?xml version="1.0"?><svg width="120px" height="40" viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg"/>');
        assert.equal(artworkOf({ name: 'S', dataUri: sized }).ratio, 3);
    });

    it('without a shape are a fault of the configuration', () => {
        for (const dataUri of [
            svgMark('<svg xmlns="http://www.w3.org/2000/svg"/>'),
            'data:image/png;base64,AAAA',
            'data:text/plain;base64,',
        ]) {
            assert.throws(
                () => artworkOf({ name: 'Broken', dataUri }),
                (fault: Fault) => fault.code === 'MARK_WITHOUT_SIZE' && fault.kind === 'config' && fault.message.includes('Broken'),
            );
        }
    });

    it('stand in a row of one height, lower where they need it; what finds no room even so is left out', () => {
        const art = artworkOf(wide);
        const row = (width: number) =>
            markRow([art, art, art], { x: 10, y: 20, width, height: 30 }).map((mark) => [mark.x, mark.width, mark.height]);
        assert.deepEqual(row(300), [
            [10, 60, 30],
            [85, 60, 30],
            [160, 60, 30],
        ]);
        assert.deepEqual(row(170), [
            [10, 46, 23],
            [68, 46, 23],
            [126, 46, 23],
        ]);
        assert.deepEqual(row(100), [
            [10, 36, 18],
            [55, 36, 18],
        ]);
        assert.deepEqual(row(20), []);
    });

    it('are drawn where a screen has a place for them, and leave no gap where there are none', async () => {
        const bare = await createPainter();
        const marked = await createPainter({ marks: [wide, { name: 'P', dataUri: pngMark(40, 40) }] });
        const display = { form: 'pixels', width: 800, height: 480, depth: 24 } as const;
        const count = (pixels: { rgba: Uint8Array } | undefined, colour: readonly number[]) => {
            let found = 0;
            const rgba = pixels?.rgba ?? new Uint8Array();
            for (let offset = 0; offset < rgba.length; offset += 4)
                if (colour.every((value, part) => rgba[offset + part] === value)) found++;
            return found;
        };
        for (const name of ['idle', 'pay-both', 'pay-scan-only', 'idle-no-entry']) {
            const screen = screenNamed(name);
            assert.equal(screen.marks, true, name);
            const { pixels } = marked.frame(screen, display, 1);
            assert.ok(count(pixels, [255, 0, 0]) > 500 && count(pixels, [0, 0, 255]) > 250, name);
            assert.equal(marked.svg(screen, display).split('<image ').length, 3, name);
            assert.equal(bare.svg(screen, display).split('<image ').length, 1, name);
        }
        assert.equal(count(marked.frame(screenNamed('wait-unknown'), display, 1).pixels, [255, 0, 0]), 0);
        const unmarked = { ...screenNamed('pay-both') };
        delete (unmarked as { marks?: true }).marks;
        assert.equal(bare.svg(screenNamed('pay-both'), display), bare.svg(unmarked, display));
    });
});

describe('what a browser and a finger get', () => {
    it('is the screen in words, its language, its end and the places to press', async () => {
        const painter = await createPainter();
        const touch = { form: 'svg', width: 800, height: 480, depth: 24, touch: true } as const;
        const screen = screenNamed('pay-touch');
        const { page } = painter.frame(screen, touch, 1);
        assert.equal(page?.lang, 'en');
        assert.equal(page?.until, screen.until);
        assert.match(page?.words ?? '', /€3\.70/);
        assert.deepEqual(page?.touch.map(({ key }) => key).sort(), (screen.keys ?? []).map(({ key }) => key).sort());
        const choose = painter.frame(screenNamed('choose'), touch, 2).page;
        const slots = (screenNamed('choose').items ?? []).map(({ slot }) => slot);
        assert.ok(slots.length > 0 && slots.every((slot) => choose?.touch.some(({ key }) => key === slot)));
        assert.match(choose?.touch.find(({ key }) => key === slots[0])?.label ?? '', /Still water .*1\.50/);
        assert.equal(painter.frame(screenNamed('idle'), touch, 3).page?.until, undefined);
    });

    it('has nothing to press where the display is not touched, and pixels carry it where it is', async () => {
        const painter = await createPainter();
        const size = { width: 800, height: 480, depth: 24 } as const;
        assert.deepEqual(painter.frame(screenNamed('choose'), { ...size, form: 'svg' }, 1).page?.touch, []);
        assert.equal(painter.frame(screenNamed('choose'), { ...size, form: 'pixels' }, 1).page, undefined);
        const touched = painter.frame(screenNamed('choose'), { ...size, form: 'pixels', touch: true }, 1);
        assert.ok((touched.page?.touch.length ?? 0) > 2);
    });
});
