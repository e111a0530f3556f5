/** Shelf: the goods behind the glass, each with its place, its price and, where the machine has keys, its key. */

import { hello, kiosk, powered } from '../store.ts';
import { money } from '../telling.ts';
import type { Product, Texts } from '../wire.ts';
import { Art } from './art.tsx';
import { choose } from './press.ts';

const causes: Readonly<Record<string, string>> = {
    empty: 'sold out',
    jammed: 'jammed',
    'sensor-blind': 'sensor blind',
    offline: 'not reached',
};

/** A name in the language of the screen, else as the kiosk's, else any. */
export function nameIn(name: Texts, languages: readonly (string | undefined)[]): string {
    for (const language of languages) if (language !== undefined && name[language] !== undefined) return name[language];
    return name.en ?? Object.values(name)[0] ?? '';
}

export function Shelf() {
    const known = hello.value;
    if (known === undefined) return null;
    const pressable = known.devices.panel || !known.touch;
    return (
        <ul class="shelf" aria-label={known.dispenses ? 'Goods in the machine' : 'Price list'}>
            {known.catalog.map((product) => (
                <li key={product.slot}>
                    <Place product={product} pressable={pressable} />
                </li>
            ))}
        </ul>
    );
}

function Place({ product, pressable }: { product: Product; pressable: boolean }) {
    const known = hello.value!;
    const state = kiosk.slots.value?.[product.slot];
    const name = nameIn(product.name, [kiosk.screen.value?.lang, known.locale]);
    const price = money({ currency: known.currency, value: product.price });
    const shut = state !== undefined && !state.ready;
    const cause = shut ? (causes[state.reason] ?? state.reason) : undefined;
    const inside = (
        <>
            <span class="goods">
                <Art name={product.name} />
                {cause === undefined ? null : <span class="shut-sign">{cause}</span>}
            </span>{' '}
            <span class="goods-name">{name}</span>{' '}
            <span class="goods-foot digits">
                {known.dispenses ? <span class="goods-slot">{product.slot}</span> : null} <span>{price}</span>
            </span>
        </>
    );
    if (!pressable) return <div class={`place ${shut ? 'shut' : ''}`}>{inside}</div>;
    return (
        <button
            type="button"
            class={`place is-key ${shut ? 'shut' : ''}`}
            data-slot={product.slot}
            disabled={!powered.value}
            onClick={() => void choose(product.slot)}
        >
            {inside}
        </button>
    );
}
