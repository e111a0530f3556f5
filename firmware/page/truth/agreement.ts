/**
 * Agreement: whether the kiosk's journal and the gateway's ledger keep the same money at this moment (design R10). Pure.
 *
 * Rules: they may differ while a sale is open or the kiosk has no power, since one side learns of money before the other: that is being
 * settled. Afterwards a difference is a difference. Where they cannot be compared now, nothing is said about now: what was found before
 * is told as what was found before.
 */
import { money } from '../telling.ts';
import type { Comparison } from '../wire.ts';

export interface Agreement {
    readonly standing: 'agree' | 'settling' | 'differ' | 'unknown';
    readonly word: string;
    readonly sentence: string;
    readonly tone: 'good' | 'wait' | 'bad' | 'plain';
}

/** How long a difference without an open sale may be the delay between two streams. */
export const graceMs = 6000;

export interface Standing {
    readonly comparison: Comparison | undefined;
    /** Why they cannot be compared now, in a sentence; `comparison` is then an earlier one. */
    readonly missing?: string | undefined;
    readonly powered: boolean;
    readonly openSales: number;
    readonly reviewSales: number;
    /** For how long the two have differed without a break. */
    readonly differsForMs: number;
}

export const notYet = 'Journal and ledger have not been compared yet.';

const agrees = (comparison: Comparison) => comparison.agrees && comparison.keptTwice.length === 0;

export function agreementOf(standing: Standing): Agreement {
    const { comparison, missing } = standing;
    if (comparison === undefined || missing !== undefined) {
        const before = comparison === undefined ? '' : ` When they were last compared, they ${agrees(comparison) ? 'agreed' : 'differed'}.`;
        return { standing: 'unknown', tone: 'plain', word: 'not compared', sentence: `${missing ?? notYet}${before}` };
    }
    const kept = comparison.totals.map((total) => money({ currency: total.currency, value: total.journal })).join(' and ');
    if (agrees(comparison)) {
        const count = comparison.payments === 1 ? 'One payment was' : `${comparison.payments} payments were`;
        return {
            standing: 'agree',
            tone: 'good',
            word: 'the books agree',
            sentence:
                comparison.payments === 0
                    ? 'No money has moved on either side.'
                    : `${count} compared, one by one: both sides keep ${kept === '' ? 'nothing' : kept}, to the cent.`,
        };
    }
    const many = comparison.differences.length === 1 ? 'One payment stands' : `${comparison.differences.length} payments stand`;
    if (comparison.keptTwice.length === 0) {
        const settling = (sentence: string): Agreement => ({ standing: 'settling', tone: 'wait', word: 'being settled', sentence });
        if (!standing.powered) return settling(`${many} open: the kiosk has no power, and settles as soon as it has it again.`);
        if (standing.openSales > 0) return settling(`${many} open: a sale is under way, and is asked about until both sides say the same.`);
        if (standing.differsForMs < graceMs) return settling(`${many} open: one side has just heard of it.`);
        if (standing.reviewSales > 0) return settling(`${many} open: a case is on the operator’s list, and a person decides it.`);
    }
    return {
        standing: 'differ',
        tone: 'bad',
        word: 'the books differ',
        sentence:
            comparison.keptTwice.length > 0
                ? 'A sale keeps more than one payment: a customer has paid twice.'
                : `${many} differently in journal and ledger, and nothing is under way that would settle it.`,
    };
}
