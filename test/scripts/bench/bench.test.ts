/** `npm run bench` itself: that everything is measured and written down, not how it is. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, runProgram } from '../../../scripts/house/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'till-bench-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const bench = (args: readonly string[]) =>
    runProgram({
        command: process.execPath,
        args: ['--disable-warning=ExperimentalWarning', join(root, 'scripts/bench.ts'), ...args],
        quiet: true,
    });

test('scan to pay: figure, floor, targets, host, in the table and in the file', async () => {
    const out = join(folder, 'bench.json');
    const ended = await bench(['--quick', '--only', 'scan', '--out', out]);
    assert.equal(ended.code, 0, ended.output);
    assert.match(ended.output, /\| scan to first byte of pay \| +[\d.]+ ms/);
    const report = JSON.parse(readFileSync(out, 'utf8'));
    assert.equal(report.figures.length, 1);
    const [figure] = report.figures;
    assert.equal(figure.measured.count, 30);
    assert.ok(figure.measured.median > 0 && figure.measured.median <= figure.measured.p99);
    assert.equal(figure.floor.measured.count, 30);
    assert.ok(figure.floor.measured.median > 0);
    assert.equal(figure.targets.length, 2);
    assert.ok(report.host.cores >= 1);
    assert.deepEqual(report.missing, []);
});

test('a part that does not exist is told', async () => {
    const ended = await bench(['--only', 'nothing']);
    assert.equal(ended.code, 64);
    assert.match(ended.output, /Usage: npm run bench/);
});
