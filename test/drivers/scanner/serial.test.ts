import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { serialScannerConfig } from '../../../drivers/scanner/serial.config.ts';
import { SerialScanner } from '../../../drivers/scanner/serial.ts';
import { FakeLine } from '../fake-line.ts';
import { ManualClock, settled } from '../manual-clock.ts';
import { needsWith } from '../needs.ts';

const code = '281010897274821897274821';
const other = '281010897274821897274822';

/** A scanner on a line of which every byte and every millisecond is the test's. The path is that of a node which is always there. */
async function scannerWith(t: TestContext, config: Readonly<Record<string, unknown>> = {}) {
    const clock = new ManualClock();
    const line = new FakeLine(() => clock.monoMs());
    const needs = needsWith({ clock, dataDir: tmpdir() });
    const scanner = new SerialScanner(
        v.parse(serialScannerConfig.schema, { type: 'serial', path: '/dev/null', ...config }),
        needs,
        line.openTty,
    );
    t.after(() => scanner.close());
    while (!line.isOpen) await settled();
    await clock.advance(200);
    assert.equal(scanner.status().state, 'online');
    const got: string[] = [];
    void (async () => {
        for await (const scan of scanner.scans()) got.push(scan.text);
    })();
    return { clock, got, line, scanner };
}

describe('serial scanner', () => {
    test('a line that began before it was armed does not count, and the next one does', async (t) => {
        const { got, line, scanner } = await scannerWith(t);
        line.send(code.slice(0, 10));
        scanner.arm();
        line.send(`${code.slice(10)}\r\n`);
        line.send(`${other}\r\n`);
        await settled();
        assert.deepEqual(got, [other]);
        assert.equal(scanner.dropped().unwanted, 1);
    });

    test('a line that began while it was armed does not count when it ends disarmed, nor when it is armed again meanwhile', async (t) => {
        const { got, line, scanner } = await scannerWith(t);
        scanner.arm();
        line.send(code.slice(0, 10));
        scanner.disarm();
        line.send(`${code.slice(10)}\r`);
        scanner.arm();
        line.send(code.slice(0, 10));
        scanner.disarm();
        scanner.arm();
        line.send(`${code.slice(10)}\r`);
        await settled();
        assert.deepEqual(got, []);
        assert.deepEqual([scanner.dropped().disarmed, scanner.dropped().unwanted], [1, 1]);
    });

    test('the LF behind a CR is no line that began', async (t) => {
        const { got, line, scanner } = await scannerWith(t);
        line.send(`${code}\r`);
        scanner.arm();
        line.send(`\n${other}\r\n`);
        await settled();
        assert.deepEqual(got, [other]);
    });

    test('the same code within 1.5 s is one read, however often, and another code is not', async (t) => {
        const { clock, got, line, scanner } = await scannerWith(t);
        scanner.arm();
        line.send(`${code}\r]C0${code}\r`);
        await clock.advance(1_400);
        line.send(`${code}\r`);
        await clock.advance(1_400);
        line.send(`${code}\r${other}\r`);
        await clock.advance(1_499);
        line.send(`${other}\r`);
        await clock.advance(1_500);
        line.send(`${other}\r`);
        await settled();
        assert.deepEqual(got, [code, other, other]);
        assert.equal(scanner.dropped().double, 4);
    });

    test('a code that was dropped is not what a double read is measured by', async (t) => {
        const { got, line, scanner } = await scannerWith(t);
        line.send(`${code}\r`);
        scanner.arm();
        line.send(`${code}\r`);
        await settled();
        assert.deepEqual(got, [code]);
    });

    test('a stalled line is waited for, and not cut', async (t) => {
        const { clock, got, line, scanner } = await scannerWith(t);
        scanner.arm();
        for (const digit of code) {
            line.send(digit);
            await clock.advance(1_900);
        }
        line.send('\r');
        await settled();
        assert.deepEqual(got, [code]);
        assert.equal(scanner.dropped().partial, 0);
    });

    test('a line that stalls for good is thrown away and counted, and the next code is whole', async (t) => {
        const { clock, got, line, scanner } = await scannerWith(t);
        scanner.arm();
        line.send(code.slice(0, 10));
        await clock.advance(2_500);
        assert.equal(scanner.dropped().partial, 1);
        line.send(`${other}\r`);
        await settled();
        assert.deepEqual(got, [other]);
    });

    test('noise without an end does not spoil the first code of a sale that begins later', async (t) => {
        const { clock, got, line, scanner } = await scannerWith(t);
        line.send('\x00');
        await clock.advance(2_500);
        scanner.arm();
        line.send(`${code}\r`);
        await settled();
        assert.deepEqual(got, [code]);
    });

    test('bytes that waited while the process was busy count before the pause does', async (t) => {
        for (const terminator of ['any', 'none']) {
            const { clock, got, line, scanner } = await scannerWith(t, { terminator });
            scanner.arm();
            line.send(code.slice(0, 10));
            // The loop was blocked: the pause is over, its timer is due, and the rest of the code is read right behind it.
            await clock.advance(clock.nextMs!);
            while (clock.nextMs! > 25) await clock.advance(clock.nextMs!);
            line.send(`${code.slice(10)}\r`);
            await clock.advance(3_000);
            assert.deepEqual(got, [code], terminator);
        }
    });

    test('terminator none: a pause ends a code, a shorter one does not', async (t) => {
        const { clock, got, line, scanner } = await scannerWith(t, { terminator: 'none' });
        scanner.arm();
        line.send(code.slice(0, 10));
        await clock.advance(90);
        line.send(code.slice(10));
        await clock.advance(90);
        assert.deepEqual(got, []);
        await clock.advance(60);
        assert.deepEqual(got, [code]);
    });

    test('what comes right after opening may be the rest of a code, and is dropped to its end', async (t) => {
        const { clock, got, line, scanner } = await scannerWith(t);
        scanner.arm();
        line.drop();
        while (!line.isOpen) await clock.advance(5);
        await clock.advance(50);
        line.send(code.slice(10));
        await clock.advance(100);
        line.send(`\r${other}\r`);
        await settled();
        assert.deepEqual(got, [other]);
    });

    test('a code that the loss of the line cut off is counted, and its rest does not count', async (t) => {
        const { clock, got, line, scanner } = await scannerWith(t);
        scanner.arm();
        line.send(code.slice(0, 10));
        line.drop();
        assert.equal(scanner.dropped().partial, 1);
        while (!line.isOpen) await clock.advance(5);
        await clock.advance(200);
        line.send(`${other}\r`);
        await settled();
        assert.deepEqual(got, [other]);
    });

    test('after a close no timer and no line is left', async (t) => {
        const { clock, line, scanner } = await scannerWith(t);
        scanner.arm();
        line.send(code.slice(0, 10));
        await scanner.close();
        assert.deepEqual([clock.pending, line.opened], [0, 0]);
    });
});
