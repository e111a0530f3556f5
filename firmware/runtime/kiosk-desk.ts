/**
 * Kiosk desk: answers the API, the relay and the command line (firmware/ports/desk.ts) from the running till and its archive.
 *
 * Rules: every answer that says that something happened comes after the sync; a notification is acknowledged only when it is in the
 * journal.
 */
import type { Clock } from '../ports/clock.ts';
import type { Desk, DeskReply, EntryRequest, EntryStatus, OpenSaleRequest, Readiness, SaleChange, SaleView } from '../ports/desk.ts';
import type { Gateway, HttpReply, RawNotification } from '../ports/gateway.ts';
import type { Journal } from '../ports/journal.ts';
import type { Log } from '../ports/log.ts';
import { parseClaim } from '../sale/claim.ts';
import type { Happening, KeyedResource, Reply } from '../sale/inputs.ts';
import { findPayment } from '../sale/questions.ts';
import { readiness, slotReady } from '../sale/readiness.ts';
import type { Sale } from '../sale/state.ts';
import { saleView } from '../sale/view.ts';
import { Archive } from './archive.ts';
import type { Kiosk } from './kiosk.ts';
import { openFace, recordsAfter } from './kiosk-face.ts';
import { openRecall, type Recall } from './recall.ts';

export interface DeskParts {
    readonly kiosk: Kiosk;
    readonly gateway: Gateway;
    readonly journal: Journal;
    readonly clock: Clock;
    readonly log: Log;
    /** A reason in words, in the kiosk's language. */
    readonly sentenceOf: (reason: string) => string;
    /** The screen as SVG; empty before the painter is there. */
    readonly svg: () => string;
    /** Names this run in the journal. */
    readonly boot: string;
    /** Where wallets open the entry page. */
    readonly entryPage?: string;
}

const salesMax = 500;

/** The picture of the screen that should stand, drawn when it is another than before: the page looks each second, and at each turn. */
function drawnOnce({ kiosk, svg }: Pick<DeskParts, 'kiosk' | 'svg'>): () => string {
    let drawn = { of: '', svg: '' };
    return () => {
        const of = JSON.stringify(kiosk.screen);
        if (drawn.svg === '' || drawn.of !== of) drawn = { of, svg: svg() };
        return drawn.svg;
    };
}

