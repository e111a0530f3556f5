import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import * as v from 'valibot';
import { pngDisplayConfig } from '../../../drivers/display/png.config.ts';
import { pngDisplay } from '../../../drivers/display/png.ts';
import { encodePng } from '../../../drivers/lib/png.ts';
import { frameOf } from '../../contract/display-contract.ts';
import { needsWith, realClock } from '../needs.ts';

async function displayIn(t: TestContext) {
    const folder = await mkdtemp(join(tmpdir(), 'tillbox-png-'));
    t.after(() => rm(folder, { recursive: true }));
    const needs = needsWith({ clock: realClock, dataDir: folder });
    const display = await pngDisplay.open(
        v.parse(pngDisplayConfig.schema, { type: 'png', path: 'screen.png', width: 96, height: 64 }),
        needs,
    );
    t.after(() => display.close());
    return { display, folder, needs, path: join(folder, 'screen.png') };
}

describe('png', () => {
    test('another decoder finds every pixel of any picture', async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.integer({ min: 1, max: 40 }),
                fc.integer({ min: 1, max: 40 }),
                fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
                async (width, height, bytes) => {
                    const rgba = new Uint8Array(width * height * 4);
                    for (let at = 0; at < rgba.length; at += 1) rgba[at] = at % 4 === 3 ? 255 : bytes.next().value;
                    const read = PNG.sync.read(await encodePng({ width, height, rgba }), { checkCRC: true });
                    assert.deepEqual([read.width, read.height], [width, height]);
                    assert.deepEqual(new Uint8Array(read.data), rgba);
                },
            ),
            { numRuns: 60 },
        );
    });
});

describe('picture display', () => {
    test('whoever reads the file while frames are shown sees whole pictures only, and nothing else is left', async (t) => {
        const { display, folder, path } = await displayIn(t);
        await display.show(frameOf(display, 0));
        let showing = true;
        const shown = (async () => {
            for (let shade = 1; shade <= 60; shade += 1) await display.show(frameOf(display, shade));
            showing = false;
        })();
        const seen = new Set<number>();
        while (showing) {
            const { data } = PNG.sync.read(await readFile(path), { checkCRC: true });
            // The decoder gives opaque pixels; the three colours of each are one shade.
            const shade = data[0]!;
            assert.ok(data.every((value, at) => value === (at % 4 === 3 ? 255 : shade)));
            seen.add(shade);
        }
        await shown;
        assert.ok(seen.size > 1, 'the reader has seen more than one frame');
        assert.deepEqual(await readdir(folder), ['screen.png']);
    });

    test('a file that cannot be written is a fault with a sentence, said once in the log, and leaves nothing behind', async (t) => {
        const { display, folder, needs, path } = await displayIn(t);
        await mkdir(join(path, 'in-the-way'), { recursive: true });
        for (let turn = 0; turn < 2; turn += 1) {
            await assert.rejects(display.show(frameOf(display, 1)), (error: { code?: string; kind?: string; message?: string }) => {
                assert.deepEqual([error.code, error.kind], ['DISPLAY_NOT_WRITTEN', 'device']);
                assert.match(error.message ?? '', /could not be written to .*screen\.png: see that its folder exists/);
                return true;
            });
        }
        assert.equal(needs.logged.filter((line) => line.includes('DISPLAY_NOT_WRITTEN')).length, 1);
        assert.deepEqual(await readdir(folder), ['screen.png']);
        await rm(path, { recursive: true });
        await writeFile(path, 'not a picture yet');
        await display.show(frameOf(display, 2));
        assert.equal(PNG.sync.read(await readFile(path)).data[0], 2);
    });
});
