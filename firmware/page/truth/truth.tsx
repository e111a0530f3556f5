/** Truth: the journal's last records as they were written, the gateway's ledger as it stands, and whether the two agree. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { Mark } from '../parts/mark.tsx';
import { ledger, records, sandboxUrl } from '../store.ts';
import { clockTime, money, moodOf, told } from '../telling.ts';
import type { Movement, PageRecord } from '../wire.ts';
import { comparison } from './bookkeeper.ts';
import { agreement } from './mark-now.ts';
import './truth.css';

const recordsShown = 60;

export function Truth() {
    return (
        <section class="truth card" id="truth" aria-labelledby="truth-title">
            <header class="part-head">
                <div>
                    <h2 id="truth-title">The truth</h2>
                    <p class="quiet">What the machine wrote, beside what the payment network booked.</p>
                </div>
            </header>
            <Books />
            <div class="books">
                <JournalBook />
                <LedgerBook />
            </div>
        </section>
    );
}

function Books() {
    const { standing, tone, word, sentence } = agreement.value;
    const differences = comparison.value?.differences ?? [];
    return (
        <div class={`agreement ${tone}`} data-standing={standing} role="status" aria-live="polite">
            <Mark tone={tone}>{word}</Mark>
            <p>{sentence}</p>
            {standing === 'unknown' ? null : <Kept />}
            {differences.length > 0 && (standing === 'settling' || standing === 'differ') ? (
                <ul class="differences small digits">
                    {differences.slice(0, 5).map((one) => (
                        <li key={one.paymentRequestId}>
                            <span class="mono">…{one.paymentRequestId.slice(-6)}</span> journal {money(one.journal)}, ledger{' '}
                            {money(one.ledger)}
                        </li>
                    ))}
                </ul>
            ) : null}
        </div>
    );
}

/** What each side says is kept, side by side, also while they agree. */
function Kept() {
    const totals = comparison.value?.totals;
    if (totals === undefined) return null;
    const sum = (side: 'journal' | 'ledger') =>
        totals.length === 0 ? 'nothing' : totals.map((total) => money({ currency: total.currency, value: total[side] })).join(', ');
    return (
        <dl class="kept digits">
            <div>
                <dt>Journal keeps</dt>
                <dd data-side="journal">{sum('journal')}</dd>
            </div>
            <div>
                <dt>Ledger keeps</dt>
                <dd data-side="ledger">{sum('ledger')}</dd>
            </div>
        </dl>
    );
}

function JournalBook() {
    const list = records.value.slice(-recordsShown).reverse();
    return (
        <section class="book" aria-labelledby="journal-title">
            <h3 id="journal-title">
                The kiosk’s journal <span class="quiet small digits">{list[0] === undefined ? '' : `record ${list[0].seq}`}</span>
            </h3>
            <ol class="entries" aria-label="Records, the newest first">
                {list.map((record) => (
                    <Entry key={record.seq} record={record} />
                ))}
                {list.length === 0 ? <li class="quiet small">No record yet.</li> : null}
            </ol>
        </section>
    );
}

function Entry({ record }: { record: PageRecord }) {
    const open = useSignal(false);
    return (
        <li class={`entry ${moodOf(record)}`}>
            <details
                onToggle={(event) => {
                    open.value = event.currentTarget.open;
                }}
            >
                <summary>
                    <span class="entry-seq digits">{record.seq}</span>
                    <time class="digits quiet" dateTime={record.time}>
                        {clockTime(record.time)}
                    </time>
                    <span class="mono entry-type">{record.type}</span>
                    <span class="entry-words quiet">{told(record)}</span>
                </summary>
                {open.value ? <pre class="raw">{JSON.stringify(record, undefined, 2)}</pre> : null}
            </details>
        </li>
    );
}

const kinds: Readonly<Record<Movement['kind'], readonly [words: string, sign: string]>> = {
    taken: ['taken from the customer', '+'],
    cancelled: ['given back by cancel', '−'],
    refunded: ['refunded', '−'],
    returned: ['returned', '−'],
};

function LedgerBook() {
    const fresh = useSignal('');
    const movements = ledger.value?.movements ?? [];
    useSignalEffect(() => {
        const newest = ledger.value?.movements?.[0];
        fresh.value = newest?.id ?? '';
    });
    const kept = (ledger.value?.kept ?? []) as readonly { readonly currency: string; readonly value: string }[];
    return (
        <section class="book" aria-labelledby="ledger-title">
            <h3 id="ledger-title">
                The network’s ledger{' '}
                <span class="quiet small digits">{kept.length === 0 ? '' : `keeps ${kept.map((amount) => money(amount)).join(', ')}`}</span>
            </h3>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: nothing in it takes the focus, and it must be scrolled by keys */}
            <ol class="entries" tabIndex={0} aria-label="Movements of money, the newest first">
                {movements.map((one) => {
                    const [words, sign] = kinds[one.kind];
                    return (
                        <li key={one.id} class={`movement ${one.kind === 'taken' ? 'in' : 'out'}`}>
                            <time class="digits quiet" dateTime={one.time}>
                                {clockTime(one.time)}
                            </time>
                            <span class="movement-words">
                                {words} <span class="mono quiet whole">…{one.paymentRequestId.slice(-6)}</span>
                            </span>
                            <span class="digits movement-sum">
                                {sign}
                                {money(one.amount)}
                            </span>
                        </li>
                    );
                })}
                {movements.length === 0 ? (
                    <li class="quiet small">
                        {sandboxUrl.value === undefined
                            ? 'This kiosk’s gateway is not a sandbox on this machine, so its ledger is not here.'
                            : 'No money has moved.'}
                    </li>
                ) : null}
            </ol>
        </section>
    );
}
