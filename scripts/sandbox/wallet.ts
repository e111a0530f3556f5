/**
 * Wallet: the test wallet's routes under `/wallet`, and its way through an entry-code page into the cashier.
 */
import * as v from 'valibot';
import type { Bank } from './bank.ts';
import { isoTime } from './clock.ts';
import type { ShownCode } from './codes.ts';
import { walletSchema, walletSettings } from './config.ts';
import type { FrameViews } from './frame-views.ts';
import { EventReply, type LocalRoute, route } from './local-api.ts';
import { receiptsOf } from './receipts.ts';
import type { PaymentRow, WalletRow } from './rows.ts';
import { type ScanAction, scanActions, type WalletOutcome, type Wallets } from './wallets.ts';
import type { Browsed, WebView } from './web-view.ts';

const action = v.optional(v.picklist(scanActions), 'confirm');
const resultCode = v.optional(v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{1,63}$/)));
const form = v.record(v.string(), v.string());

const scanBody = v.strictObject({ code: v.pipe(v.string(), v.minLength(1), v.maxLength(2048)), act: action, resultCode });
const openBody = v.strictObject({
    url: v.pipe(v.string(), v.maxLength(2048)),
    /** The amount as the customer types it, where the page asks for one. */
    amount: v.optional(v.string()),
    /** Fields of the first form; or several forms, one after the other. */
    fields: v.optional(form),
    forms: v.optional(v.array(form)),
    userAgent: v.optional(v.pipe(v.string(), v.maxLength(512))),
    act: action,
});
const submitBody = v.strictObject({ tab: v.string(), fields: v.optional(form, {}), act: action });
const answerBody = v.strictObject({
    paymentRequestId: v.pipe(v.string(), v.maxLength(64)),
    act: v.optional(v.picklist(['confirm', 'reject', 'payLate']), 'confirm'),
    resultCode,
});
const peekBody = v.strictObject({ code: v.pipe(v.string(), v.minLength(1), v.maxLength(2048)) });
const viewBody = v.strictObject({
    url: v.pipe(v.string(), v.maxLength(2048)),
    /** Of the phone, as Accept-Language says it. */
    language: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{2,35}$/, 'write a language tag such as de or zh-Hans')), 'en'),
});
const changeBody = v.partial(v.strictObject({ balance: walletSchema.entries.balance, ...walletSettings }));

export type OpenOrder = v.InferInput<typeof openBody>;

/** What came of opening a page: the wallet's outcome where it led into the cashier, else the page that stands there. */
export type OpenOutcome = Browsed & {
    readonly paid?: WalletOutcome;
    /** HTTP status of the page that the customer came back to. */
    readonly returned?: number;
};

/** A wallet as its user and the tests see it. */
export interface WalletView extends WalletRow {
    readonly pending: readonly {
        readonly paymentRequestId: string;
        readonly amount: PaymentRow['amount'];
        readonly description: string;
        readonly seller?: string;
        /** Wall milliseconds of the virtual clock. */
        readonly expiresAtMs: number;
    }[];
}

export interface WalletDesk {
    readonly bank: Bank;
    readonly wallets: Wallets;
    readonly webView: WebView;
    readonly frames: FrameViews;
    readonly live: { join(tell: (event: string, data: unknown) => void): () => void };
}

export function walletView(desk: Pick<WalletDesk, 'wallets'>, name: string): WalletView {
    const row = desk.wallets.get(name);
    const pending = desk.wallets.pending(name).map(({ paymentRequestId, amount, description, seller, expiresAt }) => ({
        paymentRequestId,
        amount,
        description,
        ...(seller === undefined ? {} : { seller }),
        expiresAtMs: expiresAt,
    }));
    return { ...row, pending };
}

/** Opens an entry-code page as this wallet, fills it, and acts in the cashier. */
export async function openEntry(desk: WalletDesk, given: OpenOrder & { wallet: string }): Promise<OpenOutcome> {
    const wallet = desk.wallets.get(given.wallet);
    const first = { ...(given.amount === undefined ? {} : { amount: given.amount }), ...given.fields };
    const forms = given.forms ?? (Object.keys(first).length === 0 ? [] : [first]);
    const userAgent = given.userAgent ?? wallet.userAgent;
    const browsed = await desk.webView.open({ url: given.url, userAgent, forms });
    return inCashier(desk, { browsed, wallet: wallet.name, act: given.act ?? 'confirm', userAgent });
}

/** Goes on in a page that stood there, such as the one that asks for the number at the machine. */
export async function submitPage(
    desk: WalletDesk,
    given: { wallet: string; tab: string; fields: Readonly<Record<string, string>>; act: ScanAction },
): Promise<OpenOutcome> {
    const wallet = desk.wallets.get(given.wallet);
    const browsed = await desk.webView.submit(given.tab, [given.fields]);
    return inCashier(desk, { browsed, wallet: wallet.name, act: given.act, userAgent: wallet.userAgent });
}

async function inCashier(
    desk: WalletDesk,
    given: { browsed: Browsed; wallet: string; act: ScanAction; userAgent: string },
): Promise<OpenOutcome> {
    const { browsed } = given;
    if (browsed.kind !== 'cashier') return browsed;
    const paid = desk.wallets.scan(given.wallet, { code: browsed.orderCode, act: given.act });
    const row = desk.bank.book.paymentByOrderCode(browsed.orderCode);
    if (given.act === 'ignore' || row?.returnUrl === undefined) return { ...browsed, paid };
    const returned = await desk.webView.visit({ url: row.returnUrl, userAgent: given.userAgent });
    return { ...browsed, paid, ...(returned === undefined ? {} : { returned }) };
}

