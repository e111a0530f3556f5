/** Hold: whether a sale keeps the customer's place at the machine longer than anything is done for them; shared by tables and model. */
import assert from 'node:assert/strict';
import type { TillState } from '../../../firmware/sale/state.ts';
import { stepsOf } from '../../../firmware/sale/steps.ts';
import type { World } from '../../../firmware/sale/world.ts';

/** Steps that end by themselves, each within a bound, and that a customer stands and waits for. */
const ofSale = ['arm', 'patience', 'release', 'presence'];
const ofPayment = ['pay', 'limit', 'offer', 'inquire-last', 'barrier'];

/** Without such a step nobody else could ever open a sale (409) until a give-back ends that may take days. */
export function checkHold(state: TillState, world: World): void {
    const sale = state.customerSale === undefined ? undefined : state.sales[state.customerSale];
    // Without a journal nothing is named but cancels; it holds whoever is there until it can be written.
    if (sale === undefined || !world.journalWritable) return;
    const payments = sale.payments.map((payment) => payment.paymentRequestId);
    const waits = stepsOf(state, world).some(({ id }) => {
        const [word = '', subject = ''] = id.split(':');
        // Another sale's item may be moving before this one's, or its end be asked for.
        return (
            word === 'deliver' ||
            word === 'memory' ||
            (ofSale.includes(word) && subject === sale.id) ||
            (ofPayment.includes(word) && payments.includes(subject))
        );
    });
    assert.ok(waits, `${sale.id} holds the customer, and nothing is done for them`);
}
