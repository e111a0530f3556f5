/** The policy and the world that the tests of the core start from: every wait as in the design, every device well. */
import type { Policy, Timing, World } from '../../../firmware/sale/world.ts';

/** Design §3 "Timing". */
export const timing: Timing = {
    paymentCodeExpiry: 90_000,
    paymentCodeAnswer: 10_000,
    paymentCodeFirstInquiry: 5_000,
    paymentCodeInquiry: 3_000,
    paymentCodeLimit: 60_000,
    orderCodeExpiry: 180_000,
    entryCodeExpiry: 180_000,
    orderCodeFirstInquiry: 5_000,
    orderCodeInquiry: 4_000,
    orderCodeRetry: [500, 1_000],
    lastInquiry: [2_000, 2_000],
    requestAnswer: 10_000,
    cancelRetry: [2_000, 3_000, 3_000, 5_000, 5_000],
    cancelBackoff: 30_000,
    cancelBackoffMax: 300_000,
    refundRetry: [2_000, 5_000, 10_000, 30_000],
    refundBackoffMax: 300_000,
    refundAgain: [60_000, 300_000, 1_800_000],
    missingGrace: 60_000,
    blankMargin: 5_000,
    barrier: 5_000,
    patience: 120_000,
    retryPatience: 45_000,
    codeReuse: 600_000,
    farewell: 8_000,
    attention: 30_000,
    presence: 60_000,
    probe: [2_000, 5_000],
    delivery: 120_000,
    recallRetry: 1_000,
    blocked: 900_000,
    alertAfter: 600_000,
    alertRetry: [5_000, 30_000],
};

export const policy: Policy = {
    kiosk: 'kiosk-01',
    currency: 'EUR',
    modes: ['payment-code', 'order-code', 'entry-code'],
    catalog: {
        A1: { name: { en: 'Water' }, price: '150' },
        A2: { name: { en: 'Juice' }, price: '250' },
        B1: { name: { en: 'Umbrella' }, price: '1200' },
    },
    dispenses: true,
    scans: true,
    shows: true,
    entry: { min: '100', max: '50000', openMax: 5 },
    triesMax: 3,
    description: 'Corner Stand',
    doubt: { refundBelow: '500', perSlotDay: 1, perDay: 2 },
    goodwill: '300',
    displayRefreshMs: 2_000,
    locale: 'en',
    locales: ['en'],
    touch: false,
    timeZone: 'Europe/Berlin',
    sellerName: 'Corner Stand',
    timing,
};

const online = { state: 'online', reason: '' } as const;
const full = { ready: true, reason: '' } as const;

export const world: World = {
    policy,
    clock: { trusted: true, reason: '' },
    journalWritable: true,
    journalLow: false,
    gateway: { standing: 'reachable', reason: '' },
    devices: { scanner: online, display: online, dispenser: online },
    slots: { A1: full, A2: full, B1: full },
    glass: { faulty: false },
    barrierOver: [],
    stopping: false,
    locale: 'en',
};

export function worldWith(change: Partial<World>, policyChange: Partial<Policy> = {}): World {
    return { ...world, ...change, policy: { ...policy, ...policyChange } };
}
