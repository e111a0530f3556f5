/**
 * Bookkeeper: has the journal compared with the sandbox's ledger, whenever either side has changed.
 *
 * Where a stage is, it compares from the disk, also while the kiosk has no power: it knows the journals of all the kiosks that it has
 * been, and their gateway is one. Else the kiosk is asked for the records that are new, and the sandbox compares.
 *
 * Owns: the journal's copy in this page: the records that name a payment, as they were exported. Rules: one comparison at a time, and one
 * more when something changed meanwhile.
 */
import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Answer } from '../calls.ts';
import {
    askKiosk,
    askSandbox,
    askStage,
    hello,
    ledgerTurn,
    powered,
    records,
    sandboxLink,
    sandboxUrl,
    stageLink,
    stageUrl,
} from '../store.ts';
import type { Comparison, PageRecord } from '../wire.ts';
import { notYet } from './agreement.ts';

const comparisonSignal: Signal<Comparison | undefined> = signal(undefined);
const missingSignal: Signal<string | undefined> = signal(undefined);
const differsSinceSignal: Signal<number | undefined> = signal(undefined);

export const comparison: ReadonlySignal<Comparison | undefined> = comparisonSignal;
/** Why nothing can be compared now. */
export const missing: ReadonlySignal<string | undefined> = missingSignal;
/** Monotonic milliseconds since when both differ without a break. */
export const differsSince: ReadonlySignal<number | undefined> = differsSinceSignal;

const settleMs = 200;
const againMs = 2000;
const partLength = 1000;

let kioskId: string | undefined;
let lastSeq = 0;
let lines: string[] = [];
let planned: ReturnType<typeof setTimeout> | undefined;
let plannedAtMs = 0;
let running = false;
let dirty = false;

/** Compares from now on. Called once. */
export function openBooks(): void {
    effect(() => {
        // Named so that a change of any of them plans a comparison.
        void [records.value, ledgerTurn.value, powered.value, sandboxLink.value, hello.value?.kiosk, stageLink.value];
        plan(settleMs);
    });
}

function plan(waitMs: number): void {
    dirty = true;
    if (running) return;
    const atMs = performance.now() + waitMs;
    if (planned !== undefined && plannedAtMs <= atMs) return;
    clearTimeout(planned);
    plannedAtMs = atMs;
    planned = setTimeout(() => {
        planned = undefined;
        void run();
    }, waitMs);
}

async function run(): Promise<void> {
    running = true;
    dirty = false;
    const why = await compare();
    running = false;
    missingSignal.value = why;
    if (dirty) plan(settleMs);
    // A difference may end without a word from either stream, and an answer may have been lost.
    else if (why !== undefined || comparisonSignal.value?.agrees === false) plan(againMs);
}

/** Compares once; answers why not. */
async function compare(): Promise<string | undefined> {
    const kiosk = hello.value?.kiosk;
    if (kiosk === undefined) return 'The kiosk has not answered yet.';
    if (sandboxUrl.value === undefined)
        return 'This kiosk’s gateway is not a sandbox on this machine, so there is no ledger to compare with.';
    if (sandboxLink.value === 'connecting') return notYet;
    if (sandboxLink.value === 'off') return 'The sandbox does not answer, so there is no ledger to compare with.';
    if (stageUrl.value !== undefined) {
        if (stageLink.value === 'connecting') return notYet;
        // This kiosk's journal alone against a ledger of several kiosks would find differences that are none.
        if (stageLink.value === 'off')
            return 'npm start does not answer, and it alone has the journals of all the kiosks that it has been.';
        return believe(await askStage<Comparison>('GET', '/stage/compare'));
    }
    if (kiosk !== kioskId) {
        kioskId = kiosk;
        lastSeq = 0;
        lines = [];
        comparisonSignal.value = undefined;
    }
    return (await readJournal()) ?? believe(await askSandbox<Comparison>('POST', '/admin/compare', { export: lines.join('') }));
}

function believe(answer: Answer<Comparison>): string | undefined {
    if (!answer.ok) return answer.detail;
    comparisonSignal.value = answer.body;
    differsSinceSignal.value = answer.body.agrees ? undefined : (differsSinceSignal.value ?? performance.now());
    return undefined;
}

/** Reads on in the kiosk's journal; answers why it could not. */
async function readJournal(): Promise<string | undefined> {
    if (!powered.value) return 'The kiosk does not answer, so its journal cannot be read.';
    for (;;) {
        type Part = { readonly records: readonly PageRecord[]; readonly head: number };
        const answer = await askKiosk<Part>('GET', `/v1/journal?after=${lastSeq}&limit=${partLength}`);
        if (!answer.ok) return answer.detail;
        for (const record of answer.body.records) {
            if (record.seq <= lastSeq) continue;
            lastSeq = record.seq;
            if (record.paymentRequestId !== undefined) lines.push(`${JSON.stringify(record)}\n`);
        }
        if (answer.body.records.length === 0 || lastSeq >= answer.body.head) return undefined;
    }
}
