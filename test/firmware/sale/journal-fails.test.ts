/** A journal that cannot be written: only cancels go out, never where goods may have moved, and what they did is recorded first (design §5, R4). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Step, stepsOf } from '../../../firmware/sale/steps.ts';
import type { World } from '../../../firmware/sale/world.ts';
import { fold, runCases } from './cases.ts';
import { inquired, notified, paidAnswer, worldChanged } from './happenings.ts';
import { worldWith } from './policy.ts';
import {
    asked,
    cancelIntended,
    codeIssued,
    deliveryEnded,
    intended,
    left,
    moving,
    openedAmount,
    openedGoods,
    paid,
    refundIntended,
    unknown,
} from './records.ts';

const order = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];
const gift = [openedAmount(150), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];
const cancelling = [left('cancelled'), cancelIntended('P1', 'customer-left')];

describe('what goes out', () => {
    const seen: Partial<World> = { glass: { payable: 'P1', faulty: false } };
    const table: readonly { name: string; given: typeof order; steps: readonly string[]; world?: Partial<World> }[] = [
        { name: 'a cancel of what is on offer', given: order, steps: ['cancel-unwritten:P1'] },
        { name: 'once its code has left the glass', given: order, world: seen, steps: ['barrier:P1'] },
        { name: 'or the wait for that is over', given: order, world: { ...seen, barrierOver: ['P1'] }, steps: ['cancel-unwritten:P1'] },
        { name: 'a cancel that was intended before', given: [...order, ...cancelling], steps: ['cancel-unwritten:P1'] },
        {
            name: 'a cancel of an unknown payment',
            given: [openedGoods(['A1']), intended('P1', 'payment-code', 150), unknown('P1')],
            steps: ['cancel-unwritten:P1'],
        },
        { name: 'nothing where goods may have moved', given: [...order, paid('P1', 150), moving(0, 'A1')], steps: [] },
        {
            name: 'nor a refund: it waits for the repair',
            given: [...order, paid('P1', 150), deliveryEnded(0, 'A1', 'failed'), refundIntended('R1', 'P1', 150)],
            steps: [],
        },
        { name: 'nor a cancel of a sale that hands nothing out', given: gift, steps: [] },
        { name: 'unless that was intended before', given: [...gift, ...cancelling], steps: ['cancel-unwritten:P1'] },
        {
            name: 'no alarm, no probe, no armed scanner',
            given: [{ type: 'alertRaised', at: 0, alertId: 'A1', about: 'review', detail: '' }, openedGoods(['A1'])],
            steps: [],
        },
    ];
    for (const { name, given, steps, world } of table) {
        test(name, () => {
            const named = stepsOf(
                fold(given),
                worldWith({ journalWritable: false, gateway: { standing: 'unreachable', reason: '' }, ...world }),
            );
            assert.deepEqual(
                named.map((step) => step.id),
                steps,
            );
        });
    }

    test('such a cancel still waits for its own pay, and is repeated', () => {
        const [step] = stepsOf(fold(order), worldWith({ journalWritable: false })) as [Step];
        assert.equal(step.afterStep, 'pay:P1');
        assert.equal(step.class, 'write');
        assert.notEqual(step.schedule.after, 'stop');
    });
});

describe('when the journal can be written again', () => {
    const sent: Partial<World> = { cancelledUnwritten: ['P1'] };
    runCases([
        {
            name: 'the intent of a cancel that went out comes first',
            given: order,
            when: worldChanged,
            world: sent,
            follows: [{ type: 'cancelIntended', reason: 'revoked' }],
            steps: ['cancel:P1:1'],
        },
        {
            name: 'a success that was told meanwhile is late: nothing moves',
            given: order,
            when: inquired('inquire', 'P1', paidAnswer('P1', 150)),
            world: sent,
            follows: [{ type: 'cancelIntended' }, { type: 'lateSuccess' }, { type: 'customerLeft', reason: 'settled' }],
            noSteps: [/^deliver:/],
        },
        {
            name: 'also one that is told again by the gateway',
            given: order,
            when: notified('P1', 150),
            world: sent,
            follows: [{ type: 'cancelIntended' }, { type: 'lateSuccess' }, { type: 'customerLeft', reason: 'settled' }],
            noSteps: [/^deliver:/],
        },
        {
            name: 'without such a cancel a success is kept',
            given: order,
            when: notified('P1', 150),
            follows: [{ type: 'paymentPaid' }, { type: 'deliveryIntended' }],
        },
        {
            name: 'an intent that there is already is enough',
            given: [...order, ...cancelling],
            when: worldChanged,
            world: sent,
            follows: [],
        },
    ]);
});
