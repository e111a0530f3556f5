/** What customers, integrators and operators ask for: idempotency keys, baskets, entry-code sales, refunds, and a journal that fails. */
import { describe } from 'node:test';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import { type Case, runCases } from './cases.ts';
import { elapsed, worldChanged } from './happenings.ts';
import {
    asked,
    codeIssued,
    deliveryEnded,
    ended,
    eur,
    intended,
    left,
    moving,
    openedAmount,
    openedGoods,
    paid,
    redirectIssued,
    refundConfirmed,
    refundIntended,
} from './records.ts';

const key = { key: 'till-7-0001', bodyHash: 'aaaa' };
const open = { kind: 'openSale', items: [{ slot: 'A1' }], key } as const;
const keyed = { ...openedGoods(['A1']), key } as TillEvent;
const delivered = [
    openedGoods(['A1']),
    intended('P1', 'payment-code', 150),
    paid('P1', 150),
    moving(0, 'A1'),
    deliveryEnded(0, 'A1', 'delivered'),
];
const refund = (more: object) => ({ kind: 'refundSale', saleId: 'S1', ...more }) as Case['when'];

describe('idempotency keys', () => {
    runCases([
        {
            name: 'the same key and body get the same sale',
            given: [keyed],
            when: open,
            follows: [{ type: 'paymentIntended' }],
            reply: { ok: true, saleId: 'S1', repeated: true },
        },
        {
            name: 'the same key with another body is refused',
            given: [keyed],
            when: { ...open, key: { ...key, bodyHash: 'bbbb' } },
            follows: [{ type: 'paymentIntended' }],
            reply: { status: 409, code: 'key-reused' },
        },
        {
            name: 'also when only the index still knows it',
            given: [],
            when: { ...open, keyed: { bodyHash: 'aaaa', saleId: 'S0' } },
            follows: [],
            reply: { ok: true, saleId: 'S0', repeated: true },
        },
        {
            name: 'a fresh key opens, and stands in the record',
            given: [],
            when: open,
            follows: [{ type: 'saleOpened', key }, { type: 'paymentIntended' }],
            reply: { ok: true, saleId: 'SNEW_1' },
        },
        {
            name: 'a refund’s key gets the same refund',
            given: [...delivered, { ...refundIntended('R1', 'P1', 50, { by: 'operator' }), key } as TillEvent, left('settled')],
            when: refund({ amount: eur(50), key }),
            follows: [],
            reply: { ok: true, refundRequestId: 'R1', repeated: true },
        },
    ]);
});

