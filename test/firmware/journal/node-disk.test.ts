/** NodeDisk and the journal on the machine's own file system. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { nodeDisk } from '../../../firmware/journal/node-disk.ts';
import { verify } from '../../../firmware/journal/verify.ts';
import { all, entry, numbersOf, openOn } from './desk.ts';

let root = '';
before(async () => {
    root = await mkdtemp(join(tmpdir(), 'tillbox-journal-'));
});
after(() => rm(root, { recursive: true, force: true }));

test('files: create, write, read short at the end, truncate, missing ones', async () => {
    const folder = join(root, 'a/b');
    await nodeDisk.makeFolder(folder);
    const path = join(folder, 'file');
    assert.equal(await nodeDisk.readFile(path), undefined);
    assert.deepEqual(await nodeDisk.list(join(root, 'nowhere')), []);
    const file = await nodeDisk.open(path, 'create');
    await file.write(3, Buffer.from('hello'));
    await file.sync();
    assert.equal(await file.size(), 8);
    assert.equal(Buffer.from(await file.read(5, 100)).toString(), 'llo');
    await file.truncate(4);
    await file.close();
    await nodeDisk.syncFolder(folder);
    assert.deepEqual([...(await nodeDisk.readFile(path))!], [0, 0, 0, 0x68]);
    assert.equal((await stat(path)).mode & 0o077, 0, 'nobody else reads it');
    await assert.rejects(nodeDisk.open(path, 'create'), {
        code: 'DISK_FAILED',
        kind: 'storage',
        facts: { operation: 'open', path, errno: 'EEXIST' },
    });
    await nodeDisk.rename(path, `${path}2`);
    assert.deepEqual(await nodeDisk.list(folder), ['file2']);
    await nodeDisk.remove(`${path}2`);
    await nodeDisk.remove(`${path}2`);
    await assert.rejects(nodeDisk.open(path, 'read'), { code: 'DISK_FAILED' });
});

test('one folder, one process: the kernel knows, by whatever path', async () => {
    const folder = join(root, 'claimed');
    await nodeDisk.makeFolder(folder);
    const claim = await nodeDisk.claim(folder);
    await assert.rejects(nodeDisk.claim(join(root, 'a/../claimed')), { code: 'DATA_FOLDER_IN_USE', kind: 'storage' });
    const program = `import { nodeDisk } from ${JSON.stringify(new URL('../../../firmware/journal/node-disk.ts', import.meta.url).href)};
        try { await nodeDisk.claim(${JSON.stringify(folder)}); console.log('taken'); } catch (error) { console.log(error.code); }`;
    const other = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    assert.equal(other.stdout.trim(), 'DATA_FOLDER_IN_USE', other.stderr);
    await claim.release();
    await (await nodeDisk.claim(folder)).release();
    await assert.rejects(nodeDisk.claim(join(root, 'missing')), { code: 'DISK_FAILED' });
});

test('a journal on a real disk: written, rotated, reopened, verified, owned by its user alone', async () => {
    const folder = join(root, 'kiosk/journal');
    const first = await openOn(nodeDisk, { folder });
    await assert.rejects(openOn(nodeDisk, { folder }), { code: 'DATA_FOLDER_IN_USE' });
    for (let number = 1; number <= 30; number += 1) await first.journal.append([entry(number)]);
    await first.journal.checkpoint({ upTo: 30 });
    await first.journal.settled();
    assert.deepEqual(numbersOf(await first.journal.recordsOf('sale:S2')), [2, 7, 12, 17, 22, 27]);
    assert.equal((await verify({ disk: nodeDisk, folder })).ok, true, 'beside the running journal');
    await first.journal.close();
    const second = await openOn(nodeDisk, { folder });
    assert.equal(second.checkpoint?.seq, 30);
    assert.deepEqual(second.tail, []);
    assert.equal((await all(second.journal.records())).length, 30);
    await second.journal.close();
    assert.ok((await readdir(folder)).includes('segment-00000004.jsonl'));
    assert.equal(
        spawnSync('sh', ['-c', `cat ${folder}/segment-*.jsonl | tr -d ' \\n' | head -c 10`], { encoding: 'utf8' }).stdout,
        '{"closed":',
    );
});

test('a folder that cannot be made or written is refused with a sentence that says what to do', async () => {
    const file = join(root, 'a-file');
    await writeFile(file, '');
    await assert.rejects(openOn(nodeDisk, { folder: join(file, 'journal') }), (fault: { code: string; message: string }) => {
        assert.equal(fault.code, 'DATA_FOLDER_NOT_WRITABLE');
        assert.match(fault.message, /give the till's user the right to write there, or set kiosk\.dataDir/);
        return true;
    });
    if (process.getuid?.() === 0) return;
    const locked = join(root, 'locked');
    await nodeDisk.makeFolder(locked);
    await chmod(locked, 0o500);
    await assert.rejects(openOn(nodeDisk, { folder: locked }), { code: 'DATA_FOLDER_NOT_WRITABLE' });
    await chmod(locked, 0o700);
});

test('a file system that counts nothing is not full', async () => {
    assert.equal(await nodeDisk.freeBytes!('/proc'), Number.POSITIVE_INFINITY);
    const free = await nodeDisk.freeBytes!(tmpdir());
    assert.ok(free >= 0 && Number.isFinite(free), String(free));
});
