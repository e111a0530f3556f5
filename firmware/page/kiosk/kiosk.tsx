/**
 * Kiosk: the machine as an object: its screen, its keys, its scanner, its goods and its tray, as far as this kiosk has them.
 *
 * Rules: what is drawn is what the kiosk says; a press goes to the kiosk, and what came of it is seen on the machine.
 */
import { hello, kiosk, kioskLink, powered, quiet, stage } from '../store.ts';
import { plug } from '../trouble/acts.ts';
import { AmountPad } from './amount-pad.tsx';
import { Glass } from './glass.tsx';
import './kiosk.css';
import { Keys } from './keys.tsx';
import { LampLight } from './lamp-light.tsx';
import { pressed } from './press.ts';
import { ScannerWindow } from './scanner-window.tsx';
import { Shelf } from './shelf.tsx';
import { SoundSwitch } from './sound-switch.tsx';
import { Tray } from './tray.tsx';

export function Kiosk() {
    const known = hello.value;
    if (known === undefined) {
        return (
            <p class="quiet waiting" role="status">
                {kioskLink.value === 'off' ? 'The kiosk does not answer. Is it running?' : 'One moment: the kiosk is being asked …'}
            </p>
        );
    }
    const { devices, display, dispenses, touch } = known;
    const portrait = display.height > display.width;
    const form = !dispenses && !touch ? 'counter' : portrait ? 'portrait' : devices.panel ? 'landscape' : 'open';
    return (
        <div class="kiosk">
            <NoPower />
            <div class={`machine ${form} ${powered.value ? 'lit' : 'dark'}`}>
                <div class="machine-head">
                    <span class="plate">{known.seller}</span>
                    <span class="head-right">
                        <SoundSwitch />
                        <LampLight />
                    </span>
                </div>
                <div class="machine-front">
                    <Glass />
                    {dispenses || known.catalog.length > 0 ? <Shelf /> : null}
                    <div class="side">
                        {devices.scanner ? <ScannerWindow /> : null}
                        {devices.panel ? <Keys /> : null}
                    </div>
                </div>
                {devices.dispenser ? <Tray /> : <div class="foot" />}
            </div>
            <div class="floor small">
                <p class="said" role="status" aria-live="polite">
                    {pressed.value}
                </p>
                <PlugAtHand />
            </div>
            {dispenses || touch ? null : <AmountPad />}
            <Reasons />
        </div>
    );
}

/** Why it does not sell, where it says so. */
function Reasons() {
    const ready = kiosk.ready.value;
    if (!powered.value || ready === undefined || ready.ready || ready.sentences.length === 0) return null;
    return (
        <ul class="reasons small" aria-label="Why the kiosk does not sell now">
            {ready.sentences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
            ))}
        </ul>
    );
}

/** The plug near the machine, for those who want to pull it in the middle of a sale. */
function PlugAtHand() {
    if (stage.value === undefined || !powered.value) return null;
    return (
        <button type="button" class="button small plain" onClick={() => void plug(false)}>
            Pull the plug
        </button>
    );
}

const told = {
    starting: ['The kiosk is starting', 'It reads what it had written and settles what was open.'],
    unplugged: ['The kiosk has no power', 'The screen is dark. What it had written is on its disk, and nothing is lost.'],
    silent: [
        'The kiosk does not answer',
        'Its process has ended, or cannot be reached. Start it again where it was started: this page goes on by itself.',
    ],
} as const;

function NoPower() {
    const why = quiet.value;
    if (why === undefined) return null;
    const [title, text] = told[why];
    return (
        <div class="no-power" role="status">
            <strong>{title}</strong>
            <span>{text}</span>
            {why === 'unplugged' ? (
                <button type="button" class="button small" onClick={() => void plug(true)}>
                    Plug in
                </button>
            ) : null}
        </div>
    );
}
