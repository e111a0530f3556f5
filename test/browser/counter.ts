/**
 * Counter: the page in a person's hands: the machine on the left, the phone on the right. Every step is a click, a key or a look at what
 * the page shows; nothing is asked of the kiosk behind its back.
 */
import assert from 'node:assert/strict';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { readPixels } from '../../scripts/codes/readers.ts';
import type { Window } from './browser.ts';
import { pixelsOf } from './pixels.ts';

export class Counter {
    readonly window: Window;
    readonly page: Page;

    constructor(window: Window) {
        this.window = window;
        this.page = window.page;
    }

    get machine(): Locator {
        return this.page.getByRole('region', { name: 'The kiosk' });
    }

    get phone(): Locator {
        return this.page.getByRole('region', { name: 'The customer’s phone' }).or(this.page.locator('#phone'));
    }

    /** Everything has arrived: the screen, the wallet, the comparison of the books. */
    async settled(): Promise<void> {
        await this.page.locator('.glass:not([data-kind="dark"]) img').waitFor();
        await this.page.locator('.phone[data-wallet]').waitFor();
        await this.agree();
    }

    // ---- The machine

    /** Waits until the machine's screen is of a kind, and returns its words as a screen reader hears them. */
    async screen(kind: string, options: { timeout?: number } = {}): Promise<string> {
        await this.page.locator(`.glass[data-kind="${kind}"]`).waitFor(options);
        return this.words();
    }

    async words(): Promise<string> {
        return textOf(this.page.locator('.glass-place > p'));
    }

    /** Waits until the machine's screen says something. */
    async says(words: RegExp, options: { timeout?: number } = {}): Promise<string> {
        await this.page
            .locator('.glass-place > p')
            .filter({ hasText: words })
            .waitFor({ state: 'attached', ...options });
        return this.words();
    }

    /** Presses the goods behind the glass, by their name. */
    async choose(name: string): Promise<void> {
        await this.machine.getByRole('button', { name: new RegExp(`^${name}\\b`) }).click();
    }

    /** Touches a place on the machine's screen. */
    async touch(name: RegExp): Promise<void> {
        await this.page.locator('.glass').getByRole('button', { name }).click();
    }

    async press(name: 'Cancel' | 'Confirm' | 'Language' | 'Service'): Promise<void> {
        await this.page.getByRole('group', { name: 'Keys of the machine' }).getByRole('button', { name }).click();
    }

    /** The seller types an amount on the till, digit by digit, and asks for it. */
    async charge(minor: string): Promise<void> {
        const pad = this.page.getByRole('form', { name: 'The seller’s till' });
        for (const digit of minor) await pad.getByRole('button', { name: digit, exact: true }).click();
        await pad.getByRole('button', { name: /^Ask \d/ }).click();
    }

    /** What a reader that the page does not know finds in a picture of the machine's screen. */
    async codeOnGlass(): Promise<string | undefined> {
        const image = pixelsOf(await this.page.locator('.glass img').screenshot());
        return readPixels(image.data, image)?.data;
    }

    /** What lies in the tray, as it is told. */
    async lying(count: number): Promise<string> {
        await this.page.locator(`.tray[data-lying="${count}"]`).waitFor();
        return textOf(this.page.locator('.tray > p'));
    }

    async takeGoods(): Promise<void> {
        await this.machine.getByRole('button', { name: /^Take/ }).click();
        await this.lying(0);
    }

    // ---- The phone

    async phoneShows(screen: string, options: { timeout?: number } = {}): Promise<void> {
        await this.page.locator(`.phone[data-screen="${screen}"]`).waitFor(options);
    }

    async phoneHome(): Promise<void> {
        const at = await this.page.locator('.phone').getAttribute('data-screen');
        if (at === 'home') return;
        const done = this.phone.locator('[data-act="done"]');
        if (await done.isVisible()) await done.click();
        const cancel = this.phone.locator('[data-act="cancel"]');
        if (await cancel.isVisible()) await cancel.click();
        const back = this.phone.getByRole('button', { name: 'Back', exact: true });
        if (await back.isVisible()) await back.click();
        await this.phoneShows('home');
    }

