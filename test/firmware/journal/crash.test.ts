/**
 * Power cuts and I/O errors at every disk operation of a small story, and byte-exact damage of a small journal.
 *
 * What must hold: after any cut the recovered records are a prefix of what was appended and contain everything acknowledged; a second
 * recovery gives the same; a cut during recovery changes nothing of that.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SegmentJournal } from '../../../firmware/journal/journal.ts';
import { entry, folder, HandClock, numbersOf, openOn } from './desk.ts';
import { type CrashPlan, keepAll, loseAll, MemoryDisk } from './memory-disk.ts';

const flushes = async () => {
    for (let round = 0; round < 50; round += 1) await Promise.resolve();
};

interface Story {
    acknowledged: number;
    appended: number;
    /** The checkpoint's seq as the recovery must never exceed it. */
    journal: SegmentJournal | undefined;
}

/** Appends through rotations, with multi-slot commits, background work and checkpoints. Ends by itself where the disk is dead. */
async function tell(disk: MemoryDisk, story: Story, from = 1): Promise<void> {
    const clock = new HandClock();
    const { journal } = await openOn(disk, { clock, segmentBytes: 4 * 4096 });
    story.journal = journal;
    clock.forward(1000);
    for (let number = from; number < from + 9; number += 1) {
        story.appended = number;
        await journal.append([entry(number, { note: 'x'.repeat(number % 4 === 0 ? 5000 : 1500) })]);
        story.acknowledged = number;
        if (number % 3 === 0) await journal.checkpoint({ upTo: number });
        if (number % 2 === 0) await journal.settled();
    }
    await journal.settled();
}

async function recovered(disk: MemoryDisk): Promise<{ numbers: number[]; damage: number; upTo: number }> {
    const opened = await openOn(disk);
    const upTo = (opened.checkpoint?.state as { upTo: number } | undefined)?.upTo ?? 0;
    const numbers = [...Array.from({ length: upTo }, (_, at) => at + 1), ...numbersOf(opened.tail)];
    await opened.journal.close();
    return { numbers, damage: opened.recovery.damage.length, upTo };
}

function assertPrefix(numbers: readonly number[], story: Story, what: string): void {
    assert.deepEqual(
        numbers,
        Array.from({ length: numbers.length }, (_, at) => at + 1),
        `${what}: not a prefix`,
    );
    assert.ok(numbers.length >= story.acknowledged, `${what}: ${story.acknowledged} acknowledged, ${numbers.length} recovered`);
    assert.ok(numbers.length <= story.appended, `${what}: more than was appended`);
}

class Cut extends Error {}

/** Runs the story until operation `at`, which never happens: the power is gone. */
async function cutAt(at: number, story: Story): Promise<MemoryDisk> {
    const disk = new MemoryDisk();
    let operations = 0;
    disk.before = () => {
        operations += 1;
        if (operations > at) throw new Cut();
    };
    try {
        await tell(disk, story);
    } catch {
        // The operation that the cut met fails like every later one.
    }
    disk.before = () => Promise.reject(new Cut());
    await story.journal?.close().catch(() => undefined);
    await flushes();
    disk.before = undefined;
    return disk;
}

function random(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
    };
}

function plansFor(seed: number): { name: string; plan: CrashPlan }[] {
    const chance = random(seed);
    const half = chance() < 0.5;
    return [
        { name: 'all lost', plan: loseAll },
        { name: 'all kept', plan: keepAll },
        { name: 'names lost', plan: { sectors: () => true, names: () => 0 } },
        { name: 'names kept', plan: { sectors: () => false, names: (unsynced) => unsynced } },
        { name: 'first sectors lost', plan: { sectors: (sector) => sector % 8 !== 0, names: (unsynced) => unsynced } },
        { name: 'only first sectors', plan: { sectors: (sector) => sector % 8 === 0, names: (unsynced) => unsynced } },
        {
            name: `random ${seed}`,
            plan: { sectors: () => chance() < 0.5, names: (unsynced) => (half ? unsynced : Math.floor(chance() * (unsynced + 1))) },
        },
    ];
}

