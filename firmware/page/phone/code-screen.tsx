/** Code screen: the payment code, how long it still holds, and the hand that holds it to the scanner. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { kiosk } from '../store.ts';
import { Bar } from './bar.tsx';
import { Icon } from './icons.tsx';
import { busy, hold, loadCode, shownCode, underWay } from './state.ts';
import { say } from './texts.ts';

const tickMs = 500;

export function CodeScreen() {
    const shown = shownCode.value;
    const left = useSignal(0);
    const drawn = useSignal<{ code: string; path: string; size: number } | undefined>(undefined);
    useEffect(() => {
        if (shown === undefined) return;
        let asked = false;
        const look = () => {
            left.value = Math.max(0, shown.endsAt - performance.now());
            if (left.value > 0 || asked) return;
            asked = true;
            void loadCode();
        };
        look();
        const timer = setInterval(look, tickMs);
        return () => clearInterval(timer);
    }, [shown]);
    useEffect(() => {
        if (shown === undefined) return;
        let gone = false;
        void import('./draw-code.ts').then(({ codePath }) => {
            if (!gone) drawn.value = { code: shown.code, ...codePath(shown.code) };
        });
        return () => {
            gone = true;
        };
    }, [shown?.code]);
    const picture = drawn.value?.code === shown?.code ? drawn.value : undefined;
    const seconds = Math.ceil(left.value / 1000);
    const part = shown === undefined ? 0 : left.value / shown.lifeMs;
    const armed = kiosk.scanner.value?.armed === true && kiosk.scanner.value.plugged;
    return (
        <div class="ph-screen ph-code">
            <Bar title={say('codeTitle')} />
            <figure
                class="ph-code-card"
                draggable={shown !== undefined}
                data-code={shown === undefined ? 'none' : 'shown'}
                onDragStart={(event) => {
                    // The scanner looks at the phone; the code itself travels with no drag.
                    event.dataTransfer?.setData('text/plain', 'phone');
                }}
            >
                {picture === undefined ? (
                    <div class="ph-code-blank" />
                ) : (
                    <svg
                        class="ph-qr"
                        viewBox={`0 0 ${picture.size} ${picture.size}`}
                        role="img"
                        aria-label={say('codeLabel')}
                        shape-rendering="crispEdges"
                    >
                        <path d={picture.path} />
                    </svg>
                )}
                <p class="ph-digits digits" aria-hidden="true">
                    {(shown?.code ?? '').replace(/(\d{4})(?=\d)/g, '$1 ')}
                </p>
                <p class="ph-left">
                    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                        <circle cx="10" cy="10" r="8" />
                        <circle cx="10" cy="10" r="8" class="ph-left-ring" pathLength={100} stroke-dasharray={`${part * 100} 100`} />
                    </svg>
                    <span class="digits">{shown === undefined ? '' : say('codeLeft', { seconds })}</span>
                </p>
            </figure>
            <p class="ph-hint">{underWay.value ? say('waiting') : say('codeHint')}</p>
            <div class="ph-foot">
                <button
                    type="button"
                    class={`ph-button first ${armed ? 'ready' : ''}`}
                    data-act="hold"
                    disabled={shown === undefined || busy.value}
                    onClick={() => void hold()}
                >
                    <Icon name="scan" />
                    {say('hold')}
                </button>
                <button type="button" class="ph-button" data-act="renew" onClick={() => void loadCode('POST')}>
                    {say('codeRenew')}
                </button>
                <p class="ph-hint small">{say('dragHint')}</p>
            </div>
        </div>
    );
}
