/**
 * Pages: what a customer sees in the wallet, as whole HTML documents. No script, no picture, no request beside the page itself.
 */
import { createHash } from 'node:crypto';
import type { Amount } from '../ports/amount.ts';
import type { EntryDesk } from '../ports/desk.ts';
import { exponentOf } from '../sale/money.ts';
import { formatAmount } from '../screens/format.ts';
import { nameIn } from '../screens/messages.ts';
import { html, type Markup, nothing } from './html.ts';
import type { Sentence, Wording } from './wordings.ts';

export type Offer = ReturnType<EntryDesk['entryOffer']>;

/** A page with its status; `refresh` loads an address by itself after some seconds. */
export interface Page {
    readonly status: number;
    readonly title: string;
    readonly content: Markup;
    readonly refresh?: { readonly seconds: number; readonly href: string };
}

const style = `*{box-sizing:border-box}body{margin:0;background:#f4f5f7;color:#16181d;font:18px/1.45 system-ui,sans-serif}
main{max-width:26rem;margin:0 auto;padding:1.5rem 1.25rem;background:#fff;min-height:100vh}
h1{font-size:1.5rem;line-height:1.2;margin:.5rem 0 1rem}label{display:block;font-weight:600;margin-bottom:.4rem}
input{width:100%;font:inherit;font-size:1.75rem;padding:.6rem .75rem;border:2px solid #767b85;border-radius:.6rem;background:#fff;color:inherit}
input:focus,button:focus,a:focus{outline:3px solid #1a63d9;outline-offset:2px}
button,.button{display:block;width:100%;margin:1rem 0 0;padding:.9rem 1rem;border:0;border-radius:.6rem;background:#1557c0;color:#fff;font:inherit;font-weight:600;text-align:center;text-decoration:none}
button.slot{display:flex;justify-content:space-between;gap:1rem;text-align:start}button:disabled{background:#dcdfe4;color:#4a4f59}
.hint{color:#4a4f59;margin:.4rem 0 0}.error{border-inline-start:.3rem solid #b3261e;padding:.5rem .75rem;background:#fdecea;margin:0 0 1rem}
ol{padding-inline-start:1.4rem}li{margin:.4rem 0}`;

/** For the Content-Security-Policy: the one style that may apply. */
export const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;

const styleElement = html`<style>`;
const styleEnd = html`</style>`;

/** The whole document. */
export function documentOf(page: Page, wording: Wording): string {
    const refresh =
        page.refresh === undefined ? nothing : html`<meta http-equiv="refresh" content="${page.refresh.seconds};url=${page.refresh.href}">`;
    const head = html`<!doctype html><html lang="${wording.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${refresh}<title>${page.title}</title>`;
    const body = html`</head><body><main><h1>${page.title}</h1>${page.content}</main></body></html>`;
    return `${head.text}${styleElement.text}${style}${styleEnd.text}${body.text}\n`;
}

const line = (text: string): Markup => html`<p>${text}</p>`;
const errorLine = (text: string | undefined): Markup =>
    text === undefined ? nothing : html`<p class="error" role="alert" id="error">${text}</p>`;

/** A page that only says something. */
export function notice(
    wording: Wording,
    order: { status: number; title: Sentence; line: Sentence; more?: readonly string[]; link?: { href: string; text: Sentence } },
): Page {
    const link = order.link === undefined ? nothing : html`<a class="button" href="${order.link.href}">${wording.say(order.link.text)}</a>`;
    const content = html`${line(wording.say(order.line))}${(order.more ?? []).map(line)}${link}`;
    return { status: order.status, title: wording.say(order.title), content };
}

/** For whoever opened the page outside of a wallet: what to do. */
export function walletPage(wording: Wording, status: number): Page {
    const steps = (['wallet.step1', 'wallet.step2', 'wallet.step3'] as const).map((key) => html`<li>${wording.say(key)}</li>`);
    return { status, title: wording.say('wallet.title'), content: html`${line(wording.say('wallet.line'))}<ol>${steps}</ol>` };
}

