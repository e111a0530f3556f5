/**
 * Entry page: takes a customer from the scanned entry code to the wallet's cashier, and says how it ended.
 *
 * Owns nothing: the sale is the desk's, found by the page view's submit token. The same token gives the same sale, however often it is
 * sent. What the wallet says on its way back is no proof of anything: every page asks the desk.
 * Source: protocol §10.3; design §4.
 */
import type { Amount } from '../ports/amount.ts';
import type { Clock } from '../ports/clock.ts';
import type { EntryDesk, EntryStatus, Refusal } from '../ports/desk.ts';
import { chargeProblem, minorFromTyped, minorOf } from '../sale/money.ts';
import type { EntryAddress } from './address.ts';
import { RateLimit } from './limits.ts';
import { amountHint, formPage, notice, type Offer, type Page, presencePage, waitingPage, walletPage } from './pages.ts';
import { isReference, isSubmitToken, SubmitTokens } from './tokens.ts';
import type { Sentence, Wording } from './wordings.ts';

/** What a request to the page says, read and bounded. */
export interface Visit {
    readonly wording: Wording;
    readonly userAgent: string;
    readonly query: URLSearchParams;
    /** The submit token that an earlier answer left with the wallet. */
    readonly cookie: string | undefined;
}

/** What the page answers: a document, or the way to another address. */
export type Answer =
    | { readonly kind: 'page'; readonly page: Page; readonly remember?: string }
    | { readonly kind: 'go'; readonly href: string; readonly remember?: string };

/** How long one request waits for the gateway's answer before a page comes back that loads itself again. */
const redirectWaitMs = 8_000;
/** Requests that wait at one time; beyond it, pages come back at once. */
const waitersMax = 48;

export class EntryPage {
    readonly #desk: EntryDesk;
    readonly #clock: Clock;
    readonly #address: EntryAddress;
    readonly #tokens: SubmitTokens;
    /** Tries at one sale's number at the machine. */
    readonly #tries: RateLimit;
    #waiters = 0;

    constructor(order: { desk: EntryDesk; clock: Clock; address: EntryAddress; tokenKey: Uint8Array | undefined; kiosk: string }) {
        this.#desk = order.desk;
        this.#clock = order.clock;
        this.#address = order.address;
        this.#tokens = new SubmitTokens(order.tokenKey, order.kiosk);
        this.#tries = new RateLimit({ rate: { burst: 5, perSecond: 1 / 60 }, clock: order.clock, namesMax: 512 });
    }