describe('opening', () => {
    const openWith = (name: string, more: object, reply: object, given: Case['given'] = []): Case => ({
        name,
        given,
        when: { kind: 'openSale', ...more } as Case['when'],
        follows: [],
        reply,
    });
    runCases([
        openWith('an amount in another currency', { amount: { currency: 'USD', value: '100' } }, { status: 422, code: 'amount-invalid' }),
        openWith('no amount', { amount: eur(0) }, { status: 422, code: 'amount-invalid' }),
        openWith('a fraction', { amount: { currency: 'EUR', value: '1.5' } }, { status: 422, code: 'amount-invalid' }),
        openWith('a number with a leading zero', { amount: { currency: 'EUR', value: '0100' } }, { status: 422, code: 'amount-invalid' }),
        openWith('neither items nor amount', {}, { status: 422, code: 'items-or-amount' }),
        openWith('both', { amount: eur(100), items: [{ slot: 'A1' }] }, { status: 422, code: 'items-or-amount' }),
        openWith('an empty basket', { items: [] }, { status: 422, code: 'items-invalid' }),
        openWith('21 items', { items: Array.from({ length: 21 }, () => ({ slot: 'A1' })) }, { status: 422, code: 'items-invalid' }),
        openWith('a slot that is not there', { items: [{ slot: 'toString' }] }, { status: 422, code: 'unknown-slot' }),
        {
            name: 'while another sale has the customer',
            given: [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')],
            when: { kind: 'openSale', items: [{ slot: 'A2' }] },
            follows: [],
            reply: { status: 409, code: 'customer-busy' },
        },
        {
            name: 'the price is the catalogue’s, summed',
            given: [],
            when: { kind: 'openSale', items: [{ slot: 'A1' }, { slot: 'B1' }], reference: 'ticket-9' },
            follows: [
                { type: 'saleOpened', amount: eur(1350), delivers: true, reference: 'ticket-9' },
                { type: 'paymentIntended', amount: eur(1350), description: 'Water, Umbrella' },
            ],
        },
        {
            name: 'a kiosk of entry code only',
            given: [],
            when: { kind: 'openSale', amount: eur(100) },
            policy: { modes: ['entry-code'] },
            follows: [],
            reply: { status: 409, code: 'no-mode' },
        },
    ]);
});

describe('cancelling by name', () => {
    runCases([
        {
            name: 'before it is paid',
            given: [openedGoods(['A1'])],
            when: { kind: 'cancelSale', saleId: 'S1', by: 'Ann' },
            follows: [{ type: 'customerLeft' }, { type: 'saleEnded', state: 'cancelled' }],
            reply: { ok: true },
        },
        {
            name: 'once it is paid',
            given: delivered.slice(0, 4),
            when: { kind: 'cancelSale', saleId: 'S1', by: 'Ann' },
            follows: [],
            reply: { status: 409, code: 'sale-paid' },
        },
        {
            name: 'a sale that there is not',
            given: [],
            when: { kind: 'cancelSale', saleId: 'S9', by: 'Ann' },
            follows: [],
            reply: { status: 404, code: 'unknown-sale' },
        },
    ]);
});

describe('refunds by the operator', () => {
    runCases([
        {
            name: 'all that is left',
            given: delivered,
            when: refund({}),
            follows: [
                { type: 'refundIntended', amount: eur(150), by: 'operator' },
                { type: 'customerLeft', reason: 'settled' },
            ],
            reply: { ok: true, refundRequestId: 'RNEW_1' },
        },
        {
            name: 'more than is left',
            given: delivered,
            when: refund({ amount: eur(151), key }),
            follows: [{ type: 'saleEnded' }],
            reply: { status: 422, code: 'more-than-left' },
        },
        {
            name: 'nothing left',
            given: [...delivered, refundIntended('R1', 'P1', 150, { by: 'operator' }), left('settled')],
            when: refund({}),
            follows: [],
            reply: { status: 409, code: 'nothing-left' },
        },
        {
            name: 'a part without a key',
            given: delivered,
            when: refund({ amount: eur(50) }),
            follows: [{ type: 'saleEnded' }],
            reply: { status: 400, code: 'key-required' },
        },
        {
            name: 'another currency',
            given: delivered,
            when: refund({ amount: { currency: 'USD', value: '50' }, key }),
            follows: [{ type: 'saleEnded' }],
            reply: { status: 422, code: 'amount-invalid' },
        },
        {
            name: 'while goods are moving',
            given: delivered.slice(0, 4),
            when: refund({}),
            follows: [],
            reply: { status: 409, code: 'sale-delivering' },
        },
        {
            name: 'of a sale in review: it comes back, and ends in review again',
            given: [...delivered, { type: 'reviewOpened', at: 0, saleId: 'S1', reason: 'x' }, ended('review')],
            when: refund({}),
            follows: [{ type: 'saleReopened' }, { type: 'refundIntended' }],
            steps: ['refund:RNEW_1'],
        },
        {
            name: 'all of it confirmed: the sale is refunded',
            given: [...delivered, refundIntended('R1', 'P1', 150, { by: 'operator' }), refundConfirmed('R1', 'P1')],
            when: worldChanged,
            follows: [{ type: 'saleEnded', state: 'refunded' }],
        },
        { name: 'of a sale that there is not', given: [], when: refund({}), follows: [], reply: { status: 404, code: 'unknown-sale' } },
    ]);
});

describe('entry-code sales', () => {
    const submit = { kind: 'submitEntry', token: 't1', userAgent: 'wallet', amount: eur(500) } as const;
    const gifts = { dispenses: false } as const;
    const other = (count: number): TillEvent[] =>
        Array.from({ length: count }, (_, place) => [
            { ...openedAmount(100, { origin: 'entry', token: `o${place}` }), saleId: `E${place}` } as TillEvent,
            { ...intended(`PE${place}`, 'entry-code', 100), saleId: `E${place}` } as TillEvent,
        ]).flat();
    const waiting = [openedGoods(['A1'], { origin: 'entry', token: 't1', presenceNumber: '4711' })];
    runCases([
        {
            name: 'a gift: pay is asked at once',
            given: [],
            when: submit,
            policy: gifts,
            follows: [
                { type: 'saleOpened', origin: 'entry', token: 't1' },
                { type: 'paymentIntended', mode: 'entry-code', userAgent: 'wallet' },
            ],
            steps: ['pay:PNEW_2'],
            reply: { ok: true },
        },
        {
            name: 'beside a customer’s sale: never 409',
            given: [openedAmount(150), intended('P1', 'order-code', 150)],
            when: submit,
            policy: gifts,
            follows: [{ type: 'saleOpened' }, { type: 'paymentIntended', mode: 'entry-code' }],
            steps: ['pay:P1', 'pay:PNEW_2'],
            reply: { ok: true },
        },
        {
            name: 'the fifth is open',
            given: other(4),
            when: submit,
            policy: gifts,
            follows: [{ type: 'saleOpened' }, { type: 'paymentIntended' }],
        },
        {
            name: 'the sixth is asked to wait',
            given: other(5),
            when: submit,
            policy: gifts,
            follows: [],
            reply: { status: 503, code: 'too-many-open' },
        },
        {
            name: 'the same form sent twice is one sale',
            given: [openedAmount(500, { origin: 'entry', token: 't1' }), intended('P1', 'entry-code', 500)],
            when: submit,
            policy: gifts,
            follows: [],
            reply: { ok: true, saleId: 'S1', repeated: true },
        },
        {
            name: 'too little',
            given: [],
            when: { ...submit, amount: eur(99) },
            policy: gifts,
            follows: [],
            reply: { status: 422, code: 'amount-invalid' },
        },
        {
            name: 'too much',
            given: [],
            when: { ...submit, amount: eur(50_001) },
            policy: gifts,
            follows: [],
            reply: { status: 422, code: 'amount-invalid' },
        },
        {
            name: 'with a dispenser the page sells slots',
            given: [],
            when: submit,
            follows: [],
            reply: { status: 422, code: 'slot-required' },
        },
        {
            name: 'the same page with a corrected amount: never sent on to pay the old one',
            given: [openedAmount(250, { origin: 'entry', token: 't1' }), intended('P1', 'entry-code', 250)],
            when: submit,
            policy: gifts,
            follows: [],
            reply: { status: 422, code: 'page-used' },
        },
        {
            name: 'the same page with the same amount: the same sale',
            given: [openedAmount(500, { origin: 'entry', token: 't1' }), intended('P1', 'entry-code', 500)],
            when: submit,
            policy: gifts,
            follows: [],
            reply: { ok: true, repeated: true },
        },
        {
            name: 'goods want somebody at the machine: no pay before',
            given: [],
            when: { kind: 'submitEntry', token: 't1', userAgent: 'wallet', slot: 'A1' },
            follows: [{ type: 'saleOpened' }],
            steps: ['presence:SNEW_1'],
            noSteps: [/^pay:/],
        },
        {
            name: 'the number proves it',
            given: waiting,
            when: { kind: 'confirmPresence', token: 't1', number: '4711' },
            follows: [{ type: 'presenceConfirmed' }, { type: 'paymentIntended', mode: 'entry-code' }],
            reply: { ok: true },
        },
        {
            name: 'a wrong number does not',
            given: waiting,
            when: { kind: 'confirmPresence', token: 't1', number: '4712' },
            follows: [],
            reply: { status: 422, code: 'wrong-number' },
        },
        {
            name: 'nor another page’s',
            given: waiting,
            when: { kind: 'confirmPresence', token: 't2', number: '4711' },
            follows: [],
            reply: { status: 404, code: 'not-waiting' },
        },
        {
            name: 'a press does',
            given: waiting,
            when: { kind: 'pressed', key: 'confirm' },
            follows: [{ type: 'presenceConfirmed' }, { type: 'paymentIntended' }],
        },
        {
            name: 'or the cancel key ends it',
            given: waiting,
            when: { kind: 'pressed', key: 'cancel' },
            follows: [
                { type: 'customerLeft', reason: 'cancelled' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
        },
        {
            name: 'nobody came: it ends',
            given: waiting,
            when: elapsed('presence:S1'),
            follows: [
                { type: 'customerLeft', reason: 'timeout' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
        },
        {
            name: 'a kiosk without entry code',
            given: [],
            when: submit,
            policy: { ...gifts, modes: ['order-code'] },
            follows: [],
            reply: { status: 404, code: 'no-mode' },
        },
        {
            name: 'its offer ends like an order code’s, without a glass to wait for',
            given: [openedAmount(500, { origin: 'entry' }), intended('P1', 'entry-code', 500), asked('P1'), redirectIssued('P1')],
            when: elapsed('offer:P1'),
            policy: gifts,
            follows: [{ type: 'offerEnded' }],
            steps: ['inquire-last:P1'],
        },
    ]);
});
