import assert from 'node:assert/strict';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { SandboxClient } from '../../../scripts/sandbox/client.ts';
import { type Bench, exchange, openBench, until } from './bench.ts';

const pageOrigin = 'http://localhost:8080';

const orderCodeOf = async (bench: Bench, id: string, value = '150'): Promise<string> =>
    (await bench.merchant.payOrder(id, { value })).json.orderCodeForm.codeDetails[0].codeValue;

interface Heard {
    readonly event: string;
    // biome-ignore lint/suspicious/noExplicitAny: the tests look into events of every shape
    readonly data: any;
}

/** Reads a stream of server-sent events until the test ends. */
async function listen(t: TestContext, url: string): Promise<{ heard: Heard[]; last: (event: string) => Heard['data'] }> {
    const heard: Heard[] = [];
    let text = '';
    const request = httpRequest(url, { headers: { Origin: pageOrigin }, agent: false });
    const response = await new Promise<IncomingMessage>((done, fail) => {
        request.on('response', done).on('error', fail).end();
    });
    request.on('error', () => {});
    response.on('error', () => {});
    assert.equal(response.headers['content-type'], 'text/event-stream; charset=utf-8');
    assert.equal(response.headers['access-control-allow-origin'], pageOrigin);
    response.on('data', (part: Buffer) => {
        text += part.toString();
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
            const block = text.slice(0, end);
            text = text.slice(end + 2);
            const found = /^event: (.*)\ndata: (.*)$/.exec(block);
            if (found !== null) heard.push({ event: found[1] ?? '', data: JSON.parse(found[2] ?? '') });
        }
    });
    t.after(() => request.destroy());
    return { heard, last: (event) => heard.filter((one) => one.event === event).at(-1)?.data };
}

