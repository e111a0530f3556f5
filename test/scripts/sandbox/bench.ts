/**
 * Bench for the sandbox's tests: a clock that a test turns, and a merchant who signs and verifies with node-forge, so that no line of
 * the sandbox's own signature code is on the caller's side.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import forge from 'node-forge';
import type { Clock } from '../../../firmware/ports/clock.ts';
import type { SandboxConfig } from '../../../scripts/sandbox/config.ts';
import { type Sandbox, startSandbox } from '../../../scripts/sandbox/server.ts';

export const clientId = 'SANDBOX_5X00000000000000';

function newKey(): { publicPem: string; privatePem: string; forgeKey: forge.pki.rsa.PrivateKey } {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return {
        publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        privatePem,
        forgeKey: forge.pki.privateKeyFromPem(privatePem),
    };
}

export const merchantKey = newKey();
export const otherKey = newKey();

/** 2026-03-02 12:00 UTC+8. */
export const noonMs = Date.UTC(2026, 2, 2, 4, 0, 0);

/** A clock that stands still until a test turns it. */
export class HandClock implements Clock {
    #nowMs = noonMs;
    #tasks: { atMs: number; run: () => void }[] = [];

    wallMs(): number {
        return this.#nowMs;
    }

    monoMs(): number {
        return this.#nowMs;
    }

    after(ms: number, run: () => void) {
        const task = { atMs: this.#nowMs + ms, run };
        this.#tasks.push(task);
        if (ms <= 0) setImmediate(() => this.#fireDue());
        return {
            cancel: () => {
                this.#tasks = this.#tasks.filter((one) => one !== task);
            },
        };
    }

    /** Turns the clock on, firing what becomes due in order. */
    turn(ms: number): void {
        const end = this.#nowMs + ms;
        for (;;) {
            const next = this.#tasks.filter((task) => task.atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
            if (next === undefined) break;
            this.#nowMs = Math.max(this.#nowMs, next.atMs);
            this.#tasks = this.#tasks.filter((task) => task !== next);
            next.run();
        }
        this.#nowMs = end;
    }

    #fireDue(): void {
        const due = this.#tasks.filter((task) => task.atMs <= this.#nowMs);
        this.#tasks = this.#tasks.filter((task) => !due.includes(task));
        for (const task of due) task.run();
    }
}

/** Lets what is under way on sockets go on until `ready`; fails after many turns of the loop. */
export async function until(ready: () => boolean, what: string): Promise<void> {
    const endMs = performance.now() + 5000;
    while (!ready()) {
        if (performance.now() > endMs) assert.fail(`waited in vain until ${what}`);
        await new Promise((done) => setImmediate(done));
    }
}

export interface Bench {
    readonly sandbox: Sandbox;
    readonly clock: HandClock;
    readonly merchant: Merchant;
    readonly hook: Hook;
}

/** A sandbox on a free port with a clock to turn, a merchant and a server for notifications; all closed when the test ends. */
export async function openBench(t: TestContext, config: Partial<SandboxConfig> = {}): Promise<Bench> {
    const clock = new HandClock();
    const hook = await openHook();
    const sandbox = await startSandbox(
        { listen: '127.0.0.1:0', clients: [{ clientId, publicKey: merchantKey.publicPem }], ...config },
        { clock },
    );
    t.after(async () => {
        await sandbox.close();
        await hook.close();
    });
    return { sandbox, clock, hook, merchant: new Merchant({ url: sandbox.url, gatewayPem: sandbox.publicKeyPem, notifyUrl: hook.url }) };
}

export interface Answer {
    readonly status: number;
    readonly headers: IncomingMessage['headers'];
    readonly text: string;
    // biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of every shape
    readonly json: any;
    /** The signature fits the gateway's key over path, Client-Id, Response-Time and the bytes. */
    readonly signed: boolean;
    /** resultStatus and resultCode in one word, such as `S SUCCESS`. */
    readonly result: string;
}

type Fields = Readonly<Record<string, unknown>>;

export class Merchant {
    readonly #url: string;
    readonly #gatewayKey: forge.pki.rsa.PublicKey;
    readonly notifyUrl: string;
    #count = 0;

