import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext } from 'node:test';
import * as v from 'valibot';
import { driverConfigs, openScanner } from '../../drivers/registry.ts';
import type { VirtualScanner } from '../../firmware/ports/virtual.ts';
import { needsWith, realClock } from '../drivers/needs.ts';
import { Cable } from '../drivers/pty.ts';
import { type ScannerRig, scannerContract } from './scanner-contract.ts';

describe('scanner contract: virtual', () => {
    scannerContract(async (t: TestContext): Promise<ScannerRig> => {
        const needs = needsWith({ clock: realClock, dataDir: tmpdir() });
        const open = async (): Promise<VirtualScanner> => {
            const scanner = (await openScanner(
                v.parse(driverConfigs.scanner.virtual.schema, { type: 'virtual' }),
                needs,
            )) as VirtualScanner;
            t.after(() => scanner.close());
            return scanner;
        };
        const port = await open();
        return {
            port,
            upset: () => port.plug(false),
            calm: () => port.plug(true),
            reopen: open,
            logged: needs.logged,
            present: (text) => void port.scan(text),
        };
    });
});

describe('scanner contract: serial, over a pseudo-terminal', () => {
    scannerContract(async (t: TestContext): Promise<ScannerRig> => {
        const folder = await mkdtemp(join(tmpdir(), 'tillbox-scanner-'));
        const cable = new Cable(folder);
        t.after(async () => {
            await cable.unplug();
            await rm(folder, { recursive: true });
        });
        await cable.plug();
        const needs = needsWith({ clock: realClock, dataDir: folder });
        const open = async () => {
            const scanner = (await openScanner(v.parse(driverConfigs.scanner.serial.schema, { type: 'serial', path: cable.path }), needs))!;
            t.after(() => scanner.close());
            return scanner;
        };
        return {
            port: await open(),
            upset: () => cable.unplug(),
            calm: () => cable.plug(),
            reopen: open,
            logged: needs.logged,
            present: (text) => cable.send(`${text}\r\n`),
        };
    });
});
