/** SVG: a picture as a document of its own: letters are outlines, so no font is needed; what it says stands in its description. */
import { pathOf } from './code.ts';
import type { TextBox } from './column.ts';
import type { Fonts, Script } from './fonts.ts';
import type { Picture } from './layout.ts';
import { lettersOf } from './text.ts';

/** @param options.code leave it out for pixels: the code is blitted there, never resampled. */
export function svgOf(fonts: Fonts, picture: Picture, options: { code: boolean; script: Script }): string {
    const { width, height, palette } = picture;
    const parts: string[] = [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(picture.words)}">`,
        `<title>${escaped(picture.words)}</title>`,
        rect({ x: 0, y: 0, width, height }, palette.paper),
    ];
    for (const field of picture.fields) parts.push(rect(field, field.color));
    if (picture.sign !== undefined) parts.push(signOf(picture.sign));
    for (const text of picture.texts)
        parts.push(textOf(fonts, text, { ...options, paper: palette.paper, accent: palette.accent, ink: palette.ink }));
    if (options.code && picture.code !== undefined) {
        const { x, y, drawn } = picture.code;
        parts.push(rect({ x, y, width: drawn.sidePx, height: drawn.sidePx }, '#ffffff'));
        parts.push(`<path d="${pathOf(drawn, { x, y })}" fill="#000000" shape-rendering="crispEdges"/>`);
    }
    parts.push('</svg>');
    return parts.join('');
}

function textOf(fonts: Fonts, box: TextBox, look: { script: Script; paper: string; accent: string; ink: string }): string {
    let out = '';
    if (box.frame !== undefined) {
        const { x, y, width, height } = box.frame;
        const radius = round(box.size * 0.25);
        const line = round(Math.max(2, box.size * 0.08));
        out +=
            box.panel === 'solid'
                ? `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}" fill="${look.ink}"/>`
                : `<rect x="${round(x + line / 2)}" y="${round(y + line / 2)}" width="${round(width - line)}" height="${round(height - line)}" rx="${radius}" fill="none" stroke="${look.ink}" stroke-width="${line}"/>`;
    }
    const scale = round(box.size / 1000, 5);
    out += `<g fill="${box.color}">`;
    for (const line of box.lines) {
        let { x } = line;
        for (const letter of lettersOf(line.text)) {
            const glyph = fonts.glyph(letter, { weight: box.weight, script: look.script });
            if (glyph.path !== '')
                out += `<path transform="translate(${round(x)} ${round(line.baseline)}) scale(${scale})" d="${glyph.path}"/>`;
            x += glyph.advance * box.size;
        }
    }
    return `${out}</g>`;
}

function signOf(sign: NonNullable<Picture['sign']>): string {
    const { x, y, width: side } = sign;
    const disc =
        sign.disc === undefined
            ? ''
            : `<circle cx="${round(x + side / 2)}" cy="${round(y + side / 2)}" r="${round(side / 2)}" fill="${sign.disc}"/>`;
    // On a disc the sign keeps clear of the edge.
    const scale = (side / 100) * (sign.disc === undefined ? 1 : 0.7);
    const left = x + (side - 100 * scale) / 2;
    const top = y + (side - 100 * scale) / 2;
    return `${disc}<path transform="translate(${round(left)} ${round(top)}) scale(${round(scale, 4)})" d="${sign.path}" fill="none" stroke="${sign.color}" stroke-width="9" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function rect(at: { x: number; y: number; width: number; height: number }, color: string): string {
    return `<rect x="${round(at.x)}" y="${round(at.y)}" width="${round(at.width)}" height="${round(at.height)}" fill="${color}"/>`;
}

function round(value: number, digits = 2): number {
    const factor = 10 ** digits;
    return Math.round(value * factor) / factor;
}

function escaped(text: string): string {
    return text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
