/** Faults: how a demonstration can fail, each in one sentence that says what to do. */
import { Fault } from '../../firmware/ports/fault.ts';

export function runningAlready(facts: { pid?: number; kiosk?: string }): Fault {
    const where = facts.kiosk === undefined ? '' : ` with its kiosk on ${facts.kiosk}`;
    const who = facts.pid === undefined ? '' : ` (process ${facts.pid})`;
    return new Fault({
        code: 'DEMO_RUNNING',
        kind: 'config',
        message: `A demonstration is already running${who}${where}: use that one, or stop it with Ctrl-C in its terminal and start again.`,
        facts: { ...(facts.pid === undefined ? {} : { pid: facts.pid }) },
    });
}

export function processEnded(facts: { name: string; code: string; log: string; said: string }): Fault {
    const said = facts.said === '' ? '' : ` Its last words: ${facts.said}`;
    return new Fault({
        code: 'DEMO_PROCESS_ENDED',
        kind: 'bug',
        message: `The ${facts.name} ended by itself (${facts.code}); ${facts.log} has all that it said.${said}`,
        facts: { name: facts.name },
    });
}

export function tooLate(facts: { what: string; seconds: number; log: string }): Fault {
    return new Fault({
        code: 'DEMO_TOO_LATE',
        kind: 'bug',
        message: `Waited ${facts.seconds} s in vain until ${facts.what}; see ${facts.log}.`,
        facts: { what: facts.what },
    });
}

/** Something went otherwise than the demonstration promises. */
export function wentOtherwise(sentence: string): Fault {
    return new Fault({ code: 'DEMO_WENT_OTHERWISE', kind: 'bug', message: sentence });
}

/** Thrown through everything that is under way when a person stops the demonstration. */
export class Stopped extends Error {}
