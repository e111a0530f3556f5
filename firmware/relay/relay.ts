/**
 * Relay, embedded: the part of the kiosk that faces the internet. It knows two things, the entry page and the notification endpoint.
 *
 * Rules: dumb on purpose. The kiosk's desk opens sales and believes notifications; the relay bounds what comes in, escapes what goes
 * out, and never answers a notification with a success of its own (design §4).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../ports/clock.ts';
import type { EntryDesk } from '../ports/desk.ts';
import { faultOf } from '../ports/fault.ts';
import type { Log } from '../ports/log.ts';
import { entryAddress } from './address.ts';
import { readBody } from './body.ts';
import { type Answer, EntryPage, type Visit } from './entry-page.ts';
import { callerOf, RateLimit } from './limits.ts';
import { documentOf, notice, type Page, type PageFrame, styleHash } from './pages.ts';
import { isAddressToken } from './tokens.ts';
import { chooseWording, offeredBy, type Sentence, type Wording } from './wordings.ts';

export interface RelayOptions {
    readonly desk: EntryDesk;
    readonly kiosk: string;
    /** Path of `gateway.notifyUrl`. */
    readonly notifyPath: string;
    /** `relay.publicUrl`. */
    readonly publicUrl: string;
    /** Signs the address' `?t=`; with it, the page refuses visits without that token. */
    readonly tokenKey?: Uint8Array | undefined;
    readonly clock: Clock;
    readonly log: Log;
    /** Languages of the page; the first serves whoever speaks none of them. */
    readonly locales: readonly string[];
    /** The wallets' acceptance marks, as the operator supplied them. */
    readonly marks?: PageFrame['marks'];
}

export interface Relay {
    /** Answers the request if it is the relay's; false when it is somebody else's. */
    handle(request: IncomingMessage, response: ServerResponse): boolean;
}

const formBytesMax = 8 * 1024;
const notificationBytesMax = 256 * 1024;
const userAgentLengthMax = 512;

// The total is what one kiosk can ever need; the share of one address leaves room for a carrier's many customers behind one.
const addressRate = { burst: 60, perSecond: 1 };
const totalRate = { burst: 300, perSecond: 20 };
const notificationRate = { burst: 200, perSecond: 50 };

// No form-action: browsers apply it to the redirect after a form too, and would stop the way into the wallet's cashier.
const contentSecurityPolicy = `default-src 'none'; style-src '${styleHash}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`;

const pageHeaders: Readonly<Record<string, string>> = {
    'Content-Security-Policy': contentSecurityPolicy,
    'Cache-Control': 'no-store',
    // Addresses hold tokens: neither the wallet's cashier nor anybody else learns them.
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'X-Robots-Tag': 'noindex, nofollow',
};

