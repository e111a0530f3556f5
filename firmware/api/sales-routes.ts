/**
 * Sales routes: open, read, cancel, refund and resolve sales (design §8). The desk decides; nothing here knows a rule of a sale.
 *
 * Rules: a POST is answered after the sync; with an Idempotency-Key the desk gets the key with a hash of method, path and body, so
 * that one key cannot mean two things.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Amount } from '../ports/amount.ts';
import type { Desk, DeskReply, SaleView } from '../ports/desk.ts';
import { ProblemError, problem, refusalProblem } from './problem.ts';
import { idempotencyHeader, problems, saleIdParams, saleStates } from './schemas.ts';

/** The desk, or a 503 while the till is starting. */
export type DeskOf = () => Desk;

declare module 'fastify' {
    interface FastifyRequest {
        /** The body's bytes as they came. */
        bodyBytes?: Uint8Array;
    }
}

const by = {
    type: 'string',
    minLength: 1,
    maxLength: 64,
    pattern: '^[^\\u0000-\\u001f\\u007f]+$',
    description: 'Who asks for it.',
} as const;
const saleAnswer = { description: 'The sale', content: { 'application/json': { schema: { $ref: 'Sale#' } } } };

export function addSalesRoutes(app: FastifyInstance, desk: DeskOf): void {
    addOpening(app, desk);
    addReading(app, desk);
    addChanges(app, desk);
}

function addOpening(app: FastifyInstance, desk: DeskOf): void {
    interface Body {
        items?: { slot: string }[];
        amount?: Amount;
        reference?: string;
    }
    app.post<{ Body: Body }>('/v1/sales', {
        schema: {
            summary: 'Opens a sale',
            description:
                'Of goods (`items`) or of an amount (`amount`), exactly one of the two. 409 while another sale has the customer, 503 when nothing can be sold.',
            tags: ['sales'],
            headers: idempotencyHeader,
            body: {
                type: 'object',
                additionalProperties: false,
                properties: {
                    items: {
                        type: 'array',
                        minItems: 1,
                        maxItems: 20,
                        items: {
                            type: 'object',
                            required: ['slot'],
                            additionalProperties: false,
                            properties: { slot: { type: 'string', minLength: 1, maxLength: 64 } },
                        },
                    },
                    amount: { $ref: 'Amount#' },
                    reference: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[ -~]+$', description: 'Your own number of it.' },
                },
            },
            response: { 201: saleAnswer, ...problems(400, 401, 409, 422, 503) },
        },
        handler: async (request, reply) => {
            const { items, amount, reference } = request.body;
            if ((items === undefined) === (amount === undefined)) {
                throw new ProblemError(
                    problem({ status: 422, code: 'items-or-amount', detail: 'The body must have either items or amount.' }),
                );
            }
            const answer = await desk().openSale({
                ...(items === undefined ? {} : { items }),
                ...(amount === undefined ? {} : { amount }),
                ...(reference === undefined ? {} : { reference }),
                ...keyed(request),
            });
            const sale = await accepted({ answer, desk: desk(), reply });
            return reply.code(201).header('location', `/v1/sales/${sale.id}`).send(sale);
        },
    });
}

function addReading(app: FastifyInstance, desk: DeskOf): void {
    app.get<{ Params: { id: string } }>('/v1/sales/:id', {
        schema: { summary: 'One sale', tags: ['sales'], params: saleIdParams, response: { 200: saleAnswer, ...problems(401, 404, 503) } },
        handler: (request) => saleOf(desk(), request.params.id),
    });
    app.get<{ Querystring: { state?: string; reference?: string; claim?: string; limit?: string } }>('/v1/sales', {
        schema: {
            summary: 'Sales: open ones first, then ended ones, newest first',
            tags: ['sales'],
            querystring: {
                type: 'object',
                additionalProperties: false,
                properties: {
                    state: { type: 'string', enum: saleStates },
                    reference: { type: 'string', minLength: 1, maxLength: 64 },
                    claim: { type: 'string', minLength: 1, maxLength: 64 },
                    limit: {
                        type: 'string',
                        pattern: '^([1-9][0-9]?|[1-4][0-9]{2}|500)$',
                        description: 'At most so many, 1 to 500; 100 when left out.',
                    },
                },
            },
            response: {
                200: {
                    description: 'Sales',
                    content: {
                        'application/json': {
                            schema: {
                                type: 'object',
                                required: ['sales'],
                                additionalProperties: false,
                                properties: { sales: { type: 'array', items: { $ref: 'Sale#' } } },
                            },
                        },
                    },
                },
                ...problems(400, 401, 503),
            },
        },
        handler: async (request) => {
            const { limit, ...query } = request.query;
            return { sales: await desk().sales({ ...query, limit: limit === undefined ? 100 : Number(limit) }) };
        },
    });
}

