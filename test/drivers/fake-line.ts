/** A serial line without a kernel: opens when it is told to, says what it is told to. */
import type { OpenTty, TtyOrder } from '../../drivers/lib/tty.ts';

export class FakeLine {
    /** When each attempt to open came, by the caller's clock. */
    readonly attempts: number[] = [];
    /** Fails the next attempts with this message. */
    refusal: string | undefined;
    opened = 0;
    #order: TtyOrder | undefined;
    readonly #now: () => number;

    constructor(now: () => number) {
        this.#now = now;
    }

    readonly openTty: OpenTty = async (order) => {
        this.attempts.push(this.#now());
        if (this.refusal !== undefined) throw new Error(this.refusal);
        this.#order = order;
        this.opened += 1;
        return {
            close: async () => {
                if (this.#order === order) this.#order = undefined;
                this.opened -= 1;
            },
        };
    };

    get isOpen(): boolean {
        return this.#order !== undefined;
    }

    send(text: string): void {
        this.#order?.onBytes(Buffer.from(text, 'latin1'));
    }

    /** The device vanishes. */
    drop(): void {
        const order = this.#order;
        this.#order = undefined;
        if (order === undefined) return;
        this.opened -= 1;
        order.onGone('unplugged');
    }
}
