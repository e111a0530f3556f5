/**
 * Page: what a newcomer waits for: from `npm start` (installed and built) to a page that can be used, and from a click to the screen that it
 * brings, each beside the floor of the same machine and browser; and what the page weighs.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { root } from '../house/programs.ts';
import { openChromium } from './chromium.ts';
import { openEcho } from './echo.ts';
import { atMost, type Figure, type Missing, pairedRatio, summaryOf } from './figures.ts';
import { freePort, type Ground, nowMs, plainEnvironment, spawnNode } from './ground.ts';
import { clicksToScreen, echoes } from './in-page.ts';

const limitMs = 60_000;
/** Between two clicks: what came of the first is over. */
const pauseMs = 60;
const weightMaxKb = 300;
/** The screen stands there, drawn from what the kiosk says. */
const usable = '.glass:not([data-kind="dark"]) img';

export async function page(ground: Ground, order: { starts: number; clicks: number }): Promise<{ figures: Figure[]; missing: Missing[] }> {
    const weight = pageWeight();
    const browser = await openChromium();
    if (browser === undefined) {
        const why = 'Chromium is not installed; npm run setup brings it';
        return { figures: [weight], missing: ['start to usable page', 'click to screen'].map((name) => ({ name, why })) };
    }
    try {
        // The first start makes keys and fills caches, as the one after an installation does.
        const folder = join(ground.folder, 'stage');
        await (await startedStage(folder)).stop();
        const starts: { readonly measuredMs: number; readonly floorMs: number }[] = [];
        for (let round = 0; round < order.starts; round += 1) starts.push(await startOnce(browser, folder));
        return { figures: [startFigure(starts), ...(await clickFigures(browser, { folder, clicks: order.clicks })), weight], missing: [] };
    } finally {
        await browser.close();
    }
}

function startFigure(starts: readonly { readonly measuredMs: number; readonly floorMs: number }[]): Figure {
    return {
        name: 'npm start to usable page',
        unit: 'ms',
        measured: summaryOf(starts.map(({ measuredMs }) => measuredMs)),
        floor: { name: 'node -e 0, then an empty page in the same browser', measured: summaryOf(starts.map(({ floorMs }) => floorMs)) },
        ratio: pairedRatio(starts.map(({ measuredMs, floorMs }) => [measuredMs, floorMs] as const)),
        targets: [],
        note: 'installed and built, the browser open; with npm itself, the gateway, the kiosk, and the page until its screen is drawn',
    };
}

async function startOnce(browser: Browser, folder: string): Promise<{ measuredMs: number; floorMs: number }> {
    const floor = spawnNode(['-e', '0']);
    await floor.ended;
    const empty = await browser.newPage();
    await empty.goto('about:blank');
    const floorMs = nowMs() - floor.startedMs;
    await empty.close();
    const startedMs = nowMs();
    const stage = await startedStage(folder);
    try {
        const opened = await browser.newPage();
        await opened.goto(stage.address);
        await opened.waitForSelector(usable, { timeout: limitMs });
        const measuredMs = nowMs() - startedMs;
        await opened.close();
        return { measuredMs, floorMs };
    } finally {
        await stage.stop();
    }
}

async function clickFigures(browser: Browser, order: { folder: string; clicks: number }): Promise<Figure[]> {
    const stage = await startedStage(order.folder);
    const echo = await openEcho();
    try {
        const opened = await browser.newPage({ reducedMotion: 'reduce' });
        await opened.goto(stage.address);
        await opened.waitForSelector(usable, { timeout: limitMs });
        const keyed = await measured(opened, { ...order, key: '[data-key="language"]', url: echo.url });
        const codes = await measured(opened, {
            ...order,
            key: '[data-slot="A1"]',
            payable: true,
            back: '[data-key="cancel"]',
            url: echo.url,
        });
        await opened.close();
        return [
            clickFigure('click to screen: language key', keyed, 'a key of the machine, a frame in another language'),
            clickFigure(
                'click to screen: order code',
                codes,
                'a product, and the frame with the code that the sandbox gateway gave for it',
            ),
        ];
    } finally {
        await echo.close();
        await stage.stop();
    }
}

