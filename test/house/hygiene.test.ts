/** What must not be in the repository is found. The forbidden words are put together here, so that this file holds none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formProblems, hygieneProblems } from '../../scripts/house/hygiene.ts';

const found = (path: string, text: string) => hygieneProblems(path, text).map((problem) => `${problem.line} ${problem.message}`);

test('each kind of leak is found on its line', () => {
    const leaks: readonly [string, string, string][] = [
        ['docs/a.md', `see ${'/ho'}me/anna/kiosk`, 'a path of one machine'],
        ['docs/a.md', `see ${'/Us'}ers/anna`, 'a path of one machine'],
        ['test/a.test.ts', `open('${'/t'}mp/socket')`, 'a path of one machine: use os.tmpdir()'],
        ['package.json', `"https://${'regis'}try.npmjs.org/x"`, 'a registry host'],
        ['docs/a.md', `${'Co-authored'}-by: somebody`, 'a trailer of a commit message'],
        ['docs/a.md', `${'<<<<'}<<< ours`, 'a merge conflict'],
        ['test/a.test.ts', `test.${'on'}ly('x')`, 'a test that hides others or tests nothing'],
        ['firmware/a.ts', `// @ts-${'ig'}nore`, 'a type check switched off'],
        ['firmware/a.ts', `x ${'as'} any`, 'a type check switched off'],
        ['firmware/a.ts', `// ${'FIX'}ME`, 'a note that names no reason'],
        ['test/a.test.ts', `assert.ok(${'tr'}ue)`, 'an assertion that cannot fail'],
    ];
    for (const [path, line, message] of leaks) assert.deepEqual(found(path, `first\n${line}\n`), [`2 ${message}`], line);
});

test('a private key is found anywhere but among the fixtures', () => {
    const key = `-----BEGIN ${'PRIV'}ATE KEY-----\n${'A'.repeat(64)}\n`;
    assert.deepEqual(found('docs/keys.md', key), ['0 a private key']);
    assert.deepEqual(found('test/fixtures/keys/a.pem', key), []);
});

test('ordinary text is left alone', () => {
    const text = 'cd tillbox\n/home/pi/tillbox and /dev/serial/by-id\nhttps://pay.example.com/home/x\n$HOME/work/x\n';
    assert.deepEqual(found('docs/a.md', text), []);
});

const form = (path: string, source: string) => formProblems(path, source).map((problem) => problem.message);

test('the form of a file', () => {
    const head = '/** What it is. */\n';
    assert.deepEqual(form('firmware/sale/money.ts', `${head}export const a = 1;\n`), []);
    assert.match(form('firmware/sale/Money.ts', head).join(), /kebab-case/);
    assert.match(form('firmware/sale/utils.ts', head).join(), /says nothing/);
    assert.match(form('firmware/sale/money.ts', 'export const a = 1;\n').join(), /docblock/);
    assert.match(form('firmware/sale/money.ts', head + '\n'.repeat(500)).join(), /over 500/);
    assert.match(form('firmware/attic/money.ts', head).join(), /no rule says which room/);
    assert.match(form('firmware/sale/money.ts', `${head}export { a } from './a.ts';\n`).join(), /passes things on/);
    assert.match(form('firmware/sale/money.ts', `${head}export type { A } from './a.ts';\n`).join(), /passes things on/);
    assert.match(form('firmware/sale/money.ts', `${head}export * from './a.ts';\n`).join(), /passes things on/);
});
