/** R1: nothing is delivered that is not paid, and nothing is charged while the machine knows that it cannot deliver. */
import { describe } from 'node:test';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import type { Happening } from '../../../firmware/sale/inputs.ts';
import type { World } from '../../../firmware/sale/world.ts';
import { type Case, runCases } from './cases.ts';
import { moved, notified, paidAnswer, payAnswered, scanned, worldChanged } from './happenings.ts';
import { world } from './policy.ts';
import { asked, codeIssued, intended, moving, openedAmount, openedGoods, paid, started } from './records.ts';

const offline = { state: 'offline', reason: 'unplugged' } as const;
const jammed = { ...world.slots, A1: { ready: false, reason: 'jammed' } };
const open: Happening = { kind: 'openSale', items: [{ slot: 'A1' }] };

/** Each makes the whole machine unfit to sell. */
const red: readonly [why: string, change: Partial<World>, reason: string][] = [
    ['the machine stops', { stopping: true }, 'stopping'],
    ['a technician works on it', { service: true }, 'service'],
    ['the journal cannot be written', { journalWritable: false }, 'journal-not-writable'],
    ['the journal is nearly full', { journalLow: true }, 'journal-not-writable'],
    ['the clock is not trusted', { clock: { trusted: false, reason: 'never set' } }, 'clock-not-trusted'],
    ['the dispenser is offline', { devices: { ...world.devices, dispenser: offline } }, 'dispenser-offline'],
];

describe('opening a sale', () => {
    runCases([
        ...[...red, ['the gateway is not proven', { gateway: { standing: 'unproven', reason: '' } }, 'gateway-unproven'] as const].map(
            ([why, change, reason]): Case => ({
                name: `refused while ${why}`,
                given: [],
                when: open,
                world: change,
                follows: [],
                reply: { status: 503, reasons: [reason] },
            }),
        ),
        {
            name: 'refused while its slot is jammed',
            given: [],
            when: open,
            world: { slots: jammed },
            follows: [],
            reply: { status: 503, code: 'slot-not-ready' },
        },
        {
            name: 'refused while the gateway refuses this merchant',
            given: [{ type: 'serviceBlocked', at: 0, resultCode: 'ACCESS_DENIED' }],
            when: open,
            follows: [],
            reply: { status: 503, reasons: ['blocked'] },
        },
        {
            name: 'another slot can still be sold',
            given: [],
            when: { kind: 'openSale', items: [{ slot: 'A2' }] },
            world: { slots: jammed },
            follows: [{ type: 'saleOpened' }, { type: 'paymentIntended', mode: 'order-code' }],
            reply: { ok: true },
        },
    ]);
});

describe('turning red revokes what is on offer', () => {
    const onOffer = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];
    runCases([
        ...red
            .filter(([, change]) => change.journalWritable !== false)
            .map(
                ([why, change]): Case => ({
                    name: why,
                    given: onOffer,
                    when: worldChanged,
                    world: change,
                    follows: [{ type: 'customerLeft' }, { type: 'cancelIntended', paymentRequestId: 'P1' }],
                    steps: ['cancel:P1:1'],
                    noSteps: [/^arm:/, /^pay:/],
                }),
            ),
        {
            name: 'the slot jams: blank, disarm, cancel; the cancel waits for the glass',
            given: onOffer,
            when: worldChanged,
            world: { slots: jammed, glass: { payable: 'P1', faulty: false } },
            follows: [
                { type: 'customerLeft', reason: 'not-ready' },
                { type: 'cancelIntended', reason: 'customer-left' },
            ],
            steps: ['barrier:P1'],
            noSteps: [/^arm:/, /^cancel:/],
        },
        {
            name: 'money that arrives before the cancel intent is kept, nothing moves, and it goes back',
            given: onOffer,
            when: notified('P1', 150),
            world: { slots: jammed },
            follows: [
                { type: 'paymentPaid', via: 'notification' },
                { type: 'deliveryEnded', outcome: 'failed', grade: 'none' },
                { type: 'cancelIntended', reason: 'give-back' },
                { type: 'customerLeft', reason: 'settled' },
            ],
            noSteps: [/^deliver:/],
        },
        {
            name: 'a lost link alone revokes nothing',
            given: onOffer,
            when: worldChanged,
            world: { gateway: { standing: 'unreachable', reason: '' } },
            follows: [],
        },
    ]);
});

