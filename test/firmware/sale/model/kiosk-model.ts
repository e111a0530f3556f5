/**
 * Kiosk model: the pure core between a gateway model, a dispenser that may jam or lose its memory, a glass that may be slow, customers
 * and an operator, with a supervisor of its own that fires what `stepsOf` names.
 *
 * May: fail to write the journal for a while, lose a request or its answer, delay a `pay` until shortly before its expiry, bring answers in any order, cut the power between any
 * two inputs (also while goods move), repeat a used code, press cancel at any moment, turn slots and devices red.
 * Never: loses an event that was folded, starts two attempts of one step at a time, delays a `pay` beyond its expiry.
 */
import assert from 'node:assert/strict';
import type { DeliveryOutcome } from '../../../../firmware/ports/devices.ts';
import type { PayOrder } from '../../../../firmware/ports/gateway.ts';
import { pauseAfter } from '../../../../firmware/runtime/supervisor.ts';
import { decide } from '../../../../firmware/sale/decide.ts';
import type { TillEvent } from '../../../../firmware/sale/events.ts';
import { evolve } from '../../../../firmware/sale/evolve.ts';
import type { Happening, Input, Reply } from '../../../../firmware/sale/inputs.ts';
import { emptyState, type Sale, type TillState } from '../../../../firmware/sale/state.ts';
import { orderOnOffer, type Step, stepsOf } from '../../../../firmware/sale/steps.ts';
import type { World } from '../../../../firmware/sale/world.ts';
import type { Chance } from './chance.ts';
import type { GatewayModel } from './gateway-model.ts';
import { checkEvents, checkStart } from './invariants.ts';

export interface KioskFaults {
    readonly lostRequest: number;
    readonly lostAnswer: number;
    readonly unsent: number;
    readonly delayedPay: number;
    readonly jam: number;
    readonly doubtful: number;
    readonly forgetful: number;
}

interface Running {
    step: Step;
    attempts: number;
    dueAt: number;
    onWire: boolean;
    done: boolean;
    named: boolean;
}

/** What is on its way back to the kiosk. */
interface Answer {
    readonly running: Running;
    readonly happening: Happening;
    readonly pause: number | undefined;
}

export class KioskModel {
    readonly chance: Chance;
    readonly gateway: GatewayModel;
    readonly events: TillEvent[] = [];
    /** Movements that the dispenser was asked for, by delivery id, with the truth about what came out. */
    readonly moved = new Map<string, 'out' | 'stuck'>();
    /** When a code was last sent, and under which id. */
    readonly codesSent = new Map<string, { id: string; at: number }>();
    readonly trace: string[] = [];
    readonly faults: KioskFaults;
    calm = false;
    state: TillState = emptyState;
    world: World;
    now = Date.UTC(2026, 5, 1, 12);
    answers: Answer[] = [];
    /** `pay` requests that are still on their way to the gateway. */
    delayed: PayOrder[] = [];
    readonly #announcesRestart: boolean;
    #running = new Map<string, Running>();
    #inputs = 0;

    constructor(options: { chance: Chance; gateway: GatewayModel; world: World; faults: KioskFaults; announcesRestart: boolean }) {
        this.chance = options.chance;
        this.gateway = options.gateway;
        this.world = options.world;
        this.faults = options.faults;
        this.#announcesRestart = options.announcesRestart;
    }

    /** Brings an input, folds its events and compares the steps with what is under way. */
    input(happening: Happening): Reply | undefined {
        this.#inputs += 1;
        if (!this.world.journalWritable && happening.kind !== 'start') return this.#unwritten(happening);
        const input = { ...happening, now: this.now, nonce: `N${this.#inputs}` } as Input;
        this.trace.push(`${this.now % 100_000_000} ${JSON.stringify(happening)}`);
        const before = freeze(this.state);
        const decision = decide(before, this.world, input);
        if (this.#inputs % 7 === 0) assert.deepEqual(decide(before, this.world, input), decision, 'decide is not deterministic');
        for (const event of decision.events) {
            this.trace.push(`    ${JSON.stringify(event)}`);
            this.events.push(event);
            this.state = evolve(this.state, event);
        }
        checkEvents(this, before, decision.events);
        this.#reconcile();
        return decision.reply;
    }

    /** The turn is decided and its append fails: the staged state is thrown away. */
    #unwritten(happening: Happening): Reply {
        this.trace.push(`${this.now % 100_000_000} not written ${JSON.stringify(happening)}`);
        decide(freeze(this.state), this.world, { ...happening, now: this.now, nonce: `N${this.#inputs}` } as Input);
        this.#reconcile();
        return unwritten;
    }

