/**
 * Camera: what a telephone sees of a panel: a pinhole, a lens that is a little out of focus, a sensor with noise, and the light on the
 * panel. Grey values; the same seed gives the same picture.
 *
 * Breaks: focus, angle, turn, distance, noise, contrast, glare. Never breaks: the code's own modules, and that all of it is in the picture.
 */
import type { Panel } from './panels.ts';

export interface GreyImage {
    readonly width: number;
    readonly height: number;
    /** One byte a pixel. */
    readonly grey: Uint8Array;
}

/** A panel as it shows a frame, and where on it the code stands: its four corners in frame pixels, clockwise from the upper left. */
export interface Subject {
    readonly panel: Panel;
    /** Light of each pixel, 0 to 1, row by row (`lightOf`). */
    readonly light: Float32Array;
    readonly corners: readonly { readonly x: number; readonly y: number }[];
    /** Modules along a side, without the quiet zone. */
    readonly modules: number;
}

/** What goes wrong with one shot. Zeros are a perfect one. */
export interface Shot {
    /** Distance from lens to code. */
    readonly distanceMm: number;
    /** Standard deviation of the blur, in modules. */
    readonly blurModules: number;
    /** Between the line of sight and the panel's own axis. */
    readonly tiltDegrees: number;
    /** In which direction it is tilted. */
    readonly tiltTowardsDegrees: number;
    /** The telephone's own turn around the line of sight. */
    readonly turnDegrees: number;
    /** Standard deviation of the noise, in steps of 255. */
    readonly noise: number;
    /** Light of dark parts by that of light ones: 0 is ink without light, 0.125 is paper of 8:1. */
    readonly darkByLight: number;
    /** Brightest spot of a lamp that the panel mirrors, in parts of its white; 0 without. */
    readonly glare: number;
    /** How much less light falls on one edge than on the other, 0 to 1. */
    readonly shade: number;
}

/** A telephone's preview of 1,920 pixels across a view of 66°. */
export const focalPx = 1920 / 2 / Math.tan((33 * Math.PI) / 180);
const bezel = 0.02;
const samplesAcross = 2;
/** Of the code's own size, around it. */
const marginParts = 0.35;

/** Numbers between 0 and 1, the same for the same seed (mulberry32, public domain). */
export function chanceOf(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** Takes the picture: the sensor's pixels around the code. */
export function photograph(subject: Subject, shot: Shot, chance: () => number): GreyImage {
    const { panel } = subject;
    const centre = meanOf(subject.corners.map((corner) => onPanel(panel, corner)));
    const [first, second] = subject.corners.map((corner) => onPanel(panel, corner));
    const sideMm = Math.hypot(second!.x - first!.x, second!.y - first!.y);
    const side = Math.ceil(((sideMm * focalPx) / shot.distanceMm) * Math.SQRT2 * (1 + marginParts));
    const image: GreyImage = { width: side, height: side, grey: new Uint8Array(side * side) };
    const light = lightOn(subject, shot, { chance, centre, sideMm });
    const ray = rayOf(shot);
    // Where the sensor's grid falls on the modules is chance.
    const offset = { x: chance() - 0.5, y: chance() - 0.5 };
    const linear = new Float32Array(side * side);
    for (let row = 0; row < side; row++) {
        for (let column = 0; column < side; column++) {
            let sum = 0;
            for (let sample = 0; sample < samplesAcross ** 2; sample++) {
                const u = column + offset.x + ((sample % samplesAcross) + 0.5) / samplesAcross - side / 2;
                const v = row + offset.y + (Math.floor(sample / samplesAcross) + 0.5) / samplesAcross - side / 2;
                const at = ray(u, v);
                sum += light(centre.x + at.x, centre.y + at.y);
            }
            linear[row * side + column] = sum / samplesAcross ** 2;
        }
    }
    const modulePx = ((sideMm / subject.modules) * focalPx) / shot.distanceMm;
    const blurred = blur(linear, side, shot.blurModules * modulePx);
    let brightest = 1e-6;
    for (const value of blurred) brightest = Math.max(brightest, value);
    // The exposure keeps what is brightest just below white; then the display's curve, then the sensor's noise.
    for (const [index, value] of blurred.entries()) {
        const shown = 240 * (Math.max(0, value) / brightest) ** (1 / 2.2);
        image.grey[index] = Math.max(0, Math.min(255, Math.round(shown + shot.noise * normal(chance))));
    }
    return image;
}

interface Point {
    readonly x: number;
    readonly y: number;
}

function onPanel(panel: Panel, at: Point): Point {
    return { x: at.x * panel.pixelMm.x, y: at.y * panel.pixelMm.y };
}

function meanOf(points: readonly Point[]): Point {
    const sum = points.reduce((total, point) => ({ x: total.x + point.x, y: total.y + point.y }), { x: 0, y: 0 });
    return { x: sum.x / points.length, y: sum.y / points.length };
}

/** Light of a point of the panel, in parts of its white. */
function lightOn(subject: Subject, shot: Shot, at: { chance: () => number; centre: Point; sideMm: number }) {
    const { panel } = subject;
    const { chance, centre, sideMm } = at;
    const spot = { x: centre.x + (chance() - 0.5) * sideMm, y: centre.y + (chance() - 0.5) * sideMm };
    const spotMm = sideMm * (0.2 + 0.4 * chance());
    const from = chance() * 2 * Math.PI;
    return (x: number, y: number): number => {
        const column = Math.floor(x / panel.pixelMm.x);
        const row = Math.floor(y / panel.pixelMm.y);
        let light = bezel;
        if (column >= 0 && row >= 0 && column < panel.width && row < panel.height) {
            const drawn = subject.light[row * panel.width + column] ?? 0;
            light = shot.darkByLight + (1 - shot.darkByLight) * drawn;
        }
        if (shot.shade > 0) {
            const along = ((x - centre.x) * Math.cos(from) + (y - centre.y) * Math.sin(from)) / sideMm;
            light *= 1 - shot.shade * Math.max(0, Math.min(1, along + 0.5));
        }
        if (shot.glare > 0) light += shot.glare * Math.exp(-((x - spot.x) ** 2 + (y - spot.y) ** 2) / (2 * spotMm ** 2));
        return light;
    };
}

const curve = Float32Array.from({ length: 256 }, (_, value) => (value / 255) ** 2.2);

/** RGBA pixels as light, 0 to 1: from the display's curve, then Rec. 709. */
export function lightOf(rgba: Uint8Array): Float32Array {
    const light = new Float32Array(rgba.length / 4);
    const linear = (offset: number) => curve[rgba[offset] ?? 0] ?? 0;
    for (let index = 0; index < light.length; index++)
        light[index] = 0.2126 * linear(index * 4) + 0.7152 * linear(index * 4 + 1) + 0.0722 * linear(index * 4 + 2);
    return light;
}

/** The same picture in half the size, each pixel the mean of four: what a reader tries when the full size was too noisy. */
export function halfOf(image: GreyImage): GreyImage {
    const width = Math.floor(image.width / 2);
    const height = Math.floor(image.height / 2);
    const grey = new Uint8Array(width * height);
    const at = (x: number, y: number) => image.grey[y * image.width + x] ?? 0;
    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
            grey[y * width + x] = (at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1) + 2) >> 2;
    return { width, height, grey };
}

