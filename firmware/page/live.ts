/**
 * Live: a stream of server-sent events that comes back by itself.
 *
 * Rules: one connection at a time; after a loss it is opened anew, at first at once and then ever later, up to `retryMaxMs`; a stream that
 * says nothing for `silentMs` counts as lost, since a killed process may leave its connection open behind a proxy.
 */

/** The part of EventSource that is used here, so that a test can bring its own. */
export interface EventStream {
    addEventListener(type: string, listener: (event: { readonly data: string; readonly lastEventId: string }) => void): void;
    onopen: unknown;
    onerror: unknown;
    close(): void;
}

export interface LiveOptions {
    /** Asked for anew before each attempt, so that an address can carry what was heard last. */
    readonly url: () => string;
    readonly events: Readonly<Record<string, (data: unknown) => void>>;
    /** True once events can come, false when the stream is lost; also false once when the first attempt fails. */
    readonly onLink: (on: boolean) => void;
    readonly open?: (url: string) => EventStream;
    readonly timers?: { set(run: () => void, ms: number): unknown; clear(timer: unknown): void };
    readonly retryMaxMs?: number;
    /** True while it is known that nobody would answer: then nobody is called. */
    readonly paused?: () => boolean;
    /** Absent: a quiet stream is never given up. */
    readonly silentMs?: number;
}

const retryFirstMs = 150;

const browserTimers = {
    set: (run: () => void, ms: number): unknown => setTimeout(run, ms),
    clear: (timer: unknown): void => clearTimeout(timer as number),
};

/** Opens the stream and keeps it open until the returned function is called. Data that is no JSON is passed over. */
export function keepLive(options: LiveOptions): () => void {
    const { timers = browserTimers, open = (url) => new EventSource(url) as unknown as EventStream, retryMaxMs = 2000 } = options;
    let stream: EventStream | undefined;
    let waiting: unknown;
    let silence: unknown;
    let waitMs = retryFirstMs;
    let on: boolean | undefined;
    let ended = false;

    const tell = (now: boolean) => {
        if (on === now) return;
        on = now;
        options.onLink(now);
    };
    const heard = () => {
        timers.clear(silence);
        if (options.silentMs !== undefined) silence = timers.set(lost, options.silentMs);
    };
    function lost(): void {
        timers.clear(silence);
        stream?.close();
        stream = undefined;
        if (ended) return;
        tell(false);
        timers.clear(waiting);
        waiting = timers.set(connect, waitMs);
        waitMs = Math.min(waitMs * 2, retryMaxMs);
    }
    function connect(): void {
        if (options.paused?.() === true) {
            waiting = timers.set(connect, retryFirstMs);
            return;
        }
        const mine = open(options.url());
        stream = mine;
        heard();
        mine.onopen = () => {
            if (stream !== mine) return;
            waitMs = retryFirstMs;
            heard();
            tell(true);
        };
        mine.onerror = () => {
            if (stream === mine) lost();
        };
        for (const [type, take] of Object.entries(options.events)) {
            mine.addEventListener(type, ({ data }) => {
                if (stream !== mine) return;
                heard();
                let value: unknown;
                try {
                    value = JSON.parse(data);
                } catch {
                    return;
                }
                take(value);
            });
        }
    }
    connect();
    return () => {
        ended = true;
        timers.clear(waiting);
        timers.clear(silence);
        stream?.close();
    };
}
