/** Where lines break, in each language: between words or phrases, and never where its rules forbid it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openFonts } from '../../../firmware/paint/fonts.ts';
import { lettersOf, shorten, type TextStyle, widthOf, wrap } from '../../../firmware/paint/text.ts';
import { catalogues } from '../../../firmware/screens/messages.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'firmware', 'paint', 'fonts');
const fonts = openFonts({ folder, packageFolder: () => undefined });

const styles = {
    en: { weight: 400, script: 'latin', locale: 'en', size: 20 },
    de: { weight: 400, script: 'latin', locale: 'de', size: 20 },
    'zh-Hans': { weight: 400, script: 'sc', locale: 'zh-Hans', size: 20 },
    ja: { weight: 400, script: 'jp', locale: 'ja', size: 20 },
    ko: { weight: 400, script: 'kr', locale: 'ko', size: 20 },
    th: { weight: 400, script: 'thai', locale: 'th', size: 20 },
} as const satisfies Record<string, TextStyle & { size: number }>;

/** Every way in which a text is broken between two widths; none may be wider than its width, lose a letter, or be forced. */
function breaks(text: string, locale: keyof typeof styles, widths: { from: number; to: number }): readonly (readonly string[])[] {
    const style = styles[locale];
    const all: (readonly string[])[] = [];
    for (let width = widths.from; width < widths.to; width += 10) {
        const { lines, forced } = wrap(fonts, text, { ...style, width });
        assert.equal(forced, false, `${width}: ${lines.join('/')}`);
        assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
        for (const line of lines) assert.ok(widthOf(fonts, line, style) <= width, line);
        all.push(lines);
    }
    return all;
}

describe('lettersOf', () => {
    it('keeps marks with their letter, and is a list of code points where there are none', () => {
        assert.deepEqual(lettersOf('Zahlung 支付'), [...'Zahlung 支付']);
        assert.deepEqual(lettersOf('น้ำดื่มที่นี่'), ['น้ำ', 'ดื่', 'ม', 'ที่', 'นี่']);
        assert.deepEqual(lettersOf('เปล่า'), ['เ', 'ป', 'ล่', 'า']);
        assert.deepEqual(lettersOf('e\u0301a'), ['e\u0301', 'a']);
        assert.deepEqual(lettersOf('が\u3099'), ['が\u3099']);
        assert.deepEqual(lettersOf('\u1112\u1161\u11ab'), ['\u1112\u1161\u11ab']);
        assert.deepEqual(lettersOf('🇹🇭👍🏽'), ['🇹🇭', '👍🏽']);
        assert.equal(lettersOf('').length, 0);
    });

    it('cuts every sentence of the catalogues as Unicode does', () => {
        const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
        let joined = 0;
        for (const catalogue of Object.values(catalogues)) {
            const text = JSON.stringify(catalogue);
            const letters = Array.from(segmenter.segment(text), ({ segment }) => segment);
            assert.deepEqual(lettersOf(text), letters);
            joined += letters.filter((letter) => [...letter].length > 1).length;
        }
        assert.ok(joined > 500);
    });
});

