import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { machineTimeZone } from '../../firmware/policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'till-zone-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const zones = join(folder, 'usr', 'share', 'zoneinfo');
mkdirSync(join(zones, 'Europe'), { recursive: true });
writeFileSync(join(zones, 'Europe', 'Berlin'), '');
const link = join(folder, 'localtime');
symlinkSync(join(zones, 'Europe', 'Berlin'), link);
const byIntl = Intl.DateTimeFormat().resolvedOptions().timeZone;

test('the machine’s link names the zone', () => {
    assert.equal(machineTimeZone(undefined, { link, zones }), 'Europe/Berlin');
    assert.equal(machineTimeZone('', { link, zones }), 'Europe/Berlin');
});

test('TZ comes first', () => {
    writeFileSync(join(zones, 'Europe', 'Paris'), '');
    assert.equal(machineTimeZone('Europe/Paris', { link, zones }), 'Europe/Paris');
});

test('what is no zone of this machine is left to Intl', () => {
    for (const odd of ['Europe/Nowhere', 'CET-1CEST', ':Europe/Berlin', '../../etc/passwd', 'Europe']) {
        assert.equal(machineTimeZone(odd, { link, zones }), byIntl, odd);
    }
    assert.equal(machineTimeZone(undefined, { link: join(folder, 'missing'), zones }), byIntl);
});
