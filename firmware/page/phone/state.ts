/**
 * State: what the phone shows and does. The wallets, balances and pending payments are the sandbox's word; nothing is made up here.
 *
 * Owns: which wallet is in the hand, which screen stands, the payment that is asked about, the receipts.
 * Rules: payment codes live in memory, on the phone's screen and in the body of one call; the password is typed for the eye and goes
 * nowhere; nothing of both is ever logged or put into an address.
 */
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Amount } from '../../ports/amount.ts';
import { askSandbox, hello, holdToScanner, kiosk, ledgerTurn, phoneCode, sandboxUrl, wallets } from '../store.ts';
import { reasonText } from './reasons.ts';
import { language, money, say, type TextKey } from './texts.ts';
import type { CodeRead, CodeUse, FrameView, PayOutcome, Peeked, Pending, Receipt, ShownCode, Wallet } from './wallet-wire.ts';

export type PhoneScreen = 'home' | 'code' | 'camera' | 'page' | 'settings';

/** A payment that the user is asked about. */
export interface Question {
    /** An order code that was scanned or came from a page; a pending payment is named by its id. */
    readonly kind: 'order' | 'page' | 'pending';
    readonly paymentRequestId: string;
    readonly orderCode?: string;
    readonly amount: Amount;
    /** What it costs in the wallet's own currency, where that is another. */
    readonly walletAmount?: Amount;
    readonly seller?: string;
    readonly description: string;
}

export interface Outcome {
    readonly kind: 'paid' | 'refused' | 'rejected';
    readonly paymentRequestId?: string;
    readonly amount?: Amount;
    readonly seller?: string;
    readonly reason?: TextKey;
    /** The seller's page stands behind it. */
    readonly onPage: boolean;
}

/** The payment code on the screen, with the end of its time on this browser's own clock. */
export interface CodeShown {
    readonly code: string;
    readonly endsAt: number;
    readonly lifeMs: number;
}

export const screen: Signal<PhoneScreen> = signal('home');
export const question: Signal<Question | undefined> = signal(undefined);
export const outcome: Signal<Outcome | undefined> = signal(undefined);
export const shownCode: Signal<CodeShown | undefined> = signal(undefined);
/** A payment by code is under way and has no answer yet. */
export const underWay: Signal<boolean> = signal(false);
/** The seller's page; `turn` grows with each address that the frame is sent to, since it may be sent to the same one again. */
export const page: Signal<(FrameView & { readonly src: string; readonly turn: number }) | undefined> = signal(undefined);
export const receipts: Signal<readonly Receipt[] | undefined> = signal(undefined);
/** Receipts that came while somebody looked. */
export const freshReceipts: Signal<ReadonlySet<string>> = signal(new Set());
/** A short word for the eye and the ear; the next one takes its place. */
export const notice: Signal<{ readonly text: string; readonly tone: 'good' | 'plain' } | undefined> = signal(undefined);
/** Money or a decision is on its way: buttons wait. */
export const busy: Signal<boolean> = signal(false);

const chosen: Signal<string | undefined> = signal(undefined);
export const walletList = computed(() => wallets.value as unknown as readonly Wallet[]);
export const wallet: ReadonlySignal<Wallet | undefined> = computed(
    () => walletList.value.find((one) => one.name === chosen.value) ?? walletList.value[0],
);

/** What came back of the payment whose outcome is being looked at, in the wallet's currency. */
export const cameBack: ReadonlySignal<Amount | undefined> = computed(() => {
    const told = outcome.value;
    if (told?.kind !== 'paid' || told.paymentRequestId === undefined) return undefined;
    const back = (receipts.value ?? []).filter((one) => one.kind !== 'payment' && one.paymentRequestId === told.paymentRequestId);
    if (back[0] === undefined) return undefined;
    const sum = back.reduce((all, one) => all + BigInt(one.walletAmount.value), 0n);
    return { currency: back[0].walletAmount.currency, value: sum.toString() };
});

const path = (rest: string) => `/wallet/wallets/${encodeURIComponent(wallet.peek()?.name ?? '')}${rest}`;

let seenUse: string | undefined;
let codeTurn = 0;
let receiptsOf: string | undefined;
/** Payments that the user has decided about: the stream may still call them pending for a moment. */
const answered = new Set<string>();

/** Follows the sandbox's stream. Called once. */
export function openPhone(): void {
    effect(() => {
        const now = wallet.value;
        ledgerTurn.value;
        if (now === undefined) return;
        void loadReceipts(now.name);
        if (screen.peek() === 'code') void loadCode();
        const pending = now.pending.find((one) => !answered.has(one.paymentRequestId));
        const asked = question.peek();
        if (asked?.kind === 'pending' && !now.pending.some((one) => one.paymentRequestId === asked.paymentRequestId))
            question.value = undefined;
        if (pending !== undefined && question.peek() === undefined) ask(pending);
    });
    // The scanner sees what the screen shows, and nothing once something else stands there.
    effect(() => {
        phoneCode.value = screen.value === 'code' && outcome.value === undefined ? shownCode.value?.code : undefined;
    });
}

