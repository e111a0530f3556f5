import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Config, loadConfig, problemsOf } from '../../config/load.ts';
import { faultOf } from '../../firmware/ports/fault.ts';
import { changed, type Data, good, withConfig } from './good.ts';

const load = (content: Data | string, env: Record<string, string> = {}): Promise<Config> =>
    withConfig(content, (file) => loadConfig({ file, env }));

async function problems(content: Data | string, env: Record<string, string> = {}): Promise<readonly string[]> {
    const fault = faultOf(
        await load(content, env).then(
            () => undefined,
            (thrown: unknown) => thrown,
        ),
    );
    assert.ok(fault, 'the configuration must be refused');
    assert.equal(fault.code, 'CONFIG_INVALID');
    assert.equal(fault.kind, 'config');
    return problemsOf(fault);
}

test('a good configuration is filled in: defaults, milliseconds, absolute paths', async () => {
    await withConfig(changed({ 'timing.patience': '3m', 'timing.farewell': 250, 'timing.probe': ['1s', 2000] }), async (file, folder) => {
        const config = await loadConfig({ file, env: {} });
        assert.deepEqual(config.source, { file, folder });
        assert.equal(config.kiosk.dataDir, join(folder, 'data'));
        assert.equal(config.gateway.privateKeyFile, join(folder, 'merchant.pem'));
        assert.deepEqual(config.gateway.gatewayPublicKeyFiles, [join(folder, 'gateway.pub.pem')]);
        assert.equal(config.gateway.keyVersion, 1);
        assert.equal(config.timing.patience, 180_000);
        assert.equal(config.timing.farewell, 250);
        assert.deepEqual(config.timing.probe, [1000, 2000]);
        assert.deepEqual(config.timing.cancelRetry, [2000, 3000, 3000, 5000, 5000]);
        assert.equal(config.api.listen, '127.0.0.1:8080');
        assert.equal(config.relay.mode, 'none');
        assert.deepEqual(config.panel, { type: 'none' });
        assert.deepEqual(config.doubt, { refundBelow: '500', perSlotDay: 2, perDay: 3 });
        assert.equal(config.goodwill, '0');
    });
});

test('all problems are told at once, each with file, line, path and a sentence', async () => {
    const told = await problems(`kiosk:
  id: "a b"
  curency: EUR
  currency: XXX
  modes: [payment-code, teleport]
merchant:
  id: 7
  name: X
  mcc: 5814
  store: { id: S001, name: Corner Stand, mcc: "5814" }
gateway:
  url: http://example.com
  clientId: 5X00
  privateKeyFile: merchant.pem
  gatewayPublicKeyFiles: [gateway.pub.pem]
  notifyUrl: https://pay.example.com/ams/notify
scanner: { type: virtual, foo: 1 }
display: { type: hologram }
catalog:
  - { slot: A1, name: {}, price: 150 }
  - { slot: A1, name: { en: W }, price: "0", colour: red, shape: round }
timing:
  patience: 3 minutes
  farewel: 8s
  cancelRetry: [1ms]
apis: {}
`);
    const places = told.map((line) => line.split(' ').slice(0, 2).join(' '));
    assert.deepEqual(places, [
        'kiosk.yaml:1 operator:',
        'kiosk.yaml:2 kiosk.id:',
        'kiosk.yaml:3 kiosk.curency:',
        'kiosk.yaml:4 kiosk.currency:',
        'kiosk.yaml:5 kiosk.modes.1:',
        'kiosk.yaml:7 merchant.id:',
        'kiosk.yaml:9 merchant.mcc:',
        'kiosk.yaml:11 gateway.settlementCurrency:',
        'kiosk.yaml:12 gateway.url:',
        'kiosk.yaml:17 scanner.foo:',
        'kiosk.yaml:17 scanner.type:',
        'kiosk.yaml:18 display.type:',
        'kiosk.yaml:20 catalog.0.name:',
        'kiosk.yaml:20 catalog.0.price:',
        'kiosk.yaml:21 catalog.1.colour:',
        'kiosk.yaml:21 catalog.1.shape:',
        'kiosk.yaml:21 catalog.1.price:',
        'kiosk.yaml:21 catalog.1.slot:',
        'kiosk.yaml:23 timing.patience:',
        'kiosk.yaml:24 timing.farewel:',
        'kiosk.yaml:25 timing.cancelRetry.0:',
        'kiosk.yaml:26 apis:',
    ]);
    for (const line of told) assert.match(line, /[.?]$/, `"${line}" must be a sentence`);
    assert.ok(told.some((line) => line.includes('did you mean currency?')));
    assert.ok(told.some((line) => line.includes('did you mean farewell?')));
});

test('YAML that cannot be read is told with its line', async () => {
    const told = await problems('kiosk:\n  id: a\n  id: b\n');
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^kiosk\.yaml:3 is not valid YAML: .*unique/i);
    assert.match((await problems('kiosk: [1, 2\nmerchant: {}\n'))[0] ?? '', /^kiosk\.yaml:\d+ is not valid YAML/);
});

