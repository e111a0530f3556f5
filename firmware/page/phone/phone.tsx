/**
 * Phone: the customer's phone as an object, with the wallet on it.
 *
 * Rules: a screen that comes because of a press on the phone takes the focus to its title; what comes by itself is only told.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { hello, sandboxLink, sandboxUrl } from '../store.ts';
import { Camera } from './camera.tsx';
import { CodeScreen } from './code-screen.tsx';
import { Home } from './home.tsx';
import { OutcomeScreen } from './outcome-screen.tsx';
import { PageScreen } from './page-screen.tsx';
import { PaySheet } from './pay-sheet.tsx';
import './phone.css';
import { Settings } from './settings.tsx';
import { notice, openPhone, outcome, question, screen, wallet } from './state.ts';
import { language, openTexts, say } from './texts.ts';

openTexts();
openPhone();

const noticeMs = 6000;

export function Phone() {
    const frame = useRef<HTMLDivElement>(null);
    const held = useRef(false);
    const [asked, came, at] = [question.value, outcome.value, screen.value];
    const layer = came !== undefined ? `outcome ${came.kind}` : asked !== undefined ? `sheet ${asked.paymentRequestId}` : at;
    const before = useRef(layer);
    useLayoutEffect(() => {
        if (before.current === layer) return;
        before.current = layer;
        if (held.current) [...(frame.current?.querySelectorAll<HTMLElement>('[data-title]') ?? [])].at(-1)?.focus();
    }, [layer]);
    const told = notice.value;
    useEffect(() => {
        if (told === undefined) return;
        const timer = setTimeout(() => {
            if (notice.peek() === told) notice.value = undefined;
        }, noticeMs);
        return () => clearTimeout(timer);
    }, [told]);
    const covered = asked !== undefined || came !== undefined;
    // A balance that nobody vouches for any more is not shown without saying so.
    const cut = wallet.value !== undefined && sandboxLink.value === 'off';
    const words = told?.text ?? (cut ? say('noAnswer') : undefined);
    return (
        <div
            class="phone"
            ref={frame}
            lang={language.value}
            data-screen={layer.split(' ')[0]}
            data-wallet={wallet.value?.name}
            onFocusIn={() => {
                held.current = true;
            }}
            onFocusOut={(event) => {
                // A button that goes away with its screen drops the focus to nowhere: the phone is still in the hand.
                const to = event.relatedTarget;
                if (to instanceof Node && frame.current?.contains(to) !== true) held.current = false;
            }}
        >
            <div class="phone-glass">
                <StatusBar />
                <div class="ph-stack">
                    {wallet.value === undefined ? (
                        <NoWallet />
                    ) : (
                        <div class="ph-under" inert={covered}>
                            {at === 'home' ? <Home /> : null}
                            {at === 'code' ? <CodeScreen /> : null}
                            {at === 'camera' ? <Camera /> : null}
                            {at === 'page' ? <PageScreen /> : null}
                            {at === 'settings' ? <Settings /> : null}
                        </div>
                    )}
                    {asked !== undefined && came === undefined ? (
                        <div class="ph-veil" role="dialog" aria-labelledby="ph-sheet-title">
                            <PaySheet asked={asked} />
                        </div>
                    ) : null}
                    {came === undefined ? null : <OutcomeScreen came={came} />}
                    {words === undefined ? null : <p class={`ph-notice ${told?.tone ?? 'plain'}`}>{words}</p>}
                </div>
                <p class="unseen" role="status">
                    {[words, came === undefined ? '' : outcomeWords()].filter((words) => words).join(' ')}
                </p>
            </div>
        </div>
    );
}

function outcomeWords(): string {
    const came = outcome.value;
    if (came === undefined) return '';
    if (came.kind === 'paid') return say('paidLinePlain', came.amount === undefined ? {} : { amount: came.amount });
    return `${say(came.kind === 'refused' ? 'refusedTitle' : 'rejectedTitle')}. ${came.reason === undefined ? '' : say(came.reason)}`;
}

function NoWallet() {
    const none = hello.value !== undefined && sandboxUrl.value === undefined;
    return (
        <p class="ph-empty ph-nobody" role="status">
            {none ? say('noWallet') : sandboxLink.value === 'off' ? say('noAnswer') : '…'}
        </p>
    );
}

function StatusBar() {
    const now = useSignal(Date.now());
    useEffect(() => {
        const timer = setInterval(() => {
            now.value = Date.now();
        }, 10_000);
        return () => clearInterval(timer);
    }, []);
    return (
        <div class="ph-status" aria-hidden="true">
            <span class="digits">
                {new Intl.DateTimeFormat(language.value, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(now.value)}
            </span>
            <span class="ph-island" />
            <span class="ph-signal">
                <i />
                <i />
                <i />
                <b class={sandboxLink.value === 'on' ? 'full' : ''} />
            </span>
        </div>
    );
}