    constructor(needs: { url: string; gatewayPem: string; notifyUrl: string }) {
        this.#url = needs.url;
        this.#gatewayKey = forge.pki.publicKeyFromPem(needs.gatewayPem) as forge.pki.rsa.PublicKey;
        this.notifyUrl = needs.notifyUrl;
    }

    newId(): string {
        this.#count += 1;
        return `P${process.hrtime.bigint()}_${this.#count}`;
    }

    /** A whole `pay` body; `change` replaces top-level fields. */
    payBody(
        options: { id: string; scenario: 'PaymentCode' | 'OrderCode' | 'EntryCode'; value?: string; currency?: string; code?: string },
        change: Fields = {},
    ): Fields {
        const amount = { currency: options.currency ?? 'EUR', value: options.value ?? '150' };
        return {
            productCode: 'IN_STORE_PAYMENT',
            paymentRequestId: options.id,
            paymentAmount: amount,
            paymentMethod: {
                paymentMethodType: 'CONNECT_WALLET',
                ...(options.code === undefined ? {} : { paymentMethodId: options.code }),
            },
            paymentFactor: { inStorePaymentScenario: options.scenario },
            paymentNotifyUrl: this.notifyUrl,
            settlementStrategy: { settlementCurrency: amount.currency },
            order: {
                referenceOrderId: `sale_${options.id}`.slice(0, 64),
                orderDescription: 'Water',
                orderAmount: amount,
                merchant: {
                    referenceMerchantId: 'M001',
                    merchantName: 'Stand',
                    merchantMCC: '5814',
                    store: { referenceStoreId: 'S001', storeName: 'Stand', storeMCC: '5814' },
                },
                env: { storeTerminalId: 'kiosk-01', storeTerminalRequestTime: '2026-03-02T12:00:00+08:00', userAgent: 'AlipayClient/10' },
            },
            ...change,
        };
    }

    payCode(code: string, options: { id?: string; value?: string; currency?: string } = {}, change: Fields = {}): Promise<Answer> {
        return this.call('pay', this.payBody({ id: this.newId(), scenario: 'PaymentCode', code, ...options }, change));
    }

    payOrder(id: string, options: { value?: string; scenario?: 'OrderCode' | 'EntryCode' } = {}, change: Fields = {}): Promise<Answer> {
        return this.call('pay', this.payBody({ id, scenario: 'OrderCode', ...options }, change));
    }

    inquire(paymentRequestId: string): Promise<Answer> {
        return this.call('inquiryPayment', { paymentRequestId });
    }

    cancel(paymentRequestId: string): Promise<Answer> {
        return this.call('cancel', { paymentRequestId });
    }

    refund(paymentId: string, value: string, refundRequestId = this.newId()): Promise<Answer> {
        return this.call('refund', { paymentId, refundRequestId, refundAmount: { currency: 'EUR', value } });
    }

    call(api: string, body: unknown): Promise<Answer> {
        const group = /egistration/.test(api) ? 'merchants' : 'payments';
        return this.send({ path: `/ams/sandbox/api/v1/${group}/${api}`, body: JSON.stringify(body) });
    }

