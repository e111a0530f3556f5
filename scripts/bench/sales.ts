/**
 * Sales: what a customer waits for. Both figures run the kiosk's own code in this process (startKiosk with virtual devices, the journal on
 * disk, RSA-2048) against the sandbox in another one.
 *
 * Scan to pay: from the virtual scanner's read to the arrival of `pay` at the gateway, on a connection that is warm.
 * Order code: from POST /v1/sales to the frame with the code on the display; the gateway's part is taken off.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type RunningKiosk, startKiosk } from '../../firmware/main.ts';
import type { SaleView } from '../../firmware/ports/desk.ts';
import type { Frame } from '../../firmware/ports/devices.ts';
import { atMost, type Figure, summaryOf } from './figures.ts';
import type { Floors } from './floors.ts';
import type { Gateway } from './gateway.ts';
import { freePort, type Ground, type KioskWish, nowMs, writeKioskConfig } from './ground.ts';

/** Samples before the counting begins: the code is compiled, the disk has found its pace. */
const warmUps = 20;
const amount = { currency: 'EUR', value: '1' };

export async function scanToPay(parts: { ground: Ground; gateway: Gateway; floors: Floors; samples: number }): Promise<Figure[]> {
    const { ground, gateway, floors, samples } = parts;
    const running = await openKiosk(ground, { name: 'scan', modes: ['payment-code'], gatewayUrl: gateway.url });
    const measured: number[] = [];
    const floor: number[] = [];
    try {
        for (let sample = -warmUps; sample < samples; sample += 1) {
            const { code } = await gateway.client.wallet.showCode('alice');
            const opened = await running.kiosk.submit({ kind: 'openSale', amount });
            if (opened?.ok !== true) throw new Error(`no sale was opened: ${JSON.stringify(opened)}`);
            // A customer takes longer than this to find the telephone.
            await pause(5);
            const arrival = gateway.next('pay');
            const ended = endOf(running, opened.saleId);
            const scannedMs = nowMs();
            if (running.devices.virtual.scanner?.scan(code) !== true) throw new Error('the scanner was not armed');
            const { arrivedMs } = await arrival;
            const sale = await ended;
            if (sale.state !== 'delivered') throw new Error(`a sale ended as ${sale.state}`);
            // What the sale left to do (a notification, the display) is no part of the floor.
            await pause(2);
            const floorMs = await floors.signatureBesideSlot();
            if (sample < 0) continue;
            measured.push(arrivedMs - scannedMs);
            floor.push(floorMs);
        }
    } finally {
        await running.stop();
    }
    const [ours, least] = [summaryOf(measured), summaryOf(floor)];
    return [
        {
            name: 'scan to first byte of pay',
            unit: 'ms',
            measured: ours,
            floor: { name: 'one RSA-2048 signature beside one synced slot', measured: least },
            ratio: ours.median / least.median,
            targets: [
                atMost('median: floor + 2 ms', { value: ours.median - least.median, limit: 2 }),
                atMost('p99: floor + 8 ms', { value: ours.p99 - least.p99, limit: 8 }),
            ],
            note: `over the floor by ${(ours.median - least.median).toFixed(2)} ms at the median, ${(ours.p99 - least.p99).toFixed(2)} ms at p99; the byte is timed where it arrives, in the gateway's process`,
        },
    ];
}

export async function orderCode(parts: { ground: Ground; gateway: Gateway; floors: Floors; samples: number }): Promise<Figure[]> {
    const { ground, gateway, floors, samples } = parts;
    const running = await openKiosk(ground, { name: 'order', modes: ['order-code'], gatewayUrl: gateway.url });
    const times = { whole: [] as number[], gateway: [] as number[], ours: [] as number[], floor: [] as number[] };
    const frames = framesOf(running);
    try {
        for (let sample = -warmUps; sample < samples; sample += 1) {
            const exchange = gateway.next('pay');
            const frame = frames.nextPayable();
            const startedMs = nowMs();
            const sale = await post(running.address, '/v1/sales', { amount });
            const shownMs = await frame;
            const { arrivedMs, answeredMs } = await exchange;
            const ended = endOf(running, sale.id);
            await gateway.client.wallet.scan('alice', { code: await codeOf(running, sale.id) });
            await ended;
            await pause(2);
            const floorMs = (await floors.signatureBesideSlot()) + (await floors.slot());
            if (sample < 0) continue;
            times.whole.push(shownMs - startedMs);
            times.gateway.push(answeredMs - arrivedMs);
            times.ours.push(shownMs - startedMs - (answeredMs - arrivedMs));
            times.floor.push(floorMs);
        }
    } finally {
        await running.stop();
    }
    const figure = (name: string, of: readonly number[]): Figure => ({ name, unit: 'ms', measured: summaryOf(of), targets: [] });
    const [ours, least] = [summaryOf(times.ours), summaryOf(times.floor)];
    return [
        figure('order code: POST to frame', times.whole),
        figure('  of it the gateway', times.gateway),
        {
            ...figure('  of it ours', times.ours),
            floor: { name: 'one signature beside one synced slot, and one more slot', measured: least },
            ratio: ours.median / least.median,
        },
    ];
}

async function openKiosk(ground: Ground, wish: Omit<KioskWish, 'port'>): Promise<RunningKiosk> {
    const { file } = writeKioskConfig(ground, { ...wish, port: await freePort(), logLevel: 'error' });
    const running = await startKiosk({ configFile: file, env: {} });
    await running.settled;
    const end = nowMs() + 10_000;
    while (!(await isReady(running.address))) {
        if (nowMs() > end) throw new Error('the kiosk of the benchmark did not become ready');
        await pause(20);
    }
    return running;
}

async function isReady(address: string): Promise<boolean> {
    return (await fetch(`${address}/readyz`)).status === 200;
}

function endOf(running: RunningKiosk, saleId: string): Promise<SaleView> {
    return new Promise((resolve) => {
        const off = running.kiosk.onChange(({ sale }) => {
            if (sale.id !== saleId || !sale.ended) return;
            off();
            resolve(sale);
        });
    });
}

/** Watches what the display has shown. */
function framesOf(running: RunningKiosk): { nextPayable(): Promise<number> } {
    const { display } = running.devices;
    if (display === undefined) throw new Error('the kiosk of the benchmark has no display');
    const show = display.show.bind(display);
    let waiting: ((atMs: number) => void) | undefined;
    display.show = async (frame: Frame) => {
        await show(frame);
        if (!frame.payable) return;
        waiting?.(nowMs());
        waiting = undefined;
    };
    return {
        nextPayable: () =>
            new Promise((resolve) => {
                waiting = resolve;
            }),
    };
}

async function codeOf(running: RunningKiosk, saleId: string): Promise<string> {
    const sale = running.kiosk.till.durable.sales[saleId];
    const code = sale?.payments.find((payment) => payment.code !== undefined)?.code;
    if (code === undefined) throw new Error('no order code was issued');
    return code;
}

async function post(address: string, path: string, body: unknown): Promise<SaleView> {
    const response = await fetch(`${address}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
    });
    if (response.status !== 201) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as SaleView;
}
