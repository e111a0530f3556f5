/** The bundle's fonts hold every letter that the product itself can show, each in the shape of its language, and stay small. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import * as hb from 'harfbuzzjs';
import { openFonts, type Script, scriptOf } from '../../../firmware/paint/fonts.ts';
import { openShaper } from '../../../firmware/paint/shape.ts';
import { lettersOf, widthOf } from '../../../firmware/paint/text.ts';
import { sfntOf } from '../../../firmware/paint/woff.ts';
import { lettersNeeded } from '../../../scripts/fonts.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'firmware', 'paint', 'fonts');
const small = readdirSync(folder).filter((name) => name.endsWith('.ttf'));
/** Only the small files, as far as a kiosk that meets no merchant's words reads. */
const bundleOnly = mkdtempSync(join(tmpdir(), 'tillbox-fonts-'));
for (const name of small) cpSync(join(folder, name), join(bundleOnly, name));
after(() => rmSync(bundleOnly, { recursive: true }));
const bare = openFonts({ folder: bundleOnly, packageFolder: () => undefined });
const own = openFonts({ folder, packageFolder: () => undefined });
const weights = [400, 700] as const;
const scripts = ['latin', 'sc', 'jp', 'kr', 'thai'] as const;

describe('the bundle', () => {
    it('has every letter of the catalogues, the amounts and the alphabets, in both weights', () => {
        const needed = lettersNeeded();
        assert.ok(needed.latin.size > 300 && needed.sc.size > 200 && needed.thai.size > 80 && needed.jp.size > 180);
        for (const weight of weights)
            for (const script of scripts)
                for (const letter of needed[script])
                    assert.equal(bare.glyph(letter, { weight, script }).missing, false, `${letter} ${script}: run scripts/fonts.ts`);
        assert.deepEqual(bare.missing(), []);
        assert.equal(bare.glyph('羞', { weight: 400, script: 'sc' }).missing, true);
        assert.deepEqual(bare.missing(), ['羞']);
    });

    it('stays below 500 kB, 5 MB with the letters for merchants, with its licences beside it', () => {
        const bytesOf = (names: readonly string[]) => names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
        assert.ok(bytesOf(small) > 200_000 && bytesOf(small) < 500_000, `${bytesOf(small)}`);
        assert.ok(bytesOf(readdirSync(folder)) < 5_000_000);
        assert.deepEqual(
            readdirSync(folder).filter((name) => name.startsWith('OFL')),
            ['noto-sans-jp', 'noto-sans-kr', 'noto-sans-sc', 'noto-sans-thai', 'noto-sans'].map((name) => `OFL-${name}.txt`),
        );
    });

    it('leaves an emoji out, and reports it', () => {
        const own = openFonts({ folder, packageFolder: () => undefined });
        for (const picture of ['🍫', '👨‍👩‍👧', '🇩🇪'])
            assert.deepEqual(own.glyph(picture, { weight: 400, script: 'latin' }), { advance: 0, path: '', missing: true });
        assert.ok(own.missing().includes('🍫'));
    });

    it('has the words of merchants: Japanese, every Korean syllable, Thai', () => {
        for (const weight of weights) {
            for (const letter of '緑茶抹茶飲料水珈琲麦酒弁当焼売餃子醤油豚骨拉麺') {
                const glyph = own.glyph(letter, { weight, script: 'jp' });
                assert.equal(glyph.missing, false, letter);
            }
            for (const letter of '생수콜라똠얌꿍햄버거뷁') assert.equal(own.glyph(letter, { weight, script: 'kr' }).missing, false, letter);
            for (const letter of lettersOf('น้ำเปล่าไม่หวานก๋วยเตี๋ยว'))
                assert.equal(own.glyph(letter, { weight, script: 'thai' }).missing, false, letter);
        }
        assert.deepEqual(own.missing(), []);
    });
});

describe('a script', () => {
    it('is that of a locale', () => {
        const expected: readonly (readonly [string, Script])[] = [
            ['en', 'latin'],
            ['de-AT', 'latin'],
            ['ms', 'latin'],
            ['zh-Hans', 'sc'],
            ['zh-CN', 'sc'],
            ['zh-TW', 'latin'],
            ['ja', 'jp'],
            ['ja-JP', 'jp'],
            ['ko-KR', 'kr'],
            ['th', 'thai'],
            ['no such locale', 'latin'],
        ];
        for (const [locale, script] of expected) assert.equal(scriptOf(locale), script, locale);
    });

    it('gives Han letters the shape of their language', () => {
        const fonts = openFonts({ folder });
        for (const letter of '直骨今社') {
            const sc = fonts.glyph(letter, { weight: 400, script: 'sc' });
            const jp = fonts.glyph(letter, { weight: 400, script: 'jp' });
            assert.equal(sc.missing || jp.missing, false, letter);
            assert.notEqual(sc.path, jp.path, letter);
            assert.equal(fonts.glyph(letter, { weight: 400, script: 'latin' }).path, sc.path, letter);
        }
    });

    it('leaves Latin letters as they are, and fills the square with an ideographic space', () => {
        for (const script of scripts) {
            assert.equal(own.glyph('a', { weight: 400, script }).path, own.glyph('a', { weight: 400, script: 'latin' }).path);
            assert.equal(own.glyph('\u3000', { weight: 400, script }).advance, 1);
        }
    });
});

