/** The entry page over real HTTP, without scripts: from the scanned code to the wallet's cashier and back. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { alipay, alipayPlus, type Bench, bench, desktop, formOf, page, refreshOf } from './browser.ts';

let b: Bench;
beforeEach(async () => {
    b = await bench();
});
afterEach(() => b.close());

const settle = async (until: () => boolean) => {
    for (let turn = 0; turn < 5000 && !until(); turn += 1) await new Promise((done) => setImmediate(done));
    assert.ok(until(), 'it never came to that');
};

test('an amount typed on the page leads into the cashier, with the wallet’s user agent and exact minor units', async () => {
    const shown = await b.get(page);
    assert.equal(shown.status, 200);
    assert.match(shown.text, /Corner Stand/);
    assert.match(shown.text, /inputmode="decimal"/);
    assert.match(shown.text, /From EUR.1\.00 to EUR.500\.00/);
    assert.doesNotMatch(shown.text, /<script/i);
    const form = formOf(shown.text);
    assert.equal(form.action, page);
    const sent = await b.post(form.action, { token: form.token, amount: '12.5' });
    assert.equal(sent.status, 302);
    assert.equal(sent.headers.location, 'alipays://platformapi/startApp?qrcode=x');
    assert.deepEqual(b.desk.asked, [{ token: form.token, userAgent: alipayPlus, amount: { currency: 'EUR', value: '1250' } }]);
});

test('both families of wallets are served, others are told how', async () => {
    assert.match((await b.get(page, { 'user-agent': alipay, 'accept-language': 'en' })).text, /name="amount"/);
    assert.match((await b.get(page, { 'user-agent': alipayPlus })).text, /name="amount"/);
    const other = await b.get(page, { 'user-agent': desktop });
    assert.equal(other.status, 200);
    assert.match(other.text, /Open this page in your wallet/);
    assert.doesNotMatch(other.text, /<form/);
    const { token } = formOf((await b.get(page)).text);
    const sent = await b.post(page, { token, amount: '5' }, { 'user-agent': desktop });
    assert.match(sent.text, /Open this page in your wallet/);
    assert.deepEqual(b.desk.asked, []);
});

test('the language follows the wallet', async () => {
    const lang = async (headers: Record<string, string>) => /<html lang="([^"]+)">/.exec((await b.get(page, headers)).text)?.[1];
    assert.equal(await lang({ 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' }), 'zh-Hans');
    assert.equal(await lang({ 'accept-language': 'en;q=0.2, zh-Hans-SG;q=0.9' }), 'zh-Hans');
    assert.equal(await lang({ 'accept-language': 'fr, en;q=0.5' }), 'en');
    assert.equal(await lang({ 'accept-language': 'fr, zh;q=0.5' }), 'zh-Hans');
    assert.equal(await lang({ 'user-agent': alipay }), 'zh-Hans');
    assert.equal(await lang({ 'accept-language': '"><script>' }), 'en');
    const shown = await b.get(page, { 'accept-language': 'zh' });
    assert.match(shown.text, /付款给 Corner Stand/);
    assert.equal(shown.headers['content-language'], 'zh-Hans');
});

test('who speaks none of the languages gets the kiosk’s own', async () => {
    const chinese = await bench({ locales: ['zh-CN', 'en'] });
    try {
        assert.match((await chinese.get(page, { 'accept-language': 'fr' })).text, /<html lang="zh-Hans">/);
        assert.match((await chinese.get(page, { 'accept-language': 'fr, en-GB;q=0.1' })).text, /<html lang="en">/);
    } finally {
        await chinese.close();
    }
});

test('the same page sent twice is the same sale', async () => {
    const { token } = formOf((await b.get(page)).text);
    const [one, two] = await Promise.all([b.post(page, { token, amount: '5' }), b.post(page, { token, amount: '5' })]);
    assert.equal(one.headers.location, two.headers.location);
    assert.deepEqual(
        b.desk.asked.map((request) => request.token),
        [token, token],
    );
    assert.equal(b.desk.statuses.size, 1);
    const other = formOf((await b.get(page)).text);
    assert.notEqual(other.token, token);
});

const amounts: readonly [string, string, RegExp | string][] = [
    ['EUR', '5', '500'],
    ['EUR', '5.05', '505'],
    ['EUR', '5,5', '550'],
    ['EUR', ' 5 ', '500'],
    ['EUR', '500.00', '50000'],
    ['EUR', '0.99', /least that can be paid is EUR.1\.00/],
    ['EUR', '0', /least that can be paid/],
    ['EUR', '500.01', /most that can be paid is EUR.500\.00/],
    ['EUR', '5.055', /at most 2 decimals, such as 1\.00/],
    ['EUR', '5.', /at most 2 decimals/],
    ['EUR', '.5', /at most 2 decimals/],
    ['EUR', '-5', /at most 2 decimals/],
    ['EUR', '1e2', /at most 2 decimals/],
    ['EUR', '0x10', /at most 2 decimals/],
    ['EUR', '１２', /at most 2 decimals/],
    ['EUR', '12345678', /at most 2 decimals/],
    ['EUR', '5 0', /at most 2 decimals/],
    ['EUR', '', /at most 2 decimals/],
    ['JPY', '500', '500'],
    ['JPY', '500.0', /whole number, such as 100/],
    ['JPY', '500,5', /whole number/],
    ['IDR', '400.50', /without decimals/],
    ['IDR', '400', '40000'],
];

for (const [currency, typed, expected] of amounts) {
    test(`amount ${JSON.stringify(typed)} in ${currency}`, async () => {
        b.desk.offer = { ...b.desk.offer, currency };
        const { token } = formOf((await b.get(page)).text);
        const sent = await b.post(page, { token, amount: typed });
        if (typeof expected === 'string') {
            assert.equal(sent.status, 302);
            assert.deepEqual(b.desk.asked[0]?.amount, { currency, value: expected });
            return;
        }
        assert.equal(sent.status, 422);
        assert.match(sent.text, expected);
        assert.deepEqual(b.desk.asked, []);
        assert.equal(formOf(sent.text).token, token, 'the page comes back with its token');
    });
}

test('the example of an amount is written as the phone’s language writes it', async () => {
    const german = await bench({ locales: ['de', 'en'] });
    const { token } = formOf((await german.get(page)).text);
    const sent = await german.post(page, { token, amount: '5,055' });
    await german.close();
    assert.match(sent.text, /höchstens 2 Nachkommastellen ein, zum Beispiel 1,00\./);
});

test('a page without scripts waits for the cashier, and goes on by itself', async () => {
    b.desk.first = { kind: 'preparing' };
    const { token } = formOf((await b.get(page)).text);
    const sending = b.post(page, { token, amount: '5' });
    await settle(() => b.desk.waiters === 1);
    b.desk.release();
    const waiting = await sending;
    assert.equal(waiting.status, 200);
    assert.match(waiting.text, /Please wait/);
    const next = refreshOf(waiting.text);
    assert.equal(next, `${page}/wait?s=${token}`);
    const going = b.get(next);
    await settle(() => b.desk.waiters === 1);
    b.desk.become(token, { kind: 'redirect', redirectUrl: 'https://wallet.example/cashier?a=1&b=2' });
    const gone = await going;
    assert.equal(gone.status, 302);
    assert.equal(gone.headers.location, 'https://wallet.example/cashier?a=1&b=2');
    assert.ok(b.desk.waits.every((ms) => ms <= 8000));
});

test('the cashier’s address comes while the form is still being answered', async () => {
    b.desk.first = { kind: 'preparing' };
    const { token } = formOf((await b.get(page)).text);
    const sending = b.post(page, { token, amount: '5' });
    await settle(() => b.desk.waiters === 1);
    b.desk.become(token, { kind: 'redirect', redirectUrl: 'alipays://x?y=支付' });
    const sent = await sending;
    assert.equal(sent.status, 302);
    assert.equal(sent.headers.location, 'alipays://x?y=%E6%94%AF%E4%BB%98');
});

test('goods: slots at their price, and somebody must stand at the machine', async () => {
    b.desk.offer = {
        ...b.desk.offer,
        slots: [
            { slot: 'A1', name: { en: 'Water', 'zh-Hans': '水' }, price: '150', ready: true },
            { slot: 'A2', name: { en: 'Tea <b>hot</b>' }, price: '200', ready: false },
        ],
    };
    b.desk.first = { kind: 'presence', number: '407' };
    const shown = await b.get(page);
    assert.match(shown.text, /<button class="slot" name="slot" value="A1"><span>Water<\/span><span>EUR.1\.50/);
    assert.match(shown.text, /<button class="slot" disabled><span>Tea &lt;b&gt;hot&lt;\/b&gt;/);
    assert.doesNotMatch(shown.text, /name="amount"/);
    const { token } = formOf(shown.text);

    const empty = await b.post(page, { token, slot: 'A2' });
    assert.equal(empty.status, 422);
    assert.match(empty.text, /not available now/);
    assert.equal((await b.post(page, { token, slot: 'Z9' })).status, 422);
    assert.equal((await b.post(page, { token, amount: '5' })).status, 422);
    assert.deepEqual(b.desk.asked, []);

    const asked = await b.post(page, { token, slot: 'A1' });
    assert.equal(asked.status, 200);
    assert.match(asked.text, /name="number"/);
    assert.doesNotMatch(asked.text, /407/, 'the number is only at the machine');
    assert.deepEqual(b.desk.asked, [{ token, userAgent: alipayPlus, slot: 'A1' }]);

    const wrong = await b.post(page, { token, number: '111' });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /not the number on the machine/);
    const right = await b.post(page, { token, number: '407' });
    assert.equal(right.status, 302);
    assert.equal(right.headers.location, 'https://wallet.example/cashier?id=1');
});

test('the number at the machine cannot be guessed by trying', async () => {
    b.desk.offer = { ...b.desk.offer, slots: [{ slot: 'A1', name: { en: 'Water' }, price: '150', ready: true }] };
    b.desk.first = { kind: 'presence', number: '407' };
    const { token } = formOf((await b.get(page)).text);
    await b.post(page, { token, slot: 'A1' });
    const statuses: number[] = [];
    for (const number of ['1', '2', '3', 'x', '5', '407']) statuses.push((await b.post(page, { token, number })).status);
    assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429]);
    assert.equal(b.desk.statuses.get(token)?.kind, 'presence');
});

test('a key pressed at the machine lets the page go on', async () => {
    b.desk.first = { kind: 'presence', number: '407' };
    const { token } = formOf((await b.get(page)).text);
    const asked = await b.post(page, { token, amount: '5' });
    const next = /<a class="button" href="([^"]+)">I have pressed the key/.exec(asked.text)?.[1];
    assert.equal(next, `${page}/wait?s=${token}`);
    assert.match((await b.get(next)).text, /name="number"/);
    b.desk.become(token, { kind: 'redirect', redirectUrl: 'https://wallet.example/c' });
    assert.equal((await b.get(next)).headers.location, 'https://wallet.example/c');
});

const endings: readonly [string, RegExp, boolean][] = [
    ['declined', /Payment not accepted/, true],
    ['cancelled', /Cancelled/, true],
    ['refunded', /Your money was given back/, false],
    ['delivered', /Paid\. Thank you!/, false],
    ['review', /We must look into this/, false],
    ['something-new', /This payment has ended/, false],
];
for (const [state, title, again] of endings) {
    test(`the page of a sale that ended ${state}`, async () => {
        b.desk.statuses.set('sale-1', { kind: 'ended', state });
        const shown = await b.get(`${page}/done?s=sale-1`);
        assert.equal(shown.status, 200);
        assert.match(shown.text, title);
        assert.equal(/Start again/.test(shown.text), again);
    });
}

test('coming back from the wallet proves nothing: the page asks the till', async () => {
    const { token } = formOf((await b.get(page)).text);
    const sent = await b.post(page, { token, amount: '5' });
    const cookie = String(sent.headers['set-cookie']).split(';')[0]!;
    assert.match(String(sent.headers['set-cookie']), /; Path=\/e\/kiosk-01; Max-Age=1800; HttpOnly; SameSite=Lax; Secure$/);

    const returning = b.get(`${page}/done?s=not-known-to-anybody&result=SUCCESS&paid=1`, { cookie });
    await settle(() => b.desk.waiters === 1);
    b.desk.release();
    const back = await returning;
    assert.match(back.text, /Waiting for your payment/);
    assert.doesNotMatch(back.text, /Thank you/);
    assert.match(back.text, new RegExp(`href="${page}/wait\\?s=${token}">Back to the payment`));

    const looking = b.get(refreshOf(back.text), { cookie });
    await settle(() => b.desk.waiters === 1);
    b.desk.become(token, { kind: 'paid' });
    assert.match((await looking).text, /Paid\. Thank you!/);
});

test('whoever knows only the sale is not led into its cashier', async () => {
    b.desk.statuses.set('sale-1', { kind: 'redirect', redirectUrl: 'https://wallet.example/secret' });
    const looking = b.get(`${page}/done?s=sale-1`);
    await settle(() => b.desk.waiters === 1);
    b.desk.release();
    assert.doesNotMatch((await looking).text, /secret|Back to the payment/);
    const going = await b.get(`${page}/wait?s=sale-1`);
    assert.equal(going.status, 410);
    assert.equal(going.headers.location, undefined);
});

test('a return without any sale points at the machine', async () => {
    const shown = await b.get(`${page}/done`);
    assert.equal(shown.status, 200);
    assert.match(shown.text, /Please look at the machine/);
});

test('a page that is too old or was never shown starts again, and opens nothing', async () => {
    const { token } = formOf((await b.get(page)).text);
    b.clock.pass(31 * 60_000);
    const old = await b.post(page, { token, amount: '5' });
    assert.equal(old.status, 410);
    assert.match(old.text, /Please start again/);
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [forged, 'A'.repeat(52), '', '../../etc/passwd', '<script>', 'x'.repeat(5000)]) {
        assert.equal((await b.post(page, { token: wrong, amount: '5' })).status, 410, wrong);
    }
    assert.equal((await b.get(`${page}/wait?s=unheard-of`)).status, 410);
    assert.equal((await b.get(`${page}/wait`)).status, 410);
    assert.equal((await b.post(page, { token: 'unheard-of', number: '407' })).status, 410);
    assert.deepEqual(b.desk.asked, []);
});

test('a page from before a restart finds its sale, and never opens a second one', async () => {
    const before = await bench();
    const { token } = formOf((await before.get(page)).text);
    await before.close();
    b.desk.statuses.set(token, { kind: 'redirect', redirectUrl: 'https://wallet.example/c' });
    const sent = await b.post(page, { token, amount: '5' });
    assert.equal(sent.status, 302);
    assert.deepEqual(b.desk.asked, []);
});

test('not ready: the reason is told, and nothing is opened', async () => {
    const { token } = formOf((await b.get(page)).text);
    b.desk.ready = { ready: false, reasons: ['gateway-unreachable'], sentences: ['The payment service cannot be reached <now>.'] };
    for (const answer of [await b.get(page), await b.post(page, { token, amount: '5' })]) {
        assert.equal(answer.status, 503);
        assert.match(answer.text, /The payment service cannot be reached &lt;now&gt;\./);
        assert.doesNotMatch(answer.text, /<form/);
    }
    assert.deepEqual(b.desk.asked, []);
});

test('a refusal of the till is told with its status', async () => {
    const refusals = [
        [409, /machine is busy/],
        [503, /Not in service/],
        [400, /did not work/],
        [422, /name="amount"/],
    ] as const;
    for (const [status, text] of refusals) {
        b.desk.refuse = { ok: false, status, code: 'x', detail: 'Because of <that>.' };
        const { token } = formOf((await b.get(page)).text);
        const sent = await b.post(page, { token, amount: '5' });
        assert.equal(sent.status, status);
        assert.match(sent.text, text);
        assert.match(sent.text, /Because of &lt;that&gt;\./);
    }
});

test('where a token key is configured, the address needs its token', async () => {
    const keyed = await bench({ tokenKey: new Uint8Array(32).fill(7) });
    try {
        assert.equal((await keyed.get(page)).status, 403);
        assert.equal((await keyed.get(`${page}?t=wrong`)).status, 403);
        const { entryAddress } = await import('../../../firmware/relay/address.ts');
        const address = entryAddress({ publicUrl: 'https://pay.example.com/', kiosk: 'kiosk-01', tokenKey: new Uint8Array(32).fill(7) });
        const other = entryAddress({ publicUrl: 'https://pay.example.com/', kiosk: 'kiosk-02', tokenKey: new Uint8Array(32).fill(7) });
        assert.equal((await keyed.get(`${page}${new URL(other.page).search}`)).status, 403);
        const url = new URL(address.page);
        const shown = await keyed.get(url.pathname + url.search);
        assert.equal(shown.status, 200);
        const { token, action } = formOf(shown.text);
        assert.equal(action, url.pathname + url.search);
        assert.equal((await keyed.post(page, { token, amount: '5' })).status, 403);
        assert.equal((await keyed.post(action, { token, amount: '5' })).status, 302);
        keyed.desk.statuses.set('sale-1', { kind: 'paid' });
        assert.equal((await keyed.get(new URL(address.done('sale-1')).pathname + new URL(address.done('sale-1')).search)).status, 200);
    } finally {
        await keyed.close();
    }
});
