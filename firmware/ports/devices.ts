/**
 * Device ports: what the till asks of a scanner, a display, a dispenser and a panel. One use wide: the sale can `deliver`, it
 * cannot configure.
 */

export type DeviceState = 'starting' | 'online' | 'offline' | 'fault';

export interface DeviceStatus {
    readonly state: DeviceState;
    /** One short sentence for a person; empty while online. */
    readonly reason: string;
}

/** What every device does. `close` always succeeds and releases everything; `onStatus` never fires inside the call that caused it. */
export interface Device {
    status(): DeviceStatus;
    /** Calls `listener` at each change of status until the returned function is called. */
    onStatus(listener: (status: DeviceStatus) => void): () => void;
    close(): Promise<void>;
}

/** One read of a code. `text` is a credential: it must not be logged or kept. */
export interface Scan {
    readonly text: string;
    /** AIM symbology identifier without the bracket's prefix, such as `C1` or `Q1`, where the scanner sends one. */
    readonly symbology?: string;
}

export interface Scanner extends Device {
    /** Scans that were read while armed; those read while disarmed are dropped and counted. Ends when the device is closed. */
    scans(): AsyncIterable<Scan>;
    arm(): void;
    disarm(): void;
    /** Bytes or reads thrown away since the start, by reason. */
    dropped(): Readonly<Record<string, number>>;
}

/** One picture for a display. `id` grows; `payable` says that a code stands on it with which money can be paid. */
export interface Frame {
    readonly id: number;
    readonly payable: boolean;
    /** The class of screen drawn: e-ink panels refresh fully when it changes. */
    readonly kind: string;
    /** 8-bit RGBA, `width * height * 4` bytes; for displays of form `pixels`. */
    readonly pixels?: { readonly width: number; readonly height: number; readonly rgba: Uint8Array };
    /** For displays of form `svg`. */
    readonly svg?: string;
    /** For displays of form `text`, one string a line. */
    readonly lines?: readonly string[];
    /** What a browser adds to the picture; for displays of form `svg`. */
    readonly page?: FramePage;
}

/** What stands beside a picture in a browser: for those who do not see it, for fingers and for ears. */
export interface FramePage {
    /** The screen in words, one sentence after the other. */
    readonly words: string;
    /** Language tag of the words. */
    readonly lang: string;
    /** Wall milliseconds until when a payable code may stand there. */
    readonly until?: number;
    readonly touch: readonly TouchArea[];
    readonly sound?: FrameSound;
}

/** A place that can be pressed, in pixels of the picture; `key` is what a panel's key of that name would say. */
export interface TouchArea {
    readonly key: string;
    readonly label: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
}

/** What is heard with a frame: a tone by name, then a spoken prompt by name, each where the machine has it. */
export interface FrameSound {
    readonly tone?: string;
    readonly prompt?: string;
}

/** A picture on the glass. `png` is where it can be fetched. */
export interface GlassView {
    readonly id: number;
    readonly kind: string;
    readonly payable: boolean;
    readonly form: Display['form'];
    readonly svg?: string;
    readonly lines?: readonly string[];
    readonly png?: string;
    readonly touch?: readonly TouchArea[];
}

export interface Display extends Device {
    readonly form: 'pixels' | 'svg' | 'text';
    readonly width: number;
    readonly height: number;
    /** Bits of a pixel that the panel really shows: 1, 2 (four greys), 16 or 24. */
    readonly depth: number;
    /** The time from `show` to a finished picture, at the worst. */
    readonly refreshMs: number;
    /** Fingers reach it: what can be pressed is drawn as buttons. */
    readonly touch?: boolean;
    /** Keys that were touched, as a panel's (`Panel.keys`). */
    keys?(): AsyncIterable<string>;
    /** Resolves when the frame stands on the glass; rejects with a Fault of kind `device` when it does not. One at a time. */
    show(frame: Frame): Promise<void>;
}

export interface SlotStatus {
    readonly ready: boolean;
    /** Why not: `empty`, `jammed`, `sensor-blind`, `offline`, `unknown-slot` or a driver's own word. */
    readonly reason: string;
}

/** How sure a dispenser is of what came out (design R6): seen by a sensor, only the motor came home, only reported, nothing. */
export type EvidenceGrade = 'seen' | 'homeOnly' | 'reported' | 'none';

export interface Evidence {
    readonly grade: EvidenceGrade;
    readonly detail: string;
}

export type DeliveryOutcome = { readonly outcome: 'delivered' | 'failed' | 'unknown'; readonly evidence: Evidence };

export interface Dispenser extends Device {
    slots(): readonly string[];
    ready(slot: string): SlotStatus;
    /** Hands one item out. `deliveryId` names this movement for ever. Never rejects: a broken device is `failed` or `unknown`. */
    deliver(order: { deliveryId: string; slot: string }): Promise<DeliveryOutcome>;
    /** What can still be read of a movement that was under way when the power went (latch, home switch). */
    recall(order: { deliveryId: string; slot: string }): Promise<DeliveryOutcome>;
    /** Fires when a slot's readiness may have changed. */
    onSlots(listener: () => void): () => void;
}

export type Lamp = 'off' | 'ready' | 'busy' | 'error';

export interface Panel extends Device {
    lamp(lamp: Lamp): void;
    /** Keys pressed by a person at the machine: `cancel`, `confirm`, `language`, a slot's name; `service-on` and `service-off` of the key switch. */
    keys(): AsyncIterable<string>;
}
