/** The import rules must catch a breach of each kind, planted in a copy of the house's frame, and must let the open doors be. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { packageScript, root, runProgram } from '../../scripts/house/programs.ts';
import { roomOf } from '../../scripts/house/rooms.cjs';

const planted: Readonly<Record<string, string>> = {
    'firmware/ports/word.ts': 'export const word = 1;',
    'firmware/ports/behaves.ts': "import { word } from '../sale/sum.ts'; export const a = word;",
    'firmware/sale/sum.ts': "import { word as w } from '../ports/word.ts'; export const word = w;",
    'firmware/sale/looks-out.ts': "import { loop } from '../runtime/loop.ts'; export const a = loop;",
    'firmware/sale/looks-out-by-type.ts': "import type { Loop } from '../runtime/loop.ts'; export const a = (loop: Loop) => loop;",
    'firmware/sale/reads.ts': "import { readFileSync } from 'node:fs'; export const a = readFileSync;",
    'firmware/sale/packs.ts': "import * as v from 'valibot'; export const a = v;",
    'firmware/runtime/loop.ts': "import { word } from '../sale/sum.ts'; export const loop = word; export interface Loop { a: 1 }",
    'firmware/runtime/knows-a-driver.ts': "import { open } from '../../drivers/scanner/serial.ts'; export const a = open;",
    'firmware/runtime/draws.ts': "import qr from 'qrcode'; export const a = qr;",
    'firmware/relay/page.ts': "import { loop } from '../runtime/loop.ts'; export const a = loop;",
    'firmware/journal/uses-a-test.ts': "import { a } from '../../test/tool.ts'; export const b = a;",
    'firmware/journal/dev.ts': "import fc from 'fast-check'; export const a = fc;",
    'firmware/journal/nowhere.ts': "import { a } from './not-there.ts'; export const b = a;",
    'firmware/journal/left.ts': "import { right } from './right.ts'; export const left = right;",
    'firmware/journal/right.ts': "import { left } from './left.ts'; export const right = left;",
    'firmware/cli/main.ts': "export const a = () => import('../../scripts/sandbox/main.ts');",
    'firmware/cli/eager.ts': "import { sandbox } from '../../scripts/sandbox/main.ts'; export const a = sandbox;",
    'drivers/scanner/serial.config.ts': 'export const config = 1;',
    'drivers/scanner/serial.ts':
        "import { config } from './serial.config.ts'; import { frame } from './frame.ts'; export const open = config + frame;",
    'drivers/scanner/frame.ts': 'export const frame = 1;',
    'drivers/scanner/hid.config.ts': 'export const config = 1;',
    'drivers/scanner/hid.ts': "import { open as other } from './serial.ts'; export const open = other;",
    'drivers/panel/lamp.ts': "import { frame } from '../scanner/frame.ts'; export const a = frame;",
    'drivers/registry.ts':
        "import { config } from './scanner/serial.config.ts'; export const all = [config, () => import('./scanner/serial.ts')];",
    'scripts/sandbox/main.ts': 'export const sandbox = 1;',
    'scripts/sandbox/mirrors.ts': "import { sign } from '../../firmware/gateway/sign.ts'; export const a = sign;",
    'firmware/gateway/sign.ts': 'export const sign = 1;',
    'test/tool.ts': 'export const a = 1;',
};

const breaches: readonly [string, string][] = [
    ['firmware/ports/behaves.ts', 'doors-of-ports'],
    ['firmware/sale/looks-out.ts', 'doors-of-sale'],
    ['firmware/sale/looks-out-by-type.ts', 'doors-of-sale'],
    ['firmware/sale/reads.ts', 'no-node-in-sale'],
    ['firmware/sale/packs.ts', 'packages-of-sale'],
    ['firmware/runtime/knows-a-driver.ts', 'doors-of-runtime'],
    ['firmware/runtime/draws.ts', 'paint-packages-in-runtime'],
    ['firmware/relay/page.ts', 'doors-of-relay'],
    ['firmware/journal/uses-a-test.ts', 'nothing-imports-tests'],
    ['firmware/journal/dev.ts', 'no-development-packages-in-the-product'],
    ['firmware/journal/nowhere.ts', 'resolvable'],
    ['firmware/journal/left.ts', 'no-circle'],
    ['firmware/cli/eager.ts', 'lazy-doors-of-cli'],
    ['drivers/scanner/hid.ts', 'inside-of-scanner-serial'],
    ['drivers/panel/lamp.ts', 'doors-of-driver'],
    ['scripts/sandbox/mirrors.ts', 'doors-of-sandbox'],
];

const innocent = [
    'firmware/sale/sum.ts',
    'firmware/runtime/loop.ts',
    'firmware/cli/main.ts',
    'drivers/scanner/serial.ts',
    'drivers/registry.ts',
];

let folder = '';
let violations: { from: string; rule: { name: string } }[] = [];

before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'till-rooms-'));
    for (const path of ['package.json', '.dependency-cruiser.cjs', 'scripts/house/rooms.cjs']) {
        cpSync(join(root, path), join(folder, path), { recursive: true });
    }
    for (const name of ['valibot', 'qrcode', 'fast-check']) {
        mkdirSync(join(folder, 'node_modules', name), { recursive: true });
        writeFileSync(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
        writeFileSync(join(folder, 'node_modules', name, 'index.js'), 'module.exports = {};');
    }
    for (const [path, source] of Object.entries(planted)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), source);
    }
    const ended = await runProgram({
        command: process.execPath,
        args: [
            packageScript('dependency-cruiser', 'depcruise'),
            '--config',
            '.dependency-cruiser.cjs',
            '--output-type',
            'json',
            'firmware',
            'drivers',
            'scripts',
            'test',
        ],
        folder,
        quiet: true,
    });
    assert.ok(ended.output.includes('"summary"'), ended.output);
    const json = ended.output.slice(ended.output.indexOf('{'), ended.output.lastIndexOf('}') + 1);
    violations = (JSON.parse(json) as { summary: { violations: typeof violations } }).summary.violations;
});

after(() => rmSync(folder, { recursive: true, force: true }));

const rulesBrokenBy = (path: string) => violations.filter((violation) => violation.from === path).map((violation) => violation.rule.name);

for (const [path, rule] of breaches) {
    test(`caught: ${path} breaks ${rule}`, () => assert.ok(rulesBrokenBy(path).includes(rule), `found: ${rulesBrokenBy(path).join(', ')}`));
}

for (const path of innocent) {
    test(`left alone: ${path}`, () => assert.deepEqual(rulesBrokenBy(path), []));
}

test('a file outside of every room has none', () => {
    assert.equal(roomOf('firmware/attic/box.ts'), undefined);
    assert.equal(roomOf('drivers/loose.ts'), undefined);
    assert.equal(roomOf('firmware/sale/money.ts')?.name, 'sale');
    assert.equal(roomOf('scripts/sandbox/main.ts')?.name, 'sandbox');
});
