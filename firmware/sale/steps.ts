/**
 * Steps: every effect that should be under way, as a function of the durable state and the world (design §1).
 *
 * Declared, not fired: the supervisor compares this list with what is in flight. Pure, and without a clock: a step's schedule counts
 * from the moment it is first named.
 */

import { asksRecall, keptPayment, lateReview, mayBePaid, moneyCame, unresolved, unsettled } from './questions.ts';
import { modesNow, readiness } from './readiness.ts';
import { resultCode } from './result-codes.ts';
import type { Alert, Delivery, Payment, Refund, Sale, TillState } from './state.ts';
import type { World } from './world.ts';

/** Waits before the first attempt and between the next ones, in ms. After the list: stop, repeat its last wait, or double it up to a cap. */
export interface Schedule {
    readonly firstMs: number;
    readonly thenMs: readonly number[];
    readonly after: 'stop' | 'repeat' | { readonly fromMs: number; readonly doubleUpToMs: number };
}

/**
 * *hold* stops when it is no longer named. *read* repeats; its answer may be lost. *write* repeats with the same id; no longer named it
 * gets no new attempt, but one on the wire is left to end. *move* starts once.
 */
interface Common {
    readonly id: string;
    readonly class: 'hold' | 'read' | 'write' | 'move';
    readonly schedule: Schedule;
    /** Not started while that step has an attempt on the wire. */
    readonly afterStep?: string;
}

export type Effect =
    | { readonly kind: 'wait' }
    | { readonly kind: 'arm'; readonly saleId: string }
    | { readonly kind: 'pay'; readonly saleId: string; readonly payment: Payment }
    | { readonly kind: 'inquire'; readonly saleId: string; readonly paymentRequestId: string }
    | { readonly kind: 'cancel'; readonly saleId: string; readonly paymentRequestId: string }
    | { readonly kind: 'refund'; readonly saleId: string; readonly refund: Refund }
    | { readonly kind: 'inquireRefund'; readonly saleId: string; readonly refundRequestId: string }
    | {
          readonly kind: 'deliver';
          readonly saleId: string;
          readonly index: number;
          readonly deliveryId: string;
          readonly slot: string;
          readonly limitMs: number;
      }
    | { readonly kind: 'recall'; readonly saleId: string; readonly index: number; readonly deliveryId: string; readonly slot: string }
    | { readonly kind: 'probe' }
    | { readonly kind: 'alert'; readonly alert: Alert };

export type Step = Common & Effect;

export function stepsOf(state: TillState, world: World): readonly Step[] {
    const steps: Step[] = [];
    if (!world.journalWritable) {
        for (const sale of Object.values(state.sales)) cancelsWithoutJournal(steps, world, sale);
        return steps;
    }
    for (const sale of Object.values(state.sales)) {
        for (const payment of sale.payments) paymentSteps(steps, world, sale, payment);
        if (sale.ended !== undefined) continue;
        customerSteps(steps, state, world, sale);
        for (const delivery of sale.deliveries) deliverySteps(steps, world, sale, delivery);
        for (const refund of sale.refunds) refundSteps(steps, world, sale, refund);
        worrySteps(steps, world, sale);
    }
    machineSteps(steps, state, world);
    return steps;
}

/** Whether the customer of this sale may show a code to the scanner now (R1, R2). */
export function mayScan(state: TillState, world: World, sale: Sale): boolean {
    if (!sale.customerHere || sale.origin !== 'customer' || sale.ended !== undefined || moneyCame(sale)) return false;
    if (!modesNow(world).includes('payment-code') || !readiness(state, world).ready) return false;
    return sale.payments.every((payment) => !unresolved(payment) || orderOnOffer(payment));
}

/** An order code that is being made or stands on the glass: a scan may take its place. */
export function orderOnOffer(payment: Payment): boolean {
    return (
        payment.mode === 'order-code' &&
        payment.cancel === undefined &&
        !payment.closing &&
        (payment.state === 'intended' || payment.state === 'asked' || payment.state === 'waiting')
    );
}

