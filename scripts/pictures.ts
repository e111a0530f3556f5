/**
 * Pictures: draws the screens that README and docs/screens.md show, each as a customer would see it: docs/pictures/screens.png and
 * sizes.png.
 *
 * Usage: node scripts/pictures.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { createPainter, type DisplayShape } from '../firmware/paint/painter.ts';
import { sampleScreen, samples } from './screens/samples.ts';

interface Shown {
    readonly screen: string;
    readonly locale: string;
    readonly width: number;
    readonly height: number;
    readonly depth: number;
    readonly touch?: boolean;
    /** Where its upper left corner stands, in pixels of the sheet. */
    readonly x: number;
    readonly y: number;
    /** Every second pixel is left out, as an average of four. */
    readonly halved?: boolean;
}

const ground = [0xe7, 0xea, 0xee] as const;
const gap = 24;

const painter = await createPainter();

function sheet(name: string, shown: readonly Shown[]): void {
    const sizes = shown.map((one) => {
        const scale = one.halved === true ? 2 : 1;
        return { right: one.x + one.width / scale, bottom: one.y + one.height / scale };
    });
    const png = new PNG({
        width: Math.max(...sizes.map(({ right }) => right)) + gap,
        height: Math.max(...sizes.map(({ bottom }) => bottom)) + gap,
    });
    for (let offset = 0; offset < png.data.length; offset += 4) png.data.set([...ground, 255], offset);
    for (const one of shown) put(png, one);
    const file = join(import.meta.dirname, '..', 'docs', 'pictures', `${name}.png`);
    writeFileSync(file, PNG.sync.write(png, { colorType: 2, deflateLevel: 9 }));
    console.log(`${file}: ${png.width} × ${png.height}`);
}

function put(png: PNG, one: Shown): void {
    const sample = samples().find(({ name }) => name === one.screen);
    if (sample === undefined) throw new Error(`there is no sample called ${one.screen}`);
    const display: DisplayShape = {
        form: 'pixels',
        width: one.width,
        height: one.height,
        depth: one.depth,
        ...(one.touch === true ? { touch: true } : {}),
    };
    const { pixels } = painter.frame(sampleScreen(sample, one.locale), display, 1);
    if (pixels === undefined) throw new Error('a display of pixels gets pixels');
    const scale = one.halved === true ? 2 : 1;
    for (let y = 0; y < one.height / scale; y++) {
        for (let x = 0; x < one.width / scale; x++) {
            const to = ((one.y + y) * png.width + one.x + x) * 4;
            for (let part = 0; part < 3; part++) {
                let sum = 0;
                for (let dy = 0; dy < scale; dy++)
                    for (let dx = 0; dx < scale; dx++) sum += pixels.rgba[((y * scale + dy) * one.width + x * scale + dx) * 4 + part] ?? 0;
                png.data[to + part] = Math.round(sum / scale ** 2);
            }
        }
    }
}

const page = { width: 800, height: 480, depth: 24, halved: true } as const;
const at = (index: number) => ({ x: gap + (index % 3) * (400 + gap), y: gap + Math.floor(index / 3) * (240 + gap) });
const story = ['idle', 'pay-both', 'reading', 'delivering', 'thanks', 'declined', 'nothing-out-confirmed', 'wait-unknown', 'offline'];
sheet(
    'screens',
    story.map((screen, index) => ({ ...page, screen, locale: 'en', ...at(index) })),
);

sheet('sizes', [
    { screen: 'choose', locale: 'de', width: 1280, height: 800, depth: 24, touch: true, halved: true, x: gap, y: gap },
    { screen: 'pay-both', locale: 'ja', width: 480, height: 800, depth: 24, halved: true, x: 640 + 2 * gap, y: gap },
    { screen: 'thanks', locale: 'th', width: 480, height: 800, depth: 24, halved: true, x: 880 + 3 * gap, y: gap },
    { screen: 'pay-both', locale: 'fr', width: 400, height: 300, depth: 1, x: gap, y: 400 + 2 * gap },
    { screen: 'nothing-out-confirmed', locale: 'zh-Hans', width: 400, height: 300, depth: 1, x: 400 + 2 * gap, y: 400 + 2 * gap },
    { screen: 'pay-both', locale: 'ko', width: 240, height: 240, depth: 16, x: 800 + 3 * gap, y: 400 + 2 * gap },
    { screen: 'pay-both', locale: 'es', width: 296, height: 128, depth: 2, x: gap, y: 700 + 3 * gap },
    { screen: 'wait-unknown', locale: 'ms', width: 250, height: 122, depth: 1, x: 296 + 2 * gap, y: 700 + 3 * gap },
    { screen: 'pay-scan-only', locale: 'en', width: 128, height: 64, depth: 1, x: 546 + 3 * gap, y: 700 + 3 * gap },
    { screen: 'presence', locale: 'de', width: 128, height: 64, depth: 1, x: 674 + 4 * gap, y: 700 + 3 * gap },
    { screen: 'review', locale: 'en', width: 200, height: 200, depth: 1, x: 840 + 3 * gap + 24, y: 640 + 3 * gap + 24 },
]);
