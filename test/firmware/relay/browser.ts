/**
 * A wallet's browser without scripts, and the kiosk's relay around it, over real HTTP on a free port of loopback.
 */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../../firmware/ports/clock.ts';
import type { LogFacts } from '../../../firmware/ports/log.ts';
import { startRelay } from '../../../firmware/relay/listener.ts';
import { createRelay, type RelayOptions } from '../../../firmware/relay/relay.ts';
import { FakeDesk } from './fake-desk.ts';

export const alipay =
    'Mozilla/5.0 (Linux; U; Android 11; zh-CN) AliApp(AP/10.2.15.6000) AlipayClient/10.2.15.6000 Alipay Language/zh-Hans Region/CN';
export const alipayPlus =
    'Mozilla/5.0 (Linux; Android 11) Ariver/2.16.0 Griver/2.16.2 AppContainer/10.5.10 AlipayConnect iapconnectsdk/2.7.0';
export const desktop = 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0';

export interface Answered {
    readonly status: number;
    readonly headers: IncomingHttpHeaders;
    readonly text: string;
}

/** A clock that stands until the test moves it. */
export class StillClock implements Clock {
    wall = Date.parse('2026-11-01T10:00:00Z');
    mono = 0;
    wallMs = (): number => this.wall;
    monoMs = (): number => this.mono;
    after(): never {
        throw new Error('the relay sets no timers');
    }
    pass(ms: number): void {
        this.wall += ms;
        this.mono += ms;
    }
}

export interface Sent {
    readonly method?: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
}

export interface Bench {
    readonly desk: FakeDesk;
    readonly clock: StillClock;
    readonly port: number;
    readonly lines: { message: string; facts: LogFacts }[];
    send(sent: Sent): Promise<Answered>;
    /** As a wallet asks for a page. */
    get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answered>;
    /** As a form without scripts is sent. */
    post(path: string, fields: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Answered>;
    close(): Promise<void>;
}

export const page = '/e/kiosk-01';

export async function bench(more: Partial<RelayOptions> = {}): Promise<Bench> {
    const desk = new FakeDesk();
    const clock = new StillClock();
    const lines: Bench['lines'] = [];
    const line = (message: string, facts: LogFacts = {}) => void lines.push({ message, facts });
    const relay = createRelay({
        desk,
        clock,
        kiosk: 'kiosk-01',
        notifyPath: '/ams/notify',
        publicUrl: 'https://pay.example.com',
        locales: ['en', 'zh-Hans'],
        log: { debug: line, info: line, warn: line, error: line },
        ...more,
    });
    const started = await startRelay({ relay, listen: '127.0.0.1:0' });
    const port = Number(started.address.split(':').at(-1));
    const send = (sent: Sent): Promise<Answered> =>
        new Promise((done, fail) => {
            const request = httpRequest(
                { host: '127.0.0.1', port, method: sent.method ?? 'GET', path: sent.path, headers: { ...sent.headers }, agent: false },
                (response) => {
                    const chunks: Buffer[] = [];
                    response.on('data', (chunk: Buffer) => chunks.push(chunk));
                    response.on('error', fail);
                    response.on('end', () =>
                        done({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }),
                    );
                },
            );
            request.on('error', fail);
            request.end(sent.body);
        });
    return {
        desk,
        clock,
        port,
        lines,
        send,
        get: (path, headers = {}) => send({ path, headers: { 'user-agent': alipayPlus, ...headers } }),
        post: (path, fields, headers = {}) =>
            send({
                method: 'POST',
                path,
                headers: { 'user-agent': alipayPlus, 'content-type': 'application/x-www-form-urlencoded', ...headers },
                body: new URLSearchParams(fields).toString(),
            }),
        close: () => started.close(),
    };
}

/** The hidden submit token of a page, and where its form goes. */
export function formOf(text: string): { token: string; action: string } {
    const token = /name="token" value="([^"]*)"/.exec(text)?.[1];
    const action = /<form method="post" action="([^"]*)"/.exec(text)?.[1];
    if (token === undefined || action === undefined) throw new Error(`no form in the page:\n${text}`);
    return { token, action };
}

/** Where a page that loads itself again goes. */
export function refreshOf(text: string): string {
    const target = /<meta http-equiv="refresh" content="\d+;url=([^"]*)">/.exec(text)?.[1];
    if (target === undefined) throw new Error(`the page does not load itself again:\n${text}`);
    return target;
}