export function openDesk(parts: DeskParts): Desk {
    const { kiosk, journal } = parts;
    const archive = new Archive(journal);
    const face = openFace(parts);
    const picture = drawnOnce(parts);

    const ask = async (happening: Happening): Promise<DeskReply> => (await kiosk.submit(happening)) ?? nothingSaid;
    const stateSale = (saleId: string): Sale | undefined => kiosk.till.durable.sales[saleId];
    const recall = openRecall(kiosk.till);
    const askAbout = async (saleId: string, happening: (recalled: { known?: Sale }) => Happening): Promise<DeskReply> =>
        (await recall({ inState: (state) => state.sales[saleId] !== undefined, known: () => archive.sale(saleId), happening })) ??
        nothingSaid;
    const keyed = async (key: { key: string } | undefined): Promise<{ keyed?: KeyedResource }> => {
        if (key === undefined || kiosk.till.durable.keys.some((one) => one.key === key.key)) return {};
        const resource = await archive.keyed(key.key);
        return resource === undefined ? {} : { keyed: resource };
    };

    return {
        async openSale(request: OpenSaleRequest) {
            return ask({ kind: 'openSale', ...request, ...(await keyed(request.key)) });
        },
        async cancelSale({ saleId, by, key }) {
            const made = { ...(key === undefined ? {} : { key }), ...(await keyed(key)) };
            return askAbout(saleId, (recalled) => ({ kind: 'cancelSale', saleId, by, ...made, ...recalled }));
        },
        async refundSale({ saleId, amount, reason, key }) {
            const made = {
                ...(amount === undefined ? {} : { amount }),
                ...(reason === undefined ? {} : { reason }),
                ...(key === undefined ? {} : { key }),
                ...(await keyed(key)),
            };
            return askAbout(saleId, (recalled) => ({ kind: 'refundSale', saleId, ...made, ...recalled }));
        },
        async resolveSale({ saleId, decision, note, by, key }) {
            const made = { ...(key === undefined ? {} : { key }), ...(await keyed(key)) };
            return askAbout(saleId, (recalled) => ({ kind: 'resolveSale', saleId, decision, note, by, ...made, ...recalled }));
        },
        async sale(saleId) {
            const sale = stateSale(saleId) ?? (await archive.sale(saleId));
            return sale === undefined ? undefined : saleView(sale);
        },
        async sales(query) {
            return findSales(kiosk, archive, query);
        },
        async alarms({ limit }) {
            const records = await journal.newest({ type: 'alertRaised', limit });
            const waiting = new Set(kiosk.till.durable.alerts.map((alert) => alert.alertId));
            return records.map((record) => ({
                alertId: String(record.alertId),
                about: String(record.about),
                ...(typeof record.saleId === 'string' ? { saleId: record.saleId } : {}),
                detail: String(record.detail),
                at: record.time,
                sent: !waiting.has(String(record.alertId)),
            }));
        },
        onChange: (listener) => kiosk.onChange(listener),
        changesSince: (seq) => changesSince({ journal, archive, kiosk }, seq),
        records: (query) => recordsAfter(journal, query),
        head: () => journal.headSeq,
        onRecords: (listener) => kiosk.onRecords(listener),
        ...face,
        pulse: () => ({ turns: kiosk.till.turns, alive: kiosk.alive() }),
        counters: () => kiosk.counters(),
        screen: () => ({ screen: kiosk.screen, svg: picture() }),

        async submitEntry(request: EntryRequest) {
            const saleId = await archive.saleIdOfToken(request.token);
            return ask({ kind: 'submitEntry', ...request, ...(saleId === undefined ? {} : { keyed: { bodyHash: '', saleId } }) });
        },
        async confirmPresence({ token, number }) {
            return (await ask({ kind: 'confirmPresence', token, number })).ok;
        },
        entryStatus: (token, waitMs) => entryStatus({ ...parts, archive }, token, waitMs),
        notification: (raw) => takeNotification({ ...parts, archive, recall }, raw),
        readiness: () => readinessOf(parts),
        entryOffer() {
            const { policy, slots: _slots, ...world } = kiosk.keeper.world;
            const offer = {
                seller: policy.sellerName,
                currency: policy.currency,
                min: policy.entry.min,
                max: policy.entry.max,
                locale: world.locale,
            };
            if (!policy.dispenses) return offer;
            return {
                ...offer,
                slots: Object.entries(policy.catalog).map(([slot, { name, price }]) => ({
                    slot,
                    name,
                    price,
                    ready: slotReady(kiosk.keeper.world, slot),
                })),
            };
        },
    };
}

const nothingSaid: Reply = { ok: false, status: 503, code: 'no-answer', detail: 'The kiosk gave no answer.' };

function readinessOf({ kiosk, sentenceOf }: DeskParts): Readiness {
    const { ready, reasons } = readiness(kiosk.till.durable, kiosk.keeper.world);
    return { ready, reasons, sentences: reasons.map(sentenceOf) };
}

async function findSales(
    kiosk: Kiosk,
    archive: Archive,
    query: { state?: string; reference?: string; claim?: string; limit?: number },
): Promise<readonly SaleView[]> {
    const limit = Math.min(query.limit ?? 50, salesMax);
    const inState = Object.values(kiosk.till.durable.sales);
    if (query.claim !== undefined) {
        const claim = parseClaim(query.claim);
        if (claim === undefined) return [];
        const sale = inState.find((one) => one.claim === claim) ?? (await archive.saleOfClaim(claim));
        return sale === undefined ? [] : [saleView(sale)];
    }
    const candidates =
        query.reference === undefined
            ? [
                  ...inState,
                  ...(await archive.ended({
                      limit,
                      ...(query.state !== undefined && isEndState(query.state) ? { state: query.state } : {}),
                  })),
              ]
            : [...inState.filter((sale) => sale.reference === query.reference), ...(await archive.salesOfReference(query.reference))];
    const once = new Map(candidates.map((sale) => [sale.id, sale]));
    // What the state holds is newer than what the archive folds.
    for (const sale of inState) if (once.has(sale.id)) once.set(sale.id, sale);
    const views = [...once.values()].sort(openFirst).map(saleView);
    const { state } = query;
    return (state === undefined ? views : views.filter((view) => isIn(view, state))).slice(0, limit);
}

/** Open sales first, oldest first, as they came; then what has ended, newest first. */
function openFirst(one: Sale, other: Sale): number {
    if ((one.ended === undefined) !== (other.ended === undefined)) return one.ended === undefined ? -1 : 1;
    return one.ended === undefined ? one.openedAt - other.openedAt : other.openedAt - one.openedAt;
}

