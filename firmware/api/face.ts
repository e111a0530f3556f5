/**
 * Face: the state of a kiosk as its page hears it: what stands on the glass, what its devices do, whether it can sell. Read anew at each
 * question; keeps nothing but a number for pictures that have none.
 */
import type { Desk } from '../ports/desk.ts';
import type { Display, Frame, GlassView } from '../ports/devices.ts';
import type { DispenserFault, VirtualDevices } from '../ports/virtual.ts';
import type { Screen } from '../screens/screen.ts';

export interface FaceSources {
    readonly desk: Desk;
    readonly virtual: VirtualDevices;
    /** The display of whatever type, where there is one. */
    readonly display: Pick<Display, 'form' | 'width' | 'height' | 'depth'> | undefined;
}

/** The top-level keys of the page's state, each with its value now. A key whose device is not virtual is left out. */
export function faceOf(sources: FaceSources, glass: GlassView | undefined): Readonly<Record<string, unknown>> {
    const { desk, virtual } = sources;
    const { screen, service, sales } = desk.face();
    const { scanner, dispenser, panel, machine } = virtual;
    return {
        ...(glass === undefined ? {} : { glass }),
        screen,
        ...(panel === undefined ? {} : { lamp: panel.shown() }),
        ...(scanner === undefined ? {} : { scanner: scanner.seen() }),
        ...(dispenser === undefined ? {} : { slots: slotsOf(dispenser), tray: dispenser.tray() }),
        ready: desk.readiness(),
        ...(machine === undefined ? {} : { machine: machine.troubles() }),
        service,
        sales,
    };
}

function slotsOf(dispenser: NonNullable<VirtualDevices['dispenser']>) {
    const slots: Record<string, { ready: boolean; reason: string; fault: DispenserFault }> = {};
    for (const slot of dispenser.slots()) slots[slot] = { ...dispenser.ready(slot), fault: dispenser.faultOf(slot) };
    return slots;
}

/** Looks at the glass: the virtual display's own frame; of any other display, the picture of the screen that should stand. */
export class GlassLooker {
    readonly #sources: FaceSources;
    #pictures = 0;
    #svg = '';
    #seen: GlassView | undefined;
    #frame: Frame | undefined;

    constructor(sources: FaceSources) {
        this.#sources = sources;
    }

    look(): GlassView | undefined {
        const { virtual, display } = this.#sources;
        if (virtual.display !== undefined) return this.#virtual(virtual.display.form, virtual.display.glass());
        if (display === undefined) return undefined;
        const { screen, svg } = this.#sources.desk.screen();
        if (svg === '') return undefined;
        if (svg !== this.#svg || this.#seen === undefined) {
            const { kind, code } = screen as Screen;
            this.#pictures += 1;
            this.#svg = svg;
            this.#seen = { id: this.#pictures, kind, payable: code?.payable !== undefined, form: 'svg', svg };
        }
        return this.#seen;
    }

    /** One object a frame, so that whoever compares can compare objects. */
    #virtual(form: Display['form'], frame: Frame | undefined): GlassView | undefined {
        if (frame === undefined) return undefined;
        if (frame !== this.#frame || this.#seen === undefined) {
            this.#frame = frame;
            this.#seen = {
                id: frame.id,
                kind: frame.kind,
                payable: frame.payable,
                form,
                ...(frame.svg === undefined ? {} : { svg: frame.svg }),
                ...(frame.lines === undefined ? {} : { lines: frame.lines }),
                ...(frame.pixels === undefined ? {} : { png: `/v1/virtual/display?frame=${frame.id}` }),
                ...(frame.page === undefined ? {} : { touch: frame.page.touch }),
            };
        }
        return this.#seen;
    }
}
