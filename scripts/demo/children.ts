/**
 * Children: the demonstration's own processes, from the first word to the last: started, listened to, stopped in order.
 *
 * Rules: a child has a process group of its own, so that Ctrl-C reaches it through its starter and in the right order; none outlives its
 * starter, and those of a starter that was killed are ended by the next one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { processEnded, Stopped, tooLate } from './faults.ts';

/** How long a stop in order may take before the process is ended the hard way: the kiosk itself waits up to 12 s for money on the wire. */
const stopMs = 20_000;
/** So many of its last lines are kept at hand. */
const linesKept = 12;
const lettersKept = 8_000;

export interface ChildOrder {
    readonly name: string;
    readonly command: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cwd: string;
    /** Everything that it says goes there, and replaces what an earlier one said. */
    readonly logFile: string;
    /** What an earlier one said stays above it. */
    readonly appends?: boolean;
    /** Called when it ends without having been asked to. */
    readonly onLost: (fault: Error) => void;
}

export class Child {
    readonly #order: ChildOrder;
    readonly #process: ChildProcess;
    readonly #ended: Promise<void>;
    #lost: Error | undefined;
    #stopping = false;
    #said = '';

    constructor(order: ChildOrder) {
        this.#order = order;
        const log = createWriteStream(order.logFile, { mode: 0o600, flags: order.appends === true ? 'a' : 'w' });
        this.#process = spawn(order.command, order.args, {
            cwd: order.cwd,
            env: order.env as NodeJS.ProcessEnv,
            stdio: ['ignore', 'pipe', 'pipe'],
            detached: true,
        });
        const keep = (text: Buffer) => {
            log.write(text);
            this.#said = `${this.#said}${text.toString('utf8')}`.slice(-lettersKept);
        };
        this.#process.stdout?.on('data', keep);
        this.#process.stderr?.on('data', keep);
        this.#ended = new Promise((resolve) => {
            this.#process.once('error', (error) => this.#end(`${error.message}`, resolve));
            this.#process.once('close', (code, signal) => {
                log.end();
                this.#end(signal === null ? `exit code ${code ?? 0}` : signal, resolve);
            });
        });
    }

    get pid(): number | undefined {
        return this.#process.pid;
    }

    /** Its last lines, as they came. */
    get lastLines(): readonly string[] {
        const lines = this.#said.split('\n').filter((line) => line.trim() !== '');
        return lines.slice(-linesKept);
    }

    /** Resolves when `ready` says so. @throws DEMO_PROCESS_ENDED, DEMO_TOO_LATE, or Stopped when the signal came */
    async until(ready: () => Promise<boolean>, order: { what: string; limitMs: number; signal: AbortSignal }): Promise<void> {
        const end = performance.now() + order.limitMs;
        while (!(await ready())) {
            if (this.#lost !== undefined) throw this.#lost;
            if (order.signal.aborted) throw new Stopped();
            if (performance.now() > end) throw tooLate({ what: order.what, seconds: order.limitMs / 1000, log: this.#order.logFile });
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }

    /** SIGKILL at once, as a pulled plug does. Resolves when it is gone. */
    async cut(): Promise<void> {
        this.#stopping = true;
        this.#process.kill('SIGKILL');
        await this.#ended;
    }

    /** SIGTERM, and SIGKILL where that is not enough. Resolves when it is gone. */
    async stop(): Promise<void> {
        this.#stopping = true;
        this.#process.kill('SIGTERM');
        const hard = setTimeout(() => this.#process.kill('SIGKILL'), stopMs);
        await this.#ended;
        clearTimeout(hard);
    }

    #end(code: string, resolve: () => void): void {
        if (!this.#stopping && this.#lost === undefined) {
            this.#lost = processEnded({ name: this.#order.name, code, log: this.#order.logFile, said: lastWords(this.#said) });
            this.#order.onLost(this.#lost);
        }
        resolve();
    }
}

/** Its last lines that say something; of a JSON log line the message. */
function lastWords(said: string): string {
    return said.trimEnd().split('\n').slice(-3).map(wordsOf).join(' ').slice(0, 600);
}

function wordsOf(line: string): string {
    try {
        const { msg } = JSON.parse(line) as { msg?: unknown };
        return typeof msg === 'string' ? `${msg}.` : line;
    } catch {
        return line;
    }
}

/** Ends the processes that a killed demonstration left behind. @param pids of them. @param mark stands in the command line of ours. */
export async function endLeftovers(pids: readonly number[], mark: string): Promise<number> {
    const left = pids.filter((pid) => isOurs(pid, mark));
    for (const pid of left) process.kill(pid, 'SIGTERM');
    const end = performance.now() + stopMs;
    while (left.some((pid) => isOurs(pid, mark))) {
        if (performance.now() > end) for (const pid of left) if (isOurs(pid, mark)) process.kill(pid, 'SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return left.length;
}

/** A process number may belong to somebody else by now: only a command line with our mark is ours. */
function isOurs(pid: number, mark: string): boolean {
    try {
        const state = /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
        return !state && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
    } catch {
        return false;
    }
}
