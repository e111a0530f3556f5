/**
 * `till demo` (`npm run demo`): shows in a terminal what this is. Builds, makes keys, starts a sandbox gateway and a kiosk as processes of
 * their own, plays one sale in each mode and one that goes wrong, told as the journal tells it, compares the journal with the gateway's
 * ledger, says what to try, and stays up until it is stopped.
 *
 * Rules: Ctrl-C or SIGTERM at any moment ends both processes in order, and this one with exit code 0. Data lies under data/demo and is kept.
 */
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeDisk } from '../firmware/journal/node-disk.ts';
import { readRecords } from '../firmware/journal/reader.ts';
import { money, moodOf, told } from '../firmware/page/telling.ts';
import { faultOf } from '../firmware/ports/fault.ts';
import type { JournalRecord } from '../firmware/ports/journal.ts';
import { tryCall } from './demo/calls.ts';
import { Child } from './demo/children.ts';
import { Stopped, wentOtherwise } from './demo/faults.ts';
import {
    build,
    bundle,
    cleanEnvironment,
    freePorts,
    isBuilt,
    kioskConfigFile,
    kioskEnvironment,
    kioskId,
    makeKeys,
    type Places,
    placesIn,
    takeFolder,
    writeSandboxConfig,
} from './demo/ground.ts';
import { JournalTail } from './demo/journal-tail.ts';
import { refill } from './demo/purse.ts';
import { scenes } from './demo/scenes.ts';
import { openTerminal, type Terminal } from './demo/terminal.ts';
import { hasCurl, lines, prove } from './demo/try-next.ts';
import { root } from './house/programs.ts';
import { SandboxClient } from './sandbox/client.ts';

const usage = `Usage: till demo [--once] [--data FOLDER]

  --once         ends after the demonstration instead of staying up
  --data FOLDER  keeps its data there instead of in data/demo
`;

const startMs = 20_000;

interface Running {
    readonly terminal: Terminal;
    readonly places: Places;
    readonly signal: AbortSignal;
    readonly kiosk: string;
    readonly sandbox: string;
    readonly client: SandboxClient;
}

/** Starts both processes, plays, and goes on until the signal. What was started is ended, whatever happens. */
async function demonstrate(order: { terminal: Terminal; folder: string; once: boolean; stop: AbortController }): Promise<void> {
    const { terminal, stop } = order;
    const { signal } = stop;
    const places = placesIn(order.folder);
    const children: Child[] = [];
    let lost: Error | undefined;
    const taken = await takeFolder(places);
    try {
        terminal.heading('Tillbox: a payment kiosk that may be left alone');
        if (taken.leftovers > 0) terminal.line(`  ${taken.leftovers} processes of a demonstration that was killed are ended.`);
        if (!isBuilt()) await terminal.during('build the product', build);
        await terminal.during('keys for signing', () => makeKeys(places));
        const { ports, moved } = await freePorts(['kiosk', 'sandbox']);
        for (const sentence of moved) terminal.line(`  ${terminal.paint('yellow', sentence)}`);
        const [kiosk, sandbox] = [`http://127.0.0.1:${ports.kiosk}`, `http://127.0.0.1:${ports.sandbox}`];
        writeSandboxConfig(places, ports);
        const spawn = (name: string, args: readonly string[], more: { logFile: string; env?: Record<string, string> }): Child => {
            if (signal.aborted) throw new Stopped();
            const child = new Child({
                name,
                command: process.execPath,
                args: [bundle, ...args],
                env: { ...cleanEnvironment(), ...more.env },
                cwd: root,
                logFile: more.logFile,
                onLost: (fault) => {
                    lost = fault;
                    stop.abort();
                },
            });
            children.push(child);
            taken.tell({ kiosk, children: children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])) });
            return child;
        };
        const gateway = spawn('sandbox gateway', ['sandbox', '--config', places.sandboxConfig], { logFile: places.sandboxLog });
        await terminal.during(`the sandbox gateway, on ${sandbox}`, () =>
            gateway.until(async () => (await tryCall('GET', `${sandbox}/wallet/wallets`))?.status === 200, {
                what: 'the sandbox gateway answered',
                limitMs: startMs,
                signal,
            }),
        );
        const tail = await JournalTail.open({ folder: places.journal, signal, logFile: places.kioskLog, tell: teller(terminal) });
        const till = spawn('kiosk', ['run', '--config', kioskConfigFile], {
            logFile: places.kioskLog,
            env: kioskEnvironment(places, ports),
        });
        await terminal.during(`the kiosk, on ${kiosk}`, () =>
            till.until(async () => (await tryCall('GET', `${kiosk}/readyz`))?.status === 200, {
                what: 'the kiosk was ready to sell',
                limitMs: startMs,
                signal,
            }),
        );
        const running = { terminal, places, signal, kiosk, sandbox, client: new SandboxClient(sandbox) };
        await play(running, tail);
        const tried = await tryLines(running, tail);
        await compareLedger(running);
        showLines(running, tried);
        if (order.once) return;
        terminal.line(
            `\n${terminal.paint('bold', 'Both stay up until you press Ctrl-C.')} Logs and journal lie in ${shown(places.folder)}.`,
        );
        await new Promise<void>((resolve) => {
            if (signal.aborted) resolve();
            signal.addEventListener('abort', () => resolve());
        });
        if (lost === undefined) throw new Stopped();
    } catch (thrown) {
        if (!(thrown instanceof Stopped)) throw thrown;
    } finally {
        if (children.length > 0) {
            // The kiosk first: what is open is settled with a gateway that is still there.
            await terminal.during('stopped in order: kiosk, then gateway', async () => {
                for (const child of children.toReversed()) await child.stop();
            });
        }
        await taken.release();
    }
    if (lost !== undefined) throw lost;
}

