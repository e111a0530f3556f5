/** Play: one random life of a kiosk, from its seed: sales, faults and power cuts, then calm, then rest. */
import assert from 'node:assert/strict';
import type { SlotStatus } from '../../../../firmware/ports/devices.ts';
import type { Happening } from '../../../../firmware/sale/inputs.ts';
import { mayScan } from '../../../../firmware/sale/steps.ts';
import { worldWith } from '../policy.ts';
import { Chance } from './chance.ts';
import { type GatewayFaults, GatewayModel, type News } from './gateway-model.ts';
import { checkRest } from './invariants.ts';
import { KioskModel } from './kiosk-model.ts';

const codes = ['hash-1', 'hash-2', 'hash-3', 'hash-4'];
const slots = ['A1', 'A2', 'B1'];
/** Inputs until everything must have come to rest: far more than any settled kiosk needs. */
const restMax = 3_000;
/** Lines of the story that an error tells; TILL_MODEL_TRACE sets another number. */
const traceMax = Number(process.env.TILL_MODEL_TRACE ?? 80);

/** Ways to break the promises of the model, so that its checks can be checked. */
export interface Breach {
    /** A power cut is not followed by `started`. */
    readonly withoutStarted?: boolean;
    /** The gateway books late and tells nobody. */
    readonly silentBooking?: boolean;
}

/** @throws Error with the seed and the last inputs, when an invariant does not hold. */
export function play(seed: number, moves: number, breach: Breach = {}): KioskModel {
    const chance = new Chance(seed);
    const some = (most: number) => (chance.hit(0.5) ? 0 : chance.next() * most);
    const gatewayFaults: GatewayFaults = {
        wrongAmount: some(0.15),
        lateBooking: some(0.5),
        windowOver: some(0.6),
        cancelRefused: some(0.3),
        pending: some(0.4),
        refundCurable: some(0.6),
        refundIncurable: some(0.3),
        partialRefused: some(0.6),
        tombstone: chance.hit(0.5),
    };
    const gateway = new GatewayModel(chance, gatewayFaults, breach.silentBooking === true);
    const goods = chance.hit(0.7);
    const world = worldWith(
        {},
        {
            dispenses: goods,
            modes: chance.pick([
                ['payment-code'],
                ['order-code'],
                ['payment-code', 'order-code'],
                ['payment-code', 'order-code', 'entry-code'],
            ] as const),
            goodwill: chance.pick(['0', '300', '2000']),
        },
    );
    const kiosk = new KioskModel({
        chance,
        gateway,
        world,
        announcesRestart: breach.withoutStarted !== true,
        faults: {
            lostRequest: some(0.3),
            lostAnswer: some(0.3),
            unsent: some(0.2),
            delayedPay: some(0.4),
            jam: some(0.5),
            doubtful: some(0.3),
            forgetful: chance.next(),
        },
    });
    try {
        kiosk.start('boot-0');
        for (let move = 0; move < moves; move++) moveOnce(kiosk, move);
        rest(kiosk);
        checkRest(kiosk);
    } catch (thrown) {
        const tail = kiosk.trace.slice(-traceMax).join('\n');
        throw new Error(`seed ${seed}: ${thrown instanceof Error ? thrown.message : String(thrown)}\n${tail}`, { cause: thrown });
    }
    return kiosk;
}

function moveOnce(kiosk: KioskModel, move: number) {
    const { chance } = kiosk;
    const kind = chance.weighted({
        answer: 40,
        fire: 26,
        customer: 24,
        wallet: 14,
        news: 6,
        paint: 16,
        arrive: 3,
        late: 3,
        device: 3,
        operator: 4,
        crash: 1,
    });
    switch (kind) {
        case 'answer':
            kiosk.answer();
            return;
        case 'fire':
            kiosk.fire();
            return;
        case 'customer':
            return customer(kiosk, move);
        case 'wallet':
            return wallet(kiosk);
        case 'news':
            return notify(kiosk);
        case 'paint':
            return kiosk.paint();
        case 'arrive':
            return kiosk.arrive();
        case 'late':
            return kiosk.gateway.bookLate();
        case 'device':
            return device(kiosk);
        case 'operator':
            return operator(kiosk, move);
        case 'crash':
            return kiosk.crash(`boot-${move}`);
    }
}

function customer(kiosk: KioskModel, move: number) {
    const { chance, state, world } = kiosk;
    const current = state.customerSale === undefined ? undefined : state.sales[state.customerSale];
    if (current === undefined) {
        if (world.policy.modes.includes('entry-code') && chance.hit(0.3)) return entry(kiosk, move);
        const amount = { currency: 'EUR', value: String(100 + chance.below(900)) };
        const items = Array.from({ length: 1 + chance.below(3) }, () => ({ slot: chance.pick(slots) }));
        kiosk.input(chance.hit(0.75) ? { kind: 'openSale', items } : { kind: 'openSale', amount });
        return;
    }
    if (chance.hit(0.04)) {
        kiosk.input({ kind: 'pressed', key: 'cancel' });
        return;
    }
    if (chance.hit(0.8) && mayScan(state, world, current)) {
        const codeClass = chance.hit(0.9) ? 'wallet' : 'product';
        kiosk.input({ kind: 'scanned', saleId: current.id, codeClass, codeHash: chance.pick(codes), handle: `code-${move}` });
    }
}

