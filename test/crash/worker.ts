/**
 * Worker: one kiosk in one mode that is bought from and killed, again and again.
 *
 * Fault model: SIGKILL at a random moment, of a start too; a wallet that pays, pays late, or does nothing; notifications and answers
 * that are lost. What a process wrote stays, for the kernel goes on: power cuts are another proof.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { SaleView } from '../../firmware/ports/desk.ts';
import { ask } from '../e2e/http.ts';
import type { Blocks, Kiosk } from '../e2e/kiosk.ts';
import { catalog, type Stage } from '../e2e/stage.ts';
import type { Chance } from './chance.ts';

export const modes = ['payment-code', 'order-code', 'entry-code'] as const;
export type CrashMode = (typeof modes)[number];

/** About what a sale takes here, so that a kill may come at every step of one. */
const saleSpanMs = 300;
/** Longer than a start takes to its first record. */
const startSpanMs = 350;

const crashTiming: Blocks = {
    paymentCodeExpiry: '2s',
    paymentCodeAnswer: '800ms',
    paymentCodeFirstInquiry: '150ms',
    paymentCodeInquiry: '100ms',
    paymentCodeLimit: '1500ms',
    orderCodeExpiry: '3s',
    entryCodeExpiry: '3s',
    orderCodeFirstInquiry: '150ms',
    orderCodeInquiry: '100ms',
    requestAnswer: '800ms',
    cancelRetry: ['50ms', '100ms'],
    cancelBackoff: '100ms',
    cancelBackoffMax: '300ms',
    refundRetry: ['50ms', '100ms'],
    refundBackoffMax: '300ms',
    missingGrace: '200ms',
    blankMargin: '200ms',
    barrier: '500ms',
    patience: '3s',
    retryPatience: '1s',
    farewell: '0ms',
    presence: '3s',
    probe: ['30ms', '50ms'],
    delivery: '2s',
};

export class Worker {
    readonly mode: CrashMode;
    readonly kiosk: Kiosk;
    kills = 0;
    /** Kills while a kiosk was starting, not yet ready. */
    killsAtStart = 0;
    readonly #stage: Stage;
    readonly #chance: Chance;
    readonly #customers: Promise<void>[] = [];

    private constructor(order: { mode: CrashMode; kiosk: Kiosk; stage: Stage; chance: Chance }) {
        this.mode = order.mode;
        this.kiosk = order.kiosk;
        this.#stage = order.stage;
        this.#chance = order.chance;
    }

    static async open(order: { mode: CrashMode; stage: Stage; chance: Chance }): Promise<Worker> {
        const { mode, stage } = order;
        const kiosk = await stage.opened({
            name: mode,
            config: {
                kiosk: { id: mode, locale: 'en', currency: 'EUR', modes: [mode], dataDir: `./${mode}-data` },
                ...(mode === 'payment-code' ? { scanner: { type: 'virtual' } } : {}),
                display: { type: 'virtual', form: 'svg', refreshMs: 0 },
                dispenser: { type: 'virtual', moveMs: 100, stockEach: 1_000_000 },
                panel: { type: 'virtual' },
                catalog,
                // One kiosk asks a person after two doubts a slot and day, the others give the money back by themselves.
                ...(mode === 'order-code' ? {} : { doubt: { perSlotDay: 1000, perDay: 1000 } }),
                log: { level: 'warn' },
            },
            timing: crashTiming,
        });
        return new Worker({ ...order, kiosk });
    }

    /** One customer, one kill, one start. */
    async round(): Promise<void> {
        const chance = this.#chance;
        const killAfterMs = chance.next() * saleSpanMs;
        if (chance.oneIn(3)) await this.#stage.bank.fault({ api: 'notifyPayment', kind: 'never', count: 1 });
        if (chance.oneIn(8)) await this.#stage.bank.fault({ api: 'pay', kind: 'dropAfterBooking', count: 1, ttlMs: 2_000 });
        const customer = this.#customer().catch(gone);
        await wait(killAfterMs);
        await this.#kill();
        // Half of the customers end what they do with their telephones while the machine is dark, the others meet it as it comes back.
        if (chance.oneIn(2)) await customer;
        if (chance.oneIn(5)) {
            this.kiosk.service.launch();
            await wait(chance.next() * startSpanMs);
            this.killsAtStart += 1;
            await this.#kill();
        }
        await this.kiosk.open();
        this.#customers.push(customer);
    }

    /** Waits until nobody does anything with the kiosk any more. */
    async rest(): Promise<void> {
        await Promise.all(this.#customers.splice(0));
    }

    async #kill(): Promise<void> {
        this.kills += 1;
        await this.kiosk.service.kill();
    }

    /** Buys something; rejects where the machine is gone in the middle. */
    async #customer(): Promise<void> {
        const slots = Array.from({ length: 1 + this.#chance.below(2) }, () => this.#chance.pick(catalog).slot);
        if (this.mode === 'entry-code') return this.#visit(slots[0]!);
        const withGoods = !this.#chance.oneIn(4);
        const body = withGoods ? { items: slots.map((slot) => ({ slot })) } : { amount: { currency: 'EUR', value: '333' } };
        const opened = await ask({ url: `${this.kiosk.url}/v1/sales`, method: 'POST', body, timeoutMs: 2_000 });
        // The customer before may still stand there: then this one looks on, and the kill meets what goes on anyway.
        if (opened.status !== 201) return;
        const { id } = opened.json as SaleView;
        if (this.mode === 'payment-code') return this.#scan();
        const code = await this.#codeOf(id);
        await this.#hesitate();
        if (!this.#chance.oneIn(6)) await this.#stage.bank.wallet.scan('alice', { code });
    }

    async #scan(): Promise<void> {
        const text = await this.#stage.code();
        await this.#hesitate();
        for (let tries = 0; tries < 20; tries += 1) {
            const read = await ask({ url: `${this.kiosk.url}/v1/virtual/scanner`, method: 'POST', body: { text }, timeoutMs: 2_000 });
            if (read.status === 202) return;
            await wait(10);
        }
    }

    async #codeOf(id: string): Promise<string> {
        for (;;) {
            const sale = (await ask({ url: `${this.kiosk.url}/v1/sales/${id}`, timeoutMs: 2_000 })).json as SaleView;
            const code = sale.payments.at(-1)?.code;
            if (code !== undefined) return code;
            if (sale.ended) throw new Error('the sale has ended');
            await wait(5);
        }
    }

    async #visit(slot: string): Promise<void> {
        const { wallet } = this.#stage.bank;
        const opened = await wallet.openEntry('alice', { url: `${this.kiosk.url}/e/${this.kiosk.name}`, fields: { slot } });
        if (opened.kind !== 'page' || !opened.fields.includes('number')) return;
        await ask({ url: `${this.kiosk.url}/v1/virtual/panel`, method: 'POST', body: { key: 'confirm' }, timeoutMs: 2_000 });
        await wallet.submitPage('alice', { tab: opened.tab, fields: { number: '0000' } });
    }

    #hesitate(): Promise<void> {
        return wait(this.#chance.below(4) * 40);
    }
}

/** The machine was killed under the customer's hands, or the wallet was told that it is too late: both are what this proof is about. */
function gone(): void {}