function ask(pending: Pending): void {
    notice.value = undefined;
    outcome.value = undefined;
    question.value = {
        kind: 'pending',
        paymentRequestId: pending.paymentRequestId,
        amount: pending.amount,
        description: pending.description,
        ...(pending.seller === undefined ? {} : { seller: pending.seller }),
    };
}

export function go(to: PhoneScreen): void {
    notice.value = undefined;
    outcome.value = undefined;
    if (to !== 'code') {
        codeTurn += 1;
        shownCode.value = undefined;
        underWay.value = false;
    }
    if (to !== 'page') page.value = undefined;
    if (question.peek()?.kind !== 'pending') question.value = undefined;
    screen.value = to;
    if (to === 'code') {
        seenUse = undefined;
        void loadCode();
    }
}

export function chooseWallet(name: string): void {
    if (chosen.value === name) return;
    chosen.value = name;
    question.value = undefined;
    receipts.value = undefined;
    freshReceipts.value = new Set();
    receiptsOf = undefined;
}

/** Fetches the code that stands on the wallet's screen, a fresh one where that was used or is over (POST: in any case), and what became of the one before. */
export async function loadCode(method: 'GET' | 'POST' = 'GET'): Promise<void> {
    codeTurn += 1;
    const turn = codeTurn;
    const first = shownCode.peek() === undefined;
    const answer = await askSandbox<ShownCode>(method, path('/code'));
    if (turn !== codeTurn || screen.peek() !== 'code') return;
    if (!answer.ok) {
        shownCode.value = undefined;
        notice.value = { text: say('noAnswer'), tone: 'plain' };
        return;
    }
    const { code, expiresAtMs, nowMs, before } = answer.body;
    const leftMs = Math.max(0, expiresAtMs - nowMs);
    if (shownCode.peek()?.code !== code) {
        shownCode.value = { code, endsAt: performance.now() + leftMs, lifeMs: Math.max(leftMs, 1) };
    }
    if (first && seenUse === undefined) seenUse = before?.paymentRequestId ?? '';
    else if (before !== undefined && before.paymentRequestId !== seenUse) learn(before);
}

/** What became of the code that was held to the scanner. */
function learn(use: CodeUse): void {
    const told = {
        paymentRequestId: use.paymentRequestId,
        amount: use.amount,
        onPage: false,
        ...(use.seller === undefined ? {} : { seller: use.seller }),
    };
    underWay.value = use.status === 'PROCESSING' && !use.asks;
    if (use.status === 'PROCESSING') return;
    seenUse = use.paymentRequestId;
    // Whoever typed the password was told already.
    if (answered.has(use.paymentRequestId)) return;
    notice.value = undefined;
    if (use.status === 'SUCCESS') outcome.value = { kind: 'paid', ...told };
    else outcome.value = { kind: 'refused', reason: reasonText(use.status === 'FAIL' ? use.resultCode : use.status), ...told };
}

/** Holds the phone to the scanner. */
export async function hold(): Promise<void> {
    const code = shownCode.peek()?.code;
    if (code === undefined || busy.peek()) return;
    if (kiosk.scanner.peek()?.armed === false) {
        notice.value = { text: say('notArmed'), tone: 'plain' };
        return;
    }
    busy.value = true;
    const answer = await holdToScanner(code);
    busy.value = false;
    if (answer.ok) notice.value = { text: say('held'), tone: 'good' };
    else notice.value = { text: answer.code === 'scanner-not-armed' ? say('notArmed') : answer.detail, tone: 'plain' };
}

/** What the camera read. @returns false where the code is of no use to a wallet */
export async function takeCode(text: string): Promise<boolean> {
    const read = await askSandbox<CodeRead>('POST', path('/read'), { code: text });
    if (screen.peek() !== 'camera') return true;
    if (!read.ok) notice.value = { text: read.status === 0 ? say('noAnswer') : read.detail, tone: 'plain' };
    else if (read.body.kind === 'order') askOrder('order', text, read.body);
    else if (read.body.kind === 'page') await openPage(read.body.url);
    else return false;
    return true;
}

function askOrder(kind: 'order' | 'page', orderCode: string, peeked: Peeked): void {
    const { paymentRequestId, amount, walletAmount, seller, description, status } = peeked;
    notice.value = undefined;
    if (status !== 'PROCESSING') {
        outcome.value = { kind: 'refused', reason: reasonText(status), amount, onPage: kind === 'page' };
        return;
    }
    question.value = {
        kind,
        paymentRequestId,
        orderCode,
        amount,
        description,
        ...(walletAmount === undefined || walletAmount.currency === amount.currency ? {} : { walletAmount }),
        ...(seller === undefined ? {} : { seller }),
    };
}

