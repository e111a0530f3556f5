/**
 * Kiosk: a `till run` of its own, spoken to as an integrator, a customer and an operator do: HTTP, a file, a signal, the command line.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SaleView } from '../../firmware/ports/desk.ts';
import { type Answer, ask } from './http.ts';
import { type Ended, type Environment, Service, till, until } from './processes.ts';

/** A configuration as data; JSON is YAML. */
export type Blocks = Readonly<Record<string, unknown>>;

/** Every wait of the till, short enough for a test and long enough for a busy machine. */
export const shortTiming: Blocks = {
    paymentCodeExpiry: '4s',
    paymentCodeAnswer: '1500ms',
    paymentCodeFirstInquiry: '300ms',
    paymentCodeInquiry: '200ms',
    paymentCodeLimit: '2500ms',
    orderCodeExpiry: '20s',
    entryCodeExpiry: '20s',
    orderCodeFirstInquiry: '400ms',
    orderCodeInquiry: '300ms',
    requestAnswer: '1500ms',
    cancelRetry: ['100ms', '200ms', '300ms'],
    cancelBackoff: '300ms',
    cancelBackoffMax: '600ms',
    refundRetry: ['100ms', '200ms', '300ms'],
    refundBackoffMax: '600ms',
    refundAgain: ['400ms'],
    missingGrace: '500ms',
    blankMargin: '500ms',
    barrier: '3s',
    patience: '20s',
    retryPatience: '4s',
    farewell: '200ms',
    presence: '20s',
    probe: ['100ms', '200ms', '500ms'],
    delivery: '2s',
    blocked: '1s',
    alertAfter: '2s',
    alertRetry: ['200ms'],
};

export class Kiosk {
    readonly folder: string;
    readonly configFile: string;
    readonly dataDir: string;
    readonly url: string;
    readonly service: Service;
    readonly name: string;
    /** What stands in its file. */
    readonly config: Blocks;

    constructor(order: { name: string; folder: string; port: number; config: Blocks; env?: Environment; wrapper?: readonly string[] }) {
        this.name = order.name;
        this.config = order.config;
        this.folder = order.folder;
        this.configFile = join(order.folder, `${order.name}.yaml`);
        this.dataDir = join(order.folder, `${order.name}-data`);
        this.url = `http://127.0.0.1:${order.port}`;
        writeFileSync(this.configFile, JSON.stringify(order.config, undefined, 2));
        this.service = new Service({
            args: ['run', '--config', this.configFile],
            logFile: join(order.folder, `${order.name}.log`),
            ...(order.env === undefined ? {} : { env: order.env }),
            ...(order.wrapper === undefined ? {} : { wrapper: order.wrapper }),
        });
    }

    /** Writes a file that differs from this kiosk's configuration in some blocks, and returns its path. */
    variant(name: string, change: Blocks): string {
        const file = join(this.folder, `${name}.yaml`);
        writeFileSync(file, JSON.stringify({ ...this.config, ...change }, undefined, 2));
        return file;
    }

    /** Starts it; resolves once its loop turns. */
    async start(): Promise<void> {
        this.service.launch();
        await this.until(
            'the kiosk answers /healthz',
            async () => ((await this.answerOf('/healthz'))?.status === 200 ? true : undefined),
            15_000,
        );
    }

    /** Starts it; resolves once it can sell. */
    async open(): Promise<void> {
        await this.start();
        await this.ready();
    }

    ready(): Promise<true> {
        return this.until('the kiosk can sell', async () => ((await this.answerOf('/readyz'))?.status === 200 ? true : undefined), 15_000);
    }

    /** Undefined where nobody answers; rejects at once where the process has ended. */
    async answerOf(path: string): Promise<Answer | undefined> {
        if (!this.service.running) throw new Error(`the kiosk has ended.\n${this.service.tail()}`);
        return ask({ url: `${this.url}${path}` }).catch(() => undefined);
    }

    until<Found>(what: string, probe: () => Promise<Found | undefined> | Found | undefined, limitMs = 10_000): Promise<Found> {
        return until(what, probe, { limitMs, tail: () => this.service.tail() });
    }

