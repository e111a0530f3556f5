/** The totals that `npm test` ends with: no run may break off unseen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsOf, unitFiles } from '../../scripts/house/test-runs.ts';

const tap = (pass: number, fail: number, cancelled: number) =>
    `TAP version 13\n# tests ${pass + fail + cancelled}\n# suites 0\n# pass ${pass}\n# fail ${fail}\n# cancelled ${cancelled}\n# skipped 0\n`;

test('totals are read from the end of a run', () => {
    assert.deepEqual(countsOf(tap(12, 0, 0), 0), { passed: 12, failed: 0 });
    assert.deepEqual(countsOf(tap(10, 2, 1), 1), { passed: 10, failed: 3 });
    assert.deepEqual(countsOf(`# pass 99\n${tap(1, 0, 0)}`, 0), { passed: 1, failed: 0 });
});

test('a run without totals, or with an exit code of its own, is a failure', () => {
    assert.deepEqual(countsOf('TAP version 13\n', 1), { passed: 0, failed: 1 });
    assert.deepEqual(countsOf('', 0), { passed: 0, failed: 1 });
    assert.deepEqual(countsOf(tap(12, 0, 0), 1), { passed: 12, failed: 1 });
});

test('every unit file runs once: in one process or apart', () => {
    const { shared, isolated } = unitFiles();
    assert.ok(shared.some((path) => path.startsWith('test/firmware/sale/')));
    assert.ok(isolated.includes('test/house/test-runs.test.ts'));
    assert.deepEqual(
        shared.filter((path) => isolated.includes(path)),
        [],
    );
    assert.deepEqual(
        [...shared, ...isolated].filter((path) => /^test\/(e2e|crash|sim|power|rig)\//.test(path)),
        [],
    );
});
