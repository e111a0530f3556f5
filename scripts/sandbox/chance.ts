/** Chance: random bytes for ids and codes, or a repeatable row of them where the configuration gives a seed. */
import { createHash, randomBytes } from 'node:crypto';

export interface Chance {
    bytes(count: number): Uint8Array;
}

export function chanceOf(seed?: string): Chance {
    if (seed === undefined) return { bytes: (count) => randomBytes(count) };
    let block = 0;
    return {
        bytes(count) {
            const parts: Buffer[] = [];
            for (let made = 0; made < count; made += 32) parts.push(createHash('sha256').update(`${seed}/${block++}`).digest());
            return Buffer.concat(parts).subarray(0, count);
        },
    };
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `count` characters of an alphabet of at most 256; without bias, because bytes beyond the last whole round are thrown away. */
export function randomText(chance: Chance, options: { count: number; alphabet: string }): string {
    const limit = 256 - (256 % options.alphabet.length);
    let text = '';
    while (text.length < options.count) {
        for (const byte of chance.bytes(options.count)) {
            if (byte < limit && text.length < options.count) text += options.alphabet[byte % options.alphabet.length];
        }
    }
    return text;
}

export function randomDigits(chance: Chance, count: number): string {
    return randomText(chance, { count, alphabet: '0123456789' });
}

export function randomToken(chance: Chance, count: number): string {
    return randomText(chance, { count, alphabet: base62 });
}

export function randomHex(chance: Chance, count: number): string {
    return randomText(chance, { count, alphabet: '0123456789abcdef' });
}