function entry(kiosk: KioskModel, move: number): void {
    const { chance } = kiosk;
    const goods = kiosk.world.policy.dispenses ? { slot: chance.pick(slots) } : { amount: { currency: 'EUR', value: '500' } };
    kiosk.input({ kind: 'submitEntry', token: `token-${move}`, userAgent: 'wallet', ...goods });
    if (chance.hit(0.7)) kiosk.input({ kind: 'pressed', key: 'confirm' });
}

/** The customer decides in the wallet; codes that were seen once can be paid as long as the gateway lets them. */
function wallet(kiosk: KioskModel): void {
    const ids = [...kiosk.gateway.bookings.keys()];
    if (ids.length === 0) return;
    const id = kiosk.chance.hit(0.7) ? ids.at(-1)! : kiosk.chance.pick(ids);
    if (kiosk.chance.hit(0.85)) kiosk.gateway.confirm(id, kiosk.now);
    else kiosk.gateway.reject(id);
}

function notify(kiosk: KioskModel): void {
    const { news } = kiosk.gateway;
    if (news.length === 0) return;
    const at = kiosk.chance.below(news.length);
    const one = news[at]!;
    const reply = kiosk.input(notificationOf(kiosk, one));
    // Without an acknowledgement it is sent again.
    if (reply?.ok !== false && (kiosk.calm || kiosk.chance.hit(0.9))) news.splice(at, 1);
}

function notificationOf(kiosk: KioskModel, news: News): Happening {
    const open = Object.values(kiosk.state.sales).some((sale) =>
        sale.payments.some((payment) => payment.paymentRequestId === news.paymentRequestId),
    );
    const known = open
        ? undefined
        : kiosk.archived((event) => event.type === 'paymentIntended' && event.paymentRequestId === news.paymentRequestId);
    return { kind: 'paidNotified', ...news, ...(known === undefined ? {} : { known }) };
}

function device(kiosk: KioskModel) {
    const { chance, world } = kiosk;
    if (chance.hit(0.6)) return mend(kiosk);
    const kind = chance.weighted({ slot: 4, dispenser: 1, display: 1, scanner: 1, link: 1, clock: 1, journal: 3 });
    const flip = (state: string) => ({ state: state === 'online' ? ('offline' as const) : ('online' as const), reason: '' });
    if (kind === 'slot') {
        const slot = chance.pick(slots);
        const status: SlotStatus = { ready: world.slots[slot]?.ready !== true, reason: 'jammed' };
        return kiosk.changeWorld({ slots: { ...world.slots, [slot]: status } });
    }
    if (kind === 'link') {
        return kiosk.changeWorld({
            gateway: { standing: world.gateway.standing === 'reachable' ? 'unreachable' : 'reachable', reason: '' },
        });
    }
    if (kind === 'journal') return kiosk.changeWorld({ journalWritable: !world.journalWritable });
    if (kind === 'clock') return kiosk.changeWorld({ clock: { trusted: !world.clock.trusted, reason: '' } });
    kiosk.changeWorld({ devices: { ...world.devices, [kind]: flip(world.devices[kind]?.state ?? 'online') } });
}

function mend(kiosk: KioskModel): void {
    const { policy, glass, barrierOver, cancelledUnwritten } = kiosk.world;
    kiosk.changeWorld({ ...worldWith({}), policy, glass, barrierOver, cancelledUnwritten: cancelledUnwritten ?? [] });
}

function operator(kiosk: KioskModel, move: number): void {
    const { chance } = kiosk;
    const ids = kiosk.events.flatMap((event) => (event.type === 'saleOpened' ? [event.saleId] : []));
    if (ids.length === 0) return;
    const kind = chance.weighted({ cancel: 1, refund: 2, part: 2, resolve: 3 });
    const cases = Object.values(kiosk.state.sales).filter((sale) => sale.ended === 'review' || sale.reviews.length > 0);
    const saleId = kind === 'resolve' && cases.length > 0 ? chance.pick(cases).id : chance.pick(ids);
    const inState = kiosk.state.sales[saleId];
    const archived = inState === undefined ? kiosk.archived((event) => event.type === 'saleOpened' && event.saleId === saleId) : undefined;
    const known = archived === undefined ? {} : { known: archived };
    if (kind === 'cancel') kiosk.input({ kind: 'cancelSale', by: 'model', saleId, ...known });
    if (kind === 'refund') kiosk.input({ kind: 'refundSale', saleId, ...known });
    if (kind === 'part') {
        const amount = { currency: 'EUR', value: String(1 + chance.below(200)) };
        kiosk.input({ kind: 'refundSale', saleId, amount, key: { key: `key-${move}`, bodyHash: 'b' }, ...known });
    }
    if (kind === 'resolve') {
        kiosk.input({
            kind: 'resolveSale',
            saleId,
            decision: chance.pick(['delivered', 'refund', 'settled-outside']),
            note: 'seen',
            by: 'Ann',
            ...known,
        });
    }
}

/** Everything works again; everything that was begun comes to its end. */
function rest(kiosk: KioskModel): void {
    kiosk.calm = true;
    kiosk.gateway.calm = true;
    kiosk.trace.push('--- calm');
    while (kiosk.delayed.length > 0) kiosk.arrive();
    mend(kiosk);
    for (let inputs = 0; ; inputs++) {
        assert.ok(inputs < restMax, 'it never comes to rest');
        if (kiosk.gateway.news.length > 0) notify(kiosk);
        else if (kiosk.answer()) continue;
        else {
            kiosk.paint();
            if (!kiosk.fire()) return;
        }
    }
}
