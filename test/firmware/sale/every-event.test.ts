/** Every event ever shipped has its case in `evolve`, and every case does what its name says. The compiler keeps the list whole. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import { evolve } from '../../../firmware/sale/evolve.ts';
import { emptyState, type TillState } from '../../../firmware/sale/state.ts';
import { fold } from './cases.ts';
import * as records from './records.ts';
import { t0 } from './records.ts';

const { openedGoods, intended, asked, codeIssued, paid, moving, cancelIntended, refundIntended, refundFailed } = records;
const waiting = [openedGoods(['A1']), intended('P1', 'order-code', 150), asked('P1'), codeIssued('P1')];
const scan = [openedGoods(['A1']), intended('P1', 'payment-code', 150), asked('P1')];
const kept = [...waiting, paid('P1', 150)];
const cancelling = [...waiting, cancelIntended('P1', 'limit')];
const refunding = [...kept, refundIntended('R1', 'P1', 150)];
const doubtful = [...kept, moving(0, 'A1'), records.deliveryEnded(0, 'A1', 'unknown')];
const ofSale = { saleId: 'S1', at: t0 } as const;
const alert: TillEvent = { type: 'alertRaised', at: t0, alertId: 'A1', about: 'review', saleId: 'S1', detail: 'x' };

interface Row {
    readonly given: readonly TillEvent[];
    readonly event: TillEvent;
    /** What the state shows afterwards and did not show before. */
    readonly shows: (state: TillState) => unknown;
    readonly is: unknown;
}

const sale = (state: TillState) => state.sales['S1'];
const payment = (state: TillState) => sale(state)?.payments[0];
const delivery = (state: TillState) => sale(state)?.deliveries[0];
const refund = (state: TillState) => sale(state)?.refunds[0];

