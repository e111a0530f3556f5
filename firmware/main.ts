/**
 * Main: puts a kiosk together: config → drivers → journal → gateway → loop → doors. The only file that knows all rooms; it decides
 * nothing.
 *
 * Order: what selling needs comes first (config, journal, keys, `started`), then what can wait (painter, API, log writer, native packages
 * of devices). While the disk works on the journal, keys are read and the door is opened, which says `starting` until the loop turns.
 * Fails: throws the Fault of whatever could not be opened, and leaves nothing open behind.
 */
import { writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Config, loadConfig } from '../config/load.ts';
import { isLoopback, readUrl } from '../config/values.ts';
import { type OpenedDevices, openDevices } from '../drivers/registry.ts';
import type { SerialPortInfo } from '../drivers/scanner/serial-ports.ts';
import { type Api, startApi } from './api/server.ts';
import { readToken } from './api/token.ts';
import { deviceSecret } from './device-secret.ts';
import { openGateway } from './gateway/client.ts';
import { openHttpNetwork } from './gateway/http-network.ts';
import { gatewayOptions } from './gateway/settings.ts';
import { nodeDisk } from './journal/node-disk.ts';
import { openJournal } from './journal/open.ts';
import type { Mark } from './marks.ts';
import type { Painter } from './paint/painter.ts';
import { policyOf } from './policy.ts';
import type { Clock } from './ports/clock.ts';
import type { Display } from './ports/devices.ts';
import type { Gateway } from './ports/gateway.ts';
import type { OpenedJournal } from './ports/journal.ts';
import type { Log } from './ports/log.ts';
import type { VirtualDevices } from './ports/virtual.ts';
import type { WindowDisplay } from './ports/window.ts';
import { entryAddress } from './relay/address.ts';
import { type StartedRelay, startRelay } from './relay/listener.ts';
import { createRelay, type Relay } from './relay/relay.ts';
import { Kiosk } from './runtime/kiosk.ts';
import { openDesk } from './runtime/kiosk-desk.ts';
import { systemClock, systemIds } from './runtime/system.ts';
import { systemLog } from './runtime/system-log.ts';
import { keysOf } from './sale/keys.ts';
import { foldNumber } from './sale/state.ts';
import { catalogues, textOf } from './screens/messages.ts';
import { version } from './version.ts';
import { virtualMachine } from './virtual-machine.ts';

/** A question that came with the first turn is answered within this. */
const breathMs = 10;
const firstFrameMs = 500;

export interface RunningKiosk {
    /** `http://host:port` of the API. */
    readonly address: string;
    readonly kiosk: Kiosk;
    readonly devices: OpenedDevices;
    /** Resolves with the exit code when the kiosk has stopped: 0 after an orderly stop, 1 after an assertion failed. */
    readonly ended: Promise<number>;
    /** Everything that may wait until the till is up is loaded. */
    readonly settled: Promise<void>;
    stop(): Promise<void>;
}

/** Opened parts, closed in the reverse order, each whatever happens to the others. */
class Opened {
    readonly #closers: (() => Promise<unknown>)[] = [];

    add<Part>(part: Part, close: (part: Part) => Promise<unknown>): Part {
        this.#closers.push(() => close(part));
        return part;
    }

    /** A part that opens beside others. Closed when it is open, also where another one failed meanwhile. */
    begin<Part>(opening: Promise<Part>, close: (part: Part) => Promise<unknown>): Promise<Part> {
        // Whoever awaits it sees the failure; it must not end the process before.
        opening.catch(() => undefined);
        this.#closers.push(async () => close(await opening));
        return opening;
    }

