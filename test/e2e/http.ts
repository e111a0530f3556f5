/** HTTP: one request on a connection of its own, so that no test meets the connection of a process that is gone. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface Answer {
    readonly status: number;
    readonly headers: IncomingHttpHeaders;
    readonly text: string;
    /** The body as JSON; undefined where it is none. */
    readonly json: unknown;
}

/** Sends one request and reads the whole answer. Rejects where nobody answers. `body` is sent as JSON, a string as it is. */
export function ask(order: {
    url: string;
    method?: string;
    body?: unknown;
    headers?: Readonly<Record<string, string>>;
    timeoutMs?: number;
}): Promise<Answer> {
    const bytes =
        order.body === undefined ? undefined : Buffer.from(typeof order.body === 'string' ? order.body : JSON.stringify(order.body));
    const headers = {
        ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
        ...order.headers,
    };
    return new Promise((done, fail) => {
        const request = httpRequest(
            order.url,
            { method: order.method ?? 'GET', headers, agent: false, timeout: order.timeoutMs ?? 15_000 },
            (response) => {
                const parts: Buffer[] = [];
                response.on('data', (part: Buffer) => parts.push(part));
                response.on('error', fail);
                response.on('end', () => {
                    const text = Buffer.concat(parts).toString('utf8');
                    done({ status: response.statusCode ?? 0, headers: response.headers, text, json: jsonOf(text) });
                });
            },
        );
        request.on('timeout', () => request.destroy(new Error(`${order.method ?? 'GET'} ${order.url} was not answered in time`)));
        request.on('error', fail);
        request.end(bytes);
    });
}

function jsonOf(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
