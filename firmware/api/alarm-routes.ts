/** Alarm routes: what a person should know, whether or not it could be sent out of the machine (design R8, R9). */
import type { FastifyInstance } from 'fastify';
import type { DeskOf } from './sales-routes.ts';
import { problems } from './schemas.ts';

const alarmsMax = 200;

export function addAlarmRoutes(app: FastifyInstance, desk: DeskOf): void {
    app.get('/v1/alarms', {
        schema: {
            summary: 'Alarms, newest first',
            description: `The newest ${alarmsMax}: cases to decide, money for unknown ids, a gateway that refuses. docs/errors.md explains each word of \`about\`.`,
            tags: ['operator'],
            response: {
                200: {
                    description: 'Alarms',
                    content: {
                        'application/json': {
                            schema: {
                                type: 'object',
                                required: ['alarms'],
                                additionalProperties: false,
                                properties: {
                                    alarms: {
                                        type: 'array',
                                        items: {
                                            type: 'object',
                                            required: ['alertId', 'about', 'detail', 'at', 'sent'],
                                            additionalProperties: false,
                                            properties: {
                                                alertId: { type: 'string' },
                                                about: { type: 'string' },
                                                saleId: { type: 'string' },
                                                detail: { type: 'string' },
                                                at: { type: 'string', format: 'date-time' },
                                                sent: { type: 'boolean' },
                                            },
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
                ...problems(401, 503),
            },
        },
        handler: async () => ({ alarms: await desk().alarms({ limit: alarmsMax }) }),
    });
}
