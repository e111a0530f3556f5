import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { PNG } from 'pngjs';
import * as v from 'valibot';
import { driverConfigs, openDisplay } from '../../drivers/registry.ts';
import type { VirtualDisplay } from '../../firmware/ports/virtual.ts';
import type { WindowDisplay } from '../../firmware/ports/window.ts';
import { FakeWindow } from '../drivers/display/fake-window.ts';
import { needsWith, realClock } from '../drivers/needs.ts';
import { type DisplayRig, displayContract, frameOf } from './display-contract.ts';

const size = { width: 64, height: 48 };

for (const form of ['pixels', 'svg', 'text'] as const) {
    describe(`display contract: virtual, ${form}`, () => {
        displayContract(async (t): Promise<DisplayRig> => {
            const needs = needsWith({ clock: realClock, dataDir: tmpdir() });
            const config = v.parse(driverConfigs.display.virtual.schema, { type: 'virtual', form, ...size });
            const reopen = async (): Promise<VirtualDisplay> => {
                const display = (await openDisplay(config, needs)) as VirtualDisplay;
                t.after(() => display.close());
                return display;
            };
            const port = await reopen();
            return {
                port,
                grey: async () => port.glass()?.pixels?.rgba[0],
                spoil: () => port.trouble({ broken: true }),
                mend: () => port.trouble({}),
                upset: async () => {
                    port.trouble({ broken: true });
                    await port.show(frameOf(port, 1)).catch(() => undefined);
                },
                calm: () => port.trouble({}),
                reopen,
                logged: needs.logged,
            };
        });
    });
}

describe('display contract: browser', () => {
    displayContract(async (t): Promise<DisplayRig> => {
        const needs = needsWith({ clock: realClock, dataDir: tmpdir() });
        const config = v.parse(driverConfigs.display.browser.schema, { type: 'browser', width: 640, height: 480, shownWithin: 100 });
        const reopen = async (): Promise<WindowDisplay> => {
            const display = (await openDisplay(config, needs)) as WindowDisplay;
            t.after(() => display.close());
            window = new FakeWindow(display).open();
            return display;
        };
        let window: FakeWindow | undefined;
        const port = await reopen();
        const seen = () => window?.standing?.svg.match(/<!--(\d+)-->/)?.[1];
        return {
            port,
            grey: async () => (seen() === undefined ? undefined : Number(seen())),
            spoil: () => {
                window!.answers = false;
            },
            // It was let go: it comes again.
            mend: () => {
                window = new FakeWindow(port).open();
            },
            upset: () => window!.leave(),
            calm: () => {
                window = new FakeWindow(port).open();
            },
            reopen,
            logged: needs.logged,
        };
    });
});

describe('display contract: png', () => {
    displayContract(async (t): Promise<DisplayRig> => {
        const folder = await mkdtemp(join(tmpdir(), 'tillbox-display-'));
        t.after(() => rm(folder, { recursive: true }));
        const screens = join(folder, 'screens');
        const path = join(screens, 'screen.png');
        const needs = needsWith({ clock: realClock, dataDir: folder });
        const config = v.parse(driverConfigs.display.png.schema, { type: 'png', path: 'screens/screen.png', ...size });
        const reopen = async () => {
            const display = (await openDisplay(config, needs))!;
            t.after(() => display.close());
            return display;
        };
        const port = await reopen();
        // A file where the folder should be: no privilege helps against that.
        const spoil = async () => {
            await rm(screens, { recursive: true, force: true });
            await writeFile(screens, '');
        };
        const mend = () => rm(screens, { force: true });
        return {
            port,
            grey: async () => {
                const bytes = await readFile(path).catch(() => undefined);
                return bytes && PNG.sync.read(bytes).data[0];
            },
            spoil,
            mend,
            upset: async () => {
                await spoil();
                await port.show(frameOf(port, 1)).catch(() => undefined);
            },
            calm: async () => {
                await mend();
                await port.show(frameOf(port, 2));
            },
            reopen,
            logged: needs.logged,
        };
    });
});
