/**
 * Browser: Debian's Chromium, driven as a person would, and a watch over it: whatever the console complains of and every request that
 * fails is kept, and fails the test unless it was announced.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { root } from '../../scripts/house/programs.ts';

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];
/** Nothing on this machine answers Chromium's own calls home; and it may run as root in a container. */
const flags = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
    '--autoplay-policy=no-user-gesture-required',
    // The same letters on every machine, whatever its panel.
    '--font-render-hinting=none',
    '--force-color-profile=srgb',
];

/** Where pictures of the scenes are kept. */
export const picturesFolder = process.env.TILL_PICTURES ?? join(root, 'data', 'pictures');

export interface PictureOptions {
    readonly selector?: string;
    readonly fullPage?: boolean;
    /** Where it goes, instead of among the scenes. */
    readonly folder?: string;
}

export interface Window {
    readonly page: Page;
    /** What went wrong in it since it was opened. */
    readonly complaints: readonly string[];
    /** Lets the failures happen that a step brings about on purpose; what else fails is still a complaint. */
    expecting<Result>(expected: RegExp, step: () => Promise<Result>): Promise<Result>;
    /** Fails where anything went wrong; what was complained of is told once. */
    calm(): void;
    /** Violations of WCAG 2.2 A and AA and of axe's best practices, as lines to read. */
    axe(options?: { within?: string }): Promise<readonly string[]>;
    /** Keeps a picture and returns its path. */
    picture(name: string, options?: PictureOptions): Promise<string>;
    close(): Promise<void>;
}

export class Chromium {
    readonly #browser: Browser;

    private constructor(browser: Browser) {
        this.#browser = browser;
    }

    static async open(): Promise<Chromium> {
        const executablePath = programs.find((program) => existsSync(program));
        assert.ok(executablePath !== undefined, 'Chromium is not installed: run npm run setup');
        return new Chromium(await chromium.launch({ executablePath, args: flags, headless: true }));
    }

    /** A window of its own, with nothing remembered. Motion is less unless it is asked for. */
    async window(url: string, options: BrowserContextOptions = {}): Promise<Window> {
        const context = await this.#browser.newContext({
            viewport: { width: 1440, height: 1000 },
            reducedMotion: 'reduce',
            locale: 'en-GB',
            timezoneId: 'Europe/Berlin',
            ...options,
        });
        const page = await context.newPage();
        page.setDefaultTimeout(15_000);
        const watch = watched(page);
        await page.goto(url);
        return {
            page,
            complaints: watch.complaints,
            expecting: watch.expecting,
            calm: () => assert.deepEqual(watch.complaints.splice(0), []),
            axe: (more = {}) => axeOf(page, more.within),
            async picture(name, { selector, fullPage = false, folder = picturesFolder } = {}) {
                mkdirSync(folder, { recursive: true });
                const path = join(folder, `${name}.png`);
                if (selector === undefined) await page.screenshot({ path, fullPage });
                else await page.locator(selector).first().screenshot({ path });
                return path;
            },
            close: () => context.close(),
        };
    }

    async close(): Promise<void> {
        await this.#browser.close();
    }
}

function watched(page: Page) {
    const complaints: string[] = [];
    const expected: RegExp[] = [];
    const complain = (text: string) => {
        if (!expected.some((pattern) => pattern.test(text))) complaints.push(text);
    };
    page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complain(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => complain(`error: ${error.message}`));
    page.on('requestfailed', (request) => {
        const why = request.failure()?.errorText ?? '';
        // A stream that its page closes, or a load that another one overtakes, is no failure.
        if (why !== 'net::ERR_ABORTED') complain(`request: ${request.method()} ${request.url()} ${why}`);
    });
    page.on('response', (response) => {
        if (response.status() >= 400) complain(`answer: ${response.status()} ${response.request().method()} ${response.url()}`);
    });
    return {
        complaints,
        async expecting<Result>(pattern: RegExp, step: () => Promise<Result>): Promise<Result> {
            expected.push(pattern);
            try {
                return await step();
            } finally {
                expected.splice(expected.indexOf(pattern), 1);
            }
        },
    };
}

async function axeOf(page: Page, within: string | undefined): Promise<readonly string[]> {
    // Evaluated through the debugger, not as a script element: the page's own policy stays as it is.
    await page.evaluate(axe.source);
    const found = (await page.evaluate(async (selector) => {
        const engine = (globalThis as unknown as { axe: typeof axe }).axe;
        const context = selector === undefined ? { include: [['html']] } : { include: [[selector]] };
        return engine.run(context as never, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            resultTypes: ['violations'],
            // What stands in a frame is looked at in a window of its own.
            iframes: false,
        });
    }, within)) as { violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[] };
    return found.violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
    );
}
