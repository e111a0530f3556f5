/** The recovery table, row by row, and every byte region of a small journal flipped, zeroed or cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blankSlots } from '../../../firmware/journal/format.ts';
import { type BadFacts, judge, recoveryTable, type Verdict } from '../../../firmware/journal/recovery.ts';
import { all, entry, folder, numbersOf, openOn } from './desk.ts';
import { MemoryDisk } from './memory-disk.ts';

const one = `${folder}/segment-00000001.jsonl`;
const slot = 4096;

test('the table decides every combination, and no row is dead', () => {
    const used = new Set<string>();
    for (const later of [false, true])
        for (const abandoned of [false, true])
            for (const start of ['header', 'blank', 'garbage', 'stale'] as const)
                for (const beyond of [false, true]) {
                    const facts: BadFacts = { later, abandoned, start, beyond };
                    const row = recoveryTable.find(({ when }) =>
                        Object.entries(when).every(([name, value]) => facts[name as keyof BadFacts] === value),
                    );
                    assert.ok(row, JSON.stringify(facts));
                    assert.equal(judge(facts), row.verdict);
                    used.add(row.name);
                }
    assert.deepEqual([...used].sort(), recoveryTable.map(({ name }) => name).sort());
});

/** A journal of five commits in one segment; the third takes two slots. */
async function small(): Promise<MemoryDisk> {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    for (let number = 1; number <= 5; number += 1) await journal.append([entry(number, number === 3 ? { note: 'x'.repeat(5000) } : {})]);
    await journal.close();
    return disk;
}
/** First slot of each commit of `small`, and behind the last. */
const starts = [0, 1, 2, 4, 5, 6].map((number) => number * slot);

const sectorOf = (bytes: Buffer, at: number) => bytes.subarray(at, at + 512);

interface Row {
    readonly name: string;
    readonly spoil: (disk: MemoryDisk) => void | Promise<void>;
    readonly verdict: Verdict | 'clean';
    readonly kept: readonly number[];
}

/** Turns the lowest bit of one byte. */
const flip = (bytes: Buffer, at: number) => void bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);

const spoilBytes = (run: (bytes: Buffer) => Buffer | undefined) => (disk: MemoryDisk) => {
    const bytes = disk.peek(one);
    disk.poke(one, run(bytes) ?? bytes);
};

const rows: readonly Row[] = [
    { name: 'clean', spoil: () => undefined, verdict: 'clean', kept: [1, 2, 3, 4, 5] },
    { name: 'last commit unfinished', spoil: spoilBytes((b) => flip(b, starts[4]! + 300)), verdict: 'torn', kept: [1, 2, 3, 4] },
    {
        name: 'one slot of unknown bytes',
        spoil: spoilBytes((b) => void b.fill(0xff, starts[4], starts[5])),
        verdict: 'torn',
        kept: [1, 2, 3, 4],
    },
    {
        name: 'last commit without its first sector',
        spoil: spoilBytes((b) => void sectorOf(b.fill('x', starts[4]! + 600, starts[4]! + 700), starts[4]!).fill(' ')),
        verdict: 'torn',
        kept: [1, 2, 3, 4],
    },
    {
        name: 'a later commit proves that it was whole',
        spoil: spoilBytes((b) => flip(b, starts[3]! + 300)),
        verdict: 'damage',
        kept: [1, 2, 3, 5],
    },
    {
        name: 'the only byte of a later commit',
        spoil: spoilBytes((b) => {
            flip(b, starts[4]! + 300);
            b[starts[5]! + 700] = 0x78;
        }),
        verdict: 'damage',
        kept: [1, 2, 3, 4],
    },
    {
        name: 'several slots of unknown bytes',
        spoil: spoilBytes((b) => void b.fill(0, starts[3], starts[5])),
        verdict: 'damage',
        kept: [1, 2, 3],
    },
    {
        name: 'a commit that was lost whole',
        spoil: spoilBytes((b) => void blankSlots(1).copy(b, starts[3])),
        verdict: 'damage',
        kept: [1, 2, 3, 5],
    },
    {
        name: 'an older commit where the next one belongs',
        spoil: spoilBytes((b) => void b.copy(b, starts[5], starts[0], starts[1])),
        verdict: 'stale',
        kept: [1, 2, 3, 4, 5],
    },
    {
        name: 'an older commit over a later one',
        spoil: spoilBytes((b) => void b.copy(b, starts[3], starts[0], starts[1])),
        verdict: 'damage',
        kept: [1, 2, 3, 5],
    },
    {
        name: 'file cut within the last commit',
        spoil: spoilBytes((b) => b.subarray(0, starts[4]! + 200)),
        verdict: 'torn',
        kept: [1, 2, 3, 4],
    },
    {
        name: 'file cut behind the last commit',
        spoil: spoilBytes((b) => b.subarray(0, starts[5])),
        verdict: 'clean',
        kept: [1, 2, 3, 4, 5],
    },
    {
        name: 'unfinished preparation',
        spoil: (d) => d.poke(`${folder}/segment-00000002.jsonl.tmp`, Buffer.alloc(100, ' ')),
        verdict: 'clean',
        kept: [1, 2, 3, 4, 5],
    },
    {
        name: 'empty next segment',
        spoil: (d) => d.poke(`${folder}/segment-00000002.jsonl`, Buffer.alloc(0)),
        verdict: 'clean',
        kept: [1, 2, 3, 4, 5],
    },
    {
        name: 'bytes in the next segment',
        spoil: (d) => {
            spoilBytes((b) => flip(b, starts[4]! + 300))(d);
            d.poke(`${folder}/segment-00000002.jsonl`, Buffer.alloc(slot, 'x'));
        },
        verdict: 'damage',
        kept: [1, 2, 3, 4],
    },
];

