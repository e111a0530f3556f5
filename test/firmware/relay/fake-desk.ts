/**
 * A desk for the relay's tests: keeps sales by token as the till does, and does what the test tells it to.
 *
 * Never breaks: the same token always gives the same sale. May break on purpose: `readiness`, `refuse`, `fail`.
 */
import type { DeskReply, EntryDesk, EntryRequest, EntryStatus, Refusal } from '../../../firmware/ports/desk.ts';
import type { HttpReply, RawNotification } from '../../../firmware/ports/gateway.ts';

type Offer = ReturnType<EntryDesk['entryOffer']>;

export class FakeDesk implements EntryDesk {
    offer: Offer = { seller: 'Corner Stand', currency: 'EUR', min: '100', max: '50000', locale: 'en' };
    ready: { ready: boolean; reasons: string[]; sentences: string[] } = { ready: true, reasons: [], sentences: [] };
    refuse: Refusal | undefined;
    fail: Error | undefined;
    /** What a sale says right after it was opened. */
    first: EntryStatus = { kind: 'redirect', redirectUrl: 'alipays://platformapi/startApp?qrcode=x' };
    presenceNumber = '407';
    reply: HttpReply = { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"result":{"resultStatus":"U"}}' };

    readonly asked: EntryRequest[] = [];
    readonly notified: RawNotification[] = [];
    readonly waits: number[] = [];
    readonly statuses = new Map<string, EntryStatus>();
    readonly #waiting: (() => void)[] = [];

    async submitEntry(request: EntryRequest): Promise<DeskReply> {
        this.asked.push(request);
        if (this.fail !== undefined) throw this.fail;
        if (this.refuse !== undefined) return this.refuse;
        const repeated = this.statuses.has(request.token);
        if (!repeated) this.statuses.set(request.token, this.first);
        return { ok: true, saleId: `sale-of-${request.token.slice(0, 4)}`, repeated };
    }

    async confirmPresence(order: { token: string; number: string }): Promise<boolean> {
        const right = this.statuses.get(order.token)?.kind === 'presence' && order.number === this.presenceNumber;
        if (right) this.become(order.token, { kind: 'redirect', redirectUrl: 'https://wallet.example/cashier?id=1' });
        return right;
    }

    async entryStatus(token: string, waitMs: number): Promise<EntryStatus> {
        this.waits.push(waitMs);
        const now = this.statuses.get(token) ?? { kind: 'unknown' };
        if (waitMs === 0 || now.kind === 'unknown') return now;
        await new Promise<void>((done) => this.#waiting.push(done));
        return this.statuses.get(token) ?? { kind: 'unknown' };
    }

    async notification(raw: RawNotification): Promise<HttpReply> {
        this.notified.push(raw);
        if (this.fail !== undefined) throw this.fail;
        return this.reply;
    }

    readiness() {
        return this.ready;
    }

    entryOffer(): Offer {
        return this.offer;
    }

    /** The sale has something new to say. */
    become(token: string, status: EntryStatus): void {
        this.statuses.set(token, status);
        this.release();
    }

    /** The time of whoever waits is over. */
    release(): void {
        for (const done of this.#waiting.splice(0)) done();
    }

    get waiters(): number {
        return this.#waiting.length;
    }
}