/** `open` is every sale that has not ended; `review` is also one that a person must look at while the machine goes on. */
function isIn(view: SaleView, state: string): boolean {
    return view.state === state || (!view.ended && (state === 'open' || (state === 'review' && view.reviews.length > 0)));
}

function isEndState(state: string): boolean {
    return ['delivered', 'refunded', 'cancelled', 'declined', 'review'].includes(state);
}

/** A reader that was away for long gets the newest of them: the rest is in the journal, and selling does not wait for it. */
const changesMax = 500;

/** For Last-Event-ID: every sale that changed since, once, at its last change. */
async function* changesSince(
    { journal, archive, kiosk }: { journal: Journal; archive: Archive; kiosk: Kiosk },
    seq: number,
): AsyncIterable<SaleChange> {
    const last = new Map<string, number>();
    for await (const record of journal.records(seq + 1)) {
        const saleId = record.saleId;
        if (typeof saleId !== 'string') continue;
        last.delete(saleId);
        last.set(saleId, record.seq);
    }
    for (const [saleId, at] of [...last].slice(-changesMax)) {
        const sale = kiosk.till.durable.sales[saleId] ?? (await archive.sale(saleId));
        if (sale !== undefined) yield { seq: at, sale: saleView(sale) };
    }
}

async function entryStatus(
    { kiosk, clock, archive }: DeskParts & { archive: Archive },
    token: string,
    waitMs: number,
): Promise<EntryStatus> {
    const look = async (): Promise<EntryStatus> => {
        const inState = Object.values(kiosk.till.durable.sales).find((sale) => sale.token === token || sale.id === token);
        if (inState !== undefined) return statusOf(inState);
        const saleId = (await archive.saleIdOfToken(token)) ?? token;
        const ended = await archive.sale(saleId);
        return ended === undefined ? { kind: 'unknown' } : statusOf(ended);
    };
    const first = await look();
    if (first.kind !== 'preparing' || waitMs <= 0) return first;
    await new Promise<void>((resolve) => {
        const done = () => {
            timer.cancel();
            stop();
            resolve();
        };
        const timer = clock.after(waitMs, done);
        const stop = kiosk.onChange(() => {
            void look().then((status) => {
                if (status.kind !== 'preparing') done();
            });
        });
    });
    return look();
}

function statusOf(sale: Sale): EntryStatus {
    if (sale.ended !== undefined) return sale.ended === 'delivered' ? { kind: 'paid' } : { kind: 'ended', state: sale.ended };
    if (sale.keptPayment !== undefined) return { kind: 'paid' };
    if (!sale.customerHere) return { kind: 'ended', state: 'cancelled' };
    if (!sale.present) return { kind: 'presence', number: sale.presenceNumber ?? '' };
    const payment = sale.payments.at(-1);
    if (payment?.offered === true && payment.redirectUrl !== undefined) return { kind: 'redirect', redirectUrl: payment.redirectUrl };
    return payment?.state === 'declined' ? { kind: 'ended', state: 'declined' } : { kind: 'preparing' };
}

/** Verified on the raw bytes, journalled, and only then acknowledged (R9). */
async function takeNotification(
    { kiosk, gateway, log, archive, recall }: DeskParts & { archive: Archive; recall: Recall },
    raw: RawNotification,
): Promise<HttpReply> {
    const news = gateway.readNotification(raw);
    kiosk.count(`notifications_${news.kind}_total`);
    switch (news.kind) {
        case 'refused':
            log.warn('a notification was refused', { reason: news.reason });
            return gateway.acknowledge(raw, false);
        case 'ignored':
        case 'failed':
            // A failure is learned by the inquiry, which can be asked again; the notification only says when.
            return gateway.acknowledge(raw, true);
        case 'registration': {
            const { kind: _kind, ...registration } = news;
            const reply = await kiosk.submit({ kind: 'registrationNotified', ...registration });
            return gateway.acknowledge(raw, reply === undefined || reply.ok);
        }
        case 'paid': {
            const { kind: _kind, ...paid } = news;
            const reply = await recall({
                inState: (state) => findPayment(state, paid.paymentRequestId) !== undefined,
                known: () => archive.saleOfPayment(paid.paymentRequestId),
                happening: (recalled) => ({ kind: 'paidNotified', ...paid, ...recalled }),
            });
            return gateway.acknowledge(raw, reply === undefined || reply.ok);
        }
    }
}
