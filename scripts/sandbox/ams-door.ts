/**
 * AMS door: takes the merchants' requests, checks path, client, key and signature (protocol §2.5), runs the operation, sends the answer.
 *
 * Rules: the signature is checked over the bytes as they came, before anything is read from them; every answer is signed unless spoiled.
 * Fails: nothing is thrown to the caller; a failed commit cuts the connection, because then nobody knows whether it counted.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AmsAnswer, type AmsCall, type ApiName, apiNames, type Spoil } from './ams-call.ts';
import { type AnswerNeeds, type Exchange, sendAnswer } from './answer.ts';
import type { Bank } from './bank.ts';
import type { CodeDesk } from './codes.ts';
import { type FaultBoard, noticeFaults, requestFaults, type StandingFault, spoilOf } from './faults.ts';
import { Fields, IllegalField } from './fields.ts';
import type { ClientEntry, GatewayKey } from './keys.ts';
import { cancel, inquiryPayment } from './orders.ts';
import { pay } from './pay.ts';
import { inquiryRefund, refund } from './refunds.ts';
import { inquiryRegistrationInfo, inquiryRegistrationStatus, registration } from './registration.ts';
import { answerOf, type Body, resultOf, statusOf } from './results.ts';
import { readSignatureHeader, signatureFits } from './signature.ts';

/** One request as the sandbox saw it; holds no code, no key and no signature. */
export interface RequestRecord {
    readonly at: number;
    readonly api: string;
    readonly clientId: string;
    /** paymentRequestId or refundRequestId. */
    readonly about: string;
    readonly resultCode: string;
    readonly resultStatus: string;
    /** Faults and scripts that spoiled its answer. */
    readonly spoiled: readonly string[];
}

const bodyBytesMax = 1_000_000;
const recordsMax = 5000;

export class AmsDoor {
    readonly #bank: Bank;
    readonly #codes: CodeDesk;
    readonly #faults: FaultBoard;
    readonly #clients: ReadonlyMap<string, ClientEntry>;
    readonly #answer: AnswerNeeds;
    readonly #log: (record: RequestRecord) => void;
    readonly #inFlight = new Set<string>();
    readonly #afterCancel = new Map<string, (() => void)[]>();
    readonly #records: RequestRecord[] = [];
    readonly #recent = new Map<string, { second: number; count: number }>();

    constructor(needs: {
        bank: Bank;
        codes: CodeDesk;
        faults: FaultBoard;
        clients: ReadonlyMap<string, ClientEntry>;
        key: GatewayKey;
        log: (record: RequestRecord) => void;
    }) {
        this.#bank = needs.bank;
        this.#codes = needs.codes;
        this.#faults = needs.faults;
        this.#clients = needs.clients;
        this.#log = needs.log;
        const { clock, switches, chance } = needs.bank;
        this.#answer = { key: needs.key, clock, switches, chance };
    }

    /** The newest requests, oldest first. */
    records(): readonly RequestRecord[] {
        return this.#records;
    }

    async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const uri = request.url ?? '/';
        const clientId = header(request, 'client-id');
        const exchange: Exchange = { request, response, uri, clientId };
        const arrivedMs = this.#bank.clock.nowMs();
        const body = await readBody(request);
        if (body === undefined) return;
        const route = routeOf(uri);
        const down = this.#faults.take({ api: route?.api ?? '', kinds: ['down'] });
        if (down.length > 0) {
            request.socket.resetAndDestroy();
            this.#record({ api: route?.api ?? uri, clientId, about: '', body: undefined, spoiled: ['down'] });
            return;
        }
        const problem = this.#refusal({ request, uri, route, clientId, body });
        if (problem !== undefined) {
            this.#record({ api: route?.api ?? 'unknown', clientId, about: '', body: problem.body, spoiled: [] });
            const unsigned = problem.auth && !this.#bank.switches.signAuthErrors;
            await sendAnswer(this.#answer, exchange, { body: problem.body, spoil: unsigned ? { unsigned } : {} });
            return;
        }
        const client = this.#clients.get(clientId);
        if (client === undefined || route === undefined) throw new Error('a refused request went on');
        await this.#serve(exchange, { client, api: route.api, body, arrivedMs });
    }

