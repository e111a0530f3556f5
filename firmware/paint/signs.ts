/**
 * Signs: one for each state, and small ones beside a sentence or a key. Lines in a square of 100 with round ends, on a plate whose shape
 * belongs to the meaning, as on a road: round for what goes well or on, eight corners for a refusal, a triangle for what needs a look,
 * a square for "your turn".
 */
import type { Screen, ScreenKind } from '../screens/screen.ts';

export type SignName = ScreenKind | 'show' | 'scan' | 'notice' | 'language' | 'phone' | 'help';
export type Plate = 'circle' | 'square' | 'octagon' | 'triangle';

/** Width of a sign's lines, in its square of 100; on a plate they are seen from afar. */
export const signLine = 9;
export const plateLine = 11;

const phone = 'M36 14h28a7 7 0 0 1 7 7v58a7 7 0 0 1 -7 7h-28a7 7 0 0 1 -7 -7v-58a7 7 0 0 1 7 -7z';
const corners = 'M14 34v-20h20M66 14h20v20M86 66v20h-20M34 86h-20v-20';
/** A telephone held to a scanner's window: a code on its screen, light between the two. */
const showing =
    'M14 16h28a7 7 0 0 1 7 7v54a7 7 0 0 1 -7 7h-28a7 7 0 0 1 -7 -7v-54a7 7 0 0 1 7 -7zM20 38v24M28 38v24M36 38v24' +
    'M94 28v44M62 50h18M62 36l17 -7M62 64l17 7';
/** The same for a place of some twenty pixels: nothing on the screen. */
const show = 'M16 14h26a7 7 0 0 1 7 7v58a7 7 0 0 1 -7 7h-26a7 7 0 0 1 -7 -7v-58a7 7 0 0 1 7 -7zM66 50h24M66 30l22 -10M66 70l22 10';

/** SVG path data in a square of 100; lines, drawn `signLine` wide. */
export const glyphs: Readonly<Record<SignName, string>> = {
    starting: 'M22 50h.1M50 50h.1M78 50h.1',
    idle: 'M24 34h52l7 52h-66zM36 34v-6a14 14 0 0 1 28 0v6',
    choose: 'M18 18h24v24h-24zM58 18h24v24h-24zM18 58h24v24h-24zM58 58h24v24h-24z',
    pay: showing,
    presence: 'M50 14a16 16 0 0 1 0 32a16 16 0 0 1 0 -32zM18 86v-4c0 -14 12 -22 32 -22s32 8 32 22v4',
    reading: `${corners}M34 34v32M45 34v32M55 34v32M66 34v32`,
    wait: 'M26 14h48M26 86h48M32 14v8c0 14 18 18 18 28s-18 14 -18 28v8M68 14v8c0 14 -18 18 -18 28s18 14 18 28v8',
    delivering: 'M50 10v46M30 38l20 20l20 -20M14 62v24h72v-24',
    thanks: 'M16 54l23 24l45 -52',
    declined: 'M22 22l56 56M78 22l-56 56',
    cancelled: 'M26 26l48 48M74 26l-48 48',
    moneyBack: 'M36 14l-22 22l22 22M16 36h44a25 25 0 0 1 0 50h-30',
    nothingOut: 'M36 16l28 28M64 16l-28 28M14 62v24h72v-24',
    review: 'M44 16a28 28 0 0 1 0 56a28 28 0 0 1 0 -56zM65 65l21 21',
    outOfService: 'M16 50h68',
    offline: 'M14 44c20 -20 52 -20 72 0M32 62c10 -10 26 -10 36 0M50 80h.1M16 12l68 76',
    service: 'M60 18a24 24 0 0 1 20 -4l-14 14l2 8l8 2l14 -14a22 22 0 0 1 -30 26l-34 34a8 8 0 0 1 -12 -12l34 -34a22 22 0 0 1 12 -20z',
    show,
    scan: `${corners}M12 50h76`,
    notice: 'M50 16v42M50 82h.1',
    language: 'M50 12a38 38 0 0 1 0 76a38 38 0 0 1 0 -76zM12 50h76M50 12c-22 22 -22 54 0 76c22 -22 22 -54 0 -76z',
    phone: `${phone}M45 74h10`,
    help: 'M36 34c0 -20 30 -20 30 0c0 12 -16 12 -16 26M50 84h.1',
};

const plateOf: Readonly<Record<ScreenKind, Plate>> = {
    starting: 'circle',
    idle: 'square',
    choose: 'square',
    pay: 'square',
    presence: 'square',
    reading: 'circle',
    wait: 'circle',
    delivering: 'circle',
    thanks: 'circle',
    declined: 'octagon',
    cancelled: 'circle',
    moneyBack: 'circle',
    nothingOut: 'triangle',
    review: 'triangle',
    outOfService: 'circle',
    offline: 'square',
    service: 'square',
};

/** In a triangle there is little room: its sign is the one that everybody knows. */
const inTriangle: SignName = 'notice';

/** The plate of a state and the sign on it. Only where the scanner waits does the sign hold a telephone to it. */
export function stateSign({ kind, scanning }: Pick<Screen, 'kind' | 'scanning'>): { readonly plate: Plate; readonly glyph: string } {
    const plate = plateOf[kind];
    if (plate === 'triangle') return { plate, glyph: glyphs[inTriangle] };
    return { plate, glyph: kind === 'pay' && !scanning ? glyphs.wait : glyphs[kind] };
}

/** Outlines of the plates in a square of 100. */
export const plates: Readonly<Record<Plate, string>> = {
    circle: 'M50 0a50 50 0 0 1 0 100a50 50 0 0 1 0 -100z',
    square: 'M18 0h64a18 18 0 0 1 18 18v64a18 18 0 0 1 -18 18h-64a18 18 0 0 1 -18 -18v-64a18 18 0 0 1 18 -18z',
    octagon: 'M29.3 0h41.4l29.3 29.3v41.4l-29.3 29.3h-41.4l-29.3 -29.3v-41.4z',
    triangle: 'M43.1 8a8 8 0 0 1 13.8 0l42 74a8 8 0 0 1 -6.9 12h-84a8 8 0 0 1 -6.9 -12z',
};

/** Where on its plate a sign stands: its middle from above and its side, in parts of the plate's. */
export const seats: Readonly<Record<Plate, { readonly middle: number; readonly side: number }>> = {
    circle: { middle: 0.5, side: 0.54 },
    square: { middle: 0.5, side: 0.62 },
    octagon: { middle: 0.5, side: 0.6 },
    triangle: { middle: 0.6, side: 0.56 },
};
