/**
 * Screen streams: the pictures on their way to windows (/screen), with a beat each second while the till's loop turns. A window that hears
 * no beat is dark by itself (ports/window.ts), so a kiosk that hangs leaves nothing payable on its glass.
 *
 * Rule: a window hears no beat before it has been given a picture over this very connection: a beat would keep alive what it shows from
 * before, such as a code of the run before this one.
 *
 * Two kinds: where the display is a browser, the newest window is the panel, and the driver judges it; a virtual display has mirrors, of
 * which there may be several and which nobody waits for.
 */
import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Desk } from '../ports/desk.ts';
import type { VirtualDisplay } from '../ports/virtual.ts';
import type { WindowDisplay, WindowFrame } from '../ports/window.ts';
import type { Screen } from '../screens/screen.ts';
import { eventText, openStream, type Stream } from './stream.ts';

const windowsMax = 16;
const beatMs = 1_000;
const beatText = eventText('beat', {});

export interface ScreenOptions {
    readonly clock: Clock;
    readonly mirrored: () => VirtualDisplay | undefined;
    readonly window: () => WindowDisplay | undefined;
}

export interface ScreenStreams {
    /** Takes the response over; false when there are too many windows. */
    open(response: ServerResponse, desk: Desk): boolean;
    /** True when the frame was waited for; a mirror's word is taken as it is. */
    shown(id: number): boolean;
    /** False for a key that cannot be pressed on what stands. */
    touched(key: string): boolean;
    /** The glass is, or is mirrored in, a window. */
    available(): boolean;
    close(): void;
}

export function createScreenStreams(options: ScreenOptions): ScreenStreams {
    const streams = new Set<Stream>();
    const fed = new WeakSet<Stream>();
    let beat: Timer | undefined;
    const beatLater = (desk: Desk) => {
        beat = options.clock.after(beatMs, () => {
            beat = undefined;
            if (desk.pulse().alive) for (const stream of streams) if (fed.has(stream)) stream.send(beatText);
            if (streams.size > 0) beatLater(desk);
        });
    };
    const join = (response: ServerResponse, desk: Desk, leave: () => void): Pane => {
        const stream = openStream(response, () => {
            streams.delete(stream);
            if (streams.size === 0) {
                beat?.cancel();
                beat = undefined;
            }
            leave();
        });
        streams.add(stream);
        if (beat === undefined) beatLater(desk);
        const frame = (picture: WindowFrame) => {
            fed.add(stream);
            stream.event('frame', picture);
        };
        return { stream, frame };
    };
    return {
        open(response, desk) {
            if (streams.size >= windowsMax) return false;
            const window = options.window();
            if (window !== undefined) openPanel({ window, join: (leave) => join(response, desk, leave) });
            else {
                const display = options.mirrored();
                if (display !== undefined)
                    openMirror({ display, desk, clock: options.clock, join: (leave) => join(response, desk, leave) });
            }
            return true;
        },
        shown: (id) => options.window()?.shown(id) ?? true,
        touched: (key) => (options.window() ?? options.mirrored())?.touched(key) === true,
        available: () => options.window() !== undefined || options.mirrored() !== undefined,
        close() {
            for (const stream of [...streams]) stream.end();
        },
    };
}

/** A window's stream, and the way to give it a picture. */
interface Pane {
    readonly stream: Stream;
    readonly frame: (picture: WindowFrame) => void;
}

type Join = (leave: () => void) => Pane;

/** The window is the panel until a newer one comes. */
function openPanel({ window, join }: { window: WindowDisplay; join: Join }): void {
    let detach: () => void = () => undefined;
    const { stream, frame } = join(() => detach());
    detach = window.attach({
        frame,
        letGo(reason) {
            if (reason === 'replaced') {
                stream.event('replaced', {});
                stream.end();
            } else if (reason === 'closed') stream.end();
            // It did not read what it was sent: nothing more is sent either.
            else stream.cut();
        },
    });
}

/** A second look at a virtual glass. */
function openMirror({ display, desk, clock, join }: { display: VirtualDisplay; desk: Desk; clock: Clock; join: Join }): void {
    let stop: () => void = () => undefined;
    const pane = join(() => stop());
    const send = () => {
        const picture = mirrored({ display, desk, clock });
        if (picture !== undefined) pane.frame(picture);
    };
    stop = display.onGlass(send);
    send();
}

/** The frame that stands; of one without SVG, the same screen drawn as SVG. */
function mirrored({ display, desk, clock }: { display: VirtualDisplay; desk: Desk; clock: Clock }): WindowFrame | undefined {
    const frame = display.glass();
    if (frame === undefined) return undefined;
    const { screen } = desk.face();
    // The picture of the screen may be newer than the frame that stands, and have a code on it already.
    const drawn = frame.svg === undefined ? desk.screen() : undefined;
    const payable = frame.payable || (drawn?.screen as Screen | undefined)?.code?.payable !== undefined;
    const page = frame.page ?? {
        words: screen.words,
        lang: screen.lang,
        touch: [],
        ...(screen.until === undefined ? {} : { until: screen.until }),
    };
    return {
        id: frame.id,
        kind: frame.kind,
        payable,
        svg: frame.svg ?? drawn?.svg ?? '',
        width: display.width,
        height: display.height,
        page: screen.sound === undefined || page.sound !== undefined ? page : { ...page, sound: screen.sound },
        ...(payable && page.until !== undefined ? { payableForMs: Math.max(0, Math.round(page.until - clock.wallMs())) } : {}),
    };
}
