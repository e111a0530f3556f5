/** Kiosk desk: which sales a query finds. The answers to requests are proved end to end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DeskParts, openDesk } from '../../../firmware/runtime/kiosk-desk.ts';
import type { TillEvent } from '../../../firmware/sale/events.ts';
import { evolve } from '../../../firmware/sale/evolve.ts';
import { emptyState } from '../../../firmware/sale/state.ts';
import { cancelIntended, cancelRefused, ended, intended, left, openedAmount, openedGoods, paid, review } from '../sale/records.ts';

const owed = [
    openedGoods(['A1']),
    intended('P1', 'payment-code', 150),
    paid('P1', 150),
    cancelIntended('P1', 'give-back'),
    left('settled'),
];

async function found(state: string, records: readonly TillEvent[]): Promise<readonly string[]> {
    const durable = records.reduce(evolve, emptyState);
    const journal = { newest: async () => [], recordsOf: async () => [] };
    const desk = openDesk({ kiosk: { till: { durable } }, journal } as unknown as DeskParts);
    return (await desk.sales({ state })).map((sale) => `${sale.id} ${sale.state}`);
}

test('review lists what has ended for the machine, and what goes on and needs a person', async () => {
    const late = [...owed, cancelRefused('P1', 'other'), review('give-back-late')];
    assert.deepEqual(await found('review', late), ['S1 refunding']);
    assert.deepEqual(await found('open', late), ['S1 refunding']);
    assert.deepEqual(await found('review', [...owed, review('wrong-amount'), ended('review')]), ['S1 review']);
});

test('review does not list what goes on as it should', async () => {
    assert.deepEqual(await found('review', owed), []);
    assert.deepEqual(await found('review', [openedAmount(100)]), []);
    assert.deepEqual(await found('open', [openedAmount(100)]), ['S1 open']);
});

test('the picture for the page is drawn once for each screen, and asked for again while there is no painter', () => {
    const kiosk = { screen: { kind: 'starting' } };
    const drawn: string[] = [];
    let painter = false;
    const svg = () => {
        if (!painter) return '';
        drawn.push(kiosk.screen.kind);
        return `<svg>${kiosk.screen.kind}</svg>`;
    };
    const desk = openDesk({ kiosk, journal: {}, svg } as unknown as DeskParts);
    assert.equal(desk.screen().svg, '');
    painter = true;
    for (const kind of ['starting', 'starting', 'idle', 'idle', 'starting']) {
        kiosk.screen = { kind };
        assert.equal(desk.screen().svg, `<svg>${kind}</svg>`);
    }
    assert.deepEqual(drawn, ['starting', 'idle', 'starting']);
});
