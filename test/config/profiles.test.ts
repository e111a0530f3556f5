/** The profiles: good for `till config check` with real keys beside them, explained key by key, in nine languages, and as the stage overlays them. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../config/load.ts';
import { catalogues } from '../../firmware/screens/messages.ts';
import { placesIn } from '../../scripts/demo/ground.ts';
import { root } from '../../scripts/house/programs.ts';
import { configFileOf, profiles, stageEnvironment } from '../../scripts/stage/profiles.ts';
import { till } from '../firmware/cli/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'till-profiles-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const places = placesIn(folder);
mkdirSync(join(folder, 'keys'));
const pem = () =>
    generateKeyPairSync('rsa', {
        modulusLength: 2048,
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
const [merchant, gateway] = [pem(), pem()];
writeFileSync(places.merchantKey, merchant.privateKey, { mode: 0o600 });
writeFileSync(places.gatewayPublicKey, gateway.publicKey);

const ports = { kiosk: 8080, sandbox: 8090, stage: 8100, gateway: 8110 };

test('each file in config/profiles is on the stage, and the other way round', () => {
    assert.deepEqual(readdirSync(join(root, 'config/profiles')).sort(), profiles.map(({ name }) => `${name}.yaml`).sort());
});

for (const profile of profiles) {
    const file = configFileOf(profile);

    test(`${profile.name}: till config check is content with a copy that has its keys beside it`, async () => {
        const copy = join(folder, `${profile.name}.yaml`);
        copyFileSync(file, copy);
        const ended = await till(['config', 'check', '--config', copy]);
        assert.equal(ended.code, 0, ended.err);
        assert.match(ended.out, /is good: kiosk/);
        rmSync(places.gatewayPublicKey);
        const without = await till(['config', 'check', '--config', copy]);
        writeFileSync(places.gatewayPublicKey, gateway.publicKey);
        assert.equal(without.code, 78, 'a key file that is missing is told');
    });

    test(`${profile.name}: every key is explained`, () => {
        // Names and addresses of the example's own shop say what they are.
        const plain = new Set([
            'merchant',
            'operator',
            'name',
            'address',
            'gateway',
            'relay',
            'api',
            'log',
            'timing',
            'kiosk',
            'mcc',
            'sale',
        ]);
        const lines = readFileSync(file, 'utf8').split('\n');
        const catalog = lines.findIndex((line) => line.startsWith('catalog:'));
        const behind = lines.findIndex((line, index) => index > catalog && /^[a-z]/.test(line));
        for (const [index, line] of lines.entries()) {
            const key = /^ *([a-zA-Z]+):/.exec(line)?.[1];
            if (key === undefined || plain.has(key) || (index >= catalog && index < behind)) continue;
            assert.ok(line.includes(' # '), `${profile.name}.yaml:${index + 1} says nothing of ${key}`);
        }
    });

    test(`${profile.name}: everything that is sold has a name in each language of the kiosk`, async () => {
        const { catalog, kiosk } = await loadConfig({ file, env: {}, checkFiles: false });
        assert.deepEqual([kiosk.locale, ...kiosk.locales].sort(), Object.keys(catalogues).sort());
        assert.ok(catalog.length >= 4);
        for (const { slot, name } of catalog) assert.deepEqual(Object.keys(name).sort(), Object.keys(catalogues).sort(), slot);
    });

    test(`${profile.name}: on the stage nothing real is left: devices, gateway, addresses, folders`, async () => {
        const env = stageEnvironment({ profile, places, lang: 'de', ports });
        const config = await loadConfig({ file, env });
        for (const kind of ['scanner', 'display', 'dispenser', 'panel'] as const) assert.match(config[kind].type, /^(virtual|none)$/);
        assert.ok(config.gateway.clientId.startsWith('SANDBOX_'));
        assert.equal(config.kiosk.locale, 'de');
        assert.ok(config.kiosk.dataDir.startsWith(folder));
        const addresses = [config.gateway.url, config.gateway.notifyUrl, config.relay.publicUrl, `http://${config.api.listen}`];
        for (const address of addresses) assert.equal(new URL(address!).hostname, '127.0.0.1');
        assert.equal(config.relay.listen, undefined);
        assert.equal(config.operator?.alert, undefined);
    });
}
