/** `till demo`: runs the script of the checkout with its arguments, and ends as it ends. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../../scripts/house/programs.ts';

const run = (checkout: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(checkout, 'firmware/cli/main.ts'), 'demo', ...args], {
        encoding: 'utf8',
    });

test('its options are those of the script, and so is its exit code', () => {
    const help = run(root, '--help');
    assert.equal(help.status, 0, help.stderr);
    assert.match(help.stdout, /^Usage: till demo \[--once\]/);
    const wrong = run(root, '--onec');
    assert.equal(wrong.status, 64);
    assert.match(wrong.stderr, /--onec[\s\S]*Usage: till demo/);
});

test('an installed kiosk without scripts says where the demonstration is', () => {
    const installed = mkdtempSync(join(tmpdir(), 'till-installed-'));
    try {
        for (const part of ['firmware', 'drivers', 'config', 'package.json'])
            cpSync(join(root, part), join(installed, part), { recursive: true });
        symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));
        const ended = run(installed);
        assert.equal(ended.status, 1, ended.stderr);
        assert.match(ended.stdout, /^The demonstration is part of the checkout/);
    } finally {
        rmSync(installed, { recursive: true, force: true });
    }
});