interface Clicks {
    readonly clicks: readonly number[];
    readonly floors: readonly number[];
}

/** Clicks and echoes in turns of ten, so that both see the same machine. */
async function measured(
    opened: Page,
    order: { clicks: number; key: string; payable?: boolean; back?: string; url: string },
): Promise<Clicks> {
    const { key, payable, back, url } = order;
    const clicks: number[] = [];
    const floors: number[] = [];
    const more = { ...(payable === undefined ? {} : { payable }), ...(back === undefined ? {} : { back }) };
    // The first turn is thrown away: caches, compilers and the font tables of a language are filled by it.
    for (let turn = 0; turn <= order.clicks / 10; turn += 1) {
        const some = await opened.evaluate(clicksToScreen, { count: 10, key, pauseMs, ...more });
        const others = await opened.evaluate(echoes, { count: 10, url, pauseMs });
        if (turn === 0) continue;
        clicks.push(...some);
        floors.push(...others);
    }
    return { clicks, floors };
}

function clickFigure(name: string, { clicks, floors }: Clicks, note: string): Figure {
    const [taken, floor] = [summaryOf(clicks), summaryOf(floors)];
    return {
        name,
        unit: 'ms',
        measured: taken,
        floor: { name: 'an empty POST and its event in the same page, drawn', measured: floor },
        ratio: taken.median / floor.median,
        targets: [],
        note,
    };
}

/** What the browser must fetch for the page at `/`, without fonts, sounds and what is loaded on use. */
export function pageWeight(folder = join(root, 'dist', 'page')): Figure {
    const names = readdirSync(folder).filter((name) => /\.(html|js|css|svg)$/.test(name));
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    const first = ['index.html', ...names.filter((name) => html.includes(name))];
    const sum = (list: readonly string[]) => list.reduce((bytes, name) => bytes + statSync(join(folder, name)).size, 0) / 1_000;
    const all = sum(names);
    return {
        name: 'page weight, all parts',
        unit: 'kB',
        measured: summaryOf([all]),
        targets: [atMost(`under ${weightMaxKb} kB`, { value: all, limit: weightMaxKb })],
        note: `${sum(first).toFixed(1)} kB of it at once, the rest on use; nothing is compressed, fonts and sounds are not counted`,
    };
}

interface StartedStage {
    readonly address: string;
    stop(): Promise<void>;
}

/** `npm start` as a person types it. Resolves when it has named its address. */
async function startedStage(folder: string): Promise<StartedStage> {
    const port = await freePort();
    const child = spawn('npm', ['start', '--', '--data', folder, '--port', String(Math.min(port, 60_000))], {
        cwd: root,
        env: plainEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Not npm's process, which does not hand a signal on to what its shell started.
    const end = () => {
        try {
            const { pid } = JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as { pid: number };
            process.kill(pid, 'SIGTERM');
        } catch {
            // It has ended.
        }
    };
    process.prependListener('exit', end);
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    let said = '';
    const address = await new Promise<string>((resolve, reject) => {
        const over = setTimeout(() => reject(new Error(`npm start named no address within ${limitMs} ms:\n${said}`)), limitMs);
        const listen = (text: Buffer) => {
            said += text.toString('utf8');
            const found = /^ {2}(http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(said)?.[1];
            if (found === undefined) return;
            clearTimeout(over);
            resolve(found);
        };
        child.stdout.on('data', listen);
        child.stderr.on('data', listen);
        void ended.then(() => {
            clearTimeout(over);
            reject(new Error(`npm start ended:\n${said}`));
        });
    });
    return {
        address,
        async stop() {
            end();
            await ended;
            process.removeListener('exit', end);
        },
    };
}
