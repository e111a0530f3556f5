/** Idle screen: the invitation of a machine that can sell: the goods, the entry code, and the ways to pay that work now. Pure. */
import { modesNow } from '../sale/readiness.ts';
import type { World } from '../sale/world.ts';
import type { Message, ScreenItem } from './screen.ts';
import { brokenWay, itemsFor, type ScreenPart } from './screen-part.ts';

/**
 * The goods where somebody has begun to choose, and at once where fingers reach the glass and no entry code needs the room; else the
 * welcome.
 */
export function idleScreen(world: World): ScreenPart {
    const { policy } = world;
    const goods = goodsNow(world);
    const entry = entryCode(world, goods);
    if (mayChoose(world) && goods.length > 0 && (world.choosing === true || (policy.touch && entry === undefined)))
        return chooseScreen(world, goods);
    return welcomeScreen(world, { goods, entry });
}

function chooseScreen(world: World, goods: readonly ScreenItem[]): ScreenPart {
    return {
        kind: 'choose',
        title: { key: 'title.choose' },
        ...brokenWay(world, false),
        lines: [{ key: world.policy.touch ? 'choose.touch' : 'choose.press' }, { key: waysKey(world) }],
        items: goods,
        ...(world.choosingFrom === undefined ? {} : { itemsFrom: world.choosingFrom }),
        presses: world.choosing === true ? ['back', 'language'] : ['language'],
    };
}

function welcomeScreen(world: World, offer: { goods: readonly ScreenItem[]; entry: string | undefined }): ScreenPart {
    const { policy, devices } = world;
    const { goods, entry } = offer;
    const choosable = mayChoose(world) && goods.length > 0;
    const keyed = choosable && devices.panel !== undefined;
    const lines: Message[] = [];
    const none = policy.dispenses && goods.length === 0;
    if (none) lines.push({ key: 'idle.none' });
    if (keyed) lines.push({ key: 'idle.choose' });
    if (entry !== undefined) lines.push({ key: policy.dispenses ? 'idle.entry.goods' : 'idle.entry.amount' });
    if (lines.length === 0) lines.push({ key: 'idle.ready' });
    // Who pays on the page of the entry code is told there how.
    if (!none) lines.push({ key: choosable || entry === undefined ? waysKey(world) : 'idle.wallets' });
    return {
        kind: 'idle',
        title: { key: 'title.idle' },
        ...(none ? {} : brokenWay(world, entry !== undefined)),
        lines,
        ...(keyed ? { items: goods } : {}),
        ...(entry === undefined ? {} : { code: { kind: 'entry', value: entry, caption: { key: 'code.caption.entry' } } }),
        marks: true,
        presses: choosable ? ['choose', 'language'] : ['language'],
    };
}

/** Something can be pressed here that opens a sale: the entry code's page opens its own. */
function mayChoose(world: World): boolean {
    return (world.policy.touch || world.devices.panel !== undefined) && modesNow(world).some((mode) => mode !== 'entry-code');
}

/** The page behind the entry code sells what a dispenser can hand out, or any amount. */
function entryCode(world: World, goods: readonly ScreenItem[]): string | undefined {
    const { policy } = world;
    if (!modesNow(world).includes('entry-code') || (policy.dispenses && goods.length === 0)) return undefined;
    return policy.entryUrl;
}

function waysKey(world: World): string {
    const modes = modesNow(world);
    const scan = modes.includes('payment-code');
    const order = modes.includes('order-code');
    return scan && order ? 'ways.both' : scan ? 'ways.scan' : order ? 'ways.order' : 'idle.wallets';
}

/** What can be had now, in the order of the catalogue; without a dispenser somebody hands it over. */
function goodsNow(world: World): readonly ScreenItem[] {
    const { policy } = world;
    const items = Object.entries(policy.catalog)
        .filter(([slot]) => !policy.dispenses || world.slots[slot]?.ready === true)
        .map(([slot, item]) => ({ slot, name: item.name, price: item.price }));
    return itemsFor(items, policy.currency, world);
}
