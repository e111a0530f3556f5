import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import {
    cameBack,
    chooseWallet,
    decide,
    finish,
    freshReceipts,
    go,
    hold,
    notice,
    openCashier,
    openPhone,
    outcome,
    page,
    question,
    receipts,
    screen,
    shownCode,
    takeCode,
    wallet,
} from '../../../../firmware/page/phone/state.ts';
import { hello, kiosk, ledgerTurn, phoneCode, wallets } from '../../../../firmware/page/store.ts';

interface Asked {
    readonly method: string;
    readonly path: string;
    // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
    readonly body: any;
}

const asked: Asked[] = [];
/** What the other sides answer, by method and path; a number is a status with a problem. */
const answers = new Map<string, () => unknown>();
const realFetch = globalThis.fetch;

const alice = { name: 'alice', displayId: 'ali***', currency: 'EUR', balance: '50000', password: false, pending: [] as unknown[] };
const bob = { ...alice, name: 'bob', balance: '300' };
const euro = (value: string) => ({ currency: 'EUR', value });
const order = { kind: 'order', paymentRequestId: 'p1', amount: euro('150'), description: 'Water', seller: 'Stand', status: 'PROCESSING' };
/** Read anew each time: a compiler cannot know what a call changed. */
const standing = <Value>(signal: { value: Value }): Value => signal.value;
const settled = async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
};
let opened = false;

beforeEach(async () => {
    asked.length = 0;
    answers.clear();
    answers.set('GET /wallet/wallets/alice/receipts', () => []);
    answers.set('GET /wallet/wallets/bob/receipts', () => []);
    globalThis.fetch = (async (url: string, init: { method: string; body?: string }) => {
        const path = url.replace(/^http:\/\/[^/]*/, '');
        asked.push({ method: init.method, path, body: init.body === undefined ? undefined : JSON.parse(init.body) });
        const answer = answers.get(`${init.method} ${path}`);
        assert.ok(answer !== undefined, `nobody expected ${init.method} ${path}`);
        const body = answer();
        if (typeof body === 'number')
            return new Response(JSON.stringify({ code: `c${body}`, detail: `Refused with ${body}.` }), { status: body });
        return new Response(JSON.stringify(body), { status: 200 });
    }) as typeof fetch;
    hello.value = { links: { sandbox: 'http://127.0.0.1:8090', entryPage: 'http://127.0.0.1:9300/e/k1' } } as never;
    kiosk.scanner.value = { armed: true, plugged: true };
    wallets.value = [alice, bob];
    chooseWallet('alice');
    if (!opened) openPhone();
    opened = true;
    question.value = undefined;
    go('home');
    await settled();
    asked.length = 0;
});

afterEach(async () => {
    await settled();
    globalThis.fetch = realFetch;
});

const shown = (code: string, before?: unknown) => ({ code, expiresAtMs: 61_000, nowMs: 1000, ...(before === undefined ? {} : { before }) });

