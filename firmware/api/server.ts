/**
 * Server: the local HTTP API of a kiosk (design §8): a door that is open at once, routes behind it, live events.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../ports/clock.ts';
import type { Desk } from '../ports/desk.ts';
import type { Log } from '../ports/log.ts';
import type { VirtualDevices } from '../ports/virtual.ts';
import { type Handler, openDoor } from './door.ts';
import { createEventStreams } from './events.ts';
import { createMetrics } from './metrics.ts';

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
    const { listen, version, clock, log, token, hosts = [], virtual = {}, extra } = options;
    let desk = options.desk;
    const events = createEventStreams({ desk: () => desk as Desk, clock });
    let loading: Promise<FastifyInstance> | undefined;
    const load = () => {
        loading ??= import('./app.ts')
            .then(({ buildApp }) => buildApp({ desk: () => desk, version, virtual, events, metrics: createMetrics({ version }), log }))
            .catch((error: unknown) => {
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
            events.close();
            await door.close();
            await (await loading?.catch(() => undefined))?.close();
        },
    };
}
