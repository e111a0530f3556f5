import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type FramedScan, ScanFramer, type Terminator } from '../../../drivers/scanner/scan-framer.ts';

const code = '281010897274821897274821';
const lengthMax = 64;

function framerWith(terminator: Terminator): ScanFramer {
    return new ScanFramer({ terminator, lengthMax });
}

function bytesOf(text: string): Uint8Array {
    return Buffer.from(text, 'latin1');
}

function texts(scans: readonly FramedScan[]): string[] {
    return scans.map((scan) => scan.text);
}

describe('scan framer', () => {
    const ends: readonly [terminator: Terminator, sent: string][] = [
        ['any', '\r'],
        ['any', '\n'],
        ['any', '\r\n'],
        ['cr', '\r'],
        ['cr', '\r\n'],
        ['lf', '\n'],
        ['lf', '\r\n'],
        ['crlf', '\r\n'],
    ];
    for (const [terminator, sent] of ends) {
        test(`terminator ${terminator}: ${JSON.stringify(sent)} ends one scan and begins none`, () => {
            const framer = framerWith(terminator);
            const scans = [...framer.push(bytesOf(code + sent)), ...framer.push(bytesOf(`ABC${sent}`))];
            assert.deepEqual(texts(scans), [code, 'ABC']);
            const { controlBytes: _, ...lines } = framer.dropped();
            assert.deepEqual(lines, { partial: 0, tooLong: 0, notAscii: 0, otherEnd: 0, unwanted: 0 });
            assert.equal(framer.midLine, false);
        });
    }

    test('a line end of another kind inside spoils the line: two codes are never glued together', () => {
        for (const [terminator, sent] of [
            ['cr', '1234\n5678\r'],
            ['lf', '1234\r5678\n'],
            ['crlf', '1234\r5678\r\n'],
            ['crlf', '1234\n5678\r\n'],
        ] as const) {
            const framer = framerWith(terminator);
            assert.deepEqual(framer.push(bytesOf(sent)), [], `${terminator} ${JSON.stringify(sent)}`);
            assert.equal(framer.dropped().otherEnd, 1);
            assert.deepEqual(texts(framer.push(bytesOf(`${code}\r\n`))), [code]);
        }
    });

    test('frames that are split anywhere, or merged, give the same scans', () => {
        const stream = bytesOf(`]C1${code}\r\n\r\nABC\rDEF\n`);
        const whole = framerWith('any').push(stream);
        assert.deepEqual(whole, [{ text: code, symbology: 'C1' }, { text: 'ABC' }, { text: 'DEF' }]);
        for (let cut = 0; cut <= stream.length; cut += 1) {
            const framer = framerWith('any');
            assert.deepEqual([...framer.push(stream.subarray(0, cut)), ...framer.push(stream.subarray(cut))], whole);
        }
    });

    test('the AIM prefix becomes the symbology', () => {
        const table: readonly [string, FramedScan[]][] = [
            [`]Q1${code}\r`, [{ text: code, symbology: 'Q1' }]],
            [`]d2${code}\r`, [{ text: code, symbology: 'd2' }]],
            [`]1${code}\r`, [{ text: `]1${code}` }]],
            [`${code}]C1\r`, [{ text: `${code}]C1` }]],
            [']C1\r', []],
        ];
        for (const [sent, scans] of table) assert.deepEqual(framerWith('any').push(bytesOf(sent)), scans, JSON.stringify(sent));
    });

    test('control characters are stripped and counted, and a line of them alone is no scan', () => {
        const framer = framerWith('any');
        assert.deepEqual(texts(framer.push(bytesOf(`\x02${code}\x03\t\r\x00\x7f\r`))), [code]);
        assert.equal(framer.dropped().controlBytes, 5);
    });

    test('the trigger reply of a GM65 is left out, and only at the beginning', () => {
        const reply = '\x02\x00\x00\x01\x0031';
        assert.deepEqual(texts(framerWith('any').push(bytesOf(`${reply}${code}\r`))), [code]);
        assert.deepEqual(texts(framerWith('any').push(bytesOf(`9${reply}${code}\r`))), [`931${code}`]);
        assert.deepEqual(texts(framerWith('any').push(bytesOf(`31${code}\r`))), [`31${code}`]);
    });

    test('a line with a byte above 0x7F is refused whole', () => {
        const framer = framerWith('any');
        assert.deepEqual(texts(framer.push(bytesOf(`2810\xff1089\r${code}\r`))), [code]);
        assert.equal(framer.dropped().notAscii, 1);
    });

    test('a line at the length limit is a scan, one above is refused whole, and the next line is whole again', () => {
        const framer = framerWith('any');
        const longest = '7'.repeat(lengthMax);
        assert.deepEqual(texts(framer.push(bytesOf(`${longest}\r${longest}8\r${code}\r`))), [longest, code]);
        assert.equal(framer.dropped().tooLong, 1);
    });

    test('64 KiB without a terminator is one refused line', () => {
        const framer = framerWith('any');
        for (let part = 0; part < 64; part += 1) assert.deepEqual(framer.push(bytesOf('5'.repeat(1024))), []);
        assert.deepEqual(texts(framer.push(bytesOf(`\r${code}\r`))), [code]);
        assert.equal(framer.dropped().tooLong, 1);
    });

    test('a pause throws an unfinished line away and counts it, and ends a scan only with terminator none', () => {
        for (const terminator of ['any', 'cr', 'lf', 'crlf'] as const) {
            const framer = framerWith(terminator);
            framer.push(bytesOf(code));
            assert.equal(framer.pause(), undefined);
            assert.equal(framer.dropped().partial, 1);
            assert.deepEqual(texts(framer.push(bytesOf('ABC\r\n'))), ['ABC']);
        }
        const framer = framerWith('none');
        assert.deepEqual(framer.push(bytesOf(`]Q1${code}\r\n`)), []);
        assert.deepEqual(framer.pause(), { text: code, symbology: 'Q1' });
        assert.equal(framer.pause(), undefined);
        framer.push(bytesOf('5'.repeat(lengthMax + 1)));
        assert.equal(framer.pause(), undefined);
        assert.equal(framer.dropped().tooLong, 1);
    });

    test('a refused line is dropped with its rest, and the next one is not', () => {
        const framer = framerWith('any');
        assert.equal(framer.refuseLine(), false);
        framer.push(bytesOf('2810'));
        assert.equal(framer.refuseLine(), true);
        assert.deepEqual(texts(framer.push(bytesOf(`1089\r\n${code}\r`))), [code]);
        assert.equal(framer.dropped().unwanted, 1);
        framer.joinMidLine();
        assert.deepEqual(texts(framer.push(bytesOf(`1089\r\n${code}\r`))), [code]);
        assert.equal(framer.dropped().unwanted, 2);
    });

    test('an abandoned line is counted once, and leaves nothing behind', () => {
        const framer = framerWith('any');
        framer.abandon();
        framer.push(bytesOf('2810'));
        framer.abandon();
        assert.deepEqual(texts(framer.push(bytesOf(`${code}\r`))), [code]);
        assert.equal(framer.dropped().partial, 1);
    });
});

