/** R2: at most one payment of a sale ends paid and kept; while one is unknown or cancelling, no further one is asked for. */
import { describe } from 'node:test';
import { runCases } from './cases.ts';
import {
    cancelAnswered,
    elapsed,
    inquired,
    moved,
    noAnswer,
    notified,
    paidAnswer,
    payAnswered,
    scanned,
    unsent,
    worldChanged,
} from './happenings.ts';
import {
    asked,
    cancelIntended,
    cancelled,
    cancelRefused,
    codeIssued,
    declined,
    eur,
    intended,
    lateSuccess,
    moving,
    openedAmount,
    openedGoods,
    paid,
    unknown,
} from './records.ts';

const onOffer = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];
const both = [...onOffer, intended('P2', 'payment-code', 150), cancelIntended('P1', 'scanned-instead')];

describe('a payment code and an order code on offer together', () => {
    runCases([
        {
            name: 'both are on offer: the scanner is armed beside the code',
            given: onOffer,
            when: worldChanged,
            follows: [],
            steps: ['arm:S1:1:0', 'inquire:P1', 'offer:P1'],
        },
        {
            name: 'a scan takes the order code off; pay and cancel wait for the blank glass',
            given: onOffer,
            when: scanned('hash'),
            world: { glass: { payable: 'P1', faulty: false } },
            follows: [
                { type: 'paymentIntended', paymentRequestId: 'PNEW_1', mode: 'payment-code' },
                { type: 'cancelIntended', paymentRequestId: 'P1', reason: 'scanned-instead' },
            ],
            steps: ['barrier:PNEW_1', 'barrier:P1'],
            noSteps: [/^pay:/, /^cancel:/, /^arm:/],
        },
        {
            name: 'the glass is blank: pay is sent and the cancel starts at once, side by side',
            given: onOffer,
            when: scanned('hash'),
            follows: [{ type: 'paymentIntended' }, { type: 'cancelIntended' }],
            steps: ['pay:PNEW_1', 'cancel:P1:1'],
        },
        {
            name: 'the barrier is over: both go regardless',
            given: both,
            when: elapsed('barrier:P2'),
            world: { glass: { payable: 'P1', faulty: true }, barrierOver: ['P1', 'P2'] },
            follows: [],
            steps: ['pay:P2', 'cancel:P1:1'],
        },
        {
            name: 'before the first frame anything may stand on the glass',
            given: both,
            when: worldChanged,
            world: { glass: { payable: 'anything', faulty: false } },
            follows: [],
            steps: ['barrier:P2', 'barrier:P1'],
        },
        {
            name: 'the order code is paid late: never delivered for, its cancel goes on',
            given: both,
            when: notified('P1', 150),
            follows: [{ type: 'lateSuccess', paymentRequestId: 'P1' }],
            steps: ['cancel:P1:1', 'pay:P2'],
            noSteps: [/^deliver:/],
        },
        {
            name: 'the scan is paid while the order code is being cancelled: the goods move',
            given: [...both, asked('P2')],
            when: payAnswered('P2', paidAnswer('P2', 150)),
            follows: [{ type: 'paymentPaid', paymentRequestId: 'P2' }, { type: 'deliveryIntended' }],
            steps: ['cancel:P1:1'],
        },
        {
            name: 'the order code is paid before the scan: the scan is ignored',
            given: [...onOffer, paid('P1', 150), moving(0, 'A1')],
            when: scanned('hash'),
            follows: [],
            noSteps: [/^arm:/],
        },
        {
            name: 'goods out, order code paid late and cancelled: one payment kept, once the late one was inquired',
            given: [...both, asked('P2'), paid('P2', 150), moving(0, 'A1'), lateSuccess('P1', 150), cancelled('P1')],
            when: moved(0, 'delivered'),
            follows: [
                { type: 'deliveryEnded', outcome: 'delivered' },
                { type: 'customerLeft', reason: 'settled' },
            ],
            steps: ['inquire-late:P1:1'],
        },
        {
            name: 'a gift is paid by the scan while the order code is being cancelled: nobody waits for that',
            given: [openedAmount(150), ...both.slice(1), asked('P2')],
            when: payAnswered('P2', paidAnswer('P2', 150)),
            follows: [{ type: 'paymentPaid' }, { type: 'customerLeft', reason: 'settled' }],
            steps: ['cancel:P1:1'],
        },
        {
            name: 'the order code is paid late, then the scan is declined: no third payment is asked for',
            given: [...both, asked('P2'), lateSuccess('P1', 150)],
            when: payAnswered('P2', { kind: 'declined', resultCode: 'RISK_REJECT' }, true),
            follows: [{ type: 'paymentDeclined' }, { type: 'customerLeft', reason: 'settled' }],
            steps: ['cancel:P1:1'],
            noSteps: [/^arm:/],
        },
        {
            name: 'and the inquiry says CANCELLED: the sale ends delivered',
            given: [...both, asked('P2'), paid('P2', 150), lateSuccess('P1', 150), cancelled('P1'), moving(0, 'A1'), { ...delivered0() }],
            when: inquired('inquire-late', 'P1', { kind: 'cancelled' }, { round: 1 }),
            follows: [{ type: 'lateSettled' }, { type: 'saleEnded', state: 'delivered' }],
        },
        {
            name: 'ORDER_NOT_EXIST on the order code does not send the customer of a paid scan away',
            given: [...both, asked('P2'), paid('P2', 150), moving(0, 'A1')],
            when: cancelAnswered('P1', { kind: 'missing' }),
            follows: [{ type: 'cancelRefused', verdict: 'missing' }],
            steps: ['deliver:D0', 'grave:P1:1'],
        },
        {
            name: 'nor that of a scan that is being paid',
            given: [...both, asked('P2')],
            when: cancelAnswered('P1', { kind: 'missing' }),
            follows: [{ type: 'cancelRefused', verdict: 'missing' }],
            steps: ['inquire:P2'],
        },
    ]);
});

