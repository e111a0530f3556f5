/**
 * Standing: what may stand on a full-screen window at a moment. Pure but for the clock that it is given.
 *
 * Rules: a picture stands only while the kiosk's loop was heard within `windowSilenceMs`, and a payable code only as long as the kiosk allowed,
 * by this window's own clock. Anything else is black, and soon says so.
 */
import { type WindowFrame, windowSilenceMs } from '../../ports/window.ts';

/** A picture as GET /v1/screen/live sends it. */
export type ScreenFrame = Omit<WindowFrame, 'page'> & Partial<Pick<WindowFrame, 'page'>>;

export type View =
    | { readonly kind: 'frame'; readonly frame: ScreenFrame }
    /** `words`: black has lasted, and a sentence says that it is not for ever. */
    | { readonly kind: 'black'; readonly words: boolean }
    /** Another window is the kiosk's screen now. */
    | { readonly kind: 'replaced' };

const wordsAfterMs = 1200;

export class Standing {
    readonly #nowMs: () => number;
    #frame: ScreenFrame | undefined;
    #frameAtMs = 0;
    #heardAtMs = Number.NEGATIVE_INFINITY;
    #blackSinceMs: number;
    #replaced = false;
    /** The longest time that the code which stands here was allowed: what a countdown counts from. */
    #wholeMs = 0;

    /** @param nowMs monotonic milliseconds */
    constructor(nowMs: () => number) {
        this.#nowMs = nowMs;
        this.#blackSinceMs = nowMs();
    }

    /** A new picture; the kiosk that sent it turns. */
    show(frame: ScreenFrame): void {
        this.#frame = frame;
        this.#frameAtMs = this.#nowMs();
        this.#replaced = false;
        this.#wholeMs = frame.payable ? Math.max(this.#wholeMs, frame.payableForMs ?? 0) : 0;
        this.beat();
    }

    beat(): void {
        this.#heardAtMs = this.#nowMs();
    }

    replace(): void {
        this.#replaced = true;
        this.#frame = undefined;
    }

    /** How much of its time a payable code still has, from 1 to 0; undefined where none stands here or its time has no end. */
    leftPart(): number | undefined {
        const frame = this.#frame;
        if (frame?.payable !== true || frame.payableForMs === undefined || this.#wholeMs === 0) return undefined;
        return Math.max(0, frame.payableForMs - (this.#nowMs() - this.#frameAtMs)) / this.#wholeMs;
    }

    view(): View {
        const nowMs = this.#nowMs();
        if (this.#replaced) return { kind: 'replaced' };
        const frame = this.#frame;
        const heard = nowMs - this.#heardAtMs < windowSilenceMs;
        const allowed = frame?.payable !== true || frame.payableForMs === undefined || nowMs - this.#frameAtMs < frame.payableForMs;
        if (frame !== undefined && heard && allowed) {
            this.#blackSinceMs = Number.NaN;
            return { kind: 'frame', frame };
        }
        if (Number.isNaN(this.#blackSinceMs)) this.#blackSinceMs = nowMs;
        return { kind: 'black', words: nowMs - this.#blackSinceMs >= wordsAfterMs };
    }
}
