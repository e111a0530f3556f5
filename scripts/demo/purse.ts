/** Purse: the money of the customer who tries things out: every run spends some, so it is filled again when little is left. */
import type { SandboxClient } from '../sandbox/client.ts';

/** Who buys. */
export const customer = 'alice';

/** Below this it is filled again, in minor units; a round of sales costs less than ten euros. */
const balanceMin = 5_000n;
const balanceFull = '50000';

export async function refill(client: SandboxClient): Promise<void> {
    const wallet = await client.wallet.view(customer);
    if (BigInt(wallet.balance) < balanceMin) await client.wallet.change(customer, { balance: balanceFull });
}