    async close(): Promise<void> {
        for (const close of this.#closers.splice(0).reverse()) await close().catch(() => undefined);
    }
}

/** Starts the kiosk of a config file. Resolves when it is up: journal recovered, `started` synced, inbox turning, door open. */
export async function startKiosk(options: {
    configFile: string;
    env: Readonly<Record<string, string | undefined>>;
}): Promise<RunningKiosk> {
    const config = await loadConfig({ file: options.configFile, env: options.env });
    const log = systemLog({ level: config.log.level, base: { kiosk: config.kiosk.id }, write: (line) => writeSync(1, line) });
    const opened = new Opened();
    try {
        return await assemble({ config, log, opened, openLog: () => log.open() });
    } catch (thrown) {
        log.flush();
        await opened.close();
        throw thrown;
    }
}

async function assemble(parts: { config: Config; log: Log; opened: Opened; openLog: () => Promise<void> }): Promise<RunningKiosk> {
    const { config, log, opened } = parts;
    const page = pageOf(config);
    const real = { disk: nodeDisk, clock: systemClock };
    const { disk, clock, machine } = page === undefined ? { ...real, machine: undefined } : virtualMachine(real);
    const boot = systemIds.nonce().slice(0, 16);
    const { dataDir } = config.kiosk;
    // The journal first: it claims the folder, so that nothing else of a second process touches it.
    const opening = opened.begin(openJournal({ disk, clock, boot, folder: join(dataDir, 'journal'), keysOf, foldNumber, log }), (one) =>
        one.journal.close(),
    );
    const virtual: { -readonly [Kind in keyof VirtualDevices]: VirtualDevices[Kind] } = {};
    const glass: { display?: Display; window?: WindowDisplay } = {};
    let relay: Relay | undefined;
    const door = opened.begin(openApi({ config, clock, log, virtual, glass, page, relay: () => relay }), (one) => one.close());
    const relayDoor = hasListenerOfItsOwn(config)
        ? opened.begin(
              openRelayDoor(config, () => relay),
              (one) => one.close(),
          )
        : undefined;
    const gateway = opened.add(gatewayOf({ config, clock, log }), (one) => one.close());
    const journal = await opening;
    tellRecovery(journal, log);
    const up = Promise.withResolvers<void>();
    const deviceKey = await deviceSecret(dataDir);
    const devices = opened.add(await devicesOf({ config, clock, log, later: () => up.promise }), (one) => one.close());
    // Closed before the devices: a device that still waits to load its package must not hold the end of a failed start up.
    opened.add(up, async (one) => one.resolve());
    Object.assign(virtual, devices.virtual, machine === undefined ? {} : { machine });
    Object.assign(glass, devices.display && { display: devices.display }, devices.window && { window: devices.window });
    const tokenKey = config.entry.tokenKeyFile === undefined ? undefined : Buffer.from(await readToken(config.entry.tokenKeyFile));
    const address =
        config.relay.publicUrl === undefined
            ? undefined
            : entryAddress({ publicUrl: config.relay.publicUrl, kiosk: config.kiosk.id, tokenKey });
    const marks = config.marks.length === 0 ? [] : await (await import('./marks.ts')).readMarks(config.marks);
    const policy = policyOf(config, { display: devices.display, entryUrl: address?.page });

    const ended = Promise.withResolvers<number>();
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined);
    const { alert } = config.operator ?? {};
    const kiosk = new Kiosk({
        clock,
        ids: systemIds,
        log,
        opened: journal,
        gateway,
        devices,
        policy,
        deviceKey,
        boot,
        version,
        ...(alert?.url === undefined && alert?.command === undefined
            ? {}
            : {
                  sendAlert: async (one) => {
                      const { openAlerter } = await import('./fleet/alerter.ts');
                      return openAlerter({ ...alert, log }).send({ ...one, kiosk: config.kiosk.id });
                  },
              }),
        onBug: (thrown) => {
            log.error('an assertion failed; the kiosk stops, and the journal decides at the next start', {
                error: thrown instanceof Error ? (thrown.stack ?? thrown.message).slice(0, 2_000) : 'unexpected',
            });
            failed.reject(thrown);
            ended.resolve(1);
        },
    });
    opened.add(kiosk, (one) => one.abandon());
    let svg: () => string = () => '';
    const desk = openDesk({
        kiosk,
        gateway,
        journal: journal.journal,
        clock,
        log,
        sentenceOf: (reason) => textOf({ key: `reason.${reason}` }, { locale: policy.locale, timeZone: policy.timeZone }),
        svg: () => svg(),
        boot,
        ...(address === undefined ? {} : { entryPage: address.page }),
    });
    const embedded =
        config.relay.mode === 'embedded'
            ? createRelay({
                  desk,
                  kiosk: config.kiosk.id,
                  notifyPath: new URL(config.gateway.notifyUrl).pathname,
                  publicUrl: config.relay.publicUrl ?? new URL(config.gateway.notifyUrl).origin,
                  tokenKey,
                  clock,
                  log,
                  locales: [...new Set([policy.locale, ...Object.keys(catalogues)])],
                  marks,
              })
            : undefined;

