/**
 * Stage server: the plug, the profile and the journal on the disk, over HTTP, for the page that the kiosk serves on another port.
 *
 * Rules: listens on 127.0.0.1 alone; answers only callers who name this machine (Host), and pages that came from it (Origin).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { faultOf } from '../../firmware/ports/fault.ts';
import { badRequest } from './faults.ts';
import { type Profile, profileNamed, profiles } from './profiles.ts';
import { langs, type StageView } from './view.ts';

const bodyBytesMax = 4_096;
/** A connection on which nothing happens is kept open by a comment. */
const beatMs = 15_000;

/** What is asked for through the server; see stage.ts. */
export interface Served {
    readonly view: StageView;
    onChange(listener: (view: StageView) => void): () => void;
    unplug(): Promise<void>;
    plugIn(): Promise<void>;
    become(order: Change): Promise<void>;
    journal(order: { after: number; limit?: number }): Promise<unknown>;
    compare(): Promise<unknown>;
}

interface Change {
    readonly profile?: Profile;
    readonly lang?: string;
}

type Answer = { readonly status: number; readonly body: unknown };

export class StageServer {
    readonly #stage: Served;
    readonly #server: Server;
    readonly #live = new Set<ServerResponse>();
    readonly #beat: NodeJS.Timeout;

    private constructor(stage: Served) {
        this.#stage = stage;
        this.#server = createServer((request, response) => void this.#serve(request, response));
        stage.onChange((view) => {
            for (const response of this.#live) response.write(eventOf(view));
        });
        this.#beat = setInterval(() => {
            for (const response of this.#live) response.write(':\n\n');
        }, beatMs);
    }

    static async open(stage: Served, port: number): Promise<StageServer> {
        const one = new StageServer(stage);
        await new Promise<void>((resolve, reject) => {
            one.#server.once('error', reject);
            one.#server.listen({ host: '127.0.0.1', port }, resolve);
        });
        return one;
    }

    async close(): Promise<void> {
        clearInterval(this.#beat);
        for (const response of this.#live) response.end();
        this.#server.closeAllConnections();
        await new Promise((resolve) => this.#server.close(resolve));
    }

    async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const { origin } = request.headers;
        if (!isLoopback(`http://${request.headers.host}`) || (origin !== undefined && !isLoopback(origin))) {
            return send(response, { status: 403, body: { detail: 'Only pages and programs of this machine may ask.' } });
        }
        response.setHeader('vary', 'origin');
        if (origin !== undefined) response.setHeader('access-control-allow-origin', origin);
        if (request.method === 'OPTIONS') {
            response.setHeader('access-control-allow-methods', 'GET, POST');
            response.setHeader('access-control-allow-headers', 'content-type');
            response.setHeader('access-control-max-age', '600');
            return send(response, { status: 204, body: undefined });
        }
        const url = new URL(request.url ?? '/', 'http://stage');
        if (request.method === 'GET' && url.pathname === '/stage/live') return this.#follow(response);
        send(response, await this.#answer(request, url).catch(refusal));
    }

    async #answer(request: IncomingMessage, url: URL): Promise<Answer> {
        switch (`${request.method} ${url.pathname}`) {
            case 'GET /stage':
                break;
            case 'GET /stage/journal':
                return { status: 200, body: await this.#stage.journal(journalOrder(url.searchParams)) };
            case 'GET /stage/compare':
                return { status: 200, body: await this.#stage.compare() };
            case 'POST /stage/plug': {
                const { plugged } = await bodyOf(request);
                if (typeof plugged !== 'boolean')
                    throw badRequest('Send {"plugged": false} to pull the plug, {"plugged": true} to put it back.');
                await (plugged ? this.#stage.plugIn() : this.#stage.unplug());
                break;
            }
            case 'POST /stage/profile':
                await this.#stage.become(changeOf(await bodyOf(request)));
                break;
            default:
                return {
                    status: 404,
                    body: {
                        detail: 'There are GET /stage, /stage/live, /stage/journal, /stage/compare, POST /stage/plug and /stage/profile.',
                    },
                };
        }
        return { status: 200, body: this.#stage.view };
    }

    #follow(response: ServerResponse): void {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        response.write(`retry: 500\n\n${eventOf(this.#stage.view)}`);
        this.#live.add(response);
        response.on('close', () => this.#live.delete(response));
    }
}

const eventOf = (view: unknown) => `event: stage\ndata: ${JSON.stringify(view)}\n\n`;

function send(response: ServerResponse, { status, body }: Answer): void {
    if (body === undefined) response.writeHead(status).end();
    else response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

/** A request that is wrong is told apart from a stage that could not do what it was asked. */
function refusal(thrown: unknown): Answer {
    const fault = faultOf(thrown);
    const status = fault?.code === 'STAGE_REQUEST' ? 400 : 500;
    return {
        status,
        body: { code: fault?.code ?? 'UNKNOWN', detail: thrown instanceof Error ? thrown.message : 'The stage could not do that.' },
    };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
    // A form of a foreign page cannot send this type without asking before.
    const typed = /^application\/json\b/.test(request.headers['content-type'] ?? '');
    const small = Number(request.headers['content-length'] ?? Number.NaN) <= bodyBytesMax;
    if (!typed || !small) throw badRequest('Send a small JSON object, with its content-type and content-length.');
    const body: unknown = await json(request).catch(() => undefined);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badRequest('The body must be a JSON object.');
    return body as Record<string, unknown>;
}

function changeOf({ profile, lang }: Record<string, unknown>): Change {
    const chosen = profile === undefined ? undefined : profileNamed(String(profile));
    if (profile !== undefined && chosen === undefined)
        throw badRequest(`There is no profile of that name; there are ${profiles.map(({ name }) => name).join(', ')}.`);
    if (lang !== undefined && !langs.includes(String(lang))) throw badRequest(`There is no such language; there are ${langs.join(', ')}.`);
    return { ...(chosen === undefined ? {} : { profile: chosen }), ...(lang === undefined ? {} : { lang: String(lang) }) };
}

function journalOrder(query: URLSearchParams): { after: number; limit?: number } {
    const number = (name: string) => {
        const text = query.get(name) ?? '0';
        if (!/^\d{1,15}$/.test(text)) throw badRequest(`${name} must be a whole number.`);
        return Number(text);
    };
    const limit = number('limit');
    return { after: number('after'), ...(limit === 0 ? {} : { limit }) };
}

/** An address of this machine, whatever its port. */
function isLoopback(address: string): boolean {
    try {
        const { protocol, hostname } = new URL(address);
        return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
    } catch {
        return false;
    }
}
