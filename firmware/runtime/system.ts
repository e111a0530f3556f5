/** System: the clock and the chance of the machine itself, behind the ports. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';

export const systemClock: Clock = {
    wallMs: () => Date.now(),
    monoMs: () => performance.now(),
    after: (ms, run) => {
        // setTimeout takes at most 2^31 − 1 ms; no wait of ours is near it.
        const timer = setTimeout(run, Math.min(ms, 2_147_483_647));
        return { cancel: () => clearTimeout(timer) };
    },
};

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const systemIds: Ids = {
    nonce: () => {
        let word = '';
        for (const byte of randomBytes(26)) word += alphabet[byte & 31];
        return word;
    },
};
