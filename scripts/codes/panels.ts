/** Panels: one for each size that shows a code, with the millimetres of its pixels as its maker states them. */

export interface Panel {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly depth: number;
    /** A pixel's width and height in millimetres: active area by resolution. */
    readonly pixelMm: { readonly x: number; readonly y: number };
    /** Paper reflects what light there is; a glass emits its own and mirrors the room. */
    readonly kind: 'paper' | 'glass';
}

function panel(name: string, kind: Panel['kind'], of: { px: readonly [number, number]; mm: readonly [number, number] }): Panel {
    const [width, height] = of.px;
    return {
        name,
        kind,
        width,
        height,
        depth: kind === 'paper' ? 1 : 24,
        pixelMm: { x: of.mm[0] / width, y: of.mm[1] / height },
    };
}

export const panels: readonly Panel[] = [
    panel('10.1" LCD', 'glass', { px: [1280, 800], mm: [216.96, 135.6] }),
    panel('7" LCD', 'glass', { px: [800, 480], mm: [154.08, 85.92] }),
    panel('7.5" e-paper', 'paper', { px: [800, 480], mm: [163.2, 97.92] }),
    panel('7" LCD, upright', 'glass', { px: [480, 800], mm: [85.92, 154.08] }),
    panel('4.2" e-paper', 'paper', { px: [400, 300], mm: [84.8, 63.6] }),
    panel('2.9" e-paper', 'paper', { px: [296, 128], mm: [66.89, 29.05] }),
    panel('1.3" LCD', 'glass', { px: [240, 240], mm: [23.4, 23.4] }),
    panel('1.54" e-paper', 'paper', { px: [200, 200], mm: [27.6, 27.6] }),
];
