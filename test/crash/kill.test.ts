/**
 * kill -9 in the middle of each mode at random moments, start-ups among them. After each batch everything must settle by itself.
 *
 * TILL_BUDGET_SECONDS is the time for all of it (60 without); TILL_SEED makes the same choices again. A long run (15 minutes and more)
 * goes on until its time is over, and adds up what earlier long runs have proved in .cache/proof-kill.json.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import type { Ledger } from '../../scripts/sandbox/ledger.ts';
import { root, till } from '../e2e/processes.ts';
import { Stage } from '../e2e/stage.ts';
import { chanceOf } from './chance.ts';
import { type Books, booksOf, momentsOf, proveGoods, proveMoney, proveSales } from './proofs.ts';
import { modes, Worker } from './worker.ts';

const budgetSeconds = Number(process.env.TILL_BUDGET_SECONDS ?? '60');
const isLong = budgetSeconds >= 900;
const seed = process.env.TILL_SEED ?? randomBytes(6).toString('hex');
/** Enough for a normal run; a long one takes what it gets. */
const killsMaxPerMode = isLong ? Number.POSITIVE_INFINITY : 120;
/** A run with less than this has proved too little: 300 in the four minutes of a normal run, less in proportion; 100 a mode in a long one. */
const killsMin = Math.min(300, Math.floor((budgetSeconds / 240) * 300));
const killsMinPerMode = isLong ? 100 : Math.floor(killsMin / 6);
const roundsPerBatch = 30;
const progressFile = join(root, '.cache', 'proof-kill.json');

let stage: Stage | undefined;
after(() => stage?.close());

test(`kill -9 at random moments (seed ${seed}, ${budgetSeconds} s)`, async (t) => {
    const startedMs = performance.now();
    const leftMs = () => budgetSeconds * 1_000 - (performance.now() - startedMs);
    const chance = chanceOf(seed);
    stage = await Stage.open();
    const open = stage;
    const workers = await Promise.all(modes.map((mode) => Worker.open({ mode, stage: open, chance: chance.fork(mode) })));
    let books: readonly Books[] = [];
    let sales = 0;
    const proveAll = async () => {
        await Promise.all(workers.map((worker) => worker.rest()));
        await open.bank.endFault();
        books = await Promise.all(workers.map(({ kiosk }) => booksOf(kiosk)));
        const payments = await proveMoney(open, books);
        for (const one of books) proveGoods(one);
        sales = (await Promise.all(books.map((one) => proveSales(one)))).reduce((sum, count) => sum + count, 0);
        const kills = workers.map((worker) => `${worker.mode} ${worker.kills}`).join(', ');
        t.diagnostic(
            `${Math.round((performance.now() - startedMs) / 1_000)} s: kills ${kills}; ${sales} sales, ${payments} payments agree`,
        );
    };
    let lastBatchMs = 0;
    while (workers.some((worker) => worker.kills < killsMaxPerMode) && leftMs() > Math.max(12_000, lastBatchMs / 2)) {
        const batchStartedMs = performance.now();
        await Promise.all(
            workers.map(async (worker) => {
                for (let round = 0; round < roundsPerBatch && leftMs() > 12_000; round += 1) await worker.round();
            }),
        );
        await proveAll();
        lastBatchMs = performance.now() - batchStartedMs;
    }
    const moments = [...momentsOf(books)].sort(([, one], [, other]) => other - one);
    t.diagnostic(`killed after: ${moments.map(([type, count]) => `${type} ${count}`).join(', ')}`);
    t.diagnostic(`kills during a start: ${workers.reduce((sum, worker) => sum + worker.killsAtStart, 0)}`);
    if (isLong) t.diagnostic(`with earlier long runs: ${remember(workers)}`);
    for (const worker of workers) {
        assert.ok(worker.kills >= killsMinPerMode, `only ${worker.kills} kills in ${worker.mode}; the machine is too slow for this budget`);
    }
    const kills = workers.reduce((sum, worker) => sum + worker.kills, 0);
    assert.ok(kills >= killsMin, `only ${kills} kills; the machine is too slow for this budget`);
    for (const must of ['paymentIntended', 'codeIssued', 'deliveryIntended', 'cancelIntended']) {
        if (killsMin >= 300) assert.ok((momentsOf(books).get(must) ?? 0) > 0, `no kill came after ${must}`);
    }
});

test('canary: a double booking planted in the ledger is found by the comparison', async () => {
    assert.ok(stage !== undefined);
    const kiosk = stage.kiosks[0]!;
    const ledger = await stage.bank.ledger();
    const kept = ledger.payments.find((payment) => payment.net.value !== '0')!;
    const twice: Ledger = {
        ...ledger,
        payments: [...ledger.payments, { ...kept, paymentRequestId: `${kept.paymentRequestId}x`, paymentId: `${kept.paymentId}9` }],
    };
    const file = join(stage.folder, 'planted.json');
    const args = ['sandbox', 'compare', '-', '--ledger', file];
    const input = (await Promise.all(stage.kiosks.map((one) => one.exported()))).join('');
    writeFileSync(file, JSON.stringify(ledger));
    const honest = await till(args, { input });
    assert.equal(honest.code, 0, honest.out + honest.err);
    writeFileSync(file, JSON.stringify(twice));
    const planted = await till(args, { input });
    assert.equal(planted.code, 1, planted.out + planted.err);
    assert.ok(planted.out.includes(`${kept.paymentRequestId}x`), planted.out);
    assert.equal(kiosk.service.running, true);
});

test('canary: goods that fell without an intent, twice, or without a record are found', () => {
    const kiosk = stage!.kiosks[0]!;
    const intent = { type: 'deliveryIntended', saleId: 'S1', index: 0, slot: 'A1', deliveryId: 'D1' };
    const out = { type: 'deliveryEnded', saleId: 'S1', index: 0, slot: 'A1', outcome: 'delivered' };
    const fall = { deliveryId: 'D1', slot: 'A1' };
    const books = { kiosk, exported: '' };
    proveGoods({ ...books, records: [intent, out], tray: [fall] });
    assert.throws(() => proveGoods({ ...books, records: [], tray: [fall] }), /nobody intended/);
    assert.throws(() => proveGoods({ ...books, records: [intent, out], tray: [fall, fall] }), /fell 2 times/);
    assert.throws(() => proveGoods({ ...books, records: [intent, out], tray: [] }), /fell 0 times/);
    assert.throws(() => proveGoods({ ...books, records: [intent, { ...out, outcome: 'failed' }], tray: [fall] }), /fell 1 times/);
});

/** Adds this run's kills to those of earlier long runs, and tells the sum. */
function remember(workers: readonly Worker[]): string {
    let before: Record<string, number> = {};
    try {
        before = JSON.parse(readFileSync(progressFile, 'utf8')) as Record<string, number>;
    } catch {
        // The first long run of this checkout.
    }
    const sums = Object.fromEntries(workers.map((worker) => [worker.mode, (before[worker.mode] ?? 0) + worker.kills]));
    mkdirSync(dirname(progressFile), { recursive: true });
    writeFileSync(progressFile, `${JSON.stringify(sums)}\n`);
    return JSON.stringify(sums);
}
