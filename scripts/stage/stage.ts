/**
 * Stage: what `npm start` puts on: a sandbox gateway, a kiosk that can be unplugged and turned into another one, and a small server through
 * which the kiosk's page does that. Everything on this machine alone, with play money.
 *
 * Owns: the folder of its data: keys and the gateway's ledger for all, a folder and a log a profile.
 * Fails: DEMO_RUNNING where another one has the folder; DEMO_PROCESS_ENDED, DEMO_TOO_LATE, DEMO_WENT_OTHERWISE. What was started is ended.
 */
import { existsSync } from 'node:fs';
import { nodeDisk } from '../../firmware/journal/node-disk.ts';
import { lastRecords, readRecords } from '../../firmware/journal/reader.ts';
import type { JournalRecord } from '../../firmware/ports/journal.ts';
import { tryCall } from '../demo/calls.ts';
import { Child } from '../demo/children.ts';
import { Stopped } from '../demo/faults.ts';
import {
    build,
    bundle,
    cleanEnvironment,
    freePorts,
    isBuilt,
    makeKeys,
    type Places,
    placesIn,
    type Taken,
    takeFolder,
    writeSandboxConfig,
} from '../demo/ground.ts';
import { refill } from '../demo/purse.ts';
import { root } from '../house/programs.ts';
import { SandboxClient } from '../sandbox/client.ts';
import type { Comparison } from '../sandbox/compare.ts';
import { KioskProcess } from './kiosk-process.ts';
import { configFileOf, type Profile, profiles, stageEnvironment } from './profiles.ts';
import { StageServer } from './server.ts';
import { langs, type StageView } from './view.ts';

export interface StageOrder {
    readonly folder: string;
    readonly profile: Profile;
    readonly lang: string;
    /** The kiosk's port, where it is free. */
    readonly port: number;
    readonly signal: AbortSignal;
    /** Told what is under way; runs it. */
    readonly during: <Result>(what: string, run: () => Promise<Result>) => Promise<Result>;
    /** One sentence that a person should read. */
    readonly say: (sentence: string) => void;
    /** The gateway has ended by itself: nothing goes on from here. */
    readonly onBroken: (fault: Error) => void;
    /** Laid over what the profile gets from the stage, such as shorter waits. */
    readonly environment?: Readonly<Record<string, string>>;
}

interface Ports {
    readonly kiosk: number;
    /** Its wallets and its administration. */
    readonly sandbox: number;
    readonly stage: number;
    /** The sandbox's gateway. */
    readonly gateway: number;
}

const startLimitMs = 30_000;
/** A gateway that was made unreachable on purpose is no reason to wait longer for a page that can be used. */
const readyLimitMs = 10_000;
const journalLimitMax = 1_000;

export class Stage {
    readonly #folder: string;
    readonly #taken: Taken;
    readonly #ports: Ports;
    readonly #listeners = new Set<(view: StageView) => void>();
    readonly #kiosk: KioskProcess;
    #gateway: Child | undefined;
    #server: StageServer | undefined;
    #profile: Profile;
    #lang: string;
    readonly #environment: Readonly<Record<string, string>>;

    private constructor(order: StageOrder, parts: { taken: Taken; ports: Ports }) {
        this.#folder = order.folder;
        this.#profile = order.profile;
        this.#lang = order.lang;
        this.#environment = order.environment ?? {};
        this.#taken = parts.taken;
        this.#ports = parts.ports;
        this.#kiosk = new KioskProcess({ url: `http://127.0.0.1:${parts.ports.kiosk}`, changed: () => this.#tell() });
    }

