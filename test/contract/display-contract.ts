/** What every display does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Display, Frame } from '../../firmware/ports/devices.ts';
import { type FrailRig, frailDeviceContract, type OpenRig } from './device-contract.ts';

export interface DisplayRig extends FrailRig<Display> {
    /** The grey of the picture's first pixel as it stands on the glass, or undefined while nothing does. */
    grey(): Promise<number | undefined>;
    /** Makes the display refuse frames, and takes that back: `upset` and `calm` show a frame as well, for only a frame tells. */
    spoil(): Promise<void> | void;
    mend(): Promise<void> | void;
}

/** A frame in every form, of one grey. */
export function frameOf(display: Pick<Display, 'width' | 'height'>, grey: number): Frame {
    const { width, height } = display;
    return {
        id: grey,
        payable: false,
        kind: 'idle',
        pixels: { width, height, rgba: new Uint8Array(width * height * 4).fill(grey) },
        svg: `<svg><!--${grey}--></svg>`,
        lines: [String(grey)],
    };
}

export function displayContract(open: OpenRig<DisplayRig>): void {
    frailDeviceContract<Display, DisplayRig>(open);

    test('has a size, a depth and a refresh time', async (t) => {
        const { port } = await open(t);
        assert.ok(port.width > 0 && port.height > 0 && port.refreshMs >= 0);
        assert.ok([1, 2, 16, 24].includes(port.depth));
    });

    test('a frame stands on the glass when show resolves, and the next one replaces it', async (t) => {
        const { grey, port } = await open(t);
        assert.equal(await grey(), undefined);
        for (const shade of [10, 200, 30]) {
            await port.show(frameOf(port, shade));
            assert.equal(await grey(), shade);
        }
    });

    test('frames that are shown at once stand in the order of the calls', async (t) => {
        const { grey, port } = await open(t);
        const seen: number[] = [];
        await Promise.all([1, 2, 3, 4].map((shade) => port.show(frameOf(port, shade)).then(() => seen.push(shade))));
        assert.deepEqual(seen, [1, 2, 3, 4]);
        assert.equal(await grey(), 4);
    });

    test('a frame of another size or form is refused, and the glass stays as it is', async (t) => {
        const { grey, port } = await open(t);
        await port.show(frameOf(port, 7));
        const narrow = frameOf({ width: port.width - 1, height: port.height }, 9);
        await assert.rejects(port.show({ id: 9, payable: false, kind: 'idle', pixels: narrow.pixels! }), {
            code: 'DISPLAY_FRAME_UNFIT',
            kind: 'device',
        });
        await assert.rejects(port.show({ id: 9, payable: false, kind: 'idle' }), { code: 'DISPLAY_FRAME_UNFIT', kind: 'device' });
        assert.equal(await grey(), 7);
        await port.show(frameOf(port, 8));
        assert.equal(await grey(), 8);
    });

    test('a frame that does not come to stand is a device fault, and the next one is not', async (t) => {
        const { grey, mend, port, spoil } = await open(t);
        await spoil();
        await assert.rejects(port.show(frameOf(port, 5)), { kind: 'device' });
        assert.equal(port.status().state, 'fault');
        await mend();
        await port.show(frameOf(port, 6));
        assert.equal(await grey(), 6);
        assert.equal(port.status().state, 'online');
    });

    test('a closed display refuses frames', async (t) => {
        const { port } = await open(t);
        await port.close();
        await assert.rejects(port.show(frameOf(port, 5)), { code: 'DISPLAY_CLOSED', kind: 'device' });
    });

    test('closing waits for the frame under way, and cuts off those behind it', async (t) => {
        const { port } = await open(t);
        const shown = Promise.allSettled([port.show(frameOf(port, 1)), port.show(frameOf(port, 2))]);
        await port.close();
        for (const result of await shown) {
            if (result.status === 'rejected') assert.equal((result.reason as { code?: string }).code, 'DISPLAY_CLOSED');
        }
    });
}
