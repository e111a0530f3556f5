/**
 * Web view: opens an entry-code page as a wallet does: fetches it with the wallet's user agent, fills its form, follows it into the cashier.
 *
 * Rules: loopback addresses only; redirects, refreshes and pages are bounded; cookies live as long as the tab.
 * Fails: Refusal PAGE_NOT_LOOPBACK, PAGE_UNREACHABLE, TAB_UNKNOWN.
 */
import { request as httpRequest } from 'node:http';
import { type Chance, randomToken } from './chance.ts';
import { isLoopbackHost } from './config.ts';
import { type HtmlPage, readPage } from './html-forms.ts';
import { Refusal } from './refusal.ts';

export interface Visit {
    readonly method: 'GET' | 'POST';
    readonly url: string;
    readonly status: number;
}

export type Browsed =
    /** The page sent the wallet into its cashier. */
    | { readonly kind: 'cashier'; readonly redirectUrl: string; readonly orderCode: string; readonly visits: readonly Visit[] }
    /** A page stands there: a refusal, a status, or a form that wants more. `tab` continues it. */
    | {
          readonly kind: 'page';
          readonly tab: string;
          readonly url: string;
          readonly status: number;
          readonly title: string;
          readonly text: string;
          readonly fields: readonly string[];
          readonly visits: readonly Visit[];
      };

interface Tab {
    readonly userAgent: string;
    readonly cookies: Map<string, string>;
    url: URL;
    status: number;
    page: HtmlPage;
    visits: Visit[];
}

type Landed = { readonly to: 'cashier'; readonly url: string } | { readonly to: 'page' };

const hopsMax = 20;
const pageBytesMax = 2_000_000;
const tabsMax = 100;

export class WebView {
    readonly #chance: Chance;
    readonly #wait: (ms: number) => Promise<void>;
    readonly #timeoutMs: number;
    readonly #tabs = new Map<string, Tab>();

    constructor(needs: { chance: Chance; wait: (ms: number) => Promise<void>; timeoutMs: number }) {
        this.#chance = needs.chance;
        this.#wait = needs.wait;
        this.#timeoutMs = needs.timeoutMs;
    }

    /** Opens a page and submits its forms, one after the other, with `forms`; stops at the cashier or at a page. */
    async open(order: { url: string; userAgent: string; forms: readonly Readonly<Record<string, string>>[] }): Promise<Browsed> {
        if (!URL.canParse(order.url)) throw notLoopback();
        const url = new URL(order.url);
        const tab: Tab = { userAgent: order.userAgent, cookies: new Map(), url, status: 0, page: readPage(''), visits: [] };
        return this.#browse(tab, { landed: await this.#go(tab, { method: 'GET', url }), forms: order.forms });
    }

    /** Goes on in an open tab. */
    async submit(tabName: string, forms: readonly Readonly<Record<string, string>>[]): Promise<Browsed> {
        const tab = this.#tabs.get(tabName);
        if (tab === undefined) throw new Refusal({ status: 404, code: 'TAB_UNKNOWN', message: 'This tab is closed; open the page again.' });
        this.#tabs.delete(tabName);
        tab.visits = [];
        return this.#browse(tab, { landed: { to: 'page' }, forms });
    }

    /** Fetches one page, as a wallet does when it comes back from its cashier; the status, or undefined where nobody answers. */
    async visit(order: { url: string; userAgent: string }): Promise<number | undefined> {
        if (!URL.canParse(order.url) || !isLoopbackHost(new URL(order.url).hostname)) return undefined;
        const url = new URL(order.url);
        const tab: Tab = { userAgent: order.userAgent, cookies: new Map(), url, status: 0, page: readPage(''), visits: [] };
        try {
            return (await this.#fetch(tab, { method: 'GET', url })).status;
        } catch (error) {
            if (error instanceof Refusal) return undefined;
            throw error;
        }
    }

    async #browse(tab: Tab, given: { landed: Landed; forms: readonly Readonly<Record<string, string>>[] }): Promise<Browsed> {
        let { landed } = given;
        for (const filled of given.forms) {
            if (landed.to === 'cashier') break;
            const form =
                tab.page.forms.find((one) => Object.keys(filled).every((name) => one.fields.some((field) => field.name === name))) ??
                tab.page.forms[0];
            if (form === undefined) break;
            const fields = new URLSearchParams();
            const submits = form.fields.filter((field) => field.type === 'submit');
            for (const field of form.fields) {
                // Only the button that is pressed is sent: a named one where the caller names it, else the first.
                if (field.type === 'submit' && field !== (submits.find((one) => filled[one.name] === one.value) ?? submits[0])) continue;
                fields.append(field.name, filled[field.name] ?? field.value);
            }
            for (const [name, value] of Object.entries(filled)) if (!fields.has(name)) fields.append(name, value);
            const url = new URL(form.action === '' ? tab.url : form.action, tab.url);
            if (form.method === 'get') url.search = fields.toString();
            landed = await this.#go(
                tab,
                form.method === 'post' ? { method: 'POST', url, body: fields.toString() } : { method: 'GET', url },
            );
        }
        if (landed.to === 'cashier')
            return { kind: 'cashier', redirectUrl: landed.url, orderCode: orderCodeOf(landed.url), visits: tab.visits };
        const name = `T${randomToken(this.#chance, 16)}`;
        this.#tabs.set(name, tab);
        const oldest = this.#tabs.keys().next().value;
        if (this.#tabs.size > tabsMax && oldest !== undefined) this.#tabs.delete(oldest);
        return {
            kind: 'page',
            tab: name,
            url: tab.url.href,
            status: tab.status,
            title: tab.page.title,
            text: tab.page.text.slice(0, 4000),
            fields: [
                ...new Set(
                    tab.page.forms.flatMap((form) => form.fields.filter((field) => field.type !== 'hidden').map((field) => field.name)),
                ),
            ],
            visits: tab.visits,
        };
    }

