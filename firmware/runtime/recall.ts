/**
 * Recall: submits what somebody asks or tells about a sale that may have left the state, with what the archive knows of it.
 *
 * Rules: whether the sale is in the state is asked again in the very turn that decides, because it may end between the look and the
 * turn: the second of two equal notifications would else be stray money. Sales of the archive are served one at a time, so that what
 * was read of one still holds when it is decided.
 */
import type { Happening, Reply } from '../sale/inputs.ts';
import type { Sale, TillState } from '../sale/state.ts';
import { askAgain, type Till } from './till.ts';

export interface RecallOrder {
    /** Whether the state still holds what it is about. */
    readonly inState: (state: TillState) => boolean;
    readonly known: () => Promise<Sale | undefined>;
    readonly happening: (recalled: { readonly known?: Sale }) => Happening;
}

export type Recall = (order: RecallOrder) => Promise<Reply | undefined>;

export function openRecall(till: Pick<Till, 'durable' | 'submit'>): Recall {
    let last: Promise<unknown> = Promise.resolve();

    async function fromArchive(order: RecallOrder): Promise<Reply | undefined> {
        const known = await order.known();
        // Read while the sale was open again for a moment: what the state says now decides.
        if (known !== undefined && known.ended === undefined) return askAgain;
        return till.submit(order.happening(known === undefined ? {} : { known }), (state) => !order.inState(state));
    }

    return async (order) => {
        for (;;) {
            if (order.inState(till.durable)) {
                const reply = await till.submit(order.happening({}), order.inState);
                if (reply !== askAgain) return reply;
                continue;
            }
            const turn = last.then(() => fromArchive(order));
            last = turn.catch(() => undefined);
            const reply = await turn;
            if (reply !== askAgain) return reply;
        }
    };
}
