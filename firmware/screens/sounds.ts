/**
 * Sounds: what is heard when one screen takes the place of another: a short tone, then a spoken prompt, each by name. Pure; the tones
 * and the words of the prompts are data, so that both can be made ready at build.
 *
 * Rules: nothing sounds while a screen stays, nor at a machine that nobody uses; a prompt has neither amounts nor claim numbers; the
 * glass says more than the voice, and never the other way round.
 */
import type { FrameSound } from '../ports/devices.ts';
import type { Screen, ScreenKind } from './screen.ts';

/** A sine of `hz` for `ms` milliseconds, then `gapMs` of silence. */
export interface Note {
    readonly hz: number;
    readonly ms: number;
    readonly gapMs?: number;
}

export type ToneName = 'ready' | 'scan-ok' | 'scan-refused' | 'wait' | 'paid' | 'take' | 'declined' | 'money-back' | 'attention';

/**
 * Notes of one scale (C major, 523 to 1568 Hz: small loudspeakers carry them and weaker ears hear them). What went well rises, what did
 * not falls; the shape tells them apart for those who do not hear pitch. The longest takes 0.6 s.
 */
export const tones: Readonly<Record<ToneName, readonly Note[]>> = {
    ready: [{ hz: 784, ms: 90 }],
    'scan-ok': [{ hz: 1319, ms: 110 }],
    'scan-refused': [
        { hz: 659, ms: 90, gapMs: 60 },
        { hz: 659, ms: 90 },
    ],
    wait: [{ hz: 659, ms: 140 }],
    paid: [
        { hz: 1047, ms: 90, gapMs: 20 },
        { hz: 1319, ms: 90, gapMs: 20 },
        { hz: 1568, ms: 200 },
    ],
    take: [
        { hz: 1319, ms: 110, gapMs: 50 },
        { hz: 1568, ms: 180 },
    ],
    declined: [
        { hz: 784, ms: 150, gapMs: 40 },
        { hz: 523, ms: 260 },
    ],
    'money-back': [
        { hz: 784, ms: 120, gapMs: 40 },
        { hz: 659, ms: 120, gapMs: 40 },
        { hz: 784, ms: 180 },
    ],
    attention: [
        { hz: 880, ms: 120, gapMs: 120 },
        { hz: 880, ms: 120 },
    ],
};

/** Each prompt's sentences, by their keys in the catalogues; none of them has a parameter. */
export const prompts = {
    choose: ['title.choose'],
    'pay-both': ['title.pay', 'pay.order', 'pay.orShow'],
    'pay-order': ['title.pay', 'pay.order'],
    'pay-show': ['title.pay', 'pay.show'],
    presence: ['title.presence', 'presence.type'],
    'presence-press': ['title.presence', 'presence.press'],
    'presence-touch': ['title.presence', 'presence.touch'],
    reading: ['title.reading'],
    confirm: ['pending.confirm', 'wait.again'],
    wait: ['title.wait', 'wait.again'],
    delivering: ['title.delivering', 'delivering.take'],
    take: ['thanks.take'],
    thanks: ['title.thanks'],
    declined: ['title.declined', 'notCharged'],
    'declined-again': ['title.declined'],
    cancelled: ['title.cancelled', 'notCharged'],
    'cancelled-open': ['title.cancelled', 'back.ifCharged'],
    'money-back': ['title.moneyBack', 'back.wallet'],
    unsure: ['title.unsure', 'back.ifCharged'],
    'nothing-out': ['title.nothingOut', 'title.moneyBack'],
    review: ['title.review', 'claim.photo'],
    'scan-refused': ['scan.other'],
    'scan-again': ['scan.wallet'],
    'scan-used': ['scan.used-before'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type PromptName = keyof typeof prompts;

type Sound = { readonly tone?: ToneName; readonly prompt?: PromptName };

/**
 * What is heard as `screen` takes the place of `before`; nothing where it is the same kind of screen about the same sale, except that
 * the code to pay has appeared on it, or that a code or a payment has been refused.
 */
export function soundOf(screen: Screen, before: Screen | undefined): FrameSound | undefined {
    if (before === undefined) return undefined;
    const refusal = refusalSound(screen, before);
    if (refusal !== undefined) return refusal;
    if (screen.kind === before.kind && screen.saleId === before.saleId) {
        const appeared = screen.kind === 'pay' && screen.code !== undefined && before.code === undefined;
        return appeared ? payPrompt(screen) : undefined;
    }
    return soundOfKind(screen, before.kind);
}

/** The notice of a sale tells what its last scan or payment came to; a device that does not work is told there too, in silence. */
function refusalSound(screen: Screen, before: Screen): Sound | undefined {
    const key = screen.kind === 'pay' && screen.saleId === before.saleId ? screen.notice?.[0]?.key : undefined;
    if (key === undefined || key === before.notice?.[0]?.key) return undefined;
    if (key.startsWith('declined.')) return { tone: 'declined', prompt: 'declined-again' };
    if (!key.startsWith('scan.')) return undefined;
    const prompt =
        key === 'scan.used-before' ? 'scan-used' : key === 'scan.wallet' || key === 'scan.not-ready' ? 'scan-again' : 'scan-refused';
    return { tone: 'scan-refused', prompt };
}

function soundOfKind(screen: Screen, before: ScreenKind): Sound | undefined {
    const says = (key: string) => screen.lines.some((line) => line.key === key);
    switch (screen.kind) {
        case 'choose':
            return { tone: 'ready', prompt: 'choose' };
        case 'pay':
            return { tone: 'ready', ...payPrompt(screen) };
        case 'presence':
            return {
                tone: 'attention',
                prompt: says('presence.touch') ? 'presence-touch' : says('presence.press') ? 'presence-press' : 'presence',
            };
        case 'reading':
            return { tone: 'scan-ok', prompt: 'reading' };
        case 'wait':
            return { tone: 'wait', ...waitPrompt(says) };
        case 'delivering':
            return { tone: 'paid', prompt: 'delivering' };
        case 'thanks':
            // After goods the money is old news.
            return before === 'delivering' && says('thanks.take') ? { tone: 'take', prompt: 'take' } : { tone: 'paid', prompt: 'thanks' };
        case 'declined':
            return { tone: 'declined', prompt: says('notCharged') ? 'declined' : 'declined-again' };
        case 'cancelled':
            return { tone: 'attention', prompt: says('notCharged') ? 'cancelled' : 'cancelled-open' };
        case 'moneyBack':
            return screen.title.key === 'title.unsure'
                ? { tone: 'attention', prompt: 'unsure' }
                : { tone: 'money-back', prompt: 'money-back' };
        case 'nothingOut':
            return { tone: 'money-back', prompt: 'nothing-out' };
        case 'review':
            return { tone: 'attention', prompt: 'review' };
        case 'starting':
        case 'idle':
        case 'outOfService':
        case 'offline':
        case 'service':
            return undefined;
    }
}

function payPrompt(screen: Screen): { prompt?: PromptName } {
    const says = (key: string) => screen.lines.some((line) => line.key === key);
    if (says('pay.order')) return { prompt: says('pay.orShow') ? 'pay-both' : 'pay-order' };
    return says('pay.show') ? { prompt: 'pay-show' } : {};
}

function waitPrompt(says: (key: string) => boolean): { prompt?: PromptName } {
    if (says('pending.confirm')) return { prompt: 'confirm' };
    return says('wait.again') ? { prompt: 'wait' } : {};
}
