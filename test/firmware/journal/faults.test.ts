/** Faults of storage that a healthy disk never shows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimFault } from '../../../firmware/journal/faults.ts';
import type { Disk } from '../../../firmware/ports/disk.ts';
import { entry, openOn } from './desk.ts';
import { MemoryDisk } from './memory-disk.ts';

/** The disk with one operation refused where `refuses` says so. */
function refusing(disk: Disk, refuses: (operation: string, path: string) => boolean): Disk {
    return new Proxy(disk, {
        get(target, name) {
            const value: unknown = Reflect.get(target, name);
            if (typeof value !== 'function') return value;
            return (path: string, ...rest: unknown[]) => {
                if (refuses(String(name), path)) return Promise.reject(Object.assign(new Error('refused'), { code: 'EACCES' }));
                return (value as (...args: unknown[]) => unknown).call(target, path, ...rest);
            };
        },
    });
}

test('a segment that cannot be read is told, and nothing is opened over it', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    await journal.append([entry(1)]);
    await journal.close();
    const reads = refusing(disk, (operation, path) => (operation === 'open' || operation === 'readFile') && path.includes('segment-'));
    await assert.rejects(openOn(reads), { code: 'JOURNAL_UNREADABLE', kind: 'storage' });
    const { journal: again, recovery } = await openOn(disk);
    assert.equal(recovery.records, 1);
    await again.close();
});

test('a checkpoint that cannot be written costs no record', async () => {
    const disk = new MemoryDisk();
    const { journal } = await openOn(refusing(disk, (operation, path) => operation === 'open' && path.includes('checkpoint')));
    await journal.append([entry(1)]);
    await assert.rejects(journal.checkpoint({ folded: 1 }), { code: 'CHECKPOINT_NOT_KEPT', kind: 'storage' });
    await journal.append([entry(2)]);
    assert.equal(journal.writable, true);
    await journal.close();
    const { journal: again, checkpoint, recovery } = await openOn(disk);
    assert.equal(checkpoint, undefined);
    assert.equal(recovery.records, 2);
    await again.close();
});

test('a system without abstract sockets is told that the folder cannot be held', () => {
    const fault = claimFault('/data', Object.assign(new Error('no'), { code: 'EINVAL' }));
    assert.equal(fault.code, 'DATA_FOLDER_CLAIM_FAILED');
    assert.equal(fault.facts.errno, 'EINVAL');
});
