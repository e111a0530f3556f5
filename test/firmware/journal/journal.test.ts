/** The journal on a disk that works: appends, reopening, rotation, checkpoints, questions by key. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, entry, folder, HandClock, Lines, numbersOf, openOn } from './desk.ts';
import { MemoryDisk } from './memory-disk.ts';

test('what was appended is there after reopening, with its place', async () => {
    const disk = new MemoryDisk();
    const first = await openOn(disk);
    const records = await first.journal.append([entry(1), entry(2)]);
    assert.deepEqual(
        records.map(({ seq, time, boot, mono }) => ({ seq, time, boot, mono })),
        [1, 2].map((seq) => ({ seq, time: new Date(1_790_000_000_000 + seq).toISOString(), boot: 'boot1', mono: 0 })),
    );
    await first.journal.append([entry(3)]);
    await first.journal.close();
    const second = await openOn(disk, { boot: 'boot2' });
    assert.equal(second.journal.headSeq, 3);
    assert.deepEqual(second.tail.slice(0, 2), records);
    assert.deepEqual(second.recovery, { records: 3, tornBytes: 0, damage: [] });
    await second.journal.close();
    assert.equal(disk.openFiles, 0);
});

test('a commit is one write and one sync of whole slots, and nothing else', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    const before = disk.operations.length;
    await journal.append([entry(1)]);
    assert.deepEqual(disk.operations.slice(before), [`write ${folder}/segment-00000001.jsonl`, `sync ${folder}/segment-00000001.jsonl`]);
    await journal.close();
});

test('many segments: full ones are packed, everything reads in order', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    for (let number = 1; number <= 40; number += 1) await journal.append([entry(number)]);
    await journal.settled();
    const packed = disk.peek(`${folder}/segment-00000001.jsonl`);
    assert.match(packed.toString(), /^\{"closed":1,"commits":8,/);
    assert.ok(packed.length < 8 * 600, `${packed.length} bytes`);
    assert.deepEqual(
        numbersOf(await all(journal.records())),
        Array.from({ length: 40 }, (_, at) => at + 1),
    );
    assert.deepEqual(numbersOf(await all(journal.records(33))), [33, 34, 35, 36, 37, 38, 39, 40]);
    await journal.close();
    const again = await openOn(disk);
    assert.deepEqual(
        numbersOf(again.tail),
        Array.from({ length: 40 }, (_, at) => at + 1),
    );
    assert.equal(again.recovery.damage.length, 0);
    await again.journal.close();
});

test('a commit of several slots, with multi-byte text, and one that no segment can hold', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    await journal.append([entry(1, { note: '水 €'.repeat(900) }), entry(2, { note: 'x'.repeat(9000) })]);
    await journal.append([entry(3)]);
    await assert.rejects(journal.append([entry(4, { note: 'x'.repeat(40_000) })]), { code: 'JOURNAL_MISUSED' });
    await journal.append([entry(5)]);
    await journal.close();
    const { tail, journal: again } = await openOn(disk);
    assert.deepEqual(numbersOf(tail), [1, 2, 3, 5]);
    assert.equal(tail[0]!.note, '水 €'.repeat(900));
    await again.close();
});

test('records by key and newest by type, across packed, full and open segments', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    for (let number = 1; number <= 30; number += 1) await journal.append([entry(number), { type: 'alertSent', at: number }]);
    await journal.settled();
    const ofSale = async (sale: number) => numbersOf(await journal.recordsOf(`sale:S${sale}`));
    assert.deepEqual(await ofSale(3), [3, 8, 13, 18, 23, 28]);
    await journal.append([entry(33)]);
    assert.deepEqual(await ofSale(3), [3, 8, 13, 18, 23, 28, 33]);
    assert.deepEqual(await journal.recordsOf('sale:nobody'), []);
    assert.deepEqual(numbersOf(await journal.newest({ type: 'paymentPaid', limit: 3 })), [33, 30, 29]);
    assert.deepEqual(numbersOf(await journal.newest({ type: 'paymentPaid', limit: 2, match: ({ saleId }) => saleId === 'S1' })), [26, 21]);
    for (const path of disk.files().filter((name) => name.endsWith('.keys'))) {
        const bytes = disk.peek(path);
        bytes[bytes.length - 1]! ^= 1;
        disk.poke(path, bytes);
    }
    await journal.close();
    const again = await openOn(disk);
    assert.deepEqual(numbersOf(await again.journal.recordsOf('sale:S3')), [3, 8, 13, 18, 23, 28, 33], 'a damaged index is built anew');
    disk.drop(`${folder}/index/segment-00000001.keys`);
    await again.journal.close();
    const third = await openOn(disk);
    assert.deepEqual(numbersOf(await third.journal.recordsOf('sale:S3')), [3, 8, 13, 18, 23, 28, 33], 'a missing index is built anew');
    assert.ok(disk.files().includes(`${folder}/index/segment-00000001.keys`));
    await third.journal.close();
});

test('a checkpoint makes the next start read only what follows', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    for (let number = 1; number <= 20; number += 1) await journal.append([entry(number)]);
    await journal.checkpoint({ sum: 20 });
    await journal.append([entry(21)]);
    await journal.close();
    const before = disk.operations.length;
    const again = await openOn(disk);
    assert.deepEqual(again.checkpoint, { state: { sum: 20 }, seq: 20 });
    assert.deepEqual(numbersOf(again.tail), [21]);
    assert.ok(!disk.operations.slice(before).some((line) => line.includes('segment-00000001')), 'older segments are not read');
    await again.journal.close();
});

test('a checkpoint in a segment that was packed meanwhile still serves', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    for (let number = 1; number <= 6; number += 1) await journal.append([entry(number)]);
    await journal.checkpoint({ sum: 6 });
    for (let number = 7; number <= 12; number += 1) await journal.append([entry(number)]);
    await journal.settled();
    await journal.close();
    const again = await openOn(disk);
    assert.equal(again.checkpoint?.seq, 6);
    assert.deepEqual(numbersOf(again.tail), [7, 8, 9, 10, 11, 12]);
    await again.journal.close();
});

const spoiled: { name: string; spoil: (disk: MemoryDisk) => void; fold?: number; seq: number | undefined; reason: RegExp }[] = [
    { name: 'another fold', spoil: () => undefined, fold: 2, seq: undefined, reason: /fold 1, not 2/ },
    {
        name: 'a flipped bit: the previous generation serves',
        spoil: (disk) => {
            const bytes = disk.peek(`${folder}/checkpoint.json`);
            bytes[60]! ^= 1;
            disk.poke(`${folder}/checkpoint.json`, bytes);
        },
        seq: 2,
        reason: /checksum/,
    },
    { name: 'none', spoil: (disk) => disk.drop(`${folder}/checkpoint.json`), seq: 2, reason: /^$/ },
];
for (const { name, spoil, fold, seq, reason } of spoiled) {
    test(`a checkpoint that does not fit is not used: ${name}`, async () => {
        const disk = new MemoryDisk();
        const { journal } = await openOn(disk);
        for (let number = 1; number <= 4; number += 1) {
            await journal.append([entry(number)]);
            if (number % 2 === 0) await journal.checkpoint({ sum: number });
        }
        await journal.close();
        spoil(disk);
        const log = new Lines();
        const again = await openOn(disk, { log, ...(fold === undefined ? {} : { foldNumber: fold }) });
        assert.equal(again.checkpoint?.seq, seq);
        assert.deepEqual(numbersOf(again.tail), [1, 2, 3, 4].slice(seq ?? 0));
        assert.match(log.lines.map(({ facts }) => String(facts.reason)).join('\n'), reason);
        await again.journal.close();
    });
}

test('the folder belongs to one process', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    await assert.rejects(openOn(disk), { code: 'DATA_FOLDER_IN_USE', kind: 'storage' });
    await journal.close();
    await (await openOn(disk)).journal.close();
});

test('misuse is told: two appends at once, own field names, no time, after close', async () => {
    const { journal } = await openOn(new MemoryDisk());
    const one = journal.append([entry(1)]);
    await assert.rejects(journal.append([entry(2)]), { code: 'JOURNAL_MISUSED', kind: 'bug' });
    await one;
    await assert.rejects(journal.append([entry(2, { seq: 9 })]), { code: 'JOURNAL_MISUSED' });
    await assert.rejects(journal.append([{ type: 'x', at: Number.NaN }]), { code: 'JOURNAL_MISUSED' });
    await assert.rejects(journal.append([entry(2, { boot: 'other' })]), { code: 'JOURNAL_MISUSED' });
    await journal.append([{ type: 'started', at: 1, boot: 'boot1' } as never]);
    assert.equal(journal.headSeq, 2);
    assert.deepEqual(await journal.append([]), []);
    await journal.close();
    await journal.close();
    await assert.rejects(journal.append([entry(3)]), { code: 'JOURNAL_MISUSED' });
});

test('prefilling the next segment lets appends go first', async () => {
    const disk = new MemoryDisk();
    const clock = new HandClock();
    const { journal } = await openOn(disk, { clock, segmentBytes: 128 * 4096 });
    clock.forward(1000);
    for (let number = 1; number <= 20; number += 1) await journal.append([entry(number)]);
    await journal.settled();
    assert.equal(journal.freeSlots, 108 + 128);
    await journal.close();
    assert.equal(clock.waiting, 0, 'no timer is left');
});
