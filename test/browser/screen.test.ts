/**
 * The kiosk's own browser mode: /screen as the panel of a kiosk whose display is a browser. Touched, acknowledged, black when the kiosk's
 * loop stops talking, back by itself, and given up to a newer window.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { readPixels } from '../../scripts/codes/readers.ts';
import { until } from '../e2e/processes.ts';
import type { Window } from './browser.ts';
import { lightest, pixelsOf } from './pixels.ts';
import { Trial } from './trial.ts';

const size = { width: 1280, height: 800 };
const gone = /ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)|50[23]/;

let trial: Trial;
let panel: Window;

before(async () => {
    trial = await Trial.open({
        profile: 'self-service',
        environment: { TILL_DISPLAY: JSON.stringify({ type: 'browser', ...size, touch: true }) },
        waits: { farewell: '1s' },
    });
    panel = await trial.chromium.window(`${trial.kiosk}/screen`, { viewport: size });
});
after(() => trial?.close());

beforeEach(async () => {
    await trial.reset();
    await says(/^Welcome/);
});
afterEach(async () => {
    await trial.proveBooks();
    panel.calm();
});

async function says(words: RegExp, options: { timeout?: number } = {}): Promise<string> {
    const found = panel.page.locator('#screen > p.unseen').filter({ hasText: words });
    await found.waitFor({ state: 'attached', ...options });
    return (await found.textContent()) ?? '';
}

async function touch(name: RegExp): Promise<void> {
    await panel.page.getByRole('button', { name }).click();
}

/** What shines, and what a code in it says. */
async function glass(window = panel): Promise<{ lightest: number; code: string | undefined }> {
    const image = pixelsOf(await window.page.screenshot());
    return { lightest: lightest(image), code: readPixels(image.data, image)?.data };
}

async function coffee(): Promise<string> {
    const seq = await trial.head();
    await touch(/Choose here/);
    await touch(/Coffee/);
    await says(/Scan this code with your wallet app/);
    const issued = await until('the code is on the glass', async () => {
        const code = await trial.issuedCode(seq);
        return (await glass()).code === code ? code : undefined;
    });
    return issued;
}

test('bought by touch: the window is the panel, its picture is acknowledged, and its code is the gateway’s', async () => {
    const seq = await trial.head();
    const shown = panel.page.waitForRequest((request) => request.url().endsWith('/v1/screen/shown') && request.method() === 'POST');
    const code = await coffee();
    assert.ok(((await shown).postDataJSON() as { id: number }).id > 0);
    await panel.picture('screen-pay');
    await trial.bank.wallet.scan('alice', { code });
    await says(/Paid\. Thank you!/);
    await says(/^Welcome/);
    assert.deepEqual(await trial.ends(seq), ['delivered']);
    const health = (await trial.get('/healthz')) as { reasons?: readonly string[] };
    assert.ok(!health.reasons?.includes('display-offline'), JSON.stringify(health));
});

test('touched cancel: the code leaves the glass', async () => {
    const seq = await trial.head();
    await coffee();
    await touch(/Cancel/);
    await says(/You have not been charged/);
    assert.equal((await glass()).code, undefined);
    await says(/^Welcome/);
    assert.deepEqual(await trial.ends(seq), ['cancelled']);
});

test('the kiosk hangs with a payable code on the glass: black within four seconds; it goes on, and the picture comes back', async () => {
    const code = await coffee();
    const pid = trial.stage.kioskPid;
    assert.ok(pid !== undefined);
    await panel.expecting(gone, async () => {
        process.kill(pid, 'SIGSTOP');
        try {
            const stoppedAtMs = performance.now();
            await panel.page.locator('#screen img').waitFor({ state: 'detached', timeout: 4_000 });
            const blackAfterMs = performance.now() - stoppedAtMs;
            assert.ok(blackAfterMs < 4_000, `black after ${blackAfterMs} ms`);
            const dark = await glass();
            assert.equal(dark.code, undefined);
            await panel.page.getByText('One moment, please').waitFor();
            await panel.picture('screen-silent');
        } finally {
            process.kill(pid, 'SIGCONT');
        }
        await panel.page.locator('#screen img').waitFor({ timeout: 15_000 });
    });
    await says(/Scan this code|Welcome|Cancelled/, { timeout: 15_000 });
    const back = await glass();
    assert.ok(back.lightest > 200);
    assert.ok(back.code === code || back.code === undefined || /\/e\//.test(back.code), 'another payable code stands there');
});

test('the kiosk is killed and started again: black, then its picture, without a hand', async () => {
    await coffee();
    await panel.expecting(gone, async () => {
        await trial.stage.unplug();
        await panel.page.locator('#screen img').waitFor({ state: 'detached', timeout: 5_000 });
        assert.equal((await glass()).code, undefined);
        await trial.stage.plugIn();
        await says(/^Welcome/, { timeout: 20_000 });
        await panel.page.locator('#screen img').waitFor();
    });
    await trial.ready();
    await touch(/Choose here/);
    await says(/What would you like/);
    await touch(/Back/);
});

test('a newer window takes the screen over, and a touch on the first one takes it back', async () => {
    const newer = await trial.chromium.window(`${trial.kiosk}/screen`, { viewport: size });
    await panel.page.getByText('This screen is shown in another window now').waitFor();
    assert.equal((await glass()).code, undefined);
    await panel.picture('screen-replaced');
    await newer.page.getByRole('button', { name: /Choose here/ }).click();
    await newer.page.getByRole('button', { name: /Back/ }).click();
    await panel.page.mouse.click(size.width / 2, size.height / 2);
    await panel.page.locator('#screen img').waitFor();
    await says(/^Welcome/);
    await newer.page.getByText('This screen is shown in another window now').waitFor();
    assert.equal((await glass(newer)).code, undefined);
    newer.calm();
    await newer.close();
});

test('a window that nobody can see is not the panel, and becomes it when it is seen', async () => {
    const tab = await trial.chromium.window('about:blank', { viewport: size });
    const seen = (state: 'visible' | 'hidden') =>
        tab.page.evaluate((now) => {
            Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now });
            document.dispatchEvent(new Event('visibilitychange'));
        }, state);
    await tab.page.addInitScript(() => Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' }));
    await tab.page.goto(`${trial.kiosk}/screen`);
    await tab.page.getByText('One moment, please').waitFor();
    await touch(/Choose here/);
    await says(/What would you like/);
    await touch(/Back/);
    await seen('visible');
    await tab.page.locator('#screen img').waitFor();
    await panel.page.getByText('This screen is shown in another window now').waitFor();
    await seen('hidden');
    await tab.page.locator('#screen img').waitFor({ state: 'detached' });
    await panel.page.mouse.click(size.width / 2, size.height / 2);
    await panel.page.locator('#screen img').waitFor();
    await says(/^Welcome/);
    tab.calm();
    await tab.close();
});

test('nothing on it offends a reader of WCAG', async () => {
    assert.deepEqual(await panel.axe(), []);
    await touch(/Choose here/);
    await says(/What would you like/);
    assert.deepEqual(await panel.axe(), []);
    await touch(/Back/);
});
