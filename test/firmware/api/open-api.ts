/** An API on a free port with a fake desk, and a way to call it with any header. */
import { request } from 'node:http';
import { encodePng } from '../../../drivers/lib/png.ts';
import { type ApiOptions, startApi } from '../../../firmware/api/server.ts';
import { fakeClock, fakeDesk, fakeDevices, fakeLog } from './fake-desk.ts';

export interface Call {
    readonly method?: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
}
export interface Answer {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly text: string;
    // biome-ignore lint/suspicious/noExplicitAny: tests look at answers whose form is what they test.
    readonly json: any;
}

/** One call on a connection of its own, so that nothing stays open. */
export function callPort(port: number, { method = 'GET', path, headers = {}, body }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
        const sent = request(
            { host: '127.0.0.1', port, method, path, agent: false, headers: { host: `127.0.0.1:${port}`, ...headers } },
            (response) => {
                const chunks: Buffer[] = [];
                response.on('data', (chunk: Buffer) => chunks.push(chunk));
                response.on('error', reject);
                response.on('end', () => {
                    const bytes = Buffer.concat(chunks);
                    const text = bytes.toString('latin1');
                    const isJson = /json/.test(String(response.headers['content-type']));
                    resolve({
                        status: response.statusCode ?? 0,
                        headers: response.headers,
                        text,
                        json: isJson ? JSON.parse(bytes.toString('utf8')) : undefined,
                    });
                });
            },
        );
        sent.on('error', reject);
        sent.end(body);
    });
}

/** Runs `use` with an open API. */
export async function withApi<Result>(
    use: (parts: Awaited<ReturnType<typeof openParts>>) => Promise<Result>,
    options: Partial<ApiOptions> & { detached?: boolean } = {},
): Promise<Result> {
    const parts = await openParts(options);
    try {
        return await use(parts);
    } finally {
        await parts.api.close();
    }
}

async function openParts({ detached = false, ...options }: Partial<ApiOptions> & { detached?: boolean }) {
    const [desk, clock, log, devices] = [fakeDesk(), fakeClock(), fakeLog(), fakeDevices()];
    const api = await startApi({
        listen: '127.0.0.1:0',
        version: '1.2.3',
        clock,
        log,
        virtual: devices,
        encodePng,
        page: {},
        ...(detached ? {} : { desk }),
        ...options,
    });
    const call = (order: Call) => callPort(api.port, order);
    const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
        call({ method: 'POST', path, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
    return { api, desk, clock, log, devices, call, post };
}
