/** QR codes: the level chosen, and every symbol read back by an independent decoder. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blit, fitCode, pathOf, quietModules, smallestSidePx } from '../../../firmware/paint/code.ts';
import { decode, shade } from './drawing.ts';

const order = 'https://gqr.alipay.com/281017040012rqWv0ch7G7Q5AZ5AZJOv4Igf';

function draw(text: string, sidePx: number) {
    const code = fitCode(text, sidePx);
    if (code === undefined) throw new Error(`no code on ${sidePx} pixels`);
    const width = code.sidePx + 40;
    // A dark ground: the quiet zone must come with the code.
    const pixels = { width, height: width, rgba: new Uint8Array(width * width * 4) };
    blit(code, { x: 20, y: 20 }, pixels);
    return { code, pixels };
}

describe('fitCode', () => {
    it('takes level Q while its modules have 4 pixels, else M, and says why', () => {
        const across = 37 + 2 * quietModules;
        const large = fitCode(order, across * 4);
        assert.deepEqual([large?.level, large?.version, large?.modulePx, large?.why], ['Q', 5, 4, '']);
        const small = fitCode(order, across * 4 - 1);
        assert.deepEqual([small?.level, small?.version, small?.modulePx], ['M', 4, 4]);
        assert.match(small?.why ?? '', /smaller than 4 pixels/);
    });

    it('draws nothing where a module would have fewer than 3 pixels', () => {
        const least = smallestSidePx(order) ?? 0;
        assert.equal(least, (33 + 2 * quietModules) * 3);
        assert.equal(fitCode(order, least)?.modulePx, 3);
        assert.equal(fitCode(order, least - 1), undefined);
        assert.equal(fitCode('', 400), undefined);
        assert.equal(fitCode('x'.repeat(3_000), 4_000), undefined);
        assert.equal(smallestSidePx('x'.repeat(3_000)), undefined);
    });

    it('draws what an independent decoder reads, on many sizes and payloads', () => {
        const payloads = [
            order,
            'https://pay.example.com/e/kiosk-01',
            '281012020262629623',
            `https://pay.example.com/e/k?t=${'aZ9-_'.repeat(30)}`,
        ];
        for (const payload of payloads) {
            for (const sidePx of [smallestSidePx(payload) ?? 0, 200, 301, 480].filter((side) => fitCode(payload, side) !== undefined)) {
                assert.equal(decode(draw(payload, sidePx).pixels), payload, `${payload.length} letters on ${sidePx}`);
            }
        }
    });

    it('keeps four light modules around, and nothing but black and white on whole modules', () => {
        const { code, pixels } = draw(order, 250);
        const px = code.modulePx;
        for (let row = 0; row < code.modules + 8; row++) {
            for (let column = 0; column < code.modules + 8; column++) {
                const expected = code.dark(row - 4, column - 4) ? 0 : 255;
                for (const corner of [0, px - 1]) {
                    assert.equal(shade(pixels, { x: 20 + column * px + corner, y: 20 + row * px + corner }), expected);
                }
                if (row < 4 || column < 4 || row >= code.modules + 4 || column >= code.modules + 4) assert.equal(expected, 255);
            }
        }
    });

    it('gives the browser the same modules', () => {
        const { code } = draw(order, 250);
        let area = 0;
        for (const [, width, height] of pathOf(code, { x: 0, y: 0 }).matchAll(/h(\d+)v(\d+)/g)) area += Number(width) * Number(height);
        let dark = 0;
        for (let row = 0; row < code.modules; row++)
            for (let column = 0; column < code.modules; column++) if (code.dark(row, column)) dark++;
        assert.equal(area, dark * code.modulePx ** 2);
    });
});
