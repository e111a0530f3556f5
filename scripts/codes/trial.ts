/**
 * Trial: codes of real length on one panel, as the painter draws them, read from the frame's own pixels and from pictures of it that a
 * camera took badly, each in one way or in all.
 */
import type { Painter } from '../../firmware/paint/painter.ts';
import type { Screen } from '../../firmware/screens/screen.ts';
import { sampleScreen, samples } from '../screens/samples.ts';
import { chanceOf, focalPx, type GreyImage, halfOf, lightOf, photograph, type Shot, type Subject } from './camera.ts';
import type { Panel } from './panels.ts';
import { readGrey, readPixels, readWithZbar } from './readers.ts';

export const kinds = ['arm', 'blur', 'tilt', 'turn', 'noise', 'light', 'all'] as const;
export type Kind = (typeof kinds)[number];

export const kindTexts: Readonly<Record<Kind, string>> = {
    arm: 'straight on, in focus as a hand holds it: blur of 0.1 to 0.25 modules, tilt up to 5°',
    blur: 'out of focus: Gaussian blur of 0.3 to 0.4 modules',
    tilt: 'from the side: 10° to 25° in any direction, in perspective',
    turn: 'turned by any angle',
    noise: 'in the dark: noise of 10 to 20 steps of 255',
    light: 'paper: 8:1 and a shadow that takes up to 60 %; glass: a lamp mirrored with up to 60 % of its white',
    all: 'blur up to 0.3 modules, tilt up to 15°, turned, noise of 8 steps and the light of its kind, together',
};

export interface Score {
    tried: number;
    jsqr: number;
    zbar: number;
    /** By at least one of the two. */
    either: number;
}

export interface TrialResult {
    readonly panel: Panel;
    readonly modulePx: { readonly least: number; readonly most: number };
    readonly moduleMm: { readonly least: number; readonly most: number };
    /** Sensor pixels a module, in the pictures. */
    readonly cameraPx: { readonly least: number; readonly most: number };
    readonly codes: number;
    /** Codes read from the frame's own pixels. */
    readonly clean: Score;
    readonly kinds: Readonly<Record<Kind, Score>>;
    /** The second reader is not installed: its figures are 0. */
    readonly withoutZbar: boolean;
}

/** An arm's length. */
const distanceMostMm = 600;
/** A telephone's main lens sees nothing sharp that is nearer. */
const distanceLeastMm = 120;
const locales = ['en', 'de', 'fr', 'es', 'zh-Hans', 'ja', 'ko', 'th', 'ms'];
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** An order code in the gateway's shape, 59 characters. */
export function orderCodeOf(chance: () => number): string {
    const token = Array.from({ length: 24 }, () => letters[Math.floor(chance() * letters.length)]).join('');
    return `https://gqr.alipay.com/281017040012${token}`;
}

/** The address of an entry page, 34 to 51 characters. */
export function entryUrlOf(chance: () => number): string {
    const number = String(Math.floor(chance() * 1000)).padStart(3, '0');
    return chance() < 0.5 ? `https://pay.example.com/e/kiosk-${number}` : `https://pay.corner-stand.example/e/berlin-mitte-${number}`;
}

/** @param options.codes how many codes; each is pictured once in each way of `kinds`. */
export async function tryPanel(
    painter: Painter,
    panel: Panel,
    options: { codes: number; seed: number; zbar: boolean },
): Promise<TrialResult> {
    const scoreOf = (): Score => ({ tried: 0, jsqr: 0, zbar: 0, either: 0 });
    const clean = scoreOf();
    const scores = Object.fromEntries(kinds.map((kind) => [kind, scoreOf()])) as Record<Kind, Score>;
    const modulePx: number[] = [];
    const cameraPx: number[] = [];
    const pictures: { score: Score; image: GreyImage; value: string; jsqr: boolean }[] = [];
    for (let index = 0; index < options.codes; index++) {
        const chance = chanceOf(options.seed * 1_000_003 + index);
        const screen = screenFor(index, chance);
        const value = screen.code?.value ?? '';
        const frame = painter.frame(screen, { form: 'pixels', ...sizeOf(panel) }, index + 1).pixels;
        const found = frame === undefined ? undefined : readPixels(frame.rgba, panel);
        if (frame === undefined || found === undefined || found.data !== value) {
            for (const score of [clean, ...Object.values(scores)]) score.tried++;
            continue;
        }
        modulePx.push(painter.codeFit(screen, panel)?.modulePx ?? 0);
        pictures.push({ score: clean, image: greyOf(frame), value, jsqr: true });
        const { topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner } = found.location;
        const subject: Subject = {
            panel,
            light: lightOf(frame.rgba),
            corners: [topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner],
            modules: 17 + 4 * found.version,
        };
        for (const kind of kinds) {
            const shot = shotOf(kind, subject, chance);
            cameraPx.push(sideMmOf(subject) / subject.modules / shot.distanceMm);
            const image = photograph(subject, shot, chance);
            pictures.push({ score: scores[kind], image, value, jsqr: readGrey(image) === value || readGrey(halfOf(image)) === value });
        }
    }
    const texts = options.zbar ? await readWithZbar(pictures.map(({ image }) => image)) : undefined;
    // A scanner tries what it could not read in another size.
    const second = pictures.filter(({ value }, index) => texts !== undefined && texts[index] !== value);
    const smaller = second.length === 0 ? [] : await readWithZbar(second.map(({ image }) => halfOf(image)));
    const zbarRead = new Set(pictures.filter(({ value }, index) => texts?.[index] === value));
    for (const [index, picture] of second.entries()) if (smaller?.[index] === picture.value) zbarRead.add(picture);
    for (const picture of pictures) {
        const zbar = zbarRead.has(picture);
        picture.score.tried++;
        if (picture.jsqr) picture.score.jsqr++;
        if (zbar) picture.score.zbar++;
        if (picture.jsqr || zbar) picture.score.either++;
    }
    const pixelMm = (panel.pixelMm.x + panel.pixelMm.y) / 2;
    const px = spanOf(modulePx);
    return {
        panel,
        codes: options.codes,
        modulePx: px,
        moduleMm: { least: px.least * pixelMm, most: px.most * pixelMm },
        cameraPx: spanOf(cameraPx.map((part) => part * focalPx)),
        clean,
        kinds: scores,
        withoutZbar: texts === undefined,
    };
}

