/**
 * Kiosk: the runtime's rooms put together around one loop, and the way it starts and stops.
 *
 * A restart is the same path as a start: fold, `started`, go on (design §1).
 */
import type { Clock } from '../ports/clock.ts';
import type { SaleChange } from '../ports/desk.ts';
import { Fault } from '../ports/fault.ts';
import type { Gateway } from '../ports/gateway.ts';
import type { Ids } from '../ports/ids.ts';
import type { JournalRecord, OpenedJournal } from '../ports/journal.ts';
import type { Log } from '../ports/log.ts';
import type { Happening, Reply } from '../sale/inputs.ts';
import { classifyScan } from '../sale/payment-code.ts';
import type { TillState } from '../sale/state.ts';
import type { Step } from '../sale/steps.ts';
import { saleView } from '../sale/view.ts';
import type { Policy } from '../sale/world.ts';
import type { Screen } from '../screens/screen.ts';
import { screenOf } from '../screens/screen-of.ts';
import { CodeSafe } from './code-safe.ts';
import { Effects, type SendAlert } from './effects.ts';
import { type FramePainter, Glass } from './glass.ts';
import { pressed } from './keys.ts';
import { Supervisor } from './supervisor.ts';
import { type Commit, Till } from './till.ts';
import { type Devices, WorldKeeper } from './world-keeper.ts';

export interface KioskParts {
    readonly clock: Clock;
    readonly ids: Ids;
    readonly log: Log;
    readonly opened: OpenedJournal;
    readonly gateway: Gateway;
    readonly devices: Devices;
    readonly policy: Policy;
    /** At least 32 random bytes that stay on this machine: the key of the payment codes' hashes. */
    readonly deviceKey: Uint8Array;
    readonly boot: string;
    readonly version: string;
    readonly sendAlert?: SendAlert;
    /** An assertion failed: the process must end. */
    readonly onBug: (thrown: unknown) => void;
}

/** How long stopping waits for money on the wire; goods that move have their own limit (`timing.delivery`). */
const stopWaitMs = 12_000;

/** A card may stall for a second or two; what takes longer is a loop that nobody hears from. */
const aliveMs = 5_000;

/** Alarms for so many damaged places; `till journal verify` tells them all. */
const damageMax = 5;

export class Kiosk {
    readonly till: Till;
    readonly keeper: WorldKeeper;
    readonly glass: Glass | undefined;
    readonly #parts: KioskParts;
    readonly #supervisor: Supervisor;
    readonly #safe: CodeSafe;
    readonly #counters = new Map<string, number>();
    readonly #changeListeners = new Set<(change: SaleChange) => void>();
    readonly #screenListeners = new Set<(screen: Screen) => void>();
    readonly #recordListeners = new Set<(records: readonly JournalRecord[]) => void>();
    #armedFor: string | undefined;
    #screen: Screen;
    #steps: readonly Step[] = [];
    #waking = false;
    #stopping = false;
    #standing = '';

    constructor(parts: KioskParts) {
        this.#parts = parts;
        this.#safe = new CodeSafe(parts.deviceKey);
        this.keeper = new WorldKeeper({
            clock: parts.clock,
            log: parts.log,
            policy: parts.policy,
            devices: parts.devices,
            skewMs: () => parts.gateway.skewMs(),
            journal: parts.opened.journal,
            damaged: parts.opened.recovery.damage.length > 0,
            changed: () => this.#wake(),
        });
        const { display } = parts.devices;
        if (display !== undefined) {
            this.glass = new Glass({
                display,
                clock: parts.clock,
                log: parts.log,
                tell: (glass) => this.keeper.glass(glass),
                beforeDrawing: () => effects.paymentsLeft(),
            });
        }
        const effects = new Effects({
            ...(parts.devices.scanner === undefined ? {} : { scanner: parts.devices.scanner }),
            ...(parts.devices.dispenser === undefined ? {} : { dispenser: parts.devices.dispenser }),
            ...(parts.sendAlert === undefined ? {} : { sendAlert: parts.sendAlert }),
            gateway: parts.gateway,
            clock: parts.clock,
            log: parts.log,
            safe: this.#safe,
            keeper: this.keeper,
            submit: (happening) => this.submit(happening),
            nonce: () => parts.ids.nonce(),
            armedFor: (saleId) => {
                this.#armedFor = saleId;
            },
            count: (name) => this.count(name),
        });
        this.#supervisor = new Supervisor({ clock: parts.clock, performer: effects });
        const { clock } = parts;
        this.till = new Till({
            clock: { wallMs: () => this.keeper.nowMs(), monoMs: () => clock.monoMs(), after: (ms, run) => clock.after(ms, run) },
            ids: parts.ids,
            log: parts.log,
            opened: parts.opened,
            parts: {
                world: () => this.keeper.world,
                onStaged: (_staged, steps) => {
                    this.#retainCodes(steps);
                    this.#supervisor.prepare(steps);
                },
                onDurable: (durable, steps) => this.#onDurable(durable, steps),
                onCommit: (commit) => this.#onCommit(commit),
                onJournalFailed: (thrown) => {
                    parts.log.error('the journal cannot be written: selling has stopped', { detail: String(thrown).slice(0, 300) });
                    this.keeper.checkJournal();
                },
                onBug: parts.onBug,
            },
        });
        this.#screen = screenOf(this.till.durable, this.keeper.world);
    }