function paymentSteps(steps: Step[], world: World, sale: Sale, payment: Payment): void {
    const { timing } = world.policy;
    const id = payment.paymentRequestId;
    const of = { saleId: sale.id, paymentRequestId: id };
    if (payment.settled === true) return;
    if (payment.lateUnchecked === true) {
        steps.push({
            id: `inquire-late:${id}:${payment.lateCount}`,
            class: 'read',
            schedule: soonThenRarely(world),
            kind: 'inquire',
            ...of,
        });
        return;
    }
    if (payment.cancel !== undefined) {
        if (payment.state === 'cancelling' || payment.state === 'unknown') cancelSteps(steps, world, sale, payment);
        return;
    }
    const byCode = payment.mode === 'payment-code';
    switch (payment.state) {
        case 'intended':
        case 'asked':
        case 'unknown':
        case 'waiting':
            break;
        default:
            return;
    }
    if (payment.closing) {
        steps.push({
            id: `inquire-last:${id}`,
            class: 'read',
            schedule: { firstMs: blankingMs(world, payment), thenMs: timing.lastInquiry, after: 'stop' },
            kind: 'inquire',
            ...of,
        });
        return;
    }
    if (!payment.payOver) {
        const showsOther = byCode && sale.payments.some((other) => mayStandOnGlass(world, other.paymentRequestId));
        if (showsOther && !world.barrierOver.includes(id)) {
            steps.push(wait(`barrier:${id}`, timing.barrier));
            return;
        }
        steps.push({
            id: `pay:${id}`,
            class: 'write',
            // A payment code is asked once; a code or a redirect that was not answered is asked for again under the same id (protocol §7.2).
            schedule: byCode ? once : { firstMs: 0, thenMs: timing.orderCodeRetry, after: 'stop' },
            kind: 'pay',
            saleId: sale.id,
            payment,
        });
    }
    if (byCode) {
        if (payment.state === 'intended') return;
        steps.push({
            id: `inquire:${id}`,
            class: 'read',
            schedule: { firstMs: timing.paymentCodeFirstInquiry, thenMs: [timing.paymentCodeInquiry], after: 'repeat' },
            kind: 'inquire',
            ...of,
        });
        steps.push(wait(`limit:${id}`, sale.customerHere ? timing.paymentCodeLimit : payment.lifetimeMs));
        return;
    }
    steps.push(offerStep(world, payment));
    if (payment.state !== 'waiting' && !payment.payOver) return;
    steps.push({
        id: `inquire:${id}`,
        class: 'read',
        schedule: { firstMs: timing.orderCodeFirstInquiry, thenMs: [timing.orderCodeInquiry], after: 'repeat' },
        kind: 'inquire',
        ...of,
    });
}

/**
 * How long an offer stands. Named from the intent on, because `paymentExpiryTime` counts from there and not from the gateway's answer;
 * a code that the gateway ends sooner has a wait of its own from its issue on.
 */
function offerStep(world: World, payment: Payment): Step {
    const { codeLifetimeMs } = payment;
    const id = `offer:${payment.paymentRequestId}`;
    if (codeLifetimeMs === undefined) return wait(id, payment.lifetimeMs - blankingMs(world, payment));
    return wait(`${id}:code`, codeLifetimeMs - blankingMs(world, payment));
}

/** How long before its end a code must begin to leave the glass (design §4); at most half of what it has. */
function blankingMs(world: World, payment: Payment): number {
    if (payment.mode !== 'order-code') return 0;
    const { displayRefreshMs, timing } = world.policy;
    return Math.min(displayRefreshMs + timing.blankMargin, (payment.codeLifetimeMs ?? payment.lifetimeMs) / 2);
}

/** The ladder behind a cancel intent: cancel, and where it is refused inquiry, and a last look at what the gateway never saw (design §3). */
function cancelSteps(steps: Step[], world: World, sale: Sale, payment: Payment): void {
    const { timing } = world.policy;
    const id = payment.paymentRequestId;
    const cancel = payment.cancel;
    if (cancel === undefined) return;
    const of = { saleId: sale.id, paymentRequestId: id };
    const round = `${id}:${cancel.round}`;
    if (cancel.refused === 'missing') {
        steps.push(wait(`grave:${round}`, payment.lifetimeMs + timing.missingGrace));
        return;
    }
    if (cancel.refused !== undefined) {
        steps.push({ id: `inquire-refused:${round}`, class: 'read', schedule: soonThenRarely(world), kind: 'inquire', ...of });
        // What may be cured is asked for again, rarely: the cancel goes on until it is confirmed (R4).
        if (cancel.refused === 'other') {
            const { cancelBackoff: fromMs, cancelBackoffMax: doubleUpToMs } = timing;
            steps.push({
                id: `cancel-again:${round}`,
                class: 'write',
                schedule: { firstMs: fromMs, thenMs: [], after: { fromMs, doubleUpToMs } },
                kind: 'cancel',
                ...of,
            });
        }
        return;
    }
    if (cancel.reason === 'last-look' && cancel.stillMissing !== true) {
        steps.push({ id: `inquire-look:${round}`, class: 'read', schedule: soonThenRarely(world), kind: 'inquire', ...of });
        return;
    }
    if (payment.mode === 'order-code' && mayStandOnGlass(world, id) && !world.barrierOver.includes(id)) {
        steps.push(wait(`barrier:${id}`, timing.barrier));
        return;
    }
    steps.push({
        id: `cancel:${round}`,
        class: 'write',
        schedule: {
            firstMs: 0,
            thenMs: timing.cancelRetry,
            after: { fromMs: timing.cancelBackoff, doubleUpToMs: timing.cancelBackoffMax },
        },
        // A cancel that overtakes its own `pay` would find nothing to cancel.
        afterStep: `pay:${id}`,
        kind: 'cancel',
        ...of,
    });
}

