/**
 * Page routes: the documents that `npm run build` made for browsers, and their files: `/` (where a kiosk may be tried out), `/screen`
 * (where the glass is a window of a browser, or could be) and `/page/…`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PageFile, PageFiles } from './page-files.ts';
import { ProblemError, problem } from './problem.ts';
import { problems } from './schemas.ts';

/** The documents talk to this machine alone; styles of elements are set by scripts, which needs no permission. */
export const documentPolicy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self' http://127.0.0.1:* http://localhost:*",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    'frame-src http://127.0.0.1:* http://localhost:*',
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
].join('; ');

const documentHeaders = {
    'content-security-policy': documentPolicy,
    'cross-origin-opener-policy': 'same-origin',
};

/** The place of a document that was not built. */
export const notBuilt = 'The page has not been built yet: run "npm run build", then load this again.';

/** Sends a file, or that the caller has it already. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
    reply.header('etag', file.etag);
    reply.header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    reply.header('cross-origin-resource-policy', 'same-origin');
    if (file.type.startsWith('text/html')) reply.headers(documentHeaders);
    const known = request.headers['if-none-match'];
    if (typeof known === 'string' && known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === file.etag))
        return reply.code(304).send();
    return reply.type(file.type).send(file.bytes);
}

const plain = (mediaType: string, description: string) => ({ description, content: { [mediaType]: { schema: { type: 'string' } } } });

/** @param files undefined where this kiosk serves no page. @param hasScreen false: no window is its glass. */
export function addPageRoutes(app: FastifyInstance, files: PageFiles, hasScreen: () => boolean): void {
    app.get<{ Params: { '*': string } }>('/page/*', {
        exposeHeadRoute: true,
        schema: {
            summary: 'A file of the page',
            tags: ['page'],
            params: { type: 'object', properties: { '*': { type: 'string', maxLength: 200, description: 'Name.' } } },
            response: {
                200: { description: 'The file', content: { '*/*': { schema: { type: 'string' } } } },
                304: { description: 'The caller has it', type: 'null' },
                ...problems(404),
            },
        },
        handler: async (request, reply) => {
            const name = request.params['*'];
            const file = name.endsWith('.html') ? undefined : await files.find(name);
            if (file === undefined)
                throw new ProblemError(problem({ status: 404, code: 'unknown-path', detail: 'The page has no file of that name.' }));
            return sendFile(request, reply, file);
        },
    });
    app.get('/screen', {
        exposeHeadRoute: true,
        schema: {
            summary: 'The kiosk’s screen, for a browser that fills a panel with it',
            tags: ['page'],
            response: {
                200: plain('text/html', 'The document'),
                304: { description: 'The caller has it', type: 'null' },
                ...problems(404, 503),
            },
        },
        handler: async (request, reply) => {
            if (!hasScreen()) {
                throw new ProblemError(
                    problem({
                        status: 404,
                        code: 'no-window',
                        detail: 'The display of this kiosk is no browser; set display.type to browser to make it one.',
                    }),
                );
            }
            const file = await files.find('screen.html');
            if (file === undefined) throw new ProblemError(problem({ status: 503, code: 'page-not-built', detail: notBuilt }));
            return sendFile(request, reply, file);
        },
    });
}
