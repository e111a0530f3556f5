/** R4: the line is the journalled cancel intent: before it a success is kept, behind it nothing is ever delivered. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stepsOf } from '../../../firmware/sale/steps.ts';
import { type Case, fold, runCases } from './cases.ts';
import { cancelAnswered, inquired, noAnswer, notified, paidAnswer, payAnswered, refundInquired, returnedInquired } from './happenings.ts';
import { world } from './policy.ts';
import {
    asked,
    cancelIntended,
    cancelled,
    cancelRefused,
    codeIssued,
    declined,
    eur,
    intended,
    lateSettled,
    lateSuccess,
    left,
    openedGoods,
    paid,
    refundIntended,
    refundRefused,
    unknown,
} from './records.ts';

const order = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];
const scan = [openedGoods(['A1']), intended('P1', 'payment-code', 150), asked('P1')];
const behind = [...order, left('cancelled'), cancelIntended('P1', 'customer-left')];

describe('before the cancel intent', () => {
    const ways: readonly [string, Case['given'], Case['when'], string][] = [
        ['its answer', scan, payAnswered('P1', paidAnswer('P1', 150)), 'answer'],
        ['its answer, after an inquiry found nothing', [...scan, unknown('P1')], payAnswered('P1', paidAnswer('P1', 150)), 'answer'],
        ['an inquiry', order, inquired('inquire', 'P1', paidAnswer('P1', 150)), 'inquiry'],
        ['a notification', order, notified('P1', 150), 'notification'],
    ];
    runCases(
        ways.map(
            ([way, given, when, via]): Case => ({
                name: `${way} makes it paid`,
                given,
                when,
                follows: [{ type: 'paymentPaid', via } as Case['follows'][number], { type: 'deliveryIntended' }],
            }),
        ),
    );
    runCases([
        {
            name: 'the same news again changes nothing',
            given: [...order, paid('P1', 150)],
            when: inquired('inquire', 'P1', paidAnswer('P1', 150)),
            follows: [{ type: 'deliveryIntended' }],
        },
    ]);
});

describe('behind the cancel intent', () => {
    runCases([
        {
            name: 'a late answer is journalled, nothing moves, the cancel goes on',
            given: [...scan, cancelIntended('P1', 'limit')],
            when: payAnswered('P1', paidAnswer('P1', 150)),
            follows: [
                { type: 'lateSuccess', via: 'answer' },
                { type: 'customerLeft', reason: 'settled' },
            ],
            steps: ['cancel:P1:1'],
            noSteps: [/^deliver:/],
        },
        {
            name: 'the window is over and the money is here: it goes back, and this customer is asked for no more',
            given: [...scan, unknown('P1'), cancelIntended('P1', 'limit'), cancelRefused('P1', 'window')],
            when: inquired('inquire-refused', 'P1', paidAnswer('P1', 150), { round: 1 }),
            follows: [{ type: 'lateSuccess' }, { type: 'refundIntended', amount: eur(150) }, { type: 'customerLeft', reason: 'settled' }],
            noSteps: [/^arm:/, /^pay:/],
        },
        {
            name: 'an inquiry that was on the wire too',
            given: behind,
            when: inquired('inquire', 'P1', paidAnswer('P1', 150)),
            follows: [{ type: 'lateSuccess', via: 'inquiry' }],
            steps: ['cancel:P1:1'],
        },
        {
            name: 'a refusal or a CANCELLED on the wire does not stand in for the cancel',
            given: behind,
            when: inquired('inquire', 'P1', { kind: 'cancelled' }),
            follows: [],
            steps: ['cancel:P1:1'],
        },
        { name: 'no answer: the cancel goes on', given: behind, when: cancelAnswered('P1', noAnswer), follows: [], steps: ['cancel:P1:1'] },
        {
            name: 'U: the cancel goes on',
            given: behind,
            when: cancelAnswered('P1', { kind: 'pending', resultCode: 'UNKNOWN_EXCEPTION' }),
            follows: [],
            steps: ['cancel:P1:1'],
        },
        {
            name: 'confirmed: no money was ever known, the sale is cancelled',
            given: behind,
            when: cancelAnswered('P1', { kind: 'done' }),
            follows: [
                { type: 'paymentCancelled', via: 'cancel' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
        },
        {
            name: 'confirmed, but a success was learned meanwhile, perhaps younger than the yes: inquired',
            given: [...behind, lateSuccess('P1', 150)],
            when: cancelAnswered('P1', { kind: 'done' }),
            follows: [{ type: 'paymentCancelled' }],
            steps: ['inquire-late:P1:1'],
        },
        {
            name: 'a success without an amount counts for that',
            given: behind,
            when: notified('P1'),
            follows: [{ type: 'lateSuccess', via: 'notification' }],
        },
        {
            name: 'refused for another reason: inquired, alarmed, and asked again rarely',
            given: behind,
            when: cancelAnswered('P1', { kind: 'refused', resultCode: 'ACCESS_DENIED' }),
            follows: [{ type: 'cancelRefused', verdict: 'other', resultCode: 'ACCESS_DENIED' }],
            alarms: ['cancel-refused'],
            steps: ['inquire-refused:P1:1', 'cancel-again:P1:1'],
            noSteps: ['cancel:P1:1'],
        },
        {
            name: 'the yes to that later cancel is a yes',
            given: [...behind, cancelRefused('P1', 'other')],
            when: {
                kind: 'cancelAnswered',
                saleId: 'S1',
                paymentRequestId: 'P1',
                stepId: 'cancel-again:P1:1',
                last: false,
                answer: { kind: 'done' },
            },
            follows: [{ type: 'paymentCancelled' }, { type: 'saleEnded', state: 'cancelled' }],
        },
        {
            name: 'refused, and the inquiry says FAIL: closed',
            given: [...behind, cancelRefused('P1', 'other')],
            when: inquired('inquire-refused', 'P1', { kind: 'failed', resultCode: 'ORDER_IS_CLOSED' }, { round: 1 }),
            follows: [
                { type: 'paymentCancelled', via: 'closed' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
        },
        {
            name: 'refused, and the inquiry says CANCELLED',
            given: [...behind, cancelRefused('P1', 'other')],
            when: inquired('inquire-refused', 'P1', { kind: 'cancelled' }, { round: 1 }),
            follows: [
                { type: 'paymentCancelled', via: 'inquiry' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
        },
        {
            name: 'refused, and still under way: asked again',
            given: [...behind, cancelRefused('P1', 'other')],
            when: inquired('inquire-refused', 'P1', { kind: 'processing', resultCode: 'PAYMENT_IN_PROCESS' }, { round: 1 }),
            follows: [],
            steps: ['cancel-again:P1:1'],
        },
        {
            name: 'the no of an earlier round means nothing',
            given: [...behind, cancelIntended('P1', 'late-success')],
            when: cancelAnswered('P1', { kind: 'window' }, 1),
            follows: [],
            steps: ['cancel:P1:2'],
        },
        {
            name: 'the yes of an earlier round is a yes',
            given: [...behind, cancelIntended('P1', 'last-look')],
            when: cancelAnswered('P1', { kind: 'done' }, 1),
            follows: [{ type: 'paymentCancelled' }, { type: 'saleEnded' }],
        },
    ]);
});

describe('after a confirmed cancel', () => {
    const open = [...behind, cancelled('P1')];
    // Another payment keeps the sale in the state.
    const other = [...open, intended('P2', 'payment-code', 150), cancelIntended('P2', 'limit')];
    const late = [...other, lateSuccess('P1', 150)];
    runCases([
        {
            name: 'a success is journalled and inquired',
            given: other,
            when: notified('P1', 150),
            follows: [{ type: 'lateSuccess' }],
            steps: ['inquire-late:P1:1'],
            noSteps: [/^cancel:P1/],
        },
        {
            name: 'CANCELLED: settled, nothing is sent',
            given: late,
            when: inquired('inquire-late', 'P1', { kind: 'cancelled' }, { round: 1 }),
            follows: [{ type: 'lateSettled' }],
            noSteps: [/:P1/],
        },
        {
            name: 'SUCCESS: cancelled again, in a round of its own',
            given: late,
            when: inquired('inquire-late', 'P1', paidAnswer('P1', 150), { round: 1 }),
            follows: [{ type: 'cancelIntended', reason: 'late-success' }],
            steps: ['cancel:P1:2'],
        },
        {
            name: 'no answer: inquired again',
            given: late,
            when: inquired('inquire-late', 'P1', noAnswer, { round: 1 }),
            follows: [],
            steps: ['inquire-late:P1:1', 'worry:S1'],
        },
        {
            name: 'and the window is over: inquired',
            given: [...late, cancelIntended('P1', 'late-success')],
            when: cancelAnswered('P1', { kind: 'window' }, 2),
            follows: [{ type: 'cancelRefused', verdict: 'window' }],
            steps: ['inquire-refused:P1:2'],
            noSteps: [/^cancel/].map((word) => new RegExp(`${word.source}:P1`)),
        },
        {
            name: 'and still SUCCESS: refunded',
            given: [...late, cancelIntended('P1', 'late-success'), cancelRefused('P1', 'window')],
            when: inquired('inquire-refused', 'P1', paidAnswer('P1', 150), { round: 2 }),
            follows: [{ type: 'refundIntended', paymentId: 'G-P1', amount: { currency: 'EUR', value: '150' }, by: 'till' }],
            steps: ['refund:RNEW_1'],
            noSteps: [/^deliver:/],
        },
        {
            name: 'a stale late inquiry means nothing',
            given: [...late, lateSettled('P1')],
            when: inquired('inquire-late', 'P1', paidAnswer('P1', 150), { round: 1 }),
            follows: [],
        },
        {
            name: 'a declined payment that succeeds after all is inquired too',
            given: [...scan, declined('P1'), intended('P2', 'payment-code', 150)],
            when: notified('P1', 150),
            follows: [{ type: 'lateSuccess' }],
            steps: ['inquire-late:P1:1'],
        },
        {
            name: 'the sixth success of one payment says nothing new',
            given: [...other, ...Array.from({ length: 5 }, () => [lateSuccess('P1', 150), lateSettled('P1')]).flat()],
            when: notified('P1', 150),
            follows: [],
        },
    ]);
});

describe('after the sale has ended', () => {
    const known = {
        ...sale(),
        payments: [{ ...sale().payments[0]!, state: 'cancelled' as const }],
    };
    runCases([
        {
            name: 'a late success brings it back',
            given: [],
            when: { ...notified('P1', 150), known } as Case['when'],
            follows: [{ type: 'saleReopened' }, { type: 'lateSuccess' }],
            steps: ['inquire-late:P1:1'],
        },
        {
            name: 'also one without an amount',
            given: [],
            when: { ...notified('P1'), known } as Case['when'],
            follows: [{ type: 'saleReopened' }, { type: 'lateSuccess' }],
            steps: ['inquire-late:P1:1'],
        },
        {
            name: 'news of a payment that is paid do not',
            given: [],
            when: { ...notified('P1', 150), known: { ...known, payments: [{ ...known.payments[0]!, state: 'paid' }] } } as Case['when'],
            follows: [],
        },
        {
            name: 'settled: it ends again, with the money back',
            given: [reopened(known), lateSuccess('P1', 150)],
            when: inquired('inquire-late', 'P1', { kind: 'cancelled' }, { round: 1 }),
            follows: [{ type: 'lateSettled' }, { type: 'saleEnded', state: 'refunded' }],
        },
    ]);
});

test('a cancel never overtakes its own pay, and goes on for ever', () => {
    const step = stepsOf(fold([...scan, cancelIntended('P1', 'limit')]), world).find(({ id }) => id === 'cancel:P1:1');
    assert.partialDeepStrictEqual(step, {
        class: 'write',
        afterStep: 'pay:P1',
        schedule: { firstMs: 0, thenMs: [2_000, 3_000, 3_000, 5_000, 5_000], after: { fromMs: 30_000, doubleUpToMs: 300_000 } },
    });
});

describe('a refund answered ORDER_IS_CANCELED', () => {
    const given = [
        ...behind,
        lateSuccess('P1', 150),
        cancelRefused('P1', 'window'),
        refundIntended('R1', 'P1', 150),
        refundRefused('R1', 'P1', 'ORDER_IS_CANCELED'),
    ];
    runCases([
        {
            name: 'is inquired, by the payment',
            given,
            when: { kind: 'worldChanged' },
            follows: [],
            steps: ['inquire-returned:R1'],
            noSteps: ['inquire-refund:R1'],
        },
        {
            name: 'CANCELLED: the money is back',
            given,
            when: returnedInquired('R1', 'P1', { kind: 'cancelled' }),
            follows: [
                { type: 'refundConfirmed', via: 'cancelled-payment' },
                { type: 'saleEnded', state: 'refunded' },
            ],
        },
        {
            name: 'SUCCESS: a person looks',
            given,
            when: returnedInquired('R1', 'P1', paidAnswer('P1', 150)),
            follows: [
                { type: 'refundFailed', next: 'review' },
                { type: 'reviewOpened', reason: 'refund-refused' },
                { type: 'saleEnded', state: 'review' },
            ],
        },
        {
            name: 'FAIL or nothing there: a person looks, nobody asks for ever',
            given,
            when: returnedInquired('R1', 'P1', { kind: 'missing' }),
            follows: [{ type: 'refundFailed', next: 'review' }, { type: 'reviewOpened' }, { type: 'saleEnded', state: 'review' }],
        },
        {
            name: 'no answer: asked again',
            given,
            when: returnedInquired('R1', 'P1', noAnswer),
            follows: [],
            steps: ['inquire-returned:R1'],
        },
        { name: 'an inquiry of the refund is not what was asked', given, when: refundInquired('R1', { kind: 'processing' }), follows: [] },
    ]);
});

function sale() {
    const opened = openedGoods(['A1']);
    if (opened.type !== 'saleOpened') throw new Error('not a sale');
    return {
        id: 'S1',
        claim: opened.claim,
        origin: opened.origin,
        amount: opened.amount,
        items: opened.items,
        present: true,
        openedAt: opened.at,
        changedAt: opened.at,
        customerHere: false,
        payments: [
            {
                paymentRequestId: 'P1',
                mode: 'order-code' as const,
                amount: opened.amount,
                state: 'cancelled' as const,
                intendedAt: opened.at,
                expiresAt: opened.at,
                lifetimeMs: 180_000,
                description: 'goods',
                offered: false,
                closing: false,
                payOver: true,
                taken: false,
                lateCount: 0,
            },
        ],
        deliveries: [],
        refunds: [],
        refusedScans: 0,
        reviews: [],
        ended: 'cancelled' as const,
    };
}

function reopened(known: unknown) {
    return { type: 'saleReopened', at: 0, saleId: 'S1', sale: known } as const;
}
