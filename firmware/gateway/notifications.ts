/**
 * Notifications: what the gateway tells by itself, and how it is answered.
 *
 * Source: protocol §2.3, §6. A notification is believed only over the path of our own notify URL, under our client id, with a signature
 * over the raw bytes; who carried it (relay, tunnel, anybody) does not matter then.
 */
import type { Clock } from '../ports/clock.ts';
import type { HttpReply, Notification, RawNotification } from '../ports/gateway.ts';
import { walletOf } from './answers.ts';
import { isoSeconds } from './messages.ts';
import { type JsonObject, readAmount, readId, readJson, readObject, readResult, readWord } from './reading.ts';
import { contentToSign, parseSignatureHeader, type Signer, signatureHeader, type Verifier } from './signing.ts';

export interface NotificationOptions {
    readonly clientId: string;
    readonly notifyUrl: string;
    readonly signer: Signer;
    readonly verifier: Verifier;
    readonly clock: Clock;
}

export interface Notifications {
    read(raw: RawNotification): Notification;
    acknowledge(raw: RawNotification, accepted: boolean): Promise<HttpReply>;
}

const success = { result: { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success' } };
const sendAgain = { result: { resultCode: 'UNKNOWN_EXCEPTION', resultStatus: 'U', resultMessage: 'Not processed; please send it again.' } };

export function openNotifications(options: NotificationOptions): Notifications {
    const { clientId } = options;
    const notifyUrl = new URL(options.notifyUrl);
    const notifyPath = notifyUrl.pathname + notifyUrl.search;
    // Strangers can post here too; a signature on this thread is spent only on whom the gateway's key has vouched for.
    const believed = new WeakSet<RawNotification>();

    function read(raw: RawNotification): Notification {
        const doubt = doubtOf(raw);
        if (doubt !== undefined) return { kind: 'refused', reason: doubt };
        believed.add(raw);
        const body = readJson(raw.body);
        return body === undefined ? { kind: 'refused', reason: 'not-json' } : readSigned(body);
    }

    /** Why it is not believed, or undefined. */
    function doubtOf(raw: RawNotification): string | undefined {
        const headers = lowerCased(raw.headers);
        const time = headers['request-time'];
        if (raw.path !== notifyPath) return 'wrong-path';
        if (headers['client-id'] !== clientId) return 'wrong-client-id';
        if (time === undefined || !/^[\x20-\x7e]{1,64}$/.test(time)) return 'no-request-time';
        if (headers.signature === undefined) return 'unsigned';
        const signature = parseSignatureHeader(headers.signature);
        if (signature === undefined) return 'unreadable-signature';
        const content = contentToSign({ path: raw.path, clientId, time, body: raw.body });
        return options.verifier.verify(content, signature) ? undefined : 'bad-signature';
    }

    async function acknowledge(raw: RawNotification, accepted: boolean): Promise<HttpReply> {
        const body = JSON.stringify(accepted ? success : sendAgain);
        const contentType = { 'Content-Type': 'application/json; charset=UTF-8' };
        if (!believed.has(raw)) return { status: 200, headers: contentType, body };
        const time = isoSeconds(options.clock.wallMs());
        const base64 = await options.signer.sign(contentToSign({ path: notifyPath, clientId, time, body: Buffer.from(body) }));
        const signed = {
            'Client-Id': clientId,
            'Response-Time': time,
            Signature: signatureHeader({ keyVersion: options.signer.keyVersion, base64 }),
        };
        return { status: 200, headers: { ...contentType, ...signed }, body };
    }

    return { read, acknowledge };
}

function readSigned(body: JsonObject): Notification {
    const notifyType = readWord(body, 'notifyType');
    if (notifyType === 'PAYMENT_RESULT') return readPayment(body);
    if (notifyType === undefined && readObject(body, 'registrationResult') !== undefined) return readRegistration(body);
    return { kind: 'ignored', notifyType: notifyType ?? 'none' };
}

/** A `paymentStatus` outweighs `result`; without either, a payment result is a success (protocol §6.1). */
function readPayment(body: JsonObject): Notification {
    const paymentRequestId = readId(body, 'paymentRequestId');
    if (paymentRequestId === undefined) return { kind: 'refused', reason: 'no-request-id' };
    const result = readResult(body);
    const status = readWord(body, 'paymentStatus') ?? { S: 'SUCCESS', F: 'FAIL', U: 'PROCESSING' }[result?.status ?? 'S'];
    if (status === 'FAIL' || status === 'CANCELLED') {
        return { kind: 'failed', paymentRequestId, resultCode: readWord(body, 'paymentResultCode') ?? result?.code ?? 'PROCESS_FAIL' };
    }
    if (status !== 'SUCCESS') return { kind: 'ignored', notifyType: `PAYMENT_RESULT-${status}` };
    const paymentId = readId(body, 'paymentId');
    if (paymentId === undefined) return { kind: 'refused', reason: 'no-payment-id' };
    const amount = readAmount(body, 'paymentAmount');
    const wallet = walletOf(body);
    return {
        kind: 'paid',
        paymentRequestId,
        paymentId,
        ...(amount === undefined ? {} : { amount }),
        ...(wallet === undefined ? {} : { wallet }),
    };
}

function readRegistration(body: JsonObject): Notification {
    const referenceMerchantId = readId(body, 'referenceMerchantId');
    const registrationRequestId = readId(body, 'registrationRequestId');
    const registration = readObject(body, 'registrationResult');
    const status = registration === undefined ? undefined : readWord(registration, 'registrationStatus');
    if (referenceMerchantId === undefined || registrationRequestId === undefined || status === undefined)
        return { kind: 'refused', reason: 'malformed' };
    return { kind: 'registration', referenceMerchantId, registrationRequestId, status };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