describe('what a page hears live', () => {
    test('wallets, ledger and faults once, then each when it changed; never a code', async (t: TestContext) => {
        const bench = await openBench(t);
        const { sandbox, merchant, clock } = bench;
        const { heard, last } = await listen(t, `${sandbox.adminUrl}/wallet/live`);
        await until(() => heard.length === 3, 'each topic was told');
        assert.deepEqual(
            heard.map((one) => one.event),
            ['wallets', 'ledger', 'faults'],
        );
        assert.deepEqual(last('faults'), []);
        const { code } = sandbox.wallets.showCode('alice');
        await merchant.payCode(code, { id: 'one' });
        await until(() => last('wallets')[0].balance === '49850', 'the balance moved');
        assert.deepEqual(
            [last('ledger').payments, last('ledger').kept, last('ledger').movements[0].kind, last('ledger').movements[0].paymentRequestId],
            [1, [{ currency: 'EUR', value: '150' }], 'taken', 'one'],
        );
        const fault = await sandbox.fault({ api: 'pay', kind: 'unsigned', count: 1, ttlMs: 60_000 });
        await until(() => last('faults').length === 1, 'the fault stands');
        assert.equal(last('faults')[0].id, fault.id);
        clock.turn(60_000);
        await until(() => last('faults').length === 0, 'the fault ended by time alone');
        sandbox.wallets.change('alice', { password: true });
        await merchant.payCode(sandbox.wallets.showCode('alice').code, { id: 'asked', value: '70' });
        await until(() => last('wallets')[0].pending.length === 1, 'the password is asked for');
        const [pending] = last('wallets')[0].pending;
        assert.deepEqual([pending.paymentRequestId, pending.amount.value, pending.seller], ['asked', '70', 'Stand']);
        clock.turn(600_000);
        await until(() => last('wallets')[0].pending.length === 0, 'it is no longer asked for once its time is over');
        const count = heard.length;
        sandbox.wallets.change('alice', {});
        assert.equal((await exchange(`${sandbox.adminUrl}/wallet/wallets`, { method: 'GET', headers: {} })).status, 200);
        assert.equal(heard.length, count, 'what is as before is not told again');
        assert.equal(JSON.stringify(heard).includes(code), false);
    });

    test('a preflight is answered for pages of this machine, and the sandbox closes while a page listens', async (t: TestContext) => {
        const { sandbox } = await openBench(t);
        const ask = (origin: string) =>
            exchange(`${sandbox.adminUrl}/wallet/wallets/alice/peek`, {
                method: 'OPTIONS',
                headers: { Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' },
            });
        const allowed = await ask(pageOrigin);
        assert.deepEqual(
            [allowed.status, allowed.headers['access-control-allow-origin'], allowed.headers['access-control-allow-headers']],
            [204, pageOrigin, 'Content-Type'],
        );
        for (const origin of ['https://evil.example.com', 'null', 'http://localhost.evil.example']) {
            const refused = await ask(origin);
            assert.deepEqual([refused.status, refused.headers['access-control-allow-origin']], [403, undefined], origin);
        }
        await listen(t, `${sandbox.adminUrl}/wallet/live`);
        await sandbox.close();
    });
});

describe('order codes and receipts of a wallet', () => {
    test('a peek tells what is asked for, and does nothing', async (t: TestContext) => {
        const bench = await openBench(t);
        const { sandbox, merchant, clock } = bench;
        const client = new SandboxClient(sandbox.adminUrl);
        const code = await orderCodeOf(bench, 'order', '100');
        const peeked = await client.wallet.peek('chen', code);
        assert.deepEqual(
            [peeked.paymentRequestId, peeked.amount, peeked.walletAmount, peeked.description, peeked.seller, peeked.status],
            ['order', { currency: 'EUR', value: '100' }, { currency: 'CNY', value: '780' }, 'Water', 'Stand', 'PROCESSING'],
        );
        assert.deepEqual([peeked.expiresAtMs, peeked.nowMs], [clock.wallMs() + 180_000, clock.wallMs()]);
        assert.equal((await merchant.inquire('order')).json.paymentStatus, 'PROCESSING');
        const read = await client.wallet.read('chen', ` ${code}\n`);
        assert.ok(read.kind === 'order');
        assert.equal(read.paymentRequestId, 'order');
        assert.deepEqual(await client.wallet.read('chen', 'http://127.0.0.1:9/e/k1?t=1'), {
            kind: 'page',
            url: 'http://127.0.0.1:9/e/k1?t=1',
        });
        for (const strange of ['280000000000000000', 'http://', 'javascript:alert(1)', 'WIFI:S:x;;'])
            assert.deepEqual(await client.wallet.read('chen', strange), { kind: 'strange' }, strange);
        clock.turn(180_000);
        assert.equal((await client.wallet.peek('chen', code)).status, 'EXPIRED');
        await assert.rejects(client.wallet.peek('chen', 'https://example.com/'), { facts: { status: 422, reason: 'CODE_UNKNOWN' } });
        await assert.rejects(client.wallet.peek('nobody', code), { facts: { status: 404, reason: 'WALLET_UNKNOWN' } });
    });

    test('who shows a code learns what became of the one before', async (t: TestContext) => {
        const bench = await openBench(t);
        const { sandbox, merchant, clock } = bench;
        const client = new SandboxClient(sandbox.adminUrl);
        const shown = await client.wallet.currentCode('bob');
        assert.deepEqual([shown.before, shown.expiresAtMs - shown.nowMs], [undefined, 60_000]);
        clock.turn(61_000);
        const fresh = await client.wallet.currentCode('bob');
        assert.notEqual(fresh.code, shown.code);
        assert.equal(fresh.before, undefined, 'a code that nobody used became nothing');
        await merchant.payCode(fresh.code, { id: 'dear', value: '301' });
        const { before } = await client.wallet.currentCode('bob');
        assert.deepEqual(
            [before?.paymentRequestId, before?.status, before?.resultCode, before?.amount.value, before?.seller, before?.asks],
            ['dear', 'FAIL', 'USER_BALANCE_NOT_ENOUGH', '301', 'Stand', false],
        );
        sandbox.wallets.change('bob', { password: true });
        await merchant.payCode((await client.wallet.currentCode('bob')).code, { id: 'asked', value: '30' });
        assert.deepEqual(await client.wallet.currentCode('bob').then((next) => [next.before?.paymentRequestId, next.before?.asks]), [
            'asked',
            true,
        ]);
    });

    test('receipts: what went out and what came back, newest first, of this wallet alone', async (t: TestContext) => {
        const bench = await openBench(t);
        const { sandbox, merchant } = bench;
        const client = new SandboxClient(sandbox.adminUrl);
        const paid = await merchant.payCode(sandbox.wallets.showCode('alice').code, { id: 'first' });
        await merchant.refund(paid.json.paymentId, '50');
        await merchant.payCode(sandbox.wallets.showCode('alice').code, { id: 'second' });
        await merchant.cancel('second');
        await merchant.payCode(sandbox.wallets.showCode('bob').code, { id: 'other', value: '20' });
        const receipts = await client.wallet.receipts('alice');
        assert.deepEqual(
            receipts.map((one) => [one.kind, one.amount.value, one.paymentRequestId, one.status, one.seller, one.description]),
            [
                ['cancel', '150', 'second', 'CANCELLED', 'Stand', 'Water'],
                ['payment', '150', 'second', 'CANCELLED', 'Stand', 'Water'],
                ['refund', '50', 'first', 'SUCCESS', 'Stand', 'Water'],
                ['payment', '150', 'first', 'SUCCESS', 'Stand', 'Water'],
            ],
        );
        assert.equal(receipts[3]?.paymentId, paid.json.paymentId);
        assert.deepEqual(
            (await client.wallet.receipts('bob')).map((one) => one.walletAmount.value),
            ['20'],
        );
    });
});

describe('an entry page in a frame', () => {
    /** A merchant's page that wants to be framed by nobody, keeps a cookie, and leads into the cashier. */
    async function openPage(t: TestContext, bench: Bench) {
        const seen: { line: string; headers: IncomingMessage['headers']; body: string }[] = [];
        const server = createServer((request, response) => {
            const parts: Buffer[] = [];
            request.on('data', (part: Buffer) => parts.push(part));
            request.on('end', async () => {
                seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(parts).toString() });
                response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'self'; frame-ancestors 'none'");
                response.setHeader('X-Frame-Options', 'DENY');
                switch (request.url) {
                    case '/e/k1?t=1':
                        response.setHeader('Set-Cookie', 'visit=abc=; Path=/; HttpOnly; SameSite=Strict');
                        return response.end('<form method=post action="/e/k1">');
                    case '/e/k1':
                        return response.writeHead(303, { Location: `http://127.0.0.1:${port}/e/k1/wait?s=1` }).end();
                    case '/e/k1/wait?s=1': {
                        const entry = await bench.merchant.payOrder(
                            'entry',
                            { scenario: 'EntryCode', value: '250' },
                            { paymentRedirectUrl: `http://127.0.0.1:${port}/e/k1/done?s=1` },
                        );
                        return response.writeHead(302, { Location: entry.json.redirectActionForm.redirectUrl }).end();
                    }
                    case '/away':
                        return response.writeHead(302, { Location: 'https://example.com/' }).end();
                    case '/half':
                        response.writeHead(200, { 'Content-Length': '100' }).write('half');
                        return setImmediate(() => response.destroy());
                    default:
                        response.setHeader('Set-Cookie', 'visit=; Max-Age=0');
                        return response.end('done');
                }
            });
        });
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        const { port } = server.address() as AddressInfo;
        t.after(() => new Promise((done) => server.close(done)));
        return { origin: `http://127.0.0.1:${port}`, seen };
    }

    const openView = async (bench: Bench, order: { url: string; language?: string }) => {
        const answer = await exchange(`${bench.sandbox.adminUrl}/wallet/wallets/alice/view`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Origin: pageOrigin },
            body: JSON.stringify(order),
        });
        assert.equal(answer.status, 200, answer.body.toString());
        return JSON.parse(answer.body.toString()) as { href: string; origin: string; target: string };
    };

    test('seen as the wallet sees it, from the form to the cashier and back', async (t: TestContext) => {
        const bench = await openBench(t);
        const page = await openPage(t, bench);
        const view = await openView(bench, { url: `${page.origin}/e/k1?t=1`, language: 'de' });
        assert.equal(view.target, page.origin);
        assert.equal(view.href, `${view.origin}/e/k1?t=1`);
        const get = (path: string, headers: Record<string, string> = {}) =>
            exchange(`${view.origin}${path}`, {
                method: 'GET',
                headers: { 'User-Agent': 'Chromium', 'Accept-Language': 'fr', ...headers },
            });
        const form = await get('/e/k1?t=1', { Cookie: 'theirs=1', Referer: `${pageOrigin}/` });
        assert.equal(form.body.toString(), '<form method=post action="/e/k1">');
        assert.deepEqual(
            [form.headers['content-security-policy'], form.headers['x-frame-options'], form.headers['set-cookie']],
            [`default-src 'none'; style-src 'self', frame-ancestors ${pageOrigin}`, undefined, undefined],
        );
        const asked = page.seen[0]?.headers;
        assert.match(String(asked?.['user-agent']), /AlipayConnect/);
        assert.deepEqual(
            [asked?.['accept-language'], asked?.host, asked?.cookie, asked?.referer],
            ['de', new URL(page.origin).host, undefined, undefined],
        );
        const posted = await exchange(`${view.origin}/e/k1`, {
            method: 'POST',
            headers: {
                'Content-Type': 'application/x-www-form-urlencoded',
                Origin: view.origin,
                Referer: `${view.origin}/e/k1?t=1`,
                'Sec-Fetch-Site': 'same-origin',
            },
            body: 'amount=2.50',
        });
        assert.deepEqual([posted.status, posted.headers.location], [303, '/e/k1/wait?s=1'], 'the frame stays in the view');
        const sent = page.seen[1];
        assert.deepEqual(
            [sent?.body, sent?.headers.origin, sent?.headers.referer, sent?.headers.cookie, sent?.headers['sec-fetch-site']],
            ['amount=2.50', page.origin, `${page.origin}/e/k1?t=1`, 'visit=abc=', undefined],
        );
        const cashier = await get('/e/k1/wait?s=1');
        assert.equal(cashier.status, 200);
        const script = /<script>(.*)<\/script>/.exec(cashier.body.toString())?.[1] ?? '';
        const told: unknown[] = [];
        const parent = { postMessage: (message: unknown, origin: string) => told.push(structuredClone(message), origin) };
        runInNewContext(script, { parent, window: {} });
        const [message, toOrigin] = told as [{ tillbox: string; orderCode: string; paymentRequestId: string }, string];
        assert.deepEqual([message.tillbox, message.paymentRequestId, toOrigin], ['cashier', 'entry', pageOrigin]);
        assert.match(String(cashier.headers['content-security-policy']), /script-src 'sha256-.*frame-ancestors http:\/\/localhost:8080$/);
        const paid = await new SandboxClient(bench.sandbox.adminUrl).wallet.scan('alice', { code: message.orderCode });
        assert.deepEqual([paid.outcome, paid.returnUrl], ['paid', `${page.origin}/e/k1/done?s=1`]);
        assert.equal((await get('/e/k1/done?s=1')).body.toString(), 'done');
        await get('/e/k1/done?s=1');
        assert.equal(page.seen.at(-1)?.headers.cookie, undefined, 'a cookie that was ended is not sent');
    });

    test('nothing else comes through', async (t: TestContext) => {
        const bench = await openBench(t);
        const page = await openPage(t, bench);
        const view = await openView(bench, { url: `${page.origin}/e/k1?t=1` });
        const rows: [status: number, order: { method?: string; path?: string; headers?: Record<string, string> }][] = [
            [403, { headers: { Host: 'rebound.example.com' } }],
            [405, { method: 'DELETE' }],
            [403, { method: 'POST', headers: { Origin: 'https://evil.example.com' } }],
            [403, { method: 'POST', headers: { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' } }],
            [403, { method: 'POST', headers: { Origin: pageOrigin, 'Sec-Fetch-Site': 'same-site' } }],
            [502, { path: '/away' }],
        ];
        for (const [status, order] of rows) {
            const answer = await exchange(`${view.origin}${order.path ?? '/e/k1/other'}`, {
                method: order.method ?? 'GET',
                headers: order.headers ?? {},
            });
            assert.equal(answer.status, status, JSON.stringify(order));
            assert.match(String(answer.headers['content-security-policy']), /frame-ancestors http:\/\/localhost:8080/);
        }
        assert.deepEqual(
            page.seen.map((one) => one.line),
            ['GET /away'],
        );
        await assert.rejects(
            exchange(`${view.origin}/half`, { method: 'GET', headers: {} }),
            'half an answer is not passed off as a whole',
        );
        const client = new SandboxClient(bench.sandbox.adminUrl);
        for (const url of ['http://example.com/', 'file:///etc/passwd', 'nonsense', 'https://127.0.0.1/']) {
            await assert.rejects(client.wallet.frame('alice', { url }), { facts: { status: 422, reason: 'PAGE_NOT_LOOPBACK' } }, url);
        }
        await assert.rejects(client.wallet.frame('alice', { url: page.origin, language: 'de\r\nX: 1' }), {
            facts: { status: 422, reason: 'BODY_INVALID' },
        });
        const dead = await openView(bench, { url: 'http://127.0.0.1:9/' });
        assert.equal((await exchange(dead.href, { method: 'GET', headers: {} })).status, 502);
    });

    test('the oldest of many views is closed, and all of them with the sandbox', async (t: TestContext) => {
        const bench = await openBench(t);
        const page = await openPage(t, bench);
        const views: { href: string }[] = [];
        for (let count = 0; count < 9; count++) views.push(await openView(bench, { url: `${page.origin}/e/k1` }));
        const status = (at: number) => exchange(views.at(at)?.href ?? '', { method: 'GET', headers: {} }).then((answer) => answer.status);
        await assert.rejects(status(0), { code: 'ECONNREFUSED' });
        assert.equal(await status(1), 303);
        await bench.sandbox.close();
        await assert.rejects(status(-1), { code: 'ECONNREFUSED' });
    });
});
