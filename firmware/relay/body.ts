/**
 * Body: reads a request's body up to a limit. What lies beyond is refused, not kept.
 */
import type { IncomingMessage } from 'node:http';

/** How much of a refused body is read and thrown away, so that the sender still gets the answer, before the connection is cut. */
const discardBytesMax = 4 * 1024 * 1024;

export type ReadBody =
    | { readonly kind: 'whole'; readonly bytes: Uint8Array }
    | { readonly kind: 'too-large' }
    | { readonly kind: 'broken-off' };

/** Resolves with the whole body as it came, byte for byte, or with why there is none. Never rejects. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<ReadBody> {
    return new Promise((done) => {
        const chunks: Buffer[] = [];
        let length = 0;
        request.on('data', (chunk: Buffer) => {
            length += chunk.length;
            if (length <= bytesMax) {
                chunks.push(chunk);
                return;
            }
            chunks.length = 0;
            done({ kind: 'too-large' });
            if (length > bytesMax + discardBytesMax) request.destroy();
        });
        request.on('end', () => done({ kind: 'whole', bytes: Buffer.concat(chunks) }));
        request.on('error', () => done({ kind: 'broken-off' }));
        request.on('close', () => done({ kind: 'broken-off' }));
        if (Number(request.headers['content-length'] ?? 0) > bytesMax) done({ kind: 'too-large' });
    });
}
