/**
 * In the page: functions that run inside Chromium, given to it as text; nothing of this file is theirs but their own parameters. Times are
 * the page's milliseconds, from the click to the frame that the browser draws with what came of it.
 */

/** As much of the browser as is touched here. */
interface Element {
    readonly dataset: { readonly frame?: string; readonly kind?: string };
    querySelector(selectors: string): { decode(): Promise<void> } | null;
    click(): void;
}
declare const document: { querySelector(selectors: string): Element | null };
declare const requestAnimationFrame: (then: () => void) => void;
declare const MutationObserver: new (then: () => void) => { observe(on: Element, what: object): void; disconnect(): void };
declare const EventSource: new (
    url: string,
) => {
    onopen: () => void;
    onmessage: () => void;
    addEventListener(name: string, then: (event: { readonly data: string }) => void): void;
    close(): void;
};

/**
 * Clicks a key of the machine again and again, and waits each time for another frame of its screen, decoded and drawn.
 *
 * @param order.key selector of what is clicked. @param order.payable only a frame with a code that can be paid counts; any other without it.
 * @param order.back selector of what leads back, clicked between two samples.
 */
export async function clicksToScreen(order: {
    count: number;
    key: string;
    payable?: boolean;
    back?: string;
    pauseMs: number;
}): Promise<number[]> {
    const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const drawn = () => new Promise<void>((resolve) => requestAnimationFrame(resolve));
    const glass = document.querySelector('.glass');
    if (glass === null) throw new Error('There is no screen on the page.');
    // The page does not say which frame is payable; the kiosk does.
    const payable = new Set<string>();
    let looking = () => {};
    const source = order.payable === true ? new EventSource('/v1/virtual/live') : undefined;
    source?.addEventListener('state', ({ data }) => {
        const { glass: told } = JSON.parse(data) as { glass?: { id: number; payable: boolean } };
        if (told?.payable === true) payable.add(String(told.id));
        looking();
    });
    const until = (fits: () => boolean) =>
        new Promise<void>((resolve, reject) => {
            const over = setTimeout(() => reject(new Error(`The screen stays ${glass.dataset.kind}.`)), 10_000);
            const look = () => {
                if (!fits()) return;
                clearTimeout(over);
                observer.disconnect();
                resolve();
            };
            const observer = new MutationObserver(look);
            looking = look;
            observer.observe(glass, { attributes: true });
            look();
        });
    const samples: number[] = [];
    while (samples.length < order.count) {
        const before = glass.dataset.frame;
        const startedMs = performance.now();
        document.querySelector(order.key)?.click();
        await until(() => {
            const { frame } = glass.dataset;
            return frame !== undefined && frame !== before && (order.payable !== true || payable.has(frame));
        });
        await glass.querySelector('img')?.decode();
        await drawn();
        samples.push(performance.now() - startedMs);
        if (order.back !== undefined) {
            document.querySelector(order.back)?.click();
            const shown = glass.dataset.kind;
            await until(() => glass.dataset.kind !== shown);
        }
        await rest(order.pauseMs);
    }
    source?.close();
    return samples;
}

/** The same way without a kiosk: POST to an echo, its event, a frame of the browser. @param order.url of the echo */
export async function echoes(order: { count: number; url: string; pauseMs: number }): Promise<number[]> {
    const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const source = new EventSource(order.url);
    await new Promise<void>((resolve) => {
        source.onopen = resolve;
    });
    const samples: number[] = [];
    while (samples.length < order.count) {
        const startedMs = performance.now();
        const heard = new Promise<void>((resolve) => {
            source.onmessage = resolve;
        });
        void fetch(order.url, { method: 'POST' });
        await heard;
        await new Promise<void>((resolve) => requestAnimationFrame(resolve));
        samples.push(performance.now() - startedMs);
        await rest(order.pauseMs);
    }
    source.close();
    return samples;
}
