/** Chance: a seeded source of random choices (mulberry32), so that a failing run is played again by its seed. */

export class Chance {
    #state: number;

    constructor(seed: number) {
        this.#state = seed >>> 0;
    }

    /** 0 up to, not including, 1. */
    next(): number {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let mixed = this.#state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    }

    /** True with this probability. */
    hit(probability: number): boolean {
        return this.next() < probability;
    }

    below(count: number): number {
        return Math.floor(this.next() * count);
    }

    pick<Item>(items: readonly Item[]): Item {
        const item = items[this.below(items.length)];
        if (item === undefined) throw new Error('nothing to pick from');
        return item;
    }

    /** One of the names, as often as its weight says. */
    weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
        const entries = Object.entries(weights) as [Name, number][];
        let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
        for (const [name, weight] of entries) {
            left -= weight;
            if (left < 0) return name;
        }
        return entries[0]![0];
    }
}
