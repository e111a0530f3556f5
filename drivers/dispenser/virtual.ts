/**
 * Virtual dispenser: slots with goods, a motor each and a drop sensor over a tray that survives the process.
 *
 * Fault model: per slot, the faults of firmware/ports/virtual.ts. A fault is felt when a motor starts; `offline` and `sensor-blind`
 * also when they come while it turns. The process may be killed at any moment: an item has fallen when its line is durable, not before.
 * It never hands out what nobody asked for (but for `double`), and never moves twice for one delivery.
 */
import { join } from 'node:path';
import type { InferOutput } from 'valibot';
import type { DeliveryOutcome, DeviceStatus, EvidenceGrade, SlotStatus } from '../../firmware/ports/devices.ts';
import { Fault, unreachable } from '../../firmware/ports/fault.ts';
import type { DispenserFault, VirtualDispenser } from '../../firmware/ports/virtual.ts';
import { type DriverNeeds, defineDriver } from '../driver.ts';
import { Standing } from '../lib/standing.ts';
import { Waits } from '../lib/waits.ts';
import { type Progress, Tray, type TrayLine } from './tray.ts';
import { virtualDispenserConfig } from './virtual.config.ts';

type Config = InferOutput<typeof virtualDispenserConfig.schema>;
type Order = { readonly deliveryId: string; readonly slot: string };

interface Slot {
    readonly filled: number;
    fallen: number;
    moving: number;
    fault: DispenserFault;
    /** What a movement left behind, until the fault is set anew. */
    blocked: '' | 'jammed' | 'no-drop';
}

export const virtualDispenser = defineDriver({
    port: 'dispenser',
    proof: 'virtual',
    config: virtualDispenserConfig,
    open: async (config, needs): Promise<VirtualDispenser> =>
        new DispenserTwin(config, needs, await Tray.open(join(needs.dataDir, 'virtual', 'tray.ndjson'))),
});

class DispenserTwin implements VirtualDispenser {
    readonly #moveMs: number;
    readonly #needs: DriverNeeds;
    readonly #tray: Tray;
    readonly #waits: Waits;
    readonly #slots = new Map<string, Slot>();
    readonly #standing = new Standing({ state: 'online', reason: '' });
    readonly #slotListeners = new Set<() => void>();
    readonly #underWay = new Map<string, Promise<DeliveryOutcome>>();
    #closed = false;

    constructor(config: Config, needs: DriverNeeds, tray: Tray) {
        this.#moveMs = config.moveMs;
        this.#needs = needs;
        this.#tray = tray;
        this.#waits = new Waits(needs.clock);
        for (const name of config.slots ?? needs.catalogSlots) {
            const filled = config.stock[name] ?? config.stockEach;
            const fallen = tray.fallen().filter((line) => line.slot === name).length;
            this.#slots.set(name, { filled, fallen, moving: 0, fault: 'none', blocked: '' });
        }
    }

    status(): DeviceStatus {
        return this.#standing.status();
    }

    onStatus(listener: (status: DeviceStatus) => void): () => void {
        return this.#standing.onStatus(listener);
    }

