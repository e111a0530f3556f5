/** Journal routes: the records of the journal as the export writes them, for an operator's program and for the page. */
import type { FastifyInstance } from 'fastify';
import type { Desk } from '../ports/desk.ts';
import { problems } from './schemas.ts';

const recordsMax = 1_000;

export function addJournalRoutes(app: FastifyInstance, desk: () => Desk): void {
    app.get<{ Querystring: { after?: string; limit?: string } }>('/v1/journal', {
        schema: {
            summary: 'Records of the journal',
            description:
                'Durable records behind a sequence number, oldest first, as `till journal export --format json` writes them. Ask again with the last `seq` until `records` is empty; `head` is the newest number.',
            tags: ['journal'],
            querystring: {
                type: 'object',
                additionalProperties: false,
                properties: {
                    after: { type: 'string', pattern: '^[0-9]{1,15}$', description: 'Sequence number; 0 when left out.' },
                    limit: { type: 'string', pattern: '^(?:[1-9][0-9]{0,2}|1000)$', description: `1 to ${recordsMax}; 200 when left out.` },
                },
            },
            response: {
                200: {
                    description: 'Records',
                    content: {
                        'application/json': {
                            schema: {
                                type: 'object',
                                required: ['records', 'head'],
                                additionalProperties: false,
                                properties: {
                                    records: {
                                        type: 'array',
                                        items: {
                                            type: 'object',
                                            required: ['seq', 'time', 'type'],
                                            additionalProperties: true,
                                            properties: { seq: { type: 'integer' }, time: { type: 'string' }, type: { type: 'string' } },
                                        },
                                    },
                                    head: { type: 'integer' },
                                },
                            },
                        },
                    },
                },
                ...problems(400, 503),
            },
        },
        handler: async (request, reply) => {
            const { after = '0', limit = '200' } = request.query;
            // Written as they are: a serializer made of a schema would leave fields out.
            const answer = await desk().records({ after: Number(after), limit: Number(limit) });
            return reply
                .type('application/json; charset=utf-8')
                .header('cache-control', 'no-store')
                .serializer(JSON.stringify)
                .send(answer);
        },
    });
}
