/**
 * Processes: runs the product as a person does, as child processes of its own program, and ends only what it started.
 *
 * Rules: the bundle is used where it is newer than every source file, else the source; TILL_ variables of the caller are not handed on.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, globSync, openSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

/** The checkout's root. */
export const root = resolve(import.meta.dirname, '..', '..');

const bundle = join(root, 'dist', 'till.cjs');
const source = join(root, 'firmware', 'cli', 'main.ts');

/** Node with the arguments that run `till`. */
export const tillProgram: readonly string[] = ['--disable-warning=ExperimentalWarning', bundleIsFresh() ? bundle : source];

function bundleIsFresh(): boolean {
    if (!existsSync(bundle)) return false;
    const builtMs = statSync(bundle).mtimeMs;
    const sources = globSync('{firmware,drivers,config,scripts/sandbox}/**/*.{ts,json}', { cwd: root });
    return sources.every((path) => statSync(join(root, path)).mtimeMs <= builtMs);
}

export type Environment = Readonly<Record<string, string>>;

/** What a child gets: nothing that could configure the product or slow it down by accident. */
function environment(more: Environment): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = {};
    for (const [name, value] of Object.entries(process.env)) if (!/^(TILL_|NODE_|npm_)/.test(name)) env[name] = value;
    return { ...env, ...more };
}

export interface Ended {
    /** Undefined where a signal ended it. */
    readonly code: number | undefined;
    readonly signal: string | undefined;
    readonly out: string;
    readonly err: string;
}

/** Runs one command of `till` to its end. @param order.limitMs after it the command is killed and the promise rejects. */
export async function till(
    args: readonly string[],
    order: { env?: Environment; input?: string; limitMs?: number; wrapper?: readonly string[] } = {},
): Promise<Ended> {
    const limitMs = order.limitMs ?? 30_000;
    const [command = process.execPath, ...rest] = [...(order.wrapper ?? []), process.execPath, ...tillProgram, ...args];
    const child = spawn(command, rest, { cwd: root, env: environment(order.env ?? {}), stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(order.input ?? '');
    let late = false;
    const timer = setTimeout(() => {
        late = true;
        child.kill('SIGKILL');
    }, limitMs);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearTimeout(timer);
    const ended = {
        code: code ?? undefined,
        signal: signal ?? undefined,
        out: Buffer.concat(out).toString('utf8'),
        err: Buffer.concat(err).toString('utf8'),
    };
    if (late) throw new Error(`till ${args.join(' ')} did not end within ${limitMs} ms; it said:\n${ended.out}${ended.err}`);
    return ended;
}

const launched = new Set<ChildProcess>();

// A run that is broken off takes its children with it: an orphan would keep its ports and eat the machine of the next run.
process.once('exit', () => {
    for (const child of launched) child.kill('SIGKILL');
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));

/** A program that goes on until it is told to stop. Its output goes to a file, which survives the program as its last words. */
export class Service {
    readonly args: readonly string[];
    readonly logFile: string;
    readonly #env: Environment;
    readonly #wrapper: readonly string[];
    #child: ChildProcess | undefined;
    #ended: Promise<{ code: number | undefined; signal: string | undefined }> | undefined;

    /** @param order.wrapper a program with arguments that runs the rest of its arguments by `exec`, such as `prlimit`. */
    constructor(order: { args: readonly string[]; logFile: string; env?: Environment; wrapper?: readonly string[] }) {
        this.args = order.args;
        this.logFile = order.logFile;
        this.#env = order.env ?? {};
        this.#wrapper = order.wrapper ?? [];
    }

    get pid(): number | undefined {
        return this.#child?.pid;
    }

    get running(): boolean {
        return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
    }

    launch(): void {
        if (this.running) throw new Error(`${this.args.join(' ')} runs already`);
        const log = openSync(this.logFile, 'a');
        const [command = process.execPath, ...rest] = [...this.#wrapper, process.execPath, ...tillProgram, ...this.args];
        const child = spawn(command, rest, { cwd: root, env: environment(this.#env), stdio: ['ignore', log, log] });
        closeSync(log);
        this.#child = child;
        launched.add(child);
        child.once('exit', () => launched.delete(child));
        this.#ended = once(child, 'exit').then(([code, signal]) => ({
            code: (code as number | null) ?? undefined,
            signal: (signal as string | null) ?? undefined,
        }));
    }

    /** Sends a signal; nothing where it has ended. */
    signal(name: NodeJS.Signals): void {
        if (this.running) this.#child?.kill(name);
    }

    /** Waits for its end; kills it and rejects after `limitMs`. */
    async ended(limitMs = 20_000): Promise<{ code: number | undefined; signal: string | undefined }> {
        if (this.#ended === undefined) return { code: undefined, signal: undefined };
        let late = false;
        const timer = setTimeout(() => {
            late = true;
            this.#child?.kill('SIGKILL');
        }, limitMs);
        const end = await this.#ended;
        clearTimeout(timer);
        if (late) throw new Error(`till ${this.args.join(' ')} did not end within ${limitMs} ms.\n${this.tail()}`);
        return end;
    }

    /** SIGTERM, and its exit code. */
    async stop(): Promise<number | undefined> {
        this.signal('SIGTERM');
        return (await this.ended()).code;
    }

    /** SIGKILL, as a power cut for the process. */
    async kill(): Promise<void> {
        this.signal('SIGKILL');
        await this.ended();
    }

    log(): string {
        return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : '';
    }

    /** The end of its output, for a failure's message. */
    tail(lines = 12): string {
        const all = this.log()
            .trimEnd()
            .split('\n')
            .filter((line) => !line.includes('"gateway exchange"'));
        return `--- last lines of till ${this.args[0] ?? ''} ---\n${all.slice(-lines).join('\n')}\n---`;
    }
}

/** Asks until there is an answer. Rejects after `limitMs` with what was waited for, and what `tail` knows. */
export async function until<Found>(
    what: string,
    probe: () => Promise<Found | undefined> | Found | undefined,
    order: { limitMs?: number; everyMs?: number; tail?: () => string } = {},
): Promise<Found> {
    const { limitMs = 10_000, everyMs = 20 } = order;
    const end = performance.now() + limitMs;
    for (;;) {
        const found = await probe();
        if (found !== undefined) return found;
        if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain until ${what}\n${order.tail?.() ?? ''}`);
        await pause(everyMs);
    }
}

export function pause(ms: number): Promise<void> {
    return new Promise((done) => {
        setTimeout(done, ms);
    });
}

/** A port of loopback that nobody listens on at this moment: addresses that others must know beforehand cannot use port 0. */
export async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    await new Promise<void>((done) => {
        server.close(() => done());
    });
    if (address === null || typeof address === 'string') throw new Error('no port of loopback is free');
    return address.port;
}
