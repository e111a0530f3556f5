/** The config check's small table of symbols agrees with the encoder, and with what the layout can draw. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { modulePxMin, modulePxOf, modulePxSmall, orderCodeBytesMax } from '../../../drivers/lib/picture-size.ts';
import { fitCode, smallestSidePx } from '../../../firmware/paint/code.ts';
import { openFonts } from '../../../firmware/paint/fonts.ts';
import { layout } from '../../../firmware/paint/layout.ts';
import { sampleScreen, samples } from '../../../scripts/screens/samples.ts';

/** An order code of the gateway's kind with so many bytes; small letters, so that nothing shortens it. */
const codeOf = (bytes: number) => `https://gqr.alipay.com/${'aZ9x'.repeat(60)}`.slice(0, bytes);

describe('modulePxOf', () => {
    it('knows the symbols of the encoder', () => {
        for (let bytes = 24; bytes <= 213; bytes++) {
            const least = smallestSidePx(codeOf(bytes)) ?? 0;
            assert.equal(modulePxOf({ width: least, height: 1000, bytes }), 3, `${bytes} bytes on ${least}`);
            assert.equal(modulePxOf({ width: 1000, height: least - 1, bytes }), 2, `${bytes} bytes on ${least - 1}`);
        }
        assert.equal(modulePxOf({ width: 4000, height: 4000, bytes: 214 }), 0);
        assert.equal(fitCode(codeOf(orderCodeBytesMax), 123)?.modulePx, 3);
    });

    it('promises what the layout keeps: where a code can be read, it is drawn', () => {
        const fonts = openFonts({ folder: join(import.meta.dirname, '..', '..', '..', 'firmware', 'paint', 'fonts') });
        const sample = samples().find(({ name }) => name === 'pay-order-only');
        if (sample === undefined) throw new Error('the sample is gone');
        const screen = sampleScreen(sample, 'de');
        const code = { ...screen.code, kind: 'order' as const, value: codeOf(orderCodeBytesMax), caption: { key: 'code.caption.entry' } };
        for (const short of [60, 82, 100, 122, 123, 128, 150, 176, 200, 240, 300, 399, 400, 480]) {
            for (const [width, height] of [
                [short, short],
                [short, short * 2],
                [short * 2, short],
                [Math.round(short * 1.2), short],
            ] as const) {
                const can = modulePxOf({ width, height, bytes: orderCodeBytesMax });
                for (const least of [modulePxMin, modulePxSmall]) {
                    const picture = layout(fonts, { ...screen, code }, { width, height, depth: 1 }, { modulePxMin: least });
                    assert.equal(picture.code !== undefined, can >= least, `${width} × ${height}, at least ${least}`);
                    assert.ok(picture.code === undefined || picture.code.drawn.modulePx >= least);
                }
            }
        }
    });
});
