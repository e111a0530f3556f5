import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { OpenOutcome } from '../../../scripts/sandbox/wallet.ts';
import { type Bench, openBench, until } from './bench.ts';

const codeOf = async (bench: Bench, id: string, value = '150'): Promise<string> =>
    (await bench.merchant.payOrder(id, { value })).json.orderCodeForm.codeDetails[0].codeValue;
const balance = (bench: Bench, name = 'alice') => bench.sandbox.wallets.view(name).balance;
const lines = (bench: Bench, id: string) =>
    bench.sandbox.ledger({ paymentRequestId: id }).payments[0]?.movements.map((move) => `${move.kind} ${move.amount.value}`);

describe('payment codes of a wallet', () => {
    test('24 or 18 digits of the Alipay+ family, valid for a minute and for one payment', async (t: TestContext) => {
        const bench = await openBench(t);
        const { sandbox, merchant, clock } = bench;
        const shown = sandbox.wallets.showCode('alice');
        assert.match(shown.code, /^28101002\d{16}$/);
        const answer = await merchant.payCode(shown.code);
        assert.equal(answer.result, 'S SUCCESS');
        assert.deepEqual(answer.json.pspCustomerInfo.pspName, 'ALIPAY_HK');
        assert.equal(balance(bench), '49850');
        assert.equal((await merchant.payCode(shown.code)).result, 'F EXPIRED_CODE', 'single use');
        const late = sandbox.wallets.showCode('alice');
        clock.turn(60_000);
        assert.equal((await merchant.payCode(late.code)).result, 'F EXPIRED_CODE', 'sixty seconds');
        const short = await openBench(t, { wallets: [{ name: 'dora', currency: 'EUR', balance: '1000', codeDigits: 18 }], seed: 'x' });
        const eighteen = short.sandbox.wallets.showCode('dora').code;
        assert.match(eighteen, /^28\d{16}$/);
        assert.equal((await short.merchant.payCode(eighteen)).result, 'S SUCCESS');
    });

    test('balance, limit and refusal are told by their codes, and no money moves', async (t: TestContext) => {
        const bench = await openBench(t);
        const { sandbox, merchant } = bench;
        const pay = async (name: string, value: string) => (await merchant.payCode(sandbox.wallets.showCode(name).code, { value })).result;
        assert.equal(await pay('bob', '301'), 'F USER_BALANCE_NOT_ENOUGH');
        assert.equal(await pay('bob', '300'), 'S SUCCESS');
        sandbox.wallets.change('alice', { limit: '1000' });
        assert.equal(await pay('alice', '1001'), 'F USER_AMOUNT_EXCEED_LIMIT');
        sandbox.wallets.change('alice', { refuse: 'USER_STATUS_ABNORMAL' });
        assert.equal(await pay('alice', '1'), 'F USER_STATUS_ABNORMAL');
        assert.deepEqual([balance(bench), balance(bench, 'bob')], ['50000', '0']);
    });

    test('a password: U first, then confirmed or rejected', async (t: TestContext) => {
        const bench = await openBench(t);
        const { sandbox, merchant } = bench;
        sandbox.wallets.change('alice', { password: true });
        const ids = [merchant.newId(), merchant.newId(), merchant.newId()] as const;
        for (const id of ids)
            assert.equal((await merchant.payCode(sandbox.wallets.showCode('alice').code, { id })).result, 'U PAYMENT_IN_PROCESS');
        assert.deepEqual(
            sandbox.wallets.view('alice').pending.map((one) => one.paymentRequestId),
            ids,
        );
        assert.equal((await merchant.inquire(ids[0])).json.paymentStatus, 'PROCESSING');
        assert.equal(sandbox.wallets.answer('alice', { paymentRequestId: ids[0] }).outcome, 'paid');
        assert.equal((await merchant.inquire(ids[0])).json.paymentStatus, 'SUCCESS');
        assert.equal(sandbox.wallets.answer('alice', { paymentRequestId: ids[1], act: 'reject' }).outcome, 'rejected');
        const rejected = await merchant.inquire(ids[1]);
        assert.deepEqual([rejected.json.paymentStatus, rejected.json.paymentResultCode], ['FAIL', 'USER_PAYMENT_VERIFICATION_FAILED']);
        assert.equal((await merchant.cancel(ids[2])).result, 'S SUCCESS');
        assert.equal(sandbox.wallets.answer('alice', { paymentRequestId: ids[2] }).reason, 'cancelled');
        assert.equal(balance(bench), '49850');
        assert.throws(() => sandbox.wallets.answer('bob', { paymentRequestId: 'nobody' }), { code: 'PAYMENT_UNKNOWN' });
    });

    test('a wallet of another currency pays its price, and gets it back to the last cent', async (t: TestContext) => {
        const bench = await openBench(t, {
            rates: { 'EUR/CNY': '7.8013' },
            wallets: [{ name: 'chen', currency: 'CNY', balance: '10000' }],
        });
        const { sandbox, merchant } = bench;
        const paid = await merchant.payCode(sandbox.wallets.showCode('chen').code, { value: '333' });
        assert.deepEqual(paid.json.actualPaymentAmount, { currency: 'CNY', value: '2598' });
        assert.deepEqual(paid.json.paymentQuote, { guaranteed: false, quoteCurrencyPair: '978/156', quotePrice: '7.8013' });
        assert.equal(balance(bench, 'chen'), '7402');
        for (const part of ['111', '100', '122']) assert.equal((await merchant.refund(paid.json.paymentId, part)).result, 'S SUCCESS');
        assert.equal(balance(bench, 'chen'), '10000');
        const none = await merchant.payCode(sandbox.wallets.showCode('chen').code, { currency: 'USD' });
        assert.equal(none.result, 'F CURRENCY_NOT_SUPPORT');
    });
});

