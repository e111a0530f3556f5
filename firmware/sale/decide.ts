/**
 * Decide: what the till makes of one input. Pure: same state, world and input, same events and reply (design §1).
 *
 * A step's result is news about the world, not permission: it is judged by what the journal says now (R4). Fails: never throws for
 * input; an assertion that fails is a bug and stops the till.
 */
import { unreachable } from '../ports/fault.ts';
import { follow } from './follow.ts';
import type { Decision, Input } from './inputs.ts';
import { onElapsed } from './on-elapsed.ts';
import { onDeliveryEnded, onRecalled, onRefundAnswered, onRefundInquired } from './on-goods.ts';
import { onCancelAnswered, onInquired, onPaidNotified, onPayAnswered, onScanned } from './on-payment.ts';
import { onCancelSale, onConfirmPresence, onOpenSale, onPressed, onRefundSale, onSubmitEntry } from './on-request.ts';
import { onResolveSale } from './on-resolve.ts';
import { findPayment, unresolved } from './questions.ts';
import type { TillState } from './state.ts';
import { emit, intendCancel, newTurn, paymentNow, raiseAlert, type Turn } from './turn.ts';
import type { World } from './world.ts';

export function decide(staged: TillState, world: World, input: Input): Decision {
    const turn = newTurn(staged, world, input);
    recordUnwritten(turn);
    handle(turn, input);
    follow(turn);
    return turn.reply === undefined ? { events: turn.events } : { events: turn.events, reply: turn.reply };
}

/**
 * A cancel that went out without its record draws the line of R4 like any other: no success that is told afterwards may be delivered
 * for, because the money may already be back.
 */
function recordUnwritten(turn: Turn): void {
    for (const paymentRequestId of turn.world.cancelledUnwritten ?? []) {
        const found = findPayment(turn.state, paymentRequestId);
        if (found === undefined || found.payment.cancel !== undefined || found.sale.ended !== undefined) continue;
        if (unresolved(found.payment) || found.payment.state === 'paid') intendCancel(turn, found.sale, found.payment, 'revoked');
    }
}

function handle(turn: Turn, input: Input) {
    switch (input.kind) {
        case 'start':
            emit(turn, { type: 'started', boot: input.boot, version: input.version, kiosk: turn.world.policy.kiosk });
            for (const place of input.damage ?? []) raiseAlert(turn, { about: 'journal-damaged', detail: place });
            return;
        case 'stop':
            return emit(turn, { type: 'stopped', boot: turn.state.boot });
        case 'worldChanged':
            return;
        case 'openSale':
            return onOpenSale(turn, input);
        case 'submitEntry':
            return onSubmitEntry(turn, input);
        case 'confirmPresence':
            return onConfirmPresence(turn, input);
        case 'pressed':
            return onPressed(turn, input.key);
        case 'cancelSale':
            return onCancelSale(turn, input);
        case 'refundSale':
            return onRefundSale(turn, input);
        case 'resolveSale':
            return onResolveSale(turn, input);
        case 'scanned':
            return onScanned(turn, input);
        case 'payStarted': {
            const found = paymentNow(turn, input);
            if (found?.payment.state === 'intended') {
                emit(turn, { type: 'paymentAsked', saleId: input.saleId, paymentRequestId: input.paymentRequestId });
            }
            return;
        }
        case 'elapsed':
            return onElapsed(turn, input.stepId);
        case 'payAnswered':
            return onPayAnswered(turn, input);
        case 'inquired':
            return onInquired(turn, input);
        case 'cancelAnswered':
            return onCancelAnswered(turn, input);
        case 'refundAnswered':
            return onRefundAnswered(turn, input);
        case 'refundInquired':
            return onRefundInquired(turn, input);
        case 'deliveryEnded':
            return onDeliveryEnded(turn, input);
        case 'recalled':
            return onRecalled(turn, input);
        case 'alertSent':
            if (turn.state.alerts.some((alert) => alert.alertId === input.alertId))
                emit(turn, { type: 'alertSent', alertId: input.alertId });
            return;
        case 'paidNotified':
            return onPaidNotified(turn, input);
        case 'registrationNotified':
            return emit(turn, {
                type: 'registrationNotified',
                referenceMerchantId: input.referenceMerchantId,
                registrationRequestId: input.registrationRequestId,
                status: input.status,
            });
        default:
            return unreachable(input);
    }
}