/** One row for each type; a new type without a row does not compile. `null`: a record for people, which changes no state. */
const rows: { readonly [Type in TillEvent['type']]: Row | null } = {
    started: {
        given: kept,
        event: records.started,
        shows: (state) => [state.boot, sale(state)?.customerHere, state.customerSale],
        is: ['boot-2', false, undefined],
    },
    stopped: null,
    registrationNotified: null,
    saleOpened: {
        given: [],
        event: openedGoods(['A1', 'B1']),
        shows: (state) => [state.customerSale, state.saleCount, sale(state)?.deliveries.length],
        is: ['S1', 1, 2],
    },
    presenceConfirmed: {
        given: [openedGoods(['A1'], { presenceNumber: '4711' })],
        event: { type: 'presenceConfirmed', ...ofSale },
        shows: (state) => sale(state)?.present,
        is: true,
    },
    paymentIntended: {
        given: [openedGoods(['A1'])],
        event: intended('P1', 'payment-code', 150),
        shows: (state) => [payment(state)?.state, state.recentCodes[0]?.hash],
        is: ['intended', 'hash-P1'],
    },
    paymentAsked: { given: waiting.slice(0, 2), event: asked('P1'), shows: (state) => payment(state)?.state, is: 'asked' },
    codeIssued: {
        given: waiting.slice(0, 3),
        event: codeIssued('P1'),
        shows: (state) => [payment(state)?.state, payment(state)?.offered],
        is: ['waiting', true],
    },
    redirectIssued: {
        given: waiting.slice(0, 3),
        event: records.redirectIssued('P1'),
        shows: (state) => [payment(state)?.redirectUrl, payment(state)?.offered],
        is: ['https://pay.example/P1', true],
    },
    paymentPending: {
        given: scan,
        event: records.pending('P1'),
        shows: (state) => [payment(state)?.state, payment(state)?.payOver],
        is: ['waiting', true],
    },
    paymentUnknown: {
        given: scan,
        event: records.unknown('P1'),
        shows: (state) => [payment(state)?.state, payment(state)?.payOver],
        is: ['unknown', true],
    },
    paymentPaid: {
        given: waiting,
        event: paid('P1', 150),
        shows: (state) => [payment(state)?.state, payment(state)?.taken, sale(state)?.keptPayment, payment(state)?.offered],
        is: ['paid', true, 'P1', false],
    },
    paymentDeclined: {
        given: waiting,
        event: records.declined('P1'),
        shows: (state) => [payment(state)?.state, sale(state)?.notice?.kind],
        is: ['declined', 'declined'],
    },
    offerEnded: {
        given: waiting,
        event: records.offerEnded('P1'),
        shows: (state) => [payment(state)?.offered, payment(state)?.closing],
        is: [false, true],
    },
    cancelIntended: {
        given: kept,
        event: cancelIntended('P1', 'give-back'),
        shows: (state) => [payment(state)?.state, payment(state)?.cancel],
        is: ['cancelling', { reason: 'give-back', round: 1, askedAt: t0, givesBack: true, takenBefore: true }],
    },
    cancelRefused: {
        given: cancelling,
        event: records.cancelRefused('P1', 'missing'),
        shows: (state) => [payment(state)?.state, payment(state)?.cancel?.refused],
        is: ['unknown', 'missing'],
    },
    stillMissing: {
        given: cancelling,
        event: records.stillMissing('P1'),
        shows: (state) => payment(state)?.cancel?.stillMissing,
        is: true,
    },
    paymentCancelled: {
        given: cancelling,
        event: records.cancelled('P1'),
        shows: (state) => [payment(state)?.state, payment(state)?.cancelledAt],
        is: ['cancelled', t0],
    },
    lateSuccess: {
        given: [...cancelling, records.cancelled('P1')],
        event: records.lateSuccess('P1', 150),
        shows: (state) => [payment(state)?.taken, payment(state)?.lateUnchecked, payment(state)?.lateCount],
        is: [true, true, 1],
    },
    lateSettled: {
        given: [...cancelling, records.cancelled('P1'), records.lateSuccess('P1', 150)],
        event: records.lateSettled('P1'),
        shows: (state) => payment(state)?.lateUnchecked,
        is: false,
    },
    amountDiffers: {
        given: waiting,
        event: records.amountDiffers('P1', 151),
        shows: (state) => [payment(state)?.taken, payment(state)?.takenAmount?.value],
        is: [true, '151'],
    },
    deliveryIntended: {
        given: kept,
        event: moving(0, 'A1'),
        shows: (state) => [delivery(state)?.state, delivery(state)?.deliveryId],
        is: ['moving', 'D0'],
    },
    deliveryEnded: {
        given: [...kept, moving(0, 'A1')],
        event: records.deliveryEnded(0, 'A1', 'delivered'),
        shows: (state) => [delivery(state)?.state, delivery(state)?.grade],
        is: ['delivered', 'seen'],
    },
    deliveryJudged: {
        given: doubtful,
        event: records.judged(0, 'A1', 'refund'),
        shows: (state) => [delivery(state)?.judged, state.doubtfulRefunds.length],
        is: ['refund', 1],
    },
    refundIntended: {
        given: kept,
        event: refundIntended('R1', 'P1', 150),
        shows: (state) => [refund(state)?.state, refund(state)?.attempt, refund(state)?.askedAt],
        is: ['intended', 0, t0],
    },
    refundPending: {
        given: refunding,
        event: { type: 'refundPending', ...ofSale, paymentRequestId: 'P1', refundRequestId: 'R1', resultCode: 'REFUND_IN_PROCESS' },
        shows: (state) => refund(state)?.state,
        is: 'unknown',
    },
    refundRefused: {
        given: refunding,
        event: records.refundRefused('R1', 'P1', 'PROCESS_FAIL'),
        shows: (state) => [refund(state)?.state, refund(state)?.resultCode],
        is: ['refused', 'PROCESS_FAIL'],
    },
    refundConfirmed: {
        given: refunding,
        event: records.refundConfirmed('R1', 'P1'),
        shows: (state) => [refund(state)?.state, refund(state)?.confirmedAt],
        is: ['confirmed', t0],
    },
    refundFailed: {
        given: refunding,
        event: refundFailed('R1', 'P1', 'again'),
        shows: (state) => [refund(state)?.state, refund(state)?.next],
        is: ['failed', 'again'],
    },
    customerLeft: {
        given: waiting,
        event: records.left('timeout'),
        shows: (state) => [sale(state)?.customerHere, sale(state)?.left, state.customerSale],
        is: [false, 'timeout', undefined],
    },
    scanRefused: {
        given: waiting,
        event: { type: 'scanRefused', ...ofSale, reason: 'not-a-wallet', codeClass: 'product' },
        shows: (state) => [sale(state)?.refusedScans, sale(state)?.notice],
        is: [1, { kind: 'scan', code: 'product' }],
    },
    reviewOpened: {
        given: kept,
        event: records.review('delivery-unknown'),
        shows: (state) => sale(state)?.reviews,
        is: ['delivery-unknown'],
    },
    saleResolved: {
        given: [...doubtful, records.review('delivery-unknown'), records.ended('review'), { ...alert, about: 'review' }],
        event: records.resolvedBy('delivered'),
        shows: (state) => [sale(state)?.reviews, sale(state)?.ended, sale(state)?.resolved?.by, delivery(state)?.state, state.raised],
        is: [[], undefined, 'Ann', 'delivered', []],
    },
    saleEnded: {
        given: kept,
        event: records.ended('delivered'),
        shows: (state) => [sale(state), state.totals.delivered, state.customerSale],
        is: [undefined, 1, undefined],
    },
    saleReopened: {
        given: [],
        event: { type: 'saleReopened', ...ofSale, sale: { ...fold(kept).sales['S1'], ended: 'delivered' } },
        shows: (state) => [sale(state)?.ended, sale(state)?.customerHere],
        is: [undefined, false],
    },
    strayMoney: {
        given: [],
        event: { type: 'strayMoney', at: t0, paymentRequestId: 'P9', paymentId: 'G9' },
        shows: (state) => state.stray.map((one) => one.paymentRequestId),
        is: ['P9'],
    },
    serviceBlocked: {
        given: [],
        event: { type: 'serviceBlocked', at: t0, resultCode: 'ACCESS_DENIED' },
        shows: (state) => state.blocked?.resultCode,
        is: 'ACCESS_DENIED',
    },
    serviceTried: {
        given: [{ type: 'serviceBlocked', at: t0, resultCode: 'ACCESS_DENIED' }],
        event: { type: 'serviceTried', at: t0 },
        shows: (state) => state.blocked,
        is: undefined,
    },
    alertRaised: { given: [], event: alert, shows: (state) => [state.alerts.length, state.raised], is: [1, ['review S1']] },
    alertSent: { given: [alert], event: { type: 'alertSent', at: t0, alertId: 'A1' }, shows: (state) => state.alerts, is: [] },
};

