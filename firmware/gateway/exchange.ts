/**
 * Exchange: one signed request to the gateway and its answer, believed or not.
 *
 * Owns: which answers count (design R9). Only a 200 with a signature that one of the gateway's keys made over the same path, our client
 * id, the answer's own time and its raw bytes is handed on as `signed`; an F without a signature that says the caller itself was refused
 * (protocol §1.4) is `unsigned-refusal`, which proves nothing about money; everything else is `unknown` or `unsent`.
 * Rules: making an exchange begins its signature, so that it is ready when the intent is on disk; bodies are never logged. `Retry-After`
 * of a 429 or 503 is not read: what the till repeats, it repeats later than such gateways ask for.
 */
import type { Clock } from '../ports/clock.ts';
import type { Unanswered } from '../ports/gateway.ts';
import type { Log } from '../ports/log.ts';
import type { HttpOutcome, Network } from '../ports/network.ts';
import { apiPath } from './messages.ts';
import { type JsonObject, readJson, readResult, readTime } from './reading.ts';
import { contentToSign, parseSignatureHeader, type Signer, signatureHeader, type Verifier } from './signing.ts';

/** Points that the gateway's documents leave open; each has the value that our reading of them suggests. */
export interface Guesses {
    /** Codes of `inquiryRefund` that mean "no such refund". */
    readonly refundMissingCodes: readonly string[];
    /** Codes by which the gateway may refuse a `Request-Time` too far from its own clock. */
    readonly clockRefusalCodes: readonly string[];
    /** They are taken for that only when the clocks differ by more than this. */
    readonly clockRefusalSkewMs: number;
}

export const documentedGuesses: Guesses = {
    refundMissingCodes: ['REFUND_NOT_EXIST', 'ORDER_NOT_EXIST', 'RECORD_NOT_FOUND'],
    clockRefusalCodes: ['PARAM_ILLEGAL', 'SIGNATURE_INVALID', 'INVALID_SIGNATURE'],
    clockRefusalSkewMs: 60_000,
};

export interface ExchangeOptions {
    /** Scheme and host, such as `https://open-de-global.alipay.com`; a path in front of the API's is kept and signed. */
    readonly url: string;
    readonly clientId: string;
    readonly signer: Signer;
    readonly verifier: Verifier;
    readonly network: Network;
    readonly clock: Clock;
    /** 256 KiB unless told. */
    readonly bodyBytesMax?: number;
    readonly guesses?: Partial<Guesses>;
    readonly log?: Log;
}

export type Exchanged =
    | { readonly kind: 'signed'; readonly answer: JsonObject }
    | { readonly kind: 'unsigned-refusal'; readonly resultCode: string }
    | Unanswered;

export interface PreparedExchange {
    /** Sends, once. Never rejects. */
    send(onFirstByte?: () => void): Promise<Exchanged>;
}

export interface Exchanger {
    /** Begins to sign at once. `endpoint` is the part after `v1/`, such as `payments/pay`; `timeoutMs` is for the whole answer. */
    prepare(order: { endpoint: string; body: Uint8Array; timeoutMs: number }): PreparedExchange;
    /** The gateway's clock minus ours in milliseconds, by its last believed answer. */
    skewMs(): number | undefined;
}

/** Codes that refuse the caller before anything is looked at: the only ones that may come unsigned (protocol §1.4). */
export const callerRefusals: readonly string[] = [
    'SIGNATURE_INVALID',
    'INVALID_SIGNATURE',
    'KEY_NOT_FOUND',
    'INVALID_CLIENT',
    'CLIENT_INVALID',
];

/** A signature this old is made anew: the gateway may compare its time with the clock. */
const freshForMs = 60_000;
const bodyBytesMaxDefault = 256 * 1024;

interface Attempt {
    readonly path: string;
    readonly body: Uint8Array;
    readonly timeoutMs: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly onFirstByte?: (() => void) | undefined;
}

