/** Requests: what customers, integrators and operators ask for, and what they are answered after the sync. */
import type { EntryRequest } from '../ports/desk.ts';
import { claimOf } from './claim.ts';
import type { RequestKey, SaleItem } from './events.ts';
import type { Input, KeyedResource } from './inputs.ts';
import { amountOf, chargeProblem, minor, minorOf } from './money.ts';
import { leftOf, paymentOf } from './questions.ts';
import { readiness, slotReady } from './readiness.ts';
import type { Sale, TillState } from './state.ts';
import { emit, intendRefund, newId, refuse, saleNow, type Turn } from './turn.ts';

type InputOf<Kind extends Input['kind']> = Extract<Input, { kind: Kind }>;

const itemsMax = 20;

export function onOpenSale(turn: Turn, input: InputOf<'openSale'>) {
    if (answeredByKey(turn, input)) return;
    const { policy } = turn.world;
    const goods = goodsOf(turn, input);
    if (goods === undefined) return;
    const { reasons, ready } = readiness(turn.state, turn.world);
    if (!ready) {
        return refuse(turn, { status: 503, code: 'not-ready', detail: 'The kiosk cannot sell at this moment.', reasons });
    }
    if (turn.state.customerSale !== undefined) {
        return refuse(turn, {
            status: 409,
            code: 'customer-busy',
            detail: 'Another sale has the customer; wait until it has ended, or cancel it.',
        });
    }
    if (!slotsReady(turn, goods.items)) return;
    if (policy.modes.every((mode) => mode === 'entry-code')) {
        return refuse(turn, { status: 409, code: 'no-mode', detail: 'This kiosk sells by entry code only; the customer opens its page.' });
    }
    const saleId = newId(turn, 'S');
    emit(turn, {
        type: 'saleOpened',
        saleId,
        claim: claimOf(turn.state.saleCount + 1),
        origin: 'customer',
        ...goods,
        delivers: policy.dispenses && goods.items.length > 0,
        ...(input.reference === undefined ? {} : { reference: input.reference }),
        ...(input.key === undefined ? {} : { key: input.key }),
    });
    turn.reply = { ok: true, saleId };
}

/** Entry-code sales run beside the customer's and never answer 409 (design §4). */
export function onSubmitEntry(turn: Turn, input: InputOf<'submitEntry'>) {
    const { policy } = turn.world;
    const begun = Object.values(turn.state.sales).find((sale) => sale.token === input.token);
    if (begun !== undefined && asksForOther(begun, input)) {
        // Somebody went back and corrected it: sending them on to pay the old amount without a word would be a trap.
        const detail = 'A payment with another amount has already begun on this page. Send it once more to begin a new one.';
        return refuse(turn, { status: 422, code: 'page-used', detail });
    }
    const same = begun?.id ?? input.keyed?.saleId;
    if (same !== undefined) {
        turn.reply = { ok: true, saleId: same, repeated: true };
        return;
    }
    if (!policy.modes.includes('entry-code'))
        return refuse(turn, { status: 404, code: 'no-mode', detail: 'This kiosk has no entry code.' });
    const { ready, reasons } = readiness(turn.state, turn.world);
    if (!ready) return refuse(turn, { status: 503, code: 'not-ready', detail: 'The kiosk cannot sell at this moment.', reasons });
    const open = Object.values(turn.state.sales).filter((sale) => sale.origin === 'entry' && sale.customerHere).length;
    if (open >= policy.entry.openMax)
        return refuse(turn, {
            status: 503,
            code: 'too-many-open',
            detail: 'Several customers are paying at this moment; try again in a minute.',
        });
    const goods = entryGoods(turn, input);
    if (goods === undefined || !slotsReady(turn, goods.items)) return;
    const saleId = newId(turn, 'S');
    emit(turn, {
        type: 'saleOpened',
        saleId,
        claim: claimOf(turn.state.saleCount + 1),
        origin: 'entry',
        ...goods,
        delivers: policy.dispenses && goods.items.length > 0,
        token: input.token,
        userAgent: input.userAgent,
        // Nobody buys from home: goods want somebody who reads this number at the machine, or presses a key there.
        ...(policy.dispenses ? { presenceNumber: numberFrom(input.nonce) } : {}),
    });
    turn.reply = { ok: true, saleId };
}

function asksForOther(sale: Sale, input: InputOf<'submitEntry'>): boolean {
    if (input.slot !== undefined) return sale.items[0]?.slot !== input.slot;
    return input.amount !== undefined && (input.amount.currency !== sale.amount.currency || input.amount.value !== sale.amount.value);
}

