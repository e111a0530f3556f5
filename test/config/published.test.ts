/** What is published of the configuration: the JSON Schema, the document, the examples. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { checkData } from '../../config/check.ts';
import { configJsonSchema } from '../../config/json-schema.ts';
import { loadConfig } from '../../config/load.ts';
import { nearest } from '../../config/nearest.ts';
import { configReference } from '../../config/reference.ts';
import { currencies } from '../../config/values.ts';
import { currencies as soldIn } from '../../firmware/sale/money.ts';
import type { Timing } from '../../firmware/sale/world.ts';
import { changed, good, withConfig } from './good.ts';

const root = join(import.meta.dirname, '../..');

async function examples(): Promise<string[]> {
    const folder = join(root, 'config/profiles');
    return [...(await readdir(folder)).map((name) => join(folder, name)), join(root, 'config/demo.yaml')];
}

test('every example is good, for the loader and for the published schema', async () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(configJsonSchema());
    const files = await examples();
    assert.ok(files.length >= 4);
    for (const file of files) {
        const config = await loadConfig({ file, env: {}, checkFiles: false });
        assert.ok(config.kiosk.id.length > 0);
        const data: unknown = parse(await readFile(file, 'utf8'));
        assert.ok(validate(data), `${file}: ${JSON.stringify(validate.errors)}`);
    }
});

test('the published schema refuses what the loader refuses on its own', () => {
    const validate = new Ajv({ strict: false }).compile(configJsonSchema());
    assert.ok(validate(good()), JSON.stringify(validate.errors));
    for (const bad of [
        { 'kiosk.curency': 'EUR' },
        { 'kiosk.id': 'a b' },
        { 'catalog.0.price': 150 },
        { 'timing.patience': '2 minutes' },
        { 'scanner.foo': 1 },
        { gateway: undefined },
    ]) {
        assert.equal(validate(changed(bad)), false, JSON.stringify(bad));
        assert.notEqual(checkData(changed(bad)).problems.length, 0);
    }
});

test('docs/config.md is what the schema says', async () => {
    const written = await readFile(join(root, 'docs/config.md'), 'utf8');
    assert.equal(written, configReference(configJsonSchema()), 'run: till config schema --markdown > docs/config.md');
});

test('the timing block names every wait of the sale, and no other', async () => {
    const timing = (await withConfig(good(), (file) => loadConfig({ file, env: {} }))).timing satisfies Timing;
    const source = await readFile(join(root, 'firmware/sale/world.ts'), 'utf8');
    const body = /export interface Timing \{([\s\S]*?)\n\}/.exec(source)?.[1] ?? '';
    const fields = [...body.matchAll(/readonly (\w+):/g)].map((match) => match[1]);
    assert.ok(fields.length > 20);
    assert.deepEqual(Object.keys(timing).sort(), fields.sort());
});

test('the currencies are those that the sale can count in', () => {
    assert.deepEqual([...currencies].sort(), [...soldIn].sort());
});

test('the nearest word is near', () => {
    const known = ['currency', 'modes', 'locale', 'farewell', 'url'];
    assert.equal(nearest('curency', known), 'currency');
    assert.equal(nearest('farewel', known), 'farewell');
    assert.equal(nearest('ulr', known), 'url');
    assert.equal(nearest('colour', known), undefined);
    assert.equal(nearest('', known), undefined);
});