describe('the payment code', () => {
    test('is shown to the scanner only while it stands on the screen, and sent in one body', async () => {
        answers.set('GET /wallet/wallets/alice/code', () => shown('281'));
        answers.set('POST /v1/virtual/scanner', () => ({ read: true }));
        go('code');
        await settled();
        assert.deepEqual([shownCode.value?.code, shownCode.value?.lifeMs, phoneCode.value], ['281', 60_000, '281']);
        await hold();
        assert.deepEqual(asked.at(-1), { method: 'POST', path: '/v1/virtual/scanner', body: { text: '281' } });
        assert.ok(asked.every((one) => !one.path.includes('281')));
        assert.equal(notice.value?.tone, 'good');
        go('home');
        assert.deepEqual([shownCode.value, phoneCode.value], [undefined, undefined]);
    });

    test('is not held to a scanner that sleeps', async () => {
        answers.set('GET /wallet/wallets/alice/code', () => shown('281'));
        go('code');
        await settled();
        kiosk.scanner.value = { armed: false, plugged: true };
        asked.length = 0;
        await hold();
        assert.deepEqual(asked, []);
        assert.match(notice.value?.text ?? '', /asleep/);
    });

    test('a use that was there before is old news; a new one is told once, paid or why not', async () => {
        const use = (paymentRequestId: string, status: string, resultCode: string) => ({
            ...order,
            paymentRequestId,
            status,
            resultCode,
            asks: false,
        });
        answers.set('GET /wallet/wallets/alice/code', () => shown('281', use('old', 'SUCCESS', 'SUCCESS')));
        go('code');
        await settled();
        assert.equal(outcome.value, undefined);
        answers.set('GET /wallet/wallets/alice/code', () => shown('282', use('p2', 'FAIL', 'USER_BALANCE_NOT_ENOUGH')));
        ledgerTurn.value += 1;
        await settled();
        assert.deepEqual(
            [standing(outcome)?.kind, standing(outcome)?.reason, standing(outcome)?.amount],
            ['refused', 'reasonBalance', euro('150')],
        );
        assert.equal(phoneCode.value, undefined, 'what stands over the code hides it from the scanner');
        finish();
        await settled();
        assert.deepEqual([screen.value, outcome.value], ['code', undefined]);
        answers.set('GET /wallet/wallets/alice/code', () => shown('283', use('p3', 'SUCCESS', 'SUCCESS')));
        ledgerTurn.value += 1;
        await settled();
        assert.equal(standing(outcome)?.kind, 'paid');
        finish();
        assert.equal(screen.value, 'home');
    });

    test('a password that is asked for comes by itself, is answered by id, and is not asked twice', async () => {
        answers.set('POST /wallet/wallets/alice/answer', () => ({ outcome: 'paid', amount: euro('150') }));
        const pending = { paymentRequestId: 'p9', amount: euro('150'), description: 'Water', seller: 'Stand' };
        wallets.value = [{ ...alice, pending: [pending] }, bob];
        assert.deepEqual([standing(question)?.kind, standing(question)?.paymentRequestId], ['pending', 'p9']);
        await decide(true);
        assert.deepEqual(asked.find((one) => one.method === 'POST')?.body, { paymentRequestId: 'p9', act: 'confirm' });
        assert.equal(standing(outcome)?.kind, 'paid');
        wallets.value = [{ ...alice, balance: '1', pending: [pending] }, bob];
        assert.equal(question.value, undefined);
        const other = { ...pending, paymentRequestId: 'p10' };
        wallets.value = [{ ...alice, pending: [other] }, bob];
        assert.equal(standing(question)?.paymentRequestId, 'p10');
        wallets.value = [alice, bob];
        assert.equal(question.value, undefined, 'its time was over');
    });
});