    // A door that cannot be opened is told before a run begins in the journal.
    const api = await door;
    await relayDoor;
    await Promise.race([kiosk.start(), failed.promise]);
    relay = embedded;
    api.attach(desk);
    log.info('the till is up', { version, address: api.address, records: journal.recovery.records });

    const settled = (async () => {
        // Whoever waits for the door is answered before loading keeps the thread busy.
        await new Promise<void>((resolve) => clock.after(breathMs, resolve));
        const painter = await loadPainter({ log, marks, allowSmallQr: config.display.allowSmallQr === true });
        if (painter !== undefined) {
            svg = () => painter.svg(kiosk.screen, { width: devices.display?.width ?? 800, height: devices.display?.height ?? 480 });
            kiosk.painter(painter);
            // A customer sees the first screen before the rest takes the thread; a slow panel is not waited for.
            await kiosk.glass?.shown(firstFrameMs);
        }
        up.resolve();
        await parts.openLog();
        await api.prepare();
    })();

    let stopping: Promise<void> | undefined;
    return {
        address: api.address,
        kiosk,
        devices,
        ended: ended.promise,
        settled,
        stop() {
            stopping ??= (async () => {
                log.info('stopping');
                await settled;
                await kiosk.stop();
                await api.close();
                await opened.close();
                ended.resolve(0);
            })();
            return stopping;
        },
    };
}

/** Runs a kiosk until it is told to stop. @returns the process' exit code */
export async function runKiosk(options: { configFile: string; env: Readonly<Record<string, string | undefined>> }): Promise<number> {
    const running = await startKiosk(options);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void running.stop());
    const code = await running.ended;
    // After a failed assertion nothing is closed in order: the next start finds the journal as a power cut would leave it.
    if (code !== 0) process.exit(code);
    return code;
}

/** The serial ports of this machine, for `till scanner list`. */
export async function listSerialPorts(): Promise<readonly SerialPortInfo[]> {
    const { listSerialPorts: list } = await import('../drivers/scanner/serial-ports.ts');
    return list();
}

function gatewayOf({ config, clock, log }: { config: Config; clock: Clock; log: Log }): Gateway {
    const address =
        config.relay.publicUrl === undefined ? undefined : entryAddress({ publicUrl: config.relay.publicUrl, kiosk: config.kiosk.id });
    return openGateway(
        gatewayOptions(config, {
            network: openHttpNetwork(),
            clock,
            payAnswerMs: config.timing.paymentCodeAnswer,
            requestAnswerMs: config.timing.requestAnswer,
            ...(address === undefined ? {} : { redirectUrl: (saleId: string) => address.done(saleId) }),
            log,
        }),
    );
}

function devicesOf(parts: { config: Config; clock: Clock; log: Log; later: () => Promise<void> }): Promise<OpenedDevices> {
    const { config, clock, log, later } = parts;
    return openDevices(config, {
        clock,
        log,
        chance: Math.random,
        later,
        resolvePath: (path) => join(path.startsWith('/') ? '' : config.source.folder, path),
        dataDir: config.kiosk.dataDir,
        catalogSlots: config.catalog.map(({ slot }) => slot),
    });
}

