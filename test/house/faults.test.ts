/** Code, document and tests are compared both ways; each difference is found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codesDocumented, codesMade, faultProblems } from '../../scripts/house/faults.ts';

const words = (...parts: string[]) => parts.join('_');
const jammed = words('SLOT', 'JAMMED');
const torn = words('PAGE', 'TORN');

test('codes are found where faults are made', () => {
    const source = `
        throw new Fault({ code: '${jammed}', kind: 'device', message: 'x' });
        const a = flag ? storageFault('${torn}', cause) : storageFault({ code: flag ? 'A_B' : 'C_D', cause });
        const verdict = inquiry('ORDER_NOT_EXIST');
        const other = new Problem({ code: 'NOT_OURS' });
        const text = { code: 'NOT_MADE_HERE' };
        const rows = [{ errno: 'EROFS', code: 'IN_A_TABLE', message: 'Do this.' }];
        throw new Fault({ code: row?.code ?? 'NO_ROW_FITS', kind: 'storage', message: row?.message ?? 'x' });
    `;
    assert.deepEqual(
        codesMade('drivers/x.ts', source).map(({ code, line }) => [code, line]),
        [
            [jammed, 2],
            [torn, 3],
            ['A_B', 3],
            ['C_D', 3],
            ['IN_A_TABLE', 7],
            ['NO_ROW_FITS', 8],
        ],
    );
});

test('only rows under a heading about faults are codes of the document', () => {
    const markdown = `# Errors\n\n## Faults\n\n| Code | Kind |\n| --- | --- |\n| \`${jammed}\` | device |\n\n## Result codes\n\n| \`ORDER_NOT_EXIST\` | x |\n`;
    assert.deepEqual([...codesDocumented(markdown)], [[jammed, 7]]);
});

test('every difference is a problem', () => {
    const made = [
        { code: jammed, path: 'drivers/a.ts', line: 1 },
        { code: jammed, path: 'drivers/b.ts', line: 2 },
        { code: torn, path: 'firmware/c.ts', line: 3 },
    ];
    const document = `## Faults\n| \`${jammed}\` | x |\n| \`NEVER_MADE\` | x |\n`;
    const messages = faultProblems({ made, document, tests: [`assert.equal(fault.code, '${jammed}');`] }).map(
        (problem) => `${problem.path}:${problem.line} ${problem.message}`,
    );
    assert.deepEqual(messages, [
        `drivers/a.ts:1 ${jammed} is made in more than one place: also drivers/b.ts:2`,
        `firmware/c.ts:3 ${torn} is named by no test`,
        `firmware/c.ts:3 ${torn} is missing in docs/errors.md`,
        'docs/errors.md:3 NEVER_MADE is documented, but nothing makes it',
    ]);
});

test('without a document the other rules hold', () => {
    const made = [{ code: torn, path: 'firmware/c.ts', line: 3 }];
    assert.deepEqual(faultProblems({ made, document: undefined, tests: [`'${torn}'`] }), []);
    assert.equal(faultProblems({ made, document: undefined, tests: [] }).length, 1);
    assert.equal(faultProblems({ made, document: undefined, tests: [`'${torn}_TOO'`] }).length, 1);
});
