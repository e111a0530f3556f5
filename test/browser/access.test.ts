/**
 * For everybody: axe finds nothing on any kind of kiosk, light or dark, narrow or wide, on any view of the phone or state of the entry
 * page; the keyboard alone buys, and shows where it is; nothing moves for those who want less motion.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { profileNamed } from '../../scripts/stage/profiles.ts';
import type { Window } from './browser.ts';
import type { Counter } from './counter.ts';
import { Trial } from './trial.ts';

const widths = [360, 1440] as const;
const schemes = ['light', 'dark'] as const;
const wallet =
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36 AlipayClient/10.8.0';

let trial: Trial;
let window: Window;
let counter: Counter;

before(async () => {
    trial = await Trial.open({ profile: 'stand', waits: { orderCodeExpiry: '2m', entryCodeExpiry: '2m' } });
});
after(() => trial?.close());

async function become(name: 'vending' | 'stand' | 'self-service'): Promise<void> {
    if (trial.stage.view.profile !== name) await trial.stage.become({ profile: profileNamed(name)! });
    await trial.reset();
    await window?.close();
    ({ window, counter } = await trial.visit());
}

/** axe in both colours. */
async function clean(within?: string): Promise<void> {
    for (const colorScheme of schemes) {
        await window.page.emulateMedia({ colorScheme });
        assert.deepEqual(await window.axe(within === undefined ? {} : { within }), [], colorScheme);
    }
}

/** The page is no wider than the window that it stands in. */
async function noSideways(at: string): Promise<void> {
    const over = await window.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(over, 0, `${at}: the page is ${over} pixels too wide`);
}

for (const profile of ['stand', 'self-service', 'vending'] as const) {
    test(`axe: the page of a ${profile}, light and dark, narrow and wide, its drawer open`, async () => {
        await become(profile);
        assert.ok(await window.page.locator('#trouble-drawer').isVisible());
        for (const width of widths) {
            await window.page.setViewportSize({ width, height: 900 });
            await clean();
            await noSideways(`${profile}, ${width} pixels`);
            await window.picture(`page-${profile}-${width}-dark`, { fullPage: true });
            await window.page.emulateMedia({ colorScheme: 'light' });
            await window.picture(`page-${profile}-${width}`, { fullPage: true });
        }
        window.calm();
    });
}

describe('on the vending machine', () => {
    before(() => become('vending'));

    test('axe: every view of the phone, and the page with a sale under way', async () => {
        const phone = '#phone';
        await clean(phone);
        await counter.phone.locator('[data-act="settings"]').click();
        await counter.phoneShows('settings');
        await clean(phone);
        await counter.phoneHome();
        await counter.showCode();
        await clean(phone);
        await counter.phoneHome();
        await counter.choose('Cola');
        await counter.says(/Scan this code/);
        await clean('#kiosk');
        await counter.scan();
        await counter.phoneShows('camera').catch(() => undefined);
        await counter.phoneShows('sheet');
        await clean(phone);
        await window.page.setViewportSize({ width: 360, height: 800 });
        await clean(phone);
        await window.page.setViewportSize({ width: 1440, height: 1000 });
        await counter.confirm();
        await window.page.locator('[data-outcome="paid"]').waitFor();
        await clean(phone);
        await counter.outcome('paid');
        await counter.lying(1);
        await clean('#kiosk');
        await clean('#story');
        await clean('#truth');
        await counter.screen('idle');
        await counter.scan();
        await counter.phoneShows('page');
        await counter.sellersPage.getByRole('button').first().waitFor();
        await clean(phone);
        await counter.phoneHome();
        window.calm();
    });

    test('axe: a machine without power', async () => {
        await window.expecting(/ERR_/, async () => {
            await counter.plug('out');
            await counter.page.getByText('The kiosk has no power', { exact: true }).waitFor();
            await clean();
            await counter.plug('in');
            await counter.screen('idle');
        });
        await trial.ready();
    });

    test('the keyboard alone buys, and one sees where it is', async () => {
        await trial.reset();
        await window.page.reload();
        await counter.settled();
        await counter.screen('idle');
        await tabTo(/^To the kiosk$/);
        assert.ok(await window.page.getByRole('link', { name: 'To the kiosk' }).isVisible());
        await window.page.keyboard.press('Enter');
        await tabTo(/^Water\b/);
        await window.picture('keyboard-focus');
        await window.page.keyboard.press('Enter');
        await counter.says(/Scan this code/);
        await tabTo(/^Pay/);
        await window.page.keyboard.press('Enter');
        await window.page.locator('[data-code="shown"] .ph-qr').waitFor();
        await tabTo(/^Hold to the scanner/);
        await window.page.keyboard.press('Enter');
        await counter.screen('thanks');
        await counter.phoneShows('outcome');
        await tabTo(/^Done$/);
        await window.page.keyboard.press('Enter');
        await counter.phoneShows('home');
        await counter.lying(1);
        await tabTo(/^Take it$/);
        await window.page.keyboard.press('Space');
        await counter.lying(0);
        await counter.story('sold');
        window.calm();
    });

    test('the password is typed on a keyboard, digits and Enter', async () => {
        await counter.screen('idle');
        await counter.choose('Crisps');
        await counter.says(/Scan this code/);
        await counter.scan();
        await counter.phoneShows('sheet');
        await window.page.keyboard.type('271828');
        await window.page.keyboard.press('Enter');
        await counter.outcome('paid');
        await counter.story('sold');
        await counter.takeGoods();
    });

    test('nothing moves for those who want less motion; for the others something does', async () => {
        const moving = `document.getAnimations().filter((one) => one.playState === 'running')
            .map((one) => (one.animationName ?? one.transitionProperty) + ' of .' + one.effect.target.className)`;
        const sale = async () => {
            await counter.phoneHome();
            await counter.screen('idle');
            await counter.choose('Water');
            await counter.says(/Scan this code/);
            await counter.showCode();
            const waiting = (await window.page.evaluate(moving)) as string[];
            await counter.holdToScanner();
            await counter.lying(1);
            const fallen = (await window.page.evaluate(moving)) as string[];
            await counter.outcome('paid');
            await counter.takeGoods();
            return [...waiting, ...fallen];
        };
        assert.deepEqual(await sale(), []);
        await window.page.emulateMedia({ reducedMotion: 'no-preference' });
        assert.notDeepEqual(await sale(), [], 'the measure finds no motion at all');
        await window.page.emulateMedia({ reducedMotion: 'reduce' });
    });
});