    /** Why the request is not even looked at, in the order in which a gateway checks (protocol §2.5). */
    #refusal(given: {
        request: IncomingMessage;
        uri: string;
        route: Route | undefined;
        clientId: string;
        body: Buffer;
    }): { body: Body; auth: boolean } | undefined {
        const { request, uri, route, clientId, body } = given;
        const no = (code: string, detail?: string) => ({ body: answerOf(code, detail), auth: false });
        const auth = (code: string) => ({ body: answerOf(code), auth: true });
        if (route === undefined) return no('NO_INTERFACE_DEF');
        if (request.method !== 'POST') return no('METHOD_NOT_SUPPORTED');
        if (!/^application\/json\s*(;|$)/i.test(header(request, 'content-type'))) return no('MEDIA_TYPE_NOT_ACCEPTABLE');
        const accept = header(request, 'accept');
        if (accept !== '' && !/\*\/\*|application\/(json|\*)/i.test(accept)) return no('MEDIA_TYPE_NOT_ACCEPTABLE');
        const client = this.#clients.get(clientId);
        if (client === undefined || client.sandbox !== route.sandbox) return auth('INVALID_CLIENT');
        if (client.keys.size === 0) return auth('KEY_NOT_FOUND');
        const signed = readSignatureHeader(header(request, 'signature'), this.#bank.switches.strict);
        const time = header(request, 'request-time');
        if (signed === undefined || time === '') return auth('SIGNATURE_INVALID');
        const key = signed.keyVersion === undefined ? [...client.keys.values()].at(-1) : client.keys.get(signed.keyVersion);
        if (key === undefined) return auth('KEY_NOT_FOUND');
        if (!signatureFits({ parts: { uri, clientId, time, body }, signature: signed.signature, key })) return auth('SIGNATURE_INVALID');
        const skewMs = Math.abs(requestTimeMs(time) - this.#bank.clock.nowMs());
        const toleranceMs = this.#bank.switches.requestTimeToleranceMs;
        if (toleranceMs > 0 && !(skewMs <= toleranceMs)) return no('PARAM_ILLEGAL', 'Request-Time is too far from now');
        if (this.#tooMany(clientId)) return no('REQUEST_TRAFFIC_EXCEED_LIMIT');
        return undefined;
    }

    async #serve(exchange: Exchange, asked: { client: ClientEntry; api: ApiName; body: Buffer; arrivedMs: number }): Promise<void> {
        const { client, api } = asked;
        const read = readFields(asked.body);
        if (typeof read === 'string') {
            const body = answerOf('PARAM_ILLEGAL', read);
            this.#record({ api, clientId: client.clientId, about: '', body, spoiled: [] });
            return sendAnswer(this.#answer, exchange, { body, spoil: {} });
        }
        const about = idOf(read.fields, 'refundRequestId') ?? idOf(read.fields, 'paymentRequestId');
        const call: AmsCall = { client, fields: read.fields, arrivedMs: asked.arrivedMs };
        const faults = this.#faults.take({
            api,
            paymentRequestId: idOf(read.fields, 'paymentRequestId') ?? this.#paymentOf(read.fields),
            kinds: allButDown,
        });
        const flight = `${client.clientId}/${about}`;
        if (api === 'pay' && this.#inFlight.has(flight) && this.#bank.switches.inFlightDuplicates) {
            const body = { result: resultOf('PAYMENT_IN_PROCESS'), paymentRequestId: about };
            this.#record({ api, clientId: client.clientId, about: about ?? '', body, spoiled: ['in-flight'] });
            return sendAnswer(this.#answer, exchange, { body, spoil: {} });
        }
        if (api === 'pay') {
            this.#inFlight.add(flight);
            exchange.response.once('close', () => this.#inFlight.delete(flight));
        }
        const late = faults.find((fault) => fault.kind === 'bookLate');
        if (late !== undefined) {
            this.#bookLate(call, { fault: late, flight });
            this.#record({ api, clientId: client.clientId, about: about ?? '', body: undefined, spoiled: ['bookLate'] });
            exchange.request.socket.destroy();
            return;
        }
        const holdMs = faults.filter((fault) => fault.kind === 'slowBefore').reduce((sum, fault) => sum + (fault.ms ?? 5000), 0);
        if (holdMs > 0) await this.#wait(holdMs);
        const { answer, spoil } = this.#answered({ call, api, faults, text: read.text });
        if ((spoil.delayMs ?? 0) > 0) await this.#wait(spoil.delayMs ?? 0);
        const body = typeof answer.body === 'function' ? answer.body() : answer.body;
        this.#record({
            api,
            clientId: client.clientId,
            about: about ?? '',
            body,
            spoiled: [...faults.map((fault) => fault.kind), ...spoilWords(answer.spoil)],
        });
        if ((spoil.holdMs ?? 0) > 0) await this.#wait(spoil.holdMs ?? 0);
        if (spoil.silent !== true) this.#inFlight.delete(flight);
        if (api === 'cancel') this.#cancelSeen(flight);
        await sendAnswer(this.#answer, exchange, { body, spoil });
    }

    #answered(given: { call: AmsCall; api: ApiName; faults: readonly StandingFault[]; text: string }): { answer: AmsAnswer; spoil: Spoil } {
        const { call, api, faults } = given;
        const { spoil, books } = spoilOf(faults);
        const simulated = faults.find((fault) => fault.kind === 'resultCode');
        if (simulated?.resultCode !== undefined) {
            const status = simulated.resultStatus ?? statusOf(simulated.resultCode);
            return { answer: { body: { result: { ...resultOf(simulated.resultCode), resultStatus: status } } }, spoil };
        }
        if (!books) return { answer: { body: answerOf('UNKNOWN_EXCEPTION') }, spoil };
        const pending = faults.find((fault) => fault.kind === 'pending');
        try {
            const answer = this.#operate({
                call,
                api,
                text: given.text,
                ...(pending === undefined ? {} : { pendingAsks: pending.asks ?? 2 }),
            });
            return { answer, spoil: { ...answer.spoil, ...spoil } };
        } catch (error) {
            if (!(error instanceof IllegalField)) throw error;
            return { answer: { body: answerOf('PARAM_ILLEGAL', error.message) }, spoil };
        }
    }

    #operate(given: { call: AmsCall; api: ApiName; text: string; pendingAsks?: number }): AmsAnswer {
        const { call } = given;
        switch (given.api) {
            case 'pay':
                return pay(this.#bank, this.#codes, call);
            case 'inquiryPayment':
                return inquiryPayment(this.#bank, call);
            case 'cancel':
                return cancel(this.#bank, call);
            case 'refund':
                return refund(this.#bank, call, given.pendingAsks);
            case 'inquiryRefund':
                return inquiryRefund(this.#bank, call);
            case 'registration':
                return registration(this.#bank, call, given.text);
            case 'inquiryRegistrationStatus':
                return inquiryRegistrationStatus(this.#bank, call);
            case 'inquiryRegistrationInfo':
                return inquiryRegistrationInfo(this.#bank, call);
        }
    }

    /** Runs a pay whose caller is gone: after a time, or once its id was cancelled. */
    #bookLate(call: AmsCall, given: { fault: StandingFault; flight: string }): void {
        const { fault, flight } = given;
        const run = () => {
            const { answer } = this.#answered({
                call: { ...call, ignoresTombstone: fault.tombstone !== true },
                api: 'pay',
                faults: [],
                text: '',
            });
            const body = typeof answer.body === 'function' ? answer.body() : answer.body;
            this.#record({
                api: 'pay',
                clientId: call.client.clientId,
                about: idOf(call.fields, 'paymentRequestId') ?? '',
                body,
                spoiled: ['booked-late'],
            });
        };
        if (fault.mode === 'afterCancel') this.#afterCancel.set(flight, [...(this.#afterCancel.get(flight) ?? []), run]);
        else this.#bank.clock.at(this.#bank.clock.nowMs() + (fault.ms ?? 5000), run);
    }

    #cancelSeen(flight: string): void {
        const waiting = this.#afterCancel.get(flight) ?? [];
        this.#afterCancel.delete(flight);
        for (const run of waiting) this.#bank.clock.at(this.#bank.clock.nowMs(), run);
    }

    /** The paymentRequestId of a request that names its payment by paymentId. */
    #paymentOf(fields: Fields): string | undefined {
        const paymentId = idOf(fields, 'paymentId');
        return paymentId === undefined ? undefined : this.#bank.book.paymentById(paymentId)?.paymentRequestId;
    }

    #wait(ms: number): Promise<void> {
        return new Promise((done) => {
            this.#bank.clock.at(this.#bank.clock.nowMs() + ms, done);
        });
    }

    #tooMany(clientId: string): boolean {
        const limit = this.#bank.switches.rateLimitPerSecond;
        if (limit === 0) return false;
        const second = Math.floor(this.#bank.clock.systemMs() / 1000);
        const recent = this.#recent.get(clientId);
        const count = recent?.second === second ? recent.count + 1 : 1;
        this.#recent.set(clientId, { second, count });
        return count > limit;
    }

    #record(seen: { api: string; clientId: string; about: string; body: Body | undefined; spoiled: readonly string[] }): void {
        const record: RequestRecord = {
            at: this.#bank.clock.nowMs(),
            api: seen.api.slice(0, 100),
            clientId: seen.clientId.slice(0, 64),
            about: seen.about.slice(0, 64),
            resultCode: seen.body?.result.resultCode ?? '',
            resultStatus: seen.body?.result.resultStatus ?? '',
            spoiled: seen.spoiled,
        };
        this.#records.push(record);
        if (this.#records.length > recordsMax) this.#records.splice(0, recordsMax / 10);
        this.#log(record);
    }
}