    /** One request; `headers` replace what a well-behaved caller sends, and a header of undefined is left out. */
    async send(order: {
        path: string;
        body: string;
        method?: string;
        clientId?: string;
        time?: string;
        key?: forge.pki.rsa.PrivateKey;
        signedBody?: string;
        signedPath?: string;
        keyVersion?: string;
        headers?: Readonly<Record<string, string | undefined>>;
    }): Promise<Answer> {
        const client = order.clientId ?? clientId;
        const time = order.time ?? String(noonMs);
        const signature = forgeSign(
            `POST ${order.signedPath ?? order.path}\n${client}.${time}.${order.signedBody ?? order.body}`,
            order.key ?? merchantKey.forgeKey,
        );
        const version = order.keyVersion === undefined ? 'keyVersion=1,' : order.keyVersion === '' ? '' : `keyVersion=${order.keyVersion},`;
        const headers: Record<string, string> = {};
        const given: Record<string, string | undefined> = {
            'Content-Type': 'application/json; charset=UTF-8',
            'Client-Id': client,
            'Request-Time': time,
            Signature: `algorithm=RSA256,${version}signature=${encodeURIComponent(signature)}`,
            ...order.headers,
        };
        for (const [name, value] of Object.entries(given)) if (value !== undefined) headers[name] = value;
        const {
            status,
            headers: got,
            body,
        } = await exchange(`${this.#url}${order.path}`, { method: order.method ?? 'POST', headers, body: order.body });
        const parts = String(got.signature ?? '').split('signature=');
        const content = `POST ${order.path}\n${got['client-id']}.${got['response-time']}.${body.toString('latin1')}`;
        const digest = forge.md.sha256.create().update(content, 'raw');
        let signed = false;
        try {
            signed = this.#gatewayKey.verify(digest.digest().bytes(), forge.util.decode64(decodeURIComponent(parts[1] ?? '')));
        } catch {
            signed = false;
        }
        const text = body.toString('utf8');
        const json = text.startsWith('{') ? JSON.parse(text) : undefined;
        return { status, headers: got, text, json, signed, result: `${json?.result?.resultStatus} ${json?.result?.resultCode}` };
    }
}

export function forgeSign(content: string, key: forge.pki.rsa.PrivateKey): string {
    return forge.util.encode64(key.sign(forge.md.sha256.create().update(content, 'utf8')));
}

/** One HTTP exchange on a socket of its own; rejects where the connection is cut before the whole answer came. */
export function exchange(
    url: string,
    order: { method: string; headers: Readonly<Record<string, string>>; body?: string; signal?: AbortSignal },
): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
    return new Promise((done, fail) => {
        const request = httpRequest(
            url,
            {
                method: order.method,
                headers: { ...order.headers },
                agent: false,
                ...(order.signal === undefined ? {} : { signal: order.signal }),
            },
            (response) => {
                const parts: Buffer[] = [];
                response.on('data', (part: Buffer) => parts.push(part));
                response.on('error', fail);
                response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }));
            },
        );
        request.on('error', fail);
        request.end(order.body);
    });
}

export interface Hook {
    readonly url: string;
    readonly received: { headers: IncomingMessage['headers']; body: string; path: string }[];
    /** What the next notifications are answered; S unless told. */
    answer: (body: string) => { status: number; body: string; headers?: Record<string, string> };
    close(): Promise<void>;
}

/** A merchant's notification endpoint. */
export async function openHook(): Promise<Hook> {
    const received: Hook['received'] = [];
    const hook: { answer: Hook['answer'] } = {
        answer: () => ({ status: 200, body: '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}' }),
    };
    const server = createServer((request, response) => {
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
            const body = Buffer.concat(parts).toString('utf8');
            received.push({ headers: request.headers, body, path: request.url ?? '' });
            const answer = hook.answer(body);
            response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers }).end(answer.body);
        });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return Object.assign(hook, {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ams/notify`,
        received,
        close: () =>
            new Promise<void>((done) => {
                server.close(() => done());
                server.closeAllConnections();
            }),
    });
}

/** Whether a notification's signature fits the gateway's key, by node-forge. */
export function noticeSigned(pem: string, received: Hook['received'][number]): boolean {
    const key = forge.pki.publicKeyFromPem(pem) as forge.pki.rsa.PublicKey;
    const content = `POST ${received.path}\n${received.headers['client-id']}.${received.headers['request-time']}.${received.body}`;
    const digest = forge.md.sha256.create().update(content, 'utf8');
    const signature = decodeURIComponent(String(received.headers.signature).split('signature=')[1] ?? '');
    try {
        return key.verify(digest.digest().bytes(), forge.util.decode64(signature));
    } catch {
        return false;
    }
}

let codeCount = 0;

/** A payment code that selects the script of `ending`, never the same twice. */
export function scriptCode(ending: string): string {
    codeCount += 1;
    return `28${String(codeCount).padStart(12, '0')}${ending}`;
}
