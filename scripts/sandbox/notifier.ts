/**
 * Notifier: sends the signed notifications of payments and registrations until they are acknowledged (protocol §6).
 *
 * Rules: a notice is in the book before it is sent; each send is written down. Eight sends within a day, faster by the time scale.
 * Fails: never; an unreachable address is one more send without acknowledgement.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { withWrongAmount } from './answer.ts';
import type { Bank } from './bank.ts';
import { randomHex } from './chance.ts';
import { isoTime } from './clock.ts';
import { isLoopbackHost } from './config.ts';
import type { FaultBoard, StandingFault } from './faults.ts';
import type { ClientEntry, GatewayKey } from './keys.ts';
import type { NoticeRow, NoticeSend } from './rows.ts';
import { readSignatureHeader, signatureFits, signatureHeader, spoiledSignatureHeader } from './signature.ts';

/** Waits before each send, from the one before it (protocol §6.2). */
export const sendScheduleMs: readonly number[] = [0, 120_000, 600_000, 600_000, 3_600_000, 7_200_000, 21_600_000, 54_000_000];

const ackBytesMax = 64 * 1024;

export class Notifier {
    readonly #bank: Bank;
    readonly #faults: FaultBoard;
    readonly #key: GatewayKey;
    readonly #clients: ReadonlyMap<string, ClientEntry>;
    readonly #planned = new Map<string, () => void>();
    readonly #sending = new Set<Promise<void>>();
    /** Notices that wait until another one has been sent. */
    #overtaken: string[] = [];
    #closed = false;