    start(boot: string): void {
        this.#running.clear();
        this.answers = [];
        const { farewell: _farewell, ...rest } = this.world;
        this.world = {
            ...rest,
            glass: { payable: 'anything', faulty: false },
            barrierOver: [],
            journalWritable: true,
            cancelledUnwritten: [],
        };
        this.input(this.#announcesRestart ? { kind: 'start', boot, version: '0' } : { kind: 'worldChanged' });
    }

    /** Power cut: whatever was on its way back is lost; what was on its way out may still arrive. */
    crash(boot: string): void {
        this.trace.push('--- power cut');
        this.start(boot);
    }

    changeWorld(change: Partial<World>) {
        this.world = { ...this.world, ...change };
        this.trace.push(`world ${JSON.stringify(change)}`);
        this.input({ kind: 'worldChanged' });
    }

    get idle(): boolean {
        return this.answers.length === 0 && this.#nextDue() === undefined;
    }

    /** Fires the step that is due next, moving the clock to it; false when nothing is due. */
    fire(): boolean {
        const running = this.#nextDue();
        if (running === undefined) return false;
        this.now = Math.max(this.now, running.dueAt);
        this.#attempt(running);
        return true;
    }

    /** Brings one of the answers on their way. */
    answer(): boolean {
        if (this.answers.length === 0) return false;
        const [answer] = this.answers.splice(this.chance.below(this.answers.length), 1);
        this.now += this.chance.below(2_000);
        const reply = this.input(answer!.happening);
        if (reply === unwritten && !answer!.running.step.id.startsWith('cancel-unwritten:')) {
            // It is told again until it stands in the journal; until then its step is under way.
            this.answers.push(answer!);
            return true;
        }
        const { running, pause } = answer!;
        running.onWire = false;
        if (!running.named) this.#running.delete(running.step.id);
        else if (pause === undefined) running.done = true;
        else running.dueAt = this.now + pause;
        return true;
    }

    /** A delayed `pay` reaches the gateway; nobody hears its answer. */
    arrive(): void {
        if (this.delayed.length === 0) return;
        const [order] = this.delayed.splice(this.chance.below(this.delayed.length), 1);
        this.gateway.pay(order!, this.now);
    }

    /** The picture on the glass becomes what the state wants. */
    paint() {
        const payable = this.#wantedCode();
        if (payable === this.world.glass.payable) return;
        this.changeWorld({ glass: payable === undefined ? { faulty: false } : { payable, faulty: false } });
    }

    /** A sale as the journal's index would give it. */
    archived(match: (event: TillEvent) => boolean): Sale | undefined {
        const first = this.events.find(match);
        if (first === undefined || !('saleId' in first) || first.saleId === undefined) return undefined;
        let state = emptyState;
        let sale: Sale | undefined;
        for (const event of this.events) {
            if (!('saleId' in event) || event.saleId !== first.saleId) continue;
            state = evolve(state, event);
            const open = state.sales[first.saleId];
            if (open !== undefined) sale = open;
            else if (event.type === 'saleEnded' && sale !== undefined) sale = { ...sale, ended: event.state, customerHere: false };
        }
        return sale;
    }

    #wantedCode(): string | undefined {
        const sale = this.state.customerSale === undefined ? undefined : this.state.sales[this.state.customerSale];
        return sale?.payments.find((payment) => orderOnOffer(payment) && payment.offered)?.paymentRequestId;
    }

