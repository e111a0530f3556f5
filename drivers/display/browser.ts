/**
 * Browser display: the glass is a window of a browser that shows the page /screen. The API carries frames and touches (ports/window.ts).
 *
 * Rules: a picture stands when the newest window has said so. A window that does not answer within `shownWithin` is let go: it hears no beat
 * any more, and is dark by itself `windowSilenceMs` later. That wait is the `refreshMs` of this display: with it blanking begins early enough
 * that a code is gone at its end also where the window answers nobody, and an unconfirmed picture counts as standing (runtime/glass.ts).
 * Where a window with a code was lost or replaced, nothing else counts as standing before that one is dark.
 * Fails: DISPLAY_NOT_SHOWN, DISPLAY_FRAME_UNFIT, DISPLAY_CLOSED.
 */
import type { InferOutput } from 'valibot';
import type { Timer } from '../../firmware/ports/clock.ts';
import type { DeviceStatus, Frame } from '../../firmware/ports/devices.ts';
import type { Fault } from '../../firmware/ports/fault.ts';
import { type DisplayWindow, type WindowDisplay, type WindowFrame, windowSilenceMs } from '../../firmware/ports/window.ts';
import { type DriverNeeds, defineDriver } from '../driver.ts';
import { Feed } from '../lib/feed.ts';
import { Standing } from '../lib/standing.ts';
import { Waits } from '../lib/waits.ts';
import { browserDisplayConfig } from './browser.config.ts';
import { displayClosed, displayNotShown, requireFit } from './faults.ts';
import { isTouchable } from './touch.ts';

type Config = InferOutput<typeof browserDisplayConfig.schema>;

/** What may wait to be read: somebody who taps without end is not served later. */
const touchesMax = 8;

export const browserDisplay = defineDriver({
    port: 'display',
    proof: 'bench',
    config: browserDisplayConfig,
    open: async (config, needs): Promise<WindowDisplay> => new BrowserDisplay(config, needs),
});

/** A picture that a window was given, until it says that it stands. */
interface Sent {
    readonly id: number;
    readonly frame: Frame;
    stands: boolean;
}

/** Somebody waits for a picture to stand. */
interface Waiting {
    readonly id: number;
    /** The window came while it was waited: it had less than its time. */
    readonly late: boolean;
    readonly settle: (fault?: Fault) => void;
}

class BrowserDisplay implements WindowDisplay {
    readonly form = 'svg';
    readonly width: number;
    readonly height: number;
    readonly depth = 24;
    readonly refreshMs = windowSilenceMs;
    readonly touch: boolean;
    readonly #shownWithinMs: number;
    readonly #needs: DriverNeeds;
    readonly #standing = new Standing({ state: 'offline', reason: displayNotShown('no-window').message });
    readonly #touches = new Feed<string>(touchesMax);
    readonly #waits: Waits;
    #window: DisplayWindow | undefined;
    /** The newest frame that was to be shown, whether it came to stand or not: what the next window gets first. */
    #wanted: Frame | undefined;
    #sent: Sent | undefined;
    #waiting: Waiting | undefined;
    /** A window was given a payable code, and none has said since that something else stands. */
    #lit = false;
    /** When every window that has gone is dark by itself, in monotonic milliseconds. */
    #darkAtMs = 0;
    #nextId: number;
    #last: Promise<unknown> = Promise.resolve();
    #closed = false;

    constructor(config: Config, needs: DriverNeeds) {
        this.width = config.width;
        this.height = config.height;
        this.touch = config.touch;
        this.#shownWithinMs = config.shownWithin;
        this.#needs = needs;
        this.#waits = new Waits(needs.clock);
        // A window of the run before may still be about to say that a picture of that run stands.
        this.#nextId = Math.max(1, Math.trunc(needs.clock.wallMs()));
    }

    status(): DeviceStatus {
        return this.#standing.status();
    }

    onStatus(listener: (status: DeviceStatus) => void): () => void {
        return this.#standing.onStatus(listener);
    }

    keys(): AsyncIterable<string> {
        return this.#touches.items();
    }

    show(frame: Frame): Promise<void> {
        const shown = this.#last.then(() => this.#show(frame));
        this.#last = shown.catch(() => undefined);
        return shown;
    }

