/** Bad input: configurations, keys, data folders, disks and journals that are not as they should be. A clear sentence each, nothing lost. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Kiosk } from './kiosk.ts';
import { till } from './processes.ts';
import { Stage, stand } from './stage.ts';

let stage: Stage;

before(async () => {
    stage = await Stage.open();
});

after(() => stage?.close());

test('a configuration with mistakes: all of them at once, with path and line; exit 78, nothing started', async () => {
    const file = join(stage.folder, 'wrong.yaml');
    const lines = [
        'kiosk: { id: "bad id!", currency: EURO, modes: [payment-code, telepathy], dataDir: ./never-made }',
        'merchant: { id: M001, name: Corner Stand, mcc: "58", store: { id: S001, name: Corner Stand, mcc: "5814" } }',
        'gateway:',
        '    url: http://open-de-global.alipay.com',
        '    clientId: SANDBOX_5X00000000000000',
        '    privateKeyFile: keys/not-there.pem',
        '    gatewayPublicKeyFiles: [keys/gateway.pub.pem]',
        '    notifyUrl: not-an-address',
        '    settlementCurrency: EUR',
        'scanner: { type: telepathic }',
        'catalog: [ { slot: A1, name: { en: Water }, price: "1.50" } ]',
        'timing: { patience: soon }',
        'surprise: true',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    for (const args of [
        ['run', '--config', file],
        ['config', 'check', '--config', file],
    ]) {
        const ended = await till(args);
        assert.equal(ended.code, 78, ended.out + ended.err);
        const told = ended.out + ended.err;
        const expected: readonly (readonly [number, string])[] = [
            [1, 'kiosk.id'],
            [1, 'kiosk.currency'],
            [1, 'kiosk.modes'],
            [2, 'merchant.mcc'],
            [4, 'gateway.url'],
            [8, 'gateway.notifyUrl'],
            [10, 'scanner'],
            [11, 'catalog.0.price'],
            [12, 'timing.patience'],
            [13, 'surprise'],
        ];
        for (const [line, path] of expected) {
            const found = told.split('\n').some((one) => one.includes(`wrong.yaml:${line} `) && one.includes(path));
            assert.ok(found, `line ${line}, ${path} is not among:\n${told}`);
        }
    }
    assert.equal(existsSync(join(stage.folder, 'never-made')), false, 'a folder was made');
});

test('a wrong environment variable, a missing file and wrong arguments are told', async () => {
    const kiosk = await stage.kiosk({ name: 'env', config: stand });
    const wrong = await till(['run', '--config', kiosk.configFile], { env: { TILL_GATEWAY__URL: 'ftp://x' } });
    assert.equal(wrong.code, 78);
    assert.match(wrong.err, /TILL_GATEWAY__URL/);
    const missing = await till(['run', '--config', join(stage.folder, 'nowhere.yaml')]);
    assert.equal(missing.code, 78);
    assert.match(missing.err, /is not there/);
    assert.equal((await till(['run'])).code, 64);
    assert.equal((await till(['run', '--config', kiosk.configFile, '--fast'])).code, 64);
    assert.equal((await till(['explode'])).code, 64);
    stage.kiosks.splice(stage.kiosks.indexOf(kiosk), 1);
});

test('keys that do not match: told before the first sale, by the kiosk and by till keys check', async () => {
    const other = join(stage.folder, 'keys', 'other.pem');
    assert.equal((await till(['keys', 'generate', '--out', other])).code, 0);
    const cases = [
        { name: 'wrong-gateway-key', change: { gatewayPublicKeyFiles: ['keys/other.pub.pem'] }, code: 'GATEWAY_SIGNATURE_INVALID' },
        { name: 'wrong-own-key', change: { privateKeyFile: 'keys/other.pem' }, code: 'SIGNATURE_INVALID' },
    ];
    for (const one of cases) {
        const plain = await stage.kiosk({ name: `${one.name}-plain`, config: stand });
        const gateway = { ...(plain.config.gateway as object), ...one.change };
        const kiosk = await stage.kiosk({ name: one.name, config: { ...stand, gateway } });
        await kiosk.start();
        const ready = await kiosk.until('the kiosk knows it', async () => {
            const answer = await kiosk.get('/readyz');
            return answer.text.includes('gateway-refuses') ? answer : undefined;
        });
        assert.equal(ready.status, 503);
        assert.match(ready.text, /does not accept this machine/);
        assert.equal((await kiosk.post('/v1/sales', { amount: { currency: 'EUR', value: '150' } })).status, 503);
        assert.match(kiosk.service.log(), new RegExp(one.code));
        const checked = await kiosk.till(['keys', 'check', '--online']);
        assert.equal(checked.code, 78, checked.out + checked.err);
        assert.match(checked.out, new RegExp(`BAD .*${one.code}`));
        assert.equal(await kiosk.service.stop(), 0);
    }
    stage.kiosks.splice(0);
});

test('a private key that is not there, or is no key: exit 78 before anything starts', async () => {
    const kiosk = await stage.kiosk({ name: 'no-key', config: stand });
    const gateway = kiosk.config.gateway as object;
    const junk = join(stage.folder, 'keys', 'junk.pem');
    writeFileSync(junk, 'this is no key\n');
    for (const [name, privateKeyFile] of [
        ['gone', 'keys/gone.pem'],
        ['junk', 'keys/junk.pem'],
    ] as const) {
        const ended = await till(['run', '--config', kiosk.variant(name, { gateway: { ...gateway, privateKeyFile } })]);
        assert.equal(ended.code, 78, ended.out + ended.err);
        assert.match(ended.err, new RegExp(`${name}\\.pem`));
        assert.equal(ended.err.includes('this is no key'), false, 'what stands in a key file is never told');
    }
    stage.kiosks.splice(0);
});

test('a data folder that another kiosk has: exit 74 with a sentence, and the first is unharmed', async () => {
    const first = await stage.opened({ name: 'first', config: stand });
    const second = await stage.kiosk({ name: 'second', config: { ...stand, kiosk: first.config.kiosk } });
    const before = await first.exported();
    const ended = await till(['run', '--config', second.configFile]);
    assert.equal(ended.code, 74, ended.out + ended.err);
    assert.match(ended.err, /DATA_FOLDER_IN_USE/);
    assert.match(ended.err, /first-data/);
    const sale = await first.sell('150');
    await stage.bank.wallet.scan('alice', { code: await first.orderCode(sale.id) });
    assert.equal((await first.ended(sale.id)).state, 'delivered');
    assert.ok((await first.exported()).startsWith(before));
    await stage.proveBooks([first]);
});

test('a data folder that cannot be made: exit 74 with a sentence', async () => {
    writeFileSync(join(stage.folder, 'a-file'), '');
    const kiosk = await stage.kiosk({ name: 'blocked', config: stand });
    const blocks = kiosk.config.kiosk as object;
    const ended = await till(['run', '--config', kiosk.variant('in-the-way', { kiosk: { ...blocks, dataDir: './a-file/data' } })]);
    assert.equal(ended.code, 74, ended.out + ended.err);
    assert.match(ended.err, /a-file/);
    assert.doesNotMatch(ended.err, /at .*\.ts:\d+/, 'a sentence, not a stack');
});

/** A mount that only the child sees; undefined where this machine does not let us make one. */
function privateMount(options: string, folder: string): readonly string[] | undefined {
    const script = `mount -t tmpfs -o ${options} tmpfs "$0" && exec "$@"`;
    const wrapper = ['unshare', '--map-root-user', '--mount', 'sh', '-c', script, folder];
    const [command = '', ...args] = [...wrapper, 'true'];
    return spawnSync(command, args).status === 0 ? wrapper : undefined;
}

