/**
 * Marks: the wallets' acceptance marks in a calm row of equal height. The operator supplies the artwork; here it is measured and placed.
 *
 * Fails: MARK_WITHOUT_SIZE (config) for a picture whose shape cannot be told.
 */
import { Fault } from '../ports/fault.ts';
import type { Rect } from './column.ts';

/** An acceptance mark as the operator supplied it: `data:image/png;base64,…` or `data:image/svg+xml;base64,…`. */
export interface MarkFile {
    readonly name: string;
    readonly dataUri: string;
}

export interface Artwork extends MarkFile {
    /** Width over height. */
    readonly ratio: number;
}

export interface PlacedMark extends Rect {
    readonly dataUri: string;
}

/** @throws Fault MARK_WITHOUT_SIZE. */
export function artworkOf(mark: MarkFile): Artwork {
    const ratio = ratioOf(mark.dataUri);
    if (ratio !== undefined && ratio > 0.1 && ratio < 20) return { ...mark, ratio };
    throw new Fault({
        code: 'MARK_WITHOUT_SIZE',
        kind: 'config',
        message: `The acceptance mark ${mark.name} has no width and height that a picture can have. Give a PNG, or an SVG with width and height or a viewBox, under marks.`,
        facts: { mark: mark.name },
    });
}

/** Marks from the left, each as wide as its shape asks, all a little lower where they need it; beyond that the last are left out. */
export function markRow(marks: readonly Artwork[], rect: Rect): readonly PlacedMark[] {
    const gapOf = (height: number) => Math.round(height * 0.5);
    // A very wide mark is made lower rather than pushing the others out.
    const widthOf = (ratio: number, height: number) => Math.round(Math.min(height * ratio, height * widestRatio));
    const total = marks.reduce((sum, { ratio }) => sum + widthOf(ratio, rect.height), gapOf(rect.height) * (marks.length - 1));
    const height = Math.floor(rect.height * Math.max(lowestPart, Math.min(1, (rect.width - marks.length) / total)));
    const placed: PlacedMark[] = [];
    let { x } = rect;
    for (const { dataUri, ratio } of marks) {
        const width = widthOf(ratio, height);
        const own = Math.round(Math.min(height, width / ratio));
        if (x + width > rect.x + rect.width + 0.5) break;
        placed.push({ dataUri, x: Math.round(x), y: Math.round(rect.y + (rect.height - own) / 2), width, height: own });
        x += width + gapOf(height);
    }
    return placed;
}

const widestRatio = 4;
/** Lower than this part of its row a mark is not recognised. */
const lowestPart = 0.6;

function ratioOf(dataUri: string): number | undefined {
    const found = /^data:image\/(png|svg\+xml);base64,/.exec(dataUri);
    if (found === null) return undefined;
    const bytes = Buffer.from(dataUri.slice(found[0].length), 'base64');
    if (found[1] === 'png') {
        // The first chunk is IHDR: width and height behind its length and name (PNG, 11.2.2).
        return bytes.length < 24 ? undefined : bytes.readUInt32BE(16) / bytes.readUInt32BE(20);
    }
    const tag = /<svg\b[^>]*>/.exec(bytes.toString('utf8'))?.[0] ?? '';
    const side = (name: string) => {
        const value = new RegExp(`\\s${name}\\s*=\\s*["']\\s*([0-9.]+)\\s*(?:px|pt|mm|cm|in)?\\s*["']`).exec(tag)?.[1];
        return value === undefined ? Number.NaN : Number(value);
    };
    const plain = side('width') / side('height');
    if (Number.isFinite(plain)) return plain;
    const box = /\sviewBox\s*=\s*["']\s*([^"']+)["']/
        .exec(tag)?.[1]
        ?.trim()
        .split(/[\s,]+/)
        .map(Number);
    const ratio = (box?.[2] ?? Number.NaN) / (box?.[3] ?? Number.NaN);
    return Number.isFinite(ratio) ? ratio : undefined;
}
