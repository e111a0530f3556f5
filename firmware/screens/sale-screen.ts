/**
 * Sale screen: what the customer of a sale under way should see: how to pay, to wait, to take the goods. Pure.
 *
 * Rules: a payable code only while its payment's `offered` is true; while any payment may still move money, "do not pay again".
 */
import { keptPayment, mayBePaid, unresolved } from '../sale/questions.ts';
import { readiness, revokes } from '../sale/readiness.ts';
import type { Payment, Sale, TillState } from '../sale/state.ts';
import { mayScan, orderOnOffer } from '../sale/steps.ts';
import type { World } from '../sale/world.ts';
import { farewellScreen } from './farewell-screen.ts';
import { hasMessage, nameIn } from './messages.ts';
import type { Message } from './screen.ts';
import { hasKeys } from './screen-keys.ts';
import { brokenWay, declinedSentences, itemsFor, type ScreenPart } from './screen-part.ts';

/** Below this lifetime a code's end is told to the second: to the minute it might be over before it is read. */
const secondsBelowMs = 120_000;

export function customerScreen(sale: Sale, state: TillState, world: World): ScreenPart {
    if (asksPresence(sale)) return presenceScreen(sale, world);
    if (keptPayment(sale) !== undefined) {
        const busy = sale.deliveries.some((delivery) => delivery.state === 'pending' || delivery.state === 'moving');
        return busy ? deliveringScreen(sale, world) : farewellScreen(sale, world);
    }
    const open = sale.payments.filter(unresolved);
    // A payment under way comes before money that goes back: its customer must not pay once more.
    if (open.some((payment) => !payment.taken && payment.cancel === undefined && !orderOnOffer(payment))) return waitScreen(sale, open);
    if (sale.payments.some((payment) => payment.taken)) return farewellScreen(sale, world);
    if (open.some((payment) => !orderOnOffer(payment))) return waitScreen(sale, open);
    return payScreen(sale, state, world);
}

/** An entry-code customer has not yet shown to be at the machine. */
export function asksPresence(sale: Sale): boolean {
    return sale.presenceNumber !== undefined && !sale.present && sale.left === undefined && sale.ended === undefined;
}

export function presenceScreen(sale: Sale, world: World): ScreenPart {
    return {
        kind: 'presence',
        saleId: sale.id,
        title: { key: 'title.presence' },
        lines: [{ key: world.policy.touch ? 'presence.touch' : hasKeys(world) ? 'presence.press' : 'presence.type' }],
        amount: sale.amount,
        items: itemsFor(sale.items, sale.amount.currency, world),
        ...(sale.presenceNumber === undefined ? {} : { number: sale.presenceNumber }),
        presses: ['confirm', 'cancel'],
    };
}

export function deliveringScreen(sale: Sale, world: World): ScreenPart {
    const failed = sale.deliveries.some((delivery) => delivery.state === 'failed' || delivery.state === 'unknown');
    const waiting = sale.deliveries.filter((delivery) => delivery.state === 'pending');
    // Between two movements the next one is as good as under way.
    const now = sale.deliveries.find((delivery) => delivery.state === 'moving') ?? waiting[0];
    const item = now === undefined ? undefined : sale.items[now.index];
    const follow = waiting.filter((delivery) => delivery !== now).length;
    const lines: Message[] = [];
    if (item !== undefined) lines.push({ key: 'delivering.now', params: { item: nameIn(item.name, world.locale) } });
    lines.push({ key: 'delivering.take' });
    if (follow > 0) lines.push({ key: 'delivering.follow', params: { count: { count: follow } } });
    if (failed) lines.push({ key: 'delivering.partBack' });
    return {
        kind: 'delivering',
        saleId: sale.id,
        title: { key: 'title.delivering' },
        lines,
        amount: sale.amount,
        items: itemsFor(sale.items, sale.amount.currency, world),
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
        items: itemsFor(sale.items, sale.amount.currency, world),
        scanning,
        ...(sale.notice === undefined ? brokenWay(world, code !== undefined) : noticeOf(sale.notice)),
        marks: true as const,
        presses: ['cancel', 'language'] as const,
    };
    if (order !== undefined && code !== undefined) {
        const until = Math.min(order.expiresAt, order.codeExpiresAt ?? order.expiresAt);
        const time = { at: until, seconds: order.lifetimeMs < secondsBelowMs };
        return {
            ...common,
            lines: [{ key: 'pay.order' }, ...(scanning ? [{ key: 'pay.orShow' }] : [])],
            until,
            code: { kind: 'order', value: code, payable: order.paymentRequestId, caption: { key: 'code.caption.order', params: { time } } },
        };
    }
    if (scanning) return { ...common, lines: [{ key: 'pay.show' }] };
    if (order !== undefined && !revoked) return { ...common, lines: [{ key: 'pay.preparing' }] };
    // Nothing can be paid at this moment: say why instead of inviting.
    const { reasons } = readiness(state, world);
    return { ...common, lines: [{ key: reasons[0] === undefined ? 'wait.moment' : `reason.${reasons[0]}` }, { key: 'out.noPay' }] };
}

/** @param open the unresolved payments, of which at least one may have moved money or is being undone. */
function waitScreen(sale: Sale, open: readonly Payment[]): ScreenPart {
    const why = waitKey(open);
    const lines: Message[] = [{ key: why }];
    if (open.some(mayBePaid)) {
        lines.push({ key: 'wait.again' });
    }
    const common = { saleId: sale.id, lines, amount: sale.amount };
    if (why === 'wait.charging') return { ...common, kind: 'reading', title: { key: 'title.reading' } };
    return { ...common, kind: 'wait', title: { key: 'title.wait' } };
}

/** What we are waiting for: the customer's own scan first, what is being undone last. `wait.charging` is a code that has just been read. */
function waitKey(open: readonly Payment[]): string {
    const going = open.filter((payment) => payment.cancel === undefined);
    const scanned = going.find((payment) => payment.mode === 'payment-code');
    if (scanned?.state === 'waiting') return 'pending.confirm';
    if (scanned?.state === 'unknown') return 'wait.unknown';
    if (scanned !== undefined) return 'wait.charging';
    if (going.some(mayBePaid)) return 'wait.checking';
    return open.some((payment) => payment.cancel !== undefined && mayBePaid(payment)) ? 'wait.cancelling' : 'wait.moment';
}

function noticeOf({ kind, code }: NonNullable<Sale['notice']>): { notice: readonly Message[] } {
    if (kind === 'declined') return { notice: declinedSentences(code) };
    const key = `scan.${code}`;
    return { notice: [{ key: hasMessage(key) ? key : 'scan.other' }] };
}
