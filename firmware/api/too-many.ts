/** The answer to one reader of a live stream too many, on a response that was taken over from the framework. */
import type { ServerResponse } from 'node:http';
import { problem, problemMediaType } from './problem.ts';

export function sendTooMany(response: ServerResponse): void {
    const answer = problem({ status: 503, code: 'too-many-streams', detail: 'Too many programs listen already; close one of them.' });
    response.writeHead(503, { 'content-type': problemMediaType }).end(JSON.stringify(answer));
}
