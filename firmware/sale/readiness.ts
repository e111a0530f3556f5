/**
 * Readiness: whether the machine may take money now, and if not, why (design R1). Judged when a sale opens, at each pay intent, and
 * while something is on offer.
 */
import type { Mode } from './events.ts';
import type { Sale, TillState } from './state.ts';
import type { World } from './world.ts';

/** Words that the API, the screens and the metrics share; each has a sentence in the message catalogues. */
export type NotReady =
    | 'stopping'
    | 'service'
    | 'journal-not-writable'
    | 'journal-damaged'
    | 'clock-not-trusted'
    | 'blocked'
    | 'gateway-unproven'
    | 'gateway-unreachable'
    | 'gateway-refuses'
    | 'dispenser-offline'
    | 'slot-not-ready'
    | 'no-mode-available'
    | 'scanner-offline'
    | 'display-offline';

export interface Ready {
    readonly ready: boolean;
    readonly reasons: readonly NotReady[];
}

/** May a new sale be opened, or a payment be intended? */
export function readiness(state: TillState, world: World): Ready {
    const reasons = machineReasons(world);
    if (world.journalDamaged === true) reasons.push('journal-damaged');
    if (state.blocked !== undefined) reasons.push('blocked');
    if (world.gateway.standing === 'unproven') reasons.push('gateway-unproven');
    if (world.gateway.standing === 'unreachable') reasons.push('gateway-unreachable');
    if (world.gateway.standing === 'refusing') reasons.push('gateway-refuses');
    if (reasons.length === 0 && modesNow(world).length === 0) {
        reasons.push('no-mode-available');
        if (world.policy.scans && world.devices.scanner?.state !== 'online') reasons.push('scanner-offline');
        if (world.policy.shows && !displayWorks(world)) reasons.push('display-offline');
    }
    return { ready: reasons.length === 0, reasons };
}

/** Why what is on offer must be taken back: the machine cannot deliver or remember, or is open for service (R1). A lost link is not among them. */
export function revokes(world: World, sale: Sale): readonly NotReady[] {
    const reasons = machineReasons(world);
    if (sale.deliveries.some((delivery) => delivery.state === 'pending' && !slotReady(world, delivery.slot)))
        reasons.push('slot-not-ready');
    return reasons;
}

/** The modes that the devices allow at this moment. */
export function modesNow(world: World): readonly Mode[] {
    return world.policy.modes.filter((mode) => {
        if (mode === 'payment-code') return world.policy.scans && world.devices.scanner?.state === 'online';
        if (mode === 'order-code') return world.policy.shows && displayWorks(world);
        return true;
    });
}

export function slotReady(world: World, slot: string): boolean {
    return world.devices.dispenser?.state === 'online' && world.slots[slot]?.ready === true;
}

function machineReasons(world: World): NotReady[] {
    const reasons: NotReady[] = [];
    if (world.stopping) reasons.push('stopping');
    if (world.service === true) reasons.push('service');
    if (!world.journalWritable || world.journalLow) reasons.push('journal-not-writable');
    if (!world.clock.trusted) reasons.push('clock-not-trusted');
    if (world.policy.dispenses && world.devices.dispenser?.state !== 'online') reasons.push('dispenser-offline');
    return reasons;
}

function displayWorks(world: World): boolean {
    return world.devices.display?.state === 'online' && !world.glass.faulty;
}
