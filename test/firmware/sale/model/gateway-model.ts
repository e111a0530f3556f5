/**
 * Gateway model: books, cancels and refunds payments as protocol §4–§8 says, in memory and in one call.
 *
 * May: book a payment that was cancelled, take another amount than asked, refuse a cancel (window, status), answer U, refuse a refund
 * for now or for good, refuse partial refunds, forget to close an id that it did not know (no tombstone), notify twice.
 * Never: books a payment after its expiry unless the wallet had confirmed it before, loses what it booked, books twice under one id,
 * gives back more than it took, or changes a final answer to a refund. A late booking is always notified.
 */
import type {
    CancelAnswer,
    InquiryAnswer,
    PayAnswer,
    PayOrder,
    RefundAnswer,
    RefundInquiryAnswer,
    RefundOrder,
} from '../../../../firmware/ports/gateway.ts';
import type { Chance } from './chance.ts';

interface Booking {
    readonly id: string;
    readonly order: PayOrder;
    readonly paymentId: string;
    state: 'open' | 'paid' | 'failed' | 'cancelled';
    /** Minor units that were taken and that went back. */
    taken: number;
    back: number;
    readonly takes: number;
    readonly windowOver: boolean;
    readonly partialRefused: boolean;
    readonly expiredAs: 'failed' | 'cancelled';
    /** We cancelled it while it was open. */
    calledOff: boolean;
    readonly refunds: Map<string, { readonly amount: number; answer: RefundAnswer }>;
}

export interface GatewayFaults {
    readonly wrongAmount: number;
    readonly lateBooking: number;
    readonly windowOver: number;
    readonly cancelRefused: number;
    readonly pending: number;
    readonly refundCurable: number;
    readonly refundIncurable: number;
    readonly partialRefused: number;
    readonly tombstone: boolean;
}

export interface News {
    readonly paymentRequestId: string;
    readonly paymentId: string;
    readonly amount?: { readonly currency: string; readonly value: string };
}

export class GatewayModel {
    readonly #chance: Chance;
    readonly #faults: GatewayFaults;
    readonly bookings = new Map<string, Booking>();
    readonly #closed = new Set<string>();
    /** Notifications that are still to be delivered. */
    readonly news: News[] = [];
    calm = false;

    readonly #silent: boolean;

    /** @param silent breaks the last promise above: a late booking is not notified. */
    constructor(chance: Chance, faults: GatewayFaults, silent = false) {
        this.#silent = silent;
        this.#chance = chance;
        this.#faults = faults;
    }

    /** Minor units of a payment that were taken and not given back. */
    net(id: string): number {
        const booking = this.bookings.get(id);
        return booking === undefined ? 0 : booking.taken - booking.back;
    }

