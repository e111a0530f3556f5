import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { changed, good, withConfig } from '../../config/good.ts';
import { till } from './run-cli.ts';

test('config check: 0 and a sentence for a good file, 78 and every problem for a bad one', async () => {
    await withConfig(good(), async (file, folder) => {
        const [ours, theirs] = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
        writeFileSync(join(folder, 'merchant.pem'), ours!.privateKey.export({ type: 'pkcs8', format: 'pem' }));
        writeFileSync(join(folder, 'gateway.pub.pem'), theirs!.publicKey.export({ type: 'spki', format: 'pem' }));
        const said = await till(['config', 'check', '--config', file]);
        assert.deepEqual([said.code, said.err], [0, '']);
        assert.match(said.out, /kiosk\.yaml is good: kiosk kiosk-01, payment-code, order-code, in EUR\.\n$/);
        // There and readable, and still the wrong key.
        writeFileSync(join(folder, 'gateway.pub.pem'), ours!.publicKey.export({ type: 'spki', format: 'pem' }));
        const own = await till(['config', 'check', '--config', file]);
        assert.equal(own.code, 78);
        assert.match(own.err, /GATEWAY_KEY_IS_OURS/);
    });
    await withConfig(changed({ 'kiosk.id': 'a b', 'kiosk.curency': 'EUR', 'gateway.url': 'http://x.example' }), async (file) => {
        const said = await till(['config', 'check', '-c', file]);
        assert.deepEqual([said.code, said.out], [78, '']);
        const lines = said.err.trimEnd().split('\n');
        assert.equal(lines.length, 4);
        assert.match(lines[0] ?? '', /^kiosk\.yaml:2 kiosk\.id: must be/);
        assert.equal(lines[3], 'kiosk.yaml has 3 problems; nothing was started.');
        const json = await till(['config', 'check', '--config', file, '--json']);
        assert.deepEqual([json.code, json.err], [78, '']);
        const told = JSON.parse(json.out) as { ok: boolean; code: string; problems: string[] };
        assert.deepEqual([told.ok, told.code, told.problems], [false, 'CONFIG_INVALID', lines.slice(0, 3)]);
    });
});

test('config check: files are asked for unless told otherwise; a missing file is 78', async () => {
    await withConfig(changed({ 'gateway.privateKeyFile': 'none.pem' }), async (file, folder) => {
        assert.equal((await till(['config', 'check', '--config', file])).code, 78);
        assert.equal((await till(['config', 'check', '--config', file, '--no-files'])).code, 0);
        const missing = await till(['config', 'check', '--config', `${folder}/none.yaml`]);
        assert.equal(missing.code, 78);
        assert.match(missing.err, /none\.yaml is not there; name the right file with --config\. \(CONFIG_UNREADABLE\)/);
    });
});

test('config schema prints a JSON Schema that accepts a good configuration, and a document', async () => {
    const said = await till(['config', 'schema']);
    assert.equal(said.code, 0);
    const validate = new Ajv({ strict: false }).compile(JSON.parse(said.out));
    assert.ok(validate(good()));
    assert.match((await till(['config', 'schema', '--markdown'])).out, /^# Configuration\n/);
});

test('config show prints what a kiosk would use, with the environment, and nothing secret', async () => {
    const operator = { name: 'A', address: 'B', phone: 'C', alert: { url: 'https://hooks.example.com/services/T0/SESAME?key=SESAME' } };
    await withConfig(changed({ operator }), async (file) => {
        const said = await till(['config', 'show', '--config', file], { TILL_TIMING__FAREWELL: '3s' });
        assert.equal(said.code, 0);
        const shown = parse(said.out) as { timing: { farewell: number }; operator: { alert: { url: string } }; kiosk: { dataDir: string } };
        assert.equal(shown.timing.farewell, 3000);
        assert.equal(shown.operator.alert.url, 'https://hooks.example.com/…');
        assert.ok(shown.kiosk.dataDir.startsWith('/'));
        assert.ok(!said.out.includes('SESAME'));
        const json = await till(['config', 'show', '--config', file, '--json'], { TILL_TIMING__FAREWELL: '3s' });
        assert.deepEqual(JSON.parse(json.out), shown);
    });
});
