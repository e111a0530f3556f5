/** Virtual devices: the hands that a test or the page lays on a device that is not there. */
import type { Dispenser, Display, Frame, Lamp, Panel, Scanner } from './devices.ts';

export interface VirtualScanner extends Scanner {
    /** As if a customer held this code to the window. False when the scanner was not armed (the read is dropped and counted). */
    scan(text: string): boolean;
    /** Unplugs it, or plugs it in again. */
    plug(plugged: boolean): void;
    /** Its lamp burns; its cable is in. */
    seen(): { readonly armed: boolean; readonly plugged: boolean };
    /** Calls `listener` after `seen` has changed, until the returned function is called. */
    onSeen(listener: () => void): () => void;
}

/** `jam`: the motor stops half way; `no-drop`: it turns, nothing falls; `sensor-blind`: nobody can tell; `offline`; `empty`; `double`: two fall; `stuck`: never answers. */
export type DispenserFault = 'none' | 'jam' | 'no-drop' | 'sensor-blind' | 'offline' | 'empty' | 'double' | 'stuck';

export interface VirtualDispenser extends Dispenser {
    setFault(slot: string, fault: DispenserFault): void;
    faultOf(slot: string): DispenserFault;
    /** Everything that ever fell, oldest first; it survives the process as real goods do. */
    tray(): readonly { readonly deliveryId: string; readonly slot: string; readonly at: string }[];
}

export interface VirtualDisplay extends Display {
    /** What stands on the glass. */
    glass(): Frame | undefined;
    /** Calls `listener` after another frame has come to stand, until the returned function is called. */
    onGlass(listener: () => void): () => void;
    /** A finger on a touch area of the frame that stands. False for any other key. */
    touched(key: string): boolean;
    /** Makes the next frames fail, or come late by so many milliseconds. */
    trouble(trouble: { broken?: boolean; lateMs?: number }): void;
}

export interface VirtualPanel extends Panel {
    press(key: string): void;
    shown(): Lamp;
}

/** What a machine of which everything is virtual can be made to suffer. It is well again after a restart. */
export interface VirtualMachine {
    /** From now on no file of the journal may be made or grow (ENOSPC), or may again. Bytes that a file has already can be written anew, as on a real disk. */
    setDiskFull(full: boolean): void;
    /** Puts the wall clock wrong by so many milliseconds; the monotonic clock goes on. */
    setClockOffset(ms: number): void;
    troubles(): { readonly diskFull: boolean; readonly clockOffsetMs: number };
}

export interface VirtualDevices {
    readonly machine?: VirtualMachine;
    readonly scanner?: VirtualScanner;
    readonly dispenser?: VirtualDispenser;
    readonly display?: VirtualDisplay;
    readonly panel?: VirtualPanel;
}
