/** What a person mistypes behind a program of scripts is told in one sentence, and how it is used. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../scripts/house/programs.ts';

const run = (script: string, argument: string) =>
    spawnSync(process.execPath, [join(root, 'scripts', `${script}.ts`), argument], { encoding: 'utf8', timeout: 30_000 });

for (const script of ['bench', 'codes', 'gallery', 'start']) {
    describe(`npm run ${script}`, () => {
        it('explains itself', () => {
            const asked = run(script, '--help');
            assert.equal(asked.status, 0, asked.stderr);
            assert.match(asked.stdout, /^Usage: npm /);
        });
        it('takes no option that it does not have', () => {
            const wrong = run(script, '--nonsense');
            assert.equal(wrong.status, 64, wrong.stderr);
            assert.match(wrong.stderr, /'--nonsense'/);
            assert.doesNotMatch(wrong.stderr, / at .*:\d+:\d+/, 'a stack is for whoever wrote it');
        });
    });
}