/** Opens an entry page in the phone's own browser. */
async function openPage(address: string): Promise<void> {
    const answer = await askSandbox<FrameView>('POST', path('/view'), { url: nearby(address), language: language.peek() });
    if (screen.peek() !== 'camera') return;
    if (!answer.ok) {
        notice.value = { text: answer.code === 'PAGE_NOT_LOOPBACK' ? say('pageStrange') : answer.detail, tone: 'plain' };
        return;
    }
    page.value = { ...answer.body, src: answer.body.href, turn: 0 };
    screen.value = 'page';
}

/** An entry code names the page by its public address; on one machine, the same page is reached without the way through the internet. */
export function nearby(address: string): string {
    const local = hello.peek()?.links.entryPage;
    if (local === undefined || !URL.canParse(address) || !URL.canParse(local)) return address;
    const [asked, near] = [new URL(address), new URL(local)];
    return asked.pathname === near.pathname ? `${near.origin}${asked.pathname}${asked.search}` : address;
}

/** The page in the frame sent the wallet into its cashier. */
export async function openCashier(orderCode: string): Promise<void> {
    const peeked = await askSandbox<Peeked>('POST', path('/peek'), { code: orderCode });
    if (screen.peek() !== 'page') return;
    if (peeked.ok) askOrder('page', orderCode, peeked.body);
    else notice.value = { text: peeked.detail, tone: 'plain' };
}

/** Yes or no to the payment that is asked about. */
export async function decide(yes: boolean): Promise<void> {
    const asked = question.peek();
    if (asked === undefined || busy.peek()) return;
    // An order that nobody confirms simply runs out: there is nothing to tell anybody.
    if (!yes && asked.kind === 'order') {
        go('home');
        return;
    }
    busy.value = true;
    const answer =
        asked.kind === 'pending'
            ? await askSandbox<PayOutcome>('POST', path('/answer'), {
                  paymentRequestId: asked.paymentRequestId,
                  act: yes ? 'confirm' : 'reject',
              })
            : await askSandbox<PayOutcome>('POST', path('/scan'), { code: asked.orderCode, act: yes ? 'confirm' : 'ignore' });
    busy.value = false;
    if (!answer.ok) {
        notice.value = { text: answer.status === 0 ? say('noAnswer') : answer.detail, tone: 'plain' };
        if (answer.status !== 0) question.value = undefined;
        return;
    }
    answered.add(asked.paymentRequestId);
    question.value = undefined;
    underWay.value = false;
    const back = answer.body.returnUrl;
    if (asked.kind === 'page' && back !== undefined) returnTo(back);
    const { paymentRequestId, amount, seller } = asked;
    const told = { paymentRequestId, amount, onPage: asked.kind === 'page', ...(seller === undefined ? {} : { seller }) };
    const { outcome: came, reason } = answer.body;
    if (came === 'paid') outcome.value = { kind: 'paid', ...told };
    else if (came === 'refused') outcome.value = { kind: 'refused', reason: reasonText(reason), ...told };
    else if (came === 'rejected') outcome.value = { kind: 'rejected', reason: 'reasonRejected', ...told };
}

/** Brings the frame to the page where the merchant wants the customer back. */
function returnTo(address: string): void {
    const open = page.peek();
    if (open === undefined || !URL.canParse(address)) return;
    const url = new URL(nearby(address));
    if (url.origin === open.target) page.value = { ...open, src: `${open.origin}${url.pathname}${url.search}`, turn: open.turn + 1 };
}

/** Puts the outcome away. */
export function finish(): void {
    const was = outcome.peek();
    outcome.value = undefined;
    if (was?.onPage === true && page.peek() !== undefined) return;
    if (screen.peek() === 'code' && was?.kind === 'refused') {
        void loadCode();
        return;
    }
    go('home');
}

export async function setPassword(password: boolean): Promise<void> {
    await askSandbox('PATCH', path(''), { password });
}

/** Play money for a wallet that has run out. @param minor units to add */
export async function addMoney(minor: bigint): Promise<void> {
    const now = wallet.peek();
    if (now === undefined) return;
    await askSandbox('PATCH', path(''), { balance: (BigInt(now.balance) + minor).toString() });
}

async function loadReceipts(name: string): Promise<void> {
    if (sandboxUrl.peek() === undefined) return;
    const answer = await askSandbox<readonly Receipt[]>('GET', `/wallet/wallets/${encodeURIComponent(name)}/receipts`);
    if (!answer.ok || wallet.peek()?.name !== name) return;
    const before = receiptsOf === name ? new Set(receipts.peek()?.map((one) => one.id)) : undefined;
    receiptsOf = name;
    receipts.value = answer.body;
    if (before === undefined) return;
    const fresh = answer.body.filter((one) => !before.has(one.id));
    if (fresh.length === 0) return;
    freshReceipts.value = new Set([...freshReceipts.peek(), ...fresh.map((one) => one.id)]);
    const back = fresh.find((one) => one.kind !== 'payment');
    if (back !== undefined) notice.value = { text: say('cameBackNow', { amount: money(back.walletAmount) }), tone: 'good' };
}
