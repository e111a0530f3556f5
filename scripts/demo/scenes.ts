/**
 * Scenes: the four sales that a newcomer sees: one in each mode, and one in which the motor jams. Everything goes over the kiosk's API
 * and the wallet's; what is told of it comes from the journal.
 */
import type { JournalRecord } from '../../firmware/ports/journal.ts';
import type { SandboxClient } from '../sandbox/client.ts';
import { call, tryCall } from './calls.ts';
import { wentOtherwise } from './faults.ts';
import { halfBlocks } from './half-blocks.ts';
import type { JournalTail } from './journal-tail.ts';
import { customer } from './purse.ts';
import type { Terminal } from './terminal.ts';

export interface Stage {
    readonly terminal: Terminal;
    readonly tail: JournalTail;
    readonly wallet: SandboxClient['wallet'];
    /** `http://host:port` of the kiosk. */
    readonly kiosk: string;
    readonly entryCode: string;
    /** A moment to look, where a person watches. Rejects with Stopped. */
    readonly pause: (ms: number) => Promise<void>;
}

export interface Scene {
    readonly title: string;
    readonly play: (stage: Stage) => Promise<void>;
}

const saleLimitMs = 30_000;
const codeLimitMs = 15_000;
const lookMs = 2_500;

export const scenes: readonly Scene[] = [
    { title: 'Order code: the screen shows a code, the customer scans it', play: orderCode },
    { title: 'Payment code: the customer shows a code, the scanner reads it', play: paymentCode },
    { title: "Entry code: a code on the machine opens a page in the customer's wallet", play: entryCode },
    { title: 'The motor jams: nothing comes out, and the money goes back by itself', play: jam },
];

async function orderCode(stage: Stage): Promise<void> {
    say(stage, 'Somebody chooses water, slot A1.');
    const saleId = await open(stage, 'A1');
    const issued = await codeOf(stage, saleId);
    draw(stage, String(issued.code), 'What the screen shows: a code for this order alone.');
    await stage.pause(lookMs);
    say(stage, `${customer} scans it with a telephone and confirms.`);
    await stage.wallet.scan(customer, { code: String(issued.code) });
    await ends(stage, saleId, 'delivered');
}

async function paymentCode(stage: Stage): Promise<void> {
    say(stage, 'Somebody chooses chocolate, slot B1. The screen offers an order code, and the scanner is armed as well.');
    const saleId = await open(stage, 'B1');
    await codeOf(stage, saleId);
    await stage.pause(lookMs / 2);
    say(stage, `${customer} holds the code of a wallet to the scanner. It is money, so it is neither shown here nor written anywhere.`);
    await scan(stage);
    await ends(stage, saleId, 'delivered');
}

async function entryCode(stage: Stage): Promise<void> {
    draw(stage, stage.entryCode, 'A code on the idle screen, or a sticker on the machine:');
    await stage.pause(lookMs);
    say(stage, `${customer} scans it. In the wallet a page opens, and cola, slot A2, is chosen.`);
    const opening = stage.wallet.openEntry(customer, { url: stage.entryCode, fields: { slot: 'A2' } });
    const opened = await stage.tail.until((record) => record.type === 'saleOpened' && record.origin === 'entry', {
        what: 'the entry page opened a sale',
        limitMs: codeLimitMs,
    });
    const saleId = String(opened.saleId);
    const page = await opening;
    if (page.kind !== 'page') throw wentOtherwise('The entry page did not ask whether somebody stands at the machine.');
    say(stage, `Nobody buys from home: the page asks for the number on the screen, ${opened.presenceNumber}.`);
    await stage.pause(lookMs / 2);
    const submitted = await stage.wallet.submitPage(customer, { tab: page.tab, fields: { number: String(opened.presenceNumber) } });
    if (submitted.paid?.outcome !== 'paid') throw wentOtherwise("The entry page did not lead into the wallet's cashier.");
    await ends(stage, saleId, 'delivered');
}

async function jam(stage: Stage): Promise<void> {
    const dispenser = `${stage.kiosk}/v1/virtual/dispenser`;
    say(stage, 'We jam the motor of slot A2, and somebody buys cola.');
    await call('PUT', dispenser, { slot: 'A2', fault: 'jam' });
    try {
        const saleId = await open(stage, 'A2');
        const issued = await codeOf(stage, saleId);
        await stage.wallet.scan(customer, { code: String(issued.code) });
        await ends(stage, saleId, 'refunded');
    } finally {
        await call('PUT', dispenser, { slot: 'A2', fault: 'none' });
    }
    say(stage, 'The motor is free again. Nobody had to ask for the money.');
}

async function open(stage: Stage, slot: string): Promise<string> {
    const { body } = await call('POST', `${stage.kiosk}/v1/sales`, { items: [{ slot }] });
    return String(body.id);
}

function codeOf(stage: Stage, saleId: string): Promise<JournalRecord> {
    return stage.tail.until((record) => record.type === 'codeIssued' && record.saleId === saleId, {
        what: 'the gateway issued an order code',
        limitMs: codeLimitMs,
    });
}

/** Holds a fresh code to the scanner, as soon as it is armed. */
async function scan(stage: Stage): Promise<void> {
    const end = performance.now() + codeLimitMs;
    for (;;) {
        const { code } = await stage.wallet.showCode(customer);
        const answered = await tryCall('POST', `${stage.kiosk}/v1/virtual/scanner`, { text: code });
        if (answered?.status === 202) return;
        if (performance.now() > end) throw wentOtherwise('The scanner was not armed although a sale waited for a code.');
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

/** Tells the sale to its end, which must be the promised one. */
async function ends(stage: Stage, saleId: string, state: 'delivered' | 'refunded'): Promise<void> {
    const ended = await stage.tail.until((record) => record.type === 'saleEnded' && record.saleId === saleId, {
        what: 'the sale ended',
        limitMs: saleLimitMs,
    });
    if (ended.state !== state) throw wentOtherwise(`The sale ${saleId} ended as ${String(ended.state)} instead of ${state}.`);
    await stage.pause(lookMs / 2);
}

function say(stage: Stage, sentence: string): void {
    stage.terminal.line(`  ${stage.terminal.paint('cyan', sentence)}`);
}

function draw(stage: Stage, text: string, caption: string): void {
    const { terminal } = stage;
    const lines = halfBlocks(text, { colour: terminal.colour }) ?? [];
    terminal.line(`  ${terminal.paint('cyan', caption)}`);
    // A code whose lines break is no code.
    if (lines.length > 0 && [...(lines[0] ?? '')].length < terminal.columns + (terminal.colour ? 26 : 0)) {
        for (const line of lines) terminal.line(`      ${line}`);
    }
    terminal.line(`      ${text}`);
}
