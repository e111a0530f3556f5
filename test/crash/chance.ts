/** Chance: random choices out of one printed seed, so that a failure's choices can be made again; the machine's own timing cannot. */

export interface Chance {
    /** From 0 up to 1. */
    next(): number;
    /** A whole number from 0 up to `count` - 1. */
    below(count: number): number;
    oneIn(count: number): boolean;
    pick<Item>(items: readonly Item[]): Item;
    /** An independent source for a worker. */
    fork(name: string): Chance;
}

/** Mulberry32: small and good enough for choosing moments. */
export function chanceOf(seed: string): Chance {
    let state = hash(seed);
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
    const below = (count: number) => Math.floor(next() * count);
    return {
        next,
        below,
        oneIn: (count) => below(count) === 0,
        pick: (items) => items[below(items.length)]!,
        fork: (name) => chanceOf(`${seed}/${name}`),
    };
}

/** FNV-1a. */
function hash(text: string): number {
    let value = 0x811c9dc5;
    for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
    return value;
}
