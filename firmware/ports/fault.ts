/**
 * Fault: the one error that Tillbox throws for what is broken outside its own code (style: outcome, fault, bug).
 *
 * Branch on `code` and `kind`, never on the message or on `instanceof`. Every code is listed in docs/errors.md.
 */

export type FaultKind = 'config' | 'device' | 'link' | 'protocol' | 'storage' | 'bug';

/** Facts of a fault: short, printable, never a secret (payment code, key, token). */
export type FaultFacts = Readonly<Record<string, string | number | boolean>>;

export class Fault extends Error {
    readonly code: string;
    readonly kind: FaultKind;
    readonly facts: FaultFacts;

    /** @param options.code SCREAMING_SNAKE, made in one place. @param options.message one sentence that says what to do. */
    constructor(options: { code: string; kind: FaultKind; message: string; facts?: FaultFacts; cause?: unknown }) {
        super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
        this.name = 'Fault';
        this.code = options.code;
        this.kind = options.kind;
        this.facts = options.facts ?? {};
    }
}

/** The fault inside an unknown thrown value, or undefined where it is not one of ours. */
export function faultOf(thrown: unknown): Fault | undefined {
    return typeof thrown === 'object' && thrown !== null && (thrown as { name?: unknown }).name === 'Fault' ? (thrown as Fault) : undefined;
}

/** Where a `switch` over a union must never arrive: a new member without a case does not compile. */
export function unreachable(value: never): never {
    throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