/** The framing rules said once more, by splitting the whole stream; what follows the last line end is no line yet. */
function expected(stream: Uint8Array): FramedScan[] {
    const scans: FramedScan[] = [];
    for (let line of Buffer.from(stream)
        .toString('latin1')
        .split(/[\r\n]/)
        .slice(0, -1)) {
        if (line.startsWith('\x02\x00\x00\x01\x0031')) line = line.slice(7);
        const bytes = [...bytesOf(line)];
        const printable = String.fromCharCode(...bytes.filter((byte) => byte >= 0x20 && byte !== 0x7f));
        if (bytes.some((byte) => byte > 0x7f) || printable.length > lengthMax) continue;
        const [, symbology, text] = /^(?:\]([A-Za-z][0-9A-Za-z]))?(.*)$/.exec(printable)!;
        if (text !== '') scans.push(symbology === undefined ? { text: text! } : { text: text!, symbology });
    }
    return scans;
}

function pushInChunks(framer: ScanFramer, stream: Uint8Array, sizes: readonly number[]): FramedScan[] {
    const scans: FramedScan[] = [];
    let at = 0;
    for (let turn = 0; at < stream.length; turn += 1) {
        const size = sizes[turn % sizes.length]!;
        scans.push(...framer.push(stream.subarray(at, at + size)));
        at += size;
    }
    return scans;
}

const chunkSizes = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 8 });
/** Bytes with many of those that mean something. */
const lively = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0x30, max: 0x39 }) },
    { weight: 1, arbitrary: fc.constantFrom(0x0d, 0x0a, 0x5d, 0x43, 0x51, 0x02, 0x00, 0x01) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
);

