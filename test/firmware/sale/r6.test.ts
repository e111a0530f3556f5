/** R6: a delivery whose outcome nobody knows is settled by evidence first, by policy next: small sums seldom, else a person. */
import { describe } from 'node:test';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import { runCases } from './cases.ts';
import { elapsed, moved, recalled, restart, worldChanged } from './happenings.ts';
import { world } from './policy.ts';
import { deliveryEnded, eur, intended, judged, moving, openedGoods, paid, started } from './records.ts';

const interrupted = [openedGoods(['A1']), intended('P1', 'payment-code', 150), paid('P1', 150), moving(0, 'A1')];
const unsure = [...interrupted, started];
/** The motor's time was over, or its sensor saw nothing. */
const unseen = { ...deliveryEnded(0, 'A1', 'unknown'), recallDue: true } as TillEvent;
const pair = [openedGoods(['A1', 'A2']), intended('P1', 'payment-code', 400), paid('P1', 400)];
const offline = { devices: { ...world.devices, dispenser: { state: 'offline', reason: 'unplugged' } as const } };
/** An automatic refund of another sale, so long ago. */
const doubtBefore = (slot: string, agoMs: number): TillEvent =>
    ({ ...judged(0, slot, 'refund'), saleId: 'S0', at: judgedAt - agoMs }) as TillEvent;
const judgedAt = interrupted[0]!.at + 1_000;
const refunded = [
    { type: 'deliveryEnded', outcome: 'unknown' } as const,
    { type: 'deliveryJudged', decision: 'refund' } as const,
    { type: 'cancelIntended', reason: 'give-back' } as const,
];
const reviewed = [
    { type: 'deliveryEnded', outcome: 'unknown' } as const,
    { type: 'deliveryJudged', decision: 'review' } as const,
    { type: 'reviewOpened', reason: 'delivery-unknown' } as const,
    { type: 'saleEnded', state: 'review' } as const,
];

describe('a power cut while the motor turned', () => {
    runCases([
        {
            name: 'the dispenser is asked what it remembers; nothing moves again',
            given: interrupted,
            when: restart,
            follows: [{ type: 'started' }],
            steps: ['recall:D0', 'memory:S1'],
            noSteps: [/^deliver:/, /^refund/, /^cancel/],
        },
        {
            name: 'it waits for the dispenser to come back',
            given: interrupted,
            when: restart,
            world: offline,
            follows: [{ type: 'started' }],
            steps: ['memory:S1'],
            noSteps: [/^recall:/],
        },
        {
            name: 'it fell: delivered',
            given: unsure,
            when: recalled(0, 'delivered'),
            follows: [
                { type: 'deliveryEnded', outcome: 'delivered' },
                { type: 'saleEnded', state: 'delivered' },
            ],
        },
        {
            name: 'it did not: the money goes back',
            given: unsure,
            when: recalled(0, 'failed'),
            follows: [
                { type: 'deliveryEnded', outcome: 'failed' },
                { type: 'cancelIntended', reason: 'give-back' },
            ],
        },
        { name: 'it cannot tell: the policy judges', given: unsure, when: recalled(0, 'unknown'), follows: refunded },
        { name: 'it never comes back: the policy judges', given: unsure, when: elapsed('memory:S1'), world: offline, follows: refunded },
        {
            name: 'a second answer changes nothing',
            given: [...unsure, deliveryEnded(0, 'A1', 'unknown'), judged(0, 'A1', 'refund')],
            when: recalled(0, 'delivered'),
            follows: [{ type: 'cancelIntended', reason: 'give-back' }],
        },
        {
            name: 'a second power cut asks again, and moves nothing',
            given: unsure,
            when: restart,
            follows: [{ type: 'started' }],
            steps: ['recall:D0'],
            noSteps: [/^deliver:/],
        },
        {
            name: 'a movement of this run that nobody saw end: evidence first, and nothing else moves before it',
            given: [...pair, moving(0, 'A1')],
            when: moved(0, 'unknown'),
            follows: [{ type: 'deliveryEnded', outcome: 'unknown', recallDue: true }],
            steps: ['recall:D0', 'memory:S1'],
            noSteps: [/^deliver:/, /^refund/, /^cancel/],
        },
        {
            name: 'the latch says that it fell: the next item moves',
            given: [...pair, moving(0, 'A1'), unseen],
            when: recalled(0, 'delivered'),
            follows: [
                { type: 'deliveryEnded', outcome: 'delivered' },
                { type: 'deliveryIntended', index: 1 },
            ],
        },
        {
            name: 'the latch of a live movement says that it fell: kept, delivered',
            given: [...interrupted, unseen],
            when: recalled(0, 'delivered'),
            follows: [
                { type: 'deliveryEnded', outcome: 'delivered' },
                { type: 'saleEnded', state: 'delivered' },
            ],
        },
        {
            name: 'the latch knows no more: the policy judges, and the customer is not held',
            given: [...interrupted, unseen],
            when: recalled(0, 'unknown'),
            follows: [...refunded, { type: 'customerLeft', reason: 'settled' }],
        },
        {
            name: 'the dispenser is gone: the policy judges after a while',
            given: [...interrupted, unseen],
            when: elapsed('memory:S1'),
            world: offline,
            follows: [...refunded, { type: 'customerLeft' }],
        },
        {
            name: 'a record of an earlier version: it was judged at once, and still is',
            given: [...interrupted, deliveryEnded(0, 'A1', 'unknown')],
            when: worldChanged,
            follows: [...refunded.slice(1), { type: 'customerLeft' }],
            noSteps: [/^recall:/],
        },
    ]);
});

