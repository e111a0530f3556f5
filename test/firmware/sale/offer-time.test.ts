/** How long a code may be paid: from the intent on, because the gateway's expiry counts from there, and no longer than the gateway says. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import { stepsOf } from '../../../firmware/sale/steps.ts';
import { fold, runCases } from './cases.ts';
import { elapsed, noAnswer, payAnswered, worldChanged } from './happenings.ts';
import { world } from './policy.ts';
import { asked, codeIssued, intended, offerEnded, openedAmount, openedGoods, redirectIssued, t0, unknown } from './records.ts';

const making = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1')];
/** @param afterMs when the code came. @param forMs how long the gateway lets it be paid, both from the intent on. */
const issued = (afterMs: number, forMs: number): TillEvent =>
    ({ ...codeIssued('P1'), at: t0 + afterMs, codeExpiresAt: t0 + forMs }) as TillEvent;

function offersOf(given: readonly TillEvent[]): readonly (readonly [id: string, ms: number])[] {
    return stepsOf(fold(given), world)
        .filter((step) => step.id.startsWith('offer:'))
        .map((step) => [step.id, step.schedule.firstMs]);
}

test('the wait begins with the intent, and goes on when the code comes', () => {
    // The panel needs 2 s, and 5 s are kept free.
    const whole = [['offer:P1', 173_000]];
    assert.deepEqual(offersOf(making.slice(0, 2)), whole);
    assert.deepEqual(offersOf(making), whole);
    assert.deepEqual(offersOf([...making, unknown('P1')]), whole);
    assert.deepEqual(offersOf([...making, codeIssued('P1')]), whole);
    assert.deepEqual(offersOf([...making, issued(20_000, 180_000)]), whole);
    assert.deepEqual(offersOf([...making, issued(20_000, 240_000)]), whole);
});

test('a code that the gateway ends sooner has a shorter wait of its own, from its issue on', () => {
    assert.deepEqual(offersOf([...making, issued(20_000, 80_000)]), [['offer:P1:code', 53_000]]);
    // Never more than half of its life is spent on blanking it.
    assert.deepEqual(offersOf([...making, issued(20_000, 24_000)]), [['offer:P1:code', 2_000]]);
    assert.deepEqual(offersOf([...making, issued(20_000, 20_000)]), [['offer:P1:code', 0]]);
    assert.deepEqual(offersOf([...making, issued(20_000, 10_000)]), [['offer:P1:code', 0]]);
});

test('a redirect needs no blanking: it may be paid to its end', () => {
    const entry = [openedAmount(500, { origin: 'entry', token: 't1' }), intended('P1', 'entry-code', 500), asked('P1')];
    assert.deepEqual(offersOf(entry), [['offer:P1', 180_000]]);
    assert.deepEqual(offersOf([...entry, redirectIssued('P1')]), [['offer:P1', 180_000]]);
});

describe('the time is over', () => {
    runCases([
        {
            name: 'before the gateway gave a code: asked no more, inquired, cancelled',
            given: making,
            when: elapsed('offer:P1'),
            follows: [{ type: 'offerEnded', reason: 'expired' }],
            steps: ['inquire-last:P1'],
            noSteps: [/^pay:/, /^offer:/, /^inquire:/],
        },
        {
            name: 'for the code, by the gateway’s word',
            given: [...making, issued(1_000, 60_000)],
            when: elapsed('offer:P1:code'),
            follows: [{ type: 'offerEnded', reason: 'expired' }],
            steps: ['inquire-last:P1'],
        },
        {
            name: 'the longer wait that it replaced is stale',
            given: [...making, issued(1_000, 60_000)],
            when: elapsed('offer:P1'),
            follows: [],
            steps: ['offer:P1:code'],
        },
        {
            name: 'a code that comes after it stands in the journal',
            given: [...making, offerEnded('P1')],
            when: payAnswered('P1', { kind: 'code', paymentId: 'G-P1', code: 'https://code.example/P1' }),
            follows: [{ type: 'codeIssued' }],
            steps: ['inquire-last:P1'],
            noSteps: [/^offer:/, /^arm:/],
        },
        {
            name: 'and the last attempt was not answered either: cancelled at once',
            given: [...making, unknown('P1'), offerEnded('P1')],
            when: payAnswered('P1', noAnswer, true),
            follows: [{ type: 'cancelIntended', reason: 'no-code' }],
        },
        {
            name: 'no second code is made while the first is being settled',
            given: [...making, offerEnded('P1')],
            when: worldChanged,
            follows: [],
            noSteps: [/^arm:/],
        },
    ]);

    test('a code that comes after it is never offered', () => {
        const { sales } = fold([...making, offerEnded('P1'), codeIssued('P1')]);
        assert.equal(sales.S1?.payments[0]?.offered, false);
    });
});
