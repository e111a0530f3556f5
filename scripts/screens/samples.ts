/**
 * Samples: a state and a world for every screen that a customer can meet, folded from events as a journal would hold them. The gallery
 * draws them, tests check them.
 */
import type { TillEvent } from '../../firmware/sale/events.ts';
import { evolve } from '../../firmware/sale/evolve.ts';
import { emptyState, type Sale, type TillState } from '../../firmware/sale/state.ts';
import type { World } from '../../firmware/sale/world.ts';
import type { Screen } from '../../firmware/screens/screen.ts';
import { screenOf } from '../../firmware/screens/screen-of.ts';

export interface Sample {
    readonly name: string;
    readonly state: TillState;
    readonly world: World;
}

/** 2026-11-23 14:32:10 in Berlin. */
export const sampleTime = Date.UTC(2026, 10, 23, 13, 32, 10);
export const sampleOrderCode = 'https://gqr.alipay.com/281017040012rqWv0ch7G7Q5AZ5AZJOv4Igf';
export const sampleEntryUrl = 'https://pay.example.com/e/kiosk-01';
const saleId = '01K0SALE9X2M4T7Q8R5W6Y3Z1A';
const online = { state: 'online', reason: '' } as const;

const names = {
    A1: {
        en: 'Still water',
        de: 'Stilles Wasser',
        fr: 'Eau plate',
        es: 'Agua sin gas',
        'zh-Hans': '矿泉水',
        ja: '天然水',
        ko: '생수',
        th: 'น้ำเปล่า',
        ms: 'Air mineral',
    },
    A2: {
        en: 'Apple juice',
        de: 'Apfelsaft',
        fr: 'Jus de pomme',
        es: 'Zumo de manzana',
        'zh-Hans': '苹果汁',
        ja: 'りんごジュース',
        ko: '사과 주스',
        th: 'น้ำแอปเปิล',
        ms: 'Jus epal',
    },
    B1: {
        en: 'Hazelnut bar',
        de: 'Haselnussriegel',
        fr: 'Barre aux noisettes',
        es: 'Barrita de avellana',
        'zh-Hans': '榛子巧克力棒',
        ja: 'ヘーゼルナッツバー',
        ko: '헤이즐넛 바',
        th: 'ขนมแท่งเฮเซลนัต',
        ms: 'Bar hazelnut',
    },
} as const;

export function sampleWorld(over: { policy?: Partial<World['policy']> } & Partial<Omit<World, 'policy'>> = {}): World {
    const { policy, ...rest } = over;
    return {
        policy: {
            kiosk: 'kiosk-01',
            currency: 'EUR',
            modes: ['payment-code', 'order-code', 'entry-code'],
            catalog: {
                A1: { name: names.A1, price: '150' },
                A2: { name: names.A2, price: '220' },
                B1: { name: names.B1, price: '180' },
            },
            dispenses: true,
            scans: true,
            shows: true,
            entry: { min: '100', max: '50000', openMax: 5 },
            triesMax: 3,
            description: 'Corner Stand',
            doubt: { refundBelow: '500', perSlotDay: 2, perDay: 5 },
            goodwill: '500',
            displayRefreshMs: 1_000,
            entryUrl: sampleEntryUrl,
            locale: 'en',
            locales: ['en', 'de', 'fr', 'es', 'zh-Hans', 'ja', 'ko', 'th', 'ms'],
            touch: false,
            timeZone: 'Europe/Berlin',
            sellerName: 'Corner Stand',
            // No screen depends on a wait.
            timing: {} as World['policy']['timing'],
            ...policy,
        },
        clock: { trusted: true, reason: '' },
        journalWritable: true,
        journalLow: false,
        gateway: { standing: 'reachable', reason: '' },
        devices: { scanner: online, display: online, dispenser: online },
        slots: { A1: { ready: true, reason: '' }, A2: { ready: true, reason: '' }, B1: { ready: true, reason: '' } },
        glass: { faulty: false },
        barrierOver: [],
        stopping: false,
        locale: policy?.locale ?? 'en',
        ...rest,
    };
}

/** Events about the one sale of a sample; `saleId`, `at` and a payment's usual fields are filled in. */
type Told = { readonly type: TillEvent['type'] } & Readonly<Record<string, unknown>>;

export function sampleState(...told: readonly Told[]): TillState {
    return told.reduce<TillState>((state, event) => evolve(state, { saleId, at: sampleTime, ...event } as unknown as TillEvent), {
        ...emptyState,
        boot: 'sample',
    });
}

const amount = { currency: 'EUR', value: '370' };

