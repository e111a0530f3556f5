/**
 * Effects: carries out one attempt of a step through the ports and brings its result to the inbox. The only room that sends, moves or
 * arms anything.
 *
 * Rules: none of its promises rejects, and each resolves only when its result's events are durable. What was asked and not answered is
 * `unknown`.
 */
import type { Clock } from '../ports/clock.ts';
import type { DeliveryOutcome, Dispenser, Scanner } from '../ports/devices.ts';
import { unreachable } from '../ports/fault.ts';
import type { Call, Gateway, PayAnswer } from '../ports/gateway.ts';
import type { Log } from '../ports/log.ts';
import type { Happening, Reply } from '../sale/inputs.ts';
import type { Alert, Payment } from '../sale/state.ts';
import type { Step } from '../sale/steps.ts';
import type { CodeSafe } from './code-safe.ts';
import type { Performer } from './supervisor.ts';
import type { WorldKeeper } from './world-keeper.ts';

/** Sends one alarm out of the machine; false when it did not arrive. */
export type SendAlert = (alert: Alert) => Promise<boolean>;

const tellAgainMs = 1_000;

export interface EffectParts {
    readonly gateway: Gateway;
    readonly clock: Clock;
    readonly log: Log;
    readonly safe: CodeSafe;
    readonly keeper: WorldKeeper;
    readonly scanner?: Scanner;
    readonly dispenser?: Dispenser;
    readonly sendAlert?: SendAlert;
    readonly submit: (happening: Happening) => Promise<Reply | undefined>;
    readonly nonce: () => string;
    /** The customer's sale that the scanner is armed for, or nothing. */
    readonly armedFor: (saleId: string | undefined) => void;
    readonly count: (name: string) => void;
}

/** A signature takes a small Pi 30 ms; a connection that has to be made first takes longer, and the customer must not look at an old screen. */
const leaveMs = 60;

export class Effects implements Performer {
    readonly #parts: EffectParts;
    /** Payments that were asked to leave, each until its first byte has. */
    readonly #underWay = new Set<Promise<void>>();

    constructor(parts: EffectParts) {
        this.#parts = parts;
    }

    /** Resolves when every `pay` that was begun has sent its first byte, or after a moment: whatever holds the thread up waits for it. */
    async paymentsLeft(): Promise<void> {
        if (this.#underWay.size === 0) return;
        await new Promise<void>((resolve) => {
            const timer = this.#parts.clock.after(leaveMs, resolve);
            void Promise.all(this.#underWay).then(() => {
                timer.cancel();
                resolve();
            });
        });
    }

    prepare(step: Step): unknown {
        switch (step.kind) {
            case 'pay':
                return this.#payCall(step.saleId, step.payment);
            case 'cancel':
                return this.#parts.gateway.cancel({ paymentRequestId: step.paymentRequestId });
            case 'refund':
                return this.#parts.gateway.refund(step.refund);
            default:
                return undefined;
        }
    }

    async perform(step: Step, attempt: { last: boolean; prepared: unknown }): Promise<void> {
        const { gateway, keeper } = this.#parts;
        const submit = (happening: Happening) => this.#submitDurably(happening);
        const base = { stepId: step.id, last: attempt.last };
        switch (step.kind) {
            case 'wait':
                return this.#elapsed(step.id);
            case 'arm':
                return;
            case 'pay': {
                const of = { saleId: step.saleId, paymentRequestId: step.payment.paymentRequestId };
                const call = (attempt.prepared as Call<PayAnswer> | undefined) ?? this.#payCall(step.saleId, step.payment);
                if (call === undefined) {
                    await submit({ kind: 'payAnswered', ...base, ...of, answer: { kind: 'unknown', reason: 'code-gone' } });
                    return;
                }
                const left = this.#leaving();
                const sent = call.send(() => {
                    left();
                    this.#parts.count('first_bytes_total');
                });
                void this.#parts.submit({ kind: 'payStarted', ...of });
                const answer = this.#seen('pay', await sent);
                left();
                await submit({ kind: 'payAnswered', ...base, ...of, answer });
                return;
            }
            case 'inquire': {
                const answer = this.#seen('inquiryPayment', await gateway.inquirePayment(step).send());
                await submit({ kind: 'inquired', ...base, saleId: step.saleId, paymentRequestId: step.paymentRequestId, answer });
                return;
            }
            case 'cancel': {
                const call = (attempt.prepared as ReturnType<Gateway['cancel']> | undefined) ?? gateway.cancel(step);
                const unwritten = step.id.startsWith('cancel-unwritten:');
                if (unwritten) keeper.cancelledUnwritten(step.paymentRequestId);
                const answer = this.#seen('cancel', await call.send());
                // The next try of a cancel without a record must not wait for the journal.
                const tell = unwritten ? this.#parts.submit : submit;
                await tell({ kind: 'cancelAnswered', ...base, saleId: step.saleId, paymentRequestId: step.paymentRequestId, answer });
                return;
            }
            case 'refund': {
                const call = (attempt.prepared as ReturnType<Gateway['refund']> | undefined) ?? gateway.refund(step.refund);
                const answer = this.#seen('refund', await call.send());
                await submit({
                    kind: 'refundAnswered',
                    ...base,
                    saleId: step.saleId,
                    refundRequestId: step.refund.refundRequestId,
                    answer,
                });
                return;
            }
            case 'inquireRefund': {
                const answer = this.#seen('inquiryRefund', await gateway.inquireRefund(step).send());
                await submit({ kind: 'refundInquired', ...base, saleId: step.saleId, refundRequestId: step.refundRequestId, answer });
                return;
            }
            case 'probe': {
                const answer = await gateway.probe({ paymentRequestId: `P${this.#parts.nonce()}_probe` }).send();
                this.#parts.count(`gateway_probe_${answer.kind}_total`);
                keeper.probed(answer);
                return;
            }
            case 'deliver': {
                const answer = await this.#deliver(step);
                this.#parts.count(`deliveries_${answer.outcome}_total`);
                await submit({ kind: 'deliveryEnded', ...base, saleId: step.saleId, index: step.index, answer });
                return;
            }
            case 'recall': {
                const answer = (await this.#parts.dispenser?.recall(step)) ?? nobodyKnows;
                await submit({ kind: 'recalled', ...base, saleId: step.saleId, index: step.index, answer });
                return;
            }
            case 'alert': {
                this.#parts.log.warn('alarm', { about: step.alert.about, detail: step.alert.detail, saleId: step.alert.saleId });
                const sent = this.#parts.sendAlert === undefined ? true : await this.#parts.sendAlert(step.alert);
                this.#parts.count(sent ? 'alerts_sent_total' : 'alerts_failed_total');
                if (sent) await submit({ kind: 'alertSent', alertId: step.alert.alertId });
                return;
            }
            default:
                return unreachable(step);
        }
    }

    /** A `pay` begins to leave; the returned function says that it has. */
    #leaving(): () => void {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#underWay.add(promise);
        return () => {
            this.#underWay.delete(promise);
            resolve();
        };
    }

