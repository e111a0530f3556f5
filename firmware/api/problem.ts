/**
 * Problem: errors of the API as `application/problem+json` (RFC 9457), each with a machine word and a sentence.
 *
 * Codes in small letters are refusals: nothing is broken, the detail says what to do instead. Codes in capitals are faults of the till
 * (docs/errors.md).
 * Rules: a detail never repeats what the caller sent, for that may be a payment code.
 */
import type { Refusal } from '../ports/desk.ts';

export const problemMediaType = 'application/problem+json';

export interface Problem {
    readonly type: string;
    readonly title: string;
    readonly status: number;
    readonly detail: string;
    readonly code: string;
    readonly reasons?: readonly string[];
}

const titles: Readonly<Record<number, string>> = {
    400: 'Bad request',
    401: 'Token required',
    403: 'Not allowed',
    404: 'Not found',
    409: 'Conflict',
    413: 'Too large',
    415: 'Media type not supported',
    421: 'Wrong host',
    422: 'Not acceptable',
    500: 'Internal error',
    503: 'Not available',
};

/** An error answer; `type` is a relative reference that stays the same for a code. */
export function problem(options: { status: number; code: string; detail: string; reasons?: readonly string[] }): Problem {
    return {
        type: `urn:tillbox:problem:${options.code.toLowerCase().replaceAll('_', '-')}`,
        title: titles[options.status] ?? 'Error',
        status: options.status,
        detail: options.detail,
        code: options.code,
        ...(options.reasons === undefined ? {} : { reasons: options.reasons }),
    };
}

/** What the desk refused. */
export function refusalProblem(refusal: Refusal): Problem {
    return problem({
        status: refusal.status,
        code: refusal.code,
        detail: refusal.detail,
        ...(refusal.reasons === undefined ? {} : { reasons: refusal.reasons }),
    });
}

/** Thrown inside a route to end it with a problem. */
export class ProblemError extends Error {
    readonly problem: Problem;

    constructor(of: Problem) {
        super(of.code);
        this.name = 'ProblemError';
        this.problem = of;
    }
}
