import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import * as v from 'valibot';
import { driverConfigs, openDispenser } from '../../drivers/registry.ts';
import type { VirtualDispenser } from '../../firmware/ports/virtual.ts';
import { needsWith, realClock } from '../drivers/needs.ts';
import { type DispenserRig, dispenserContract } from './dispenser-contract.ts';

describe('dispenser contract: virtual', () => {
    dispenserContract(async (t): Promise<DispenserRig> => {
        const dataDir = await mkdtemp(join(tmpdir(), 'tillbox-dispenser-'));
        t.after(() => rm(dataDir, { recursive: true }));
        const needs = needsWith({ clock: realClock, dataDir, catalogSlots: ['A1', 'A2'] });
        const config = v.parse(driverConfigs.dispenser.virtual.schema, { type: 'virtual', stock: { A2: 1 }, moveMs: 5 });
        const reopen = async (): Promise<VirtualDispenser> => {
            const dispenser = (await openDispenser(config, needs)) as VirtualDispenser;
            t.after(() => dispenser.close());
            return dispenser;
        };
        const port = await reopen();
        const tray = join(dataDir, 'virtual', 'tray.ndjson');
        return {
            port,
            slot: 'A1',
            lastOne: 'A2',
            // Read from the file, as a person looks into the tray.
            fallen: (deliveryId) =>
                (existsSync(tray) ? readFileSync(tray, 'utf8') : '')
                    .split('\n')
                    .filter((line) => line.includes(`"${deliveryId}"`) && line.includes('"fell"')).length,
            upset: () => port.setFault('A1', 'offline'),
            calm: () => port.setFault('A1', 'none'),
            reopen,
            logged: needs.logged,
        };
    });
});