/** Operations of the whole story. */
async function length(): Promise<number> {
    const disk = new MemoryDisk();
    let operations = 0;
    disk.before = () => {
        operations += 1;
    };
    const story: Story = { acknowledged: 0, appended: 0, journal: undefined };
    await tell(disk, story);
    await story.journal?.close();
    return operations;
}

test('a power cut at every operation: a prefix with everything acknowledged, and twice the same', async () => {
    const operations = await length();
    let states = 0;
    let torn = 0;
    for (let at = 0; at <= operations; at += 1) {
        for (const { name } of plansFor(at)) {
            const story: Story = { acknowledged: 0, appended: 0, journal: undefined };
            const disk = await cutAt(at, story);
            disk.crash(plansFor(at).find((plan) => plan.name === name)!.plan);
            const what = `cut before operation ${at} (${disk.operations[at - 1]}), ${name}`;
            if (disk.files().some((path) => path.includes('quarantine'))) torn += 1;
            const first = await recovered(disk);
            assertPrefix(first.numbers, story, what);
            assert.equal(first.damage, 0, `${what}: a power cut is not damage`);
            assert.deepEqual(await recovered(disk), first, `${what}: the second recovery differs`);
            if (disk.files().some((path) => path.includes('quarantine'))) torn += 1;
            states += 1;
        }
    }
    assert.ok(states > 500, `${states} states`);
    assert.ok(torn > 20, `${torn} torn tails`);
});

test('a second cut during recovery, at every operation of it', async () => {
    const operations = await length();
    let states = 0;
    for (let at = 3; at <= operations; at += 5) {
        for (let again = 0; ; again += 1) {
            const story: Story = { acknowledged: 0, appended: 0, journal: undefined };
            const disk = await cutAt(at, story);
            disk.crash(plansFor(at * 100 + again).at(-1)!.plan);
            let count = 0;
            disk.before = () => {
                count += 1;
                if (count > again) throw new Cut();
            };
            const opened = await openOn(disk).catch(() => undefined);
            const whole = count <= again;
            disk.before = () => Promise.reject(new Cut());
            await opened?.journal.close().catch(() => undefined);
            await flushes();
            disk.before = undefined;
            disk.crash(plansFor(again).at(-1)!.plan);
            const what = `cut at ${at}, again at ${again} of recovery`;
            const after = await recovered(disk);
            assertPrefix(after.numbers, story, what);
            assert.equal(after.damage, 0, what);
            states += 1;
            if (whole) break;
        }
    }
    assert.ok(states > 200, `${states} states`);
});

for (const errno of ['EIO', 'ENOSPC', 'EROFS']) {
    for (const forever of [false, true]) {
        test(`${errno} at every operation, ${forever ? 'from then on' : 'once'}: nothing acknowledged is lost`, async () => {
            const operations = await length();
            let refused = 0;
            for (let at = 0; at <= operations; at += 1) {
                const disk = new MemoryDisk();
                disk.fail({ at, errno, forever, sectors: at % 9 });
                const story: Story = { acknowledged: 0, appended: 0, journal: undefined };
                try {
                    await tell(disk, story);
                } catch (thrown) {
                    refused += 1;
                    const fault = thrown as { kind: string; code: string };
                    assert.equal(fault.kind, 'storage', `${at}: ${String(thrown)}`);
                }
                await story.journal?.close().catch(() => undefined);
                disk.crash(at % 2 === 0 ? loseAll : keepAll);
                const after = await recovered(disk);
                assertPrefix(after.numbers, story, `${errno} at ${at} (${disk.operations[at]})`);
            }
            assert.ok(refused > 10, `${refused} refused`);
        });
    }
}