describe('what the camera read', () => {
    test('an order code asks for the password; yes pays, no leaves it alone', async () => {
        answers.set('POST /wallet/wallets/alice/read', () => order);
        answers.set('POST /wallet/wallets/alice/scan', () => ({ outcome: 'paid', amount: euro('150') }));
        go('camera');
        assert.equal(await takeCode('https://gqr.example/1'), true);
        assert.deepEqual(
            [standing(question)?.kind, standing(question)?.seller, standing(question)?.orderCode],
            ['order', 'Stand', 'https://gqr.example/1'],
        );
        asked.length = 0;
        await decide(false);
        assert.deepEqual([asked, screen.value, question.value], [[], 'home', undefined]);
        go('camera');
        await takeCode('https://gqr.example/1');
        await decide(true);
        assert.deepEqual(asked.at(-1)?.body, { code: 'https://gqr.example/1', act: 'confirm' });
        assert.equal(standing(outcome)?.kind, 'paid');
    });

    test('one that is over says so, and a strange one is of no use', async () => {
        go('camera');
        answers.set('POST /wallet/wallets/alice/read', () => ({ ...order, status: 'EXPIRED' }));
        await takeCode('x');
        assert.deepEqual([standing(outcome)?.kind, standing(outcome)?.reason], ['refused', 'reasonExpired']);
        go('camera');
        answers.set('POST /wallet/wallets/alice/read', () => ({ kind: 'strange' }));
        assert.equal(await takeCode('WIFI:'), false);
        answers.set('POST /wallet/wallets/alice/read', () => 500);
        assert.equal(await takeCode('x'), true);
        assert.equal(notice.value?.text, 'Refused with 500.');
    });

    test('an entry code opens the page near by, the cashier asks, and the frame goes where the merchant wants the customer', async () => {
        answers.set('POST /wallet/wallets/alice/read', () => ({ kind: 'page', url: 'https://shop.example/e/k1?t=1' }));
        answers.set('POST /wallet/wallets/alice/view', () => ({
            href: 'http://127.0.0.1:5000/e/k1?t=1',
            origin: 'http://127.0.0.1:5000',
            target: 'http://127.0.0.1:9300',
        }));
        answers.set('POST /wallet/wallets/alice/peek', () => order);
        answers.set('POST /wallet/wallets/alice/scan', () => ({
            outcome: 'paid',
            amount: euro('150'),
            returnUrl: 'http://127.0.0.1:9300/e/k1/done?s=7',
        }));
        go('camera');
        await takeCode('https://shop.example/e/k1?t=1');
        assert.deepEqual(asked.at(-1)?.body, { url: 'http://127.0.0.1:9300/e/k1?t=1', language: 'en' });
        assert.deepEqual([screen.value, page.value?.src], ['page', 'http://127.0.0.1:5000/e/k1?t=1']);
        await openCashier('https://gqr.example/2');
        assert.equal(standing(question)?.kind, 'page');
        await decide(true);
        assert.deepEqual([page.value?.src, page.value?.turn], ['http://127.0.0.1:5000/e/k1/done?s=7', 1]);
        await openCashier('https://gqr.example/2');
        await decide(true);
        assert.equal(page.value?.turn, 2, 'the same address again is loaded again');
        assert.equal(standing(outcome)?.onPage, true);
        finish();
        assert.equal(screen.value, 'page', 'back to the seller’s page');
        go('home');
        assert.equal(page.value, undefined);
    });

    test('a return address elsewhere moves nothing', async () => {
        answers.set('POST /wallet/wallets/alice/peek', () => order);
        answers.set('POST /wallet/wallets/alice/scan', () => ({
            outcome: 'paid',
            amount: euro('150'),
            returnUrl: 'https://evil.example/x',
        }));
        screen.value = 'page';
        page.value = {
            href: 'http://127.0.0.1:5000/',
            origin: 'http://127.0.0.1:5000',
            target: 'http://127.0.0.1:9300',
            src: 'http://127.0.0.1:5000/',
            turn: 0,
        };
        await openCashier('c');
        await decide(true);
        assert.equal(page.value?.src, 'http://127.0.0.1:5000/');
    });
});

test('money that comes back while one looks is told, and marked; what was there before is not', async () => {
    const receipt = (id: string, kind: string) => ({
        id,
        at: '2026-03-02T12:00:00+08:00',
        kind,
        amount: euro('150'),
        walletAmount: euro('150'),
        description: 'Water',
        paymentRequestId: 'p1',
    });
    answers.set('GET /wallet/wallets/bob/receipts', () => [receipt('m1', 'refund')]);
    chooseWallet('bob');
    await settled();
    assert.deepEqual([wallet.value?.name, receipts.value?.length, notice.value], ['bob', 1, undefined]);
    answers.set('GET /wallet/wallets/bob/receipts', () => [receipt('m2', 'cancel'), receipt('m1', 'refund')]);
    ledgerTurn.value += 1;
    await settled();
    assert.deepEqual([...freshReceipts.value], ['m2']);
    assert.match(notice.value?.text ?? '', /€1\.50 came back/);
});

test('an outcome that is still looked at says what came back of that payment, and of no other', async () => {
    const came = (id: string, paymentRequestId: string, value: string) => ({
        id,
        at: '2026-03-02T12:00:00+08:00',
        kind: 'refund',
        amount: euro(value),
        walletAmount: euro(value),
        description: 'Water',
        paymentRequestId,
    });
    answers.set('POST /wallet/wallets/alice/read', () => order);
    answers.set('POST /wallet/wallets/alice/scan', () => ({ outcome: 'paid', amount: euro('150') }));
    go('camera');
    await takeCode('https://order');
    await decide(true);
    assert.deepEqual([standing(outcome)?.kind, cameBack.value], ['paid', undefined]);
    answers.set('GET /wallet/wallets/alice/receipts', () => [came('m3', 'p1', '50'), came('m2', 'p2', '900'), came('m1', 'p1', '70')]);
    ledgerTurn.value += 1;
    await settled();
    assert.deepEqual(standing(cameBack), euro('120'));
    finish();
    assert.equal(standing(cameBack), undefined);
});
