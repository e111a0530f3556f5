/**
 * Stage: one sandbox gateway with its wallets and the kiosks that sell against it, in a temporary folder, with keys made by
 * `till keys generate`. At the end the books of both sides are compared to the cent.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SaleView } from '../../firmware/ports/desk.ts';
import { SandboxClient } from '../../scripts/sandbox/client.ts';
import { type Blocks, Kiosk, shortTiming } from './kiosk.ts';
import { type Environment, freePort, Service, till, until } from './processes.ts';

export const clientId = 'SANDBOX_5X00000000000000';

export interface KioskOrder {
    readonly name?: string;
    /** Blocks that replace those of the plain kiosk; `timing` is laid over the short one. */
    readonly config?: Blocks;
    readonly timing?: Blocks;
    readonly env?: Environment;
    readonly wrapper?: readonly string[];
    /** Its data folder, where that is not one of the stage. */
    readonly dataDir?: string;
}

export const catalog = [
    { slot: 'A1', name: { en: 'Water' }, price: '150' },
    { slot: 'A2', name: { en: 'Cola' }, price: '220' },
    { slot: 'B1', name: { en: 'Chocolate' }, price: '180' },
];

/** Three modes and every device virtual, on the API's listener. */
export const vending: Blocks = {
    scanner: { type: 'virtual' },
    display: { type: 'virtual', form: 'svg' },
    dispenser: { type: 'virtual', moveMs: 60 },
    panel: { type: 'virtual' },
    catalog,
};

/** A stand: nothing is handed out by the machine. */
export const stand: Blocks = {
    scanner: { type: 'virtual' },
    display: { type: 'virtual', form: 'svg' },
    panel: { type: 'virtual' },
    entry: { min: '50', max: '50000' },
};

export class Stage {
    readonly folder: string;
    readonly sandbox: Service;
    /** Speaks to the sandbox's admin and wallets. */
    bank: SandboxClient = new SandboxClient('http://127.0.0.1:1');
    gatewayUrl = '';
    adminUrl = '';
    readonly kiosks: Kiosk[] = [];

    private constructor(folder: string) {
        this.folder = folder;
        this.sandbox = new Service({ args: ['sandbox', '--config', join(folder, 'sandbox.yaml')], logFile: join(folder, 'sandbox.log') });
    }

    /** Makes keys and starts the sandbox. */
    static async open(order: { switches?: Blocks; keysFrom?: string; sandbox?: Blocks } = {}): Promise<Stage> {
        const stage = new Stage(mkdtempSync(join(tmpdir(), 'till-stage-')));
        try {
            await stage.#makeKeys(order.keysFrom);
            stage.#writeSandbox(order.switches ?? {}, order.sandbox ?? {});
            await stage.startSandbox();
            return stage;
        } catch (thrown) {
            await stage.close();
            throw thrown;
        }
    }

