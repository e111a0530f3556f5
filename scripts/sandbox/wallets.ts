/**
 * Wallets: what a customer's phone does: shows codes, scans, confirms, rejects, pays late.
 *
 * Rules: a refusal at the till's side is told as the wallet would tell its user; balances move only with a movement in the book.
 * Fails: Refusal where the person asked for something that is not there.
 */
import type { Amount } from '../../firmware/ports/amount.ts';
import type { Bank } from './bank.ts';
import { randomDigits } from './chance.ts';
import type { CodeDesk, ShownCode } from './codes.ts';
import type { WalletConfig } from './config.ts';
import { settleOpen } from './pay.ts';
import { Refusal } from './refusal.ts';
import type { PaymentRow, WalletRow } from './rows.ts';

export const scanActions = ['confirm', 'reject', 'ignore', 'confirmTwice', 'payLate'] as const;
export type ScanAction = (typeof scanActions)[number];

/** What the wallet's user sees after an action. */
export interface WalletOutcome {
    /** `late`: the money will be, or was, taken after the order ended, and given back. */
    readonly outcome: 'paid' | 'refused' | 'rejected' | 'ignored' | 'late' | 'late-planned';
    /** Why it was refused: `code-expired`, `cancelled`, `already-paid`, `failed`, or a result code. */
    readonly reason?: string;
    /** With confirmTwice: what the second confirmation met. */
    readonly second?: { readonly outcome: string; readonly reason?: string };
    readonly paymentRequestId: string;
    readonly amount: Amount;
    readonly description: string;
    readonly balance: Amount;
    /** Where the merchant wants the customer back: an entry code's page. */
    readonly returnUrl?: string;
}

/** What an order code asks for, before anybody agrees to it. */
export interface Peeked {
    readonly paymentRequestId: string;
    readonly amount: Amount;
    /** In the wallet's currency; absent where there is no rate. */
    readonly walletAmount?: Amount;
    readonly description: string;
    readonly seller?: string;
    readonly status: PaymentRow['status'];
    /** Wall milliseconds of the virtual clock, and what it shows now: the difference is what is left. */
    readonly expiresAtMs: number;
    readonly nowMs: number;
}

/** What a code that a wallet's camera read is for: an order of this gateway, a page, or neither. */
export type ReadCode =
    | ({ readonly kind: 'order' } & Peeked)
    | { readonly kind: 'page'; readonly url: string }
    | { readonly kind: 'strange' };

/** What became of a payment code that a wallet showed. */
export interface CodeUse {
    readonly paymentRequestId: string;
    readonly amount: Amount;
    readonly description: string;
    readonly seller?: string;
    readonly status: PaymentRow['status'];
    readonly resultCode: string;
    /** Its password is asked for. */
    readonly asks: boolean;
}

const alipayAgent =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 AliApp(AP/10.2.15.6000) AlipayClient/10.2.15.6000 Alipay Language/en Region/CN';
const connectAgent =
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Mobile Safari/537.36 Ariver/2.16.0 Griver/2.16.2 AppContainer/10.5.10 AlipayConnect iapconnectsdk/2.7.0';

export class Wallets {
    readonly #bank: Bank;
    readonly #codes: CodeDesk;
    /** Who will pay once the order is over: payment key → wallet. */
    readonly #late = new Map<string, string>();
    /** The payment that used the code which a wallet showed last: wallet → payment key. */
    readonly #uses = new Map<string, string>();

