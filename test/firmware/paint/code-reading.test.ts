/** Codes can be read on every size of screen, clean and from bad pictures; and the camera that takes those pictures is a camera. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPainter } from '../../../firmware/paint/painter.ts';
import { chanceOf, focalPx, lightOf, photograph, type Shot, type Subject } from '../../../scripts/codes/camera.ts';
import { type Panel, panels } from '../../../scripts/codes/panels.ts';
import { readGrey, readPixels, readWithZbar } from '../../../scripts/codes/readers.ts';
import { entryUrlOf, kinds, orderCodeOf, tryPanel } from '../../../scripts/codes/trial.ts';
import { sampleOrderCode, sampleScreen, samples } from '../../../scripts/screens/samples.ts';

const painter = await createPainter();

describe('codes on every size', () => {
    it('are read clean by all readers, and at least 99 in 100 bad pictures by one', async () => {
        let tried = 0;
        let read = 0;
        for (const panel of panels) {
            const result = await tryPanel(painter, panel, { codes: 2, seed: 7, zbar: true });
            assert.deepEqual([result.clean.tried, result.clean.jsqr], [2, 2], panel.name);
            if (!result.withoutZbar) assert.equal(result.clean.zbar, 2, panel.name);
            assert.ok(result.modulePx.least >= 3, panel.name);
            for (const kind of kinds) {
                assert.equal(result.kinds[kind].tried, 2);
                tried += result.kinds[kind].tried;
                read += result.kinds[kind].either;
            }
        }
        assert.equal(tried, panels.length * kinds.length * 2);
        assert.ok(read >= tried * 0.99, `${read} of ${tried} pictures`);
    });

    it('have the lengths of real ones', () => {
        for (let seed = 0; seed < 50; seed++) {
            assert.equal(orderCodeOf(chanceOf(seed)).length, sampleOrderCode.length);
            const length = entryUrlOf(chanceOf(seed)).length;
            assert.ok(length >= 34 && length <= 51);
        }
    });
});

describe('the camera', () => {
    const panel = panels.find(({ width }) => width === 400) as Panel;
    const screen = sampleScreen(samples().find(({ name }) => name === 'pay-both')!, 'en');
    const frame = painter.frame(screen, { form: 'pixels', width: panel.width, height: panel.height, depth: 1 }, 1).pixels!;
    const found = readPixels(frame.rgba, panel)!;
    const { topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner } = found.location;
    const subject: Subject = {
        panel,
        light: lightOf(frame.rgba),
        corners: [topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner],
        modules: 17 + 4 * found.version,
    };
    const perfect: Shot = {
        distanceMm: 250,
        blurModules: 0,
        tiltDegrees: 0,
        tiltTowardsDegrees: 0,
        turnDegrees: 0,
        noise: 0,
        darkByLight: 0,
        glare: 0,
        shade: 0,
    };
    const take = (over: Partial<Shot>) => photograph(subject, { ...perfect, ...over }, chanceOf(3));
    const sidesOf = (over: Partial<Shot>) => {
        const image = take(over);
        const rgba = Uint8Array.from({ length: image.grey.length * 4 }, (_, index) => image.grey[index >> 2]!);
        const { location } = readPixels(rgba, image)!;
        const between = (one: { x: number; y: number }, other: { x: number; y: number }) => Math.hypot(one.x - other.x, one.y - other.y);
        return {
            across: between(location.topLeftCorner, location.topRightCorner),
            along: between(location.topLeftCorner, location.bottomLeftCorner),
        };
    };

    it('draws the code as large as the distance says', () => {
        const mm = (topRightCorner.x - topLeftCorner.x) * panel.pixelMm.x;
        for (const distanceMm of [180, 250, 330])
            assert.ok(Math.abs(sidesOf({ distanceMm }).across - (mm * focalPx) / distanceMm) < 4, `${distanceMm}`);
    });

    it('shortens what is tilted away by the cosine, and only that', () => {
        const straight = sidesOf({});
        const tilted = sidesOf({ tiltDegrees: 25, tiltTowardsDegrees: 0 });
        const cosine = Math.cos((25 * Math.PI) / 180);
        assert.ok(Math.abs(tilted.along / straight.along - cosine) < 0.03, `${tilted.along / straight.along}`);
        assert.ok(tilted.across / straight.across > 0.94, `${tilted.across / straight.across}`);
    });

    it('keeps what it is told to break: no reader reads through a lens far out of focus, or a panel without contrast', async () => {
        const images = [take({}), take({ blurModules: 0.9 }), take({ darkByLight: 0.97, noise: 20 }), take({ noise: 200 })];
        assert.deepEqual(
            images.map((image) => readGrey(image)),
            [sampleOrderCode, undefined, undefined, undefined],
        );
        const texts = await readWithZbar(images);
        if (texts !== undefined) assert.deepEqual(texts, [sampleOrderCode, undefined, undefined, undefined]);
    });

    it('takes the same picture for the same seed, and another for another', () => {
        const shot = { ...perfect, noise: 5, glare: 0.3 };
        const [one, same, other] = [3, 3, 4].map((seed) => photograph(subject, shot, chanceOf(seed)).grey);
        assert.deepEqual(one, same);
        assert.notDeepEqual(one, other);
    });
});
