/**
 * Painter: turns a screen into what a display takes: pixels, SVG or lines of text.
 *
 * Owns: fonts, rasteriser, matrices; loaded once, when it is created.
 * Rules: the QR code is blitted on the pixel grid and never resampled; a frame is `payable` only when the code is really in it.
 */
import { fileURLToPath } from 'node:url';
import type { Display, Frame, FramePage } from '../ports/devices.ts';
import { catalogueOf } from '../screens/messages.ts';
import type { Screen } from '../screens/screen.ts';
import { blit, type DrawnCode, fitCode } from './code.ts';
import { openFonts, scriptOf } from './fonts.ts';
import { layout, type Picture } from './layout.ts';
import { artworkOf, type MarkFile } from './marks.ts';
import type { Size } from './measures.ts';
import { quantise } from './quantise.ts';
import { releaseSoon } from './release.ts';
import { svgOf } from './svg.ts';
import { lettersOf } from './text.ts';
import { linesOf } from './text-lines.ts';

export type DisplayShape = Pick<Display, 'form' | 'width' | 'height' | 'depth' | 'touch'>;

/** Something that a display cannot show; worth a line in the log, once. */
export type PaintProblem =
    /** The code would need a square of `needsPx`; nothing payable is on the glass. */
    | { readonly kind: 'code-too-large'; readonly needsPx: number; readonly width: number; readonly height: number }
    /** Texts of these roles, which must be said, found no room. */
    | { readonly kind: 'text-left-out'; readonly roles: readonly string[]; readonly screen: string }
    /** Letters that stand in no font at hand: a box was drawn. */
    | { readonly kind: 'letters-missing'; readonly letters: string };

export interface PainterOptions {
    /** Where the bundle's fonts lie; beside this file when left out. */
    readonly fontFolder?: string;
    /** The folder of a font package, undefined where it is not installed; found by Node's rules when left out. */
    readonly packageFolder?: (name: string) => string | undefined;
    /** The wallets' acceptance marks as the operator supplied them; none takes no room. */
    readonly marks?: readonly MarkFile[];
    /** Codes are drawn with modules of 2 pixels where 3 find no room: `display.allowSmallQr`. */
    readonly allowSmallQr?: boolean;
    readonly onProblem?: (problem: PaintProblem) => void;
}

export interface Painter {
    /** A document that stands alone, with the code in it. */
    svg(screen: Screen, size: Size): string;
    /** @param id of the frame, growing (ports/devices.ts). */
    frame(screen: Screen, display: DisplayShape, id: number): Frame;
    /** How a code would be drawn on a display: `till doctor` and the config check ask before it is sold with. Undefined: not at all. */
    codeFit(screen: Screen, size: Size): DrawnCode | undefined;
    /** Does the first, slow calls at a quiet moment. @param texts that will be shown, such as the catalogue's names: their letters are loaded. */
    warm(display: DisplayShape, screen: Screen, texts?: readonly string[]): void;
}

/** Modules of 2 pixels are read from close by, on a sharp panel. */
const smallModulePx = 2;

/**
 * Opens the fonts and the rasteriser. Takes some tens of milliseconds; the first frame is the slowest (see `warm`).
 * @throws Fault MARK_WITHOUT_SIZE (config) for an acceptance mark that cannot be measured.
 */
export async function createPainter(options: PainterOptions = {}): Promise<Painter> {
    const room = { marks: (options.marks ?? []).map(artworkOf), ...(options.allowSmallQr === true ? { modulePxMin: smallModulePx } : {}) };
    const { Resvg } = await import('@resvg/resvg-js');
    const fonts = openFonts({
        folder: options.fontFolder ?? fileURLToPath(new URL('./fonts/', import.meta.url)),
        ...(options.packageFolder === undefined ? {} : { packageFolder: options.packageFolder }),
    });
    const told = new Set<string>();
    const tell = (problem: PaintProblem) => {
        const name = JSON.stringify(problem);
        if (told.has(name)) return;
        told.add(name);
        options.onProblem?.(problem);
    };
    const compose = (screen: Screen, display: Size & { depth: number; touch?: boolean }) => {
        const picture = layout(fonts, screen, display, room);
        if (picture.codeNeedsPx !== undefined)
            tell({ kind: 'code-too-large', needsPx: picture.codeNeedsPx, width: display.width, height: display.height });
        // Small displays say less on purpose; goods that cannot be chosen are no comfort to leave out.
        const left = [...picture.lost, ...(screen.kind === 'choose' ? picture.dropped.filter((role) => role === 'item') : [])];
        if (left.length > 0) tell({ kind: 'text-left-out', roles: left, screen: screen.kind });
        const letters = fonts.missing().join('');
        if (letters !== '') tell({ kind: 'letters-missing', letters });
        return { picture, script: scriptOf(screen.locale) };
    };
    const pixelsOf = (screen: Screen, display: DisplayShape) => {
        const { picture, script } = compose(screen, display);
        const image = new Resvg(svgOf(fonts, picture, { code: false, script }), { font: { loadSystemFonts: false } }).render();
        const rgba = image.pixels;
        releaseSoon();
        quantise(rgba, display.depth);
        if (picture.code !== undefined) blit(picture.code.drawn, picture.code, { width: image.width, rgba });
        return { pixels: { width: image.width, height: image.height, rgba }, picture };
    };
    const frame: Painter['frame'] = (screen, display, id) => {
        const payable = (picture: Picture) => screen.code?.payable !== undefined && picture.code !== undefined;
        switch (display.form) {
            case 'pixels': {
                const { pixels, picture } = pixelsOf(screen, display);
                const page = display.touch === true ? { page: pageOf(screen, picture) } : {};
                return { id, kind: screen.kind, payable: payable(picture), pixels, ...page };
            }
            case 'svg': {
                const { picture, script } = compose(screen, display);
                const svg = svgOf(fonts, picture, { code: true, script });
                return { id, kind: screen.kind, payable: payable(picture), svg, page: pageOf(screen, picture) };
            }
            case 'text':
                return { id, kind: screen.kind, payable: false, lines: linesOf(screen, display) };
        }
    };
    return {
        svg(screen, size) {
            const { picture, script } = compose(screen, { ...size, depth: 24 });
            return svgOf(fonts, picture, { code: true, script });
        },
        frame,
        codeFit: (screen, size) => layout(fonts, screen, { ...size, depth: 24 }, room).code?.drawn,
        warm(display, screen, texts = []) {
            const script = scriptOf(screen.locale);
            for (const letter of lettersOf(texts.join('\n'))) {
                fonts.glyph(letter, { weight: 400, script });
                fonts.glyph(letter, { weight: 700, script });
            }
            fitCode('https://warm.example/0123456789/0123456789/0123456789/012345', 400);
            frame(screen, display, 0);
        },
    };
}

/** What a browser or a finger needs beside the picture; what is heard with it is the runtime's to say. */
function pageOf(screen: Screen, picture: Picture): FramePage {
    const ends = screen.code?.payable !== undefined && picture.code !== undefined && screen.until !== undefined;
    return {
        words: picture.words,
        lang: catalogueOf(screen.locale),
        ...(ends ? { until: screen.until } : {}),
        touch: picture.touch,
    };
}
