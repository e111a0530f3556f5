/**
 * Driver: the form of one, and what it may ask for.
 *
 * A driver is two files: `x.config.ts` names the type and the schema and loads nothing else; `x.ts` opens the device and imports its
 * npm package inside `open`. So a config is checked without loading a native package.
 */
import type { GenericSchema, InferOutput } from 'valibot';
import type { Clock } from '../firmware/ports/clock.ts';
import type { Dispenser, Display, Panel, Scanner } from '../firmware/ports/devices.ts';
import type { Log } from '../firmware/ports/log.ts';

/** The ports by the name of their section in the config. */
export interface PortOf {
    readonly scanner: Scanner;
    readonly display: Display;
    readonly dispenser: Dispenser;
    readonly panel: Panel;
}
export type DeviceKind = keyof PortOf;

/** How far a driver has been proved: by itself, against a real kernel interface on a desk, on the device in the virtual Pi. */
export type Proof = 'virtual' | 'bench' | 'rig';

/** What a driver gets besides its own config. */
export interface DriverNeeds {
    readonly clock: Clock;
    readonly log: Log;
    /** A number from 0 up to, not including, 1: spreads the reopening of many machines. */
    readonly chance: () => number;
    /** Makes a path of the config absolute, from the config file's folder. */
    readonly resolvePath: (path: string) => string;
    /** Absolute path of `kiosk.dataDir`. */
    readonly dataDir: string;
    /** The slots that the catalog sells: the slots of a dispenser whose config names none. */
    readonly catalogSlots: readonly string[];
    /** Resolves when the till is up: a package that being ready does not need is loaded then. Left out: there is nothing to wait for. */
    readonly later?: () => Promise<void>;
}

/** The eager half of a driver. */
export interface DriverConfig<Schema extends GenericSchema = GenericSchema> {
    /** The word in the config's `type`. */
    readonly type: string;
    /** One sentence for the docs and the schema. */
    readonly summary: string;
    /** Nobody stands behind this device: refused together with a production client id. */
    readonly virtual: boolean;
    readonly schema: Schema;
}

/** The lazy half. */
export interface Driver<Kind extends DeviceKind, Schema extends GenericSchema, Port extends PortOf[Kind] = PortOf[Kind]> {
    readonly port: Kind;
    readonly proof: Proof;
    readonly config: DriverConfig<Schema>;
    /**
     * Opens the device. A device that is not there is no error: it is `offline` and looked for again.
     * Rejects with a Fault where waiting cannot help.
     */
    open(config: InferOutput<Schema>, needs: DriverNeeds): Promise<Port>;
}

export function defineDriverConfig<const Schema extends GenericSchema>(config: DriverConfig<Schema>): DriverConfig<Schema> {
    return config;
}

export function defineDriver<Kind extends DeviceKind, Schema extends GenericSchema, Port extends PortOf[Kind]>(
    driver: Driver<Kind, Schema, Port>,
): Driver<Kind, Schema, Port> {
    return driver;
}
