/**
 * Kiosk process: the kiosk on the stage as a machine with a plug: started, stopped in order, cut with SIGKILL, started again on the same
 * folder. It never comes back by itself: after an unexpected end it is off, with its last words.
 *
 * Rules: one process at a time; a cut is obeyed at once, whatever is under way, and nothing that was asked for before it starts the kiosk
 * after it.
 */
import { tryCall } from '../demo/calls.ts';
import { Child } from '../demo/children.ts';
import { Stopped } from '../demo/faults.ts';
import { bundle, cleanEnvironment } from '../demo/ground.ts';
import { root } from '../house/programs.ts';

export interface KioskView {
    readonly state: 'running' | 'starting' | 'off';
    /** `http://host:port`, also while it is off. */
    readonly url: string;
    /** When it came into this state, in ISO 8601. */
    readonly since: string;
    /** Processes so far. */
    readonly starts: number;
    /** Why it is off. */
    readonly why?: 'unplugged' | 'stopped' | 'ended';
    /** Where it ended by itself: its last log lines. */
    readonly log?: readonly string[];
}

/** What is started: the next start may be told something else. */
export interface KioskOrder {
    readonly configFile: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly logFile: string;
}

const startLimitMs = 30_000;

export class KioskProcess {
    readonly #changed: (view: KioskView) => void;
    readonly #url: string;
    #child: Child | undefined;
    #view: KioskView;
    /** What was asked for, one after the other. */
    #line: Promise<unknown> = Promise.resolve();
    /** Counts the cuts: what was asked for before one is void. */
    #cuts = 0;
    #patience = new AbortController();
    readonly #logFiles = new Set<string>();

    /** @param parts.changed called with each new view. */
    constructor(parts: { url: string; changed: (view: KioskView) => void }) {
        this.#url = parts.url;
        this.#changed = parts.changed;
        this.#view = { state: 'off', url: parts.url, since: new Date().toISOString(), starts: 0, why: 'stopped' };
    }

    get view(): KioskView {
        return this.#view;
    }

    get pid(): number | undefined {
        return this.#child?.pid;
    }

    /** Stops what runs, in order, and starts what is ordered. Resolves when it turns, or was cut. @throws DEMO_PROCESS_ENDED, DEMO_TOO_LATE */
    start(order: KioskOrder): Promise<void> {
        const cuts = this.#cuts;
        return this.#inLine(async () => {
            if (cuts !== this.#cuts) return;
            this.#show('starting');
            await this.#child?.stop();
            if (cuts !== this.#cuts) return;
            await this.#spawn(order).catch((thrown: unknown) => {
                if (!(thrown instanceof Stopped)) throw thrown;
            });
        });
    }

    /** SIGKILL now. Resolves when the process is gone. */
    async cut(): Promise<void> {
        this.#cuts += 1;
        this.#patience.abort();
        const child = this.#child;
        this.#child = undefined;
        await child?.cut();
        if (this.#child === undefined) this.#show('off', { why: 'unplugged' });
    }

    /** An end in order. */
    stop(): Promise<void> {
        this.#cuts += 1;
        this.#patience.abort();
        return this.#inLine(async () => {
            await this.#child?.stop();
            this.#child = undefined;
            this.#show('off', { why: 'stopped' });
        });
    }

    async #spawn(order: KioskOrder): Promise<void> {
        this.#patience = new AbortController();
        const { signal } = this.#patience;
        const child: Child = new Child({
            name: 'kiosk',
            command: process.execPath,
            args: [bundle, 'run', '--config', order.configFile],
            env: { ...cleanEnvironment(), ...order.environment },
            cwd: root,
            logFile: order.logFile,
            appends: this.#logFiles.has(order.logFile),
            onLost: () => this.#lost(child),
        });
        this.#logFiles.add(order.logFile);
        this.#child = child;
        this.#show('starting', { starts: this.#view.starts + 1 });
        await child.until(async () => (await tryCall('GET', `${this.#url}/healthz`))?.status === 200, {
            what: 'the kiosk was up',
            limitMs: startLimitMs,
            signal,
        });
        if (this.#child === child) this.#show('running');
    }

    #lost(child: Child): void {
        if (this.#child !== child) return;
        this.#child = undefined;
        this.#show('off', { why: 'ended', log: child.lastLines });
    }

    #inLine(run: () => Promise<void>): Promise<void> {
        const next = this.#line.then(run);
        this.#line = next.catch(() => undefined);
        return next;
    }

    #show(state: KioskView['state'], more: Partial<Pick<KioskView, 'why' | 'log' | 'starts'>> = {}): void {
        const { starts } = this.#view;
        this.#view = { state, url: this.#url, since: new Date().toISOString(), starts, ...more };
        this.#changed(this.#view);
    }
}
