/**
 * Pages: what a customer sees in the wallet, as whole HTML documents. No script, no request beside the page itself; acceptance marks stand in it.
 */
import { createHash } from 'node:crypto';
import type { Amount } from '../ports/amount.ts';
import type { EntryDesk } from '../ports/desk.ts';
import { exponentOf } from '../sale/money.ts';
import { formatAmount, formatPlain } from '../screens/format.ts';
import { nameIn } from '../screens/messages.ts';
import { html, type Markup, nothing } from './html.ts';
import type { Sentence, Wording } from './wordings.ts';

/** What stands on every page: who sells, and the acceptance marks that the operator supplied. */
export interface PageFrame {
    readonly seller: string;
    readonly marks: readonly { readonly name: string; readonly dataUri: string }[];
}

export type Offer = ReturnType<EntryDesk['entryOffer']>;

/** A page with its status; `refresh` loads an address by itself after some seconds. */
export interface Page {
    readonly status: number;
    readonly title: string;
    readonly content: Markup;
    /** The sign above the title: what the page is about, at a glance. Forms have none. */
    readonly sign?: SignName;
    readonly refresh?: { readonly seconds: number; readonly href: string };
}

const style = `*{box-sizing:border-box}:root{--paper:#fff;--ground:#f3f4f6;--ink:#111827;--quiet:#4b5563;--line:#767b85;--accent:#1d4ed8;--on:#fff;--off:#dcdfe4;--good:#166534;--stop:#b91c1c;--tint:#fdecea}
@media(prefers-color-scheme:dark){:root{--paper:#171a21;--ground:#0d0f14;--ink:#f3f4f6;--quiet:#b6bcc8;--line:#8b93a1;--accent:#8fb4ff;--on:#0d1526;--off:#2b303a;--good:#6ee7a0;--stop:#ff9d94;--tint:#3a1d1b}}
body{margin:0;background:var(--ground);color:var(--ink);font:18px/1.5 system-ui,-apple-system,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:27rem;min-height:100vh;margin:0 auto;padding:1.25rem 1.25rem 2rem;background:var(--paper);display:flex;flex-direction:column}
header{color:var(--quiet);font-size:.95rem;padding-bottom:.75rem;border-bottom:1px solid var(--off);overflow-wrap:anywhere}
.sign{width:4.5rem;height:4.5rem;margin:1.75rem 0 0;padding:.8rem;border-radius:50%;background:var(--accent);stroke:var(--on)}
.good{background:var(--good)}.stop{background:var(--stop)}
h1{font-size:1.7rem;line-height:1.2;margin:1.25rem 0 .75rem;overflow-wrap:anywhere;text-wrap:balance}:lang(ja){word-break:auto-phrase}p{margin:.25rem 0 .75rem}label{display:block;font-weight:600;margin:.5rem 0}
input{width:100%;font:inherit;font-size:2rem;font-weight:600;padding:.6rem .9rem;border:2px solid var(--line);border-radius:.8rem;background:var(--paper);color:inherit;font-variant-numeric:tabular-nums}
input:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
button,.button{display:block;width:100%;min-height:3.4rem;margin:1rem 0 0;padding:.9rem 1.1rem;border:0;border-radius:.8rem;background:var(--accent);color:var(--on);font:inherit;font-weight:600;text-align:center;text-decoration:none}
button.slot{display:flex;justify-content:space-between;align-items:center;gap:1rem;text-align:start;background:var(--paper);color:inherit;border:2px solid var(--line);margin-top:.7rem}button.slot span:first-child{min-width:0;overflow-wrap:anywhere}button.slot span:last-child{white-space:nowrap;font-variant-numeric:tabular-nums}
button:disabled,button.slot:disabled{background:var(--off);border-color:var(--off);color:var(--quiet)}
.hint{color:var(--quiet);margin:.5rem 0 0}.error{border-inline-start:.3rem solid var(--stop);padding:.6rem .8rem;background:var(--tint);border-radius:0 .4rem .4rem 0;margin:0 0 1rem}
ol{padding-inline-start:1.4rem}li{margin:.5rem 0}
footer{margin-top:auto;padding-top:2rem;display:flex;flex-wrap:wrap;gap:1rem;align-items:center}footer img{height:1.9rem;max-width:8rem;object-fit:contain;padding:.2rem .4rem;background:#fff;border-radius:.3rem}`;

