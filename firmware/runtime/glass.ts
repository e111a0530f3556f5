/**
 * Glass: keeps the display showing the screen of the durable state. One frame is under way at a time, the latest wins; what may stand on
 * the glass is told to the world before it is shown, and that it is gone only when a later frame is confirmed (design §4).
 */
import type { Clock, Timer } from '../ports/clock.ts';
import type { Display, Frame, FrameSound } from '../ports/devices.ts';
import { faultOf } from '../ports/fault.ts';
import type { Log } from '../ports/log.ts';
import type { World } from '../sale/world.ts';
import type { Screen } from '../screens/screen.ts';
import { soundOf } from '../screens/sounds.ts';

/** What draws; loaded after the till is up. */
export interface FramePainter {
    frame(screen: Screen, display: { form: Display['form']; width: number; height: number; depth: number }, id: number): Frame;
}

const retryMs = 1_000;

export class Glass {
    readonly #display: Display;
    readonly #clock: Clock;
    readonly #log: Log;
    readonly #tell: (glass: World['glass']) => void;
    readonly #beforeDrawing: (() => Promise<void>) | undefined;
    #painter: FramePainter | undefined;
    #wanted: Screen | undefined;
    #wantedKey = '';
    #shownKey = '';
    #shown: Screen | undefined;
    #standing: string | undefined = 'anything';
    #faulty = false;
    #busy = false;
    #closed = false;
    #frames = 0;
    #retry: Timer | undefined;

    /** @param options.beforeDrawing awaited before each frame: drawing holds the thread up longer than all else that a turn does. */
    constructor(options: {
        display: Display;
        clock: Clock;
        log: Log;
        tell: (glass: World['glass']) => void;
        beforeDrawing?: () => Promise<void>;
    }) {
        this.#display = options.display;
        this.#clock = options.clock;
        this.#log = options.log;
        this.#tell = options.tell;
        this.#beforeDrawing = options.beforeDrawing;
    }

    /** Frames confirmed since the start. */
    get frames(): number {
        return this.#frames;
    }

    painter(painter: FramePainter): void {
        this.#painter = painter;
        this.#next();
    }

    want(screen: Screen): void {
        this.#wanted = screen;
        this.#wantedKey = JSON.stringify(screen);
        this.#next();
    }

    /** Shows a last screen and waits for it, at most `limitMs`. */
    async close(last: Screen | undefined, limitMs: number): Promise<void> {
        if (last !== undefined) this.want(last);
        await this.shown(limitMs);
        this.#closed = true;
        this.#retry?.cancel();
    }

    /** Resolves when the latest screen stands on the glass, at most after `limitMs`. */
    async shown(limitMs: number): Promise<void> {
        const end = this.#clock.monoMs() + limitMs;
        while ((this.#busy || this.#shownKey !== this.#wantedKey) && this.#painter !== undefined && this.#clock.monoMs() < end) {
            await new Promise<void>((resolve) => this.#clock.after(10, resolve));
        }
    }

    #next(): void {
        if (this.#busy || this.#closed || this.#painter === undefined || this.#wanted === undefined || this.#wantedKey === this.#shownKey)
            return;
        this.#busy = true;
        this.#retry?.cancel();
        if (this.#beforeDrawing === undefined) this.#draw(this.#wanted, this.#painter);
        else
            void this.#beforeDrawing().then(() => {
                if (!this.#closed) this.#draw(this.#wanted!, this.#painter!);
            });
    }

    #draw(screen: Screen, painter: FramePainter): void {
        const key = this.#wantedKey;
        void this.#show(screen, painter).then((shown) => {
            this.#busy = false;
            if (shown) {
                this.#shownKey = key;
                this.#next();
            } else if (!this.#closed) {
                this.#retry = this.#clock.after(retryMs, () => this.#next());
            }
        });
    }

    async #show(screen: Screen, painter: FramePainter): Promise<boolean> {
        const payable = screen.code?.payable;
        try {
            const frame = heard(painter.frame(screen, this.#display, this.#frames + 1), soundOf(screen, this.#shown));
            // From the first pixel on, this code can be paid; the one before may still be seen until the frame is confirmed.
            if (payable !== undefined && this.#standing === undefined) this.#stand(payable, this.#faulty);
            await this.#display.show(frame);
            this.#frames += 1;
            this.#shown = screen;
            this.#stand(frame.payable ? payable : undefined, false);
            return true;
        } catch (thrown) {
            if (!this.#faulty)
                this.#log.warn('a frame could not be shown', {
                    code: faultOf(thrown)?.code ?? 'unexpected',
                    kind: screen.kind,
                    detail: String(thrown).slice(0, 200),
                });
            this.#stand(this.#standing, true);
            return false;
        }
    }

    #stand(payable: string | undefined, faulty: boolean): void {
        this.#standing = payable;
        this.#faulty = faulty;
        this.#tell(payable === undefined ? { faulty } : { payable, faulty });
    }
}

/** What is heard with a frame follows from what stood on the glass before it; pictures that were left out are not heard. */
function heard(frame: Frame, sound: FrameSound | undefined): Frame {
    return frame.page === undefined || sound === undefined ? frame : { ...frame, page: { ...frame.page, sound } };
}
