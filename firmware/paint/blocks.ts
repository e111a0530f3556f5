/**
 * Blocks: what a screen says, in the order and the weight in which it is said; whole sentences, or few words for small displays.
 */
import { formatAmount } from '../screens/format.ts';
import { textOf } from '../screens/messages.ts';
import type { Message, Screen } from '../screens/screen.ts';
import { itemText } from '../screens/screen-part.ts';
import type { Block } from './column.ts';
import type { Measures } from './measures.ts';
import { glyphs } from './signs.ts';

export interface Saying {
    /** `whole`: everything. `lean`: whole sentences, of which those that only comfort may give way. `brief`: few words. */
    readonly detail: 'whole' | 'lean' | 'brief';
    readonly codeShown: boolean;
    /** The screen has a code, and this display cannot show it. */
    readonly codeMissing: boolean;
    /** The items stand elsewhere in the picture, as cards. */
    readonly itemsApart: boolean;
    /** The code's words stand in the column, for there is no room under the code. */
    readonly captionHere: boolean;
}

const moneyKinds: ReadonlySet<Screen['kind']> = new Set(['pay', 'reading', 'wait', 'delivering', 'presence']);
const itemsMax = 5;
/** What happened to the money, and what keeps a customer from paying twice, stands out and is never left out. */
const loudKeys: ReadonlySet<string> = new Set([
    'wait.again',
    'notCharged',
    'out.noPay',
    'back.due',
    'back.asked',
    'back.done',
    'back.confirmed',
    'back.ifCharged',
    'delivering.now',
]);
/** Must the sentence stand out, and stay where there is little room? */
export function isLoud(message: Message): boolean {
    return loudKeys.has(message.key);
}

/** The key of a screen's title in few words. Whose payment is unknown is not told that money goes back. */
export function shortTitle(screen: Screen): string {
    return screen.title.key === 'title.unsure' ? 'short.unsure' : `short.${screen.kind}`;
}

/** Sentences that have a picture of what to do. */
const shownBy: Readonly<Record<string, keyof typeof glyphs>> = {
    'pay.show': 'show',
    'pay.orShow': 'show',
    'pay.order': 'scan',
    'idle.entry.goods': 'scan',
    'idle.entry.amount': 'scan',
};

export function blocksOf(screen: Screen, m: Measures, of: Saying): readonly Block[] {
    return of.detail === 'brief' ? briefBlocks(screen, m, of) : fullBlocks(screen, m, of);
}

function fullBlocks(screen: Screen, m: Measures, of: Saying): readonly Block[] {
    const { palette } = m;
    const px = (units: number) => Math.max(m.least, Math.round(m.unit * units));
    const say = (message: Message) => together(textOf(message, screen));
    const line = { role: 'line', color: palette.ink, max: px(7.2), min: m.least };
    const blocks: Block[] = [];
    const pays = screen.kind === 'pay';
    blocks.push({
        role: 'title',
        text: say(screen.title),
        weight: 700,
        color: palette.ink,
        max: px(pays ? 8 : of.codeShown ? 11 : 12.5),
        min: Math.max(m.least, Math.min(px(5), m.least + 4)),
    });
    if (screen.number !== undefined) {
        blocks.push({
            ...line,
            role: 'number',
            text: screen.number,
            weight: 700,
            max: px(26),
            floor: Math.max(px(11), m.least * 1.7),
            oneLine: true,
            above: 0.05,
        });
    }
    if (screen.amount !== undefined && moneyKinds.has(screen.kind)) {
        const text = formatAmount(screen.amount, screen.locale);
        const max = px(pays ? 23 : 9.5);
        blocks.push({
            ...line,
            role: 'amount',
            text,
            weight: 700,
            max,
            // An amount is what people look for; it is small only where it is long.
            floor: pays ? Math.max(m.least * 1.3, m.class === 'full' ? px(11) : 0) : m.least,
            oneLine: true,
            above: pays ? 0 : 0.25,
            optional: !pays,
        });
    }
    if (screen.notice !== undefined && screen.notice.length > 0) {
        const text = screen.notice.map(say).join('\n');
        const panel = { fill: palette.notice };
        blocks.push({ ...line, role: 'notice', text, weight: 700, color: palette.onNotice, max: px(5.8), panel, above: 0.6 });
    }
    for (const [index, message] of linesOf(screen, of).entries()) {
        const loud = isLoud(message);
        const sign = m.class === 'full' ? shownBy[message.key] : undefined;
        blocks.push({
            ...line,
            text: say(message),
            weight: loud ? 700 : m.plainWeight,
            max: index === 0 || loud ? line.max : px(6.2),
            above: index === 0 ? 0.55 : 0.5,
            ...(sign === undefined || (of.codeShown && sign === 'scan') || (!of.codeShown && sign === 'show')
                ? {}
                : { sign: { glyph: glyphs[sign], color: palette.fills ? palette.field : palette.ink } }),
            optional: index > 0 && !loud && of.detail === 'lean',
        });
    }
    // With a scanner that waits, the lines above say what is left; without one, nothing can be paid here.
    if (of.codeMissing && !screen.scanning && screen.code?.kind === 'order') {
        blocks.push({ ...line, text: say({ key: 'code.tooLarge' }), weight: m.plainWeight });
        blocks.push({ ...line, text: say({ key: 'out.noPay' }), weight: 700 });
    }
    if (of.captionHere) blocks.push(captionBlock(screen, m));
    if (!of.itemsApart) blocks.push(...itemBlocks(screen, m));
    if (screen.claim !== undefined) {
        const text = say({ key: 'claim.number', params: { claim: screen.claim } });
        const panel = { edge: palette.ink };
        const max = px(6.6);
        blocks.push({
            ...line,
            role: 'claim',
            text,
            weight: 700,
            max,
            oneLine: true,
            panel,
            above: 0.8,
            optional: screen.kind === 'thanks',
        });
    }
    return blocks;
}