function sizeOf(panel: Panel) {
    return { width: panel.width, height: panel.height, depth: panel.depth };
}

/** An order and an entry code in turn, in each language in turn. */
function screenFor(index: number, chance: () => number): Screen {
    const order = index % 2 === 0;
    const sample = samples().find(({ name }) => name === (order ? 'pay-both' : 'idle-stand'));
    const screen = sample === undefined ? undefined : sampleScreen(sample, locales[index % locales.length] ?? 'en');
    if (screen?.code === undefined) throw new Error('the samples have lost their codes');
    return { ...screen, code: { ...screen.code, value: order ? orderCodeOf(chance) : entryUrlOf(chance) } };
}

function shotOf(kind: Kind, subject: Subject, chance: () => number): Shot {
    const paper = subject.panel.kind === 'paper';
    const between = (least: number, most: number) => least + (most - least) * chance();
    const plain: Shot = {
        distanceMm: Math.max(distanceLeastMm, Math.min(distanceMostMm, 10 * sideMmOf(subject)) * between(0.5, 1)),
        blurModules: 0.1,
        tiltDegrees: between(0, 5),
        tiltTowardsDegrees: between(0, 360),
        turnDegrees: between(-10, 10),
        noise: 3,
        // Glass is 1000:1 in the dark; the room lit gives its black some light.
        darkByLight: paper ? 0.125 : 0.02,
        glare: 0,
        shade: 0.1,
    };
    const light = paper ? { shade: between(0.3, 0.6) } : { glare: between(0.3, 0.6) };
    switch (kind) {
        case 'arm':
            return { ...plain, blurModules: between(0.1, 0.25) };
        case 'blur':
            return { ...plain, blurModules: between(0.3, 0.4) };
        case 'tilt':
            return { ...plain, tiltDegrees: between(10, 25) };
        case 'turn':
            return { ...plain, turnDegrees: between(0, 360) };
        case 'noise':
            return { ...plain, noise: between(10, 20) };
        case 'light':
            return { ...plain, ...light };
        case 'all':
            return {
                ...plain,
                ...light,
                blurModules: between(0.15, 0.3),
                tiltDegrees: between(5, 15),
                turnDegrees: between(0, 360),
                noise: 8,
            };
    }
}

function sideMmOf(subject: Subject): number {
    const [first, second] = subject.corners;
    if (first === undefined || second === undefined) return 0;
    const { pixelMm } = subject.panel;
    return Math.hypot((second.x - first.x) * pixelMm.x, (second.y - first.y) * pixelMm.y);
}

function greyOf(frame: { width: number; height: number; rgba: Uint8Array }): GreyImage {
    const grey = new Uint8Array(frame.width * frame.height);
    for (let index = 0; index < grey.length; index++) {
        const at = index * 4;
        grey[index] = ((frame.rgba[at] ?? 0) * 54 + (frame.rgba[at + 1] ?? 0) * 183 + (frame.rgba[at + 2] ?? 0) * 19) >> 8;
    }
    return { width: frame.width, height: frame.height, grey };
}

function spanOf(values: readonly number[]): { least: number; most: number } {
    return { least: Math.min(...values), most: Math.max(...values) };
}