export function onConfirmPresence(turn: Turn, input: InputOf<'confirmPresence'>) {
    const waiting = Object.values(turn.state.sales).find((sale) => sale.customerHere && !sale.present && sale.token === input.token);
    if (waiting === undefined) return refuse(turn, { status: 404, code: 'not-waiting', detail: 'No sale waits for this number.' });
    if (waiting.presenceNumber !== input.number) {
        return refuse(turn, { status: 422, code: 'wrong-number', detail: 'That is not the number on the machine.' });
    }
    emit(turn, { type: 'presenceConfirmed', saleId: waiting.id });
    turn.reply = { ok: true, saleId: waiting.id };
}

/** A key at the machine: `cancel` ends the customer's sale, else the one that waits for a sign of presence, `confirm` proves the presence of the oldest waiting one, a slot opens a sale. */
export function onPressed(turn: Turn, key: string): void {
    const customer = turn.state.customerSale === undefined ? undefined : saleNow(turn, turn.state.customerSale);
    const waiting = Object.values(turn.state.sales).find((sale) => sale.customerHere && !sale.present);
    if (key === 'cancel') {
        const ended = customer ?? waiting;
        if (ended !== undefined && ended.keptPayment === undefined)
            emit(turn, { type: 'customerLeft', saleId: ended.id, reason: 'cancelled' });
        return;
    }
    if (key === 'confirm') {
        if (waiting !== undefined) emit(turn, { type: 'presenceConfirmed', saleId: waiting.id });
        return;
    }
    if (customer === undefined && Object.hasOwn(turn.world.policy.catalog, key)) {
        const { now, nonce } = turn.input;
        onOpenSale(turn, { kind: 'openSale', items: [{ slot: key }], now, nonce });
    }
}

export function onCancelSale(turn: Turn, input: InputOf<'cancelSale'>) {
    if (answeredByKey(turn, input)) return;
    const sale = saleNow(turn, input.saleId);
    if (sale === undefined && input.known === undefined) return unknownSale(turn);
    if (sale === undefined || sale.ended !== undefined) {
        return refuse(turn, { status: 409, code: 'sale-ended', detail: 'The sale has already ended.' });
    }
    if (sale.keptPayment !== undefined) {
        return refuse(turn, { status: 409, code: 'sale-paid', detail: 'The sale is already paid; ask for a refund instead.' });
    }
    // A sale that only waits for money of a customer who is gone can still be cancelled by name.
    if (sale.left === undefined || sale.left === 'restart') {
        emit(turn, { type: 'customerLeft', saleId: sale.id, reason: 'cancelled', by: input.by, ...keyOf(input) });
    }
    turn.reply = { ok: true, saleId: sale.id };
}

export function onRefundSale(turn: Turn, input: InputOf<'refundSale'>) {
    if (answeredByKey(turn, input)) return;
    const sale = saleNow(turn, input.saleId) ?? input.known;
    if (sale === undefined) return unknownSale(turn);
    const payment = sale.keptPayment === undefined ? undefined : paymentOf(sale, sale.keptPayment);
    const left = payment === undefined ? 0 : leftOf(sale, payment);
    if (payment === undefined || payment.paymentId === undefined || left === 0) {
        return refuse(turn, { status: 409, code: 'nothing-left', detail: 'There is no money left to give back for this sale.' });
    }
    if (sale.deliveries.some((delivery) => delivery.state === 'pending' || delivery.state === 'moving')) {
        return refuse(turn, {
            status: 409,
            code: 'sale-delivering',
            detail: 'The goods are still being handed out; try again when that has ended.',
        });
    }
    const asked = input.amount === undefined ? left : minorOf(input.amount.value);
    if (input.amount !== undefined && (input.amount.currency !== sale.amount.currency || asked === undefined || asked === 0)) {
        return refuse(turn, {
            status: 422,
            code: 'amount-invalid',
            detail: `The amount must be a whole number of minor units of ${sale.amount.currency} from 1 up, as a string.`,
        });
    }
    if (asked === undefined || asked > left) {
        return refuse(turn, {
            status: 422,
            code: 'more-than-left',
            detail: `Only ${left} minor units of ${sale.amount.currency} are left to give back.`,
        });
    }
    if (asked < left && input.key === undefined) {
        return refuse(turn, {
            status: 400,
            code: 'key-required',
            detail: 'A partial refund needs an Idempotency-Key header, so that a repeated call cannot give back twice.',
        });
    }
    reopen(turn, sale);
    const refundRequestId = intendRefund(turn, sale, {
        payment,
        paymentId: payment.paymentId,
        minorUnits: asked,
        reason: input.reason ?? 'requested by the operator',
        by: 'operator',
    });
    turn.reply = { ok: true, saleId: sale.id, refundRequestId };
}

/** An ended sale that is no longer in the state comes back from the index; one in review is still there. */
function reopen(turn: Turn, sale: Sale): void {
    const now = saleNow(turn, sale.id);
    if (now === undefined || now.ended !== undefined) emit(turn, { type: 'saleReopened', saleId: sale.id, sale });
}

