/**
 * Feed: a bounded queue between a device that speaks when it likes and one reader that waits.
 *
 * Rules: never holds more than `sizeMax`; what does not fit is refused, and the caller counts it. Ends when it is closed.
 */

interface Reader<Item> {
    /** The iterator that asked. */
    readonly owner: object;
    readonly resolve: (result: IteratorResult<Item, undefined>) => void;
}

const ended: IteratorReturnResult<undefined> = { value: undefined, done: true };

export class Feed<Item> {
    readonly #sizeMax: number;
    readonly #items: Item[] = [];
    #readers: Reader<Item>[] = [];
    #closed = false;

    constructor(sizeMax: number) {
        this.#sizeMax = sizeMax;
    }

    /** False when there is no room, or nobody will ever read it. */
    push(item: Item): boolean {
        if (this.#closed) return false;
        const reader = this.#readers.shift();
        if (reader !== undefined) {
            reader.resolve({ value: item, done: false });
            return true;
        }
        if (this.#items.length >= this.#sizeMax) return false;
        this.#items.push(item);
        return true;
    }

    /** Throws away what nobody has read yet, and says how many. */
    clear(): number {
        return this.#items.splice(0).length;
    }

    close(): void {
        this.#closed = true;
        this.#items.length = 0;
        this.#dismiss(() => true);
    }

    /** Items from now on. Readers share the queue: each item goes to one of them. */
    items(): AsyncIterableIterator<Item, undefined> {
        const owner = {};
        let left = false;
        const iterator: AsyncIterableIterator<Item, undefined> = {
            next: () => {
                if (left || this.#closed) return Promise.resolve(ended);
                if (this.#items.length > 0) return Promise.resolve({ value: this.#items.shift()!, done: false });
                return new Promise((resolve) => {
                    this.#readers.push({ owner, resolve });
                });
            },
            return: () => {
                left = true;
                this.#dismiss((reader) => reader.owner === owner);
                return Promise.resolve(ended);
            },
            [Symbol.asyncIterator]: () => iterator,
        };
        return iterator;
    }

    #dismiss(which: (reader: Reader<Item>) => boolean): void {
        const dismissed = this.#readers.filter(which);
        this.#readers = this.#readers.filter((reader) => !which(reader));
        for (const reader of dismissed) reader.resolve(ended);
    }
}
