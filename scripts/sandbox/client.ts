/**
 * Client: speaks to a running sandbox over its local HTTP API; for the command line, the demo and end-to-end tests.
 *
 * Fails: SANDBOX_UNREACHABLE where nobody answers, SANDBOX_REFUSED where the sandbox says no.
 */
import { request as httpRequest } from 'node:http';
import { Fault } from '../../firmware/ports/fault.ts';
import type { RequestRecord } from './ams-door.ts';
import type { Comparison } from './compare.ts';
import type { FaultOrder, StandingFault } from './faults.ts';
import type { OpenedView } from './frame-views.ts';
import type { Ledger } from './ledger.ts';
import type { Receipt } from './receipts.ts';
import type { NoticeRow, PaymentRow, RefundRow, RegistrationRow } from './rows.ts';
import type { SwitchChange, Switches } from './switches.ts';
import type { OpenOrder, OpenOutcome, WalletView } from './wallet.ts';
import type { CodeUse, Peeked, ReadCode, ScanAction, WalletOutcome } from './wallets.ts';

export interface CodeOnScreen {
    readonly code: string;
    /** ISO 8601. */
    readonly expiresAt: string;
    readonly expiresAtMs: number;
    /** What the sandbox's clock shows. */
    readonly nowMs: number;
    /** What became of the code that this wallet showed before. */
    readonly before?: CodeUse;
}

const timeoutMs = 120_000;

export class SandboxClient {
    readonly #url: string;

    /** @param url of the sandbox's admin listener, such as `http://127.0.0.1:8090`. */
    constructor(url: string) {
        this.#url = url.replace(/\/$/, '');
    }

    fault(order: FaultOrder): Promise<StandingFault> {
        return this.#json('POST', '/admin/faults', order);
    }

    faults(): Promise<{ faults: StandingFault[]; kinds: Readonly<Record<string, Readonly<Record<string, string>>>> }> {
        return this.#json('GET', '/admin/faults');
    }

    /** Ends one fault, or all. */
    endFault(id?: string): Promise<unknown> {
        return this.#json('DELETE', id === undefined ? '/admin/faults' : `/admin/faults/${encodeURIComponent(id)}`);
    }

    ledger(only: { paymentRequestId?: string; clientId?: string } = {}): Promise<Ledger> {
        return this.#json('GET', `/admin/ledger${queryOf(only)}`);
    }

    ledgerText(only: { paymentRequestId?: string; clientId?: string } = {}): Promise<string> {
        return this.#text('GET', `/admin/ledger${queryOf({ ...only, format: 'text' })}`);
    }

    /** @param ndjson what `till journal export --format ndjson` prints. */
    compare(ndjson: string): Promise<Comparison> {
        return this.#json('POST', '/admin/compare', { export: ndjson });
    }

    payments(): Promise<PaymentRow[]> {
        return this.#json('GET', '/admin/payments');
    }

    payment(paymentRequestId: string): Promise<PaymentRow & { readonly refunds: readonly RefundRow[] }> {
        return this.#json('GET', `/admin/payments/${encodeURIComponent(paymentRequestId)}`);
    }

    requests(only: { about?: string; api?: string } = {}): Promise<RequestRecord[]> {
        return this.#json('GET', `/admin/requests${queryOf(only)}`);
    }

    notifications(about?: string): Promise<NoticeRow[]> {
        return this.#json('GET', `/admin/notifications${queryOf(about === undefined ? {} : { about })}`);
    }

    /** Sends a signed notification about a payment that need not exist. */
    notify(order: {
        clientId: string;
        url: string;
        paymentRequestId: string;
        amount: { currency: string; value: string };
        resultCode?: string;
        notifyType?: string;
    }): Promise<NoticeRow> {
        return this.#json('POST', '/admin/notifications', order);
    }

    setSwitches(change: SwitchChange): Promise<Switches> {
        return this.#json('PATCH', '/admin/switches', change);
    }

    /** Moves the virtual clock, in milliseconds. Without a change it only tells the time. */
    clock(change: { advanceMs?: number; offsetMs?: number } = {}): Promise<{ now: string; nowMs: number; offsetMs: number }> {
        return this.#json('POST', '/admin/clock', change);
    }

    /** The gateway's public key, PEM. */
    publicKey(): Promise<string> {
        return this.#text('GET', '/admin/key');
    }

    registrations(): Promise<RegistrationRow[]> {
        return this.#json('GET', '/admin/registrations');
    }

    /** The transaction items of a gateway day `YYYYMMDD`, as CSV. */
    transactions(order: { clientId: string; day?: string }): Promise<string> {
        return this.#text('GET', `/admin/reports/transactions${queryOf(order)}`);
    }