export function opened(over: Readonly<Record<string, unknown>> = {}): Told {
    return {
        type: 'saleOpened',
        claim: '7F3K2QM',
        origin: 'customer',
        amount,
        items: [
            { slot: 'A1', name: names.A1, price: '150' },
            { slot: 'A2', name: names.A2, price: '220' },
        ],
        delivers: true,
        ...over,
    };
}

/** A payment with an id, intended and asked. */
export function asked(paymentRequestId: string, mode: 'payment-code' | 'order-code' | 'entry-code', of = amount): readonly Told[] {
    const lifetimeMs = mode === 'payment-code' ? 90_000 : 180_000;
    return [
        {
            type: 'paymentIntended',
            paymentRequestId,
            mode,
            amount: of,
            expiresAt: sampleTime + lifetimeMs,
            lifetimeMs,
            description: 'Corner Stand',
        },
        { type: 'paymentAsked', paymentRequestId },
    ];
}

export const codeIssued: Told = { type: 'codeIssued', paymentRequestId: 'order1', code: sampleOrderCode };
export const scannedPaid: readonly Told[] = [
    ...asked('scan1', 'payment-code'),
    { type: 'paymentPaid', paymentRequestId: 'scan1', paymentId: '2026112319401080010018', amount, via: 'answer' },
];

export function delivery(index: number, slot: string, outcome?: 'delivered' | 'failed' | 'unknown'): readonly Told[] {
    const intended: Told = { type: 'deliveryIntended', deliveryId: `d${index}`, index, slot };
    return outcome === undefined ? [intended] : [intended, { type: 'deliveryEnded', index, slot, outcome, grade: 'seen', detail: '' }];
}

/** The world after a sale has left: nothing in the state, the sale in `farewell`. */
function gone(name: string, told: readonly Told[], end: Partial<Sale> = {}, policy: Partial<World['policy']> = {}): Sample {
    const sale = sampleState(...told).sales[saleId];
    if (sale === undefined) throw new Error('a sample must be about the sample sale');
    return { name, state: sampleState(), world: sampleWorld({ policy, farewell: { ...sale, customerHere: false, ...end } }) };
}

const contact = { name: 'Corner Stand', phone: '+49 30 901820' } as const;
const reviewTold: readonly Told[] = [
    opened(),
    ...scannedPaid,
    ...delivery(0, 'A1', 'unknown'),
    ...delivery(1, 'A2', 'delivered'),
    { type: 'reviewOpened', reason: 'delivery-unknown' },
];
const three = opened({
    amount: { currency: 'EUR', value: '550' },
    items: (['A1', 'A2', 'B1'] as const).map((slot, index) => ({ slot, name: names[slot], price: ['150', '220', '180'][index] })),
});
const entryOpened = opened({
    saleId: '01K0ENTRYB8C7D6E5F4G3H2J1K',
    origin: 'entry',
    amount: { currency: 'EUR', value: '180' },
    items: [{ slot: 'B1', name: names.B1, price: '180' }],
    token: 'token',
    presenceNumber: '47',
});
const { saleId: _entrySale, presenceNumber: _number, ...plainEntry } = entryOpened as Told & { presenceNumber?: string };
const entryUnderWay: Told = { ...plainEntry, saleId: '01K0ENTRYB8C7D6E5F4G3H2J1K', type: 'saleOpened' };
const gaveBack = { type: 'cancelIntended', paymentRequestId: 'scan1', reason: 'give-back' } as const;
const refund = {
    paymentRequestId: 'scan1',
    refundRequestId: 'r1',
    paymentId: '2026112319401080010018',
    reason: 'not delivered',
    by: 'till',
} as const;

