/**
 * Figures: what a benchmark measured, beside what the machine itself needs for the same work in the same run, and the table of them all.
 * Pure.
 */

/** A sample's middle and tail, in the unit of its figure. */
export interface Summary {
    readonly count: number;
    readonly median: number;
    /** The value that 99 of 100 stay below; with fewer than 100 samples, the largest. */
    readonly p99: number;
    readonly least: number;
    readonly most: number;
}

export interface Target {
    /** In words, as it is promised. */
    readonly words: string;
    readonly met: boolean;
}

export interface Figure {
    readonly name: string;
    readonly unit: 'ms' | 'MB' | 'kB';
    readonly measured: Summary;
    readonly floor?: { readonly name: string; readonly measured: Summary };
    /** Median over the floor's median. */
    readonly ratio?: number;
    readonly targets: readonly Target[];
    /** What a reader must know to read it right. */
    readonly note?: string;
}

/** Something that could not be measured here, and why. */
export interface Missing {
    readonly name: string;
    readonly why: string;
}

export function summaryOf(samples: readonly number[]): Summary {
    if (samples.length === 0) throw new Error('a summary of no samples');
    const sorted = [...samples].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return { count: sorted.length, median: middleOf(sorted), p99: at(0.99), least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 };
}

function middleOf(sorted: readonly number[]): number {
    const half = sorted.length >> 1;
    const upper = sorted[half] ?? 0;
    return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

/** The middle of the ratios of pairs: what a noisy machine does to both of a pair falls out. */
export function pairedRatio(pairs: readonly (readonly [measured: number, floor: number])[]): number {
    return summaryOf(pairs.map(([measured, floor]) => measured / floor)).median;
}

/** A target of at most `limit`, judged by `value`. */
export function atMost(words: string, order: { value: number; limit: number }): Target {
    return { words, met: order.value <= order.limit };
}

const columns = ['figure', 'median', 'p99', 'floor', 'floor p99', 'ratio', 'n', 'target'] as const;

/** The table as lines of Markdown, which also reads well in a terminal. */
export function tableOf(figures: readonly Figure[]): string[] {
    const rows = figures.map((figure) => [
        figure.name,
        shown(figure.measured.median, figure.unit),
        figure.measured.count > 1 ? shown(figure.measured.p99, figure.unit) : '',
        figure.floor === undefined ? '' : shown(figure.floor.measured.median, figure.unit),
        figure.floor === undefined || figure.floor.measured.count < 2 ? '' : shown(figure.floor.measured.p99, figure.unit),
        figure.ratio === undefined ? '' : `${figure.ratio.toFixed(2)} x`,
        String(figure.measured.count),
        figure.targets.map(({ words, met }) => `${words}: ${met ? 'met' : 'MISSED'}`).join('; '),
    ]);
    const widths = columns.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
    const line = (cells: readonly string[]) => `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
    return [line(columns), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)];
}

function shown(value: number, unit: Figure['unit']): string {
    return `${value.toFixed(value < 10 && unit === 'ms' ? 2 : 1)} ${unit}`;
}