for (const { name, spoil, verdict, kept } of rows) {
    test(`recovery: ${name} → ${verdict}`, async () => {
        const disk = await small();
        await spoil(disk);
        const before = disk.peek(one);
        const first = await openOn(disk, { boot: 'boot2' });
        assert.deepEqual(numbersOf(first.tail), kept);
        assert.equal(first.recovery.damage.length > 0, verdict === 'damage');
        if (verdict !== 'damage') assert.equal(first.recovery.tornBytes > 0, verdict !== 'clean');
        assert.equal(first.journal.writable, true);
        await first.journal.append([entry(9)]);
        await first.journal.close();
        const aside = disk.files().filter((path) => path.includes('/quarantine/'));
        assert.equal(aside.length > 0, verdict !== 'clean');
        if (verdict === 'damage') assert.deepEqual(disk.peek(one), before, 'damaged bytes stay where they are');
        const second = await openOn(disk, { boot: 'boot3' });
        assert.deepEqual(numbersOf(second.tail), [...kept, 9]);
        assert.equal(second.recovery.tornBytes, 0);
        assert.equal(
            second.recovery.damage.every(({ reason }) => reason.includes('on record')),
            true,
            'damage is recorded once',
        );
        const types = (await all(second.journal.records())).map(({ type }) => type);
        assert.equal(types.includes('damaged'), verdict === 'damage');
        const segments = disk.files().filter((path) => /segment-\d+\.jsonl$/.test(path)).length;
        await second.journal.close();
        await (await openOn(disk, { boot: 'boot4' })).journal.close();
        assert.equal(
            disk.files().filter((path) => /segment-\d+\.jsonl$/.test(path)).length,
            segments,
            'known damage starts no further segment',
        );
    });
}

test('a missing segment is damage, and what follows is kept', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    for (let number = 1; number <= 30; number += 1) await journal.append([entry(number)]);
    await journal.settled();
    await journal.close();
    disk.drop(`${folder}/segment-00000002.jsonl`);
    const opened = await openOn(disk);
    assert.deepEqual(
        numbersOf(opened.tail),
        [...Array(8).keys(), ...Array.from({ length: 14 }, (_, at) => at + 16)].map((at) => at + 1),
    );
    assert.deepEqual(opened.recovery.damage, [
        { segment: 'segment-00000003.jsonl', offset: opened.recovery.damage[0]!.offset, reason: 'records 9 to 16 are missing' },
    ]);
    await opened.journal.close();
});

test('a log that ends before its checkpoint is damage, and the checkpoint is set aside', async () => {
    const disk = await small();
    const first = await openOn(disk);
    await first.journal.append([entry(6)]);
    await first.journal.checkpoint({ upTo: 6 });
    await first.journal.close();
    spoilBytes((bytes) => void blankSlots(4).copy(bytes, starts[4]))(disk);
    const opened = await openOn(disk);
    assert.equal(opened.checkpoint, undefined);
    assert.match(opened.recovery.damage[0]!.reason, /records up to 6 are missing, which a checkpoint has seen/);
    await opened.journal.append([entry(7)]);
    await opened.journal.close();
    assert.ok(disk.files().includes(`${folder}/quarantine/checkpoint-6.json`));
    const again = await openOn(disk);
    assert.deepEqual(numbersOf(again.tail), [1, 2, 3, 4, 7]);
    assert.deepEqual(again.recovery.damage, []);
    await again.journal.close();
});

