/**
 * Local API: the small HTTP server behind admin and wallet: routes as data, from which the OpenAPI document is made as well.
 *
 * Rules: loopback peers only; `Host` must be a loopback name, `Origin` (where a browser sends one) a loopback page; errors are
 * `application/problem+json`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { faultOf } from '../../firmware/ports/fault.ts';
import { isLoopbackHost } from './config.ts';
import { Refusal } from './refusal.ts';

type Schema = v.GenericSchema<unknown, unknown>;

export interface RouteCall<Body> {
    readonly params: Readonly<Record<string, string>>;
    readonly query: URLSearchParams;
    readonly body: Body;
    /** The caller asks for plain text. */
    readonly wantsText: boolean;
    /** Origin of the page that calls, where a browser names it; a page of this machine. */
    readonly origin?: string;
}

/** A text answer with its media type; everything else is answered as JSON. */
export interface TextReply {
    readonly text: string;
    readonly type: string;
}

/** An answer that goes on as server-sent events. */
export class EventReply {
    readonly join: (tell: (event: string, data: unknown) => void) => () => void;

    /** @param join called once the stream stands, with what tells an event; what it returns is called when the reader has gone. */
    constructor(join: EventReply['join']) {
        this.join = join;
    }
}

export interface LocalRoute {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    /** With `{name}` for what stands in the path. */
    readonly path: string;
    readonly summary: string;
    readonly body?: Schema;
    /** Query parameters with a sentence each. */
    readonly query?: Readonly<Record<string, string>>;
    readonly reply: string;
    /** Media type of the answer; JSON unless told. */
    readonly type?: string;
    readonly run: (call: RouteCall<unknown>) => unknown;
}

/** A route with a checked body. */
export function route<Body extends Schema>(
    made: Omit<LocalRoute, 'run' | 'body'> & { body: Body; run: (call: RouteCall<v.InferOutput<Body>>) => unknown },
): LocalRoute {
    return { ...made, run: (call) => made.run({ ...call, body: call.body as v.InferOutput<Body> }) };
}

const bodyBytesMax = 50_000_000;
/** Streams at one time: a browser keeps six to a host; a few browsers and tests look on. */
const streamsMax = 64;
/** A reader that lets so much pile up has gone to sleep. */
const streamBytesMax = 4_000_000;

export class LocalApi {
    readonly #routes: readonly (LocalRoute & { readonly pattern: RegExp; readonly names: readonly string[] })[];
    readonly #document: unknown;
    #streams = 0;

    constructor(routes: readonly LocalRoute[]) {
        this.#routes = routes.map((one) => ({
            ...one,
            names: [...one.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
            pattern: new RegExp(`^${one.path.replace(/\{\w+\}/g, '([^/]+)')}$`),
        }));
        this.#document = openApiOf(routes);
    }

    async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
        try {
            const origin = checkedOrigin(request);
            if (origin !== undefined) {
                response.setHeader('Access-Control-Allow-Origin', origin);
                response.setHeader('Vary', 'Origin');
            }
            if (request.method === 'OPTIONS') {
                response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT, PATCH, DELETE');
                response.setHeader('Access-Control-Allow-Headers', 'Content-Type');
                response.writeHead(204).end();
                return;
            }
            await this.#answer(request, { response, origin });
        } catch (error) {
            sendProblem(response, error);
        }
    }

    async #answer(request: IncomingMessage, to: { response: ServerResponse; origin: string | undefined }): Promise<void> {
        const { response, origin } = to;
        const url = new URL(request.url ?? '/', 'http://sandbox.localhost');
        if (url.pathname === '/openapi.json') return sendJson(response, this.#document);
        const sameAddress = this.#routes.filter((one) => one.pattern.test(url.pathname));
        const found = sameAddress.find((one) => one.method === request.method);
        if (found === undefined) {
            const known =
                sameAddress.length > 0
                    ? `${url.pathname} takes ${sameAddress.map((one) => one.method).join(', ')}`
                    : 'there is no such address';
            throw new Refusal({
                status: 404,
                code: 'NOT_FOUND',
                message: `${request.method} ${url.pathname}: ${known}; /openapi.json lists them all.`,
            });
        }
        const values = found.pattern.exec(url.pathname)?.slice(1) ?? [];
        const params = Object.fromEntries(found.names.map((name, index) => [name, decode(values[index] ?? '')]));
        for (const name of url.searchParams.keys()) {
            if (found.query === undefined || !Object.hasOwn(found.query, name)) {
                throw new Refusal({ status: 400, code: 'QUERY_UNKNOWN', message: `${found.path} has no query parameter ${name}.` });
            }
        }
        const body = found.body === undefined ? undefined : readBody(found.body, await bytesOf(request), request);
        const wantsText = url.searchParams.get('format') === 'text' || /^text\/plain/.test(request.headers.accept ?? '');
        const reply = await found.run({
            params,
            query: url.searchParams,
            body,
            wantsText,
            ...(origin === undefined ? {} : { origin: new URL(origin).origin }),
        });
        if (reply instanceof EventReply) return this.#stream(reply, response);
        if (isText(reply)) {
            response.writeHead(200, { 'Content-Type': `${reply.type}; charset=utf-8` }).end(reply.text);
            return;
        }
        sendJson(response, reply ?? { ok: true });
    }

    #stream(reply: EventReply, response: ServerResponse): void {
        if (this.#streams >= streamsMax) {
            throw new Refusal({
                status: 429,
                code: 'TOO_MANY_READERS',
                message: 'Too many pages look on; close some, then load this one again.',
            });
        }
        this.#streams += 1;
        response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
        // A first byte opens the stream in the browser before anything has happened.
        response.write(':\n\n');
        const leave = reply.join((event, data) => {
            response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
            if (response.writableLength > streamBytesMax) response.destroy();
        });
        response.on('close', () => {
            this.#streams -= 1;
            leave();
        });
    }
}

