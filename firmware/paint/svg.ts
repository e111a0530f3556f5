/** SVG: a picture as a document of its own: letters are outlines, so no font is needed; what it says stands in its description. */
import { pathOf } from './code.ts';
import type { Rect, TextBox } from './column.ts';
import type { Fonts, Script } from './fonts.ts';
import type { Picture } from './layout.ts';
import { plateLine, plates, seats, signLine } from './signs.ts';
import { lettersOf } from './text.ts';

/** @param options.code leave it out for pixels: the code is blitted there, never resampled. */
export function svgOf(fonts: Fonts, picture: Picture, options: { code: boolean; script: Script }): string {
    const { width, height, palette } = picture;
    const parts: string[] = [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(picture.words)}">`,
        `<title>${escaped(picture.words)}</title>`,
        rect({ x: 0, y: 0, width, height }, { fill: palette.paper }),
    ];
    for (const shape of picture.shapes) parts.push(rect(shape, shape));
    if (picture.sign !== undefined) parts.push(plateOf(picture.sign));
    for (const sign of picture.signs) parts.push(glyphOf(sign, sign));
    for (const { x, y, width: wide, height: high, dataUri } of picture.marks)
        parts.push(`<image x="${round(x)}" y="${round(y)}" width="${round(wide)}" height="${round(high)}" href="${dataUri}"/>`);
    for (const text of picture.texts) parts.push(textOf(fonts, text, { script: options.script, crisp: picture.crisp }));
    if (options.code && picture.code !== undefined) {
        const { x, y, drawn } = picture.code;
        parts.push(rect({ x, y, width: drawn.sidePx, height: drawn.sidePx }, { fill: '#ffffff' }));
        parts.push(`<path d="${pathOf(drawn, { x, y })}" fill="#000000" shape-rendering="crispEdges"/>`);
    }
    parts.push('</svg>');
    return parts.join('');
}

function textOf(fonts: Fonts, box: TextBox, look: { script: Script; crisp: boolean }): string {
    let out = '';
    if (box.frame !== undefined) {
        const edgePx = Math.max(1, Math.round(box.size * 0.08));
        out += rect(box.frame, { ...box.frame, radius: box.size * 0.3, edgePx });
    }
    if (box.sign !== undefined) out += glyphOf(box.sign, box.sign);
    const scale = round(box.size / 1000, 5);
    out += `<g fill="${box.color}">`;
    for (const line of box.lines) {
        let { x } = line;
        for (const letter of lettersOf(line.text)) {
            const glyph = fonts.glyph(letter, { weight: box.weight, script: look.script });
            const left = look.crisp ? Math.round(x) : round(x);
            if (glyph.path !== '')
                out += `<path transform="translate(${left} ${round(line.baseline)}) scale(${scale})" d="${glyph.path}"/>`;
            x += glyph.advance * box.size;
        }
    }
    return `${out}</g>`;
}

function plateOf(sign: NonNullable<Picture['sign']>): string {
    const { x, y, width: side, plate, plateColor } = sign;
    const seat = seats[plate];
    const inner = side * seat.side;
    const at = { x: x + (side - inner) / 2, y: y + side * seat.middle - inner / 2, width: inner, height: inner };
    return `<path transform="translate(${round(x)} ${round(y)}) scale(${round(side / 100, 4)})" d="${plates[plate]}" fill="${plateColor}"/>${glyphOf(at, sign, plateLine)}`;
}

function glyphOf(at: Rect, sign: { glyph: string; color: string }, line = signLine): string {
    return `<path transform="translate(${round(at.x)} ${round(at.y)}) scale(${round(at.width / 100, 4)})" d="${sign.glyph}" fill="none" stroke="${sign.color}" stroke-width="${line}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function rect(at: Rect, look: { fill?: string; edge?: string; edgePx?: number; radius?: number }): string {
    // An edge lies inside its place, so that nothing is drawn where something else may stand.
    const line = look.edge === undefined ? 0 : (look.edgePx ?? 1);
    const radius = look.radius === undefined ? '' : ` rx="${round(Math.max(0, look.radius - line / 2))}"`;
    const edge = line === 0 ? '' : ` stroke="${look.edge}" stroke-width="${line}"`;
    return `<rect x="${round(at.x + line / 2)}" y="${round(at.y + line / 2)}" width="${round(at.width - line)}" height="${round(at.height - line)}"${radius} fill="${look.fill ?? 'none'}"${edge}/>`;
}

function round(value: number, digits = 2): number {
    const factor = 10 ** digits;
    return Math.round(value * factor) / factor;
}

function escaped(text: string): string {
    return text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