    readonly wallet = {
        list: (): Promise<WalletView[]> => this.#json('GET', '/wallet/wallets'),
        view: (name: string): Promise<WalletView> => this.#json('GET', walletPath(name)),
        add: (wallet: { name: string; currency: string; balance: string; pspName?: string }): Promise<WalletView> =>
            this.#json('POST', '/wallet/wallets', wallet),
        change: (
            name: string,
            change: { balance?: string; password?: boolean; refuse?: string | null; limit?: string | null; codeDigits?: 18 | 24 },
        ): Promise<WalletView> => this.#json('PATCH', walletPath(name), change),
        /** A fresh payment code. */
        showCode: (name: string): Promise<CodeOnScreen> => this.#json('POST', `${walletPath(name)}/code`),
        /** What stands on its screen; fresh once the one before is used or over. */
        currentCode: (name: string): Promise<CodeOnScreen> => this.#json('GET', `${walletPath(name)}/code`),
        scan: (name: string, order: { code: string; act?: ScanAction; resultCode?: string }): Promise<WalletOutcome> =>
            this.#json('POST', `${walletPath(name)}/scan`, order),
        answer: (
            name: string,
            order: { paymentRequestId: string; act?: 'confirm' | 'reject' | 'payLate'; resultCode?: string },
        ): Promise<WalletOutcome> => this.#json('POST', `${walletPath(name)}/answer`, order),
        openEntry: (name: string, order: OpenOrder): Promise<OpenOutcome> => this.#json('POST', `${walletPath(name)}/open`, order),
        /** What an order code asks for, without acting. */
        peek: (name: string, code: string): Promise<Peeked> => this.#json('POST', `${walletPath(name)}/peek`, { code }),
        /** What a code that the camera read is for. */
        read: (name: string, code: string): Promise<ReadCode> => this.#json('POST', `${walletPath(name)}/read`, { code }),
        /** An address under which a page of this machine may stand in a frame, seen as by this wallet. */
        frame: (name: string, order: { url: string; language?: string }): Promise<OpenedView> =>
            this.#json('POST', `${walletPath(name)}/view`, order),
        receipts: (name: string): Promise<Receipt[]> => this.#json('GET', `${walletPath(name)}/receipts`),
        submitPage: (
            name: string,
            order: { tab: string; fields: Readonly<Record<string, string>>; act?: ScanAction },
        ): Promise<OpenOutcome> => this.#json('POST', `${walletPath(name)}/submit`, order),
    };

    async #json<Reply>(method: string, path: string, body?: unknown): Promise<Reply> {
        return JSON.parse(await this.#text(method, path, body)) as Reply;
    }

    #text(method: string, path: string, body?: unknown): Promise<string> {
        const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body), 'utf8');
        return new Promise((done, fail) => {
            const unreachable = (cause: unknown) =>
                fail(
                    new Fault({
                        code: 'SANDBOX_UNREACHABLE',
                        kind: 'link',
                        message: `No sandbox answers at ${this.#url}; start one with till sandbox --config FILE, or name its address with --url.`,
                        cause,
                    }),
                );
            if (!URL.canParse(`${this.#url}${path}`)) return unreachable(undefined);
            const headers = bytes === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': bytes.length };
            const request = httpRequest(`${this.#url}${path}`, { method, headers, agent: false, timeout: timeoutMs }, (response) => {
                const parts: Buffer[] = [];
                response.on('data', (part: Buffer) => parts.push(part));
                response.on('error', unreachable);
                response.on('end', () => {
                    const text = Buffer.concat(parts).toString('utf8');
                    if (response.statusCode === 200) done(text);
                    else fail(refused(response.statusCode ?? 0, text));
                });
            });
            request.on('timeout', () => request.destroy(new Error('no answer in time')));
            request.on('error', unreachable);
            request.end(bytes);
        });
    }
}

function refused(status: number, text: string): Fault {
    let problem: { detail?: unknown; code?: unknown } = {};
    try {
        problem = JSON.parse(text) as typeof problem;
    } catch {
        // Not our problem document: the status alone is told.
    }
    const detail = typeof problem.detail === 'string' ? problem.detail : `it answered HTTP ${status}; is this address a sandbox?`;
    return new Fault({
        code: 'SANDBOX_REFUSED',
        kind: 'protocol',
        message: `The sandbox refused: ${detail}`,
        facts: { status, reason: typeof problem.code === 'string' ? problem.code : 'none' },
    });
}

function walletPath(name: string): string {
    return `/wallet/wallets/${encodeURIComponent(name)}`;
}

function queryOf(values: Readonly<Record<string, string | undefined>>): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, value);
    const text = query.toString();
    return text === '' ? '' : `?${text}`;
}
