/** Truth: the journal and the ledger as they are. */

export function Truth() {
    return <section class="truth" id="truth" aria-label="Truth" />;
}
