/**
 * Start to ready: from the spawn of the bundle to the first 200 of /healthz (journal recovered, `started` synced, inbox turning), with an
 * empty journal and with a long one, each beside `node -e 0` on the same Node; and when what follows was there: first frame, API, scanner.
 *
 * The scanner is a serial one on a pseudo-terminal, where socat is installed to make it; else a virtual one, which is not timed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, type Figure, type Missing, pairedRatio, summaryOf } from './figures.ts';
import { answeredMs, bundle, freePort, type Ground, nowMs, type Spawned, spawnNode, writeKioskConfig } from './ground.ts';
import { writeLongJournal } from './long-journal.ts';

const limitMs = 30_000;
export const longRecords = 100_000;
const tailRecords = 500;

interface Start {
    readonly floorMs: number;
    readonly readyMs: number;
    readonly frameMs: number;
    readonly apiMs: number;
    readonly scannerMs?: number;
}

export async function startToReady(ground: Ground, order: { pairs: number }): Promise<{ figures: Figure[]; missing: Missing[] }> {
    const long = join(ground.folder, 'long');
    await writeLongJournal({ folder: join(long, 'journal'), records: longRecords, tail: tailRecords });
    const terminal = await openTerminal(ground);
    const kinds = [
        { kind: 'empty', dataDir: join(ground.folder, 'empty') },
        { kind: 'long', dataDir: long },
    ] as const;
    const starts: Record<'empty' | 'long', Start[]> = { empty: [], long: [] };
    // The first round fills the page cache and the compile cache, as the start after an installation does.
    try {
        for (let round = 0; round <= order.pairs; round += 1) {
            for (const { kind, dataDir } of kinds) {
                if (kind === 'empty') rmSync(dataDir, { recursive: true, force: true });
                const start = await startOnce(ground, { dataDir, scanner: terminal?.path });
                if (round > 0) starts[kind].push(start);
            }
        }
    } finally {
        terminal?.close();
    }
    const { empty, long: longStarts } = starts;
    const ratios = { empty: ratioOf(empty), long: ratioOf(longStarts) };
    const between = summaryOf(longStarts.map(({ readyMs }) => readyMs)).median / summaryOf(empty.map(({ readyMs }) => readyMs)).median;
    const ready = (name: string, of: readonly Start[], ratio: number): Omit<Figure, 'targets'> => ({
        name,
        unit: 'ms',
        measured: summaryOf(of.map(({ readyMs }) => readyMs)),
        floor: { name: 'node -e 0, in pairs', measured: summaryOf(of.map(({ floorMs }) => floorMs)) },
        ratio,
    });
    const later = (name: string, pick: (start: Start) => number): Figure => ({
        name,
        unit: 'ms',
        measured: summaryOf([...empty, ...longStarts].map(pick)),
        targets: [],
    });
    return {
        figures: [
            {
                ...ready('start to ready, empty journal', empty, ratios.empty),
                targets: [atMost('3.5 x the floor', { value: ratios.empty, limit: 3.5 })],
            },
            {
                ...ready(`start to ready, ${longRecords} records`, longStarts, ratios.long),
                targets: [
                    atMost('3.5 x the floor', { value: ratios.long, limit: 3.5 }),
                    atMost('1.2 x the empty one', { value: between, limit: 1.2 }),
                ],
                note: `${between.toFixed(2)} x the start with an empty journal`,
            },
            later('start to first frame', ({ frameMs }) => frameMs),
            ...(terminal === undefined ? [] : [later('start to scanner open', ({ scannerMs = 0 }) => scannerMs)]),
            later('start to API framework', ({ apiMs }) => apiMs),
        ],
        missing: terminal === undefined ? [{ name: 'start to scanner open', why: 'socat is not installed' }] : [],
    };
}

const ratioOf = (starts: readonly Start[]) => pairedRatio(starts.map(({ readyMs, floorMs }) => [readyMs, floorMs] as const));

/** A pseudo-terminal that stands for a scanner; undefined where nothing here can make one. */
async function openTerminal(ground: Ground): Promise<{ path: string; close(): void } | undefined> {
    if (spawnSync('socat', ['-V'], { stdio: 'ignore' }).status !== 0) return undefined;
    const [path, far] = [join(ground.folder, 'scanner'), join(ground.folder, 'scanner-far')];
    const socat = spawn('socat', [`pty,raw,echo=0,link=${path}`, `pty,raw,echo=0,link=${far}`], { stdio: 'ignore' });
    const close = () => {
        process.removeListener('exit', close);
        socat.kill();
    };
    process.on('exit', close);
    await seenMs(path);
    return { path, close };
}

async function startOnce(ground: Ground, of: { dataDir: string; scanner: string | undefined }): Promise<Start> {
    const floor = spawnNode(['-e', '0']);
    await floor.ended;
    const floorMs = nowMs() - floor.startedMs;
    const port = await freePort();
    const picture = join(ground.folder, 'screen.png');
    rmSync(picture, { force: true });
    const { file } = writeKioskConfig(ground, {
        name: 'start',
        modes: ['payment-code', 'order-code'],
        port,
        // Nobody is there: what the gateway says has no part in being ready.
        gatewayUrl: `http://127.0.0.1:${await freePort()}`,
        display: { type: 'png', path: picture },
        dataDir: of.dataDir,
        ...(of.scanner === undefined ? {} : { scanner: { type: 'serial', path: of.scanner, baudRate: 9600 } }),
    });
    const kiosk = spawnNode([bundle, 'run', '--config', file]);
    try {
        const readyMs = (await answeredMs(port, { path: '/healthz', status: 200, limitMs, of: kiosk })) - kiosk.startedMs;
        const [frameMs, scannerMs] = await Promise.all([seenMs(picture), of.scanner === undefined ? undefined : openMs(kiosk, of.scanner)]);
        // The first question to the API loads its framework, so it is asked when the rest is there.
        const apiMs = (await answeredMs(port, { path: '/v1/sales', status: 200, limitMs, of: kiosk })) - kiosk.startedMs;
        const since = kiosk.startedMs;
        return { floorMs, readyMs, frameMs: frameMs - since, apiMs, ...(scannerMs === undefined ? {} : { scannerMs: scannerMs - since }) };
    } finally {
        await kiosk.kill('SIGKILL');
    }
}

/** When the kiosk had the terminal open, as its list of open files tells. */
async function openMs(kiosk: Spawned, path: string): Promise<number> {
    const device = realpathSync(path);
    const folder = `/proc/${kiosk.process.pid}/fd`;
    const end = nowMs() + limitMs;
    for (;;) {
        if (readdirSync(folder).some((name) => linkOf(join(folder, name)) === device)) return nowMs();
        if (nowMs() > end) throw new Error(`The scanner was not open within ${limitMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 1));
    }
}

/** A file may be closed between the list and the look. */
function linkOf(path: string): string | undefined {
    try {
        return readlinkSync(path);
    } catch {
        return undefined;
    }
}

async function seenMs(file: string): Promise<number> {
    const end = nowMs() + limitMs;
    while (!existsSync(file)) {
        if (nowMs() > end) throw new Error(`No frame within ${limitMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return nowMs();
}
