/**
 * Frame views: lets a page show a merchant's entry page in a frame as a wallet's web view shows it.
 *
 * Each view is a reverse proxy on a loopback port of its own to the one origin that was asked for: it says the wallet's user agent and
 * language, keeps the cookies itself (a port does not part cookies, so two wallets in one browser would share theirs), and leaves bodies
 * alone. Where the page sends the wallet into its cashier, the frame gets a small page that tells the page around it.
 *
 * Owns: its listeners; `close` ends them. Rules: loopback origins only; only the page that asked may frame a view.
 * Fails: Refusal PAGE_NOT_LOOPBACK, VIEW_NOT_OPENED.
 */
import { createHash } from 'node:crypto';
import {
    createServer,
    request as httpRequest,
    type IncomingMessage,
    type OutgoingHttpHeaders,
    type Server,
    type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { isLoopbackHost } from './config.ts';
import { Refusal } from './refusal.ts';
import { orderCodeOf } from './web-view.ts';

export interface ViewOrder {
    readonly wallet: string;
    readonly url: string;
    readonly userAgent: string;
    /** For Accept-Language. */
    readonly language: string;
    /** Origin of the page that will hold the frame, where a browser named it. */
    readonly framedBy: string | undefined;
}

export interface OpenedView {
    /** Where the frame goes. */
    readonly href: string;
    /** Origin of the view: pages of `target` stand there under the same path. */
    readonly origin: string;
    /** Origin of the merchant's page. */
    readonly target: string;
}

interface View {
    readonly server: Server;
    readonly target: URL;
    readonly userAgent: string;
    readonly language: string;
    readonly framedBy: string | undefined;
    readonly cookies: Map<string, string>;
    origin: string;
}

/** A page in a tab or two, for each wallet. */
const viewsMax = 8;
const requestBytesMax = 1_000_000;
const answerTimeoutMs = 30_000;
const cookiesMax = 20;
const cookieLengthMax = 4096;

/** Headers of one connection, not of the message (RFC 9110 §7.6.1). */
const hopByHop = ['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

export class FrameViews {
    readonly #views: View[] = [];
    /** The paymentRequestId that an order code pays. */
    readonly #paymentOf: (orderCode: string) => string | undefined;
    #closed = false;

    constructor(needs: { paymentOf: (orderCode: string) => string | undefined }) {
        this.#paymentOf = needs.paymentOf;
    }

    /** Opens a view; beyond a bound the oldest one is closed. */
    async open(order: ViewOrder): Promise<OpenedView> {
        const url = URL.canParse(order.url) ? new URL(order.url) : undefined;
        if (url?.protocol !== 'http:' || !isLoopbackHost(url.hostname)) {
            throw new Refusal({
                status: 422,
                code: 'PAGE_NOT_LOOPBACK',
                message: 'The test wallet opens pages on this machine only; give a http:// address on 127.0.0.1.',
            });
        }
        const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 20_000 });
        const { language, framedBy } = order;
        // A header may hold nothing else.
        const userAgent = order.userAgent.replace(/[^\x20-\x7e]/g, '');
        const view: View = { server, target: url, userAgent, language, framedBy, cookies: new Map(), origin: '' };
        server.on('request', (request, response) => this.#serve(view, request, response));
        server.maxConnections = 32;
        await new Promise<void>((done, fail) => {
            server.once('error', fail);
            server.listen({ host: '127.0.0.1', port: 0 }, () => done());
        }).catch(() => {
            throw new Refusal({
                status: 503,
                code: 'VIEW_NOT_OPENED',
                message: 'No free port for the frame; close other programs, then try again.',
            });
        });
        view.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        this.#views.push(view);
        const surplus = this.#closed ? this.#views.splice(0) : this.#views.splice(0, Math.max(0, this.#views.length - viewsMax));
        for (const old of surplus) await ended(old.server);
        return { href: `${view.origin}${url.pathname}${url.search}`, origin: view.origin, target: url.origin };
    }

    async close(): Promise<void> {
        this.#closed = true;
        await Promise.all(this.#views.splice(0).map((view) => ended(view.server)));
    }

    #serve(view: View, request: IncomingMessage, response: ServerResponse): void {
        const problem = strange(view, request);
        if (problem !== undefined) {
            request.resume();
            say(view, response, { status: problem, text: 'This address serves one frame of the wallet only.' });
            return;
        }
        const upstream = httpRequest(
            {
                host: view.target.hostname.replace(/^\[|\]$/g, ''),
                port: view.target.port === '' ? 80 : Number(view.target.port),
                method: request.method,
                path: request.url ?? '/',
                headers: askedHeaders(view, request),
                agent: false,
            },
            (answer) => this.#answer(view, { answer, response, path: request.url ?? '/' }),
        );
        const timer = setTimeout(() => upstream.destroy(), answerTimeoutMs);
        upstream.on('close', () => clearTimeout(timer));
        upstream.on('error', () => {
            if (response.headersSent) response.destroy();
            else
                say(view, response, {
                    status: 502,
                    text: `Nobody answers at ${view.target.origin}. Start what serves the page, then load it again.`,
                });
        });
        let length = 0;
        request.on('data', (part: Buffer) => {
            length += part.length;
            if (length > requestBytesMax) request.destroy();
        });
        pipeline(request, upstream, () => {});
        response.on('close', () => upstream.destroy());
    }

    #answer(view: View, { answer, response, path }: { answer: IncomingMessage; response: ServerResponse; path: string }): void {
        keepCookies(view, answer.headers['set-cookie'] ?? []);
        const status = answer.statusCode ?? 502;
        const { location } = answer.headers;
        if (location !== undefined && status >= 300 && status < 400) {
            const base = `${view.target.origin}${path}`;
            const target = URL.canParse(location, base) ? new URL(location, base) : undefined;
            if (target?.origin !== view.target.origin) {
                answer.resume();
                if (target !== undefined && !/^https?:$/.test(target.protocol)) this.#cashier(view, response, location);
                else say(view, response, { status: 502, text: 'This page leads to another site, where the test wallet does not follow.' });
                return;
            }
            answer.headers.location = `${target.pathname}${target.search}${target.hash}`;
        }
        response.writeHead(status, answeredHeaders(view, answer));
        pipeline(answer, response, () => {});
    }

    /** The wallet's own cashier opens over the page: the page around the frame is told which order to pay. */
    #cashier(view: View, response: ServerResponse, deepLink: string): void {
        const orderCode = orderCodeOf(deepLink);
        const paymentRequestId = this.#paymentOf(orderCode);
        const message = { tillbox: 'cashier', orderCode, ...(paymentRequestId === undefined ? {} : { paymentRequestId }) };
        // In a script, `<` would be read as markup.
        const data = JSON.stringify(message).replaceAll('<', '\\u003c');
        const script = `if(parent!==window)parent.postMessage(${data},${JSON.stringify(view.framedBy ?? '*')})`;
        const hash = createHash('sha256').update(script).digest('base64');
        response
            .writeHead(200, {
                'Content-Type': 'text/html; charset=utf-8',
                'Cache-Control': 'no-store',
                'Content-Security-Policy': `default-src 'none'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; ${ancestors(view)}`,
                'Referrer-Policy': 'no-referrer',
            })
            .end(`<!doctype html><meta charset="utf-8"><title>…</title><script>${script}</script>\n`);
    }
}