describe('wrap', () => {
    it('breaks Chinese between words, never before a full stop nor inside our own words', () => {
        for (const lines of breaks('请打开手机钱包的付款码，对准扫码口。', 'zh-Hans', { from: 80, to: 400 }))
            for (const line of lines) assert.doesNotMatch(line, /^[，。码口]|[付扫]$/, lines.join('/'));
    });

    it('breaks Japanese between phrases: particles stay with their word, small kana and marks never begin a line', () => {
        const sentence = 'スマートフォンの支払いコードを表示して、リーダーにかざしてください。「もう一度」お支払いしないでください。';
        for (const lines of breaks(sentence, 'ja', { from: 300, to: 900 }))
            for (const line of lines) assert.doesNotMatch(line, /^[、。」ー々っゃゅょッャュョをにのはがでと]|[「（]$/, lines.join('/'));
    });

    it('breaks Japanese between words where a phrase is longer than a line, and still keeps its rules', () => {
        const { lines } = wrap(fonts, 'このコードをよみとってしはらいをすませてください。', { ...styles.ja, width: 110 });
        assert.ok(lines.length > 3);
        for (const line of lines) assert.doesNotMatch(line, /^[、。ーっゃゅょ]/, lines.join('/'));
    });

    it('keeps the polite prefix with its word, and our own words whole', () => {
        for (const lines of breaks('決済アプリのコードを読み取って、商品をお選びください。係員にお知らせください。', 'ja', {
            from: 200,
            to: 700,
        }))
            for (const line of lines) assert.doesNotMatch(line, /^[を取選知][^、]|お$|[決読]$|読み$/, lines.join('/'));
        for (const lines of breaks('ขออภัย ไม่รู้จักรหัสชำระเงินนี้ โปรดใช้วอลเล็ตอื่น', 'th', { from: 200, to: 500 }))
            for (const line of lines) assert.doesNotMatch(line, /^(ตอื่น|หัส|จัก|เงิน)|(วอลเล็|จักร)$/, lines.join('/'));
        for (const lines of breaks('支持支付宝和其他 Alipay+ 钱包。', 'zh-Hans', { from: 90, to: 300 }))
            for (const line of lines) assert.doesNotMatch(line, /^[宝+。]|Alipay$/, lines.join('/'));
    });

    it('breaks Korean at its spaces alone, and never after a word of one syllable', () => {
        for (const lines of breaks('결제 앱으로 이 코드를 스캔하세요.', 'ko', { from: 100, to: 400 }))
            for (const line of lines) assert.doesNotMatch(line, /(^| )이$/, lines.join('/'));
        const sentence = '휴대폰의 결제 코드를 열어 스캐너에 대 주세요. 다시 결제하지 마세요.';
        const words = new Set(sentence.split(' '));
        for (const lines of breaks(sentence, 'ko', { from: 100, to: 600 }))
            for (const line of lines) for (const word of line.split(' ')) assert.ok(words.has(word), `${word} of ${lines.join('/')}`);
    });

    it('breaks Thai between the words of the dictionary, and keeps every mark with its letter', () => {
        const sentence = 'กรุณาเปิดรหัสชำระเงินในโทรศัพท์แล้ววางหน้าเครื่องสแกน อย่าจ่ายซ้ำๆ';
        const words = Array.from(new Intl.Segmenter('th', { granularity: 'word' }).segment(sentence), ({ segment }) => segment);
        const starts = new Set<string>();
        for (const [index] of words.entries()) starts.add(words.slice(index).join('').replaceAll(' ', ''));
        for (const lines of breaks(sentence, 'th', { from: 130, to: 700 })) {
            assert.ok(lines.length > 1 || lines[0] === sentence);
            for (const [index, line] of lines.entries()) {
                assert.doesNotMatch(line, /^[\p{M}ำๆฯ]/u, lines.join('/'));
                assert.ok(starts.has(lines.slice(index).join('').replaceAll(' ', '')), lines.join('/'));
            }
        }
        assert.ok(wrap(fonts, sentence, { ...styles.th, width: 160 }).lines.length > 3);
    });

    it('keeps an amount whole, breaks at spaces, and leaves no lonely word', () => {
        const { lines } = wrap(fonts, 'IDR\u00a03,500.00 is being sent back to your wallet', { ...styles.en, width: 330 });
        assert.deepEqual(lines, ['IDR\u00a03,500.00 is being', 'sent back to your wallet']);
    });

    it('breaks where a reader pauses, when both lines fit and neither is a word alone', () => {
        const lines = (text: string, locale: keyof typeof styles, width: number) => wrap(fonts, text, { ...styles[locale], width }).lines;
        assert.deepEqual(lines('Paid. Here it comes', 'en', 180), ['Paid.', 'Here it comes']);
        assert.deepEqual(lines('Bezahlt. Ihre Ware kommt', 'de', 180), ['Bezahlt.', 'Ihre Ware kommt']);
        assert.deepEqual(lines('如果已经扣款，会自动全额退还。', 'zh-Hans', 200), ['如果已经扣款，', '会自动全额退还。']);
        assert.deepEqual(lines('ขออภัย กำลังซ่อมบำรุง', 'th', 160), ['ขออภัย', 'กำลังซ่อมบำรุง']);
        assert.deepEqual(lines('So. Everything that was in the basket', 'en', 330).length, 2);
        assert.notEqual(lines('So. Everything that was in the basket', 'en', 330)[0], 'So.');
    });

    it('keeps Japanese and Thai verbs whole', () => {
        for (const width of [110, 120, 130, 140, 150, 160])
            assert.doesNotMatch(wrap(fonts, 'お支払いできませんでした', { ...styles.ja, width }).lines.join('/'), /でき\/ませ/);
        for (const width of [130, 150, 170, 190])
            assert.doesNotMatch(wrap(fonts, '今はお支払いにならないでください。', { ...styles.ja, width }).lines.join('/'), /なら\/ない/);
    });

    it('breaks inside a word only when a line cannot hold it, and says so', () => {
        const german = wrap(fonts, 'a Donaudampfschiff', { ...styles.de, width: 60 });
        assert.equal(german.forced, true);
        assert.equal(german.lines.join('').replace('a', 'a '), 'a Donaudampfschiff');
        const thai = wrap(fonts, 'น้ำ', { ...styles.th, width: 5 });
        assert.deepEqual(thai, { lines: ['น้ำ'], forced: true });
    });
});

describe('shorten', () => {
    it('never leaves a letter without its marks', () => {
        const text = 'น้ำดื่มที่นี่เย็นที่สุด';
        const letters = lettersOf(text);
        for (let width = 40; width < 200; width += 7) {
            const short = shorten(fonts, text, { ...styles.th, width });
            assert.ok(widthOf(fonts, short, styles.th) <= width);
            if (short === text) continue;
            const kept = lettersOf(short.slice(0, -1));
            assert.deepEqual(kept, letters.slice(0, kept.length), short);
            assert.ok(short.endsWith('…'));
        }
        assert.equal(shorten(fonts, 'Water', { ...styles.en, width: 200 }), 'Water');
        assert.equal(shorten(fonts, 'Water', { ...styles.en, width: 1 }), '');
    });
});
