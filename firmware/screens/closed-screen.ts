/** Closed screen: why nothing can be bought now, what still works, and who helps. Pure. */
import type { NotReady } from '../sale/readiness.ts';
import type { TillState } from '../sale/state.ts';
import type { World } from '../sale/world.ts';
import type { Message } from './screen.ts';
import type { ScreenPart } from './screen-part.ts';

/** @param reasons of `readiness`, at least one. */
export function closedScreen(reasons: readonly NotReady[], state: TillState, world: World): ScreenPart {
    if (reasons.every((reason) => isStarting(reason, world))) {
        return { kind: 'starting', title: { key: 'title.starting' }, lines: [{ key: 'starting.line' }, { key: 'out.noPay' }] };
    }
    if (reasons.includes('service')) {
        const lines: readonly Message[] = [{ key: 'reason.service' }, { key: 'out.noPay' }];
        return { kind: 'service', title: { key: 'title.service' }, lines, presses: ['language'] };
    }
    if (reasons.every((reason) => reason === 'gateway-unreachable')) {
        // Nobody knows when the link comes back: nothing is promised.
        const lines: readonly Message[] = [{ key: 'reason.gateway-unreachable' }, { key: 'out.noPay' }, ...contactLine(world)];
        return { kind: 'offline', title: { key: 'title.offline' }, lines, presses: ['language'] };
    }
    // The details behind "no way to pay" say more than the sentence itself.
    const telling = reasons.filter((reason) => reason !== 'no-mode-available' || reasons.length === 1);
    const lines: readonly Message[] = [
        ...telling.slice(0, 2).map((reason) => ({ key: `reason.${reason}` })),
        { key: 'out.noPay' },
        ...(givesBack(state, world) ? [{ key: 'out.works' }] : []),
        ...helpLine(reasons, world),
    ];
    return { kind: 'outOfService', title: { key: 'title.outOfService' }, lines, presses: ['language'] };
}

/** It only has not begun yet. */
function isStarting(reason: NotReady, { devices }: World): boolean {
    switch (reason) {
        case 'gateway-unproven':
            return true;
        case 'dispenser-offline':
            return devices.dispenser?.state === 'starting';
        case 'scanner-offline':
            return devices.scanner?.state === 'starting';
        case 'display-offline':
            return devices.display?.state === 'starting';
        case 'no-mode-available':
            return devices.scanner?.state === 'starting' || devices.display?.state === 'starting';
        default:
            return false;
    }
}

/** Money that is owed still goes back: the gateway answers and the journal is written. */
function givesBack(state: TillState, world: World): boolean {
    return world.gateway.standing === 'reachable' && world.journalWritable && !world.stopping && state.blocked === undefined;
}

function helpLine(reasons: readonly NotReady[], world: World): readonly Message[] {
    if (reasons.includes('stopping')) return [];
    const heals = reasons.every((reason) => reason.startsWith('gateway-un') || reason === 'clock-not-trusted');
    if (heals) return [{ key: 'out.soon' }];
    const contact = contactLine(world);
    return contact.length > 0 ? contact : [{ key: 'out.staff', params: { seller: world.policy.sellerName } }];
}

function contactLine({ policy }: World): readonly Message[] {
    return policy.contact === undefined ? [] : [{ key: 'out.contact', params: { name: policy.contact.name, phone: policy.contact.phone } }];
}
