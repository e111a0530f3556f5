/**
 * Stream: one reader of server-sent events (WHATWG HTML §9.2).
 *
 * Rules: memory is bounded: a reader that does not keep up is cut off, and comes back by itself.
 */
import type { ServerResponse } from 'node:http';

const bufferedBytesMax = 2 * 1024 * 1024;

export interface Stream {
    /** @param id what the reader sends as Last-Event-ID when it comes back. */
    event(name: string, data: unknown, id?: number): void;
    /** Sends what `eventText` made: for several readers it is made once. */
    send(text: string): void;
    readonly ended: boolean;
    /** Resolves when the reader has taken what was written, or is gone. */
    drained(): Promise<void>;
    /** What was written is still sent. */
    end(): void;
    /** The connection is cut off. */
    cut(): void;
}

/** An event as it goes over the wire. */
export function eventText(name: string, data: unknown, id?: number): string {
    return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Takes a response over. `onEnd` is called once, however it ends. */
export function openStream(response: ServerResponse, onEnd: () => void): Stream {
    let ended = false;
    const finish = () => {
        if (ended) return;
        ended = true;
        onEnd();
    };
    response.once('close', finish);
    // A reader that goes away while something is written to it is no fault of ours.
    response.on('error', finish);
    // One that had gone before says nothing any more.
    if (response.destroyed) queueMicrotask(finish);
    response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
    });
    response.write('retry: 1000\n\n');
    const cut = () => {
        finish();
        response.destroy();
    };
    const send = (text: string) => {
        if (ended) return;
        response.write(text);
        if (response.writableLength > bufferedBytesMax) cut();
    };
    return {
        send,
        event: (name, data, id) => send(eventText(name, data, id)),
        get ended() {
            return ended;
        },
        drained() {
            if (ended || !response.writableNeedDrain) return Promise.resolve();
            return new Promise((resolve) => {
                const done = () => {
                    response.removeListener('drain', done);
                    response.removeListener('close', done);
                    resolve();
                };
                response.on('drain', done);
                response.on('close', done);
            });
        },
        end() {
            finish();
            response.end();
        },
        cut,
    };
}
