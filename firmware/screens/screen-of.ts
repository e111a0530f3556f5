/**
 * Screen of: which screen a customer should see, from the durable state and the world. Pure.
 *
 * Order: the sale that has the machine; the last words of the one that just left it; an entry-code customer who stands here; a
 * machine that cannot sell; the invitation.
 * Rules: a payable code is on a screen only while its payment's `offered` is true (design R2, R4); a customer is never told "not
 * charged" while that is not known.
 */
import { readiness } from '../sale/readiness.ts';
import type { Sale, TillState } from '../sale/state.ts';
import type { World } from '../sale/world.ts';
import { closedScreen } from './closed-screen.ts';
import { farewellScreen } from './farewell-screen.ts';
import { idleScreen } from './idle-screen.ts';
import { asksPresence, customerScreen, deliveringScreen, presenceScreen } from './sale-screen.ts';
import type { Screen } from './screen.ts';
import { keysFor } from './screen-keys.ts';
import type { ScreenPart } from './screen-part.ts';

export function screenOf(state: TillState, world: World): Screen {
    const sale = state.customerSale === undefined ? undefined : state.sales[state.customerSale];
    const entries = entrySales(state);
    const { presses = [], ...screen } = screenFor({ sale, entries, state, world });
    const beside = entries
        .filter((entry) => entry.id !== screen.saleId)
        .map((entry) => ({ amount: entry.amount, reference: (entry.reference ?? entry.id).slice(-4), ...numberOf(entry) }));
    return {
        scanning: false,
        ...screen,
        ...keysFor(presses, world),
        beside,
        seller: world.policy.sellerName,
        locale: world.locale,
        timeZone: world.policy.timeZone,
    };
}

function screenFor(known: { sale: Sale | undefined; entries: readonly Sale[]; state: TillState; world: World }): ScreenPart {
    const { sale, entries, state, world } = known;
    if (sale !== undefined) return customerScreen(sale, state, world);
    const delivering = entries.find((entry) => entry.deliveries.some((delivery) => delivery.state === 'moving'));
    if (delivering !== undefined) return deliveringScreen(delivering, world);
    if (world.farewell !== undefined) return lastWords(world.farewell, world);
    const absent = entries.find((entry) => asksPresence(entry));
    if (absent !== undefined) return presenceScreen(absent, world);
    const { ready, reasons } = readiness(state, world);
    if (!ready) return closedScreen(reasons, state, world);
    return idleScreen(world);
}

/** Nobody has to wait for the next customer's screen; what is still being found out cannot be put away. */
function lastWords(sale: Sale, world: World): ScreenPart {
    const screen = farewellScreen(sale, world);
    return screen.kind === 'wait' ? screen : { ...screen, presses: ['close'] };
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
