import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { Command } from 'commander';
import { addSandboxCommands } from '../../../firmware/cli/sandbox.ts';
import { SandboxClient } from '../../../scripts/sandbox/client.ts';
import { readConfigFile, sandboxConfigSchema } from '../../../scripts/sandbox/config.ts';
import { startSandbox } from '../../../scripts/sandbox/server.ts';
import { clientId, exchange, merchantKey, noonMs, openBench, scriptCode, until } from './bench.ts';

function folder(t: TestContext): string {
    const path = mkdtempSync(join(tmpdir(), 'sandbox-'));
    t.after(() => rmSync(path, { recursive: true }));
    return path;
}

describe('admin and wallet over HTTP, through the typed client', () => {
    test('codes, payments, ledger, requests, clock, switches, faults, notifications, reports', async (t: TestContext) => {
        const { sandbox, merchant, hook } = await openBench(t);
        const client = new SandboxClient(sandbox.adminUrl);
        const { code, expiresAt } = await client.wallet.currentCode('alice');
        assert.equal((await client.wallet.currentCode('alice')).code, code, 'it stands until it is used');
        assert.equal(expiresAt, '2026-03-02T12:01:00+08:00');
        const id = merchant.newId();
        const paid = await merchant.payCode(code, { id });
        assert.equal(paid.result, 'S SUCCESS');
        assert.notEqual((await client.wallet.currentCode('alice')).code, code, 'used: it rotates');
        assert.equal((await client.wallet.view('alice')).balance, '49850');
        const order = merchant.newId();
        const orderCode = (await merchant.payOrder(order)).json.orderCodeForm.codeDetails[0].codeValue;
        assert.equal((await client.wallet.scan('alice', { code: orderCode })).outcome, 'paid');
        assert.equal((await merchant.refund(paid.json.paymentId, '50')).result, 'S SUCCESS');
        assert.equal((await client.ledger()).totals[0]?.net, '250');
        assert.equal((await client.ledger({ paymentRequestId: id })).payments.length, 1);
        assert.match(await client.ledgerText(), /kept 2\.50 EUR/);
        assert.equal((await client.payment(id)).refunds[0]?.amount.value, '50');
        assert.deepEqual(
            (await client.requests({ about: id })).map((one) => `${one.api} ${one.resultStatus}`),
            ['pay S'],
        );
        assert.equal(JSON.stringify(await client.requests()).includes(code), false, 'no code stands in the record of requests');
        const csv = await client.transactions({ clientId, day: '20260302' });
        assert.deepEqual(
            csv
                .trim()
                .split('\n')
                .map((line) => line.split(',')[10]),
            ['transactionType', 'PAYMENT', 'PAYMENT', 'REFUND', undefined],
        );
        assert.ok(csv.endsWith('<END>\n') && csv.includes(',1.50,EUR'));
        assert.equal((await client.clock({ advanceMs: 60_000 })).nowMs, noonMs + 60_000);
        assert.equal((await client.setSwitches({ expiredShows: 'CANCELLED' })).expiredShows, 'CANCELLED');
        const fault = await client.fault({ api: 'pay', kind: 'unsigned' });
        assert.deepEqual(
            (await client.faults()).faults.map((one) => one.id),
            [fault.id],
        );
        await client.endFault(fault.id);
        await assert.rejects(client.endFault(fault.id), { code: 'SANDBOX_REFUSED', facts: { status: 404, reason: 'FAULT_UNKNOWN' } });
        assert.equal(await client.publicKey(), sandbox.publicKeyPem);
        await client.notify({ clientId, url: hook.url, paymentRequestId: 'stray', amount: { currency: 'EUR', value: '9' } });
        await until(() => hook.received.some((one) => one.body.includes('"stray"')), 'the stray notice came');
        const compared = await client.compare(
            `${JSON.stringify({ type: 'paymentPaid', paymentRequestId: id, amount: { currency: 'EUR', value: '150' } })}\n`,
        );
        assert.deepEqual([compared.agrees, compared.differences.length], [false, 2]);
        await client.wallet.change('alice', { password: true });
        const asked = merchant.newId();
        assert.equal((await merchant.payCode((await client.wallet.showCode('alice')).code, { id: asked })).result, 'U PAYMENT_IN_PROCESS');
        assert.equal((await client.wallet.answer('alice', { paymentRequestId: asked })).outcome, 'paid');
        assert.equal((await client.wallet.add({ name: 'eve', currency: 'EUR', balance: '5' })).balance, '5');
        assert.deepEqual(
            (await client.wallet.list()).map((one) => one.name),
            ['alice', 'bob', 'chen', 'eve'],
        );
    });

    test('what is wrong is told with a status, a word and a sentence', async (t: TestContext) => {
        const { sandbox } = await openBench(t);
        const ask = async (path: string, order: { method?: string; body?: string; headers?: Record<string, string> } = {}) => {
            const answer = await exchange(`${sandbox.url}${path}`, {
                method: 'POST',
                headers: { 'Content-Type': 'application/json' },
                ...order,
            });
            const problem = JSON.parse(answer.body.toString());
            assert.match(String(answer.headers['content-type']), /application\/problem\+json/);
            return [answer.status, problem.code, problem.detail];
        };
        const rows: [expected: [number, string, RegExp], path: string, order?: Parameters<typeof ask>[1]][] = [
            [[404, 'NOT_FOUND', /no such address/], '/admin/nothing'],
            [[404, 'NOT_FOUND', /takes GET/], '/admin/ledger'],
            [[400, 'QUERY_UNKNOWN', /colour/], '/admin/ledger?colour=red', { method: 'GET' }],
            [[400, 'NOT_JSON', /no JSON/], '/admin/faults', { body: '{' }],
            [[415, 'NOT_JSON', /application\/json/], '/admin/faults', { body: '{}', headers: { 'Content-Type': 'text/plain' } }],
            [[422, 'BODY_INVALID', /colour: no such key/], '/admin/faults', { body: '{"api":"pay","kind":"slow","colour":1}' }],
            [[422, 'BODY_INVALID', /needs resultCode/], '/admin/faults', { body: '{"api":"pay","kind":"resultCode"}' }],
            [[422, 'BODY_INVALID', /fault of pay/], '/admin/faults', { body: '{"api":"cancel","kind":"bookLate"}' }],
            [[422, 'BODY_INVALID', /belong to this api/], '/admin/faults', { body: '{"api":"notifyPayment","kind":"html"}' }],
            [[409, 'NEEDS_ADMIN_LISTEN', /adminListen/], '/admin/faults', { body: '{"api":"*","kind":"down","mode":"refuse"}' }],
            [[422, 'BODY_INVALID', /expiredShows/], '/admin/switches', { method: 'PATCH', body: '{"expiredShows":"MAYBE"}' }],
            [[404, 'WALLET_UNKNOWN', /GET \/wallet\/wallets/], '/wallet/wallets/nobody/code'],
            [[409, 'WALLET_EXISTS', /alice/], '/wallet/wallets', { body: '{"name":"alice","currency":"EUR","balance":"1"}' }],
            [[404, 'PAYMENT_UNKNOWN', /no payment/], '/admin/payments/nobody', { method: 'GET' }],
            [[404, 'REGISTRATION_UNKNOWN', /registration/], '/admin/registrations/R', { body: '{"clientId":"x","status":"REJECTED"}' }],
            [
                [403, 'NOT_LOOPBACK', /127\.0\.0\.1/],
                '/admin/clock',
                { headers: { 'Content-Type': 'application/json', Host: 'rebound.example.com' } },
            ],
            [
                [403, 'NOT_LOOPBACK', /this machine/],
                '/admin/clock',
                { headers: { 'Content-Type': 'application/json', Origin: 'https://evil.example.com' } },
            ],
        ];
        for (const [[status, code, detail], path, order] of rows) {
            const got = await ask(path, order);
            assert.deepEqual(got.slice(0, 2), [status, code], path);
            assert.match(String(got[2]), detail);
        }
        const page = await exchange(`${sandbox.url}/wallet/wallets`, { method: 'GET', headers: { Origin: 'http://localhost:8080' } });
        assert.equal(page.headers['access-control-allow-origin'], 'http://localhost:8080', 'a page on this machine may call');
        await assert.rejects(new SandboxClient('http://127.0.0.1:9').ledger(), { code: 'SANDBOX_UNREACHABLE', kind: 'link' });
    });

    test('the OpenAPI document names every route, and its schemas compile', async (t: TestContext) => {
        const { sandbox } = await openBench(t);
        const document = JSON.parse((await exchange(`${sandbox.url}/openapi.json`, { method: 'GET', headers: {} })).body.toString());
        assert.equal(document.openapi, '3.1.0');
        const ajv = new Ajv.default({ strict: false, formats: { uri: true } });
        let count = 0;
        for (const [path, operations] of Object.entries<
            Record<
                string,
                {
                    requestBody?: { content: Record<string, { schema: object }> };
                    responses: { '200': { content: Record<string, unknown> } };
                }
            >
        >(document.paths)) {
            for (const [method, operation] of Object.entries(operations)) {
                count += 1;
                const schema = operation.requestBody?.content['application/json']?.schema;
                if (schema !== undefined) ajv.compile(schema);
                // A stream has no end to wait for; page-routes.test.ts reads it.
                if (Object.hasOwn(operation.responses['200'].content, 'text/event-stream')) continue;
                const url = `${sandbox.url}${path.replace(/\{\w+\}/g, 'x')}`;
                const answer = await exchange(url, { method: method.toUpperCase(), headers: {} });
                assert.equal(answer.body.toString().includes('no such address'), false, `${method} ${path} is served`);
            }
        }
        assert.ok(count >= 25, `${count} operations`);
    });
});

