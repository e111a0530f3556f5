/**
 * Checks: what several keys of a configuration say together.
 *
 * Rules: a check looks only at values that passed the schema on their own (a draft has holes where they did not), so that all
 * problems of a file are told at once and none of them is a consequence of another.
 */
import { modulePxMin, modulePxOf, modulePxSmall, orderCodeBytesMax } from '../drivers/lib/picture-size.ts';
import type { ConfigBlocks } from './schema.ts';
import { isLoopback, readListen, readUrl } from './values.ts';

/** A place in the configuration and the sentence that says what to do. */
export interface Problem {
    readonly path: readonly (string | number)[];
    readonly message: string;
}

type DeepPartial<Whole> = Whole extends readonly (infer Item)[]
    ? readonly (DeepPartial<Item> | undefined)[]
    : Whole extends object
      ? { readonly [Key in keyof Whole]?: DeepPartial<Whole[Key]> | undefined }
      : Whole;
/** A configuration of which every value that is present is valid on its own. */
export type Draft = DeepPartial<ConfigBlocks>;

/** What was written, as opposed to filled in by defaults: `wrote('entry', 'min')`. */
export type Wrote = (...path: readonly (string | number)[]) => boolean;

/** Every problem that the keys have with each other. */
export function crossProblems(draft: Draft, wrote: Wrote): Problem[] {
    return [
        ...gatewayProblems(draft),
        ...productionProblems(draft, wrote),
        ...modeProblems(draft, wrote),
        ...codeSizeProblems(draft),
        ...catalogProblems(draft),
        ...listenProblems(draft),
        ...pageProblems(draft),
        ...alertProblems(draft, wrote),
        ...timingProblems(draft),
    ];
}

function gatewayProblems({ gateway }: Draft): Problem[] {
    const problems: Problem[] = [];
    const url = gateway?.url === undefined ? undefined : readUrl(gateway.url);
    if (url?.protocol === 'http:' && !isLoopback(url.hostname)) {
        problems.push({
            path: ['gateway', 'url'],
            message: 'must begin with https:, for http: is allowed only to 127.0.0.1, ::1 and localhost.',
        });
    }
    const notify = gateway?.notifyUrl === undefined ? undefined : readUrl(gateway.notifyUrl);
    if (notify?.protocol === 'http:' && !isLoopback(notify.hostname)) {
        problems.push({
            path: ['gateway', 'notifyUrl'],
            message: 'must begin with https:, for the gateway sends results only over HTTPS.',
        });
    }
    return problems;
}

/** A production client id moves real money: nothing virtual may sell for it, and somebody must answer for it. */
function productionProblems(draft: Draft, wrote: Wrote): Problem[] {
    const clientId = draft.gateway?.clientId;
    if (clientId === undefined || clientId.startsWith('SANDBOX_')) return [];
    const problems: Problem[] = [];
    for (const kind of ['scanner', 'dispenser'] as const) {
        if (draft[kind]?.type !== 'virtual') continue;
        problems.push({
            path: [kind, 'type'],
            message: `must be a real ${kind}, because gateway.clientId is a production client id; use one that begins with SANDBOX_ to try things out.`,
        });
    }
    if (!wrote('operator')) {
        problems.push({
            path: ['operator'],
            message:
                'must be there with name, address and phone, because gateway.clientId is a production client id and customers must find somebody.',
        });
    }
    return problems;
}

function modeProblems(draft: Draft, wrote: Wrote): Problem[] {
    const problems: Problem[] = [];
    const modes = draft.kiosk?.modes ?? [];
    const missing = (kind: 'scanner' | 'display') => draft[kind]?.type === 'none';
    if (modes.includes('payment-code') && missing('scanner')) {
        problems.push({
            path: ['scanner'],
            message: 'must be there for the mode payment-code; add a scanner or take the mode out of kiosk.modes.',
        });
    }
    if (modes.includes('order-code') && missing('display')) {
        problems.push({
            path: ['display'],
            message: 'must be there for the mode order-code; add a display or take the mode out of kiosk.modes.',
        });
    }
    const { relay, dispenser } = draft;
    if (relay?.mode === 'remote') {
        problems.push({ path: ['relay', 'mode'], message: 'remote is not part of this version yet; use embedded, or none.' });
    }
    if (modes.includes('entry-code')) {
        if (relay?.mode === 'none') {
            problems.push({
                path: ['relay', 'mode'],
                message: 'must be embedded for the mode entry-code, because wallets open a page of the relay.',
            });
        }
        if (relay !== undefined && !wrote('relay', 'publicUrl')) {
            problems.push({
                path: ['relay', 'publicUrl'],
                message: 'must be there for the mode entry-code: the address under which wallets open the page.',
            });
        }
        if (dispenser?.type !== undefined && dispenser.type !== 'none' && draft.panel?.type === 'none' && missing('display')) {
            problems.push({
                path: ['panel'],
                message:
                    'a panel or a display must be there for the mode entry-code with a dispenser: customers prove at the machine that they stand there.',
            });
        }
    }
    const { min, max } = draft.entry ?? {};
    if (min !== undefined && max !== undefined && BigInt(min) > BigInt(max)) {
        problems.push({ path: ['entry', 'max'], message: `must not be less than entry.min (${min}).` });
    }
    return problems;
}

