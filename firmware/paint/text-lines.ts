/**
 * Text lines: a screen for a character display, such as 16 × 2 or 20 × 4.
 *
 * Such displays know little more than ASCII: a language in another script is told in English, and amounts carry the currency's code.
 * They cannot show a code. A sentence stands whole or not at all.
 */
import { formatAmount } from '../screens/format.ts';
import { textOf, type Wording } from '../screens/messages.ts';
import type { Message, Screen, ScreenItem } from '../screens/screen.ts';
import { isLoud, shortTitle } from './blocks.ts';
import { scriptOf } from './fonts.ts';

interface Grid {
    readonly width: number;
    readonly height: number;
}

/** @param grid letters a line, and lines. @returns exactly `height` strings of at most `width` letters. */
export function linesOf(screen: Screen, grid: Grid): readonly string[] {
    const locale = scriptOf(screen.locale) === 'latin' ? screen.locale : 'en';
    const wording: Wording = { locale, timeZone: screen.timeZone, currencyStyle: 'code' };
    const say = (message: Message) => plain(textOf(message, wording), locale);
    const { must, said } = mustSay(screen, wording, say, grid);
    const lines = must.flatMap((text) => wrapped(text, grid.width)).slice(0, grid.height);
    const told = [...(screen.notice ?? []), ...screen.lines].filter(({ key }) => !said.includes(key));
    const goods = screen.kind === 'choose' ? (screen.items ?? []).map((item) => goodLine(item, wording, grid.width)) : [];
    const may = [...told.filter(isLoud), ...told.filter((message) => !isLoud(message))].map(say);
    const add = (text: string): void => {
        const more = wrapped(text, grid.width);
        if (lines.length + more.length <= grid.height) lines.push(...more);
    };
    const before = lines.length;
    // Some of the goods would look like all of them.
    for (const text of before + goods.length <= grid.height ? [...goods, ...may] : may) add(text);
    if (screen.kind === 'pay' && screen.scanning && lines.length === before) add(say({ key: 'brief.show' }));
    while (lines.length < grid.height) lines.push('');
    return lines;
}

interface Musts {
    readonly must: readonly string[];
    /** Keys of sentences that these lines say already. */
    readonly said: readonly string[];
}

/** What a customer must know on the smallest display, most important first. */
function mustSay(screen: Screen, wording: Wording, say: (message: Message) => string, grid: Grid): Musts {
    const short = say({ key: shortTitle(screen) });
    const amount = screen.amount === undefined ? '' : plain(formatAmount(screen.amount, wording.locale, 'code'), wording.locale);
    const claim = screen.claim === undefined ? [] : [say({ key: 'short.claim', params: { claim: screen.claim } })];
    const says = (key: string) => screen.lines.some((line) => line.key === key);
    /** The first of the wordings that fits below the lines that stand already and leaves `room` for others. */
    const fitting = (before: readonly string[], wordings: readonly string[], room = 0): readonly string[] => {
        const used = before.flatMap((text) => wrapped(text, grid.width)).length + room;
        return wordings.filter((one) => used + wrapped(one, grid.width).length <= grid.height).slice(0, 1);
    };
    /** A sentence, or the few words that stand for it. */
    const ending = (before: readonly string[], key: string, few: string): Musts =>
        says(key) ? { must: [...before, ...fitting(before, [say({ key }), say({ key: few })])], said: [key] } : { must: before, said: [] };
    switch (screen.kind) {
        case 'pay':
            return { must: [short, amount], said: [] };
        case 'presence':
            return { must: [short, screen.number ?? ''], said: [] };
        case 'reading':
        case 'wait': {
            if (!says('wait.again')) return { must: [short], said: [] };
            const again = say({ key: 'short.again' });
            // Nothing goes on before the customer has confirmed: that says more than "please wait".
            const confirm = says('pending.confirm') ? say({ key: 'pending.confirm' }) : undefined;
            const asks = confirm !== undefined && wrapped(confirm, grid.width).length < grid.height;
            return { must: [asks ? confirm : short, again], said: asks ? ['wait.again', 'pending.confirm'] : ['wait.again'] };
        }
        case 'thanks':
            return says('thanks.take')
                ? { must: [short, say({ key: 'short.delivering' })], said: ['thanks.take'] }
                : { must: [short, amount], said: ['thanks.amount'] };
        case 'declined':
        case 'cancelled': {
            const charged = ending([short], 'notCharged', 'short.notCharged');
            if (charged.said.length > 0) return charged;
            const open = ending([short], 'back.ifCharged', 'brief.ifCharged');
            return open.must.length > 1 ? open : { ...open, must: [short, ...claim] };
        }
        case 'moneyBack':
            return ending([short, ...claim], 'back.ifCharged', 'brief.ifCharged');
        case 'nothingOut': {
            const back = say({ key: 'short.moneyBack' });
            // Where two lines are all there is, what becomes of the money comes before what everybody has seen.
            if (grid.height <= 2) return { must: [back, ...claim], said: [] };
            const sums = screen.lines.filter(({ key }) => key === 'back.due' || key === 'back.done');
            const told = fitting([short], [...sums.slice(0, 1).map(say), back], claim.length);
            return { must: [short, ...told, ...claim], said: sums.slice(0, 1).map(({ key }) => key) };
        }
        case 'review':
            return { must: [short, ...claim], said: [] };
        case 'starting':
        case 'outOfService':
        case 'offline':
        case 'service':
            return ending([short], 'out.noPay', 'short.noPay');
        case 'idle':
            return { must: [short, ...readable(screen.seller, wording.locale)], said: [] };
        default:
            return { must: [short], said: [] };
    }
}

