/**
 * Sandbox: a faithful gateway (protocol §13.2) with its ledger, faults and virtual clock, and a test wallet, on node:http.
 *
 * Owns: its listeners, its state file, its timers; `close` ends them all.
 * Fails: SANDBOX_CONFIG_INVALID, SANDBOX_LISTEN_FAILED, SANDBOX_STATE_DAMAGED, SANDBOX_STATE_UNWRITABLE, SANDBOX_STATE_IN_USE.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import type { Clock } from '../../firmware/ports/clock.ts';
import { Fault } from '../../firmware/ports/fault.ts';
import { adminRoutes, setClock } from './admin.ts';
import { AmsDoor, type RequestRecord } from './ams-door.ts';
import { Bank } from './bank.ts';
import { Book } from './book.ts';
import { chanceOf } from './chance.ts';
import { systemClock, VirtualClock } from './clock.ts';
import { CodeDesk, type ShownCode } from './codes.ts';
import { type Comparison, compareWithJournal, type ExportedRecord } from './compare.ts';
import { checkConfig, hostOf, portOf, type SandboxConfig } from './config.ts';
import { FaultBoard, type FaultOrder, faultOrder, type StandingFault } from './faults.ts';
import { FrameViews } from './frame-views.ts';
import { openGatewayKey, readClients } from './keys.ts';
import { type Ledger, ledgerOf } from './ledger.ts';
import { LiveFeed } from './live.ts';
import { LocalApi } from './local-api.ts';
import { Notifier } from './notifier.ts';
import { decideRegistration } from './registration.ts';
import type { NoticeRow, RegistrationRow } from './rows.ts';
import { applySwitches, type SwitchChange, type Switches, switchChange, switchesOf } from './switches.ts';
import { type OpenOrder, type OpenOutcome, openEntry, submitPage, type WalletView, walletRoutes, walletView } from './wallet.ts';
import { type ScanAction, type WalletOutcome, Wallets } from './wallets.ts';
import { WebView } from './web-view.ts';

export interface SandboxNeeds {
    /** The system's clock unless a test brings its own. */
    readonly clock?: Clock;
    /** Told every request of a merchant; nothing in it is secret. */
    readonly onRequest?: (record: RequestRecord) => void;
}

export interface SandboxWallets {
    view(name: string): WalletView;
    /** A fresh payment code of this wallet. */
    showCode(name: string): ShownCode;
    scan(name: string, order: { code: string; act?: ScanAction; resultCode?: string }): WalletOutcome;
    /** Confirms or rejects by id: a password that was asked for, or an order code scanned before. */
    answer(name: string, order: { paymentRequestId: string; act?: 'confirm' | 'reject' | 'payLate'; resultCode?: string }): WalletOutcome;
    openEntry(name: string, order: OpenOrder): Promise<OpenOutcome>;
    submitPage(name: string, order: { tab: string; fields: Readonly<Record<string, string>>; act?: ScanAction }): Promise<OpenOutcome>;
    change(name: string, change: { balance?: string; password?: boolean; refuse?: string | null; limit?: string | null }): WalletView;
}

export interface Sandbox {
    /** Where the gateway listens, such as `http://127.0.0.1:8090`. */
    readonly url: string;
    /** Where admin and wallet listen; the same unless adminListen is set. */
    readonly adminUrl: string;
    readonly publicKeyPem: string;
    readonly wallets: SandboxWallets;
    fault(order: FaultOrder): Promise<StandingFault>;
    clearFaults(): Promise<void>;
    faults(): StandingFault[];
    setSwitches(change: SwitchChange): Switches;
    setClock(change: { advanceMs?: number; offsetMs?: number }): { now: string; nowMs: number; offsetMs: number };
    ledger(only?: { paymentRequestId?: string; clientId?: string }): Ledger;
    compareWithJournal(records: Iterable<ExportedRecord>): Comparison;
    requests(): readonly RequestRecord[];
    notifications(): NoticeRow[];
    close(): Promise<void>;
}

const pageTimeoutMs = 15_000;