    get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
        return ask({ url: `${this.url}${path}`, ...(headers === undefined ? {} : { headers }) });
    }

    post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> {
        return ask({ url: `${this.url}${path}`, method: 'POST', body, ...(headers === undefined ? {} : { headers }) });
    }

    /** Opens a sale of slots or of an amount in minor units; retries while the customer before is still being said goodbye to. */
    async sell(what: readonly string[] | string, more: Blocks = {}): Promise<SaleView> {
        const goods = typeof what === 'string' ? { amount: { currency: 'EUR', value: what } } : { items: what.map((slot) => ({ slot })) };
        return this.until('a sale can be opened', async () => {
            const answer = await this.post('/v1/sales', { ...goods, ...more });
            if (answer.status === 409) return undefined;
            assert.equal(answer.status, 201, `${answer.text}\n${this.service.tail()}`);
            return answer.json as SaleView;
        });
    }

    async sale(id: string): Promise<SaleView> {
        const answer = await this.get(`/v1/sales/${id}`);
        assert.equal(answer.status, 200, answer.text);
        return answer.json as SaleView;
    }

    /** Waits until the sale is as `fits` wants it. */
    async saleWhen(id: string, what: string, fits: (sale: SaleView) => boolean, limitMs = 15_000): Promise<SaleView> {
        let last: SaleView | undefined;
        return until(
            `sale ${id} ${what}`,
            async () => {
                last = await this.sale(id);
                return fits(last) ? last : undefined;
            },
            { limitMs, tail: () => `${JSON.stringify(last, undefined, 2)}\n${this.service.tail()}` },
        );
    }

    ended(id: string, limitMs?: number): Promise<SaleView> {
        return this.saleWhen(id, 'has ended', (sale) => sale.ended, limitMs);
    }

    /** Waits for the order code of a sale and returns it, as the API shows it. */
    async orderCode(id: string): Promise<string> {
        const sale = await this.saleWhen(id, 'offers an order code', (one) => codeOf(one) !== undefined);
        return codeOf(sale)!;
    }

    /** Holds a code to the virtual scanner as soon as it reads. */
    async scan(text: string): Promise<void> {
        await this.until('the scanner reads', async () => {
            const answer = await this.post('/v1/virtual/scanner', { text });
            if (answer.status === 409) return undefined;
            assert.equal(answer.status, 202, answer.text);
            return true;
        });
    }

    /** A code that is sent before the line is open is lost, as it is before a scanner is plugged in. */
    lineOpen(): Promise<true> {
        return this.until('the scanner’s line is open', () => (this.service.log().includes('serial line open') ? true : undefined));
    }

    async press(key: string): Promise<void> {
        assert.equal((await this.post('/v1/virtual/panel', { key })).status, 202);
    }

    async setFault(slot: string, fault: string): Promise<void> {
        const answer = await ask({ url: `${this.url}/v1/virtual/dispenser`, method: 'PUT', body: { slot, fault } });
        assert.equal(answer.status, 200, answer.text);
    }

    /** Everything that ever fell. */
    async tray(): Promise<readonly { readonly deliveryId: string; readonly slot: string }[]> {
        return ((await this.get('/v1/virtual/tray')).json as { items: { deliveryId: string; slot: string }[] }).items;
    }

    /** The words on the glass of the virtual display. */
    async words(): Promise<string> {
        const svg = (await this.get('/v1/virtual/display')).text;
        return unescaped(/<title>([^<]*)<\/title>/.exec(svg)?.[1] ?? '');
    }

    async wordsWhen(what: RegExp, limitMs = 10_000): Promise<string> {
        let last = '';
        return until(
            `the screen says ${what}`,
            async () => {
                last = await this.words();
                return what.test(last) ? last : undefined;
            },
            { limitMs, tail: () => `the screen says: ${last}\n${this.service.tail()}` },
        );
    }

    /** Runs a subcommand of `till` with this kiosk's configuration. */
    till(args: readonly string[], order: { input?: string } = {}): Promise<Ended> {
        return till([...args, '--config', this.configFile], order);
    }

    /** The journal's records, oldest first, by `till journal export`. */
    async records(): Promise<readonly Blocks[]> {
        return (await this.exported())
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as Blocks);
    }

    async exported(): Promise<string> {
        const { code, out, err } = await this.till(['journal', 'export', '--format', 'ndjson']);
        assert.equal(code, 0, err);
        return out;
    }

    /** Resolves when no sale is under way any more. */
    async settled(limitMs = 30_000): Promise<void> {
        let open: readonly SaleView[] = [];
        await until(
            'every sale has ended',
            async () => {
                open = ((await this.get('/v1/sales?state=open')).json as { sales: readonly SaleView[] }).sales;
                return open.length === 0 ? true : undefined;
            },
            { limitMs, tail: () => `${JSON.stringify(open, undefined, 2)}\n${this.service.tail()}` },
        );
    }
}

function codeOf(sale: SaleView): string | undefined {
    return sale.payments.find((payment) => payment.mode === 'order-code' && payment.code !== undefined)?.code;
}

function unescaped(text: string): string {
    return text.replace(/&#(\d+);/g, (_whole, point: string) => String.fromCodePoint(Number(point)));
}

/** The states of a sale's payments by mode, such as `payment-code declined, order-code cancelled`, in their order. */
export function paymentsOf(sale: SaleView): string {
    return sale.payments.map((payment) => `${payment.mode} ${payment.state}`).join(', ');
}

/** How money went back: `cancel confirmed 150`, in order. */
export function refundsOf(sale: SaleView): string {
    return sale.refunds.map((refund) => `${refund.by} ${refund.state} ${refund.amount.value}`).join(', ');
}