function isText(reply: unknown): reply is TextReply {
    return (
        typeof reply === 'object' &&
        reply !== null &&
        typeof (reply as TextReply).text === 'string' &&
        typeof (reply as TextReply).type === 'string' &&
        Object.keys(reply).length === 2
    );
}

/** The page's origin, where a browser names one. Throws where the caller is not of this machine. */
function checkedOrigin(request: IncomingMessage): string | undefined {
    const foreign = (why: string) =>
        new Refusal({ status: 403, code: 'NOT_LOOPBACK', message: `Admin and wallet serve this machine only; ${why}.` });
    if (!isLoopbackHost(request.socket.remoteAddress ?? '')) throw foreign('call them from here');
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (!isLoopbackHost(host)) throw foreign('use 127.0.0.1 or localhost in the address');
    const { origin } = request.headers;
    if (origin === undefined) return undefined;
    if (!URL.canParse(origin) || !isLoopbackHost(new URL(origin).hostname)) throw foreign('open the page from this machine');
    return origin;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of request) {
        length += (part as Buffer).length;
        if (length > bodyBytesMax)
            throw new Refusal({ status: 413, code: 'BODY_TOO_LONG', message: `Send at most ${bodyBytesMax} bytes.` });
        parts.push(part as Buffer);
    }
    return Buffer.concat(parts);
}

function readBody(schema: Schema, bytes: Buffer, request: IncomingMessage): unknown {
    const type = request.headers['content-type'] ?? 'application/json';
    if (!/^application\/json\s*(;|$)/i.test(type)) {
        throw new Refusal({ status: 415, code: 'NOT_JSON', message: 'Send JSON with Content-Type: application/json.' });
    }
    let value: unknown;
    try {
        value = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
    } catch {
        throw new Refusal({ status: 400, code: 'NOT_JSON', message: 'The body is no JSON; /openapi.json shows what may stand in it.' });
    }
    const checked = v.safeParse(schema, value);
    if (checked.success) return checked.output;
    const problems = checked.issues.map(
        (issue) => `${v.getDotPath(issue) ?? 'the body'}: ${issue.type === 'strict_object' ? 'no such key' : issue.message}`,
    );
    throw new Refusal({ status: 422, code: 'BODY_INVALID', message: `${problems.join('; ')}.` });
}

function decode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        throw new Refusal({ status: 400, code: 'NOT_FOUND', message: 'The address is not well encoded.' });
    }
}

function sendJson(response: ServerResponse, value: unknown): void {
    response
        .writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
        .end(`${JSON.stringify(value)}\n`);
}

function sendProblem(response: ServerResponse, error: unknown): void {
    const fault = faultOf(error);
    const [status, code, detail] =
        error instanceof Refusal
            ? [error.status, error.code, error.message]
            : fault !== undefined
              ? [500, fault.code, fault.message]
              : [500, 'BUG', 'The sandbox made a mistake; its terminal tells more.'];
    if (!(error instanceof Refusal) && fault === undefined) console.error(error);
    if (response.headersSent) {
        response.destroy();
        return;
    }
    const body = { type: 'about:blank', title: code, status, code, detail };
    response.writeHead(status, { 'Content-Type': 'application/problem+json; charset=utf-8' }).end(`${JSON.stringify(body)}\n`);
}

function openApiOf(routes: readonly LocalRoute[]): unknown {
    const paths: Record<string, Record<string, unknown>> = {};
    for (const one of routes) {
        const parameters = [
            ...[...one.path.matchAll(/\{(\w+)\}/g)].map((match) => ({
                name: match[1],
                in: 'path',
                required: true,
                schema: { type: 'string' },
            })),
            ...Object.entries(one.query ?? {}).map(([name, description]) => ({
                name,
                in: 'query',
                description,
                schema: { type: 'string' },
            })),
        ];
        const operation = {
            summary: one.summary,
            tags: [one.path.split('/')[1]],
            ...(parameters.length === 0 ? {} : { parameters }),
            ...(one.body === undefined
                ? {}
                : {
                      requestBody: {
                          content: {
                              'application/json': {
                                  schema: bare(toJsonSchema(one.body as never, { typeMode: 'input', errorMode: 'ignore' })),
                              },
                          },
                      },
                  }),
            responses: {
                '200': { description: one.reply, content: { [one.type ?? 'application/json']: { schema: {} } } },
                default: {
                    description: 'What was wrong, and what to do.',
                    content: { 'application/problem+json': { schema: problemSchema } },
                },
            },
        };
        paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: operation };
    }
    return {
        openapi: '3.1.0',
        info: {
            title: 'Tillbox sandbox: admin and wallet',
            version: '1',
            description: 'On loopback only. The gateway itself is under /ams.',
        },
        paths,
    };
}

const problemSchema = {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'detail'],
    properties: {
        type: { type: 'string' },
        title: { type: 'string' },
        status: { type: 'integer' },
        code: { type: 'string' },
        detail: { type: 'string' },
    },
};

function bare(schema: object): unknown {
    const { $schema: _dialect, ...rest } = schema as { $schema?: string };
    return rest;
}
