/** The kiosk's screens as a customer sees them on each kind of kiosk, against the pictures that somebody has looked at. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { profileNamed } from '../../scripts/stage/profiles.ts';
import { until } from '../e2e/processes.ts';
import type { Window } from './browser.ts';
import { pixelsOf } from './pixels.ts';
import { assertScene, type Cover } from './scenes.ts';
import { Trial } from './trial.ts';

const portrait = { width: 480, height: 800 };
/** Where the claim number stands on the last screens of the upright display. */
const claim: Cover = [0, 0.76, 1, 0.24];

let trial: Trial;
let mirror: Window;

before(async () => {
    trial = await Trial.open({ profile: 'vending', waits: { orderCodeExpiry: '5m', farewell: '4s' } });
    mirror = await trial.chromium.window(`${trial.kiosk}/screen`, { viewport: portrait });
});
after(() => trial?.close());

async function says(words: RegExp): Promise<void> {
    await mirror.page.locator('#screen > p.unseen').filter({ hasText: words }).waitFor({ state: 'attached', timeout: 20_000 });
}

async function scene(name: string, order: { covers?: readonly Cover[]; under?: number } = {}): Promise<void> {
    const png = await mirror.page.screenshot({ animations: 'disabled' });
    await mirror.picture(`scene-${name}`);
    assertScene(name, png, order);
    mirror.calm();
}

async function press(key: string): Promise<void> {
    const response = await fetch(`${trial.kiosk}/v1/virtual/panel`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key }),
    });
    assert.equal(response.status, 202, await response.text());
}

test('vending: idle, in three languages', async () => {
    await trial.reset();
    await says(/^Welcome/);
    await scene('vending-idle');
    for (const [language, words] of [
        ['de', /^Willkommen/],
        ['zh-Hans', /^欢迎/],
    ] as const) {
        await until(`the screen speaks ${language}`, async () => {
            await press('language');
            return says(words)
                .then(() => true as const)
                .catch(() => undefined);
        });
        await scene(`vending-idle-${language}`);
        if (language === 'de') for (let count = 0; count < 2; count += 1) await press('language');
    }
});

test('vending: the way through a sale', async () => {
    // A start ends what an earlier customer chose: the language is the kiosk's own again.
    await mirror.expecting(/ERR_|404/, async () => {
        await trial.stage.become({ lang: 'en' });
        await trial.reset();
        await says(/^Welcome/);
    });
    await press('A2');
    await says(/Scan this code/);
    await scene('vending-pay', { under: 0.15 });
    const { code } = await trial.bank.wallet.showCode('alice');
    await trial.bank.wallet.change('alice', { refuse: 'USER_BALANCE_NOT_ENOUGH' });
    await hold(code);
    // The next code comes a moment after the refusal.
    await says(/not enough money in your wallet.*Valid until/s);
    await scene('vending-declined', { under: 0.15 });
    await trial.bank.wallet.change('alice', { refuse: null });
    await hold((await trial.bank.wallet.showCode('alice')).code);
    await says(/Paid\. Thank you!/);
    await scene('vending-thanks', { covers: [claim] });
    await says(/^Welcome/);
});

test('vending: nothing came out; service; not in service', async () => {
    await trial.reset();
    await trial.put('/v1/virtual/dispenser', { slot: 'B1', fault: 'jam' });
    await press('B1');
    await says(/Scan this code/);
    await hold((await trial.bank.wallet.showCode('alice')).code);
    await says(/nothing came out.*has been sent back/);
    await mirror.picture('scene-vending-nothing-out');
    await press('service-on');
    await says(/being serviced/);
    await scene('vending-service');
    await press('service-off');
    await trial.put('/v1/virtual/machine', { diskFull: true });
    await says(/cannot keep its records/);
    await scene('vending-disk-full');
    await trial.put('/v1/virtual/machine', { diskFull: false });
});

test('self-service: the goods on the glass', async () => {
    await mirror.close();
    await trial.stage.become({ profile: profileNamed('self-service')! });
    await trial.reset();
    mirror = await trial.chromium.window(`${trial.kiosk}/screen`, { viewport: { width: 1280, height: 800 } });
    await says(/^Welcome/);
    await scene('self-service-idle');
    await mirror.page.getByRole('button', { name: /Choose here/ }).click();
    await says(/What would you like/);
    await scene('self-service-choose');
});

test('stand: black and white, pixel by pixel', async () => {
    await mirror.close();
    await trial.stage.become({ profile: profileNamed('stand')! });
    await trial.reset();
    const glass = async () => Buffer.from(await (await fetch(`${trial.kiosk}/v1/virtual/display`)).arrayBuffer());
    assertScene('stand-idle', await glass());
    const { data } = pixelsOf(await glass());
    const shades = new Set(
        Uint32Array.from({ length: data.length / 4 }, (_, at) => Buffer.from(data.buffer, data.byteOffset + at * 4, 4).readUInt32LE()),
    );
    assert.ok(shades.size <= 2, `${shades.size} shades on a panel of one bit`);
});

async function hold(text: string): Promise<void> {
    const response = await until('the scanner reads', async () => {
        const answer = await fetch(`${trial.kiosk}/v1/virtual/scanner`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ text }),
        });
        await answer.arrayBuffer();
        return answer.status === 409 ? undefined : answer;
    });
    assert.equal(response.status, 202);
}