/** Starts a sandbox and listens. Paths in `config` are taken as they are; `readConfigFile` resolves those of a file. */
export async function startSandbox(config: SandboxConfig, needs: SandboxNeeds = {}): Promise<Sandbox> {
    const checked = checkConfig(config);
    const clients = readClients(checked);
    const key = await openGatewayKey(checked);
    const chance = chanceOf(checked.seed);
    const book = await Book.open({ chance, ...(checked.state === undefined ? {} : { file: checked.state }) });
    const clock = new VirtualClock(needs.clock ?? systemClock, book.offsetMs);
    const bank = new Bank({ book, clock, switches: switchesOf(checked.switches), chance, rates: checked.rates });
    const codes = new CodeDesk(chance);
    const faults = new FaultBoard({ clock, chance });
    const door = new AmsDoor({ bank, codes, faults, clients, key, log: (record) => needs.onRequest?.(record) });
    const wallets = new Wallets({ bank, codes });
    const wait = (ms: number) => new Promise<void>((done) => void clock.at(clock.nowMs() + ms, done));
    const frames = new FrameViews({ paymentOf: (orderCode) => book.paymentByOrderCode(orderCode)?.paymentRequestId });
    const live = new LiveFeed({ desk: { bank, wallets }, faults });
    const desk = { bank, wallets, webView: new WebView({ chance, wait, timeoutMs: pageTimeoutMs }), frames, live };
    const notifier = new Notifier({ bank, faults, key, clients });
    wallets.seed(checked.wallets);
    decideInTime(bank);
    const listeners = new Listeners({ listen: checked.listen, adminListen: checked.adminListen });
    const api = new LocalApi([
        ...adminRoutes({
            bank,
            faults,
            requests: () => door.records(),
            publicPem: key.publicPem,
            obeyFaults: () => obeyFaults(),
            separateListener: checked.adminListen !== undefined,
            clientIds: [...clients.keys()],
        }),
        ...walletRoutes(desk),
    ]);
    let forgetEnd: (() => void) | undefined;
    /** Opens or closes the gateway's listener as the faults ask, now and when the first of them ends by itself. */
    async function obeyFaults(): Promise<void> {
        forgetEnd?.();
        await listeners.refuse(faults.refuses());
        const ends = faults.list().flatMap((fault) => (fault.until === undefined ? [] : [fault.until]));
        if (ends.length > 0) obeyAt(Math.min(...ends));
    }
    function obeyAt(atMs: number): void {
        forgetEnd = clock.at(atMs, () => {
            // Somebody else may hold the port for a moment: an outgoing connection, or another program.
            obeyFaults().catch(() => obeyAt(clock.nowMs() + 200));
        });
    }
    try {
        await listeners.open({
            ams: (request, response) => door.handle(request, response),
            local: (request, response) => api.handle(request, response),
        });
    } catch (error) {
        clock.close();
        await book.close();
        throw error;
    }
    notifier.resume();
    return {
        url: listeners.url,
        adminUrl: listeners.adminUrl,
        publicKeyPem: key.publicPem,
        wallets: {
            view: (name) => walletView(desk, name),
            showCode: (name) => wallets.showCode(name),
            scan: (name, order) => wallets.scan(name, { ...order, act: order.act ?? 'confirm' }),
            answer: (name, order) => wallets.answer(name, { ...order, act: order.act ?? 'confirm' }),
            openEntry: (name, order) => openEntry(desk, { ...order, wallet: name }),
            submitPage: (name, order) => submitPage(desk, { ...order, wallet: name, act: order.act ?? 'confirm' }),
            change: (name, change) => walletView(desk, wallets.change(name, change).name),
        },
        async fault(order) {
            const fault = faults.add(v.parse(faultOrder, order));
            await obeyFaults();
            return fault;
        },
        async clearFaults() {
            faults.clear();
            await obeyFaults();
        },
        faults: () => faults.list(),
        setSwitches(change) {
            applySwitches(bank.switches, v.parse(switchChange, change));
            return bank.switches;
        },
        setClock: (change) => setClock(bank, change),
        ledger: (only = {}) => ledgerOf(book, { ...only, nowMs: clock.nowMs() }),
        compareWithJournal: (records) => compareWithJournal(records, ledgerOf(book, { nowMs: clock.nowMs() })),
        requests: () => door.records(),
        notifications: () => book.notices(),
        async close() {
            clock.close();
            await listeners.close();
            await frames.close();
            await notifier.close();
            await book.close();
        },
    };
}

