/** Pay sheet: the amount and who gets it, and the password that says yes. The digits are shown as dots and go nowhere. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { busy, decide, type Question, wallet } from './state.ts';
import { money, say } from './texts.ts';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
const length = 6;

export function PaySheet({ asked }: { asked: Question }) {
    const typed = useSignal(0);
    useEffect(() => {
        typed.value = 0;
    }, [asked.paymentRequestId]);
    const type = () => {
        if (!busy.value) typed.value = Math.min(length, typed.value + 1);
    };
    const erase = () => {
        typed.value = Math.max(0, typed.value - 1);
    };
    const onKeyDown = (event: KeyboardEvent) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (/^\d$/.test(event.key)) type();
        else if (event.key === 'Backspace') erase();
        else if (event.key === 'Escape') void decide(false);
        // On a button, Enter presses that button.
        else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) {
            if (typed.value === length) void decide(true);
        } else return;
        event.preventDefault();
    };
    const ready = typed.value === length && !busy.value;
    const cost = asked.walletAmount ?? asked.amount;
    return (
        <form
            class="ph-sheet"
            data-sheet={asked.kind}
            onKeyDown={onKeyDown}
            onSubmit={(event) => {
                event.preventDefault();
                if (ready) void decide(true);
            }}
        >
            <header>
                <h3 id="ph-sheet-title" tabIndex={-1} data-title>
                    {asked.seller === undefined ? say('payTitlePlain') : say('payTitle', { seller: asked.seller })}
                </h3>
                <button
                    type="button"
                    class="ph-round"
                    aria-label={say('cancel')}
                    data-act="cancel"
                    disabled={busy.value}
                    onClick={() => void decide(false)}
                >
                    <Icon name="close" />
                </button>
            </header>
            <p class="ph-sheet-amount digits" data-amount={asked.amount.value}>
                {money(asked.amount)}
            </p>
            <p class="ph-sheet-what">
                {asked.description}
                {asked.walletAmount === undefined ? null : <span class="digits"> ≈ {money(asked.walletAmount)}</span>}
            </p>
            <p class="ph-sheet-from">
                <span>{say('from')}</span>
                <strong>{wallet.value?.name}</strong>
            </p>
            <div class="ph-dots" role="img" aria-label={say('typed', { count: typed.value })}>
                {Array.from({ length }, (_, index) => (
                    <span key={index} class={index < typed.value ? 'full' : ''} />
                ))}
            </div>
            <p class="ph-hint small" id="ph-password">
                {say('password')}
            </p>
            <fieldset class="ph-keys" aria-labelledby="ph-password">
                {digits.map((digit) => (
                    <button key={digit} type="button" data-digit={digit} onClick={type}>
                        {digit}
                    </button>
                ))}
                <span />
                <button type="button" data-digit="0" onClick={type}>
                    0
                </button>
                <button type="button" class="ph-key-erase" aria-label={say('digitDelete')} onClick={erase}>
                    <Icon name="erase" />
                </button>
            </fieldset>
            <button type="submit" class="ph-button first" data-act="confirm" disabled={!ready}>
                {say('payNow', { amount: cost })}
            </button>
        </form>
    );
}