describe('the entry page', () => {
    before(() => become('vending'));

    async function open(path: string, options: { userAgent?: string } = {}): Promise<Window> {
        return trial.chromium.window(`${trial.kiosk}${path}`, {
            viewport: { width: 360, height: 740 },
            userAgent: options.userAgent ?? wallet,
        });
    }

    async function looks(page: Window, name: string): Promise<void> {
        for (const colorScheme of schemes) {
            await page.page.emulateMedia({ colorScheme });
            assert.deepEqual(await page.axe(), [], `${name}, ${colorScheme}`);
        }
        await page.picture(`entry-${name}`);
    }

    test('axe: goods, presence, a wrong number, the way into the cashier, done', async () => {
        const page = await open('/e/vending-01');
        await looks(page, 'goods');
        await page.page.getByRole('button', { name: /Crisps/ }).click();
        await page.page.getByLabel(/Number on the machine/).waitFor();
        await looks(page, 'presence');
        await page.page.getByLabel(/Number on the machine/).fill('99999999');
        await page.expecting(/422|400|403|409/, () => page.page.getByRole('button', { name: 'Continue' }).click());
        await page.page.locator('.error').waitFor();
        await looks(page, 'wrong-number');
        await page.close();
        await counter.press('Cancel');
        await counter.screen('idle');
    });

    test('axe: opened without a wallet; a machine that does not sell', async () => {
        const plain = await open('/e/vending-01', { userAgent: 'Mozilla/5.0 Firefox/140.0' });
        await looks(plain, 'no-wallet');
        await plain.close();
        await trial.put('/v1/virtual/machine', { diskFull: true });
        await counter.screen('outOfService', { timeout: 20_000 });
        const shut = await open('/e/vending-01');
        await looks(shut, 'not-selling');
        await shut.close();
        await trial.put('/v1/virtual/machine', { diskFull: false });
        await trial.ready();
    });

    test('axe: an amount, and one that is not taken', async () => {
        await become('stand');
        const page = await open('/e/stand-01');
        await looks(page, 'amount');
        await page.page.getByRole('textbox').fill('900');
        await page.expecting(/422/, () => page.page.getByRole('button').click());
        await page.page.locator('.error').waitFor();
        await looks(page, 'wrong-amount');
        await page.close();
    });
});

/** Goes on with the tabulator until something with this name has the focus, and checks that one sees it. */
async function tabTo(name: RegExp): Promise<void> {
    const passed: string[] = [];
    for (let count = 0; count < 90; count += 1) {
        await window.page.keyboard.press('Tab');
        const at = (await window.page.evaluate(`(() => {
            const element = document.activeElement;
            const style = getComputedStyle(element);
            const seen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
            const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
            return { name: name.replaceAll(/\\s+/g, ' ').trim(), seen, tag: element.tagName };
        })()`)) as { name: string; seen: boolean; tag: string };
        assert.ok(at.seen || at.tag === 'BODY' || at.tag === 'IFRAME', `the focus on ${at.tag} "${at.name}" is not seen`);
        if (name.test(at.name)) return;
        passed.push(at.name.slice(0, 30));
    }
    assert.fail(`${name} never had the focus: ${passed.join(' | ')}`);
}