/** Where the ray of a sensor pixel, counted from the middle, meets the panel: millimetres from the code's middle. */
function rayOf(shot: Shot): (u: number, v: number) => Point {
    const turn = (shot.turnDegrees * Math.PI) / 180;
    const towards = (shot.tiltTowardsDegrees * Math.PI) / 180;
    const tilt = (shot.tiltDegrees * Math.PI) / 180;
    const [axisX, axisY] = [Math.cos(towards), Math.sin(towards)];
    const [cosine, sine] = [Math.cos(tilt), Math.sin(tilt)];
    // Rodrigues about an axis in the panel's plane: the panel's own axes as the camera sees them.
    const right = { x: cosine + axisX * axisX * (1 - cosine), y: axisX * axisY * (1 - cosine), z: -axisY * sine };
    const down = { x: axisX * axisY * (1 - cosine), y: cosine + axisY * axisY * (1 - cosine), z: axisX * sine };
    const normal = { x: axisY * sine, y: -axisX * sine, z: cosine };
    return (u, v) => {
        const x = (u * Math.cos(turn) - v * Math.sin(turn)) / focalPx;
        const y = (u * Math.sin(turn) + v * Math.cos(turn)) / focalPx;
        const along = (normal.z * shot.distanceMm) / (normal.x * x + normal.y * y + normal.z);
        const met = { x: x * along, y: y * along, z: along - shot.distanceMm };
        return {
            x: met.x * right.x + met.y * right.y + met.z * right.z,
            y: met.x * down.x + met.y * down.y + met.z * down.z,
        };
    };
}

/** Gauss, along rows and then along columns; the border repeats. */
function blur(values: Float32Array, side: number, deviation: number): Float32Array {
    if (deviation < 0.1) return values;
    const reach = Math.ceil(deviation * 3);
    const weights = Array.from({ length: 2 * reach + 1 }, (_, index) => Math.exp(-((index - reach) ** 2) / (2 * deviation ** 2)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const pass = (from: Float32Array, steps: { along: number; across: number }) => {
        const to = new Float32Array(from.length);
        for (let line = 0; line < side; line++) {
            for (let at = 0; at < side; at++) {
                let sum = 0;
                for (let tap = -reach; tap <= reach; tap++) {
                    const place = Math.max(0, Math.min(side - 1, at + tap));
                    sum += (from[line * steps.across + place * steps.along] ?? 0) * (weights[tap + reach] ?? 0);
                }
                to[line * steps.across + at * steps.along] = sum / total;
            }
        }
        return to;
    };
    return pass(pass(values, { along: 1, across: side }), { along: side, across: 1 });
}

/** A normal deviate (Box and Muller). */
function normal(chance: () => number): number {
    return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}