const allButDown: readonly string[] = [...Object.keys(requestFaults), ...Object.keys(noticeFaults)].filter((kind) => kind !== 'down');

interface Route {
    readonly api: ApiName;
    readonly sandbox: boolean;
}

function routeOf(uri: string): Route | undefined {
    const match = /^\/ams\/(sandbox\/)?api\/v1\/(payments|merchants)\/([A-Za-z]+)$/.exec(uri.split('?')[0] ?? '');
    const api = apiNames.find((name) => name === match?.[3]);
    if (match === null || api === undefined) return undefined;
    const group = /egistration/.test(api) ? 'merchants' : 'payments';
    return match[2] === group ? { api, sandbox: match[1] !== undefined } : undefined;
}

function header(request: IncomingMessage, name: string): string {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
}

/** The whole body, or undefined where the caller went away or sends more than any request needs. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let length = 0;
    try {
        for await (const part of request) {
            length += (part as Buffer).length;
            if (length > bodyBytesMax) {
                request.socket.destroy();
                return undefined;
            }
            parts.push(part as Buffer);
        }
    } catch {
        return undefined;
    }
    return Buffer.concat(parts);
}

function readFields(body: Buffer): { fields: Fields; text: string } | string {
    try {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
        return { fields: new Fields(JSON.parse(text)), text };
    } catch (error) {
        return error instanceof IllegalField ? error.message : 'the body is no JSON in UTF-8';
    }
}

function idOf(fields: Fields, name: string): string | undefined {
    const value = fields.at(name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Milliseconds of a Request-Time: milliseconds since 1970, or ISO 8601. */
function requestTimeMs(time: string): number {
    return /^\d{10,16}$/.test(time) ? Number(time) : Date.parse(time);
}

function spoilWords(spoil: Spoil | undefined): string[] {
    return Object.keys(spoil ?? {});
}
