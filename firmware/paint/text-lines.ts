/**
 * Text lines: a screen for a character display, such as 16 × 2 or 20 × 4.
 *
 * Such displays know little more than ASCII: a language in another script is told in English, and amounts carry the currency's code.
 * They cannot show a code. A sentence stands whole or not at all.
 */
import { formatAmount } from '../screens/format.ts';
import { textOf, type Wording } from '../screens/messages.ts';
import type { Message, Screen } from '../screens/screen.ts';
import { isLoud } from './blocks.ts';
import { scriptOf } from './fonts.ts';

/** @param grid letters a line, and lines. @returns exactly `height` strings of at most `width` letters. */
export function linesOf(screen: Screen, grid: { width: number; height: number }): readonly string[] {
    const locale = scriptOf(screen.locale) === 'latin' ? screen.locale : 'en';
    const wording: Wording = { locale, timeZone: screen.timeZone, currencyStyle: 'code' };
    const say = (message: Message) => plain(textOf(message, wording));
    const must = mustSay(screen, wording, say).flatMap((text) => wrapped(text, grid.width));
    const lines = must.slice(0, grid.height);
    const told = [...(screen.notice ?? []), ...screen.lines];
    const goods = (screen.items ?? []).map(
        ({ label, name, price }) => `${label === undefined ? '' : `${label} `}${plain(name)} ${plain(formatAmount(price, locale, 'code'))}`,
    );
    const may = [...told.filter(isLoud), ...told.filter((message) => !isLoud(message))].map(say);
    for (const text of screen.kind === 'choose' ? [...goods, ...may] : may) {
        const more = wrapped(text, grid.width);
        if (lines.length + more.length <= grid.height) lines.push(...more);
    }
    while (lines.length < grid.height) lines.push('');
    return lines;
}

/** What a customer must know on the smallest display, most important first. */
function mustSay(screen: Screen, wording: Wording, say: (message: Message) => string): readonly string[] {
    const short = say({ key: `short.${screen.kind}` });
    const amount = screen.amount === undefined ? '' : plain(formatAmount(screen.amount, wording.locale, 'code'));
    switch (screen.kind) {
        case 'pay':
            return [short, amount];
        case 'presence':
            return [short, screen.number ?? ''];
        case 'wait':
            return screen.lines.some((line) => line.key === 'wait.again') ? [short, say({ key: 'short.again' })] : [short];
        case 'moneyBack':
        case 'nothingOut':
        case 'review':
            return screen.claim === undefined ? [short] : [short, say({ key: 'short.claim', params: { claim: screen.claim } })];
        case 'idle':
            return [short, plain(screen.seller)];
        default:
            return [short];
    }
}

/** ASCII that says the same, as near as can be. */
function plain(text: string): string {
    return text
        .normalize('NFKD')
        .replace(/[\u0300-\u036f]/g, '')
        .replace(/[‘’]/g, "'")
        .replace(/[“”]/g, '"')
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
