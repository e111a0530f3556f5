/**
 * Gallery part: a worker that draws every screen in every language for the displays that it is given, checks each picture, and reads
 * the codes back from the pixels.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { crc32, deflateSync } from 'node:zlib';
import jsqrModule from 'jsqr';
import { openFonts } from '../../firmware/paint/fonts.ts';
import { layout } from '../../firmware/paint/layout.ts';
import { createPainter } from '../../firmware/paint/painter.ts';
import type { Frame } from '../../firmware/ports/devices.ts';
import type { SampleDisplay } from './displays.ts';
import { pictureProblems } from './picture-problems.ts';
import { sampleScreen, samples } from './samples.ts';

export interface Order {
    readonly folder: string;
    readonly displays: readonly (SampleDisplay & { readonly index: number })[];
    readonly locales: readonly string[];
    /** Names of samples; all where it is empty. */
    readonly screens: readonly string[];
}

/** What came of one display in one language. */
export interface Tally {
    readonly display: number;
    readonly locale: string;
    readonly rendered: number;
    /** Overflows, overlaps, letters and keys that are too small: a sentence each. */
    readonly problems: readonly string[];
    /** Sentences that found no room although they must be said. */
    readonly lost: number;
    readonly missing: number;
    readonly codes: number;
    readonly decoded: number;
    /** Screens with a code that this display is too small for. */
    readonly codeless: number;
    /** For displays that take letters: their lines, by sample. */
    readonly lines: Readonly<Record<string, readonly string[]>>;
}

type Pixels = NonNullable<Frame['pixels']>;
type Decode = (
    data: Uint8ClampedArray,
    width: number,
    height: number,
    options: { inversionAttempts: 'dontInvert' },
) => { data: string } | null;
const jsqr = jsqrModule as unknown as Decode & { default?: Decode };
const read = jsqr.default ?? jsqr;

const order = workerData as Order;
const painter = await createPainter();
const fonts = openFonts({ folder: join(import.meta.dirname, '..', '..', 'firmware', 'paint', 'fonts') });
const wanted = samples().filter(({ name }) => order.screens.length === 0 || order.screens.includes(name));

for (const display of order.displays) for (const locale of order.locales) parentPort?.postMessage(await drawAll(display, locale));

async function drawAll(display: Order['displays'][number], locale: string): Promise<Tally> {
    const folder = join(order.folder, String(display.index), locale);
    mkdirSync(folder, { recursive: true });
    const problems: string[] = [];
    const lines: Record<string, readonly string[]> = {};
    let [lost, codes, decoded, codeless] = [0, 0, 0, 0];
    const before = fonts.missing().length;
    for (const [index, sample] of wanted.entries()) {
        // The rasteriser's pictures are given back between turns of the loop only (paint/release.ts).
        await nextTurn();
        const screen = sampleScreen(sample, locale);
        const frame = painter.frame(screen, display, index + 1);
        if (frame.lines !== undefined) {
            lines[sample.name] = frame.lines;
            continue;
        }
        const { pixels } = frame;
        if (pixels === undefined) continue;
        writeFileSync(join(folder, `${sample.name}.png`), pngOf(pixels));
        const picture = layout(fonts, screen, display);
        const found = pictureProblems(fonts, picture, { screen, touch: display.touch === true });
        problems.push(...found.map((sentence) => `${sample.name}: ${sentence}`));
        lost += picture.lost.length + picture.texts.filter(({ cut, role }) => cut && role !== 'item-name').length;
        if (screen.code === undefined) continue;
        if (picture.code === undefined) {
            codeless += 1;
            continue;
        }
        codes += 1;
        const { x, y, drawn } = picture.code;
        if (decode(pixels, { x, y, side: drawn.sidePx }) === screen.code.value) decoded += 1;
    }
    const missing = fonts.missing().length - before;
    return { display: display.index, locale, rendered: wanted.length, problems, lost, missing, codes, decoded, codeless, lines };
}

/** Reads the code with a decoder that is not ours, from the part of the picture where it stands and as much around it as a telephone sees. */
function decode(pixels: Pixels, at: { x: number; y: number; side: number }): string | undefined {
    const around = 40;
    const left = Math.max(0, at.x - around);
    const top = Math.max(0, at.y - around);
    const width = Math.min(pixels.width, at.x + at.side + around) - left;
    const height = Math.min(pixels.height, at.y + at.side + around) - top;
    const part = new Uint8ClampedArray(width * height * 4);
    for (let row = 0; row < height; row++) {
        const from = ((top + row) * pixels.width + left) * 4;
        part.set(pixels.rgba.subarray(from, from + width * 4), row * width * 4);
    }
    return read(part, width, height, { inversionAttempts: 'dontInvert' })?.data;
}

/** A PNG of RGB pixels without filters: four times as quick as the best one, and these pictures are flat (PNG, 3rd edition). */
function pngOf(pixels: Pixels): Buffer {
    const { width, height, rgba } = pixels;
    const rows = Buffer.alloc(height * (1 + width * 3));
    let to = 0;
    for (let y = 0; y < height; y++) {
        to += 1;
        for (let from = y * width * 4; from < (y + 1) * width * 4; from += 4) {
            rows[to] = rgba[from] ?? 0;
            rows[to + 1] = rgba[from + 1] ?? 0;
            rows[to + 2] = rgba[from + 2] ?? 0;
            to += 3;
        }
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return Buffer.concat([
        signature,
        chunk('IHDR', header),
        chunk('IDAT', deflateSync(rows, { level: 4 })),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

function chunk(name: string, data: Buffer): Buffer {
    const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
}
