/**
 * Book: everything the sandbox remembers (payments, refunds, money movements, wallets, notices), changed only by whole commits.
 *
 * Owns: the rows. Rules: a commit is one line of the state file, durable before it counts; a failed one changes nothing.
 */
import { createHmac } from 'node:crypto';
import { type Chance, randomHex } from './chance.ts';
import type { Change, Movement, NoticeRow, PaymentRow, RefundRow, RegistrationRow, WalletRow } from './rows.ts';
import { StateFile } from './state-file.ts';

export class Book {
    readonly #file: StateFile | undefined;
    readonly #payments = new Map<string, PaymentRow>();
    readonly #paymentKeys = new Map<string, string>();
    readonly #orderCodes = new Map<string, string>();
    readonly #refunds = new Map<string, RefundRow>();
    readonly #refundKeys = new Map<string, string>();
    readonly #movements: Movement[] = [];
    readonly #wallets = new Map<string, WalletRow>();
    readonly #registrations = new Map<string, RegistrationRow>();
    readonly #notices = new Map<string, NoticeRow>();
    readonly #tombstones = new Set<string>();
    readonly #usedCodes = new Map<string, string>();
    #salt = '';
    #offsetMs = 0;

    private constructor(file: StateFile | undefined) {
        this.#file = file;
    }

    /** Opens the book of a state file, or an empty one in memory. Fails like StateFile.open. */
    static async open(options: { file?: string; chance: Chance }): Promise<Book> {
        const opened = options.file === undefined ? undefined : await StateFile.open(options.file);
        const book = new Book(opened?.file);
        for (const change of opened?.changes ?? []) book.#apply(change as Change);
        if (book.#salt === '') book.commit({ salt: randomHex(options.chance, 32) });
        return book;
    }

    /** Makes a change durable, then visible. Throws SANDBOX_STATE_UNWRITABLE, and then nothing has changed. */
    commit(change: Change): void {
        this.#file?.append(change);
        this.#apply(change);
    }

    /** Keyed hash: tells whether two secrets are the same without keeping either. */
    hash(text: string): string {
        return createHmac('sha256', this.#salt).update(text).digest('hex');
    }

    payment(key: string): PaymentRow | undefined {
        return this.#payments.get(key);
    }

    paymentById(paymentId: string): PaymentRow | undefined {
        const key = this.#paymentKeys.get(paymentId);
        return key === undefined ? undefined : this.#payments.get(key);
    }

    paymentByOrderCode(orderCode: string): PaymentRow | undefined {
        const key = this.#orderCodes.get(orderCode);
        return key === undefined ? undefined : this.#payments.get(key);
    }

    /** The newest payment with this paymentRequestId, whoever's it is. */
    paymentOfAnyClient(paymentRequestId: string): PaymentRow | undefined {
        return [...this.#payments.values()].filter((row) => row.paymentRequestId === paymentRequestId).at(-1);
    }

    payments(): PaymentRow[] {
        return [...this.#payments.values()];
    }

    refund(key: string): RefundRow | undefined {
        return this.#refunds.get(key);
    }

    refundById(refundId: string): RefundRow | undefined {
        const key = this.#refundKeys.get(refundId);
        return key === undefined ? undefined : this.#refunds.get(key);
    }

    refundsOf(paymentKey: string): RefundRow[] {
        return [...this.#refunds.values()].filter((row) => row.paymentKey === paymentKey);
    }

    refunds(): RefundRow[] {
        return [...this.#refunds.values()];
    }

    movements(): readonly Movement[] {
        return this.#movements;
    }

    wallet(name: string): WalletRow | undefined {
        return this.#wallets.get(name);
    }

    wallets(): WalletRow[] {
        return [...this.#wallets.values()];
    }

    registration(key: string): RegistrationRow | undefined {
        return this.#registrations.get(key);
    }

    registrations(): RegistrationRow[] {
        return [...this.#registrations.values()];
    }

    notice(id: string): NoticeRow | undefined {
        return this.#notices.get(id);
    }

    notices(): NoticeRow[] {
        return [...this.#notices.values()];
    }

    isTombstone(key: string): boolean {
        return this.#tombstones.has(key);
    }

    /** The key of the payment that a code with this hash was presented for. */
    paymentOfCode(hash: string): string | undefined {
        return this.#usedCodes.get(hash);
    }

    get offsetMs(): number {
        return this.#offsetMs;
    }

    async close(): Promise<void> {
        await this.#file?.close();
    }

    #apply(change: Change): void {
        for (const row of change.payments ?? []) {
            this.#payments.set(row.key, row);
            this.#paymentKeys.set(row.paymentId, row.key);
            if (row.orderCode !== undefined) this.#orderCodes.set(row.orderCode, row.key);
        }
        for (const row of change.refunds ?? []) {
            this.#refunds.set(row.key, row);
            this.#refundKeys.set(row.refundId, row.key);
        }
        this.#movements.push(...(change.movements ?? []));
        for (const row of change.wallets ?? []) this.#wallets.set(row.name, row);
        for (const row of change.registrations ?? []) this.#registrations.set(row.key, row);
        for (const row of change.notices ?? []) this.#notices.set(row.id, row);
        for (const key of change.tombstones ?? []) this.#tombstones.add(key);
        for (const used of change.usedCodes ?? []) this.#usedCodes.set(used.hash, used.paymentKey);
        if (change.clock !== undefined) this.#offsetMs = change.clock.offsetMs;
        if (change.salt !== undefined) this.#salt = change.salt;
    }
}