async function play(running: Running, tail: JournalTail): Promise<void> {
    const { terminal, client, kiosk, signal } = running;
    await refill(client);
    terminal.line('\n  Each numbered line below is a record of the journal, told when it is safe on disk.');
    await tail.rest();
    const pause = async (ms: number) => {
        if (signal.aborted) throw new Stopped();
        if (!terminal.watched) return;
        await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, ms);
            signal.addEventListener('abort', () => {
                clearTimeout(timer);
                resolve();
            });
        });
    };
    for (const [index, scene] of scenes.entries()) {
        terminal.heading(`${index + 1}/${scenes.length}  ${scene.title}`);
        await scene.play({ terminal, tail, wallet: client.wallet, kiosk, entryCode: `${kiosk}/e/${kioskId}`, pause });
        if (signal.aborted) throw new Stopped();
    }
}

/** Runs every line that will be shown. @returns false where there is no curl to run them with */
async function tryLines({ terminal, kiosk, client, signal, ...at }: Running, tail: JournalTail): Promise<boolean> {
    if (!(await hasCurl())) return false;
    terminal.line();
    await terminal.during('the command lines below, each tried', async () => {
        for (const line of lines({ kiosk, sandbox: at.sandbox })) {
            if (signal.aborted) throw new Stopped();
            await prove(line);
        }
        await tryCall('PUT', `${kiosk}/v1/virtual/dispenser`, { slot: 'A2', fault: 'none' });
        await client.endFault();
    });
    await tail.skip();
    return true;
}

function showLines({ terminal, kiosk, sandbox }: Running, tried: boolean): void {
    terminal.heading(`What to try, in another terminal${tried ? '' : ' (curl is not installed here, so these are untried)'}`);
    terminal.line(`  The kiosk's page: ${kiosk}/`);
    terminal.line(`  Its API: ${kiosk}/openapi.json; the gateway's and the wallet's: ${sandbox}/openapi.json`);
    for (const { what, shell } of lines({ kiosk, sandbox })) {
        terminal.line(`  ${terminal.paint('dim', `# ${what}`)}`);
        terminal.line(`  ${shell}`);
    }
}

/** Rule R10: what the journal keeps is what the gateway's ledger says, to the cent. */
async function compareLedger({ terminal, places, client, signal }: Running): Promise<void> {
    const settled = performance.now() + startMs;
    for (;;) {
        const records: string[] = [];
        for await (const record of readRecords({ disk: nodeDisk, folder: places.journal })) records.push(JSON.stringify(record));
        const comparison = await client.compare(records.join('\n'));
        if (comparison.agrees) {
            terminal.heading("The books: this machine's journal against the gateway's ledger");
            for (const { currency, journal, ledger } of comparison.totals) {
                const [ours, theirs] = [money({ currency, value: journal }), money({ currency, value: ledger })];
                terminal.line(`  the journal keeps ${ours}, the ledger ${theirs}`);
            }
            terminal.line(`  ${terminal.paint('green', `${comparison.payments} payments, given back and kept: they agree to the cent.`)}`);
            return;
        }
        if (signal.aborted) throw new Stopped();
        if (performance.now() > settled) {
            throw wentOtherwise(
                `The journal and the gateway's ledger differ in ${comparison.differences.length} payments. If a part of ${shown(places.folder)} was removed, remove all of it and start again.`,
            );
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

function teller(terminal: Terminal) {
    return (record: JournalRecord) => {
        const mood = moodOf(record);
        const sentence = told(record);
        const painted = mood === 'plain' ? sentence : terminal.paint(mood === 'good' ? 'green' : 'red', sentence);
        const place = `${String(record.seq).padStart(5)}  ${record.time.slice(11, 23)}  ${record.type.padEnd(16)}`;
        terminal.line(`  ${terminal.paint('dim', place)}  ${painted}`);
    };
}

const shown = (path: string) => relative(process.cwd(), path) || path;

async function main(): Promise<number> {
    let values: { once?: boolean; data?: string; help?: boolean };
    try {
        ({ values } = parseArgs({
            options: { once: { type: 'boolean' }, data: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
        }));
    } catch (error) {
        process.stderr.write(`till demo: ${error instanceof Error ? error.message : 'the arguments cannot be read.'}\n${usage}`);
        return 64;
    }
    if (values.help === true) {
        process.stdout.write(usage);
        return 0;
    }
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
    // `till demo | head` has enough at some time.
    process.stdout.on('error', () => stop.abort());
    const terminal = openTerminal(process.stdout, process.env);
    try {
        await demonstrate({ terminal, folder: values.data ?? join(root, 'data', 'demo'), once: values.once === true, stop });
        return 0;
    } catch (thrown) {
        const fault = faultOf(thrown);
        process.stderr.write(fault === undefined ? `${thrown instanceof Error ? thrown.stack : String(thrown)}\n` : `${fault.message}\n`);
        return 1;
    }
}

process.exitCode = await main();
