/**
 * Stub gateway: answers over real HTTP what a test tells it, signed by node-forge with content put together here, so that a mistake of
 * the client's signing is caught and not mirrored. It notes whether each request's own signature was right.
 */
import { createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import forge from 'node-forge';
import { type GatewayOptions, openGateway } from '../../../firmware/gateway/client.ts';
import { openHttpNetwork } from '../../../firmware/gateway/http-network.ts';
import { rsaSigner, rsaVerifier } from '../../../firmware/gateway/signing.ts';
import type { Clock } from '../../../firmware/ports/clock.ts';
import type { Gateway } from '../../../firmware/ports/gateway.ts';

export const clientId = 'SANDBOX_5X00000000000000';
const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const strangers = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const keys = { ours, theirs };

export interface SeenRequest {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: Record<string, unknown>;
    readonly raw: string;
    readonly signatureFits: boolean;
}

/** How an answer differs from a right one. */
export interface Reply {
    readonly body: unknown;
    readonly status?: number;
    readonly time?: string;
    /** Signs with this key instead. */
    readonly key?: KeyObject;
    readonly signedPath?: string;
    readonly clientId?: string;
    readonly unsigned?: boolean;
    /** Header changes after signing; undefined removes one. */
    readonly headers?: Readonly<Record<string, string | undefined>>;
    /** Sends this text instead of the signed one. */
    readonly swappedBody?: string;
}

export type Script = (request: SeenRequest, response: ServerResponse) => Reply | undefined;

export interface StubGateway {
    readonly gateway: Gateway;
    readonly options: GatewayOptions;
    readonly seen: SeenRequest[];
    close(): Promise<void>;
}

/** A clock that stands still until it is told. */
export class StillClock implements Clock {
    wall = Date.parse('2026-05-04T10:00:00Z');
    mono = 1000;
    wallMs(): number {
        return this.wall;
    }
    monoMs(): number {
        return this.mono;
    }
    after(): { cancel(): void } {
        return { cancel: () => {} };
    }
}

/** The signature of a message as this test suite understands the protocol. */
export function forgeSign(parts: { path: string; clientId: string; time: string; body: string; key: KeyObject }): string {
    const privateKey = forge.pki.privateKeyFromPem(parts.key.export({ type: 'pkcs1', format: 'pem' }).toString());
    const digest = forge.md.sha256.create();
    digest.update(forge.util.encodeUtf8(`POST ${parts.path}\n${parts.clientId}.${parts.time}.${parts.body}`));
    return `algorithm=RSA256, keyVersion=1, signature=${encodeURIComponent(forge.util.encode64(privateKey.sign(digest)))}`;
}

export async function openStubGateway(script: Script, more: Partial<GatewayOptions> = {}): Promise<StubGateway> {
    const clock = new StillClock();
    const seen: SeenRequest[] = [];
    const server = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const raw = Buffer.concat(chunks).toString();
        const path = request.url ?? '';
        const { headers } = request;
        const header = /^algorithm=RSA256,keyVersion=(\d+),signature=([A-Za-z0-9%]+)$/.exec(String(headers.signature));
        const content = `POST ${path}\n${headers['client-id']}.${headers['request-time']}.${raw}`;
        const fits =
            header !== null &&
            createVerify('RSA-SHA256')
                .update(content)
                .verify(ours.publicKey, decodeURIComponent(header[2] ?? ''), 'base64');
        seen.push({ path, headers, raw, body: JSON.parse(raw) as Record<string, unknown>, signatureFits: fits });
        const reply = script(seen.at(-1)!, response);
        if (reply === undefined) return;
        const body = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
        const time = reply.time ?? new Date(clock.wall).toISOString().replace(/\.\d+Z$/, '+00:00');
        const id = reply.clientId ?? clientId;
        const signature = reply.unsigned
            ? undefined
            : forgeSign({ path: reply.signedPath ?? path, clientId: id, time, body, key: reply.key ?? theirs.privateKey });
        const all: Record<string, string | undefined> = {
            'Content-Type': 'application/json; charset=UTF-8',
            'Client-Id': id,
            'Response-Time': time,
            Signature: signature,
            tracerId: '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
            ...reply.headers,
        };
        for (const [name, value] of Object.entries(all)) if (value !== undefined) response.setHeader(name, value);
        response.statusCode = reply.status ?? 200;
        response.end(reply.swappedBody ?? body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const options: GatewayOptions = {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        clientId,
        signer: rsaSigner({ key: ours.privateKey, keyVersion: '1' }),
        verifier: rsaVerifier([{ key: theirs.publicKey }]),
        network: openHttpNetwork(),
        clock,
        kiosk: 'kiosk-01',
        merchant: { id: 'M001', name: 'Corner Stand', mcc: '5814' },
        store: { id: 'S001', name: 'Corner Stand', mcc: '5814' },
        notifyUrl: 'https://pay.example.com/ams/notify',
        redirectUrl: (saleId) => `https://pay.example.com/e/done?s=${saleId}`,
        settlementCurrency: 'EUR',
        payAnswerMs: 2000,
        requestAnswerMs: 2000,
        ...more,
    };
    const gateway = openGateway(options);
    return {
        gateway,
        options,
        seen,
        close: async () => {
            await gateway.close();
            server.closeAllConnections();
            server.close();
            await once(server, 'close');
        },
    };
}
