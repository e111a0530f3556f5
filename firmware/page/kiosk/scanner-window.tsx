/** Scanner window: glows while it waits for a code; the phone is held to it by a press, or dropped on it. */
import { useSignal } from '@preact/signals';
import { kiosk, phoneCode, powered, quiet, quietWords } from '../store.ts';
import { holdPhone } from './press.ts';

export function ScannerWindow() {
    const over = useSignal(false);
    const scanner = kiosk.scanner.value;
    const plugged = scanner?.plugged !== false;
    const armed = powered.value && plugged && scanner?.armed === true;
    const holds = phoneCode.value !== undefined;
    const words =
        quiet.value !== undefined
            ? quietWords[quiet.value]
            : !plugged
              ? 'unplugged'
              : armed
                ? holds
                    ? 'Hold the phone here'
                    : 'Waits for a payment code'
                : 'Asleep until a sale waits for a code';
    return (
        <button
            type="button"
            class={`scanner ${armed ? 'armed' : ''} ${plugged ? '' : 'unplugged'} ${over.value ? 'over' : ''}`}
            data-armed={armed}
            aria-label={`Scanner: ${words}`}
            onClick={() => void holdPhone()}
            onDragOver={(event) => {
                if (!holds) return;
                event.preventDefault();
                over.value = true;
            }}
            onDragLeave={() => {
                over.value = false;
            }}
            onDrop={(event) => {
                event.preventDefault();
                over.value = false;
                void holdPhone();
            }}
        >
            <span class="scanner-glass" aria-hidden="true">
                <span class="beam" />
            </span>
            <span class="scanner-words">{words}</span>
        </button>
    );
}
