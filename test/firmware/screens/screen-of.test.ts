/** Which screen when: a table over the samples, and the rules that hold on every one of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Sale, TillState } from '../../../firmware/sale/state.ts';
import type { World } from '../../../firmware/sale/world.ts';
import type { ScreenKind } from '../../../firmware/screens/screen.ts';
import { screenOf } from '../../../firmware/screens/screen-of.ts';
import {
    asked,
    codeIssued,
    delivery,
    opened,
    type Sample,
    sampleEntryUrl,
    sampleOrderCode,
    sampleState,
    samples,
    sampleTime,
    sampleWorld,
    scannedPaid,
} from '../../../scripts/screens/samples.ts';

/** Sample → kind and the keys of its lines. */
const table: Readonly<Record<string, readonly [ScreenKind, ...string[]]>> = {
    starting: ['starting', 'starting.line', 'out.noPay'],
    idle: ['idle', 'idle.entry.goods', 'idle.wallets'],
    'idle-with-panel': ['idle', 'idle.choose', 'idle.entry.goods', 'ways.both'],
    'idle-stand': ['idle', 'idle.entry.amount', 'idle.wallets'],
    'idle-no-entry': ['idle', 'idle.ready', 'ways.scan'],
    'idle-touch': ['idle', 'idle.entry.goods', 'ways.both'],
    'idle-none': ['idle', 'idle.none'],
    'idle-scanner-off': ['idle', 'idle.entry.goods', 'idle.wallets'],
    choose: ['choose', 'choose.touch', 'ways.both'],
    'choose-begun': ['choose', 'choose.touch', 'ways.both'],
    'choose-panel': ['choose', 'choose.press', 'ways.both'],
    'idle-beside': ['idle', 'idle.entry.goods', 'idle.wallets'],
    'pay-both': ['pay', 'pay.order', 'pay.orShow'],
    'pay-both-beside': ['pay', 'pay.order', 'pay.orShow'],
    'pay-preparing': ['pay', 'pay.preparing'],
    'pay-order-only': ['pay', 'pay.order'],
    'pay-scan-only': ['pay', 'pay.show'],
    'pay-scanner-off': ['pay', 'pay.order'],
    'pay-touch': ['pay', 'pay.order', 'pay.orShow'],
    'pay-scan-refused': ['pay', 'pay.show'],
    'pay-code-scan-refused': ['pay', 'pay.order', 'pay.orShow'],
    'pay-declined': ['pay', 'pay.show'],
    presence: ['presence', 'presence.type'],
    'presence-touch': ['presence', 'presence.touch'],
    reading: ['reading', 'wait.charging', 'wait.again'],
    'wait-confirm': ['wait', 'pending.confirm', 'wait.again'],
    'wait-unknown': ['wait', 'wait.unknown', 'wait.again'],
    'wait-checking': ['wait', 'wait.checking', 'wait.again'],
    'wait-cancelling': ['wait', 'wait.cancelling', 'wait.again'],
    delivering: ['delivering', 'delivering.now', 'delivering.take', 'delivering.follow'],
    'delivering-first-of-three': ['delivering', 'delivering.now', 'delivering.take', 'delivering.follow'],
    'delivering-last': ['delivering', 'delivering.now', 'delivering.take'],
    'delivering-part': ['delivering', 'delivering.now', 'delivering.take', 'delivering.partBack'],
    'wait-delivery': ['wait', 'wait.delivery', 'wait.again'],
    thanks: ['thanks', 'thanks.take', 'thanks.bye'],
    'thanks-amount': ['thanks', 'thanks.amount', 'thanks.bye'],
    declined: ['declined', 'declined.risk', 'notCharged', 'advice.other-method'],
    cancelled: ['cancelled', 'left.cancelled', 'notCharged'],
    'cancelled-timeout': ['cancelled', 'left.timeout', 'notCharged'],
    'cancelled-code-open': ['cancelled', 'left.cancelled', 'back.ifCharged'],
    'code-never-came': ['cancelled', 'declined.no-connection', 'notCharged'],
    unsure: ['moneyBack', 'back.ifCharged', 'back.wallet', 'back.nothingToDo'],
    'money-back-part': ['moneyBack', 'back.part', 'back.due', 'back.asked', 'back.wallet'],
    'money-back-part-confirmed': ['moneyBack', 'back.part', 'back.done', 'back.confirmed', 'back.wallet'],
    'money-back-late': ['moneyBack', 'back.late', 'back.due', 'back.asked', 'back.wallet'],
    'nothing-out': ['nothingOut', 'back.due', 'back.asked', 'back.wallet'],
    'nothing-out-confirmed': ['nothingOut', 'back.done', 'back.confirmed', 'back.wallet'],
    review: ['review', 'review.look', 'review.contact', 'claim.photo'],
    'review-call': ['review', 'review.look', 'review.call', 'claim.photo'],
    offline: ['offline', 'reason.gateway-unreachable', 'out.noPay'],
    service: ['service', 'reason.service', 'out.noPay'],
    'out-refuses': ['outOfService', 'reason.gateway-refuses', 'out.noPay', 'out.staff'],
    'out-contact': ['outOfService', 'reason.dispenser-offline', 'out.noPay', 'out.works', 'out.contact'],
    'out-dispenser': ['outOfService', 'reason.dispenser-offline', 'out.noPay', 'out.works', 'out.staff'],
    'out-stopping': ['outOfService', 'reason.stopping', 'out.noPay'],
    'out-devices': ['outOfService', 'reason.scanner-offline', 'reason.display-offline', 'out.noPay', 'out.works', 'out.staff'],
};

