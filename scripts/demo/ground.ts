/**
 * Ground: what a demonstration, in a terminal or in a browser, stands on: the build, a folder of its own, free ports, keys, and the configurations of both processes.
 *
 * Owns: the demonstration's folder, for one process at a time. One folder holds one gateway with its ledger, and a folder for each kiosk.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { nodeDisk } from '../../firmware/journal/node-disk.ts';
import { faultOf } from '../../firmware/ports/fault.ts';
import { root, runProgram } from '../house/programs.ts';
import { endLeftovers } from './children.ts';
import { runningAlready, wentOtherwise } from './faults.ts';

export const bundle = join(root, 'dist', 'till.cjs');
export const kioskConfigFile = join(root, 'config', 'demo.yaml');
/** As config/demo.yaml has it. */
export const clientId = 'SANDBOX_5X00000000000000';
export const kioskId = 'demo-01';

/** Where the kiosk listens unless it is told otherwise; the others follow at these distances. */
export const usualPort = 8080;
const distances = { kiosk: 0, sandbox: 10, stage: 20, gateway: 30 } as const;
/** So many ports behind a taken one are tried, before any free one will do. */
const triesMax = 10;

/** Where everything of one demonstration lies. */
export interface Places {
    readonly folder: string;
    /** The kiosk's own folder. */
    readonly kiosk: string;
    readonly journal: string;
    readonly kioskLog: string;
    readonly sandboxLog: string;
    readonly sandboxConfig: string;
    readonly merchantKey: string;
    readonly gatewayPublicKey: string;
}

/** @param kiosk names the kiosk's folder in it, where there are several. */
export function placesIn(folder: string, kiosk = 'kiosk'): Places {
    return {
        folder,
        kiosk: join(folder, kiosk),
        journal: join(folder, kiosk, 'journal'),
        kioskLog: join(folder, `${kiosk}.log`),
        sandboxLog: join(folder, 'sandbox.log'),
        sandboxConfig: join(folder, 'sandbox.yaml'),
        merchantKey: join(folder, 'keys', 'merchant.pem'),
        gatewayPublicKey: join(folder, 'keys', 'gateway.pub.pem'),
    };
}

/** What the running demonstration tells the next one. */
interface Notice {
    readonly pid: number;
    readonly kiosk?: string;
    readonly children?: readonly number[];
}

export interface Taken {
    /** Tells a second demonstration where this one is. */
    tell(notice: Omit<Notice, 'pid'>): void;
    /** Processes of a killed demonstration that were ended. */
    readonly leftovers: number;
    release(): Promise<void>;
}

/** Takes the folder for this process. @throws DEMO_RUNNING */
export async function takeFolder(places: Places): Promise<Taken> {
    mkdirSync(places.folder, { recursive: true });
    const file = join(places.folder, 'running.json');
    const claim = await nodeDisk.claim(places.folder).catch((thrown: unknown) => {
        if (faultOf(thrown)?.code === 'DATA_FOLDER_IN_USE') throw runningAlready(readNotice(file));
        throw thrown;
    });
    const leftovers = await endLeftovers(readNotice(file).children ?? [], bundle);
    const tell = (notice: Omit<Notice, 'pid'>) => writeFileSync(file, `${JSON.stringify({ pid: process.pid, ...notice })}\n`);
    tell({});
    return {
        tell,
        leftovers,
        async release() {
            rmSync(file, { force: true });
            await claim.release();
        },
    };
}

function readNotice(file: string): Partial<Notice> {
    try {
        return JSON.parse(readFileSync(file, 'utf8')) as Notice;
    } catch {
        return {};
    }
}

/** What goes into the build. */
const sources = [
    '{firmware,drivers,config,scripts/sandbox,scripts/sounds}/**/*.*',
    'scripts/{build,sounds}.ts',
    'scripts/house/{page-bundle,compiled-code}.ts',
    'package-lock.json',
];

/** True when nothing that goes into the build is younger than the build. */
export function isBuilt(): boolean {
    const built = statSync(bundle, { throwIfNoEntry: false });
    if (built === undefined || !existsSync(join(root, 'dist', 'config.schema.json'))) return false;
    return globSync(sources, { cwd: root }).every(
        (path) => (statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0) <= built.mtimeMs,
    );
}

export async function build(): Promise<void> {
    const ended = await runProgram({ command: process.execPath, args: [join(root, 'scripts', 'build.ts')], quiet: true });
    if (ended.code !== 0) throw wentOtherwise(`The build failed; npm run build shows it alone:\n${ended.output.trimEnd()}`);
}

