/**
 * Calls: what the page asks of the kiosk, the sandbox and the stage. An answer is an outcome; nothing is thrown.
 *
 * Rules: a payment code is sent in a body, never in an address, and no outcome repeats it.
 */

export type Answer<Body = unknown> =
    | { readonly ok: true; readonly status: number; readonly body: Body }
    /** `status` 0: nobody answered. `detail` is a sentence for a person. */
    | { readonly ok: false; readonly status: number; readonly code: string; readonly detail: string };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call with a JSON answer. @param who names the other side in the sentence when it does not answer. */
export async function call<Body>(order: {
    method: Method;
    url: string;
    body?: unknown;
    who: string;
    headers?: Readonly<Record<string, string>>;
}): Promise<Answer<Body>> {
    let response: Response;
    try {
        response = await fetch(order.url, {
            method: order.method,
            cache: 'no-store',
            headers: { ...order.headers, ...(order.body === undefined ? {} : { 'content-type': 'application/json' }) },
            ...(order.body === undefined ? {} : { body: JSON.stringify(order.body) }),
        });
    } catch {
        return { ok: false, status: 0, code: 'no-answer', detail: `${order.who} does not answer.` };
    }
    const text = await response.text().catch(() => '');
    let body: unknown;
    try {
        body = text === '' ? undefined : JSON.parse(text);
    } catch {
        body = undefined;
    }
    if (response.ok) return { ok: true, status: response.status, body: body as Body };
    const problem = (body ?? {}) as { code?: unknown; detail?: unknown };
    return {
        ok: false,
        status: response.status,
        code: typeof problem.code === 'string' ? problem.code : `http-${response.status}`,
        detail: typeof problem.detail === 'string' ? problem.detail : `${order.who} answered ${response.status}.`,
    };
}
