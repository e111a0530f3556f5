/**
 * Bank: takes money from wallets, gives it back, and keeps both sides of every movement.
 *
 * Rules: each operation is planned as one change and committed whole, together with its notice, before anybody is answered.
 * The plan functions change nothing; `commit` does.
 */
import type { Amount } from '../../firmware/ports/amount.ts';
import type { Book } from './book.ts';
import { type Chance, randomDigits, randomToken } from './chance.ts';
import { gatewayDay, isoTime, type VirtualClock } from './clock.ts';
import { amountOf, convert, minor, type Quote } from './money.ts';
import { resultOf } from './results.ts';
import type { Change, Movement, MovementKind, NoticeRow, PaymentRow, RefundRow, WalletRow } from './rows.ts';
import type { Switches } from './switches.ts';

/** Who pays where a code belongs to no wallet: without balance or limits. */
export const nameless = 'nameless';

export type Charge =
    | { readonly ok: true; readonly change: Change; readonly row: PaymentRow }
    | { readonly ok: false; readonly resultCode: string };

export class Bank {
    readonly book: Book;
    readonly clock: VirtualClock;
    readonly switches: Switches;
    readonly chance: Chance;
    readonly #rates: Readonly<Record<string, string>>;
    readonly #committed: ((change: Change) => void)[] = [];

    constructor(needs: { book: Book; clock: VirtualClock; switches: Switches; chance: Chance; rates: Readonly<Record<string, string>> }) {
        this.book = needs.book;
        this.clock = needs.clock;
        this.switches = needs.switches;
        this.chance = needs.chance;
        this.#rates = needs.rates;
    }

    /** Calls `listener` after every commit. */
    onCommit(listener: (change: Change) => void): void {
        this.#committed.push(listener);
    }