    pay(order: PayOrder, now: number): PayAnswer {
        const known = this.bookings.get(order.paymentRequestId);
        if (known !== undefined) return this.#again(known, now);
        if (this.#closed.has(order.paymentRequestId) || now >= order.expiresAt) return { kind: 'declined', resultCode: 'ORDER_IS_CLOSED' };
        if (order.mode === 'payment-code' && this.#chance.hit(0.1)) return { kind: 'declined', resultCode: 'USER_BALANCE_NOT_ENOUGH' };
        const booking: Booking = {
            id: order.paymentRequestId,
            order,
            paymentId: `G${order.paymentRequestId}`,
            state: 'open',
            taken: 0,
            back: 0,
            takes: Number(order.amount.value) + (this.#chance.hit(this.#faults.wrongAmount) ? this.#chance.pick([-1, 1, 50]) : 0),
            windowOver: this.#chance.hit(this.#faults.windowOver),
            partialRefused: this.#chance.hit(this.#faults.partialRefused),
            expiredAs: this.#chance.pick(['failed', 'cancelled']),
            calledOff: false,
            refunds: new Map(),
        };
        this.bookings.set(booking.id, booking);
        if (order.mode === 'payment-code' && !this.#chance.hit(0.3)) this.#book(booking);
        return this.#again(booking, now);
    }

    /** The customer confirms in the wallet, or by scanning the code: money moves, unless the order is over. */
    confirm(id: string, now: number): void {
        const booking = this.bookings.get(id);
        if (booking === undefined) return;
        this.#expire(booking, now);
        if (booking.state === 'open') this.#book(booking);
    }

    reject(id: string): void {
        const booking = this.bookings.get(id);
        if (booking?.state === 'open' && booking.order.mode === 'payment-code') booking.state = 'failed';
    }

    inquire(id: string, now: number): InquiryAnswer {
        const booking = this.bookings.get(id);
        if (booking === undefined) return { kind: 'missing' };
        this.#expire(booking, now);
        switch (booking.state) {
            case 'open':
                return { kind: 'processing', resultCode: 'PAYMENT_IN_PROCESS', paymentId: booking.paymentId };
            case 'paid':
                return { kind: 'paid', paymentId: booking.paymentId, amount: this.#amount(booking.taken) };
            case 'failed':
                return { kind: 'failed', resultCode: 'ORDER_IS_CLOSED' };
            case 'cancelled':
                return { kind: 'cancelled' };
        }
    }

    cancel(id: string, now: number): CancelAnswer {
        const booking = this.bookings.get(id);
        if (booking === undefined) {
            if (this.#faults.tombstone) this.#closed.add(id);
            return { kind: 'missing' };
        }
        this.#expire(booking, now);
        if (!this.calm && this.#chance.hit(this.#faults.pending)) return { kind: 'pending', resultCode: 'UNKNOWN_EXCEPTION' };
        if (booking.state === 'cancelled') return { kind: 'done' };
        if (!this.calm && this.#chance.hit(this.#faults.cancelRefused)) return { kind: 'refused', resultCode: 'ACCESS_DENIED' };
        if (booking.state === 'failed')
            return this.#chance.hit(0.5) ? { kind: 'done' } : { kind: 'refused', resultCode: 'ORDER_STATUS_INVALID' };
        if (booking.state === 'paid') {
            if (booking.windowOver) return { kind: 'window' };
            if (booking.refunds.size > 0) return { kind: 'refused', resultCode: 'PROCESS_FAIL' };
            booking.back = booking.taken;
            booking.state = 'cancelled';
            return { kind: 'done' };
        }
        booking.state = 'cancelled';
        booking.calledOff = true;
        return { kind: 'done' };
    }

    /** A payment that was cancelled while the customer confirmed it: booked nevertheless, or booked and given back at once. */
    bookLate(): void {
        for (const booking of this.bookings.values()) {
            if (!booking.calledOff || booking.taken > 0 || !this.#chance.hit(this.#faults.lateBooking)) continue;
            const told = this.news.length;
            this.#book(booking);
            if (this.#silent) this.news.length = told;
            if (this.#chance.hit(0.5)) {
                booking.back = booking.taken;
                booking.state = 'cancelled';
            }
            return;
        }
    }

    refund(order: RefundOrder): RefundAnswer {
        const booking = [...this.bookings.values()].find((one) => one.paymentId === order.paymentId);
        if (booking === undefined) return { kind: 'refused', resultCode: 'ORDER_NOT_EXIST' };
        const before = booking.refunds.get(order.refundRequestId);
        if (before !== undefined) return before.answer;
        if (!this.calm && this.#chance.hit(this.#faults.pending)) return { kind: 'pending', resultCode: 'REFUND_IN_PROCESS' };
        const amount = Number(order.amount.value);
        const answer = this.#refundAnswer(booking, amount);
        if (answer.kind === 'done') booking.back += amount;
        booking.refunds.set(order.refundRequestId, { amount, answer });
        return answer;
    }

    inquireRefund(refundRequestId: string): RefundInquiryAnswer {
        for (const booking of this.bookings.values()) {
            const refund = booking.refunds.get(refundRequestId);
            if (refund === undefined) continue;
            if (refund.answer.kind === 'done') return refund.answer;
            return this.#chance.hit(0.5) ? { kind: 'failed' } : { kind: 'missing' };
        }
        return { kind: 'missing' };
    }

    #refundAnswer(booking: Booking, amount: number): RefundAnswer {
        const refused = (resultCode: string): RefundAnswer => ({ kind: 'refused', resultCode });
        if (booking.state === 'cancelled') return refused('ORDER_IS_CANCELED');
        if (booking.state !== 'paid') return refused('ORDER_STATUS_INVALID');
        if (booking.back + amount > booking.taken) return refused('REFUND_AMOUNT_EXCEED');
        if (booking.partialRefused && amount < booking.taken) return refused('PARTIAL_REFUND_NOT_SUPPORTED');
        if (!this.calm && this.#chance.hit(this.#faults.refundCurable)) return refused('MERCHANT_BALANCE_NOT_ENOUGH');
        if (!this.calm && this.#chance.hit(this.#faults.refundIncurable)) return refused('PROCESS_FAIL');
        return { kind: 'done', refundId: `GR${booking.refunds.size}` };
    }

    #again(booking: Booking, now: number): PayAnswer {
        this.#expire(booking, now);
        if (!this.calm && this.#chance.hit(this.#faults.pending)) return { kind: 'pending', resultCode: 'UNKNOWN_EXCEPTION' };
        const { mode } = booking.order;
        if (booking.state === 'failed' || booking.state === 'cancelled') return { kind: 'declined', resultCode: 'ORDER_IS_CLOSED' };
        if (mode === 'order-code') return { kind: 'code', paymentId: booking.paymentId, code: `https://code.example/${booking.id}` };
        if (mode === 'entry-code')
            return { kind: 'redirect', paymentId: booking.paymentId, redirectUrl: `https://pay.example/${booking.id}` };
        if (booking.state === 'paid') return { kind: 'paid', paymentId: booking.paymentId, amount: this.#amount(booking.taken) };
        return { kind: 'pending', resultCode: 'PAYMENT_IN_PROCESS', paymentId: booking.paymentId };
    }

    #book(booking: Booking): void {
        booking.state = 'paid';
        booking.taken = booking.takes;
        const news = { paymentRequestId: booking.id, paymentId: booking.paymentId };
        const amount = this.#amount(booking.taken);
        this.news.push(this.#chance.hit(0.05) ? news : { ...news, amount });
        if (this.#chance.hit(0.2)) this.news.push({ ...news, amount });
    }

    #expire(booking: Booking, now: number): void {
        if (booking.state === 'open' && now >= booking.order.expiresAt) booking.state = booking.expiredAs;
    }

    #amount(minorUnits: number): { currency: string; value: string } {
        return { currency: 'EUR', value: String(minorUnits) };
    }
}
