import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTerminal } from '../../../scripts/demo/terminal.ts';

function outlet(isTTY: boolean) {
    const written: string[] = [];
    return { isTTY, columns: 100, write: (text: string) => written.push(text), text: () => written.join('') };
}
const ESC = String.fromCharCode(27);

test('a pipe gets plain lines, each once', async () => {
    const out = outlet(false);
    const terminal = openTerminal(out, {});
    await terminal.during('the work', async () => undefined);
    terminal.line(terminal.paint('red', 'a line'));
    assert.match(out.text(), /^ {2}ok the work \(\d+\.\d s\)\na line\n$/);
});

test('a terminal gets colour and progress', async () => {
    const out = outlet(true);
    const terminal = openTerminal(out, { TERM: 'xterm-256color' });
    assert.equal(terminal.colour, true);
    await terminal.during('the work', async () => undefined);
    assert.ok(out.text().startsWith(`  ${ESC}[2m…${ESC}[0m  the work\r${ESC}[2K`));
});

for (const [name, env] of [
    ['NO_COLOR', { TERM: 'xterm', NO_COLOR: '1' }],
    ['a dumb terminal', { TERM: 'dumb' }],
] as const) {
    test(`${name} means no colour`, () => {
        const terminal = openTerminal(outlet(true), env);
        assert.equal(terminal.colour, false);
        assert.equal(terminal.paint('green', 'x'), 'x');
    });
}

test('an empty NO_COLOR is none', () => {
    assert.equal(openTerminal(outlet(true), { TERM: 'xterm', NO_COLOR: '' }).colour, true);
});

test('what fails is marked and thrown on', async () => {
    const out = outlet(false);
    await assert.rejects(
        openTerminal(out, {}).during('the work', () => Promise.reject(new Error('broken'))),
        /broken/,
    );
    assert.equal(out.text(), '  -- the work\n');
});
