/** Live stream: what a browser hears of server-sent events, collected. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http';

export interface HeardEvent {
    readonly event: string;
    readonly id: string | undefined;
    // biome-ignore lint/suspicious/noExplicitAny: tests look at data whose form is what they test.
    readonly data: any;
}

export interface LiveStream {
    readonly status: number;
    readonly heard: readonly HeardEvent[];
    /** The newest value of each top-level key of `state`. */
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    readonly state: Readonly<Record<string, any>>;
    of(event: string): readonly HeardEvent[];
    readonly ended: boolean;
    close(): void;
}

/** Opens a stream; resolves when the other side has answered. */
export function listenTo(url: string, headers: Readonly<Record<string, string>> = {}): Promise<LiveStream> {
    return new Promise((resolve, reject) => {
        const sent: ClientRequest = request(url, { agent: false, headers }, (response: IncomingMessage) => {
            const heard: HeardEvent[] = [];
            const state: Record<string, unknown> = {};
            let ended = false;
            let text = '';
            response.setEncoding('utf8');
            response.on('data', (piece: string) => {
                text += piece;
                for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
                    const one = read(text.slice(0, end));
                    text = text.slice(end + 2);
                    if (one === undefined) continue;
                    heard.push(one);
                    if (one.event === 'state') Object.assign(state, one.data);
                }
            });
            const end = () => {
                ended = true;
            };
            response.on('close', end);
            response.on('error', end);
            resolve({
                status: response.statusCode ?? 0,
                heard,
                state,
                of: (event) => heard.filter((one) => one.event === event),
                get ended() {
                    return ended;
                },
                close: () => sent.destroy(),
            });
        });
        sent.on('error', reject);
        sent.end();
    });
}

function read(block: string): HeardEvent | undefined {
    const fields = new Map(
        block.split('\n').map((line) => {
            const colon = line.indexOf(': ');
            return [line.slice(0, colon), line.slice(colon + 2)] as const;
        }),
    );
    const data = fields.get('data');
    return data === undefined ? undefined : { event: fields.get('event') ?? 'message', id: fields.get('id'), data: JSON.parse(data) };
}
