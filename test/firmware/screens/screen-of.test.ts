/** Which screen when: a table over the samples, and the rules that hold on every one of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Sale, TillState } from '../../../firmware/sale/state.ts';
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
    'idle-with-panel': ['idle', 'idle.choose', 'idle.entry.goods', 'idle.wallets'],
    'idle-stand': ['idle', 'idle.entry.amount', 'idle.wallets'],
    'idle-no-entry': ['idle', 'idle.ready', 'idle.wallets'],
    'idle-beside': ['idle', 'idle.entry.goods', 'idle.wallets'],
    'pay-both': ['pay', 'pay.both'],
    'pay-both-beside': ['pay', 'pay.both'],
    'pay-preparing': ['pay', 'pay.preparing'],
    'pay-order-only': ['pay', 'pay.order'],
    'pay-scan-only': ['pay', 'pay.scan'],
    'pay-scan-refused': ['pay', 'pay.scan'],
    'pay-code-scan-refused': ['pay', 'pay.both'],
    'pay-declined': ['pay', 'pay.scan'],
    presence: ['presence', 'presence.type'],
    'wait-charging': ['wait', 'wait.charging', 'wait.again'],
    'wait-confirm': ['wait', 'pending.confirm', 'wait.again'],
    'wait-unknown': ['wait', 'wait.unknown', 'wait.again'],
    'wait-checking': ['wait', 'wait.checking', 'wait.again'],
    'wait-cancelling': ['wait', 'wait.cancelling', 'wait.again'],
    delivering: ['delivering', 'delivering.take', 'delivering.next'],
    'delivering-part': ['delivering', 'delivering.take', 'delivering.partBack'],
    'wait-delivery': ['wait', 'wait.delivery', 'wait.again'],
    thanks: ['thanks', 'thanks.take', 'thanks.bye'],
    'thanks-amount': ['thanks', 'thanks.amount', 'thanks.bye'],
    declined: ['declined', 'declined.risk', 'notCharged', 'advice.other-method'],
    cancelled: ['cancelled', 'left.cancelled', 'notCharged'],
    'cancelled-timeout': ['cancelled', 'left.timeout', 'notCharged'],
    'cancelled-code-open': ['cancelled', 'left.cancelled', 'back.ifCharged'],
    unsure: ['moneyBack', 'back.ifCharged', 'back.wallet', 'back.nothingToDo'],
    'money-back-part': ['moneyBack', 'back.part', 'back.asked', 'back.wallet'],
    'money-back-late': ['moneyBack', 'back.late', 'back.asked', 'back.wallet'],
    'nothing-out': ['nothingOut', 'back.asked', 'back.wallet'],
    'nothing-out-confirmed': ['nothingOut', 'back.confirmed', 'back.wallet'],
    review: ['review', 'review.look', 'review.contact', 'claim.photo'],
    'out-unreachable': ['outOfService', 'reason.gateway-unreachable', 'out.noPay', 'out.soon'],
    'out-dispenser': ['outOfService', 'reason.dispenser-offline', 'out.noPay', 'out.staff'],
    'out-stopping': ['outOfService', 'reason.stopping', 'out.noPay'],
    'out-devices': ['outOfService', 'reason.scanner-offline', 'reason.display-offline', 'out.noPay', 'out.staff'],
};

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
            'pay',
            'presence',
            'wait',
            'delivering',
            'thanks',
            'declined',
            'cancelled',
            'moneyBack',
            'nothingOut',
            'review',
            'outOfService',
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
        assert.deepEqual([screen.kind, screen.code, screen.lines[0]?.key, screen.scanning], ['wait', undefined, 'wait.charging', false]);
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

    it('says so when nothing can be paid in an open sale', () => {
        const screen = screenOf(sampleState(opened()), sampleWorld({ gateway: { standing: 'unreachable', reason: '' } }));
        assert.deepEqual(
            [screen.kind, screen.code, ...screen.lines.map(({ key }) => key)],
            ['pay', undefined, 'reason.gateway-unreachable', 'out.noPay'],
        );
    });

    it('never says "not charged" while a payment is open or money was taken', () => {
        for (const { name, state, world } of samples()) {
            const screen = screenOf(state, world);
            if (!screen.lines.some(({ key }) => key === 'notCharged')) continue;
            const sales = [...Object.values(state.sales), ...(world.farewell === undefined ? [] : [world.farewell])];
            for (const payment of sales.flatMap((sale) => sale.payments)) {
                assert.ok(payment.state === 'declined' || (payment.state === 'cancelled' && !payment.taken), name);
            }
        }
    });

    it('says how much goes back: a part, the whole, and twice what was paid twice', () => {
        const amountOf = (name: string) =>
            screenNamed(name).lines.find(({ key }) => key.startsWith('back.asked') || key === 'back.confirmed')?.params?.amount;
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
        assert.deepEqual(screen.lines.find(({ key }) => key === 'back.asked')?.params?.amount, { currency: 'EUR', value: '370' });
    });

    it('tells what is owed before the refund is intended', () => {
        const state = sampleState(opened(), ...scannedPaid, ...delivery(0, 'A1', 'delivered'), ...delivery(1, 'A2', 'failed'));
        const screen = screenOf(state, sampleWorld());
        assert.equal(screen.kind, 'moneyBack');
        assert.deepEqual(screen.lines.find(({ key }) => key === 'back.asked')?.params?.amount, { currency: 'EUR', value: '220' });
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
                    const back = screen.lines.some(({ key }) => key === 'back.asked');
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

    it('serves the customer at the machine before it complains, and the one who left before the next', () => {
        const { state } = sampleNamed('delivering');
        const stopping = sampleWorld({ stopping: true });
        assert.equal(screenOf(state, stopping).kind, 'delivering');
        const { world } = sampleNamed('nothing-out');
        assert.equal(screenOf(sampleState(), { ...world, stopping: true }).kind, 'nothingOut');
        assert.equal(screenOf(state, { ...world }).kind, 'delivering');
    });
});
