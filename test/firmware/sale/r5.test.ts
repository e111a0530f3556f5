/** R5: what did not come out is given back by itself: all by cancel first, a part by one refund, over refusals, reboots and days. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stepsOf } from '../../../firmware/sale/steps.ts';
import { type Case, fold, runCases } from './cases.ts';
import {
    cancelAnswered,
    elapsed,
    inquired,
    moved,
    noAnswer,
    paidAnswer,
    refundAnswered,
    refundInquired,
    restart,
    unsent,
    worldChanged,
} from './happenings.ts';
import { world } from './policy.ts';
import {
    cancelIntended,
    cancelRefused,
    deliveryEnded,
    eur,
    intended,
    left,
    moving,
    openedGoods,
    paid,
    refundConfirmed,
    refundFailed,
    refundIntended,
    refundRefused,
    review,
} from './records.ts';

const one = [openedGoods(['A1']), intended('P1', 'payment-code', 150), paid('P1', 150), moving(0, 'A1')];
const two = [openedGoods(['A1', 'A2']), intended('P1', 'payment-code', 400), paid('P1', 400), moving(0, 'A1')];
const partOut = [...two, deliveryEnded(0, 'A1', 'delivered'), moving(1, 'A2')];
const partAsked = [...partOut, deliveryEnded(1, 'A2', 'failed'), refundIntended('R1', 'P1', 250), left('settled')];

describe('all of it', () => {
    const failed = [...one, deliveryEnded(0, 'A1', 'failed'), cancelIntended('P1', 'give-back'), left('settled')];
    const window = [...failed, cancelRefused('P1', 'window')];
    runCases([
        {
            name: 'the only item failed: cancel, whatever our clock says',
            given: one,
            when: moved(0, 'failed'),
            afterMs: 90_000_000,
            follows: [
                { type: 'deliveryEnded' },
                { type: 'cancelIntended', reason: 'give-back' },
                { type: 'customerLeft', reason: 'settled' },
            ],
            steps: ['cancel:P1:1'],
        },
        {
            name: 'both items failed: nothing before the last is decided',
            given: two,
            when: moved(0, 'failed'),
            follows: [
                { type: 'deliveryEnded', outcome: 'failed' },
                { type: 'deliveryIntended', index: 1 },
            ],
            noSteps: [/^cancel/, /^refund/],
        },
        {
            name: 'then one cancel for both',
            given: [...two, deliveryEnded(0, 'A1', 'failed'), moving(1, 'A2')],
            when: moved(1, 'failed'),
            follows: [
                { type: 'deliveryEnded' },
                { type: 'cancelIntended', reason: 'give-back' },
                { type: 'customerLeft', reason: 'settled' },
            ],
        },
        {
            name: 'confirmed: refunded',
            given: failed,
            when: cancelAnswered('P1', { kind: 'done' }),
            follows: [{ type: 'paymentCancelled' }, { type: 'saleEnded', state: 'refunded' }],
        },
        {
            name: 'the window is over: the gateway is asked what it thinks',
            given: failed,
            when: cancelAnswered('P1', { kind: 'window' }),
            follows: [{ type: 'cancelRefused', verdict: 'window' }],
            steps: ['inquire-refused:P1:1'],
            noSteps: [/^refund/, /^cancel/],
        },
        {
            name: 'SUCCESS: refund of all',
            given: window,
            when: inquired('inquire-refused', 'P1', paidAnswer('P1', 150), { round: 1 }),
            follows: [{ type: 'refundIntended', refundRequestId: 'RNEW_1', amount: eur(150), reason: 'not-delivered' }],
            steps: ['refund:RNEW_1'],
        },
        {
            name: 'the refund is confirmed: refunded',
            given: [...window, refundIntended('R1', 'P1', 150)],
            when: refundAnswered('R1', { kind: 'done', refundId: 'GR1' }),
            follows: [
                { type: 'refundConfirmed', refundId: 'GR1', via: 'answer' },
                { type: 'saleEnded', state: 'refunded' },
            ],
        },
        { name: 'it goes on over a restart', given: failed, when: restart, follows: [{ type: 'started' }], steps: ['cancel:P1:1'] },
        {
            name: 'and the operator hears when it takes long',
            given: failed,
            when: elapsed('worry:S1'),
            follows: [{ type: 'reviewOpened', reason: 'give-back-late' }],
            alarms: ['give-back-late'],
            steps: ['cancel:P1:1'],
        },
        {
            name: 'ORDER_NOT_EXIST for money that was taken proves nothing: inquired',
            given: failed,
            when: cancelAnswered('P1', { kind: 'missing' }),
            follows: [{ type: 'cancelRefused', verdict: 'other' }],
            steps: ['inquire-refused:P1:1'],
        },
    ]);
});

describe('a part', () => {
    runCases([
        {
            name: 'one of two failed: one partial refund',
            given: partOut,
            when: moved(1, 'failed'),
            follows: [
                { type: 'deliveryEnded' },
                { type: 'refundIntended', amount: eur(250), paymentId: 'G-P1' },
                { type: 'customerLeft', reason: 'settled' },
            ],
            steps: ['refund:RNEW_1'],
            noSteps: [/^cancel/],
            view: { state: 'refunding' },
        },
        {
            name: 'while the refund is under way the machine is free for the next customer',
            given: partAsked,
            when: { kind: 'openSale', items: [{ slot: 'A1' }] },
            follows: [{ type: 'saleOpened' }, { type: 'paymentIntended' }],
            reply: { ok: true },
            steps: ['refund:R1'],
        },
        { name: 'no answer: the same id', given: partAsked, when: refundAnswered('R1', noAnswer), follows: [], steps: ['refund:R1'] },
        {
            name: 'nothing left the machine: the same id',
            given: partAsked,
            when: refundAnswered('R1', unsent),
            follows: [],
            steps: ['refund:R1'],
        },
        {
            name: 'U: the same id',
            given: partAsked,
            when: refundAnswered('R1', { kind: 'pending', resultCode: 'REFUND_IN_PROCESS' }),
            follows: [{ type: 'refundPending' }],
            steps: ['refund:R1'],
        },
        { name: 'the same id over a restart', given: partAsked, when: restart, follows: [{ type: 'started' }], steps: ['refund:R1'] },
        {
            name: 'confirmed: delivered, with the rest given back',
            given: partAsked,
            when: refundAnswered('R1', { kind: 'done' }),
            follows: [{ type: 'refundConfirmed' }, { type: 'saleEnded', state: 'delivered' }],
        },
        {
            name: 'a second yes changes nothing',
            given: [...partAsked, moving(0, 'A1'), refundConfirmed('R1', 'P1')],
            when: refundAnswered('R1', { kind: 'done' }),
            follows: [],
        },
    ]);
});

describe('an F that an operator can cure', () => {
    const refused = [...partAsked, refundRefused('R1', 'P1', 'MERCHANT_BALANCE_NOT_ENOUGH')];
    const failed = [...refused, refundFailed('R1', 'P1', 'again')];
    const second = [...failed, refundIntended('R2', 'P1', 250, { replaces: 'R1' })];
    runCases([
        {
            name: 'is journalled and inquired',
            given: partAsked,
            when: refundAnswered('R1', { kind: 'refused', resultCode: 'MERCHANT_BALANCE_NOT_ENOUGH' }),
            follows: [{ type: 'refundRefused' }],
            steps: ['inquire-refund:R1'],
            noSteps: ['refund:R1'],
        },
        {
            name: 'the inquiry says SUCCESS: it is back after all',
            given: refused,
            when: refundInquired('R1', { kind: 'done' }),
            follows: [
                { type: 'refundConfirmed', via: 'inquiry' },
                { type: 'saleEnded', state: 'delivered' },
            ],
        },
        {
            name: 'the inquiry says PROCESSING or nothing: no second id',
            given: refused,
            when: refundInquired('R1', { kind: 'processing' }),
            follows: [],
            steps: ['inquire-refund:R1'],
            noSteps: [/^again:/],
        },
        {
            name: 'the inquiry is refused: that says nothing about the refund, no second id',
            given: refused,
            when: refundInquired('R1', { kind: 'refused', resultCode: 'ACCESS_DENIED' }),
            follows: [],
            steps: ['inquire-refund:R1', 'worry:S1'],
            noSteps: [/^again:/, /^refund:/],
        },
        {
            name: 'FAIL: final, alarm, and a wait',
            given: refused,
            when: refundInquired('R1', { kind: 'failed' }),
            follows: [{ type: 'refundFailed', next: 'again', resultCode: 'MERCHANT_BALANCE_NOT_ENOUGH' }],
            alarms: ['refund-refused'],
            steps: ['again:R1'],
        },
        {
            name: 'not there: final as well',
            given: refused,
            when: refundInquired('R1', { kind: 'missing' }),
            follows: [{ type: 'refundFailed', next: 'again' }],
            steps: ['again:R1'],
        },
        {
            name: 'the wait is over: a new id for the same money',
            given: failed,
            when: elapsed('again:R1'),
            follows: [{ type: 'refundIntended', refundRequestId: 'RNEW_1', amount: eur(250), replaces: 'R1' }],
            steps: ['refund:RNEW_1'],
            noSteps: ['again:R1'],
        },
        { name: 'a stale wait means nothing', given: second, when: elapsed('again:R1'), follows: [], steps: ['refund:R2'] },
        {
            name: 'a partial refund by the operator does not swallow it',
            given: [...failed, refundIntended('R9', 'P1', 100, { by: 'operator' })],
            when: worldChanged,
            follows: [],
            steps: ['again:R1', 'refund:R9'],
        },
        {
            name: 'while it waits, its money is not left for the operator',
            given: failed,
            when: { kind: 'refundSale', saleId: 'S1', amount: eur(151), key: { key: 'k', bodyHash: 'h' } },
            follows: [],
            reply: { status: 422, code: 'more-than-left' },
        },
        {
            name: 'the second is refused: the pause grows',
            given: [...second, refundRefused('R2', 'P1', 'MERCHANT_BALANCE_NOT_ENOUGH')],
            when: refundInquired('R2', { kind: 'failed' }),
            follows: [{ type: 'refundFailed', next: 'again' }],
            steps: ['again:R2'],
        },
    ]);
});

describe('partial refunds are not supported', () => {
    const refused = [...partAsked, refundRefused('R1', 'P1', 'PARTIAL_REFUND_NOT_SUPPORTED')];
    const caseOf = (name: string, goodwill: string, follows: Case['follows'], more: Partial<Case> = {}): Case => ({
        name,
        given: refused,
        when: refundInquired('R1', { kind: 'failed' }),
        policy: { goodwill },
        follows,
        ...more,
    });
    runCases([
        caseOf(
            'the difference is within goodwill: all of it',
            '150',
            [
                { type: 'refundFailed', next: 'full' },
                { type: 'refundIntended', amount: eur(400), goodwill: true, replaces: 'R1' },
            ],
            { steps: ['refund:RNEW_2'] },
        ),
        caseOf(
            'the difference exceeds goodwill: a person looks, and the sale ends',
            '149',
            [
                { type: 'refundFailed', next: 'review' },
                { type: 'reviewOpened', reason: 'partial-refund-refused' },
                { type: 'saleEnded', state: 'review' },
            ],
            { alarms: ['refund-refused', 'review'] },
        ),
        {
            name: 'a refund of all that is refused with it is not asked for again',
            given: [
                ...one,
                deliveryEnded(0, 'A1', 'failed'),
                cancelIntended('P1', 'give-back'),
                cancelRefused('P1', 'window'),
                refundIntended('R1', 'P1', 150),
                refundRefused('R1', 'P1', 'PARTIAL_REFUND_NOT_SUPPORTED'),
            ],
            when: refundInquired('R1', { kind: 'failed' }),
            follows: [{ type: 'refundFailed', next: 'review' }, { type: 'reviewOpened' }, { type: 'saleEnded', state: 'review' }],
        },
        {
            name: 'a second refund that is one too many: a person looks',
            given: [
                ...partOut,
                deliveryEnded(1, 'A2', 'failed'),
                refundIntended('R0', 'P1', 50, { by: 'operator' }),
                refundConfirmed('R0', 'P1'),
                refundIntended('R1', 'P1', 250),
                refundRefused('R1', 'P1', 'MULTIPLE_REFUNDS_NOT_SUPPORTED'),
            ],
            when: refundInquired('R1', { kind: 'failed' }),
            follows: [
                { type: 'refundFailed', next: 'review' },
                { type: 'reviewOpened', reason: 'partial-refund-refused' },
                { type: 'saleEnded', state: 'review' },
            ],
        },
        {
            name: "an operator's partial refund never becomes a full one",
            given: [
                ...partOut,
                deliveryEnded(1, 'A2', 'delivered'),
                refundIntended('R1', 'P1', 50, { by: 'operator' }),
                refundRefused('R1', 'P1', 'PARTIAL_REFUND_NOT_SUPPORTED'),
            ],
            when: refundInquired('R1', { kind: 'failed' }),
            policy: { goodwill: '1000' },
            follows: [{ type: 'refundFailed', next: 'review' }, { type: 'reviewOpened' }, { type: 'saleEnded', state: 'review' }],
        },
    ]);
});

describe('an F that cannot be cured', () => {
    runCases(
        ['PROCESS_FAIL', 'REFUND_WINDOW_EXCEED', 'RISK_REJECT', 'SOMETHING_NEW'].map((code) => ({
            name: `${code}: a person looks`,
            given: [...partAsked, refundRefused('R1', 'P1', code)],
            when: refundInquired('R1', { kind: 'failed' }),
            follows: [
                { type: 'refundFailed', next: 'review', resultCode: code },
                { type: 'reviewOpened', reason: 'refund-refused' },
                { type: 'saleEnded', state: 'review' },
            ],
            alarms: ['refund-refused', 'review'],
        })),
    );
});

describe('what was owed is asked for once', () => {
    runCases([
        {
            name: 'with a refund in review nothing new is asked by itself',
            given: [...partAsked, refundFailed('R1', 'P1', 'review'), review('refund-refused')],
            when: worldChanged,
            follows: [{ type: 'saleEnded', state: 'review' }],
        },
        { name: 'nor while the first is under way', given: partAsked, when: worldChanged, follows: [], steps: ['refund:R1'] },
    ]);
});

test('a new id is asked for after growing pauses; the last repeats', () => {
    const attempts = ['R1', 'R2', 'R3', 'R4', 'R5'];
    const records = [...partOut, deliveryEnded(1, 'A2', 'failed')];
    const pauses = attempts.map((id, place) => {
        const before = attempts[place - 1];
        records.push(refundIntended(id, 'P1', 250, before === undefined ? {} : { replaces: before }), refundFailed(id, 'P1', 'again'));
        return stepsOf(fold(records), world).find((step) => step.id === `again:${id}`)?.schedule.firstMs;
    });
    assert.deepEqual(pauses, [60_000, 300_000, 1_800_000, 1_800_000, 1_800_000]);
});
