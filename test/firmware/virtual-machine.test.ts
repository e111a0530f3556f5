/** The virtual machine's disk and clock, and the journal on such a disk. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { nodeDisk } from '../../firmware/journal/node-disk.ts';
import { openJournal } from '../../firmware/journal/open.ts';
import { virtualMachine } from '../../firmware/virtual-machine.ts';
import { until } from '../drivers/until.ts';
import { entry, HandClock, keysOf, Lines } from './journal/desk.ts';

async function machineIn(t: TestContext) {
    const folder = await mkdtemp(join(tmpdir(), 'tillbox-machine-'));
    // Hooks run in the order in which they were given: a journal that is still closing may add a file meanwhile.
    t.after(() => rm(folder, { recursive: true, maxRetries: 20, retryDelay: 50 }));
    const real = new HandClock();
    return { folder, real, ...virtualMachine({ disk: nodeDisk, clock: real }) };
}

test('a full disk makes nothing and lets nothing grow; what a file has can be written anew', async (t) => {
    const { folder, machine, disk } = await machineIn(t);
    const path = join(folder, 'file');
    const file = await disk.open(path, 'create');
    t.after(() => file.close());
    await file.write(0, Buffer.from('0123456789'));
    assert.ok((await disk.freeBytes!(folder)) > 0);
    machine.setDiskFull(true);
    assert.deepEqual(machine.troubles(), { diskFull: true, clockOffsetMs: 0 });
    assert.equal(await disk.freeBytes!(folder), 0);
    const noSpace = { kind: 'storage', facts: { errno: 'ENOSPC' } };
    const refused = (facts: { errno: string }) => facts.errno === noSpace.facts.errno;
    const rejects = (run: Promise<unknown>) =>
        assert.rejects(run, (thrown: { kind: string; facts: { errno: string } }) => thrown.kind === 'storage' && refused(thrown.facts));
    await rejects(file.write(5, Buffer.from('567890')));
    await rejects(file.truncate(11));
    await rejects(disk.open(join(folder, 'other'), 'create'));
    await rejects(disk.makeFolder(join(folder, 'folder')));
    await file.write(5, Buffer.from('ABCDE'));
    await file.sync();
    assert.equal(Buffer.from((await disk.readFile(path))!).toString(), '01234ABCDE');
    await disk.rename(path, join(folder, 'renamed'));
    machine.setDiskFull(false);
    await file.write(10, Buffer.from('!'));
    assert.equal(await file.size(), 11);
    await disk.remove(join(folder, 'renamed'));
});

test('a wrong clock: the wall jumps, the monotonic clock goes on', async (t) => {
    const { machine, clock, real } = await machineIn(t);
    machine.setClockOffset(-600_000);
    assert.equal(clock.wallMs(), real.wallMs() - 600_000);
    assert.equal(clock.monoMs(), real.monoMs());
    let ran = false;
    clock.after(10, () => {
        ran = true;
    });
    real.forward(10);
    assert.deepEqual([ran, clock.wallMs()], [true, real.wallMs() - 600_000]);
    machine.setClockOffset(0);
    assert.equal(clock.wallMs(), real.wallMs());
});

test('the journal on a full disk: the reserve is told at once, what is open can still be written, and room is noticed', async (t) => {
    const { folder, machine, disk, clock } = await machineIn(t);
    const log = new Lines();
    const options = { disk, clock, boot: 'boot1', folder: join(folder, 'journal'), keysOf, foldNumber: 1, log };
    const { journal } = await openJournal(options);
    t.after(() => journal.close());
    await journal.append([entry(1)]);
    await journal.checkRoom?.();
    assert.equal(journal.reserveLow, false);
    machine.setDiskFull(true);
    await journal.checkRoom?.();
    await journal.checkRoom?.();
    assert.deepEqual([journal.reserveLow, journal.writable], [true, true]);
    for (let number = 2; number <= 100; number += 1) await journal.append([entry(number)]);
    // A checkpoint is a new file; without it nothing is lost.
    await assert.rejects(journal.checkpoint({ any: 'state' }), { code: 'CHECKPOINT_NOT_KEPT' });
    machine.setDiskFull(false);
    await journal.checkRoom?.();
    assert.equal(journal.reserveLow, false);
    await journal.checkpoint({ any: 'state' });
    assert.equal(log.lines.filter(({ level }) => level === 'error').length, 1, 'told once, not at each look');
});

test('a disk on the border does not open and close the shop', async (t) => {
    const { folder, disk, clock } = await machineIn(t);
    let free = 0;
    const options = {
        disk: { ...disk, freeBytes: async () => free },
        clock,
        boot: 'boot1',
        folder: join(folder, 'journal'),
        keysOf,
        foldNumber: 1,
    };
    const { journal } = await openJournal(options);
    t.after(() => journal.close());
    const low: boolean[] = [];
    for (free of [4.1, 3.9, 4.1, 3.9, 5.1, 4.1].map((mebibytes) => mebibytes * 1024 * 1024)) {
        await journal.checkRoom?.();
        low.push(journal.reserveLow);
    }
    assert.deepEqual(low, [false, true, true, true, false, false]);
});

test('a disk that was full until the prepared slots were used up: the journal stops, and goes on by itself', async (t) => {
    const { folder, machine, disk, clock, real } = await machineIn(t);
    const options = {
        disk,
        clock,
        boot: 'boot1',
        folder: join(folder, 'journal'),
        keysOf,
        foldNumber: 1,
        segmentBytes: 4 * 4096,
        reserveSlots: 2,
    };
    const { journal } = await openJournal(options);
    t.after(() => journal.close());
    await journal.append([entry(1)]);
    machine.setDiskFull(true);
    let written = 1;
    await assert.rejects(
        async () => {
            for (;;) {
                await journal.append([entry(written + 1)]);
                written += 1;
            }
        },
        { code: 'JOURNAL_FULL', kind: 'storage' },
    );
    assert.ok(written >= 4);
    assert.equal(journal.writable, false);
    machine.setDiskFull(false);
    real.forward(1_000);
    await until('the journal goes on', () => journal.writable);
    await journal.append([entry(written + 1)]);
    const types: number[] = [];
    for await (const record of journal.records()) types.push(record.seq);
    assert.deepEqual(
        types,
        [...types.keys()].map((at) => at + 1),
        'no number is missing',
    );
});
