/**
 * Claim: the short number that a customer can photograph and an operator can type: six Crockford base-32 characters and a check.
 *
 * Unique by construction on one kiosk: the sale's ordinal goes through a bijection of 30 bits, so that neighbours do not look alike
 * and nobody can tell the day's turnover from two claims.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const space = 2 ** 30;

/** @param ordinal counts this kiosk's sales from 1. */
export function claimOf(ordinal: number): string {
    // An odd multiplier is a bijection modulo a power of two; BigInt, because the product exceeds 2^53.
    const mixed = Number((BigInt(ordinal % space) * 0x2545f491n + 0x1b873593n) % BigInt(space));
    let word = '';
    for (let shift = 25; shift >= 0; shift -= 5) word += alphabet[(mixed >> shift) & 31];
    return word + checkOf(word);
}

/** The claim as it is stored, from what a person typed; undefined when it cannot be one. */
export function parseClaim(typed: string): string | undefined {
    const word = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
    if (word.length !== 7 || [...word].some((letter) => !alphabet.includes(letter))) return undefined;
    return checkOf(word.slice(0, 6)) === word[6] ? word : undefined;
}

/** Weighted by odd numbers, so that one wrong letter and most swaps of neighbours change it. */
function checkOf(word: string): string {
    let sum = 0;
    for (let place = 0; place < word.length; place++) sum += alphabet.indexOf(word.charAt(place)) * (2 * place + 3);
    return alphabet.charAt(sum % 32);
}
