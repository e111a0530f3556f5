/**
 * Reading: fields of the gateway's JSON, read tolerantly and within bounds.
 *
 * Source: protocol §1.3 ("string rule": scalars are strings by the document, numbers and booleans in practice), §3.
 * Rules: what does not fit is absent, never cut to fit; unknown fields are never looked at.
 */
import type { Amount } from '../ports/amount.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The `result` of every answer (protocol §3.1). */
export interface Result {
    readonly status: 'S' | 'F' | 'U';
    readonly code: string;
}

/** A JSON object from raw bytes; undefined for anything else, wrong UTF-8 included. */
export function readJson(bytes: Uint8Array): JsonObject | undefined {
    try {
        const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
        return isObject(value) ? value : undefined;
    } catch {
        return undefined;
    }
}

export function readObject(from: JsonObject, field: string): JsonObject | undefined {
    const value = own(from, field);
    return isObject(value) ? value : undefined;
}

export function readList(from: JsonObject, field: string): readonly unknown[] {
    const value = own(from, field);
    return Array.isArray(value) ? value : [];
}

export function isObject(value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string of 1 to `lengthMax` characters without control characters; a whole number becomes its digits. */
export function readText(from: JsonObject, field: string, lengthMax: number): string | undefined {
    const value = own(from, field);
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== 'string' || text.length === 0 || text.length > lengthMax) return undefined;
    return /\p{Cc}/u.test(text) ? undefined : text;
}

/** An id: 1 to 64 printable ASCII characters (protocol §3.5). */
export function readId(from: JsonObject, field: string): string | undefined {
    const text = readText(from, field, 64);
    return text !== undefined && /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}

/** A machine word such as a result code or a status: 1 to 64 letters, digits, `_`, `-`, `.`. */
export function readWord(from: JsonObject, field: string): string | undefined {
    const text = readText(from, field, 64);
    return text !== undefined && /^[A-Za-z0-9_.-]+$/.test(text) ? text : undefined;
}

/** An amount in minor units (protocol §3.2). A number beyond 2^53 is absent: it may have been rounded. */
export function readAmount(from: JsonObject, field: string): Amount | undefined {
    const amount = readObject(from, field);
    if (amount === undefined) return undefined;
    const currency = readText(amount, 'currency', 3);
    const value = readText(amount, 'value', 16);
    if (currency === undefined || !/^[A-Z]{3}$/.test(currency)) return undefined;
    if (value === undefined || !/^(0|[1-9][0-9]{0,15})$/.test(value)) return undefined;
    return { currency, value };
}

/** Milliseconds since 1970 from ISO 8601 with an offset or `Z`, or from milliseconds as digits (protocol §1.4, §3.4). */
export function readTime(text: string): number | undefined {
    if (/^[0-9]{12,14}$/.test(text)) return Number(text);
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
    const ms = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
    return Number.isNaN(ms) ? undefined : ms;
}

export function readResult(from: JsonObject): Result | undefined {
    const result = readObject(from, 'result');
    if (result === undefined) return undefined;
    const status = readWord(result, 'resultStatus');
    const code = readWord(result, 'resultCode');
    if (code === undefined || (status !== 'S' && status !== 'F' && status !== 'U')) return undefined;
    return { status, code };
}

function own(from: JsonObject, field: string): unknown {
    return Object.hasOwn(from, field) ? from[field] : undefined;
}
