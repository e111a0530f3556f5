/** Calls: asks the kiosk's API, as an integrator's program would. */
import { wentOtherwise } from './faults.ts';

const answerMs = 15_000;

export interface Answered {
    readonly status: number;
    // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes; each caller reads the fields that the API's document promises.
    readonly body: any;
}

/** One call; undefined where nobody answers. */
export async function tryCall(method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown): Promise<Answered | undefined> {
    try {
        const response = await fetch(url, {
            method,
            signal: AbortSignal.timeout(answerMs),
            ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        });
        return { status: response.status, body: await response.json() };
    } catch {
        return undefined;
    }
}

/** One call that must go well. @throws DEMO_WENT_OTHERWISE with the kiosk's own reason */
export async function call(method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown): Promise<Answered> {
    const answered = await tryCall(method, url, body);
    const path = new URL(url).pathname;
    if (answered === undefined) throw wentOtherwise(`The kiosk gave no answer to ${method} ${path}.`);
    if (answered.status < 400) return answered;
    const { detail } = answered.body as { detail?: unknown };
    throw wentOtherwise(
        `The kiosk answered ${method} ${path} with ${answered.status}: ${typeof detail === 'string' ? detail : 'no reason'}`,
    );
}
