/** Outcome screen: what came of a payment, and what to do where nothing was paid. */
import { Icon } from './icons.tsx';
import { cameBack, finish, type Outcome } from './state.ts';
import { money, say } from './texts.ts';

const titles = { paid: 'paidTitle', refused: 'refusedTitle', rejected: 'rejectedTitle' } as const;

export function OutcomeScreen({ came }: { came: Outcome }) {
    const { amount, seller } = came;
    const paid = came.kind === 'paid';
    return (
        <div class={`ph-outcome ${came.kind}`} data-outcome={came.kind} data-reason={came.reason}>
            <span class="ph-outcome-mark" aria-hidden="true">
                <Icon name={paid ? 'good' : 'stop'} size={44} />
            </span>
            <h3 tabIndex={-1} data-title>
                {say(titles[came.kind])}
            </h3>
            {amount === undefined ? null : <p class="ph-sheet-amount digits">{money(amount)}</p>}
            {paid && amount !== undefined ? (
                <p>{seller === undefined ? say('paidLinePlain', { amount }) : say('paidLine', { amount, seller })}</p>
            ) : null}
            {cameBack.value === undefined ? null : <p class="ph-came-back">{say('cameBackNow', { amount: cameBack.value })}</p>}
            {came.reason === undefined ? null : <p>{say(came.reason)}</p>}
            {paid || came.reason === 'reasonPaid' ? null : <p class="ph-quiet">{say('noMoneyMoved')}</p>}
            <div class="ph-foot">
                <button type="button" class="ph-button first" data-act="done" onClick={finish}>
                    {say(came.onPage ? 'backToPage' : 'done')}
                </button>
            </div>
        </div>
    );
}
