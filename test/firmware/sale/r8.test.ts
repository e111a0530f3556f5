/** R8: every sale ends, or stands in the operator's list; alarms leave the machine; a person closes a case with a name and a note. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import { stepsOf } from '../../../firmware/sale/steps.ts';
import { type Case, fold, runCases } from './cases.ts';
import {
    cancelAnswered,
    elapsed,
    inquired,
    noAnswer,
    paidAnswer,
    payAnswered,
    pressedCancel,
    scanned,
    worldChanged,
} from './happenings.ts';
import { timing, world } from './policy.ts';
import {
    asked,
    cancelIntended,
    cancelled,
    cancelRefused,
    codeIssued,
    declined,
    deliveryEnded,
    eur,
    intended,
    judged,
    left,
    moving,
    offerEnded,
    openedGoods,
    paid,
    redirectIssued,
    review,
    stillMissing,
    t0,
    unknown,
} from './records.ts';

const scans = { modes: ['payment-code'] } as const;
const order = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];

describe('the customer’s limits', () => {
    const twice = [
        openedGoods(['A1']),
        intended('P1', 'payment-code', 150),
        declined('P1'),
        intended('P2', 'payment-code', 150),
        declined('P2'),
    ];
    const scanRefused: TillEvent = { type: 'scanRefused', at: 0, saleId: 'S1', reason: 'not-a-wallet', codeClass: 'product' };
    runCases([
        {
            name: 'the third try is declined: the sale ends declined',
            given: [...twice, intended('P3', 'payment-code', 150), asked('P3')],
            when: payAnswered('P3', { kind: 'declined', resultCode: 'RISK_REJECT' }, true),
            policy: scans,
            follows: [{ type: 'paymentDeclined' }, { type: 'customerLeft', reason: 'tries' }, { type: 'saleEnded', state: 'declined' }],
        },
        {
            name: 'the second is not the last',
            given: [...twice.slice(0, 3), intended('P2', 'payment-code', 150), asked('P2')],
            when: payAnswered('P2', { kind: 'declined', resultCode: 'RISK_REJECT' }, true),
            policy: scans,
            follows: [{ type: 'paymentDeclined' }],
            steps: ['arm:S1:2:0', 'patience:S1:2'],
        },
        {
            name: 'ten scans that are no payment codes are enough',
            given: [openedGoods(['A1']), ...Array.from({ length: 9 }, () => scanRefused)],
            when: scanned('hash', 'product'),
            policy: scans,
            follows: [{ type: 'scanRefused' }, { type: 'customerLeft', reason: 'tries' }, { type: 'saleEnded', state: 'cancelled' }],
        },
        {
            name: 'a refused scan does not lengthen the patience',
            given: [openedGoods(['A1']), scanRefused],
            when: worldChanged,
            policy: scans,
            follows: [],
            steps: ['patience:S1:0', 'arm:S1:0:1'],
        },
        {
            name: 'the customer presses cancel: code off, cancel',
            given: order,
            when: pressedCancel,
            follows: [
                { type: 'customerLeft', reason: 'cancelled' },
                { type: 'cancelIntended', reason: 'customer-left' },
            ],
            noSteps: [/^arm:/, /^offer:/],
        },
        { name: 'but not once it is paid', given: [...order, paid('P1', 150), moving(0, 'A1')], when: pressedCancel, follows: [] },
        {
            name: 'a cancel that nobody answers: the customer is released',
            given: [...order, offerEnded('P1'), cancelIntended('P1', 'expired')],
            when: elapsed('release:S1:1'),
            follows: [{ type: 'customerLeft', reason: 'timeout' }],
            steps: ['cancel:P1:1', 'worry:S1'],
        },
        {
            name: 'the offer is over and cancelled: the sale ends',
            given: [...order, offerEnded('P1'), cancelIntended('P1', 'expired')],
            when: cancelAnswered('P1', { kind: 'done' }),
            follows: [{ type: 'paymentCancelled' }, { type: 'customerLeft', reason: 'timeout' }, { type: 'saleEnded', state: 'cancelled' }],
        },
        {
            name: 'the last way to pay is declined',
            given: order,
            when: inquired('inquire', 'P1', { kind: 'failed', resultCode: 'RISK_REJECT' }),
            policy: { modes: ['order-code'] },
            follows: [{ type: 'paymentDeclined' }, { type: 'customerLeft', reason: 'declined' }, { type: 'saleEnded', state: 'declined' }],
        },
    ]);
});

describe('how long a customer is held by a cancel that nobody answers', () => {
    const waitsMs = (given: readonly TillEvent[]) =>
        stepsOf(fold(given), world).flatMap((step) => (step.id === 'release:S1:1' ? [step.schedule.firstMs] : []));
    const goods = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1')];

    test('as long as a refused payment allows, where the code was issued: it may have been paid', () => {
        assert.deepEqual(waitsMs([...goods, codeIssued('P1'), cancelIntended('P1', 'expired')]), [timing.retryPatience]);
    });

    test('an answer’s time, where no code ever came: nobody can have paid', () => {
        assert.ok(timing.requestAnswer < timing.retryPatience);
        assert.deepEqual(waitsMs([...goods, unknown('P1'), cancelIntended('P1', 'no-code')]), [timing.requestAnswer]);
    });
});

describe('stale timers', () => {
    const stale: readonly [string, readonly TillEvent[]][] = [
        ['limit:P1', [...order]],
        ['offer:P1', [...order, paid('P1', 150), moving(0, 'A1')]],
        ['grave:P1:1', [...order, cancelIntended('P1', 'limit')]],
        ['patience:S1:0', order],
        ['release:S1:1', order],
        ['presence:S1', order],
        ['again:R1', order],
        ['memory:S1', order],
        ['blocked:5', order],
        ['nonsense', order],
        ['limit:P9', order],
    ];
    runCases(stale.map(([id, given]): Case => ({ name: `${id} means nothing`, given, when: elapsed(id), follows: [] })));
});

describe('a payment that the gateway says it never saw', () => {
    const dropped = [
        openedGoods(['A1']),
        intended('P1', 'payment-code', 150),
        asked('P1'),
        unknown('P1'),
        left('no-proof'),
        cancelIntended('P1', 'limit'),
        cancelRefused('P1', 'missing'),
    ];
    const looking = [...dropped, cancelIntended('P1', 'last-look')];
    const found = [...looking, stillMissing('P1')];
    runCases([
        {
            name: 'is watched until its expiry and a grace',
            given: dropped,
            when: worldChanged,
            follows: [],
            steps: ['grave:P1:1', 'worry:S1'],
            noSteps: [/^cancel/, /^inquire/],
        },
        {
            name: 'then one inquiry first',
            given: dropped,
            when: elapsed('grave:P1:1'),
            follows: [{ type: 'cancelIntended', reason: 'last-look' }],
            steps: ['inquire-look:P1:2'],
            noSteps: [/^cancel:/],
        },
        {
            name: 'not there: one cancel',
            given: looking,
            when: inquired('inquire-look', 'P1', { kind: 'missing' }, { round: 2 }),
            follows: [{ type: 'stillMissing' }],
            steps: ['cancel:P1:2'],
            noSteps: [/^inquire/],
        },
        {
            name: 'not there on both: cancelled, the sale ends',
            given: found,
            when: cancelAnswered('P1', { kind: 'missing' }, 2),
            follows: [
                { type: 'paymentCancelled', via: 'never-existed' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
        },
        {
            name: 'no answer to the inquiry: asked again',
            given: looking,
            when: inquired('inquire-look', 'P1', noAnswer, { round: 2 }),
            follows: [],
            steps: ['inquire-look:P1:2'],
        },
        {
            name: 'no answer to the cancel: asked again',
            given: found,
            when: cancelAnswered('P1', noAnswer, 2),
            follows: [],
            steps: ['cancel:P1:2'],
        },
        {
            name: 'booked late after all: cancelled, nothing is delivered',
            given: looking,
            when: inquired('inquire-look', 'P1', paidAnswer('P1', 150), { round: 2 }),
            follows: [{ type: 'lateSuccess' }, { type: 'stillMissing' }],
            steps: ['cancel:P1:2'],
            noSteps: [/^deliver:/],
        },
        {
            name: 'a success before the grave: cancelled again at once',
            given: dropped,
            when: { kind: 'paidNotified', paymentRequestId: 'P1', paymentId: 'G-P1', amount: eur(150) },
            follows: [{ type: 'lateSuccess' }, { type: 'cancelIntended', reason: 'late-success' }],
            steps: ['cancel:P1:2'],
            noSteps: [/^grave/],
        },
        {
            name: 'under way now: that is not "not there", the cancel starts anew',
            given: looking,
            when: inquired('inquire-look', 'P1', { kind: 'processing', resultCode: 'PAYMENT_IN_PROCESS' }, { round: 2 }),
            follows: [{ type: 'cancelIntended', reason: 'refused-inquiry' }],
            steps: ['cancel:P1:3'],
        },
        {
            name: 'closed: cancelled',
            given: looking,
            when: inquired('inquire-look', 'P1', { kind: 'failed', resultCode: 'ORDER_IS_CLOSED' }, { round: 2 }),
            follows: [
                { type: 'paymentCancelled', via: 'closed' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
        },
    ]);
});

describe('end states', () => {
    const done = (name: string, given: readonly TillEvent[], state: string): Case => ({
        name,
        given,
        when: worldChanged,
        follows: [{ type: 'saleEnded', state } as Case['follows'][number]],
    });
    runCases([
        done(
            'out: delivered',
            [
                openedGoods(['A1']),
                intended('P1', 'payment-code', 150),
                paid('P1', 150),
                moving(0, 'A1'),
                deliveryEnded(0, 'A1', 'delivered'),
            ],
            'delivered',
        ),
        done(
            'all back: refunded',
            [
                openedGoods(['A1']),
                intended('P1', 'payment-code', 150),
                paid('P1', 150),
                deliveryEnded(0, 'A1', 'failed'),
                cancelIntended('P1', 'give-back'),
                cancelled('P1'),
            ],
            'refunded',
        ),
        done(
            'refused by the gateway: declined',
            [openedGoods(['A1']), intended('P1', 'payment-code', 150), declined('P1'), left('declined')],
            'declined',
        ),
        done(
            'the customer gave up after a refusal: cancelled',
            [openedGoods(['A1']), intended('P1', 'payment-code', 150), declined('P1'), left('cancelled')],
            'cancelled',
        ),
        done('nobody paid: cancelled', [openedGoods(['A1']), left('timeout')], 'cancelled'),
        done(
            'a case: review',
            [
                openedGoods(['A1']),
                intended('P1', 'payment-code', 150),
                paid('P1', 150),
                deliveryEnded(0, 'A1', 'unknown'),
                judged(0, 'A1', 'review'),
                review('delivery-unknown'),
            ],
            'review',
        ),
    ]);
});

describe('alarms leave the machine', () => {
    const refusedBefore: TillEvent = {
        type: 'alertRaised',
        at: t0,
        alertId: 'A0',
        about: 'gateway-refuses',
        detail: 'MERCHANT_NOT_REGISTERED',
    };
    const alarm: TillEvent = { type: 'alertRaised', at: 0, alertId: 'A1', about: 'review', saleId: 'S1', detail: 'delivery-unknown' };
    runCases([
        { name: 'sent until it has arrived', given: [alarm], when: worldChanged, follows: [], steps: ['alert:A1'] },
        {
            name: 'arrived: done',
            given: [alarm],
            when: { kind: 'alertSent', alertId: 'A1' },
            follows: [{ type: 'alertSent' }],
            noSteps: [/^alert/],
        },
        { name: 'arrived twice: nothing', given: [], when: { kind: 'alertSent', alertId: 'A1' }, follows: [] },
        {
            name: 'each subject once',
            given: [
                ...order,
                cancelIntended('P1', 'limit'),
                { type: 'alertRaised', at: 0, alertId: 'A1', about: 'cancel-refused', saleId: 'S1', detail: 'X' },
            ],
            when: cancelAnswered('P1', { kind: 'refused', resultCode: 'ACCESS_DENIED' }),
            follows: [{ type: 'cancelRefused' }],
            alarms: [],
        },
        {
            name: 'a gateway that refuses this merchant stops the selling, with an alarm',
            given: [openedGoods(['A1']), intended('P1', 'payment-code', 150), asked('P1')],
            when: payAnswered('P1', { kind: 'declined', resultCode: 'MERCHANT_NOT_REGISTERED' }, true),
            follows: [
                { type: 'paymentDeclined' },
                { type: 'serviceBlocked' },
                { type: 'customerLeft' },
                { type: 'saleEnded', state: 'declined' },
            ],
            alarms: ['gateway-refuses'],
        },
        ...[paid('P0', 150), codeIssued('P0'), redirectIssued('P0')].map(
            (served): Case => ({
                name: `refused again after ${served.type}: told again`,
                given: [refusedBefore, served, openedGoods(['A1']), intended('P1', 'payment-code', 150), asked('P1')],
                when: payAnswered('P1', { kind: 'declined', resultCode: 'MERCHANT_NOT_REGISTERED' }, true),
                follows: [{ type: 'paymentDeclined' }, { type: 'serviceBlocked' }, { type: 'customerLeft' }, { type: 'saleEnded' }],
                alarms: ['gateway-refuses'],
            }),
        ),
        {
            name: 'refused again before anything worked: told once',
            given: [refusedBefore, { type: 'serviceTried', at: t0 }, openedGoods(['A1']), intended('P1', 'payment-code', 150), asked('P1')],
            when: payAnswered('P1', { kind: 'declined', resultCode: 'MERCHANT_NOT_REGISTERED' }, true),
            follows: [{ type: 'paymentDeclined' }, { type: 'serviceBlocked' }, { type: 'customerLeft' }, { type: 'saleEnded' }],
            alarms: [],
        },
        {
            name: 'and tries again after a while',
            given: [{ type: 'serviceBlocked', at: 5, resultCode: 'ACCESS_DENIED' }],
            when: elapsed('blocked:5'),
            follows: [{ type: 'serviceTried' }],
        },
    ]);
});
