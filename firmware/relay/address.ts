/**
 * Address: where the entry page of a kiosk is on the internet.
 *
 * The page's address is the entry code's content: `<relay.publicUrl>/e/<kiosk id>`, with `?t=` where a token key is configured (design §4).
 */
import { addressToken } from './tokens.ts';

export interface EntryAddress {
    /** The path of the page as it stands in a request, without query. */
    readonly path: string;
    /** The whole address: what the entry code holds. */
    readonly page: string;
    /** `paymentRedirectUrl`: where the wallet brings the customer afterwards. @param reference the sale's id. */
    done(reference: string): string;
    readonly secure: boolean;
    /** Where the page's own forms and links lead, as paths, so that they stay with the host by which the wallet came. */
    readonly formPath: string;
    /** @param token the page view's submit token. */
    waitPath(token: string): string;
    donePath(reference: string): string;
}

/** @param order.publicUrl `https://…`, with or without a path of its own. @throws TypeError when it is no URL: the config was checked before. */
export function entryAddress(order: { publicUrl: string; kiosk: string; tokenKey?: Uint8Array | undefined }): EntryAddress {
    const url = new URL(order.publicUrl);
    const path = `${url.pathname.replace(/\/+$/, '')}/e/${encodeURIComponent(order.kiosk)}`;
    const token = order.tokenKey === undefined ? '' : `?t=${addressToken(order.tokenKey, order.kiosk)}`;
    const donePath = (reference: string) => `${path}/done?s=${encodeURIComponent(reference)}`;
    return {
        path,
        page: `${url.origin}${path}${token}`,
        done: (reference) => `${url.origin}${donePath(reference)}`,
        secure: url.protocol === 'https:',
        formPath: `${path}${token}`,
        waitPath: (reference) => `${path}/wait?s=${encodeURIComponent(reference)}`,
        donePath,
    };
}
