/**
 * Tokens: the keyed word in the entry code's address (`?t=`), and the submit token that each page view carries.
 *
 * A submit token is random and sealed with its time of issue, so that only pages that this relay showed can be sent back, and not for
 * ever. It is the sale's idempotency key, no secret of the merchant.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a page may lie open before it must be loaded again, milliseconds. */
const pageLifetimeMs = 30 * 60_000;
/** How far a page's time of issue may lie ahead: another relay's clock, or ours set back. */
const aheadMaxMs = 2 * 60_000;
const sealLength = 22;

function seal(key: Uint8Array, text: string): string {
    return createHmac('sha256', key).update(text).digest('base64url').slice(0, sealLength);
}

function same(one: string, other: string): boolean {
    const left = Buffer.from(one);
    const right = Buffer.from(other);
    return left.length === right.length && timingSafeEqual(left, right);
}

/** The word that `?t=` must be for a kiosk. */
export function addressToken(tokenKey: Uint8Array, kiosk: string): string {
    return seal(tokenKey, `entry-address:${kiosk}`);
}

export function isAddressToken(tokenKey: Uint8Array, kiosk: string, given: string): boolean {
    return same(addressToken(tokenKey, kiosk), given);
}

/** Whether a word has the shape of a submit token or a sale's id: only such words are ever looked up. */
export function isReference(word: string): boolean {
    return /^[A-Za-z0-9_-]{1,64}$/.test(word);
}

/** Whether a word has the shape of a submit token. A sale's id has not: it stands in receipts, and opens no way into the cashier. */
export function isSubmitToken(word: string): boolean {
    return /^[A-Za-z0-9_-]{22}[0-9a-f]{8}[A-Za-z0-9_-]{22}$/.test(word);
}

/** Makes and checks the submit tokens of one kiosk's page. */
export class SubmitTokens {
    readonly #key: Uint8Array;

    /** @param tokenKey shared by all relays of the page, so that any of them knows the others' pages; without it, a key of this process. */
    constructor(tokenKey: Uint8Array | undefined, kiosk: string) {
        this.#key = tokenKey === undefined ? randomBytes(32) : createHmac('sha256', tokenKey).update(`entry-submit:${kiosk}`).digest();
    }

    /** A fresh token, 52 characters of `[A-Za-z0-9_-]`. @param wallMs the time of issue. */
    issue(wallMs: number): string {
        const body = `${randomBytes(16).toString('base64url')}${Math.floor(wallMs / 1000)
            .toString(16)
            .padStart(8, '0')}`;
        return `${body}${seal(this.#key, body)}`;
    }

    /** Whether the token was issued here and is not too old. */
    isFresh(token: string, wallMs: number): boolean {
        if (!isSubmitToken(token)) return false;
        const body = token.slice(0, -sealLength);
        if (!same(seal(this.#key, body), token.slice(-sealLength))) return false;
        const ageMs = wallMs - Number.parseInt(token.slice(22, 30), 16) * 1000;
        return ageMs <= pageLifetimeMs && ageMs >= -aheadMaxMs;
    }
}
