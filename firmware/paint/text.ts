/**
 * Text: how wide words are, where a line may break, and how a text is made to fit. Sizes and widths in pixels.
 */
import type { Fonts, Style } from './fonts.ts';

export interface TextStyle extends Style {
    readonly locale: string;
}

export interface Wrapped {
    readonly lines: readonly string[];
    /** A word was longer than a line and had to be broken inside. */
    readonly forced: boolean;
}

/** A line may break beside these although no space stands there. Korean breaks at its spaces. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u3000-\u303f\uff00-\uffef]/u;
/**
 * A line must not begin with these (closing brackets, full stops, marks that belong to the word before; small kana and repetition marks,
 * JIS X 4051 and JLREQ §3.1.7; the Thai signs for repeating and for leaving out), nor end with those.
 */
const notFirst =
    /^[\p{Pe}\p{Pf}\p{Po}\p{Pd}’”%‰…ーぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ\u31f0-\u31ff々〻ゝゞヽヾ\u3099-\u309c〜～\uff67-\uff70ๆฯ]/u;
const notLast = /[\p{Ps}\p{Pi}‘“]$/u;
const hiraganaFirst = /^\p{Script=Hiragana}/u;
const afterPause = /[\p{Po}\p{Pe}\s]$/u;
/** Words of our sentences that the segmenter would take apart, or cut in the wrong place. */
const oneWord: readonly string[] = [
    ...[
        'Alipay+',
        '付款码',
        '二维码',
        '扫码口',
        '扫码',
        '此码',
        '凭证号',
        '支付宝',
        '微信',
        '银联',
        '银行卡',
        '条码',
        '链接',
        '稍候',
        '读取',
    ],
    ...['扣款', '到账', '余额', '限额', '全额', '重试', '选购', '工作人员', '这笔', '这台', '这件'],
    ...[
        '読み取り口',
        '支払いコード',
        '読み取って',
        '取り消さ',
        '限度額',
        '本人確認',
        '再試行',
        '再起動',
        '担当者',
        '決済アプリ',
        'スマホ',
        'できませんでした',
        'ならないで',
    ],
    ...['วอลเล็ต', 'แอปวอลเล็ต', 'รหัส', 'ไม่รู้จัก', 'คำตอบ', 'ชำระเงิน', 'คืนเงิน', 'จำนวนเงิน', 'ยอดเงิน', 'หักเงิน', 'สักครู่', 'ตรวจสอบ', 'เครื่องสแกน'],
    ...['บาร์โค้ด', 'หน้าจอ', 'เจ้าหน้าที่', 'เครือข่าย', 'ซ่อมบำรุง', 'เชื่อมต่อ', 'หมดอายุ', 'ที่นี่', 'ตอนนี้', 'ครั้งนี้', 'เสร็จสิ้น', 'เมื่อใด', 'ตัวตน'],
    ...['ชำระซ้ำ', 'ไม่ได้', 'วันที่ดี', 'ปิดให้บริการ', 'กำลังซ่อมบำรุง', 'ของคุณ', 'ของเรา', 'หากมี'],
];
/** Japanese words in hiragana, or with its polite prefix, that begin a phrase; every other hiragana goes on with the one before. */
const beginsPhrase =
    /^(?:[おご](?:\p{Script=Han}|$)|この|その|ここ|もう一度|かざし|ただいま|すでに|まだ|いらっしゃい|ありがとう|または|しない)/u;
const politePrefix = /^[おご]$/u;
/** A Korean word of one syllable (이, 수, 더) belongs to the next. */
const oneSyllable = /^\p{Script=Hangul}$/u;

export function widthOf(fonts: Fonts, text: string, style: Style & { size: number }): number {
    return advanceOf(fonts, text, style) * style.size;
}

// A layout tries many sizes and asks for the same words each time.
const advances = new WeakMap<Fonts, Map<string, number>>();
const advancesMax = 8_000;

function advanceOf(fonts: Fonts, text: string, style: Style): number {
    let known = advances.get(fonts);
    if (known === undefined || known.size > advancesMax) {
        known = new Map();
        advances.set(fonts, known);
    }
    const name = `${style.weight}${style.script}${text}`;
    let advance = known.get(name);
    if (advance === undefined) {
        advance = 0;
        for (const letter of lettersOf(text)) advance += fonts.glyph(letter, style).advance;
        known.set(name, advance);
    }
    return advance;
}

