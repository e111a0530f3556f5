/** Keys: the panel's keys beside the goods' own: cancel, confirm, language, and the technician's key switch. */
import { hello, kiosk, powered } from '../store.ts';
import { pressKey } from './press.ts';

const drawings = {
    cancel: 'M6 6l12 12M18 6 6 18',
    confirm: 'M5 12.5 10 18 19 7',
    language: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M3 12h18M12 3c3.2 2.6 3.2 15.4 0 18M12 3c-3.2 2.6-3.2 15.4 0 18',
} as const;

export function Keys() {
    const languages = hello.value?.locales.length ?? 1;
    return (
        <fieldset class="keys" aria-label="Keys of the machine">
            <Key name="cancel" label="Cancel" />
            <Key name="confirm" label="Confirm" />
            {languages > 1 ? <Key name="language" label="Language" /> : null}
            <KeySwitch />
        </fieldset>
    );
}

function Key({ name, label }: { name: keyof typeof drawings; label: string }) {
    return (
        <button type="button" class={`key ${name}`} data-key={name} disabled={!powered.value} onClick={() => void pressKey(name)}>
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                <path d={drawings[name]} />
            </svg>
            <span>{label}</span>
        </button>
    );
}

function KeySwitch() {
    const service = kiosk.service.value === true;
    return (
        <button
            type="button"
            class={`key key-switch ${service ? 'turned' : ''}`}
            aria-pressed={service}
            data-key="service"
            disabled={!powered.value}
            onClick={() => void pressKey(service ? 'service-off' : 'service-on')}
        >
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                <circle cx="12" cy="12" r="9" />
                <g class="barrel">
                    <path d="M12 5.5v13" />
                </g>
            </svg>
            <span>Service</span>
        </button>
    );
}