describe('readiness is judged again at each pay intent', () => {
    const waiting = [openedGoods(['A1'])];
    const scans = { modes: ['payment-code'] } as const;
    runCases([
        {
            name: 'a scan while the slot has just jammed is refused, and nothing is sent',
            given: waiting,
            when: scanned('hash'),
            policy: scans,
            world: { slots: jammed },
            follows: [
                { type: 'scanRefused', reason: 'not-ready' },
                { type: 'customerLeft', reason: 'not-ready' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
            noSteps: [/^pay:/],
        },
        {
            name: 'a scan while the gateway cannot be reached is dropped, and the sale ends',
            given: waiting,
            when: scanned('hash'),
            policy: scans,
            world: { gateway: { standing: 'unreachable', reason: '' } },
            follows: [
                { type: 'customerLeft', reason: 'not-ready' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
            noSteps: [/^pay:/],
        },
        {
            name: 'a scan on a ready machine is paid for',
            given: waiting,
            when: scanned('hash'),
            policy: scans,
            follows: [{ type: 'paymentIntended' }],
            steps: ['pay:PNEW_1'],
        },
    ]);
});

describe('goods only for money', () => {
    runCases([
        {
            name: 'paid: the first item moves, one at a time',
            given: [openedGoods(['A1', 'A2']), intended('P1', 'payment-code', 400), asked('P1')],
            when: payAnswered('P1', paidAnswer('P1', 400)),
            follows: [{ type: 'paymentPaid' }, { type: 'deliveryIntended', index: 0, slot: 'A1' }],
            steps: ['deliver:DNEW_1'],
        },
        {
            name: 'the next item moves when the first is out',
            given: [openedGoods(['A1', 'A2']), intended('P1', 'payment-code', 400), paid('P1', 400), moving(0, 'A1')],
            when: moved(0, 'delivered'),
            follows: [
                { type: 'deliveryEnded', index: 0 },
                { type: 'deliveryIntended', index: 1, slot: 'A2' },
            ],
        },
        {
            name: 'all out: the sale ends delivered',
            given: [openedGoods(['A1']), intended('P1', 'payment-code', 150), paid('P1', 150), moving(0, 'A1')],
            when: moved(0, 'delivered'),
            follows: [{ type: 'deliveryEnded' }, { type: 'saleEnded', state: 'delivered' }],
        },
        {
            name: 'a sale without items is complete when it is paid',
            given: [openedAmount(400), intended('P1', 'payment-code', 400), asked('P1')],
            when: payAnswered('P1', paidAnswer('P1', 400)),
            follows: [{ type: 'paymentPaid' }, { type: 'saleEnded', state: 'delivered' }],
        },
        {
            name: 'goods of somebody else count as delivered when paid',
            given: [
                { ...openedGoods(['A1']), delivers: false } as ReturnType<typeof openedGoods>,
                intended('P1', 'payment-code', 150),
                asked('P1'),
            ],
            when: payAnswered('P1', paidAnswer('P1', 150)),
            policy: { dispenses: false },
            follows: [{ type: 'paymentPaid' }, { type: 'saleEnded', state: 'delivered' }],
        },
        {
            name: 'a U, an unknown or a code is not money: nothing moves',
            given: [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1')],
            when: payAnswered('P1', { kind: 'code', code: 'https://code.example/P1' }),
            follows: [{ type: 'codeIssued' }],
            noSteps: [/^deliver:/],
        },
        {
            name: 'the answer of a movement that nobody waits for changes nothing',
            given: [openedGoods(['A1']), intended('P1', 'payment-code', 150), paid('P1', 150), moving(0, 'A1'), started],
            when: moved(0, 'delivered'),
            follows: [],
            steps: ['recall:D0'],
        },
    ]);
});

describe('one motor at a time', () => {
    const ofOther = (record: TillEvent): TillEvent => ({ ...record, saleId: 'S2' }) as TillEvent;
    const waiting = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];
    const entryMoving = [
        openedGoods(['A2'], { origin: 'entry', token: 't2' }),
        intended('P2', 'entry-code', 250),
        paid('P2', 250),
        moving(0, 'A2'),
    ]
        .map(ofOther)
        .map((record) => (record.type === 'deliveryIntended' ? { ...record, deliveryId: 'D9' } : record));
    runCases([
        {
            name: 'another sale has a motor moving: the paid goods wait, they do not fail',
            given: [...waiting, ...entryMoving],
            when: notified('P1', 150),
            follows: [{ type: 'paymentPaid' }],
            steps: ['deliver:D9'],
            noSteps: [/^deliver:(?!D9)/],
        },
        {
            name: 'they move when that one has stopped',
            given: [...waiting, ...entryMoving, paid('P1', 150)],
            when: { ...moved(9, 'delivered'), saleId: 'S2', index: 0 } as Case['when'],
            follows: [
                { type: 'deliveryEnded', saleId: 'S2' },
                { type: 'deliveryIntended', saleId: 'S1' },
                { type: 'saleEnded', saleId: 'S2' },
            ],
            steps: ['deliver:DNEW_1'],
        },
        {
            name: 'when the machine is stopping they wait for no motor: money back',
            given: [...waiting, ...entryMoving, paid('P1', 150)],
            when: worldChanged,
            world: { stopping: true },
            follows: [
                { type: 'deliveryEnded', saleId: 'S1', outcome: 'failed' },
                { type: 'cancelIntended', reason: 'give-back' },
                { type: 'customerLeft', reason: 'settled' },
            ],
        },
    ]);
});