/** Marks, and Thai and Lao AM: they belong to the letter before. Without any of these and of the next, a code point is a letter. */
const marks = /[\p{M}\u0e33\u0eb3]/u;
const marked = /\P{M}[\p{M}\u0e33\u0eb3]*|\p{M}+/gu;
/** Jamo, joiners, flags, skin tones: joined by rules that only the segmenter knows. */
const joining = /[\u1100-\u11ff]|\u200c|\u200d|\p{Regional_Indicator}|\p{Emoji_Modifier}/u;
let clusters: Intl.Segmenter | undefined;

/** The letters of a text, each with the marks that belong to it (Unicode UAX 29, extended grapheme clusters): what `Fonts.glyph` takes. */
export function lettersOf(text: string): readonly string[] {
    if (joining.test(text)) {
        clusters ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
        return Array.from(clusters.segment(text), ({ segment }) => segment);
    }
    // A layout asks for thousands of lines: the segmenter takes ten times as long.
    return marks.test(text) ? (text.match(marked) ?? []) : [...text];
}

/**
 * Breaks a text into lines no wider than `width`, as few as possible, and of about the same length; a line feed always breaks.
 * @param options.ragged only how many lines there are matters, not that they are of one length: a third of the time.
 */
export function wrap(fonts: Fonts, text: string, options: TextStyle & { size: number; width: number; ragged?: boolean }): Wrapped {
    const paragraphs = text.split('\n').map((paragraph) => wrapParagraph(fonts, paragraph, options));
    return { lines: paragraphs.flatMap(({ lines }) => lines), forced: paragraphs.some(({ forced }) => forced) };
}

function wrapParagraph(fonts: Fonts, text: string, options: TextStyle & { size: number; width: number; ragged?: boolean }): Wrapped {
    const pieces = phrasesOf(piecesOf(text, options.locale), (phrase) => widthOf(fonts, phrase, options) <= options.width);
    const full = fill(fonts, pieces, options);
    if (full.lines.length < 2 || full.forced || options.ragged === true) return full;
    // The narrowest width that needs no further line: no single word is left behind on the last one.
    let low = options.width / full.lines.length;
    let high = options.width;
    let best = full;
    while (high - low > 2) {
        const middle = (low + high) / 2;
        const tried = fill(fonts, pieces, { ...options, width: middle });
        if (tried.lines.length === full.lines.length && !tried.forced) {
            best = tried;
            high = middle;
        } else low = middle;
    }
    return full.lines.length === 2 ? (atPause(fonts, pieces, options) ?? best) : best;
}

