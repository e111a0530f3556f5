/**
 * `till`: the way in of every command. `till run` goes straight to the kiosk; everything else goes through commander, which is loaded
 * only then.
 */
import { realpathSync } from 'node:fs';
import { Socket } from 'node:net';
import { type CommandIo, exitCodes, processIo } from './command-io.ts';
import { endingOf } from './ending.ts';
import { readRunArguments, run } from './run.ts';

/** Where a command's words go; a test brings its own. */
export interface Outlets {
    readonly out: (text: string) => void;
    readonly err: (text: string) => void;
}

const processOutlets: Outlets = {
    out: processIo.out,
    err: (text) => {
        process.stderr.write(text);
    },
};

/**
 * Runs one command line.
 *
 * @param argv the arguments behind the program's name.
 * @returns the exit code: 0, 64, 74, 78 or 1. Never rejects.
 */
export async function main(
    argv: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
    outlets = processOutlets,
): Promise<number> {
    try {
        const [command, ...rest] = argv;
        if (command === 'run') {
            const order = readRunArguments(rest);
            if (order.kind === 'run') return await run({ configFile: order.configFile, env });
            (order.code === exitCodes.ok ? outlets.out : outlets.err)(order.text);
            return order.code;
        }
        const { runProgram } = await import('./program.ts');
        const io: CommandIo = { env, out: outlets.out, exit: () => {} };
        return await runProgram({ args: argv.length === 0 ? ['--help'] : argv, io, err: outlets.err });
    } catch (error) {
        const { code, text } = endingOf(error);
        outlets.err(text);
        return code;
    }
}

/** True when this file, as source or as the bundle, is what Node was told to run. */
function isEntry(): boolean {
    const script = process.argv[1];
    if (script === undefined) return false;
    try {
        return realpathSync(script) === realpathSync(import.meta.filename);
    } catch {
        return false;
    }
}

/** A launcher that was killed cannot hand the kill on: its end of the pipe closes, and this process ends as hard as it did. */
function endWithLauncher(): void {
    const fd = Number(process.env.TILL_LAUNCHER_FD);
    delete process.env.TILL_LAUNCHER_FD;
    if (!Number.isInteger(fd) || fd < 3) return;
    try {
        const pipe = new Socket({ fd, readable: true, writable: false });
        pipe.on('error', () => {});
        pipe.on('end', () => process.kill(process.pid, 'SIGKILL'));
        pipe.resume();
        pipe.unref();
    } catch {
        // The number names nothing that can be read: this process was not started by the launcher.
    }
}

if (isEntry()) {
    endWithLauncher();
    // Until a command has said otherwise: a process that ends because nothing is left to wait for has not done what it was asked to.
    process.exitCode = exitCodes.other;
    // `till … | head` ends when the reader has enough; that is no error. A kiosk writes its log without this stream, which costs a start 2 ms.
    if (process.argv[2] !== 'run') {
        process.stdout.on('error', (error: NodeJS.ErrnoException) => {
            if (error.code === 'EPIPE') process.exit(0);
            throw error;
        });
    }
    main(process.argv.slice(2), process.env).then((code) => {
        process.exitCode = code;
    });
}
