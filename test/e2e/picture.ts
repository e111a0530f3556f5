/** Picture: reads the screen's PNG file as a customer's telephone does, with decoders that the product does not use. */
import { readFileSync } from 'node:fs';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';

// The package is CommonJS with a `default` of its own: its types name the module, Node hands out the function.
const decode = jsqr as unknown as typeof jsqr.default;

/** The text of the QR code in a PNG file; undefined where there is no file yet or no code on it. */
export function codeOnPicture(file: string): string | undefined {
    let bytes: Buffer;
    try {
        bytes = readFileSync(file);
    } catch {
        return undefined;
    }
    const { data, width, height } = PNG.sync.read(bytes);
    return decode(new Uint8ClampedArray(data), width, height)?.data;
}
