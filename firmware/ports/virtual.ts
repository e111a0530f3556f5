/** Virtual devices: the hands that a test or the page lays on a device that is not there. */
import type { Dispenser, Display, Frame, Lamp, Panel, Scanner } from './devices.ts';

export interface VirtualScanner extends Scanner {
    /** As if a customer held this code to the window. False when the scanner was not armed (the read is dropped and counted). */
    scan(text: string): boolean;
    /** Unplugs it, or plugs it in again. */
    plug(plugged: boolean): void;
}

/** `jam`: the motor stops half way; `no-drop`: it turns, nothing falls; `sensor-blind`: nobody can tell; `offline`; `empty`; `double`: two fall; `stuck`: never answers. */
export type DispenserFault = 'none' | 'jam' | 'no-drop' | 'sensor-blind' | 'offline' | 'empty' | 'double' | 'stuck';

export interface VirtualDispenser extends Dispenser {
    setFault(slot: string, fault: DispenserFault): void;
    /** Everything that ever fell, oldest first; it survives the process as real goods do. */
    tray(): readonly { readonly deliveryId: string; readonly slot: string; readonly at: string }[];
}

export interface VirtualDisplay extends Display {
    /** What stands on the glass. */
    glass(): Frame | undefined;
    /** Makes the next frames fail, or come late by so many milliseconds. */
    trouble(trouble: { broken?: boolean; lateMs?: number }): void;
}

export interface VirtualPanel extends Panel {
    press(key: string): void;
    shown(): Lamp;
}

export interface VirtualDevices {
    readonly scanner?: VirtualScanner;
    readonly dispenser?: VirtualDispenser;
    readonly display?: VirtualDisplay;
    readonly panel?: VirtualPanel;
}