    async #makeKeys(from: string | undefined): Promise<void> {
        const keys = join(this.folder, 'keys');
        mkdirSync(keys);
        if (from !== undefined) return cpSync(from, keys, { recursive: true });
        const made = await till(['keys', 'generate', '--out', join(keys, 'merchant.pem')]);
        assert.equal(made.code, 0, made.out + made.err);
    }

    #writeSandbox(switches: Blocks, more: Blocks): void {
        const config = {
            listen: '127.0.0.1:0',
            adminListen: '127.0.0.1:0',
            clients: [{ clientId, publicKeyFile: 'keys/merchant.pub.pem' }],
            gatewayKeyFile: 'keys/gateway.pem',
            state: 'sandbox.ledger',
            wallets: [
                { name: 'alice', currency: 'EUR', pspName: 'ALIPAY_HK', balance: '100000000' },
                { name: 'bob', currency: 'EUR', pspName: 'GCASH', balance: '40' },
                { name: 'chen', currency: 'CNY', pspName: 'ALIPAY_CN', balance: '1000000000', codeDigits: 18 },
            ],
            // A day of the gateway's patience with a notification in some seconds.
            switches: { timeScale: 400, ...switches },
            ...more,
        };
        writeFileSync(join(this.folder, 'sandbox.yaml'), JSON.stringify(config, undefined, 2));
    }

    /** Starts the sandbox (again) and learns where it listens. */
    async startSandbox(order: { sameAddress?: boolean } = {}): Promise<void> {
        if (order.sameAddress === true) {
            const file = join(this.folder, 'sandbox.yaml');
            const config = JSON.parse(readFileSync(file, 'utf8')) as Blocks;
            writeFileSync(file, JSON.stringify({ ...config, listen: new URL(this.gatewayUrl).host }, undefined, 2));
        }
        const before = this.sandbox.log().length;
        this.sandbox.launch();
        const [, gateway, admin] = await until(
            'the sandbox listens',
            () => {
                if (!this.sandbox.running) throw new Error(`the sandbox has ended.\n${this.sandbox.tail()}`);
                return /Sandbox gateway on (\S+)\nAdmin and wallet on (\S+)/.exec(this.sandbox.log().slice(before)) ?? undefined;
            },
            { limitMs: 15_000, tail: () => this.sandbox.tail() },
        );
        this.gatewayUrl = gateway ?? '';
        this.adminUrl = admin ?? '';
        this.bank = new SandboxClient(this.adminUrl);
    }

    /** Puts a kiosk together without starting it. */
    async kiosk(order: KioskOrder = {}): Promise<Kiosk> {
        const name = order.name ?? `kiosk-${this.kiosks.length + 1}`;
        const port = await freePort();
        const { timing, ...blocks } = order.config ?? vending;
        const config: Blocks = {
            kiosk: {
                id: name,
                locale: 'en',
                timeZone: 'Europe/Berlin',
                currency: 'EUR',
                modes: ['payment-code', 'order-code', 'entry-code'],
                dataDir: order.dataDir ?? `./${name}-data`,
            },
            merchant: { id: 'M001', name: 'Corner Stand', mcc: '5814', store: { id: 'S001', name: 'Corner Stand', mcc: '5814' } },
            gateway: {
                url: this.gatewayUrl,
                clientId,
                keyVersion: 1,
                privateKeyFile: 'keys/merchant.pem',
                gatewayPublicKeyFiles: ['keys/gateway.pub.pem'],
                notifyUrl: `http://127.0.0.1:${port}/ams/notify`,
                settlementCurrency: 'EUR',
            },
            api: { listen: `127.0.0.1:${port}` },
            relay: { mode: 'embedded', publicUrl: `http://127.0.0.1:${port}` },
            timing: { ...shortTiming, ...(timing as Blocks | undefined), ...order.timing },
            log: { level: 'debug' },
            ...blocks,
        };
        const { env, wrapper } = order;
        const kiosk = new Kiosk({
            name,
            folder: this.folder,
            port,
            config,
            ...(env === undefined ? {} : { env }),
            ...(wrapper === undefined ? {} : { wrapper }),
        });
        this.kiosks.push(kiosk);
        return kiosk;
    }

    /** A kiosk that can sell. */
    async opened(order: KioskOrder = {}): Promise<Kiosk> {
        const kiosk = await this.kiosk(order);
        await kiosk.open();
        return kiosk;
    }

    /** A fresh payment code of a wallet. */
    async code(wallet = 'alice'): Promise<string> {
        return (await this.bank.wallet.showCode(wallet)).code;
    }

    /**
     * Waits until all is settled, then proves the books: journal and ledger agree to the cent, no sale keeps two payments, the sales'
     * own figures say the same, and each journal's chain holds.
     */
    async proveBooks(kiosks: readonly Kiosk[] = this.kiosks): Promise<void> {
        let exports = '';
        let kept = 0n;
        for (const kiosk of kiosks) {
            if (!kiosk.service.running) await kiosk.start();
            await kiosk.settled();
            const { sales } = (await kiosk.get('/v1/sales?limit=500')).json as { sales: readonly SaleView[] };
            for (const sale of sales) kept += BigInt(sale.kept.value);
            exports += await kiosk.exported();
            const verified = await kiosk.till(['journal', 'verify']);
            assert.equal(verified.code, 0, `till journal verify: ${verified.out}${verified.err}`);
        }
        const comparison = await this.bank.compare(exports);
        assert.deepEqual(comparison.differences, [], 'journal and ledger differ');
        assert.equal(comparison.agrees, true);
        assert.deepEqual(comparison.keptTwice, []);
        const ledger = await this.bank.ledger();
        const net = ledger.totals.reduce((sum, total) => sum + BigInt(total.net), 0n);
        assert.equal(kept, net, 'what the sales say that they kept is what the ledger says');
    }

    /** Ends what it started, and removes its folder. */
    async close(): Promise<void> {
        const services = [...this.kiosks.map((kiosk) => kiosk.service), this.sandbox];
        for (const service of services) service.signal('SIGKILL');
        await Promise.all(services.map((service) => service.ended()));
        rmSync(this.folder, { recursive: true, force: true });
    }
}
