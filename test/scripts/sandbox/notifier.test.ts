import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { clientId, forgeSign, merchantKey, noticeSigned, openBench, otherKey, scriptCode, until } from './bench.ts';

const minute = 60_000;
const schedule = [0, 2 * minute, 10 * minute, 10 * minute, 60 * minute, 120 * minute, 360 * minute, 900 * minute];

describe('notifyPayment (protocol §6)', () => {
    test('a success is notified once, signed, over the amount paid', async (t: TestContext) => {
        const { merchant, hook, sandbox, clock } = await openBench(t);
        const id = merchant.newId();
        await merchant.payCode(scriptCode('0000'), { id });
        await until(() => sandbox.notifications()[0]?.state === 'acknowledged', 'it is acknowledged');
        clock.turn(25 * 60 * minute);
        assert.equal(hook.received.length, 1);
        const [notice] = hook.received;
        assert.ok(notice !== undefined && noticeSigned(sandbox.publicKeyPem, notice));
        assert.equal(notice.headers['client-id'], clientId);
        const body = JSON.parse(notice.body);
        assert.deepEqual(
            [body.notifyType, body.result.resultStatus, body.paymentRequestId, body.paymentAmount],
            ['PAYMENT_RESULT', 'S', id, { currency: 'EUR', value: '150' }],
        );
    });

    test('eight sends within a day, until it is acknowledged', async (t: TestContext) => {
        const { merchant, hook, sandbox, clock } = await openBench(t);
        hook.answer = () => ({ status: 200, body: '{"result":{"resultCode":"UNKNOWN_EXCEPTION","resultStatus":"U"}}' });
        await merchant.payCode(scriptCode('0000'));
        for (const [index, waitMs] of schedule.entries()) {
            if (waitMs > 0) {
                clock.turn(waitMs - 1);
                assert.equal(hook.received.length, index, 'not too early');
                clock.turn(1);
            }
            await until(() => sandbox.notifications()[0]?.sends.length === index + 1, `send ${index + 1} was answered`);
        }
        assert.equal(sandbox.notifications()[0]?.state, 'given-up');
        clock.turn(48 * 60 * minute);
        assert.equal(hook.received.length, 8);
    });

    test('the time scale makes it faster; without resend there is one send', async (t: TestContext) => {
        const { merchant, hook, sandbox, clock } = await openBench(t, { switches: { timeScale: 60 } });
        let status = 503;
        hook.answer = () => ({ status, body: '{"result":{"resultStatus":"S"}}' });
        await merchant.payCode(scriptCode('0000'));
        await until(() => sandbox.notifications()[0]?.sends.length === 1, 'the first send failed');
        status = 200;
        clock.turn(2000);
        await until(() => sandbox.notifications()[0]?.state === 'acknowledged', 'the second was acknowledged');
        sandbox.setSwitches({ resend: false });
        status = 500;
        await merchant.payCode(scriptCode('0000'));
        await until(() => sandbox.notifications()[1]?.state === 'given-up', 'the only send failed');
        assert.deepEqual(
            sandbox.notifications().map((one) => one.sends.map((send) => send.outcome)),
            [['refused', 'acknowledged'], ['refused']],
        );
    });

    test('an acknowledgement may be signed, and then it must fit', async (t: TestContext) => {
        const { merchant, hook, sandbox } = await openBench(t);
        const body = '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}';
        const time = '2026-03-02T12:00:01+08:00';
        const signedBy = (key: typeof merchantKey) => {
            const signature = encodeURIComponent(forgeSign(`POST /ams/notify\n${clientId}.${time}.${body}`, key.forgeKey));
            return { 'Client-Id': clientId, 'Response-Time': time, Signature: `algorithm=RSA256,keyVersion=1,signature=${signature}` };
        };
        sandbox.setSwitches({ resend: false });
        for (const [key, outcome] of [
            [merchantKey, 'acknowledged'],
            [otherKey, 'bad-acknowledgement'],
        ] as const) {
            hook.answer = () => ({ status: 200, body, headers: signedBy(key) });
            const id = merchant.newId();
            await merchant.payCode(scriptCode('0000'), { id });
            const mine = () => sandbox.notifications().find((one) => one.about === id);
            await until(() => mine()?.state !== 'due', 'it was answered');
            assert.deepEqual(
                mine()?.sends.map((send) => send.outcome),
                [outcome],
            );
        }
    });

    test('failures are notified only where the switch says so', async (t: TestContext) => {
        const { merchant, hook, sandbox } = await openBench(t);
        await merchant.payCode(scriptCode('0005'));
        assert.equal(sandbox.notifications().length, 0);
        sandbox.setSwitches({ notifyFailures: true });
        await merchant.payCode(scriptCode('0005'));
        await until(() => hook.received.length === 1, 'it came');
        assert.deepEqual(JSON.parse(hook.received[0]?.body ?? '').result.resultCode, 'USER_BALANCE_NOT_ENOUGH');
    });

    test('addresses beyond this machine are not called', async (t: TestContext) => {
        const { merchant, sandbox } = await openBench(t, { switches: { resend: false } });
        await merchant.payCode(scriptCode('0000'), {}, { paymentNotifyUrl: 'https://pay.example.com/ams/notify' });
        await until(() => sandbox.notifications()[0]?.state === 'given-up', 'it was given up');
        assert.deepEqual(
            sandbox.notifications()[0]?.sends.map((send) => send.outcome),
            ['not-sent'],
        );
    });
});

