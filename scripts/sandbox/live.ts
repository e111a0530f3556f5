/**
 * Live: tells open pages what changes: the wallets, the ledger's sum with its newest movements, the standing faults.
 *
 * Rules: each topic is sent once at the start and then whenever what it says is another than before; changes of one turn are told once.
 * No payment code is ever told: a code is asked for by whoever shows it.
 */
import type { Amount } from '../../firmware/ports/amount.ts';
import type { Bank } from './bank.ts';
import { isoTime } from './clock.ts';
import type { FaultBoard, StandingFault } from './faults.ts';
import { type LedgerMovement, type LedgerTotal, ledgerOf } from './ledger.ts';
import { amountOf } from './money.ts';
import { type WalletDesk, type WalletView, walletView } from './wallet.ts';

/** The ledger in short. */
export interface LedgerNews {
    readonly time: string;
    /** How many payments the gateway knows, paid or not. */
    readonly payments: number;
    /** What the merchants keep, one amount for each currency. */
    readonly kept: readonly Amount[];
    readonly totals: readonly LedgerTotal[];
    /** The newest movements, newest first. */
    readonly movements: readonly (LedgerMovement & { readonly paymentRequestId: string; readonly scenario?: string })[];
}

export type Tell = (event: string, data: unknown) => void;

interface Reader {
    readonly tell: Tell;
    readonly told: Map<string, string>;
}

const movementsShown = 30;

export class LiveFeed {
    readonly #desk: Pick<WalletDesk, 'bank' | 'wallets'>;
    readonly #faults: FaultBoard;
    readonly #readers = new Set<Reader>();
    #planned = false;
    #forgetEnd: (() => void) | undefined;

    constructor(needs: { desk: Pick<WalletDesk, 'bank' | 'wallets'>; faults: FaultBoard }) {
        this.#desk = needs.desk;
        this.#faults = needs.faults;
        needs.desk.bank.onCommit(() => this.#plan());
        needs.faults.onChange(() => this.#plan());
    }

    /** Tells the newcomer everything, then what changes, until the returned function is called. */
    join(tell: Tell): () => void {
        const reader: Reader = { tell, told: new Map() };
        this.#readers.add(reader);
        this.#plan();
        return () => {
            this.#readers.delete(reader);
            if (this.#readers.size === 0) this.#forgetEnd?.();
        };
    }

    #plan(): void {
        if (this.#planned || this.#readers.size === 0) return;
        this.#planned = true;
        setImmediate(() => {
            this.#planned = false;
            this.#tellAll();
        });
    }

    #tellAll(): void {
        if (this.#readers.size === 0) return;
        const { bank } = this.#desk;
        const wallets: WalletView[] = bank.book.wallets().map((wallet) => walletView(this.#desk, wallet.name));
        const faults: StandingFault[] = this.#faults.list();
        const topics: readonly (readonly [event: string, data: unknown, mark: unknown])[] = [
            ['wallets', wallets, wallets],
            // The time alone is no news.
            ...[ledgerNews(bank)].map((news) => ['ledger', news, { ...news, time: '' }] as const),
            ['faults', faults, faults],
        ];
        for (const [event, data, mark] of topics) {
            const text = JSON.stringify(mark);
            for (const reader of this.#readers) {
                if (reader.told.get(event) === text) continue;
                reader.told.set(event, text);
                reader.tell(event, data);
            }
        }
        this.#wakeAtEnd(faults);
    }

    /** What ends by time alone (a fault, a payment that waits for its password) is no commit: it is looked at when its time has come. */
    #wakeAtEnd(faults: readonly StandingFault[]): void {
        const { bank } = this.#desk;
        const waiting = bank.book.payments().filter((row) => row.status === 'PROCESSING' && row.asks !== undefined);
        const ends = [...faults.flatMap((fault) => fault.until ?? []), ...waiting.map((row) => row.expiresAt)];
        this.#forgetEnd?.();
        this.#forgetEnd = ends.length === 0 ? undefined : bank.clock.at(Math.min(...ends), () => this.#plan());
    }
}

function ledgerNews(bank: Bank): LedgerNews {
    const { payments, totals } = ledgerOf(bank.book, { nowMs: bank.clock.nowMs() });
    const movements = bank.book
        .movements()
        .slice(-movementsShown)
        .reverse()
        .map(({ id, at, kind, from, to, amount, walletAmount, clientId, paymentRequestId, refundRequestId, refundId }) => {
            const scenario = bank.book.payment(`${clientId}/${paymentRequestId}`)?.scenario;
            return {
                id,
                time: isoTime(at),
                kind,
                from,
                to,
                amount,
                walletAmount,
                paymentRequestId,
                ...(scenario === undefined ? {} : { scenario }),
                ...(refundRequestId === undefined ? {} : { refundRequestId }),
                ...(refundId === undefined ? {} : { refundId }),
            };
        });
    return {
        time: isoTime(bank.clock.nowMs()),
        payments: payments.length,
        kept: totals.map((total) => amountOf(total.currency, BigInt(total.net))),
        totals,
        movements,
    };
}
