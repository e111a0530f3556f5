/** Sound switch: the machine's voice, silent until somebody wants to hear it. */
import { listening, setListening } from './sound.ts';

export function SoundSwitch() {
    const on = listening.value;
    return (
        <button
            type="button"
            class="sound-switch"
            role="switch"
            aria-checked={on}
            title={on ? 'Sound is on' : 'Sound is off'}
            onClick={() => setListening(!on)}
        >
            <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
                <path d="M4 9.5h3.5L12 5.5v13l-4.5-4H4z" />
                {on ? <path d="M15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11" /> : <path d="M16 9.5l5 5M21 9.5l-5 5" />}
            </svg>
            <span>Sound</span>
        </button>
    );
}