    constructor(needs: { bank: Bank; codes: CodeDesk }) {
        this.#bank = needs.bank;
        this.#codes = needs.codes;
        this.#bank.onCommit((change) => {
            for (const row of change.payments ?? []) if (this.#late.has(row.key)) this.#ended(row);
        });
    }

    /** Adds the configured wallets that the book does not have yet. */
    seed(configs: readonly WalletConfig[]): void {
        for (const config of configs) if (this.#bank.book.wallet(config.name) === undefined) this.add(config);
    }

    add(config: WalletConfig): WalletRow {
        if (this.#bank.book.wallet(config.name) !== undefined) {
            throw new Refusal({
                status: 409,
                code: 'WALLET_EXISTS',
                message: `There is a wallet ${config.name} already; change it, or take another name.`,
            });
        }
        const pspName = config.pspName ?? 'ALIPAY_CN';
        const row: WalletRow = {
            name: config.name,
            pspName,
            userId: `2088${randomDigits(this.#bank.chance, 12)}`,
            displayId: `${config.name.slice(0, 3)}***@mock.com`,
            currency: config.currency,
            balance: config.balance,
            cii: config.cii ?? '281010',
            password: config.password ?? false,
            refuse: config.refuse ?? null,
            limit: config.limit ?? null,
            codeDigits: config.codeDigits ?? 24,
            userAgent: config.userAgent ?? (pspName === 'ALIPAY_CN' ? alipayAgent : connectAgent),
        };
        this.#bank.commit({ wallets: [row] });
        return row;
    }

    change(
        name: string,
        change: Partial<Pick<WalletRow, 'balance' | 'password' | 'refuse' | 'limit' | 'codeDigits' | 'userAgent'>>,
    ): WalletRow {
        const row = { ...this.get(name), ...change };
        this.#bank.commit({ wallets: [row] });
        return row;
    }

    get(name: string): WalletRow {
        const row = this.#bank.book.wallet(name);
        if (row === undefined)
            throw new Refusal({
                status: 404,
                code: 'WALLET_UNKNOWN',
                message: `There is no wallet ${name}; list them with GET /wallet/wallets.`,
            });
        return row;
    }

    /** A fresh payment code. */
    showCode(name: string): ShownCode {
        return this.#codes.show(this.get(name), { nowMs: this.#bank.clock.nowMs(), validMs: this.#bank.switches.codeValidityMs });
    }

    /** What became of the code that this wallet showed before; undefined where none was used. */
    lastUse(name: string): CodeUse | undefined {
        const key = this.#uses.get(this.get(name).name);
        const row = key === undefined ? undefined : this.#bank.book.payment(key);
        if (row === undefined) return undefined;
        const { paymentRequestId, amount, description, seller, status, resultCode, asks } = this.#bank.current(row);
        return {
            paymentRequestId,
            amount,
            description,
            ...(seller === undefined ? {} : { seller }),
            status,
            resultCode,
            asks: asks === name,
        };
    }

    /** What stands on its screen: the same code until it is used or its minute is over, then a fresh one. */
    currentCode(name: string): ShownCode {
        const used = (code: string) => {
            const payment = this.#bank.book.paymentOfCode(this.#bank.book.hash(code));
            if (payment !== undefined) this.#uses.set(name, payment);
            return payment !== undefined;
        };
        return this.#codes.current(this.get(name).name, { nowMs: this.#bank.clock.nowMs(), used }) ?? this.showCode(name);
    }

    /** Payments that wait for this wallet's password. */
    pending(name: string): PaymentRow[] {
        const wallet = this.get(name);
        return this.#bank.book
            .payments()
            .filter((row) => row.asks === wallet.name)
            .map((row) => this.#bank.current(row))
            .filter((row) => row.status === 'PROCESSING');
    }

    /** Reads an order code without acting on it. */
    peek(name: string, code: string): Peeked {
        const wallet = this.get(name);
        const row = this.#bank.current(this.#ofOrderCode(code));
        const priced = this.#bank.price(row.amount, wallet);
        return {
            paymentRequestId: row.paymentRequestId,
            amount: row.amount,
            ...(priced === undefined ? {} : { walletAmount: priced.actual }),
            description: row.description,
            ...(row.seller === undefined ? {} : { seller: row.seller }),
            status: row.status,
            expiresAtMs: row.expiresAt,
            nowMs: this.#bank.clock.nowMs(),
        };
    }

    /** Tells what any code is for, as a wallet's camera must. */
    read(name: string, code: string): ReadCode {
        if (this.#bank.book.paymentByOrderCode(code.trim()) !== undefined) return { kind: 'order', ...this.peek(name, code) };
        return /^https?:\/\//i.test(code.trim()) && URL.canParse(code.trim()) ? { kind: 'page', url: code.trim() } : { kind: 'strange' };
    }

    /** Scans an order code and acts on it. */
    scan(name: string, order: { code: string; act: ScanAction; resultCode?: string | undefined }): WalletOutcome {
        const wallet = this.get(name);
        const row = this.#ofOrderCode(order.code);
        switch (order.act) {
            case 'ignore':
                return this.#told(wallet.name, row, { outcome: 'ignored' });
            case 'confirm':
                return this.#confirm(wallet, row);
            case 'reject':
                return this.#reject(wallet, row, order.resultCode);
            case 'payLate':
                return this.#payLate(wallet, row);
            case 'confirmTwice': {
                const first = this.#confirm(wallet, row);
                const { outcome, reason } = this.#confirm(this.get(name), row);
                return { ...first, balance: this.#balance(name), second: { outcome, ...(reason === undefined ? {} : { reason }) } };
            }
        }
    }

    /** Confirms or rejects a payment by its id: a password that was asked for, or an order code scanned before. */
    answer(
        name: string,
        order: { paymentRequestId: string; act: 'confirm' | 'reject' | 'payLate'; resultCode?: string | undefined },
    ): WalletOutcome {
        const wallet = this.get(name);
        const row = this.#bank.book.paymentOfAnyClient(order.paymentRequestId);
        if (row === undefined || (row.scenario === 'PaymentCode' && row.asks !== wallet.name && row.status === 'PROCESSING')) {
            throw new Refusal({ status: 404, code: 'PAYMENT_UNKNOWN', message: 'No payment with this id waits for this wallet.' });
        }
        if (order.act === 'reject') return this.#reject(wallet, row, order.resultCode);
        return order.act === 'payLate' ? this.#payLate(wallet, row) : this.#confirm(wallet, row);
    }

    #ofOrderCode(code: string): PaymentRow {
        const row = this.#bank.book.paymentByOrderCode(code.trim());
        if (row !== undefined) return row;
        throw new Refusal({
            status: 422,
            code: 'CODE_UNKNOWN',
            message: 'This is no order code of this gateway; scan the code that the machine shows now.',
        });
    }

    #confirm(wallet: WalletRow, before: PaymentRow): WalletOutcome {
        const row = this.#bank.current(this.#bank.book.payment(before.key) ?? before);
        if (row.status !== 'PROCESSING') return this.#told(wallet.name, row, { outcome: 'refused', reason: overBecause(row) });
        const charge = settleOpen(this.#bank, row, wallet);
        if (charge.ok) return this.#told(wallet.name, charge.row, { outcome: 'paid' });
        // An order code stays payable by another wallet; a presented code is used up.
        if (row.scenario === 'PaymentCode') this.#bank.commit(this.#bank.planFailure(row, charge.resultCode).change);
        return this.#told(wallet.name, row, { outcome: 'refused', reason: charge.resultCode });
    }

    #reject(wallet: WalletRow, before: PaymentRow, resultCode: string | undefined): WalletOutcome {
        const row = this.#bank.current(before);
        if (row.status !== 'PROCESSING') return this.#told(wallet.name, row, { outcome: 'refused', reason: overBecause(row) });
        this.#bank.commit(this.#bank.planFailure(row, resultCode ?? 'USER_PAYMENT_VERIFICATION_FAILED').change);
        return this.#told(wallet.name, row, { outcome: 'rejected' });
    }

    /** Pays only once the order is over: at once, or when it is cancelled or expires. */
    #payLate(wallet: WalletRow, before: PaymentRow): WalletOutcome {
        const row = this.#bank.current(before);
        if (row.status === 'SUCCESS' || row.status === 'FAIL')
            return this.#told(wallet.name, row, { outcome: 'refused', reason: overBecause(row) });
        if (row.status !== 'PROCESSING') return this.#lateMoney(wallet, row);
        this.#late.set(row.key, wallet.name);
        this.#bank.clock.at(row.expiresAt, () => this.#bank.current(this.#bank.book.payment(row.key) ?? row));
        return this.#told(wallet.name, row, { outcome: 'late-planned' });
    }

    #ended(row: PaymentRow): void {
        if (row.status === 'PROCESSING') return;
        const wallet = this.#late.get(row.key);
        this.#late.delete(row.key);
        if (wallet === undefined || (row.status !== 'CANCELLED' && row.status !== 'EXPIRED')) return;
        this.#bank.clock.at(this.#bank.clock.nowMs(), () => this.#lateMoney(this.get(wallet), row));
    }

    #lateMoney(wallet: WalletRow, row: PaymentRow): WalletOutcome {
        const charge = this.#bank.planLateMoney(row, wallet);
        if (!charge.ok) return this.#told(wallet.name, row, { outcome: 'refused', reason: charge.resultCode });
        this.#bank.commit(charge.change);
        return this.#told(wallet.name, row, { outcome: 'late' });
    }

    #balance(name: string): Amount {
        const { currency, balance } = this.get(name);
        return { currency, value: balance };
    }

    #told(name: string, row: PaymentRow, said: { outcome: WalletOutcome['outcome']; reason?: string }): WalletOutcome {
        return {
            ...said,
            paymentRequestId: row.paymentRequestId,
            amount: row.amount,
            description: row.description,
            balance: this.#balance(name),
            ...(row.returnUrl === undefined ? {} : { returnUrl: row.returnUrl }),
        };
    }
}

function overBecause(row: PaymentRow): string {
    switch (row.status) {
        case 'SUCCESS':
            return 'already-paid';
        case 'EXPIRED':
            return 'code-expired';
        case 'CANCELLED':
            return 'cancelled';
        case 'FAIL':
        case 'PROCESSING':
            return 'failed';
    }
}
