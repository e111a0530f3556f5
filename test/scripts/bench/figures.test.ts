import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atMost, type Figure, pairedRatio, summaryOf, tableOf } from '../../../scripts/bench/figures.ts';

test('middle and tail of a sample', () => {
    const hundred = Array.from({ length: 200 }, (_, index) => 200 - index);
    assert.deepEqual(summaryOf(hundred), { count: 200, median: 100.5, p99: 198, least: 1, most: 200 });
    assert.deepEqual(summaryOf([3, 1, 2]), { count: 3, median: 2, p99: 3, least: 1, most: 3 });
    assert.throws(() => summaryOf([]), /no samples/);
});

test('what disturbs both of a pair falls out of the ratio', () => {
    assert.equal(
        pairedRatio([
            [30, 10],
            [300, 100],
            [33, 11],
        ]),
        3,
    );
});

test('a target is met at its limit and missed beyond', () => {
    assert.equal(atMost('x', { value: 2, limit: 2 }).met, true);
    assert.equal(atMost('x', { value: 2.01, limit: 2 }).met, false);
});

test('the table says what was missed', () => {
    const figure: Figure = {
        name: 'scan to pay',
        unit: 'ms',
        measured: summaryOf([4, 5, 6]),
        floor: { name: 'one signature', measured: summaryOf([1, 2, 3]) },
        ratio: 2.5,
        targets: [atMost('floor + 2 ms', { value: 3, limit: 2 })],
    };
    const lines = tableOf([figure, { name: 'memory', unit: 'MB', measured: summaryOf([70]), targets: [] }]);
    assert.equal(lines.length, 4);
    assert.match(
        lines[2] ?? '',
        /^\| scan to pay \| 5\.00 ms +\| 6\.00 ms +\| 2\.00 ms +\| 3\.00 ms +\| 2\.50 x +\| 3 +\| floor \+ 2 ms: MISSED +\|$/,
    );
    assert.match(lines[3] ?? '', /^\| memory +\| 70\.0 MB/);
    assert.equal(new Set(lines.map((line) => line.length)).size, 1);
});
