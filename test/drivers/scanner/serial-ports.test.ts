import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { listSerialPorts } from '../../../drivers/scanner/serial-ports.ts';

let folder = '';
before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tillbox-ports-'));
    await writeFile(join(folder, 'ttyACM0'), '');
    await symlink(join(folder, 'ttyACM0'), join(folder, 'usb-GM65_0001'));
    await symlink(join(folder, 'gone'), join(folder, 'usb-unplugged'));
});
after(() => rm(folder, { recursive: true }));

test('a port is named by the link that stays with the device, others by what the kernel calls them', async () => {
    const device = join(folder, 'ttyACM0');
    const ports = await listSerialPorts({
        byId: folder,
        list: async () => [{ path: device, manufacturer: 'GM', vendorId: '28e9', productId: '028a' }, { path: '/dev/ttyS0' }],
    });
    assert.deepEqual(ports, [
        { path: join(folder, 'usb-GM65_0001'), device, manufacturer: 'GM', vendorId: '28e9', productId: '028a' },
        { path: '/dev/ttyS0', device: '/dev/ttyS0' },
    ]);
});

test('where udev cannot be asked, the links alone tell', async () => {
    const list = () => Promise.reject(new Error('spawn udevadm ENOENT'));
    assert.deepEqual(await listSerialPorts({ byId: folder, list }), [
        { path: join(folder, 'usb-GM65_0001'), device: join(folder, 'ttyACM0') },
    ]);
});

test('a machine without links lists what there is', async () => {
    assert.deepEqual(await listSerialPorts({ byId: join(folder, 'none'), list: async () => [] }), []);
});