    constructor(needs: { bank: Bank; faults: FaultBoard; key: GatewayKey; clients: ReadonlyMap<string, ClientEntry> }) {
        this.#bank = needs.bank;
        this.#faults = needs.faults;
        this.#key = needs.key;
        this.#clients = needs.clients;
        this.#bank.onCommit((change) => {
            for (const notice of change.notices ?? []) this.#plan(notice);
        });
    }

    /** Goes on with what a former run left due. */
    resume(): void {
        for (const notice of this.#bank.book.notices()) this.#plan(notice);
    }

    /** Stops sending; resolves when nothing is on the wire any more. */
    async close(): Promise<void> {
        this.#closed = true;
        for (const forget of this.#planned.values()) forget();
        this.#planned.clear();
        await Promise.all(this.#sending);
    }

    #plan(notice: NoticeRow): void {
        if (notice.state !== 'due' || this.#closed || this.#planned.has(notice.id)) return;
        this.#planned.set(
            notice.id,
            this.#bank.clock.at(notice.dueAt, () => {
                this.#planned.delete(notice.id);
                this.#start(notice.id);
            }),
        );
    }

    #start(id: string): void {
        const notice = this.#bank.book.notice(id);
        if (notice === undefined || notice.state !== 'due' || this.#closed) return;
        const faults = this.#faults.take({ api: 'notifyPayment', paymentRequestId: notice.about });
        const kinds = faults.map((fault) => fault.kind);
        if (kinds.includes('never')) {
            this.#settle(notice, [{ at: this.#bank.clock.nowMs(), status: 0, outcome: 'not-sent' }]);
            return;
        }
        const delay = faults.find((fault) => fault.kind === 'delay');
        if (delay !== undefined) {
            this.#bank.clock.at(this.#bank.clock.nowMs() + (delay.ms ?? 5000), () => this.#go(id, faults));
            return;
        }
        if (kinds.includes('reorder')) {
            this.#overtaken.push(id);
            const reorder = faults.find((fault) => fault.kind === 'reorder');
            this.#bank.clock.at(this.#bank.clock.nowMs() + (reorder?.ms ?? 60_000), () => this.#overtake([id]));
            return;
        }
        this.#go(id, faults);
    }

    #go(id: string, faults: readonly StandingFault[]): void {
        if (this.#closed) return;
        const sending = this.#send(id, faults).finally(() => this.#sending.delete(sending));
        this.#sending.add(sending);
    }

    async #send(id: string, faults: readonly StandingFault[]): Promise<void> {
        const notice = this.#bank.book.notice(id);
        if (notice === undefined || notice.state !== 'due') return;
        const copies = faults.some((fault) => fault.kind === 'duplicate') ? 2 : 1;
        const sends = await Promise.all(Array.from({ length: copies }, () => this.#post(notice, faults)));
        const fresh = this.#bank.book.notice(id);
        if (fresh === undefined || this.#closed) return;
        this.#settle(fresh, sends);
        this.#overtake(this.#overtaken);
    }

    /** Sends notices that waited for another one, those of them that still wait. */
    #overtake(ids: readonly string[]): void {
        const waiting = ids.filter((id) => this.#overtaken.includes(id));
        this.#overtaken = this.#overtaken.filter((id) => !waiting.includes(id));
        for (const id of waiting) this.#go(id, []);
    }

    #settle(notice: NoticeRow, sends: readonly NoticeSend[]): void {
        const all = [...notice.sends, ...sends];
        const acknowledged = sends.some((send) => send.outcome === 'acknowledged');
        const attempts = notice.attempts + 1;
        const waitMs = sendScheduleMs[attempts];
        const state = acknowledged ? 'acknowledged' : waitMs === undefined || !this.#bank.switches.resend ? 'given-up' : 'due';
        const dueAt = state === 'due' ? this.#bank.clock.nowMs() + Math.round((waitMs ?? 0) / this.#bank.switches.timeScale) : notice.dueAt;
        this.#bank.commit({ notices: [{ ...notice, sends: all, state, attempts, dueAt }] });
    }

    async #post(notice: NoticeRow, faults: readonly StandingFault[]): Promise<NoticeSend> {
        const at = this.#bank.clock.nowMs();
        const { switches } = this.#bank;
        if (!URL.canParse(notice.url)) return { at, status: 0, outcome: 'not-sent' };
        const url = new URL(notice.url);
        if (!switches.notifyAnywhere && !isLoopbackHost(url.hostname)) return { at, status: 0, outcome: 'not-sent' };
        const has = (kind: string) => faults.some((fault) => fault.kind === kind);
        const text = has('wrongAmount') ? JSON.stringify(withWrongAmount(JSON.parse(notice.body) as Record<string, unknown>)) : notice.body;
        const body = Buffer.from(text, 'utf8');
        const clientId = has('wrongClientId') ? `${notice.clientId}X` : notice.clientId;
        const uri = `${url.pathname}${url.search}`;
        const time = isoTime(switches.responseTime === 'virtual' ? at : this.#bank.clock.systemMs());
        const make = has('badSignature') ? spoiledSignatureHeader : signatureHeader;
        const signature = make({ parts: { uri, clientId, time, body }, key: this.#key.privateKey, keyVersion: this.#key.keyVersion });
        const answer = await exchange({
            url,
            timeoutMs: switches.ackTimeoutMs,
            body,
            headers: {
                'Content-Type': 'application/json; charset=UTF-8',
                'Content-Length': String(body.length),
                'Client-Id': clientId,
                'Request-Time': time,
                Signature: signature,
                tracerId: randomHex(this.#bank.chance, 32),
            },
        });
        if (answer === undefined) return { at, status: 0, outcome: 'unreachable' };
        return { at, status: answer.status, outcome: this.#outcome(notice, { ...answer, uri }) };
    }

    /** An acknowledgement is HTTP 200 with resultStatus S. It need not be signed; a signature that is there must fit (protocol §2.3). */
    #outcome(notice: NoticeRow, answer: Acknowledgement & { uri: string }): NoticeSend['outcome'] {
        if (answer.status !== 200) return 'refused';
        let result: { resultStatus?: unknown } | undefined;
        try {
            result = (JSON.parse(answer.body.toString('utf8')) as { result?: { resultStatus?: unknown } } | null)?.result;
        } catch {
            return 'bad-acknowledgement';
        }
        if (result?.resultStatus !== 'S') return 'refused';
        const signature = answer.headers.signature;
        if (signature === undefined) return 'acknowledged';
        const client = this.#clients.get(notice.clientId);
        const signed = readSignatureHeader(signature, this.#bank.switches.strict);
        const keys = signed?.keyVersion === undefined ? [...(client?.keys.values() ?? [])] : [client?.keys.get(signed.keyVersion)];
        const parts = {
            uri: answer.uri,
            clientId: answer.headers['client-id'] ?? '',
            time: answer.headers['response-time'] ?? '',
            body: answer.body,
        };
        const fits =
            signed !== undefined && keys.some((key) => key !== undefined && signatureFits({ parts, signature: signed.signature, key }));
        return fits && parts.clientId === notice.clientId ? 'acknowledged' : 'bad-acknowledgement';
    }
}

interface Acknowledgement {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
}

/** One POST; undefined where no whole answer came in time. */
function exchange(order: {
    url: URL;
    headers: Record<string, string>;
    body: Buffer;
    timeoutMs: number;
}): Promise<Acknowledgement | undefined> {
    return new Promise((done) => {
        const send = order.url.protocol === 'https:' ? httpsRequest : httpRequest;
        const request = send(order.url, { method: 'POST', headers: order.headers, agent: false }, (response) => {
            const parts: Buffer[] = [];
            let length = 0;
            response.on('data', (part: Buffer) => {
                length += part.length;
                if (length > ackBytesMax) request.destroy();
                else parts.push(part);
            });
            response.on('error', () => finish(undefined));
            response.on('end', () => {
                const headers: Record<string, string> = {};
                for (const [name, value] of Object.entries(response.headers)) if (typeof value === 'string') headers[name] = value;
                finish({ status: response.statusCode ?? 0, headers, body: Buffer.concat(parts) });
            });
        });
        const timer = setTimeout(() => request.destroy(), order.timeoutMs);
        const finish = (answer: Acknowledgement | undefined) => {
            clearTimeout(timer);
            done(answer);
        };
        request.on('error', () => finish(undefined));
        request.on('close', () => finish(undefined));
        request.end(order.body);
    });
}
