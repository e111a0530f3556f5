/** Chromium: Debian's browser for measuring, where it is installed; loaded only then. */
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];
/** Without its calls home, which nothing answers while it is timed; without a sandbox it runs as root in a container too. */
const flags = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
];

/** Undefined where no Chromium is installed. */
export async function openChromium(): Promise<Browser | undefined> {
    const executablePath = programs.find((program) => existsSync(program));
    if (executablePath === undefined) return undefined;
    const { chromium } = await import('playwright-core');
    return chromium.launch({ executablePath, args: [...flags, '--disable-dev-shm-usage'], headless: true });
}