/** A page from here talks to these addresses from the browser: they must not leave the machine that the browser looks at. */
function pageProblems({ page }: Draft): Problem[] {
    const problems: Problem[] = [];
    for (const key of ['sandbox', 'stage'] as const) {
        const url = page?.[key] === undefined ? undefined : readUrl(page[key]);
        if (url === undefined || isLoopback(url.hostname)) continue;
        problems.push({
            path: ['page', key],
            message: 'must be an address of this machine (127.0.0.1, ::1 or localhost), for the page tries things out and nothing else.',
        });
    }
    return problems;
}

/** A code that telephones cannot read is no way to pay: better told here than by customers. */
function codeSizeProblems({ kiosk, display }: Draft): Problem[] {
    const { width, height, form, allowSmallQr } = (display ?? {}) as {
        width?: number;
        height?: number;
        form?: string;
        allowSmallQr?: boolean;
    };
    // Panels whose size is their driver's own say so in other keys; lines of text show no code at all.
    if (kiosk?.modes?.includes('order-code') !== true || width === undefined || height === undefined || form === 'text') return [];
    const modulePx = modulePxOf({ width, height, bytes: orderCodeBytesMax });
    if (modulePx >= (allowSmallQr === true ? modulePxSmall : modulePxMin)) return [];
    const size = `${width} x ${height} pixels give an order code modules of ${modulePx === 1 ? '1 pixel' : `${modulePx} pixels`}`;
    const way =
        modulePx >= modulePxSmall
            ? `which many telephones cannot read; use a display of at least ${readableSidePx} pixels on its shorter side, take order-code out of kiosk.modes, or try it and set display.allowSmallQr.`
            : `which no telephone can read; use a display of at least ${readableSidePx} pixels on its shorter side, or take order-code out of kiosk.modes.`;
    return [{ path: ['display', width < height ? 'width' : 'height'], message: `${size}, ${way}` }];
}

const readableSidePx = Array.from({ length: 1000 }, (_none, side) => side).find(
    (side) => modulePxOf({ width: side, height: side, bytes: orderCodeBytesMax }) >= modulePxMin,
);

/** What a key at the machine says by itself (firmware/runtime/keys.ts): goods of that name could not be chosen there. */
const keyNames = /^(?:choose|back|language|cancel|confirm|close|service-on|service-off|more-\d+)$/;

function catalogProblems(draft: Draft): Problem[] {
    const problems: Problem[] = [];
    const seen = new Map<string, number>();
    const currency = draft.kiosk?.currency;
    for (const [index, item] of (draft.catalog ?? []).entries()) {
        const slot = item?.slot;
        if (slot !== undefined) {
            const first = seen.get(slot);
            if (first === undefined) seen.set(slot, index);
            else
                problems.push({
                    path: ['catalog', index, 'slot'],
                    message: `${slot} stands already at catalog.${first}; each slot may stand once.`,
                });
            if (keyNames.test(slot))
                problems.push({
                    path: ['catalog', index, 'slot'],
                    message: `${slot} is what a key at the machine says, so nobody could choose it there; give the slot another name.`,
                });
        }
        if (currency === 'IDR') stepProblem(['catalog', index, 'price'], item?.price, problems);
    }
    if (currency === 'IDR') {
        if (draft.entry?.min !== '1') stepProblem(['entry', 'min'], draft.entry?.min, problems);
        if (draft.entry?.max !== String(Number.MAX_SAFE_INTEGER)) stepProblem(['entry', 'max'], draft.entry?.max, problems);
    }
    return problems;
}

