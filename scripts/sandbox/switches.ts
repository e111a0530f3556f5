/**
 * Switches: what the sandbox guesses, or lets a person choose, about a gateway whose documents are silent (protocol §18).
 *
 * Every switch can be set in the configuration and, while it runs, over the admin API.
 */
import * as v from 'valibot';

const count = (top: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(top));
const said = <Schema extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(schema: Schema, text: string) =>
    v.pipe(schema, v.description(text));

export const triggerNames = [
    '9901',
    '9902',
    '9903',
    '9904',
    '0000',
    '0001',
    '0002',
    '0003',
    '0004',
    '0005',
    '0006',
    '0007',
    '0008',
    '0009',
    '0010',
    '0011',
] as const;
export type TriggerName = (typeof triggerNames)[number];

/** The switches without defaults: what the admin API accepts as a change. */
export const switchEntries = {
    strict: said(v.boolean(), 'Enforce every required field of protocol §4.1, URL-encoded signatures and HTTPS notification addresses.'),
    tombstoneAfterCancel: said(v.boolean(), 'A cancel of an unknown id closes that id: a late pay is refused with ORDER_IS_CLOSED.'),
    cancelUnknown: said(v.picklist(['F', 'S']), 'What a cancel of an unknown id answers: F ORDER_NOT_EXIST, or the older S.'),
    cancelFailed: said(v.picklist(['S', 'F']), 'What a cancel of a failed payment answers: S, or F ORDER_STATUS_INVALID.'),
    expiredShows: said(v.picklist(['FAIL', 'CANCELLED']), 'The paymentStatus of an expired order.'),
    notifyFailures: said(v.boolean(), 'Send notifyPayment for failed payments too.'),
    requestTimeToleranceMs: said(count(86_400_000), 'How far Request-Time may be from the clock; 0 turns the check off.'),
    responseTime: said(v.picklist(['virtual', 'system']), 'Whether Response-Time follows the virtual clock or the system.'),
    signAuthErrors: said(v.boolean(), 'Sign the answers that refuse a client, a key or a signature.'),
    inFlightDuplicates: said(v.boolean(), 'A pay whose twin is not answered yet gets U PAYMENT_IN_PROCESS.'),
    unknownCodes: said(
        v.picklist(['refuse', 'accept']),
        'A plausible payment code that no wallet showed: INVALID_PAYMENT_CODE, or taken from a nameless wallet.',
    ),
    triggersOff: said(v.array(v.picklist(triggerNames)), 'Amounts and code endings that select no script.'),
    pendingInquiries: said(count(1000), 'Code ending 0001: after how many inquiries the payment succeeds.'),
    slowTriggerMs: said(count(600_000), 'Code ending 0011: how long the payment takes.'),
    orderCodeExpiryMs: said(count(86_400_000), 'Expiry of an order or entry code whose pay names none.'),
    paymentCodeExpiryMs: said(count(86_400_000), 'Expiry of a payment-code payment whose pay names none.'),
    codeValidityMs: said(count(86_400_000), 'How long a payment code shown by a wallet is valid.'),
    partialRefunds: said(v.boolean(), 'false: a refund of less than the payment gets PARTIAL_REFUND_NOT_SUPPORTED.'),
    multipleRefunds: said(v.boolean(), 'false: a second refund gets MULTIPLE_REFUNDS_NOT_SUPPORTED.'),
    refundWindowDays: said(count(3650), 'Days after the payment in which it may be refunded.'),
    merchantBalance: said(
        v.record(v.string(), v.pipe(v.string(), v.regex(/^-?\d+$/))),
        'Minor units by currency that the merchant had before; a refund beyond balance and takings gets MERCHANT_BALANCE_NOT_ENOUGH. A currency that is absent has no limit.',
    ),
    merchantStatus: said(
        v.picklist(['active', 'frozen', 'denied', 'no-contract']),
        'active, or: INVALID_MERCHANT_STATUS, ACCESS_DENIED, INVALID_CONTRACT.',
    ),
    requireRegistration: said(v.boolean(), 'A pay of an unregistered merchant gets MERCHANT_NOT_REGISTERED.'),
    registrationApprovalMs: said(v.nullable(count(864_000_000)), 'How long a registration stays PENDING; null leaves it to the admin API.'),
    rateLimitPerSecond: said(count(1_000_000), 'More requests of a client in a second get U REQUEST_TRAFFIC_EXCEED_LIMIT; 0 turns it off.'),
    lateNotifies: said(v.boolean(), 'Money that is taken late and returned at once is notified as a success.'),
    resend: said(v.boolean(), 'Send a notification again that was not acknowledged (the real sandbox does not).'),
    timeScale: said(
        v.pipe(v.number(), v.minValue(0.001), v.maxValue(1_000_000)),
        'How many times faster than written the notification schedule runs.',
    ),
    ackTimeoutMs: said(count(120_000), 'How long a notification waits for its acknowledgement.'),
    notifyAnywhere: said(v.boolean(), 'Send notifications to addresses that are not loopback.'),
};

const defaults = {
    strict: true,
    tombstoneAfterCancel: true,
    cancelUnknown: 'F',
    cancelFailed: 'S',
    expiredShows: 'FAIL',
    notifyFailures: false,
    requestTimeToleranceMs: 0,
    responseTime: 'virtual',
    signAuthErrors: true,
    inFlightDuplicates: true,
    unknownCodes: 'refuse',
    triggersOff: [],
    pendingInquiries: 3,
    slowTriggerMs: 20_000,
    orderCodeExpiryMs: 180_000,
    paymentCodeExpiryMs: 600_000,
    codeValidityMs: 60_000,
    partialRefunds: true,
    multipleRefunds: true,
    refundWindowDays: 365,
    merchantBalance: {},
    merchantStatus: 'active',
    requireRegistration: false,
    registrationApprovalMs: 5000,
    rateLimitPerSecond: 0,
    lateNotifies: true,
    resend: true,
    timeScale: 1,
    ackTimeoutMs: 5000,
    notifyAnywhere: false,
} satisfies { [Name in keyof typeof switchEntries]: v.InferOutput<(typeof switchEntries)[Name]> };

export type Switches = { -readonly [Name in keyof typeof switchEntries]: v.InferOutput<(typeof switchEntries)[Name]> };

/** A change of some switches; unknown names are errors. */
export const switchChange = v.partial(v.strictObject(switchEntries));
export type SwitchChange = v.InferOutput<typeof switchChange>;

export function switchesOf(change: SwitchChange): Switches {
    const switches: Switches = { ...(defaults as Switches) };
    applySwitches(switches, change);
    return switches;
}

export function applySwitches(switches: Switches, change: SwitchChange): void {
    for (const [name, value] of Object.entries(change)) {
        if (value !== undefined) Object.assign(switches, { [name]: value });
    }
}
