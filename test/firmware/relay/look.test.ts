/** What every page shows beside its words: who sells, a sign whose shape says what its colour says, and the acceptance marks. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Bench, bench, page } from './browser.ts';

describe('what stands on every page', () => {
    let b: Bench;
    before(async () => {
        b = await bench({ marks: [{ name: 'Alipay+ "wallets"', dataUri: 'data:image/png;base64,AAAA' }] });
    });
    after(() => b.close());

    test('the seller, and each mark with its name for those who do not see it', async () => {
        for (const path of [page, `${page}/done`]) {
            const { text } = await b.get(path);
            assert.ok(text.includes(`<header>${b.desk.entryOffer().seller}</header>`), text);
            assert.ok(text.includes('<img src="data:image/png;base64,AAAA" alt="Alipay+ &quot;wallets&quot;">'), text);
        }
    });

    test('a name of a good that is longer than a line breaks inside its button', async () => {
        assert.match((await b.get(page)).text, /button\.slot span:first-child\{[^}]*overflow-wrap:anywhere/);
    });

    test('a mark that is wider than its place keeps its shape', async () => {
        assert.match((await b.get(page)).text, /footer img\{[^}]*max-width[^}]*object-fit:contain/);
    });

    test('a page that says something has a sign that no reader reads out; a form has none', async () => {
        const form = await b.get(page);
        assert.ok(!form.text.includes('<svg'), form.text);
        const done = await b.get(`${page}/done`);
        assert.match(done.text, /<svg class="sign[^"]*"[^>]*aria-hidden="true"/);
    });

    test('without artwork there is no place kept for it', async () => {
        const plain = await bench();
        const { text } = await plain.get(page);
        assert.ok(!text.includes('<footer>'), text);
        await plain.close();
    });
});