test('a data folder on a read-only file system: exit 74 with a sentence', async (t) => {
    const folder = join(stage.folder, 'read-only');
    mkdirSync(folder);
    const wrapper = privateMount('ro,size=1m', folder);
    if (wrapper === undefined) return t.skip('this machine does not allow a mount of our own (unshare)');
    const kiosk = await stage.kiosk({ name: 'ro', config: stand, dataDir: './read-only/data' });
    const ended = await till(['run', '--config', kiosk.configFile], { wrapper });
    assert.equal(ended.code, 74, ended.out + ended.err);
    assert.match(ended.err, /read-only/);
});

test('a full disk: selling stops in time, what is open ends, every record holds, and selling goes on by itself', async (t) => {
    const folder = join(stage.folder, 'small-disk');
    mkdirSync(folder);
    const wrapper = privateMount('size=8m', folder);
    if (wrapper === undefined) return t.skip('this machine does not allow a mount of our own (unshare)');
    const kiosk = await stage.opened({ name: 'full', config: stand, dataDir: './small-disk/data', wrapper });
    // The mount is the child's own: its files are reached through the child.
    const inside = `/proc/${kiosk.service.pid}/root${folder}`;
    const sell = () => kiosk.post('/v1/sales', { amount: { currency: 'EUR', value: '150' } });
    const before = await sell();
    assert.equal(before.status, 201, before.text);
    fill(join(inside, 'somebody-elses-file'));
    const { id } = before.json as { id: string };
    await kiosk.until('the kiosk says that it cannot keep its records', async () => {
        const answer = await kiosk.get('/readyz');
        return answer.status === 503 && answer.text.includes('journal-not-writable') ? true : undefined;
    });
    const refused = await sell();
    assert.ok([409, 503].includes(refused.status), refused.text);
    await kiosk.post(`/v1/sales/${id}/cancel`, {});
    await kiosk.settled();
    const ready = await kiosk.get('/readyz');
    assert.equal(ready.status, 503);
    assert.match(ready.text, /cannot keep its records/);
    assert.equal((await kiosk.get('/healthz')).status, 200, 'alive, and able to say why it does not sell');
    await kiosk.wordsWhen(/not in service/i);
    const copy = join(stage.folder, 'small-disk-copy');
    cpSync(join(inside, 'data'), copy, { recursive: true });
    const verified = await till(['journal', 'verify', '--dir', copy]);
    assert.equal(verified.code, 0, verified.out + verified.err);
    rmSync(join(inside, 'somebody-elses-file'));
    await kiosk.until('the kiosk sells again', async () => ((await sell()).status === 201 ? true : undefined));
    assert.equal(await kiosk.service.stop(), 0);
    stage.kiosks.splice(stage.kiosks.indexOf(kiosk), 1);
});

