/** Memory: what a kiosk from the bundle keeps resident when it has nothing to do, after everything was loaded and the API was used. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { atMost, type Figure, summaryOf } from './figures.ts';
import { answeredMs, bundle, freePort, type Ground, type Spawned, spawnNode, writeKioskConfig } from './ground.ts';

const settleMs = 10_000;
const limitMs = 30_000;

export async function memory(ground: Ground, gatewayUrl: string): Promise<Figure[]> {
    const port = await freePort();
    const { file } = writeKioskConfig(ground, {
        name: 'memory',
        modes: ['payment-code', 'order-code', 'entry-code'],
        port,
        gatewayUrl,
    });
    const empty = spawnNode(['-e', 'setInterval(() => {}, 1000)']);
    const kiosk = spawnNode([bundle, 'run', '--config', file]);
    try {
        await answeredMs(port, { path: '/readyz', status: 200, limitMs, of: kiosk });
        for (const path of ['/v1/sales', '/metrics', '/openapi.json', '/'])
            await answeredMs(port, { path, status: 200, limitMs, of: kiosk });
        await pause(settleMs);
        const resident = residentMb(kiosk);
        return [
            {
                name: 'resident memory, idle',
                unit: 'MB',
                measured: summaryOf([resident]),
                floor: { name: 'an empty Node that waits', measured: summaryOf([residentMb(empty)]) },
                ratio: resident / residentMb(empty),
                targets: [atMost('under 110 MB', { value: resident, limit: 110 })],
                note: `${settleMs / 1000} s after the API's pages were asked for once; virtual display of 800 x 480 pixels`,
            },
        ];
    } finally {
        await kiosk.kill('SIGKILL');
        await empty.kill('SIGKILL');
    }
}

/** VmRSS, in millions of bytes as the kernel's kB would have it. */
function residentMb(of: Spawned): number {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${of.process.pid}/status`, 'utf8'));
    if (match === null) throw new Error('the process is gone');
    return Number(match[1]) / 1024;
}
