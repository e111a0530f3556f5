/** Verify: what was done to a journal, and what it says of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blankSlots, encodeCommit, genesisHash } from '../../../firmware/journal/format.ts';
import { blindSpot, type Verification, verify } from '../../../firmware/journal/verify.ts';
import { entry, folder, HandClock, openOn } from './desk.ts';
import { MemoryDisk } from './memory-disk.ts';

const path = (number: number) => `${folder}/segment-0000000${number}.jsonl`;

/** Three segments: two packed, one open. */
async function journal(more: number = 20): Promise<MemoryDisk> {
    const disk = new MemoryDisk();
    const opened = await openOn(disk);
    for (let number = 1; number <= more; number += 1) await opened.journal.append([entry(number), entry(number + 100)]);
    await opened.journal.settled();
    await opened.journal.close();
    return disk;
}

const kinds = (result: Verification) => result.findings.map(({ kind, segment, seq }) => [kind, segment.slice(8, 16), seq]);

/** Changes the lines of a segment's text. */
function relines(disk: MemoryDisk, number: number, change: (lines: string[]) => string[]): void {
    const lines = disk.peek(path(number)).toString('latin1').split('\n');
    disk.poke(path(number), Buffer.from(change(lines).join('\n'), 'latin1'));
}

const at = (lines: readonly string[], seq: number) => lines.findIndex((line) => line.startsWith(`{"seq":${seq},`));

test('an untouched journal holds, and verify says what it cannot see', async () => {
    const disk = await journal();
    const result = await verify({ disk, folder });
    assert.deepEqual(
        { ok: result.ok, segments: result.segments, records: result.records, lastSeq: result.lastSeq },
        { ok: true, segments: 3, records: 40, lastSeq: 40 },
    );
    assert.ok(result.notes.includes(blindSpot));
    assert.match(result.head, /^[0-9a-f]{32}$/);
    assert.equal(disk.openFiles, 0);
});

test('an empty folder holds', async () => {
    assert.equal((await verify({ disk: new MemoryDisk(), folder })).ok, true);
});

const deeds: { name: string; number: number; change: (lines: string[]) => string[]; found: unknown[] }[] = [
    {
        name: 'a record altered',
        number: 1,
        change: (lines) => lines.map((line) => line.replace('"number":3,', '"number":8,')),
        found: [['altered', '00000001', 5]],
    },
    {
        name: 'a record dropped',
        number: 1,
        change: (lines) => lines.filter((_, index) => index !== at(lines, 6)),
        found: [['dropped', '00000001', 6]],
    },
    {
        name: 'two records reordered',
        number: 2,
        change: (lines) => {
            const first = at(lines, 21);
            return lines.with(first, lines[first + 1]!).with(first + 1, lines[first]!);
        },
        found: [['reordered', '00000002', 21]],
    },
    {
        name: 'a record doubled',
        number: 2,
        change: (lines) => lines.toSpliced(at(lines, 20), 0, lines[at(lines, 19)]!),
        found: [['duplicated', '00000002', 19]],
    },
    {
        name: 'a commit line altered',
        number: 1,
        change: (lines) => lines.map((line) => line.replace('"commit":2,', '"commit":3,')),
        found: [['altered', '00000001', 3]],
    },
    {
        name: 'a whole commit dropped',
        number: 1,
        change: (lines) => lines.toSpliced(at(lines, 7) - 1, 3),
        found: [['dropped', '00000001', 7]],
    },
    { name: 'a commit line dropped', number: 2, change: (lines) => lines.toSpliced(1, 1), found: [['altered', '00000002', 17]] },
    {
        name: 'the closed line altered',
        number: 2,
        change: (lines) => lines.map((line) => line.replace('{"closed":2,"commits":8', '{"closed":2,"commits":9')),
        found: [['altered', '00000002', 17]],
    },
    {
        name: 'the last commit of the open segment altered',
        number: 3,
        change: (lines) => lines.map((line) => line.replace('"number":120', '"number":121')),
        found: [['torn', '00000003', 40]],
    },
    {
        name: 'an earlier commit of the open segment altered',
        number: 3,
        change: (lines) => lines.map((line) => line.replace('"number":119', '"number":121')),
        found: [['altered', '00000003', 38]],
    },
];
for (const { name, number, change, found } of deeds) {
    test(`verify finds ${name}`, async () => {
        const disk = await journal();
        const before = disk.peek(path(number));
        relines(disk, number, change);
        assert.notDeepEqual(disk.peek(path(number)), before, 'the deed was done');
        const result = await verify({ disk, folder });
        assert.deepEqual(kinds(result), found);
        assert.equal(result.ok, false);
    });
}

