/**
 * API client: asks the API of a running kiosk.
 *
 * Fails: KIOSK_UNREACHABLE (kind `link`), KIOSK_REFUSED (kind `link`; `facts.status`, `facts.code`).
 */
import { readFile } from 'node:fs/promises';
import { Fault } from '../ports/fault.ts';

export interface ApiAccess {
    /** `http://host:port` */
    readonly url: string;
    readonly token?: string;
}

const answerTimeoutMs = 30_000;

/** Where the kiosk's API is: by `--url`, else by the configuration's `api.listen`, else the default address. */
export async function apiAccess(options: {
    url?: string;
    config?: string;
    tokenFile?: string;
    env: Readonly<Record<string, string | undefined>>;
}): Promise<ApiAccess> {
    let url = options.url;
    let tokenFile = options.tokenFile;
    if (options.config !== undefined) {
        const { loadConfig } = await import('../../config/load.ts');
        const { api } = await loadConfig({ file: options.config, env: options.env, checkFiles: false });
        // A kiosk that listens everywhere is reached from here by the loopback address.
        url ??= `http://${api.listen.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:')}`;
        tokenFile ??= api.tokenFile;
    }
    const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim();
    return { url: (url ?? 'http://127.0.0.1:8080').replace(/\/$/, ''), ...(token === undefined ? {} : { token }) };
}

/** One call; resolves to the answer's JSON. */
export async function callApi(
    access: ApiAccess,
    call: { method: 'GET' | 'POST'; path: string; body?: unknown; key?: string },
): Promise<unknown> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (access.token !== undefined) headers.authorization = `Bearer ${access.token}`;
    if (call.key !== undefined) headers['idempotency-key'] = call.key;
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    let status: number;
    let answer: unknown;
    try {
        const response = await fetch(`${access.url}${call.path}`, {
            method: call.method,
            headers,
            redirect: 'error',
            signal: AbortSignal.timeout(answerTimeoutMs),
            ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        });
        status = response.status;
        answer = await response.json();
    } catch (cause) {
        throw new Fault({
            code: 'KIOSK_UNREACHABLE',
            kind: 'link',
            message: `No kiosk answers at ${access.url}. Is it running? Name its address with --url, or its configuration with --config.`,
            facts: { url: access.url },
            cause,
        });
    }
    if (status < 400) return answer;
    const { code, detail } = (answer ?? {}) as { code?: unknown; detail?: unknown };
    throw new Fault({
        code: 'KIOSK_REFUSED',
        kind: 'link',
        message: `The kiosk answers ${status}${typeof code === 'string' ? ` ${code}` : ''}: ${typeof detail === 'string' ? detail : 'without a reason.'}`,
        facts: { status, code: typeof code === 'string' ? code : '' },
    });
}