describe('a new order code appears only when all before it is final', () => {
    runCases([
        {
            name: 'scan declined, order code still cancelling: nothing is offered',
            given: [...both, asked('P2')],
            when: payAnswered('P2', { kind: 'declined', resultCode: 'USER_BALANCE_NOT_ENOUGH' }),
            follows: [{ type: 'paymentDeclined', paymentRequestId: 'P2', by: 'gateway' }],
            steps: ['cancel:P1:1', 'release:S1:2'],
            noSteps: [/^arm:/],
        },
        {
            name: 'scan declined and order code cancelled: a fresh one, under a new id',
            given: [...both, asked('P2'), declined('P2')],
            when: cancelAnswered('P1', { kind: 'done' }),
            follows: [
                { type: 'paymentCancelled', paymentRequestId: 'P1' },
                { type: 'paymentIntended', paymentRequestId: 'PNEW_1', mode: 'order-code' },
            ],
            steps: ['pay:PNEW_1', 'arm:S1:3:0'],
        },
        {
            name: 'order code cancelled, scan unknown: no further payment',
            given: [...both, asked('P2'), unknown('P2')],
            when: cancelAnswered('P1', { kind: 'done' }),
            follows: [{ type: 'paymentCancelled' }],
            noSteps: [/^arm:/, 'pay:P1'],
        },
        {
            name: 'an order code that the gateway refused is not offered again',
            given: [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1')],
            when: payAnswered('P1', { kind: 'declined', resultCode: 'RISK_REJECT' }),
            follows: [{ type: 'paymentDeclined' }],
            steps: ['arm:S1:1:0', 'patience:S1:1'],
        },
    ]);
});

describe('unknown never asks again', () => {
    const unanswered = [openedGoods(['A1']), intended('P1', 'payment-code', 150), asked('P1')];
    runCases([
        {
            name: 'no answer: unknown, inquired, its limit counts',
            given: unanswered,
            when: payAnswered('P1', noAnswer, true),
            follows: [{ type: 'paymentUnknown', reason: 'timeout' }],
            steps: ['inquire:P1', 'limit:P1'],
            noSteps: [/^pay:/, /^arm:/],
        },
        {
            name: 'another scan is dropped meanwhile',
            given: [...unanswered, unknown('P1')],
            when: scanned('other'),
            follows: [],
            noSteps: [/^pay:/],
        },
        {
            name: 'the limit is over: cancel, and still no further payment',
            given: [...unanswered, unknown('P1')],
            when: elapsed('limit:P1'),
            follows: [{ type: 'cancelIntended', reason: 'limit' }],
            steps: ['cancel:P1:1'],
            noSteps: [/^arm:/, /^inquire:/],
        },
        {
            name: 'an inquiry that sees it under way keeps waiting',
            given: unanswered,
            when: inquired('inquire', 'P1', { kind: 'processing', resultCode: 'PAYMENT_IN_PROCESS' }),
            follows: [{ type: 'paymentPending' }],
            steps: ['inquire:P1', 'limit:P1'],
        },
        {
            name: 'an inquiry that does not find it proves nothing',
            given: unanswered,
            when: inquired('inquire', 'P1', { kind: 'missing' }),
            follows: [],
            steps: ['inquire:P1'],
        },
        {
            name: 'an inquiry that is refused leads to the cancel',
            given: unanswered,
            when: inquired('inquire', 'P1', { kind: 'refused', resultCode: 'PARAM_ILLEGAL' }),
            follows: [{ type: 'cancelIntended', reason: 'refused-inquiry' }],
        },
        {
            name: 'an inquiry that says FAIL ends it, and another try is possible',
            given: [...unanswered, unknown('P1')],
            when: inquired('inquire', 'P1', { kind: 'failed', resultCode: 'RISK_REJECT' }),
            follows: [
                { type: 'paymentDeclined', by: 'gateway' },
                { type: 'paymentIntended', mode: 'order-code' },
            ],
        },
        {
            name: 'a refusal that comes after an inquiry saw it under way is final too',
            given: [
                ...unanswered,
                { type: 'paymentPending', at: 0, saleId: 'S1', paymentRequestId: 'P1', resultCode: 'PAYMENT_IN_PROCESS' },
            ],
            when: payAnswered('P1', { kind: 'declined', resultCode: 'USER_BALANCE_NOT_ENOUGH' }, true),
            policy: { modes: ['payment-code'] },
            follows: [{ type: 'paymentDeclined' }],
            steps: ['arm:S1:1:0'],
        },
        {
            name: 'no byte left the machine: declined at once, no cancel needed',
            given: unanswered,
            when: payAnswered('P1', unsent, true),
            policy: { modes: ['payment-code'] },
            follows: [{ type: 'paymentDeclined', resultCode: 'LOCAL_NO_CONNECTION', by: 'till' }],
            steps: ['arm:S1:1:0'],
            noSteps: [/^cancel:/, /^inquire:/],
        },
        {
            name: 'but not when an earlier attempt may have left it',
            given: [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), unknown('P1')],
            when: payAnswered('P1', unsent, true),
            follows: [{ type: 'cancelIntended', reason: 'no-code' }],
        },
    ]);
});

