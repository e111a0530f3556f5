/** Draw code: a payment code as a QR code. Loaded when the phone shows one. */
import { encodeQR } from 'qr';

/** A path for SVG in units of a module, with half of the quiet zone; `size` modules a side. */
export function codePath(text: string): { readonly path: string; readonly size: number } {
    const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 2 });
    let path = '';
    rows.forEach((row, y) => {
        for (let x = 0; x < row.length; x++) {
            if (row[x] !== true) continue;
            let end = x;
            while (row[end + 1] === true) end += 1;
            path += `M${x} ${y}h${end - x + 1}v1h-${end - x + 1}z`;
            x = end;
        }
    });
    return { path, size: rows.length };
}