/** Lets the time decide registrations that nobody decides: all wallets approve (protocol §11 leaves the wallets' time open). */
function decideInTime(bank: Bank): void {
    const plan = (row: RegistrationRow) => {
        const waitMs = bank.switches.registrationApprovalMs;
        if (row.status !== 'PENDING' || waitMs === null) return;
        bank.clock.at(row.at + waitMs, () => {
            const now = bank.book.registration(row.key);
            if (now?.status !== 'PENDING') return;
            const brands = [...new Set(bank.book.wallets().map((wallet) => wallet.pspName))];
            decideRegistration(bank, now, {
                status: 'COMPLETED',
                psps: brands.map((pspName) => ({ pspName, status: 'APPROVED', rejectReasons: [] })),
            });
        });
    };
    for (const row of bank.book.registrations()) plan(row);
    bank.onCommit((change) => {
        for (const row of change.registrations ?? []) plan(row);
    });
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The gateway's listener, and admin's own where one is configured. */
class Listeners {
    readonly #listen: string;
    readonly #adminListen: string | undefined;
    #gateway: Server | undefined;
    #admin: Server | undefined;
    #handlers: { ams: Handler; local: Handler } | undefined;
    #port = 0;
    /** Opening and closing never overlap. */
    #turn: Promise<void> = Promise.resolve();
    url = '';
    adminUrl = '';

    constructor(config: { listen: string; adminListen: string | undefined }) {
        this.#listen = config.listen;
        this.#adminListen = config.adminListen;
        this.#port = portOf(config.listen);
    }

    async open(handlers: { ams: Handler; local: Handler }): Promise<void> {
        this.#handlers = handlers;
        await this.#openGateway();
        if (this.#adminListen === undefined) {
            this.adminUrl = this.url;
            return;
        }
        this.#admin = createServer((request, response) => void handlers.local(request, response));
        try {
            this.adminUrl = await listening(this.#admin, { listen: this.#adminListen, port: portOf(this.#adminListen) });
        } catch (error) {
            await this.close();
            throw error;
        }
    }

    /** Closes or opens the gateway's listener; its port stays the same. */
    refuse(refused: boolean): Promise<void> {
        const turn = this.#turn.then(() => this.#setRefusing(refused));
        this.#turn = turn.catch(() => {});
        return turn;
    }

    async #setRefusing(refused: boolean): Promise<void> {
        if (refused === (this.#gateway === undefined)) return;
        if (refused) {
            const gateway = this.#gateway;
            this.#gateway = undefined;
            await closed(gateway);
        } else {
            await this.#openGateway();
        }
    }

    async close(): Promise<void> {
        await this.#turn;
        await Promise.all([closed(this.#gateway), closed(this.#admin)]);
    }

    async #openGateway(): Promise<void> {
        const handlers = this.#handlers;
        if (handlers === undefined) throw new Error('the listeners were not opened');
        const alone = this.#adminListen !== undefined;
        const server = createServer((request, response) => {
            if (alone || /^\/ams(\/|$)/.test(request.url ?? '')) {
                handlers.ams(request, response).catch(() => request.socket.destroy());
            } else {
                void handlers.local(request, response);
            }
        });
        server.keepAliveTimeout = 75_000;
        this.url = await listening(server, { listen: this.#listen, port: this.#port });
        this.#port = (server.address() as AddressInfo).port;
        this.#gateway = server;
    }
}

async function listening(server: Server, where: { listen: string; port: number }): Promise<string> {
    const host = hostOf(where.listen);
    await new Promise<void>((done, fail) => {
        server.once('error', (error: NodeJS.ErrnoException) =>
            fail(
                new Fault({
                    code: 'SANDBOX_LISTEN_FAILED',
                    kind: 'config',
                    message: `The sandbox cannot listen on ${where.listen} (${error.code ?? 'error'}); stop what listens there, or choose another port.`,
                    facts: { errno: error.code ?? 'error' },
                    cause: error,
                }),
            ),
        );
        server.listen({ host, port: where.port }, () => done());
    });
    const { address, family, port } = server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function closed(server: Server | undefined): Promise<void> {
    if (server === undefined) return;
    await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
    });
}