describe('faults of a notification', () => {
    test('never, duplicate, badSignature, wrongAmount, wrongClientId, delay', async (t: TestContext) => {
        const { merchant, hook, sandbox, clock } = await openBench(t, { switches: { resend: false } });
        const under = async (fault: object) => {
            await sandbox.fault({ api: 'notifyPayment', count: 1, ...fault } as Parameters<typeof sandbox.fault>[0]);
            hook.received.length = 0;
            const id = merchant.newId();
            await merchant.payCode(scriptCode('0000'), { id });
            return () => sandbox.notifications().find((one) => one.about === id);
        };
        const never = await under({ kind: 'never' });
        await until(() => never()?.state === 'given-up', 'it was withheld');
        assert.equal(hook.received.length, 0);
        const twice = await under({ kind: 'duplicate' });
        await until(() => twice()?.state === 'acknowledged', 'both came');
        assert.deepEqual([hook.received.length, hook.received[0]?.body], [2, hook.received[1]?.body]);
        const bad = await under({ kind: 'badSignature' });
        await until(() => bad()?.state === 'acknowledged', 'it came');
        assert.equal(hook.received[0] !== undefined && noticeSigned(sandbox.publicKeyPem, hook.received[0]), false);
        const amount = await under({ kind: 'wrongAmount' });
        await until(() => amount()?.state === 'acknowledged', 'it came');
        assert.equal(JSON.parse(hook.received[0]?.body ?? '').paymentAmount.value, '151');
        assert.ok(hook.received[0] !== undefined && noticeSigned(sandbox.publicKeyPem, hook.received[0]));
        const client = await under({ kind: 'wrongClientId' });
        await until(() => client()?.state === 'acknowledged', 'it came');
        assert.equal(hook.received[0]?.headers['client-id'], `${clientId}X`);
        const late = await under({ kind: 'delay', ms: 7000 });
        await until(() => sandbox.faults().length === 0, 'the fault was met');
        clock.turn(6999);
        assert.equal(hook.received.length, 0);
        clock.turn(1);
        await until(() => late()?.state === 'acknowledged', 'it came late');
    });

    test('reorder: it comes after the next one', async (t: TestContext) => {
        const { merchant, hook, sandbox } = await openBench(t);
        await sandbox.fault({ api: 'notifyPayment', kind: 'reorder', count: 1 });
        const ids = [merchant.newId(), merchant.newId()];
        for (const id of ids) await merchant.payCode(scriptCode('0000'), { id });
        await until(() => hook.received.length === 2, 'both came');
        assert.deepEqual(
            hook.received.map((one) => JSON.parse(one.body).paymentRequestId),
            [...ids].reverse(),
        );
    });
});
