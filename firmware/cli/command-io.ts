/** Command I/O: what a subcommand may touch of its process, so that a test can hold it in its hands. */

export interface CommandIo {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Standard output; the text brings its own line ends. */
    out(text: string): void;
    /** The exit code that the process shall end with. */
    exit(code: number): void;
}

/** Exit codes of every command (sysexits). */
export const exitCodes = { ok: 0, other: 1, usage: 64, io: 74, config: 78 } as const;

/** The process itself. */
export const processIo: CommandIo = {
    env: process.env,
    out: (text) => {
        process.stdout.write(text);
    },
    exit: (code) => {
        process.exitCode = code;
    },
};
