/** R7: nothing is handed out after a restart or a time-out; a sale without items keeps money that came before our cancel intent. */
import { describe } from 'node:test';
import { runCases } from './cases.ts';
import { elapsed, inquired, notified, paidAnswer, restart } from './happenings.ts';
import {
    asked,
    codeIssued,
    deliveryEnded,
    eur,
    intended,
    left,
    moving,
    offerEnded,
    openedAmount,
    openedGoods,
    paid,
    redirectIssued,
    started,
} from './records.ts';

const goods = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];
const amount = [openedAmount(400), intended('P1', 'order-code', 400), asked('P1'), codeIssued('P1')];
const scanAmount = [openedAmount(400), intended('P1', 'payment-code', 400), asked('P1')];
const gift = [openedAmount(400, { origin: 'entry', token: 't1' }), intended('P1', 'entry-code', 400), asked('P1'), redirectIssued('P1')];

describe('a restart with goods', () => {
    runCases([
        {
            name: 'paid, nothing moved: the money goes back',
            given: [...goods, paid('P1', 150)],
            when: restart,
            follows: [{ type: 'started' }, { type: 'deliveryEnded', outcome: 'failed' }, { type: 'cancelIntended', reason: 'give-back' }],
            noSteps: [/^deliver:/],
        },
        {
            name: 'paid, one of two out: the rest goes back',
            given: [
                openedGoods(['A1', 'A2']),
                intended('P1', 'payment-code', 400),
                paid('P1', 400),
                moving(0, 'A1'),
                deliveryEnded(0, 'A1', 'delivered'),
            ],
            when: restart,
            follows: [
                { type: 'started' },
                { type: 'deliveryEnded', index: 1, outcome: 'failed' },
                { type: 'refundIntended', amount: eur(250) },
            ],
        },
        {
            name: 'a code on offer: cancelled, and blank before that',
            given: goods,
            when: restart,
            world: { glass: { payable: 'anything', faulty: false } },
            follows: [{ type: 'started' }, { type: 'cancelIntended', reason: 'restart' }],
            steps: ['barrier:P1'],
            noSteps: [/^cancel:/, /^arm:/, /^offer:/],
        },
        {
            name: 'a pay that was under way is never sent again',
            given: [openedGoods(['A1']), intended('P1', 'payment-code', 150), asked('P1')],
            when: restart,
            follows: [{ type: 'started' }, { type: 'cancelIntended', reason: 'restart' }],
            steps: ['cancel:P1:1'],
            noSteps: [/^pay:/],
        },
        {
            name: 'nor one that was only intended',
            given: [openedGoods(['A1']), intended('P1', 'payment-code', 150)],
            when: restart,
            follows: [{ type: 'started' }, { type: 'cancelIntended' }],
            noSteps: [/^pay:/],
        },
        {
            name: 'money that is seen after it is late',
            given: [...goods, started, { type: 'cancelIntended', at: 0, saleId: 'S1', paymentRequestId: 'P1', reason: 'restart' }],
            when: notified('P1', 150),
            follows: [{ type: 'lateSuccess' }],
            noSteps: [/^deliver:/],
        },
        {
            name: 'a sale that nobody had paid for ends',
            given: [openedGoods(['A1'])],
            when: restart,
            follows: [{ type: 'started' }, { type: 'saleEnded', state: 'cancelled' }],
        },
        {
            name: 'the machine is free for the next customer at once',
            given: [...goods, started, { type: 'cancelIntended', at: 0, saleId: 'S1', paymentRequestId: 'P1', reason: 'restart' }],
            when: { kind: 'openSale', items: [{ slot: 'A2' }] },
            follows: [{ type: 'saleOpened' }, { type: 'paymentIntended', saleId: 'SNEW_1' }],
            reply: { ok: true },
        },
    ]);
});

describe('a restart without items', () => {
    runCases([
        {
            name: 'an order code: off the glass, inquired until its expiry, not cancelled',
            given: amount,
            when: restart,
            follows: [{ type: 'started' }],
            steps: ['inquire:P1', 'offer:P1'],
            noSteps: [/^cancel/, /^arm:/],
        },
        {
            name: 'a success is kept',
            given: [...amount, started],
            when: inquired('inquire', 'P1', paidAnswer('P1', 400)),
            follows: [{ type: 'paymentPaid' }, { type: 'saleEnded', state: 'delivered' }],
        },
        {
            name: 'its expiry: one last inquiry',
            given: [...amount, started],
            when: elapsed('offer:P1'),
            follows: [{ type: 'offerEnded' }],
            steps: ['inquire-last:P1'],
        },
        {
            name: 'and then the cancel',
            given: [...amount, started, offerEnded('P1')],
            when: inquired('inquire-last', 'P1', { kind: 'processing', resultCode: 'PAYMENT_IN_PROCESS' }),
            follows: [{ type: 'cancelIntended', reason: 'expired' }],
        },
        {
            name: 'a scan whose pay was under way: inquired until its expiry',
            given: scanAmount,
            when: restart,
            follows: [{ type: 'started' }],
            steps: ['inquire:P1', 'limit:P1'],
            noSteps: [/^pay:/, /^cancel/],
        },
        {
            name: 'and kept when it was paid',
            given: [...scanAmount, started],
            when: inquired('inquire', 'P1', paidAnswer('P1', 400)),
            follows: [{ type: 'paymentPaid' }, { type: 'saleEnded', state: 'delivered' }],
        },
        {
            name: 'an entry-code gift is waited for as well',
            given: gift,
            when: restart,
            follows: [{ type: 'started' }],
            steps: ['inquire:P1', 'offer:P1'],
        },
        {
            name: 'a person may cancel it by name',
            given: [...amount, started],
            when: { kind: 'cancelSale', saleId: 'S1', by: 'Ann' },
            follows: [
                { type: 'customerLeft', reason: 'cancelled' },
                { type: 'cancelIntended', reason: 'customer-left' },
            ],
            reply: { ok: true },
        },
        {
            name: 'paid before it: it had ended',
            given: [...amount, paid('P1', 400)],
            when: restart,
            follows: [{ type: 'started' }, { type: 'saleEnded', state: 'delivered' }],
        },
    ]);
});

describe('a time-out', () => {
    runCases([
        {
            name: 'the customer who left is not served when the money comes',
            given: [
                ...goods,
                left('timeout'),
                { type: 'cancelIntended', at: 0, saleId: 'S1', paymentRequestId: 'P1', reason: 'customer-left' },
            ],
            when: notified('P1', 150),
            follows: [{ type: 'lateSuccess' }],
            noSteps: [/^deliver:/],
        },
        {
            name: 'patience is over without a payment: the sale ends',
            given: [openedGoods(['A1'])],
            when: elapsed('patience:S1:0'),
            policy: { modes: ['payment-code'] },
            follows: [
                { type: 'customerLeft', reason: 'timeout' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
        },
        {
            name: 'stopping with paid goods that have not moved: money back',
            given: [openedGoods(['A1', 'A2']), intended('P1', 'payment-code', 400), paid('P1', 400), moving(0, 'A1')],
            when: {
                kind: 'deliveryEnded',
                saleId: 'S1',
                index: 0,
                stepId: 'deliver:D0',
                last: true,
                answer: { outcome: 'delivered', evidence: { grade: 'seen', detail: '' } },
            },
            world: { stopping: true },
            follows: [
                { type: 'deliveryEnded' },
                { type: 'deliveryEnded', index: 1, outcome: 'failed' },
                { type: 'refundIntended', amount: eur(250) },
                { type: 'customerLeft', reason: 'settled' },
            ],
        },
    ]);
});
