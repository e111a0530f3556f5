/** Acceptance marks: what the operator supplied becomes a picture in a page, and what is none is told with what to do. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { markBytesMax, readMarks } from '../../firmware/marks.ts';
import { faultOf } from '../../firmware/ports/fault.ts';

const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1"/></svg>';
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64');

describe('acceptance marks', () => {
    let folder = '';
    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'till-marks-'));
    });
    after(() => rm(folder, { recursive: true }));

    const put = async (name: string, bytes: string | Uint8Array) => {
        await writeFile(join(folder, name), bytes);
        return { name, file: join(folder, name) };
    };

    for (const [name, bytes, type] of [
        ['a.svg', svg, 'image/svg+xml'],
        ['b.svg', `<?xml version="1.0"?>\n<!-- by the acquirer -->\n${svg}`, 'image/svg+xml'],
        ['c.png', png, 'image/png'],
    ] as const) {
        test(`${name} is taken as ${type}, whole`, async () => {
            const [mark] = await readMarks([await put(name, bytes)]);
            assert.equal(mark?.name, name);
            const [head, data = ''] = (mark?.dataUri ?? '').split(',');
            assert.equal(head, `data:${type};base64`);
            assert.deepEqual(Buffer.from(data, 'base64'), Buffer.from(bytes));
        });
    }

    for (const [name, bytes, says] of [
        ['page.svg', '<html><svg></svg></html>', /neither PNG nor SVG/],
        ['empty.png', '', /neither PNG nor SVG/],
        ['large.svg', svg + ' '.repeat(markBytesMax), /larger than 64 KiB/],
    ] as const) {
        test(`${name} is refused with what to do`, async () => {
            const mark = await put(name, bytes);
            await assert.rejects(readMarks([mark]), (thrown) => {
                const fault = faultOf(thrown);
                assert.equal(fault?.code, 'MARK_UNREADABLE');
                assert.equal(fault?.kind, 'config');
                assert.match(fault?.message ?? '', says);
                return true;
            });
        });
    }

    test('a picture without a shape is told at the start, not at the first frame', async () => {
        const mark = await put('shapeless.svg', '<svg xmlns="http://www.w3.org/2000/svg"></svg>');
        await assert.rejects(readMarks([mark]), { code: 'MARK_WITHOUT_SIZE', kind: 'config' });
    });

    test('a file that is not there is refused by name', async () => {
        await assert.rejects(
            readMarks([{ name: 'x', file: join(folder, 'none.png') }]),
            /none\.png cannot be used: it cannot be read \(ENOENT\)/,
        );
    });
});
