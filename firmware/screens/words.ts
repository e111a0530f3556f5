/** Words: a screen as sentences, one after the other, for those who hear it instead of seeing it. Pure. */
import { formatAmount } from './format.ts';
import { catalogueOf, textOf } from './messages.ts';
import type { Message, Screen } from './screen.ts';
import { itemText } from './screen-part.ts';

/** Screens on which the amount stands beside the sentences; on the others these tell it. */
const moneyKinds: readonly Screen['kind'][] = ['pay', 'presence', 'reading', 'wait', 'delivering'];

/** Everything that a screen says, in the order in which it is needed. Each part ends like a sentence, so that a voice pauses there. */
export function wordsOf(screen: Screen): string {
    const say = (message: Message) => textOf(message, screen);
    const said = [say(screen.title), ...(screen.notice ?? []).map(say)];
    if (screen.amount !== undefined && moneyKinds.includes(screen.kind)) said.push(formatAmount(screen.amount, screen.locale));
    said.push(...screen.lines.map(say));
    if (screen.number !== undefined) said.push(screen.number);
    for (const item of screen.items ?? []) said.push(`${itemText(item, screen)} ${formatAmount(item.price, screen.locale)}`);
    if (screen.code !== undefined) said.push(say(screen.code.caption));
    if (screen.claim !== undefined) said.push(say({ key: 'claim.number', params: { claim: screen.claim } }));
    said.push(...screen.beside.map((sale) => say(besideMessage(sale))));
    return said.map((part) => ended(part, screen.locale)).join(' ');
}

/** A sale that runs beside the screen's own, in one sentence. */
export function besideMessage({ amount, reference, number }: Screen['beside'][number]): Message {
    if (number === undefined) return { key: 'beside.sale', params: { amount, reference } };
    return { key: 'beside.number', params: { amount, reference, number } };
}

function ended(part: string, locale: string): string {
    if (/[.!?…。！？]["”’)）]?$/u.test(part)) return part;
    return /^(zh|ja)/.test(catalogueOf(locale)) ? `${part}。` : `${part}.`;
}
