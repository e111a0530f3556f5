/**
 * Fields: reads a request's JSON field by field and names the first illegal one (PARAM_ILLEGAL).
 *
 * Rules: numbers and booleans are accepted where strings are written (protocol §1.3); an empty string is illegal; unknown fields are ignored.
 */
import type { Amount } from '../../firmware/ports/amount.ts';
import { amountProblem } from './money.ts';

/** Thrown while reading, caught at the door: the answer is F PARAM_ILLEGAL with this field's name. */
export class IllegalField extends Error {
    readonly field: string;

    constructor(field: string, why: string) {
        super(`${field} ${why}`);
        this.name = 'IllegalField';
        this.field = field;
    }
}

export interface TextRule {
    readonly max: number;
    readonly required: boolean;
    readonly pattern?: RegExp;
}

export class Fields {
    readonly #root: unknown;

    constructor(root: unknown) {
        if (typeof root !== 'object' || root === null || Array.isArray(root)) throw new IllegalField('body', 'must be a JSON object');
        this.#root = root;
    }

    /** The value at a dotted path; null counts as absent. */
    at(path: string): unknown {
        let value: unknown = this.#root;
        for (const step of path.split('.')) {
            if (value === null || value === undefined) return undefined;
            if (typeof value !== 'object' || Array.isArray(value)) throw new IllegalField(path, 'has a parent that is no object');
            value = Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
        }
        return value ?? undefined;
    }

    text(path: string, rule: TextRule & { readonly required: true }): string;
    text(path: string, rule: TextRule): string | undefined;
    text(path: string, rule: TextRule): string | undefined {
        const value = this.at(path);
        if (value === undefined) {
            if (rule.required) throw new IllegalField(path, 'is missing');
            return undefined;
        }
        const text = scalarText(path, value);
        if (text === '') throw new IllegalField(path, 'is empty; leave it out instead');
        if (text.length > rule.max) throw new IllegalField(path, `is longer than ${rule.max}`);
        if (rule.pattern !== undefined && !rule.pattern.test(text)) throw new IllegalField(path, 'has an illegal form');
        return text;
    }

    amount(path: string): Amount {
        if (this.at(path) === undefined) throw new IllegalField(path, 'is missing');
        const currency = this.text(`${path}.currency`, { required: true, max: 3 });
        const value = this.text(`${path}.value`, { required: true, max: 32 });
        const problem = amountProblem({ currency, value });
        if (problem !== undefined)
            throw new IllegalField(
                `${path}.${problem}`,
                problem === 'currency' ? 'is no supported currency' : 'must be a positive whole number of minor units',
            );
        return { currency, value };
    }

    /** Milliseconds since 1970 of an ISO 8601 time with an offset. */
    time(path: string, required: boolean): number | undefined {
        const text = this.text(path, { required, max: 40 });
        if (text === undefined) return undefined;
        const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
        if (Number.isNaN(ms)) throw new IllegalField(path, 'must be an ISO 8601 time with an offset');
        return ms;
    }

    url(path: string, rule: { required: boolean; max: number; httpsUnlessLoopback: boolean }): string | undefined {
        const text = this.text(path, rule);
        if (text === undefined) return undefined;
        if (!URL.canParse(text)) throw new IllegalField(path, 'must be an absolute URL');
        const { protocol, hostname } = new URL(text);
        const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|.*\.localhost)$/.test(hostname);
        if (protocol !== 'https:' && !(protocol === 'http:' && (loopback || !rule.httpsUnlessLoopback)))
            throw new IllegalField(path, 'must begin with https://');
        return text;
    }
}

function scalarText(path: string, value: unknown): string {
    switch (typeof value) {
        case 'string':
            return value;
        case 'number':
            if (!Number.isSafeInteger(value)) throw new IllegalField(path, 'must be a string or a whole number');
            return String(value);
        case 'boolean':
            return String(value);
        default:
            throw new IllegalField(path, 'must be a string');
    }
}
