/**
 * Programs: runs the tools of the checks and tests as children, and says in plain lines how each went and how long it took.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface Ended {
    /** Exit code; 1 where a signal ended it or it could not be started, 124 where its time was over. */
    readonly code: number;
    /** Standard output and error as they came, where `quiet` was asked for; else empty. */
    readonly output: string;
}

/**
 * Runs one program. Never rejects.
 *
 * @param order.folder where it runs; the checkout without it.
 * @param order.quiet collects its output instead of showing it.
 * @param order.limitSeconds when it is killed, with exit code 124.
 */
export function runProgram(order: {
    command: string;
    args: readonly string[];
    env?: Record<string, string>;
    folder?: string;
    limitSeconds?: number;
    quiet?: boolean;
}): Promise<Ended> {
    // A program that may be broken off leads a group of its own: its children must not outlive it.
    const grouped = order.limitSeconds !== undefined;
    return new Promise((done) => {
        const child = spawn(order.command, order.args, {
            cwd: order.folder ?? root,
            detached: grouped,
            env: { ...process.env, ...order.env },
            stdio: ['ignore', order.quiet === true ? 'pipe' : 'inherit', order.quiet === true ? 'pipe' : 'inherit'],
        });
        const kill = (signal: NodeJS.Signals) => {
            try {
                if (child.pid !== undefined) process.kill(grouped ? -child.pid : child.pid, signal);
            } catch {
                // It has ended already.
            }
        };
        const chunks: Buffer[] = [];
        child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
        child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
        const stop = (signal: NodeJS.Signals) => kill(signal);
        let over = false;
        const limit =
            order.limitSeconds === undefined
                ? undefined
                : setTimeout(() => {
                      over = true;
                      kill('SIGKILL');
                  }, order.limitSeconds * 1000);
        process.on('SIGINT', stop).on('SIGTERM', stop);
        const finish = (code: number, more: string) => {
            clearTimeout(limit);
            process.off('SIGINT', stop).off('SIGTERM', stop);
            done({ code, output: Buffer.concat(chunks).toString('utf8') + more });
        };
        child.on('error', (error) => finish(1, `${order.command} could not be started: ${error.message}\n`));
        child.on('close', (code) => finish(over ? 124 : (code ?? 1), ''));
    });
}

/** The script behind a package's command, so that it runs under this very Node, whatever PATH says. */
export function packageScript(packageName: string, command: string): string {
    const require = createRequire(import.meta.url);
    const manifest = join(root, 'node_modules', packageName, 'package.json');
    const bin = (require(manifest) as { bin?: string | Record<string, string> }).bin;
    const path = typeof bin === 'string' ? bin : bin?.[command];
    if (path === undefined) throw new Error(`${packageName} has no command ${command}`);
    return join(dirname(manifest), path);
}

const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;

/** Prints the heading of a part. */
export function heading(title: string): void {
    process.stdout.write(colour ? `\n\u001b[1m${title}\u001b[0m\n` : `\n${title}\n`);
}

/** Prints one line: a mark, what it was, how long it took. */
export function verdict(order: { ok: boolean; what: string; startedMs: number }): void {
    const seconds = ((performance.now() - order.startedMs) / 1000).toFixed(1);
    const mark = order.ok ? 'ok  ' : 'FAIL';
    const painted = colour ? `\u001b[${order.ok ? 32 : 31}m${mark}\u001b[0m` : mark;
    process.stdout.write(`${painted} ${order.what} (${seconds} s)\n`);
}
