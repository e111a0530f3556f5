/**
 * App: the API's routes on fastify, with the OpenAPI document that is made of their schemas. Loaded behind the door (door.ts).
 *
 * Rules: bodies are JSON of at most 64 KiB and are taken as written, without coercion; every error is a problem (problem.ts).
 */
import type { FastifyError, FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { Desk } from '../ports/desk.ts';
import { faultOf } from '../ports/fault.ts';
import type { Log } from '../ports/log.ts';
import type { VirtualDevices } from '../ports/virtual.ts';
import { addAlarmRoutes } from './alarm-routes.ts';
import { healthOf } from './door.ts';
import type { EventStreams } from './events.ts';
import { refuseOrigin } from './guard.ts';
import { addJournalRoutes } from './journal-routes.ts';
import type { Live } from './live.ts';
import type { Metrics } from './metrics.ts';
import { pagePolicy, statusPage } from './page.ts';
import type { PageFiles } from './page-files.ts';
import { addPageRoutes, notBuilt, sendFile } from './page-routes.ts';
import { type Problem, ProblemError, problem, problemMediaType } from './problem.ts';
import { addSalesRoutes } from './sales-routes.ts';
import { problems, sharedSchemas } from './schemas.ts';
import { addScreenRoutes } from './screen-routes.ts';
import type { ScreenStreams } from './screen-streams.ts';
import { sendTooMany } from './too-many.ts';
import { addVirtualRoutes, type EncodePng } from './virtual-routes.ts';

const bodyBytesMax = 64 * 1024;

export interface AppOptions {
    /** Undefined while the till is starting. */
    readonly desk: () => Desk | undefined;
    readonly version: string;
    readonly virtual: VirtualDevices;
    readonly events: EventStreams;
    readonly metrics: Metrics;
    readonly screens: ScreenStreams;
    readonly encodePng: EncodePng;
    readonly files: PageFiles;
    /** Present where the page of a kiosk that may be tried out stands at `/`. */
    readonly live?: Live;
    readonly log: Log;
    /** Told of every route, for the test that compares them with the document. */
    readonly onRoute?: (route: RouteOptions) => void;
}

/** A framework instance that is ready to be handed requests by `app.routing(request, response)`. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
    const [{ fastify }, { fastifySwagger }] = await Promise.all([import('fastify'), import('@fastify/swagger')]);
    const app = fastify({
        logger: false,
        bodyLimit: bodyBytesMax,
        exposeHeadRoutes: false,
        // A coerced or trimmed amount would be another amount than the caller wrote.
        ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false } },
    }) as unknown as FastifyInstance;
    readJsonAsWritten(app);
    app.setErrorHandler<FastifyError>((error, request, reply) => {
        const answer = problemOf(error, request);
        if (answer.status >= 500 && answer.code === 'internal') {
            options.log.error('a call to the API failed', { method: request.method, route: request.routeOptions.url, error: error.name });
        }
        return reply.code(answer.status).type(`${problemMediaType}; charset=utf-8`).serializer(JSON.stringify).send(answer);
    });
    app.setNotFoundHandler((_request, reply) => {
        const answer = problem({ status: 404, code: 'unknown-path', detail: 'There is no such path or method; see /openapi.json.' });
        return reply.code(404).type(`${problemMediaType}; charset=utf-8`).send(JSON.stringify(answer));
    });
    for (const schema of sharedSchemas) app.addSchema(schema);
    await app.register(fastifySwagger, {
        openapi: {
            openapi: '3.1.0',
            info: {
                title: 'Tillbox',
                version: options.version,
                description: 'Sales, refunds and live events of a payment kiosk. Calls from other machines need a bearer token.',
            },
            components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
            security: [{}, { bearer: [] }],
        },
        refResolver: { buildLocalReference: (json, _base, _fragment, index) => (typeof json.$id === 'string' ? json.$id : `def-${index}`) },
    });
    app.addHook('onRoute', tellCommonRefusals);
    app.addHook('onSend', async (_request, reply) => {
        reply.headers({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    });
    if (options.onRoute !== undefined) app.addHook('onRoute', options.onRoute);
    const desk = () => {
        const found = options.desk();
        if (found !== undefined) return found;
        throw new ProblemError(
            problem({ status: 503, code: 'starting', detail: 'The till is starting; ask again in a moment.', reasons: ['starting'] }),
        );
    };
    addSalesRoutes(app, desk);
    addAlarmRoutes(app, desk);
    addEventRoute({ app, desk, events: options.events });
    addJournalRoutes(app, desk);
    const { live, screens } = options;
    addVirtualRoutes(app, { devices: options.virtual, encodePng: options.encodePng, touched: () => live?.touched() });
    if (live !== undefined) addLiveRoute({ app, desk, live });
    addScreenRoutes(app, desk, screens);
    addPageRoutes(app, options.files, () => screens.available());
    addInfoRoutes(app, options);
    await app.ready();
    return app;
}

/** JSON only, with the bytes kept for the Idempotency-Key's hash; an empty body counts as `{}`. */
function readJsonAsWritten(app: FastifyInstance): void {
    app.removeAllContentTypeParsers();
    app.decorateRequest('bodyBytes', undefined);
    app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
        if (body.length === 0) return done(null, {});
        request.bodyBytes = body;
        try {
            done(null, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
        } catch {
            done(new ProblemError(problem({ status: 400, code: 'body-not-json', detail: 'The body is not JSON in UTF-8.' })), undefined);
        }
    });
    app.addHook('preValidation', (request, _reply, done) => {
        if (request.body === undefined && request.method !== 'GET') request.body = {};
        done();
    });
}