/** Writes until the disk takes no more. */
function fill(path: string): void {
    const file = openSync(path, 'w');
    try {
        for (const size of [65_536, 512]) {
            try {
                for (;;) writeSync(file, Buffer.alloc(size));
            } catch (thrown) {
                assert.equal((thrown as NodeJS.ErrnoException).code, 'ENOSPC');
            }
        }
    } finally {
        closeSync(file);
    }
}

/** The segment that is written to, as bytes. */
function openSegment(kiosk: Kiosk): { file: string; bytes: Buffer } {
    const folder = join(kiosk.dataDir, 'journal');
    const name = readdirSync(folder)
        .filter((one) => /^\d+.*\.(log|ndjson|journal|seg)/.test(one) || /segment/.test(one))
        .sort()
        .at(-1);
    assert.ok(name !== undefined, readdirSync(folder).join(' '));
    const file = join(folder, name);
    return { file, bytes: readFileSync(file) };
}

async function withSales(name: string): Promise<Kiosk> {
    const kiosk = await stage.opened({ name, config: stand });
    for (let round = 0; round < 2; round += 1) {
        const sale = await kiosk.sell('150');
        await stage.bank.wallet.scan('alice', { code: await kiosk.orderCode(sale.id) });
        await kiosk.ended(sale.id);
    }
    await kiosk.service.kill();
    return kiosk;
}

test('a torn tail is no damage: what was not whole never happened, and the kiosk sells on', async () => {
    const kiosk = await withSales('torn');
    const { file, bytes } = openSegment(kiosk);
    const end = bytes.toString('latin1').trimEnd().length;
    const slot = Math.ceil(end / 4096) * 4096;
    bytes.write('{"commit":{"n":', slot, 'latin1');
    writeFileSync(file, bytes);
    await kiosk.open();
    const verified = await kiosk.till(['journal', 'verify']);
    assert.equal(verified.code, 0, verified.out + verified.err);
    assert.match(kiosk.service.log(), /unfinished commit/);
    const sale = await kiosk.sell('150');
    await kiosk.post(`/v1/sales/${sale.id}/cancel`, {});
    await kiosk.ended(sale.id);
});

test('a damaged journal is told, never silently dropped', async () => {
    const kiosk = await withSales('bitten');
    const { file, bytes } = openSegment(kiosk);
    const at = bytes.indexOf('paymentPaid');
    assert.ok(at > 0);
    bytes[at + 40] = bytes[at + 40]! ^ 0x01;
    writeFileSync(file, bytes);
    const verified = await kiosk.till(['journal', 'verify']);
    assert.equal(verified.code, 1, verified.out + verified.err);
    assert.match(verified.out + verified.err, /damage|altered|checksum|hash/i);
    kiosk.service.launch();
    const told = await kiosk.until('the damage is told', () => (/damaged/.test(kiosk.service.log()) ? kiosk.service.log() : undefined));
    assert.match(told, /till journal verify/);
    // Nothing is sold over damage until somebody has looked; an orderly stop and start says so.
    const standing = await kiosk.until('it is up', async () => {
        const answer = await kiosk.get('/readyz').catch(() => undefined);
        return answer?.status === 503 && answer.text.includes('journal-damaged') ? answer : undefined;
    });
    assert.equal(standing.status, 503);
    kiosk.service.signal('SIGTERM');
    await kiosk.service.ended();
    kiosk.service.launch();
    await kiosk.until('it sells again', async () =>
        (await kiosk.get('/readyz').catch(() => undefined))?.status === 200 ? true : undefined,
    );
    kiosk.service.signal('SIGTERM');
    await kiosk.service.ended();
});
