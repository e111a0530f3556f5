/** The format as docs/journal-format.md tells it, and bytes that are not of it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { blankSlots, encodeCommit, genesisHash, isBlank, readCommit, readRecord, slotBytes } from '../../../firmware/journal/format.ts';
import { KeyPositions, mayHold, offsetsIn, readIndexHead } from '../../../firmware/journal/key-index.ts';
import { recordsIn, scanSegment } from '../../../firmware/journal/scan.ts';

const document = await readFile(new URL('../../../docs/journal-format.md', import.meta.url), 'utf8');
const example = /```json\n([\s\S]*?)```/.exec(document)![1]!;
/** CRC-32 bit by bit, so that the document is held against something else than the code that wrote it. */
function slowCrc32(text: string): string {
    let crc = 0xffffffff;
    for (const byte of Buffer.from(text)) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}

test('the worked example of the document is what the code writes and reads', () => {
    const slot = blankSlots(1);
    slot.write(example);
    const scan = scanSegment(slot, { segment: 1 });
    assert.equal(scan.commits.length, 1);
    const [commit] = scan.commits;
    const records = [...recordsIn(commit!, genesisHash)].map(({ read }) => read);
    assert.deepEqual(
        records.map((read) => read.ok && read.record.type),
        ['saleOpened', 'paymentIntended'],
    );
    const entries = records.map((read) => {
        const { seq, time, mono, boot, ...entry } = read.record!;
        return entry;
    });
    const encoded = encodeCommit(entries, { commit: 1, segment: 1, seq: 1, prev: genesisHash, boot: 'B1', mono: 412 });
    assert.deepEqual(encoded.bytes, slot);
});

test('the worked example follows the rules of the document by hand', () => {
    const [header, ...lines] = example.trimEnd().split('\n') as [string, string, string];
    const before = (line: string, mark: string) => line.slice(0, line.lastIndexOf(mark));
    let hash = '0'.repeat(32);
    for (const line of lines) {
        hash = createHash('sha256')
            .update(hash + before(line, ',"hash"'))
            .digest('hex')
            .slice(0, 32);
        assert.equal(JSON.parse(line).hash, hash);
        assert.equal(JSON.parse(line).crc, slowCrc32(before(line, ',"crc"')));
    }
    const body = lines.map((line) => `${line}\n`).join('');
    assert.equal(JSON.parse(header).bytes, body.length);
    assert.equal(JSON.parse(header).crc, slowCrc32(before(header, ',"crc"') + body));
});

test('a commit that fills its slots to the last byte, and one byte more', () => {
    const place = { commit: 1, segment: 1, seq: 1, prev: genesisHash, boot: 'b', mono: 0 };
    const lengths = new Set<number>();
    for (let length = 3600; length < 3900; length += 1) {
        const { bytes, slots } = encodeCommit([{ type: 't', at: 1, text: 'x'.repeat(length) } as never], place);
        assert.equal(bytes.length, slots * slotBytes);
        const read = readCommit(bytes, 0);
        assert.ok(read.ok && [...recordsIn({ ...read, offset: 0 }, genesisHash)].every((record) => record.read.ok));
        assert.equal(bytes.at(-1), 0x0a);
        lengths.add(slots);
    }
    assert.deepEqual([...lengths], [1, 2]);
});

test('garbage is never read as a commit or a record', () => {
    const { bytes } = encodeCommit([{ type: 't', at: 1 }], { commit: 1, segment: 1, seq: 1, prev: genesisHash, boot: 'b', mono: 0 });
    for (let bit = 0; bit < bytes.toString().trimEnd().length * 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const read = readCommit(flipped, 0);
        assert.equal(read.ok, false, `bit ${bit}`);
    }
    for (const line of ['', '{}', 'null', '{"seq":1}', `${'['.repeat(500)}`]) assert.equal(readRecord(line).ok, false);
    assert.equal(readCommit(Buffer.alloc(0), 0).ok, false);
    assert.equal(readCommit(bytes, 5000).ok, false);
});

test('blank slots are blank, and nothing else is', () => {
    assert.ok(isBlank(blankSlots(3)));
    for (const at of [0, 100, 4095, 4096, 8191]) {
        const slots = blankSlots(2);
        slots[at]! ^= 1;
        assert.equal(isBlank(slots), false);
    }
});

test('a key index finds every offset and denies most other keys', () => {
    const positions = new KeyPositions();
    for (let number = 0; number < 2000; number += 1) positions.add([`sale:${number % 400}`], number * 10);
    const bytes = positions.encode({ segment: 7, size: 99 });
    const head = readIndexHead(bytes);
    assert.ok(head !== undefined && 'entries' in head);
    for (const sale of [0, 17, 399]) {
        assert.ok(mayHold(head, `sale:${sale}`));
        assert.deepEqual(
            offsetsIn(head, bytes.subarray(head.bodyOffset), `sale:${sale}`),
            [0, 1, 2, 3, 4].map((round) => (sale + round * 400) * 10),
        );
    }
    const lies = Array.from({ length: 1000 }, (_, at) => mayHold(head, `other:${at}`)).filter(Boolean).length;
    assert.ok(lies < 50, `${lies} of 1000`);
    const spoiled = Buffer.from(bytes);
    spoiled[head.bodyOffset + 3]! ^= 1;
    assert.equal(offsetsIn(head, spoiled.subarray(head.bodyOffset), 'sale:0'), undefined);
    assert.deepEqual(readIndexHead(bytes.subarray(0, head.bodyOffset - 1)), { need: head.bodyOffset });
    spoiled[20]! ^= 1;
    assert.equal(readIndexHead(spoiled), undefined);
});
