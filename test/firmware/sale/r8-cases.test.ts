/** R8, cases: a person closes what the machine cannot, with a name and a note in the journal; what goes on for long is listed too. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import { type Case, fold, runCases } from './cases.ts';
import { cancelAnswered, elapsed, inquired, notified, refundInquired } from './happenings.ts';
import {
    asked,
    cancelIntended,
    cancelled,
    cancelRefused,
    codeIssued,
    deliveryEnded,
    ended,
    eur,
    intended,
    judged,
    lateSuccess,
    left,
    moving,
    openedAmount,
    openedGoods,
    paid,
    refundConfirmed,
    refundFailed,
    refundIntended,
    refundRefused,
    resolvedBy,
    review,
    t0,
    unknown,
} from './records.ts';

const resolve = (decision: 'delivered' | 'refund' | 'settled-outside', more: object = {}) =>
    ({ kind: 'resolveSale', saleId: 'S1', decision, note: 'looked into the tray', by: 'Ann', ...more }) as Case['when'];
const signed = { type: 'saleResolved', by: 'Ann', note: 'looked into the tray' } as const;

describe('a person closes a case', () => {
    const doubt = [
        openedGoods(['A1']),
        intended('P1', 'payment-code', 150),
        paid('P1', 150),
        moving(0, 'A1'),
        deliveryEnded(0, 'A1', 'unknown'),
        judged(0, 'A1', 'review'),
        review('delivery-unknown'),
        ended('review'),
    ];
    const basket = [
        openedGoods(['A1', 'A2']),
        intended('P1', 'payment-code', 400),
        paid('P1', 400),
        deliveryEnded(0, 'A1', 'delivered'),
        deliveryEnded(1, 'A2', 'failed'),
        refundIntended('R1', 'P1', 250),
        refundRefused('R1', 'P1', 'PROCESS_FAIL'),
        refundFailed('R1', 'P1', 'review'),
        review('refund-refused'),
        ended('review'),
    ];
    const window = [
        openedGoods(['A1']),
        intended('P1', 'payment-code', 150),
        paid('P1', 150),
        deliveryEnded(0, 'A1', 'failed'),
        cancelIntended('P1', 'give-back'),
        cancelRefused('P1', 'window'),
        refundIntended('R1', 'P1', 150),
        refundFailed('R1', 'P1', 'review'),
        review('refund-refused'),
        ended('review'),
    ];
    const allBack = [refundIntended('R1', 'P1', 150, { by: 'operator' }), refundConfirmed('R1', 'P1')];
    runCases([
        {
            name: 'delivered: the money is kept, the sale ends',
            given: doubt,
            when: resolve('delivered'),
            follows: [
                { ...signed, decision: 'delivered' },
                { type: 'saleEnded', state: 'delivered' },
            ],
            reply: { ok: true, saleId: 'S1' },
        },
        {
            name: 'refund: the money goes back',
            given: doubt,
            when: resolve('refund'),
            follows: [signed, { type: 'cancelIntended', reason: 'give-back' }],
            steps: ['cancel:P1:1'],
        },
        {
            name: 'settled outside: the machine gives nothing back',
            given: doubt,
            when: resolve('settled-outside'),
            follows: [signed, { type: 'saleEnded' }],
            noSteps: [/^cancel/, /^refund/],
        },
        {
            name: 'refund: a part that was refused is asked again under a new id',
            given: basket,
            when: resolve('refund'),
            follows: [signed, { type: 'refundIntended', refundRequestId: 'RNEW_1', amount: eur(250) }],
            steps: ['refund:RNEW_1'],
        },
        {
            name: 'refund: what was given back before is not given back again',
            given: [
                openedGoods(['A1', 'A2', 'B1']),
                intended('P1', 'payment-code', 1600),
                paid('P1', 1600),
                deliveryEnded(0, 'A1', 'failed'),
                deliveryEnded(1, 'A2', 'delivered'),
                deliveryEnded(2, 'B1', 'unknown'),
                judged(2, 'B1', 'review'),
                review('delivery-unknown'),
                refundIntended('R1', 'P1', 150),
                refundConfirmed('R1', 'P1'),
                ended('review'),
            ],
            when: resolve('refund'),
            follows: [signed, { type: 'refundIntended', amount: eur(1200) }],
        },
        {
            name: 'refund: a payment that a refund was tried for cannot be cancelled, so it is refunded',
            given: [
                ...doubt.slice(0, -1),
                refundIntended('R1', 'P1', 150, { by: 'operator' }),
                refundFailed('R1', 'P1', 'review'),
                ended('review'),
            ],
            when: resolve('refund'),
            follows: [signed, { type: 'refundIntended', amount: eur(150) }],
            noSteps: [/^cancel/],
        },
        {
            name: 'settled outside: that part is not asked again',
            given: basket,
            when: resolve('settled-outside'),
            follows: [signed, { type: 'saleEnded', state: 'delivered' }],
            noSteps: [/^refund/],
        },
        {
            name: 'refund: all of a payment that could not be cancelled',
            given: window,
            when: resolve('refund'),
            follows: [signed, { type: 'refundIntended', amount: eur(150), by: 'operator' }],
        },
        {
            name: 'a case that goes wrong again is told again',
            given: [...basket, resolvedBy('refund'), refundIntended('R2', 'P1', 250), refundRefused('R2', 'P1', 'PROCESS_FAIL')],
            when: refundInquired('R2', { kind: 'failed' }),
            follows: [{ type: 'refundFailed' }, { type: 'reviewOpened' }, { type: 'saleEnded', state: 'review' }],
            alarms: ['refund-refused', 'review'],
        },
        {
            name: 'only a sale in review',
            given: [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')],
            when: resolve('refund'),
            follows: [],
            reply: { status: 409, code: 'not-in-review' },
        },
        {
            name: 'only a sale that there is',
            given: [],
            when: resolve('refund'),
            follows: [],
            reply: { status: 404, code: 'unknown-sale' },
        },
        {
            name: 'a second try in review has the same answer: there is nothing more to ask for',
            given: [...doubt.slice(0, 5), judged(0, 'A1', 'review'), review('delivery-unknown'), ...allBack, ended('review')],
            when: resolve('refund'),
            follows: [],
            reply: { status: 409, code: 'nothing-left' },
        },
        {
            name: 'and is closed with another word',
            given: [...doubt.slice(0, 5), judged(0, 'A1', 'review'), review('delivery-unknown'), ...allBack, ended('review')],
            when: resolve('settled-outside'),
            follows: [signed, { type: 'saleEnded', state: 'refunded' }],
        },
    ]);
});

describe('a refund that an operator asked for and that finally failed', () => {
    const gift = [openedAmount(500), intended('P1', 'payment-code', 500), paid('P1', 500)];
    const byAnn = (id: string, minorUnits: number) => refundIntended(id, 'P1', minorUnits, { by: 'operator' });
    const failed = [byAnn('R1', 500), refundFailed('R1', 'P1', 'review'), review('refund-refused')];
    runCases([
        {
            name: 'refund: asked again under a new id',
            given: [...gift, ...failed, ended('review')],
            when: resolve('refund'),
            follows: [signed, { type: 'refundIntended', refundRequestId: 'RNEW_1', amount: eur(500), by: 'operator' }],
            steps: ['refund:RNEW_1'],
            reply: { ok: true },
        },
        {
            name: 'only what is left of the payment',
            given: [...gift, ...failed, byAnn('R2', 200), refundConfirmed('R2', 'P1'), ended('review')],
            when: resolve('refund'),
            follows: [signed, { type: 'refundIntended', amount: eur(300) }],
        },
        {
            name: 'another try that was confirmed since counts for it',
            given: [
                ...gift,
                byAnn('R1', 100),
                refundFailed('R1', 'P1', 'review'),
                review('refund-refused'),
                byAnn('R2', 100),
                refundConfirmed('R2', 'P1'),
                ended('review'),
            ],
            when: resolve('refund'),
            follows: [],
            reply: { status: 409, code: 'nothing-left' },
        },
        {
            name: 'delivered: the money is kept',
            given: [...gift, ...failed, ended('review')],
            when: resolve('delivered'),
            follows: [signed, { type: 'saleEnded', state: 'delivered' }],
        },
    ]);
});

describe('a give-back that the gateway never ends', () => {
    const owed = [openedGoods(['A1']), intended('P1', 'payment-code', 150), paid('P1', 150), deliveryEnded(0, 'A1', 'failed')];
    const stuck = [...owed, cancelIntended('P1', 'give-back'), left('settled'), cancelRefused('P1', 'other')];
    const late = [
        openedGoods(['A1']),
        intended('P1', 'payment-code', 150),
        left('timeout'),
        cancelIntended('P1', 'limit'),
        cancelled('P1'),
        lateSuccess('P1', 150),
    ];
    const notBack = [
        ...owed,
        cancelIntended('P1', 'give-back'),
        left('settled'),
        cancelRefused('P1', 'window'),
        refundIntended('R1', 'P1', 150),
        refundRefused('R1', 'P1', 'ACCESS_DENIED'),
    ];
    const unknownEnd = [
        openedGoods(['A1']),
        intended('P1', 'payment-code', 150),
        unknown('P1'),
        left('timeout'),
        cancelIntended('P1', 'limit'),
    ];
    const stories: readonly [string, readonly TillEvent[], object][] = [
        ['a cancel that is refused for ever', stuck, { state: 'delivered' }],
        ['a late success that no inquiry explains', late, { state: 'refunded' }],
        ['a refund whose inquiry is refused for ever', notBack, { state: 'delivered' }],
        ['a cancel that is never answered', unknownEnd, { state: 'cancelled' }],
    ];
    const listed = { type: 'reviewOpened', reason: 'give-back-late' } as const;
    runCases(
        stories.flatMap(([name, given, end]): Case[] => [
            {
                name: `${name}: listed and told while it goes on`,
                given,
                when: elapsed('worry:S1'),
                follows: [listed],
                alarms: ['give-back-late'],
                noSteps: ['worry:S1'],
                view: { ended: false, reviews: ['give-back-late'] },
            },
            {
                name: `${name}: settled outside, nothing more is asked`,
                given: [...given, review('give-back-late')],
                when: resolve('settled-outside'),
                follows: [signed, { type: 'saleEnded', ...end }],
                noSteps: [/:P1/, /:R1/, /:S1/],
                reply: { ok: true },
            },
            {
                name: `${name}: no other word closes it`,
                given: [...given, review('give-back-late')],
                when: resolve('refund'),
                follows: [],
                reply: { status: 409, code: 'not-in-review' },
            },
        ]),
    );
    const settled = [...stuck, review('give-back-late'), resolvedBy('settled-outside'), ended('delivered')];
    runCases([
        {
            name: 'listed in an earlier version by its alarm alone: listed now',
            given: [...stuck, { type: 'alertRaised', at: t0, alertId: 'A1', about: 'give-back-late', saleId: 'S1', detail: '' }],
            when: elapsed('worry:S1'),
            follows: [listed],
            alarms: [],
        },
        {
            name: 'it ends after all: no case is left',
            given: [...stuck, review('give-back-late')],
            when: cancelAnswered('P1', { kind: 'done' }),
            follows: [{ type: 'paymentCancelled' }, { type: 'saleEnded', state: 'refunded' }],
        },
        {
            name: 'not while the customer is served',
            given: [openedGoods(['A1']), intended('P1', 'payment-code', 150), asked('P1')],
            when: resolve('settled-outside'),
            follows: [],
            reply: { status: 409, code: 'not-in-review' },
        },
        {
            name: 'the cancel that was on the wire says yes after all: the books say so',
            given: settled,
            when: cancelAnswered('P1', { kind: 'done' }),
            follows: [{ type: 'saleReopened' }, { type: 'paymentCancelled' }, { type: 'saleEnded', state: 'refunded' }],
        },
        {
            name: 'an inquiry that was on the wire asks for nothing any more',
            given: settled,
            when: inquired('inquire-refused', 'P1', { kind: 'paid', paymentId: 'G-P1', amount: eur(150) }, { round: 1 }),
            follows: [],
        },
        {
            name: 'money that nobody knew of when it was settled: a person looks again, nothing is sent',
            given: [...unknownEnd, review('give-back-late'), resolvedBy('settled-outside'), ended('cancelled')],
            when: notified('P1', 150),
            follows: [
                { type: 'saleReopened' },
                { type: 'lateSuccess' },
                { type: 'reviewOpened', reason: 'paid-after-settled' },
                { type: 'saleEnded', state: 'review' },
            ],
            alarms: ['review'],
            noSteps: [/:P1/],
            view: { kept: eur(150) },
        },
        {
            name: 'then refund: the machine takes it up again',
            given: [...unknownEnd, resolvedBy('settled-outside'), lateSuccess('P1', 150), review('paid-after-settled'), ended('review')],
            when: resolve('refund'),
            follows: [signed],
            steps: ['cancel:P1:1'],
            reply: { ok: true },
        },
    ]);

    test('a settled sale stays for late answers for a day, and not longer', () => {
        const next = (afterMs: number) => fold([...settled, { ...openedAmount(100), saleId: 'S2', at: t0 + afterMs } as TillEvent]);
        assert.deepEqual(Object.keys(next(86_400_000).sales), ['S1', 'S2']);
        assert.deepEqual(Object.keys(next(86_400_001).sales), ['S2']);
    });
});
