/**
 * Look: colours and signs. A sign says by its shape what its colour says too: nobody needs to see colours, and e-ink has none.
 */
import type { ScreenKind } from '../screens/screen.ts';

export interface Palette {
    readonly paper: string;
    readonly ink: string;
    /** Less important text; still 7 to 1 against the paper. */
    readonly quiet: string;
    readonly accent: string;
    /** Behind less important text. */
    readonly tint: string;
    /** A large coloured field stands behind the sign: not on e-ink, where it leaves ghosts and slows every change. */
    readonly field: boolean;
}

const blue = '#1d4ed8';
const green = '#166534';
const amber = '#92400e';
const red = '#b91c1c';
const slate = '#334155';

const accents: Readonly<Record<ScreenKind, string>> = {
    starting: slate,
    idle: blue,
    choose: blue,
    pay: blue,
    presence: blue,
    reading: amber,
    wait: amber,
    delivering: green,
    thanks: green,
    declined: red,
    cancelled: slate,
    moneyBack: blue,
    nothingOut: amber,
    review: amber,
    outOfService: slate,
    offline: slate,
    service: slate,
};

/** @param depth bits of a pixel; up to 2 there is only black, white and perhaps grey. */
export function paletteOf(kind: ScreenKind, depth: number): Palette {
    if (depth <= 2) return { paper: '#ffffff', ink: '#000000', quiet: '#000000', accent: '#000000', tint: '#ffffff', field: false };
    return { paper: '#ffffff', ink: '#111827', quiet: '#4b5563', accent: accents[kind], tint: '#eef2f7', field: true };
}

/** Lines of a sign in a square of 100, drawn 8 wide with round ends. */
export const signs: Readonly<Record<ScreenKind, string>> = {
    starting: 'M26 50h.1M50 50h.1M74 50h.1',
    idle: 'M36 18h28a6 6 0 0 1 6 6v52a6 6 0 0 1 -6 6h-28a6 6 0 0 1 -6 -6v-52a6 6 0 0 1 6 -6zM40 48l8 9l14 -18',
    choose: 'M24 24h22v22h-22zM54 24h22v22h-22zM24 54h22v22h-22zM54 54h22v22h-22z',
    pay: 'M22 38v-16h16M62 22h16v16M78 62v16h-16M38 78h-16v-16M26 50h48',
    presence: 'M36 18h28a6 6 0 0 1 6 6v52a6 6 0 0 1 -6 6h-28a6 6 0 0 1 -6 -6v-52a6 6 0 0 1 6 -6zM46 70h8M42 34h16M42 46h16',
    reading: 'M22 38v-16h16M62 22h16v16M78 62v16h-16M38 78h-16v-16M26 50h48',
    wait: 'M30 20h40M30 80h40M34 20c0 18 16 22 16 30s-16 12 -16 30M66 20c0 18 -16 22 -16 30s16 12 16 30',
    delivering: 'M50 18v40M32 42l18 18l18 -18M20 64v16h60v-16',
    thanks: 'M22 52l20 20l38 -42',
    declined: 'M28 28l44 44M72 28l-44 44',
    cancelled: 'M28 28l44 44M72 28l-44 44',
    moneyBack: 'M38 22l-18 18l18 18M22 40h38a18 18 0 0 1 0 36h-24',
    nothingOut: 'M38 22l-18 18l18 18M22 40h38a18 18 0 0 1 0 36h-24',
    review: 'M50 18v38M50 78h.1',
    outOfService: 'M24 50h52',
    offline: 'M24 44c15 -14 37 -14 52 0M36 58c8 -8 20 -8 28 0M50 74h.1M22 22l56 56',
    service: 'M62 22a18 18 0 0 0 -16 26l-22 22a6 6 0 0 0 8 8l22 -22a18 18 0 0 0 24 -22l-11 11l-10 -2l-2 -10z',
};
