/**
 * Tray: where goods fall, and from where they are taken.
 *
 * Rules: the kiosk's tray tells everything that ever fell; what a person took from it is remembered here, and what fell before this
 * browser first looked counts as taken.
 */
import { effect, type Signal, signal } from '@preact/signals';
import { hello, kiosk } from '../store.ts';
import type { Fallen } from '../wire.ts';
import { Art } from './art.tsx';
import { nameIn } from './shelf.tsx';

/** How many things of the tray were taken, by the order in which they fell. */
const taken: Signal<number | undefined> = signal(undefined);
let takenOf: string | undefined;

const placeOf = (kioskId: string) => `tillbox.taken.${kioskId}`;

effect(() => {
    const id = hello.value?.kiosk;
    const tray = kiosk.tray.value;
    if (id === undefined || tray === undefined) return;
    if (takenOf !== id) {
        takenOf = id;
        const kept = Number(read(placeOf(id)) ?? Number.NaN);
        // A tray that is shorter than what was taken from it is another tray.
        taken.value = Number.isInteger(kept) && kept <= tray.length ? kept : tray.length;
    } else if ((taken.peek() ?? 0) > tray.length) taken.value = tray.length;
});

function read(key: string): string | undefined {
    try {
        return localStorage.getItem(key) ?? undefined;
    } catch {
        return undefined;
    }
}

function takeAll(count: number): void {
    taken.value = count;
    const id = hello.value?.kiosk;
    if (id === undefined) return;
    try {
        localStorage.setItem(placeOf(id), String(count));
    } catch {
        // A browser that keeps nothing shows the goods again next time.
    }
}

export function Tray() {
    const tray = kiosk.tray.value ?? [];
    const lying = tray.slice(taken.value ?? tray.length);
    return (
        <div class="tray" data-lying={lying.length}>
            <div class="tray-mouth">
                {lying.slice(-6).map((item, index) => (
                    <FallenGoods key={item.deliveryId} item={item} index={index} />
                ))}
                {lying.length === 0 ? <span class="tray-words">{kiosk.tray.value === undefined ? '' : 'The tray is empty'}</span> : null}
            </div>
            <button type="button" class="button small take" disabled={lying.length === 0} onClick={() => takeAll(tray.length)}>
                {lying.length > 1 ? `Take all ${lying.length}` : 'Take it'}
            </button>
            <p class="unseen" aria-live="polite">
                {lying.length === 0 ? '' : `In the tray: ${lying.map((item) => nameOfSlot(item.slot)).join(', ')}.`}
            </p>
        </div>
    );
}

function nameOfSlot(slot: string): string {
    const product = hello.value?.catalog.find((one) => one.slot === slot);
    return product === undefined ? `goods of slot ${slot}` : nameIn(product.name, ['en']);
}

function FallenGoods({ item, index }: { item: Fallen; index: number }) {
    const product = hello.value?.catalog.find((one) => one.slot === item.slot);
    return (
        <span class="fallen" style={{ '--lean': `${((index * 47) % 34) - 17}deg` }} data-delivery={item.deliveryId}>
            <Art name={product?.name ?? {}} />
        </span>
    );
}