    hold(step: Step): () => void {
        if (step.kind !== 'arm') return () => undefined;
        this.#parts.armedFor(step.saleId);
        this.#parts.scanner?.arm();
        // A customer is here: the first byte of the payment should not wait for a handshake.
        void this.#parts.gateway.warm();
        return () => {
            this.#parts.scanner?.disarm();
            this.#parts.armedFor(undefined);
        };
    }

    async #elapsed(stepId: string): Promise<void> {
        const [kind, subject = ''] = stepId.split(':');
        if (kind === 'barrier') this.#parts.keeper.barrierOver(subject);
        if (kind === 'farewell') this.#parts.keeper.farewell(undefined);
        if (kind === 'attention') this.#parts.keeper.attentionOver(Number(subject));
        await this.#submitDurably({ kind: 'elapsed', stepId });
    }

    /** What happened is not forgotten because the journal could not be written: it is told again until it stands there. */
    async #submitDurably(happening: Happening): Promise<void> {
        for (;;) {
            const reply = await this.#parts.submit(happening);
            if (reply === undefined || reply.ok || reply.code !== 'journal-not-writable') return;
            await new Promise<void>((resolve) => this.#parts.clock.after(tellAgainMs, resolve));
        }
    }

    #payCall(saleId: string, payment: Payment): Call<PayAnswer> | undefined {
        const code = payment.handle === undefined ? undefined : this.#parts.safe.read(payment.handle);
        if (payment.mode === 'payment-code' && code === undefined) return undefined;
        return this.#parts.gateway.pay({
            mode: payment.mode,
            paymentRequestId: payment.paymentRequestId,
            saleId,
            amount: payment.amount,
            description: payment.description,
            expiresAt: payment.expiresAt,
            intendedAt: payment.intendedAt,
            ...(code === undefined ? {} : { paymentCode: code }),
            ...(payment.userAgent === undefined ? {} : { userAgent: payment.userAgent }),
        });
    }

    /** A motor that never answers is unknown after the limit; what it says later is no longer asked. */
    #deliver(step: { deliveryId: string; slot: string; limitMs: number }): Promise<DeliveryOutcome> {
        const { dispenser, clock } = this.#parts;
        if (dispenser === undefined) return Promise.resolve(nobodyKnows);
        return new Promise((resolve) => {
            const timer = clock.after(step.limitMs, () =>
                resolve({ outcome: 'unknown', evidence: { grade: 'none', detail: 'the dispenser did not answer in time' } }),
            );
            void dispenser.deliver({ deliveryId: step.deliveryId, slot: step.slot }).then((outcome) => {
                timer.cancel();
                resolve(outcome);
            });
        });
    }

    #seen<Answer extends { readonly kind: string; readonly resultCode?: string; readonly reason?: string }>(
        api: string,
        answer: Answer,
    ): Answer {
        this.#parts.count(`gateway_${api}_${answer.kind}_total`);
        this.#parts.keeper.requestEnded(answer.kind === 'unsent');
        this.#parts.log.debug('gateway answered', { api, kind: answer.kind, resultCode: answer.resultCode, reason: answer.reason });
        return answer;
    }
}

const nobodyKnows: DeliveryOutcome = { outcome: 'unknown', evidence: { grade: 'none', detail: 'there is no dispenser to ask' } };
