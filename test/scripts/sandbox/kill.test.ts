import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SandboxClient } from '../../../scripts/sandbox/client.ts';
import { clientId, Merchant, merchantKey, scriptCode } from './bench.ts';

const main = join(import.meta.dirname, '../../../firmware/cli/main.ts');

/** `till sandbox` as a process of its own; resolves once it says where it listens. */
async function start(config: string): Promise<{ child: ChildProcess; url: string; ended: Promise<number | null> }> {
    const child = spawn(process.execPath, [main, 'sandbox', '--config', config], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    let said = '';
    const url = await new Promise<string>((done, fail) => {
        child.stdout.on('data', (part: Buffer) => {
            said += part.toString();
            const found = /Sandbox gateway on (\S+)/.exec(said)?.[1];
            if (found !== undefined) done(found);
        });
        void ended.then(() => fail(new Error(`the sandbox ended: ${said}`)));
    });
    return { child, url, ended };
}

test('kill -9 in the middle of payments: every S that was answered stands in the ledger, once', async (t: TestContext) => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    let running: ChildProcess | undefined;
    t.after(() => {
        running?.kill('SIGKILL');
        rmSync(folder, { recursive: true });
    });
    const config = join(folder, 'sandbox.yaml');
    writeFileSync(join(folder, 'merchant.pub.pem'), merchantKey.publicPem);
    writeFileSync(
        config,
        `listen: 127.0.0.1:0\nclients: [{ clientId: ${clientId}, publicKeyFile: merchant.pub.pem }]\ngatewayKeyFile: gateway.pem\nstate: state\nswitches: { resend: false }\n`,
    );
    const answered = new Map<string, string>();
    const bodies = new Map<string, Readonly<Record<string, unknown>>>();
    for (let round = 0; round < 3; round++) {
        const { child, url, ended } = await start(config);
        running = child;
        const merchant = new Merchant({
            url,
            gatewayPem: readFileSync(join(folder, 'gateway.pub.pem'), 'utf8'),
            notifyUrl: 'http://127.0.0.1:9/notify',
        });
        for (const [id, text] of answered) {
            assert.equal((await merchant.call('pay', bodies.get(id))).text, text, 'the same S after the restart');
        }
        const pays = Array.from({ length: 6 }, async () => {
            const id = merchant.newId();
            const body = merchant.payBody({ id, scenario: 'PaymentCode', code: scriptCode('0000') });
            bodies.set(id, body);
            const answer = await merchant.call('pay', body);
            assert.equal(answer.result, 'S SUCCESS');
            answered.set(id, answer.text);
            if (answered.size % 6 === 3) child.kill('SIGKILL');
        });
        const results = await Promise.allSettled(pays);
        const failed = results.filter((one) => one.status === 'rejected').map((one) => (one as PromiseRejectedResult).reason);
        assert.ok(
            failed.every((reason) => !(reason instanceof assert.AssertionError)),
            String(failed[0]),
        );
        child.kill('SIGKILL');
        await ended;
    }
    const last = await start(config);
    running = last.child;
    const ledger = await new SandboxClient(last.url).ledger();
    for (const id of answered.keys()) {
        const kinds = ledger.payments.find((payment) => payment.paymentRequestId === id)?.movements.map((move) => move.kind);
        assert.deepEqual(kinds, ['taken']);
    }
    assert.ok(answered.size >= 9, `${answered.size} payments were answered`);
    assert.equal(BigInt(ledger.totals[0]?.net ?? 0), 150n * BigInt(ledger.payments.length));
    last.child.kill('SIGTERM');
    assert.equal(await last.ended, 0, 'an orderly stop ends with 0');
});