/** IDR has two decimals, and the gateway takes whole rupiah only (protocol §3.2). */
function stepProblem(path: readonly (string | number)[], value: string | undefined, problems: Problem[]): void {
    if (value !== undefined && !/00$/.test(value))
        problems.push({ path, message: 'must end in 00, because IDR is taken in whole rupiah.' });
}

function listenProblems(draft: Draft): Problem[] {
    const problems: Problem[] = [];
    const { api, relay } = draft;
    const apiListen = api?.listen === undefined ? undefined : readListen(api.listen);
    if (apiListen !== undefined && !isLoopback(apiListen.host) && api?.tokenFile === undefined && !holeAt(api, 'tokenFile')) {
        problems.push({
            path: ['api', 'tokenFile'],
            message: `must be there because api.listen (${api?.listen}) can be reached from other machines; or listen on 127.0.0.1.`,
        });
    }
    const publicUrl = relay?.publicUrl === undefined ? undefined : readUrl(relay.publicUrl);
    if (publicUrl?.protocol === 'http:' && !isLoopback(publicUrl.hostname)) {
        problems.push({ path: ['relay', 'publicUrl'], message: 'must begin with https:, for wallets open nothing else.' });
    }
    if (publicUrl !== undefined && publicUrl.search !== '') {
        problems.push({ path: ['relay', 'publicUrl'], message: 'must not contain a "?" part; the page adds its own.' });
    }
    if (relay?.mode !== 'embedded' || holeAt(relay, 'listen')) return problems;
    const shared = relay.listen === undefined || (relay.listen === api?.listen && !relay.listen.endsWith(':0'));
    const notifyHost = draft.gateway?.notifyUrl === undefined ? undefined : readUrl(draft.gateway.notifyUrl)?.hostname;
    const outside = (publicUrl !== undefined && !isLoopback(publicUrl.hostname)) || (notifyHost !== undefined && !isLoopback(notifyHost));
    if (shared && outside) {
        problems.push({
            path: ['relay', 'listen'],
            message:
                'must be a listener of its own, such as "127.0.0.1:8081", because behind a tunnel every outsider looks like this machine to api.listen.',
        });
    }
    return problems;
}

/** True where a key was written but is not valid on its own: its own problem is told already. */
function holeAt(block: object | undefined, key: string): boolean {
    return block !== undefined && Object.hasOwn(block, key) && (block as Record<string, unknown>)[key] === undefined;
}

function alertProblems(draft: Draft, wrote: Wrote): Problem[] {
    const problems: Problem[] = [];
    const alert = draft.operator?.alert;
    if (alert === undefined) return problems;
    if (wrote('operator', 'alert', 'url') === wrote('operator', 'alert', 'command')) {
        problems.push({ path: ['operator', 'alert'], message: 'must have either a url or a command.' });
    }
    const url = alert.url === undefined ? undefined : readUrl(alert.url);
    if (url?.protocol === 'http:' && !isLoopback(url.hostname)) {
        problems.push({
            path: ['operator', 'alert', 'url'],
            message: 'must begin with https:, for http: is allowed only on this machine.',
        });
    }
    if (wrote('operator', 'alert', 'after') && wrote('timing', 'alertAfter')) {
        problems.push({
            path: ['timing', 'alertAfter'],
            message: 'stands in operator.alert.after too; write it in one of the two places.',
        });
    }
    return problems;
}

/** Pairs of waits of which the first must be the shorter one. */
const orderedWaits = [
    ['paymentCodeFirstInquiry', 'paymentCodeLimit'],
    ['paymentCodeLimit', 'paymentCodeExpiry'],
    ['orderCodeFirstInquiry', 'orderCodeExpiry'],
    ['blankMargin', 'orderCodeExpiry'],
    ['cancelBackoff', 'cancelBackoffMax'],
] as const;

function timingProblems({ timing }: Draft): Problem[] {
    const problems: Problem[] = [];
    for (const [shorter, longer] of orderedWaits) {
        const [low, high] = [timing?.[shorter], timing?.[longer]];
        if (low !== undefined && high !== undefined && low > high) {
            problems.push({ path: ['timing', shorter], message: `must not be longer than timing.${longer} (${high} ms).` });
        }
    }
    return problems;
}
