/** Readers: two programs that read QR codes and share nothing with the code that draws them, nor with each other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsqrModule from 'jsqr';
import { runProgram } from '../house/programs.ts';
import type { GreyImage } from './camera.ts';

interface Found {
    readonly data: string;
    readonly version: number;
    readonly location: Readonly<
        Record<'topLeftCorner' | 'topRightCorner' | 'bottomRightCorner' | 'bottomLeftCorner', { readonly x: number; readonly y: number }>
    >;
}
type Read = (data: Uint8ClampedArray, width: number, height: number, options: { inversionAttempts: 'dontInvert' }) => Found | null;
const read = ((jsqrModule as { default?: unknown }).default ?? jsqrModule) as Read;

/** What jsqr (zxing's way, in JavaScript) finds in RGBA pixels, dark on light only. */
export function readPixels(rgba: Uint8Array, size: { width: number; height: number }): Found | undefined {
    return read(Uint8ClampedArray.from(rgba), size.width, size.height, { inversionAttempts: 'dontInvert' }) ?? undefined;
}

/** The text that jsqr reads in a picture, undefined where it finds none. */
export function readGrey(image: GreyImage): string | undefined {
    const rgba = new Uint8Array(image.grey.length * 4);
    for (const [index, value] of image.grey.entries()) rgba.fill(value, index * 4, index * 4 + 4);
    return readPixels(rgba, image)?.data;
}

/** The texts that zbarimg (zbar-tools) reads in many pictures, in their order; undefined for all where the program is not installed. */
export async function readWithZbar(images: readonly GreyImage[]): Promise<readonly (string | undefined)[] | undefined> {
    const folder = mkdtempSync(join(tmpdir(), 'tillbox-codes-'));
    try {
        const names = images.map((image, index) => {
            const name = `${index}.pgm`;
            writeFileSync(join(folder, name), Buffer.concat([Buffer.from(`P5\n${image.width} ${image.height}\n255\n`), image.grey]));
            return name;
        });
        const args = ['--quiet', '--xml', '-Sdisable', '-Sqrcode.enable', ...names];
        const { code, output } = await runProgram({ command: 'zbarimg', args, folder, quiet: true });
        // Exit code 4: no code was found in some picture.
        if (code !== 0 && code !== 4) return undefined;
        const texts = new Map<string, string>();
        for (const [, name = '', body = ''] of output.matchAll(/<source href='([^']+)'>([\s\S]*?)<\/source>/g)) {
            const text = /<data[^>]*><!\[CDATA\[([\s\S]*?)\]\]><\/data>/.exec(body)?.[1];
            if (text !== undefined) texts.set(name, text);
        }
        return names.map((name) => texts.get(name));
    } finally {
        rmSync(folder, { recursive: true });
    }
}