/**
 * Without a writable journal only cancels go out: they need no record of their own, being idempotent by their payment's id. Never where
 * goods may have come out (design §5).
 */
function cancelsWithoutJournal(steps: Step[], world: World, sale: Sale): void {
    if (sale.ended !== undefined || sale.deliveries.some((delivery) => delivery.deliveryId !== undefined)) return;
    const { timing } = world.policy;
    for (const payment of sale.payments) {
        // A sale that hands nothing out loses nothing by being paid: what nobody has cancelled yet waits for the journal (R7).
        if (payment.cancel === undefined && sale.deliveries.length === 0) continue;
        if (!unresolved(payment) && payment.state !== 'paid') continue;
        if (sale.refunds.some((refund) => refund.paymentRequestId === payment.paymentRequestId)) continue;
        if (
            payment.mode === 'order-code' &&
            mayStandOnGlass(world, payment.paymentRequestId) &&
            !world.barrierOver.includes(payment.paymentRequestId)
        ) {
            steps.push(wait(`barrier:${payment.paymentRequestId}`, timing.barrier));
            continue;
        }
        steps.push({
            id: `cancel-unwritten:${payment.paymentRequestId}`,
            class: 'write',
            schedule: {
                firstMs: 0,
                thenMs: timing.cancelRetry,
                after: { fromMs: timing.cancelBackoff, doubleUpToMs: timing.cancelBackoffMax },
            },
            afterStep: `pay:${payment.paymentRequestId}`,
            kind: 'cancel',
            saleId: sale.id,
            paymentRequestId: payment.paymentRequestId,
        });
    }
}

function customerSteps(steps: Step[], state: TillState, world: World, sale: Sale): void {
    const { timing } = world.policy;
    if (!sale.customerHere || keptPayment(sale) !== undefined) return;
    if (mayScan(state, world, sale)) {
        steps.push({
            id: `arm:${sale.id}:${sale.payments.length}:${sale.refusedScans}`,
            class: 'hold',
            schedule: once,
            kind: 'arm',
            saleId: sale.id,
        });
    }
    if (!sale.present) {
        steps.push(wait(`presence:${sale.id}`, timing.presence));
        return;
    }
    const open = sale.payments.filter(unresolved);
    if (open.length === 0) {
        const tried = sale.payments.length > 0;
        steps.push(wait(`patience:${sale.id}:${sale.payments.length}`, tried ? timing.retryPatience : timing.patience));
    } else if (open.every((payment) => payment.cancel !== undefined)) {
        // The customer waits for a cancel that nobody answers: released after a while, the payment is settled without them.
        // Where nobody can have paid, an answer's time is enough: there is nothing to wait for at the machine.
        const waitMs = open.some(mayBePaid) ? timing.retryPatience : Math.min(timing.retryPatience, timing.requestAnswer);
        steps.push(wait(`release:${sale.id}:${sale.payments.length}`, waitMs));
    }
}

function deliverySteps(steps: Step[], world: World, sale: Sale, delivery: Delivery): void {
    if (delivery.deliveryId === undefined) return;
    const movement = { saleId: sale.id, index: delivery.index, deliveryId: delivery.deliveryId, slot: delivery.slot };
    if (delivery.state === 'moving') {
        steps.push({
            id: `deliver:${delivery.deliveryId}`,
            class: 'move',
            schedule: once,
            kind: 'deliver',
            ...movement,
            limitMs: world.policy.timing.delivery,
        });
    } else if (asksRecall(delivery) && world.devices.dispenser?.state === 'online') {
        steps.push({
            id: `recall:${delivery.deliveryId}`,
            class: 'read',
            schedule: { firstMs: 0, thenMs: [world.policy.timing.recallRetry], after: 'repeat' },
            kind: 'recall',
            ...movement,
        });
    }
}