function addEventRoute(options: { app: FastifyInstance; desk: () => Desk; events: EventStreams }): void {
    const { app, desk, events } = options;
    app.get('/v1/events', {
        schema: {
            summary: 'Live events',
            description:
                'Server-sent events: `id` is the journal’s sequence number, `event` is `sale`, `data` is the sale. Send Last-Event-ID to hear what was missed.',
            tags: ['sales'],
            response: {
                200: { description: 'The stream', content: { 'text/event-stream': { schema: { type: 'string' } } } },
                ...problems(401, 403, 503),
            },
        },
        handler: (request, reply) => {
            desk();
            refuseForeignReader(request);
            reply.hijack();
            if (events.open(request.raw, reply.raw)) return;
            sendTooMany(reply.raw);
        },
    });
}

function addLiveRoute({ app, desk, live }: { app: FastifyInstance; desk: () => Desk; live: Live }): void {
    app.get('/v1/virtual/live', {
        schema: {
            summary: 'Everything that the kiosk’s page shows, as it changes',
            description:
                'Server-sent events: `hello` once; `state` in parts that replace whole keys; `record` for each journal record after its sync (`id` is its sequence number; send Last-Event-ID to hear what was missed); `beat` each second while the till’s loop turns.',
            tags: ['virtual'],
            response: {
                200: { description: 'The stream', content: { 'text/event-stream': { schema: { type: 'string' } } } },
                ...problems(401, 403, 503),
            },
        },
        handler: (request, reply) => {
            const found = desk();
            refuseForeignReader(request);
            reply.hijack();
            if (!live.open({ request: request.raw, response: reply.raw, desk: found })) sendTooMany(reply.raw);
        },
    });
}

/** Streams are few: a page of another origin may not use them up. */
function refuseForeignReader(request: FastifyRequest): void {
    const foreign = refuseOrigin(request.headers);
    if (foreign !== undefined) throw new ProblemError(problem(foreign));
}

/** The door and the framework refuse some calls before a route is asked; the document names them with every route. */
function tellCommonRefusals(route: RouteOptions): void {
    const schema = (route.schema ?? {}) as { body?: unknown; response?: Record<string, unknown> };
    const changes = !['GET', 'HEAD'].includes(String(route.method));
    const common = [401, 421, ...(changes ? [403, 413, 415] : [])];
    schema.response = { ...problems(...common), ...schema.response };
    if (route.schema !== undefined) route.schema = schema;
}

