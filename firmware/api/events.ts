/**
 * Events: the live stream of sales as server-sent events (WHATWG HTML §9.2): `id` is the journal's sequence number, `event` is
 * `sale`, `data` the sale. Last-Event-ID is honoured from the journal.
 *
 * Rules: memory is bounded: a reader that does not keep up is dropped and may come back with Last-Event-ID.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Desk, SaleChange } from '../ports/desk.ts';

const heartbeatMs = 15_000;
/** What may wait in a reader's connection. */
const bufferedBytesMax = 1024 * 1024;
/** Live changes that may wait while the journal is still being read for a reader. */
const waitingChangesMax = 1000;
const readersMax = 64;

export interface EventStreams {
    /** Takes the response over; false when there are too many readers. */
    open(request: IncomingMessage, response: ServerResponse): boolean;
    /** Readers now. */
    count(): number;
    close(): void;
}

export function createEventStreams(options: { desk: () => Desk; clock: Clock; bufferedBytesMax?: number }): EventStreams {
    const readers = new Set<Reader>();
    return {
        open(request, response) {
            if (readers.size >= readersMax) return false;
            const reader = openReader({
                request,
                response,
                desk: options.desk(),
                clock: options.clock,
                limit: options.bufferedBytesMax ?? bufferedBytesMax,
            });
            readers.add(reader);
            const leave = () => {
                reader.stop();
                readers.delete(reader);
            };
            response.once('close', leave);
            // A reader that had gone before says nothing any more.
            if (response.destroyed) leave();
            return true;
        },
        count: () => readers.size,
        close() {
            for (const reader of readers) reader.stop();
            readers.clear();
        },
    };
}

interface Reader {
    stop(): void;
}

function openReader(options: { request: IncomingMessage; response: ServerResponse; desk: Desk; clock: Clock; limit: number }): Reader {
    const { request, response, desk, clock, limit } = options;
    let stopped = false;
    let beat: Timer | undefined;
    /** Live changes wait here while older ones are read from the journal. */
    let waiting: SaleChange[] | undefined = [];

    const stop = () => {
        if (stopped) return;
        stopped = true;
        beat?.cancel();
        unsubscribe();
        response.end();
        // `end` waits for a reader that does not read; a reader that is dropped is cut off.
        if (response.writableLength > limit) response.destroy();
    };
    const write = (text: string) => {
        if (stopped) return;
        response.write(text);
        if (response.writableLength > limit) stop();
    };
    const unsubscribe = desk.onChange((change) => {
        if (waiting === undefined) write(written(change));
        else if (waiting.length < waitingChangesMax) waiting.push(change);
        else stop();
    });
    const beatLater = () => {
        beat = clock.after(heartbeatMs, () => {
            write(': still here\n\n');
            if (!stopped) beatLater();
        });
    };

    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    write('retry: 2000\n\n');
    beatLater();
    const goOn = async () => {
        const last = lastEventId(request);
        let readUpTo = 0;
        if (last !== undefined) {
            for await (const change of desk.changesSince(last)) {
                if (stopped) return;
                readUpTo = change.seq;
                response.write(written(change));
                if (response.writableNeedDrain) await drained(response);
            }
        }
        const missed = waiting ?? [];
        waiting = undefined;
        for (const change of missed) if (change.seq > readUpTo) write(written(change));
    };
    // A journal that cannot be read ends the stream; the reader comes back with the last id that it has seen.
    goOn().catch(() => stop());
    return { stop };
}

/** Resolves when the reader has taken what was written, or is gone. */
function drained(response: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
        const done = () => {
            response.removeListener('drain', done);
            response.removeListener('close', done);
            resolve();
        };
        response.on('drain', done);
        response.on('close', done);
        if (response.destroyed || response.writableEnded) done();
    });
}

function written(change: SaleChange): string {
    return `id: ${change.seq}\nevent: sale\ndata: ${JSON.stringify(change.sale)}\n\n`;
}

/** Zero and positive whole numbers; anything else counts as no id at all, as the specification of browsers wants it. */
function lastEventId(request: IncomingMessage): number | undefined {
    const header = request.headers['last-event-id'];
    return typeof header === 'string' && /^[0-9]{1,15}$/.test(header) ? Number(header) : undefined;
}
