/** Screen routes: what a window that shows the kiosk's screen hears and says (screen-streams.ts). */
import type { FastifyInstance } from 'fastify';
import type { Desk } from '../ports/desk.ts';
import { refuseOrigin } from './guard.ts';
import { ProblemError, problem } from './problem.ts';
import { problems, simple } from './schemas.ts';
import type { ScreenStreams } from './screen-streams.ts';
import { sendTooMany } from './too-many.ts';

export function addScreenRoutes(app: FastifyInstance, desk: () => Desk, screens: ScreenStreams): void {
    const there = () => {
        if (screens.available()) return;
        throw new ProblemError(
            problem({ status: 404, code: 'no-window', detail: 'The display of this kiosk is neither a browser nor a virtual one.' }),
        );
    };
    app.get('/v1/screen/live', {
        schema: {
            summary: 'The pictures of the screen, as they come to stand',
            description:
                'Server-sent events: `frame` (a picture with its words, touch areas and sound), `beat` each second while the till’s loop turns, `replaced` when a newer window has taken over. Three seconds without a beat, and nothing payable may be shown.',
            tags: ['page'],
            response: {
                200: { description: 'The stream', content: { 'text/event-stream': { schema: { type: 'string' } } } },
                ...problems(403, 404, 503),
            },
        },
        handler: (request, reply) => {
            // A window that comes takes the panel from the one before.
            const foreign = refuseOrigin(request.headers);
            if (foreign !== undefined) throw new ProblemError(problem(foreign));
            there();
            const found = desk();
            // A loop that stands still cannot take a picture back: nobody gets one.
            if (!found.pulse().alive)
                throw new ProblemError(
                    problem({ status: 503, code: 'not-turning', detail: 'The till does not answer; try again in a moment.' }),
                );
            reply.hijack();
            if (!screens.open(reply.raw, found)) sendTooMany(reply.raw);
        },
    });
    app.post<{ Body: { id: number } }>('/v1/screen/shown', {
        schema: {
            summary: 'A window says that a frame stands on the glass',
            tags: ['page'],
            body: {
                type: 'object',
                required: ['id'],
                additionalProperties: false,
                properties: { id: { type: 'integer', minimum: 0, description: 'The frame’s.' } },
            },
            response: {
                200: simple({ awaited: { type: 'boolean', description: 'It is the newest frame of the newest window.' } }),
                ...problems(404, 422),
            },
        },
        handler: async (request) => {
            there();
            return { awaited: screens.shown(request.body.id) };
        },
    });
    app.post<{ Body: { key: string } }>('/v1/screen/touch', {
        schema: {
            summary: 'A finger on a touch area of the frame that stands',
            tags: ['page'],
            body: {
                type: 'object',
                required: ['key'],
                additionalProperties: false,
                properties: {
                    key: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'Of one of the frame’s touch areas.' },
                },
            },
            response: { 202: simple({ pressed: { type: 'boolean' } }), ...problems(404, 409, 422) },
        },
        handler: async (request, reply) => {
            there();
            if (screens.touched(request.body.key)) return reply.code(202).send({ pressed: true });
            throw new ProblemError(
                problem({ status: 409, code: 'not-touchable', detail: 'Nothing with that key can be pressed on the screen that stands.' }),
            );
        },
    });
}
