/** Memory: what a kiosk from the bundle keeps resident when it has nothing to do, after everything was loaded, used and sold with. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { SaleView } from '../../firmware/ports/desk.ts';
import { atMost, type Figure, summaryOf } from './figures.ts';
import type { Gateway } from './gateway.ts';
import { answeredMs, bundle, freePort, type Ground, nowMs, type Spawned, spawnNode, writeKioskConfig } from './ground.ts';

const settleMs = 30_000;
const limitMs = 30_000;
const salesBefore = 20;

export async function memory(ground: Ground, gateway: Gateway): Promise<Figure[]> {
    const port = await freePort();
    const { file } = writeKioskConfig(ground, {
        name: 'memory',
        modes: ['payment-code', 'order-code', 'entry-code'],
        port,
        gatewayUrl: gateway.url,
    });
    const empty = spawnNode(['-e', 'setInterval(() => {}, 1000)']);
    const kiosk = spawnNode([bundle, 'run', '--config', file]);
    try {
        await answeredMs(port, { path: '/readyz', status: 200, limitMs, of: kiosk });
        for (const path of ['/v1/sales', '/metrics', '/openapi.json', '/'])
            await answeredMs(port, { path, status: 200, limitMs, of: kiosk });
        await pause(settleMs);
        const floor = { name: 'an empty Node that waits', measured: summaryOf([residentMb(empty)]) };
        const figure = (name: string): Figure => {
            const { resident, ownMb } = memoryOf(kiosk);
            return {
                name,
                unit: 'MB',
                measured: summaryOf([resident]),
                floor,
                ratio: resident / floor.measured.median,
                targets: [atMost('under 110 MB', { value: resident, limit: 110 })],
                note: `${ownMb.toFixed(0)} MB of it are its own, the rest pages of files that can be read again`,
            };
        };
        const fresh = figure('resident memory, idle');
        for (let sale = 0; sale < salesBefore; sale += 1) await sell(`http://127.0.0.1:${port}/v1/sales`, gateway);
        await pause(settleMs);
        return [fresh, figure(`  after ${salesBefore} sales`)];
    } finally {
        await kiosk.kill('SIGKILL');
        await empty.kill('SIGKILL');
    }
}

/** One sale by order code, to its end. */
async function sell(url: string, gateway: Gateway): Promise<void> {
    const end = nowMs() + limitMs;
    let sale = await saleOf(
        fetch(url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ amount: { currency: 'EUR', value: '1' } }),
        }),
    );
    let scanned = false;
    while (!sale.ended) {
        const code = sale.payments[0]?.code;
        if (code !== undefined && !scanned) {
            scanned = true;
            await gateway.client.wallet.scan('alice', { code });
        }
        if (nowMs() > end) throw new Error(`a sale of the benchmark stands still: ${JSON.stringify(sale)}`);
        await pause(5);
        sale = await saleOf(fetch(`${url}/${sale.id}`));
    }
}

async function saleOf(asked: Promise<Response>): Promise<SaleView> {
    const response = await asked;
    if (!response.ok) throw new Error(`the kiosk answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as SaleView;
}

/** As the kernel counts it, in units of 1024 kB: all that is resident, and what no other process and no file holds. */
function memoryOf(of: Spawned): { resident: number; ownMb: number } {
    const text = readFileSync(`/proc/${of.process.pid}/smaps_rollup`, 'utf8');
    const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) / 1024;
    return { resident: megabytes('Rss'), ownMb: megabytes('Anonymous') };
}

const residentMb = (of: Spawned) => memoryOf(of).resident;