test('a bad last commit that a checkpoint has seen is damage, not a torn tail', async () => {
    const disk = await small();
    const first = await openOn(disk);
    await first.journal.checkpoint({ upTo: 5 });
    await first.journal.close();
    spoilBytes((bytes) => flip(bytes, starts[4]! + 300))(disk);
    const opened = await openOn(disk);
    assert.equal(opened.recovery.tornBytes, 0);
    assert.equal(opened.recovery.damage.length, 1);
    await opened.journal.close();
});

test('every sector border: cut there, the last commit is torn or whole; a flip before the last commit is damage', async () => {
    const whole = await small();
    const bytes = whole.peek(one);
    const ends = [1, 2, 4, 5, 6].map((number) => number * slot);
    const contentEnd = (at: number) => {
        const header = /"bytes":(\d+)/.exec(bytes.toString('latin1', starts[at], starts[at]! + 512))!;
        return starts[at]! + bytes.subarray(starts[at]).indexOf(10) + 1 + Number(header[1]);
    };
    for (let at = 0; at < ends.at(-1)!; at += 512) {
        const cut = whole.copy();
        cut.poke(one, bytes.subarray(0, at));
        const cutOpened = await openOn(cut);
        const kept = starts.slice(0, 5).filter((_, commit) => contentEnd(commit) <= at).length;
        assert.deepEqual(numbersOf(cutOpened.tail), [1, 2, 3, 4, 5].slice(0, kept), `cut at ${at}`);
        assert.deepEqual(cutOpened.recovery.damage, [], `cut at ${at}`);
        await cutOpened.journal.close();

        const flipped = whole.copy();
        const spoiled = Buffer.from(bytes);
        spoiled[at + 7]! ^= 0x10;
        flipped.poke(one, spoiled);
        const opened = await openOn(flipped);
        const commit = ends.findIndex((end) => at < end);
        const harmless = at + 7 >= contentEnd(commit);
        const numbers = [1, 2, 3, 4, 5].filter((number) => harmless || number !== commit + 1);
        assert.deepEqual(numbersOf(opened.tail), numbers, `flip at ${at + 7}`);
        assert.equal(opened.recovery.damage.length, harmless || commit === 4 ? 0 : 1, `flip at ${at + 7}`);
        assert.equal(opened.recovery.tornBytes > 0, !harmless && commit === 4, `flip at ${at + 7}`);
        await opened.journal.close();
    }
});

test('a disk that has become read-only gives a journal to read, not to write', async () => {
    const disk = await small();
    disk.fail({ at: disk.operations.length + 3, errno: 'EROFS', forever: true });
    const { journal, tail } = await openOn(disk);
    assert.equal(journal.writable, false);
    assert.equal(journal.failure?.code, 'JOURNAL_READ_ONLY');
    assert.deepEqual(numbersOf(tail), [1, 2, 3, 4, 5]);
    assert.deepEqual(numbersOf(await journal.recordsOf('sale:S3')), [3]);
    await assert.rejects(journal.append([entry(6)]), { code: 'JOURNAL_NOT_WRITABLE' });
    await journal.close();
});

test('a torn tail on a full disk stays where it is, and the records go on in the prepared segment', async () => {
    const disk = await small();
    const { journal } = await openOn(disk);
    for (let number = 6; number <= 7; number += 1) await journal.append([entry(number)]);
    await journal.settled();
    await journal.close();
    spoilBytes((bytes) => flip(bytes, 7 * slot + 300))(disk);
    disk.before = (operation) => {
        if (operation === 'create') throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    };
    const opened = await openOn(disk);
    assert.equal(opened.journal.writable, true);
    await opened.journal.append([entry(9)]);
    await opened.journal.close();
    disk.before = undefined;
    const again = await openOn(disk);
    assert.deepEqual(numbersOf(again.tail), [1, 2, 3, 4, 5, 6, 9]);
    assert.deepEqual(again.recovery.damage, []);
    await again.journal.close();
});
