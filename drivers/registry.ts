/**
 * Registry: every driver there is, by kind and type. A config is checked with the eager half; the lazy half is loaded when it is opened.
 *
 * A new device is one line here, besides its two files, its page in docs/devices and its test.
 */
import { Fault } from '../firmware/ports/fault.ts';
import type { VirtualDevices, VirtualDispenser, VirtualDisplay, VirtualPanel, VirtualScanner } from '../firmware/ports/virtual.ts';
import type { WindowDisplay } from '../firmware/ports/window.ts';
import { virtualDispenserConfig } from './dispenser/virtual.config.ts';
import { browserDisplayConfig } from './display/browser.config.ts';
import { pngDisplayConfig } from './display/png.config.ts';
import { virtualDisplayConfig } from './display/virtual.config.ts';
import type { DeviceKind, Driver, DriverConfig, DriverNeeds, PortOf } from './driver.ts';
import { noneConfig } from './lib/none.config.ts';
import { virtualPanelConfig } from './panel/virtual.config.ts';
import { serialScannerConfig } from './scanner/serial.config.ts';
import { virtualScannerConfig } from './scanner/virtual.config.ts';

const none = { config: noneConfig, load: undefined };

const registry = {
    scanner: {
        serial: { config: serialScannerConfig, load: async () => (await import('./scanner/serial.ts')).serialScanner },
        virtual: { config: virtualScannerConfig, load: async () => (await import('./scanner/virtual.ts')).virtualScanner },
        none,
    },
    display: {
        browser: { config: browserDisplayConfig, load: async () => (await import('./display/browser.ts')).browserDisplay },
        png: { config: pngDisplayConfig, load: async () => (await import('./display/png.ts')).pngDisplay },
        virtual: { config: virtualDisplayConfig, load: async () => (await import('./display/virtual.ts')).virtualDisplay },
        none,
    },
    dispenser: {
        virtual: { config: virtualDispenserConfig, load: async () => (await import('./dispenser/virtual.ts')).virtualDispenser },
        none,
    },
    panel: {
        virtual: { config: virtualPanelConfig, load: async () => (await import('./panel/virtual.ts')).virtualPanel },
        none,
    },
} as const satisfies Registry;

type Registry = { readonly [Kind in DeviceKind]: Readonly<Record<string, Entry<Kind>>> };

interface Entry<Kind extends DeviceKind> {
    readonly config: DriverConfig;
    /** Absent where there is nothing to open. */
    // biome-ignore lint/suspicious/noExplicitAny: the config's type differs from driver to driver; its `type` pairs them, and its schema has checked it.
    readonly load: (() => Promise<Driver<Kind, any, any>>) | undefined;
}

/** A device's section of the config, after its driver's schema has checked it. */
export interface CheckedConfig {
    readonly type: string;
}

function configsOf<const Entries extends Readonly<Record<string, { readonly config: DriverConfig }>>>(entries: Entries) {
    return Object.fromEntries(Object.entries(entries).map(([type, { config }]) => [type, config])) as {
        readonly [Type in keyof Entries]: Entries[Type]['config'];
    };
}

/** The eager halves, for the config's schema: `driverConfigs.scanner.serial.schema`. */
export const driverConfigs = {
    scanner: configsOf(registry.scanner),
    display: configsOf(registry.display),
    dispenser: configsOf(registry.dispenser),
    panel: configsOf(registry.panel),
};

/** Undefined where the config says `none`. Rejects with the driver's Fault, or with DRIVER_UNKNOWN for a type that is not registered. */
export function openScanner(config: CheckedConfig, needs: DriverNeeds): Promise<PortOf['scanner'] | undefined> {
    return open('scanner', config, needs);
}

/** See `openScanner`. */
export function openDisplay(config: CheckedConfig, needs: DriverNeeds): Promise<PortOf['display'] | undefined> {
    return open('display', config, needs);
}

/** See `openScanner`. */
export function openDispenser(config: CheckedConfig, needs: DriverNeeds): Promise<PortOf['dispenser'] | undefined> {
    return open('dispenser', config, needs);
}

/** See `openScanner`. */
export function openPanel(config: CheckedConfig, needs: DriverNeeds): Promise<PortOf['panel'] | undefined> {
    return open('panel', config, needs);
}

export interface OpenedDevices {
    readonly scanner?: PortOf['scanner'];
    readonly display?: PortOf['display'];
    readonly dispenser?: PortOf['dispenser'];
    readonly panel?: PortOf['panel'];
    /** Those of them that are virtual, with the hands that may be laid on them. */
    readonly virtual: VirtualDevices;
    /** The display, where its glass is a window of a browser. */
    readonly window?: WindowDisplay;
    /** Closes them all. Never rejects. */
    close(): Promise<void>;
}

/** Opens every device of a kiosk at once. When one cannot be opened, the others are closed, and its Fault is thrown. */
export async function openDevices(configs: Readonly<Record<DeviceKind, CheckedConfig>>, needs: DriverNeeds): Promise<OpenedDevices> {
    const opening = {
        scanner: openScanner(configs.scanner, needs),
        display: openDisplay(configs.display, needs),
        dispenser: openDispenser(configs.dispenser, needs),
        panel: openPanel(configs.panel, needs),
    };
    const settled = await Promise.allSettled(Object.values(opening));
    const close = async (): Promise<void> => {
        await Promise.allSettled(settled.map((result) => (result.status === 'fulfilled' ? result.value?.close() : undefined)));
    };
    for (const result of settled) {
        if (result.status === 'fulfilled') continue;
        await close();
        throw result.reason;
    }
    const [scanner, display, dispenser, panel] = await Promise.all([opening.scanner, opening.display, opening.dispenser, opening.panel]);
    return {
        ...(scanner && { scanner }),
        ...(display && { display }),
        ...(dispenser && { dispenser }),
        ...(panel && { panel }),
        ...(configs.display.type === 'browser' && { window: display as WindowDisplay }),
        virtual: {
            ...(configs.scanner.type === 'virtual' && { scanner: scanner as VirtualScanner }),
            ...(configs.display.type === 'virtual' && { display: display as VirtualDisplay }),
            ...(configs.dispenser.type === 'virtual' && { dispenser: dispenser as VirtualDispenser }),
            ...(configs.panel.type === 'virtual' && { panel: panel as VirtualPanel }),
        },
        close,
    };
}

async function open<Kind extends DeviceKind>(kind: Kind, config: CheckedConfig, needs: DriverNeeds): Promise<PortOf[Kind] | undefined> {
    const table: Registry = registry;
    const entries = table[kind];
    const entry = Object.hasOwn(entries, config.type) ? entries[config.type] : undefined;
    if (entry === undefined) {
        throw new Fault({
            code: 'DRIVER_UNKNOWN',
            kind: 'config',
            message: `There is no ${kind} driver ${config.type}: set ${kind}.type to one of ${Object.keys(entries).join(', ')}.`,
            facts: { kind, type: config.type },
        });
    }
    const driver = await entry.load?.();
    return await driver?.open(config, needs);
}