type Listener = keyof typeof distances;

/**
 * A port for each listener: its usual one where that is free, else the next free one.
 *
 * @param first the kiosk's; the others have theirs 10 and 20 behind it.
 * @returns the ports by name, and a sentence for each that moved. @throws DEMO_WENT_OTHERWISE where nothing is free
 */
export async function freePorts<Name extends Listener>(
    names: readonly Name[],
    first = usualPort,
): Promise<{ readonly ports: Readonly<Record<Name, number>>; readonly moved: readonly string[] }> {
    const ports: Partial<Record<Name, number>> = {};
    const moved: string[] = [];
    const given = new Set<number | undefined>();
    for (const name of names) {
        const usual = first + distances[name];
        const candidates = [...Array.from({ length: triesMax }, (_, index) => usual + index).filter((port) => port <= 65_535), 0];
        let port: number | undefined;
        for (const candidate of candidates) {
            if (given.has(candidate)) continue;
            port = await tryPort(candidate);
            if (port !== undefined && !given.has(port)) break;
            port = undefined;
        }
        if (port === undefined) throw wentOtherwise('No port of 127.0.0.1 is free to listen on; stop some other program first.');
        if (port !== usual) moved.push(`Port ${usual} is taken by another program, so the ${name} listens on ${port}.`);
        given.add(port);
        ports[name] = port;
    }
    return { ports: ports as Record<Name, number>, moved };
}

/** The port that could be listened on; undefined where it is taken. */
function tryPort(port: number): Promise<number | undefined> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once('error', () => resolve(undefined));
        server.listen({ host: '127.0.0.1', port }, () => {
            const address = server.address();
            server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
        });
    });
}

/** The merchant's key pair, made with `till keys generate` where it is missing. */
export async function makeKeys(places: Places): Promise<'made' | 'kept'> {
    const publicKey = merchantPublicKey(places);
    if (existsSync(places.merchantKey) && existsSync(publicKey)) return 'kept';
    // Half a pair is what a power cut left; it signs nothing that matters.
    for (const file of [places.merchantKey, publicKey]) rmSync(file, { force: true });
    mkdirSync(join(places.folder, 'keys'), { recursive: true });
    const args = [bundle, 'keys', 'generate', '--out', places.merchantKey, '--public-out', publicKey];
    const ended = await runProgram({ command: process.execPath, args, quiet: true });
    if (ended.code !== 0) throw wentOtherwise(`The keys could not be made: ${ended.output.trim()}`);
    return 'made';
}

const merchantPublicKey = (places: Places) => join(places.folder, 'keys', 'merchant.pub.pem');

/**
 * Writes the sandbox's configuration (JSON is YAML too).
 *
 * @param ports.gateway where the gateway listens, if not beside admin and wallet: then it can be made unreachable while those answer.
 */
export function writeSandboxConfig(places: Places, ports: { readonly sandbox: number; readonly gateway?: number }): void {
    const config = {
        listen: `127.0.0.1:${ports.gateway ?? ports.sandbox}`,
        ...(ports.gateway === undefined ? {} : { adminListen: `127.0.0.1:${ports.sandbox}` }),
        clients: [{ clientId, publicKeyFile: merchantPublicKey(places) }],
        gatewayKeyFile: join(places.folder, 'keys', 'gateway.pem'),
        state: join(places.folder, 'sandbox.json'),
    };
    writeFileSync(places.sandboxConfig, `${JSON.stringify(config, null, 4)}\n`);
}

/** What of config/demo.yaml is different here: the folder and the ports. */
export function kioskEnvironment(places: Places, ports: { kiosk: number; sandbox: number }): Record<string, string> {
    return {
        TILL_KIOSK__DATA_DIR: places.kiosk,
        TILL_GATEWAY__URL: `http://127.0.0.1:${ports.sandbox}`,
        TILL_GATEWAY__PRIVATE_KEY_FILE: places.merchantKey,
        TILL_GATEWAY__GATEWAY_PUBLIC_KEY_FILES: JSON.stringify([places.gatewayPublicKey]),
        TILL_GATEWAY__NOTIFY_URL: `http://127.0.0.1:${ports.kiosk}/ams/notify`,
        TILL_API__LISTEN: `127.0.0.1:${ports.kiosk}`,
        TILL_RELAY__PUBLIC_URL: `http://127.0.0.1:${ports.kiosk}`,
    };
}

/** The environment of the children: ours, without anything that would change the kiosk behind our back. */
export function cleanEnvironment(): Record<string, string | undefined> {
    return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TILL_') && name !== 'NODE_OPTIONS'));
}