describe('configuration', () => {
    test('all problems at once, with path and line', (t: TestContext) => {
        const file = join(folder(t), 'sandbox.yaml');
        writeFileSync(
            file,
            [
                'listen: nowhere',
                'colour: red',
                'clients:',
                '  - clientId: "SANDBOX 1"',
                '    publicKey: x',
                'switches:',
                '  timeScale: fast',
                '  guess: true',
                '',
            ].join('\n'),
        );
        assert.throws(
            () => readConfigFile(file),
            (error: { code?: string; kind?: string; facts?: { problems?: string } }) => {
                assert.deepEqual([error.code, error.kind], ['SANDBOX_CONFIG_INVALID', 'config']);
                const problems = String(error.facts?.problems)
                    .split('\n')
                    .map((line) => line.slice(file.length + 1));
                assert.deepEqual(problems.map((line) => line.split(': ').slice(0, 2).join(': ')).sort(), [
                    '1: listen',
                    '2: colour',
                    '4: clients[0].clientId',
                    '7: switches.timeScale',
                    '8: switches.guess',
                ]);
                assert.ok(problems.some((line) => line === '2: colour: no such key'));
                return true;
            },
        );
        writeFileSync(file, 'listen: [');
        assert.throws(() => readConfigFile(file), { code: 'SANDBOX_CONFIG_INVALID' });
        assert.throws(() => readConfigFile(join(file, 'none')), { code: 'SANDBOX_CONFIG_INVALID' });
    });

    test('what no single key shows: loopback, twins, keys', async () => {
        const clients = [{ clientId, publicKey: merchantKey.publicPem }];
        const problem = async (config: Parameters<typeof startSandbox>[0], expected: RegExp) =>
            assert.rejects(startSandbox(config), (error: { code?: string; facts?: { problems?: string } }) => {
                assert.equal(error.code, 'SANDBOX_CONFIG_INVALID');
                assert.match(String(error.facts?.problems), expected);
                return true;
            });
        await problem({ clients, listen: '0.0.0.0:0' }, /allowRemote/);
        await problem({ clients, listen: '0.0.0.0:0', allowRemote: true }, /adminListen/);
        await problem({ clients, adminListen: '0.0.0.0:0' }, /loopback only/);
        await problem({ clients: [...clients, ...clients] }, /twice/);
        await problem({ clients: [{ clientId, publicKey: 'nonsense' }] }, /no usable RSA public key/);
        await problem({ clients: [{ clientId, publicKeyFile: '/nonexistent' }] }, /ENOENT/);
        await problem({ clients: [] }, /clients/);
    });

    test('a port that is taken', async (t: TestContext) => {
        const { sandbox } = await openBench(t);
        await assert.rejects(
            startSandbox({ listen: new URL(sandbox.url).host, clients: [{ clientId, publicKey: merchantKey.publicPem }] }),
            {
                code: 'SANDBOX_LISTEN_FAILED',
            },
        );
    });

    test('the gateway’s key is made once, 0600, with its public half beside it; paths resolve from the file', async (t: TestContext) => {
        const path = folder(t);
        writeFileSync(join(path, 'merchant.pub'), merchantKey.publicPem.replace(/-----.*-----|\n/g, ''));
        const file = join(path, 'sandbox.yaml');
        writeFileSync(
            file,
            `listen: 127.0.0.1:0\nclients: [{ clientId: ${clientId}, publicKeyFile: merchant.pub }]\ngatewayKeyFile: keys/gateway.pem\nstate: data/state\n`,
        );
        const first = await startSandbox(readConfigFile(file));
        await first.close();
        assert.equal(statSync(join(path, 'keys/gateway.pem')).mode & 0o777, 0o600);
        assert.equal(readFileSync(join(path, 'keys/gateway.pub.pem'), 'utf8'), first.publicKeyPem);
        assert.ok(statSync(join(path, 'data/state')).isFile());
        const second = await startSandbox(readConfigFile(file));
        await second.close();
        assert.equal(second.publicKeyPem, first.publicKeyPem);
    });

    test('the published JSON Schema accepts what the reader accepts, and refuses unknown keys', () => {
        const validate = new Ajv.default({ strict: false, formats: { uri: true } }).compile(withoutDialect(sandboxConfigSchema()));
        assert.equal(validate({ clients: [{ clientId, publicKey: 'x' }], switches: { timeScale: 10 } }), true);
        assert.equal(validate({ clients: [{ clientId, publicKey: 'x' }], colour: 'red' }), false);
        assert.equal(validate({ clients: [{ clientId, publicKey: 'x' }], switches: { guess: true } }), false);
    });
});