    /** Pay → the code is shown → held to the scanner, once the machine waits for it. */
    async showCode(): Promise<void> {
        await this.phone.getByRole('button', { name: /^Pay\b/ }).click();
        await this.page.locator('[data-code="shown"] .ph-qr').waitFor();
    }

    async holdToScanner(): Promise<void> {
        await this.page.locator('.scanner[data-armed="true"]').waitFor();
        await this.phone.getByRole('button', { name: 'Hold to the scanner' }).click();
    }

    /** Scan → the camera finds a code in the picture of the machine's screen. */
    async scan(): Promise<void> {
        await this.phone.getByRole('button', { name: /^Scan\b/ }).click();
    }

    /** Types the password and says yes to the payment that the phone asks about. */
    async confirm(options: { timeout?: number } = {}): Promise<void> {
        await this.phoneShows('sheet', options);
        const dialog = this.phone.getByRole('dialog');
        for (const digit of '314159') await dialog.getByRole('button', { name: digit, exact: true }).click();
        await dialog.getByRole('button', { name: /^Pay\b/ }).click();
    }

    /** The outcome that the phone tells, put away. */
    async outcome(kind: 'paid' | 'refused' | 'rejected'): Promise<string> {
        const told = this.page.locator(`[data-outcome="${kind}"]`);
        await told.waitFor();
        const words = (await told.locator(':is(h3, p)').allTextContents()).join(' ');
        await told.locator('[data-act="done"]').click();
        return words;
    }

    /** The balance on the phone's first screen, minor units. */
    async balance(): Promise<bigint> {
        await this.phoneHome();
        return BigInt((await this.page.locator('[data-balance]').getAttribute('data-balance')) ?? '-1');
    }

    async balanceIs(minor: bigint): Promise<void> {
        await this.phoneHome();
        await this.page.locator(`[data-balance="${minor}"]`).waitFor();
    }

    /** The newest receipts on the phone's first screen, as they are read. */
    async receipts(): Promise<readonly string[]> {
        await this.phoneHome();
        const rows = await this.page.locator('.ph-row').allInnerTexts();
        return rows.map((row) => row.replaceAll(/\s+/g, ' ').trim());
    }

    /** The seller's page in the phone. */
    get sellersPage(): FrameLocator {
        return this.page.frameLocator('.ph-page iframe');
    }

    // ---- Story, truth, trouble

    /** Waits until the newest story stands so, and returns what it tells. */
    async story(standing: string, options: { timeout?: number } = {}): Promise<{ title: string; purse: string; steps: readonly string[] }> {
        const newest = this.page.locator('.stories > li').first().locator('details');
        await this.page.locator(`.stories > li:first-child > details[data-standing="${standing}"]`).waitFor(options);
        return {
            title: await textOf(newest.locator('.sale-title')),
            purse: await textOf(newest.locator('.sale-purse')),
            steps: await newest.locator('.step-words').allTextContents(),
        };
    }

    /** Waits until the page says that both books agree, in the top bar and beside them. */
    async agree(options: { timeout?: number } = {}): Promise<void> {
        await this.page.locator('.agreement[data-standing="agree"]').waitFor(options);
        await this.page.locator('.mark-link', { hasText: 'the books agree' }).waitFor(options);
    }

    /** Turns a switch of the trouble drawer by its label, and waits until it stands so. */
    async trouble(label: string, on: boolean): Promise<void> {
        const found = this.page.getByRole('switch', { name: new RegExp(`^${label}`) });
        assert.equal(await found.getAttribute('aria-checked'), String(!on), `${label} stands so already`);
        await found.click();
        await this.page
            .locator(`[role="switch"][data-trouble="${await found.getAttribute('data-trouble')}"][aria-checked="${on}"][aria-busy="false"]`)
            .waitFor();
    }

    async allWell(): Promise<void> {
        await this.page.getByRole('button', { name: 'All well again' }).click();
        await this.page.locator('#trouble').getByText('all is well', { exact: true }).waitFor();
    }

    async plug(into: 'in' | 'out'): Promise<void> {
        const name = into === 'out' ? 'Pull the plug' : 'Plug in';
        await this.page.locator('#trouble').getByRole('button', { name, exact: true }).click();
    }
}

/** What stands there, as it is read; white space as one. */
async function textOf(found: Locator): Promise<string> {
    return ((await found.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();
}
