/**
 * Guard: who may call the API. Pure but for the constant-time comparison.
 *
 * The Host header is checked on every call, so that a web page of a foreign name that resolves to this machine (DNS rebinding)
 * reaches nothing; Origin on calls that change something; a token from everybody who is not on this machine.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export interface GuardOptions {
    /** Names besides localhost and bare addresses under which callers may reach this machine. */
    readonly hosts: readonly string[];
    /** The bearer token; without one, only this machine may call. */
    readonly token?: string;
}

export interface Caller {
    readonly method: string;
    readonly headers: IncomingHttpHeaders;
    /** The peer's address as the socket knows it. */
    readonly remoteAddress: string | undefined;
}

export type Refused = { readonly status: 401 | 403 | 421; readonly code: string; readonly detail: string };

/** Host check of every call; undefined when it may go on. */
export function refuseHost(caller: Caller, options: GuardOptions): Refused | undefined {
    const name = hostName(caller.headers.host);
    if (name !== undefined && (name === 'localhost' || isIP(name) !== 0 || options.hosts.some((host) => host.toLowerCase() === name)))
        return undefined;
    return {
        status: 421,
        code: 'host-not-allowed',
        detail: 'The Host header names another machine. Call this one by its address or localhost, or add the name to api.hosts.',
    };
}

/** Token and Origin checks of the API's own paths; undefined when the call may go on. */
export function refuseCaller(caller: Caller, options: GuardOptions): Refused | undefined {
    if (!isLocalCall(caller) && !hasToken(caller.headers.authorization, options.token)) {
        return {
            status: 401,
            code: 'token-required',
            detail: 'Calls from other machines must send "Authorization: Bearer …" with the token of api.tokenFile.',
        };
    }
    const changes = caller.method !== 'GET' && caller.method !== 'HEAD' && caller.method !== 'OPTIONS';
    return changes ? refuseOrigin(caller.headers) : undefined;
}

/** For calls that change something, and for streams whose opening does: a page of another origin could open one without being able to read it. */
export function refuseOrigin(headers: IncomingHttpHeaders): Refused | undefined {
    if (sameOrigin(headers)) return undefined;
    return { status: 403, code: 'origin-not-allowed', detail: 'A page of another origin may not change anything here.' };
}

/** The name in a Host header, lower case, without port and brackets; undefined where it is none. */
function hostName(host: string | undefined): string | undefined {
    const match = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9.-]{1,253}))(?::[0-9]{1,5})?$/.exec(host ?? '');
    return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/** From this machine and not handed on by a proxy on it: a proxy's callers may be anybody. */
function isLocalCall(caller: Caller): boolean {
    const forwarded = caller.headers.forwarded ?? caller.headers['x-forwarded-for'] ?? caller.headers['x-real-ip'] ?? caller.headers.via;
    const name = hostName(caller.headers.host);
    return forwarded === undefined && isLoopbackAddress(caller.remoteAddress) && (name === 'localhost' || isLoopbackAddress(name));
}

/** 127.0.0.0/8 (also as IPv4 in IPv6) or ::1. */
export function isLoopbackAddress(address: string | undefined): boolean {
    if (address === undefined) return false;
    const bare = address.replace(/^::ffff:/i, '');
    return bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

function hasToken(authorization: string | undefined, token: string | undefined): boolean {
    const sent = /^Bearer ([!-~]{1,512})$/i.exec(authorization ?? '')?.[1];
    if (token === undefined || sent === undefined) return false;
    // Digests of equal length, so that neither the length nor the first difference shows in the time it takes.
    return timingSafeEqual(digest(sent), digest(token));
}

function digest(text: string): Uint8Array {
    return createHash('sha256').update(text).digest();
}

/**
 * Programs send no Origin; browsers do, and then it must be the page of this very address. A picture or a frame of another page sends none,
 * but its browser says where it stands: `same-site` is another port of this machine, and `none` is a person who typed the address.
 */
function sameOrigin(headers: IncomingHttpHeaders): boolean {
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
    if (headers.origin === undefined) return true;
    const origin = URL.parse(headers.origin);
    return origin !== null && origin.host === URL.parse(`${origin.protocol}//${headers.host}`)?.host;
}
