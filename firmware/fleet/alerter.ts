/**
 * Alerter: takes an alarm out of the machine, by a webhook or a program of the operator. One try; the till repeats.
 *
 * Rules: what is sent is the alert and nothing else; no log line holds the webhook's address, which is often a secret.
 */
import type { Log } from '../ports/log.ts';
import type { Alert } from '../sale/state.ts';

export interface AlerterOptions {
    /** An address that takes a POST with a JSON body and answers 2xx. */
    readonly url?: string | undefined;
    /** A program and its arguments, without a shell; it gets the JSON on its standard input and ends with 0. */
    readonly command?: readonly string[] | undefined;
    readonly log: Log;
    /** For the whole try; a program that has not ended by then is killed. */
    readonly timeoutMs?: number;
    readonly fetch?: typeof fetch;
}

export interface Alerter {
    /** True when the alert has left the machine: answered 2xx, or ended with 0. Never rejects. */
    send(alert: Alert & { readonly kiosk: string }): Promise<boolean>;
}

/** What an operator's program gets of our environment: never a variable that may hold a secret. */
const passedVariables = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'USER', 'TMPDIR'];

/** @param options either `url` or `command`, as the configuration has it. */
export function openAlerter(options: AlerterOptions): Alerter {
    const { url, command, log, timeoutMs = 10_000 } = options;
    return {
        async send(alert) {
            const body = bodyOf(alert);
            const failure =
                url === undefined
                    ? await start({ command: command ?? [], body, timeoutMs })
                    : await post({ url, body, timeoutMs, fetch: options.fetch ?? fetch });
            if (failure === undefined) return true;
            log.warn('an alert could not be sent', { alertId: alert.alertId, about: alert.about, reason: failure });
            return false;
        },
    };
}

/** `{ kiosk, alertId, about, saleId?, detail, at }`, `at` in ISO 8601. */
function bodyOf(alert: Alert & { readonly kiosk: string }): string {
    const { kiosk, alertId, about, saleId, detail, at } = alert;
    return JSON.stringify({ kiosk, alertId, about, ...(saleId === undefined ? {} : { saleId }), detail, at: new Date(at).toISOString() });
}

/** Why the webhook did not take it; undefined when it did. */
async function post(order: { url: string; body: string; timeoutMs: number; fetch: typeof fetch }): Promise<string | undefined> {
    try {
        const response = await order.fetch(order.url, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'user-agent': 'tillbox' },
            body: order.body,
            redirect: 'manual',
            signal: AbortSignal.timeout(order.timeoutMs),
        });
        await response.body?.cancel();
        return response.ok ? undefined : `http-${response.status}`;
    } catch (error) {
        // The message may hold the address; the name and the system's word do not.
        const cause = error instanceof Error ? ((error.cause as NodeJS.ErrnoException | undefined)?.code ?? error.name) : 'unknown';
        return cause === 'TimeoutError' ? 'timeout' : `not-reached-${cause}`;
    }
}

/** Why the program did not take it; undefined when it did. */
async function start(order: { command: readonly string[]; body: string; timeoutMs: number }): Promise<string | undefined> {
    const { spawn } = await import('node:child_process');
    const [program = '', ...args] = order.command;
    const env = Object.fromEntries(passedVariables.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
    return new Promise((resolve) => {
        // Not spawn's own `timeout`: its timer outlives a program that could not be started.
        let timer: NodeJS.Timeout | undefined;
        let timedOut = false;
        const end = (failure: string | undefined) => {
            clearTimeout(timer);
            resolve(timedOut ? 'timeout' : failure);
        };
        try {
            const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], env });
            timer = setTimeout(() => {
                timedOut = true;
                child.kill('SIGKILL');
            }, order.timeoutMs);
            child.once('error', (error: NodeJS.ErrnoException) => end(`not-started-${error.code ?? 'unknown'}`));
            child.once('exit', (code, signal) => end(code === 0 ? undefined : `ended-${code ?? signal}`));
            // A program that does not read its input is its own business; it still ends with a code.
            child.stdin.on('error', () => {});
            child.stdin.end(order.body);
        } catch (error) {
            end(`not-started-${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
        }
    });
}
