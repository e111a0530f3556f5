/**
 * A window of a browser as the driver sees it. Fault model: it may stop answering, answer late, and go away; it never says that a frame
 * stands which it was not given.
 */
import type { DisplayWindow, WindowDisplay, WindowFrame } from '../../../firmware/ports/window.ts';

export class FakeWindow implements DisplayWindow {
    readonly #display: WindowDisplay;
    readonly frames: WindowFrame[] = [];
    readonly letGos: string[] = [];
    /** It says by itself that what it was given stands. */
    answers = true;
    /** What it has painted. */
    standing: WindowFrame | undefined;
    leave: () => void = () => undefined;

    constructor(display: WindowDisplay) {
        this.#display = display;
    }

    open(): this {
        this.leave = this.#display.attach(this);
        return this;
    }

    frame(frame: WindowFrame): void {
        this.frames.push(frame);
        if (this.answers) setImmediate(() => this.answer(frame));
    }

    answer(frame: WindowFrame): boolean {
        this.standing = frame;
        return this.#display.shown(frame.id);
    }

    letGo(reason: 'replaced' | 'unanswered' | 'closed'): void {
        this.letGos.push(reason);
    }
}