/** For the Content-Security-Policy: the one style that may apply. */
export const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;

const styleElement = html`<style>`;
const styleEnd = html`</style>`;

/** Signs in a square of 100, drawn with lines: their shapes say what their colours say. */
const signs = {
    good: 'M22 52l20 20l38 -42',
    back: 'M38 22l-18 18l18 18M22 40h38a18 18 0 0 1 0 36h-24',
    wait: 'M30 20h40M30 80h40M34 20c0 18 16 22 16 30s-16 12 -16 30M66 20c0 18 -16 22 -16 30s16 12 16 30',
    stop: 'M50 18v38M50 78h.1',
    phone: 'M36 18h28a6 6 0 0 1 6 6v52a6 6 0 0 1 -6 6h-28a6 6 0 0 1 -6 -6v-52a6 6 0 0 1 6 -6zM46 70h8',
} as const;
export type SignName = keyof typeof signs;

const signOf: Partial<Record<Sentence, SignName>> = {
    'paid.title': 'good',
    'ended.delivered.title': 'good',
    'ended.refunded.title': 'back',
    'ended.cancelled.title': 'back',
    'wait.title': 'wait',
    'paying.title': 'wait',
    'busy.title': 'wait',
    'unknown.title': 'wait',
    'wallet.title': 'phone',
    'presence.title': 'phone',
};

function signMarkup(name: SignName | undefined): Markup {
    if (name === undefined) return nothing;
    const tone = name === 'good' ? 'sign good' : name === 'stop' ? 'sign stop' : 'sign';
    return html`<svg class="${tone}" viewBox="0 0 100 100" fill="none" stroke-width="9" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${signs[name]}"/></svg>`;
}

/** The whole document. */
export function documentOf(page: Page, wording: Wording, frame: PageFrame): string {
    const refresh =
        page.refresh === undefined ? nothing : html`<meta http-equiv="refresh" content="${page.refresh.seconds};url=${page.refresh.href}">`;
    const head = html`<!doctype html><html lang="${wording.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">${refresh}<title>${page.title}</title>`;
    const marks = frame.marks.map(({ name, dataUri }) => html`<img src="${dataUri}" alt="${name}">`);
    const footer = marks.length === 0 ? nothing : html`<footer>${marks}</footer>`;
    const body = html`</head><body><main><header>${frame.seller}</header>${signMarkup(page.sign)}<h1>${page.title}</h1>${page.content}${footer}</main></body></html>`;
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
    return { status: order.status, title: wording.say(order.title), content, sign: signOf[order.title] ?? 'stop' };
}

/** For whoever opened the page outside of a wallet: what to do. */
export function walletPage(wording: Wording, status: number): Page {
    const steps = (['wallet.step1', 'wallet.step2', 'wallet.step3'] as const).map((key) => html`<li>${wording.say(key)}</li>`);
    return {
        status,
        title: wording.say('wallet.title'),
        content: html`${line(wording.say('wallet.line'))}<ol>${steps}</ol>`,
        sign: 'phone',
    };
}

/** An amount that shows how to type one, as the language writes it: half way into the limits would be odd, so the least. */
function example(wording: Wording, offer: Offer): string {
    return formatPlain({ currency: offer.currency, value: offer.min }, wording.locale);
}

/** Why what was typed is no amount, with an example that is one. */
export function amountHint(wording: Wording, offer: Offer): string {
    const exponent = exponentOf(offer.currency) ?? 0;
    if (exponent === 0) return wording.say('error.amountWhole', { example: example(wording, offer) });
    return wording.say('error.amount', { digits: String(exponent), example: example(wording, offer) });
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
    return html`<label for="amount">${wording.say('amount.label', { currency: offer.currency })}</label><input id="amount" name="amount" inputmode="${exponent === 0 ? 'numeric' : 'decimal'}" pattern="${pattern}" title="${amountHint(wording, offer)}" maxlength="10" required aria-describedby="${described}" value="${typed ?? ''}"><p class="hint" id="limits">${limits}</p><button>${wording.say('amount.submit')}</button>`;
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
    return { status: order.wrong ? 422 : 200, title: wording.say('presence.title'), content, sign: 'phone' };
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
