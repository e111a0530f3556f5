/** Touch: what a finger may press on a frame. */
import type { Frame } from '../../firmware/ports/devices.ts';

/** The key belongs to a touch area of the frame that stands: what is not drawn cannot be pressed. */
export function isTouchable(frame: Pick<Frame, 'page'> | undefined, key: string): boolean {
    return frame?.page?.touch.some((area) => area.key === key) === true;
}