export function unknownSale(turn: Turn): void {
    refuse(turn, { status: 404, code: 'unknown-sale', detail: 'There is no sale with this id.' });
}

/** The same key and body get the same resource; the same key with another body is refused (design §8). */
export function answeredByKey(turn: Turn, input: { key?: RequestKey; keyed?: KeyedResource }): boolean {
    const { key } = input;
    if (key === undefined) return false;
    const before: KeyedResource | undefined = keyIn(turn.state, key) ?? input.keyed;
    if (before === undefined) return false;
    if (before.bodyHash !== key.bodyHash) {
        refuse(turn, {
            status: 409,
            code: 'key-reused',
            detail: 'This Idempotency-Key was used with another body; use a new key for a new request.',
        });
    } else {
        const refund = before.refundRequestId === undefined ? {} : { refundRequestId: before.refundRequestId };
        turn.reply = { ok: true, saleId: before.saleId, ...refund, repeated: true };
    }
    return true;
}

export function keyOf(input: { key?: RequestKey }): { key?: RequestKey } {
    return input.key === undefined ? {} : { key: input.key };
}

function keyIn(state: TillState, key: RequestKey): KeyedResource | undefined {
    return state.keys.find((one) => one.key === key.key);
}

interface Goods {
    readonly amount: { currency: string; value: string };
    readonly items: readonly SaleItem[];
}

function goodsOf(turn: Turn, input: InputOf<'openSale'>): Goods | undefined {
    const { policy } = turn.world;
    if ((input.items === undefined) === (input.amount === undefined)) {
        refuse(turn, { status: 422, code: 'items-or-amount', detail: 'A sale needs either items or an amount.' });
        return undefined;
    }
    if (input.amount !== undefined) {
        const problem = chargeProblem(input.amount, policy.currency);
        if (problem === undefined) return { amount: { currency: input.amount.currency, value: input.amount.value }, items: [] };
        refuse(turn, { status: 422, code: 'amount-invalid', detail: problem });
        return undefined;
    }
    return basket(turn, input.items ?? []);
}

function basket(turn: Turn, wanted: readonly { readonly slot: string }[]): Goods | undefined {
    const { policy } = turn.world;
    if (wanted.length === 0 || wanted.length > itemsMax) {
        refuse(turn, { status: 422, code: 'items-invalid', detail: `A basket holds 1 to ${itemsMax} items.` });
        return undefined;
    }
    const items: SaleItem[] = [];
    for (const { slot } of wanted) {
        const product = Object.hasOwn(policy.catalog, slot) ? policy.catalog[slot] : undefined;
        if (product === undefined) {
            refuse(turn, { status: 422, code: 'unknown-slot', detail: `There is no slot ${slot.slice(0, 16)} in the catalogue.` });
            return undefined;
        }
        items.push({ slot, name: product.name, price: product.price });
    }
    const sum = items.reduce((total, item) => total + (minorOf(item.price) ?? 0), 0);
    return { amount: amountOf(policy.currency, sum), items };
}

function entryGoods(turn: Turn, input: EntryRequest): Goods | undefined {
    const { policy } = turn.world;
    if (policy.dispenses) {
        if (input.slot !== undefined) return basket(turn, [{ slot: input.slot }]);
        refuse(turn, { status: 422, code: 'slot-required', detail: 'Choose a product.' });
        return undefined;
    }
    if (input.amount === undefined) {
        refuse(turn, { status: 422, code: 'amount-invalid', detail: 'Enter an amount.' });
        return undefined;
    }
    const problem = chargeProblem(input.amount, policy.currency);
    const value = problem === undefined ? minor(input.amount) : 0;
    if (problem !== undefined || value < (minorOf(policy.entry.min) ?? 0) || value > (minorOf(policy.entry.max) ?? 0)) {
        refuse(turn, { status: 422, code: 'amount-invalid', detail: problem ?? 'The amount is outside what this kiosk takes.' });
        return undefined;
    }
    return { amount: { currency: input.amount.currency, value: input.amount.value }, items: [] };
}

function slotsReady(turn: Turn, items: readonly SaleItem[]): boolean {
    if (!turn.world.policy.dispenses) return true;
    const missing = items.find((item) => !slotReady(turn.world, item.slot));
    if (missing === undefined) return true;
    refuse(turn, {
        status: 503,
        code: 'slot-not-ready',
        detail: `Slot ${missing.slot} cannot hand anything out: ${turn.world.slots[missing.slot]?.reason ?? 'it is not there'}.`,
        reasons: ['slot-not-ready'],
    });
    return false;
}

/** Four digits out of the turn's chance, never starting with 0. */
function numberFrom(nonce: string): string {
    let mixed = 0;
    for (const letter of nonce) mixed = (mixed * 33 + letter.charCodeAt(0)) % 9_000;
    return String(1_000 + mixed);
}
