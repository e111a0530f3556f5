/** Acts: turning the switches and pulling the plug. What came of it is seen in the streams; only a refusal is told here. */
import { type Signal, signal } from '@preact/signals';
import { askKiosk, askSandbox, askStage, faults, kiosk, powered, stage } from '../store.ts';
import { healing, type Order, type Seen } from './switches.ts';

/** What went wrong with the last act, in a sentence. */
export const refusal: Signal<string | undefined> = signal(undefined);

/** How everything stands now; reads signals. */
export function seenNow(): Seen {
    return {
        faults: faults.value,
        slots: kiosk.slots.value ?? {},
        scannerPlugged: kiosk.scanner.value?.plugged,
        diskFull: kiosk.machine.value?.diskFull,
        clockOffsetMs: kiosk.machine.value?.clockOffsetMs,
    };
}

/** Gives the orders one after the other; the first refusal ends it. */
export async function give(orders: readonly Order[]): Promise<boolean> {
    refusal.value = undefined;
    for (const { to, method, path, body, instead } of orders) {
        const ask = (what: unknown) =>
            to === 'kiosk' ? askKiosk(method as 'POST' | 'PUT', path, what) : askSandbox(method as 'POST' | 'DELETE', path, what);
        const first = await ask(body);
        const answer = !first.ok && first.code === instead?.code ? await ask(instead.body) : first;
        // A fault that is used up cannot be ended any more: that is what was wanted.
        if (answer.ok || (method === 'DELETE' && answer.status === 404)) continue;
        refusal.value = answer.detail;
        return false;
    }
    return true;
}

const hearMs = 1500;
const hearEveryMs = 20;

/** Waits until what was done is heard of, but not for ever. */
export async function until(heard: () => boolean): Promise<void> {
    const startedMs = performance.now();
    while (!heard() && performance.now() - startedMs < hearMs) await new Promise((resolve) => setTimeout(resolve, hearEveryMs));
}

/** Pulls the kiosk's plug (its process is killed at once), or puts it in again. */
export async function plug(plugged: boolean): Promise<void> {
    refusal.value = undefined;
    const answer = await askStage('POST', '/stage/plug', { plugged });
    if (!answer.ok) refusal.value = answer.detail;
}

const powerWaitMs = 20_000;

/** Ends every trouble: puts the plug in first, since a kiosk without power cannot be told anything. */
export async function mendAll(): Promise<void> {
    if (!powered.value && stage.value?.kiosk.state === 'off') {
        await plug(true);
        await untilPowered();
    }
    await give(healing(seenNow()));
}

function untilPowered(): Promise<void> {
    return new Promise((resolve) => {
        const end = setTimeout(finish, powerWaitMs);
        const stop = powered.subscribe((on) => {
            if (on && kiosk.slots.value !== undefined) queueMicrotask(finish);
        });
        function finish(): void {
            clearTimeout(end);
            stop();
            resolve();
        }
    });
}