test('verify finds a missing first and a missing middle segment, and a flipped byte of padding', async () => {
    for (const [number, found] of [
        [1, [['dropped', '00000002', 1]]],
        [2, [['dropped', '00000003', 17]]],
    ] as const) {
        const disk = await journal();
        disk.drop(path(number));
        assert.deepEqual(kinds(await verify({ disk, folder })), found);
    }
    const disk = await journal();
    const bytes = disk.peek(path(3));
    bytes[4096 - 100] = 0x21;
    disk.poke(path(3), bytes);
    assert.deepEqual(kinds(await verify({ disk, folder })), [['altered', '00000003', 35]]);
});

test('a record forged with the right checksums breaks the chain', async () => {
    const disk = new MemoryDisk();
    const { journal: writer } = await openOn(disk);
    for (let number = 1; number <= 3; number += 1) await writer.append([entry(number)]);
    await writer.close();
    const forged = encodeCommit([entry(2, { amount: { currency: 'EUR', value: '1' } })], {
        commit: 2,
        segment: 1,
        seq: 2,
        prev: genesisHash,
        boot: 'boot1',
        mono: 0,
    });
    const bytes = disk.peek(path(1));
    forged.bytes.copy(bytes, 4096);
    disk.poke(path(1), bytes);
    const result = await verify({ disk, folder });
    assert.deepEqual(
        kinds(result).map(([kind]) => kind),
        ['altered', 'altered'],
    );
});

test('a log that ends before its checkpoint is told', async () => {
    const disk = new MemoryDisk();
    const { journal: writer } = await openOn(disk);
    await writer.append([entry(1)]);
    await writer.append([entry(2)]);
    await writer.checkpoint({});
    await writer.close();
    const bytes = disk.peek(path(1));
    blankSlots(1).copy(bytes, 4096);
    disk.poke(path(1), bytes);
    assert.deepEqual(
        (await verify({ disk, folder })).findings.map(({ kind, reason }) => [kind, reason]),
        [['dropped', 'a checkpoint has seen records up to 2']],
    );
});

test('beside a running till: a commit under way is waited for, one that stays is told', async () => {
    const disk = await journal();
    const whole = disk.peek(path(3));
    const half = Buffer.from(whole);
    half.fill(' ', 3 * 4096 + 512, 4 * 4096 - 1);
    disk.poke(path(3), half);
    let pauses = 0;
    const running = await verify({
        disk,
        folder,
        pause: async () => {
            pauses += 1;
            disk.poke(path(3), whole);
        },
    });
    assert.deepEqual([running.ok, pauses], [true, 1]);
    disk.poke(path(3), half);
    const stopped = await verify({ disk, folder, pause: async () => undefined });
    assert.deepEqual([stopped.ok, kinds(stopped).map(([kind]) => kind)], [false, ['torn']]);
});

test('records given up after a failed sync are explained, not findings', async () => {
    const disk = new MemoryDisk();
    const clock = new HandClock();
    const { journal: writer } = await openOn(disk, { clock });
    await writer.append([entry(1)]);
    for (const sectors of [0, 1, 8]) {
        disk.fail({ at: disk.operations.length + (sectors === 0 ? 1 : 0), errno: 'EIO', sectors });
        await assert.rejects(writer.append([entry(2, { note: 'x'.repeat(1500) })]));
        disk.fail(undefined);
        assert.equal(await writer.resume(), true);
        await writer.append([entry(3)]);
    }
    await writer.close();
    const result = await verify({ disk, folder });
    assert.deepEqual(result.findings, []);
    assert.equal(result.notes.filter((note) => note.includes('given up')).length, 3);
});

test('after recovery: a torn tail is gone, damage stays a finding of its own place', async () => {
    for (const [place, found] of [
        [2 * 4096 + 300, []],
        [1 * 4096 + 300, [['altered', '00000001', 2]]],
    ] as const) {
        const disk = new MemoryDisk();
        const first = await openOn(disk);
        for (let number = 1; number <= 3; number += 1) await first.journal.append([entry(number)]);
        await first.journal.close();
        const bytes = disk.peek(path(1));
        bytes[place]! ^= 1;
        disk.poke(path(1), bytes);
        const second = await openOn(disk);
        await second.journal.append([entry(4)]);
        await second.journal.close();
        assert.deepEqual(kinds(await verify({ disk, folder })), found);
    }
});

test('every byte of a small journal, flipped: nothing passes', async () => {
    const disk = new MemoryDisk();
    const { journal: writer } = await openOn(disk, { segmentBytes: 2 * 4096 });
    for (let number = 1; number <= 3; number += 1) await writer.append([entry(number)]);
    await writer.settled();
    await writer.close();
    for (const number of [1, 2]) {
        const bytes = disk.peek(path(number));
        let passed = 0;
        for (let offset = 0; offset < bytes.length; offset += offset < 1200 ? 1 : 13) {
            const flipped = Buffer.from(bytes);
            flipped[offset]! ^= 1 << (offset % 8);
            disk.poke(path(number), flipped);
            if ((await verify({ disk, folder })).ok) passed += 1;
        }
        disk.poke(path(number), bytes);
        assert.equal(passed, 0, `segment ${number}`);
    }
    assert.equal((await verify({ disk, folder })).ok, true);
});
