/** The command itself: version, help, usage, and the launcher. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { changed, withConfig } from '../../config/good.ts';
import { till } from './run-cli.ts';

const root = join(import.meta.dirname, '../../..');
const launcher = join(root, 'scripts/till.cjs');

test('version is that of package.json', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const said = await till(['version']);
    assert.deepEqual([said.code, said.err], [0, '']);
    assert.ok(said.out.startsWith(`Tillbox ${version} (Node ${process.versions.node}`));
    assert.equal((JSON.parse((await till(['version', '--json'])).out) as { version: string }).version, version);
    assert.equal((await till(['--version'])).out, `${version}\n`);
});

test('help teaches: every command, examples, exit codes', async () => {
    for (const args of [[], ['--help'], ['help']]) {
        const said = await till(args);
        assert.deepEqual([said.code, said.err], [0, ''], args.join(' '));
        for (const word of ['run', 'sandbox', 'config', 'keys', 'journal', 'sale', 'merchant', 'version', 'Examples:', 'Exit codes:']) {
            assert.ok(said.out.includes(word), word);
        }
    }
    for (const command of ['config', 'sale', 'keys', 'journal', 'merchant', 'sandbox', 'version']) {
        const said = await till([command, '--help']);
        assert.equal(said.code, 0, command);
        assert.match(said.out, /^Usage: till /, command);
    }
    const run = await till(['run', '--help']);
    assert.equal(run.code, 0);
    assert.match(run.out, /^Usage: till run --config FILE/);
});

test('wrong usage is 64 with a sentence', async () => {
    for (const args of [
        ['runn'],
        ['run'],
        ['run', '--confg', 'x'],
        ['run', 'x.yaml'],
        ['run', '--config'],
        ['config', 'check'],
        ['config', 'chek'],
        ['sale', 'show'],
        ['version', '--nope'],
    ]) {
        const said = await till(args);
        assert.deepEqual([said.code, said.out], [64, ''], args.join(' '));
        assert.match(said.err, /--help/, args.join(' '));
    }
});

test('what comes later says so', async () => {
    for (const command of ['relay', 'doctor', 'setup']) {
        const said = await till([command, '--config', 'x.yaml']);
        assert.deepEqual([said.code, said.out], [1, ''], command);
        assert.match(said.err, /is not part of this version|comes with the fleet/);
    }
});

test('till run with a bad configuration: all problems, exit 78, nothing started', async () => {
    await withConfig(changed({ 'kiosk.id': 'a b', 'kiosk.curency': 'EUR' }), async (file) => {
        const said = await till(['run', '--config', file]);
        assert.deepEqual([said.code, said.out], [78, '']);
        assert.match(said.err, /kiosk\.id[\s\S]*kiosk\.curency[\s\S]*2 problems; nothing was started/);
    });
});

test('the launcher hands on output and exit codes', () => {
    const run = (...args: string[]) =>
        spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8', env: { ...process.env, TILL_FROM_SOURCE: '1' } });
    const version = run('version');
    assert.deepEqual([version.status, version.stderr], [0, '']);
    assert.match(version.stdout, /^Tillbox /);
    const usage = run('config', 'check');
    assert.deepEqual([usage.status, usage.stdout], [64, '']);
    const config = run('run', '--config', '/nowhere.yaml');
    assert.equal(config.status, 78);
    assert.match(config.stderr, /\/nowhere\.yaml is not there/);
});

test('a reader that has enough is no error', async () => {
    const child = spawn(process.execPath, [launcher, 'config', 'schema'], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, TILL_FROM_SOURCE: '1' },
    });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk) => {
        err += chunk;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.deepEqual([code, err], [0, '']);
});
