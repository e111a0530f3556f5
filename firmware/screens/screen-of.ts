/**
 * Screen of: which screen a customer should see, from the durable state and the world. Pure.
 *
 * Order: the sale that has the machine; the last words of the one that just left it; an entry-code customer who stands here; a
 * machine that cannot sell; the invitation.
 * Rules: a payable code is on a screen only while its payment's `offered` is true (design R2, R4); a customer is never told "not
 * charged" while that is not known.
 */
import { modesNow, readiness } from '../sale/readiness.ts';
import type { Sale, TillState } from '../sale/state.ts';
import type { World } from '../sale/world.ts';
import { farewellScreen } from './farewell-screen.ts';
import { asksPresence, customerScreen, deliveringScreen, presenceScreen } from './sale-screen.ts';
import type { Message, Screen, ScreenItem } from './screen.ts';
import { itemsFor, type ScreenPart } from './screen-part.ts';

export function screenOf(state: TillState, world: World): Screen {
    const sale = state.customerSale === undefined ? undefined : state.sales[state.customerSale];
    const entries = entrySales(state);
    const screen = screenFor({ sale, entries, state, world });
    const beside = entries
        .filter((entry) => entry.id !== screen.saleId)
        .map((entry) => ({ amount: entry.amount, reference: (entry.reference ?? entry.id).slice(-4), ...numberOf(entry) }));
    return { scanning: false, ...screen, beside, seller: world.policy.sellerName, locale: world.locale, timeZone: world.policy.timeZone };
}

function screenFor(known: { sale: Sale | undefined; entries: readonly Sale[]; state: TillState; world: World }): ScreenPart {
    const { sale, entries, state, world } = known;
    if (sale !== undefined) return customerScreen(sale, state, world);
    const delivering = entries.find((entry) => entry.deliveries.some((delivery) => delivery.state === 'moving'));
    if (delivering !== undefined) return deliveringScreen(delivering, world);
    if (world.farewell !== undefined) return farewellScreen(world.farewell, world);
    const absent = entries.find((entry) => asksPresence(entry));
    if (absent !== undefined) return presenceScreen(absent, world);
    const { ready, reasons } = readiness(state, world);
    if (!ready) return notReadyScreen(reasons, world);
    return idleScreen(world);
}

/** Entry-code sales that a customer is busy with, oldest first. */
function entrySales(state: TillState): readonly Sale[] {
    return Object.values(state.sales)
        .filter((sale) => sale.origin === 'entry' && sale.ended === undefined && sale.customerHere && sale.id !== state.customerSale)
        .sort((one, other) => one.openedAt - other.openedAt || (one.id < other.id ? -1 : 1));
}

function numberOf(sale: Sale): { number?: string } {
    return asksPresence(sale) && sale.presenceNumber !== undefined ? { number: sale.presenceNumber } : {};
}

function notReadyScreen(reasons: readonly string[], world: World): ScreenPart {
    if (reasons.length === 1 && reasons[0] === 'gateway-unproven') {
        return { kind: 'starting', title: { key: 'title.starting' }, lines: [{ key: 'starting.line' }, { key: 'out.noPay' }] };
    }
    // The details behind "no way to pay" say more than the sentence itself.
    const telling = reasons.filter((reason) => reason !== 'no-mode-available' || reasons.length === 1);
    const lines: Message[] = telling.slice(0, 2).map((reason) => ({ key: `reason.${reason}` }));
    const heals = reasons.every((reason) => reason.startsWith('gateway-un') || reason === 'stopping' || reason === 'clock-not-trusted');
    lines.push({ key: 'out.noPay' });
    if (!reasons.includes('stopping')) {
        lines.push(heals ? { key: 'out.soon' } : { key: 'out.staff', params: { seller: world.policy.sellerName } });
    }
    return { kind: 'outOfService', title: { key: 'title.outOfService' }, lines };
}

function idleScreen(world: World): ScreenPart {
    const { policy } = world;
    const title: Message = { key: 'title.idle' };
    const modes = modesNow(world);
    const entry = modes.includes('entry-code') && policy.entryUrl !== undefined;
    const choosesHere = policy.dispenses && world.devices.panel !== undefined;
    const lines: Message[] = [];
    if (choosesHere) lines.push({ key: 'idle.choose' });
    if (entry) lines.push({ key: policy.dispenses ? 'idle.entry.goods' : 'idle.entry.amount' });
    if (lines.length === 0) lines.push({ key: 'idle.ready' });
    lines.push({ key: 'idle.wallets' });
    return {
        kind: 'idle',
        title,
        lines,
        ...(choosesHere ? { items: catalogItems(world) } : {}),
        ...(entry && policy.entryUrl !== undefined
            ? { code: { kind: 'entry', value: policy.entryUrl, caption: { key: 'code.caption.entry' } } }
            : {}),
    };
}

/** What can be had now, in the order of the catalogue. */
function catalogItems(world: World): readonly ScreenItem[] {
    const items = Object.entries(world.policy.catalog)
        .filter(([slot]) => world.slots[slot]?.ready === true)
        .map(([slot, item]) => ({ slot, name: item.name, price: item.price }));
    return itemsFor(items, world.policy.currency, world.locale);
}