    attach(window: DisplayWindow): () => void {
        if (this.#closed) {
            window.letGo('closed');
            return () => undefined;
        }
        const before = this.#lose();
        this.#window = window;
        before?.letGo('replaced');
        if (this.#standing.set('online', '')) this.#needs.log.info('a window shows the screen');
        if (this.#wanted !== undefined && !this.#isOver(this.#wanted)) {
            const { id } = this.#send(this.#wanted, window);
            // The picture that is waited for may be confirmed by the new window as well.
            if (this.#waiting !== undefined) this.#waiting = { ...this.#waiting, id, late: true };
        }
        return () => this.#detach(window);
    }

    shown(id: number): boolean {
        if (this.#sent?.id !== id) return false;
        this.#sent.stands = true;
        if (!this.#sent.frame.payable) this.#lit = false;
        if (this.#waiting?.id === id) this.#waiting.settle();
        return true;
    }

    touched(key: string): boolean {
        return this.touch && this.#sent?.stands === true && isTouchable(this.#sent.frame, key) && this.#touches.push(key);
    }

    async close(): Promise<void> {
        if (this.#closed) return;
        this.#closed = true;
        this.#waiting?.settle(displayClosed());
        this.#waits.close();
        this.#lose()?.letGo('closed');
        this.#touches.close();
        this.#standing.close();
        await this.#last;
    }

    async #show(frame: Frame): Promise<void> {
        if (this.#closed) throw displayClosed();
        requireFit(this, frame);
        this.#wanted = frame;
        const window = this.#window;
        if (window === undefined) throw displayNotShown('no-window');
        const { id } = this.#send(frame, window);
        const fault = await this.#answer(id);
        if (fault !== undefined) throw fault;
        this.#standing.set('online', '');
        await this.#othersAreDark();
    }

    async #othersAreDark(): Promise<void> {
        for (;;) {
            const leftMs = this.#darkAtMs - this.#needs.clock.monoMs();
            if (leftMs <= 0) return;
            if (!(await this.#waits.pass(leftMs))) throw displayClosed();
        }
    }

    /** The window that is the panel is so no more. */
    #lose(): DisplayWindow | undefined {
        const window = this.#window;
        if (window !== undefined && this.#lit) this.#darkAtMs = this.#needs.clock.monoMs() + windowSilenceMs;
        this.#window = undefined;
        this.#sent = undefined;
        return window;
    }

    /** Undefined when the picture stands. */
    #answer(id: number): Promise<Fault | undefined> {
        return new Promise((resolve) => {
            let timer: Timer | undefined;
            const settle = (fault?: Fault) => {
                timer?.cancel();
                this.#waiting = undefined;
                resolve(fault);
            };
            timer = this.#needs.clock.after(this.#shownWithinMs, () => this.#giveUp());
            this.#waiting = { id, late: false, settle };
        });
    }

    /** The window does not answer: it gets no beat any more, so that it is dark soon, and may come again. */
    #giveUp(): void {
        const fault = displayNotShown('unanswered');
        if (this.#waiting?.late === true) {
            this.#waiting.settle(fault);
            return;
        }
        const window = this.#lose();
        if (this.#standing.set('fault', fault.message)) this.#needs.log.warn('display fault', { code: fault.code, ...fault.facts });
        window?.letGo('unanswered');
        this.#waiting?.settle(fault);
    }

    #detach(window: DisplayWindow): void {
        if (this.#window !== window || this.#closed) return;
        this.#lose();
        const fault = displayNotShown('no-window');
        if (this.#standing.set('offline', fault.message)) this.#needs.log.warn('no window shows the screen any more');
        this.#waiting?.settle(fault);
    }

    #send(frame: Frame, window: DisplayWindow): Sent {
        const sent = { id: this.#nextId, frame, stands: false };
        this.#nextId += 1;
        this.#sent = sent;
        if (frame.payable) this.#lit = true;
        const { page = { words: '', lang: 'en', touch: [] } } = frame;
        const picture: WindowFrame = {
            id: sent.id,
            kind: frame.kind,
            payable: frame.payable,
            svg: frame.svg!,
            width: this.width,
            height: this.height,
            page,
            ...(frame.payable && page.until !== undefined
                ? { payableForMs: Math.max(0, Math.round(page.until - this.#needs.clock.wallMs())) }
                : {}),
        };
        window.frame(picture);
        return sent;
    }

    /** A code whose time is over is shown to nobody, also where no later frame has come. */
    #isOver(frame: Frame): boolean {
        return frame.payable && frame.page?.until !== undefined && frame.page.until <= this.#needs.clock.wallMs();
    }
}
