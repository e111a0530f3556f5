/**
 * `npm start`: puts a kiosk, a gateway and a customer's phone on a stage, and names the one page where a person tries them. Says what is
 * under way, stays up until it is stopped.
 *
 * Rules: Ctrl-C or SIGTERM at any moment ends everything in order, and this with exit code 0. Wrong arguments are one sentence, exit 64.
 */
import { spawn } from 'node:child_process';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { faultOf } from '../firmware/ports/fault.ts';
import { Stopped } from './demo/faults.ts';
import { usualPort } from './demo/ground.ts';
import { openTerminal, type Terminal } from './demo/terminal.ts';
import { root } from './house/programs.ts';
import { type Profile, profileNamed, profiles } from './stage/profiles.ts';
import { Stage } from './stage/stage.ts';
import { langs } from './stage/view.ts';

const usage = `Usage: npm start [-- --profile NAME] [-- --lang TAG] [-- --port NUMBER] [-- --data FOLDER] [-- --open] [-- --once]

  --profile NAME   what the kiosk is: ${profiles.map(({ name }) => name).join(', ')}
  --lang TAG       the language that its screen begins with: ${langs.join(', ')}
  --port NUMBER    the page's port, ${usualPort} unless told; the others are 10, 20 and 30 behind it, or on free ones
  --data FOLDER    keeps its data there instead of in data/stage
  --open           opens the page in this machine's browser
  --once           ends as soon as the page can be used: a check that everything works here

The demonstration in the terminal: npx --no till demo
`;

interface Order {
    readonly profile: Profile;
    readonly lang: string;
    readonly port: number;
    readonly folder: string;
    readonly open: boolean;
    readonly once: boolean;
}

/** The distance from the page's port to the last of the others. */
const portMax = 65_535 - 30;

/** @throws Error with one sentence where an argument is wrong */
function readArguments(): Order | 'help' {
    const { values } = parseArgs({
        options: {
            profile: { type: 'string' },
            lang: { type: 'string' },
            port: { type: 'string' },
            data: { type: 'string' },
            open: { type: 'boolean' },
            once: { type: 'boolean' },
            help: { type: 'boolean', short: 'h' },
        },
    });
    if (values.help === true) return 'help';
    const profile = values.profile === undefined ? profiles[0] : profileNamed(values.profile);
    if (profile === undefined)
        throw new Error(`There is no profile ${values.profile}; use one of ${profiles.map(({ name }) => name).join(', ')}.`);
    const { lang = 'en' } = values;
    if (!langs.includes(lang)) throw new Error(`The kiosk does not speak ${lang}; use one of ${langs.join(', ')}.`);
    const port = Number(values.port ?? usualPort);
    if (!/^\d+$/.test(values.port ?? '1') || port < 1 || port > portMax)
        throw new Error(`--port must be a number from 1 to ${portMax}, not ${values.port}.`);
    const folder = values.data === undefined ? join(root, 'data', 'stage') : resolve(values.data);
    return { profile, lang, port, folder, open: values.open === true, once: values.once === true };
}

/** Puts the stage up and goes on until the signal. */
async function play(order: Order, terminal: Terminal, stop: AbortController): Promise<void> {
    const { signal } = stop;
    let broken: Error | undefined;
    terminal.heading('Tillbox: a payment kiosk that may be left alone');
    const stage = await Stage.open({
        ...order,
        signal,
        during: (what, run) => terminal.during(what, run),
        say: (sentence) => terminal.line(`  ${terminal.paint('yellow', sentence)}`),
        onBroken: (fault) => {
            broken = fault;
            stop.abort();
        },
    });
    try {
        showAddress(stage, order, terminal);
        if (order.open) openBrowser(stage.address, terminal);
        if (order.once) return;
        const { signal: quiet } = stop;
        stage.onChange(({ kiosk }) => {
            if (kiosk.why !== 'ended' || quiet.aborted) return;
            terminal.line(`  ${terminal.paint('red', 'The kiosk ended by itself; its last words:')}`);
            for (const line of kiosk.log ?? []) terminal.line(`  ${line}`);
            terminal.line('  The plug on the page starts it again.');
        });
        await new Promise<void>((done) => {
            if (signal.aborted) done();
            signal.addEventListener('abort', () => done());
        });
    } finally {
        await terminal.during('stopping in order: kiosk, then gateway', () => stage.close());
    }
    if (broken !== undefined) throw broken;
}

function showAddress(stage: Stage, order: Order, terminal: Terminal): void {
    const { address } = stage;
    if (terminal.watched) {
        const bar = '━'.repeat(address.length + 6);
        terminal.line(`\n  ┏${bar}┓\n  ┃   ${terminal.paint('bold', address)}   ┃\n  ┗${bar}┛\n`);
    } else terminal.line(`\n  ${address}\n`);
    const language = new Intl.DisplayNames(['en'], { type: 'language' }).of(order.lang);
    terminal.line(
        `  Open this page. It is a ${order.profile.title.toLowerCase()} in ${language}, with a phone to pay with. No real money can move.`,
    );
    if (!order.once) {
        const folder = relative(process.cwd(), order.folder) || order.folder;
        terminal.line(
            `  ${terminal.paint('dim', `Ctrl-C ends it. Journal and logs stay in ${folder}; npm start -- --help shows what else it can be.`)}`,
        );
    }
}

function openBrowser(address: string, terminal: Terminal): void {
    const browser = spawn('xdg-open', [address], { stdio: 'ignore', detached: true });
    browser.on('error', () => terminal.line('  No browser could be opened (there is no xdg-open here): open the address above yourself.'));
    browser.unref();
}

async function main(): Promise<number> {
    let order: Order | 'help';
    try {
        order = readArguments();
    } catch (error) {
        process.stderr.write(
            `npm start: ${error instanceof Error ? error.message : 'the arguments cannot be read.'}\nnpm start -- --help explains them.\n`,
        );
        return 64;
    }
    if (order === 'help') {
        process.stdout.write(usage);
        return 0;
    }
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
    // `npm start | head` has enough at some time.
    process.stdout.on('error', () => stop.abort());
    const terminal = openTerminal(process.stdout, process.env);
    try {
        await play(order, terminal, stop);
        return 0;
    } catch (thrown) {
        if (thrown instanceof Stopped) return 0;
        const fault = faultOf(thrown);
        process.stderr.write(fault === undefined ? `${thrown instanceof Error ? thrown.stack : String(thrown)}\n` : `${fault.message}\n`);
        return 1;
    }
}

process.exitCode = await main();
