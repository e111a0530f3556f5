/** Bar: the head of a screen of the phone, with the way back. Its title takes the focus when the screen comes. */
import { Icon } from './icons.tsx';
import { go } from './state.ts';
import { say } from './texts.ts';

export function Bar({ title, onBack = () => go('home') }: { title: string; onBack?: () => void }) {
    return (
        <header class="ph-bar">
            <button type="button" class="ph-round" aria-label={say('back')} data-act="back" onClick={onBack}>
                <Icon name="back" />
            </button>
            <h3 tabIndex={-1} data-title>
                {title}
            </h3>
        </header>
    );
}
