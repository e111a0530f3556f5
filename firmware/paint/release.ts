/**
 * Release: gives the memory of drawn pictures back soon.
 *
 * A picture of the rasteriser lies outside V8's heap, and V8 does not know how large it is: at 800 × 480 the process grew from 98 to
 * 178 MB in 300 frames before anything was collected. A scavenge after each frame keeps it at 128 MB and costs 0.25 ms.
 */
import v8 from 'node:v8';
import vm from 'node:vm';

type Collect = (options: { type: 'minor' }) => void;

let collect: Collect | undefined;
let planned = false;

/** Plans one scavenge for when the current work is done; finalisers run only between turns of the event loop. */
export function releaseSoon(): void {
    if (planned) return;
    planned = true;
    setImmediate(() => {
        planned = false;
        collect ??= collector();
        collect({ type: 'minor' });
    });
}

function collector(): Collect {
    const exposed = (globalThis as { gc?: Collect }).gc;
    if (exposed !== undefined) return exposed;
    v8.setFlagsFromString('--expose-gc');
    const found = vm.runInNewContext('gc') as Collect | undefined;
    return found ?? (() => {});
}