function addChanges(app: FastifyInstance, desk: DeskOf): void {
    app.post<{ Params: { id: string }; Body: { by?: string } }>('/v1/sales/:id/cancel', {
        schema: {
            summary: 'Cancels a sale that is not paid yet',
            tags: ['sales'],
            params: saleIdParams,
            headers: idempotencyHeader,
            body: { type: 'object', additionalProperties: false, properties: { by } },
            response: { 202: saleAnswer, ...problems(400, 401, 404, 409, 422, 503) },
        },
        handler: async (request, reply) => {
            const order = { saleId: request.params.id, by: request.body.by ?? 'api', ...keyed(request) };
            return reply.code(202).send(await accepted({ answer: await desk().cancelSale(order), desk: desk(), reply }));
        },
    });

    app.post<{ Params: { id: string }; Body: { amount?: Amount; reason?: string; by?: string } }>('/v1/sales/:id/refunds', {
        schema: {
            summary: 'Gives money back',
            description:
                '`{}` is all that is left. With `amount`, an Idempotency-Key is required: a repeated call must not pay twice. More than is left is 422, nothing left 409.',
            tags: ['sales'],
            params: saleIdParams,
            headers: idempotencyHeader,
            body: {
                type: 'object',
                additionalProperties: false,
                properties: {
                    amount: { $ref: 'Amount#' },
                    reason: {
                        type: 'string',
                        minLength: 1,
                        maxLength: 256,
                        pattern: '^[^\\u0000-\\u001f\\u007f]+$',
                        description: 'Told to the gateway.',
                    },
                    by,
                },
            },
            response: {
                201: {
                    description: 'The sale with the new refund',
                    content: {
                        'application/json': {
                            schema: {
                                type: 'object',
                                required: ['refundRequestId', 'sale'],
                                additionalProperties: false,
                                properties: {
                                    refundRequestId: { type: 'string' },
                                    by: { type: 'string' },
                                    state: { type: 'string' },
                                    amount: { $ref: 'Amount#' },
                                    sale: { $ref: 'Sale#' },
                                },
                            },
                        },
                    },
                },
                ...problems(400, 401, 404, 409, 422, 503),
            },
        },
        handler: async (request, reply) => {
            const { amount, reason } = request.body;
            const key = keyed(request);
            if (amount !== undefined && key.key === undefined) {
                throw new ProblemError(
                    problem({
                        status: 400,
                        code: 'key-required',
                        detail: 'A refund of an amount needs an Idempotency-Key header, so that a repeated call does not pay twice.',
                    }),
                );
            }
            const answer = await desk().refundSale({
                saleId: request.params.id,
                ...(amount === undefined ? {} : { amount }),
                ...(reason === undefined ? {} : { reason }),
                by: request.body.by ?? 'api',
                ...key,
            });
            const sale = await accepted({ answer, desk: desk(), reply });
            const refundRequestId = answer.ok ? answer.refundRequestId : undefined;
            const refund = sale.refunds.find((candidate) => candidate.refundRequestId === refundRequestId) ?? sale.refunds.at(-1);
            return reply.code(201).send({ ...refund, refundRequestId: refundRequestId ?? refund?.refundRequestId ?? '', sale });
        },
    });

    app.post<{ Params: { id: string }; Body: { decision: 'delivered' | 'refund' | 'settled-outside'; note: string; by?: string } }>(
        '/v1/sales/:id/resolve',
        {
            schema: {
                summary: 'A person decides what the machine could not',
                description: 'The decision, the name and the note stand in the journal.',
                tags: ['sales'],
                params: saleIdParams,
                headers: idempotencyHeader,
                body: {
                    type: 'object',
                    required: ['decision', 'note'],
                    additionalProperties: false,
                    properties: {
                        decision: { type: 'string', enum: ['delivered', 'refund', 'settled-outside'] },
                        note: { type: 'string', minLength: 1, maxLength: 1000, description: 'Why, for whoever reads it next year.' },
                        by,
                    },
                },
                response: { 200: saleAnswer, ...problems(400, 401, 404, 409, 422, 503) },
            },
            handler: async (request, reply) => {
                const { decision, note } = request.body;
                const order = { saleId: request.params.id, decision, note, by: request.body.by ?? 'api', ...keyed(request) };
                return accepted({ answer: await desk().resolveSale(order), desk: desk(), reply });
            },
        },
    );
}

/** The sale that the desk's yes is about; its no is thrown as a problem. */
async function accepted(options: { answer: DeskReply; desk: Desk; reply: FastifyReply }): Promise<SaleView> {
    const { answer, desk, reply } = options;
    if (!answer.ok) throw new ProblemError(refusalProblem(answer));
    if (answer.repeated === true) reply.header('idempotent-replayed', 'true');
    return saleOf(desk, answer.saleId);
}

async function saleOf(desk: Desk, saleId: string): Promise<SaleView> {
    const sale = await desk.sale(saleId);
    if (sale === undefined)
        throw new ProblemError(problem({ status: 404, code: 'unknown-sale', detail: 'This kiosk has no sale of that id.' }));
    return sale;
}

function keyed(request: FastifyRequest): { key?: { key: string; bodyHash: string } } {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string') return {};
    const hash = createHash('sha256').update(`${request.method} ${request.url.split('?', 1)[0]}\n`);
    return { key: { key, bodyHash: hash.update(request.bodyBytes ?? '{}').digest('hex') } };
}
