import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Child, type ChildOrder } from '../../../scripts/demo/children.ts';
import { wentOtherwise } from '../../../scripts/demo/faults.ts';
import { prove } from '../../../scripts/demo/try-next.ts';

const folder = mkdtempSync(join(tmpdir(), 'till-children-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const child = (script: string, more: Partial<ChildOrder> = {}) =>
    new Child({
        name: 'kiosk',
        command: process.execPath,
        args: ['-e', script],
        env: process.env,
        cwd: folder,
        logFile: join(folder, 'child.log'),
        onLost: () => undefined,
        ...more,
    });
const waiting = (limitMs: number) => ({ what: 'it was ready', limitMs, signal: new AbortController().signal });

test('a process that ends by itself is told with its last words', async () => {
    const lost = Promise.withResolvers<Error>();
    const one = child('console.log(JSON.stringify({ msg: "keys are missing" })); process.exit(78)', { onLost: lost.resolve });
    await assert.rejects(
        one.until(async () => false, waiting(30_000)),
        (thrown: { code: string; message: string }) =>
            thrown.code === 'DEMO_PROCESS_ENDED' && /exit code 78/.test(thrown.message) && /keys are missing/.test(thrown.message),
    );
    assert.equal(((await lost.promise) as Error & { code: string }).code, 'DEMO_PROCESS_ENDED');
    assert.match(readFileSync(join(folder, 'child.log'), 'utf8'), /keys are missing/);
});

test('waiting has an end', async () => {
    const one = child('setInterval(() => {}, 1000)');
    await assert.rejects(
        one.until(async () => false, waiting(1)),
        { code: 'DEMO_TOO_LATE' },
    );
    await one.stop();
});

test('a program that is not there is told', async () => {
    const one = child('', { command: join(folder, 'missing') });
    await assert.rejects(
        one.until(async () => false, waiting(30_000)),
        { code: 'DEMO_PROCESS_ENDED' },
    );
});

test('a line that does not do what it says is not shown as if it did', async () => {
    assert.equal(wentOtherwise('x').code, 'DEMO_WENT_OTHERWISE');
    await prove({ what: 'says so', shell: 'echo yes', proof: /yes/ });
    await prove({ what: 'goes on', shell: 'echo yes; exec sleep 60', proof: /yes/, endless: true });
});
