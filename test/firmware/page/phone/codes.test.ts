import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codePath } from '../../../../firmware/page/phone/draw-code.ts';
import { type Picture, readCode } from '../../../../firmware/page/phone/read-code.ts';

/** A code as `codePath` draws it, seen from a little aside: turned by `angle`, on a grey wall. */
function seen(text: string, view: { angle: number; modulePx: number; side: number }): Picture {
    const { path, size } = codePath(text);
    const dark = new Uint8Array(size * size);
    for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
        for (let at = Number(x); at < Number(x) + Number(length); at++) dark[Number(y) * size + at] = 1;
    }
    const { angle, modulePx, side } = view;
    const data = new Uint8ClampedArray(side * side * 4);
    for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
            const [dx, dy] = [(x - side / 2) / modulePx, (y - side / 2) / modulePx];
            const u = Math.floor(dx * Math.cos(angle) + dy * Math.sin(angle) + size / 2);
            const w = Math.floor(-dx * Math.sin(angle) + dy * Math.cos(angle) + size / 2);
            const inside = u >= -3 && w >= -3 && u < size + 3 && w < size + 3;
            const black = u >= 0 && w >= 0 && u < size && w < size && dark[w * size + u] === 1;
            data.set(black ? [18, 18, 28, 255] : inside ? [250, 250, 250, 255] : [90, 96, 94, 255], (y * side + x) * 4);
        }
    }
    return { width: side, height: side, data };
}

describe('the phone’s camera', () => {
    test('reads what the phone itself draws, straight and tilted', () => {
        for (const text of [
            '281010021234567890123456',
            'https://gqr.alipay.com/281017040012AbCdEfGhIjKlMnOpQrStUvWx',
            'http://127.0.0.1:9210/e/kiosk-01?t=abc',
        ]) {
            for (const angle of [0, -0.045, 0.2])
                assert.equal(readCode(seen(text, { angle, modulePx: 5.3, side: 420 })), text, `${text} at ${angle}`);
        }
    });

    test('reads nothing where there is nothing, or too little of it', () => {
        assert.equal(readCode({ width: 64, height: 64, data: new Uint8ClampedArray(64 * 64 * 4).fill(200) }), undefined);
        assert.equal(readCode(seen('281010021234567890123456', { angle: 0, modulePx: 0.6, side: 420 })), undefined);
    });

    test('a drawn code covers each dark module once', () => {
        const { path, size } = codePath('281010021234567890123456');
        const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)];
        assert.equal(runs.map((run) => run[0]).join(''), path);
        for (const [, x, y, length, back] of runs) {
            assert.equal(length, back);
            assert.ok(Number(x) + Number(length) <= size && Number(y) < size);
        }
    });
});
