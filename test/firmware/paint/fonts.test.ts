/** The bundle's fonts hold every letter that the product itself can show, and stay small. */
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openFonts } from '../../../firmware/paint/fonts.ts';
import { widthOf, wrap } from '../../../firmware/paint/text.ts';
import { lettersNeeded } from '../../../scripts/fonts.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'firmware', 'paint', 'fonts');
const bare = openFonts({ folder, packageFolder: () => undefined });

describe('the bundle', () => {
    it('has every letter of the catalogues, the amounts and the Latin alphabet, in both weights', () => {
        const { plain, han } = lettersNeeded();
        assert.ok(plain.size > 400 && han.size > 200);
        for (const weight of [400, 700] as const) {
            for (const letter of plain)
                assert.equal(bare.glyph(letter, { weight, script: 'latin' }).missing, false, `${letter}: run scripts/fonts.ts`);
            for (const letter of han)
                assert.equal(bare.glyph(letter, { weight, script: 'sc' }).missing, false, `${letter}: run scripts/fonts.ts`);
        }
        assert.deepEqual(bare.missing(), []);
        assert.equal(bare.glyph('羞', { weight: 400, script: 'sc' }).missing, true);
    });

    it('stays below 300 kB, with its licences beside it', () => {
        const files = readdirSync(folder);
        const bytes = files.filter((name) => name.endsWith('.ttf')).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
        assert.ok(bytes > 50_000 && bytes < 300_000, `${bytes}`);
        assert.deepEqual(files.filter((name) => name.startsWith('OFL')).sort(), ['OFL-noto-sans-sc.txt', 'OFL-noto-sans.txt']);
    });
});

describe('wrap', () => {
    const style = { weight: 400, script: 'sc', locale: 'zh-Hans', size: 20 } as const;

    it('breaks Chinese between words, never before a full stop nor inside our own words', () => {
        const sentence = '请打开手机钱包的付款码，对准扫码口。';
        for (let width = 80; width < 400; width += 10) {
            const { lines, forced } = wrap(bare, sentence, { ...style, width });
            assert.equal(forced, false);
            assert.equal(lines.join(''), sentence);
            for (const line of lines) {
                assert.ok(widthOf(bare, line, style) <= width);
                assert.doesNotMatch(line, /^[，。码口]|[付扫]$/, `${width}: ${lines.join('/')}`);
            }
        }
    });

    it('keeps an amount whole, breaks at spaces, and leaves no lonely word', () => {
        const { lines } = wrap(bare, 'IDR\u00a03,500.00 is being sent back to your wallet', {
            ...style,
            script: 'latin',
            locale: 'en',
            width: 330,
        });
        assert.deepEqual(lines, ['IDR\u00a03,500.00 is being', 'sent back to your wallet']);
    });

    it('breaks inside a word only when a line cannot hold it, and says so', () => {
        const { lines, forced } = wrap(bare, 'a Donaudampfschiff', { ...style, script: 'latin', locale: 'de', width: 60 });
        assert.equal(forced, true);
        assert.equal(lines.join('').replace('a', 'a '), 'a Donaudampfschiff');
    });
});
