import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { StateFile } from '../../../scripts/sandbox/state-file.ts';
import { openBench, scriptCode, until } from './bench.ts';

function folder(t: TestContext): string {
    const path = mkdtempSync(join(tmpdir(), 'sandbox-'));
    t.after(() => rmSync(path, { recursive: true }));
    return path;
}

describe('state file', () => {
    test('money, ids, wallets, tombstones, used codes, clock and notices outlive the process', async (t: TestContext) => {
        const state = join(folder(t), 'deep', 'state.ndjson');
        const first = await openBench(t, { state });
        const code = scriptCode('0000');
        const [paid, order, closed] = [first.merchant.newId(), first.merchant.newId(), first.merchant.newId()];
        const answer = await first.merchant.payCode(code, { id: paid });
        first.hook.answer = () => ({ status: 503, body: '' });
        const orderCode = (await first.merchant.payOrder(order)).json.orderCodeForm.codeDetails[0].codeValue;
        first.sandbox.wallets.scan('alice', { code: orderCode });
        await first.merchant.cancel(closed);
        first.sandbox.setClock({ advanceMs: 3_600_000 });
        await until(() => first.sandbox.notifications().find((one) => one.about === order)?.attempts === 1, 'its notice failed');
        const ledger = first.sandbox.ledger();
        await first.sandbox.close();

        const second = await openBench(t, { state });
        assert.deepEqual(second.sandbox.ledger().payments, ledger.payments);
        assert.equal(second.sandbox.wallets.view('alice').balance, '49850');
        assert.equal(second.sandbox.setClock({}).offsetMs, 3_600_000);
        const body = second.merchant.payBody({ id: paid, scenario: 'PaymentCode', code });
        assert.deepEqual(
            (await second.merchant.call('pay', { ...body, paymentNotifyUrl: first.hook.url })).json,
            answer.json,
            'the same S',
        );
        assert.equal((await second.merchant.payCode(code)).result, 'F EXPIRED_CODE');
        assert.equal((await second.merchant.payCode(scriptCode('0000'), { id: closed })).result, 'F ORDER_IS_CLOSED');
        assert.deepEqual(
            second.sandbox
                .notifications()
                .filter((one) => one.about === order)
                .map((one) => [one.state, one.attempts]),
            [['due', 1]],
        );
        assert.equal(statSync(state).mode & 0o777, 0o600);
        assert.equal(readFileSync(state, 'utf8').includes(code), false, 'no payment code stands in the file');
    });

    test('a torn last line is cut off; what was answered before stays', async (t: TestContext) => {
        const state = join(folder(t), 'state');
        const first = await openBench(t, { state });
        await first.merchant.payCode(scriptCode('0000'));
        await first.sandbox.close();
        const whole = readFileSync(state);
        const lineAt = whole.lastIndexOf('\n', whole.length - 2) + 1;
        for (let cut = 1; cut < whole.length - lineAt; cut += 97) {
            writeFileSync(state, whole.subarray(0, whole.length - cut));
            const { file, changes } = await StateFile.open(state);
            const again = changes.length;
            file.append({ tombstones: ['x'] });
            await file.close();
            const reopened = await StateFile.open(state);
            assert.equal(reopened.changes.length, again + 1);
            await reopened.file.close();
        }
    });

    test('damage before the end is not passed over', async (t: TestContext) => {
        const state = join(folder(t), 'state');
        const { file } = await StateFile.open(state);
        for (const name of ['a', 'b', 'c']) file.append({ tombstones: [name] });
        await file.close();
        const bytes = readFileSync(state);
        bytes[12] = 0x41;
        writeFileSync(state, bytes);
        await assert.rejects(StateFile.open(state), { code: 'SANDBOX_STATE_DAMAGED', kind: 'storage' });
    });

    test('a second sandbox on the same file is refused, and the file is free afterwards', async (t: TestContext) => {
        const state = join(folder(t), 'state');
        const { file } = await StateFile.open(state);
        await assert.rejects(StateFile.open(state), { code: 'SANDBOX_STATE_IN_USE' });
        await file.close();
        const again = await StateFile.open(state);
        await again.file.close();
    });

    test('a file that cannot be written', async (t: TestContext) => {
        const path = folder(t);
        writeFileSync(join(path, 'file'), '');
        await assert.rejects(StateFile.open(join(path, 'file', 'state')), { code: 'SANDBOX_STATE_UNWRITABLE' });
        await assert.rejects(StateFile.open('/dev/null'), { code: 'SANDBOX_STATE_UNWRITABLE' });
        const { file } = await StateFile.open(join(path, 'state'));
        await file.close();
        assert.throws(() => file.append({ tombstones: ['x'] }), { code: 'SANDBOX_STATE_UNWRITABLE' });
    });

    test('garbage after a good end is one torn line', async (t: TestContext) => {
        const state = join(folder(t), 'state');
        const { file } = await StateFile.open(state);
        file.append({ tombstones: ['a'] });
        await file.close();
        appendFileSync(state, '00000000 {"tombstones":["forged"]}\n');
        const opened = await StateFile.open(state);
        assert.deepEqual(opened.changes, [{ tombstones: ['a'] }]);
        await opened.file.close();
    });
});