    #reconcile(): void {
        // The glass tells that a code may be seen before it shows it.
        const wanted = this.#wantedCode();
        if (wanted !== undefined && this.world.glass.payable === undefined)
            this.world = { ...this.world, glass: { ...this.world.glass, payable: wanted } };
        const named = new Map(stepsOf(this.state, this.world).map((step) => [step.id, step]));
        for (const [id, running] of this.#running) {
            const step = named.get(id);
            running.named = step !== undefined;
            if (step !== undefined) running.step = step;
            else if (!running.onWire) this.#running.delete(id);
        }
        for (const step of named.values()) {
            if (this.#running.has(step.id)) continue;
            this.#running.set(step.id, {
                step,
                attempts: 0,
                dueAt: this.now + step.schedule.firstMs,
                onWire: false,
                done: step.class === 'hold' && step.kind !== 'wait',
                named: true,
            });
        }
    }

    #nextDue(): Running | undefined {
        let next: Running | undefined;
        for (const running of this.#running.values()) {
            if (running.onWire || running.done || running.step.kind === 'probe') continue;
            if (running.step.afterStep !== undefined && this.#running.get(running.step.afterStep)?.onWire === true) continue;
            if (next === undefined || running.dueAt < next.dueAt) next = running;
        }
        return next;
    }

    #attempt(running: Running) {
        const { step } = running;
        running.attempts += 1;
        const pause = pauseAfter(step.schedule, running.attempts);
        const base = { stepId: step.id, last: pause === undefined };
        const back = (happening: Happening) => {
            running.onWire = true;
            this.answers.push({ running, happening, pause });
        };
        checkStart(this, step);
        switch (step.kind) {
            case 'wait': {
                running.done = true;
                const [kind, subject = ''] = step.id.split(':');
                if (kind === 'barrier') {
                    this.world = {
                        ...this.world,
                        barrierOver: [...this.world.barrierOver, subject],
                        glass: { ...this.world.glass, faulty: true },
                    };
                }
                this.input({ kind: 'elapsed', stepId: step.id });
                return;
            }
            case 'pay': {
                const { saleId, payment } = step;
                const order: PayOrder = { ...payment, saleId };
                if (payment.codeHash !== undefined) this.codesSent.set(payment.codeHash, { id: payment.paymentRequestId, at: this.now });
                const answer = this.#ask(() => this.gateway.pay(order, this.now), order);
                back({ kind: 'payAnswered', ...base, saleId, paymentRequestId: payment.paymentRequestId, answer });
                this.input({ kind: 'payStarted', saleId, paymentRequestId: payment.paymentRequestId });
                return;
            }
            case 'inquire': {
                const { saleId, paymentRequestId } = step;
                const answer = this.#ask(() => this.gateway.inquire(paymentRequestId, this.now));
                return back({ kind: 'inquired', ...base, saleId, paymentRequestId, answer });
            }
            case 'cancel': {
                const { saleId, paymentRequestId } = step;
                if (step.id.startsWith('cancel-unwritten:')) {
                    this.world = { ...this.world, cancelledUnwritten: [...(this.world.cancelledUnwritten ?? []), paymentRequestId] };
                }
                const answer = this.#ask(() => this.gateway.cancel(paymentRequestId, this.now));
                return back({ kind: 'cancelAnswered', ...base, saleId, paymentRequestId, answer });
            }
            case 'refund': {
                const { saleId, refund } = step;
                return back({
                    kind: 'refundAnswered',
                    ...base,
                    saleId,
                    refundRequestId: refund.refundRequestId,
                    answer: this.#ask(() => this.gateway.refund(refund)),
                });
            }
            case 'inquireRefund': {
                const { saleId, refundRequestId } = step;
                return back({
                    kind: 'refundInquired',
                    ...base,
                    saleId,
                    refundRequestId,
                    answer: this.#ask(() => this.gateway.inquireRefund(refundRequestId)),
                });
            }
            case 'deliver': {
                assert.ok(!this.moved.has(step.deliveryId), `${step.deliveryId} moved twice`);
                const jams = this.chance.hit(this.faults.jam);
                this.moved.set(step.deliveryId, jams ? 'stuck' : 'out');
                const answer = this.chance.hit(this.faults.doubtful) ? doubt : seen(jams);
                return back({ kind: 'deliveryEnded', ...base, saleId: step.saleId, index: step.index, answer });
            }
            case 'recall': {
                const truth = this.moved.get(step.deliveryId);
                const answer = this.chance.hit(this.faults.forgetful) ? doubt : seen(truth !== 'out');
                return back({ kind: 'recalled', ...base, saleId: step.saleId, index: step.index, answer });
            }
            case 'alert':
                return back({ kind: 'alertSent', alertId: step.alert.alertId });
            case 'arm':
            case 'probe':
                return;
        }
    }

    /** One request with all that the network may do to it. */
    #ask<Reply>(reach: () => Reply, pay?: PayOrder): Reply | { kind: 'unknown'; reason: string } | { kind: 'unsent'; reason: string } {
        const { chance, faults } = this;
        if (this.calm) return reach();
        if (chance.hit(faults.unsent)) return { kind: 'unsent', reason: 'refused' };
        if (pay !== undefined && chance.hit(faults.delayedPay)) {
            this.delayed.push(pay);
            return { kind: 'unknown', reason: 'timeout' };
        }
        if (chance.hit(faults.lostRequest)) return { kind: 'unknown', reason: 'timeout' };
        const reply = reach();
        return chance.hit(faults.lostAnswer) ? { kind: 'unknown', reason: 'timeout' } : reply;
    }
}

const unwritten: Reply = { ok: false, status: 503, code: 'journal-not-writable', detail: 'The journal cannot be written.' };

const doubt: DeliveryOutcome = { outcome: 'unknown', evidence: { grade: 'none', detail: 'no signal' } };

function seen(jams: boolean): DeliveryOutcome {
    return jams
        ? { outcome: 'failed', evidence: { grade: 'seen', detail: 'jammed' } }
        : { outcome: 'delivered', evidence: { grade: 'seen', detail: 'dropped' } };
}

const frozen = new WeakSet<object>();

/** Whatever changes a state in place throws from here on. */
function freeze<Value>(value: Value): Value {
    if (typeof value !== 'object' || value === null || frozen.has(value)) return value;
    frozen.add(value);
    for (const inner of Object.values(value)) freeze(inner);
    return Object.freeze(value);
}
