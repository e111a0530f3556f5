/** Links that lead nowhere are found; those that lead somewhere, into code or to the internet are left alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkProblems } from '../../scripts/house/links.ts';

const shelf = {
    has: (path: string) => ['README.md', 'docs', 'docs/errors.md', 'firmware/main.ts'].includes(path),
    read: () => '# Errors, alarms\n\n## Why it does not sell\n',
};
const found = (path: string, text: string) => linkProblems(path, text, shelf).map(({ line, message }) => `${line} ${message}`);

test('good links', () => {
    const text = [
        '# Top of `it`',
        '[a](docs/errors.md) [`b`](docs/errors.md#why-it-does-not-sell) [c](docs/) [d](#top-of-it)',
        '[e](https://example.com/nothing) `[f](nowhere.md)`',
        '```',
        '[g](nowhere.md)',
        '```',
    ].join('\n');
    assert.deepEqual(found('README.md', text), []);
    assert.deepEqual(found('docs/errors.md', '[main](../firmware/main.ts) [up](../README.md)'), []);
});

test('canary: a missing file, a missing heading, a folder above', () => {
    assert.deepEqual(found('README.md', 'x\n[a](docs/eror.md)'), ['2 the link to docs/eror.md leads nowhere']);
    assert.deepEqual(found('README.md', '![a](docs/errors.md#alarm)'), [
        '1 the link to docs/errors.md#alarm: no heading of that name is there',
    ]);
    assert.deepEqual(found('README.md', '[`a`](#errors)'), ['1 the link to #errors: no heading of that name is there']);
    assert.deepEqual(found('docs/errors.md', '[a](README.md)'), ['1 the link to README.md leads nowhere']);
});
