import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { money, moodOf, told } from '../../../firmware/page/telling.ts';
import type { JournalRecord } from '../../../firmware/ports/journal.ts';

const record = (type: string, facts: object = {}): JournalRecord => ({
    seq: 1,
    time: '2026-01-02T03:04:05.678Z',
    at: 0,
    mono: 0,
    boot: 'B',
    saleId: 'S1',
    type,
    ...facts,
});

test('money has its currency’s decimals', () => {
    assert.equal(money({ currency: 'EUR', value: '5' }), '0.05 EUR');
    assert.equal(money({ currency: 'EUR', value: '12345' }), '123.45 EUR');
    assert.equal(money({ currency: 'JPY', value: '220' }), '220 JPY');
});

test('every type of event that there is has words of its own', () => {
    const source = readFileSync(new URL('../../../firmware/sale/events.ts', import.meta.url), 'utf8');
    const types = [...source.matchAll(/readonly type: '(\w+)'/g)].map((match) => match[1] ?? '');
    assert.ok(types.length > 30);
    const amount = { currency: 'EUR', value: '220' };
    const facts = {
        amount,
        items: [],
        mode: 'order-code',
        reason: 'expired',
        via: 'answer',
        state: 'delivered',
        outcome: 'failed',
        detail: 'd',
    };
    for (const type of types) assert.notEqual(told(record(type, facts)), type, type);
});

test('a type that is not known is told by its name', () => {
    assert.equal(told(record('carried')), 'carried');
});

test('why an answer was not believed is told in words', () => {
    const heard = (reason: string) => told(record('paymentUnknown', { reason }));
    assert.match(heard('ECONNRESET'), /^The connection broke/);
    assert.match(heard('timeout'), /^No answer came in time/);
    assert.match(heard('http-500'), /^An error page came instead of an answer \(500\)/);
    assert.match(heard('bad-signature'), /has not signed/);
    assert.match(heard('wrong-amount'), /could be believed \(wrong-amount\)/);
});

test('why a customer is not waited for any more is a sentence', () => {
    for (const reason of ['cancelled', 'timeout', 'tries', 'declined', 'not-ready', 'stopping', 'restart', 'no-proof', 'settled'])
        assert.doesNotMatch(told(record('customerLeft', { reason })), /^The customer is gone/, reason);
});

test('what happened decides the mood', () => {
    assert.equal(moodOf(record('deliveryEnded', { outcome: 'delivered' })), 'good');
    assert.equal(moodOf(record('deliveryEnded', { outcome: 'failed' })), 'bad');
    assert.equal(moodOf(record('saleEnded', { state: 'refunded' })), 'plain');
    assert.equal(moodOf(record('saleEnded', { state: 'review' })), 'bad');
});