    /** Syncs `started`, and the inbox turns from here on. */
    async start(): Promise<void> {
        this.keeper.start(this.till.durable.lastAt);
        const damage = this.#parts.opened.recovery.damage.slice(0, damageMax).map(({ segment, offset }) => `${segment} at byte ${offset}`);
        const reply = await this.submit({
            kind: 'start',
            boot: this.#parts.boot,
            version: this.#parts.version,
            ...(damage.length === 0 ? {} : { damage }),
        });
        // Without `started` a payment of the last run could be asked for twice: nothing goes on.
        if (reply?.ok === false) {
            throw new Fault({
                code: 'START_NOT_RECORDED',
                kind: 'storage',
                message:
                    'The start could not be written to the journal, so nothing was started. See the line before for the cause; free space or replace the disk.',
            });
        }
        void this.#readScans();
        const { panel, display } = this.#parts.devices;
        if (panel !== undefined) void this.#readKeys(panel.keys());
        if (display?.keys !== undefined) void this.#readKeys(display.keys());
    }

    submit(happening: Happening): Promise<Reply | undefined> {
        return this.till.submit(happening);
    }

    /** The display gets its first frame when the painter is there. */
    painter(painter: FramePainter): void {
        this.glass?.painter(painter);
    }

    /** The loop turns: no turn has been under way for longer than a slow disk takes. A picture that it stands behind may stay on the glass. */
    alive(): boolean {
        return this.till.turnMs() < aliveMs;
    }

    get screen(): Screen {
        return this.#screen;
    }

    onScreen(listener: (screen: Screen) => void): () => void {
        this.#screenListeners.add(listener);
        return () => this.#screenListeners.delete(listener);
    }

    onChange(listener: (change: SaleChange) => void): () => void {
        this.#changeListeners.add(listener);
        return () => this.#changeListeners.delete(listener);
    }

    /** Calls with the records of each commit after its sync. */
    onRecords(listener: (records: readonly JournalRecord[]) => void): () => void {
        this.#recordListeners.add(listener);
        return () => this.#recordListeners.delete(listener);
    }

    count(name: string): void {
        this.#counters.set(name, (this.#counters.get(name) ?? 0) + 1);
    }