describe('till sandbox', () => {
    async function till(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
        const said = { code: 0, out: '', err: '' };
        const out = (text: string) => {
            said.out += text;
        };
        const program = new Command('till').exitOverride().configureOutput({
            writeOut: out,
            writeErr: (text) => {
                said.err += text;
            },
        });
        addSandboxCommands(program, {
            env: {},
            out,
            exit: (code) => {
                said.code = code;
            },
        });
        await program.parseAsync([...args], { from: 'user' }).catch((error: { exitCode?: number; code?: string }) => {
            if (error.code?.startsWith('commander.') !== true) throw error;
            said.code = error.exitCode ?? 1;
        });
        return said;
    }

    test('wallet, fault, clock, ledger and compare speak to a running sandbox', async (t: TestContext) => {
        const { sandbox, merchant } = await openBench(t);
        const url = ['--url', sandbox.adminUrl];
        const code = (await till(['sandbox', 'wallet', 'code', 'alice', ...url])).out.split('\n')[0] ?? '';
        const id = merchant.newId();
        assert.equal((await merchant.payCode(code, { id })).result, 'S SUCCESS');
        assert.match((await till(['sandbox', 'wallet', 'list', ...url])).out, /alice +ALIPAY_HK +49850 EUR/);
        const orderCode = (await merchant.payOrder(merchant.newId())).json.orderCodeForm.codeDetails[0].codeValue;
        assert.match((await till(['sandbox', 'wallet', 'scan', 'bob', orderCode, ...url])).out, /^paid {2}150 EUR, balance 150 EUR/);
        assert.match(
            (await till(['sandbox', 'fault', 'add', 'pay', 'httpStatus', '--status', '502', '--count', '1', ...url])).out,
            /pay httpStatus/,
        );
        assert.equal((await merchant.payCode(scriptCode('0000'))).status, 502);
        assert.match((await till(['sandbox', 'fault', 'list', ...url])).out, /No fault stands\.[\s\S]*bookLate/);
        assert.match((await till(['sandbox', 'clock', '--advance', '60', ...url])).out, /^2026-03-02T12:01:00\+08:00 \(60 s ahead/);
        assert.match((await till(['sandbox', 'ledger', ...url])).out, /kept 3\.00 EUR/);
        const path = folder(t);
        const journal = join(path, 'journal.ndjson');
        const record = (value: string) =>
            `${JSON.stringify({ seq: 1, type: 'paymentPaid', saleId: 'S1', paymentRequestId: id, amount: { currency: 'EUR', value } })}\n`;
        const ledger = join(path, 'ledger.json');
        writeFileSync(ledger, (await till(['sandbox', 'ledger', '--json', '--payment', id, ...url])).out);
        writeFileSync(journal, record('150'));
        assert.deepEqual(await till(['sandbox', 'compare', journal, '--ledger', ledger]), {
            code: 0,
            err: '',
            out: 'EUR: the journal keeps 1.50 EUR, the ledger 1.50 EUR\n1 payments agree.\n',
        });
        writeFileSync(journal, record('149'));
        const differs = await till(['sandbox', 'compare', journal, ...url]);
        assert.equal(differs.code, 1);
        assert.match(differs.out, /the journal keeps 1\.49 EUR, the ledger 1\.50 EUR/);
    });

    test('usage: no configuration, no number, an unknown subcommand', async () => {
        const bare = await till(['sandbox']);
        assert.deepEqual([bare.code, /Usage: till sandbox/.test(bare.out)], [64, true]);
        assert.match((await till(['sandbox', 'fault', 'add', 'pay', 'slow', '--ms', 'soon'])).err, /Give a number/);
        assert.equal((await till(['sandbox', 'legder'])).code, 1);
        assert.equal(JSON.parse((await till(['sandbox', 'schema'])).out).title, 'Tillbox sandbox gateway');
        await assert.rejects(till(['sandbox', '--config', '/nonexistent.yaml']), { code: 'SANDBOX_CONFIG_INVALID' });
    });
});

/** The schema as ajv of the newest dialect takes it. */
function withoutDialect(schema: unknown): object {
    const { $schema: _dialect, ...rest } = schema as Record<string, unknown>;
    return rest;
}
