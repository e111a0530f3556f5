/**
 * Virtual routes: the hands that a test or the page lays on virtual devices. A device that is not virtual has no hands here (404).
 *
 * Rules: the scanned text is a payment code, a credential: it goes to the scanner and nowhere else, no error repeats it.
 */
import type { FastifyInstance } from 'fastify';
import type { DispenserFault, VirtualDevices } from '../ports/virtual.ts';
import { ProblemError, problem } from './problem.ts';
import { problems, simple } from './schemas.ts';

const faults: readonly DispenserFault[] = ['none', 'jam', 'no-drop', 'sensor-blind', 'offline', 'empty', 'double', 'stuck'];

/** RGBA pixels as a PNG file. */
export type EncodePng = (picture: { readonly width: number; readonly height: number; readonly rgba: Uint8Array }) => Promise<Uint8Array>;

export interface VirtualRouteOptions {
    readonly devices: VirtualDevices;
    readonly encodePng: EncodePng;
    /** Told after each call that changed a device. */
    readonly touched: () => void;
}

/** A clock may be wrong by ten years. */
const offsetMsMax = 315_576_000_000;

export function addVirtualRoutes(app: FastifyInstance, { devices, encodePng, touched }: VirtualRouteOptions): void {
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
    app.put<{ Body: { plugged: boolean } }>('/v1/virtual/scanner', {
        schema: {
            summary: 'Unplugs the virtual scanner, or plugs it in again',
            tags: ['virtual'],
            body: {
                type: 'object',
                required: ['plugged'],
                additionalProperties: false,
                properties: { plugged: { type: 'boolean' } },
            },
            response: { 200: simple({ armed: { type: 'boolean' }, plugged: { type: 'boolean' } }), ...problems(401, 404, 422) },
        },
        handler: async (request) => {
            const scanner = virtual(devices.scanner, 'scanner');
            scanner.plug(request.body.plugged);
            touched();
            return scanner.seen();
        },
    });
    app.put<{ Body: { diskFull?: boolean; clockOffsetMs?: number } }>('/v1/virtual/machine', {
        schema: {
            summary: 'Makes the machine’s disk full or its clock wrong, or takes that back',
            description: 'What is left out stays as it is. A restart takes everything back.',
            tags: ['virtual'],
            body: {
                type: 'object',
                additionalProperties: false,
                minProperties: 1,
                properties: {
                    diskFull: { type: 'boolean', description: 'No file of the journal may be made or grow.' },
                    clockOffsetMs: {
                        type: 'integer',
                        minimum: -offsetMsMax,
                        maximum: offsetMsMax,
                        description: 'By how much the wall clock is wrong. The till notices two minutes and more, within two seconds.',
                    },
                },
            },
            response: { 200: simple({ diskFull: { type: 'boolean' }, clockOffsetMs: { type: 'integer' } }), ...problems(401, 404, 422) },
        },
        handler: async (request) => {
            const machine = virtual(devices.machine, 'machine');
            const { diskFull, clockOffsetMs } = request.body;
            if (diskFull !== undefined) machine.setDiskFull(diskFull);
            if (clockOffsetMs !== undefined) machine.setClockOffset(clockOffsetMs);
            touched();
            return machine.troubles();
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
            touched();
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
            touched();
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
            if (frame?.pixels !== undefined) return reply.type('image/png').send(Buffer.from(await encodePng(frame.pixels)));
            if (frame?.lines !== undefined) return reply.type('text/plain; charset=utf-8').send(`${frame.lines.join('\n')}\n`);
            return reply.code(204).send();
        },
    });
}

function virtual<Device>(device: Device | undefined, kind: string): Device {
    if (device !== undefined) return device;
    throw new ProblemError(problem({ status: 404, code: 'not-virtual', detail: `The ${kind} of this kiosk is not a virtual one.` }));
}