    counters(): Readonly<Record<string, number>> {
        const { totals } = this.till.durable;
        const dropped = this.#parts.devices.scanner?.dropped() ?? {};
        return {
            ...Object.fromEntries(this.#counters),
            ...Object.fromEntries(
                Object.entries(dropped).map(([reason, count]) => [`scanner_dropped_${reason.replaceAll('-', '_')}_total`, count]),
            ),
            sales_open: Object.values(this.till.durable.sales).filter((sale) => sale.ended === undefined).length,
            sales_in_review: Object.values(this.till.durable.sales).filter((sale) => sale.reviews.length > 0).length,
            ...Object.fromEntries(Object.entries(totals).map(([state, count]) => [`sales_${state}_total`, count])),
            journal_sequence: this.#parts.opened.journal.headSeq,
            turns_total: this.till.turns,
            frames_total: this.glass?.frames ?? 0,
            steps_in_flight: this.#supervisor.onWire().length,
        };
    }

    /** Lets go of everything at once, where the start failed: the next one finds the journal as a power cut would leave it. */
    async abandon(): Promise<void> {
        this.#supervisor.stop();
        this.keeper.stop();
        await this.glass?.close(undefined, 0);
    }

    /** Orderly: nothing new is sold, offers are taken back, what is on the wire ends, the panel is blanked, a checkpoint is written. */
    async stop(): Promise<void> {
        if (this.#stopping) return;
        this.#stopping = true;
        this.keeper.stopping();
        await this.submit({ kind: 'worldChanged' });
        const begun = this.#parts.clock.monoMs();
        // A motor is left to end: cut off, nobody would know whether the goods came out, and the customer might have both.
        while (this.#parts.clock.monoMs() - begun < (this.#moving() ? this.#parts.policy.timing.delivery : stopWaitMs) && this.#busy()) {
            await new Promise<void>((resolve) => this.#parts.clock.after(20, resolve));
        }
        await this.submit({ kind: 'stop' });
        this.#supervisor.stop();
        this.keeper.stop();
        await this.glass?.close(this.#screen, 3_000);
        await this.till.close();
    }

    #moving(): boolean {
        return this.#supervisor.onWire().some((step) => step.kind === 'deliver');
    }

    /** Goods that move are waited for; so are the first attempts to settle money, behind their wait for a blank glass too. */
    #busy(): boolean {
        if (this.#steps.some((step) => step.kind === 'wait' && step.id.startsWith('barrier:'))) return true;
        return this.#supervisor
            .onWire()
            .some((step) => step.kind === 'deliver' || step.kind === 'pay' || step.kind === 'cancel' || step.kind === 'refund');
    }

    #onDurable(durable: TillState, steps: readonly Step[]): void {
        this.#steps = steps;
        this.#retainCodes(steps);
        const world = this.keeper.world;
        if (world.gateway.standing === 'reachable' && this.#standing !== 'reachable') this.#supervisor.resetBackoff();
        this.#standing = world.gateway.standing;
        this.#supervisor.reconcile(steps);
        this.#show(screenOf(durable, world));
    }

    #show(screen: Screen): void {
        this.#screen = screen;
        this.glass?.want(screen);
        this.#parts.devices.panel?.lamp(lampOf(screen));
        for (const listener of this.#screenListeners) listener(screen);
    }

    #onCommit(commit: Commit): void {
        this.keeper.checkJournal();
        this.#farewell(commit);
        for (const listener of this.#recordListeners) listener(commit.records);
        for (const { seq, sale } of commit.sales.values()) {
            for (const listener of this.#changeListeners) listener({ seq, sale: saleView(sale) });
        }
    }

    /** The customer who has just left or been served sees how it ended, until the next one comes. */
    #farewell(commit: Commit): void {
        const { world } = this.keeper;
        if (commit.after.customerSale !== undefined) {
            if (world.farewell !== undefined) this.keeper.farewell(undefined);
            return;
        }
        for (const [id, { sale }] of commit.sales) {
            const left = commit.before.customerSale === id && sale.left !== 'restart' && sale.left !== 'stopping';
            const entryEnded =
                sale.origin === 'entry' &&
                sale.ended !== undefined &&
                sale.left !== 'restart' &&
                commit.before.sales[id]?.ended === undefined;
            if (left || entryEnded || world.farewell?.id === id) this.keeper.farewell(sale);
        }
    }

    /** Several changes of the world in one go wake the loop once. */
    #wake(): void {
        if (this.#waking) return;
        this.#waking = true;
        queueMicrotask(() => {
            this.#waking = false;
            void this.submit({ kind: 'worldChanged' });
        });
    }

    #retainCodes(steps: readonly Step[]): void {
        if (this.#safe.size === 0) return;
        this.#safe.retain(
            new Set(
                steps.flatMap((step) =>
                    step.kind === 'pay' && step.payment.handle !== undefined ? [step.payment.handle] : this.#barrierHandles(step),
                ),
            ),
        );
    }

    /** A scanned payment that waits for a blank glass has no `pay` step yet, but will. */
    #barrierHandles(step: Step): string[] {
        if (step.kind !== 'wait' || !step.id.startsWith('barrier:')) return [];
        const id = step.id.slice('barrier:'.length);
        for (const sale of Object.values(this.till.staged.sales)) {
            const handle = sale.payments.find((payment) => payment.paymentRequestId === id)?.handle;
            if (handle !== undefined) return [handle];
        }
        return [];
    }

    async #readScans(): Promise<void> {
        const { scanner } = this.#parts.devices;
        if (scanner === undefined) return;
        for await (const scan of scanner.scans()) {
            const saleId = this.#armedFor;
            if (saleId === undefined) {
                this.count('scans_without_sale_total');
                continue;
            }
            const { codeClass, code } = classifyScan(scan.text);
            this.count(`scans_${codeClass.replaceAll('-', '_')}_total`);
            const { handle, hash } = this.#safe.keep(code ?? scan.text);
            void this.submit({ kind: 'scanned', saleId, codeClass, codeHash: hash, handle }).then(() => {
                this.#safe.decided(handle);
                this.#retainCodes(this.#steps);
            });
        }
    }

    async #readKeys(keys: AsyncIterable<string>): Promise<void> {
        for await (const key of keys) {
            this.count('keys_total');
            pressed(key, {
                keeper: this.keeper,
                mayClose: () => this.#screen.kind !== 'wait',
                submit: (happening) => void this.submit(happening),
            });
        }
    }
}

function lampOf(screen: Screen): 'off' | 'ready' | 'busy' | 'error' {
    switch (screen.kind) {
        case 'starting':
            return 'off';
        case 'idle':
        case 'choose':
        case 'thanks':
            return 'ready';
        case 'outOfService':
        case 'offline':
        case 'service':
        case 'review':
            return 'error';
        default:
            return 'busy';
    }
}
