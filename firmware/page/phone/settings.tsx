/** Settings: whose wallet this is, the language of the phone, the password, and play money. */
import { Bar } from './bar.tsx';
import { addMoney, chooseWallet, setPassword, wallet, walletList } from './state.ts';
import { language, languages, money, say, speak } from './texts.ts';

/** What the button adds, in whole units of the currency: enough for some purchases. */
const wholeUnits: Readonly<Record<string, bigint>> = { JPY: 5000n, KRW: 50_000n, VND: 500_000n, CLP: 50_000n };

function refill(currency: string): bigint {
    return wholeUnits[currency] ?? 5000n;
}

export function Settings() {
    const now = wallet.value;
    if (now === undefined) return null;
    const more = refill(now.currency);
    return (
        <div class="ph-screen ph-settings">
            <Bar title={say('settings')} />
            <fieldset class="ph-card">
                <legend>{say('wallet')}</legend>
                {walletList.value.map((one) => (
                    <label key={one.name} class="ph-choice">
                        <input
                            type="radio"
                            name="ph-wallet"
                            value={one.name}
                            checked={one.name === now.name}
                            onChange={() => chooseWallet(one.name)}
                        />
                        <span class="ph-avatar" aria-hidden="true">
                            {one.name.slice(0, 1).toUpperCase()}
                        </span>
                        <span>{one.name}</span>
                        <span class="digits ph-quiet">{money({ currency: one.currency, value: one.balance })}</span>
                    </label>
                ))}
            </fieldset>
            <button type="button" class="ph-button" data-act="add-money" onClick={() => void addMoney(more)}>
                {say('addMoney', { amount: { currency: now.currency, value: more.toString() } })}
            </button>
            <label class="ph-card ph-line">
                <span>{say('language')}</span>
                <select value={language.value} data-act="language" onChange={(event) => void speak(event.currentTarget.value)}>
                    {languages.map((one) => (
                        <option key={one.tag} value={one.tag} lang={one.tag}>
                            {one.name}
                        </option>
                    ))}
                </select>
            </label>
            <label class="ph-card ph-line">
                <span>{say('askPassword')}</span>
                <input
                    type="checkbox"
                    class="ph-switch"
                    data-act="ask-password"
                    checked={now.password}
                    onChange={(event) => void setPassword(event.currentTarget.checked)}
                />
            </label>
            <p class="ph-hint small">{say('playMoney')}</p>
        </div>
    );
}