describe('order codes', () => {
    test('confirm, reject, ignore, confirm twice', async (t: TestContext) => {
        const bench = await openBench(t);
        const { sandbox, merchant } = bench;
        const ids = Array.from({ length: 4 }, () => merchant.newId());
        const [confirm = '', reject = '', ignore = '', twice = ''] = ids;
        const scan = async (id: string, act: 'confirm' | 'reject' | 'ignore' | 'confirmTwice') =>
            sandbox.wallets.scan('alice', { code: await codeOf(bench, id), act });
        assert.deepEqual((await scan(confirm, 'confirm')).balance, { currency: 'EUR', value: '49850' });
        assert.equal((await scan(reject, 'reject')).outcome, 'rejected');
        assert.equal((await scan(ignore, 'ignore')).outcome, 'ignored');
        assert.deepEqual((await scan(twice, 'confirmTwice')).second, { outcome: 'refused', reason: 'already-paid' });
        const states = await Promise.all(ids.map(async (id) => (await merchant.inquire(id)).json.paymentStatus));
        assert.deepEqual(states, ['SUCCESS', 'FAIL', 'PROCESSING', 'SUCCESS']);
        assert.equal(sandbox.wallets.answer('alice', { paymentRequestId: ignore }).outcome, 'paid', 'scanned before, confirmed now');
        assert.equal(balance(bench), '49550');
        assert.deepEqual(lines(bench, twice), ['taken 150']);
        assert.throws(() => sandbox.wallets.scan('alice', { code: 'https://gqr.alipay.com/nothing' }), { code: 'CODE_UNKNOWN' });
        assert.throws(() => sandbox.wallets.scan('nobody', { code: 'x' }), { code: 'WALLET_UNKNOWN' });
    });

    test('one with too little money leaves the code to another', async (t: TestContext) => {
        const bench = await openBench(t);
        const id = bench.merchant.newId();
        const code = await codeOf(bench, id, '400');
        assert.equal(bench.sandbox.wallets.scan('bob', { code }).reason, 'USER_BALANCE_NOT_ENOUGH');
        assert.equal(bench.sandbox.wallets.scan('alice', { code }).outcome, 'paid');
    });

    test('paid late: taken after the cancel or the expiry, returned at once, and notified', async (t: TestContext) => {
        const bench = await openBench(t);
        const { sandbox, merchant, clock, hook } = bench;
        const [cancelled, expired, over] = [merchant.newId(), merchant.newId(), merchant.newId()];
        for (const id of [cancelled, expired]) {
            assert.equal(sandbox.wallets.scan('alice', { code: await codeOf(bench, id), act: 'payLate' }).outcome, 'late-planned');
        }
        assert.equal(hook.received.length, 0);
        assert.equal((await merchant.cancel(cancelled)).result, 'S SUCCESS');
        await until(() => hook.received.length === 1, 'the late success is notified');
        assert.deepEqual(lines(bench, cancelled), ['taken 150', 'returned 150']);
        assert.equal((await merchant.inquire(cancelled)).json.paymentStatus, 'CANCELLED');
        assert.deepEqual(lines(bench, expired), []);
        clock.turn(180_000);
        await until(() => hook.received.length === 2, 'the other one too');
        assert.deepEqual(lines(bench, expired), ['taken 150', 'returned 150']);
        const code = await codeOf(bench, over);
        await merchant.cancel(over);
        assert.equal(sandbox.wallets.scan('alice', { code, act: 'payLate' }).outcome, 'late');
        assert.equal(balance(bench), '50000');
        assert.deepEqual(sandbox.ledger().totals, [
            { currency: 'EUR', taken: '450', cancelled: '0', refunded: '0', returned: '450', net: '0' },
        ]);
    });
});

