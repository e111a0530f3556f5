/**
 * Registration: makes the merchant and its store known to the gateway, and asks how that stands.
 *
 * Source: protocol §11. A success means "accepted", not "approved": the wallets decide later, normally within seven days.
 */
import type { Unanswered } from '../ports/gateway.ts';
import { unknown } from './answers.ts';
import { type Exchanged, type ExchangeOptions, openExchanger } from './exchange.ts';
import {
    type MerchantFacts,
    type RegistrationDetails,
    registrationBody,
    registrationInfoBody,
    registrationStatusBody,
} from './messages.ts';
import { isObject, type JsonObject, type Result, readId, readList, readObject, readResult, readText, readWord } from './reading.ts';

export interface RegistrationOptions extends ExchangeOptions, Pick<MerchantFacts, 'merchant' | 'store' | 'notifyUrl'> {
    readonly requestAnswerMs: number;
}

/** The gateway said no, or not yet; `message` is its own English sentence, for the operator. */
export interface RegistrationRefusal {
    readonly kind: 'refused';
    readonly resultCode: string;
    readonly message?: string;
}

export type RegisterAnswer =
    | { readonly kind: 'accepted' }
    | { readonly kind: 'pending'; readonly resultCode: string }
    | RegistrationRefusal
    | Unanswered;

export interface RegistrationState {
    /** `PENDING`, `COMPLETED`, `APPROVED`, `REJECTED` … as the gateway words it. */
    readonly status: string;
    readonly rejectReasons?: string;
}

export type RegistrationStatusAnswer =
    | {
          readonly kind: 'known';
          readonly registration: RegistrationState;
          readonly wallets: readonly (RegistrationState & { readonly wallet: string })[];
      }
    | RegistrationRefusal
    | Unanswered;

/** The latest successful registration, as the gateway keeps it: shown to a person, not acted on. */
export type RegistrationInfoAnswer =
    | { readonly kind: 'known'; readonly info: Readonly<Record<'merchantInfo' | 'storeInfo' | 'productCodes', unknown>> }
    | RegistrationRefusal
    | Unanswered;

export interface Registration {
    register(order: { registrationRequestId: string; details?: RegistrationDetails }): Promise<RegisterAnswer>;
    status(order: { registrationRequestId: string }): Promise<RegistrationStatusAnswer>;
    info(): Promise<RegistrationInfoAnswer>;
}

export function openRegistration(options: RegistrationOptions): Registration {
    const exchanger = openExchanger(options);
    const merchantId = options.merchant.id;
    const storeId = options.store.id;

    async function ask(endpoint: string, body: Uint8Array): Promise<Believed | RegistrationRefusal | Unanswered> {
        return believe(await exchanger.prepare({ endpoint: `merchants/${endpoint}`, body, timeoutMs: options.requestAnswerMs }).send());
    }

    return {
        register: async (order) => {
            const asked = await ask('registration', registrationBody(order, options));
            if (asked.kind !== 'believed') return asked;
            return asked.result.status === 'S' ? { kind: 'accepted' } : { kind: 'pending', resultCode: asked.result.code };
        },
        status: async (order) => {
            const asked = await ask('inquiryRegistrationStatus', registrationStatusBody({ ...order, merchantId, storeId }));
            if (asked.kind !== 'believed') return asked;
            return asked.result.status === 'S' ? readStatus(asked.answer, order) : unknown(asked.result.code);
        },
        info: async () => {
            const asked = await ask('inquiryRegistrationInfo', registrationInfoBody({ merchantId, storeId }));
            if (asked.kind !== 'believed') return asked;
            if (asked.result.status === 'U') return unknown(asked.result.code);
            const { merchantInfo, storeInfo, productCodes } = asked.answer;
            return { kind: 'known', info: { merchantInfo, storeInfo, productCodes } };
        },
    };
}

/** A signed answer that is not an F. */
interface Believed {
    readonly kind: 'believed';
    readonly answer: JsonObject;
    readonly result: Result;
}

function believe(exchanged: Exchanged): Believed | RegistrationRefusal | Unanswered {
    // No money hangs on it, and a person reads it: an unsigned refusal of the caller is worth showing.
    if (exchanged.kind === 'unsigned-refusal') return { kind: 'refused', resultCode: exchanged.resultCode };
    if (exchanged.kind !== 'signed') return exchanged;
    const result = readResult(exchanged.answer);
    if (result === undefined) return unknown('no-result');
    if (result.status !== 'F') return { kind: 'believed', answer: exchanged.answer, result };
    const message = readText(readObject(exchanged.answer, 'result') ?? {}, 'resultMessage', 256);
    return { kind: 'refused', resultCode: result.code, ...(message === undefined ? {} : { message }) };
}

function readStatus(answer: JsonObject, order: { registrationRequestId: string }): RegistrationStatusAnswer {
    const id = readId(answer, 'registrationRequestId');
    if (id !== undefined && id !== order.registrationRequestId) return unknown('wrong-request-id');
    const registration = readState(answer);
    if (registration === undefined) return unknown('no-registration-status');
    const wallets = readList(answer, 'pspRegistrationResultList')
        .slice(0, 100)
        .filter(isObject)
        .flatMap((entry) => {
            const state = readState(entry);
            const wallet = readText(entry, 'pspName', 64);
            return state === undefined || wallet === undefined ? [] : [{ wallet, ...state }];
        });
    return { kind: 'known', registration, wallets };
}

/** `registrationResult`; its `rejectReasons` is documented without a type, so that any JSON is shown as it stands. */
function readState(from: JsonObject): RegistrationState | undefined {
    const result = readObject(from, 'registrationResult');
    const status = result === undefined ? undefined : readWord(result, 'registrationStatus');
    if (result === undefined || status === undefined) return undefined;
    const reasons = result.rejectReasons;
    if (reasons === undefined || reasons === null || reasons === '') return { status };
    const text = typeof reasons === 'string' ? reasons : JSON.stringify(reasons);
    return { status, rejectReasons: text.replace(/\p{Cc}+/gu, ' ').slice(0, 1024) };
}
