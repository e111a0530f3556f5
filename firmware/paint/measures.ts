/**
 * Measures: what a display's size decides: its class, its margins and how small a letter may be.
 */
import type { Script, Weight } from './fonts.ts';
import type { Palette } from './look.ts';

export interface Size {
    readonly width: number;
    readonly height: number;
}

/**
 * `full`: from 400 pixels on the short side: everything, in large type. `medium`: a code and its words (240 × 240 to 400 × 300).
 * `small`: a code and what must be said (200 × 200, 296 × 128). `text`: no code fits; what must be said, in few words.
 */
export type SizeClass = 'full' | 'medium' | 'small' | 'text';

/** The gateway's order codes need 41 modules with their quiet zone (protocol §10.2): 123 pixels at 3 a module. */
const codePxMin = 123;

export function classOf(size: Size): SizeClass {
    const short = Math.min(size.width, size.height);
    if (short >= 400) return 'full';
    if (short >= 220) return 'medium';
    return short >= codePxMin ? 'small' : 'text';
}

export interface Measures {
    readonly size: Size;
    readonly class: SizeClass;
    /** A hundredth of the display's smaller side. */
    readonly unit: number;
    readonly pad: number;
    /** The least font size that is read at arm's length. */
    readonly least: number;
    /** Of plain words: thin lines of small letters break up where a pixel is black or white. */
    readonly plainWeight: Weight;
    /** The least side of what a finger touches. */
    readonly finger: number;
    readonly touch: boolean;
    readonly palette: Palette;
    readonly locale: string;
    readonly script: Script;
    /** A font size that this panel draws well, at most the given one. */
    readonly snap: (sizePx: number) => number;
}

/** Height of a small letter in Noto Sans, in parts of the font size. */
const xHeight = 0.536;

/** Without greys a letter stands or falls with whole pixels: sizes are taken at which small letters are a whole number of them high. */
export function snapFor(depth: number, script: Script): (sizePx: number) => number {
    if (depth !== 1 || script !== 'latin') return Math.floor;
    return (sizePx) => (sizePx > 40 ? Math.floor(sizePx) : Math.floor(sizePx * xHeight + 1e-6) / xHeight);
}

/** Font sizes below which a letter of the class is not drawn, in pixels; Han letters and Thai marks need more of them. */
export function leastPx(size: Size, script: Script): number {
    const unit = unitOf(size);
    const dense = script === 'latin' ? 0 : 1;
    switch (classOf(size)) {
        case 'full':
            return Math.max(16, Math.round(unit * 3.6));
        case 'medium':
            return 13 + dense;
        case 'small':
            return 12 + dense;
        case 'text':
            return 11 + dense;
    }
}

export function unitOf(size: Size): number {
    return Math.min(size.height, size.width * 0.95, Math.max(size.width, size.height) * 0.6) / 100;
}

export function padOf(size: Size): number {
    const unit = unitOf(size);
    switch (classOf(size)) {
        case 'full':
            return Math.round(unit * 6);
        case 'medium':
            return Math.round(Math.max(8, unit * 4.5));
        case 'small':
            return 5;
        case 'text':
            return 3;
    }
}