export function createRelay(options: RelayOptions): Relay {
    const { clock, desk, kiosk, log, tokenKey } = options;
    const address = entryAddress(options);
    const notifyPath = options.notifyPath.replace(/\?.*$/, '');
    const offered = offeredBy(options.locales);
    const frame = (): PageFrame => ({ seller: desk.entryOffer().seller, marks: options.marks ?? [] });
    const entry = new EntryPage({ desk, clock, address, tokenKey, kiosk });
    const addresses = new RateLimit({ rate: addressRate, clock, namesMax: 2048 });
    const total = new RateLimit({ rate: totalRate, clock, namesMax: 1 });
    const notifications = new RateLimit({ rate: notificationRate, clock, namesMax: 1 });

    async function notified(request: IncomingMessage, response: ServerResponse): Promise<void> {
        if (request.method !== 'POST') return plain(response, 405, { Allow: 'POST' });
        if (!notifications.take('all')) return plain(response, 429, { 'Retry-After': '10' });
        const body = await readBody(request, notificationBytesMax);
        if (body.kind === 'broken-off') return;
        if (body.kind === 'too-large') return plain(response, 413, { Connection: 'close' });
        const reply = await desk.notification({ path: request.url ?? '', headers: flat(request), body: body.bytes });
        if (response.destroyed) return;
        response.writeHead(reply.status, reply.headers).end(reply.body);
    }

    async function visited(
        request: IncomingMessage,
        response: ServerResponse,
        route: { part: string; query: URLSearchParams },
    ): Promise<void> {
        const userAgent = (request.headers['user-agent'] ?? '').slice(0, userAgentLengthMax);
        const acceptLanguage = request.headers['accept-language'] ?? '';
        const wording = chooseWording({ acceptLanguage, userAgent, offered });
        const say = (order: { status: number; title: Sentence; line: Sentence }, headers: Record<string, string> = {}) =>
            sendPage(response, { page: notice(wording, order), wording, frame: frame(), headers });
        const isForm = route.part === '' && request.method === 'POST';
        if (!isForm && request.method !== 'GET' && request.method !== 'HEAD') {
            return plain(response, 405, { Allow: route.part === '' ? 'GET, HEAD, POST' : 'GET, HEAD' });
        }
        const caller = callerOf(request.socket.remoteAddress, oneHeader(request, 'x-forwarded-for'));
        if ((caller !== undefined && !addresses.take(caller)) || !total.take('all')) {
            return say({ status: 429, title: 'tooMany.title', line: 'tooMany.line' }, { 'Retry-After': '60', Connection: 'close' });
        }
        if (route.part === '' && tokenKey !== undefined && !isAddressToken(tokenKey, kiosk, route.query.get('t') ?? '')) {
            return say({ status: 403, title: 'denied.title', line: 'denied.line' }, { Connection: 'close' });
        }
        const visit: Visit = { wording, userAgent, query: route.query, cookie: cookieOf(request) };
        if (!isForm) {
            const answer =
                route.part === '/wait' ? await entry.wait(visit) : route.part === '/done' ? await entry.done(visit) : entry.show(visit);
            return send(response, answer, wording);
        }
        if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
            return plain(response, 415, { Connection: 'close' });
        }
        const body = await readBody(request, formBytesMax);
        if (body.kind === 'broken-off') return;
        if (body.kind === 'too-large') return say({ status: 413, title: 'refused.title', line: 'refused.line' }, { Connection: 'close' });
        send(response, await entry.submit(visit, new URLSearchParams(Buffer.from(body.bytes).toString('utf8'))), wording);
    }

    function send(response: ServerResponse, answer: Answer, wording: Wording): void {
        const headers: Record<string, string> =
            answer.remember === undefined
                ? {}
                : {
                      'Set-Cookie': `${cookieName}=${answer.remember}; Path=${address.path}; Max-Age=1800; HttpOnly; SameSite=Lax${address.secure ? '; Secure' : ''}`,
                  };
        if (answer.kind === 'page') sendPage(response, { page: answer.page, wording, frame: frame(), headers });
        else if (!response.destroyed) response.writeHead(302, { ...pageHeaders, ...headers, Location: headerSafe(answer.href) }).end();
    }

    function failed(response: ServerResponse, thrown: unknown): void {
        const fault = faultOf(thrown);
        // The name alone: a message might quote what the customer sent.
        log.error('the relay could not answer', { code: fault?.code, error: thrown instanceof Error ? thrown.name : typeof thrown });
        if (response.headersSent) response.destroy();
        else plain(response, 500, { Connection: 'close' });
    }

    return {
        handle(request, response) {
            const url = request.url ?? '';
            const mark = url.indexOf('?');
            const path = mark === -1 ? url : url.slice(0, mark);
            let task: Promise<void>;
            if (path === notifyPath) {
                task = notified(request, response);
            } else if (path === address.path || path === `${address.path}/wait` || path === `${address.path}/done`) {
                const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1, mark + 1 + 1024));
                task = visited(request, response, { part: path.slice(address.path.length), query });
            } else {
                return false;
            }
            task.catch((thrown: unknown) => failed(response, thrown));
            return true;
        },
    };
}

/** A bare status with a short line, for whoever is no customer. */
export function plain(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
    if (response.destroyed) return;
    response.writeHead(status, { ...pageHeaders, 'Content-Type': 'text/plain; charset=utf-8', ...headers }).end(`${status}\n`);
}

function sendPage(
    response: ServerResponse,
    order: { page: Page; wording: Wording; frame: PageFrame; headers: Readonly<Record<string, string>> },
): void {
    if (response.destroyed) return;
    const body = Buffer.from(documentOf(order.page, order.wording, order.frame), 'utf8');
    response
        .writeHead(order.page.status, {
            ...pageHeaders,
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Language': order.wording.locale,
            'Content-Length': body.length,
            Vary: 'Accept-Language, User-Agent',
            ...order.headers,
        })
        .end(body);
}

const cookieName = 'till-entry';

function cookieOf(request: IncomingMessage): string | undefined {
    for (const pair of (request.headers.cookie ?? '').slice(0, 4096).split(';')) {
        const [name = '', value = ''] = pair.trim().split('=');
        if (name === cookieName) return value;
    }
    return undefined;
}

function oneHeader(request: IncomingMessage, name: string): string | undefined {
    const value = request.headers[name];
    return Array.isArray(value) ? value.at(-1) : value;
}

/** Headers as the gateway sent them, one string a name. */
function flat(request: IncomingMessage): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
        if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    return headers;
}

/** An address as a header may hold it: whatever is not printable ASCII is percent-encoded. */
function headerSafe(href: string): string {
    return href.replace(/[^\x21-\x7e]/gu, (sign) => encodeURIComponent(sign));
}
