/**
 * Window: the side of a browser display that looks towards the browser. The API carries it over HTTP; the driver judges it.
 *
 * Rules: one window is the panel, the newest. A window is dark by itself `windowSilenceMs` after the last beat that it heard, and beats come
 * only while the till's loop turns; so a window that was let go shows nothing payable after that time.
 */
import type { Display, FramePage } from './devices.ts';

/** A window that hears nothing for so long blanks what can be paid. The page keeps to it (firmware/page/screen). */
export const windowSilenceMs = 3_000;

/** A picture on its way to a window. `id` is made for this window: no other window's word can be taken for it, of this run or another. */
export interface WindowFrame {
    readonly id: number;
    readonly kind: string;
    readonly payable: boolean;
    readonly svg: string;
    readonly width: number;
    readonly height: number;
    readonly page: FramePage;
    /** How long a payable code may stand, from the moment it is received: the window's clock is not asked. */
    readonly payableForMs?: number;
}

/** What the driver asks of an attached window. Neither throws; both may be called on one that has gone. */
export interface DisplayWindow {
    frame(frame: WindowFrame): void;
    /** `replaced`: a newer window is the panel. `unanswered`: it did not say that a picture stands; it may come again. */
    letGo(reason: 'replaced' | 'unanswered' | 'closed'): void;
}

/** A display whose glass is a window of a browser. */
export interface WindowDisplay extends Display {
    /** This window is the panel from now on, and gets the picture that should stand at once. Call the result when it has gone. */
    attach(window: DisplayWindow): () => void;
    /** The window says that this frame stands. False when it was not waited for. */
    shown(id: number): boolean;
    /** A finger on a touch area of the picture that stands. False for any other key. */
    touched(key: string): boolean;
}
