/**
 * Trial: what `npm start` puts up (sandbox gateway, kiosk, stage) in a temporary folder on free ports, with one browser before it; and
 * what is known of it without the page: the wallets, the journal on the disk, the ledger.
 *
 * Rules: between two tests everything is well again, and every wallet has what it began with. The books are compared from the disk's own
 * export, apart from the page and from the stage.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import type { JournalRecord } from '../../firmware/ports/journal.ts';
import { placesIn } from '../../scripts/demo/ground.ts';
import { SandboxClient } from '../../scripts/sandbox/client.ts';
import { profileNamed, profiles } from '../../scripts/stage/profiles.ts';
import { Stage } from '../../scripts/stage/stage.ts';
import { till, until } from '../e2e/processes.ts';
import { Chromium, type Window } from './browser.ts';
import { Counter } from './counter.ts';

/** Waits of a till that is watched by a test. The time for a gateway's answer stays a shop's: a slow one must be seen to be slow. */
const shortWaits = {
    paymentCodeExpiry: '15s',
    paymentCodeFirstInquiry: '600ms',
    paymentCodeInquiry: '400ms',
    paymentCodeLimit: '10s',
    orderCodeExpiry: '30s',
    entryCodeExpiry: '30s',
    orderCodeFirstInquiry: '1500ms',
    orderCodeInquiry: '500ms',
    orderCodeRetry: ['200ms', '300ms'],
    cancelRetry: ['200ms', '300ms', '500ms'],
    cancelBackoff: '500ms',
    cancelBackoffMax: '1s',
    refundRetry: ['200ms', '300ms', '500ms'],
    refundBackoffMax: '1s',
    refundAgain: ['500ms'],
    missingGrace: '1s',
    blankMargin: '1s',
    patience: '2m',
    retryPatience: '20s',
    farewell: '2500ms',
    delivery: '3s',
    blocked: '1s',
    probe: ['200ms', '300ms', '500ms'],
};

export const balance = '50000';
const buyer = 'alice';

/** What was there before a test: records, receipts of the buyer, goods in the tray. */
export interface Before {
    readonly seq: number;
    readonly receipts: number;
    readonly fallen: number;
}

export interface TrialOrder {
    readonly profile: 'vending' | 'stand' | 'self-service';
    readonly lang?: string;
    /** Waits that differ from the short ones. */
    readonly waits?: Readonly<Record<string, string | readonly string[]>>;
    readonly environment?: Readonly<Record<string, string>>;
}

export class Trial {
    readonly folder: string;
    readonly stage: Stage;
    readonly chromium: Chromium;
    readonly bank: SandboxClient;
    readonly #broken: Error[];

    private constructor(parts: { folder: string; stage: Stage; chromium: Chromium; broken: Error[] }) {
        this.folder = parts.folder;
        this.stage = parts.stage;
        this.chromium = parts.chromium;
        this.#broken = parts.broken;
        this.bank = new SandboxClient(parts.stage.sandboxAddress);
    }

    static async open(order: TrialOrder): Promise<Trial> {
        const folder = mkdtempSync(join(tmpdir(), 'till-trial-'));
        const broken: Error[] = [];
        let chromium: Chromium | undefined;
        try {
            chromium = await Chromium.open();
            const stage = await Stage.open({
                folder,
                profile: profileNamed(order.profile)!,
                lang: order.lang ?? 'en',
                port: await roomyPort(),
                signal: new AbortController().signal,
                during: (_what, run) => run(),
                say: () => undefined,
                onBroken: (fault) => broken.push(fault),
                environment: { TILL_TIMING: JSON.stringify({ ...shortWaits, ...order.waits }), ...order.environment },
            });
            return new Trial({ folder, stage, chromium, broken });
        } catch (thrown) {
            await chromium?.close();
            rmSync(folder, { recursive: true, force: true });
            throw thrown;
        }
    }

    /** The kiosk's own address, without a slash at its end. */
    get kiosk(): string {
        return this.stage.view.kiosk.url;
    }

    /** Opens the page as a newcomer does. Resolves when the kiosk's screen stands there, the phone has its wallet, and the books are compared. */
    async visit(options: BrowserContextOptions = {}): Promise<{ window: Window; counter: Counter }> {
        const window = await this.chromium.window(this.stage.address, options);
        const counter = new Counter(window);
        await counter.settled();
        return { window, counter };
    }

    /** All is well again, the machine idle and the phone at home with all of its money, as the page shows it. */
    async begin(counter: Counter): Promise<Before> {
        await this.reset();
        await counter.phoneHome();
        await counter.screen('idle', { timeout: 30_000 });
        await counter.balanceIs(BigInt(balance));
        return { seq: await this.head(), receipts: (await this.receipts()).length, fallen: (await this.tray()).length };
    }

