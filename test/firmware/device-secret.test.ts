import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deviceSecret } from '../../firmware/device-secret.ts';

let folder = '';
before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tillbox-secret-'));
});
after(() => rm(folder, { recursive: true }));

test('the first start makes 32 bytes that nobody else may read; the next finds the same', async () => {
    const dataDir = join(folder, 'fresh');
    const made = await deviceSecret(dataDir);
    assert.equal(made.length, 32);
    assert.notDeepEqual(Buffer.from(made), Buffer.alloc(32));
    assert.equal((await stat(join(dataDir, 'device.key'))).mode & 0o777, 0o600);
    assert.deepEqual(Buffer.from(await deviceSecret(dataDir)), Buffer.from(made));
});

test('a key that a power cut left empty was never made: it is made now', async () => {
    const dataDir = join(folder, 'cut');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'device.key'), '');
    await writeFile(join(dataDir, 'device.key.new'), 'half');
    assert.equal((await deviceSecret(dataDir)).length, 32);
    assert.equal((await stat(join(dataDir, 'device.key'))).mode & 0o777, 0o600);
});

test('a broken key is told, and stays as it is for a person to look at', async () => {
    const file = join(folder, 'device.key');
    await writeFile(file, 'short');
    await assert.rejects(deviceSecret(folder), { code: 'DEVICE_KEY_UNUSABLE', kind: 'config' });
    assert.equal(await readFile(file, 'utf8'), 'short');
});

test('a folder that cannot be is told', async () => {
    await writeFile(join(folder, 'a-file'), '');
    await assert.rejects(deviceSecret(join(folder, 'a-file', 'data')), { code: 'DEVICE_KEY_UNUSABLE' });
});
