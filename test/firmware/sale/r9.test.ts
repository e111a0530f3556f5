/** R9: the gateway is believed only about what we asked for: amount, currency, id; anything else is cancelled, listed, looked at. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../../firmware/sale/decide.ts';
import { type Case, fold, inputOf, runCases } from './cases.ts';
import { cancelAnswered, inquired, notified, payAnswered } from './happenings.ts';
import { world } from './policy.ts';
import {
    amountDiffers,
    asked,
    cancelIntended,
    cancelRefused,
    codeIssued,
    eur,
    intended,
    left,
    openedGoods,
    paid,
    refundIntended,
    review,
} from './records.ts';

const scan = [openedGoods(['A1']), intended('P1', 'payment-code', 150), asked('P1')];
const order = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];
const wrong: Case['follows'] = [
    { type: 'amountDiffers' },
    { type: 'reviewOpened', reason: 'wrong-amount' },
    { type: 'cancelIntended', reason: 'wrong-amount' },
    { type: 'customerLeft', reason: 'settled' },
];
const never = [/^deliver:/];

describe('another amount than we asked for', () => {
    const amounts = [eur(151), eur(149), eur(0), { currency: 'USD', value: '150' }];
    runCases(
        amounts.flatMap((amount): Case[] => [
            {
                name: `${amount.value} ${amount.currency} in the answer: never delivered, cancelled, a person looks`,
                given: scan,
                when: payAnswered('P1', { kind: 'paid', paymentId: 'G-P1', amount }, true),
                follows: wrong,
                alarms: ['review'],
                steps: ['cancel:P1:1'],
                noSteps: never,
            },
            {
                name: `${amount.value} ${amount.currency} in an inquiry`,
                given: order,
                when: inquired('inquire', 'P1', { kind: 'paid', paymentId: 'G-P1', amount }),
                follows: wrong,
                noSteps: never,
            },
            {
                name: `${amount.value} ${amount.currency} in a notification`,
                given: order,
                when: { kind: 'paidNotified', paymentRequestId: 'P1', paymentId: 'G-P1', amount },
                follows: wrong,
                noSteps: never,
            },
        ]),
    );
    const known = [...order, amountDiffers('P1', 151), review('wrong-amount'), cancelIntended('P1', 'wrong-amount'), left('settled')];
    runCases([
        {
            name: 'the same news again changes nothing',
            given: known,
            when: { kind: 'paidNotified', paymentRequestId: 'P1', paymentId: 'G-P1', amount: eur(151) },
            follows: [],
        },
        {
            name: 'cancelled: the money is back, a person still looks',
            given: known,
            when: cancelAnswered('P1', { kind: 'done' }),
            follows: [{ type: 'paymentCancelled' }, { type: 'saleEnded', state: 'review' }],
            view: { kept: eur(0) },
        },
        {
            name: 'the window is over: what was really taken goes back',
            given: [...known, cancelRefused('P1', 'window')],
            when: inquired('inquire-refused', 'P1', { kind: 'paid', paymentId: 'G-P1', amount: eur(151) }, { round: 1 }),
            follows: [{ type: 'refundIntended', amount: eur(151) }],
            view: { kept: eur(151) },
        },
        {
            name: 'and nobody is asked for more while it does',
            given: [...known.filter((record) => record.type !== 'customerLeft'), cancelRefused('P1', 'window')],
            when: inquired('inquire-refused', 'P1', { kind: 'paid', paymentId: 'G-P1', amount: eur(151) }, { round: 1 }),
            follows: [{ type: 'refundIntended' }, { type: 'customerLeft', reason: 'settled' }],
            noSteps: [/^arm:/, /^pay:/],
        },
        {
            name: 'also in another currency',
            given: [
                ...order,
                { ...amountDiffers('P1', 150), amount: { currency: 'USD', value: '150' } } as Case['given'][number],
                review('wrong-amount'),
                cancelIntended('P1', 'wrong-amount'),
                cancelRefused('P1', 'window'),
            ],
            when: inquired(
                'inquire-refused',
                'P1',
                { kind: 'paid', paymentId: 'G-P1', amount: { currency: 'USD', value: '150' } },
                { round: 1 },
            ),
            follows: [
                { type: 'refundIntended', amount: { currency: 'USD', value: '150' } },
                { type: 'customerLeft', reason: 'settled' },
            ],
        },
        {
            name: 'learned behind the cancel intent: the cancel goes on, a person looks',
            given: [...order, cancelIntended('P1', 'customer-left')],
            when: inquired('inquire', 'P1', { kind: 'paid', paymentId: 'G-P1', amount: eur(151) }),
            follows: [{ type: 'amountDiffers' }, { type: 'reviewOpened' }, { type: 'customerLeft', reason: 'settled' }],
            steps: ['cancel:P1:1'],
        },
        {
            name: 'a second payment of the sale with a wrong amount is cancelled as well',
            given: [
                ...scan,
                amountDiffers('P1', 151),
                review('wrong-amount'),
                cancelIntended('P1', 'wrong-amount'),
                intended('P2', 'payment-code', 150),
                asked('P2'),
            ],
            when: payAnswered('P2', { kind: 'paid', paymentId: 'G-P2', amount: eur(1) }, true),
            follows: [
                { type: 'amountDiffers', paymentRequestId: 'P2' },
                { type: 'cancelIntended', paymentRequestId: 'P2', reason: 'wrong-amount' },
                { type: 'customerLeft', reason: 'settled' },
            ],
        },
        {
            name: 'a paid payment is not doubted by later news',
            given: [...order, paid('P1', 150), refundIntended('R1', 'P1', 150)],
            when: { kind: 'paidNotified', paymentRequestId: 'P1', paymentId: 'G-P1', amount: eur(151) },
            follows: [{ type: 'deliveryIntended' }],
        },
    ]);
});

describe('a success that lacks its amount', () => {
    runCases([
        {
            name: 'is unknown: the inquiry goes on and will tell',
            given: order,
            when: notified('P1'),
            follows: [],
            steps: ['inquire:P1'],
            noSteps: never,
        },
    ]);
});

describe('stray money', () => {
    runCases([
        {
            name: 'a success for an id that we do not know is journalled and listed, with an alarm',
            given: [],
            when: notified('P77', 500),
            follows: [{ type: 'strayMoney', paymentRequestId: 'P77', paymentId: 'G-P77', amount: eur(500) }],
            alarms: ['stray-money'],
        },
        { name: 'also without an amount', given: [], when: notified('P77'), follows: [{ type: 'strayMoney', paymentRequestId: 'P77' }] },
        {
            name: 'once',
            given: [{ type: 'strayMoney', at: 0, paymentRequestId: 'P77', paymentId: 'G-P77' }],
            when: notified('P77', 500),
            follows: [],
        },
    ]);
});

describe('answers about something else', () => {
    runCases([
        {
            name: 'an answer for a payment that the sale does not have',
            given: scan,
            when: payAnswered('P9', { kind: 'paid', paymentId: 'G', amount: eur(150) }),
            follows: [],
        },
        {
            name: 'an inquiry of no known kind',
            given: scan,
            when: inquired('inquire-else', 'P1', { kind: 'paid', paymentId: 'G', amount: eur(150) }),
            follows: [],
        },
        {
            name: 'a registration is journalled',
            given: [],
            when: { kind: 'registrationNotified', referenceMerchantId: 'M1', registrationRequestId: 'Q1', status: 'APPROVED' },
            follows: [{ type: 'registrationNotified', status: 'APPROVED' }],
        },
    ]);
});

test('ids match [A-Za-z0-9_]{1,64}, differ within a turn, and carry the whole of the nonce', () => {
    const nonce = '0123456789ABCDEFGHJKMNPQRS';
    const { events } = decide(fold([]), world, { ...inputOf({ kind: 'openSale', items: [{ slot: 'A1' }] }), nonce });
    const ids = events.flatMap((event) =>
        event.type === 'saleOpened' ? [event.saleId] : event.type === 'paymentIntended' ? [event.paymentRequestId] : [],
    );
    assert.equal(ids.length, 2);
    assert.equal(new Set(ids).size, 2);
    for (const id of ids) {
        assert.match(id, /^[A-Za-z0-9_]{1,64}$/);
        assert.ok(id.includes(nonce));
    }
});
