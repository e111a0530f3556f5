/**
 * Timing: every wait of the till with its default and its bounds. The keys are the fields of `Timing` in firmware/sale/world.ts,
 * which a test compares.
 *
 * Source: design §3 "Timing", protocol §8. Bounds are wide, because tests shorten what a shop would not.
 */
import * as v from 'valibot';
import { duration, readDurationMs } from './values.ts';

interface Wait {
    readonly default: string;
    readonly min: string;
    readonly max: string;
    readonly description: string;
}
interface Waits {
    readonly default: readonly string[];
    readonly min: string;
    readonly max: string;
    readonly description: string;
}

const single = {
    paymentCodeExpiry: {
        default: '90s',
        min: '1s',
        max: '10m',
        description: 'Payment code: how long the gateway may still take the money after a scan (`paymentExpiryTime`).',
    },
    paymentCodeAnswer: { default: '10s', min: '50ms', max: '1m', description: 'Payment code: time for the whole answer of `pay`.' },
    paymentCodeFirstInquiry: {
        default: '5s',
        min: '20ms',
        max: '1m',
        description: 'Payment code: when the first inquiry follows a `pay` that has not been answered.',
    },
    paymentCodeInquiry: { default: '3s', min: '20ms', max: '1m', description: 'Payment code: pause between inquiries.' },
    paymentCodeLimit: {
        default: '60s',
        min: '100ms',
        max: '10m',
        description: 'Payment code: after how long without a result the payment is cancelled.',
    },
    orderCodeExpiry: { default: '3m', min: '1s', max: '25m', description: 'Order code: how long the code on the screen may be paid.' },
    entryCodeExpiry: { default: '3m', min: '1s', max: '25m', description: "Entry code: how long the wallet's cashier may be paid." },
    orderCodeFirstInquiry: { default: '5s', min: '20ms', max: '1m', description: 'Order and entry code: when the first inquiry is made.' },
    orderCodeInquiry: { default: '4s', min: '20ms', max: '1m', description: 'Order and entry code: pause between inquiries.' },
    requestAnswer: { default: '10s', min: '50ms', max: '1m', description: 'Time for the whole answer of any other request.' },
    cancelBackoff: {
        default: '30s',
        min: '50ms',
        max: '1h',
        description: 'First pause between cancels after `cancelRetry` is used up; it grows.',
    },
    cancelBackoffMax: { default: '5m', min: '50ms', max: '6h', description: 'Longest pause between cancels; they go on for ever.' },
    refundBackoffMax: {
        default: '5m',
        min: '50ms',
        max: '6h',
        description: 'Longest pause between tries of one refund; they go on for ever.',
    },
    missingGrace: {
        default: '60s',
        min: '100ms',
        max: '1h',
        description: 'How long after its expiry a payment that the gateway never saw is looked at for the last time.',
    },
    blankMargin: {
        default: '5s',
        min: '0ms',
        max: '1m',
        description: "How long before its expiry an order code leaves the screen, on top of the panel's refresh time.",
    },
    barrier: { default: '5s', min: '50ms', max: '1m', description: 'How long a cancel or a `pay` waits for the screen to be blank.' },
    patience: { default: '2m', min: '200ms', max: '1h', description: 'How long a customer may take before the first payment.' },
    retryPatience: { default: '45s', min: '200ms', max: '1h', description: 'How long a customer may take after a refused payment.' },
    codeReuse: { default: '10m', min: '0ms', max: '1d', description: 'How long a used payment code is refused after its payment ended.' },
    farewell: { default: '8s', min: '0ms', max: '2m', description: 'How long the last screen of a sale stands.' },
    attention: {
        default: '30s',
        min: '100ms',
        max: '10m',
        description: 'How long somebody may look at the goods, and how long a chosen language stays, while no key is pressed.',
    },
    presence: {
        default: '60s',
        min: '200ms',
        max: '10m',
        description: 'Entry code with a dispenser: how long a customer has to prove to stand at the machine.',
    },
    delivery: { default: '2m', min: '100ms', max: '30m', description: 'Longest movement of a delivery; after it the outcome is unknown.' },
    recallRetry: {
        default: '1s',
        min: '20ms',
        max: '1m',
        description: 'Pause before a dispenser is asked again what it remembers of a movement that nobody saw end.',
    },
    blocked: { default: '15m', min: '100ms', max: '1d', description: 'How long a gateway that refuses this merchant is left alone.' },
    alertAfter: {
        default: '10m',
        min: '0ms',
        max: '7d',
        description: 'How long money may be on its way back before the operator is told.',
    },
} as const satisfies Readonly<Record<string, Wait>>;

const lists = {
    orderCodeRetry: {
        default: ['500ms', '1s'],
        min: '20ms',
        max: '1m',
        description: 'Order and entry code: pauses before a `pay` that brought no code is asked again; then it is cancelled.',
    },
    lastInquiry: {
        default: ['2s', '2s'],
        min: '20ms',
        max: '1m',
        description:
            'Order and entry code: pauses between the last inquiries after expiry, while they are not answered; then it is cancelled.',
    },
    cancelRetry: { default: ['2s', '3s', '3s', '5s', '5s'], min: '20ms', max: '10m', description: 'Pauses between the first cancels.' },
    refundRetry: { default: ['2s', '5s', '10s', '30s'], min: '20ms', max: '1h', description: 'Pauses between tries of one refund.' },
    refundAgain: {
        default: ['1m', '5m', '30m', '2h', '6h'],
        min: '50ms',
        max: '7d',
        description: 'Pauses before a refund is asked again under a new id; the last repeats.',
    },
    probe: {
        default: ['2s', '5s', '10s', '30s', '60s'],
        min: '20ms',
        max: '1h',
        description: 'Pauses between probes of an unreachable gateway; the last repeats.',
    },
    alertRetry: {
        default: ['5s', '30s', '2m', '10m', '1h'],
        min: '20ms',
        max: '1d',
        description: 'Pauses between tries to send an alert; the last repeats.',
    },
} as const satisfies Readonly<Record<string, Waits>>;

function wait(of: Wait) {
    return v.optional(duration({ description: of.description, minMs: writtenMs(of.min), maxMs: writtenMs(of.max) }), of.default);
}

function waits(of: Waits) {
    const each = duration({ description: 'One pause.', minMs: writtenMs(of.min), maxMs: writtenMs(of.max) });
    const sentence = 'must be a list of 1 to 20 durations, such as [2s, 5s, 30s].';
    const list = v.pipe(
        v.array(each, sentence),
        v.minLength(1, sentence),
        v.maxLength(20, sentence),
        v.description(`${of.description} Each from ${of.min} to ${of.max}.`),
    );
    return v.optional(list, [...of.default]);
}

/** A bound of the tables above; a bound that cannot be read is a mistake of this file. */
function writtenMs(written: string): number {
    const ms = readDurationMs(written);
    if (ms === undefined) throw new Error(`"${written}" is no duration`);
    return ms;
}

type SingleKey = keyof typeof single;
type ListKey = keyof typeof lists;
type TimingEntries = { [Key in SingleKey]: ReturnType<typeof wait> } & { [Key in ListKey]: ReturnType<typeof waits> };

/** The entries of the `timing:` block. */
export const timingEntries = {
    ...Object.fromEntries(Object.entries(single).map(([key, of]) => [key, wait(of)])),
    ...Object.fromEntries(Object.entries(lists).map(([key, of]) => [key, waits(of)])),
} as TimingEntries;