    /** GET: the form, or why there is none. */
    show(visit: Visit): Answer {
        return { kind: 'page', page: this.#closed(visit) ?? this.#form(visit, this.#desk.entryOffer(), { status: 200 }) };
    }

    /** POST: an amount or a slot, or the number at the machine. */
    async submit(visit: Visit, fields: URLSearchParams): Promise<Answer> {
        for (const name of fields.keys()) if (fields.getAll(name).length > 1) return this.#again(visit);
        const token = fields.get('token') ?? '';
        const number = fields.get('number');
        if (number !== null) return this.#present(visit, { token, number });
        if (!this.#tokens.isFresh(token, this.#clock.wallMs())) {
            // A page from before a restart: its sale goes on where there is one, and nothing new is opened for it.
            const known = isSubmitToken(token) && (await this.#desk.entryStatus(token, 0)).kind !== 'unknown';
            return known ? this.#advance(visit, token) : this.#again(visit);
        }
        return this.#open(visit, token, fields);
    }

    /** GET …/wait: goes on to the wallet's cashier as soon as there is one. */
    async wait(visit: Visit): Promise<Answer> {
        const token = visit.query.get('s') ?? '';
        return isSubmitToken(token) ? this.#advance(visit, token) : this.#again(visit);
    }

    /** GET …/done: where the wallet brings the customer back. `s` is the sale; where it leads nowhere, the page view's own token does. */
    async done(visit: Visit): Promise<Answer> {
        const { wording } = visit;
        const own = visit.cookie !== undefined && isSubmitToken(visit.cookie) ? visit.cookie : undefined;
        for (const reference of [visit.query.get('s') ?? '', own ?? '']) {
            if (!isReference(reference)) continue;
            const status = await this.#news(reference, (kind) => kind === 'redirect' || kind === 'preparing');
            if (status.kind === 'unknown') continue;
            if (status.kind !== 'redirect' && status.kind !== 'preparing') return this.#standing(visit, reference, status);
            const next = this.#address.donePath(reference);
            // Only the browser that opened the sale is shown the way back into its cashier.
            const link =
                own === undefined
                    ? ({ href: next, text: 'wait.link' } as const)
                    : ({ href: this.#address.waitPath(own), text: 'paying.link' } as const);
            return page(waitingPage(wording, { title: 'paying.title', line: 'paying.line', next, link }));
        }
        return page(notice(wording, { status: 200, title: 'unknown.title', line: 'unknown.line' }));
    }

    /** Why nothing can be bought here and now; undefined when it can. */
    #closed(visit: Visit): Page | undefined {
        const readiness = this.#desk.readiness();
        if (!readiness.ready) {
            return notice(visit.wording, { status: 503, title: 'notReady.title', line: 'notReady.line', more: readiness.sentences });
        }
        // Only a wallet's cashier can take the money (protocol §10.3): anybody else learns how to come back with one.
        return isWallet(visit.userAgent) ? undefined : walletPage(visit.wording, 200);
    }

    #form(visit: Visit, offer: Offer, order: { status: number; token?: string; error?: string; typed?: string }): Page {
        const token = order.token ?? this.#tokens.issue(this.#clock.wallMs());
        return formPage(visit.wording, { ...order, offer, token, action: this.#address.formPath });
    }

    async #open(visit: Visit, token: string, fields: URLSearchParams): Promise<Answer> {
        const closed = this.#closed(visit);
        if (closed !== undefined) return page(closed);
        const offer = this.#desk.entryOffer();
        const choice = chosen(visit.wording, offer, fields);
        if (choice.kind === 'refused')
            return page(this.#form(visit, offer, { status: 422, token, error: choice.error, typed: choice.typed }));
        const { kind: _kind, ...wish } = choice;
        const reply = await this.#desk.submitEntry({ token, userAgent: visit.userAgent, ...wish });
        return reply.ok ? this.#advance(visit, token) : page(this.#refused(visit, offer, reply));
    }

    #refused(visit: Visit, offer: Offer, refusal: Refusal): Page {
        const { wording } = visit;
        switch (refusal.status) {
            case 503:
                return notice(wording, { status: 503, title: 'notReady.title', line: 'notReady.line', more: [refusal.detail] });
            case 409:
                return notice(wording, {
                    status: 409,
                    title: 'busy.title',
                    line: 'busy.line',
                    more: [refusal.detail],
                    link: this.#startAgain(),
                });
            case 422:
                return this.#form(visit, offer, { status: 422, error: refusal.detail });
            default:
                return notice(wording, {
                    status: refusal.status,
                    title: 'refused.title',
                    line: 'refused.line',
                    more: [refusal.detail],
                    link: this.#startAgain(),
                });
        }
    }

    async #present(visit: Visit, order: { token: string; number: string }): Promise<Answer> {
        if (!isSubmitToken(order.token)) return this.#again(visit);
        const before = await this.#desk.entryStatus(order.token, 0);
        if (before.kind !== 'presence') return this.#advance(visit, order.token);
        // Guessing is bounded here too: a wrong number costs a try, and a form of the wrong shape as well.
        if (!this.#tries.take(order.token)) {
            return page(notice(visit.wording, { status: 429, title: 'tooMany.title', line: 'tooMany.line' }));
        }
        const right = /^[0-9]{1,8}$/.test(order.number) && (await this.#desk.confirmPresence(order));
        if (right) return this.#advance(visit, order.token);
        const after = await this.#desk.entryStatus(order.token, 0);
        return this.#standing(visit, order.token, after, true);
    }

    /** Waits a while for the cashier's address, then shows how the sale stands. */
    async #advance(visit: Visit, token: string): Promise<Answer> {
        return this.#standing(visit, token, await this.#news(token, (kind) => kind === 'preparing'));
    }

    /** How the sale stands; where `waits` names that, what the desk says as soon as there is news, or when a request's time is over. */
    async #news(token: string, waits: (kind: EntryStatus['kind']) => boolean): Promise<EntryStatus> {
        const status = await this.#desk.entryStatus(token, 0);
        if (!waits(status.kind) || this.#waiters >= waitersMax) return status;
        this.#waiters += 1;
        try {
            return await this.#desk.entryStatus(token, redirectWaitMs);
        } finally {
            this.#waiters -= 1;
        }
    }

    #standing(visit: Visit, token: string, status: EntryStatus, wrong = false): Answer {
        const { wording } = visit;
        const next = this.#address.waitPath(token);
        switch (status.kind) {
            case 'presence':
                return page(presencePage(wording, { action: this.#address.formPath, next, token, wrong }), token);
            case 'preparing':
                return page(
                    waitingPage(wording, { title: 'wait.title', line: 'wait.line', next, link: { href: next, text: 'wait.link' } }),
                    token,
                );
            case 'redirect':
                return { kind: 'go', href: status.redirectUrl, remember: token };
            case 'paid':
                return page(notice(wording, { status: 200, title: 'paid.title', line: 'paid.line' }));
            case 'ended': {
                const link = ['declined', 'cancelled'].includes(status.state) ? this.#startAgain() : undefined;
                return page(notice(wording, { status: 200, ...endings(status.state), ...(link === undefined ? {} : { link }) }));
            }
            case 'unknown':
                return this.#again(visit);
        }
    }

    #again(visit: Visit): Answer {
        return page(notice(visit.wording, { status: 410, title: 'again.title', line: 'again.line', link: this.#startAgain() }));
    }

    #startAgain(): { href: string; text: Sentence } {
        return { href: this.#address.formPath, text: 'again.link' };
    }
}

/** Told by the tokens that the wallets put into their user agent (protocol §10.3). */
function isWallet(userAgent: string): boolean {
    return /AlipayClient|AlipayConnect/.test(userAgent);
}

function page(shown: Page, remember?: string): Answer {
    return { kind: 'page', page: shown, ...(remember === undefined ? {} : { remember }) };
}

type Choice =
    | { readonly kind: 'amount'; readonly amount: Amount }
    | { readonly kind: 'slot'; readonly slot: string }
    | { readonly kind: 'refused'; readonly error: string; readonly typed: string };

/** What the customer asked for, or the sentence that says what to do instead. */
function chosen(wording: Wording, offer: Offer, fields: URLSearchParams): Choice {
    if (offer.slots !== undefined) {
        const slot = fields.get('slot');
        const ready = offer.slots.some((one) => one.slot === slot && one.ready);
        return ready && slot !== null ? { kind: 'slot', slot } : { kind: 'refused', error: wording.say('error.slot'), typed: '' };
    }
    const typed = (fields.get('amount') ?? '').trim().slice(0, 16);
    const refused = (error: string): Choice => ({ kind: 'refused', error, typed });
    const value = minorFromTyped(typed, offer.currency);
    if (value === undefined) return refused(amountHint(wording, offer));
    const limit = (units: string): Amount => ({ currency: offer.currency, value: units });
    if (value < (minorOf(offer.min) ?? 1) || value === 0) return refused(wording.say('error.tooLittle', { min: limit(offer.min) }));
    if (value > (minorOf(offer.max) ?? 0)) return refused(wording.say('error.tooMuch', { max: limit(offer.max) }));
    const amount = limit(String(value));
    return chargeProblem(amount, offer.currency) === undefined ? { kind: 'amount', amount } : refused(wording.say('error.step'));
}

function endings(state: string): { title: Sentence; line: Sentence } {
    switch (state) {
        case 'delivered':
        case 'refunded':
        case 'cancelled':
        case 'declined':
        case 'review':
            return { title: `ended.${state}.title`, line: `ended.${state}.line` };
        default:
            return { title: 'ended.other.title', line: 'ended.other.line' };
    }
}
