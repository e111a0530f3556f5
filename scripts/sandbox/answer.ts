/**
 * Answer: writes one answer of the gateway to its socket, signed, or spoiled as a script or a fault asks.
 *
 * Source: protocol §1.4, §2; what may be spoiled is listed in `Spoil`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Spoil } from './ams-call.ts';
import { type Chance, randomHex } from './chance.ts';
import { isoTime, type VirtualClock } from './clock.ts';
import type { GatewayKey } from './keys.ts';
import type { Body } from './results.ts';
import { signatureHeader, spoiledSignatureHeader } from './signature.ts';
import type { Switches } from './switches.ts';

export interface AnswerNeeds {
    readonly key: GatewayKey;
    readonly clock: VirtualClock;
    readonly switches: Switches;
    readonly chance: Chance;
}

export interface Exchange {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    /** Path with query as it stood in the request line. */
    readonly uri: string;
    readonly clientId: string;
}

/** Sends `body`; resolves when the answer has left, the connection was cut, or nothing is to come. */
export async function sendAnswer(needs: AnswerNeeds, exchange: Exchange, given: { body: Body; spoil: Spoil }): Promise<void> {
    const { spoil } = given;
    const { request, response } = exchange;
    if (response.destroyed || response.writableEnded) return;
    if (spoil.silent === true) return;
    if (spoil.drop === true) {
        request.socket.destroy();
        return;
    }
    if (spoil.httpStatus !== undefined && spoil.httpStatus !== 200)
        return end(response, { status: spoil.httpStatus, type: 'text/plain', body: 'upstream unavailable\n' });
    if (spoil.html === true) {
        return end(response, {
            status: 200,
            type: 'text/html',
            body: '<!doctype html><html><title>502 Bad Gateway</title><body>Bad Gateway</body></html>\n',
        });
    }
    if (spoil.hugeBytes !== undefined) return sendHuge(response, spoil.hugeBytes);
    const body = spoil.empty === true ? Buffer.alloc(0) : Buffer.from(JSON.stringify(spoiledBody(given.body, spoil)), 'utf8');
    const headers = signedHeaders(needs, exchange, { body, spoil });
    if (spoil.half === true) {
        response.writeHead(200, headers);
        response.write(body.subarray(0, Math.floor(body.length / 2)), () => request.socket.destroy());
        return;
    }
    await new Promise<void>((done) => {
        response.once('close', done);
        response.writeHead(200, headers);
        response.end(body, () => done());
    });
}

function signedHeaders(needs: AnswerNeeds, exchange: Exchange, given: { body: Buffer; spoil: Spoil }): Record<string, string | number> {
    const { spoil } = given;
    const clockMs = needs.switches.responseTime === 'virtual' ? needs.clock.nowMs() : needs.clock.systemMs();
    const time = isoTime(clockMs + (spoil.skewMs ?? 0));
    const clientId = spoil.wrongClientId === true ? `${exchange.clientId}X` : exchange.clientId;
    const parts = { uri: exchange.uri, clientId, time, body: given.body };
    const make = spoil.badSignature === true ? spoiledSignatureHeader : signatureHeader;
    return {
        'Content-Type': 'application/json; charset=UTF-8',
        'Content-Length': given.body.length,
        'Client-Id': clientId,
        'Response-Time': time,
        tracerId: randomHex(needs.chance, 32),
        ...(spoil.unsigned === true ? {} : { Signature: make({ parts, key: needs.key.privateKey, keyVersion: needs.key.keyVersion }) }),
    };
}

/** The body with what a fault falsifies; it is signed as it is. */
function spoiledBody(body: Body, spoil: Spoil): unknown {
    let spoiled: Record<string, unknown> = { ...body };
    if (spoil.wrongAmount === true) spoiled = withWrongAmount(spoiled);
    if (spoil.wrongRequestId === true) {
        for (const field of ['paymentRequestId', 'refundRequestId']) {
            if (typeof spoiled[field] === 'string') spoiled[field] = `${spoiled[field]}x`;
        }
    }
    if (spoil.unknownStatus === true) spoiled.result = { resultCode: 'SOMETHING_NEW', resultStatus: 'X', resultMessage: 'something new.' };
    return spoiled;
}

/** One minor unit more in every amount that an answer or a notification names. */
export function withWrongAmount(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const spoiled: Record<string, unknown> = { ...body };
    for (const field of ['paymentAmount', 'refundAmount']) {
        const amount = spoiled[field] as { currency: string; value: string } | undefined;
        if (amount !== undefined) spoiled[field] = { ...amount, value: (BigInt(amount.value) + 1n).toString() };
    }
    return spoiled;
}

function end(response: ServerResponse, given: { status: number; type: string; body: string }): Promise<void> {
    return new Promise((done) => {
        response.once('close', done);
        response.writeHead(given.status, { 'Content-Type': given.type, 'Content-Length': Buffer.byteLength(given.body) });
        response.end(given.body, () => done());
    });
}

/** JSON that begins well and goes on and on, in pieces, so that neither side holds it whole. */
function sendHuge(response: ServerResponse, bytes: number): Promise<void> {
    return new Promise((done) => {
        const piece = Buffer.alloc(64 * 1024, 0x20);
        let left = bytes;
        response.once('close', done);
        response.writeHead(200, { 'Content-Type': 'application/json; charset=UTF-8', 'Content-Length': bytes });
        const pump = () => {
            while (left > 0) {
                const size = Math.min(left, piece.length);
                const part =
                    left === bytes ? Buffer.concat([Buffer.from('{"result":{'), piece]).subarray(0, size) : piece.subarray(0, size);
                left -= size;
                if (!response.write(part)) {
                    response.once('drain', pump);
                    return;
                }
            }
            response.end();
        };
        pump();
    });
}