/** A good in one line: its slot, as much of its name as there is room for, and its price. */
function goodLine({ label, name, price }: ScreenItem, wording: Wording, width: number): string {
    const cost = plain(formatAmount(price, wording.locale, 'code'), wording.locale);
    const room = width - cost.length - 1 - (label === undefined ? 0 : label.length + 1);
    const words = readable(name, wording.locale).map((text) => text.slice(0, Math.max(0, room)).trimEnd());
    return [...(label === undefined ? [] : [label]), ...words, cost].filter((part) => part !== '').join(' ');
}

/** The text, unless this display has not the letters for it: a row of question marks tells nobody anything. */
function readable(text: string, locale: string): readonly string[] {
    const letters = plain(text, locale);
    return letters.split('?').length > text.split('?').length ? [] : [letters];
}

/** How German writes its letters where there are none; other languages leave the marks out. */
const germanLetters: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', Ä: 'Ae', Ö: 'Oe', Ü: 'Ue' };

/** ASCII that says the same, as near as can be. */
function plain(text: string, locale: string): string {
    const own = locale.startsWith('de') ? text.normalize('NFC').replace(/[äöüÄÖÜ]/g, (letter) => germanLetters[letter] ?? letter) : text;
    return own
        .normalize('NFKD')
        .replace(/[\u0300-\u036f]/g, '')
        .replace(/[‘’]/g, "'")
        .replace(/[“”„«»]/g, '"')
        .replace(/[¿¡]/g, '')
        .replace(/[–—−]/g, '-')
        .replace(/…/g, '...')
        .replace(/€/g, 'EUR')
        .replace(/ß/g, 'ss')
        .replace(/[øØ]/g, 'o')
        .replace(/[æÆ]/g, 'ae')
        .replace(/[^\x20-\x7e]/g, '?');
}

function wrapped(text: string, width: number): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of text.split(/\s+/)) {
        if (word === '') continue;
        if (line !== '' && line.length + 1 + word.length > width) {
            lines.push(line);
            line = '';
        }
        line = line === '' ? word : `${line} ${word}`;
        while (line.length > width) {
            lines.push(line.slice(0, width));
            line = line.slice(width);
        }
    }
    if (line !== '') lines.push(line);
    return lines;
}
