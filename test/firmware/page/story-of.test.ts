import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storiesOf } from '../../../firmware/page/story/story-of.ts';
import type { PageRecord } from '../../../firmware/page/wire.ts';

const eur = (value: string) => ({ currency: 'EUR', value });

function book() {
    const records: PageRecord[] = [];
    const write = (type: string, facts: object = {}) => {
        records.push({ seq: records.length + 1, time: `2026-01-02T03:04:0${records.length % 10}.000Z`, type, ...facts });
    };
    const sale = (saleId: string, value = '150') =>
        write('saleOpened', {
            saleId,
            amount: eur(value),
            items: [{ slot: 'A1', name: { en: 'Water' }, price: value }],
            origin: 'customer',
        });
    const paid = (saleId: string, paymentRequestId: string, value = '150') =>
        write('paymentPaid', { saleId, paymentRequestId, amount: eur(value), via: 'answer' });
    return { records, write, sale, paid };
}

test('a sale is told with its title, its standing and its money; the newest stands first', () => {
    const { records, write, sale, paid } = book();
    sale('S1');
    paid('S1', 'P1');
    write('deliveryEnded', { saleId: 'S1', slot: 'A1', outcome: 'delivered', detail: 'seen' });
    write('saleEnded', { saleId: 'S1', state: 'delivered' });
    sale('S2', '220');
    const [second, first] = storiesOf(records);
    assert.equal(first!.title, 'Water, 1.50 EUR');
    assert.deepEqual([first!.standing, first!.ended, first!.purse], ['sold', true, '1.50 EUR taken and kept.']);
    assert.deepEqual([second!.standing, second!.ended, second!.purse], ['under way', false, 'No money has moved yet.']);
    assert.equal(first!.steps.length, 4);
    assert.match(first!.steps[1]!.meaning!, /owed the goods/);
});

test('money that goes back is told: by cancel, by a part, and by none', () => {
    const { records, write, sale, paid } = book();
    sale('S1');
    paid('S1', 'P1');
    write('paymentCancelled', { saleId: 'S1', paymentRequestId: 'P1', via: 'cancel' });
    write('saleEnded', { saleId: 'S1', state: 'refunded' });
    sale('S2', '370');
    paid('S2', 'P2', '370');
    write('refundIntended', { saleId: 'S2', paymentRequestId: 'P2', refundRequestId: 'R1', amount: eur('220') });
    write('refundConfirmed', { saleId: 'S2', paymentRequestId: 'P2', refundRequestId: 'R1', via: 'answer' });
    sale('S3');
    write('paymentDeclined', { saleId: 'S3', paymentRequestId: 'P3', resultCode: 'RISK_REJECT', by: 'gateway' });
    write('saleEnded', { saleId: 'S3', state: 'declined' });
    const [third, second, first] = storiesOf(records);
    assert.equal(first!.purse, '1.50 EUR taken, all of it given back.');
    assert.equal(second!.purse, '3.70 EUR taken, 2.20 EUR given back, 1.50 EUR kept.');
    assert.equal(third!.purse, 'No money was taken.');
});

test('a code that took nothing gives nothing back', () => {
    const { records, write, sale, paid } = book();
    sale('S1');
    write('paymentCancelled', { saleId: 'S1', paymentRequestId: 'P1', via: 'cancel' });
    paid('S1', 'P2');
    write('paymentCancelled', { saleId: 'S1', paymentRequestId: 'P2', via: 'cancel' });
    const meanings = storiesOf(records)[0]!.steps.map((step) => step.meaning);
    assert.match(meanings[1]!, /No money was taken/);
    assert.match(meanings[3]!, /has all of the money/);
});

test('while nobody knows, the purse says so, and the answer ends it', () => {
    const { records, write, sale, paid } = book();
    sale('S1');
    write('paymentUnknown', { saleId: 'S1', paymentRequestId: 'P1', reason: 'no answer' });
    assert.match(storiesOf(records)[0]!.purse, /Nobody knows/);
    paid('S1', 'P1');
    assert.equal(storiesOf(records)[0]!.purse, '1.50 EUR taken.');
});

test('a power cut is a step of the sales that were open, and of no other', () => {
    const { records, write, sale } = book();
    sale('S1');
    write('saleEnded', { saleId: 'S1', state: 'cancelled' });
    sale('S2');
    write('started', { version: '1', boot: 'B2' });
    const [open, ended] = storiesOf(records);
    assert.equal(ended!.steps.length, 2);
    assert.match(open!.steps.at(-1)!.words, /has power again/);
});

test('a sale whose beginning is not among the records is told from where it is known', () => {
    const { records, write } = book();
    write('refundConfirmed', { saleId: 'S0', paymentRequestId: 'P0', refundRequestId: 'R0', via: 'inquiry' });
    const [story] = storiesOf(records);
    assert.equal(story!.title, 'A sale that began earlier');
    assert.equal(story!.steps.length, 1);
    assert.doesNotMatch(story!.purse, /No money/);
});

test('a sale of an amount owes no goods; goods that no machine hands out are handed over at the counter', () => {
    const { records, write, sale, paid } = book();
    write('saleOpened', { saleId: 'S1', amount: eur('420'), items: [], origin: 'api' });
    paid('S1', 'P1', '420');
    write('saleEnded', { saleId: 'S1', state: 'delivered' });
    sale('S2');
    paid('S2', 'P2');
    write('saleEnded', { saleId: 'S2', state: 'delivered' });
    const [goods, amount] = storiesOf(records).map((story) => story.steps.map((step) => step.meaning));
    assert.deepEqual(amount!.slice(1), ['The money is ours.', 'The money is kept.']);
    assert.deepEqual(goods!.slice(1), [
        'The money is ours, and the customer is owed the goods.',
        'The money is kept, and the goods are handed over at the counter.',
    ]);
});
