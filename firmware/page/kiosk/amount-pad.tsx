/** Amount pad: the till at the counter of a stand, which opens and ends sales over the kiosk's API as a shop's own program does. */
import { useSignal } from '@preact/signals';
import { exponentOf } from '../../sale/money.ts';
import { hello, kiosk, powered } from '../store.ts';
import { money } from '../telling.ts';
import { cancelSale, openSale } from './press.ts';

const digitsMax = 7;

export function AmountPad() {
    const digits = useSignal('');
    const known = hello.value;
    if (known === undefined) return null;
    const { currency } = known;
    const value = digits.value.replace(/^0+/, '') || '0';
    const busy = kiosk.screen.value?.saleId !== undefined;
    const type = (more: string) => {
        digits.value = (digits.value + more).replace(/^0+/, '').slice(0, digitsMax);
    };
    const charge = async () => {
        if (await openSale({ amount: { currency, value } })) digits.value = '';
    };
    const decimals = exponentOf(currency) ?? 2;
    return (
        <form
            class="amount-pad card"
            aria-label="The seller’s till"
            onSubmit={(event) => {
                event.preventDefault();
                void charge();
            }}
        >
            <h3>The seller’s till</h3>
            <label class="amount-shown">
                <span class="small quiet">Amount</span>
                <input
                    class="digits"
                    inputMode="numeric"
                    autocomplete="off"
                    value={money({ currency, value })}
                    onKeyDown={(event) => {
                        // The currency stands behind the digits, so the caret is of no use.
                        if (event.key !== 'Backspace') return;
                        event.preventDefault();
                        digits.value = digits.value.slice(0, -1);
                    }}
                    onInput={(event) => {
                        digits.value = event.currentTarget.value.replace(/\D/g, '').replace(/^0+/, '').slice(0, digitsMax);
                    }}
                />
            </label>
            <fieldset class="pad" aria-label="Digits">
                {['1', '2', '3', '4', '5', '6', '7', '8', '9', decimals === 0 ? '000' : '00', '0'].map((digit) => (
                    <button key={digit} type="button" class="button" onClick={() => type(digit)}>
                        {digit}
                    </button>
                ))}
                <button
                    type="button"
                    class="button"
                    aria-label="Erase the last digit"
                    onClick={() => {
                        digits.value = digits.value.slice(0, -1);
                    }}
                >
                    ⌫
                </button>
            </fieldset>
            <div class="pad-acts">
                <button type="submit" class="button first" disabled={!powered.value || busy || value === '0'}>
                    Ask {value === '0' ? 'for the amount' : money({ currency, value })}
                </button>
                <button type="button" class="button" disabled={!powered.value || !busy} onClick={() => void cancelSale()}>
                    Cancel the sale
                </button>
            </div>
        </form>
    );
}
