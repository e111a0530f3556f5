/** Faults of the stage that a person can do something about. */
import { Fault } from '../../firmware/ports/fault.ts';

/** @param detail one sentence: what was wrong with the request, and what is right. */
export function badRequest(detail: string): Fault {
    return new Fault({ code: 'STAGE_REQUEST', kind: 'protocol', message: detail });
}
