/** Sound: what the machine says with a screen, played by the browser where a person has switched it on. */
import { effect, type Signal, signal } from '@preact/signals';
import { Player } from '../parts/player.ts';
import { kiosk, powered } from '../store.ts';

export const listening: Signal<boolean> = signal(false);

const player = new Player();

/** Switches the sound; called from a press, since browsers let nothing sound before one. */
export function setListening(on: boolean): void {
    listening.value = on;
    if (on) player.wake();
    else player.stop();
}

effect(() => {
    const screen = kiosk.screen.value;
    if (!powered.value) {
        player.stop();
        return;
    }
    if (screen?.sound !== undefined && listening.peek()) player.play(screen.sound, screen.lang);
});