describe('shaping', () => {
    const words = ['น้ำ', 'ที่นี่', 'ผู้ใหญ่', 'ป้ายโปรดแสดงรหัสชำระเงิน', 'กรุณารอสักครู่ อย่าจ่ายซ้ำ', 'คิวอาร์โค้ด', 'ฎุฏูญุ', 'ปี่ ฝั่ง ฟ้า', 'จำนวนเงินทั้งสิ้น ฿120'];

    /** The whole line by the package's own interface; ours goes cluster by cluster. */
    function lineByHarfbuzz(file: string, text: string) {
        const font = new hb.Font(new hb.Face(new hb.Blob(new Uint8Array(readFileSync(join(folder, file))).buffer)));
        const buffer = new hb.Buffer();
        buffer.addText(text);
        buffer.guessSegmentProperties();
        hb.shape(font, buffer);
        const positions = buffer.getGlyphPositions();
        let pen = 0;
        return buffer.getGlyphInfos().map((info, index) => {
            const at = positions[index]!;
            const placed = { index: info.codepoint, x: pen + at.xOffset, y: at.yOffset };
            pen += at.xAdvance;
            return placed;
        });
    }

    it('places every mark where harfbuzz places it in the whole line', () => {
        for (const weight of weights) {
            const shaper = openShaper(readFileSync(join(folder, `thai-${weight}.ttf`)));
            let marks = 0;
            for (const word of words.map((text) => text.replace(/[^\u0e00-\u0e7f]/g, ''))) {
                let pen = 0;
                const placed = lettersOf(word).flatMap((letter) => {
                    const shaped = shaper.shape(letter);
                    const from = pen;
                    pen += shaped.advance;
                    return shaped.glyphs.map(({ index, x, y }) => ({ index, x: x + from, y }));
                });
                const expected = lineByHarfbuzz(`thai-${weight}.ttf`, word);
                assert.deepEqual(placed, expected, word);
                marks += expected.filter(({ y }) => y !== 0).length;
            }
            assert.ok(marks > 0, 'no word lifts a mark: the font has lost its rules');
        }
    });

    it('gives marks no width, and draws them above the letter', () => {
        const style = { weight: 400, script: 'thai' } as const;
        assert.equal(own.glyph('ที่', style).advance, own.glyph('ท', style).advance);
        assert.equal(widthOf(own, 'น้ำ', { ...style, size: 100 }), own.glyph('น้ำ', style).advance * 100);
        const top = (path: string) => Math.min(...[...path.matchAll(/[ML]-?\d+ (-?\d+)/g)].map(([, y]) => Number(y)));
        assert.ok(top(own.glyph('ที่', style).path) < top(own.glyph('ที', style).path));
        assert.ok(top(own.glyph('ที', style).path) < top(own.glyph('ท', style).path));
    });

    it('takes one letter for a base and its marks where Unicode has one, and the base alone where no font joins them', () => {
        const style = { weight: 400, script: 'latin' } as const;
        assert.equal(own.glyph('e\u0301', style).path, own.glyph('é', style).path);
        const plain = openFonts({ folder: bundleOnly, packageFolder: () => undefined });
        const odd = plain.glyph('q\u0323', style);
        assert.equal(odd.missing, true);
        assert.equal(odd.path, plain.glyph('q', style).path);
        assert.deepEqual(plain.missing(), ['\u0323']);
        assert.equal(openFonts({ folder }).glyph('q\u0308', style).missing, false, 'the font package joins them');
    });
});

describe('harfbuzz', () => {
    it('is in memory only once a letter has marks that no single letter stands for', () => {
        const code = `
            import { openFonts } from './firmware/paint/fonts.ts';
            import { lettersOf } from './firmware/paint/text.ts';
            const { Instance } = WebAssembly;
            let made = 0;
            WebAssembly.Instance = function (...given) { made++; return new Instance(...given); };
            const fonts = openFonts({ folder: 'firmware/paint/fonts', packageFolder: () => undefined });
            const say = (script, text) => {
                for (const letter of lettersOf(text)) fonts.glyph(letter, { weight: 400, script });
                console.log(script, made);
            };
            say('latin', 'Größe café naïve e\u0301'); say('sc', '付款码'); say('jp', 'お支払い が'); say('kr', '결제'); say('thai', 'ภาษา'); say('thai', 'ไทยนี้');`;
        const root = join(import.meta.dirname, '..', '..', '..');
        const said = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', code], { cwd: root, encoding: 'utf8' });
        assert.deepEqual(said.trim().split('\n'), ['latin 0', 'sc 0', 'jp 0', 'kr 0', 'thai 0', 'thai 1']);
    });
});

describe('a damaged font file', () => {
    it('costs its letters and nothing else', () => {
        const place = mkdtempSync(join(tmpdir(), 'tillbox-fonts-'));
        try {
            for (const name of readdirSync(folder)) cpSync(join(folder, name), join(place, name));
            writeFileSync(join(place, 'latin-ext-400.ttf'), 'no font');
            const packed = readFileSync(join(place, 'kr-common-400.woff'));
            writeFileSync(join(place, 'kr-common-400.woff'), packed.subarray(0, packed.length / 2));
            const fonts = openFonts({ folder: place, packageFolder: () => undefined });
            assert.equal(fonts.glyph('a', { weight: 400, script: 'latin' }).missing, false);
            assert.equal(fonts.glyph('ő', { weight: 400, script: 'latin' }).missing, true);
            assert.equal(fonts.glyph('핥', { weight: 400, script: 'kr' }).missing, true);
            assert.equal(fonts.glyph('똠', { weight: 400, script: 'kr' }).missing, false);
        } finally {
            rmSync(place, { recursive: true });
        }
    });

    it('unpacks to what the directory says, or not at all', () => {
        const packed = readFileSync(join(folder, 'kr-common-400.woff'));
        assert.equal(sfntOf(packed).byteLength, packed.readUInt32BE(16));
        assert.throws(() => sfntOf(packed.subarray(0, 5_000)));
        const plain = readFileSync(join(folder, 'latin-400.ttf'));
        assert.equal(sfntOf(plain), plain);
    });
});
