/** What the displays of this folder throw; each code is listed in docs/errors.md. */
import type { Display, Frame } from '../../firmware/ports/devices.ts';
import { Fault } from '../../firmware/ports/fault.ts';

/** @param path of the file that the frame should have gone to. */
export function displayNotWritten(path: string, cause: unknown): Fault {
    const errno = (cause as { code?: unknown } | undefined)?.code;
    return new Fault({
        code: 'DISPLAY_NOT_WRITTEN',
        kind: 'device',
        message: `The screen could not be written to ${path}: see that its folder exists, may be written and has space left.`,
        facts: { path, errno: typeof errno === 'string' ? errno : 'none' },
        cause,
    });
}

export function displayClosed(): Fault {
    return new Fault({ code: 'DISPLAY_CLOSED', kind: 'device', message: 'The display is closed: nothing can be shown on it any more.' });
}

export function displayBroken(): Fault {
    return new Fault({
        code: 'DISPLAY_BROKEN',
        kind: 'device',
        message: 'The virtual display was told to be broken: take the fault back to go on.',
    });
}

/** Throws DISPLAY_FRAME_UNFIT when the frame lacks the form that the display takes, or has another size. */
export function requireFit(display: Pick<Display, 'form' | 'width' | 'height'>, frame: Frame): void {
    const { form, width, height } = display;
    const pixels = frame.pixels;
    const fits = {
        pixels: pixels !== undefined && pixels.width === width && pixels.height === height && pixels.rgba.length === width * height * 4,
        svg: frame.svg !== undefined,
        text: frame.lines !== undefined,
    }[form];
    if (fits) return;
    throw new Fault({
        code: 'DISPLAY_FRAME_UNFIT',
        kind: 'device',
        message: `The frame does not fit the display, which takes ${form} of ${width} × ${height}: this is a mistake in the program, report it.`,
        facts: { frame: frame.id, form, width, height },
    });
}

/** @param why `no-window`, or `unanswered`: the window did not say in time that the picture stands. */
export function displayNotShown(why: 'no-window' | 'unanswered'): Fault {
    return new Fault({
        code: 'DISPLAY_NOT_SHOWN',
        kind: 'device',
        message:
            why === 'no-window'
                ? 'No window shows the screen: open /screen of this kiosk in the browser of its panel.'
                : 'The window with the screen did not answer in time: see that the browser of the panel runs; it is asked again as soon as it comes back.',
        facts: { why },
    });
}