describe('pulling the plug is no way to free goods', () => {
    const umbrella = [openedGoods(['B1']), intended('P1', 'payment-code', 1200), paid('P1', 1200), moving(0, 'B1'), started];
    runCases([
        {
            name: 'above the value: a person looks, with an alarm',
            given: umbrella,
            when: recalled(0, 'unknown'),
            follows: reviewed,
            alarms: ['review'],
            view: { state: 'review', ended: true, kept: eur(1200) },
        },
        {
            name: 'exactly at the value: a person looks',
            given: unsure,
            when: recalled(0, 'unknown'),
            policy: { doubt: { refundBelow: '150', perSlotDay: 9, perDay: 9 } },
            follows: reviewed,
        },
        {
            name: 'the same slot again within a day: a person looks',
            given: [doubtBefore('A1', 86_399_999), ...unsure],
            when: recalled(0, 'unknown'),
            follows: reviewed,
        },
        {
            name: 'the same slot after a day: refunded',
            given: [doubtBefore('A1', 86_400_000), ...unsure],
            when: recalled(0, 'unknown'),
            follows: refunded,
        },
        {
            name: 'another slot the same day: refunded',
            given: [doubtBefore('A2', 1_000), ...unsure],
            when: recalled(0, 'unknown'),
            follows: refunded,
        },
        {
            name: 'the third of the machine in a day: a person looks',
            given: [doubtBefore('A2', 2_000), doubtBefore('B1', 1_000), ...unsure],
            when: recalled(0, 'unknown'),
            follows: reviewed,
        },
    ]);
});

describe('a basket', () => {
    const dear = [openedGoods(['A1', 'B1']), intended('P1', 'payment-code', 1350), paid('P1', 1350), moving(0, 'A1')];
    runCases([
        {
            name: 'one unknown below the value, one not yet moved: both go back together',
            given: [...dear, started, deliveryEnded(1, 'B1', 'failed')],
            when: recalled(0, 'unknown'),
            follows: refunded,
        },
        {
            name: 'one doubtful and dear, one failed: the failed one goes back, a person looks at the other',
            given: [...dear, deliveryEnded(0, 'A1', 'failed'), moving(1, 'B1'), started],
            when: recalled(1, 'unknown'),
            follows: [
                { type: 'deliveryEnded' },
                { type: 'deliveryJudged', decision: 'review' },
                { type: 'reviewOpened' },
                { type: 'refundIntended', amount: eur(150) },
            ],
        },
        {
            name: 'nothing is given back while one is undecided',
            given: [...dear, started, deliveryEnded(1, 'B1', 'failed')],
            when: worldChanged,
            follows: [],
            noSteps: [/^refund/, /^cancel/],
        },
    ]);
});
