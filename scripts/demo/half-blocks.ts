/**
 * Half blocks: a QR code as lines of text, two modules a character, with its quiet zone (ISO/IEC 18004).
 *
 * With colour the code is black on white whatever the terminal's own colours are; without, light modules are drawn and the background is
 * taken to be dark, as in most terminals.
 */
import { fitCode, quietModules } from '../../firmware/paint/code.ts';

/** A square that has room for any code at 4 pixels a module, so that the level that the networks ask for is taken. */
const roomPx = 1_000;

/** Lines to write; undefined where the text is too long for a code. */
export function halfBlocks(text: string, options: { colour: boolean }): readonly string[] | undefined {
    const code = fitCode(text, roomPx);
    if (code === undefined) return undefined;
    const lines: string[] = [];
    const end = code.modules + quietModules;
    for (let row = -quietModules; row < end; row += 2) {
        let line = '';
        for (let column = -quietModules; column < end; column += 1) {
            const upper = !code.dark(row, column);
            // The last line of an odd number of rows has nothing below it: no light there.
            const lower = row + 1 < end && !code.dark(row + 1, column);
            line += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';
        }
        lines.push(options.colour ? `\u001b[38;5;231;48;5;16m${line}\u001b[0m` : line);
    }
    return lines;
}