for (const [type, row] of Object.entries(rows)) {
    if (row === null) continue;
    test(`${type} changes the state as it says, and leaves the one before alone`, () => {
        assert.equal(row.event.type, type);
        const before = fold(row.given);
        const copy = structuredClone(before);
        const after = evolve(before, row.event);
        assert.notDeepEqual(row.shows(before), row.is, 'it showed that already');
        assert.deepEqual(row.shows(after), row.is);
        assert.deepEqual(before, copy);
        assert.deepEqual(JSON.parse(JSON.stringify(after)), after);
    });
    if (!('saleId' in row.event) || type === 'saleOpened' || type === 'saleReopened' || type === 'alertRaised') continue;
    test(`${type} about a sale that is not there changes no sale`, () => {
        assert.deepEqual(evolve(emptyState, row.event).sales, {});
    });
}

test('records for people change nothing but the time of the last record', () => {
    const stopped: TillEvent = { type: 'stopped', at: t0, boot: 'boot-1' };
    const registered: TillEvent = {
        type: 'registrationNotified',
        at: t0,
        referenceMerchantId: 'M1',
        registrationRequestId: 'Q1',
        status: 'APPROVED',
    };
    assert.deepEqual(evolve(evolve(emptyState, stopped), registered), { ...emptyState, lastAt: t0 });
});

test('an earlier time never turns the clock of the state back', () => {
    const later = evolve(emptyState, { type: 'stopped', at: t0 + 5, boot: 'b' });
    assert.equal(evolve(later, { type: 'stopped', at: t0, boot: 'b' }).lastAt, t0 + 5);
});

test('a restart makes unknown what cannot be asked for twice, and leaves the rest', () => {
    const states = (given: readonly TillEvent[]) => {
        const after = fold([...given, records.started]);
        return [payment(after)?.state, payment(after)?.payOver, delivery(after)?.state, delivery(after)?.recalled];
    };
    assert.deepEqual(states(scan), ['unknown', true, 'pending', undefined]);
    assert.deepEqual(states(waiting.slice(0, 2)), ['unknown', true, 'pending', undefined]);
    assert.deepEqual(states(waiting), ['waiting', true, 'pending', undefined]);
    assert.deepEqual(states(cancelling), ['cancelling', true, 'pending', undefined]);
    assert.deepEqual(states([...kept, moving(0, 'A1')]), ['paid', true, 'unknown', false]);
    assert.deepEqual(states([...kept, moving(0, 'A1'), records.deliveryEnded(0, 'A1', 'delivered')]), ['paid', true, 'delivered', true]);
});