describe('order code: asking under the same id', () => {
    const making = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1')];
    runCases([
        {
            name: 'no answer: asked again',
            given: making,
            when: payAnswered('P1', noAnswer),
            follows: [{ type: 'paymentUnknown' }],
            steps: ['pay:P1'],
        },
        {
            name: 'U: asked again',
            given: making,
            when: payAnswered('P1', { kind: 'pending', resultCode: 'UNKNOWN_EXCEPTION' }),
            follows: [{ type: 'paymentUnknown', reason: 'UNKNOWN_EXCEPTION' }],
            steps: ['pay:P1'],
        },
        {
            name: 'and again: journalled once',
            given: [...making, unknown('P1')],
            when: payAnswered('P1', noAnswer),
            follows: [],
            steps: ['pay:P1'],
        },
        {
            name: 'the last attempt is not answered: cancel',
            given: [...making, unknown('P1')],
            when: payAnswered('P1', noAnswer, true),
            follows: [{ type: 'cancelIntended', reason: 'no-code' }],
            steps: ['cancel:P1:1'],
        },
        {
            name: 'a code that comes after the cancel intent is not shown',
            given: [...making, cancelIntended('P1', 'customer-left')],
            when: payAnswered('P1', { kind: 'code', code: 'https://code.example/P1' }),
            follows: [],
            noSteps: [/^offer:/],
        },
        {
            name: 'a scan answer with a redirect is not a code',
            given: making,
            when: payAnswered('P1', { kind: 'redirect', redirectUrl: 'https://x.example' }),
            follows: [],
        },
        {
            name: 'its end: off the glass, one last inquiry',
            given: onOffer,
            when: elapsed('offer:P1'),
            follows: [{ type: 'offerEnded', reason: 'expired' }],
            steps: ['inquire-last:P1'],
            noSteps: [/^cancel:/, /^inquire:/],
        },
        {
            name: 'paid at the last moment: the last inquiry says so before the cancel intent',
            given: [...onOffer, { type: 'offerEnded', at: 0, saleId: 'S1', paymentRequestId: 'P1', reason: 'expired' }],
            when: inquired('inquire-last', 'P1', { kind: 'paid', paymentId: 'G-P1', amount: eur(150) }),
            follows: [{ type: 'paymentPaid', via: 'inquiry' }, { type: 'deliveryIntended' }],
        },
        {
            name: 'the last inquiry is not answered: cancel all the same',
            given: [...onOffer, { type: 'offerEnded', at: 0, saleId: 'S1', paymentRequestId: 'P1', reason: 'expired' }],
            when: inquired('inquire-last', 'P1', noAnswer, { last: true }),
            follows: [{ type: 'cancelIntended', reason: 'expired' }],
        },
    ]);
});

describe('nobody is charged twice by what a customer does next', () => {
    runCases([
        {
            name: 'a cancel that finds nothing releases the customer when nothing else is open',
            given: [openedGoods(['A1']), intended('P1', 'payment-code', 150), asked('P1'), unknown('P1'), cancelIntended('P1', 'limit')],
            when: cancelAnswered('P1', { kind: 'missing' }),
            follows: [
                { type: 'cancelRefused', verdict: 'missing' },
                { type: 'customerLeft', reason: 'no-proof' },
            ],
            steps: ['grave:P1:1'],
            noSteps: [/^arm:/],
        },
        {
            name: 'scan declined while the order code is watched: released, because nothing may be asked for',
            given: [...both, asked('P2'), cancelRefused('P1', 'missing')],
            when: payAnswered('P2', { kind: 'declined', resultCode: 'RISK_REJECT' }),
            follows: [{ type: 'paymentDeclined' }, { type: 'customerLeft', reason: 'no-proof' }],
            steps: ['grave:P1:1'],
        },
    ]);
});

function delivered0() {
    return { type: 'deliveryEnded', at: 0, saleId: 'S1', index: 0, slot: 'A1', outcome: 'delivered', grade: 'seen', detail: '' } as const;
}