    slots(): readonly string[] {
        return [...this.#slots.keys()];
    }

    ready(slot: string): SlotStatus {
        const reason = this.#obstacle(slot);
        return { ready: reason === '', reason };
    }

    onSlots(listener: () => void): () => void {
        const own = () => listener();
        if (!this.#closed) this.#slotListeners.add(own);
        return () => void this.#slotListeners.delete(own);
    }

    deliver(order: Order): Promise<DeliveryOutcome> {
        const { deliveryId } = order;
        const underWay = this.#underWay.get(deliveryId);
        if (underWay !== undefined) return underWay;
        if (this.#tray.progress(deliveryId) !== undefined) return this.recall(order);
        const outcome = this.#move(order).finally(() => {
            this.#underWay.delete(deliveryId);
            this.#slotsChanged();
        });
        this.#underWay.set(deliveryId, outcome);
        return outcome;
    }

    async recall({ deliveryId }: Order): Promise<DeliveryOutcome> {
        if (this.#closed || this.#offline()) return answer('unknown', 'none', 'the dispenser does not answer');
        const progress = this.#tray.progress(deliveryId);
        // Before its first line a movement under way looks like one that never was.
        if (progress === undefined && this.#underWay.has(deliveryId)) return answer('unknown', 'none', 'the motor is about to start');
        return whatRemains(progress);
    }

    setFault(slot: string, fault: DispenserFault): void {
        const state = this.#slots.get(slot);
        if (state === undefined) {
            throw new Fault({
                code: 'VIRTUAL_SLOT_UNKNOWN',
                kind: 'config',
                message: `The virtual dispenser has no slot ${slot}: name one of its slots.`,
                facts: { slot },
            });
        }
        state.fault = fault;
        state.blocked = '';
        if (this.#offline()) this.#standing.set('offline', 'the virtual dispenser is switched off');
        else this.#standing.set('online', '');
        this.#slotsChanged();
    }

    faultOf(slot: string): DispenserFault {
        return this.#slots.get(slot)?.fault ?? 'none';
    }

    tray(): readonly { readonly deliveryId: string; readonly slot: string; readonly at: string }[] {
        return this.#tray.fallen().map(({ deliveryId, slot, at }) => ({ deliveryId, slot, at }));
    }

    async close(): Promise<void> {
        if (this.#closed) return;
        this.#closed = true;
        this.#standing.close();
        this.#slotListeners.clear();
        this.#waits.close();
        await Promise.all(this.#underWay.values());
        await this.#tray.close();
    }

    /** Why nothing can come out of the slot; empty when something can. */
    #obstacle(name: string): string {
        const slot = this.#slots.get(name);
        if (slot === undefined) return 'unknown-slot';
        if (this.#closed || this.#offline()) return 'offline';
        if (slot.blocked !== '') return slot.blocked;
        if (slot.fault === 'empty' || slot.filled - slot.fallen - slot.moving <= 0) return 'empty';
        if (slot.fault === 'sensor-blind') return 'sensor-blind';
        return '';
    }

    async #move(order: Order): Promise<DeliveryOutcome> {
        // A motor turns whether the drop sensor sees or not.
        const obstacle = this.#obstacle(order.slot);
        if (obstacle !== '' && obstacle !== 'sensor-blind') return answer('failed', 'none', `the motor did not start: ${obstacle}`);
        const slot = this.#slots.get(order.slot)!;
        slot.moving += 1;
        try {
            if (!(await this.#write([this.#line(order, 'moving', false)]))) {
                return answer('failed', 'none', 'the motor did not start: the tray file cannot be written');
            }
            return await this.#turn(order, slot);
        } finally {
            slot.moving -= 1;
        }
    }

    async #turn(order: Order, slot: Slot): Promise<DeliveryOutcome> {
        const { fault } = slot;
        switch (fault) {
            case 'stuck':
                await this.#waits.forever();
                return answer('unknown', 'none', 'the dispenser never answered');
            case 'jam':
                if (!(await this.#waits.pass(this.#moveMs / 2))) return cutShort();
                slot.blocked = 'jammed';
                return await this.#nothingFell(order, 'the motor stopped half way');
            case 'no-drop':
                if (!(await this.#waits.pass(this.#moveMs))) return cutShort();
                slot.blocked = 'no-drop';
                return await this.#nothingFell(order, 'the motor came home and the drop sensor saw nothing');
            case 'none':
            case 'double':
            case 'sensor-blind':
            case 'empty':
            case 'offline':
                if (!(await this.#waits.pass(this.#moveMs))) return cutShort();
                return await this.#fall(order, slot, fault === 'double' ? 2 : 1);
            default:
                return unreachable(fault);
        }
    }

    async #fall(order: Order, slot: Slot, count: number): Promise<DeliveryOutcome> {
        const seen = slot.fault !== 'sensor-blind';
        if (!(await this.#write(Array.from({ length: count }, () => this.#line(order, 'fell', seen))))) {
            return answer('unknown', 'none', 'the motor turned, and the tray file cannot be written');
        }
        slot.fallen += count;
        if (this.#offline()) return answer('unknown', 'none', 'the dispenser went away while the motor turned');
        if (count > 1) return answer('delivered', 'seen', `the drop sensor saw ${count} items`);
        return whatRemains({ what: 'fell', seen });
    }

    async #nothingFell(order: Order, detail: string): Promise<DeliveryOutcome> {
        if (this.#offline()) return answer('unknown', 'none', 'the dispenser went away while the motor turned');
        if (!(await this.#write([this.#line(order, 'failed', false)]))) {
            return answer('unknown', 'none', 'the motor turned, and the tray file cannot be written');
        }
        return answer('failed', 'none', detail);
    }

    async #write(lines: readonly TrayLine[]): Promise<boolean> {
        try {
            await this.#tray.append(lines);
            return true;
        } catch (error) {
            const errno = (error as { code?: unknown }).code;
            const word = typeof errno === 'string' ? errno : 'unknown';
            this.#standing.set('fault', `the tray file cannot be written (${word})`);
            this.#needs.log.warn('virtual tray not written', { errno: word });
            return false;
        }
    }

    #line({ deliveryId, slot }: Order, what: TrayLine['what'], seen: boolean): TrayLine {
        return { at: new Date(this.#needs.clock.wallMs()).toISOString(), deliveryId, slot, what, seen };
    }

    /** One controller serves all slots: when it is gone for one, it is gone for all. */
    #offline(): boolean {
        for (const slot of this.#slots.values()) if (slot.fault === 'offline') return true;
        return false;
    }

    #slotsChanged(): void {
        queueMicrotask(() => {
            for (const listener of [...this.#slotListeners]) listener();
        });
    }
}

/** What a latch still says of a movement whose end nobody saw. */
function whatRemains(progress: Progress | undefined): DeliveryOutcome {
    if (progress === undefined) return answer('failed', 'none', 'the motor never started');
    switch (progress.what) {
        case 'fell':
            return progress.seen
                ? answer('delivered', 'seen', 'the drop sensor saw it')
                : answer('unknown', 'homeOnly', 'the motor came home, and the drop sensor is blind');
        case 'failed':
            return answer('failed', 'none', 'the movement ended with nothing out');
        case 'moving':
            return answer('unknown', 'none', 'the motor started, and nothing was seen to fall');
        default:
            return unreachable(progress.what);
    }
}

function cutShort(): DeliveryOutcome {
    return answer('unknown', 'none', 'the dispenser was closed while the motor turned');
}

function answer(outcome: DeliveryOutcome['outcome'], grade: EvidenceGrade, detail: string): DeliveryOutcome {
    return { outcome, evidence: { grade, detail } };
}
