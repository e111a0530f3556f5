/** Home: the balance, the two ways to pay, and what was paid and came back. */
import { Icon } from './icons.tsx';
import { freshReceipts, go, receipts, wallet } from './state.ts';
import { moment, money, say } from './texts.ts';
import type { Receipt } from './wallet-wire.ts';

export function Home() {
    const now = wallet.value;
    if (now === undefined) return null;
    return (
        <div class="ph-screen ph-home">
            <header class="ph-home-head">
                <h3 class="unseen" tabIndex={-1} data-title>
                    {say('wallet')}
                </h3>
                <span class="ph-avatar" aria-hidden="true">
                    {now.name.slice(0, 1).toUpperCase()}
                </span>
                <span class="ph-name">{now.name}</span>
                <button type="button" class="ph-round" aria-label={say('settings')} data-act="settings" onClick={() => go('settings')}>
                    <Icon name="gear" />
                </button>
            </header>
            <div class="ph-balance">
                <span>{say('balance')}</span>
                <strong class="digits" data-balance={now.balance}>
                    {money({ currency: now.currency, value: now.balance })}
                </strong>
            </div>
            <div class="ph-ways">
                <button type="button" data-act="pay" onClick={() => go('code')}>
                    <Icon name="pay" size={30} />
                    <strong>{say('pay')}</strong>
                    <span>{say('payHint')}</span>
                </button>
                <button type="button" data-act="scan" onClick={() => go('camera')}>
                    <Icon name="scan" size={30} />
                    <strong>{say('scan')}</strong>
                    <span>{say('scanHint')}</span>
                </button>
            </div>
            <section class="ph-activity" aria-labelledby="ph-activity-title">
                <h4 id="ph-activity-title">{say('receipts')}</h4>
                {receipts.value === undefined || receipts.value.length === 0 ? (
                    <p class="ph-empty">{say('noReceipts')}</p>
                ) : (
                    <ul>
                        {receipts.value.map((receipt) => (
                            <Row key={receipt.id} receipt={receipt} />
                        ))}
                    </ul>
                )}
            </section>
        </div>
    );
}

function Row({ receipt }: { receipt: Receipt }) {
    const out = receipt.kind === 'payment';
    const fresh = freshReceipts.value.has(receipt.id);
    return (
        <li class={`ph-row ${out ? 'out' : 'in'} ${fresh ? 'fresh' : ''}`} data-receipt={receipt.kind}>
            <span class="ph-row-mark" aria-hidden="true">
                <Icon name={out ? 'out' : 'in'} size={18} />
            </span>
            <span class="ph-row-words">
                <strong>{receipt.description === '' ? receipt.seller : receipt.description}</strong>
                <span>
                    {say(out ? 'paidOut' : 'cameBack')} · {moment(receipt.at, Date.now())}
                </span>
            </span>
            <span class="ph-row-amount digits">
                {out ? '−' : '+'}
                {money(receipt.walletAmount)}
            </span>
        </li>
    );
}