test('an empty file, a list and a word are refused as they are', async () => {
    assert.deepEqual(
        (await problems('')).map((line) => line.split(':')[1]?.split(' ')[1]),
        ['kiosk', 'merchant', 'gateway'],
    );
    for (const content of ['- a\n- b\n', 'hello\n', '42\n']) assert.ok((await problems(content)).length > 0, content);
});

test('a file that cannot be read: one sentence with what to do', async () => {
    await withConfig(good(), async (file, folder) => {
        await rm(file);
        await assert.rejects(loadConfig({ file, env: {} }), {
            code: 'CONFIG_UNREADABLE',
            kind: 'config',
            message: /is not there; name the right file/,
        });
        await assert.rejects(loadConfig({ file: folder, env: {} }), { code: 'CONFIG_UNREADABLE', message: /is a folder/ });
    });
});

test('key files that are missing are told with their line, unless nobody asks', async () => {
    await withConfig(changed({ 'gateway.privateKeyFile': 'no.pem', 'api.tokenFile': 'no.token' }), async (file, folder) => {
        const fault = faultOf(await loadConfig({ file, env: {} }).catch((thrown: unknown) => thrown));
        assert.ok(fault);
        const told = problemsOf(fault);
        assert.equal(told.length, 2);
        assert.ok(
            told[0]?.includes(`gateway.privateKeyFile: ${join(folder, 'no.pem')} is not there; till keys generate makes one.`),
            told[0],
        );
        const config = await loadConfig({ file, env: {}, checkFiles: false });
        assert.equal(config.api.tokenFile, join(folder, 'no.token'));
    });
});

test('every key can be set by environment, and the environment wins', async () => {
    const config = await load(good(), {
        TILL_GATEWAY__URL: 'http://127.0.0.1:9000',
        TILL_GATEWAY__KEY_VERSION: '7',
        TILL_KIOSK__MODES: '["order-code"]',
        TILL_CATALOG__0__PRICE: '275',
        TILL_MERCHANT__STORE__MCC: '1234',
        TILL_TIMING__PATIENCE: '90000',
        TILL_TIMING__FAREWELL: '2s',
        TILL_TIMING__CANCELRETRY: '["1s", 50]',
        TILL_SCANNER__TYPE: 'none',
        TILL_DOUBT: '{"refundBelow": "9"}',
        TILL_DOUBT__PER_DAY: '8',
        TILL_SOMETHING: 'is none of our business',
        PATH: '/bin',
    });
    assert.equal(config.gateway.url, 'http://127.0.0.1:9000');
    assert.equal(config.gateway.keyVersion, 7);
    assert.deepEqual(config.kiosk.modes, ['order-code']);
    assert.equal(config.catalog[0]?.price, '275');
    assert.equal(config.merchant.store.mcc, '1234');
    assert.equal(config.timing.patience, 90_000);
    assert.equal(config.timing.farewell, 2_000);
    assert.deepEqual(config.timing.cancelRetry, [1_000, 50]);
    assert.equal(config.scanner.type, 'none');
    assert.deepEqual(config.doubt, { refundBelow: '9', perSlotDay: 2, perDay: 8 });
});

test('what is wrong in the environment is told by the variable, never with its value', async () => {
    const told = await problems(good(), {
        TILL_GATEWAY__URI: 'sesame',
        TILL_GATEWAY__KEY_VERSION: 'sesame',
        TILL_KIOSK__MODES: '[sesame',
        TILL_KIOSK__ID__MORE: 'sesame',
    });
    assert.equal(told.length, 4);
    assert.ok(
        told.every((line) => line.startsWith('environment TILL_') && !line.includes('sesame')),
        told.join('\n'),
    );
    assert.ok(told.some((line) => line.includes('did you mean TILL_GATEWAY__URL?')));
});

test('operator.alert.after sets timing.alertAfter', async () => {
    const operator = { name: 'A', address: 'B', phone: 'C', alert: { url: 'https://alert.example.com/x', after: '2m' } };
    assert.equal((await load(changed({ operator }))).timing.alertAfter, 120_000);
    assert.match(
        (await problems(changed({ operator, 'timing.alertAfter': '1m' })))[0] ?? '',
        /timing\.alertAfter: stands in operator\.alert\.after too/,
    );
});

test('a hundred aliases of aliases do not eat the memory', async () => {
    const layers = ['a: &l0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let layer = 1; layer < 9; layer += 1) {
        const alias = `*l${layer - 1}`;
        layers.push(`b${layer}: &l${layer} [${Array.from({ length: 10 }, () => alias).join(', ')}]`);
    }
    assert.match((await problems(layers.join('\n')))[0] ?? '', /not valid YAML/);
});

test('a missing key file is told together with what else is wrong', async () => {
    const told = await problems(changed({ 'gateway.privateKeyFile': 'no.pem', 'kiosk.id': 'a b' }));
    assert.equal(told.length, 2, told.join('\n'));
    assert.ok(told.some((line) => line.includes('kiosk.id')) && told.some((line) => line.includes('no.pem is not there')));
});
