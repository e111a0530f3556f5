/** The OpenAPI document against the routes of the code and against real answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RouteOptions } from 'fastify';
import { encodePng } from '../../../drivers/lib/png.ts';
import { buildApp } from '../../../firmware/api/app.ts';
import { createEventStreams } from '../../../firmware/api/events.ts';
import { createLive } from '../../../firmware/api/live.ts';
import { createMetrics } from '../../../firmware/api/metrics.ts';
import { PageFiles } from '../../../firmware/api/page-files.ts';
import { createScreenStreams } from '../../../firmware/api/screen-streams.ts';
import { fakeClock, fakeDesk, fakeDevices, fakeLog } from './fake-desk.ts';
import { type Answer, withApi } from './open-api.ts';

interface Operation {
    readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;
}
interface Document {
    readonly openapi: string;
    readonly info: { readonly version: string };
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** What design §8 promises. */
const promised = [
    'GET /healthz',
    'GET /readyz',
    'GET /metrics',
    'GET /openapi.json',
    'GET /',
    'GET /v1/alarms',
    'GET /v1/events',
    'GET /v1/sales',
    'GET /v1/sales/{id}',
    'POST /v1/sales',
    'POST /v1/sales/{id}/cancel',
    'POST /v1/sales/{id}/refunds',
    'POST /v1/sales/{id}/resolve',
    'GET /v1/virtual/display',
    'GET /v1/virtual/tray',
    'POST /v1/virtual/panel',
    'POST /v1/virtual/scanner',
    'PUT /v1/virtual/dispenser',
    'PUT /v1/virtual/scanner',
    'PUT /v1/virtual/machine',
    'GET /v1/virtual/live',
    'GET /v1/journal',
    'GET /screen',
    'GET /page/{*}',
    'GET /v1/screen/live',
    'POST /v1/screen/shown',
    'POST /v1/screen/touch',
];

test('the document names every route of the code, and nothing else', async () => {
    const routes: string[] = [];
    const [desk, devices, clock] = [fakeDesk(), fakeDevices(), fakeClock()];
    const app = await buildApp({
        desk: () => desk,
        version: '1.2.3',
        virtual: devices,
        live: createLive({ version: '1.2.3', clock, virtual: devices, display: () => undefined, links: {} }),
        screens: createScreenStreams({ clock, mirrored: () => undefined, window: () => undefined }),
        files: new PageFiles('/nowhere'),
        encodePng,
        events: createEventStreams({ desk: () => desk, clock: fakeClock() }),
        metrics: createMetrics({ version: '1.2.3' }),
        log: fakeLog(),
        // What answers GET with a document answers HEAD as well, which needs no words.
        onRoute: ({ method, url }: RouteOptions) =>
            void (method === 'HEAD' || routes.push(`${method} ${url.replace(/:(\w+)|(\*)/g, '{$1$2}')}`)),
    });
    try {
        const document = app.swagger() as unknown as Document;
        const named = Object.entries(document.paths).flatMap(([path, operations]) =>
            Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
        );
        assert.deepEqual(named.sort(), routes.sort());
        assert.deepEqual(named.sort(), [...promised].sort());
    } finally {
        await app.close();
    }
});

test('real answers are what the document says', async () => {
    await withApi(async ({ desk, devices, call, post }) => {
        const { json: document, status } = await call({ path: '/openapi.json' });
        assert.equal(status, 200);
        assert.equal(document.openapi, '3.1.0');
        assert.equal(document.info.version, '1.2.3');
        const check = checker(document);
        check('get /healthz', await call({ path: '/healthz' }));
        check('get /readyz', await call({ path: '/readyz' }));
        check('get /v1/alarms', await call({ path: '/v1/alarms' }));
        check('get /v1/sales', await call({ path: '/v1/sales' }));
        check('get /v1/sales', await call({ path: '/v1/sales?x=1' }));
        check('get /v1/sales/{id}', await call({ path: '/v1/sales/S1' }));
        check('get /v1/sales/{id}', await call({ path: '/v1/sales/S9' }));
        check('post /v1/sales', await post('/v1/sales', { items: [{ slot: 'A1' }] }));
        check('post /v1/sales', await post('/v1/sales', {}));
        check('post /v1/sales/{id}/cancel', await post('/v1/sales/S1/cancel', {}));
        check('post /v1/sales/{id}/refunds', await post('/v1/sales/S1/refunds', {}));
        check('post /v1/sales/{id}/resolve', await post('/v1/sales/S1/resolve', { decision: 'refund', note: 'n' }));
        check('get /metrics', await call({ path: '/metrics' }));
        check('get /', await call({ path: '/' }));
        check('post /v1/virtual/scanner', await post('/v1/virtual/scanner', { text: '281234567890123456' }));
        devices.armed = false;
        check('post /v1/virtual/scanner', await post('/v1/virtual/scanner', { text: '281234567890123456' }));
        check('put /v1/virtual/dispenser', await call(put('/v1/virtual/dispenser', { slot: 'A1', fault: 'jam' })));
        check('get /v1/virtual/tray', await call({ path: '/v1/virtual/tray' }));
        check('post /v1/virtual/panel', await post('/v1/virtual/panel', { key: 'cancel' }));
        check('get /v1/virtual/display', await call({ path: '/v1/virtual/display' }));
        desk.reply = { ok: false, status: 503, code: 'not-ready', detail: 'Nothing can be sold now.', reasons: ['gateway-unreachable'] };
        check('post /v1/sales', await post('/v1/sales', { items: [{ slot: 'A1' }] }));
    });
});

function put(path: string, body: unknown) {
    return { method: 'PUT', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Holds an answer against the document; a status, a media type or a field that the document does not name fails. */
function checker(document: Document): (operation: string, answer: Answer) => void {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.addSchema({ $id: 'https://till.example/document', components: document.components }, 'https://till.example/document');
    return (operation, answer) => {
        const [method = '', path = ''] = operation.split(' ');
        const response = document.paths[path]?.[method]?.responses[String(answer.status)];
        assert.ok(response, `${operation}: ${answer.status} is not in the document`);
        const mediaType = String(answer.headers['content-type']).split(';')[0] ?? '';
        const schema = response.content?.[mediaType]?.schema;
        assert.ok(schema, `${operation} ${answer.status}: ${mediaType} is not in the document`);
        const absolute = JSON.parse(
            JSON.stringify(schema).replaceAll('"#/components', '"https://till.example/document#/components'),
        ) as object;
        const validate = ajv.compile(absolute);
        assert.ok(validate(answer.json ?? answer.text), `${operation} ${answer.status}: ${JSON.stringify(validate.errors)}`);
    };
}
