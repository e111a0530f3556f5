/**
 * Release: gives the memory of drawn pictures back soon, and what was promoted with them when nothing is drawn for a while.
 *
 * A picture of the rasteriser lies outside V8's heap, and V8 does not know how large it is: at 800 × 480 the process grew from 98 to
 * 178 MB in 300 frames before anything was collected. A scavenge after each frame keeps it at 128 MB and costs 0.25 ms.
 * Each of those scavenges also moves what the frame was made of among the old objects, where V8 sees no reason to look: 20 sales left 8 MB
 * there. One full collection takes it back and costs 17 ms, so it waits until the glass has stood still.
 */
import v8 from 'node:v8';
import vm from 'node:vm';

type Collect = (options: { type: 'minor' | 'major' }) => void;

/** Longer than any screen of a sale stands but that which waits for the customer's wallet. */
const quietMs = 15_000;

let collect: Collect | undefined;
let planned = false;
let quiet: NodeJS.Timeout | undefined;

/**
 * Plans one scavenge for when the current work is done; finalisers run only between turns of the event loop. Once no frame has come for a
 * while, all is collected.
 */
export function releaseSoon(): void {
    if (planned) return;
    planned = true;
    setImmediate(() => {
        planned = false;
        collect ??= collector();
        collect({ type: 'minor' });
    });
    clearTimeout(quiet);
    quiet = setTimeout(() => collect?.({ type: 'major' }), quietMs);
    // A process that has nothing else to do ends.
    quiet.unref();
}

function collector(): Collect {
    const exposed = (globalThis as { gc?: Collect }).gc;
    if (exposed !== undefined) return exposed;
    v8.setFlagsFromString('--expose-gc');
    const found = vm.runInNewContext('gc') as Collect | undefined;
    return found ?? (() => {});
}
