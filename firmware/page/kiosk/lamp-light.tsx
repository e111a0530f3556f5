/** Lamp light: the lamp over the machine, with its meaning as a word. */
import type { Lamp } from '../../ports/devices.ts';
import { hello, kiosk, powered } from '../store.ts';

const words: Readonly<Record<Lamp, string>> = { off: 'lamp off', ready: 'ready', busy: 'busy', error: 'not selling' };

export function LampLight() {
    if (hello.value?.devices.panel !== true) return null;
    const lamp = powered.value ? (kiosk.lamp.value ?? 'off') : 'off';
    return (
        <span class={`lamp ${lamp}`} data-lamp={lamp}>
            <span class="bulb" aria-hidden="true" />
            <span class="lamp-word">{powered.value ? words[lamp] : 'no power'}</span>
        </span>
    );
}
