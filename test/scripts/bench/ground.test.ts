import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { leftovers } from '../../../scripts/bench/ground.ts';

test('folders of runs that were killed are found, and no others', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    assert.deepEqual(leftovers([`bench-${pid}-aB3_x`, `bench-${process.pid}-abcdef`, 'demo', 'bench-x-y', 'bench-1-']), [
        `bench-${pid}-aB3_x`,
    ]);
});
