/**
 * Ending: what a command says about an error and which exit code it ends with.
 *
 * 0 ok, 64 usage, 74 input and output, 78 configuration, 1 anything else (sysexits).
 */
import { type Fault, faultOf } from '../ports/fault.ts';
import { exitCodes } from './command-io.ts';

export interface Ending {
    readonly code: number;
    /** What is written to standard error; ends with a line end. */
    readonly text: string;
}

/** The ending for anything thrown. A fault is a sentence, a bug a stack. */
export function endingOf(thrown: unknown): Ending {
    const fault = faultOf(thrown);
    if (fault !== undefined) return { code: codeOf(fault), text: `${sentenceOf(fault)}\n` };
    const errno = (thrown as NodeJS.ErrnoException | undefined)?.code;
    if (typeof errno === 'string' && /^E[A-Z0-9]+$/.test(errno) && thrown instanceof Error) {
        return { code: exitCodes.io, text: `till: ${thrown.message}\n` };
    }
    return {
        code: exitCodes.other,
        text: `till: this is a mistake of the program:\n${thrown instanceof Error ? thrown.stack : String(thrown)}\n`,
    };
}

function codeOf(fault: Fault): number {
    if (fault.kind === 'config') return exitCodes.config;
    return fault.kind === 'storage' ? exitCodes.io : exitCodes.other;
}

/** All problems of a configuration stand before the sentence that sums them up. */
function sentenceOf(fault: Fault): string {
    const problems = fault.facts.problems;
    return typeof problems === 'string' ? `${problems}\n${fault.message}` : `till: ${fault.message} (${fault.code})`;
}