/** The status to refuse with where a request does not come from the frame or the page around it. */
function strange(view: View, request: IncomingMessage): number | undefined {
    // Another name in Host would be a page elsewhere that points its own name here.
    if (request.headers.host !== new URL(view.origin).host) return 403;
    if (request.url?.startsWith('/') !== true) return 400;
    if (!['GET', 'HEAD', 'POST'].includes(request.method ?? '')) return 405;
    if (request.method !== 'POST') return undefined;
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    // A form's page that sends no referrer has the origin `null`; the browser still says whether it was its own.
    const own = origin === undefined || origin === view.origin || origin === 'null';
    return own && (site === undefined || site === 'same-origin' || site === 'none') ? undefined : 403;
}

function askedHeaders(view: View, request: IncomingMessage): OutgoingHttpHeaders {
    const headers: OutgoingHttpHeaders = { ...request.headers };
    for (const name of [...hopByHop, 'cookie']) delete headers[name];
    for (const name of Object.keys(headers)) if (name.startsWith('sec-')) delete headers[name];
    headers.host = view.target.host;
    headers['user-agent'] = view.userAgent;
    headers['accept-language'] = view.language;
    if (headers.origin === view.origin) headers.origin = view.target.origin;
    const { referer } = headers;
    if (typeof referer === 'string') {
        if (referer.startsWith(`${view.origin}/`)) headers.referer = `${view.target.origin}${referer.slice(view.origin.length)}`;
        else delete headers.referer;
    }
    if (view.cookies.size > 0) headers.cookie = [...view.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return headers;
}

function answeredHeaders(view: View, answer: IncomingMessage): OutgoingHttpHeaders {
    const headers: OutgoingHttpHeaders = { ...answer.headers };
    for (const name of [...hopByHop, 'set-cookie', 'x-frame-options', 'strict-transport-security']) delete headers[name];
    // Several policies stand in one header with commas between them; each must be kept.
    const policies = [answer.headers['content-security-policy'] ?? []]
        .flat()
        .flatMap((line) => line.split(','))
        .map((policy) => policy.split(';').filter((part) => !/^\s*(frame-ancestors\b|$)/i.test(part)))
        .filter((parts) => parts.length > 0)
        .map((parts) => parts.join(';').trim());
    headers['content-security-policy'] = [...policies, ancestors(view)].join(', ');
    return headers;
}

/** Only the page that asked for the view may hold it in a frame; where no browser asked, any page of this machine. */
function ancestors(view: View): string {
    return `frame-ancestors ${view.framedBy ?? 'http://127.0.0.1:* http://localhost:*'}`;
}

/** Keeps what the page sets for itself. Paths and ends are not told apart: a view lives for one purchase and knows one page. */
function keepCookies(view: View, lines: readonly string[]): void {
    for (const line of lines) {
        const pair = line.split(';')[0] ?? '';
        const [name, value] = [pair.slice(0, Math.max(0, pair.indexOf('='))).trim(), pair.slice(pair.indexOf('=') + 1).trim()];
        if (name === '' || pair.length > cookieLengthMax) continue;
        if (value === '' || /;\s*max-age\s*=\s*(0|-\d+)\s*(;|$)/i.test(line)) view.cookies.delete(name);
        else if (view.cookies.has(name) || view.cookies.size < cookiesMax) view.cookies.set(name, value);
    }
}

function say(view: View, response: ServerResponse, order: { status: number; text: string }): void {
    response
        .writeHead(order.status, {
            'Content-Type': 'text/plain; charset=utf-8',
            'Cache-Control': 'no-store',
            'Content-Security-Policy': `default-src 'none'; ${ancestors(view)}`,
        })
        .end(`${order.text}\n`);
}

async function ended(server: Server): Promise<void> {
    await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
    });
}
