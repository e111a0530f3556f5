/**
 * Network: one HTTP exchange with the gateway.
 *
 * Source: design §3 "Uncertainty". `unsent` is promised only when no byte of the request left on a fresh socket; everything else
 * without a whole answer is `lost`.
 */

export interface HttpRequest {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
    /** For the whole answer, from the call. */
    readonly timeoutMs: number;
    /** The answer's body is refused beyond this. */
    readonly bodyBytesMax: number;
    /** Called once, when the first byte of the request has been handed to the system. */
    readonly onFirstByte?: () => void;
}

export type HttpOutcome =
    | { readonly kind: 'answered'; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }
    | { readonly kind: 'unsent'; readonly reason: string }
    | { readonly kind: 'lost'; readonly reason: string };

export interface Network {
    /** Never rejects: every failure is an outcome. */
    post(request: HttpRequest): Promise<HttpOutcome>;
    /** Opens a connection ahead, so that the next `post` to that origin finds it warm. Never rejects. */
    warm(url: string): Promise<void>;
    close(): Promise<void>;
}