export function walletRoutes(desk: WalletDesk): LocalRoute[] {
    const { wallets } = desk;
    const nameOf = (call: { params: Readonly<Record<string, string>> }) => call.params.name ?? '';
    const shown = (code: ShownCode) => {
        const before = wallets.lastUse(code.wallet);
        return {
            code: code.code,
            expiresAt: isoTime(code.expiresAt),
            expiresAtMs: code.expiresAt,
            nowMs: desk.bank.clock.nowMs(),
            ...(before === undefined ? {} : { before }),
        };
    };
    return [
        {
            method: 'GET',
            path: '/wallet/wallets',
            summary: 'The test wallets',
            reply: 'Each wallet with its balance, its settings and the payments that wait for its password',
            run: () => desk.bank.book.wallets().map((wallet) => walletView(desk, wallet.name)),
        },
        route({
            method: 'POST',
            path: '/wallet/wallets',
            summary: 'Add a wallet',
            body: walletSchema,
            reply: 'The wallet',
            run: (call) => walletView(desk, wallets.add(call.body).name),
        }),
        {
            method: 'GET',
            path: '/wallet/wallets/{name}',
            summary: 'One wallet',
            reply: 'The wallet',
            run: (call) => walletView(desk, nameOf(call)),
        },
        route({
            method: 'PATCH',
            path: '/wallet/wallets/{name}',
            summary: 'Change a balance or a setting',
            body: changeBody,
            reply: 'The wallet',
            run: (call) => {
                const change = Object.fromEntries(Object.entries(call.body).filter(([, value]) => value !== undefined));
                return walletView(desk, wallets.change(nameOf(call), change).name);
            },
        }),
        {
            method: 'GET',
            path: '/wallet/wallets/{name}/code',
            summary: 'The payment code on its screen; a fresh one once that is used or over',
            reply: 'The code and its end; `before` tells what became of the one that was used last',
            run: (call) => shown(wallets.currentCode(nameOf(call))),
        },
        {
            method: 'POST',
            path: '/wallet/wallets/{name}/code',
            summary: 'A fresh payment code',
            reply: 'The code and its end',
            run: (call) => shown(wallets.showCode(nameOf(call))),
        },
        route({
            method: 'POST',
            path: '/wallet/wallets/{name}/scan',
            summary: 'Scan an order code, then confirm, reject, ignore, confirm twice or pay late',
            body: scanBody,
            reply: 'What the user sees',
            run: (call) => wallets.scan(nameOf(call), call.body),
        }),
        route({
            method: 'POST',
            path: '/wallet/wallets/{name}/answer',
            summary: 'Confirm or reject a payment by its id: a password that was asked for, or an order code scanned before',
            body: answerBody,
            reply: 'What the user sees',
            run: (call) => wallets.answer(nameOf(call), call.body),
        }),
        route({
            method: 'POST',
            path: '/wallet/wallets/{name}/open',
            summary: 'Open an entry-code page on this machine, type the amount, follow it into the cashier, confirm',
            body: openBody,
            reply: 'What the user sees',
            run: (call) => openEntry(desk, { ...call.body, wallet: nameOf(call) } as OpenOrder & { wallet: string }),
        }),
        route({
            method: 'POST',
            path: '/wallet/wallets/{name}/submit',
            summary: 'Go on in a page that asks for more',
            body: submitBody,
            reply: 'What the user sees',
            run: (call) => submitPage(desk, { ...call.body, wallet: nameOf(call) }),
        }),
        ...pageRoutes(desk),
    ];
}

/** What a page with a telephone on it needs besides. */
function pageRoutes(desk: WalletDesk): LocalRoute[] {
    return [
        {
            method: 'GET',
            path: '/wallet/live',
            summary: 'Server-sent events: `wallets` (as GET /wallet/wallets), `ledger` (a short sum and the newest movements), `faults`',
            reply: 'Each topic once, then whenever it changed',
            type: 'text/event-stream',
            run: () => new EventReply((tell) => desk.live.join(tell)),
        },
        route({
            method: 'POST',
            path: '/wallet/wallets/{name}/peek',
            summary: 'What an order code asks for, without acting on it',
            body: peekBody,
            reply: 'The payment as the user sees it before agreeing',
            run: (call) => desk.wallets.peek(call.params.name ?? '', call.body.code),
        }),
        route({
            method: 'POST',
            path: '/wallet/wallets/{name}/read',
            summary: 'What a code that the camera read is for: `kind` is `order` (then as peek), `page` (then its `url`) or `strange`',
            body: peekBody,
            reply: 'What the code is for',
            run: (call) => desk.wallets.read(call.params.name ?? '', call.body.code),
        }),
        route({
            method: 'POST',
            path: '/wallet/wallets/{name}/view',
            summary:
                'Open a page on this machine so that it may stand in a frame, seen as this wallet’s web view; the cashier tells the page around it by postMessage {tillbox: "cashier", orderCode, paymentRequestId}',
            body: viewBody,
            reply: 'Where the frame goes: `href`; pages of `target` stand under `origin`',
            run: (call) => {
                const { name: wallet, userAgent } = desk.wallets.get(call.params.name ?? '');
                return desk.frames.open({ ...call.body, wallet, userAgent, framedBy: call.origin });
            },
        }),
        {
            method: 'GET',
            path: '/wallet/wallets/{name}/receipts',
            summary: 'Money that went out and money that came back, newest first',
            reply: 'The receipts',
            run: (call) => receiptsOf(desk.bank, desk.wallets.get(call.params.name ?? '').name),
        },
    ];
}
