/** Mark now: how journal and ledger stand to each other at this moment. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { kiosk, powered } from '../store.ts';
import { type Agreement, agreementOf, graceMs } from './agreement.ts';
import { comparison, differsSince, missing } from './bookkeeper.ts';

/** Grows when the grace of a difference is over, since no word comes then. */
const graceTurn = signal(0);

export const agreement: ReadonlySignal<Agreement> = computed(() => {
    void graceTurn.value;
    const since = differsSince.value;
    return agreementOf({
        comparison: comparison.value,
        missing: missing.value,
        powered: powered.value,
        openSales: kiosk.sales.value?.open ?? 0,
        reviewSales: kiosk.sales.value?.review ?? 0,
        differsForMs: since === undefined ? 0 : performance.now() - since,
    });
});

effect(() => {
    if (differsSince.value === undefined) return;
    const timer = setTimeout(() => {
        graceTurn.value += 1;
    }, graceMs + 50);
    return () => clearTimeout(timer);
});
