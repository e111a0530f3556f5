/**
 * Telling: a record of the journal as a person would say it. Pure.
 *
 * Rules: nothing secret is in a record, so nothing secret is told; a type that is not known here is told by its name.
 */
import type { Amount } from '../ports/amount.ts';
import type { LeaveReason, TillEvent } from '../sale/events.ts';
import { exponentOf } from '../sale/money.ts';

/** As much of a journal record as is told. */
export interface ToldRecord {
    readonly type: string;
    readonly [field: string]: unknown;
}

/** `2.20 EUR` */
export function money(amount: Amount): string {
    const exponent = exponentOf(amount.currency) ?? 2;
    const digits = amount.value.padStart(exponent + 1, '0');
    const whole = digits.slice(0, digits.length - exponent);
    return `${exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`} ${amount.currency}`;
}

const modes = { 'payment-code': "the customer's code", 'order-code': 'an order code', 'entry-code': "the wallet's cashier" } as const;
const ways = { answer: "the gateway's answer", inquiry: 'an inquiry', notification: 'a signed notification' } as const;

const reasons: Readonly<Record<string, string>> = {
    'scanned-instead': 'the customer showed a code instead',
    'customer-left': 'the customer has left',
    restart: 'the till was started anew',
    limit: 'nobody knew the outcome in time',
    expired: 'its time is over',
    revoked: 'the till cannot deliver any more',
    'give-back': 'the money goes back',
    'late-success': 'a success came too late',
    'no-code': 'no order code came',
    'refused-inquiry': 'the gateway refuses to tell how it stands',
    'wrong-amount': 'it is not the amount that was asked',
    'last-look': 'its time is over, and it is looked at once more',
    'used-before': 'the code was used before',
    'not-a-wallet': 'it is no code of a wallet',
    'not-ready': 'the till cannot sell now',
};
const reasonOf = (reason: string) => reasons[reason] ?? reason.replaceAll('-', ' ');

/** Why a customer is not waited for any more. */
const leaves: Readonly<Record<LeaveReason, string>> = {
    cancelled: 'The sale was cancelled, and the machine is free for the next customer.',
    timeout: 'The time to pay is over, and the machine is free for the next customer.',
    tries: 'All tries to pay are used up, and the machine is free for the next customer.',
    declined: 'It was declined and cannot be tried again; the machine is free for the next customer.',
    'not-ready': 'The machine cannot sell now, so nobody is asked to pay.',
    stopping: 'The till is stopping, so nobody is asked to pay.',
    restart: 'After the restart nobody is taken to stand there any more.',
    'no-proof': 'Whether money moved cannot be proved yet, so nobody is asked to pay again. It stays watched.',
    settled: 'Nothing more is to be done at the machine, and it is free for the next customer.',
};

/** Why an answer was not believed, or that there was none. */
function disbelief(reason: string): string {
    const status = /^http-(\d+)$/.exec(reason)?.[1];
    if (status !== undefined) return `An error page came instead of an answer (${status})`;
    if (/^(E[A-Z_]+|cut-off|connection-died|connect-timeout)$/.test(reason)) return 'The connection broke before an answer came';
    if (reason === 'timeout') return 'No answer came in time';
    if (reason === 'bad-signature' || reason === 'unreadable-signature' || reason.startsWith('unsigned'))
        return 'An answer came that the gateway has not signed';
    return `No answer came that could be believed (${reason})`;
}

const ends = {
    delivered: 'sold',
    refunded: 'the money is back, all of it',
    cancelled: 'cancelled, no money was taken',
    declined: 'declined',
    review: 'a person must look at it',
} as const;

/** One record in plain words, without its number and time. */
export function told(record: ToldRecord): string {
    const event = record as unknown as TillEvent;
    switch (event.type) {
        case 'started':
            return `The till starts, version ${event.version}. Whatever was open is settled from here.`;
        case 'stopped':
            return 'The till stops in order.';
        case 'saleOpened':
            return `A sale of ${event.items.map((item) => item.name.en ?? item.slot).join(', ') || 'an amount'} for ${money(event.amount)} begins${event.origin === 'entry' ? ' on the entry page' : ''}.`;
        case 'presenceConfirmed':
            return 'The customer stands at the machine.';
        case 'paymentIntended':
            return `About to ask ${money(event.amount)} by ${modes[event.mode]}; nothing is sent before this line is on disk.`;
        case 'paymentAsked':
            return 'The gateway is being asked.';
        case 'codeIssued':
            return 'The gateway issued the order code that the screen shows.';
        case 'redirectIssued':
            return 'The gateway named the cashier that the wallet goes on to.';
        case 'paymentPending':
            return `The payment is under way (${event.resultCode}).`;
        case 'paymentUnknown':
            return `${disbelief(event.reason)}: the payment is unknown, and will be asked about.`;
        case 'paymentPaid':
            return `Paid: ${money(event.amount)}, by ${ways[event.via]}.`;
        case 'paymentDeclined':
            return `Declined by the ${event.by} (${event.resultCode}).`;
        case 'offerEnded':
            return `The order code leaves the screen: ${reasonOf(event.reason)}.`;
        case 'cancelIntended':
            return `About to cancel the payment: ${reasonOf(event.reason)}.`;
        case 'cancelRefused':
            return `The cancel was refused (${event.resultCode}).`;
        case 'stillMissing':
            return 'The gateway says once more that it never saw the payment.';
        case 'paymentCancelled':
            return 'The gateway confirms the cancel: nothing is kept of this payment.';
        case 'lateSuccess':
            return 'A success came after the end; it is looked into.';
        case 'lateSettled':
            return 'The late success is settled already.';
        case 'amountDiffers':
            return `The gateway took ${money(event.amount)}, which is not what was asked.`;
        case 'deliveryIntended':
            return `About to turn the motor of slot ${event.slot}.`;
        case 'deliveryEnded':
            return event.outcome === 'delivered'
                ? `Slot ${event.slot} gave its item (${event.detail}).`
                : `Slot ${event.slot}: ${event.outcome === 'failed' ? 'nothing came out' : 'nobody knows what came out'} (${event.detail}).`;
        case 'deliveryJudged':
            return `By the configured policy: ${event.decision}.`;
        case 'refundIntended':
            return `About to give ${money(event.amount)} back.`;
        case 'refundPending':
            return 'The refund is under way.';
        case 'refundRefused':
            return `The refund was refused (${event.resultCode}).`;
        case 'refundConfirmed':
            return 'The gateway confirms: the money is back.';
        case 'refundFailed':
            return `The refund failed for good (${event.resultCode}); next: ${event.next}.`;
        case 'customerLeft':
            return leaves[event.reason] ?? `The customer is gone: ${reasonOf(event.reason)}.`;
        case 'scanRefused':
            return `A scan was refused: ${reasonOf(event.reason)}.`;
        case 'reviewOpened':
            return `A person must look at it: ${reasonOf(event.reason)}.`;
        case 'saleResolved':
            return `${event.by} resolved it: ${event.decision}.`;
        case 'saleEnded':
            return `The sale ends: ${ends[event.state]}.`;
        case 'saleReopened':
            return 'Late news: the sale is opened again.';
        case 'strayMoney':
            return 'Money came for a payment that this till does not know.';
        case 'registrationNotified':
            return `Registration ${event.registrationRequestId}: ${event.status}.`;
        case 'serviceBlocked':
            return `The gateway refuses this merchant (${event.resultCode}).`;
        case 'serviceTried':
            return 'The gateway is tried again.';
        case 'alertRaised':
            return `Alarm: ${event.detail}`;
        case 'alertSent':
            return 'The alarm has left the machine.';
        default:
            return (event as { type: string }).type;
    }
}

/** What a record is about, for its colour: good news, bad news, or neither. */
export function moodOf(record: ToldRecord): 'good' | 'bad' | 'plain' {
    switch (record.type) {
        case 'paymentPaid':
        case 'refundConfirmed':
            return 'good';
        case 'deliveryEnded':
            return record.outcome === 'delivered' ? 'good' : 'bad';
        case 'saleEnded':
            return record.state === 'delivered' ? 'good' : record.state === 'review' ? 'bad' : 'plain';
        case 'paymentDeclined':
        case 'paymentUnknown':
        case 'refundFailed':
        case 'reviewOpened':
        case 'damaged':
            return 'bad';
        default:
            return 'plain';
    }
}

/** What a record means for the one who buys and for the money; nothing where it changes neither. */
export function meaningOf(record: ToldRecord): string | undefined {
    const event = record as unknown as TillEvent;
    switch (event.type) {
        case 'saleOpened':
            return 'Nothing has been paid yet.';
        case 'paymentIntended':
            return event.mode === 'payment-code'
                ? 'The money may move from now on; whatever happens, this line will be asked about.'
                : undefined;
        case 'codeIssued':
            return 'The customer can pay with this code until it leaves the screen.';
        case 'redirectIssued':
            return 'The customer can pay on the telephone now.';
        case 'paymentUnknown':
            return 'Nobody knows yet whether money moved, and nobody is asked to pay again before it is known.';
        case 'paymentPaid':
            return 'The money is ours, and the customer is owed the goods.';
        case 'paymentDeclined':
            return 'The customer keeps the money.';
        case 'offerEnded':
            return 'Nobody can pay with that code any more.';
        case 'cancelIntended':
            if (event.reason === 'scanned-instead') return 'Only one of the two codes may take money.';
            return event.reason === 'give-back'
                ? 'The customer gets the money back.'
                : 'From this line on nothing is handed out for this payment; if money moved, it goes back.';
        case 'paymentCancelled':
            return 'The customer has all of the money.';
        case 'lateSuccess':
            return 'The customer paid too late; the money goes back.';
        case 'deliveryIntended':
            return 'If the power went now, this line would tell that the motor may have turned.';
        case 'deliveryEnded':
            return event.outcome === 'delivered'
                ? 'The customer has the goods.'
                : event.outcome === 'failed'
                  ? 'The customer is owed the money.'
                  : 'It is settled by evidence, then by the policy.';
        case 'refundIntended':
            return 'The money is on its way back to the customer.';
        case 'refundConfirmed':
            return 'The customer has the money; the wallet decides when it shows.';
        case 'refundFailed':
            return 'The customer is still owed the money.';
        case 'reviewOpened':
            return 'The case waits in the operator’s list until a person decides.';
        case 'saleEnded':
            return {
                delivered: 'The money is kept, the goods are handed out.',
                refunded: 'No money is kept.',
                cancelled: 'No money was taken.',
                declined: 'No money was taken.',
                review: 'Money and goods wait for a person.',
            }[event.state];
        default:
            return undefined;
    }
}

/** Time of day of an ISO 8601 time, by the clock of whoever reads it: `14:03:27`. */
export function clockTime(time: string): string {
    const at = new Date(time);
    if (Number.isNaN(at.getTime())) return time;
    return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