export function samples(): readonly Sample[] {
    const world = sampleWorld();
    const touched = sampleWorld({ policy: { touch: true } });
    const scannerOff = { scanner: { state: 'offline', reason: '' }, display: online, dispenser: online } as const;
    const stand = sampleWorld({ policy: { dispenses: false }, devices: { scanner: online, display: online } });
    return [
        { name: 'starting', state: sampleState(), world: sampleWorld({ gateway: { standing: 'unproven', reason: '' } }) },
        { name: 'idle', state: sampleState(), world },
        {
            name: 'idle-with-panel',
            state: sampleState(),
            world: sampleWorld({ devices: { scanner: online, display: online, dispenser: online, panel: online } }),
        },
        { name: 'idle-stand', state: sampleState(), world: stand },
        { name: 'idle-no-entry', state: sampleState(), world: sampleWorld({ policy: { dispenses: false, modes: ['payment-code'] } }) },
        { name: 'idle-touch', state: sampleState(), world: touched },
        { name: 'idle-none', state: sampleState(), world: sampleWorld({ slots: { A1: { ready: false, reason: 'empty' } } }) },
        { name: 'idle-scanner-off', state: sampleState(), world: sampleWorld({ devices: scannerOff }) },
        {
            name: 'choose',
            state: sampleState(),
            world: sampleWorld({ policy: { touch: true, modes: ['payment-code', 'order-code'] } }),
        },
        { name: 'choose-begun', state: sampleState(), world: { ...touched, choosing: true, attention: 1 } },
        {
            name: 'choose-panel',
            state: sampleState(),
            world: sampleWorld({ devices: { scanner: online, display: online, dispenser: online, panel: online }, choosing: true }),
        },
        { name: 'idle-beside', state: sampleState(entryUnderWay), world },
        { name: 'pay-both', state: sampleState(opened(), ...asked('order1', 'order-code'), codeIssued), world },
        { name: 'pay-both-beside', state: sampleState(entryOpened, opened(), ...asked('order1', 'order-code'), codeIssued), world },
        {
            name: 'pay-preparing',
            state: sampleState(opened(), ...asked('order1', 'order-code')),
            world: sampleWorld({ policy: { modes: ['order-code'] } }),
        },
        {
            name: 'pay-order-only',
            state: sampleState(opened({ items: [], delivers: false }), ...asked('order1', 'order-code'), codeIssued),
            world: sampleWorld({ policy: { modes: ['order-code'] } }),
        },
        { name: 'pay-scan-only', state: sampleState(opened()), world: sampleWorld({ policy: { modes: ['payment-code'] } }) },
        {
            name: 'pay-scanner-off',
            state: sampleState(opened(), ...asked('order1', 'order-code'), codeIssued),
            world: sampleWorld({ devices: scannerOff }),
        },
        {
            name: 'pay-touch',
            state: sampleState(opened(), ...asked('order1', 'order-code'), codeIssued),
            world: touched,
        },
        {
            name: 'pay-scan-refused',
            state: sampleState(opened(), { type: 'scanRefused', reason: 'not-a-wallet', codeClass: 'product' }),
            world,
        },
        {
            name: 'pay-code-scan-refused',
            state: sampleState(opened(), ...asked('order1', 'order-code'), codeIssued, {
                type: 'scanRefused',
                reason: 'not-a-wallet',
                codeClass: 'wechat',
            }),
            world,
        },
        {
            name: 'pay-declined',
            state: sampleState(opened(), ...asked('scan1', 'payment-code'), {
                type: 'paymentDeclined',
                paymentRequestId: 'scan1',
                resultCode: 'USER_BALANCE_NOT_ENOUGH',
                by: 'gateway',
            }),
            world,
        },
        { name: 'presence', state: sampleState(entryOpened), world },
        { name: 'presence-touch', state: sampleState(entryOpened), world: touched },
        { name: 'reading', state: sampleState(opened(), ...asked('scan1', 'payment-code')), world },
        {
            name: 'wait-confirm',
            state: sampleState(opened(), ...asked('scan1', 'payment-code'), {
                type: 'paymentPending',
                paymentRequestId: 'scan1',
                resultCode: 'PAYMENT_IN_PROCESS',
            }),
            world,
        },
        {
            name: 'wait-unknown',
            state: sampleState(opened(), ...asked('scan1', 'payment-code'), {
                type: 'paymentUnknown',
                paymentRequestId: 'scan1',
                reason: 'timeout',
            }),
            world,
        },
        {
            name: 'wait-checking',
            state: sampleState(opened(), ...asked('order1', 'order-code'), codeIssued, {
                type: 'offerEnded',
                paymentRequestId: 'order1',
                reason: 'expired',
            }),
            world,
        },
        {
            name: 'wait-cancelling',
            state: sampleState(opened(), ...asked('scan1', 'payment-code'), {
                type: 'cancelIntended',
                paymentRequestId: 'scan1',
                reason: 'limit',
            }),
            world,
        },
        { name: 'delivering', state: sampleState(opened(), ...scannedPaid, ...delivery(0, 'A1')), world },
        { name: 'delivering-first-of-three', state: sampleState(three, ...scannedPaid, ...delivery(0, 'A1')), world },
        {
            name: 'delivering-last',
            state: sampleState(opened(), ...scannedPaid, ...delivery(0, 'A1', 'delivered'), ...delivery(1, 'A2')),
            world,
        },
        {
            name: 'delivering-part',
            state: sampleState(opened(), ...scannedPaid, ...delivery(0, 'A1', 'failed'), ...delivery(1, 'A2')),
            world,
        },
        {
            name: 'wait-delivery',
            state: sampleState(opened(), ...scannedPaid, ...delivery(0, 'A1', 'unknown'), ...delivery(1, 'A2', 'delivered')),
            world,
        },
        gone('thanks', [opened(), ...scannedPaid, ...delivery(0, 'A1', 'delivered'), ...delivery(1, 'A2', 'delivered')], {
            ended: 'delivered',
        }),
        gone('thanks-amount', [opened({ items: [], delivers: false }), ...scannedPaid], { ended: 'delivered' }),
        gone(
            'declined',
            [
                opened(),
                ...asked('scan1', 'payment-code'),
                { type: 'paymentDeclined', paymentRequestId: 'scan1', resultCode: 'RISK_REJECT', by: 'gateway' },
            ],
            { ended: 'declined', left: 'tries' },
        ),
        gone('cancelled', [opened()], { ended: 'cancelled', left: 'cancelled' }),
        gone('cancelled-timeout', [opened()], { ended: 'cancelled', left: 'timeout' }),
        gone(
            'cancelled-code-open',
            [
                opened(),
                ...asked('order1', 'order-code'),
                codeIssued,
                { type: 'cancelIntended', paymentRequestId: 'order1', reason: 'customer-left' },
            ],
            { left: 'cancelled' },
        ),
        gone(
            'code-never-came',
            [
                opened(),
                ...asked('order1', 'order-code'),
                { type: 'paymentUnknown', paymentRequestId: 'order1', reason: 'http-500' },
                { type: 'cancelIntended', paymentRequestId: 'order1', reason: 'no-code' },
            ],
            { left: 'timeout' },
        ),
        gone(
            'unsure',
            [opened(), ...asked('scan1', 'payment-code'), { type: 'paymentUnknown', paymentRequestId: 'scan1', reason: 'timeout' }],
            { left: 'timeout' },
        ),
        gone('money-back-part', [
            opened(),
            ...scannedPaid,
            ...delivery(0, 'A1', 'delivered'),
            ...delivery(1, 'A2', 'failed'),
            { type: 'refundIntended', ...refund, amount: { currency: 'EUR', value: '220' } },
        ]),
        gone(
            'money-back-part-confirmed',
            [
                opened(),
                ...scannedPaid,
                ...delivery(0, 'A1', 'delivered'),
                ...delivery(1, 'A2', 'failed'),
                { type: 'refundIntended', ...refund, amount: { currency: 'EUR', value: '220' } },
                { type: 'refundConfirmed', ...refund, via: 'answer', at: sampleTime + 60_000 },
            ],
            { ended: 'delivered' },
        ),
        gone('money-back-late', [opened(), ...scannedPaid, gaveBack]),
        gone('nothing-out', [opened(), ...scannedPaid, ...delivery(0, 'A1', 'failed'), ...delivery(1, 'A2', 'failed'), gaveBack]),
        gone(
            'nothing-out-confirmed',
            [
                opened(),
                ...scannedPaid,
                ...delivery(0, 'A1', 'failed'),
                ...delivery(1, 'A2', 'failed'),
                gaveBack,
                { type: 'paymentCancelled', paymentRequestId: 'scan1', via: 'cancel', at: sampleTime + 60_000 },
            ],
            { ended: 'refunded' },
        ),
        gone('review', reviewTold, { ended: 'review' }),
        gone('review-call', reviewTold, { ended: 'review' }, { contact }),
        { name: 'offline', state: sampleState(), world: sampleWorld({ gateway: { standing: 'unreachable', reason: '' } }) },
        { name: 'service', state: sampleState(), world: sampleWorld({ service: true }) },
        { name: 'out-refuses', state: sampleState(), world: sampleWorld({ gateway: { standing: 'refusing', reason: '' } }) },
        {
            name: 'out-contact',
            state: sampleState(),
            world: sampleWorld({
                policy: { contact },
                devices: { scanner: online, display: online, dispenser: { state: 'offline', reason: '' } },
            }),
        },
        {
            name: 'out-dispenser',
            state: sampleState(),
            world: sampleWorld({ devices: { scanner: online, display: online, dispenser: { state: 'fault', reason: 'jammed' } } }),
        },
        { name: 'out-stopping', state: sampleState(), world: sampleWorld({ stopping: true }) },
        {
            name: 'out-devices',
            state: sampleState(),
            world: sampleWorld({
                policy: { modes: ['payment-code', 'order-code'] },
                devices: { dispenser: online, scanner: { state: 'offline', reason: '' }, display: { state: 'offline', reason: '' } },
            }),
        },
    ];
}

/** The sample's screen in a language. */
export function sampleScreen(sample: Sample, locale: string): Screen {
    return screenOf(sample.state, { ...sample.world, locale });
}