function addInfoRoutes(app: FastifyInstance, options: AppOptions): void {
    const readinessAnswer = { description: 'Readiness', content: { 'application/json': { schema: { $ref: 'Readiness#' } } } };
    for (const path of ['/healthz', '/readyz'] as const) {
        const summary = path === '/healthz' ? 'Does the loop turn?' : 'Could a sale be made now?';
        app.get(path, {
            schema: { summary, tags: ['health'], response: { 200: readinessAnswer, 503: readinessAnswer } },
            handler: (_request, reply) => {
                const { status, body } = healthOf(path, options.desk()?.readiness());
                return reply.code(status).send(body);
            },
        });
    }
    const plain = (mediaType: string, description: string) => ({ description, content: { [mediaType]: { schema: { type: 'string' } } } });
    app.get('/metrics', {
        schema: { summary: 'Figures for Prometheus', tags: ['health'], response: { 200: plain('text/plain', 'Prometheus text') } },
        handler: async (_request, reply) => {
            const { mediaType, text } = await options.metrics.scrape(options.desk());
            return reply.header('content-type', mediaType).send(text);
        },
    });
    app.get('/openapi.json', {
        schema: {
            summary: 'This document',
            tags: ['health'],
            response: { 200: { description: 'OpenAPI 3.1', type: 'object', additionalProperties: true } },
        },
        handler: (_request, reply) => reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(app.swagger()),
    });
    app.get('/', {
        exposeHeadRoute: true,
        schema: { summary: 'A page for people', tags: ['health'], response: { 200: plain('text/html', 'The page') } },
        handler: async (request, reply) => {
            const built = options.live === undefined ? undefined : await options.files.find('index.html');
            if (built !== undefined) return sendFile(request, reply, built);
            const desk = options.desk();
            const readiness = healthOf('/readyz', desk?.readiness()).body;
            const paths = ['/healthz', '/readyz', '/v1/sales', '/v1/events', '/v1/journal', '/metrics', '/openapi.json'];
            if (options.screens.available()) paths.push('/screen');
            if (options.virtual.dispenser !== undefined) paths.push('/v1/virtual/tray');
            if (options.virtual.display !== undefined) paths.push('/v1/virtual/display');
            const svg = desk?.screen().svg || '<svg xmlns="http://www.w3.org/2000/svg"/>';
            const page = statusPage({
                version: options.version,
                readiness,
                svg,
                paths,
                ...(options.live === undefined ? {} : { note: notBuilt }),
            });
            return reply
                .type('text/html; charset=utf-8')
                .headers({ 'content-security-policy': pagePolicy, 'cache-control': 'no-store' })
                .send(page);
        },
    });
}

/** What went wrong, without a word of what the caller sent. */
function problemOf(error: FastifyError, request: FastifyRequest): Problem {
    if (error instanceof ProblemError) return error.problem;
    if (error.validation !== undefined) return invalidProblem(error);
    const known: Readonly<Record<string, { status: number; code: string; detail: string }>> = {
        FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'body-too-large', detail: `The body has more than ${bodyBytesMax} bytes.` },
        FST_ERR_CTP_INVALID_MEDIA_TYPE: {
            status: 415,
            code: 'media-type',
            detail: 'Send JSON with "Content-Type: application/json".',
        },
        FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
            status: 400,
            code: 'body-not-json',
            detail: 'The body is not as long as Content-Length says.',
        },
    };
    const found = known[error.code];
    if (found !== undefined) return problem(found);
    const fault = faultOf(error);
    if (fault !== undefined) return problem({ status: 503, code: fault.code, detail: fault.message });
    return problem({ status: 500, code: 'internal', detail: `${request.method} failed in the till; the log has a line about it.` });
}

/** ajv's words name places and rules, never values. */
function invalidProblem(error: FastifyError): Problem {
    const context = error.validationContext ?? 'body';
    const first = error.validation?.[0];
    const place = `${context}${(first?.instancePath ?? '').replaceAll('/', '.')}`;
    const unknown = first?.keyword === 'additionalProperties' ? ' Take out what the document does not name.' : '';
    const detail = `${place} ${first?.message ?? 'is not valid'}.${unknown}`;
    if (context === 'body') return problem({ status: 422, code: 'body-invalid', detail });
    return problem({
        status: context === 'params' ? 404 : 400,
        code: context === 'headers' ? 'header-invalid' : 'query-invalid',
        detail,
    });
}