/** An amount that shows how to type one: half way into the limits would be odd, so the least. */
function example(offer: Offer): string {
    const exponent = exponentOf(offer.currency) ?? 0;
    const digits = offer.min.padStart(exponent + 1, '0');
    return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** Why what was typed is no amount, with an example that is one. */
export function amountHint(wording: Wording, offer: Offer): string {
    const exponent = exponentOf(offer.currency) ?? 0;
    if (exponent === 0) return wording.say('error.amountWhole', { example: example(offer) });
    return wording.say('error.amount', { digits: String(exponent), example: example(offer) });
}

/** The form: an amount to type or a slot to choose. @param order.typed what the customer typed before, when it comes back with an error. */
export function formPage(
    wording: Wording,
    order: { offer: Offer; action: string; token: string; status: number; error?: string; typed?: string },
): Page {
    const { offer } = order;
    const hidden = html`<input type="hidden" name="token" value="${order.token}">`;
    const fields = offer.slots === undefined ? amountField(wording, order) : slotButtons(wording, offer.slots, offer.currency);
    const content = html`${errorLine(order.error)}<form method="post" action="${order.action}" accept-charset="utf-8" autocomplete="off">${hidden}${fields}</form>`;
    return { status: order.status, title: wording.say('page.title', { seller: offer.seller }), content };
}

function amountField(wording: Wording, { offer, error, typed }: { offer: Offer; error?: string; typed?: string }): Markup {
    const exponent = exponentOf(offer.currency) ?? 0;
    const pattern = exponent === 0 ? '[0-9]{1,7}' : `[0-9]{1,7}([.,][0-9]{1,${exponent}})?`;
    const limit = (value: string): Amount => ({ currency: offer.currency, value });
    const limits = wording.say('amount.limits', { min: limit(offer.min), max: limit(offer.max) });
    const described = error === undefined ? 'limits' : 'error limits';
    return html`<label for="amount">${wording.say('amount.label', { currency: offer.currency })}</label><input id="amount" name="amount" inputmode="${exponent === 0 ? 'numeric' : 'decimal'}" pattern="${pattern}" maxlength="10" required aria-describedby="${described}" value="${typed ?? ''}"><p class="hint" id="limits">${limits}</p><button>${wording.say('amount.submit')}</button>`;
}

function slotButtons(wording: Wording, slots: NonNullable<Offer['slots']>, currency: string): Markup {
    if (!slots.some((slot) => slot.ready)) return line(wording.say('slots.none'));
    const buttons = slots.map((slot) => {
        const price = formatAmount({ currency, value: slot.price }, wording.locale, 'code');
        const state = slot.ready ? html`<span>${price}</span>` : html`<span>${wording.say('slots.gone')}</span>`;
        const open = slot.ready ? html`<button class="slot" name="slot" value="${slot.slot}">` : html`<button class="slot" disabled>`;
        return html`${open}<span>${nameIn(slot.name, wording.locale)}</span>${state}</button>`;
    });
    return html`${line(wording.say('slots.line'))}${buttons}`;
}

/** Asks for the number at the machine. The number itself is never in the page. */
export function presencePage(wording: Wording, order: { action: string; next: string; token: string; wrong: boolean }): Page {
    const error = errorLine(order.wrong ? wording.say('error.presence') : undefined);
    const content = html`${error}${line(wording.say('presence.line'))}<form method="post" action="${order.action}" autocomplete="off"><input type="hidden" name="token" value="${order.token}"><label for="number">${wording.say('presence.label')}</label><input id="number" name="number" inputmode="numeric" pattern="[0-9]{1,8}" maxlength="8" required><button>${wording.say('presence.submit')}</button></form><a class="button" href="${order.next}">${wording.say('presence.pressed')}</a>`;
    return { status: order.wrong ? 422 : 200, title: wording.say('presence.title'), content };
}

/** Loads itself again until there is news. */
export function waitingPage(
    wording: Wording,
    order: { title: Sentence; line: Sentence; next: string; link: { href: string; text: Sentence } },
): Page {
    return {
        ...notice(wording, { status: 200, title: order.title, line: order.line, link: order.link }),
        refresh: { seconds: 3, href: order.next },
    };
}
