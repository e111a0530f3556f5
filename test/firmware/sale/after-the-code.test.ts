/** What a customer is told when a code is over or refused: an order that nobody paid was not refused, and a refusal is not wiped away. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fold, runCases } from './cases.ts';
import { cancelAnswered, inquired } from './happenings.ts';
import {
    amountDiffers,
    asked,
    cancelIntended,
    cancelled,
    codeIssued,
    declined,
    intended,
    offerEnded,
    openedAmount,
    review,
} from './records.ts';

const closed = { kind: 'failed', resultCode: 'ORDER_IS_CLOSED' } as const;
const order = [openedAmount(150), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];

describe('an order that the gateway has closed', () => {
    runCases([
        {
            name: 'when its time was over: cancelled, the customer’s time is over too, the sale ends cancelled',
            given: [...order, offerEnded('P1')],
            when: inquired('inquire-last', 'P1', closed),
            follows: [
                { type: 'paymentCancelled', via: 'closed' },
                { type: 'customerLeft', reason: 'timeout' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
        },
        {
            name: 'before its time was over by our clock: the same',
            given: order,
            when: inquired('inquire', 'P1', closed),
            follows: [
                { type: 'paymentCancelled', via: 'closed' },
                { type: 'customerLeft', reason: 'timeout' },
                { type: 'saleEnded', state: 'cancelled' },
            ],
        },
        {
            name: 'a refusal at the last inquiry is a refusal',
            given: [...order, offerEnded('P1')],
            when: inquired('inquire-last', 'P1', { kind: 'failed', resultCode: 'RISK_REJECT' }),
            follows: [{ type: 'paymentDeclined', resultCode: 'RISK_REJECT' }],
        },
    ]);
});

describe('money that was taken for nothing and went back', () => {
    const wrong = [
        openedAmount(150),
        intended('P1', 'order-code', 150),
        cancelIntended('P1', 'scanned-instead'),
        cancelled('P1'),
        intended('P2', 'payment-code', 150),
        amountDiffers('P2', 151),
        review('wrong-amount'),
        cancelIntended('P2', 'wrong-amount'),
    ];
    runCases([
        {
            name: 'ends the sale: the customer is not asked to pay again',
            given: wrong,
            when: cancelAnswered('P2', { kind: 'done' }),
            follows: [{ type: 'paymentCancelled' }, { type: 'saleEnded', state: 'review' }],
        },
    ]);
});

test('the reason of a refusal stays while a fresh order code is made, until the customer tries again', () => {
    const refused = [openedAmount(150), intended('P1', 'payment-code', 150), declined('P1')];
    const offered = fold([...refused, intended('P2', 'order-code', 150)]).sales.S1;
    assert.equal(offered?.notice?.kind, 'declined');
    const again = fold([...refused, intended('P2', 'payment-code', 150)]).sales.S1;
    assert.equal(again?.notice, undefined);
});
