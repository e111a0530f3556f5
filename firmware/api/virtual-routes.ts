/**
 * Virtual routes: the hands that a test or the page lays on virtual devices. A device that is not virtual has no hands here (404).
 *
 * Rules: the scanned text is a payment code, a credential: it goes to the scanner and nowhere else, no error repeats it.
 */
import type { FastifyInstance } from 'fastify';
import type { DispenserFault, VirtualDevices } from '../ports/virtual.ts';
import { pngOf } from './png.ts';
import { ProblemError, problem } from './problem.ts';
import { problems } from './schemas.ts';

const faults: readonly DispenserFault[] = ['none', 'jam', 'no-drop', 'sensor-blind', 'offline', 'empty', 'double', 'stuck'];

export function addVirtualRoutes(app: FastifyInstance, devices: VirtualDevices): void {
    app.post<{ Body: { text: string } }>('/v1/virtual/scanner', {
        schema: {
            summary: 'Holds a code to the virtual scanner',
            tags: ['virtual'],
            body: {
                type: 'object',
                required: ['text'],
                additionalProperties: false,
                properties: { text: { type: 'string', minLength: 1, maxLength: 4096 } },
            },
            response: { 202: simple({ read: { type: 'boolean' } }), ...problems(401, 404, 409, 422) },
        },
        handler: async (request, reply) => {
            if (!virtual(devices.scanner, 'scanner').scan(request.body.text)) {
                throw new ProblemError(
                    problem({
                        status: 409,
                        code: 'scanner-not-armed',
                        detail: 'The scanner reads only while a sale waits for a code; open a sale first.',
                    }),
                );
            }
            return reply.code(202).send({ read: true });
        },
    });
    app.put<{ Body: { slot: string; fault: DispenserFault } }>('/v1/virtual/dispenser', {
        schema: {
            summary: 'Sets what goes wrong in a slot of the virtual dispenser',
            tags: ['virtual'],
            body: {
                type: 'object',
                required: ['slot', 'fault'],
                additionalProperties: false,
                properties: { slot: { type: 'string', minLength: 1, maxLength: 64 }, fault: { type: 'string', enum: faults } },
            },
            response: { 200: simple({ slot: { type: 'string' }, fault: { type: 'string', enum: faults } }), ...problems(401, 404, 422) },
        },
        handler: async (request) => {
            const dispenser = virtual(devices.dispenser, 'dispenser');
            const { slot, fault } = request.body;
            if (!dispenser.slots().includes(slot)) {
                throw new ProblemError(
                    problem({
                        status: 422,
                        code: 'unknown-slot',
                        detail: `The dispenser has no such slot; it has ${dispenser.slots().join(', ')}.`,
                    }),
                );
            }
            dispenser.setFault(slot, fault);
            return { slot, fault };
        },
    });
    app.get('/v1/virtual/tray', {
        schema: {
            summary: 'Everything that ever fell into the virtual tray, oldest first',
            tags: ['virtual'],
            response: {
                200: simple({
                    items: {
                        type: 'array',
                        items: {
                            type: 'object',
                            required: ['deliveryId', 'slot', 'at'],
                            additionalProperties: false,
                            properties: { deliveryId: { type: 'string' }, slot: { type: 'string' }, at: { type: 'string' } },
                        },
                    },
                }),
                ...problems(401, 404),
            },
        },
        handler: async () => ({ items: virtual(devices.dispenser, 'dispenser').tray() }),
    });
    app.post<{ Body: { key: string } }>('/v1/virtual/panel', {
        schema: {
            summary: 'Presses a key of the virtual panel',
            tags: ['virtual'],
            body: {
                type: 'object',
                required: ['key'],
                additionalProperties: false,
                properties: {
                    key: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$', description: '`cancel`, `confirm`, `language` or a slot.' },
                },
            },
            response: { 202: simple({ lamp: { type: 'string' } }), ...problems(401, 404, 422) },
        },
        handler: async (request, reply) => {
            const panel = virtual(devices.panel, 'panel');
            panel.press(request.body.key);
            return reply.code(202).send({ lamp: panel.shown() });
        },
    });
    app.get('/v1/virtual/display', {
        schema: {
            summary: 'What stands on the glass of the virtual display',
            tags: ['virtual'],
            response: {
                200: {
                    description: 'The picture: SVG, PNG or lines of text, as the display takes them',
                    content: {
                        'image/svg+xml': { schema: { type: 'string' } },
                        'image/png': { schema: { type: 'string' } },
                        'text/plain': { schema: { type: 'string' } },
                    },
                },
                204: { description: 'Nothing has been shown yet', type: 'null' },
                ...problems(401, 404),
            },
        },
        handler: async (_request, reply) => {
            const frame = virtual(devices.display, 'display').glass();
            reply.header('cache-control', 'no-store');
            if (frame?.svg !== undefined) return reply.type('image/svg+xml; charset=utf-8').send(frame.svg);
            if (frame?.pixels !== undefined) return reply.type('image/png').send(Buffer.from(pngOf(frame.pixels)));
            if (frame?.lines !== undefined) return reply.type('text/plain; charset=utf-8').send(`${frame.lines.join('\n')}\n`);
            return reply.code(204).send();
        },
    });
}

function simple(properties: Readonly<Record<string, object>>) {
    const schema = { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
    return { description: 'Done', content: { 'application/json': { schema } } };
}

function virtual<Device>(device: Device | undefined, kind: string): Device {
    if (device !== undefined) return device;
    throw new ProblemError(problem({ status: 404, code: 'not-virtual', detail: `The ${kind} of this kiosk is not a virtual one.` }));
}
