/** The purity check must catch each planted breach, and must let pure code be. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/house/programs.ts';
import { purityProblems } from '../../scripts/house/purity.ts';

const breaches: readonly [string, RegExp][] = [
    ["import { readFileSync } from 'node:fs';", /imports "node:fs"/],
    ["import * as v from 'valibot';", /imports "valibot"/],
    ['export const lazy = () => import("./other.ts");', /import\(\)/],
    ['export const at = Date.now();', /Date\.now/],
    ["export const at = Date['now']();", /Date\.now/],
    ['export const at = new Date();', /new Date\(\)/],
    ['export const at = Date();', /Date\(\)/],
    ['export const dice = Math.random();', /Math\.random/],
    ['setTimeout(() => {}, 1);', /setTimeout/],
    ['const later = setTimeout;', /setTimeout/],
    ['export const home = process.env;', /process/],
    ['console.log(1);', /console/],
    ['export const t = performance.now();', /performance/],
    ['export const id = crypto.randomUUID();', /crypto/],
    ['export const g = globalThis;', /globalThis/],
    ['export async function f() {}', /async/],
    ['export const f = async () => { await g(); };', /await/],
    [`export const x = \`\${process.pid}\`;`, /process/],
    ['export const x = (y as Z) ?? Date.now();', /Date\.now/],
];

for (const [source, message] of breaches) {
    test(`caught: ${source}`, () => {
        const problems = purityProblems('firmware/sale/planted.ts', `// a line\nconst é = 1;\n${source}\n`);
        assert.ok(problems.length > 0, 'nothing was found');
        assert.match(problems.map((problem) => problem.message).join('\n'), message);
        assert.equal(problems[0]!.line, 3);
    });
}

test('pure code is left alone', () => {
    const source = `
        import type { Amount } from '../ports/amount.ts';
        import table from './table.json' with { type: 'json' };
        // Date.now() and process.exit() in a comment, "Math.random()" in a string
        export interface Odd { readonly process: string; console(): void; readonly crypto?: number }
        export type Timer = ReturnType<typeof setTimeout>;
        export const text = 'new Date() and setTimeout(1) and console.log';
        export const shape = { process: 1, console: 2, fetch: 3 };
        export const read = (odd: Odd) => odd.process + shape.fetch;
        export const iso = (at: number) => new Date(at).toISOString() + JSON.stringify(table);
        export const max = (a: Amount[]) => Math.max(...a.map((one) => Number(one.value)));
    `;
    assert.deepEqual(purityProblems('firmware/sale/pure.ts', source), []);
});

test('a breach planted into a copy of a real file is caught', () => {
    const path = 'firmware/sale/money.ts';
    const source = readFileSync(join(root, path), 'utf8');
    assert.deepEqual(purityProblems(path, source), []);
    const planted = `${source}\nexport const now = (): number => Date.now();\n`;
    assert.deepEqual(
        purityProblems(path, planted).map((problem) => problem.message),
        ['a pure room uses Date.now'],
    );
});
