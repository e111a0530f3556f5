/**
 * Page pictures: takes the README's pictures of the page (docs/pictures/page*.png, trouble.png) by the same hands that test the page:
 * npm start's stage, Debian's Chromium, a person who buys and breaks things. The screens alone are drawn by pictures.ts.
 *
 * Usage: node test/browser/page-pictures.ts
 * Rules: each is below 200 kB, or it says so and ends with 1.
 */
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../../scripts/house/programs.ts';
import { Trial } from './trial.ts';

const folder = join(root, 'docs', 'pictures');
const bytesMax = 200_000;
/** Four fifths as large as on a screen: the whole machine in few bytes, and its words can be read. */
const wide = { viewport: { width: 1400, height: 1070 }, deviceScaleFactor: 0.8 };
const low = { width: 1400, height: 740 };
const narrow = { width: 390, height: 844 };

const taken: string[] = [];

async function vending(): Promise<void> {
    const trial = await Trial.open({ profile: 'vending', waits: { orderCodeExpiry: '5m', farewell: '20s' } });
    try {
        const { window, counter } = await trial.visit(wide);
        const { page } = window;
        const take = async (name: string) => taken.push(await window.picture(name, { folder }));

        // A first sale, so that the tray and the receipts have something to tell.
        await counter.choose('Cola');
        await counter.says(/Scan this code/);
        await counter.scan();
        await counter.confirm();
        await counter.screen('thanks');
        await counter.outcome('paid');
        await counter.lying(1);
        await counter.agree();
        await counter.press('Cancel');
        await counter.screen('idle', { timeout: 30_000 });

        await counter.choose('Water');
        await counter.says(/Scan this code/);
        await counter.showCode();
        await page.mouse.move(0, 0);
        await take('page');

        await counter.phoneHome();
        await counter.scan();
        await counter.phoneShows('sheet');
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.mouse.move(0, 0);
        await take('page-dark');
        await page.emulateMedia({ colorScheme: 'light' });
        await counter.phoneHome();

        // A motor jams: the money comes back, and both books say so.
        await counter.trouble('Motor jams', true);
        await counter.showCode();
        await counter.holdToScanner();
        await counter.screen('nothingOut');
        await counter.outcome('paid');
        await counter.story('money back');
        await counter.agree();
        await page.setViewportSize(low);
        await page.evaluate("document.querySelector('#trouble').scrollIntoView({ block: 'start' })");
        await page.evaluate('scrollBy(0, -70)');
        await take('trouble');

        await page.setViewportSize(narrow);
        await page.evaluate('scrollTo(0, 0)');
        await take('page-narrow');
    } finally {
        await trial.close();
    }
}

await vending();
for (const path of taken) {
    const { size } = statSync(path);
    process.stdout.write(`${relative(root, path)}: ${Math.round(size / 1000)} kB\n`);
    if (size > bytesMax) {
        process.stdout.write(`${relative(root, path)} is larger than ${bytesMax / 1000} kB.\n`);
        process.exitCode = 1;
    }
}