describe('scan framer, any input', () => {
    test('gives what the rules say, however the bytes are cut', () => {
        fc.assert(
            fc.property(fc.array(lively, { maxLength: 400 }), chunkSizes, (bytes, sizes) => {
                const stream = Uint8Array.from(bytes);
                assert.deepEqual(pushInChunks(framerWith('any'), stream, sizes), expected(stream));
            }),
            { numRuns: 3_000 },
        );
    });

    test('every clean code between noise comes out, in order, for every terminator', () => {
        const noise = fc.array(
            fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 0x0d && byte !== 0x0a),
            { maxLength: 200 },
        );
        const clean = fc.stringMatching(/^(2[5-9]|30)\d{14,22}$/);
        for (const [terminator, end] of [
            ['any', '\r'],
            ['any', '\r\n'],
            ['cr', '\r'],
            ['lf', '\n'],
            ['crlf', '\r\n'],
        ] as const) {
            fc.assert(
                fc.property(fc.array(fc.tuple(noise, clean), { maxLength: 8 }), chunkSizes, (lines, sizes) => {
                    const stream = Buffer.concat(
                        lines.flatMap(([dirt, text]) => [Uint8Array.from(dirt), bytesOf(end), bytesOf(text), bytesOf(end)]),
                    );
                    const wanted = lines.map(([, text]) => text);
                    const got = texts(pushInChunks(framerWith(terminator), stream, sizes));
                    let next = 0;
                    for (const text of got) if (text === wanted[next]) next += 1;
                    assert.equal(next, wanted.length);
                }),
                { numRuns: 300 },
            );
        }
    });

    test('whatever happens in whatever order, a scan is printable ASCII within the length limit', () => {
        const step = fc.oneof(
            { weight: 6, arbitrary: fc.array(lively, { maxLength: 90 }).map((bytes) => ({ kind: 'push', bytes }) as const) },
            {
                weight: 1,
                arbitrary: fc
                    .constantFrom('pause', 'abandon', 'refuseLine', 'joinMidLine')
                    .map((kind) => ({ kind, bytes: [] as number[] })),
            },
        );
        fc.assert(
            fc.property(
                fc.constantFrom<Terminator>('any', 'cr', 'lf', 'crlf', 'none'),
                fc.array(step, { maxLength: 40 }),
                (terminator, steps) => {
                    const framer = framerWith(terminator);
                    for (const { kind, bytes } of steps) {
                        const scans =
                            kind === 'push'
                                ? framer.push(Uint8Array.from(bytes))
                                : [kind === 'pause' ? framer.pause() : void framer[kind]()];
                        for (const scan of scans) if (scan !== undefined) assert.match(scan.text, /^[\x20-\x7e]{1,64}$/);
                    }
                },
            ),
            { numRuns: 1_500 },
        );
    });

    test('100 million bytes of noise leave no memory behind, and the next code comes out', () => {
        const framer = framerWith('any');
        const block = new Uint8Array(1 << 20);
        let scans = 0;
        const before = process.memoryUsage().heapUsed;
        for (let pushed = 0; pushed < 100_000_000; pushed += block.length) {
            if (pushed % (8 << 20) === 0) randomFillSync(block);
            for (const scan of framer.push(block)) {
                scans += 1;
                // A wallet's code by chance would need sixteen digits and nothing else between two line ends.
                assert.doesNotMatch(scan.text, /^(2[5-9]|30)\d{14,22}$/);
            }
        }
        assert.ok(scans > 0, 'noise has short printable lines: a run without one tests nothing');
        assert.ok(process.memoryUsage().heapUsed - before < 64 << 20);
        assert.equal(texts(framer.push(bytesOf(`\r${code}\r`))).at(-1), code);
    });

    test('a million mutated frames: the clean frame behind each comes out whole', () => {
        const framer = framerWith('any');
        const clean = bytesOf(`]Q1${code}\r\n`);
        const frame = new Uint8Array(clean.length + 1);
        // A linear congruential generator: the same frames in every run.
        let chance = 20_260_101;
        const below = (limit: number): number => {
            chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0;
            return Math.floor((chance / 2 ** 32) * limit);
        };
        for (let turn = 0; turn < 1_000_000; turn += 1) {
            frame.set(clean);
            for (let mutation = below(3); mutation >= 0; mutation -= 1) frame[below(clean.length - 2)] = below(256);
            const from = below(8);
            framer.push(frame.subarray(from, clean.length - below(2)));
            const scans = framer.push(clean);
            assert.equal(scans.at(-1)?.text, code);
        }
    });
});
