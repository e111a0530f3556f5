/** Displays: the sizes, depths and forms that the screens are made for, one of each kind that machines have. */
import type { DisplayShape } from '../../firmware/paint/painter.ts';

export interface SampleDisplay extends DisplayShape {
    readonly name: string;
}

const panel = (width: number, height: number, depth: number, touch = false): SampleDisplay => ({
    name: `${width}×${height}, ${depth === 1 ? 'black and white' : depth === 2 ? '4 greys' : touch ? 'colour, touched' : 'colour'}`,
    form: 'pixels',
    width,
    height,
    depth,
    ...(touch ? { touch } : {}),
});
const letters = (width: number, height: number): SampleDisplay => ({
    name: `${width}×${height} letters`,
    form: 'text',
    width,
    height,
    depth: 1,
});

export const displays: readonly SampleDisplay[] = [
    panel(1280, 800, 24, true),
    panel(1024, 600, 24),
    panel(800, 480, 24),
    panel(800, 480, 24, true),
    panel(800, 480, 2),
    panel(800, 480, 1),
    panel(480, 800, 24, true),
    panel(800, 1280, 24, true),
    panel(400, 300, 16),
    panel(400, 300, 2),
    panel(400, 300, 1),
    panel(320, 240, 16),
    panel(240, 240, 16),
    panel(200, 200, 1),
    panel(296, 128, 2),
    panel(296, 128, 1),
    panel(250, 122, 1),
    panel(128, 64, 1),
    letters(20, 4),
    letters(16, 2),
];
