/** Lamp light: the lamp over the machine, with its meaning as a word. */
import type { Lamp } from '../../ports/devices.ts';
import { hello, kiosk, quiet, quietWords } from '../store.ts';

const words: Readonly<Record<Lamp, string>> = { off: 'lamp off', ready: 'ready', busy: 'busy', error: 'not selling' };

export function LampLight() {
    if (hello.value?.devices.panel !== true) return null;
    const why = quiet.value;
    const lamp = why === undefined ? (kiosk.lamp.value ?? 'off') : 'off';
    return (
        <span class={`lamp ${lamp}`} data-lamp={lamp}>
            <span class="bulb" aria-hidden="true" />
            <span class="lamp-word">{why === undefined ? words[lamp] : quietWords[why]}</span>
        </span>
    );
}
