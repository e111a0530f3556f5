import assert from 'node:assert/strict';
import { test } from 'node:test';
import jsqr from 'jsqr';
import { halfBlocks } from '../../../scripts/demo/half-blocks.ts';

const code = 'https://gqr.alipay.com/281017040012MhGPVWUlBHqt6z8ZE7Ur1VAU';
const modulePx = 4;

/** What a camera sees of the lines: a light pixel where a block is drawn. */
function read(lines: readonly string[]): string | undefined {
    const width = [...(lines[0] ?? '')].length;
    const light = (row: number, column: number) => {
        const character = [...(lines[row >> 1] ?? '')][column];
        return character === '█' || character === (row % 2 === 0 ? '▀' : '▄');
    };
    const [wide, high] = [width * modulePx, lines.length * 2 * modulePx];
    const pixels = new Uint8ClampedArray(wide * high * 4);
    for (let y = 0; y < high; y += 1) {
        for (let x = 0; x < wide; x += 1) {
            const shade = light(Math.floor(y / modulePx), Math.floor(x / modulePx)) ? 255 : 0;
            pixels.set([shade, shade, shade, 255], (y * wide + x) * 4);
        }
    }
    const decode = jsqr as unknown as (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null;
    return decode(pixels, wide, high)?.data;
}

test('a code in half blocks is read by a QR reader', () => {
    const lines = halfBlocks(code, { colour: false });
    assert.ok(lines !== undefined);
    assert.equal(read(lines), code);
});

test('with colour every line sets its colours and takes them back, and the code is the same', () => {
    const plain = halfBlocks(code, { colour: false });
    const painted = halfBlocks(code, { colour: true });
    const ESC = String.fromCharCode(27);
    for (const line of painted ?? []) {
        assert.ok(line.startsWith(`${ESC}[38;5;231;48;5;16m`));
        assert.ok(line.endsWith(`${ESC}[0m`));
    }
    assert.deepEqual(
        painted?.map((line) => line.replaceAll(new RegExp(`${ESC}\\[[0-9;]*m`, 'g'), '')),
        plain,
    );
});

test('a text that no code can hold is not drawn', () => {
    assert.equal(halfBlocks('x'.repeat(5_000), { colour: false }), undefined);
});