describe('entry codes', () => {
    /** A page like a merchant's: a form with hidden fields, then a waiting page, then a redirect into the cashier. */
    async function openPage(t: TestContext, bench: Bench) {
        const seen: { method: string; url: string; agent: string; body: string; cookie: string }[] = [];
        let redirectUrl = '';
        const listener: RequestListener = (request, response) => {
            const parts: Buffer[] = [];
            request.on('data', (part: Buffer) => parts.push(part));
            request.on('end', async () => {
                const body = Buffer.concat(parts).toString();
                const url = request.url ?? '';
                seen.push({
                    method: request.method ?? '',
                    url,
                    agent: request.headers['user-agent'] ?? '',
                    body,
                    cookie: request.headers.cookie ?? '',
                });
                const html = (text: string, status = 200) => response.writeHead(status, { 'Content-Type': 'text/html' }).end(text);
                if (url === '/e/k1') {
                    response.setHeader('Set-Cookie', 'visit=1; Path=/; HttpOnly');
                    html(`<!doctype html><title>Stand</title><!-- <form action="/bad"> --><form method="post" action="/e/k1/pay">
                        <input type=hidden name="token" value="a&amp;b"><input name="amount" inputmode="decimal"><button name="go" value="1">Pay</button></form>`);
                } else if (url === '/e/k1/pay' && new URLSearchParams(body).get('amount') === '2,5x') {
                    html(
                        '<title>Stand</title><p>Please type an amount.</p><form method=post action="/e/k1/pay"><input name=amount></form>',
                        422,
                    );
                } else if (url === '/e/k1/pay') {
                    const id = bench.merchant.newId();
                    const entry = await bench.merchant.payOrder(
                        id,
                        { scenario: 'EntryCode', value: '250' },
                        { paymentRedirectUrl: `http://127.0.0.1:${port}/e/k1/done` },
                    );
                    redirectUrl = entry.json.redirectActionForm.redirectUrl;
                    response.writeHead(303, { Location: '/e/k1/wait' }).end();
                } else if (url === '/e/k1/wait') {
                    html('<meta http-equiv="refresh" content="0;url=/e/k1/go"><p>One moment</p>');
                } else if (url === '/e/k1/go') {
                    response.writeHead(302, { Location: redirectUrl }).end();
                } else html('<p>done</p>', url === '/e/k1/done' ? 200 : 404);
            });
        };
        const server = createServer(listener);
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        const { port } = server.address() as AddressInfo;
        t.after(() => new Promise((done) => server.close(done)));
        return { url: `http://127.0.0.1:${port}/e/k1`, seen };
    }

    test('opened with the wallet’s user agent, filled in, followed into the cashier, paid, and back', async (t: TestContext) => {
        const bench = await openBench(t);
        const page = await openPage(t, bench);
        const outcome: OpenOutcome = await bench.sandbox.wallets.openEntry('alice', { url: page.url, amount: '2.50' });
        assert.equal(outcome.kind, 'cashier');
        assert.deepEqual([outcome.paid?.outcome, outcome.paid?.amount.value, outcome.returned], ['paid', '250', 200]);
        assert.equal(balance(bench), '49750');
        assert.deepEqual(
            page.seen.map((one) => `${one.method} ${one.url}`),
            ['GET /e/k1', 'POST /e/k1/pay', 'GET /e/k1/wait', 'GET /e/k1/go', 'GET /e/k1/done'],
        );
        assert.ok(page.seen.every((one) => one.agent.includes('AlipayConnect')));
        assert.equal(page.seen[1]?.body, 'token=a%26b&amount=2.50&go=1');
        assert.equal(page.seen[1]?.cookie, 'visit=1');
    });

    test('a page that wants more can be continued; a foreign agent and an ignored cashier are possible', async (t: TestContext) => {
        const bench = await openBench(t);
        const page = await openPage(t, bench);
        const first = await bench.sandbox.wallets.openEntry('alice', { url: page.url, amount: '2,5x', userAgent: 'Firefox' });
        assert.ok(first.kind === 'page');
        assert.deepEqual([first.status, first.fields, page.seen[0]?.agent], [422, ['amount'], 'Firefox']);
        assert.match(first.text, /Please type an amount/);
        const next = await bench.sandbox.wallets.submitPage('alice', { tab: first.tab, fields: { amount: '2.50' }, act: 'ignore' });
        assert.deepEqual([next.kind, next.paid?.outcome], ['cashier', 'ignored']);
        assert.equal(balance(bench), '50000');
        await assert.rejects(bench.sandbox.wallets.submitPage('alice', { tab: first.tab, fields: {} }), { code: 'TAB_UNKNOWN' });
    });

    test('only pages on this machine', async (t: TestContext) => {
        const { sandbox } = await openBench(t);
        await assert.rejects(sandbox.wallets.openEntry('alice', { url: 'http://example.com/e/k1' }), { code: 'PAGE_NOT_LOOPBACK' });
        await assert.rejects(sandbox.wallets.openEntry('alice', { url: 'file:///etc/passwd' }), { code: 'PAGE_NOT_LOOPBACK' });
        await assert.rejects(sandbox.wallets.openEntry('alice', { url: 'http://127.0.0.1:9/' }), { code: 'PAGE_UNREACHABLE' });
    });
});