    /** Fetches, and follows redirects and refreshes, to the cashier or to a page that stands. */
    async #go(tab: Tab, first: { method: 'GET' | 'POST'; url: URL; body?: string }): Promise<Landed> {
        let next: { method: 'GET' | 'POST'; url: URL; body?: string } | undefined = first;
        for (let hop = 0; next !== undefined && hop < hopsMax; hop++) {
            const answer = await this.#fetch(tab, next);
            tab.url = next.url;
            tab.status = answer.status;
            const location = answer.location;
            if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
                const target = new URL(location, next.url);
                if (target.protocol !== 'http:' && target.protocol !== 'https:') return { to: 'cashier', url: location };
                const keeps = answer.status === 307 || answer.status === 308;
                next = keeps ? { ...next, url: target } : { method: 'GET', url: target };
                continue;
            }
            tab.page = readPage(answer.text);
            const { refresh } = tab.page;
            // A page that refreshes is on its way somewhere; one that has a form waits for its reader.
            if (refresh === undefined || tab.page.forms.length > 0) return { to: 'page' };
            const target: URL = refresh.url === '' ? next.url : new URL(refresh.url, next.url);
            if (target.protocol !== 'http:' && target.protocol !== 'https:') return { to: 'cashier', url: refresh.url };
            await this.#wait(Math.min(refresh.afterSeconds * 1000, 5000));
            next = { method: 'GET', url: target };
        }
        return { to: 'page' };
    }

    #fetch(
        tab: Tab,
        order: { method: 'GET' | 'POST'; url: URL; body?: string },
    ): Promise<{ status: number; location?: string; text: string }> {
        const { url } = order;
        if (url.protocol !== 'http:' || !isLoopbackHost(url.hostname)) throw notLoopback();
        const cookies = [...tab.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const headers: Record<string, string> = {
            'User-Agent': tab.userAgent,
            Accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
            'Accept-Language': 'en',
            ...(cookies === '' ? {} : { Cookie: cookies }),
            ...(order.method === 'POST'
                ? {
                      'Content-Type': 'application/x-www-form-urlencoded',
                      'Content-Length': String(Buffer.byteLength(order.body ?? '')),
                      Origin: url.origin,
                  }
                : {}),
        };
        return new Promise((done, fail) => {
            const unreachable = () =>
                fail(
                    new Refusal({
                        status: 422,
                        code: 'PAGE_UNREACHABLE',
                        message: `Nobody answered at ${url.origin}; start what serves the page, then try again.`,
                    }),
                );
            const request = httpRequest(url, { method: order.method, headers, agent: false }, (response) => {
                const parts: Buffer[] = [];
                let length = 0;
                response.on('data', (part: Buffer) => {
                    length += part.length;
                    if (length > pageBytesMax) request.destroy(new Error('page too long'));
                    else parts.push(part);
                });
                response.on('error', unreachable);
                response.on('end', () => {
                    for (const cookie of response.headers['set-cookie'] ?? []) {
                        const [name, value] = (cookie.split(';')[0] ?? '').split('=', 2);
                        if (name !== undefined && value !== undefined) tab.cookies.set(name.trim(), value.trim());
                    }
                    const status = response.statusCode ?? 0;
                    tab.visits.push({ method: order.method, url: `${url.origin}${url.pathname}`, status });
                    const location = response.headers.location;
                    done({ status, text: Buffer.concat(parts).toString('utf8'), ...(location === undefined ? {} : { location }) });
                });
            });
            const timer = setTimeout(() => request.destroy(new Error('too slow')), this.#timeoutMs);
            request.on('error', unreachable);
            request.on('close', () => clearTimeout(timer));
            request.end(order.body);
        });
    }
}

/** The order code inside a deep link into the cashier: all that stands behind `qrcode=`, encoded or not. */
export function orderCodeOf(deepLink: string): string {
    const at = deepLink.search(/[?&]qrcode=/);
    if (at < 0) return '';
    const value = deepLink.slice(at + '?qrcode='.length);
    if (value.startsWith('http://') || value.startsWith('https://')) return value;
    try {
        return decodeURIComponent(value.split('&')[0] ?? '');
    } catch {
        return '';
    }
}

function notLoopback(): Refusal {
    return new Refusal({
        status: 422,
        code: 'PAGE_NOT_LOOPBACK',
        message: 'The test wallet opens pages on this machine only; give a http:// address on 127.0.0.1.',
    });
}