async function openApi(parts: {
    config: Config;
    clock: Clock;
    log: Log;
    virtual: VirtualDevices;
    glass: { display?: Display; window?: WindowDisplay };
    page: ReturnType<typeof pageOf>;
    relay: () => Relay | undefined;
}): Promise<Api> {
    const { config, clock, log, virtual, glass, page } = parts;
    const { listen, hosts, tokenFile } = config.api;
    const sharesDoor = config.relay.mode === 'embedded' && !hasListenerOfItsOwn(config);
    return startApi({
        listen,
        hosts,
        version,
        clock,
        log,
        virtual,
        glass: () => glass,
        encodePng: async (picture) => (await import('../drivers/lib/png.ts')).encodePng(picture),
        pageFolder: pageFolder(),
        ...(page === undefined ? {} : { page }),
        ...(tokenFile === undefined ? {} : { token: await readToken(tokenFile) }),
        ...(sharesDoor ? { extra: (request, response) => parts.relay()?.handle(request, response) ?? false } : {}),
    });
}

/** What the page of a kiosk that may be tried out talks to; undefined where nothing is virtual, or real money can move. */
function pageOf(config: Config): { sandbox?: string; stage?: string } | undefined {
    const { scanner, display, dispenser, panel, gateway, page } = config;
    const somethingVirtual = [scanner, display, dispenser, panel].some(({ type }) => type === 'virtual');
    if (!somethingVirtual || !gateway.clientId.startsWith('SANDBOX_')) return undefined;
    const sandbox = page.sandbox ?? (isLoopback(readUrl(gateway.url)?.hostname ?? '') ? gateway.url : undefined);
    return { ...(sandbox === undefined ? {} : { sandbox }), ...(page.stage === undefined ? {} : { stage: page.stage }) };
}

/** Where `npm run build` puts the page: beside the bundle, also for a kiosk that runs from its source. */
function pageFolder(): string {
    const here = import.meta.dirname;
    return basename(here) === 'firmware' ? join(here, '..', 'dist', 'page') : join(here, 'page');
}

/** A painter that cannot be loaded takes the display with it, not the scanner and not the log. */
async function loadPainter(parts: { log: Log; marks: readonly Mark[]; allowSmallQr: boolean }): Promise<Painter | undefined> {
    const { log, marks, allowSmallQr } = parts;
    try {
        const { createPainter } = await import('./paint/painter.ts');
        return await createPainter({
            marks,
            allowSmallQr,
            onProblem: (problem) => log.warn('a screen could not be drawn whole', { problem: JSON.stringify(problem) }),
        });
    } catch (thrown) {
        log.error('screens cannot be drawn', { error: thrown instanceof Error ? thrown.message : 'unexpected' });
        return undefined;
    }
}

/** Opened ahead of the till, so that an address in use is told before a run begins; until then nobody is there. */
function openRelayDoor(config: Config, relay: () => Relay | undefined): Promise<StartedRelay> {
    return startRelay({
        relay: { handle: (request, response) => relay()?.handle(request, response) ?? false },
        listen: config.relay.listen ?? '',
    });
}

/** The relay shares the API's listener only where the config's checks allow it (design §4). */
function hasListenerOfItsOwn(config: Config): boolean {
    return config.relay.mode === 'embedded' && config.relay.listen !== undefined && config.relay.listen !== config.api.listen;
}

function tellRecovery({ recovery }: OpenedJournal, log: Log): void {
    if (recovery.tornBytes > 0)
        log.warn('an unfinished commit was set aside: the power went while it was written', { bytes: recovery.tornBytes });
    for (const { segment, offset, reason } of recovery.damage)
        log.error('the journal is damaged; see "till journal verify"', { segment, offset, reason });
}
