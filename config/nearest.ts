/** Nearest: the known word that a person most likely meant. Pure. */

/** The known word within a third of the word's length in edits (at least one, at most three), or undefined. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    const limit = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
    let best: { readonly word: string; readonly distance: number } | undefined;
    for (const candidate of known) {
        const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
        if (distance <= limit && (best === undefined || distance < best.distance)) best = { word: candidate, distance };
    }
    return best?.word;
}

/** Insertions, deletions, changes and swaps of neighbours that lead from one word to the other. */
function editDistance(from: string, to: string): number {
    const width = to.length + 1;
    const costs: number[] = Array.from({ length: (from.length + 1) * width }, () => 0);
    const at = (row: number, column: number) => costs[row * width + column] ?? 0;
    for (let row = 0; row <= from.length; row += 1) {
        for (let column = 0; column <= to.length; column += 1) {
            if (row === 0 || column === 0) {
                costs[row * width + column] = row + column;
                continue;
            }
            const same = from[row - 1] === to[column - 1];
            let cost = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (same ? 0 : 1));
            const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
            if (swapped) cost = Math.min(cost, at(row - 2, column - 2) + 1);
            costs[row * width + column] = cost;
        }
    }
    return at(from.length, to.length);
}