    commit(...parts: readonly Change[]): void {
        const change = mergedChange(parts);
        this.book.commit(change);
        for (const listener of this.#committed) listener(change);
    }

    /** The payment as of now: one whose time is over is closed first. */
    current(row: PaymentRow): PaymentRow {
        if (row.status !== 'PROCESSING' || this.clock.nowMs() < row.expiresAt) return row;
        const closed: PaymentRow = { ...row, status: 'EXPIRED', resultCode: 'ORDER_IS_CLOSED' };
        this.commit({ payments: [closed] }, this.#failureNotice(closed));
        return closed;
    }

    /** A new id in the gateway's shape (protocol §3.5): day, business code `01` payment or `13` refund, digits. */
    freshId(business: '01' | '13'): string {
        for (;;) {
            const id = `${gatewayDay(this.clock.nowMs())}19401080${business}001881I02${randomDigits(this.chance, 8)}`;
            if (this.book.paymentById(id) === undefined && this.book.refundById(id) === undefined) return id;
        }
    }

    /** Takes the money of a payment from a wallet; undefined is the nameless one. */
    planCharge(row: PaymentRow, wallet: WalletRow | undefined): Charge {
        const priced = this.price(row.amount, wallet);
        if (priced === undefined) return { ok: false, resultCode: 'CURRENCY_NOT_SUPPORT' };
        if (wallet !== undefined) {
            if (wallet.refuse !== null) return { ok: false, resultCode: wallet.refuse };
            if (wallet.limit !== null && minor(priced.actual) > BigInt(wallet.limit))
                return { ok: false, resultCode: 'USER_AMOUNT_EXCEED_LIMIT' };
            if (minor(priced.actual) > BigInt(wallet.balance)) return { ok: false, resultCode: 'USER_BALANCE_NOT_ENOUGH' };
        }
        const { asks: _asked, inquiriesLeft: _left, ...rest } = row;
        const paid: PaymentRow = {
            ...rest,
            status: 'SUCCESS',
            resultCode: 'SUCCESS',
            paidAt: this.clock.nowMs(),
            wallet: wallet?.name ?? nameless,
            ...(priced.quote === undefined ? {} : { actual: priced.actual, quote: priced.quote }),
        };
        return {
            ok: true,
            row: paid,
            change: {
                payments: [paid],
                movements: [this.#movement({ row: paid, kind: 'taken', amount: paid.amount, walletAmount: priced.actual })],
                ...(wallet === undefined ? {} : { wallets: [withBalance(wallet, -minor(priced.actual))] }),
                notices: [this.noticeOf(paid)],
            },
        };
    }

    /** Ends a payment without money. */
    planFailure(row: PaymentRow, resultCode: string): { change: Change; row: PaymentRow } {
        const { asks: _asked, inquiriesLeft: _left, ...rest } = row;
        const failed: PaymentRow = { ...rest, status: 'FAIL', resultCode };
        return { row: failed, change: mergedChange([{ payments: [failed] }, this.#failureNotice(failed)]) };
    }

    /** Gives all of a paid payment back by cancel, or closes an unpaid one. */
    planCancel(row: PaymentRow): { change: Change; row: PaymentRow } {
        const cancelled: PaymentRow = { ...row, status: 'CANCELLED', resultCode: 'ORDER_IS_CANCELED', cancelledAt: this.clock.nowMs() };
        if (row.status !== 'SUCCESS') return { row: cancelled, change: { payments: [cancelled] } };
        const walletAmount = row.actual ?? row.amount;
        return {
            row: cancelled,
            change: {
                payments: [{ ...cancelled, walletReturned: walletAmount.value }],
                movements: [this.#movement({ row, kind: 'cancelled', amount: row.amount, walletAmount })],
                ...this.#credit(row, minor(walletAmount)),
            },
        };
    }

    /** Gives a part back; `refund` is the row as it will stand. The wallet of another currency gets its share, the last refund the rest. */
    planRefund(row: PaymentRow, refund: RefundRow): Change {
        const refunded = BigInt(row.refunded) + minor(refund.amount);
        const wholeActual = row.actual ?? row.amount;
        const returned = (minor(wholeActual) * refunded) / minor(row.amount);
        const walletAmount = amountOf(wholeActual.currency, returned - BigInt(row.walletReturned));
        return {
            payments: [{ ...row, refunded: refunded.toString(), walletReturned: returned.toString() }],
            refunds: [refund],
            movements: [this.#movement({ row, kind: 'refunded', amount: refund.amount, walletAmount, refund })],
            ...this.#credit(row, minor(walletAmount)),
        };
    }

    /** Money that arrives for an order that is over: taken, and returned by the gateway itself (protocol §5.2). */
    planLateMoney(row: PaymentRow, wallet: WalletRow | undefined): Charge {
        const charge = this.planCharge(row, wallet);
        if (!charge.ok) return charge;
        const walletAmount = charge.row.actual ?? row.amount;
        const taken = charge.change.movements ?? [];
        const returned = this.#movement({ row: charge.row, kind: 'returned', amount: row.amount, walletAmount });
        return {
            ok: true,
            row,
            change: { movements: [...taken, returned], ...(this.switches.lateNotifies ? { notices: charge.change.notices ?? [] } : {}) },
        };
    }

    /** What a merchant learns of a payment's money, in `pay`, `inquiryPayment` and notifications. */
    moneyFields(row: PaymentRow): Readonly<Record<string, unknown>> {
        const wallet = row.wallet === undefined ? undefined : this.book.wallet(row.wallet);
        const psp =
            wallet === undefined
                ? { pspName: 'ALIPAY_CN', pspCustomerId: '2088000000000000', displayCustomerId: 'nob***@mock.com' }
                : { pspName: wallet.pspName, pspCustomerId: wallet.userId, displayCustomerId: wallet.displayId };
        return {
            paymentRequestId: row.paymentRequestId,
            paymentId: row.paymentId,
            paymentAmount: row.amount,
            paymentCreateTime: isoTime(row.createdAt),
            ...(row.paidAt === undefined ? {} : { paymentTime: isoTime(row.paidAt) }),
            ...(row.actual === undefined ? {} : { actualPaymentAmount: row.actual, paymentQuote: { guaranteed: false, ...row.quote } }),
            ...(row.wallet === undefined ? {} : { pspCustomerInfo: psp }),
        };
    }

    /** A notifyPayment of how the payment stands. */
    noticeOf(row: PaymentRow): NoticeRow {
        const body = { notifyType: 'PAYMENT_RESULT', result: resultOf(row.resultCode), ...this.moneyFields(row) };
        return {
            id: `N${randomToken(this.chance, 20)}`,
            kind: 'payment',
            clientId: row.clientId,
            url: row.notifyUrl,
            about: row.paymentRequestId,
            body: JSON.stringify(body),
            dueAt: this.clock.nowMs(),
            state: 'due',
            attempts: 0,
            sends: [],
        };
    }

    #failureNotice(row: PaymentRow): Change {
        return this.switches.notifyFailures ? { notices: [this.noticeOf(row)] } : {};
    }

    /** What a wallet pays for an amount, in its own currency; undefined where there is no rate. */
    price(amount: Amount, wallet: WalletRow | undefined): { actual: Amount; quote?: Quote } | undefined {
        if (wallet === undefined || wallet.currency === amount.currency) return { actual: amount };
        return convert(amount, wallet.currency, this.#rates);
    }

    #credit(row: PaymentRow, value: bigint): Change {
        const wallet = row.wallet === undefined ? undefined : this.book.wallet(row.wallet);
        return wallet === undefined ? {} : { wallets: [withBalance(wallet, value)] };
    }

    #movement(move: { row: PaymentRow; kind: MovementKind; amount: Amount; walletAmount: Amount; refund?: RefundRow }): Movement {
        const wallet = `wallet:${move.row.wallet ?? nameless}`;
        const merchant = `merchant:${move.row.clientId}`;
        const taken = move.kind === 'taken';
        return {
            id: `M${randomToken(this.chance, 20)}`,
            at: this.clock.nowMs(),
            kind: move.kind,
            from: taken ? wallet : merchant,
            to: taken ? merchant : wallet,
            amount: move.amount,
            walletAmount: move.walletAmount,
            clientId: move.row.clientId,
            paymentRequestId: move.row.paymentRequestId,
            paymentId: move.row.paymentId,
            ...(move.refund === undefined ? {} : { refundRequestId: move.refund.refundRequestId, refundId: move.refund.refundId }),
        };
    }
}

function withBalance(wallet: WalletRow, change: bigint): WalletRow {
    return { ...wallet, balance: (BigInt(wallet.balance) + change).toString() };
}

/** Several changes as one; a later row of the same key wins when it is applied. */
export function mergedChange(parts: readonly Change[]): Change {
    const merged: Record<string, unknown> = {};
    for (const part of parts) {
        for (const [name, value] of Object.entries(part)) {
            if (value === undefined) continue;
            const before = merged[name];
            merged[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
        }
    }
    return merged as Change;
}
