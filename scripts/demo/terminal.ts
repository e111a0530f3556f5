/**
 * Terminal: what the demonstration says, and how it looks: colour and progress where a person watches, plain lines where a program reads.
 *
 * Rules: NO_COLOR (any value but empty) and a dumb terminal mean no colour; without a terminal every line is written once and whole.
 */

export interface Terminal {
    readonly colour: boolean;
    /** A person watches: progress may move, and there is time to look. */
    readonly watched: boolean;
    /** Columns of the window; 80 where nobody knows. */
    readonly columns: number;
    line(text?: string): void;
    heading(text: string): void;
    /** Shows what is under way until `run` has ended, then how long it took. What `run` throws is thrown. */
    during<Result>(what: string, run: () => Promise<Result>): Promise<Result>;
    paint(style: Style, text: string): string;
}

const styles = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof styles;

/** The part of a stream that is needed; `process.stdout` fits. */
export interface Outlet {
    readonly isTTY?: boolean | undefined;
    readonly columns?: number | undefined;
    write(text: string): unknown;
}

export function openTerminal(out: Outlet, env: Readonly<Record<string, string | undefined>>): Terminal {
    const watched = out.isTTY === true;
    const colour = watched && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
    const paint = (style: Style, text: string) => (colour ? `\u001b[${styles[style]}m${text}\u001b[0m` : text);
    const moves = watched && env.TERM !== 'dumb';
    return {
        colour,
        watched,
        columns: out.columns ?? 80,
        line: (text = '') => void out.write(`${text}\n`),
        heading: (text) => void out.write(`\n${paint('bold', text)}\n`),
        async during(what, run) {
            const startedMs = performance.now();
            if (moves) out.write(`  ${paint('dim', '…')}  ${what}`);
            const begin = moves ? '\r\u001b[2K' : '';
            try {
                const result = await run();
                const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
                out.write(`${begin}  ${paint('green', 'ok')} ${what} ${paint('dim', `(${seconds} s)`)}\n`);
                return result;
            } catch (thrown) {
                out.write(`${begin}  ${paint('red', '--')} ${what}\n`);
                throw thrown;
            }
        },
        paint,
    };
}