/** Nobody is asked to scan an order code that this display cannot show; the scanner is what is left then. */
function linesOf(screen: Screen, of: Saying): readonly Message[] {
    if (!of.codeMissing || screen.code?.kind !== 'order') return screen.lines;
    return screen.lines.flatMap((message) => {
        if (message.key === 'pay.order') return [];
        return message.key === 'pay.orShow' ? [{ key: 'pay.show' }] : [message];
    });
}

/** What a customer must know on the smallest display, most important first; then whole sentences as far as there is room. */
function briefBlocks(screen: Screen, m: Measures, of: Saying): readonly Block[] {
    const say = (message: Message) => together(textOf(message, screen));
    const height = m.size.height;
    const plain = { color: m.palette.ink, weight: 700 as const, min: m.least };
    const large = { ...plain, max: Math.max(m.least * 1.7, height * 0.3), floor: m.least * 1.7, oneLine: true, above: 0.1 };
    const title: Block = { ...plain, role: 'title', text: say({ key: shortTitle(screen) }), max: Math.max(m.least, height * 0.18, 14) };
    const blocks: Block[] = [];
    const low = height < 100;
    const said = new Set<string>();
    const amount = screen.amount === undefined ? '' : formatAmount(screen.amount, screen.locale);
    if (of.codeShown && screen.code?.kind === 'order') {
        // Beside a code, the amount says what it is for.
        blocks.push({ ...large, role: 'amount', text: amount, above: 0 });
        if (of.captionHere) blocks.push(captionBlock(screen, m));
        blocks.push({ ...title, max: m.least * 1.2, optional: true, above: 0.3 });
    } else {
        blocks.push(title);
        if (screen.number !== undefined) blocks.push({ ...large, role: 'number', text: screen.number });
        else if (screen.kind === 'pay') blocks.push({ ...large, role: 'amount', text: amount });
        if (of.captionHere) blocks.push(captionBlock(screen, m));
        const few = fewWords(screen, low);
        for (const key of few.keys) {
            // The claim number leads to the rest; the others are a few words that always find room.
            const optional = key === 'brief.ifCharged';
            blocks.push({ ...plain, role: 'line', text: say({ key }), max: height * 0.15, above: 0.3, optional });
        }
        for (const key of few.said) said.add(key);
        if (screen.claim !== undefined) {
            const text = say({ key: 'short.claim', params: { claim: screen.claim } });
            blocks.push({
                ...plain,
                role: 'claim',
                text,
                max: height * 0.15,
                oneLine: true,
                above: 0.4,
                optional: claimless.has(screen.kind),
            });
        }
    }
    // On very low panels a line more counts for more than the space between lines.
    const tight = low ? 0.4 : 1;
    const max = Math.max(m.least, Math.min(m.least * 1.25, height * 0.12));
    const rest = [...(screen.notice ?? []), ...linesOf(screen, of)];
    for (const message of [...rest.filter(isLoud), ...rest.filter((message) => !isLoud(message))]) {
        if (said.has(message.key)) continue;
        blocks.push({ ...plain, role: 'line', text: say(message), weight: m.plainWeight, max, above: 0.35, optional: true });
    }
    return tight === 1 ? blocks : blocks.map((block) => ({ ...block, above: (block.above ?? 0.4) * tight }));
}

/** What must be said of the money in few words, and the sentences that it stands for. @param low whole sentences find no room below it. */
function fewWords(screen: Screen, low: boolean): { readonly keys: readonly string[]; readonly said: readonly string[] } {
    const says = (key: string) => screen.lines.some((line) => line.key === key);
    if (screen.kind === 'nothingOut') return { keys: ['short.moneyBack'], said: [] };
    const short = Object.entries(inFewWords).filter(([key]) => says(key) && (low || key === 'wait.again'));
    return { keys: short.map(([, few]) => few), said: short.map(([key]) => key) };
}

const inFewWords: Readonly<Record<string, string>> = {
    'wait.again': 'short.again',
    notCharged: 'short.notCharged',
    'back.ifCharged': 'brief.ifCharged',
    'out.noPay': 'short.noPay',
};

/** A claim number is of no use where no money is in question. */
const claimless: ReadonlySet<Screen['kind']> = new Set(['thanks', 'declined', 'cancelled']);

function captionBlock(screen: Screen, m: Measures): Block {
    const text = screen.code === undefined ? '' : textOf(screen.code.caption, screen);
    return { role: 'caption', text, weight: 700, color: m.palette.ink, max: Math.max(m.least, m.unit * 5.6), min: m.least, above: 0.3 };
}

function itemBlocks(screen: Screen, m: Measures): readonly Block[] {
    const items = screen.items ?? [];
    if (items.length === 0) return [];
    const shown = items.length > itemsMax ? items.slice(0, itemsMax - 1) : items;
    const max = Math.max(m.least, Math.round(m.unit * 5.2));
    const look = {
        role: 'item',
        weight: 400 as const,
        color: m.palette.quiet,
        max,
        min: m.least,
        optional: true,
        mayCut: m.class === 'full',
    };
    const blocks: Block[] = shown.map((item, index) => ({
        ...look,
        text: itemText(item, screen),
        right: formatAmount(item.price, screen.locale),
        above: index === 0 ? 0.8 : 0.1,
    }));
    if (shown.length < items.length) blocks.push({ ...look, text: `+ ${items.length - shown.length}`, oneLine: true, above: 0.1 });
    return blocks;
}

/** A telephone number stays on one line. */
function together(text: string): string {
    return text.replace(/([\d)]) (?=[\d(])/g, '$1\u00a0');
}
