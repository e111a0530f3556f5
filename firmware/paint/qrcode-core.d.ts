/** What the painter uses of qrcode's core, which has no types of its own: the matrix, none of its renderers. */
declare module 'qrcode/lib/core/qrcode.js' {
    interface Matrix {
        readonly version: number;
        readonly modules: { readonly size: number; get(row: number, column: number): number };
    }
    /** Throws when the text does not fit into a symbol of version 40. */
    export function create(text: string, options: { errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H' }): Matrix;
}
