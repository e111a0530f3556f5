/** What the journal's tests share: a hand-moved clock, entries as a till writes them, and a journal on a disk. */

import type { JournalOptions } from '../../../firmware/journal/journal.ts';
import { openJournal } from '../../../firmware/journal/open.ts';
import type { Clock, Timer } from '../../../firmware/ports/clock.ts';
import type { Disk } from '../../../firmware/ports/disk.ts';
import type { JournalEntry, JournalRecord } from '../../../firmware/ports/journal.ts';
import type { Log } from '../../../firmware/ports/log.ts';

export const folder = '/data/journal';

/** Time stands still until `forward`. */
export class HandClock implements Clock {
    #now = 0;
    #timers: { at: number; run: () => void }[] = [];

    wallMs(): number {
        return 1_790_000_000_000 + this.#now;
    }

    monoMs(): number {
        return this.#now;
    }

    after(ms: number, run: () => void): Timer {
        const timer = { at: this.#now + ms, run };
        this.#timers.push(timer);
        return {
            cancel: () => {
                this.#timers = this.#timers.filter((other) => other !== timer);
            },
        };
    }

    get waiting(): number {
        return this.#timers.length;
    }

    forward(ms: number): void {
        this.#now += ms;
        const due = this.#timers.filter(({ at }) => at <= this.#now);
        this.#timers = this.#timers.filter(({ at }) => at > this.#now);
        for (const { run } of due) run();
    }
}

export class Lines implements Log {
    readonly lines: { level: string; message: string; facts: Record<string, unknown> }[] = [];
    #add(level: string) {
        return (message: string, facts: Record<string, unknown> = {}) => void this.lines.push({ level, message, facts });
    }
    debug = this.#add('debug');
    info = this.#add('info');
    warn = this.#add('warn');
    error = this.#add('error');
}

export const keysOf = (record: JournalRecord): readonly string[] => (typeof record.saleId === 'string' ? [`sale:${record.saleId}`] : []);

export const entry = (number: number, fields: Record<string, unknown> = {}): JournalEntry & Record<string, unknown> => ({
    type: 'paymentPaid',
    at: 1_790_000_000_000 + number,
    saleId: `S${number % 5}`,
    number,
    ...fields,
});

export function options(disk: Disk, more: Partial<JournalOptions> = {}): JournalOptions {
    return { disk, clock: new HandClock(), boot: 'boot1', folder, keysOf, foldNumber: 1, segmentBytes: 8 * 4096, reserveSlots: 2, ...more };
}

export const openOn = (disk: Disk, more: Partial<JournalOptions> = {}) => openJournal(options(disk, more));

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
    const list: Item[] = [];
    for await (const item of items) list.push(item);
    return list;
}

export const numbersOf = (records: readonly JournalRecord[]) =>
    records.filter(({ type }) => type === 'paymentPaid').map((record) => record.number as number);
