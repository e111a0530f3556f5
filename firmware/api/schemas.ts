/**
 * Schemas: the API's resources in JSON Schema (design §8). The routes check with them, and the OpenAPI document is made of them.
 */
const text = (description: string, lengthMax = 500) => ({ type: 'string', maxLength: lengthMax, description });

const amount = {
    $id: 'Amount',
    type: 'object',
    description: 'Money: a currency and a whole number of its smallest unit.',
    required: ['currency', 'value'],
    additionalProperties: false,
    properties: {
        currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217.' },
        value: { type: 'string', pattern: '^(0|[1-9][0-9]{0,15})$', description: 'Minor units as a string: "150" is 1.50 EUR.' },
    },
} as const;

const saleStates = ['open', 'paying', 'delivering', 'refunding', 'delivered', 'refunded', 'cancelled', 'declined', 'review'] as const;
const paymentStates = ['intended', 'asked', 'waiting', 'unknown', 'paid', 'declined', 'cancelling', 'cancelled'] as const;

const sale = {
    $id: 'Sale',
    type: 'object',
    description: 'A sale with its payments, deliveries and refunds.',
    required: [
        'id',
        'state',
        'ended',
        'amount',
        'kept',
        'claim',
        'openedAt',
        'origin',
        'items',
        'payments',
        'deliveries',
        'refunds',
        'reviews',
    ],
    additionalProperties: false,
    properties: {
        id: text('The sale’s id; the gateway’s `referenceOrderId`.', 64),
        state: { type: 'string', enum: saleStates },
        ended: { type: 'boolean', description: 'Nothing more happens by itself.' },
        amount: { $ref: 'Amount#' },
        kept: { $ref: 'Amount#', description: 'Taken and not given back, as far as confirmed.' },
        claim: text('The number that the customer may photograph.', 64),
        openedAt: text('ISO 8601.', 40),
        origin: { type: 'string', enum: ['customer', 'entry'], description: '`entry`: opened by the entry-code page.' },
        reference: text('The caller’s own reference.', 64),
        items: {
            type: 'array',
            items: {
                type: 'object',
                required: ['slot', 'name', 'price'],
                additionalProperties: false,
                properties: {
                    slot: text('Slot.', 64),
                    name: { type: 'object', additionalProperties: { type: 'string' }, description: 'Names by language.' },
                    price: text('Minor units of the sale’s currency.', 16),
                },
            },
        },
        payments: {
            type: 'array',
            items: {
                type: 'object',
                required: ['paymentRequestId', 'mode', 'state', 'amount', 'expiresAt'],
                additionalProperties: false,
                properties: {
                    paymentRequestId: text('Our id of the payment.', 64),
                    paymentId: text('The gateway’s id of the payment.', 64),
                    mode: { type: 'string', enum: ['payment-code', 'order-code', 'entry-code'] },
                    state: { type: 'string', enum: paymentStates },
                    amount: { $ref: 'Amount#' },
                    resultCode: text('The gateway’s last word.', 128),
                    code: text('Order code on the screen, while it may be paid.', 4096),
                    redirectUrl: text('Where the entry page sends the wallet, while it may be paid.', 4096),
                    expiresAt: text('ISO 8601.', 40),
                },
            },
        },
        deliveries: {
            type: 'array',
            items: {
                type: 'object',
                required: ['slot', 'state'],
                additionalProperties: false,
                properties: {
                    slot: text('Slot.', 64),
                    state: { type: 'string', enum: ['pending', 'moving', 'delivered', 'failed', 'unknown'] },
                    evidence: text('How the machine knows.'),
                },
            },
        },
        refunds: { type: 'array', items: { $ref: 'Refund#' } },
        reviews: {
            type: 'array',
            items: { type: 'string' },
            description: 'Why a person should look at it; docs/errors.md lists the words.',
        },
        resolved: {
            type: 'object',
            description: 'What a person decided.',
            required: ['decision', 'note', 'by', 'at'],
            additionalProperties: false,
            properties: { decision: text('Decision.'), note: text('Note.', 2000), by: text('Name.', 128), at: text('ISO 8601.', 40) },
        },
    },
} as const;

const refund = {
    $id: 'Refund',
    type: 'object',
    description: 'Money on its way back: by refund, or by cancelling the whole payment.',
    required: ['by', 'refundRequestId', 'state', 'amount'],
    additionalProperties: false,
    properties: {
        by: { type: 'string', enum: ['refund', 'cancel'] },
        refundRequestId: text('Our id of the refund.', 64),
        state: text('`confirmed` is final, `failed` too; every other state goes on by itself.', 32),
        amount: { $ref: 'Amount#' },
    },
} as const;

const readiness = {
    $id: 'Readiness',
    type: 'object',
    description: 'Whether a sale could be made now.',
    required: ['ready', 'reasons', 'sentences'],
    additionalProperties: false,
    properties: {
        ready: { type: 'boolean' },
        reasons: { type: 'array', items: { type: 'string' }, description: 'Machine words; empty while ready.' },
        sentences: { type: 'array', items: { type: 'string' }, description: 'The same for a person.' },
    },
} as const;

const problem = {
    $id: 'Problem',
    type: 'object',
    description: 'An error (RFC 9457).',
    required: ['type', 'title', 'status', 'detail', 'code'],
    additionalProperties: false,
    properties: {
        type: text('Stable name of the code.'),
        title: text('Short name of the status.'),
        status: { type: 'integer' },
        detail: text('A sentence that says what to do.', 2000),
        code: text('Machine word.', 64),
        reasons: { type: 'array', items: { type: 'string' } },
    },
} as const;

/** Every shared resource, to be added to the framework before the routes. */
export const sharedSchemas = [amount, refund, sale, readiness, problem];

export { saleStates };

/** An error answer for each status, as the routes list them. */
export function problems(...statuses: readonly number[]) {
    return Object.fromEntries(
        statuses.map((status) => [
            status,
            { description: 'Problem', content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } },
        ]),
    );
}

/** An answer of one small object, all of whose fields are there. */
export function simple(properties: Readonly<Record<string, object>>) {
    const schema = { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
    return { description: 'Done', content: { 'application/json': { schema } } };
}

/** A header that makes a call repeatable. */
export const idempotencyHeader = {
    type: 'object',
    properties: {
        'idempotency-key': {
            type: 'string',
            minLength: 1,
            maxLength: 128,
            pattern: '^[!-~]+$',
            description: 'Same key and body: the same resource again. Same key, other body: 409.',
        },
    },
} as const;

export const saleIdParams = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string', minLength: 1, maxLength: 64, description: 'The sale’s id.' } },
} as const;
