/**
 * Server: the local HTTP API of a kiosk (design §8): a door that is open at once, routes behind it, live events.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../ports/clock.ts';
import type { Desk } from '../ports/desk.ts';
import type { Display } from '../ports/devices.ts';
import type { Log } from '../ports/log.ts';
import type { VirtualDevices } from '../ports/virtual.ts';
import type { WindowDisplay } from '../ports/window.ts';
import { type Handler, openDoor } from './door.ts';
import { createEventStreams, type EventStreams } from './events.ts';
import type { Live } from './live.ts';
import { createMetrics } from './metrics.ts';
import type { EncodePng } from './virtual-routes.ts';

export interface ApiOptions {
    /** `host:port`, IPv6 in brackets; port 0 takes a free one. */
    readonly listen: string;
    readonly version: string;
    readonly clock: Clock;
    readonly log: Log;
    /** The bearer token of callers from other machines (`readToken`). */
    readonly token?: string;
    /** Further names of this machine that a Host header may have. */
    readonly hosts?: readonly string[];
    readonly virtual?: VirtualDevices;
    /** The display of whatever type, and the same where its glass is a window of a browser; asked when a call needs it. */
    readonly glass?: () => { readonly display?: Display; readonly window?: WindowDisplay };
    readonly encodePng?: EncodePng;
    /** Where the files of the page lie (dist/page); none are served without it. */
    readonly pageFolder?: string;
    /** This kiosk may be tried out: its page stands at `/`, and talks to these programs on this machine. */
    readonly page?: { readonly sandbox?: string; readonly stage?: string };
    /** The desk, where it is there already; else `attach` brings it. */
    readonly desk?: Desk;
    /** Answers a path of the relay on this listener, or says that it is not the relay's. */
    readonly extra?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface Api {
    /** `http://host:port` with the port that was taken. */
    readonly address: string;
    readonly port: number;
    /** From now on calls are answered from this desk; before, they are told that the till is starting. */
    attach(desk: Desk): void;
    /** Loads the framework; without it, the first call that needs it does. Never rejects. */
    prepare(): Promise<void>;
    /** Ends streams and open calls; always succeeds. */
    close(): Promise<void>;
}

/** Opens the API. @throws Fault API_LISTEN_FAILED */
export async function startApi(options: ApiOptions): Promise<Api> {
    const { listen, clock, log, token, hosts = [], virtual = {}, extra } = options;
    let desk = options.desk;
    const events = createEventStreams({ desk: () => desk as Desk, clock });
    const opened: { close(): void }[] = [events];
    let loading: Promise<FastifyInstance> | undefined;
    const load = () => {
        loading ??= buildRoutes({ ...options, virtual, desk: () => desk, events, opened }).catch((error: unknown) => {
            loading = undefined;
            log.error('the API could not be loaded', { error: error instanceof Error ? error.message : String(error) });
            throw error;
        });
        return loading;
    };
    const app = async (): Promise<Handler> => {
        const instance = await load();
        return (request, response) => instance.routing(request, response);
    };
    const door = await openDoor({
        listen,
        hosts,
        readiness: () => desk?.readiness(),
        app,
        ...(token === undefined ? {} : { token }),
        ...(extra === undefined ? {} : { extra }),
    });
    return {
        address: door.address,
        port: door.port,
        attach(attached) {
            desk = attached;
        },
        async prepare() {
            await load().catch(() => undefined);
        },
        async close() {
            for (const one of opened) one.close();
            await door.close();
            await (await loading?.catch(() => undefined))?.close();
        },
    };
}

/** Everything behind the door, loaded when it is needed. */
async function buildRoutes(
    options: Omit<ApiOptions, 'desk' | 'virtual'> & {
        readonly desk: () => Desk | undefined;
        readonly virtual: VirtualDevices;
        readonly events: EventStreams;
        /** What holds connections open is added here. */
        readonly opened: { close(): void }[];
    },
): Promise<FastifyInstance> {
    const { desk, version, virtual, events, opened, clock, log, page, pageFolder = '' } = options;
    const glass: NonNullable<ApiOptions['glass']> = options.glass ?? (() => ({}));
    const [{ buildApp }, { createScreenStreams }, { PageFiles }] = await Promise.all([
        import('./app.ts'),
        import('./screen-streams.ts'),
        import('./page-files.ts'),
    ]);
    const screens = createScreenStreams({ clock, mirrored: () => virtual.display, window: () => glass().window });
    let live: Live | undefined;
    if (page !== undefined) {
        const { createLive } = await import('./live.ts');
        live = createLive({ version, clock, virtual, display: () => virtual.display ?? glass().display, links: page });
        opened.push(live);
    }
    opened.push(screens);
    return buildApp({
        desk,
        version,
        virtual,
        events,
        metrics: createMetrics({ version }),
        screens,
        encodePng: options.encodePng ?? (() => Promise.reject(new Error('no encoder was given'))),
        files: new PageFiles(pageFolder),
        log,
        ...(live === undefined ? {} : { live }),
    });
}