const online = { state: 'online', reason: '' } as const;

function sampleNamed(name: string): Sample {
    const sample = samples().find((one) => one.name === name);
    if (sample === undefined) throw new Error(`no sample called ${name}`);
    return sample;
}

function screenNamed(name: string) {
    const { state, world } = sampleNamed(name);
    return screenOf(state, world);
}

function mapPayments(state: TillState, change: (sale: Sale) => Sale): TillState {
    return { ...state, sales: Object.fromEntries(Object.entries(state.sales).map(([id, sale]) => [id, change(sale)])) };
}

describe('screenOf', () => {
    it('shows the table of samples, and the table is whole', () => {
        assert.deepEqual(
            samples()
                .map(({ name }) => name)
                .sort(),
            Object.keys(table).sort(),
        );
        for (const { name, state, world } of samples()) {
            const screen = screenOf(state, world);
            assert.deepEqual([screen.kind, ...screen.lines.map(({ key }) => key)], table[name], name);
        }
    });

    it('meets every kind of screen in the samples', () => {
        const kinds: readonly ScreenKind[] = [
            'starting',
            'idle',
            'choose',
            'pay',
            'presence',
            'reading',
            'wait',
            'delivering',
            'thanks',
            'declined',
            'cancelled',
            'moneyBack',
            'nothingOut',
            'review',
            'outOfService',
            'offline',
            'service',
        ];
        assert.deepEqual([...new Set(samples().map(({ state, world }) => screenOf(state, world).kind))].sort(), [...kinds].sort());
    });

    it("has a payable code exactly where a payment is on offer, and that payment's", () => {
        let shown = 0;
        for (const { name, state, world } of samples()) {
            const { code } = screenOf(state, world);
            const offered = Object.values(state.sales)
                .flatMap((sale) => sale.payments)
                .filter((payment) => payment.offered && payment.mode === 'order-code');
            assert.equal(code?.payable, offered[0]?.paymentRequestId, name);
            if (code?.payable !== undefined) shown++;
            if (code?.kind === 'order') assert.equal(code.value, sampleOrderCode, name);
            const revoked = mapPayments(state, (sale) => ({
                ...sale,
                payments: sale.payments.map((payment) => ({ ...payment, offered: false })),
            }));
            assert.notEqual(screenOf(revoked, world).code?.value, sampleOrderCode, `${name}, offer ended`);
            const silent = screenOf(state, { ...world, journalWritable: false });
            assert.equal(silent.code?.payable, undefined, `${name}, the journal cannot be written`);
        }
        assert.ok(shown >= 4);
    });

    it('takes the code off for a scan, before its pay is sent', () => {
        const state = sampleState(
            opened(),
            ...asked('order1', 'order-code'),
            codeIssued,
            { type: 'offerEnded', paymentRequestId: 'order1', reason: 'scanned-instead' },
            { type: 'cancelIntended', paymentRequestId: 'order1', reason: 'scanned-instead' },
            ...asked('scan1', 'payment-code').slice(0, 1),
        );
        const screen = screenOf(state, sampleWorld());
        assert.deepEqual([screen.kind, screen.code, screen.lines[0]?.key, screen.scanning], ['reading', undefined, 'wait.charging', false]);
    });

    it("tells the end of a code: the gateway's where it comes first, and to the second where it is near", () => {
        const early = sampleState(opened(), ...asked('order1', 'order-code'), { ...codeIssued, codeExpiresAt: sampleTime + 30_000 });
        assert.equal(screenOf(early, sampleWorld()).until, sampleTime + 30_000);
        assert.equal(screenNamed('pay-both').until, sampleTime + 180_000);
        const [intended, ask] = asked('order1', 'order-code');
        const hurried = sampleState(
            opened(),
            { ...(intended ?? codeIssued), lifetimeMs: 20_000, expiresAt: sampleTime + 20_000 },
            ask ?? codeIssued,
            codeIssued,
        );
        assert.deepEqual(screenOf(hurried, sampleWorld()).code?.caption.params, { time: { at: sampleTime + 20_000, seconds: true } });
    });

    it('invites to scan only while a scan would be accepted', () => {
        assert.equal(screenNamed('pay-both').scanning, true);
        assert.equal(screenNamed('pay-order-only').scanning, false);
        const { state } = sampleNamed('pay-both');
        const broken = screenOf(
            state,
            sampleWorld({
                devices: {
                    display: { state: 'online', reason: '' },
                    dispenser: { state: 'online', reason: '' },
                    scanner: { state: 'offline', reason: '' },
                },
            }),
        );
        assert.deepEqual([broken.scanning, broken.lines[0]?.key], [false, 'pay.order']);
    });

    it('says why a scan or a payment was refused, and what to do', () => {
        assert.deepEqual(screenNamed('pay-scan-refused').notice, [{ key: 'scan.product' }]);
        assert.deepEqual(screenNamed('pay-declined').notice, [{ key: 'declined.balance' }, { key: 'advice.other-method' }]);
        const state = sampleState(opened(), { type: 'scanRefused', reason: 'used-before', codeClass: 'wallet' });
        assert.deepEqual(screenOf(state, sampleWorld()).notice, [{ key: 'scan.used-before' }]);
    });

    it('says which device does not work, and how to pay instead; nothing while it is only starting', () => {
        assert.deepEqual(screenNamed('idle-scanner-off').notice, [{ key: 'notice.scanner' }, { key: 'notice.byOrder' }]);
        assert.deepEqual(screenNamed('pay-scanner-off').notice, [{ key: 'notice.scanner' }, { key: 'notice.byOrder' }]);
        const noticeWith = (devices: World['devices']) => screenOf(sampleState(), sampleWorld({ devices })).notice;
        assert.deepEqual(noticeWith({ dispenser: online, scanner: online, display: { state: 'fault', reason: '' } }), [
            { key: 'notice.display' },
            { key: 'notice.byScan' },
        ]);
        assert.equal(noticeWith({ dispenser: online, scanner: { state: 'starting', reason: '' }, display: online }), undefined);
        const { state } = sampleNamed('pay-declined');
        const worse = screenOf(
            state,
            sampleWorld({ devices: { dispenser: online, display: online, scanner: { state: 'fault', reason: '' } } }),
        );
        assert.equal(worse.notice?.[0]?.key, 'declined.balance', 'the news about the payment comes first');
    });

    it('says so when nothing can be paid in an open sale', () => {
        const screen = screenOf(sampleState(opened()), sampleWorld({ gateway: { standing: 'unreachable', reason: '' } }));
        assert.deepEqual(
            [screen.kind, screen.code, ...screen.lines.map(({ key }) => key)],
            ['pay', undefined, 'reason.gateway-unreachable', 'out.noPay'],
        );
    });

    it('never says "not charged" while a payment that somebody may have made is open or money was taken', () => {
        for (const { name, state, world } of samples()) {
            const screen = screenOf(state, world);
            if (!screen.lines.some(({ key }) => key === 'notCharged')) continue;
            const sales = [...Object.values(state.sales), ...(world.farewell === undefined ? [] : [world.farewell])];
            for (const payment of sales.flatMap((sale) => sale.payments)) {
                const neverSeen = payment.mode !== 'payment-code' && payment.code === undefined && payment.redirectUrl === undefined;
                assert.ok(!payment.taken && (neverSeen || payment.state === 'declined' || payment.state === 'cancelled'), name);
            }
        }
    });

    it('says how much goes back: a part, the whole, and twice what was paid twice', () => {
        const amountOf = (name: string) =>
            screenNamed(name).lines.find(({ key }) => key === 'back.due' || key === 'back.done')?.params?.amount;
        assert.deepEqual(amountOf('money-back-part'), { currency: 'EUR', value: '220' });
        assert.deepEqual(amountOf('money-back-late'), { currency: 'EUR', value: '370' });
        assert.deepEqual(amountOf('nothing-out-confirmed'), { currency: 'EUR', value: '370' });
        const both = sampleState(
            opened(),
            ...scannedPaid,
            ...asked('order1', 'order-code'),
            codeIssued,
            { type: 'paymentPaid', paymentRequestId: 'order1', paymentId: 'p2', amount: { currency: 'EUR', value: '370' }, via: 'inquiry' },
            { type: 'cancelIntended', paymentRequestId: 'order1', reason: 'give-back' },
            ...delivery(0, 'A1', 'delivered'),
            ...delivery(1, 'A2', 'delivered'),
        );
        const screen = screenOf(both, sampleWorld());
        assert.equal(screen.kind, 'thanks');
        assert.deepEqual(screen.lines.find(({ key }) => key === 'back.due')?.params?.amount, { currency: 'EUR', value: '370' });
    });

    it('tells when the money was asked for and when that was confirmed, and never when it arrives', () => {
        const timesOf = (name: string) =>
            screenNamed(name).lines.flatMap(({ key, params }) => (params?.time === undefined ? [] : [[key, params.time]]));
        assert.deepEqual(timesOf('money-back-part'), [['back.asked', { at: sampleTime }]]);
        assert.deepEqual(timesOf('money-back-late'), [['back.asked', { at: sampleTime }]]);
        assert.deepEqual(timesOf('money-back-part-confirmed'), [['back.confirmed', { at: sampleTime + 60_000 }]]);
        assert.deepEqual(timesOf('nothing-out-confirmed'), [['back.confirmed', { at: sampleTime + 60_000 }]]);
        for (const { name, state, world } of samples()) {
            for (const { key, params } of screenOf(state, world).lines)
                if (params?.time !== undefined) assert.ok(key === 'back.asked' || key === 'back.confirmed', `${name} ${key}`);
        }
    });

    it('tells no time that it does not know, such as of a record from an older fold', () => {
        const { world } = sampleNamed('nothing-out-confirmed');
        const farewell = world.farewell as Sale;
        const payments = farewell.payments.map(({ cancelledAt: _cancelledAt, ...payment }) => payment);
        const screen = screenOf(sampleState(), { ...world, farewell: { ...farewell, payments } });
        assert.deepEqual(
            screen.lines.map(({ key }) => key),
            ['back.done', 'back.wallet'],
        );
    });

    it('tells two sums where a part is confirmed and a part is still asked for', () => {
        const refund = { paymentRequestId: 'scan1', paymentId: 'p', reason: 'not delivered', by: 'till' };
        const state = sampleState(
            opened(),
            ...scannedPaid,
            ...delivery(0, 'A1', 'failed'),
            ...delivery(1, 'A2', 'failed'),
            { type: 'refundIntended', ...refund, refundRequestId: 'r1', amount: { currency: 'EUR', value: '150' } },
            { type: 'refundConfirmed', ...refund, refundRequestId: 'r1', via: 'answer', at: sampleTime + 60_000 },
            {
                type: 'refundIntended',
                ...refund,
                refundRequestId: 'r2',
                amount: { currency: 'EUR', value: '220' },
                at: sampleTime + 90_000,
            },
        );
        assert.deepEqual(screenOf(state, sampleWorld()).lines, [
            { key: 'back.due', params: { amount: { currency: 'EUR', value: '220' } } },
            { key: 'back.asked', params: { time: { at: sampleTime + 90_000 } } },
            { key: 'back.done', params: { amount: { currency: 'EUR', value: '150' } } },
            { key: 'back.confirmed', params: { time: { at: sampleTime + 60_000 } } },
            { key: 'back.wallet' },
        ]);
    });

    it('says "please wait" rather than "money back" while a scan is under way beside a late success', () => {
        const late = [
            opened(),
            ...asked('order1', 'order-code'),
            codeIssued,
            { type: 'cancelIntended', paymentRequestId: 'order1', reason: 'scanned-instead' },
            ...asked('scan1', 'payment-code'),
            {
                type: 'lateSuccess',
                paymentRequestId: 'order1',
                paymentId: 'p1',
                amount: { currency: 'EUR', value: '370' },
                via: 'notification',
            },
        ] as const;
        const reading = screenOf(sampleState(...late), sampleWorld());
        assert.deepEqual([reading.kind, ...reading.lines.map(({ key }) => key)], ['reading', 'wait.charging', 'wait.again']);
        const unknown = sampleState(...late, { type: 'paymentUnknown', paymentRequestId: 'scan1', reason: 'timeout' });
        assert.equal(screenOf(unknown, sampleWorld()).kind, 'wait');
        const declined = sampleState(...late, {
            type: 'paymentDeclined',
            paymentRequestId: 'scan1',
            resultCode: 'USER_BALANCE_NOT_ENOUGH',
            by: 'gateway',
        });
        assert.equal(screenOf(declined, sampleWorld()).kind, 'moneyBack');
    });

    it('tells which item comes out and how many follow', () => {
        const countOf = (name: string) => screenNamed(name).lines.find(({ key }) => key === 'delivering.follow')?.params?.count;
        assert.deepEqual(screenNamed('delivering').lines[0]?.params, { item: 'Still water' });
        assert.deepEqual(countOf('delivering'), { count: 1 });
        assert.deepEqual(countOf('delivering-first-of-three'), { count: 2 });
        assert.equal(countOf('delivering-last'), undefined);
        assert.deepEqual(screenNamed('delivering-last').lines[0]?.params, { item: 'Apple juice' });
        const between = sampleState(opened(), ...scannedPaid, ...delivery(0, 'A1', 'delivered'));
        assert.deepEqual(screenOf(between, sampleWorld()).lines[0]?.params, { item: 'Apple juice' });
    });

    it('tells what is owed before the refund is intended', () => {
        const state = sampleState(opened(), ...scannedPaid, ...delivery(0, 'A1', 'delivered'), ...delivery(1, 'A2', 'failed'));
        const screen = screenOf(state, sampleWorld());
        assert.equal(screen.kind, 'moneyBack');
        assert.deepEqual(screen.lines.find(({ key }) => key === 'back.due')?.params?.amount, { currency: 'EUR', value: '220' });
        assert.equal(
            screen.lines.some(({ key }) => key === 'back.asked'),
            false,
            'nobody has asked for it yet',
        );
    });

    it('never leaves a customer whose money was taken without a word about it', () => {
        const outcomes = ['delivered', 'failed', 'unknown'] as const;
        for (const first of outcomes) {
            for (const second of outcomes) {
                for (const judged of [undefined, 'refund'] as const) {
                    const state = mapPayments(
                        sampleState(opened(), ...scannedPaid, ...delivery(0, 'A1', first), ...delivery(1, 'A2', second)),
                        (sale) => ({
                            ...sale,
                            deliveries: sale.deliveries.map((one) =>
                                one.state === 'unknown' && judged !== undefined ? { ...one, judged } : one,
                            ),
                        }),
                    );
                    const screen = screenOf(state, sampleWorld());
                    const all = first === 'delivered' && second === 'delivered';
                    const open = judged === undefined && (first === 'unknown' || second === 'unknown');
                    const back = screen.lines.some(({ key }) => key === 'back.due');
                    assert.ok(screen.lines.length > 0 && screen.claim !== undefined, `${first} ${second}`);
                    assert.deepEqual(
                        [screen.kind === 'thanks', screen.kind === 'wait', back],
                        [all, open, !all && !open],
                        `${first} ${second} ${judged}`,
                    );
                }
            }
        }
    });

    it('shows the entry code where that mode is on, and the sales under way beside it', () => {
        assert.deepEqual(screenNamed('idle').code, { kind: 'entry', value: sampleEntryUrl, caption: { key: 'code.caption.entry' } });
        assert.equal(screenNamed('idle-no-entry').code, undefined);
        assert.deepEqual(screenNamed('idle-beside').beside, [{ amount: { currency: 'EUR', value: '180' }, reference: '2J1K' }]);
        assert.equal(screenNamed('pay-both-beside').beside[0]?.number, '47');
        assert.deepEqual([screenNamed('presence').number, screenNamed('presence').beside], ['47', []]);
    });

    it('lets the goods be chosen where fingers reach the glass, or where somebody has begun to', () => {
        const kindWith = (change: Parameters<typeof sampleWorld>[0]) => screenOf(sampleState(), sampleWorld(change)).kind;
        const modes = ['payment-code', 'order-code'] as const;
        assert.equal(kindWith({ policy: { touch: true, modes } }), 'choose');
        assert.equal(kindWith({ policy: { modes } }), 'idle', 'nothing can be touched');
        assert.equal(kindWith({ policy: { touch: true } }), 'idle', 'the entry code needs the glass');
        assert.equal(kindWith({ policy: { touch: true }, choosing: true }), 'choose');
        assert.equal(kindWith({ policy: { touch: true, modes }, slots: {} }), 'idle', 'nothing is left');
        assert.equal(kindWith({ policy: { touch: true, modes: ['entry-code'] }, choosing: true }), 'idle', 'its page opens the sale');
        assert.equal(kindWith({ policy: { touch: true, modes, dispenses: false }, slots: {} }), 'choose', 'somebody hands it over');
        assert.deepEqual(
            screenNamed('choose').items?.map(({ slot }) => slot),
            ['A1', 'A2', 'B1'],
        );
        assert.equal(screenNamed('idle-none').code, undefined, 'the page behind the code has nothing to sell');
    });

    it('is starting while nothing has had time to fail', () => {
        const starting = { state: 'starting', reason: '' } as const;
        const kindWith = (change: Partial<World>) => screenOf(sampleState(), sampleWorld(change)).kind;
        assert.equal(kindWith({ devices: { scanner: online, display: online, dispenser: starting } }), 'starting');
        assert.equal(
            kindWith({ gateway: { standing: 'unproven', reason: '' }, devices: { scanner: online, display: online, dispenser: starting } }),
            'starting',
        );
        assert.equal(
            kindWith({ gateway: { standing: 'unproven', reason: '' }, devices: { dispenser: { state: 'fault', reason: '' } } }),
            'outOfService',
        );
        assert.equal(kindWith({ gateway: { standing: 'unreachable', reason: '' }, stopping: true }), 'outOfService');
        assert.equal(kindWith({ gateway: { standing: 'unreachable', reason: '' }, service: true }), 'service');
    });

    it('says that money back still works only where it does', () => {
        const says = (change: Partial<World>) =>
            screenOf(sampleState(), sampleWorld({ devices: { scanner: online, display: online }, ...change })).lines.some(
                ({ key }) => key === 'out.works',
            );
        assert.equal(says({}), true);
        assert.equal(says({ journalWritable: false }), false);
        assert.equal(says({ gateway: { standing: 'unreachable', reason: '' } }), false);
        assert.equal(says({ stopping: true }), false);
    });

    it('promises nothing while offline, also to a customer who knows whom to call', () => {
        const screen = screenOf(
            sampleState(),
            sampleWorld({ gateway: { standing: 'unreachable', reason: '' }, policy: { contact: { name: 'Corner Stand', phone: '110' } } }),
        );
        assert.deepEqual(
            [screen.kind, ...screen.lines.map(({ key }) => key)],
            ['offline', 'reason.gateway-unreachable', 'out.noPay', 'out.contact'],
        );
    });

    it('has a place for the acceptance marks on the invitation, the payment and the thank-you alone', () => {
        for (const { name, state, world } of samples()) {
            const screen = screenOf(state, world);
            assert.equal(screen.marks === true, ['idle', 'pay', 'thanks'].includes(screen.kind), name);
        }
    });

    it('serves the customer at the machine before it complains, and the one who left before the next', () => {
        const { state } = sampleNamed('delivering');
        const stopping = sampleWorld({ stopping: true });
        assert.equal(screenOf(state, stopping).kind, 'delivering');
        const { world } = sampleNamed('nothing-out');
        assert.equal(screenOf(sampleState(), { ...world, stopping: true }).kind, 'nothingOut');
        assert.equal(screenOf(state, { ...world }).kind, 'delivering');
    });
});
