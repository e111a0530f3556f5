/** R3: a payment code is presented once: not while an older id with it is unresolved, nor within ten minutes after that ended. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import { type Case, fold, runCases } from './cases.ts';
import { scanned } from './happenings.ts';
import { timing } from './policy.ts';
import {
    asked,
    cancelIntended,
    cancelled,
    cancelRefused,
    declined,
    ended,
    intended,
    lateSuccess,
    left,
    openedAmount,
    paid,
    pending,
    refundIntended,
    started,
    t0,
    unknown,
} from './records.ts';

/** A second sale of another customer, S2, is open and armed. */
const secondSale = { ...openedAmount(100), saleId: 'S2' } as TillEvent;
const scanNow = { ...scanned('hash-X'), saleId: 'S2' } as ReturnType<typeof scanned>;
const first = [openedAmount(400), intended('P1', 'payment-code', 400, 'hash-X'), asked('P1')];
const refused: Case['follows'] = [{ type: 'scanRefused', saleId: 'S2', reason: 'used-before' }];
const scans = { modes: ['payment-code'] } as const;

const endings: readonly [how: string, records: readonly TillEvent[]][] = [
    ['paid', [paid('P1', 400), ended('delivered')]],
    ['declined by the gateway', [declined('P1'), ended('declined')]],
    ['declined because nothing left the machine', [declined('P1', 'LOCAL_NO_CONNECTION'), ended('cancelled')]],
    ['cancelled', [unknown('P1'), cancelIntended('P1', 'limit'), cancelled('P1'), ended('cancelled')]],
    ['never seen by the gateway', [unknown('P1'), cancelIntended('P1', 'limit'), cancelled('P1', 'never-existed'), ended('cancelled')]],
    ['paid and given back', [paid('P1', 400), cancelIntended('P1', 'give-back'), cancelled('P1'), ended('refunded')]],
    [
        'paid late and given back by a refund',
        [
            cancelIntended('P1', 'limit'),
            lateSuccess('P1', 400),
            cancelRefused('P1', 'window'),
            refundIntended('R1', 'P1', 400),
            left('settled'),
        ],
    ],
];

describe('within ten minutes after the end, however it ended', () => {
    runCases(
        endings.flatMap(([how, records]): Case[] => [
            {
                name: `${how}: refused, nothing is sent`,
                given: [...first, ...records, secondSale],
                when: scanNow,
                afterMs: 599_999,
                policy: scans,
                follows: refused,
                noSteps: [/^pay:/],
            },
            {
                name: `${how}: refused across a restart`,
                given: [...first, ...records, started, secondSale],
                when: scanNow,
                policy: scans,
                follows: refused,
            },
            {
                name: `${how}: free again after ten minutes`,
                given: [...first, ...records, secondSale],
                when: scanNow,
                afterMs: timing.codeReuse,
                policy: scans,
                follows: [{ type: 'paymentIntended', codeHash: 'hash-X' }],
            },
        ]),
    );
});

describe('while an older id with it is unresolved, for as long as that takes', () => {
    const open: readonly [how: string, records: readonly TillEvent[]][] = [
        ['asked', []],
        ['waiting for the customer', [pending('P1')]],
        ['unknown', [unknown('P1')]],
        ['cancelling', [cancelIntended('P1', 'limit')]],
        ['unknown by a restart', [started]],
        ['watched until long after its expiry', [left('no-proof'), cancelIntended('P1', 'limit'), cancelRefused('P1', 'missing')]],
        ['paid long ago and being given back', [paid('P1', 400), cancelIntended('P1', 'give-back'), left('settled')]],
    ];
    runCases(
        open.map(([how, records]) => ({
            name: how,
            given: [...first, ...records, secondSale],
            when: scanNow,
            afterMs: 3_600_000,
            policy: scans,
            follows: refused,
            noSteps: ['pay:PNEW_1'],
        })),
    );
});

describe('what is told to the customer', () => {
    runCases([
        {
            name: 'another code goes through',
            given: [...first, paid('P1', 400), ended('delivered'), secondSale],
            when: { ...scanned('hash-Y'), saleId: 'S2' } as typeof scanNow,
            policy: scans,
            follows: [{ type: 'paymentIntended', saleId: 'S2' }],
        },
        {
            name: 'a product barcode is refused kindly and costs nothing',
            given: [openedAmount(400)],
            when: scanned('hash', 'product'),
            policy: scans,
            follows: [{ type: 'scanRefused', reason: 'not-a-wallet' }],
            steps: ['arm:S1:0:1'],
        },
    ]);
});

test('the state keeps the hash with the end of its payment, and forgets it after a day', () => {
    const before = fold([...first, paid('P1', 400)]);
    assert.deepEqual(before.recentCodes, [{ hash: 'hash-X', paymentRequestId: 'P1', endedAt: t0 }]);
    const nextDay = { ...intended('P9', 'payment-code', 400, 'hash-Z'), at: t0 + 86_400_001 } as TillEvent;
    assert.deepEqual(
        fold([nextDay], before).recentCodes.map((code) => code.hash),
        ['hash-Z'],
    );
});