test('an I/O error at every operation, once: the same run goes on by itself, and everything is there', async () => {
    const operations = await length();
    let resumed = 0;
    for (let at = 8; at <= operations; at += 1) {
        const disk = new MemoryDisk();
        const clock = new HandClock();
        const { journal } = await openOn(disk, { clock, segmentBytes: 4 * 4096 });
        clock.forward(1000);
        disk.fail({ at: disk.operations.length + at - 8, errno: 'EIO', sectors: at % 9 });
        for (let number = 1; number <= 9; ) {
            try {
                await journal.append([entry(number, { note: 'x'.repeat(1500) })]);
                number += 1;
            } catch {
                resumed += 1;
                assert.ok(resumed < operations * 4, `operation ${at}: never goes on`);
                clock.forward(10_000);
                await flushes();
            }
        }
        await journal.close();
        assert.equal(disk.openFiles, 0, `operation ${at}`);
        disk.crash(at % 2 === 0 ? loseAll : keepAll);
        const after = await recovered(disk);
        assert.deepEqual(after, { numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9], damage: 0, upTo: 0 }, `operation ${at}`);
    }
    assert.ok(resumed > 20, `${resumed} resumed`);
});

test('after a failed sync the journal goes on in a new segment that begins with abandoned', async () => {
    const disk = new MemoryDisk();
    const clock = new HandClock();
    const { journal } = await openOn(disk, { clock });
    await journal.append([entry(1)]);
    disk.fail({ at: disk.operations.length + 1, errno: 'EIO' });
    await assert.rejects(journal.append([entry(2)]), { code: 'JOURNAL_WRITE_FAILED', kind: 'storage' });
    assert.deepEqual(journal.failure?.facts, { segment: 'segment-00000001.jsonl', offset: 4096, step: 'sync', errno: 'EIO' });
    assert.equal(journal.writable, false);
    assert.equal(journal.freeSlots, 0);
    await assert.rejects(journal.append([entry(2)]), { code: 'JOURNAL_NOT_WRITABLE' });
    clock.forward(1000);
    await flushes();
    assert.equal(journal.writable, true);
    await journal.append([entry(2)]);
    const synced = disk.operations.slice(disk.operations.lastIndexOf(`sync ${folder}/segment-00000001.jsonl`) + 1);
    assert.ok(!synced.includes(`sync ${folder}/segment-00000001.jsonl`), 'the failed sync is never retried');
    const types: unknown[] = [];
    for await (const record of journal.records()) types.push([record.seq, record.type, record.fromSeq ?? record.number]);
    assert.deepEqual(types, [
        [1, 'paymentPaid', 1],
        [2, 'abandoned', 2],
        [3, 'paymentPaid', 2],
    ]);
    await journal.close();
    disk.crash(loseAll);
    const again = await openOn(disk);
    assert.deepEqual(numbersOf(again.tail), [1, 2]);
    assert.deepEqual(again.recovery.damage, []);
    await again.journal.close();
});

const full = [
    { errno: 'ENOSPC', code: 'JOURNAL_FULL' },
    { errno: 'EROFS', code: 'JOURNAL_READ_ONLY' },
    { errno: 'EIO', code: 'JOURNAL_WRITE_FAILED' },
];
for (const { errno, code } of full) {
    test(`${errno} has a code of its own: ${code}`, async () => {
        const disk = new MemoryDisk();
        const { journal } = await openOn(disk);
        disk.fail({ at: disk.operations.length, errno, forever: true });
        await assert.rejects(journal.append([entry(1)]), { code, kind: 'storage' });
        await journal.close();
    });
}

test('a full disk: the reserve is told while appends still succeed, and freed space lets it go on', async () => {
    const disk = new MemoryDisk();
    const clock = new HandClock();
    const { journal } = await openOn(disk, { clock, segmentBytes: 8 * 4096, reserveSlots: 4 });
    disk.before = (operation) => {
        if (operation === 'create') throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    };
    let told = 0;
    for (let number = 1; number <= 8; number += 1) {
        await journal.append([entry(number)]);
        if (journal.reserveLow && told === 0) told = number;
    }
    assert.equal(told, 5);
    await assert.rejects(journal.append([entry(9)]), { code: 'JOURNAL_FULL' });
    assert.equal(journal.writable, false);
    disk.before = undefined;
    clock.forward(10_000);
    await journal.settled();
    clock.forward(1000);
    await flushes();
    assert.equal(journal.writable, true);
    await journal.append([entry(9)]);
    await journal.close();
    assert.deepEqual((await recovered(disk)).numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
