import { tmpdir } from 'node:os';
import { describe } from 'node:test';
import * as v from 'valibot';
import { driverConfigs, openPanel } from '../../drivers/registry.ts';
import type { VirtualPanel } from '../../firmware/ports/virtual.ts';
import { needsWith, realClock } from '../drivers/needs.ts';
import { type PanelRig, panelContract } from './panel-contract.ts';

describe('panel contract: virtual', () => {
    panelContract(async (t): Promise<PanelRig> => {
        const needs = needsWith({ clock: realClock, dataDir: tmpdir() });
        const reopen = async (): Promise<VirtualPanel> => {
            const panel = (await openPanel(v.parse(driverConfigs.panel.virtual.schema, { type: 'virtual' }), needs)) as VirtualPanel;
            t.after(() => panel.close());
            return panel;
        };
        const port = await reopen();
        return { port, press: (key) => port.press(key), shown: () => port.shown(), reopen, logged: needs.logged };
    });
});