    /** The world as it was at the beginning, but for what was sold. */
    async reset(): Promise<void> {
        assert.deepEqual(this.#broken, []);
        await this.bank.endFault();
        await this.stage.plugIn();
        await until('the kiosk answers', async () => ((await this.status('/healthz')) === 200 ? true : undefined), { limitMs: 20_000 });
        await this.put('/v1/virtual/machine', { diskFull: false, clockOffsetMs: 0 });
        await this.put('/v1/virtual/scanner', { plugged: true });
        for (const slot of await this.slots()) await this.put('/v1/virtual/dispenser', { slot, fault: 'none' });
        await this.bank.wallet.change(buyer, { balance, password: false, refuse: null, limit: null });
        // A code that an earlier test used without the gateway's knowledge would be refused by the till.
        await this.bank.wallet.showCode(buyer);
        await this.leaveAll();
        await this.ready();
    }

    /** Ends the sales that a test left open, as a customer who walks away does. */
    async leaveAll(): Promise<void> {
        const { sales } = (await this.get('/v1/sales?state=open')) as { sales: readonly { readonly id: string }[] };
        for (const { id } of sales)
            await fetch(`${this.kiosk}/v1/sales/${id}/cancel`, { method: 'POST' }).then((answer) => answer.arrayBuffer());
    }

    /** Waits until the till would sell. What is settled behind its back may go on. */
    async ready(): Promise<void> {
        const look = async () => ((await this.status('/readyz')) === 200 ? true : undefined);
        await until('the till would sell', look, { limitMs: 30_000, everyMs: 50 });
    }

    async status(path: string): Promise<number | undefined> {
        const response = await fetch(`${this.kiosk}${path}`).catch(() => undefined);
        await response?.arrayBuffer();
        return response?.status;
    }

    async get(path: string): Promise<unknown> {
        return (await fetch(`${this.kiosk}${path}`)).json();
    }

    async put(path: string, body: object): Promise<void> {
        const response = await fetch(`${this.kiosk}${path}`, {
            method: 'PUT',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
        });
        assert.ok(response.ok || response.status === 404, `${path}: ${response.status} ${await response.text()}`);
    }

    async slots(): Promise<readonly string[]> {
        if (this.stage.view.profile !== 'vending') return [];
        return ['A1', 'A2', 'A3', 'B1', 'B2', 'B3'];
    }

    /** Minor units in the wallet now. */
    async purse(): Promise<bigint> {
        return BigInt((await this.bank.wallet.view(buyer)).balance);
    }

    /** What the wallet's receipts say since it was at `seen`: `payment 150`, newest first. */
    async receipts(seen = 0): Promise<readonly string[]> {
        const all = await this.bank.wallet.receipts(buyer);
        return all.slice(0, all.length - seen).map(({ kind, amount }) => `${kind} ${amount.value}`);
    }

    /** Everything that ever fell, by slot. */
    async tray(): Promise<readonly string[]> {
        const { items } = (await this.get('/v1/virtual/tray')) as { items: readonly { readonly slot: string }[] };
        return items.map((item) => item.slot);
    }

    /** Records of the journal of the kiosk that stands there now, from the disk. */
    async records(after = 0): Promise<readonly JournalRecord[]> {
        const found: JournalRecord[] = [];
        for (;;) {
            const { records, head } = await this.stage.journal({ after: found.at(-1)?.seq ?? after });
            found.push(...records);
            if (records.length === 0 || (found.at(-1)?.seq ?? head) >= head) return found;
        }
    }

    async head(): Promise<number> {
        return (await this.stage.journal({ after: 0, limit: 1 })).head;
    }

    /** How the sales that began after `seq` ended, in their order. */
    async ends(seq: number): Promise<readonly string[]> {
        const records = await this.records(seq);
        const opened = records.filter((record) => record.type === 'saleOpened').map((record) => record.saleId);
        return opened.map((sale) => String(records.findLast((one) => one.type === 'saleEnded' && one.saleId === sale)?.state ?? 'open'));
    }

    /** The order code that the gateway itself has for the payment on offer. */
    async issuedCode(seq: number): Promise<string> {
        const record = (await this.records(seq)).findLast((one) => one.type === 'paymentIntended' && one.mode === 'order-code');
        const { orderCode } = await this.bank.payment(String(record?.paymentRequestId));
        return orderCode ?? 'none';
    }

    /** The journals of all kiosks as `till journal export` reads them from the disk, against the gateway's ledger: to the cent, none kept twice. */
    async proveBooks(): Promise<void> {
        await until(
            'journal and ledger agree',
            async () => {
                const comparison = await this.bank.compare(await this.exported());
                return comparison.agrees && comparison.keptTwice.length === 0 ? true : undefined;
            },
            { limitMs: 20_000, everyMs: 300 },
        );
    }

    async exported(): Promise<string> {
        let lines = '';
        for (const { name } of profiles) {
            const places = placesIn(this.folder, name);
            if (!existsSync(places.journal)) continue;
            const { code, out, err } = await till(['journal', 'export', '--format', 'ndjson', '--dir', places.journal]);
            assert.equal(code, 0, err);
            lines += out;
        }
        return lines;
    }

    async close(): Promise<void> {
        await this.chromium.close();
        await this.stage.close();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** A port behind which there is room for the others. */
function roomyPort(): Promise<number> {
    return new Promise((resolve) => {
        const server = createServer();
        server.listen({ host: '127.0.0.1', port: 0 }, () => {
            const { port } = server.address() as { port: number };
            server.close(() => resolve(port > 60_000 ? port - 20_000 : port));
        });
    });
}
