/**
 * Sale screen: what the customer of a sale under way should see: how to pay, to wait, to take the goods. Pure.
 *
 * Rules: a payable code only while its payment's `offered` is true; while any payment may still move money, "do not pay again".
 */
import { keptPayment, unresolved } from '../sale/questions.ts';
import { readiness, revokes } from '../sale/readiness.ts';
import type { Payment, Sale, TillState } from '../sale/state.ts';
import { mayScan, orderOnOffer } from '../sale/steps.ts';
import type { World } from '../sale/world.ts';
import { farewellScreen } from './farewell-screen.ts';
import { hasMessage } from './messages.ts';
import type { Message } from './screen.ts';
import { declinedSentences, itemsFor, type ScreenPart } from './screen-part.ts';

/** Below this lifetime a code's end is told to the second: to the minute it might be over before it is read. */
const secondsBelowMs = 120_000;

export function customerScreen(sale: Sale, state: TillState, world: World): ScreenPart {
    if (asksPresence(sale)) return presenceScreen(sale, world);
    if (keptPayment(sale) !== undefined) {
        const busy = sale.deliveries.some((delivery) => delivery.state === 'pending' || delivery.state === 'moving');
        return busy ? deliveringScreen(sale, world) : farewellScreen(sale, world);
    }
    if (sale.payments.some((payment) => payment.taken)) return farewellScreen(sale, world);
    const open = sale.payments.filter(unresolved);
    if (open.some((payment) => !orderOnOffer(payment))) return waitScreen(sale, open);
    return payScreen(sale, state, world);
}

/** An entry-code customer has not yet shown to be at the machine. */
export function asksPresence(sale: Sale): boolean {
    return sale.presenceNumber !== undefined && !sale.present && sale.left === undefined && sale.ended === undefined;
}

export function presenceScreen(sale: Sale, world: World): ScreenPart {
    const pressable = world.devices.panel?.state === 'online';
    return {
        kind: 'presence',
        saleId: sale.id,
        title: { key: 'title.presence' },
        lines: [{ key: pressable ? 'presence.press' : 'presence.type' }],
        amount: sale.amount,
        items: itemsFor(sale.items, sale.amount.currency, world.locale),
        ...(sale.presenceNumber === undefined ? {} : { number: sale.presenceNumber }),
    };
}

export function deliveringScreen(sale: Sale, world: World): ScreenPart {
    const out = sale.deliveries.filter((delivery) => delivery.state === 'delivered').length;
    const failed = sale.deliveries.some((delivery) => delivery.state === 'failed' || delivery.state === 'unknown');
    const waiting = sale.deliveries.some((delivery) => delivery.state === 'pending');
    const lines: Message[] = [{ key: 'delivering.take' }];
    if (out > 0 || waiting) lines.push({ key: 'delivering.next' });
    if (failed) lines.push({ key: 'delivering.partBack' });
    return {
        kind: 'delivering',
        saleId: sale.id,
        title: { key: 'title.delivering' },
        lines,
        amount: sale.amount,
        items: itemsFor(sale.items, sale.amount.currency, world.locale),
    };
}

function payScreen(sale: Sale, state: TillState, world: World): ScreenPart {
    const scanning = mayScan(state, world, sale);
    const order = sale.payments.find(orderOnOffer);
    // What revokes an offer takes it off the glass at once, also where the journal cannot note that any more (R1).
    const revoked = revokes(world, sale).length > 0;
    const code = !revoked && order?.offered === true && order.state === 'waiting' ? order.code : undefined;
    const common = {
        kind: 'pay' as const,
        saleId: sale.id,
        title: { key: 'title.pay' },
        amount: sale.amount,
        items: itemsFor(sale.items, sale.amount.currency, world.locale),
        scanning,
        ...noticeOf(sale),
    };
    if (order !== undefined && code !== undefined) {
        const until = Math.min(order.expiresAt, order.codeExpiresAt ?? order.expiresAt);
        const time = { at: until, seconds: order.lifetimeMs < secondsBelowMs };
        return {
            ...common,
            lines: [{ key: scanning ? 'pay.both' : 'pay.order' }],
            until,
            code: { kind: 'order', value: code, payable: order.paymentRequestId, caption: { key: 'code.caption.order', params: { time } } },
        };
    }
    if (scanning) return { ...common, lines: [{ key: 'pay.scan' }] };
    if (order !== undefined && !revoked) return { ...common, lines: [{ key: 'pay.preparing' }] };
    // Nothing can be paid at this moment: say why instead of inviting.
    const { reasons } = readiness(state, world);
    return { ...common, lines: [{ key: reasons[0] === undefined ? 'wait.moment' : `reason.${reasons[0]}` }, { key: 'out.noPay' }] };
}

/** @param open the unresolved payments, of which at least one may have moved money or is being undone. */
function waitScreen(sale: Sale, open: readonly Payment[]): ScreenPart {
    const lines: Message[] = [{ key: waitKey(open) }];
    // Nobody can have paid by a code that was never shown.
    if (open.some((payment) => payment.mode === 'payment-code' || payment.code !== undefined || payment.redirectUrl !== undefined)) {
        lines.push({ key: 'wait.again' });
    }
    return { kind: 'wait', saleId: sale.id, title: { key: 'title.wait' }, lines, amount: sale.amount };
}

/** What we are waiting for: the customer's own scan first, what is being undone last. */
function waitKey(open: readonly Payment[]): string {
    const going = open.filter((payment) => payment.cancel === undefined);
    const scanned = going.find((payment) => payment.mode === 'payment-code');
    if (scanned?.state === 'waiting') return 'pending.confirm';
    if (scanned?.state === 'unknown') return 'wait.unknown';
    if (scanned !== undefined) return 'wait.charging';
    const shown = (payment: Payment) => payment.code !== undefined || payment.redirectUrl !== undefined;
    if (going.some(shown)) return 'wait.checking';
    return open.some((payment) => payment.cancel !== undefined && (payment.mode === 'payment-code' || shown(payment)))
        ? 'wait.cancelling'
        : 'wait.moment';
}

function noticeOf(sale: Sale): { notice?: readonly Message[] } {
    if (sale.notice === undefined) return {};
    if (sale.notice.kind === 'declined') return { notice: declinedSentences(sale.notice.code) };
    const key = `scan.${sale.notice.code}`;
    return { notice: [{ key: hasMessage(key) ? key : 'scan.other' }] };
}