function refundSteps(steps: Step[], world: World, sale: Sale, refund: Refund): void {
    const { timing } = world.policy;
    const id = refund.refundRequestId;
    if (refund.settled === true) return;
    if (refund.state === 'intended' || refund.state === 'unknown') {
        steps.push({
            id: `refund:${id}`,
            class: 'write',
            schedule: {
                firstMs: 0,
                thenMs: timing.refundRetry,
                after: { fromMs: timing.refundRetry.at(-1) ?? 30_000, doubleUpToMs: timing.refundBackoffMax },
            },
            kind: 'refund',
            saleId: sale.id,
            refund,
        });
    }
    if (refund.state === 'refused' && resultCode(refund.resultCode ?? '').refund === 'inquire') {
        steps.push({
            id: `inquire-returned:${id}`,
            class: 'read',
            schedule: soonThenRarely(world),
            kind: 'inquire',
            saleId: sale.id,
            paymentRequestId: refund.paymentRequestId,
        });
    } else if (refund.state === 'refused') {
        steps.push({
            id: `inquire-refund:${id}`,
            class: 'read',
            schedule: soonThenRarely(world),
            kind: 'inquireRefund',
            saleId: sale.id,
            refundRequestId: id,
        });
    }
    if (refund.state === 'failed' && refund.next === 'again') {
        const waits = timing.refundAgain;
        steps.push(wait(`again:${id}`, waits[Math.min(refund.attempt, waits.length - 1)] ?? 60_000));
    }
}

function worrySteps(steps: Step[], world: World, sale: Sale): void {
    if (unsettled(sale) && !sale.reviews.includes(lateReview)) steps.push(wait(`worry:${sale.id}`, world.policy.timing.alertAfter));
    if (sale.deliveries.some(asksRecall)) {
        steps.push(wait(`memory:${sale.id}`, world.policy.timing.delivery));
    }
}

function machineSteps(steps: Step[], state: TillState, world: World): void {
    const { timing } = world.policy;
    // A clock that differs from the gateway's is measured again by asking again: nothing else is sent while nothing is sold. Another doubt
    // about the clock begins the schedule anew: it may have been put right, and the last pause is long.
    if ((world.gateway.standing !== 'reachable' || !world.clock.trusted) && !world.stopping) {
        const first = world.gateway.standing === 'unproven' ? 0 : (timing.probe[0] ?? 2_000);
        steps.push({
            id: `probe:${world.gateway.standing}${world.clock.trusted ? '' : `:${world.clock.reason}`}`,
            class: 'read',
            schedule: { firstMs: first, thenMs: timing.probe, after: 'repeat' },
            kind: 'probe',
        });
    }
    if (state.blocked !== undefined) steps.push(wait(`blocked:${state.blocked.at}`, timing.blocked));
    if (world.attention !== undefined && state.customerSale === undefined && world.farewell === undefined)
        steps.push(wait(`attention:${world.attention}`, timing.attention));
    if (world.farewell !== undefined) steps.push(wait(`farewell:${world.farewell.id}`, timing.farewell));
    for (const alert of state.alerts) {
        steps.push({
            id: `alert:${alert.alertId}`,
            class: 'write',
            schedule: { firstMs: 0, thenMs: timing.alertRetry, after: 'repeat' },
            kind: 'alert',
            alert,
        });
    }
}

/** Before the first frame of a run is confirmed, anything may stand on the glass: a power cut leaves the code on e-ink. */
function mayStandOnGlass(world: World, paymentRequestId: string): boolean {
    return world.glass.payable === paymentRequestId || world.glass.payable === 'anything';
}

const once: Schedule = { firstMs: 0, thenMs: [], after: 'stop' };

function wait(id: string, ms: number): Step {
    return { id, class: 'hold', schedule: { firstMs: Math.max(0, ms), thenMs: [], after: 'stop' }, kind: 'wait' };
}

/** An inquiry that must be answered some day: soon at first, then as rarely as a cancel that nobody answers. */
function soonThenRarely(world: World): Schedule {
    const { timing } = world.policy;
    return { firstMs: 0, thenMs: timing.cancelRetry, after: { fromMs: timing.cancelBackoff, doubleUpToMs: timing.cancelBackoffMax } };
}
