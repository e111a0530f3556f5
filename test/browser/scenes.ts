/**
 * Scenes: pictures of the kiosk's screens, compared with those in test/browser/scenes, which somebody has looked at. What differs from run
 * to run (a code, a claim number, a time) is covered before; letters are shapes of the product's own fonts, so any Chromium draws them alike.
 *
 * TILL_SCENES=write takes the pictures of this run as the new ones: look at them before they are committed.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { readPixels } from '../../scripts/codes/readers.ts';
import { type Pixels, pixelsOf } from './pixels.ts';

const folder = join(import.meta.dirname, 'scenes');
/** Grey values that are this far apart are seen to be different. */
const greyMin = 64;
/** Of all pixels: anti-aliasing of another version may move an edge, not a word. */
const shareMax = 0.002;

/** A rectangle in parts of the picture: left, top, width, height. */
export type Cover = readonly [left: number, top: number, width: number, height: number];

/** Compares a screenshot with the picture of that name. @throws AssertionError with the share of pixels that differ */
export function assertScene(name: string, png: Buffer, order: { covers?: readonly Cover[]; under?: number } = {}): void {
    const picture = pixelsOf(png);
    const covers = [...(order.covers ?? []), ...codeIn(picture, order.under ?? 0)];
    const now = halved(picture, covers);
    const file = join(folder, `${name}.png`);
    if (process.env.TILL_SCENES === 'write') {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, PNG.sync.write(asPng(now), { colorType: 0, deflateLevel: 9 }));
        return;
    }
    assert.ok(existsSync(file), `there is no picture of ${name}: TILL_SCENES=write takes one`);
    const known = halved(pixelsOf(readFileSync(file)), [], 1);
    assert.deepEqual([now.width, now.height], [known.width, known.height], `${name} has another size`);
    let different = 0;
    for (const [at, value] of now.grey.entries()) if (Math.abs(value - known.grey[at]!) >= greyMin) different += 1;
    const share = different / now.grey.length;
    assert.ok(share <= shareMax, `${name}: ${(share * 100).toFixed(2)} % of its pixels differ from test/browser/scenes/${name}.png`);
}

/** Where a code stands, on a coarse grid, since its corners are found to a fraction of a pixel. @param under how much below it is covered too */
function codeIn(picture: Pixels, under: number): readonly Cover[] {
    const location = readPixels(picture.data, picture)?.location;
    if (location === undefined) return [];
    const { width, height } = picture;
    const grid = 16;
    const left = Math.floor(location.topLeftCorner.x / grid - 0.5) * grid;
    const top = Math.floor(location.topLeftCorner.y / grid - 0.5) * grid;
    const right = Math.ceil(location.bottomRightCorner.x / grid + 0.5) * grid;
    const bottom = Math.ceil(location.bottomRightCorner.y / grid + 0.5) * grid;
    return [[left / width, top / height, (right - left) / width, (bottom - top) / height + under]];
}

interface Grey {
    readonly width: number;
    readonly height: number;
    readonly grey: Uint8Array;
}

/** Grey, in steps of `by` pixels, with what is covered in middle grey. */
function halved(picture: Pixels, covers: readonly Cover[], by = 2): Grey {
    const [width, height] = [Math.floor(picture.width / by), Math.floor(picture.height / by)];
    const grey = new Uint8Array(width * height);
    for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
            const covered = covers.some(
                ([left, top, wide, high]) => x / width >= left && x / width < left + wide && y / height >= top && y / height < top + high,
            );
            grey[y * width + x] = covered ? 128 : meanAt(picture, { x: x * by, y: y * by, by });
        }
    }
    return { width, height, grey };
}

function meanAt({ width, data }: Pixels, at: { x: number; y: number; by: number }): number {
    let sum = 0;
    for (let y = at.y; y < at.y + at.by; y += 1) {
        for (let x = at.x; x < at.x + at.by; x += 1) {
            const pixel = (y * width + x) * 4;
            sum += 0.3 * data[pixel]! + 0.59 * data[pixel + 1]! + 0.11 * data[pixel + 2]!;
        }
    }
    return Math.round(sum / (at.by * at.by));
}

function asPng({ width, height, grey }: Grey): PNG {
    const png = new PNG({ width, height });
    for (const [at, value] of grey.entries()) png.data.set([value, value, value, 255], at * 4);
    return png;
}