    /** Puts everything on. Resolves when the page can be used. */
    static async open(order: StageOrder): Promise<Stage> {
        const places = placesIn(order.folder, order.profile.name);
        const taken = await takeFolder(places);
        let stage: Stage | undefined;
        try {
            if (taken.leftovers > 0) order.say(`${taken.leftovers} processes of an earlier start that was killed are ended.`);
            if (!isBuilt()) await order.during('building the product and its page', build);
            if (!existsSync(places.merchantKey)) await order.during('making keys for signing', () => makeKeys(places));
            const { ports, moved } = await freePorts(['kiosk', 'sandbox', 'stage', 'gateway'], order.port);
            for (const sentence of moved) order.say(sentence);
            stage = new Stage(order, { taken, ports });
            await order.during('starting the gateway and the kiosk', () => stage!.#start(order, places));
            return stage;
        } catch (thrown) {
            await (stage?.close() ?? taken.release());
            throw thrown;
        }
    }

    /** The page's address. */
    get address(): string {
        return `${this.#kiosk.view.url}/`;
    }

    /** The kiosk's process, while there is one. */
    get kioskPid(): number | undefined {
        return this.#kiosk.pid;
    }

    /** `http://host:port` of the server by which the page reaches the plug. */
    get serverAddress(): string {
        return `http://127.0.0.1:${this.#ports.stage}`;
    }

    get sandboxAddress(): string {
        return `http://127.0.0.1:${this.#ports.sandbox}`;
    }

    get view(): StageView {
        return {
            kiosk: this.#kiosk.view,
            profile: this.#profile.name,
            profiles: profiles.map(({ name, title, text }) => ({ name, title, text })),
            lang: this.#lang,
            langs,
            journal: this.#places.journal,
        };
    }

    /** Calls `listener` at each change until the returned function is called. */
    onChange(listener: (view: StageView) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** Pulls the plug: SIGKILL. */
    unplug(): Promise<void> {
        return this.#kiosk.cut();
    }

    /** Puts the plug back in, where it is out. */
    async plugIn(): Promise<void> {
        if (this.#kiosk.view.state === 'off') await this.#startKiosk();
    }

    /** Ends the kiosk in order and starts it as another one, or in another language. */
    async become(order: { profile?: Profile; lang?: string }): Promise<void> {
        this.#profile = order.profile ?? this.#profile;
        this.#lang = order.lang ?? this.#lang;
        await this.#startKiosk();
    }

    /** Records from the disk, also while the kiosk is off. @param order.after the last number that is known already. */
    async journal(order: { after: number; limit?: number }): Promise<{ records: readonly JournalRecord[]; head: number }> {
        const { journal: folder } = this.#places;
        const limit = Math.min(order.limit ?? journalLimitMax, journalLimitMax);
        const records: JournalRecord[] = [];
        for await (const record of readRecords({ disk: nodeDisk, folder, fromSeq: order.after + 1 })) {
            records.push(record);
            if (records.length === limit) break;
        }
        const [last] = await lastRecords({ disk: nodeDisk, folder, count: 1 });
        return { records, head: last?.seq ?? 0 };
    }

    /** Every profile's journal against the one ledger (design R10): a payment of another profile's kiosk is no difference. */
    async compare(): Promise<Comparison> {
        const lines: string[] = [];
        for (const { name } of profiles) {
            const { journal: folder } = placesIn(this.#folder, name);
            if (!existsSync(folder)) continue;
            for await (const record of readRecords({ disk: nodeDisk, folder })) {
                // Only these move money.
                if (record.paymentRequestId !== undefined) lines.push(JSON.stringify(record));
            }
        }
        return new SandboxClient(this.sandboxAddress).compare(lines.join('\n'));
    }

    /** Ends everything in order: the kiosk first, so that what is open is settled with a gateway that is still there. */
    async close(): Promise<void> {
        try {
            await this.#kiosk.stop();
        } finally {
            await this.#gateway?.stop();
            await this.#server?.close();
            await this.#taken.release();
        }
    }

    get #places(): Places {
        return placesIn(this.#folder, this.#profile.name);
    }

    async #start(order: StageOrder, places: Places): Promise<void> {
        const { signal } = order;
        if (signal.aborted) throw new Stopped();
        this.#server = await StageServer.open(this, this.#ports.stage);
        writeSandboxConfig(places, this.#ports);
        const gateway = new Child({
            name: 'sandbox gateway',
            command: process.execPath,
            args: [bundle, 'sandbox', '--config', places.sandboxConfig],
            env: cleanEnvironment(),
            cwd: root,
            logFile: places.sandboxLog,
            onLost: order.onBroken,
        });
        this.#gateway = gateway;
        this.#note();
        const stopKiosk = () => void this.#kiosk.stop();
        signal.addEventListener('abort', stopKiosk);
        const waits = { what: 'the sandbox gateway answered', limitMs: startLimitMs, signal };
        const answers = gateway.until(async () => (await tryCall('GET', `${this.sandboxAddress}/wallet/wallets`))?.status === 200, waits);
        try {
            // The kiosk needs the gateway's public key, which the gateway makes at its first start; later both start at once.
            if (!existsSync(places.gatewayPublicKey)) await answers;
            await Promise.all([this.#startKiosk(), answers.then(() => refill(new SandboxClient(this.sandboxAddress)))]);
            await this.#ready(signal);
        } finally {
            signal.removeEventListener('abort', stopKiosk);
        }
        if (signal.aborted) throw new Stopped();
    }

    async #startKiosk(): Promise<void> {
        const places = this.#places;
        await this.#kiosk.start({
            configFile: configFileOf(this.#profile),
            environment: {
                ...stageEnvironment({ profile: this.#profile, places, lang: this.#lang, ports: this.#ports }),
                ...this.#environment,
            },
            logFile: places.kioskLog,
        });
    }

    /** Until it would sell, or for a while. */
    async #ready(signal: AbortSignal): Promise<void> {
        const end = performance.now() + readyLimitMs;
        while (!signal.aborted && performance.now() < end) {
            if ((await tryCall('GET', `${this.#kiosk.view.url}/readyz`))?.status === 200) return;
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }

    #tell(): void {
        this.#note();
        const { view } = this;
        for (const listener of this.#listeners) listener(view);
    }

    /** For the next start, should this process be killed. */
    #note(): void {
        const pids = [this.#gateway?.pid, this.#kiosk.pid];
        try {
            this.#taken.tell({ kiosk: this.address, children: pids.filter((pid) => pid !== undefined) });
        } catch {
            // Its folder is gone or full: the next start will find nothing to end, and nothing else hangs on it.
        }
    }
}
