/** The serial scanner over the kernel's own pseudo-terminals: what the fake line cannot know. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { loadOpenTty } from '../../../drivers/lib/tty.ts';
import { serialScannerConfig } from '../../../drivers/scanner/serial.config.ts';
import { serialScanner } from '../../../drivers/scanner/serial.ts';
import { codeNumber } from '../../contract/scanner-contract.ts';
import { needsWith, realClock } from '../needs.ts';
import { Cable } from '../pty.ts';
import { until } from '../until.ts';

async function cableFor(t: TestContext): Promise<{ cable: Cable; folder: string }> {
    const folder = await mkdtemp(join(tmpdir(), 'tillbox-pty-'));
    const cable = new Cable(folder);
    t.after(async () => {
        await cable.unplug();
        await rm(folder, { recursive: true });
    });
    await cable.plug();
    return { cable, folder };
}

async function scannerOn(t: TestContext, options: { path: string; folder: string; terminator?: string }) {
    const { folder, path, terminator = 'any' } = options;
    const config = v.parse(serialScannerConfig.schema, { type: 'serial', path, terminator });
    const scanner = await serialScanner.open(config, needsWith({ clock: realClock, dataDir: folder }));
    t.after(() => scanner.close());
    return scanner;
}

async function armedScanner(t: TestContext, terminator?: string) {
    const { cable, folder } = await cableFor(t);
    const scanner = await scannerOn(t, { path: cable.path, folder, ...(terminator && { terminator }) });
    await until('the scanner is online', () => scanner.status().state === 'online');
    scanner.arm();
    const scans = scanner.scans()[Symbol.asyncIterator]();
    return { cable, folder, scanner, next: async () => (await scans.next()).value?.text };
}

describe('serial scanner over a pseudo-terminal', () => {
    for (const [terminator, end] of [
        ['any', '\r'],
        ['any', '\n'],
        ['any', '\r\n'],
        ['cr', '\r'],
        ['lf', '\n'],
        ['crlf', '\r\n'],
        ['none', ''],
    ] as const) {
        test(`terminator ${terminator}, ${JSON.stringify(end)} sent: the line discipline changes no byte of it`, async (t) => {
            const { cable, next, scanner } = await armedScanner(t, terminator);
            // XON, XOFF, EOF and interrupt would be the line discipline's, were it not raw.
            await cable.send(`\x11\x13\x04\x03${codeNumber(1)}${end}`);
            assert.equal(await next(), codeNumber(1));
            assert.equal(scanner.dropped().controlBytes, 4);
        });
    }

    test('codes that arrive byte by byte, and several in one write', async (t) => {
        const { cable, next } = await armedScanner(t);
        for (const byte of `${codeNumber(1)}\r\n`) await cable.send(byte);
        assert.equal(await next(), codeNumber(1));
        await cable.send(`${codeNumber(2)}\r${codeNumber(3)}\n${codeNumber(4)}\r\n`);
        assert.deepEqual([await next(), await next(), await next()], [codeNumber(2), codeNumber(3), codeNumber(4)]);
    });

    test('64 KiB without an end are dropped, and the next code comes out', async (t) => {
        const { cable, next, scanner } = await armedScanner(t);
        await cable.send('5'.repeat(64 * 1024));
        await cable.send(`\r\n${codeNumber(1)}\r\n`);
        assert.equal(await next(), codeNumber(1));
        assert.equal(scanner.dropped().tooLong, 1);
    });

    test('unplugged ten times in the middle of a code: never a piece of one, always the next whole', async (t) => {
        const { cable, next, scanner } = await armedScanner(t);
        for (let turn = 1; turn <= 10; turn += 1) {
            await cable.send(codeNumber(turn).slice(0, 2 * turn));
            await cable.unplug();
            await until('the scanner is offline', () => scanner.status().state === 'offline');
            await cable.plug();
            await until('the scanner is online', () => scanner.status().state === 'online');
            await cable.send(`${codeNumber(100 + turn)}\r`);
            assert.equal(await next(), codeNumber(100 + turn));
        }
    });

    test('a line that is hung up behind the last byte costs no processor', async (t) => {
        const { cable, next, scanner } = await armedScanner(t);
        for (let turn = 0; turn < 5; turn += 1) {
            await cable.send(`${codeNumber(turn)}\r`);
            await next();
            const before = process.cpuUsage();
            await cable.unplug();
            await until('the scanner is offline', () => scanner.status().state === 'offline');
            const { system, user } = process.cpuUsage(before);
            assert.ok(system + user < 200_000, `${(system + user) / 1000} ms of processor to notice it`);
            await cable.plug();
            await until('the scanner is online', () => scanner.status().state === 'online');
        }
    });

    test('a line that another program has is said to be so, and is taken when it is free', async (t) => {
        const { cable, folder, scanner } = await armedScanner(t);
        const second = await scannerOn(t, { path: cable.path, folder });
        await until('the second is refused', () => second.status().state === 'offline');
        assert.match(second.status().reason, /cannot be opened .*no other program may have it/);
        await scanner.close();
        await until('the second has it', () => second.status().state === 'online');
    });

    test('a path that is no tty is said to be so', async (t) => {
        const scanner = await scannerOn(t, { path: '/dev/null', folder: tmpdir() });
        await until('it is refused', () => scanner.status().state === 'offline');
        assert.match(scanner.status().reason, /^\/dev\/null cannot be opened/);
    });

    test('a machine without the native part of serialport is told so', async () => {
        const hooks = registerHooks({
            resolve: (specifier, context, nextResolve) => {
                if (specifier === '@serialport/bindings-cpp') throw new Error('no prebuild');
                return nextResolve(specifier, context);
            },
        });
        try {
            await assert.rejects(loadOpenTty(), { code: 'SERIALPORT_MISSING', kind: 'config' });
        } finally {
            hooks.deregister();
        }
    });
});