export function openExchanger(options: ExchangeOptions): Exchanger {
    const { signer, verifier, network, clock, clientId, log } = options;
    const guesses = { ...documentedGuesses, ...options.guesses };
    const base = new URL(options.url);
    const prefix = base.pathname.replace(/\/+$/, '');
    let skew: number | undefined;

    async function signedHeaders(order: { path: string; body: Uint8Array; offsetMs: number }): Promise<Record<string, string>> {
        const time = String(Math.round(clock.wallMs() + order.offsetMs));
        const base64 = await signer.sign(contentToSign({ path: order.path, clientId, time, body: order.body }));
        return {
            'Content-Type': 'application/json; charset=UTF-8',
            'Client-Id': clientId,
            'Request-Time': time,
            Signature: signatureHeader({ keyVersion: signer.keyVersion, base64 }),
        };
    }

    function prepare(order: { endpoint: string; body: Uint8Array; timeoutMs: number }): PreparedExchange {
        const path = prefix + apiPath(order.endpoint, clientId);
        const preparedAt = clock.monoMs();
        const first = signedHeaders({ path, body: order.body, offsetMs: 0 });
        // Whoever sends sees the failure; an exchange that is never sent must not end the process.
        first.catch(() => {});
        return { send: (onFirstByte) => send({ ...order, path, preparedAt, first, onFirstByte }) };
    }

    async function send(order: {
        path: string;
        body: Uint8Array;
        timeoutMs: number;
        preparedAt: number;
        first: Promise<Record<string, string>>;
        onFirstByte: (() => void) | undefined;
    }): Promise<Exchanged> {
        const { path, body, timeoutMs, onFirstByte } = order;
        const startedAt = clock.monoMs();
        const stale = startedAt - order.preparedAt > freshForMs;
        const headers = await (stale ? signedHeaders({ path, body, offsetMs: 0 }) : order.first).catch(() => undefined);
        // The reason stays out of every record, because it may quote a key.
        if (headers === undefined) return { kind: 'unsent', reason: 'signing-failed' };
        const exchanged = await attempt({ path, body, timeoutMs, headers, onFirstByte });
        const offsetMs = clockOffset(exchanged);
        const leftMs = timeoutMs - (clock.monoMs() - startedAt);
        if (offsetMs === undefined || leftMs <= 0) return exchanged;
        // The gateway refused our time and told us its own: the same request, signed once more by its clock.
        const again = await signedHeaders({ path, body, offsetMs }).catch(() => undefined);
        if (again === undefined) return exchanged;
        const second = await attempt({ path, body, timeoutMs: leftMs, headers: again });
        // The first one did leave this machine.
        return second.kind === 'unsent' ? { kind: 'unknown', reason: second.reason } : second;
    }

    async function attempt(order: Attempt): Promise<Exchanged> {
        const sentAt = clock.monoMs();
        const wallAtSend = clock.wallMs();
        const outcome = await network.post({
            url: base.origin + order.path,
            headers: order.headers,
            body: order.body,
            timeoutMs: order.timeoutMs,
            bodyBytesMax: options.bodyBytesMax ?? bodyBytesMaxDefault,
            ...(order.onFirstByte === undefined ? {} : { onFirstByte: order.onFirstByte }),
        });
        const tookMs = clock.monoMs() - sentAt;
        const judged = judge(outcome, order.path);
        if (judged.kind === 'signed' && judged.time !== undefined) {
            // The answer's clock has whole seconds: it stands for the middle of its second, at the middle of the exchange.
            const middle = judged.time % 1000 === 0 ? 500 : 0;
            skew = Math.round(judged.time + middle - (wallAtSend + tookMs / 2));
        }
        log?.debug('gateway exchange', {
            path: order.path,
            kind: judged.kind,
            reason: 'reason' in judged ? judged.reason : undefined,
            resultCode: judged.kind === 'signed' ? readResult(judged.answer)?.code : undefined,
            trace: outcome.kind === 'answered' ? traceOf(outcome.headers) : undefined,
            tookMs: Math.round(tookMs),
        });
        return judged;
    }

    function judge(outcome: HttpOutcome, path: string): Exchanged & { readonly time?: number | undefined } {
        if (outcome.kind === 'unsent') return outcome;
        if (outcome.kind === 'lost') return { kind: 'unknown', reason: outcome.reason };
        if (outcome.status !== 200) return { kind: 'unknown', reason: `http-${outcome.status}` };
        const { headers, body } = outcome;
        const header = headers.signature;
        const time = headers['response-time'];
        if (header === undefined || header === '') return unsigned(body);
        if (time === undefined || !/^[\x20-\x7e]{1,64}$/.test(time)) return { kind: 'unknown', reason: 'no-response-time' };
        // The header is an echo; where it is missing, the signature over our own id still tells.
        if ((headers['client-id'] ?? clientId) !== clientId) return { kind: 'unknown', reason: 'wrong-client-id' };
        const signature = parseSignatureHeader(header);
        if (signature === undefined) return { kind: 'unknown', reason: 'unreadable-signature' };
        if (!verifier.verify(contentToSign({ path, clientId, time, body }), signature)) return { kind: 'unknown', reason: badSignature };
        const answer = readJson(body);
        return answer === undefined ? { kind: 'unknown', reason: 'not-json' } : { kind: 'signed', answer, time: readTime(time) };
    }

    /** An F that refuses for our clock, by codes that can mean it and a difference that makes it likely: the offset to use instead. */
    function clockOffset(exchanged: Exchanged): number | undefined {
        if (exchanged.kind !== 'signed' || skew === undefined || Math.abs(skew) <= guesses.clockRefusalSkewMs) return undefined;
        const result = readResult(exchanged.answer);
        return result?.status === 'F' && guesses.clockRefusalCodes.includes(result.code) ? skew : undefined;
    }

    return { prepare, skewMs: () => skew };
}

/** The reason of an answer whose signature fits none of the gateway's keys. */
export const badSignature = 'bad-signature';

function unsigned(body: Uint8Array): Exchanged {
    const answer = readJson(body);
    const result = answer === undefined ? undefined : readResult(answer);
    if (result?.status === 'F' && callerRefusals.includes(result.code)) return { kind: 'unsigned-refusal', resultCode: result.code };
    return { kind: 'unknown', reason: answer === undefined ? 'not-json' : 'unsigned' };
}

/** The gateway's trace id, for a support ticket. */
function traceOf(headers: Readonly<Record<string, string>>): string | undefined {
    const trace = headers.tracerid ?? headers.traceid;
    return trace !== undefined && /^[0-9a-fA-F-]{16,64}$/.test(trace) && !/^[0-9]{16,24}$/.test(trace) ? trace : undefined;
}