/** Ends of sentences; where a reader pauses in Chinese, Japanese and Thai, which also breaks elsewhere. */
const sentenceEnd = /[.!?。！？]["”’)]?$/u;
const pause = /[，、]$/u;
const thai = /\p{Script=Thai}/u;
/** The shorter of two lines has at least this part of the longer one's width: less looks like a word left behind. */
const shorterMin = 0.3;

/** Two lines that break where a reader pauses anyway, where both fit: “Paid. / Here it comes”, not “Paid. Here / it comes”. */
function atPause(fonts: Fonts, pieces: readonly Piece[], options: TextStyle & { size: number; width: number }): Wrapped | undefined {
    let best: { lines: readonly string[]; score: number } | undefined;
    for (let index = 1; index < pieces.length; index++) {
        const [before, after] = [pieces[index - 1], pieces[index]];
        if (before === undefined || after === undefined) continue;
        const ends = sentenceEnd.test(before.text);
        if (!ends && !pause.test(before.text) && !(after.spaced && thai.test(before.text) && thai.test(after.text))) continue;
        const lines = [pieces.slice(0, index), pieces.slice(index)].map(lineOf);
        const widths = lines.map((line) => widthOf(fonts, line, options));
        const longer = Math.max(...widths);
        const balance = Math.min(...widths) / longer;
        const score = balance + (ends ? 1 : 0);
        if (longer > options.width || balance < shorterMin || score <= (best?.score ?? 0)) continue;
        best = { lines, score };
    }
    return best === undefined ? undefined : { lines: best.lines, forced: false };
}

function lineOf(pieces: readonly Piece[]): string {
    return pieces.map(({ text, spaced }, index) => (spaced && index > 0 ? ` ${text}` : text)).join('');
}

/** The beginning of a text that is no wider than `width`, with an ellipsis where something was left out. */
export function shorten(fonts: Fonts, text: string, options: Style & { size: number; width: number }): string {
    if (widthOf(fonts, text, options) <= options.width) return text;
    const letters = [...lettersOf(text)];
    while (letters.length > 0) {
        letters.pop();
        const short = `${letters.join('').trimEnd()}…`;
        if (widthOf(fonts, short, options) <= options.width) return short;
    }
    return '';
}

interface Piece {
    readonly text: string;
    /** A space stands before it when it is not the first of its line. */
    readonly spaced: boolean;
}

const segmenters = new Map<string, Intl.Segmenter>();

// Intl.Segmenter takes longer than all the rest of a layout.
const pieced = new Map<string, readonly Piece[]>();
const piecedMax = 500;

function piecesOf(text: string, locale: string): readonly Piece[] {
    const name = `${locale}\n${text}`;
    let pieces = pieced.get(name);
    if (pieces === undefined) {
        if (pieced.size >= piecedMax) pieced.clear();
        pieces = segmented(text, locale);
        pieced.set(name, pieces);
    }
    return pieces;
}

/** What may not be broken: words, with the marks that belong to them; Chinese, Japanese and Thai break where no space stands, too. */
function segmented(text: string, locale: string): readonly Piece[] {
    let segmenter = segmenters.get(locale);
    if (segmenter === undefined) {
        segmenter = new Intl.Segmenter(locale, { granularity: 'word' });
        segmenters.set(locale, segmenter);
    }
    const pieces: { text: string; spaced: boolean }[] = [];
    let spaced = false;
    for (const { segment } of segmenter.segment(text)) {
        if (/^[ \t\r\n]+$/.test(segment)) {
            spaced = true;
            continue;
        }
        const last = pieces.at(-1);
        const mayBreak =
            last === undefined ||
            spaced ||
            ((unspaced.test(last.text.slice(-1)) || unspaced.test(segment.slice(0, 1))) &&
                !notFirst.test(segment) &&
                !notLast.test(last.text) &&
                !insideWord(last.text, segment));
        if (mayBreak) pieces.push({ text: segment, spaced });
        else last.text += segment;
        spaced = false;
    }
    return pieces;
}

/**
 * Words that belong together: Japanese reads best when particles and endings stay with their word, Korean when a syllable does not stand
 * alone. @param fits a phrase that does not fit a line stays in words.
 */
function phrasesOf(words: readonly Piece[], fits: (phrase: string) => boolean): readonly Piece[] {
    const phrases: Piece[][] = [];
    for (const word of words) {
        const phrase = phrases.at(-1);
        const before = phrase?.at(-1);
        if (phrase !== undefined && before !== undefined && belongs(before, word)) phrase.push(word);
        else phrases.push([word]);
    }
    return phrases.flatMap((phrase) => {
        const [first, ...others] = phrase;
        if (first === undefined) return [];
        const text = first.text + others.map((word) => `${word.spaced ? ' ' : ''}${word.text}`).join('');
        return fits(text) ? [{ ...first, text }] : phrase;
    });
}

function belongs(before: Piece, word: Piece): boolean {
    if (word.spaced) return oneSyllable.test(before.text);
    if (politePrefix.test(before.text)) return true;
    return hiraganaFirst.test(word.text) && !beginsPhrase.test(word.text) && !afterPause.test(before.text);
}

/** Would a break here stand inside one of our words? */
function insideWord(before: string, after: string): boolean {
    return oneWord.some((word) => {
        for (let cut = 1; cut < word.length; cut++) {
            const rest = word.slice(cut);
            if (before.endsWith(word.slice(0, cut)) && (after.startsWith(rest) || rest.startsWith(after))) return true;
        }
        return false;
    });
}

function fill(fonts: Fonts, pieces: readonly Piece[], options: TextStyle & { size: number; width: number }): Wrapped {
    const lines: string[] = [];
    let line = '';
    let forced = false;
    for (const piece of pieces) {
        const longer = line === '' ? piece.text : `${line}${piece.spaced ? ' ' : ''}${piece.text}`;
        if (widthOf(fonts, longer, options) <= options.width) {
            line = longer;
            continue;
        }
        if (line !== '') lines.push(line);
        line = piece.text;
        while (widthOf(fonts, line, options) > options.width) {
            forced = true;
            const head = headOf(fonts, line, options);
            lines.push(head);
            line = line.slice(head.length);
        }
    }
    if (line !== '') lines.push(line);
    return { lines, forced };
}

/** As many letters as a line holds, at least one. */
function headOf(fonts: Fonts, text: string, options: Style & { size: number; width: number }): string {
    let head = '';
    for (const letter of lettersOf(text)) {
        if (head !== '' && widthOf(fonts, head + letter, options) > options.width) break;
        head += letter;
    }
    return head;
}
